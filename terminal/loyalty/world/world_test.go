package world_test

import (
	"testing"
	"time"

	_ "time/tzdata" // the shops' zone, on whatever machine

	"pgregory.net/rapid"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func draw(t *rapid.T) drawing {
	return drawing{t, rapid.SampledFrom([]int{6, 6, 3, 2, 12}).Draw(t, "rare")}
}

// Days on which time does something odd.
var days = []string{"2026-11-22T12:00:00Z", "2026-10-24T21:30:00Z", "2027-03-27T23:50:00Z", "2028-02-28T20:00:00Z", "2026-12-31T22:30:00Z", "2027-01-31T10:00:00Z"}

// Whatever a programme says and whatever a shop does, the books add up, every
// record explains itself, nothing is spent that was not there, and what is taken
// back leaves no trace.
func TestWhateverAShopDoesUnderWhateverProgrammeTheBooksAddUp(t *testing.T) {
	zone := amsterdam(t)
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		rules := d.rules()
		now, err := time.Parse(time.RFC3339, one(d, days...))
		if err != nil {
			t.Fatal(err)
		}
		s := newShop(rules, zone, d.yes(), now)
		for range d.int(1, 14) {
			d.step(s)
			s.always(d)
			s.now = s.now.Add(time.Minute)
		}
	})
}
