package refund

import (
	"errors"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
)

// recomputed is what of an entry the rest of the sale would not have earned.
func (r *returning) recomputed(record Record, line int, e ledger.Entry) (part, error) {
	key := record.Head.Key()
	if r.again[key] == nil {
		rest, err := r.rest(record)
		if err != nil {
			return part{}, err
		}
		if r.again == nil {
			r.again = make(map[ledger.Key][]part)
		}
		r.again[key] = rest
	}
	stays := r.again[key][line-1]
	back := part{points: max(min(e.Points-stays.points, e.Points), 0)}
	var err error
	back.rest, err = e.Rest.Add(stays.rest.Neg())
	return back, err
}

// rest is what the rest of a sale would have earned, by the record's entries. A
// rest of which no basket can be made earns nothing.
func (r *returning) rest(record Record) ([]part, error) {
	stays := make([]part, len(record.Head.Entries))
	s, _ := scene.Again(record, r.terms.sold(record.Head), r.terms.Zone)
	left, earning := r.sold.left()
	switch {
	case left.Total < 0 || earning.Total < 0:
		return stays, nil // a discount stays for longer than what it was on
	case earning.Total > left.Total:
		earning = left // and here one that a reward had borne
	}
	s.Basket, s.Paid = left, r.sold.paidStill()
	o, err := earn.Award(s, redeemed(s.Rules, left, earning))
	var no *programme.Refusal
	if errors.As(err, &no) {
		return stays, nil
	}
	if err != nil {
		return nil, err
	}
	used := make([]bool, len(stays))
	for _, x := range o.Entries {
		for i, e := range record.Head.Entries {
			// Of a move, the entries are another account's and of another kind.
			if !used[i] && e.Kind != ledger.Reverse && e.Wallet == x.Wallet && e.Issuer == x.Issuer && e.Expires == x.Expires && e.Vests == x.Vests &&
				(e.Kind == x.Kind || e.Kind == ledger.Move) && (e.Account == x.Account || e.Account == r.owner) {
				stays[i], used[i] = part{x.Points, x.Rest}, true
				break
			}
		}
	}
	return stays, nil
}

// redeemed is what of a basket earns, once rewards left earning of it.
func redeemed(rules programme.Rules, b, earning basket.Basket) basket.Basket {
	if rules.Base.Redeeming == programme.EarnsFully {
		return b
	}
	return earning
}

// left is the sale without what came back, before rewards and after them.
func (t *ticket) left() (left, earning basket.Basket) {
	left = t.basket
	left.Lines, left.Total = nil, 0
	off := t.offs()
	earning = left
	for i, l := range t.lines {
		rest := l.Less(l.amount)
		rest.Quantity = max(l.Quantity-l.quantity, 0)
		left.Total += rest.Amount
		after := rest.Less(off[i] - basket.Money(l.of(int64(off[i]))))
		earning.Total += after.Amount
		if l.number > 0 {
			left.Lines, earning.Lines = append(left.Lines, rest), append(earning.Lines, after)
		}
	}
	left.NotEarning, earning.NotEarning = min(left.NotEarning, max(left.Total, 0)), min(left.NotEarning, max(earning.Total, 0))
	return left, earning
}

// takenOff is what rewards took off each line, as the record says, and what of
// it points paid; nil where it does not.
func (t *ticket) takenOff(shares []ledger.Share, entries []ledger.Entry) (off, paid []basket.Money) {
	off, paid = make([]basket.Money, len(t.lines)), make([]basket.Money, len(t.lines))
	said := basket.Money(0)
	for _, s := range shares {
		// Entry 0 is what was had without points.
		if s.Entry > len(entries) || s.Entry > 0 && entries[s.Entry-1].Kind != ledger.Redeem || len(s.Base) != len(off) {
			continue
		}
		for i, b := range s.Base {
			off[i], said = off[i]+basket.Money(b), said+basket.Money(b)
			if s.Entry > 0 {
				paid[i] += basket.Money(b)
			}
		}
	}
	if said != t.discount {
		return nil, nil
	}
	return off, paid
}

// paidStill is what points paid of what is left of the sale. Where the record
// does not say of which lines, it is what they paid of all of it.
func (t *ticket) paidStill() (sum basket.Money) {
	if t.off == nil {
		for _, r := range t.reasons {
			if r.Code == redeem.ReasonRedeemed && r.Points != 0 {
				sum += basket.Money(r.Amount)
			}
		}
		return sum
	}
	for i, l := range t.lines {
		sum += t.paid[i] - basket.Money(l.of(int64(t.paid[i])))
	}
	return sum
}

// offs are what rewards took off each line: as the record says, and else by
// the lines' shares of the total.
func (t *ticket) offs() []basket.Money {
	if t.off != nil {
		return t.off
	}
	if len(t.basket.Lines) == 0 {
		return []basket.Money{t.discount}
	}
	off := make([]basket.Money, len(t.lines))
	for i, l := range redeem.Net(t.basket, t.discount).Lines {
		off[i] = t.lines[i].Amount - l.Amount
	}
	return off
}
