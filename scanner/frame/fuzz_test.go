package frame_test

import (
	"encoding/hex"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zegel/scanner/frame"
)

// A subject is a framer to be fuzzed and what must hold for it.
type subject struct {
	profile profile
	// text says what a code can be.
	text *regexp.Regexp
	// next is what a device sends for one good code, and the code.
	next, code string
}

var (
	lineText = regexp.MustCompile(`(?s)\A[^\x00-\x1C\x1E\x1F\x7F]{1,64}\z`)
	uidText  = regexp.MustCompile(`\A([0-9A-F]{8}|[0-9A-F]{10}|[0-9A-F]{14}|[0-9A-F]{20})\z`)
	hexText  = regexp.MustCompile(`\A[0-9A-F]{10}\z`)
)

func FuzzLine(f *testing.F) {
	var subjects []subject
	for _, s := range []struct {
		profile    profile
		next, code string
	}{
		{line, "A\r", "A"}, {lineIdle, "A\r", "A"}, {lineSTX, "\x02A\x03", "A"}, {lineTab, "A\t", "A"},
		{lineUSA, "FA\r", "A"}, {lineSOH, "\x01A$\r", "A"}, {lineGS, "A^]B\r", "A^]B"},
		{lineMasked, "\xC1\x8D", "A"}, {textSSI, "A\r", "A"}, {textEcho, "RE\r", "RE"},
	} {
		subjects = append(subjects, subject{s.profile, lineText, s.next, s.code})
	}
	for i, seed := range []string{
		"2900001234566\r", "]E02900001234566\r\n", "\x022900001234566\x03", "F12345670\r", "NR\r",
		"\x00\x00", "\xb2900\xb1\x8d", "]E3\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\xc3\x84\r",
		strings.Repeat("A", 65) + "\r\x01A$\r", "A\x02B\x00\x03 \r]C1\x1d8018\r", "]C1A^]B\r",
		"\x04\xD0\x04\x00\xFF\x28A\r", "A\x04\x04\xD0\x04\x00\xFF\x28\r", "\x05\xD1\x04", "REV_\x06\x15A\r",
	} {
		f.Add([]byte(seed), uint8(i), uint8(i), uint8(i*10))
	}
	fuzz(f, subjects)
}

func FuzzSSI(f *testing.F) {
	next := string(unhex(decoded("00", "03", "A")))
	fuzz(f, []subject{
		{ssi, lineText, next, "A"},
		{ssiGS, lineText, next, "A"},
		{ssiCordless, lineText, string(unhex(packet("F3", "00", "00 00 00 03 41"))), "A"},
		{ssiOf(frame.SSIConfig{Max: 64, Wake: true}), lineText, next, "A"},
	}, ssiVectors)
}

func FuzzHex(f *testing.F) {
	fuzz(f, []subject{{stxHex, hexText, string(unhex(tagR01)), "0700758245"}}, hexVectors)
}

func FuzzUID(f *testing.F) {
	text := "3A5C119E\r"
	fuzz(f, []subject{
		{uidHex, uidText, text, "3A5C119E"},
		{uidBack, uidText, text, "9E115C3A"},
		{uidLast4r, uidText, text, "9E115C3A"},
		{uidDec, uidText, "979112350\r", "3A5C119E"},
		{uidDec7, uidText, "4\r", "04000000000000"},
		{uidRaw, uidText, "\x3A\x5C\x11\x9E", "3A5C119E"},
		{uidRawX, uidText, "\x02\x9E\x11\x5C\x3A\xBB", "3A5C119E"},
		{indiTag, uidText, ":112233445501\r", "1122334455"},
	}, uidVectors)
}

// fuzz checks that whatever a line carries, a framer does not panic, does not
// depend on how reads are split, lets out nothing that cannot be a code, and
// hears the next code after silence.
func fuzz(f *testing.F, subjects []subject, seeds ...[]vector) {
	for _, vectors := range seeds {
		for i, v := range vectors {
			for _, s := range parse(f, v.input) {
				f.Add(s.data, uint8(i), uint8(len(s.data)/2), uint8(150))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which, at, pause uint8) {
		s := subjects[int(which)%len(subjects)]
		cut := min(int(at), len(data))
		steps := []step{{data: data[:cut:cut]}, {silence: time.Duration(pause) * time.Millisecond}, {data: data[cut:]}}
		want := play(s.profile, steps)
		if got := play(s.profile, singleBytes(steps)); !reflect.DeepEqual(got, want) {
			t.Fatalf("one byte at a time: %+v, in two reads: %+v", got, want)
		}
		for _, e := range want {
			checkEvent(t, s, e, len(data))
		}

		framer := s.profile()
		events := framer.Feed(start, data)
		for _, e := range append(events, framer.Tick(start.Add(time.Second))...) {
			checkEvent(t, s, e, len(data))
		}
		if _, open := framer.Deadline(); open {
			t.Fatal("still waiting after silence")
		}
		after := framer.Feed(start.Add(2*time.Second), []byte(s.next))
		after = append(after, framer.Tick(start.Add(3*time.Second))...)
		if len(after) != 1 || after[0].Text != s.code {
			t.Fatalf("the next code after silence became %+v", after)
		}
	})
}

func checkEvent(t *testing.T, s subject, e frame.Event, size int) {
	t.Helper()
	if e.IsCode() != (e.Text != "") {
		t.Fatalf("a code without text, or text without a code: %+v", e)
	}
	if e.IsCode() && (!utf8.ValidString(e.Text) || !s.text.MatchString(e.Text)) {
		t.Fatalf("text no code can be: %q", e.Text)
	}
	if e.IsCode() && e.Raw == nil {
		t.Fatalf("a code without its bytes: %+v", e)
	}
	if len(e.Raw) > size+1 {
		t.Fatalf("%d bytes for a till out of %d", len(e.Raw), size)
	}
	if e.Text == "" && e.Reason == "" && e.Note == "" && e.Send == nil {
		t.Fatalf("an event about nothing: %+v", e)
	}
	if e.Dead {
		t.Fatalf("a device that only sends cannot be dead: %+v", e)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}
