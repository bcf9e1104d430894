package cmd_test

import (
	"errors"
	"fmt"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

func (w *simWorld) tillUndo(l *simLane) []func() {
	s := w.aSale(func(s *simSale) bool { return s.pc == l.pc })
	if s == nil {
		return w.tillSale(l)
	}
	u := session.Undoing{Key: w.key(l), Sale: w.named(s)}
	return []func(){func() {
		w.ask(&simCall{
			lane: l, what: fmt.Sprintf("undo of the sale of %d", s.basket.Total), who: []string{s.who}, arrange: func() {}, sale: s,
			do: func(d *terminal.Desk) (session.Answer, error) { return d.Undo(w.ctx, u) },
		})
	}}
}

func (w *simWorld) tillMove(l *simLane) []func() {
	s := w.aSale(func(s *simSale) bool { return s.pc == l.pc && s.bearer == "" })
	if s == nil {
		return w.tillSale(l)
	}
	to := fmt.Sprintf("card:%d", w.member())
	mv := session.Moving{Key: w.key(l), Sale: w.named(s)}
	return []func(){
		func() { w.comes(l, to) },
		func() {
			if !there(l, to) {
				return
			}
			w.ask(&simCall{
				lane: l, what: fmt.Sprintf("the sale of %d was not %s's but %s's", s.basket.Total, s.who, to), who: []string{s.who, to},
				arrange: func() { w.comesAgain(l, to) },
				do:      func(d *terminal.Desk) (session.Answer, error) { return d.Move(w.ctx, mv) },
			})
		},
	}
}

// claim adds a bearer slip to a card.
func (w *simWorld) claim(l *simLane) []func() {
	s := w.aSale(func(s *simSale) bool { return s.bearer != "" && s.slip != "" && (s.pc == l.pc || w.maybe(20)) })
	if s == nil {
		return w.bearerSale(l)
	}
	card := fmt.Sprintf("card:%d", w.member())
	return []func(){
		func() { w.comes(l, card) },
		func() { w.readSlip(l, s.slip) },
		func() {
			if v := l.desk.View(); v.State != session.Slip || !there(l, card) {
				return
			}
			w.ask(w.pressed(l, fmt.Sprintf("%s is added to %s", s.bearer, card), []string{card, s.bearer}, session.Event{Kind: session.Claim}))
		},
	}
}

// enrol makes a card's holder a member, with a telephone or not.
func (w *simWorld) enrol(l *simLane) []func() {
	n := w.member()
	card := fmt.Sprintf("card:%d", n)
	e := &session.Enrolment{Name: fmt.Sprintf("Lid %d", n), Lang: "nl", Consents: []ledger.Consent{{Name: "terms", Version: 1, Lang: "nl", Given: true}}}
	who := []string{card}
	if w.maybe(70) {
		e.Phone, who = simPhone(n), append(who, fmt.Sprintf("phone:%d", n))
	}
	if w.maybe(30) {
		e.Carried = []session.Amount{{Wallet: "stamps", Points: ledger.Points(1+w.chance.IntN(8)) * ledger.Unit}}
	}
	return []func(){
		func() { w.comes(l, card) },
		func() {
			if there(l, card) {
				w.ask(w.pressed(l, card+" becomes a member", who, session.Event{Kind: session.Enrol, Enrol: e}))
			}
		},
	}
}

func (w *simWorld) goodwill(l *simLane) []func() {
	card := fmt.Sprintf("card:%d", w.member())
	give := []session.Amount{{Wallet: "points", Points: ledger.Points(1+w.chance.IntN(150)) * ledger.Unit}}
	return []func(){
		func() { w.comes(l, card) },
		func() {
			if there(l, card) {
				w.ask(w.pressed(l, "goodwill for "+card, []string{card}, session.Event{Kind: session.Goodwill, Give: give, Note: "kapotte eieren"}))
			}
		},
	}
}

// strangeCode is a code that is nobody's card: it is refused and changes
// nothing.
func (w *simWorld) strangeCode(l *simLane) []func() {
	codes := []string{"8711327538481", "2911111111112", "ZR1:AAAA", "ZS1:NOTHING", "hello"}
	return []func(){func() {
		code := codes[w.chance.IntN(len(codes))]
		before := l.desk.View().Customer
		_, err := l.desk.Scan(w.ctx, code, "]E0")
		var no *programme.Refusal
		if !errors.As(err, &no) && !l.pc.down() {
			w.fail("the code %q at %s: %v", code, l.name, err)
		}
		after := l.desk.View().Customer
		if (before == nil) != (after == nil) {
			w.fail("the code %q at %s changed who stands there", code, l.name)
		}
	}}
}
