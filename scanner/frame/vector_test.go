package frame_test

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A profile makes a framer with the settings a vector is for.
type profile func() frame.Framer

// A vector says what a device sends and what must come of it. Input is hex;
// "41*65" is a byte 65 times, "/" ends a read, "~150" is 150 ms of silence, "#"
// an unplug. Expected events are "code TEXT", "code ]E0 TEXT", a reason or a
// note, separated by "; ". Tails, and events that only send, are left out.
type vector struct {
	name    string
	profile profile
	input   string
	want    string
}

var vectors = slices.Concat(lineVectors, ssiVectors, hexVectors, uidVectors)

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			if got := format(play(v.profile, parse(t, v.input))); got != v.want {
				t.Errorf("got %q, want %q", got, v.want)
			}
		})
	}
}

// Reads are never frames: the same bytes must say and send the same however
// they are split.
func TestSplittingReadsChangesNothing(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			steps := parse(t, v.input)
			want := play(v.profile, steps)
			if got := play(v.profile, singleBytes(steps)); !reflect.DeepEqual(got, want) {
				t.Errorf("one byte at a time: got %+v, want %+v", got, want)
			}
			for i, s := range steps {
				for at := 1; at < len(s.data); at++ {
					split := slices.Concat(steps[:i], []step{{data: s.data[:at]}, {data: s.data[at:]}}, steps[i+1:])
					if got := play(v.profile, split); !reflect.DeepEqual(got, want) {
						t.Errorf("step %d split at %d: got %+v, want %+v", i, at, got, want)
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
			steps := append(parse(t, v.input), step{silence: time.Second}, step{data: []byte{}})
			want := play(v.profile, steps)
			if got := playTicking(v.profile, steps, time.Millisecond); !reflect.DeepEqual(got, want) {
				t.Errorf("ticking every millisecond: got %+v, want %+v", got, want)
			}
			if got := playTicking(v.profile, steps, 0); !reflect.DeepEqual(got, want) {
				t.Errorf("never ticking: got %+v, want %+v", got, want)
			}
		})
	}
}

// A port that is opened again starts from nothing, whatever it was in the
// middle of.
func TestStartForgets(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			steps := parse(t, v.input)
			want := play(v.profile, steps)
			f := v.profile()
			for _, s := range steps {
				if s.data != nil {
					f.Feed(start, s.data)
				}
			}
			if events := f.Start(start); events != nil {
				t.Errorf("starting said %+v", events)
			}
			if _, open := f.Deadline(); open {
				t.Error("still waiting after the start")
			}
			if got := playOn(f, steps); !reflect.DeepEqual(got, want) {
				t.Errorf("after a start: got %+v, want %+v", got, want)
			}
		})
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
func play(p profile, steps []step) []frame.Event { return playOn(p(), steps) }

func playOn(f frame.Framer, steps []step) []frame.Event {
	now := start
	var events []frame.Event
	for _, s := range steps {
		now = now.Add(s.silence)
		if deadline, open := f.Deadline(); open && !now.Before(deadline) {
			events = append(events, f.Tick(deadline)...)
		}
		events = append(events, apply(f, now, s)...)
	}
	return events
}

// playTicking ticks on a raster through every silence, or never if it is zero.
func playTicking(p profile, steps []step, every time.Duration) []frame.Event {
	f := p()
	now := start
	var events []frame.Event
	for _, s := range steps {
		if every > 0 {
			for at := now; !at.After(now.Add(s.silence)); at = at.Add(every) {
				events = append(events, f.Tick(at)...)
			}
		}
		now = now.Add(s.silence)
		events = append(events, apply(f, now, s)...)
	}
	return events
}

func apply(f frame.Framer, now time.Time, s step) []frame.Event {
	switch {
	case s.unplug:
		return f.Lost()
	case s.data != nil:
		return f.Feed(now, s.data)
	default:
		return nil
	}
}

func format(events []frame.Event) string {
	var words []string
	for _, e := range events {
		switch {
		case e.IsCode() && e.Symbology != "":
			words = append(words, fmt.Sprintf("code %s %s", e.Symbology, e.Text))
		case e.IsCode():
			words = append(words, "code "+e.Text)
		case e.Hint != "":
			words = append(words, fmt.Sprintf("%s (%s)", e.Reason, e.Hint))
		case e.Reason != "":
			words = append(words, string(e.Reason))
		case e.Note != "" && e.Note != frame.Tail:
			words = append(words, string(e.Note))
		}
	}
	return strings.Join(words, "; ")
}
