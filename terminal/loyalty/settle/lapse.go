package settle

import (
	"time"

	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
)

// DefaultPatience is how many days head office waits for a silent terminal
// before it books what lapsed without it.
const DefaultPatience = 14

// LapsedThrough is the last business day of which what lapsed may be booked.
// reported is the newest day that each terminal that is not shut out has brought
// a record of, "" for none: what could still spend a lot of a day is in once all
// of them are past it. A terminal that has not come that far is waited for
// patience days. today is head office's own day, in UTC: in no shop a day is over
// before it was anywhere.
func LapsedThrough(today ledger.Day, patience int, reported []ledger.Day) ledger.Day {
	through := day(today, -2) // shops west of UTC and those open past midnight are at most a day behind
	for _, d := range reported {
		if d == "" {
			through = ""
			break
		}
		through = min(through, day(d, -1))
	}
	return max(through, day(today, -2-patience))
}

// ReportedDay is what the day of a terminal's last record says of how far it
// has come: nothing where its clock runs ahead of head office's.
func ReportedDay(d ledger.Day, at ledger.Stamp) ledger.Day {
	if d > day(ledger.Day(time.UnixMilli(int64(at)).UTC().Format(time.DateOnly)), 1) {
		return ""
	}
	return d
}

// day is n days after d.
func day(d ledger.Day, n int) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return ledger.Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// Lapsed are the entries that book what lapsed by the end of a day. Of a purse
// they take at most the free part: what is set aside may have been spent where
// it is, and the rest waits until it is known. What a counter counted too long
// ago to count still is booked alike.
func Lapsed(at Purse, b Balance, lots ledger.Lots, through ledger.Day) []ledger.Entry {
	free, err := b.Free()
	if err != nil {
		return nil
	}
	held := ledger.Holding{Account: at.Account, Positions: []ledger.Position{{Wallet: at.Wallet, Points: b.Points, Lots: lots}}}
	var entries []ledger.Entry
	for _, e := range expiry.Due(held, day(through, 1)) {
		if p := min(-e.Points, free); p > 0 {
			free -= p
			e.Points = -p
			entries = append(entries, e)
		}
	}
	return entries
}
