// Package grant decides which points are set aside for which terminal, and
// when a terminal gives them back.
package grant

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"zegel/terminal/loyalty/ledger"
)

// Policy is how much head office sets aside for the usual shop of a member, so
// that the member can spend there without a line.
type Policy struct {
	// Percent of the free part that may be set aside; 0 sets nothing aside.
	Percent int64
	// Cap is the most one grant holds.
	Cap ledger.Points
	// Least is the smallest grant worth giving.
	Least ledger.Points
	// Hours is how long a grant may be spent from.
	Hours int64
}

// DefaultPolicy is half of the free part, at most 500 units, for three days.
var DefaultPolicy = Policy{Percent: 50, Cap: 500 * ledger.Unit, Least: ledger.Unit, Hours: 72}

// Suggest is the grant a terminal should have on a wallet of an account: free
// is the account's free part, open what the terminal already has set aside by
// grants. 0 means that no new grant is worth giving now. What is mostly used up
// is topped up: a remainder below what a reward costs would else keep the
// member from spending until its time is over.
func Suggest(p Policy, free, open ledger.Points) ledger.Points {
	if free <= 0 || p.Percent <= 0 {
		return 0
	}
	whole := min(percent(free, min(p.Percent, 100)), p.Cap)
	if open > whole/2 {
		return 0
	}
	// Whole units: nobody spends a part of a stamp.
	size := min(whole, p.Cap-open)
	size -= size % ledger.Unit
	if size < max(p.Least, 1) {
		return 0
	}
	return size
}

// An Offer is a grant that is worth giving: of how much, and until when.
type Offer struct {
	Points   ledger.Points
	NotAfter ledger.Stamp
}

// Make is the grant a terminal should have on a position of an account now;
// setAside is all that is set aside of it, open what the terminal already has of
// that by grants. An Offer of 0 points is none.
//
// A grant is never more than what can be spent on the day and is not set aside,
// and it ends before anything it counts on lapses: it counts on what lasts the
// policy's whole time or, where that is not worth a grant, on everything, and
// then ends with the day of what lapses first. Days are taken in UTC here; the
// terminal keeps to its own calendar besides, and spends nothing that has lapsed
// there. Counters are nobody's to spend.
func Make(p Policy, at ledger.Position, setAside, open ledger.Points, now ledger.Stamp) Offer {
	if at.Wallet.Counter() {
		return Offer{}
	}
	end := now + ledger.Stamp(p.Hours*time.Hour.Milliseconds())
	lasting, _ := spendable(at, dayOf(now), dayOf(end))
	if size := Suggest(p, lasting-setAside, open); size > 0 {
		return Offer{size, end}
	}
	all, first := spendable(at, dayOf(now), dayOf(now))
	size := Suggest(p, all-setAside, open)
	if first != "" {
		end = min(end, endOf(first))
	}
	return Offer{size, end}
}

// spendable is what of a position can be spent from one day until another, less
// what is owed, and the first day after which some of that lapses; "" for none.
func spendable(at ledger.Position, from, until ledger.Day) (sum ledger.Points, first ledger.Day) {
	lots := at.All()
	for _, lot := range lots.Open {
		if lot.Pending(from) || lot.Lapsed(until) {
			continue
		}
		if sum == 0 {
			first = lot.Expires // they stand in the order in which they lapse
		}
		sum += lot.Points
	}
	return sum - lots.Debt, first
}

func dayOf(s ledger.Stamp) ledger.Day {
	return ledger.Day(time.UnixMilli(int64(s)).UTC().Format(time.DateOnly))
}

// endOf is when a day is over.
func endOf(d ledger.Day) ledger.Stamp {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0 // no record can name such a day
	}
	return ledger.Stamp(t.AddDate(0, 0, 1).UnixMilli())
}

// percent is n% of a positive p, rounded down, without overflow.
func percent(p ledger.Points, n int64) ledger.Points {
	return p/100*ledger.Points(n) + p%100*ledger.Points(n)/100
}

// maxClosed bounds the set-asides one close record names, so that it stays
// below a record's limit in bytes even if each is another account's, with the
// longest name of a wallet.
const maxClosed = 200

// Closes are the entries that give set-asides back before a batch is cut: all
// of the terminal's own awards, and the grants whose time is over at the stamp
// now. held is what live holds have of each, which stays. One entry an account
// and wallet; nil when there is nothing to close. What does not fit in one
// record is left for the next.
func Closes(open []ledger.SetAside, held map[ledger.SetAsideID]ledger.Points, now ledger.Stamp) []ledger.Entry {
	type owner struct {
		account ledger.Account
		wallet  ledger.Wallet
	}
	// By id, so that which ones are left for the next does not depend on the
	// order they were read in.
	open = slices.SortedFunc(slices.Values(open), func(a, b ledger.SetAside) int { return cmp.Compare(a.ID, b.ID) })
	draws := make(map[owner][]ledger.Draw)
	n := 0
	for _, s := range open {
		own := s.NotAfter == 0
		left := s.Left - held[s.ID]
		if left <= 0 || n == maxClosed || (!own && now < s.NotAfter) {
			continue
		}
		o := owner{s.Account, s.Wallet}
		draws[o] = append(draws[o], ledger.Draw{From: s.ID, Points: left})
		n++
	}
	var entries []ledger.Entry
	for o, d := range draws {
		entries = append(entries, ledger.Entry{Account: o.account, Wallet: o.wallet, Kind: ledger.Close, Draws: d})
	}
	slices.SortFunc(entries, func(a, b ledger.Entry) int {
		return cmp.Or(bytes.Compare(a.Account[:], b.Account[:]), cmp.Compare(a.Wallet, b.Wallet))
	})
	return entries
}
