// Package refund decides what a return or an undo reverses of a sale.
//
// What was awarded is shared out over the lines of the sale as its record says
// that they brought it; of a record that does not, by the running totals it was
// awarded by. So the parts that come back, in any order, add up exactly to the
// whole, and nothing comes back twice.
package refund

import (
	"fmt"
	"slices"
	"time"

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
	// ReasonForgiven is what was taken back and is not there any more, which the
	// programme does not ask for; above zero.
	ReasonForgiven = "forgiven"
	// ReasonVoucherBack says that a voucher for the reward can be used once more.
	ReasonVoucherBack = "voucher_back"
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
	// Vouchers are those that were used in the sale and can be used again.
	Vouchers []redeem.Voucher
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

// Terms are what a return is decided under.
type Terms struct {
	// Rules are those in force now: their Returns are the policy, whatever the
	// policy was when the sale was made.
	Rules programme.Rules
	// Sold gives the rules of the version that decided the sale, for what is
	// decided again and for its tiers; nil, or a version it does not have, is
	// taken for Rules.
	Sold func(version int64) (programme.Rules, bool)
	// Zone is where the shops are; nil is UTC. Only what is decided again asks.
	Zone  *time.Location
	Cover redeem.Cover
	Day   ledger.Day // of the return
	// Used reports whether the voucher of an account that the sale printed is not
	// there any more; nil takes none for used.
	Used func(ledger.Account) bool
}

// sold are the rules that decided a record.
func (t Terms) sold(head ledger.Head) programme.Rules {
	if t.Sold != nil {
		if rules, known := t.Sold(head.Rules); known {
			return rules
		}
	}
	return t.Rules
}

// Return decides what comes back of a sale: goods line by line, or all that is
// left of it when goods is empty. h is the account of the sale as it is now.
//
// What cannot come back is a *programme.Refusal and changes nothing.
func Return(t Terms, h ledger.Holding, sale Sale, goods []Goods) (Outcome, error) {
	left := leftBehind(sale)
	sale = Current(sale)
	if err := refuse(sale); err != nil {
		return Outcome{}, err
	}
	sold, err := recall(sale)
	if err != nil {
		return Outcome{}, err
	}
	r := returning{terms: t, sale: sale, left: left, sold: sold}
	r.start(h)
	if sold == nil {
		if len(goods) > 0 {
			return Outcome{}, &programme.Refusal{Code: programme.NotKept}
		}
		return r.unseen()
	}
	before := sold.clone()
	if len(goods) == 0 {
		err = sold.takeAll(&r.out)
	} else {
		err = sold.take(goods, &r.out)
	}
	if err != nil {
		return Outcome{}, err
	}
	r.out.Amount, r.out.Whole = sold.back()-before.back(), sold.complete()
	r.out.paid(sold.pointsPaid(r.out.Whole) - before.pointsPaid(false))
	return r.done()
}

// done writes the entries, and does what the programme wants of a member who
// has less than they take.
func (r *returning) done() (Outcome, error) {
	if err := r.reverse(); err != nil {
		return Outcome{}, err
	}
	if err := r.unforgive(); err != nil {
		return Outcome{}, err
	}
	if err := r.below(); err != nil {
		return Outcome{}, err
	}
	return r.out, nil
}

// unseen takes back all that is left of a sale whose lines are not kept.
func (r *returning) unseen() (Outcome, error) {
	r.out.Whole = true
	r.out.Reasons = []ledger.Reason{{Code: ReasonWhole}}
	o, err := r.done()
	if err == nil && len(o.Entries) == 0 && len(r.sale.Later) > 0 {
		return Outcome{}, &programme.Refusal{Code: programme.Returned}
	}
	return o, err
}

// Undo takes back a whole sale on the business day it was made, also what was
// spent of it since, which is then owed. After a return of any part of it,
// only returns can take back the rest.
func Undo(t Terms, h ledger.Holding, sale Sale) (Outcome, error) {
	sold, left := sale.Original.Head, leftBehind(sale) // also where it was moved since
	sale = Current(sale)
	if err := refuse(sale); err != nil {
		return Outcome{}, err
	}
	if len(sale.Later) > 0 {
		return Outcome{}, &programme.Refusal{Code: programme.Returned}
	}
	for _, r := range append(records(sale), Record{Head: sold}) {
		if r.Head.Day != t.Day {
			return Outcome{}, &programme.Refusal{Code: programme.OtherDay}
		}
	}
	r := returning{terms: t, sale: sale, left: left, undo: true}
	r.start(h)
	r.out.Whole = true
	body := sale.Original.Body
	if body != nil && body.Basket != nil {
		r.out.Amount = body.Basket.Total
	}
	r.out.Reasons = []ledger.Reason{{Code: ReasonUndone, Amount: int64(r.out.Amount)}}
	if body != nil {
		r.out.paid(discount(body.Reasons))
	}
	err := r.reverse()
	return r.out, err
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
			if !spent(e) && !e.Wallet.Counter() && (!earned(e) || i > 0) {
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

// spent reports whether an entry is part of what the sale's customer had for
// points.
func spent(e ledger.Entry) bool {
	return e.Kind == ledger.Redeem || e.Kind == ledger.Convert || e.Kind == ledger.Donate
}

// A part is how much of an entry is taken back, both with the entry's sign.
type part struct {
	points ledger.Points
	rest   ledger.Fraction
}

func whole(e ledger.Entry) part { return part{e.Points, e.Rest} }

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
