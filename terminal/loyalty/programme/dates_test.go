package programme_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func TestAMembershipEndsBeforeItsAnniversary(t *testing.T) {
	for _, c := range []struct {
		lasts     programme.Validity
		from, end ledger.Day
	}{
		{programme.Validity{Months: 12}, "2026-03-10", "2027-03-09"},
		{programme.Validity{Months: 12}, "2028-02-29", "2029-02-28"},
		{programme.Validity{Months: 48}, "2028-02-29", "2032-02-28"},
		{programme.Validity{Months: 1}, "2026-01-31", "2026-02-28"},
		{programme.Validity{Months: 1}, "2028-01-30", "2028-02-29"},
		{programme.Validity{Months: 1}, "2026-01-01", "2026-01-31"},
		{programme.Validity{Days: 30}, "2026-11-22", "2026-12-21"},
		{programme.Validity{To: programme.ToYear}, "2026-11-22", "2026-12-31"},
		{programme.Validity{}, "2026-11-22", ""},
	} {
		if got := c.lasts.Within(c.from); got != c.end {
			t.Errorf("%+v from %s: got %s, want %s", c.lasts, c.from, got, c.end)
		}
	}
}

func drawDay(t *rapid.T) time.Time {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 8000).Draw(t, "day"))
}

func dayOf(t time.Time) ledger.Day { return ledger.Day(t.Format(time.DateOnly)) }

// Months end on the day of the same number, or the last there is; what begins
// later never ends earlier; an end is rounded to the last day of its period.
func TestLastDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := drawDay(t)
		v := programme.Validity{Months: rapid.IntRange(0, 40).Draw(t, "months"), Days: rapid.IntRange(0, 400).Draw(t, "days")}
		if v == (programme.Validity{}) {
			return
		}
		got, err := time.Parse(time.DateOnly, string(v.Last(dayOf(from))))
		if err != nil {
			t.Fatal(err)
		}
		before := got.AddDate(0, 0, -v.Days)
		if months := (before.Year()-from.Year())*12 + int(before.Month()-from.Month()); months != v.Months {
			t.Fatalf("%s and %+v: %d months on", dayOf(from), v, months)
		}
		if last := before.AddDate(0, 0, 1).Month() != before.Month(); before.Day() != from.Day() && (!last || before.Day() > from.Day()) {
			t.Fatalf("%s and %+v: ends on %s", dayOf(from), v, dayOf(got))
		}
		if next := v.Last(dayOf(from.AddDate(0, 0, 1))); next < dayOf(got) {
			t.Fatalf("%s and %+v: ends on %s, a day later on %s", dayOf(from), v, dayOf(got), next)
		}
		for to, ends := range map[programme.PeriodEnd][]string{
			programme.ToMonth: nil, programme.ToQuarter: {"03-31", "06-30", "09-30", "12-31"}, programme.ToYear: {"12-31"},
		} {
			v.To = to
			end, err := time.Parse(time.DateOnly, string(v.Last(dayOf(from))))
			if err != nil {
				t.Fatal(err)
			}
			fits := end.AddDate(0, 0, 1).Day() == 1
			for _, e := range ends {
				fits = fits && (e == end.Format("01-02") || len(ends) > 1 && int(end.Month())%3 == 0)
			}
			most := map[programme.PeriodEnd]int{programme.ToMonth: 31, programme.ToQuarter: 92, programme.ToYear: 366}[to]
			if !fits || end.Before(got) || end.Sub(got) >= time.Duration(most)*24*time.Hour {
				t.Fatalf("%s and %+v: ends on %s", dayOf(from), v, dayOf(end))
			}
		}
	})
}

// A membership and the one that follows it leave no day out and share none.
func TestMembershipsFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := drawDay(t)
		v := programme.Validity{Months: rapid.IntRange(0, 24).Draw(t, "months"), Days: rapid.IntRange(0, 60).Draw(t, "days")}
		if v == (programme.Validity{}) {
			return
		}
		end := v.Within(dayOf(from))
		if end < dayOf(from) || end > v.Last(dayOf(from)) || programme.After(end, 1) < v.Last(dayOf(from)) {
			t.Fatalf("%s and %+v: within %s, last %s", dayOf(from), v, end, v.Last(dayOf(from)))
		}
	})
}
