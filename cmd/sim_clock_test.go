package cmd_test

import (
	"testing"
	"time"
	"unsafe"
)

// simOpening is when every simulated run begins: a Monday morning.
var simOpening = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)

// A pcClock is the clock of one computer. Somebody may set it, which moves what
// it shows; how much time has passed nobody can set, as on a real machine.
type pcClock struct {
	began time.Time     // of the run, by the bubble's time
	set   time.Duration // how far it is off
}

func (c *pcClock) now() time.Time {
	passed := time.Since(c.began)
	return clockReading(simOpening.Add(passed+c.set), passed)
}

// clockReading is what time.Now gives on a computer whose clock shows shown
// when passed has gone by since it was started. No function of package time
// makes one: each moves both readings alike. Its layout has been this one
// since Go 1.9, and TestSimClockIsSetWithoutTimePassing holds it to that.
func clockReading(shown time.Time, passed time.Duration) time.Time {
	const (
		hasMonotonic = 1 << 63
		since1885    = 2682288000 // seconds from 1885 to 1970
	)
	var t time.Time
	layout := (*struct {
		wall uint64
		ext  int64
		loc  *time.Location
	})(unsafe.Pointer(&t))
	layout.wall = hasMonotonic | uint64(shown.Unix()+since1885)<<30 | uint64(shown.Nanosecond())
	layout.ext = int64(passed) + 1
	return t
}

func TestSimClockIsSetWithoutTimePassing(t *testing.T) {
	for _, years := range []int{-56, -1, 0, 3, 100} {
		shown := simOpening.AddDate(years, 0, 0)
		a, b := clockReading(simOpening, time.Hour), clockReading(shown, 2*time.Hour)
		if !b.Equal(shown) && b.UnixNano() != shown.UnixNano() {
			t.Errorf("shows %v, want %v", b, shown)
		}
		if passed := b.Sub(a); passed != time.Hour {
			t.Errorf("%d years: %v passed, want 1h", years, passed)
		}
		if later := a.Add(time.Minute); later.Unix() != a.Unix()+60 || later.Sub(a) != time.Minute {
			t.Errorf("a minute later it shows %v", later)
		}
	}
}
