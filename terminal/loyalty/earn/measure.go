package earn

import (
	"fmt"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// weigh finds what a rule is worth before rounding.
func (e *engine) weigh(b *brought) error {
	if err := check(b.rule); err != nil {
		return err
	}
	if b.worth = e.upTo(b, len(e.items)); b.worth.sign() < 0 {
		b.worth = whole(0) // more came back than was bought
	}
	b.exact = b.worth
	if b.eachLine() {
		points, _, err := e.roundEach(b, make([]ledger.Points, len(e.items)))
		b.worth = whole(int64(points))
		return err
	}
	return nil
}

// check refuses what no valid programme has, and what sums could not be told of.
func check(r *programme.Rule) error {
	rate := r.Counts != programme.Multiple && len(r.Bands) == 0
	if rate && (r.Points < 1 || r.Per < 1) || r.Step < 1 || r.Step > programme.MaxRatePoints {
		return fmt.Errorf("rule %q: %v for every %d in steps of %v: validate the programme", r.Name, r.Points, r.Per, r.Step)
	}
	return nil
}

// byItem reports whether items bring what a rule does, each by itself. What
// is given for the sale or the event as such belongs to all of it.
func (b *brought) byItem() bool {
	switch b.rule.Counts {
	case programme.Amount, programme.Units:
		return len(b.rule.Bands) == 0
	case programme.Multiple, programme.Earned:
		for _, o := range b.of {
			if o.each == nil {
				return false
			}
		}
		return true
	}
	return false
}

// upTo is what a rule is worth by the first n items, before rounding. It can be
// below zero on the way, where goods come back with a sale.
func (e *engine) upTo(b *brought, n int) exactly {
	r := b.rule
	switch r.Counts {
	case programme.Amount, programme.Units:
		counted := e.measured(b, n)
		if len(r.Bands) > 0 {
			return band(r, counted)
		}
		return rate(r, counted)
	case programme.Order:
		if e.scene.Event != nil || e.ordered(b) {
			return rate(r, int64(ledger.Unit))
		}
	case programme.Quantity:
		if e.scene.Event != nil {
			quantity := e.scene.Event.Quantity
			if quantity == 0 {
				quantity = int64(ledger.Unit)
			}
			return rate(r, quantity)
		}
	case programme.Earned:
		return rate(r, int64(e.gained(b, n)))
	case programme.Multiple:
		f := r.Factor
		more := f.Num - max(f.Den, 1)
		if more <= 0 {
			return whole(0)
		}
		if r.Exact {
			adds := e.valued(b, n, false).times(more, max(f.Den, 1))
			if r.Rounding == programme.Carry {
				// What rounding took off the others counts here, where it is not lost.
				adds = adds.plus(e.valued(b, n, true)).plus(whole(-int64(e.gained(b, n))))
			}
			return adds
		}
		return ratio(int64(e.gained(b, n)), more, max(f.Den, 1))
	}
	return whole(0)
}

// measured is what counts of the first n items: minor units, or thousandths of
// a piece.
func (e *engine) measured(b *brought, n int) int64 {
	var sum int64
	for _, it := range e.items[:n] {
		sum += b.measure(it)
	}
	return sum
}

func (b *brought) measure(it item) int64 {
	switch {
	case !b.counts(it):
		return 0
	case b.rule.Counts == programme.Units:
		return it.pieces
	}
	return int64(it.amount)
}

// rate is what so much is worth by a rule's rate.
func rate(r *programme.Rule, counted int64) exactly {
	per := int64(r.Per)
	if r.WholePer {
		steps := counted / per
		if counted%per < 0 {
			steps--
		}
		counted = steps * per
	}
	return ratio(counted, int64(r.Points), per)
}

// band are the points of the highest band that is reached.
func band(r *programme.Rule, counted int64) exactly {
	var points ledger.Points
	for _, b := range r.Bands {
		if counted >= int64(b.From) && counted > 0 {
			points = b.Points
		}
	}
	return whole(int64(points))
}

// ordered reports whether anything was paid for what a rule counts, or was free
// as one of those that count: the fifteenth visit is a visit too. The sale
// that crosses a threshold is one of the tier before.
func (e *engine) ordered(b *brought) bool {
	if b.parts&1 == 0 {
		return false
	}
	var sum int64
	for _, it := range e.items {
		if it.line < 0 && b.rule.Lines.IsZero() || it.line >= 0 && b.lines.has(it.line) {
			sum += int64(it.amount)
			if it.line >= 0 && e.freed.has(it.line) {
				return true
			}
		}
	}
	return sum > 0
}

// gained is what the rules that b multiplies gave for the first n items.
func (e *engine) gained(b *brought, n int) ledger.Points {
	var sum ledger.Points
	for _, o := range b.of {
		if o.each == nil {
			if b.counts(item{line: -1}) || o.lines != (lineSet{}) && o.lines.within(b.lines) {
				sum += o.points
			}
			continue
		}
		for i, it := range e.items[:n] {
			if b.counts(it) {
				sum += o.each[i]
			}
		}
	}
	return sum
}

// valued is what the rules that b multiplies are worth for the first n items,
// before rounding; asGiven takes those whose rest is carried as they were given.
func (e *engine) valued(b *brought, n int, asGiven bool) exactly {
	sum := whole(0)
	for _, o := range b.of {
		byRate := o.rule.Counts == programme.Amount || o.rule.Counts == programme.Units
		carried := asGiven && o.rule.Rounding == programme.Carry
		if o.cut || o.each == nil || !byRate || o.rule.RoundEach == programme.RoundLine || carried {
			one := brought{rule: b.rule, lines: b.lines, parts: b.parts, of: []*brought{o}}
			sum = sum.plus(whole(int64(e.gained(&one, n))))
			continue
		}
		var counted int64
		for _, it := range e.items[:n] {
			if b.counts(it) {
				counted += o.measure(it)
			}
		}
		sum = sum.plus(rate(o.rule, counted))
	}
	return sum
}

// given is what a rule gives with start carried, and what each item brings of
// it: an item brings what the items up to it are worth above those before it.
// So the parts are points as they are given out, a discount takes back what it
// should, and nothing is lost.
func (e *engine) given(b *brought, start exactly) (ledger.Points, []ledger.Points, error) {
	if !b.byItem() {
		points, err := e.roundedTo(b, start, len(e.items))
		return points, nil, err
	}
	each := make([]ledger.Points, len(e.items))
	if b.eachLine() {
		return e.roundEach(b, each)
	}
	var before ledger.Points
	last := -1
	var counted int64
	for i, it := range e.items {
		if !b.counts(it) {
			continue
		}
		var points ledger.Points
		var err error
		if b.rule.Counts == programme.Amount || b.rule.Counts == programme.Units {
			counted += b.measure(it)
			points, err = start.plus(rate(b.rule, counted)).round(b.rule.Step, b.rule.Rounding)
			points = max(points, 0)
		} else {
			points, err = e.roundedTo(b, start, i+1)
		}
		if err != nil {
			return 0, nil, err
		}
		each[i], before, last = points-before, points, i
	}
	if last < 0 && len(each) > 0 { // nothing counts: what was carried may make a step all the same
		points, err := e.roundedTo(b, start, len(e.items))
		each[len(each)-1] = points
		return points, each, err
	}
	return before, each, nil
}

// roundedTo is what a rule gives for the first n items: whole steps, and never
// less than none.
func (e *engine) roundedTo(b *brought, start exactly, n int) (ledger.Points, error) {
	worth := e.upTo(b, n)
	if b.rule.Counts == programme.Multiple && b.rule.Exact && b.rule.Rounding != programme.Carry {
		// What all of it comes to, less what was given.
		all, err := worth.plus(e.valued(b, n, true)).round(b.rule.Step, b.rule.Rounding)
		return max(all-e.gained(b, n), 0), err
	}
	points, err := start.plus(worth).round(b.rule.Step, b.rule.Rounding)
	return max(points, 0), err
}

// eachLine reports whether what each line is worth is rounded by itself. A
// remainder that is carried is one for the whole sale.
func (b *brought) eachLine() bool {
	byRate := b.rule.Counts == programme.Amount || b.rule.Counts == programme.Units
	return b.rule.RoundEach == programme.RoundLine && b.rule.Rounding != programme.Carry && byRate && len(b.rule.Bands) == 0
}

// roundEach rounds what each item is worth. Items that take away more than the
// others bring make nothing less than none.
func (e *engine) roundEach(b *brought, each []ledger.Points) (ledger.Points, []ledger.Points, error) {
	var upTo, before ledger.Points
	for i, it := range e.items {
		if !b.counts(it) {
			continue
		}
		points, err := rate(b.rule, b.measure(it)).round(b.rule.Step, b.rule.Rounding)
		if err != nil {
			return 0, nil, err
		}
		if upTo, err = upTo.Add(points); err != nil {
			return 0, nil, err
		}
		now := max(upTo, 0)
		each[i], before = now-before, now
	}
	return before, each, nil
}

// reasonOf is what the code of the reason for what a rule is worth is.
func reasonOf(r *programme.Rule) string {
	switch {
	case len(r.Bands) > 0:
		return ReasonBand
	case r.Counts == programme.Order:
		return ReasonOrder
	case r.Counts == programme.Units:
		return ReasonUnits
	case r.Counts == programme.Quantity:
		return ReasonQuantity
	case r.Counts == programme.Multiple:
		return ReasonMultiple
	case r.Counts == programme.Earned:
		return ReasonEarned
	}
	return ReasonRate
}

// explain gives the reasons why a rule gives so many points: they add up to them.
func (e *engine) explain(b *brought, start exactly, points ledger.Points) error {
	worth, err := b.exact.down()
	if err != nil {
		return err
	}
	all, err := start.plus(b.exact).down()
	if err != nil {
		return err
	}
	why := func(code string, p ledger.Points, amount int64) {
		b.reasons = append(b.reasons, ledger.Reason{Code: code, Rule: b.rule.Name, Wallet: b.rule.Wallet, Points: p, Amount: amount})
	}
	var amount int64
	switch b.rule.Counts {
	case programme.Amount, programme.Units:
		amount = e.measured(b, len(e.items))
	case programme.Multiple, programme.Earned:
		amount = int64(e.gained(b, len(e.items)))
	case programme.Quantity:
		if amount = int64(ledger.Unit); e.scene.Event != nil && e.scene.Event.Quantity != 0 {
			amount = e.scene.Event.Quantity
		}
	}
	why(reasonOf(b.rule), worth, amount)
	if p := all - worth; p != 0 {
		why(ReasonCarried, p, 0)
	}
	if p := points - all; p != 0 {
		why(ReasonRounded, p, 0)
	}
	return nil
}
