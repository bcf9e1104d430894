package recording_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/recording"
)

// play runs a short form through a framer and writes down what came of it.
func play(t *testing.T, text string, f frame.Framer) string {
	t.Helper()
	r, err := recording.ParseHex(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return events(r, f)
}

func events(r recording.Recording, f frame.Framer) string {
	var all []string
	recording.Play(r, f, func(at time.Duration, e frame.Event) {
		if e.Note != frame.Tail {
			all = append(all, fmt.Sprintf("%v %s%s", at, e.Text, e.Reason))
		}
	})
	return strings.Join(all, "; ")
}

func TestPlayCountsPauses(t *testing.T) {
	line := frame.LineConfig{}
	idle := frame.LineConfig{Idle: true}
	for _, c := range []struct {
		name, text string
		cfg        frame.LineConfig
		want       string
	}{
		{"a pause inside a code", "32 39 ~99 30 0D", line, "99ms 290"},
		{"a pause that is silence", "32 39 ~150 30 0D", line, "100ms unterminated; 150ms 0"},
		{"silence ends a code when it does, not at the next", "32 39 ~5000 30 ~5000", idle, "100ms 29; 5.1s 0"},
		{"silence after the end", "32 39", idle, "100ms 29"},
		{"silence after the end, without a terminator", "32 39", line, "100ms unterminated"},
		{"a device that goes away", "32 39 # 30 0D", line, "0s link-lost; 0s 0"},
		{"nothing", "~1000", line, ""},
	} {
		if got := play(t, c.text, frame.NewLine(c.cfg)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A script notes what it is told, and asks for a tick every second.
type script struct {
	told []string
	due  time.Time
	idle bool
}

func (s *script) note(format string, args ...any) {
	s.told = append(s.told, fmt.Sprintf(format, args...))
}

func (s *script) Start(now time.Time) []frame.Event {
	s.note("start %d", now.Unix())
	s.due = now.Add(time.Second)
	return []frame.Event{{Note: frame.Reply}}
}

func (s *script) Feed(now time.Time, b []byte) []frame.Event {
	s.note("feed %d %s", now.Unix(), b)
	return nil
}

func (s *script) Tick(now time.Time) []frame.Event {
	s.note("tick %d", now.Unix())
	if !s.idle {
		s.due = now.Add(time.Second)
	}
	return nil
}

func (s *script) Lost() []frame.Event { s.note("lost"); return nil }

func (s *script) Deadline() (time.Time, bool) { return s.due, true }

func TestPlayTellsTheFramerEverything(t *testing.T) {
	r, err := recording.Parse("zegel scanner recording 1\n2.5 41\n3.5 lost\n5.0\n6.0 back\n7.5 42\n8 back\n9 lost\n9 lost\n")
	if err != nil {
		t.Fatal(err)
	}
	var s script
	replies := 0
	recording.Play(r, &s, func(_ time.Duration, e frame.Event) { replies++ })
	want := "start 0, tick 1, tick 2, feed 2 A, tick 3, lost, start 6, tick 7, feed 7 B, tick 8, lost, start 8, tick 9, lost"
	if got := strings.Join(s.told, ", "); got != want || replies != 3 {
		t.Errorf("got  %s (%d replies)\nwant %s", got, replies, want)
	}
}

func TestPlayEndsWithAFramerThatAsksForEver(t *testing.T) {
	s := script{idle: true} // its deadline never moves
	recording.Play(recording.Recording{Chunks: []recording.Chunk{{At: time.Hour}}}, &s, func(time.Duration, frame.Event) {})
	if got := strings.Join(s.told, ", "); got != "start 0, tick 1, tick 1" {
		t.Errorf("got %s", got)
	}
}

func TestPlayOfAFileIsPlayOfWhatWasRecorded(t *testing.T) {
	r, err := recording.ParseHex("32 39 / 30 ~150 31 0D 0A # 32 0D ~20 33 34 0D")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := r.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	again, err := recording.Parse(file.String())
	if err != nil {
		t.Fatal(err)
	}
	direct := events(r, frame.NewLine(frame.LineConfig{}))
	if got := events(again, frame.NewLine(frame.LineConfig{})); got != direct || !strings.Contains(direct, "170ms 34") {
		t.Errorf("from the file %q, directly %q", got, direct)
	}
}

func TestRawIsOneRead(t *testing.T) {
	b := []byte("29\r")
	r := recording.Raw(b)
	b[0] = 'X'
	if got := events(r, frame.NewLine(frame.LineConfig{})); got != "0s 29" {
		t.Errorf("got %q", got)
	}
}

// asker is a framer that is due at once, and may be one that asks by the clock.
type asker struct {
	frame.Framer
	ticks int
}

func (a *asker) Start(time.Time) []frame.Event { return nil }
func (a *asker) Deadline() (time.Time, bool)   { return time.Unix(60, 0), true }
func (a *asker) Tick(time.Time) []frame.Event {
	a.ticks++
	return nil
}

type poller struct{ asker }

func (*poller) Polls() {}

// A recording ends where somebody stopped it: what a reader was asked last has
// no answer in it, and that is not the reader's fault.
func TestNobodyAsksAfterTheEnd(t *testing.T) {
	short := recording.Recording{Chunks: []recording.Chunk{{At: time.Second}}}
	var silence asker
	recording.Play(short, &silence, func(time.Duration, frame.Event) {})
	var asks poller
	recording.Play(short, &asks, func(time.Duration, frame.Event) {})
	if silence.ticks != 1 || asks.ticks != 0 {
		t.Errorf("ticked %d and %d times", silence.ticks, asks.ticks)
	}
}
