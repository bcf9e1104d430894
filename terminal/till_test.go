package terminal_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

func (l *lane) holds(t testing.TB, s session.Sale) session.Held {
	t.Helper()
	h, err := l.Hold(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func key(id string) basket.Key { return basket.Key{Till: "1", Day: "2026-11-22", ID: id} }

func TestATillHoldsAndCommits(t *testing.T) {
	l := saver(t)
	s := wishing(sale("1", 23), 60)
	first := l.holds(t, wishing(sale("1", 23), 50))
	h := l.holds(t, s)
	if h.Discount != 3_00 || h.Card != "…4566" || h.Hold == first.Hold || l.store.held() != 60_000 {
		t.Errorf("got %+v, %v set aside", h, l.store.held())
	}
	v := l.says(t, session.Card, "De kassa heeft een beloning gekozen. De punten staan opzij en zijn nog niet afgeschreven. Reken af op de kassa.")
	if len(v.Tell) != 1 || v.Chosen[0].Points != 60_000 {
		t.Errorf("got %+v", v)
	}
	s.Hold = h.Hold
	a := l.sell(t, s)
	if a.Discount != 3_00 || a.Balance[0].Points != 60_000 || l.store.held() != 0 || l.store.released != 0 {
		t.Errorf("got %+v; %v set aside, %d given back", a, l.store.held(), l.store.released)
	}
	if a := l.sell(t, s); !a.Repeat {
		t.Errorf("got %+v", a)
	}
	if h, err := l.Hold(t.Context(), s); codeOf(t, err, h) != programme.NoCard {
		t.Errorf("nobody is there, and got %+v", h)
	}
}

// Between the till's look at the lane and its sale another card can be read.
func TestASaleForACardGoesToNoOther(t *testing.T) {
	l := saver(t)
	s := wishing(sale("1", 23), 60)
	s.Card = "…4566"
	s.Hold = l.holds(t, s).Hold
	l.Cancel()
	refused := func(s session.Sale, who string) {
		t.Helper()
		posts := len(l.store.records)
		if a, err := l.Sale(t.Context(), s); codeOf(t, err, a) != programme.Stale || len(l.store.records) != posts {
			t.Errorf("sold to %s: %+v", who, a)
		}
		if h, err := l.Hold(t.Context(), s); codeOf(t, err, h) != programme.Stale || l.store.held() != 0 {
			t.Errorf("set aside for %s: %+v", who, h)
		}
	}
	refused(s, "nobody")
	l.scan(t, bobsCard)
	refused(s, "Bob")
	l.says(t, session.Card, "De klant aan de kassa is een andere dan die met kaart …4566. Er is niets veranderd. Scan de kaart van deze klant en reken opnieuw af. (K-505)")
	l.press(t, cancel)
	l.press(t, session.Event{Kind: session.NoCard})
	refused(s, "a slip")
	l.press(t, cancel)

	l.scan(t, annsCard)
	s = sale("1", 23)
	s.Card = "…4566"
	first := l.sell(t, s)
	l.scan(t, bobsCard)
	if again := l.sell(t, s); !again.Repeat || again.Record != first.Record {
		t.Errorf("the repeat: %+v", again)
	}
	s.Card = ""
	if again := l.sell(t, s); !again.Repeat || again.Record != first.Record {
		t.Errorf("the repeat without a card: %+v", again)
	}
}

func TestATillsHoldGoesWithItsCustomer(t *testing.T) {
	for name, do := range map[string]func(*lane, session.Held){
		"cancelled":         func(l *lane, _ session.Held) { l.Cancel() },
		"given back":        func(l *lane, h session.Held) { l.Release(t.Context(), h.Hold) },
		"given back twice":  func(l *lane, h session.Held) { l.Release(t.Context(), h.Hold); l.Release(t.Context(), h.Hold) },
		"sold without it":   func(l *lane, _ session.Held) { l.sell(t, sale("2", 5)) },
		"by the page's Esc": func(l *lane, _ session.Held) { l.press(t, cancel) },
	} {
		t.Run(name, func(t *testing.T) {
			l := saver(t)
			do(l, l.holds(t, wishing(sale("1", 23), 60)))
			if v := l.View(); l.store.held() != 0 || v.State != session.Done && len(v.Tell) != 0 {
				t.Errorf("%v set aside, the screen shows %+v", l.store.held(), v)
			}
		})
	}
}

// The till asks again with the same key and hold, and the points go once.
func TestAFaultWhileATillCommitsAHold(t *testing.T) {
	for _, side := range []string{"before", "after"} {
		l := saver(t)
		s := wishing(sale("1", 23), 60)
		s.Hold = l.holds(t, s).Hold
		l.store.failNextPost(side)
		if _, err := l.Sale(t.Context(), s); !errors.Is(err, errDisk) {
			t.Fatal(err)
		}
		l.says(t, session.Card, "Niet zeker of deze verkoop is opgeslagen. Stuur dezelfde bon nog eens: hij telt dan toch maar één keer. (K-402)")
		if a := l.sell(t, s); a.Discount != 3_00 || a.Balance[0].Points != 60_000 || a.Repeat != (side == "after") || l.store.held() != 0 {
			t.Errorf("%s: got %+v", side, a)
		}
		l.expect(t, session.Done, "…4566", 60_000)
	}
}

// The till has told its customer what comes off, and is slow: the lane has sent
// the customer away, and perhaps there is another one.
func TestALateSaleIsPostedForWhomeverItsHoldWasFor(t *testing.T) {
	for name, then := range map[string]func(testing.TB, *lane){
		"nobody":                 func(testing.TB, *lane) {},
		"another":                func(t testing.TB, l *lane) { l.scan(t, bobsCard) },
		"the same":               func(t testing.TB, l *lane) { l.scan(t, annsCard) },
		"a bearer":               func(t testing.TB, l *lane) { l.press(t, session.Event{Kind: session.NoCard}) },
		"somebody who practises": func(t testing.TB, l *lane) { l.press(t, session.Event{Kind: session.Practice, On: true}) },
	} {
		for _, side := range []string{"", "before", "after"} {
			t.Run(name+" "+side, func(t *testing.T) {
				l := saver(t)
				s := wishing(sale("1", 23), 60)
				s.Card = "…4566"
				s.Hold = l.holds(t, s).Hold
				l.wait(11 * time.Minute)
				if v := l.View(); v.State != session.Free || l.store.held() != 60_000 {
					t.Fatalf("%v set aside, the screen shows %+v", l.store.held(), v)
				}
				then(t, l)
				before := l.View()
				if side != "" {
					l.store.failNextPost(side)
					if _, err := l.Sale(t.Context(), s); !errors.Is(err, errDisk) {
						t.Fatal(err)
					}
				}
				a := l.sell(t, s)
				if a.Mask != "…4566" || a.Discount != 3_00 || a.Balance[0].Points != 60_000 || a.Repeat != (side == "after") || l.store.held() != 0 {
					t.Errorf("got %+v, %v set aside", a, l.store.held())
				}
				after := l.View()
				if name == "the same" && after.State != session.Done || name != "the same" && (after.State != before.State || after.Card != before.Card) {
					t.Errorf("the screen shows %+v", after)
				}
				if a := l.sell(t, s); !a.Repeat {
					t.Errorf("once more: %+v", a)
				}
				if n, points := l.store.journal(); n != 2 || points != 60_000 {
					t.Errorf("%d records with %v", n, points)
				}
			})
		}
	}
	// What was given back is no promise any more, and a hold is for its sale only.
	l := saver(t)
	s := wishing(sale("1", 23), 60)
	s.Hold = l.holds(t, s).Hold
	l.wait(11 * time.Minute)
	l.View()
	other := wishing(sale("2", 23), 60)
	other.Hold = s.Hold
	if code := l.refused(t, other); code != programme.UnknownHold {
		t.Errorf("another sale: %s", code)
	}
	l.store.Release(t.Context(), s.Hold)
	if code := l.refused(t, s); code != programme.UnknownHold {
		t.Errorf("given back: %s", code)
	}
}

func TestATillTakesGoodsBack(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	s := sale("1", 0)
	s.Basket.Lines = []basket.Line{{ID: "1", Name: "Kaas", Amount: 10_00}, {ID: "2", Name: "Brood", Amount: 5_00}}
	s.Basket.Total = 15_00
	l.sell(t, s)
	r := session.Return{Key: key("r1"), Sale: session.Named{Basket: key("1")}, Goods: []refund.Goods{{ID: "2"}}, Operator: "till/Anna"}
	a, err := l.Return(t.Context(), r)
	if err != nil || a.Kind != ledger.KindReturn || a.PayBack != 5_00 || a.Balance[0].Points != 10_000 || a.TakenBack[0].Points != 5_000 {
		t.Fatalf("got %+v, %v", a, err)
	}
	if l.store.last().Body.Operator != "till/Anna" {
		t.Errorf("got %+v", l.store.last().Body)
	}
	if v := l.says(t, session.Done, "Retour verwerkt: 5 punten teruggenomen. Nieuw saldo 10 punten. Geef de bon mee."); v.Balance[0].Points != 10_000 {
		t.Errorf("the screen shows %+v", v)
	}
	if a, err := l.Return(t.Context(), r); err != nil || !a.Repeat || a.Balance[0].Points != 10_000 {
		t.Errorf("the repeat: %+v, %v", a, err)
	}
	got, err := l.Recall(t.Context(), session.Named{Basket: key("1")})
	if err != nil || got.Left.Amount != 10_00 || got.CanUndo || !got.CanReturn {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := l.Recall(t.Context(), session.Named{Code: "A1B2-2"}); codeOf(t, err, got) != programme.NotASale {
		t.Errorf("a return is no sale: %+v", got)
	}
	if got, err := l.Recall(t.Context(), session.Named{}); codeOf(t, err, got) != programme.UnknownSale {
		t.Errorf("got %+v", got)
	}
	if got, err := l.Undo(t.Context(), session.Undoing{Key: key("u1"), Sale: session.Named{Basket: key("1")}}); codeOf(t, err, got) != programme.Returned {
		t.Errorf("got %+v", got)
	}
}

func TestATillUndoesAndMoves(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.sell(t, sale("1", 10))
	a, err := l.Undo(t.Context(), session.Undoing{Key: key("u1"), Sale: session.Named{Basket: key("1")}, Operator: "till/Anna"})
	if err != nil || a.Balance[0].Points != 0 || l.store.last().Body.Operator != "till/Anna" {
		t.Fatalf("got %+v, %v", a, err)
	}
	l.says(t, session.Free, "Verkoop teruggedraaid: 10 punten teruggenomen. Nieuw saldo 0 punten. Geef de bon mee.")

	l.scan(t, annsCard)
	l.sell(t, sale("2", 10))
	mv := session.Moving{Key: key("m1"), Sale: session.Named{Basket: key("2")}, Operator: "till/Anna"}
	if a, err := l.Move(t.Context(), mv); codeOf(t, err, a) != programme.NoCard {
		t.Errorf("to nobody: %+v", a)
	}
	l.scan(t, bobsCard)
	if a, err := l.Move(t.Context(), mv); err != nil || a.Mask != "…0025" || a.Balance[0].Points != 10_000 {
		t.Errorf("got %+v, %v", a, err)
	}
	l.expect(t, session.Card, "…0025", 10_000)
}

// A slip of another shop has all that a return is decided from.
func TestAReturnFromAnotherShopsSlip(t *testing.T) {
	other := newLane(t)
	other.store.tip = ledger.Open(7, ledger.Branch{0xcc, 0xdd}, ledger.Parent{}, 0)
	other.scan(t, annsCard)
	other.press(t, amount(20_00))
	other.press(t, paid)
	code := other.qr(t)

	l := newLane(t)
	v := l.reads(t, code)
	if v.State != session.Slip || v.Sale.Code != "CCDD-1" || !v.Sale.CanReturn || v.Sale.CanUndo || v.Sale.CanMove || v.Sale.Total.Amount != 20_00 || v.Sale.When != "22-11-2026" {
		t.Fatalf("got %+v", v)
	}
	l.press(t, session.Event{Kind: session.Returned, Goods: []refund.Goods{{Amount: 5_00}}})
	l.says(t, session.Free, "Retour verwerkt: 5 punten teruggenomen. Nieuw saldo -5 punten. Geef de bon mee.")
	if _, points := l.store.journal(); points != -5_000 {
		t.Errorf("taken back: %v", points)
	}
	a, err := l.Return(t.Context(), session.Return{Key: key("r1"), Slip: code})
	if err != nil || a.TakenBack[0].Points == 0 {
		t.Errorf("got %+v, %v", a, err)
	}
	if a, err := l.Return(t.Context(), session.Return{Key: key("r2"), Slip: "ZR1:ABC"}); codeOf(t, err, a) != programme.BadSlip {
		t.Errorf("got %+v", a)
	}
}

func TestIdentify(t *testing.T) {
	l := newLane(t)
	for text, want := range map[string]programme.Code{
		"4111111111111111": programme.BankCard, "06-12345678": programme.UnknownMember, "2900001234567": programme.BadRead, "x": programme.UnknownCard,
	} {
		if v, err := l.Identify(t.Context(), text, ledger.ByTill); codeOf(t, err, v) != want {
			t.Errorf("%s: got %+v, %v", text, v, err)
		}
	}
	if p, err := l.Person(t.Context(), annsCard, ledger.ByTill); err != nil || p.Card != "…4566" || !p.New || l.View().State != session.Free {
		t.Errorf("got %+v, %v", p, err)
	}
	if v, err := l.Identify(t.Context(), " "+annsCard, ledger.ByTill); err != nil || v.Card != "…4566" || !v.New {
		t.Errorf("got %+v, %v", v, err)
	}
	l.sell(t, sale("1", 5))
	if mode := l.store.last().Body.Mode; mode != ledger.ByTill {
		t.Errorf("the record says %s", mode)
	}
	// A telephone number is somebody's word, however the till came by it.
	l.scan(t, annsCard)
	l.press(t, session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Lang: "nl", Phone: "06-12345678"}})
	l.Cancel()
	if v, err := l.Identify(t.Context(), "06-12345678", ledger.ByTill); err != nil || v.State != session.Card {
		t.Fatalf("got %+v, %v", v, err)
	}
	l.sell(t, sale("2", 5))
	if mode := l.store.last().Body.Mode; mode != ledger.ByPhone {
		t.Errorf("the record says %s", mode)
	}
}

func TestWhatATillFollows(t *testing.T) {
	l := newLane(t)
	give(l, annsCard, 100)
	notes, lost, next := l.Notes(0)
	if len(notes) != 0 || lost {
		t.Errorf("got %+v, %t", notes, lost)
	}
	l.scan(t, annsCard)
	select {
	case <-next:
	default:
		t.Error("nobody was told of the first note")
	}
	h := l.holds(t, wishing(sale("1", 23), 60))
	l.Release(t.Context(), h.Hold)
	l.sell(t, sale("1", 5))
	l.Scan(t.Context(), "4006381333931", "]E0")
	l.Scan(t.Context(), "4111111111111111", "")
	l.Scan(t.Context(), "4111111111111111", "]C1") // a payment card in disguise
	l.Scan(t.Context(), "2900001234567", "]E0")    // misread
	l.Device(terminal.Scanner, false)
	l.Device(terminal.Scanner, false)
	l.Line(false, false, 12)
	l.Line(false, false, 13)
	notes, lost, _ = l.Notes(0)
	var kinds []string
	for i, n := range notes {
		if n.ID != int64(i+1) {
			t.Errorf("note %d has number %d", i+1, n.ID)
		}
		if n.Kind != session.NoteNotice {
			kinds = append(kinds, n.Kind)
		}
		if p, ok := n.Data.(session.Passed); ok && p.Text != "4006381333931" {
			t.Errorf("passed on: %+v", p)
		}
	}
	want := []string{"customer", "hold", "hold", "sale", "customer", "pass", "device", "line"}
	if lost || !slices.Equal(kinds, want) {
		t.Errorf("got %v, %t, want %v", kinds, lost, want)
	}
	if rest, lost, _ := l.Notes(notes[len(notes)-2].ID); len(rest) != 1 || lost {
		t.Errorf("got %+v, %t", rest, lost)
	}
	if _, lost, _ := l.Notes(notes[len(notes)-1].ID + 1); !lost {
		t.Error("a number this desk never gave is not lost")
	}
	for range 300 {
		l.Misread("x")
	}
	if kept, lost, _ := l.Notes(1); !lost || len(kept) != 256 {
		t.Errorf("%d kept, lost %t", len(kept), lost)
	}
}

func TestATillEnrolsWhoStandsThere(t *testing.T) {
	l := newLane(t)
	give(l, bobsCard, 5)
	ask := session.Enrolling{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "L-1"}, Card: "…4566", Operator: "till/Anna",
		Enrolment: session.Enrolment{Name: "Ann", Birthday: "02-29", Referrer: bobsCard},
	}
	refused := func(want programme.Code) {
		t.Helper()
		a, err := l.Enrol(t.Context(), ask)
		if code := codeOf(t, err, a); code != want {
			t.Errorf("got %s, want %s", code, want)
		}
	}
	refused(programme.Stale) // whoever it is meant for is not there
	l.scan(t, annsCard)
	own := ask.Referrer
	ask.Referrer = " " + annsCard
	refused(programme.SelfReferral)
	ask.Referrer, ask.Phone = "06-12345678", "+31612345678"
	refused(programme.SelfReferral)
	ask.Referrer, ask.Phone = "06-12345678", ""
	refused(programme.UnknownMember)
	ask.Referrer = own
	a, err := l.Enrol(t.Context(), ask)
	if err != nil || a.Kind != ledger.KindEnrol || a.Repeat || a.Mask != "…4566" {
		t.Fatalf("got %+v, %v", a, err)
	}
	if body := l.store.last().Body; body.Birthday != "02-29" || body.Referrer != (ledger.Account{0xee}) || body.Operator != "till/Anna" {
		t.Errorf("got %+v", body)
	}
	if v := l.View(); !v.Customer.Enrolled || v.Customer.Name != "Ann" {
		t.Errorf("the screen has %+v", v.Customer)
	}
	if again, err := l.Enrol(t.Context(), ask); err != nil || !again.Repeat || again.Record != a.Record {
		t.Errorf("once more: %+v, %v", again, err)
	}
	ask.Key.ID = "L-2"
	refused(programme.AlreadyMember)
}
