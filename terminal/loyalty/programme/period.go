package programme

import (
	"time"

	"zegel/terminal/loyalty/ledger"
)

// Ends is the last business day of the period that a day is in: the day to
// which what counts towards a cap is kept. "" is for ever, as it is for what
// counts within one purchase, which no later one sees.
func (p Period) Ends(day ledger.Day) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day // a moment's day is one
	}
	switch p {
	case PerDay:
		return day
	case PerWeek:
		t = t.AddDate(0, 0, (7-int(t.Weekday()))%7)
	case PerMonth:
		t = time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	case PerYear:
		t = time.Date(t.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	default:
		return ""
	}
	return ledger.Day(t.Format(time.DateOnly))
}
