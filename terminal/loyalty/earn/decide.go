package earn

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/tier"
)

// decide is the whole decision about a sale or an event of which so much counts.
func decide(s scene.Scene, c counting) (Outcome, error) {
	e := &engine{scene: s, counting: c}
	e.rules = &e.scene.Rules
	e.cross()
	if err := e.award(); err != nil {
		return Outcome{}, err
	}
	if e.crossesByPoints() {
		// The sale earns as the tier that its own points reach.
		next := s
		next.Holding = e.after(s.Holding)
		again := &engine{scene: s, counting: c, judges: []*scene.Judge{next.Judge()}}
		again.rules = &again.scene.Rules
		if err := again.award(); err != nil {
			return Outcome{}, err
		}
		e = again
	}
	return e.outcome()
}

// cross makes the judges: one for each tier the sale is partly of.
func (e *engine) cross() {
	base := e.scene
	var thresholds []basket.Money
	var ladder programme.Ladder
	if e.scene.Event == nil {
		base.Holding.Positions = slices.Clone(base.Holding.Positions)
		for _, l := range e.rules.Ladders {
			if l.Crossing != programme.CrossNew && l.Crossing != programme.CrossSplit || l.On == programme.OnPoints {
				continue
			}
			adds := e.adds(l.On, &l.Lines)
			if adds <= 0 {
				continue
			}
			if l.Crossing == programme.CrossSplit && l.On == programme.OnSpend {
				if reached := e.thresholds(l, adds); len(reached) > 0 && len(thresholds) == 0 {
					ladder, thresholds = l, reached
				}
				continue
			}
			count(&base.Holding, l.CountOf(), adds, e.scene.Moment.Day)
		}
	}
	e.judges = []*scene.Judge{base.Judge()}
	if len(thresholds) == 0 {
		return
	}
	e.split(e.selected(&ladder.Lines), thresholds)
	for _, t := range thresholds {
		part := base
		part.Holding.Positions = slices.Clone(base.Holding.Positions)
		count(&part.Holding, ladder.CountOf(), ledger.Points(t)*perMinor, e.scene.Moment.Day)
		e.judges = append(e.judges, part.Judge())
	}
}

// perMinor is what one minor unit of money is in thousandths of a ladder's count.
const perMinor = 10

// count adds to a counter of a holding that has its own positions.
func count(h *ledger.Holding, w ledger.Wallet, p ledger.Points, day ledger.Day) {
	// It is only looked at: a sum that does not fit is found when it is written.
	_ = h.Apply(ledger.Entry{Wallet: w, Kind: ledger.Earn, Points: p}, day)
}

// thresholds are the amounts of this sale at which a ladder's next levels are
// reached.
func (e *engine) thresholds(l programme.Ladder, adds ledger.Points) []basket.Money {
	now := tier.On(l, e.scene.Holding, e.scene.Moment.Day)
	var all []basket.Money
	for _, level := range l.Levels[now.Level+1:] {
		missing := level.From - now.Count
		if missing > 0 && missing <= adds {
			all = append(all, basket.Money((missing+perMinor-1)/perMinor))
		}
	}
	return slices.Compact(all)
}

// adds is what the sale adds to a count: of what is paid, or that it was.
func (e *engine) adds(on programme.LadderOn, lines *programme.Selector) ledger.Points {
	amount := e.amountOf(lines)
	switch {
	case amount <= 0:
		return 0
	case on == programme.OnSpend:
		return ledger.Points(amount) * perMinor
	case on == programme.OnVisits:
		return ledger.Unit
	}
	return 0
}

func (e *engine) amountOf(sel *programme.Selector) basket.Money {
	if sel.IsZero() {
		return e.total()
	}
	var sum basket.Money
	lines := e.selected(sel)
	for _, it := range e.items {
		if it.line >= 0 && lines.has(it.line) {
			sum += it.amount
		}
	}
	return sum
}

// gainedOf is what the member got of a wallet.
func (e *engine) gainedOf(w ledger.Wallet) ledger.Points {
	var sum ledger.Points
	for _, b := range e.brought {
		if b.owner == &e.scene.Holding && b.rule.Wallet == w {
			sum += b.points
		}
	}
	return sum
}

// crossesByPoints reports whether the points of the sale reach a tier at whose
// rules it is to earn.
func (e *engine) crossesByPoints() bool {
	day := e.scene.Moment.Day
	return e.scene.Event == nil && slices.ContainsFunc(e.rules.Ladders, func(l programme.Ladder) bool {
		if l.On != programme.OnPoints || l.Crossing != programme.CrossNew {
			return false
		}
		now := tier.On(l, e.scene.Holding, day)
		return tier.Reached(l, now.Count+e.gainedOf(l.Wallet)) > now.Level
	})
}

// after is a holding with what the sale adds to the ladders whose crossing
// sale earns as the new tier.
func (e *engine) after(h ledger.Holding) ledger.Holding {
	h.Positions = slices.Clone(h.Positions)
	for _, l := range e.rules.Ladders {
		if l.Crossing != programme.CrossNew {
			continue
		}
		adds := e.adds(l.On, &l.Lines)
		if l.On == programme.OnPoints {
			adds = e.gainedOf(l.Wallet)
		}
		if adds > 0 {
			count(&h, l.CountOf(), adds, e.scene.Moment.Day)
		}
	}
	return h
}
