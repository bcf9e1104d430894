package refund

import (
	"math/big"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// shared adds up what of parts, one for each line, belongs to what came back.
func (t *ticket) shared(parts []ledger.Points, step ledger.Points) (sum ledger.Points, err error) {
	for i, l := range t.lines {
		came, err := l.cameBack(parts[i], step)
		if err != nil {
			return 0, err
		}
		if sum, err = sum.Add(came); err != nil {
			return 0, err
		}
	}
	return sum, nil
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

// pointsPaid is the part of what came back that points had paid.
func (t *ticket) pointsPaid(whole bool) basket.Money {
	back := t.back()
	switch {
	case whole:
		return t.discount
	case t.off != nil:
		var sum basket.Money
		for i, l := range t.lines {
			sum += basket.Money(l.of(int64(t.off[i])))
		}
		return sum
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
		back += basket.Money(l.of(int64(amounts[i])))
	}
	points = max(min(points, e.Points), 0)
	if e.Rest.IsZero() && !carries(rules, e.Wallet) {
		return part{points: points}, nil
	}
	value, exact := worth(e, int64(back), int64(total), partsOf(rules, e.Wallet))
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

// came is how much of the line came back: num of den.
func (l line) came() (num, den int64) {
	switch {
	case l.spent():
		return 1, 1 // also of a line that cost nothing
	case l.Amount == 0:
		return l.quantity, max(l.Quantity, 1)
	case l.Quantity > 0 && l.amount == l.Amount*basket.Money(l.quantity)/basket.Money(l.Quantity):
		return l.quantity, l.Quantity // the amount is that of the pieces, but for its rounding
	}
	return int64(l.amount), int64(l.Amount)
}

// cameBack is what of the line's points belongs to what came back of it.
func (l line) cameBack(points, step ledger.Points) (ledger.Points, error) {
	num, den := l.came()
	if num == den {
		return points, nil
	}
	return floor(rat(num, den, int64(points)), step)
}

// of is what of an amount of the line belongs to what came back of it, in
// whole minor units, so that no remainder gets finer than the programme's.
func (l line) of(amount int64) int64 {
	num, den := l.came()
	return amount * num / den // at most 10^8 times 2*10^9
}

// worth is what the part back of total was worth, exactly, of an entry whose
// remainder is carried, in parts of a thousandth as fine as the rules have. Of an
// award in another proportion to its basket than rates have, the rest comes back
// with the last of the sale: were it kept, a member's remainders would get finer
// with every return, until no sum of them fits.
func worth(e ledger.Entry, back, total, parts int64) (ledger.Fraction, bool) {
	if total == 0 {
		return ledger.Fraction{}, false
	}
	value := rat(e.Rest.Num, max(e.Rest.Den, 1))
	value.Add(value, rat(int64(e.Points), 1))
	each := value.Quo(value, rat(total, 1))
	if !each.Denom().IsInt64() || parts%each.Denom().Int64() != 0 {
		return ledger.Fraction{}, false
	}
	value = each.Mul(each, rat(back, 1))
	if !value.Num().IsInt64() {
		return ledger.Fraction{}, false
	}
	f, err := ledger.NewFraction(value.Num().Int64(), value.Denom().Int64())
	return f, err == nil
}

// partsOf is how fine the remainders are that rules leave in a wallet: in so
// many parts of a thousandth each of them is whole.
func partsOf(rules programme.Rules, w ledger.Wallet) int64 {
	rates, factors := int64(1), int64(1)
	for _, r := range rules.Earn {
		switch {
		case r.Wallet != w || r.Rounding != programme.Carry:
		case r.Counts == programme.Multiple:
			factors = common(factors, max(r.Factor.Den, 1))
		case r.Per > 0:
			rates = common(rates, rat(int64(r.Points), int64(r.Per)).Denom().Int64())
		}
	}
	if rates > maxParts/factors {
		return maxParts
	}
	return rates * factors
}

// maxParts is more than any programme has use for, and leaves room for sums.
const maxParts = 1_000_000

// common is the least number that both divide, or maxParts.
func common(a, b int64) int64 {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	if a/x > maxParts/b {
		return maxParts
	}
	return a / x * b
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
