package programme_test

import (
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func TestLastIsTheLastDay(t *testing.T) {
	for _, c := range []struct {
		lasts     programme.Validity
		from, end ledger.Day
	}{
		{programme.Validity{}, "2026-11-22", ""},
		{programme.Validity{Days: 14}, "2026-11-22", "2026-12-06"},
		{programme.Validity{Months: 12}, "2028-02-29", "2029-02-28"},
		{programme.Validity{Months: 3}, "2026-11-30", "2027-02-28"},
		{programme.Validity{Months: 1, Days: 1}, "2026-01-31", "2026-03-01"},
		{programme.Validity{To: programme.ToMonth}, "2026-11-22", "2026-11-30"},
		{programme.Validity{To: programme.ToQuarter}, "2026-11-22", "2026-12-31"},
		{programme.Validity{To: programme.ToQuarter}, "2026-03-31", "2026-03-31"},
		{programme.Validity{Months: 6, To: programme.ToYear}, "2026-11-22", "2027-12-31"},
	} {
		if got := c.lasts.Last(c.from); got != c.end {
			t.Errorf("%+v from %s: got %s, want %s", c.lasts, c.from, got, c.end)
		}
	}
}
