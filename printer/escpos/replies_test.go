package escpos_test

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/printer/escpos"
)

func fromHex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pushAll gives the replies to each of the pieces that ";" parts.
func pushAll(t testing.TB, pieces string) [][]escpos.Reply {
	t.Helper()
	var r escpos.Replies
	var all [][]escpos.Reply
	for piece := range strings.SplitSeq(pieces, ";") {
		all = append(all, r.Push(fromHex(t, piece)))
	}
	return all
}

func TestReplies(t *testing.T) {
	one := func(replies ...escpos.Reply) [][]escpos.Reply { return [][]escpos.Reply{replies} }
	auto := func(s escpos.Status) escpos.Reply { return escpos.AutoStatus{Status: s} }
	job := func(id string) escpos.Reply { return escpos.Confirmed{ID: [4]byte([]byte(id))} }
	cases := []struct {
		name, bytes string
		want        [][]escpos.Reply
	}{
		{"a live status", "12", one(escpos.LiveStatus(0x12))},
		{"all well, the drawer's switch high", "14 00 00 0F", one(auto(escpos.Status{DrawerHigh: true}))},
		{"offline for want of paper", "1C 00 0C 0F", one(auto(escpos.Status{DrawerHigh: true, Offline: true, PaperOut: true}))},
		{"the cutter is stuck", "18 08 00 0F", one(auto(escpos.Status{Offline: true, CutterError: true, Error: true}))},
		{"cover open", "38 00 00 0F", one(auto(escpos.Status{Offline: true, CoverOpen: true}))},
		{"near the end of its paper", "10 00 03 0F", one(auto(escpos.Status{PaperLow: true}))},
		{"an error nobody can mend", "18 20 00 0F", one(auto(escpos.Status{Offline: true, UnrecoverableError: true, Error: true}))},
		{"an error that goes by itself", "18 40 00 0F", one(auto(escpos.Status{Offline: true, RecoverableError: true, Error: true}))},
		{"somebody feeds", "50 00 00 0F", one(auto(escpos.Status{Feeding: true}))},
		{"a stop inside a report", "18 13 00 0C 0F", one(escpos.XOff{}, auto(escpos.Status{Offline: true, PaperOut: true}))},
		{"stop and go", "13;11", [][]escpos.Reply{{escpos.XOff{}}, {escpos.XOn{}}}},
		{"paper is present", "00", one(escpos.Paper{})},
		{"paper is low", "03", one(escpos.Paper{Low: true})},
		{"paper is out", "0F", one(escpos.Paper{Low: true, Out: true})},
		{"a job is printed", "37 22 30 30 30 31 00", one(job("0001"))},
		{"a job in two reads", "37 22 30;30 30 39 00", [][]escpos.Reply{nil, {job("0009")}}},
		{"a model", "5F 54 4D 2D 54 38 38 56 49 00", one(escpos.Identity{Text: "TM-T88VI"})},
		{"a frame whose letters look like statuses", "5F 12 14 00", one(escpos.Identity{Text: "\x12\x14"})},
		{"a stop inside a frame", "37 22 30 13 30 30 31 00", one(escpos.XOff{}, job("0001"))},
		{"frames of kinds that are not asked for", "3D 20 00 35 20 00 3B 31 00 37 21 00 12", one(escpos.LiveStatus(0x12))},
		{"a report without its end", "18 00;12 14 00 00 0F", [][]escpos.Reply{nil, {escpos.LiveStatus(0x12), auto(escpos.Status{DrawerHigh: true})}}},
		{"bytes of no kind", "80 FF 90 91 12", one(escpos.LiveStatus(0x12))},
		{"a frame without its end", "5F" + strings.Repeat(" 41", 128) + " 12", one(escpos.LiveStatus(0x12))},
	}
	for _, c := range cases {
		if got := pushAll(t, c.bytes); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %#v\nwant %#v", c.name, got, c.want)
		}
	}
}

func TestLiveStatusNeedsItsQuestion(t *testing.T) {
	for _, c := range []struct {
		n     byte
		bytes string
		want  string
	}{{1, "12", "ready"}, {1, "1A", "offline"}, {2, "32", "paper out"}, {3, "1A", "cutter stuck"}, {4, "1E", "ready"}, {4, "7E", "paper out"}} {
		var s escpos.Status
		live := pushAll(t, c.bytes)[0][0].(escpos.LiveStatus)
		if s.Add(c.n, byte(live)); s.String() != c.want || c.bytes == "1E" && !s.PaperLow {
			t.Errorf("%d: %s says %q, want %q", c.n, c.bytes, s, c.want)
		}
	}
}

func TestResetForgetsHalfAReply(t *testing.T) {
	for _, half := range []string{"37 22 30 30", "18 00"} {
		var r escpos.Replies
		r.Push(fromHex(t, half))
		r.Reset()
		if got := r.Push([]byte{0}); !reflect.DeepEqual(got, []escpos.Reply{escpos.Paper{}}) {
			t.Errorf("after %s: %#v", half, got)
		}
	}
}

// However the bytes are cut into reads, the replies are the same.
func TestRepliesInAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.SampledFrom([]byte{0, 3, 0x0c, 0x0f, 0x11, 0x12, 0x13, 0x14, 0x1a, 0x22, 0x30, 0x31, 0x37, 0x5f, 0x80, 0xff})).Draw(t, "data")
		var whole, pieces escpos.Replies
		want := whole.Push(data)
		var got []escpos.Reply
		for rest := data; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			got = append(got, pieces.Push(rest[:n])...)
			rest = rest[n:]
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("% x: got %#v, want %#v", data, got, want)
		}
		if len(want) > len(data) {
			t.Fatalf("% x: %d replies", data, len(want))
		}
	})
}
