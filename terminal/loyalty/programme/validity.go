package programme

import (
	"time"

	"zegel/terminal/loyalty/ledger"
)

// Last is the last day of what begins on a business day and lasts for v: that
// day counts too. "" is for ever.
//
// Months end on the day of the same number, or where a month has none on its
// last: what is earned on 31 January for a month lasts to 28 February, and in a
// leap year to the 29th.
func (v Validity) Last(from ledger.Day) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(from))
	if err != nil || v == (Validity{}) {
		return ""
	}
	t = addMonths(t, v.Months).AddDate(0, 0, v.Days)
	return ledger.Day(v.To.round(t).Format(time.DateOnly))
}

// Within is the last day of a membership that begins on a business day and
// lasts for v: a year from 10 March ends on 9 March, and on its anniversary the
// next one can begin. From a day that the last month does not have, it ends
// with that month: a year from 29 February on 28 February. "" is for ever.
func (v Validity) Within(from ledger.Day) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(from))
	if err != nil || v == (Validity{}) {
		return ""
	}
	end := addMonths(t, v.Months)
	whole := v.Months > 0 && end.Day() != t.Day() // the month was over before the day of that number
	end = end.AddDate(0, 0, v.Days)
	if !whole && v.To == ToDay {
		end = end.AddDate(0, 0, -1)
	}
	return ledger.Day(v.To.round(end).Format(time.DateOnly))
}

// addMonths is the day of the same number so many months on, or the last of a
// month that has none.
func addMonths(t time.Time, months int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(t.Day(), lastOf(first).Day())-1)
}

// lastOf is the last day of the month of t.
func lastOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC)
}

// round is the end of the part of the calendar that t is in.
func (p PeriodEnd) round(t time.Time) time.Time {
	switch p {
	case ToMonth:
		return lastOf(t)
	case ToQuarter:
		quarter := (t.Month() - 1) / 3 // from 0
		return time.Date(t.Year(), quarter*3+4, 0, 0, 0, 0, 0, time.UTC)
	case ToYear:
		return time.Date(t.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return t
}

// After is the business day so many days on.
func After(day ledger.Day, days int) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day // a moment's day is one
	}
	return ledger.Day(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// Dates are the first and the last day on which points of the wallet can be
// spent that are earned on a business day; "" sets none.
func (w Wallet) Dates(day ledger.Day) (vests, expires ledger.Day) {
	if w.VestsAfter > 0 {
		vests = After(day, w.VestsAfter)
	}
	if w.Lapses {
		expires = w.Expires.Last(day)
	}
	return vests, expires
}

// CountsAtTerminal reports whether anything is limited for a terminal or a
// cashier, so that decisions ask for the terminal's own account.
func (r Rules) CountsAtTerminal() bool {
	house := func(caps []Cap) bool {
		for _, c := range caps {
			if c.Of != OfMember {
				return true
			}
		}
		return false
	}
	for _, e := range r.Earn {
		if house(e.Caps) {
			return true
		}
	}
	for _, w := range r.Rewards {
		if house(w.Caps) {
			return true
		}
	}
	for _, g := range r.Games {
		if house(g.Caps) {
			return true
		}
		for _, o := range g.Odds {
			if len(o.Budget) > 0 {
				return true
			}
		}
	}
	return false
}
