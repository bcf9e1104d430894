package session_test

import (
	"bytes"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/session"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// patience is how long a card stays at the counter.
const patience = 10 * time.Minute

// card is a customer whose card ends in digit and whose account is digit.
func card(t testing.TB, digit byte) session.Customer {
	t.Helper()
	number := append([]byte("290000000000"), '0')
	number[11] = '0' + digit
	sum := 0
	for i, d := range number[:12] {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	number[12] = '0' + byte((10-sum%10)%10)
	c, err := member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}}.Parse(string(number), "]E0")
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

// A turn is what one event makes of a session.
type turn struct {
	state session.State
	here  byte // whose card counts for a sale; 0 for nobody's
	last  byte // whose sale was posted last; 0 for nobody's
	since time.Duration
}

func TestEveryEventInEveryState(t *testing.T) {
	one, two := card(t, 1), card(t, 2)
	sale := basket.Key{Till: "1", Day: "2026-11-22", ID: "7"}
	states := map[session.State]session.Session{
		session.Free: {},
		session.Card: session.Session{}.Scan(one, noon),
		session.Done: session.Session{}.Scan(one, noon).Paid(one.Holding, noon),
	}
	free := turn{state: session.Free}
	events := []struct {
		name  string
		after time.Duration // noon
		do    func(session.Session, time.Time) session.Session
		want  map[session.State]turn
	}{
		{"the same card", time.Minute, func(s session.Session, at time.Time) session.Session { return s.Scan(one, at) }, map[session.State]turn{
			session.Free: {session.Card, 1, 0, time.Minute},
			session.Card: {session.Card, 1, 0, time.Minute}, // its wait begins anew
			session.Done: {session.Card, 1, 0, time.Minute}, // one who buys again
		}},
		{"another card", time.Minute, func(s session.Session, at time.Time) session.Session { return s.Scan(two, at) }, map[session.State]turn{
			session.Free: {session.Card, 2, 0, time.Minute},
			session.Card: {session.Card, 2, 0, time.Minute}, // takes the first one's place
			session.Done: {session.Card, 2, 0, time.Minute}, // the next customer
		}},
		{"cancel", time.Minute, func(s session.Session, _ time.Time) session.Session { return s.Cancel() }, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick before the deadline", patience - time.Nanosecond, session.Session.Tick, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, 1, 0, 0},
			session.Done: {session.Done, 0, 1, 0},
		}},
		{"a tick at the deadline", patience, session.Session.Tick, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick the next morning", 20 * time.Hour, session.Session.Tick, map[session.State]turn{
			session.Free: free, session.Card: free, session.Done: free,
		}},
		{"a tick of a clock that was set back", -3 * time.Hour, session.Session.Tick, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, 1, 0, -3 * time.Hour},
			session.Done: {session.Done, 0, 1, -3 * time.Hour},
		}},
		{"paid", time.Minute, func(s session.Session, at time.Time) session.Session { return s.Paid(one.Holding, at) }, map[session.State]turn{
			session.Card: {session.Done, 0, 1, time.Minute},
		}},
		{"a sale in doubt", time.Minute, func(s session.Session, at time.Time) session.Session { return s.Doubt(sale, at) }, map[session.State]turn{
			session.Free: free,
			session.Card: {session.Card, 1, 0, time.Minute},
			session.Done: {session.Done, 0, 1, 0},
		}},
	}
	for _, e := range events {
		for state, want := range e.want {
			t.Run(e.name+", when "+string(state), func(t *testing.T) {
				expect(t, e.do(states[state], noon.Add(e.after)), want)
			})
		}
	}
}

func expect(t *testing.T, s session.Session, want turn) {
	t.Helper()
	here, present := s.Customer()
	last, done := s.Last()
	got := turn{state: s.State()}
	if present {
		got.here = here.Holding.Account[0]
	}
	if done {
		got.last = last.Holding.Account[0]
	}
	if d := s.Deadline(); !d.IsZero() {
		got.since = d.Add(-patience).Sub(noon)
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
	s := session.Session{}.Scan(card(t, 1), noon)
	at := noon.Add(-24 * time.Hour) // set back by a day
	for range 21 {
		s = s.Tick(at)
		at = at.Add(30 * time.Second)
	}
	expect(t, s.Tick(at.Add(-30*time.Second)), turn{state: session.Free})
}

func TestADoubtIsAboutOneSaleOfTheCustomerWhoStandsThere(t *testing.T) {
	sale, other := basket.Key{Till: "1", Day: "2026-11-22", ID: "7"}, basket.Key{Till: "1", Day: "2026-11-22", ID: "8"}
	s := session.Session{}.Scan(card(t, 1), noon)
	if s.Doubts(sale) {
		t.Error("a doubt where none is")
	}
	doubted := s.Doubt(sale, noon)
	cases := []struct {
		name string
		s    session.Session
		key  basket.Key
		want bool
	}{
		{"the sale", doubted, sale, true},
		{"another sale", doubted, other, false},
		{"after a while", doubted.Tick(noon.Add(time.Minute)), sale, true},
		{"another one's doubt is this one's no more", doubted.Doubt(other, noon), sale, false},
		{"after another card", doubted.Scan(card(t, 2), noon), sale, false},
		{"after the same card", doubted.Scan(card(t, 1), noon), sale, false},
		{"once it is paid", doubted.Paid(ledger.Holding{}, noon), sale, false},
		{"once sent away", doubted.Cancel(), sale, false},
		{"nobody there", session.Session{}.Doubt(sale, noon), sale, false},
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
	s := session.Session{}.Scan(card(t, 1), noon).Paid(now, noon)
	last, ok := s.Last()
	if !ok || last.Holding.In("points").Points != 141*ledger.Unit || last.Card.Mask() != card(t, 1).Card.Mask() {
		t.Errorf("got %+v, %t", last, ok)
	}
}
