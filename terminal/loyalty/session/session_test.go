package session_test

import (
	"bytes"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// How long a customer stays at the counter, and a finished sale on the screen.
const (
	patience = 10 * time.Minute
	glance   = time.Minute
)

var cards = member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}}

// number is what stands on a card.
func number(digit byte) string {
	number := append([]byte("290000000000"), '0')
	number[11] = '0' + digit
	sum := 0
	for i, d := range number[:12] {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	number[12] = '0' + byte((10-sum%10)%10)
	return string(number)
}

// card is a customer whose card ends in digit and whose account is digit.
func card(t failer, digit byte) session.Customer {
	t.Helper()
	c, err := cards.Parse(number(digit), "]E0")
	if err != nil {
		t.Fatal(err)
	}
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return session.Customer{
		Card: c, Identifiers: []member.Identifier{c.Identifier(key)}, Mode: ledger.Scanned,
		Holding: ledger.Holding{Account: ledger.Account{digit}, Known: true},
	}
}

// at are the facts of an event so long after noon, about a customer.
func at(after time.Duration, c session.Customer) session.Facts {
	return session.Facts{
		At: noon.Add(after), Customer: c, Key: basket.Key{Till: "kassa1", Day: "2026-11-22", ID: after.String()},
		Rules: programme.Rules{Language: "nl", Currency: "EUR", UsualMax: 500_00, Wallets: []programme.Wallet{{
			Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}},
		}}},
	}
}

// on is the session after an event that asks for nothing.
func on(t testing.TB, s session.Session, e session.Event, f session.Facts) session.Session {
	t.Helper()
	s, effect, no := s.On(e, f)
	if no != nil || effect.Act != session.Nothing {
		t.Fatalf("%s came to %q, %v", e.Kind, effect.Act, no)
	}
	return s
}

func scanned(t testing.TB, s session.Session, c session.Customer, after time.Duration) session.Session {
	t.Helper()
	kind := session.Scanned
	if there, ok := s.Customer(); ok && there.Same(c) {
		kind = session.SameCard
	}
	return on(t, s, session.Event{Kind: kind}, at(after, c))
}

// sold is the session after a till's sale.
func sold(s session.Session, after time.Duration) session.Session {
	c, _ := s.Customer()
	return s.Paid(session.Answer{Record: ledger.Key{Terminal: 1, Seq: 1}}, c.Holding, false, at(after, c))
}

// A turn is what one event makes of a session.
type turn struct {
	state session.State
	asked session.Question
	here  byte // whose card counts for a sale; 0 for nobody's
	last  byte // whose sale was posted last; 0 for nobody's
	since time.Duration
}

func TestEveryEventInEveryState(t *testing.T) {
	one, two := card(t, 1), card(t, 2)
	sale := basket.Key{Till: "1", Day: "2026-11-22", ID: "7"}
	states := map[session.State]session.Session{
		session.Free: {},
		session.Card: scanned(t, session.Session{}, one, 0),
		session.Done: sold(scanned(t, session.Session{}, one, 0), 0),
	}
	free := turn{state: session.Free}
	tick := func(_ testing.TB, s session.Session, after time.Duration) session.Session {
		return s.Tick(at(after, session.Customer{}))
	}
	events := []struct {
		name  string
		after time.Duration // noon
		do    func(testing.TB, session.Session, time.Duration) session.Session
		want  map[session.State]turn
	}{
		{"the same card", time.Minute - 1, func(t testing.TB, s session.Session, after time.Duration) session.Session {
			return scanned(t, s, one, after)
		}, map[session.State]turn{
			session.Free: {session.Card, "", 1, 0, time.Minute - 1},
			session.Card: {session.Card, "", 1, 0, time.Minute - 1}, // its wait begins anew
			session.Done: {session.Card, "", 1, 0, time.Minute - 1}, // one who buys again
		}},
		{"another card", time.Minute - 1, func(t testing.TB, s session.Session, after time.Duration) session.Session {
			return scanned(t, s, two, after)
		}, map[session.State]turn{
			session.Free: {session.Card, "", 2, 0, time.Minute - 1},
			session.Card: {session.Card, session.OtherCard, 1, 0, time.Minute - 1}, // a key takes it
			session.Done: {session.Card, "", 2, 0, time.Minute - 1},                // the next customer
		}},
		{"cancel", 0, func(t testing.TB, s session.Session, after time.Duration) session.Session {
			return on(t, s, session.Event{Kind: session.Cancel}, at(after, session.Customer{}))
		}, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick while a finished sale is looked at", glance - 1, tick, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, "", 1, 0, 0},
			session.Done: {session.Done, "", 0, 1, 0},
		}},
		{"a tick after that", glance, tick, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, "", 1, 0, 0},
			session.Done: free,
		}},
		{"a tick before the deadline", patience - time.Nanosecond, tick, map[session.State]turn{
			session.Card: {session.Card, "", 1, 0, 0},
		}},
		{"a tick at the deadline", patience, tick, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick the next morning", 20 * time.Hour, tick, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick of a clock that was set back", -3 * time.Hour, tick, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, "", 1, 0, -3 * time.Hour},
			session.Done: {session.Done, "", 0, 1, -3 * time.Hour},
		}},
		{"paid", time.Minute, func(_ testing.TB, s session.Session, after time.Duration) session.Session { return sold(s, after) }, map[session.State]turn{
			session.Card: {session.Done, "", 0, 1, time.Minute},
		}},
		{"a sale in doubt", time.Minute, func(_ testing.TB, s session.Session, after time.Duration) session.Session {
			return s.Doubt(sale, at(after, one))
		}, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, "", 1, 0, time.Minute},
			session.Done: {session.Done, "", 0, 1, 0},
		}},
	}
	for _, e := range events {
		for state, want := range e.want {
			t.Run(e.name+", when "+string(state), func(t *testing.T) {
				expect(t, e.do(t, states[state], e.after), want)
			})
		}
	}
}

func expect(t *testing.T, s session.Session, want turn) {
	t.Helper()
	here, present := s.Customer()
	last, done := s.Last()
	got := turn{state: s.State(), asked: s.Question()}
	if present {
		got.here = here.Holding.Account[0]
	}
	if done {
		got.last = last.Holding.Account[0]
	}
	if d := s.Deadline(); !d.IsZero() {
		wait := patience
		if s.State() == session.Done {
			wait = glance
		}
		got.since = d.Add(-wait).Sub(noon)
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s.Deadline().IsZero() != (want.state == session.Free) {
		t.Errorf("deadline %v in state %q", s.Deadline(), s.State())
	}
}

// However the clock jumps, whoever looks often enough sees a forgotten card go.
func TestAForgottenCardGoesInTheEnd(t *testing.T) {
	s := scanned(t, session.Session{}, card(t, 1), 0)
	after := -24 * time.Hour // set back by a day
	for range 21 {
		s = s.Tick(at(after, session.Customer{}))
		after += 30 * time.Second
	}
	expect(t, s.Tick(at(after-30*time.Second, session.Customer{})), turn{state: session.Free})
}

func TestADoubtIsAboutOneSaleOfTheCustomerWhoStandsThere(t *testing.T) {
	sale, other := basket.Key{Till: "1", Day: "2026-11-22", ID: "7"}, basket.Key{Till: "1", Day: "2026-11-22", ID: "8"}
	nobody := session.Customer{}
	s := scanned(t, session.Session{}, card(t, 1), 0)
	if s.Doubts(sale) {
		t.Error("a doubt where none is")
	}
	doubted := s.Doubt(sale, at(0, nobody))
	asked := scanned(t, doubted, card(t, 2), 0)
	cases := []struct {
		name string
		s    session.Session
		key  basket.Key
		want bool
	}{
		{"the sale", doubted, sale, true},
		{"another sale", doubted, other, false},
		{"after a while", doubted.Tick(at(time.Minute, nobody)), sale, true},
		{"another one's doubt is this one's no more", doubted.Doubt(other, at(0, nobody)), sale, false},
		{"while another card is asked about", asked, sale, true},
		{"once the other card was taken", on(t, asked, session.Event{Kind: session.Confirm}, at(0, nobody)), sale, false},
		{"after the same card", scanned(t, doubted, card(t, 1), 0), sale, true},
		{"once it is paid", sold(doubted, 0), sale, false},
		{"once sent away", doubted.Away(at(0, nobody)), sale, false},
		{"nobody there", session.Session{}.Doubt(sale, at(0, nobody)), sale, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.s.Doubts(c.key); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestTheLastCustomerIsShownWithWhatTheyHoldSince(t *testing.T) {
	now := ledger.Holding{Account: ledger.Account{1}, Known: true, Positions: []ledger.Position{{Wallet: "points", Points: 141 * ledger.Unit}}}
	s := scanned(t, session.Session{}, card(t, 1), 0).Paid(session.Answer{}, now, false, at(0, session.Customer{}))
	last, ok := s.Last()
	if !ok || last.Holding.In("points").Points != 141*ledger.Unit || last.Card.Mask() != card(t, 1).Card.Mask() {
		t.Errorf("got %+v, %t", last, ok)
	}
}
