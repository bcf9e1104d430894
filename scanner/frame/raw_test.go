package frame_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
)

// A till on the same cable must get what it would have read without us: every
// byte of a code it may know, and nothing that was damaged or meant for us.
func TestRawIsWhatATillWouldHaveRead(t *testing.T) {
	uid3 := func() frame.Framer { return frame.NewUID(frame.UIDConfig{}) }
	for _, c := range []struct {
		name    string
		profile profile
		input   string
		want    string
	}{
		{"code and terminator", line, "41 42 0D", "code 41420D"},
		{"padding and identifier", line, "20 5D 43 30 41 20 0A", "code 205D433041200A"},
		{"prefix and suffix", lineSOH, "01 41 24 0D", "code 0141240D"},
		{"STX and ETX", lineSTX, "02 41 03 41 0D", "code 024103; code 410D"},
		{"STX in a frame that it broke", lineSTX, "41 02 42 03", "truncated -; code 024203"},
		{"silence is no byte", lineIdle, "41 42 ~150", "code 4142"},
		{"without the parity", lineMasked, "C1 42 8D", "code 41420D"},
		{"GS as the device writes it", lineGS, "5D 43 31 41 5E 5D 42 0D", "code 5D4331415E5D420D"},
		{"without a reply", textSSI, "41 04 D0 04 00 FF 28 42 0D", "ack -; code 41420D"},
		{"rejected, but not damaged", line, "41 09 0D FF 0D 20 0D 5D 45 31 31 0D 5D 45 30 31 0D",
			"control-char 41090D; charset FF0D; empty 200D; addon-only 5D4531310D; bad-length 5D4530310D"},
		{"no prefix, suffix or identifier", lineSOH, "41 0D 01 41 0D", "missing-prefix 410D; missing-suffix 01410D"},
		{"no identifier", lineUSA, "32 0D", "code-id 320D"},
		{"damaged or unfinished", line, "41 00 0D 41*65 0D 41 ~150 41 #", "line-error -; oversize -; unterminated -; link-lost -"},
		{"nothing was read", line, "4E 52 0D 0A", "no-read -"},

		{"LF of CR LF", line, "41 0D 0A 42 0D 0A", "code 410D; tail 0A; code 420D; tail 0A"},
		{"LF that comes late", line, "41 0D ~250 0A", "code 410D; tail 0A"},
		{"more of them", line, "41 0D 0A 0D 0A", "code 410D; tail 0A; tail 0D; tail 0A"},
		{"ETX and CR", lineSTX, "02 41 03 0D", "code 024103; tail 0D"},
		{"behind what was rejected", line, "09 0D 0A", "control-char 090D; tail 0A"},
		{"behind a code that silence ended", lineIdle, "41 ~150 0D", "code 41; tail 0D"},
		{"behind a reply", textSSI, "41 0D 04 D0 04 00 FF 28 0A", "code 410D; ack -; tail 0A"},
		{"nothing before it", line, "0D 0A 0A", ""},
		{"behind damage", line, "41 00 0D 0A 41 0D 00 ~150 0A", "line-error -; code 410D"},
		{"behind what was too long", line, "41*65 0D 0A", "oversize -"},
		{"behind data and silence", line, "41 0D 42 ~150 0A", "code 410D; unterminated -"},
		{"behind an unplug", line, "41 0D # 0A", "code 410D"},
		{"in an empty frame", lineSTX, "41 0D 02 03 0D", "code 410D"},

		{"packet", ssi, decoded("00", "03", "]C0A "), "code 5D433041200D"},
		{"message", ssi, decoded("02", "1C", "AB") + " " + decoded("00", "1C", "CD"), " -; code 414243440D"},
		{"packet, rejected", ssi, decoded("00", "03", "A\t"), "control-char 41090D"},
		{"packets that are no code", ssi, decoded("00", "01", "NR") + " " + decoded("01", "01", "NR") + " 04 D0 00 00 FF 2C 02 ~150 05 F3 ~150",
			"no-read -; retransmission -; ack -; bad-length -; truncated -"},
		{"EM4100", stxHex, tagID, "code 023037303037353832343542350D0A03"},
		{"EM4100, damaged", stxHex, "02 30*12 30 03", "bad-length -"},
		{"number", uid3, uid4 + " 0D 0A", "code 33413543313139450D; tail 0A"},
		{"bytes, not turned round", uidRawX, "02 9E 11 5C 3A BB ~150", "code 029E115C3ABB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var words []string
			for _, e := range play(c.profile, parse(t, c.input)) {
				kind := string(e.Reason) + string(e.Note)
				if e.IsCode() {
					kind = "code"
				}
				raw := "-"
				if e.Raw != nil {
					raw = fmt.Sprintf("%X", e.Raw)
				}
				words = append(words, kind+" "+raw)
			}
			if got := strings.Join(words, "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Whoever passes bytes on may keep or change them.
func TestEventsShareNoMemory(t *testing.T) {
	for _, c := range []struct {
		profile profile
		input   string
	}{{line, "41 0D 0A"}, {uidRaw, "3A 5C 11 9E ~20"}, {ssi, decoded("00", "03", "A")}, {stxHex, tagR01}} {
		f := c.profile()
		steps := parse(t, c.input)
		one, want := playOn(f, steps), format(playOn(c.profile(), steps))
		for _, e := range one {
			clear(e.Raw[:cap(e.Raw)])
			clear(e.Send[:cap(e.Send)])
		}
		two := playOn(f, steps)
		if got := format(two); got != want {
			t.Errorf("%s: after its events were wiped: %q, want %q", c.input, got, want)
		}
	}
}

// Tags are told from codes, because one that stays is not shown again.
func TestTagsAreMarked(t *testing.T) {
	for _, v := range vectors {
		for _, e := range play(v.profile, parse(t, v.input)) {
			radio := e.Symbology == frame.UID || e.Symbology == frame.EM4100
			if e.Tag != radio {
				t.Errorf("%s: tag is %v with symbology %q", v.name, e.Tag, e.Symbology)
			}
		}
	}
}

func TestSilenceCanBeSet(t *testing.T) {
	for name, f := range map[string]frame.Framer{
		"line": frame.NewLine(frame.LineConfig{Silence: time.Second}),
		"ssi":  frame.NewSSI(frame.SSIConfig{Silence: time.Second}),
		"hex":  frame.NewHex(frame.HexConfig{Silence: time.Second}),
		"uid":  frame.NewUID(frame.UIDConfig{Silence: time.Second}),
	} {
		if _, open := f.Deadline(); open {
			t.Errorf("%s waits before anything came", name)
		}
		f.Feed(start, []byte("\x02A"))
		if deadline, open := f.Deadline(); !open || !deadline.Equal(start.Add(time.Second)) {
			t.Errorf("%s: deadline %v, %v", name, deadline, open)
		}
	}
}
