package redeem

import (
	"cmp"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// An item is a line that a reward works on, with what is still to be paid for
// it: discount lines that are of it belong to it.
type item struct {
	line  int
	cost  basket.Money
	units int64 // that are still to be paid for
}

// A pool is what of a basket a reward works on. A basket without lines has no
// items, only a sum.
type pool struct {
	items []item
	sum   basket.Money // what the items cost together
	room  basket.Money // the most that can come off
}

// poolOf is what the selector selects of what is left of a basket. What the
// programme excludes is never in it, and neither is what a till without lines
// says does not earn. freed are the units of each line that were given before
// and still stand in it.
func poolOf(r programme.Rules, left basket.Basket, sel programme.Selector, freed []int64) pool {
	if len(left.Lines) == 0 {
		if !sel.IsZero() {
			return pool{}
		}
		sum := max(left.Total-left.NotEarning, 0)
		return pool{sum: sum, room: sum}
	}
	excluded := func(l basket.Line) bool { return !r.Base.Excluded.IsZero() && scene.Selects(r, r.Base.Excluded, l) }
	of, about := linesOf(left)
	var p pool
	rest := left.Total // what is not excluded
	for i, l := range left.Lines {
		switch {
		case excluded(l), of[i] >= 0 && excluded(left.Lines[of[i]]):
			rest -= l.Amount
			continue
		case of[i] >= 0 || !scene.Selects(r, sel, l):
			continue // what is about a line goes where that goes
		}
		it := item{i, l.Amount + about[i], units(l)}
		if i < len(freed) {
			it.units = max(it.units-freed[i], 0)
		}
		p.items = append(p.items, it)
		p.sum += it.cost
	}
	p.room = max(min(p.sum, rest, left.Total), 0)
	return p
}

// linesOf is the line that each discount line is about, below zero for the
// sale, and what all that are about a line come to.
func linesOf(b basket.Basket) (of []int, about []basket.Money) {
	of, about = make([]int, len(b.Lines)), make([]basket.Money, len(b.Lines))
	for i, l := range b.Lines {
		of[i] = -1
		if l.Of == "" {
			continue
		}
		at := slices.IndexFunc(b.Lines, func(o basket.Line) bool { return o.ID == l.Of })
		if at < 0 || at == i || b.Lines[at].Of != "" {
			continue // about itself, or about another discount: then about the sale
		}
		of[i] = at
		about[at] += l.Amount
	}
	return of, about
}

// units are how many pieces a line is. What is weighed is one piece.
func units(l basket.Line) int64 {
	if l.Quantity > 0 && l.Quantity%1000 == 0 {
		return l.Quantity / 1000
	}
	return 1
}

// spread shares off out over the items by running totals, so that every line
// has its part in whole minor units and the parts add up.
func (p pool) spread(off basket.Money, lines int) []basket.Money {
	if lines == 0 {
		return nil
	}
	parts := make([]basket.Money, lines)
	if off == 0 {
		return parts
	}
	var upTo, before basket.Money
	for _, it := range p.items {
		upTo += it.cost
		// At most 300 lines of 10^8 times a discount of 10^8: it fits.
		share := floorDiv(off*upTo, p.sum)
		parts[it.line], before = share-before, share
	}
	return parts
}

// maxUnits is the most pieces that one reward gives in one sale.
const maxUnits = 1000

// pieces is how many units of the pool can be given.
func (p pool) pieces() int64 {
	var n int64
	for _, it := range p.items {
		if it.cost > 0 {
			n += it.units
		}
	}
	return min(n, maxUnits)
}

// give is what n units of the pool cost, the cheapest or the dearest first, and
// how many of each line they are. Units of one line cost what running totals
// over its amount make of them, so that they cost the same on every till.
func (p pool) give(n int64, target programme.Target, lines int) (cost []basket.Money, taken []int64) {
	cost, taken = make([]basket.Money, lines), make([]int64, lines)
	items := slices.DeleteFunc(slices.Clone(p.items), func(it item) bool { return it.cost <= 0 || it.units == 0 })
	slices.SortStableFunc(items, func(a, b item) int {
		// Amounts are at most 10^8 and pieces 2*10^6 of a line: it fits.
		by := cmp.Compare(int64(a.cost)*b.units, int64(b.cost)*a.units)
		if target == programme.TargetDearest {
			by = -by
		}
		return by
	})
	for _, it := range items {
		k := min(n, it.units)
		if k == 0 {
			break
		}
		cost[it.line], taken[it.line] = it.cost*basket.Money(k)/basket.Money(it.units), k
		n -= k
	}
	return cost, taken
}

// works is what a reward does to the rest of a basket.
type works struct {
	off  []basket.Money // of each line; nil for a basket without lines
	sum  basket.Money   // of it
	free []int64        // units of each line that are paid with it in full
}

// onUnits reports whether a reward gives single pieces of the basket.
func onUnits(r programme.Reward, b basket.Basket) bool {
	if len(b.Lines) == 0 || r.Tender || r.VoucherDays > 0 {
		return false
	}
	switch r.Gives {
	case programme.GivesPercent:
		return r.Target != programme.TargetOrder
	case programme.GivesMoney:
		return r.Value == 0 && (r.Target != programme.TargetOrder || !r.Lines.IsZero())
	}
	return false
}

// takesOff reports whether a reward takes money off the basket.
func takesOff(r programme.Reward, b basket.Basket) bool {
	if r.Tender || r.VoucherDays > 0 {
		return false
	}
	return r.Gives == programme.GivesPercent || r.Gives == programme.GivesMoney && (r.Value > 0 || onUnits(r, b))
}

// percentOf is so many hundredths of a per cent of an amount.
func percentOf(amount basket.Money, percent int64, mode programme.Rounding) basket.Money {
	n := int64(amount) * percent // at most 3*10^10 times 10^4
	if mode == programme.HalfUp {
		n += 5_000
	}
	return basket.Money(n / 10_000)
}

// work is what times of a reward take off what is left, where limit is the most
// that it may take.
func (d decider) work(r programme.Reward, points ledger.Points, times int64, limit basket.Money) works {
	p := poolOf(d.rules, d.left, r.Lines, d.cover.freed)
	limit = min(limit, p.room)
	lines := len(d.left.Lines)
	switch {
	case r.Gives == programme.GivesMoney && r.Value > 0:
		off := r.Worth(points)
		if r.Points == 0 {
			off = min(off, limit) // nothing that was paid for it is lost
		}
		return works{off: p.spread(off, lines), sum: off}
	case onUnits(r, d.left):
		return d.workOnUnits(r, p, times, limit)
	}
	base := p.sum
	if d.rules.Stacking.Original {
		base = poolOf(d.rules, d.s.Basket, r.Lines, nil).sum
	}
	off := min(percentOf(max(base, 0), r.Percent, r.Rounding), limit)
	if off == 0 {
		return works{}
	}
	return works{off: p.spread(off, lines), sum: off}
}

func (d decider) workOnUnits(r programme.Reward, p pool, times int64, limit basket.Money) works {
	from := p
	if d.rules.Stacking.Original && len(d.s.Basket.Lines) == len(d.left.Lines) {
		from = poolOf(d.rules, d.s.Basket, r.Lines, d.cover.given)
	}
	cost, taken := from.give(times, r.Target, len(d.left.Lines))
	w := works{off: cost}
	if r.Gives == programme.GivesPercent && r.Percent < 100_00 {
		share(cost, r)
	} else {
		w.free = taken
	}
	for _, it := range p.items {
		// Never more than the line still costs.
		cost[it.line] = min(cost[it.line], max(it.cost, 0))
		w.sum += cost[it.line]
	}
	if w.sum > limit {
		return works{} // a piece is given whole or not at all
	}
	return w
}

// share makes what units cost to the reward's part of it, rounded once.
func share(cost []basket.Money, r programme.Reward) {
	var upTo, before basket.Money
	for i := range cost {
		upTo += cost[i]
		part := percentOf(upTo, r.Percent, r.Rounding)
		cost[i], before = part-before, part
	}
}

// lower is a basket less what comes off each of its lines, and the units that
// are paid with it. sum is what comes off of one without lines.
func lower(b basket.Basket, off []basket.Money, free []int64, sum basket.Money) basket.Basket {
	if sum == 0 {
		return b
	}
	if len(b.Lines) > 0 {
		b.Lines = slices.Clone(b.Lines)
		for i := range b.Lines {
			l := &b.Lines[i]
			*l = l.Less(off[i])
			if len(free) == len(b.Lines) && free[i] > 0 {
				l.Quantity -= l.Quantity / units(*l) * min(free[i], units(*l))
			}
		}
	}
	b.Total -= sum
	b.NotEarning = min(b.NotEarning, b.Total)
	return b
}

// Net is a basket less a discount from 0 to its total, on all of its lines. The
// discount is shared out over the lines by running totals, so that every line
// has its part of it in whole minor units and the parts add up to it.
func Net(b basket.Basket, discount basket.Money) basket.Basket {
	discount = max(min(discount, b.Total), 0)
	if discount == 0 {
		return b
	}
	return lower(b, all(b).spread(discount, len(b.Lines)), nil, discount)
}

// Earning is what of a basket earns when rewards took discount off it, as far as
// only that is known: all of it, or what is left to pay, as the programme has
// it. Outcome.Earning says it exactly.
func Earning(rules programme.Rules, b basket.Basket, discount basket.Money) basket.Basket {
	if rules.Base.Redeeming == programme.EarnsFully {
		return b
	}
	return Net(b, discount)
}

// all is the whole basket.
func all(b basket.Basket) pool {
	p := pool{sum: b.Total, room: b.Total}
	for i, l := range b.Lines {
		p.items = append(p.items, item{line: i, cost: l.Amount})
	}
	return p
}

// floorDiv is n/d rounded down; d may be below zero.
func floorDiv(n, d basket.Money) basket.Money {
	q := n / d
	if n%d != 0 && (n < 0) != (d < 0) {
		q--
	}
	return q
}
