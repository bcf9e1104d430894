package refund

import (
	"math/big"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// part is how much of an entry belongs to what came back so far, as long as
// something is left of the sale. reasons are those of the entry's record.
func (t *ticket) part(rules programme.Rules, reasons []ledger.Reason, e ledger.Entry, done part) (part, error) {
	if e.Kind == ledger.Redeem {
		given, err := t.spentPart(reasons, e.Wallet, -e.Points)
		// A discount that comes back must not spend the points once more.
		return part{points: min(-given, done.points), rest: done.rest}, err
	}
	return t.earnedPart(rules, e)
}

// spentPart is the share of points spent that came back. What was handed over
// for points is given back with the last of the sale only: nobody knows which
// of its goods it was.
func (t *ticket) spentPart(reasons []ledger.Reason, w ledger.Wallet, points ledger.Points) (ledger.Points, error) {
	var all, off ledger.Points
	for _, r := range reasons {
		if r.Code != redeem.ReasonRedeemed || r.Wallet != w {
			continue
		}
		all -= r.Points
		if r.Amount > 0 {
			off -= r.Points
		}
	}
	back := max(min(t.back(), t.basket.Total), 0)
	if back == 0 || all <= 0 {
		return 0, nil
	}
	share := new(big.Rat).Mul(rat(int64(off), int64(all)), rat(int64(back), int64(t.basket.Total)))
	given, err := floor(share.Mul(share, rat(int64(points), 1)), grain(points))
	return min(given, points), err
}

// pointsPaid is the part of an amount that came back that points had paid.
func (t *ticket) pointsPaid(back basket.Money, whole bool) basket.Money {
	switch {
	case whole:
		return t.discount
	case back <= 0 || t.basket.Total <= 0:
		return 0
	}
	return min(t.discount*min(back, t.basket.Total)/t.basket.Total, t.discount)
}

// earnedPart shares an award out over the lines by running totals, as it was
// awarded, and adds up what belongs to those that came back. Where remainders
// are carried, the rest keeps what came back worth exactly what it was.
func (t *ticket) earnedPart(rules programme.Rules, e ledger.Entry) (part, error) {
	amounts, total := t.earning(e.Wallet)
	if total <= 0 {
		return part{}, nil
	}
	step := grain(e.Points)
	var points, before ledger.Points
	var upTo, back basket.Money
	for i, l := range t.lines {
		upTo += amounts[i]
		share, err := floor(rat(int64(upTo), int64(total), int64(e.Points)), step)
		if err != nil {
			return part{}, err
		}
		share = max(share, 0)
		came, err := l.cameBack(share-before, step)
		if err != nil {
			return part{}, err
		}
		points, before = points+came, share
		back += l.share(amounts[i])
	}
	points = max(min(points, e.Points), 0)
	value, exact := worth(rules, e, back, total)
	if !exact {
		return part{points: points}, nil
	}
	rest, err := value.Add(ledger.Fraction{Num: int64(-points), Den: 1})
	return part{points, rest}, err
}

// earning is what of each line the award of a wallet was for, and their sum:
// what was paid, less what points paid of it unless that earned too.
func (t *ticket) earning(w ledger.Wallet) ([]basket.Money, basket.Money) {
	earning := t.basket
	for _, r := range t.reasons {
		if r.Code == earn.ReasonRate && r.Wallet == w && basket.Money(r.Amount) == t.basket.Total-t.discount {
			earning = redeem.Net(t.basket, t.discount)
		}
	}
	if len(earning.Lines) == 0 {
		return []basket.Money{earning.Total}, earning.Total
	}
	amounts := make([]basket.Money, len(earning.Lines))
	for i, l := range earning.Lines {
		amounts[i] = l.Amount
	}
	return amounts, earning.Total
}

// cameBack is what of the line's points belongs to what came back of it.
func (l line) cameBack(points, step ledger.Points) (ledger.Points, error) {
	if l.amount == l.Amount {
		return points, nil // also for a line that cost nothing
	}
	return floor(rat(int64(l.amount), int64(l.Amount), int64(points)), step)
}

// share is what of an amount of the line belongs to what came back of it, in
// whole minor units, so that no remainder gets finer than the programme's.
func (l line) share(amount basket.Money) basket.Money {
	if l.amount == l.Amount {
		return amount
	}
	return amount * l.amount / l.Amount // at most 10^16
}

// maxParts is the finest remainder that is carried, in parts of a thousandth;
// valid rules have no finer one.
const maxParts = 1000

// worth is what the part back of total was worth to a wallet that carries
// remainders, exactly. Of an award in another proportion to its basket than
// rates have, the rest comes back with the last of the sale.
func worth(rules programme.Rules, e ledger.Entry, back, total basket.Money) (ledger.Fraction, bool) {
	if e.Rest.IsZero() && !carries(rules, e.Wallet) {
		return ledger.Fraction{}, false
	}
	value := rat(e.Rest.Num, max(e.Rest.Den, 1))
	value.Add(value, rat(int64(e.Points), 1))
	each := value.Quo(value, rat(int64(total), 1))
	if each.Denom().Cmp(big.NewInt(maxParts)) > 0 {
		return ledger.Fraction{}, false
	}
	value = each.Mul(each, rat(int64(back), 1))
	if !value.Num().IsInt64() {
		return ledger.Fraction{}, false
	}
	f, err := ledger.NewFraction(value.Num().Int64(), value.Denom().Int64())
	return f, err == nil
}

func carries(rules programme.Rules, w ledger.Wallet) bool {
	for _, r := range rules.Earn {
		if r.Wallet == w {
			return r.Rounding == programme.Carry
		}
	}
	return false
}

// grain is how fine parts of p may be: as fine as p itself, so that a slip that
// can show p can show them.
func grain(p ledger.Points) ledger.Points {
	for g := ledger.Unit; g > 1; g /= 10 {
		if p%g == 0 {
			return g
		}
	}
	return 1
}

// rat is num/den, times the factors.
func rat(num, den int64, factors ...int64) *big.Rat {
	r := big.NewRat(num, den)
	for _, f := range factors {
		r.Mul(r, big.NewRat(f, 1))
	}
	return r
}

// floor is r rounded down to a multiple of step.
func floor(r *big.Rat, step ledger.Points) (ledger.Points, error) {
	r = new(big.Rat).Quo(r, rat(int64(step), 1))
	steps := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean, and the denominator is positive
	n := steps.Mul(steps, big.NewInt(int64(step)))
	if !n.IsInt64() {
		return 0, ledger.ErrOverflow
	}
	return ledger.Points(n.Int64()), nil
}
