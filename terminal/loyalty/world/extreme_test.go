package world_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// extreme is a programme with the largest of everything it may have.
func (d drawing) extreme(r programme.Rules) programme.Rules {
	long := func(what string, n int) string { return fmt.Sprint(strings.Repeat("<", 64-len(what)-4), what, n) }
	times := one(d, 1, 1, 1, 20)
	if d.int(0, 40) == 40 {
		times = 1000 / max(len(r.Earn), 1)
	}
	var rules []programme.Rule
	for n := range times {
		for _, e := range r.Earn {
			e.Multiplies = slices.Clone(e.Multiplies)
			if e.Counts == programme.Multiple && len(e.Multiplies) > 0 {
				e.Multiplies[0] = long(e.Multiplies[0], n)
			}
			e.Name = long(e.Name, n)
			if times > 20 {
				e.Caps = nil // each is an entry of the sale, for which a record has no room a thousand times
			}
			if e.Points > 0 && d.seldom() {
				e.Points, e.Per = programme.MaxRatePoints, max(e.Per, 1000)
			}
			if d.seldom() && e.Counts != programme.Multiple && e.Counts != programme.Earned && e.Event == "" {
				e.Step = programme.MaxRatePoints
			}
			rules = append(rules, e)
		}
	}
	r.Earn = rules
	for i := range r.Rewards {
		w := &r.Rewards[i]
		if d.seldom() && w.Gives == programme.GivesMoney && w.Value > 0 && w.Kind == programme.Fixed {
			w.Value = basket.MaxAmount
		}
	}
	return valid(d.T, r)
}

// longest is a basket with as many lines, and as long texts, as one may have.
func (d drawing) longest(s *shop) basket.Basket {
	b := d.basket(s)
	if len(b.Lines) == 0 {
		b.Total = one(d, 0, basket.MaxAmount)
		b.NotEarning = min(b.NotEarning, b.Total)
		b.Tenders = nil
		return b
	}
	lines := b.Lines
	b.Lines, b.Total, b.Tenders = nil, 0, nil
	text := strings.Repeat(one(d, "a", "<", "é"), 4)
	for n := range one(d, 40, 40, 150, basket.MaxLines) {
		l := lines[n%len(lines)]
		l.ID, l.Name = fmt.Sprint(n), strings.Repeat(text, 8)
		if l.Of != "" {
			l.Of = fmt.Sprint(n / 2)
		}
		if n == 0 && d.yes() {
			l.Amount, l.Tax, l.Quantity, l.Kind, l.Product, l.Of = basket.MaxAmount/2, 0, 2_000_000_000, "", "A1", ""
		}
		b.Lines = append(b.Lines, l)
		b.Total += l.Amount
	}
	if up := -b.Total; up > 0 {
		b.Lines[len(b.Lines)-1].Amount, b.Lines[len(b.Lines)-1].Tax = b.Lines[len(b.Lines)-1].Amount+up, 0
		b.Total = 0
	}
	return b
}

// Nothing a valid programme says makes a valid basket a fault, a panic or a
// record that is too large: not the largest amounts, receipts and programmes.
func TestTheLargestSaleUnderTheLargestProgrammeIsPosted(t *testing.T) {
	zone := amsterdam(t)
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		s := newShop(d.extreme(d.rules()), zone, d.yes(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		a := numberOf(1)
		for range d.int(1, 3) {
			b := d.longest(s)
			if b.Validate() != nil {
				return // longer than one may be
			}
			if _, err := s.counter().Quote(session.Customer{Holding: s.holding(a, "")}, true, b, s.moment()); err != nil {
				if !errors.Is(err, ledger.ErrOverflow) {
					s.fail(d, "a quote: %v", err)
				}
				continue // a million of millions of points, for each of hundreds of rules
			}
			sale := session.Sale{Basket: b, Confirmed: true, Redeem: d.wishes(s, session.Customer{Holding: s.holding(a, "")}, b)}
			before := s.clone()
			s.note("%d lines, %d, wishes %+v", len(b.Lines), b.Total, sale.Redeem)
			posted, no := s.decide(d, s.view("", a), s.counter().Award(customer(d, a), true, sale, s.moment()))
			if no != nil {
				s.note("refused: %v", no)
				continue
			}
			s.always(d)
			s.recorded(d)
			s.spent(d, before)
			s.bounded(d, before)
			for _, goods := range []int{1, 0} {
				if goods > 0 {
					s.giveBack(d, posted.Record.Head.Key(), d.goods(b))
				} else if d.yes() {
					s.giveBack(d, posted.Record.Head.Key(), nil)
				}
				s.always(d)
			}
			s.decide(d, s.view("", a, numberOf(2)), s.counter().Merge(customer(d, numberOf(2)), session.Merging{Key: s.key(), Note: "x"}, s.moment()))
			s.always(d)
		}
	})
}

// linear leaves of a programme what is linear: rates by amount with the
// remainder carried, without limits and conditions of the sale.
func (d drawing) linear() programme.Rules {
	r := programme.Rules{
		Version: 1, Name: "Lijn", Currency: "EUR", Zone: "UTC", Language: "nl", KeepDays: 400, PhoneCountry: "31", Bearer: programme.Bearer{Off: true},
		Wallets: d.wallets(), Cards: d.rules().Cards, Base: programme.Base{Excluded: programme.Selector{Categories: some(d, categories)}, BeforeTax: d.seldom()},
	}
	for i := range r.Wallets {
		r.Wallets[i].Most = 0
	}
	for n := range d.int(1, 4) {
		r.Earn = append(r.Earn, programme.Rule{
			Name: fmt.Sprint("rule", n), Wallet: d.wallet(r), Points: d.units(20), Per: one(d, basket.Money(100), 1, 3, 7, 30, 1000), Step: 1000,
			Rounding: programme.Carry, Bonus: d.yes(), Lines: d.selector(),
		})
	}
	r.Sets = []programme.Set{{Name: "set", Selector: programme.Selector{Products: []string{"A*"}}}}
	return valid(d.T, r)
}

// For rates by amount whose remainder is carried it does not matter how goods
// are split over receipts, nor in which order these come.
func TestSplittingOrJoiningBasketsChangesNothingWhereRemaindersAreCarried(t *testing.T) {
	zone := amsterdam(t)
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		rules := d.linear()
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		joined, split := newShop(rules, zone, true, now), newShop(rules, zone, true, now)
		a := numberOf(1)
		var all basket.Basket
		for n := range d.int(1, 6) {
			l := basket.Line{
				ID: fmt.Sprint(n), Product: one(d, products...), Category: one(d, categories...), Tags: some(d, tags),
				Amount: basket.Money(d.int64(0, 30_00)), Quantity: 1000,
			}
			if d.seldom() {
				l.Tax = l.Amount / 7
			}
			all.Lines, all.Total = append(all.Lines, l), all.Total+l.Amount
		}
		buy := func(s *shop, b basket.Basket) {
			b.Key, b.Currency = s.key(), "EUR"
			if _, no := s.decide(d, s.view("", a), s.counter().Award(customer(d, a), true, session.Sale{Basket: b, Confirmed: true}, s.moment())); no != nil {
				s.fail(d, "refused: %v", no)
			}
			s.recorded(d)
			s.always(d)
		}
		buy(joined, all)
		rest := rapid.Permutation(all.Lines).Draw(t, "order")
		for len(rest) > 0 {
			n := d.int(1, len(rest))
			part := basket.Basket{Lines: rest[:n]}
			for _, l := range part.Lines {
				part.Total += l.Amount
			}
			buy(split, part)
			rest = rest[n:]
		}
		for _, w := range rules.Wallets {
			x, y := joined.held[a].In(w.Name), split.held[a].In(w.Name)
			if x.Points != y.Points || x.Rest != y.Rest {
				joined.fail(d, "%s: joined %v and %v, split %v and %v\n%s", string(w.Name), x.Points, x.Rest, y.Points, y.Rest, strings.Join(split.log, "\n"))
			}
		}
	})
}
