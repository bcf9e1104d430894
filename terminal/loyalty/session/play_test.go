package session_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// playing is a shop with a wheel that every sale turns, and a scratch card for
// ten points; both win for certain, the wheel points and the card a cake.
func playing(month game.Month) session.Counter {
	c := rewarding()
	c.Rules.Games = []programme.Game{
		{Name: "Rad", Odds: []programme.Odds{{Prize: "50 punten", PerMillion: game.Chances, Points: 50 * ledger.Unit, Wallet: "points"}}},
		{Name: "Kraslot", Costs: 10 * ledger.Unit, Wallet: "points", Odds: []programme.Odds{{Prize: "Taart", PerMillion: game.Chances}}},
	}
	c.Rules.Messages = []programme.Message{{Name: "next", Kind: programme.MessageNextReward}}
	for i, g := range c.Rules.Games {
		c.Games = append(c.Games, game.Seed{Game: g.Name, Month: month, Bytes: [game.SeedSize]byte{byte(i + 1)}})
	}
	return c
}

func TestASaleIsPlayedInItsOwnRecord(t *testing.T) {
	c, one := playing("2026-11"), card(t, 1)
	sale := paid()
	sale.Redeem = []redeem.Wish{{Reward: "Kraslot", Points: 20 * ledger.Unit}}
	v := seen(one, true)
	decide := c.Award(one, true, sale, moment)
	p, err := decide(v)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := decide(v); err != nil || fmt.Sprint(again.Draft.Body.Games) != fmt.Sprint(p.Draft.Body.Games) {
		t.Errorf("asked once more it draws %+v, %v", again.Draft.Body.Games, err)
	}
	games := p.Draft.Body.Games
	if len(games) != 3 || games[0].Game != "Rad" || games[0].Prize != "50 punten" || games[1].Prize != "Taart" || games[2].Draw == games[1].Draw {
		t.Fatalf("played %+v", games)
	}
	numbers := map[string]int{}
	for _, g := range games {
		numbers[g.Game]++
		for _, s := range c.Games {
			if s.Game == g.Game {
				if err := game.Verify(s, v.Next, numbers[g.Game], g); err != nil {
					t.Error(err)
				}
			}
		}
	}
	var bonus ledger.Points
	for _, e := range p.Draft.Entries {
		if e.Kind == ledger.Bonus {
			bonus += e.Points
		}
	}
	if bonus != 50*ledger.Unit {
		t.Errorf("won %v", bonus)
	}
	posted := seal(t, p)
	now := v.Holdings[0]
	now.Positions = nil
	for _, e := range posted.Record.Head.Entries {
		if err := now.Apply(e, moment.Day); err != nil {
			t.Fatal(err)
		}
	}
	a := c.Told(session.AnswerTo(posted, now), now, moment)
	if len(a.Games) != 3 || a.Games[0].Text != "Gewonnen: 50 punten" || a.Games[1].Commitment != c.Games[1].Commitment() {
		t.Errorf("told %+v", a.Games)
	}
	if len(a.Bonus) != 1 || a.Bonus[0].Points != 50*ledger.Unit || a.Standing == nil || len(a.Standing.Messages) != 1 {
		t.Errorf("told %+v, %+v", a.Bonus, a.Standing)
	}
	if told := strings.Join(a.Tell, "; "); strings.Count(told, "Geef mee: 1 × Taart") != 2 || strings.Contains(told, "Kraslot") {
		t.Errorf("the cashier is told %q", told)
	}
	slip := read(t, p.Draft.Body.Slip)
	for _, want := range []string{"Gewonnen: 50 punten", "Gewonnen: Taart", "Vanaf 01-12-2026", a.Standing.Messages[0]} {
		if !strings.Contains(slip, want) {
			t.Errorf("the slip does not say %q:\n%s", want, slip)
		}
	}
}

// What was won with a sale goes back with it.
func TestAnUndoneSaleTakesBackWhatItWon(t *testing.T) {
	c, one := playing("2026-11"), card(t, 1)
	s := newShop(true)
	p, err := c.Award(one, true, paid(), moment)(s.view(ledger.Account{1}))
	if err != nil {
		t.Fatal(err)
	}
	posted := s.post(t, p)
	if got := s.holding(ledger.Account{1}).In("points").Points; got != 73*ledger.Unit {
		t.Fatalf("%v after the sale", got)
	}
	p, err = c.Undo(moment)(s.about(posted.Record.Head.Key(), ledger.Account{1}))
	if err != nil {
		t.Fatal(err)
	}
	s.post(t, p)
	if got := s.holding(ledger.Account{1}).In("points").Points; got != 0 {
		t.Errorf("%v after the undo", got)
	}
}

// A quote draws nothing: nobody looks at the outcome first.
func TestAQuoteTellsNoOutcome(t *testing.T) {
	c, one := playing("2026-11"), card(t, 1)
	h := seen(one, true).Holdings[0]
	h.Alone = true
	q, err := c.Quote(session.Customer{Holding: h}, true, paid().Basket, moment)
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Earns) == 0 || q.Earns[0].Points != 23*ledger.Unit {
		t.Errorf("earns %+v", q.Earns)
	}
	var offered bool
	for _, o := range q.Rewards {
		offered = offered || o.Reward == "Kraslot" && o.Suggested == 10*ledger.Unit
	}
	if !offered {
		t.Errorf("a play for points is not offered: %+v", q.Rewards)
	}
}

// Without the month's seed nobody was shown a commitment: nothing is played,
// and what costs points is refused.
func TestWithoutASeedNothingIsPlayed(t *testing.T) {
	c, one := playing("2026-10"), card(t, 1)
	p, err := c.Award(one, true, paid(), moment)(seen(one, true))
	if err != nil || len(p.Draft.Body.Games) > 0 {
		t.Errorf("%v, played %+v", err, p.Draft.Body.Games)
	}
	sale := paid()
	sale.Redeem = []redeem.Wish{{Reward: "Kraslot", Points: 10 * ledger.Unit}}
	_, err = c.Award(one, true, sale, moment)(seen(one, true))
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != programme.NotNow {
		t.Errorf("got %v", err)
	}
}

// A customer without a card plays nothing.
func TestABearerPlaysNothing(t *testing.T) {
	c := keyed(t, playing("2026-11"))
	c.Rules.Bearer.Days = 14
	p, err := c.AwardToSlip([16]byte{1}, paid(), moment)(ledger.View{
		Next: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1}, Seq: 3}, Alone: true, Holdings: []ledger.Holding{{Account: ledger.Account{9}, New: true, Known: true}},
	})
	if err != nil || len(p.Draft.Body.Games) > 0 {
		t.Errorf("%v, played %+v", err, p.Draft.Body.Games)
	}
}

// A member's standing is told with their balance; of somebody new here, whose
// balance follows, only what is everybody's.
func TestStandingIsToldWhereItIsKnown(t *testing.T) {
	c := counter()
	c.Rules.Ladders = []programme.Ladder{{Name: "status", On: programme.OnVisits, Levels: []programme.Level{
		{Name: "Zilver", From: 2 * ledger.Unit, Perks: []string{"koffie"}}, {Name: "Goud", From: 5 * ledger.Unit},
	}}}
	c.Rules.Clubs = []programme.Club{{Name: "Plus"}}
	c.Rules.Perks = []programme.Perk{{Name: "koffie", Label: map[string]string{"nl": "gratis koffie"}}}
	c.Rules.Wallets[0].VestsAfter = 14
	c.Rules.Messages = []programme.Message{{Name: "Zaterdag taart", Kind: programme.MessageOffer}, {Name: "tier", Kind: programme.MessageTier}}
	h := ledger.Holding{Account: ledger.Account{1}, Known: true, Positions: []ledger.Position{
		{Wallet: "points", Points: 9 * ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 4 * ledger.Unit, Vests: "2026-11-01"}, {Points: 5 * ledger.Unit, Vests: "2026-12-06"}}}},
		{Wallet: c.Rules.Ladders[0].CountOf(), Points: 3 * ledger.Unit}, {Wallet: c.Rules.Clubs[0].Mark(), Points: ledger.Unit},
	}}
	m := ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	got := c.Standing(h, paid().Basket, m)
	want := "&{[{status Zilver  Goud 2 Zilver}] [{Plus  Plus}] [{koffie gratis koffie}] [{points 5 5 punten}] [Zaterdag taart Nog 2 bezoeken tot Goud]}"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
	h.Known = false
	if got := c.Standing(h, paid().Basket, m); got == nil || fmt.Sprint(*got) != "{[] [] [] [] [Zaterdag taart]}" {
		t.Errorf("not known: %v", got)
	}
	if got := counter().Standing(h, paid().Basket, m); got != nil {
		t.Errorf("a plain programme: %v", got)
	}
}
