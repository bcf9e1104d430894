package pn532_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Input is hex; "41*65" is a byte 65 times, "/" ends a read, "~150" is 150 ms of
// silence, "#" an unplug. What a Listener makes of it is written as inWords
// does.
var vectors = []struct{ name, input, want string }{
	{"P01 ACK", "00 00 FF 00 FF 00", "ack"},
	{"P03 ACK and answer in one read", "00 00 FF 00 FF 00 00 00 FF 06 FA D5 03 32 01 06 07 E8 00", "ack; reply"},
	{"P05 UID of 7 bytes", "00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 40 00", "uid 04A1B2C3D4E580"},
	{"P08 random UID", "00 00 FF 0C F4 D5 4B 01 01 00 04 20 04 08 24 A9 37 AA 00", "uid 0824A937"},
	{"P09 no target", "00 00 FF 03 FD D5 4B 00 E0 00", "no-target"},
	{"P10 sum of the data", "00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 41 00", "checksum"},
	{"P12 error frame", "00 00 FF 01 FF 7F 81 00", "pn532-syntax"},
	{"P13 garbage in front", "55 55 00 12 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 3A 5C 11 9E 89 00", "uid 3A5C119E"},
	{"P17 longer than any frame", "00 00 FF FF FF 7F FF 82", "oversize"},
	{"P19 UID longer than the answer", "00 00 FF 0B F5 D5 4B 01 01 00 44 00 07 04 A1 B2 3C 00", "bad-uid"},

	{"nothing", "", ""},
	{"NACK", "00 00 FF FF 00 00", "nack"},
	{"no filling", "00 FF 00 FF 00 FF 03 FD D5 4B 00 E0 00 FF 00 FF", "ack; no-target; ack"},
	{"much filling", "00*40 FF 00 FF 00*40 FF 03 FD D5 4B 00 E0 00*9", "ack; no-target"},
	{"answer before the ACK", "00 00 FF 03 FD D5 4B 00 E0 00 00 00 FF 00 FF 00", "no-target; ack"},
	{"two answers in one read", "00 00 FF 03 FD D5 4B 00 E0 00 00 00 FF 02 FE D5 15 16 00", "no-target; reply"},
	{"extended frame", "00 00 FF FF FF 00 03 FD D5 4B 00 E0 00", "no-target"},
	{"longest extended frame", "00 00 FF FF FF 01 09 F6 D5 41 00*263 EA 00", "reply"},
	{"one byte longer", "00 00 FF FF FF 01 0A F5 D5 41", "oversize"},
	{"sum of the length", "00 00 FF 03 FC D5 4B 00 E0 00", "length-checksum"},
	{"sum of the extended length", "00 00 FF FF FF 00 03 FC D5 4B 00 E0 00", "length-checksum"},
	{"frame of nothing", "00 00 FF 00 00 00", "length-checksum"},
	{"extended frame of nothing", "00 00 FF FF FF 00 00 00", "length-checksum"},
	{"echo of a command", "00 00 FF 02 FE D4 02 2A 00", "resync"},
	{"answer without a code", "00 00 FF 01 FF D5 2B 00", "resync"},
	{"damaged frame, then a whole one", "00 00 FF 03 FD D5 4B 01 E0 00 00 00 FF 03 FD D5 4B 00 E0 00", "checksum; no-target"},
	{"whole frame inside a damaged one", "00 00 FF 0A F6 00 00 FF 03 FD D5 4B 00 E0 00 00", "checksum; no-target"},
	{"start of a frame in garbage", "00 FF 12 34 00 00 FF 03 FD D5 4B 00 E0 00", "length-checksum; no-target"},

	{"silence in a frame", "00 00 FF 03 FD D5 4B ~150 00 00 FF 03 FD D5 4B 00 E0 00", "truncated; no-target"},
	{"just short of silence", "00 00 FF 03 FD D5 4B ~99 00 E0 00", "no-target"},
	{"silence", "00 00 FF 03 FD D5 4B ~100 00 E0 00", "truncated"},
	{"silence in the filling", "00 00 ~150 FF 00 FF 00", "ack"},
	{"silence after garbage", "55 55 12 ~150 00 00 FF 00 FF 00", "ack"},
	{"unplug in a frame", "00 00 FF 03 FD D5 # 4B 00 E0 00 00 00 FF 00 FF 00", "link-lost; ack"},
	{"unplug in the filling", "00 00 # 00 FF 00 FF 00", "ack"},

	{"UID of 10 bytes", "00 00 FF 12 EE D5 4B 01 01 00 44 00 0A 01 02 03 04 05 06 07 08 09 0A 59 00", "uid 0102030405060708090A"},
	{"answer to a select behind the UID", "00 00 FF 0E F2 D5 4B 01 01 00 04 20 04 3A 5C 11 9E 02 75 FA 00", "uid 3A5C119E"},
	{"UID of 5 bytes", "00 00 FF 0D F3 D5 4B 01 01 00 04 08 05 01 02 03 04 05 BE 00", "bad-uid"},
	{"UID of none", "00 00 FF 08 F8 D5 4B 01 01 00 04 08 00 D2 00", "bad-uid"},
	{"UID that is only begun", "00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 88 01 02 03 40 00", "bad-uid"},
	{"no length of the UID", "00 00 FF 07 F9 D5 4B 01 01 00 04 08 D2 00", "bad-uid"},
	{"no count", "00 00 FF 02 FE D5 4B E0 00", "bad-uid"},
	{"one target, listed twice", "00 00 FF 15 EB D5 4B 02 01 00 04 08 04 3A 5C 11 9E 02 00 04 08 04 3A 5C 11 9E 31 00", "uid 3A5C119E"},
	{"two targets", "00 00 FF 15 EB D5 4B 02 01 00 04 08 04 3A 5C 11 9E 02 00 04 08 04 3A 5C 11 9F 30 00", "multiple-targets"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			steps := parse(t, v.input)
			if got := play(steps); got != v.want {
				t.Fatalf("said %q, want %q", got, v.want)
			}
			for i, s := range steps {
				for cut := 1; cut < len(s.data); cut++ {
					resplit := slices.Insert(slices.Clone(steps), i+1, step{data: s.data[cut:]})
					resplit[i].data = s.data[:cut]
					if got := play(resplit); got != v.want {
						t.Fatalf("split at byte %d of read %d: said %q, want %q", cut, i, got, v.want)
					}
				}
			}
			if got := play(singleBytes(steps)); got != v.want {
				t.Fatalf("one byte at a time: said %q, want %q", got, v.want)
			}
		})
	}
}

func TestAnswerHasCodeAndData(t *testing.T) {
	input := bytesOf(t, "00 00 FF 00 FF 00 00 00 FF 06 FA D5 03 32 01 06 07 E8 00")
	var f pn532.Frames
	messages := f.Feed(start, input)
	if len(messages) != 2 || messages[0].Kind != pn532.Ack || messages[1].Kind != pn532.Answer {
		t.Fatalf("cut into %+v, want an ACK and an answer", messages)
	}
	clear(input)
	if a := messages[1]; a.Code != 0x03 || hex.EncodeToString(a.Data) != "32010607" {
		t.Errorf("answer %02X with % X, want 03 with 32 01 06 07", a.Code, a.Data)
	}
}

// However a stream is split, and whatever stands between the frames, it means
// the same.
func FuzzFrames(f *testing.F) {
	for _, v := range vectors {
		for _, s := range parse(f, v.input) {
			f.Add(s.data, uint16(len(s.data)/2), uint8(120))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16, pause uint8) {
		cut := min(int(at), len(data))
		steps := []step{{data: data[:cut:cut]}, {silence: time.Duration(pause) * time.Millisecond}, {data: data[cut:]}}
		want := play(steps)
		if got := play(singleBytes(steps)); got != want {
			t.Fatalf("one byte at a time: %q, in two reads: %q", got, want)
		}

		var frames pn532.Frames
		for _, m := range frames.Feed(start, data) {
			if (m.Kind == pn532.Damaged) != (m.Reason != "") || len(m.Data) > 263 {
				t.Fatalf("a message that cannot be: %+v", m)
			}
		}
		frames.Tick(start.Add(time.Second))
		if _, open := frames.Deadline(); open {
			t.Fatal("still waiting after silence")
		}
		next := frames.Feed(start.Add(2*time.Second), bytesOf(t, "00 00 FF 00 FF 00"))
		if len(next) != 1 || next[0].Kind != pn532.Ack {
			t.Fatalf("an ACK after silence became %+v", next)
		}
	})
}

func BenchmarkFrames(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(rng.IntN(3) - 1) // 00, 01 and FF, so that it is full of beginnings
	}
	answer := bytesOf(b, "00 00 FF 00 FF 00 00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 40 00")
	for _, c := range []struct {
		name string
		data []byte
	}{{"one answer", answer}, {"answers", slices.Repeat(answer, 100)}, {"noise", noise}} {
		b.Run(c.name, func(b *testing.B) {
			var f pn532.Frames
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				f.Feed(start, c.data)
				f.Reset()
			}
		})
	}
}

// A step is one read, or silence before the next, or an unplug.
type step struct {
	data    []byte
	silence time.Duration
	unplug  bool
}

func parse(t testing.TB, input string) []step {
	t.Helper()
	var steps []step
	open := false // the last step is a read that goes on
	for _, word := range strings.Fields(input) {
		switch {
		case word == "/":
			open = false
		case word == "#":
			steps, open = append(steps, step{unplug: true}), false
		case word[0] == '~':
			ms, err := strconv.Atoi(word[1:])
			if err != nil {
				t.Fatalf("silence of a vector: %v", err)
			}
			steps, open = append(steps, step{silence: time.Duration(ms) * time.Millisecond}), false
		default:
			value, count, _ := strings.Cut(word, "*")
			n, err := strconv.Atoi(count)
			if err != nil {
				n = 1
			}
			if !open {
				steps, open = append(steps, step{}), true
			}
			last := &steps[len(steps)-1]
			last.data = append(last.data, slices.Repeat(bytesOf(t, value), n)...)
		}
	}
	return steps
}

func singleBytes(steps []step) []step {
	var single []step
	for _, s := range steps {
		if s.data == nil {
			single = append(single, s)
		}
		for i := range s.data {
			single = append(single, step{data: s.data[i : i+1]})
		}
	}
	return single
}

// play tells a Listener what came, with a Tick wherever one is due.
func play(steps []step) string {
	l := pn532.NewListener()
	now := start
	said := l.Start(now)
	for _, s := range steps {
		switch {
		case s.unplug:
			said = append(said, l.Lost()...)
		case s.silence > 0:
			now = now.Add(s.silence)
			if due, ok := l.Deadline(); ok && !due.After(now) {
				said = append(said, l.Tick(due)...)
			}
		default:
			said = append(said, l.Feed(now, slices.Clone(s.data))...)
		}
	}
	var words []string
	for _, e := range said {
		words = append(words, inWords(e))
	}
	return strings.Join(words, "; ")
}

func inWords(e frame.Event) string {
	switch {
	case e.Dead:
		return "dead " + string(e.Reason)
	case e.Reason != "":
		return string(e.Reason)
	case e.Note == frame.Nak:
		return "nack"
	case e.Note != "":
		return string(e.Note)
	default:
		return fmt.Sprintf("%s %s", e.Symbology, e.Text)
	}
}

func bytesOf(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("hex of a test: %v", err)
	}
	return b
}
