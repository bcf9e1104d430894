package scanner

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/frame"
)

// tagR01 is what an RDM6300 sends of tag 0700758245, every 65 ms while it is
// there.
const tagR01 = "\x020700758245B5\x03"

func TestTagIsOneScanWhileItIsThere(t *testing.T) { // D04
	s := &socket{plugged: true}
	change := func(c *Config) { c.Framer = frame.NewHex(frame.HexConfig{}) }
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		for range 3000 / 65 {
			s.fake.send(tagR01)
			time.Sleep(65 * time.Millisecond)
		}
		synctest.Wait()
		expect(t, j, "state ready; scan 0700758245")
		after(600 * time.Millisecond) // 665 ms since it was read last
		s.fake.send(tagR01)
		synctest.Wait()
		expect(t, j, "")
		after(700 * time.Millisecond)
		s.fake.send(tagR01)
		synctest.Wait()
		expect(t, j, "scan 0700758245")
		if got := r.Status(); got.Scans != 2 || got.Repeats != 3000/65 {
			t.Errorf("status %+v", got)
		}
	})
}

func TestPresence(t *testing.T) {
	const ms = time.Millisecond
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	type reading struct {
		text string
		at   time.Duration
		drop bool
	}
	for _, c := range []struct {
		name     string
		away     time.Duration
		readings []reading
	}{
		{"away for just long enough", 700 * ms, []reading{{"A", 0, false}, {"A", 699 * ms, true}, {"A", 1398 * ms, true}, {"A", 2098 * ms, false}}},
		{"two in one field", 700 * ms, []reading{{"A", 0, false}, {"B", 50 * ms, false}, {"A", 100 * ms, true}, {"B", 150 * ms, true}, {"A", 800 * ms, false}, {"B", 849 * ms, true}}},
		{"never", -1, []reading{{"A", 0, false}, {"A", 0, false}, {"A", 1 * ms, false}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := presence{away: c.away}
			for _, r := range c.readings {
				if got := p.drop(r.text, start.Add(r.at)); got != r.drop {
					t.Errorf("%s at %v: dropped %v", r.text, r.at, got)
				}
			}
		})
	}
}

func TestPresenceRemembersSoMany(t *testing.T) {
	p := presence{away: time.Minute}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i := range 100 * mostTags {
		if p.drop(fmt.Sprint(i), now) {
			t.Errorf("tag %d was there already", i)
		}
		if len(p.seen) > mostTags {
			t.Fatalf("%d tags remembered", len(p.seen))
		}
	}
	for i := 99 * mostTags; i < 100*mostTags; i++ {
		if !p.drop(fmt.Sprint(i), now) {
			t.Errorf("tag %d forgotten", i)
		}
	}
}

// A reader that says itself that the tag left is believed.
func TestTagThatWasRemovedCountsAgain(t *testing.T) {
	s := &socket{plugged: true}
	change := func(c *Config) { c.Framer = taps{} }
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send("A")
		s.fake.send("A")
		s.fake.send("-A")
		s.fake.send("A")
		synctest.Wait()
		expect(t, j, "state ready; scan A; scan A")
	})
}

// taps is a reader that says a letter for a tag and "-" when it left.
type taps struct{}

func (taps) Start(time.Time) []frame.Event { return nil }
func (taps) Tick(time.Time) []frame.Event  { return nil }
func (taps) Lost() []frame.Event           { return nil }
func (taps) Deadline() (time.Time, bool)   { return time.Time{}, false }
func (taps) Feed(_ time.Time, b []byte) []frame.Event {
	var events []frame.Event
	for _, c := range b {
		if c == '-' {
			events = append(events, frame.Event{Note: frame.Removed})
		} else {
			events = append(events, frame.Event{Text: string(c), Symbology: frame.UID, Tag: true})
		}
	}
	return events
}

func TestHoldKeepsACardFromRepeating(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, func(c *Config) { c.Hold = true }, func(t *testing.T, r *Reader, j *journal) {
		for range 60 {
			s.fake.send(cardA)
			after(time.Second)
		}
		expect(t, j, "state ready; scan 2900001234566")
		after(500 * time.Millisecond)
		s.fake.send(cardA)
		synctest.Wait()
		expect(t, j, "scan 2900001234566")
	})
}

func TestScanCarriesWhatIsKnown(t *testing.T) {
	s := &socket{plugged: true}
	var got []string
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.FixedZone("shop", 3600))
	change := func(c *Config) {
		c.Now = func() time.Time { return now }
		c.OnScan = func(_ context.Context, s Scan) Verdict {
			got = append(got, fmt.Sprintf("%s %s %s %v %q %s", s.Device, s.Text, s.Symbology, s.Tag, s.Raw, s.At.Format(time.RFC3339)))
			return Silent
		}
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send("]E0" + cardA)
		synctest.Wait()
		if want := `lane 1 2900001234566 ]E0 false "]E02900001234566\r" 2026-03-01T08:00:00Z`; strings.Join(got, "; ") != want {
			t.Errorf("got %s, want %s", strings.Join(got, "; "), want)
		}
	})
}

func TestReasonsAreCounted(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send("\x01\r\x01\r\x00\rNR\r" + cardA)
		synctest.Wait()
		got := r.Status()
		if got.Rejects != 3 || got.NoReads != 1 || fmt.Sprint(got.Reasons) != "map[control-char:2 line-error:1 no-read:1]" {
			t.Errorf("status %+v", got)
		}
		clear(got.Reasons)
		if again := r.Status().Reasons; len(again) != 3 {
			t.Errorf("a snapshot that was changed changed the reader: %v", again)
		}
	})
}
