package terminal_test

import (
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

func TestAReturnByTheSlip(t *testing.T) {
	l := saver(t)
	l.press(t, amount(23_00))
	l.press(t, wish(60))
	l.press(t, paid)
	code := l.qr(t)
	l.wait(time.Minute)
	v := l.reads(t, code)
	if v.State != session.Slip || v.Sale.Code != "A1B2-2" || !v.Sale.CanReturn || v.Customer != nil || v.Primary != "Retour" {
		t.Fatalf("got %+v", v)
	}
	l.says(t, session.Slip, "Bon gevonden. Er is niets veranderd. Kies wat ermee moet gebeuren.")
	l.press(t, session.Event{Kind: session.Returned})
	l.says(t, session.Free, "Retour verwerkt: 20 punten teruggenomen, 60 punten teruggegeven. Nieuw saldo 100 punten. Geef de bon mee.")
	if v := l.scan(t, annsCard); v.Balance[0].Points != 100_000 {
		t.Errorf("after the return: %+v", v)
	}
	// Typed off the paper, over the customer who is there.
	l.press(t, session.Event{Kind: session.Typed, Text: "a1b2-2"})
	if v, err := l.tryPress(t, session.Event{Kind: session.Returned}); codeOf(t, err, v) != programme.Returned || v.State != session.Slip {
		t.Errorf("it came back twice: %+v", v)
	}
	if v := l.press(t, cancel); v.State != session.Card || v.Card != "…4566" || v.Sale != nil {
		t.Errorf("got %+v", v)
	}
	if v, err := l.tryPress(t, session.Event{Kind: session.Typed, Text: "A1B2-99"}); codeOf(t, err, v) != programme.UnknownSale {
		t.Errorf("got %+v", v)
	}
}

func TestAnUndoWithinHalfAMinute(t *testing.T) {
	l := saver(t)
	l.press(t, amount(23_00))
	l.press(t, wish(60))
	l.press(t, paid)
	l.wait(29 * time.Second)
	if v := l.View(); v.Undo == nil || v.Undo.Until-l.clock.Now().UnixMilli() != 1000 {
		t.Errorf("got %+v", v.Undo)
	}
	l.press(t, undo)
	l.says(t, session.Free, "Verkoop teruggedraaid: 20 punten teruggenomen, 60 punten teruggegeven. Nieuw saldo 100 punten. Geef de bon mee.")
	if _, points := l.store.journal(); points != 100_000 {
		t.Errorf("there are %v points", points)
	}
	l.scan(t, annsCard)
	l.press(t, amount(5_00))
	l.press(t, paid)
	l.wait(30 * time.Second)
	if v := l.View(); v.Undo != nil {
		t.Errorf("still offered: %+v", v.Undo)
	}
	l.press(t, undo)
	l.says(t, session.Done, "Er is hier niets terug te draaien. Er is niets veranderd. Scan de code op de bon van de klant.")
	l.wait(30 * time.Second)
	l.wait(time.Minute)
	if v := l.View(); v.State != session.Free || v.Customer != nil {
		t.Errorf("a minute later the balance is still to be read: %+v", v)
	}
}

func TestASaleGoesToTheRightCustomer(t *testing.T) {
	l := newLane(t)
	l.scan(t, bobsCard) // whose card lay there
	l.press(t, amount(23_00))
	l.press(t, paid)
	l.reads(t, l.qr(t))
	l.press(t, session.Event{Kind: session.Move})
	l.says(t, session.Slip, "Er is nog geen kaart bij deze bon. Er is niets veranderd. Scan de kaart van de juiste klant.")
	l.scan(t, annsCard)
	l.says(t, session.Slip, "Kaart gelezen bij deze bon. Er is niets veranderd. Kies wat ermee moet gebeuren.")
	if v := l.View(); v.Primary != "Naar deze klant verplaatsen" || v.Slips != session.Move {
		t.Errorf("another's sale: the large key says %q", v.Primary)
	}
	l.press(t, session.Event{Kind: session.Move})
	v := l.says(t, session.Card, "Bon verplaatst naar deze klant: 23 punten. Nieuw saldo 23 punten. Geef de bonnen mee.")
	if v.Card != "…4566" || v.Balance[0].Points != 23_000 || len(l.store.last().Body.More) != 1 {
		t.Errorf("got %+v", v)
	}
	l.Cancel()
	if v := l.scan(t, bobsCard); v.Balance[0].Points != 0 {
		t.Errorf("Bob keeps %v", v.Balance)
	}
}

// Its sale was lost with a database, and another sale has its number now.
func TestASlipOfALostSaleTakesNobodyElsesBack(t *testing.T) {
	lost := newLane(t)
	lost.scan(t, annsCard)
	lost.sell(t, sale("1", 23))
	code := lost.qr(t)

	l := newLane(t)
	give(l, bobsCard, 40)
	l.scan(t, bobsCard)
	if a, b := l.sell(t, sale("1", 23)), lost.store.last().Head.Key(); a.Record != b {
		t.Fatalf("record %v, want the lost one's %v", a.Record, b)
	}
	if v, err := l.Scan(t.Context(), code, "]Q1"); codeOf(t, err, v) != programme.UnknownSale {
		t.Errorf("the slip shows %+v", v)
	}
	if a, err := l.Return(t.Context(), session.Return{Key: key("r1"), Slip: code}); codeOf(t, err, a) != programme.UnknownSale {
		t.Errorf("the return: %+v", a)
	}
	if v := l.scan(t, bobsCard); v.Balance[0].Points != 63_000 {
		t.Errorf("Bob holds %+v", v.Balance)
	}
}
