package session

import (
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// What the large key does with a slip is what its customer came for.
func TestTheLargeKeyOfASlip(t *testing.T) {
	mine, other := ledger.Account{1}, ledger.Account{2}
	with := func(a ledger.Account, mask string) Session {
		return Session{state: Slip, present: true, customer: Customer{FoundMask: mask, Holding: ledger.Holding{Account: a}}}
	}
	bearer := Recalled{account: other, CanClaim: true, CanReturn: true, CanMove: true}
	sale := Recalled{account: mine, Card: "…0001", CanReturn: true, CanMove: true}
	back := Recalled{account: mine, Card: "…0001", CanMove: true}
	redeemed := Recalled{account: mine, Card: "…0001", CanReturn: true}
	for _, c := range []struct {
		name string
		s    Session
		sale Recalled
		want EventKind
		says string
	}{
		{"a bearer's without a card", Session{state: Slip}, bearer, "", ""},
		{"a bearer's with a card", with(mine, "…0001"), bearer, Claim, "Op de kaart zetten"},
		{"a sale without a card", Session{state: Slip}, sale, Returned, "Retour"},
		{"the customer's own", with(mine, "…0001"), sale, Returned, "Retour"},
		{"the customer's own, found by telephone", with(mine, "…99"), sale, Returned, "Retour"},
		{"of the same card, whose accounts are not linked here", with(other, "…0001"), sale, Returned, "Retour"},
		{"another's", with(other, "…0002"), sale, Move, "Naar deze klant verplaatsen"},
		{"another's that cannot move", with(other, "…0002"), redeemed, Returned, "Retour"},
		{"the customer's own, with nothing to bring back", with(mine, "…0001"), back, Cancel, "Bon wegleggen"},
		{"one nothing can be done with", with(mine, "…0001"), Recalled{}, Cancel, "Bon wegleggen"},
	} {
		c.s.slip.Sale = c.sale
		if v := c.s.View(Screen{Rules: speaking("nl").rules}); v.Slips != c.want || v.Primary != c.says {
			t.Errorf("%s: %q, which says %q; want %q, %q", c.name, v.Slips, v.Primary, c.want, c.says)
		}
	}
}

// A manager reads what there is to confirm as long as it is asked.
func TestAManagerReadsWhatIsAsked(t *testing.T) {
	points := []Amount{{"points", 150 * ledger.Unit}}
	wallet := speaking("nl").rules.Wallets[0]
	known := Session{state: Card, present: true, customer: Customer{FoundMask: "…4566"}}
	for _, c := range []struct {
		s    Session
		e    Effect
		no   programme.Refusal
		want string
	}{
		{known, Effect{Act: PostGoodwill, Event: Event{Give: points, Note: "lang gewacht"}}, programme.Refusal{}, "150 punten geven aan …4566, reden: “lang gewacht”"},
		{known, Effect{Act: PostEnrol, Event: Event{Enrol: &Enrolment{Carried: points}}}, programme.Refusal{}, "150 punten van een oude kaart op …4566 zetten"},
		{known, Effect{Act: SetAside}, programme.Refusal{Points: 150 * ledger.Unit, Wallet: wallet}, "150 punten inwisselen van …4566, waarvan de kaart niet is gescand"},
		{known, Effect{Act: PostSale}, programme.Refusal{Amount: 1100_00}, "Getypt bedrag van €\u00a01.100,00 voor …4566"},
		{Session{state: Total, bearer: true}, Effect{Act: PostSale}, programme.Refusal{Amount: 1100_00}, "Getypt bedrag van €\u00a01.100,00, zonder kaart"},
	} {
		f := Facts{Rules: speaking("nl").rules}
		c.no.Code = programme.ManagerNeeded
		s := c.s.Denied(&c.no, c.e, f)
		said := c.want + ": dit mag alleen met een leidinggevende. Er is niets geteld. Laat die aanmelden en bevestigen, of ga terug. (K-504)"
		if v := s.View(Screen{Rules: f.Rules}); v.Asked != c.want || v.Said.Text != said || v.Said.Code != "K-504" {
			t.Errorf("asked %q and said %v, want %q", v.Asked, v.Said, c.want)
		}
		s, _, _ = s.On(Event{Kind: Confirm}, f) // by a cashier
		if v := s.View(Screen{Rules: f.Rules}); v.Asked != c.want {
			t.Errorf("after a cashier's yes the manager is asked %q", v.Asked)
		}
		s, _, _ = s.On(Event{Kind: Cancel}, f)
		if v := s.View(Screen{Rules: f.Rules}); v.Asked != "" {
			t.Errorf("after a no the manager is asked %q", v.Asked)
		}
	}
}
