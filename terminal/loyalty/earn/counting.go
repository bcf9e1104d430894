package earn

import (
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// A set of lines of a basket, by their places.
type lineSet [(basket.MaxLines + 63) / 64]uint64

func (s *lineSet) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *lineSet) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s lineSet) union(o lineSet) lineSet {
	for i := range s {
		s[i] |= o[i]
	}
	return s
}

func (s lineSet) without(o lineSet) lineSet {
	for i := range s {
		s[i] &^= o[i]
	}
	return s
}

func (s lineSet) within(o lineSet) bool { return s.without(o) == lineSet{} }

// An item is a line of the basket, or the part of it that lies on one side of
// a tier's threshold; of a basket without lines, all of it.
type item struct {
	line   int          // -1 for a basket without lines
	amount basket.Money // what of it counts
	pieces int64        // in thousandths
	part   int          // below the first threshold that the sale crosses: 0
}

// counting is what of a sale can earn at all.
type counting struct {
	rules    *programme.Rules
	lines    []basket.Line // as they are left
	items    []item
	every    lineSet // the lines that a rule without a selector counts
	excluded lineSet
	// freed are lines of which a reward gave pieces that count all the same.
	freed lineSet
	// of is, by discount line, the line it is about, from 1.
	of map[int]int
	// by what lines are selected; made when the first selector is looked at
	products, categories, tags, kinds map[string]lineSet
	sets                              map[string]lineSet
}

// counted is what of earning counts, by the programme's base.
func counted(s scene.Scene, earning basket.Basket) counting {
	c := counting{rules: &s.Rules, lines: earning.Lines}
	base := s.Rules.Base
	nothing := base.Redeeming == programme.EarnsNothing && s.Paid > 0
	var unearning basket.Money // paid with what earns nothing
	for _, t := range s.Basket.Tenders {
		switch {
		case t.Amount <= 0:
		case base.Tenders[t.Kind] == programme.EarnsNothing:
			nothing = true
		case base.Tenders[t.Kind] == programme.EarnsNotPart:
			unearning += t.Amount
		}
	}
	if len(c.lines) == 0 {
		amount := max(earning.Total-max(s.Basket.NotEarning, 0), 0)
		c.items = []item{{line: -1, amount: amount}} // nobody said how many pieces it is
	} else {
		c.fill(base, s.Counted)
	}
	if unearning = min(unearning, earning.Total); unearning > 0 {
		c.lower(earning.Total-unearning, earning.Total)
	}
	if nothing {
		c.freed = lineSet{}
		c.lower(0, 1)
	}
	return c
}

// fill makes an item of each line.
func (c *counting) fill(base programme.Base, free []int64) {
	c.items = make([]item, len(c.lines))
	names := make(map[string]int)
	for i, l := range c.lines {
		if l.ID != "" && names[l.ID] == 0 {
			names[l.ID] = i + 1
		}
		if scene.Excluded(*c.rules, l) {
			c.excluded.add(i)
		}
	}
	var shared basket.Money
	for i, l := range c.lines {
		amount := l.Amount
		if base.BeforeTax {
			amount -= l.Tax
		}
		pieces := l.Quantity
		if pieces == 0 {
			pieces = 1000
		}
		switch discount := scene.Discount(l); {
		case discount:
			pieces = 0
			about := 0
			if l.Of != "" {
				about = names[l.Of]
			}
			if about > 0 && c.lines[about-1].Of != "" {
				about = 0 // about itself, or about another discount: then about the sale
			}
			switch {
			case base.BeforeDiscount, about > 0 && c.excluded.has(about-1):
				c.excluded.add(i)
			case about > 0:
				if c.of == nil {
					c.of = make(map[int]int)
				}
				c.of[i] = about
			case base.DiscountShared && !c.excluded.has(i):
				shared += amount
				c.excluded.add(i)
			}
		case l.Amount == 0 && (i >= len(free) || free[i] == 0):
			pieces = 0 // it was free
		case l.Amount < 0:
			pieces = -pieces
		}
		c.items[i] = item{line: i, amount: amount, pieces: pieces}
		if c.excluded.has(i) {
			c.items[i].amount, c.items[i].pieces = 0, 0
		} else {
			c.every.add(i)
			if i < len(free) && free[i] > 0 {
				c.freed.add(i)
			}
		}
	}
	c.share(shared)
}

// share lowers the goods by a discount on the sale, each by its part of it.
func (c *counting) share(discount basket.Money) {
	var goods basket.Money
	for _, it := range c.items {
		goods += max(it.amount, 0)
	}
	if discount == 0 || goods <= 0 {
		return
	}
	discount = max(discount, -goods)
	var upTo, before basket.Money
	for i := range c.items {
		it := &c.items[i]
		if it.amount <= 0 {
			continue
		}
		upTo += it.amount
		part := basket.Money(-portion(int64(-discount), int64(upTo), int64(goods)))
		it.amount += part - before
		before = part
	}
}

// lower leaves part of all of every item, by running totals.
func (c *counting) lower(part, all basket.Money) {
	var upTo, before basket.Money
	for i := range c.items {
		it := &c.items[i]
		upTo += it.amount
		now := basket.Money(portion(int64(upTo), int64(part), int64(all)))
		it.amount, before = now-before, now
		if part == 0 {
			it.pieces = 0
		}
	}
}

// total is what counts of the sale.
func (c *counting) total() basket.Money {
	var sum basket.Money
	for _, it := range c.items {
		sum += it.amount
	}
	return sum
}

// selected are the lines that a selector and the programme's exclusions leave.
func (c *counting) selected(sel *programme.Selector) lineSet {
	if sel.IsZero() {
		return c.every
	}
	found := c.match(sel, len(c.rules.Sets)+1)
	for discount, about := range c.of {
		if found.has(about - 1) {
			found.add(discount)
		}
	}
	return found.without(c.excluded)
}

// match are the lines that a selector selects, whatever is excluded.
func (c *counting) match(sel *programme.Selector, deep int) lineSet {
	c.index()
	var found lineSet
	named := false
	for _, p := range sel.Products {
		named = true
		if begin, open := strings.CutSuffix(p, "*"); open {
			for i, l := range c.lines {
				if l.Product != "" && strings.HasPrefix(l.Product, begin) {
					found.add(i)
				}
			}
			continue
		}
		found = found.union(c.products[p])
	}
	for _, by := range [...]struct {
		names []string
		lines map[string]lineSet
	}{{sel.Categories, c.categories}, {sel.Tags, c.tags}, {sel.Kinds, c.kinds}} {
		for _, name := range by.names {
			named = true
			if lines, any := by.lines[name]; any {
				found = found.union(lines)
			}
		}
	}
	for _, name := range sel.Sets {
		named = true
		found = found.union(c.set(name, deep))
	}
	if !named {
		for i := range c.lines {
			found.add(i)
		}
	}
	if sel.Not != nil && !sel.Not.IsZero() {
		found = found.without(c.match(sel.Not, deep))
	}
	return found
}

// set are the lines of a named set; valid rules have none that is in itself.
func (c *counting) set(name string, deep int) lineSet {
	if lines, known := c.sets[name]; known {
		return lines
	}
	var found lineSet
	for i := range c.rules.Sets {
		if c.rules.Sets[i].Name == name && deep > 0 {
			found = c.match(&c.rules.Sets[i].Selector, deep-1)
			break
		}
	}
	if c.sets == nil {
		c.sets = make(map[string]lineSet)
	}
	c.sets[name] = found
	return found
}

// index notes which lines have which product, category, tags and kind, so that
// many rules are not compared with many lines.
func (c *counting) index() {
	if c.products != nil {
		return
	}
	c.products, c.categories = make(map[string]lineSet), make(map[string]lineSet)
	c.tags, c.kinds = make(map[string]lineSet), make(map[string]lineSet)
	put := func(in map[string]lineSet, name string, i int) {
		if name != "" {
			lines := in[name]
			lines.add(i)
			in[name] = lines
		}
	}
	for i, l := range c.lines {
		put(c.products, l.Product, i)
		put(c.categories, l.Category, i)
		put(c.kinds, l.Kind, i)
		for _, t := range l.Tags {
			put(c.tags, t, i)
		}
	}
}

// split cuts the items where the amount of the lines of a ladder reaches each
// threshold, above zero and ascending.
func (c *counting) split(of lineSet, thresholds []basket.Money) {
	var items []item
	var upTo basket.Money
	part := 0
	for _, it := range c.items {
		counts := it.line < 0 || of.has(it.line)
		for counts && part < len(thresholds) && it.amount > 0 && upTo+it.amount > thresholds[part] {
			below := it
			below.amount, below.part = thresholds[part]-upTo, part
			it.amount, it.pieces = it.amount-below.amount, 0
			if below.amount > 0 {
				items, upTo = append(items, below), upTo+below.amount
			} else {
				it.pieces = below.pieces
			}
			part++
		}
		it.part = part
		if counts {
			upTo += it.amount
		}
		items = append(items, it)
	}
	c.items = items
}
