package frame_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
)

var (
	start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

	line     = frame.LineConfig{Max: 64}
	lineIdle = frame.LineConfig{Max: 64, Idle: true}
	lineSTX  = frame.LineConfig{Max: 64, STX: true}
	lineTab  = frame.LineConfig{Max: 64, Terminators: []byte("\r\n\t")}
	lineUSA  = frame.LineConfig{Max: 64, CodeIDs: map[string]string{"F": "]E0", "FF": "]E4", "A": "]E0", "#": "]C0", "*": "]A0"}}
	lineOPOS = frame.LineConfig{Max: 64, CodeIDs: map[string]string{"A": "]E0", "B": "]E4", "C": "]E0", "K": "]C0", "P": "]C1", "M": "]A0"}}
	lineSOH  = frame.LineConfig{Max: 64, Prefix: "\x01", Suffix: "$"}
)

// A vector says what a device sends and what must come of it. Input is hex;
// "41*65" is a byte 65 times, "/" ends a read, "~150" is 150 ms of silence, "#"
// an unplug. Expected events are "code TEXT", "code ]E0 TEXT" or a reason,
// separated by "; ".
type vector struct {
	name  string
	cfg   frame.LineConfig
	input string
	want  string
}

var vectors = []vector{
	{"L01 suffix CR", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code 2900001234566"},
	{"L03 LF of a CR LF pair comes late", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D ~250 0A", "code 2900001234566"},
	{"L05 only terminators", line, "0D 0D 0A 0A", ""},
	{"L06 four reads", line, "32 39 30 30 30 / 30 31 32 33 / 34 35 36 36 / 0D", "code 2900001234566"},
	{"L08 two frames in one read", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D 32 39 30 30 30 30 37 36 35 34 33 32 30 0D", "code 2900001234566; code 2900007654320"},
	{"L10 no suffix, then silence", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150", "unterminated"},
	{"L12 silence ends the frame", lineIdle, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150 32 39 30 30 30 30 37 36 35 34 33 32 30 ~150", "code 2900001234566; code 2900007654320"},
	{"L14 one byte too many", line, "41*65 / 0D 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "oversize; code 2900001234566"},
	{"L17 damaged byte in a frame", line, "32 39 30 30 30 30 00 32 33 34 35 36 36 0D", "line-error"},
	{"L18 damaged bytes, then silence", line, "00 00 ~150 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code 2900001234566"},
	{"L20 STX and ETX", lineSTX, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03", "code 2900001234566"},
	{"L23 STX not configured", line, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03 0D", "control-char"},
	{"L25 TAB", lineTab, "32 39 30 30 30 30 31 32 33 34 35 36 36 09 32 39 30 30 30 30 37 36 35 34 33 32 30 09", "code 2900001234566; code 2900007654320"},
	{"L27 even parity never ends a frame", line, "B2 39 30 30 30 30 B1 B2 33 B4 35 36 36 8D ~150", "unterminated (looks like 7E1 on an 8N1 line)"},
	{"L29 padding", line, "20 20 32 39 30 30 30 30 31 32 33 34 35 36 36 20 20 0D", "code 2900001234566"},
	{"L31 command reply glued in front", line, "02 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 06 3B 03 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "control-char"},
	{"L33 no-read", line, "4E 52 0D", "no-read"},
	{"L35 unplug in mid frame", line, "32 39 30 30 30 30 31 32 #", "link-lost"},

	{"A01 AIM EAN-13", line, "5D 45 30 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A03 AIM Code 128", line, "5D 43 30 4C 4F 59 3A 31 3A 38 46 33 4B 32 51 0D", "code ]C0 LOY:1:8F3K2Q"},
	{"A17 AIM EAN-13 with 12 digits", line, "5D 45 30 34 31 32 33 34 35 36 37 38 39 30 33 0D", "code ]E0 412345678903"},
	{"A20 add-on alone", line, "5D 45 31 31 32 0D", "addon-only"},
	{"A31 UTF-8 beyond ASCII", line, "4C 4F 59 3A 31 3A C3 84 C3 96 4B 32 51 31 0D", "code LOY:1:ÄÖK2Q1"},
	{"A32 vendor identifier", lineUSA, "46 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A34 vendor identifier", lineOPOS, "41 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A37 AIM EAN without data", line, "5D 45 30 0D", "bad-length"},
	{"A39 leading GS", line, "5D 43 31 1D 38 30 31 38 39 0D", "code ]C1 \x1d80189"},

	{"terminators around a late code", line, "0A 0D ~150 0A 41 0D", "code A"},
	{"damaged byte alone before a terminator", line, "00 0D 41 0D", "line-error; code A"},
	{"damaged data, then silence", line, "41 00 42 ~150 43 0D", "line-error; code C"},
	{"damaged byte does not outlive its frame", line, "41 00 0D 42 0D", "line-error; code B"},
	{"just short of silence", line, "41 ~99 42 0D", "code AB"},
	{"silence", line, "41 ~100 42 0D", "unterminated; code B"},
	{"largest frame", line, "41*64 0D", "code " + strings.Repeat("A", 64)},
	{"oversize ends with silence", line, "41*70 ~150 42 0D", "oversize; code B"},
	{"oversize is said once", line, "41*300 0D 42 0D", "oversize; code B"},
	{"damaged and oversize is one event", line, "00 41*70 00 0D 42 0D", "oversize; code B"},
	{"oversize in idle mode", lineIdle, "41*70 ~150 42 ~150", "oversize; code B"},
	{"terminator in idle mode", lineIdle, "41 0D 0A ~150 42 ~150", "code A; code B"},
	{"damaged in idle mode", lineIdle, "41 00 ~150", "line-error"},
	{"STX missing", lineSTX, "41 03 42 0D", "code A; code B"},
	{"STX inside a frame", lineSTX, "02 41 42 02 43 03", "truncated; code C"},
	{"STX after damaged bytes alone", lineSTX, "00 02 43 03", "code C"},
	{"ETX then CR", lineSTX, "02 41 03 0D 0A", "code A"},
	{"oversize ends at ETX only", lineSTX, "02 41*65 02 42 03 02 43 03", "oversize; code C"},
	{"unplug between frames", line, "41 0D #", "code A"},
	{"unplug after damaged bytes alone", line, "00 #", ""},
	{"unplug while skipping", line, "41*65 # 42 0D", "oversize; code B"},
	{"nothing is glued across an unplug", line, "41 42 # 43 0D", "link-lost; code C"},
	{"nothing is poisoned across an unplug", line, "41 00 # 43 0D", "link-lost; code C"},
	{"DEL", line, "41 7F 42 0D", "control-char"},
	{"TAB not configured", line, "41 09 42 0D", "control-char"},
	{"control character before charset", line, "FF 01 0D", "control-char"},
	{"not UTF-8", line, "41 FF 42 43 0D", "charset"},
	{"odd parity ends at CR", line, "32 B9 B0 B0 B0 B0 31 32 B3 34 B5 B6 B6 0D", "charset (looks like 7O1 on an 8N1 line)"},
	{"mark parity", line, "B2 B9 B0 B1 B3 8D ~150", "unterminated (looks like 7M1 on an 8N1 line)"},
	{"even parity, CR LF", line, "B2 39 30 30 B1 8D 0A", "charset (looks like 7E1 on an 8N1 line)"},
	{"only padding", line, "20 20 0D", "empty"},
	{"padding in idle mode", lineIdle, "20 ~150", "empty"},
	{"other no-read text", line, "20 4E 4F 52 45 41 44 0D", "no-read"},
	{"longer than a no-read text", line, "4E 52 31 0D", "code NR1"},
	{"AIM without data", line, "5D 43 30 0D", "empty"},
	{"AIM letter not known", line, "5D 59 30 31 0D", "code ]Y01"},
	{"AIM modifier not hex", line, "5D 43 47 31 0D", "code ]CG1"},
	{"bracket alone", line, "5D 0D", "code ]"},
	{"AIM EAN-13 too short", line, "5D 45 30 31 32 33 0D", "bad-length"},
	{"AIM EAN-8", line, "5D 45 34 31 32 33 34 35 36 37 30 0D", "code ]E4 12345670"},
	{"AIM EAN-8 too long", line, "5D 45 34 31 32 33 34 35 36 37 38 30 0D", "bad-length"},
	{"add-on removed", line, "5D 45 33 32 39 30 30 30 30 31 32 33 34 35 36 36 31 32 0D", "code ]E3 2900001234566"},
	{"add-on of another length", line, "5D 45 33 32 39 30 30 30 30 31 32 33 34 35 36 36 31 0D", "bad-length"},
	{"longest vendor identifier wins", lineUSA, "46 46 31 32 33 34 35 36 37 30 0D", "code ]E4 12345670"},
	{"vendor identifier missing", lineUSA, "32 39 30 30 0D", "code-id"},
	{"vendor identifier without data", lineUSA, "46 0D", "empty"},
	{"no-read has no vendor identifier", lineUSA, "4E 52 0D", "no-read"},
	{"AIM is data under vendor identifiers", lineOPOS, "4B 5D 45 30 31 0D", "code ]C0 ]E01"},
	{"prefix and suffix", lineSOH, "01 20 41 20 24 0D", "code A"},
	{"prefix missing", lineSOH, "41 24 0D", "missing-prefix"},
	{"suffix missing", lineSOH, "01 41 0D", "missing-suffix"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			if got := play(v.cfg, parse(t, v.input)); got != v.want {
				t.Errorf("got %q, want %q", got, v.want)
			}
		})
	}
}

// Reads are never frames: the same bytes must say the same however they are
// split.
func TestSplittingReadsChangesNothing(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			steps := parse(t, v.input)
			if got := play(v.cfg, singleBytes(steps)); got != v.want {
				t.Errorf("one byte at a time: got %q, want %q", got, v.want)
			}
			for i, s := range steps {
				for at := 1; at < len(s.data); at++ {
					split := slices.Concat(steps[:i], []step{{data: s.data[:at]}, {data: s.data[at:]}}, steps[i+1:])
					if got := play(v.cfg, split); got != v.want {
						t.Errorf("step %d split at %d: got %q, want %q", i, at, got, v.want)
					}
				}
			}
		})
	}
}

// A caller that ticks too often, or only feeds, hears the same.
func TestTickingMoreOrLessChangesNothing(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			steps := parse(t, v.input)
			if got := playTicking(v.cfg, steps, time.Millisecond); got != v.want {
				t.Errorf("ticking every millisecond: got %q, want %q", got, v.want)
			}
			feeding := append(steps, step{silence: time.Second}, step{data: []byte{}})
			if got := playTicking(v.cfg, feeding, 0); got != v.want {
				t.Errorf("never ticking: got %q, want %q", got, v.want)
			}
		})
	}
}

func TestDeadlineIsOpenOnlyWhileSomethingIsAwaited(t *testing.T) {
	l := frame.NewLine(frame.LineConfig{Max: 4})
	for _, c := range []struct {
		feed string
		open bool
	}{
		{"", false}, {"\r\n", false}, {"A", true}, {"B\r", false}, {"\x00", true}, {"\r", false},
		{"ABCDE", true}, {"F", true}, {"\r", false},
	} {
		l.Feed(start, []byte(c.feed))
		deadline, open := l.Deadline()
		if open != c.open {
			t.Fatalf("after %q: open = %v, want %v", c.feed, open, c.open)
		}
		if open && !deadline.Equal(start.Add(100*time.Millisecond)) {
			t.Fatalf("after %q: deadline %v", c.feed, deadline)
		}
	}
}

// A clock set back must neither end a frame nor keep one open for ever.
func TestClockSetBack(t *testing.T) {
	l := frame.NewLine(frame.LineConfig{})
	l.Feed(start, []byte("A"))
	events := l.Feed(start.Add(-time.Hour), []byte("B\rC"))
	events = append(events, l.Tick(start.Add(-time.Hour+time.Second))...)
	if got, want := format(events), "code AB; unterminated"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type step struct {
	data    []byte
	silence time.Duration
	unplug  bool
}

func parse(t testing.TB, input string) []step {
	t.Helper()
	var steps []step
	var data []byte
	flush := func(next ...step) {
		if data != nil {
			steps = append(steps, step{data: data})
		}
		data = nil
		steps = append(steps, next...)
	}
	for _, word := range strings.Fields(input) {
		switch {
		case word == "/":
			flush()
		case word == "#":
			flush(step{unplug: true})
		case word[0] == '~':
			ms, err := strconv.Atoi(word[1:])
			if err != nil {
				t.Fatal(err)
			}
			flush(step{silence: time.Duration(ms) * time.Millisecond})
		default:
			digits, times, repeated := strings.Cut(word, "*")
			b, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatal(err)
			}
			n := 1
			if repeated {
				if n, err = strconv.Atoi(times); err != nil {
					t.Fatal(err)
				}
			}
			data = append(data, slices.Repeat(b, n)...)
		}
	}
	flush()
	return steps
}

func singleBytes(steps []step) []step {
	var out []step
	for _, s := range steps {
		if s.data == nil {
			out = append(out, s)
		}
		for i := range s.data {
			out = append(out, step{data: s.data[i : i+1]})
		}
	}
	return out
}

// play ticks as the contract asks: at the deadline.
func play(cfg frame.LineConfig, steps []step) string {
	l := frame.NewLine(cfg)
	now := start
	var events []frame.Event
	for _, s := range steps {
		now = now.Add(s.silence)
		if deadline, open := l.Deadline(); open && !now.Before(deadline) {
			events = append(events, l.Tick(deadline)...)
		}
		events = append(events, apply(l, now, s)...)
	}
	return format(events)
}

// playTicking ticks on a raster through every silence, or never if it is zero.
func playTicking(cfg frame.LineConfig, steps []step, every time.Duration) string {
	l := frame.NewLine(cfg)
	now := start
	var events []frame.Event
	for _, s := range steps {
		if every > 0 {
			for at := now; !at.After(now.Add(s.silence)); at = at.Add(every) {
				events = append(events, l.Tick(at)...)
			}
		}
		now = now.Add(s.silence)
		events = append(events, apply(l, now, s)...)
	}
	return format(events)
}

func apply(l *frame.Line, now time.Time, s step) []frame.Event {
	switch {
	case s.unplug:
		return l.Lost()
	case s.data != nil:
		return l.Feed(now, s.data)
	default:
		return nil
	}
}

func format(events []frame.Event) string {
	words := make([]string, len(events))
	for i, e := range events {
		switch {
		case e.IsCode() && e.Symbology != "":
			words[i] = fmt.Sprintf("code %s %s", e.Symbology, e.Text)
		case e.IsCode():
			words[i] = "code " + e.Text
		case e.Hint != "":
			words[i] = fmt.Sprintf("%s (%s)", e.Reason, e.Hint)
		default:
			words[i] = string(e.Reason)
		}
	}
	return strings.Join(words, "; ")
}
