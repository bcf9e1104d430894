package programme_test

import (
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func TestPeriodEnds(t *testing.T) {
	for _, c := range []struct {
		per       programme.Period
		day, want ledger.Day
	}{
		{programme.PerDay, "2026-11-22", "2026-11-22"},
		{programme.PerWeek, "2026-11-22", "2026-11-22"}, // a Sunday
		{programme.PerWeek, "2026-11-23", "2026-11-29"},
		{programme.PerWeek, "2026-12-28", "2027-01-03"},
		{programme.PerMonth, "2026-11-30", "2026-11-30"},
		{programme.PerMonth, "2028-02-01", "2028-02-29"},
		{programme.PerYear, "2026-01-01", "2026-12-31"},
		{programme.PerEver, "2026-11-22", ""},
		{programme.PerPurchase, "2026-11-22", ""},
	} {
		if got := c.per.Ends(c.day); got != c.want {
			t.Errorf("%s of %s ends %q, want %q", c.per, c.day, got, c.want)
		}
	}
}
