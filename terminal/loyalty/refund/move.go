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
	// Shares are those of the sale, of the entries as they stand in the move.
	Shares []ledger.Share
	// Changes are what each wallet of the wrong account loses, and the right
	// one gets: TakenBack.
	Changes []Change
	// From and To are the accounts afterwards.
	From, To ledger.Holding
}

// Move decides how what a sale brought the account it went to, from, goes to
// the right one: points, and what counts towards tiers and limits. What others
// got by it, whoever brought the member in for one, stays as it is.
//
// A sale that points were redeemed in, or of which something came back, is a
// *programme.Refusal: CannotMove.
func Move(t Terms, from, to ledger.Holding, sale Sale) (Moved, error) {
	sale = Current(sale)
	if err := movable(sale, to.Account); err != nil {
		return Moved{}, err
	}
	if from.Account == to.Account {
		return Moved{}, &programme.Refusal{Code: programme.SameMember}
	}
	record := sale.Original
	m := Moved{To: to}
	m.To.Positions = slices.Clone(to.Positions)
	r := returning{terms: t, sale: sale}
	r.terms.Rules.Returns.PendingFirst = false // what moves is that very lot
	r.start(from)
	for i, e := range record.Head.Entries {
		if e.Kind == ledger.Reverse || !r.mine(e) || e.Points == 0 && e.Rest.IsZero() {
			continue
		}
		if err := r.take(record, i+1, e, part{}, whole(e)); err != nil {
			return Moved{}, fmt.Errorf("move entry %v: %w", record.Head.Key().Entry(i+1), err)
		}
		given := ledger.Entry{
			Account: to.Account, Wallet: e.Wallet, Kind: ledger.Move, Points: e.Points, Rest: e.Rest,
			Expires: e.Expires, Vests: e.Vests, Issuer: e.Issuer, At: e.At, Renews: e.Renews,
			// A shop that stands alone has nobody to set points aside from.
			Closed: t.Cover.Alone && e.Points > 0,
		}
		m.Entries = append(m.Entries, r.out.Entries[len(r.out.Entries)-1], given)
		m.share(record.Body.Shares, i+1)
		if err := m.To.Apply(given, t.Day); err != nil {
			return Moved{}, err
		}
	}
	m.Changes, m.From = r.out.Changes, r.out.After
	return m, nil
}

// share keeps what the lines brought of entry line of the sale, which is the
// last one of the move now.
func (m *Moved) share(shares []ledger.Share, line int) {
	for _, s := range shares {
		if s.Entry == line {
			s.Entry = len(m.Entries)
			m.Shares = append(m.Shares, s)
		}
	}
}

// movable is why a sale cannot be moved to an account; nil when it can.
func movable(sale Sale, to ledger.Account) error {
	if err := refuse(sale); err != nil {
		return err
	}
	original := sale.Original
	switch {
	case len(sale.Later) > 0 || len(sale.Besides) > 0 || original.Head.Kind == redeem.Kind,
		slices.ContainsFunc(original.Head.Entries, spent):
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
