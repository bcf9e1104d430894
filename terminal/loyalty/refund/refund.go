// Package refund decides what a return or an undo reverses of a sale.
//
// What was awarded is shared out over the lines of the sale as it was stored,
// by the running totals it was awarded by. So the parts that come back, in any
// order, add up exactly to the whole, and nothing comes back twice.
package refund

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// The kinds of records this package decides.
const (
	KindReturn = ledger.KindReturn
	KindUndo   = ledger.KindUndo
)

// The codes of the reasons.
const (
	// ReasonReturned is a line that came back: its number in the sale from 1, 0
	// in a sale without lines, and its amount. The record's basket has these
	// lines in the same order, with their quantities.
	ReasonReturned = "returned"
	// ReasonWhole is all that was left of the sale coming back at once.
	ReasonWhole  = "returned_whole"
	ReasonUndone = "undone"
	// ReasonPointsPaid is the part of the amount that points had paid, which
	// come back as points.
	ReasonPointsPaid = "points_paid"
	ReasonTakenBack  = "taken_back" // points that were earned; below zero
	ReasonGivenBack  = "given_back" // points that were spent; above zero
)

// A Record is a record as it was stored.
type Record = ledger.Record

// A Sale is what may be taken back.
type Sale = ledger.Sale

// records are all that can be taken back.
func records(s Sale) []Record { return append([]Record{s.Original}, s.Besides...) }

// Goods are what comes back of one line. With neither quantity nor amount it
// is all that is left of the line.
type Goods struct {
	ID   string `json:"id,omitempty"`   // the till's number of the line
	Line int    `json:"line,omitempty"` // or its number in the sale, from 1; 0 for a sale without lines
	// Quantity is in thousandths. The amount follows from it where none is given.
	Quantity int64 `json:"quantity,omitempty"`
	// Amount has the line's sign, in minor units, before points paid any of it.
	Amount basket.Money `json:"amount,omitempty"`
}

// An Outcome is what a return or an undo comes to.
type Outcome struct {
	// Lines are what came back, with id, quantity and amount, for the record's
	// basket; none when all that was left came back at once. Amount is what
	// they come to, 0 where that is not kept any more.
	Lines  []basket.Line
	Amount basket.Money
	// PointsPaid is the part of Amount that had been paid with points, which
	// come back as points.
	PointsPaid basket.Money
	// Whole says that nothing of the sale is left.
	Whole   bool
	Changes []Change
	Entries []ledger.Entry
	Reasons []ledger.Reason
	// After is the holding with the entries.
	After ledger.Holding
}

// A Change is what a return means to one wallet; neither is below zero, but
// for what a discount that comes back after its goods makes of them.
type Change struct {
	Wallet    ledger.Wallet
	TakenBack ledger.Points // of what was earned
	GivenBack ledger.Points // of what was spent
}

// Return decides what comes back of a sale: goods line by line, or all that is
// left of it when goods is empty. h is the account of the sale as it is now.
// rules only say whether a wallet carries remainders.
//
// What cannot come back is a *programme.Refusal and changes nothing.
func Return(rules programme.Rules, h ledger.Holding, c redeem.Cover, sale Sale, goods []Goods) (Outcome, error) {
	sale = Current(sale)
	if err := refuse(sale); err != nil {
		return Outcome{}, err
	}
	sold, err := recall(sale)
	if err != nil {
		return Outcome{}, err
	}
	if sold == nil {
		if len(goods) > 0 {
			return Outcome{}, &programme.Refusal{Code: programme.NotKept}
		}
		return unseen(h, c, sale)
	}
	before := sold.back()
	o := Outcome{}
	if len(goods) == 0 {
		err = sold.takeAll(&o)
	} else {
		err = sold.take(goods, &o)
	}
	if err != nil {
		return Outcome{}, err
	}
	o.Amount, o.Whole = sold.back()-before, sold.complete()
	o.paid(sold.pointsPaid(sold.back(), o.Whole) - sold.pointsPaid(before, false))
	err = o.reverse(h, c, sale, func(r Record, e ledger.Entry, done part) (part, error) {
		if o.Whole {
			return whole(e), nil
		}
		return sold.part(rules, r.Body.Reasons, e, done)
	})
	return o, err
}

// unseen takes back all that is left of a sale whose lines are not kept.
func unseen(h ledger.Holding, c redeem.Cover, sale Sale) (Outcome, error) {
	o := Outcome{Whole: true, Reasons: []ledger.Reason{{Code: ReasonWhole}}}
	err := o.reverse(h, c, sale, wholly)
	if err == nil && len(o.Entries) == 0 && len(sale.Later) > 0 {
		return Outcome{}, &programme.Refusal{Code: programme.Returned}
	}
	return o, err
}

// Undo takes back a whole sale on the business day it was made. After a return
// of any part of it, only returns can take back the rest.
func Undo(h ledger.Holding, c redeem.Cover, sale Sale, m ledger.Moment) (Outcome, error) {
	sold := sale.Original.Head // also where it was moved since
	sale = Current(sale)
	if err := refuse(sale); err != nil {
		return Outcome{}, err
	}
	if len(sale.Later) > 0 {
		return Outcome{}, &programme.Refusal{Code: programme.Returned}
	}
	for _, r := range append(records(sale), Record{Head: sold}) {
		if r.Head.Day != m.Day {
			return Outcome{}, &programme.Refusal{Code: programme.OtherDay}
		}
	}
	o := Outcome{Whole: true}
	body := sale.Original.Body
	if body != nil && body.Basket != nil {
		o.Amount = body.Basket.Total
	}
	o.Reasons = []ledger.Reason{{Code: ReasonUndone, Amount: int64(o.Amount)}}
	if body != nil {
		o.paid(discount(body.Reasons))
	}
	err := o.reverse(h, c, sale, wholly)
	return o, err
}

// paid says what part of the amount points had paid.
func (o *Outcome) paid(amount basket.Money) {
	if o.PointsPaid = amount; amount != 0 {
		o.Reasons = append(o.Reasons, ledger.Reason{Code: ReasonPointsPaid, Amount: int64(amount)})
	}
}

// refuse is why nothing of the sale can come back at all.
func refuse(sale Sale) error {
	for i, r := range records(sale) {
		head := r.Head
		moved := head.Kind == ledger.KindMove
		if head.Kind != redeem.Kind && ((head.Kind != ledger.KindAward && !moved) || i > 0) {
			return &programme.Refusal{Code: programme.NotASale, Cause: fmt.Errorf("record %v is a %s", head.Key(), string(head.Kind))}
		}
		for _, e := range head.Entries {
			if moved && e.Kind == ledger.Reverse {
				continue
			}
			if e.Kind != ledger.Redeem && (!earned(e) || i > 0) {
				return &programme.Refusal{Code: programme.NotASale, Cause: fmt.Errorf("record %v has a %s", head.Key(), string(e.Kind))}
			}
		}
	}
	if slices.ContainsFunc(sale.Later, func(r Record) bool { return r.Head.Kind != KindReturn }) {
		return &programme.Refusal{Code: programme.Returned} // undone, or taken back by head office
	}
	return nil
}

// earned reports whether an entry gave what the sale earned; in the record of
// a move, that is what was moved.
func earned(e ledger.Entry) bool {
	return e.Kind == ledger.Earn || e.Kind == ledger.Bonus || e.Kind == ledger.Move
}

// A part is how much of an entry is taken back, both with the entry's sign.
type part struct {
	points ledger.Points
	rest   ledger.Fraction
}

func whole(e ledger.Entry) part { return part{e.Points, e.Rest} }

func wholly(_ Record, e ledger.Entry, _ part) (part, error) { return whole(e), nil }

// done is how much of entry number line of the sale's record was taken back
// before.
func doneBefore(s Sale, of ledger.Head, line int) (part, error) {
	var sum part
	for _, r := range s.Later {
		for _, e := range r.Head.Entries {
			if e.Reverses == nil || !names(*e.Reverses, of, line) {
				continue
			}
			var err error
			if sum.points, err = sum.points.Add(-e.Points); err != nil {
				return part{}, err
			}
			if sum.rest, err = sum.rest.Add(e.Rest.Neg()); err != nil {
				return part{}, err
			}
		}
	}
	return sum, nil
}

// names reports whether key is the record's entry, also under the key it had
// before the record was issued again.
func names(key ledger.EntryKey, head ledger.Head, line int) bool {
	return key == head.Key().Entry(line) || (head.Origin != nil && key == head.Origin.Entry(line))
}

// reverse writes the entries that bring what was taken back of each of the
// sale's entries to what upTo says.
func (o *Outcome) reverse(h ledger.Holding, c redeem.Cover, sale Sale, upTo func(Record, ledger.Entry, part) (part, error)) error {
	o.After = h
	o.After.Positions, o.After.SetAsides = slices.Clone(h.Positions), slices.Clone(h.SetAsides)
	for _, record := range records(sale) {
		for i, e := range record.Head.Entries {
			if e.Kind == ledger.Reverse { // of a move: what it took from the wrong account
				continue
			}
			key := record.Head.Key().Entry(i + 1)
			done, err := doneBefore(sale, record.Head, i+1)
			if err != nil {
				return err
			}
			now, err := upTo(record, e, done)
			if err != nil {
				return fmt.Errorf("take back entry %v: %w", key, err)
			}
			if err := o.take(key, e, done, now, c); err != nil {
				return fmt.Errorf("take back entry %v: %w", key, err)
			}
		}
	}
	return nil
}

// take takes back what was not done yet of an entry.
func (o *Outcome) take(key ledger.EntryKey, e ledger.Entry, done, now part, c redeem.Cover) error {
	r := ledger.Entry{Account: e.Account, Wallet: e.Wallet, Kind: ledger.Reverse, Issuer: e.Issuer, Reverses: &key}
	var err error
	if r.Points, err = done.points.Add(-now.points); err != nil {
		return err
	}
	if r.Rest, err = done.rest.Add(now.rest.Neg()); err != nil {
		return err
	}
	if r.Points == 0 && r.Rest.IsZero() {
		return nil
	}
	if r.Points > 0 {
		r.Closed = c.Alone // a shop that stands alone has nobody to set points aside from
	}
	o.lower(&r, key.SetAside(), c)
	return o.add(e, r)
}

// lower draws what is taken back from the set-aside the award opened, where it
// is open here: the member must not spend here what is gone. What a live hold
// has stays; it is taken from the free part.
func (o *Outcome) lower(r *ledger.Entry, id ledger.SetAsideID, c redeem.Cover) {
	for i := range o.After.SetAsides {
		s := &o.After.SetAsides[i]
		if s.ID != id {
			continue
		}
		if p := min(-r.Points, s.Left-max(c.Held[id], 0)); p > 0 {
			r.Draws = []ledger.Draw{{From: id, Points: p}}
			s.Left -= p
		}
	}
}

// add books r, which reverses e.
func (o *Outcome) add(e, r ledger.Entry) error {
	o.Entries = append(o.Entries, r)
	i := slices.IndexFunc(o.Changes, func(c Change) bool { return c.Wallet == r.Wallet })
	if i < 0 {
		i = len(o.Changes)
		o.Changes = append(o.Changes, Change{Wallet: r.Wallet})
	}
	reason := ledger.Reason{Code: ReasonTakenBack, Wallet: r.Wallet, Points: r.Points}
	if earned(e) {
		o.Changes[i].TakenBack -= r.Points
	} else {
		o.Changes[i].GivenBack += r.Points
		reason.Code = ReasonGivenBack
	}
	o.Reasons = append(o.Reasons, reason)
	return o.After.Add(ledger.Position{Wallet: r.Wallet, Points: r.Points, Rest: r.Rest})
}
