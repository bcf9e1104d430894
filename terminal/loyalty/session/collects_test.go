package session_test

import (
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// tapped is card by the chip in it, which anybody can copy.
func tapped(t failer, digit byte) session.Customer {
	t.Helper()
	c := card(t, digit)
	chip, err := member.Formats{{Name: "tag", Class: member.UID}}.Parse("04A1B2C3D4E58"+string('0'+digit), member.ByUID)
	if err != nil {
		t.Fatal(err)
	}
	c.Card = chip
	return c
}

func TestAChipEarnsAndDoesNotSpend(t *testing.T) {
	c := rewarding()
	c.Rules.Rewards = append(c.Rules.Rewards, programme.Reward{
		Name: "Vijftig cent", Wallet: "points", Kind: programme.Fixed, Points: 10 * ledger.Unit, Value: 50, Automatic: true,
	})
	one := tapped(t, 1)
	if _, err := c.Award(one, true, wishing(discount(60)), moment)(saver(true)); !refused(t, err, programme.CollectsOnly) {
		t.Errorf("a sale with a wish: %v", err)
	}
	if _, err := c.Hold(one, wishing(coffees), noon.Add(time.Minute), moment)(saver(true)); !refused(t, err, programme.CollectsOnly) {
		t.Errorf("a hold: %v", err)
	}
	p, err := c.Award(one, true, paid(), moment)(saver(true))
	if err != nil {
		t.Fatal(err)
	}
	if seen := p.Draft.Body.Seen; !seen.NoSpend || len(p.Draft.Entries) == 0 {
		t.Errorf("the record says %+v", p.Draft)
	}
	for _, e := range p.Draft.Entries {
		if e.Kind != ledger.Earn {
			t.Errorf("the sale %ss %v", string(e.Kind), e.Points)
		}
	}
	if p := decide(t, c, paid(), saver(true)); p.Draft.Body.Seen.NoSpend || p.Draft.Entries[0].Kind != ledger.Redeem {
		t.Errorf("by a card that spends: %+v", p.Draft.Entries)
	}

	one.Holding = saver(true).Holdings[0]
	q, err := c.Quote(one, true, paid().Basket, moment)
	if err != nil || len(q.Earns) != 2 || len(q.Automatic) != 0 || q.Discount != 0 || len(q.Rewards) != 3 {
		t.Errorf("a quote: %+v, %v", q, err)
	}
	for _, o := range q.Rewards {
		if o.Code != "K-224" || o.Most != 0 || !strings.Contains(o.Detail, "alleen gespaard") {
			t.Errorf("offered %+v", o)
		}
	}
}

// A hold was promised to a card that spends; paying it is no second question.
func TestAHoldIsPaidWhateverIsShownThen(t *testing.T) {
	c := rewarding()
	hold, err := c.Hold(card(t, 1), wishing(discount(60)), noon.Add(time.Minute), moment)(saver(true))
	if err != nil {
		t.Fatal(err)
	}
	v, s := saver(true), paid()
	hold.ID = ledger.HoldID{1}
	v.Hold, s.Hold = &hold, hold.ID
	if p, err := c.Award(tapped(t, 1), true, s, moment)(v); err != nil || p.Draft.Entries[0].Points != -60*ledger.Unit || p.Draft.Body.Seen.NoSpend {
		t.Errorf("got %+v, %v", p.Draft.Entries, err)
	}
}

// Who taps, and then shows the card with its bar code or types a number, is as
// that one was read: it spends, within the limits of what was typed.
func TestShowingAnotherCardProvesACustomer(t *testing.T) {
	for _, mode := range []ledger.EntryMode{ledger.Scanned, ledger.Keyed} {
		chip, printed := tapped(t, 1), card(t, 1)
		printed.Mode = mode
		s := scanned(t, scanned(t, session.Session{}, chip, 0), printed, time.Minute)
		who, there := s.Customer()
		if !there || !who.Proven || who.Mode != mode || who.Mask() != chip.Mask() {
			t.Errorf("%s: got %+v", mode, who)
		}
		c := rewarding()
		c.Rules.Limits.KeyedRedeem = 30 * ledger.Unit
		_, err := c.Award(who, true, wishing(discount(60)), moment)(saver(true))
		if mode == ledger.Scanned && err != nil || mode == ledger.Keyed && !refused(t, err, programme.ManagerNeeded) {
			t.Errorf("%s: %v", mode, err)
		}
	}
	s := scanned(t, scanned(t, session.Session{}, card(t, 1), 0), tapped(t, 1), time.Minute)
	if who, _ := s.Customer(); who.Proven || !who.Card.Spends() {
		t.Errorf("a tap after the card: %+v", who)
	}
	s = scanned(t, scanned(t, session.Session{}, tapped(t, 1), 0), tapped(t, 1), time.Minute)
	if who, _ := s.Customer(); who.Proven {
		t.Error("a second tap proves nothing")
	}
}
