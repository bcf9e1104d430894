package refund

import (
	"cmp"
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// Current is the sale as it stands now: where it was moved, the record of the
// last move is the sale, and what came back since came back of that. Its
// account is the one the points are at. That its bearer slip was added to a
// card took nothing back.
func Current(s Sale) Sale {
	var last *Record
	var later []Record
	for i, r := range s.Later {
		if r.Head.Kind == ledger.KindClaim {
			continue
		}
		if r.Head.Kind != ledger.KindMove {
			later = append(later, r)
			continue
		}
		if last == nil || cmp.Or(cmp.Compare(r.Head.Stamp, last.Head.Stamp), cmp.Compare(r.Head.Seq, last.Head.Seq)) > 0 {
			last = &s.Later[i]
		}
	}
	if last == nil {
		return Sale{Original: s.Original, Besides: s.Besides, Later: later}
	}
	return Sale{Original: *last, Besides: s.Besides, Later: later}
}

// Account is whose the sale is now; false where its records do not say so any
// more, because it gave and took nothing and its body was emptied.
func Account(s Sale) (ledger.Account, bool) {
	original := Current(s).Original
	if original.Body != nil && original.Body.Account != (ledger.Account{}) {
		return original.Body.Account, true
	}
	for _, e := range original.Head.Entries {
		if e.Kind != ledger.Reverse {
			return e.Account, true
		}
	}
	return ledger.Account{}, false
}

// Moved is what moving a sale comes to.
type Moved struct {
	Entries []ledger.Entry
	// Changes are what each wallet of the wrong account loses, and the right
	// one gets: TakenBack.
	Changes []Change
	// From and To are the accounts afterwards.
	From, To ledger.Holding
}

// Move decides how what a sale earned goes from the account it went to, from,
// to the right one. c is as for from.
//
// A sale that points were redeemed in, or of which something came back, is a
// *programme.Refusal: CannotMove.
func Move(from, to ledger.Holding, c redeem.Cover, sale Sale) (Moved, error) {
	sale = Current(sale)
	if err := movable(sale, to.Account); err != nil {
		return Moved{}, err
	}
	if from.Account == to.Account {
		return Moved{}, &programme.Refusal{Code: programme.SameMember}
	}
	head := sale.Original.Head
	m := Moved{To: to}
	m.To.Positions = slices.Clone(to.Positions)
	back := Outcome{After: from}
	back.After.Positions, back.After.SetAsides = slices.Clone(from.Positions), slices.Clone(from.SetAsides)
	for i, e := range head.Entries {
		if !earned(e) {
			continue
		}
		before := len(back.Entries)
		if err := back.take(head.Key().Entry(i+1), e, part{}, whole(e), c); err != nil {
			return Moved{}, fmt.Errorf("move entry %v: %w", head.Key().Entry(i+1), err)
		}
		if len(back.Entries) == before {
			continue // it gave nothing
		}
		given := ledger.Entry{
			Account: to.Account, Wallet: e.Wallet, Kind: ledger.Move, Points: e.Points, Rest: e.Rest, Expires: e.Expires, Issuer: e.Issuer,
			// A shop that stands alone has nobody to set points aside from.
			Closed: c.Alone && e.Points > 0,
		}
		m.Entries = append(m.Entries, back.Entries[before], given)
		if err := m.To.Add(ledger.Position{Wallet: given.Wallet, Points: given.Points, Rest: given.Rest}); err != nil {
			return Moved{}, err
		}
	}
	m.Changes, m.From = back.Changes, back.After
	return m, nil
}

// movable is why a sale cannot be moved to an account; nil when it can.
func movable(sale Sale, to ledger.Account) error {
	if err := refuse(sale); err != nil {
		return err
	}
	original := sale.Original
	switch {
	case len(sale.Later) > 0 || len(sale.Besides) > 0 || original.Head.Kind == redeem.Kind,
		slices.ContainsFunc(original.Head.Entries, func(e ledger.Entry) bool { return e.Kind == ledger.Redeem }):
		return &programme.Refusal{Code: programme.CannotMove}
	case original.Body == nil || original.Body.Basket == nil:
		return &programme.Refusal{Code: programme.NotKept}
	}
	if account, known := Account(sale); known && account == to {
		return &programme.Refusal{Code: programme.SameMember}
	}
	return nil
}

// Remaining is what of a sale has not come back.
type Remaining struct {
	Total, Left basket.Money
	// Lines are the sale's, as it was; none for a sale without lines.
	Lines []RemainingLine
}

// A RemainingLine is one line of a sale, and what of it has not come back.
type RemainingLine struct {
	basket.Line
	Number int // from 1
	Left   basket.Money
}

// Rest is what of a sale has not come back; false where what was sold is not
// kept any more.
func Rest(sale Sale) (Remaining, bool, error) {
	sold, err := recall(Current(sale))
	if err != nil || sold == nil {
		return Remaining{}, false, err
	}
	r := Remaining{Total: sold.basket.Total, Left: sold.basket.Total - sold.back()}
	for _, l := range sold.lines {
		if l.number > 0 {
			r.Lines = append(r.Lines, RemainingLine{l.Line, l.number, l.Amount - l.amount})
		}
	}
	return r, true, nil
}
