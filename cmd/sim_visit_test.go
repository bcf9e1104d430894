package cmd_test

import (
	"errors"
	"fmt"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// work lets the customer at a lane take their next step, or another one come.
// Between two steps anything may happen, at the lane beside it too.
func (w *simWorld) work() {
	p := w.oneOf()
	l := p.lanes[w.chance.IntN(len(p.lanes))]
	if len(l.visit) == 0 {
		l.visits++
		l.visit = w.customer(l)
	}
	step := l.visit[0]
	l.visit = l.visit[1:]
	step()
	p.mend()
}

// customer is what one of them comes to do, step by step.
func (w *simWorld) customer(l *simLane) []func() {
	for _, kind := range []struct {
		percent int
		visit   func(*simLane) []func()
	}{
		{34, w.tillSale}, {12, w.heldSale}, {16, w.counterSale}, {7, w.bearerSale}, {12, w.tillReturn}, {4, w.counterReturn},
		{4, w.tillUndo}, {4, w.tillMove}, {3, w.claim}, {6, w.enrol}, {3, w.goodwill}, {3, w.strangeCode},
	} {
		if w.maybe(kind.percent) {
			return kind.visit(l)
		}
	}
	return w.tillSale(l)
}

func (w *simWorld) member() int { return w.chance.IntN(w.members) }

// comes puts a member at a lane: by card, or by a number that is typed.
func (w *simWorld) comes(l *simLane, who string) {
	var n int
	var err error
	if _, scanErr := fmt.Sscanf(who, "phone:%d", &n); scanErr == nil {
		_, err = l.desk.Identify(w.ctx, simPhone(n), ledger.ByTill)
	} else if _, scanErr := fmt.Sscanf(who, "card:%d", &n); scanErr == nil {
		_, err = l.desk.Scan(w.ctx, simCard(n), "]E0")
	} else {
		_, err = w.press(l, session.Event{Kind: session.NoCard})
	}
	if v := l.desk.View(); err == nil && v.Question == session.OtherCard {
		_, err = w.press(l, session.Event{Kind: session.Confirm})
	}
	var no *programme.Refusal
	switch v := l.desk.View(); {
	case errors.As(err, &no), l.pc.down():
	case err != nil:
		w.fail("%s comes to %s: %v", who, l.name, err)
	case v.Customer != nil || v.Bearer:
		l.at = who
	}
}

// comesAgain puts a member at a lane where somebody else may stand, for a till that
// asks once more.
func (w *simWorld) comesAgain(l *simLane, who string) {
	l.desk.Cancel()
	w.comes(l, who)
	if l.at != who && !l.pc.down() {
		l.desk.Cancel()
	}
}

// there reports whether a member stands at the lane: a telephone number may
// lead to nobody here, and who waits too long is sent away.
func there(l *simLane, who string) bool {
	v := l.desk.View()
	return (v.Customer != nil || v.Bearer) && v.State != session.Done && l.at == who
}

func (w *simWorld) aMember() string {
	if w.maybe(8) {
		return fmt.Sprintf("phone:%d", w.member())
	}
	return fmt.Sprintf("card:%d", w.member())
}

func (w *simWorld) key(l *simLane) basket.Key {
	w.sales++
	return basket.Key{Till: l.name, Day: string(l.pc.moment(l.pc.clock.now(), true).Day), ID: fmt.Sprintf("%06d", w.sales)}
}

func (w *simWorld) basket(l *simLane) basket.Basket {
	b := basket.Basket{Key: w.key(l), Currency: "EUR"}
	if w.maybe(25) {
		b.Total = basket.Money(100 + w.chance.IntN(8000))
		return b
	}
	for i := range 1 + w.chance.IntN(4) {
		line := basket.Line{ID: fmt.Sprint(i + 1), Product: fmt.Sprintf("87%011d", w.chance.IntN(1000)), Quantity: 1000 * int64(1+w.chance.IntN(3)),
			Amount: basket.Money(30 + w.chance.IntN(3000))}
		switch n := w.chance.IntN(20); {
		case n < 5:
			line.Category = "koffie"
		case n == 5:
			line.Kind, line.Quantity = "fee", 1000
		}
		if i > 0 && w.maybe(10) {
			line.Amount = -basket.Money(1 + w.chance.IntN(29))
		}
		b.Lines, b.Total = append(b.Lines, line), b.Total+line.Amount
	}
	return b
}

// wishes are rewards a customer may want, which they may or may not have the
// points for.
func (w *simWorld) wishes(l *simLane, b basket.Basket) (wishes []redeem.Wish) {
	q, err := l.desk.Quote(w.ctx, b)
	if err != nil {
		return nil
	}
	for _, o := range q.Rewards {
		switch {
		case o.Most > 0 && w.maybe(70):
			steps := int64((o.Most - o.Least) / o.Step)
			wishes = append(wishes, redeem.Wish{Reward: o.Reward, Points: o.Least + o.Step*ledger.Points(w.chance.Int64N(steps+1))})
		case o.Most == 0 && w.maybe(10): // hoping for the best
			wishes = append(wishes, redeem.Wish{Reward: o.Reward, Points: 10 * ledger.Unit})
		}
	}
	return wishes
}

func (w *simWorld) saleCall(l *simLane, who string, s session.Sale) *simCall {
	changed := s
	changed.Basket.Lines, changed.Basket.Total = nil, s.Basket.Total+1
	return &simCall{
		lane: l, what: fmt.Sprintf("%s buys for %d", who, s.Basket.Total), who: []string{who},
		arrange: func() { w.comesAgain(l, who) },
		do:      func(d *terminal.Desk) (session.Answer, error) { return d.Sale(w.ctx, s) },
		changed: func(d *terminal.Desk) error { _, err := d.Sale(w.ctx, changed); return err },
		sale:    &simSale{pc: l.pc, who: who, basket: s.Basket},
	}
}

// tillSale is a till that talks: card, and the sale with its rewards at once.
func (w *simWorld) tillSale(l *simLane) []func() {
	who := w.aMember()
	return []func(){
		func() { w.comes(l, who) },
		func() {
			if !there(l, who) {
				return
			}
			s := session.Sale{Basket: w.basket(l), Operator: "Anna"}
			if w.maybe(55) {
				s.Redeem = w.wishes(l, s.Basket)
			}
			w.ask(w.saleCall(l, who, s))
		},
	}
}

// heldSale holds points first, and pays, releases, or comes back too late.
func (w *simWorld) heldSale(l *simLane) []func() {
	who := fmt.Sprintf("card:%d", w.member())
	var s session.Sale
	var held session.Held
	hold := func() {
		if !there(l, who) {
			return
		}
		s = session.Sale{Basket: w.basket(l)}
		if s.Redeem = w.wishes(l, s.Basket); len(s.Redeem) == 0 {
			return
		}
		var err error
		held, err = l.desk.Hold(w.ctx, s)
		var no *programme.Refusal
		switch {
		case errors.As(err, &no), l.pc.down():
			held = session.Held{}
		case err != nil:
			w.fail("hold at %s: %v", l.name, err)
		default:
			w.counts["held"]++
			w.say("%s: holds %v for %s", l.name, held.Redeemed, who)
		}
	}
	// One who is long at the lane, and not forgotten there, pays too late.
	slow := w.maybe(35)
	wait := func() {
		if slow && !held.Hold.IsZero() {
			time.Sleep(6 * time.Minute)
			w.comes(l, who)
			w.counts["slow customer"]++
		}
	}
	pay := func() {
		if held.Hold.IsZero() {
			return
		}
		if !slow && w.maybe(20) {
			if err := l.desk.Release(w.ctx, held.Hold); err != nil && !l.pc.down() {
				w.fail("release at %s: %v", l.name, err)
			}
			w.say("%s: releases the hold", l.name)
			w.counts["released"]++
			return
		}
		if !there(l, who) {
			w.comesAgain(l, who)
			if l.pc.mend() {
				return
			}
		}
		s.Redeem, s.Hold = nil, held.Hold
		w.ask(w.saleCall(l, who, s))
	}
	return []func(){func() { w.comes(l, who) }, hold, wait, wait, pay}
}

// press is a key of the counter's page.
func (w *simWorld) press(l *simLane, e session.Event) (session.View, error) {
	e.Turn = l.desk.View().Turn
	return l.desk.Do(w.ctx, e, session.Operator{Name: "Bram", Manager: true})
}

// pressed is a call that is a key: it is told by the screen.
func (w *simWorld) pressed(l *simLane, what string, who []string, e session.Event) *simCall {
	return &simCall{
		lane: l, what: what, who: who, arrange: func() {},
		do: func(d *terminal.Desk) (session.Answer, error) {
			v, err := w.press(l, e)
			if err != nil {
				return session.Answer{}, err
			}
			if n := len(l.pc.posts); n > 0 && l.pc.posts[n-1].posted != nil {
				return session.Answer{}, nil
			}
			if v.Said != nil && v.Said.Tone == session.Good {
				w.fail("%s at %s says %q, and nothing was posted", what, l.name, v.Said.Text)
			}
			return session.Answer{}, &programme.Refusal{Code: "nothing happened"}
		},
	}
}

// counterSale is a till that cannot talk: the cashier types the amount.
func (w *simWorld) counterSale(l *simLane) []func() {
	who := fmt.Sprintf("card:%d", w.member())
	amount := basket.Money(100 + w.chance.IntN(6000))
	key := func(e session.Event) func() {
		return func() {
			_, err := w.press(l, e)
			var no *programme.Refusal
			if err != nil && !errors.As(err, &no) && !l.pc.down() {
				w.fail("key %s at %s: %v", e.Kind, l.name, err)
			}
		}
	}
	reward := func() {
		if v := l.desk.View(); v.State != session.Total || !there(l, who) {
			return
		}
		b := basket.Basket{Key: w.key(l), Currency: "EUR", Total: amount}
		if wishes := w.wishes(l, b); len(wishes) > 0 {
			key(session.Event{Kind: session.RewardSet, Redeem: wishes})()
		}
	}
	var paid *simCall
	pay := func() {
		if v := l.desk.View(); !there(l, who) || v.State != session.Total && v.State != session.Reward {
			return
		}
		paid = w.pressed(l, fmt.Sprintf("%s pays %d at the counter", who, amount), []string{who}, session.Event{Kind: session.Paid})
		paid.sale = &simSale{pc: l.pc, who: who, basket: basket.Basket{Currency: "EUR", Total: amount}}
		before := l.pc.lives
		if !w.ask(paid) && l.pc.lives == before && len(l.pc.unsure) > 0 && l.pc.unsure[len(l.pc.unsure)-1] == paid {
			w.ask(paid) // the key once more, as the screen says
		}
	}
	undo := func() {
		if l.desk.View().Undo == nil || !w.maybe(25) {
			return
		}
		c := w.pressed(l, "undo at the counter", []string{who}, session.Event{Kind: session.Undo})
		if paid != nil {
			c.sale = paid.sale
		}
		w.ask(c)
	}
	return []func(){
		func() { w.comes(l, who) }, key(session.Event{Kind: session.AmountSet, Amount: amount}), reward, pay, undo,
	}
}

// bearerSale is a customer without a card.
func (w *simWorld) bearerSale(l *simLane) []func() {
	w.sales++
	who := fmt.Sprintf("slip:%d", w.sales)
	return []func(){
		func() { w.comes(l, who) },
		func() {
			if !l.desk.View().Bearer || !there(l, who) {
				return
			}
			c := w.saleCall(l, who, session.Sale{Basket: w.basket(l)})
			c.sale.bearer = who
			w.ask(c)
		},
	}
}

// aSale is a receipt that somebody still has. Nobody comes with one that went
// with an older copy which nothing told apart: its number is another record's.
func (w *simWorld) aSale(fits func(*simSale) bool) *simSale {
	var some []*simSale
	from := max(0, len(w.model.sales)-60)
	for _, s := range w.model.sales[from:] {
		if fits(s) && !(w.reused && s.deed.mayBeLost) {
			some = append(some, s)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[w.chance.IntN(len(some))]
}

// named names a sale for its own shop as a till would.
func (w *simWorld) named(s *simSale) session.Named {
	if s.basket.Key != (basket.Key{}) && w.maybe(60) {
		return session.Named{Basket: s.basket.Key}
	}
	if s.deed.content != (ledger.Hash{}) {
		return session.Named{Code: s.deed.issues[s.deed.content].code}
	}
	return session.Named{Basket: s.basket.Key}
}

// returnCall takes goods of a sale back, in its own shop or with its slip.
func (w *simWorld) returnCall(l *simLane, s *simSale, goods []refund.Goods) *simCall {
	r := session.Return{Key: w.key(l), Goods: goods}
	where := "of this shop"
	if s.slip != "" && !s.shared && (s.pc != l.pc || w.maybe(30)) {
		r.Slip, where = s.slip, "by its slip, of "+s.pc.name
	} else {
		r.Sale = w.named(s)
	}
	changed := r
	changed.Goods = []refund.Goods{{Line: 77}}
	return &simCall{
		lane: l, what: fmt.Sprintf("return of %v of the sale of %d %s", goods, s.basket.Total, where), who: []string{s.who}, arrange: func() {}, sale: s,
		do:      func(d *terminal.Desk) (session.Answer, error) { return d.Return(w.ctx, r) },
		changed: func(d *terminal.Desk) error { _, err := d.Return(w.ctx, changed); return err },
	}
}

func (w *simWorld) tillReturn(l *simLane) []func() {
	s := w.aSale(func(s *simSale) bool { return s.pc == l.pc || s.slip != "" && !s.shared })
	if s == nil || s.bearer != "" && s.pc != l.pc {
		return w.tillSale(l)
	}
	var goods []refund.Goods
	for i, line := range s.basket.Lines {
		if s.pc == l.pc && w.maybe(40) {
			goods = append(goods, refund.Goods{ID: line.ID, Line: i + 1, Quantity: 1000 * int64(w.chance.IntN(2))})
		}
	}
	return []func(){func() { w.ask(w.returnCall(l, s, goods)) }}
}

// counterReturn reads the slip first and presses the key.
func (w *simWorld) counterReturn(l *simLane) []func() {
	s := w.aSale(func(s *simSale) bool { return s.slip != "" && !s.shared && s.bearer == "" })
	if s == nil {
		return w.tillSale(l)
	}
	return []func(){
		func() { w.readSlip(l, s.slip) },
		func() {
			if l.desk.View().State != session.Slip {
				return
			}
			c := w.pressed(l, "return at the counter", []string{s.who}, session.Event{Kind: session.Returned})
			c.sale = s
			w.ask(c)
		},
	}
}

func (w *simWorld) readSlip(l *simLane, code string) {
	_, err := l.desk.Scan(w.ctx, code, "]Q1")
	var no *programme.Refusal
	if err != nil && !errors.As(err, &no) && !l.pc.down() {
		w.fail("read a slip at %s: %v", l.name, err)
	}
}
