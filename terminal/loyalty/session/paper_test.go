package session_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/session"
)

// Which of its slips a sale has printed is in its record, by the shop's policy.
func TestAPolicyKeepsSlipsWithTheirRecords(t *testing.T) {
	one := card(t, 1)
	for _, c := range []struct {
		name    string
		change  func(*session.Counter)
		present bool
		kept    []int
	}{
		{"by default", func(*session.Counter) {}, true, nil},
		{"never", func(c *session.Counter) { c.Slips = receipt.Policy{receipt.KindAward: receipt.Never} }, true, []int{0}},
		{"without a reward", func(c *session.Counter) { c.Slips = receipt.Policy{receipt.KindAward: receipt.WithReward} }, true, []int{0}},
		{"with one within reach", func(c *session.Counter) {
			c.Slips = receipt.Policy{receipt.KindAward: receipt.WithReward}
			c.Rules.Rewards = []programme.Reward{{Name: "Koffie", Wallet: "points", Kind: programme.Fixed, Points: 120 * ledger.Unit}}
			c.Rules.Messages = []programme.Message{{Name: "next", Kind: programme.MessageNextReward}}
		}, true, nil},
		{"with one out of reach", func(c *session.Counter) {
			c.Slips = receipt.Policy{receipt.KindAward: receipt.WithReward}
			c.Rules.Rewards = []programme.Reward{{Name: "Koffie", Wallet: "points", Kind: programme.Fixed, Points: 500 * ledger.Unit}}
			c.Rules.Messages = []programme.Message{{Name: "next", Kind: programme.MessageNextReward}}
		}, true, []int{0}},
	} {
		counter := counter()
		c.change(&counter)
		p, err := counter.Award(one, c.present, paid(), moment)(seen(one, true))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(p.Draft.Body.Kept, c.kept) || len(p.Draft.Body.Slip) == 0 || p.Lane != "kassa1" {
			t.Errorf("%s: keeps %v, want %v", c.name, p.Draft.Body.Kept, c.kept)
		}
		if a := session.AnswerTo(seal(t, p), seen(one, true).Holdings[0]); a.NoPaper != (c.kept != nil) {
			t.Errorf("%s: the till is told of no paper: %t", c.name, a.NoPaper)
		}
	}
}

// A game that is won is a reward, and so is a voucher.
func TestWhatIsWonIsPrinted(t *testing.T) {
	c, one := playing("2026-11"), card(t, 1)
	c.Slips = receipt.Policy{receipt.KindAward: receipt.WithReward}
	for _, won := range []bool{true, false} {
		if !won {
			c.Rules.Games, c.Rules.Messages = nil, nil
		}
		p, err := c.Award(one, true, paid(), moment)(seen(one, true))
		if err != nil {
			t.Fatal(err)
		}
		if kept := len(p.Draft.Body.Kept) > 0; kept == won {
			t.Errorf("won %t, kept %t", won, kept)
		}
	}
}

// Both slips of a sale that moves are kept or neither.
func TestBothSlipsOfAMoveAreKept(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	posted := s.must(t, s.view(first), c.Award(one, true, paid(), moment))
	c.Slips = receipt.Policy{receipt.KindMove: receipt.OnRequest}
	p, err := c.Move(card(t, 2), moment)(s.about(posted.Record.Head.Key(), first, second))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Draft.Body.Kept, []int{0, 1}) || len(p.Draft.Body.More) != 1 {
		t.Errorf("keeps %v of %d papers", p.Draft.Body.Kept, 1+len(p.Draft.Body.More))
	}
}

// A slip that carries the points is never kept: without it they are lost.
func TestABearersSlipIsAlwaysPrinted(t *testing.T) {
	c, s := enrolling(t), saving(true)
	c.Slips = receipt.Policy{receipt.KindAward: receipt.Never}
	p, err := c.AwardToSlip([16]byte{1}, paid(), moment)(s.view(first))
	if err != nil {
		t.Fatal(err)
	}
	if p.Draft.Body.Kept != nil {
		t.Errorf("keeps %v", p.Draft.Body.Kept)
	}
}

// What is played with an event has a slip, which comes out where it won.
func TestAnEventThatIsPlayedHasASlip(t *testing.T) {
	one := card(t, 1)
	for _, wins := range []bool{true, false} {
		c, s := reviewing(t), saving(true)
		prize := programme.Odds{Prize: "10 punten", Points: 10 * ledger.Unit, Wallet: "points"}
		if wins {
			prize.PerMillion = game.Chances
		}
		c.Rules.Games = []programme.Game{{Name: "Rad", Event: "review", Odds: []programme.Odds{prize}}}
		c.Games = []game.Seed{{Game: "Rad", Month: game.MonthOf(moment.Day), Bytes: [game.SeedSize]byte{1}}}
		p, err := c.Happened(one, ledger.Event{Kind: "review", ID: "r-1"}, moment)(s.view(first))
		if err != nil {
			t.Fatal(err)
		}
		b := p.Draft.Body
		text := read(t, b.Slip)
		want := []string{"Rad", "Gewonnen: 10 punten", "30 punten"}
		if !wins {
			want = []string{"Rad", "Helaas", "20 punten"}
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("won %t: no %q on the slip:\n%s", wins, w, text)
			}
		}
		if kept := len(b.Kept) > 0; kept == wins || p.Lane != "kassa1" {
			t.Errorf("won %t: kept %t, at %q", wins, kept, p.Lane)
		}
	}
}

func TestABalanceIsPrintedOnRequest(t *testing.T) {
	one := card(t, 1)
	h := seen(one, true).Holdings[0]
	c := counter()
	slip, prints := c.BalanceSlip(one, h, moment, false)
	if text := read(t, must(slip.Encode())); !strings.Contains(text, "100 punten") || prints || slip.Kind != receipt.KindBalance {
		t.Errorf("unasked: printed %t\n%s", prints, text)
	}
	if _, prints := c.BalanceSlip(one, h, moment, true); !prints {
		t.Error("asked: not printed")
	}
	h.AsOf, c.Offline = ledger.Stamp(moment.At.Add(-2*time.Hour).UnixMilli()), true
	slip, _ = c.BalanceSlip(one, h, moment, true)
	if text := read(t, must(slip.Encode())); !strings.Contains(text, "Saldo om "+moment.At.Add(-2*time.Hour).UTC().Format("15:04")) {
		t.Errorf("without a line:\n%s", text)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// The cashier is not told to hand over what does not come out.
func TestWithoutPaperNothingIsHandedOver(t *testing.T) {
	one := card(t, 1)
	for _, kept := range []bool{false, true} {
		c := counter()
		if kept {
			c.Slips = receipt.Policy{receipt.KindAward: receipt.Never}
		}
		p, err := c.Award(one, true, paid(), moment)(seen(one, true))
		if err != nil {
			t.Fatal(err)
		}
		var s session.Session
		f := session.Facts{At: moment.At, Rules: c.Rules}
		now := seen(one, true).Holdings[0]
		s = s.Paid(session.AnswerTo(seal(t, p), now), now, false, f)
		said := s.View(session.Screen{Rules: c.Rules, Moment: moment}).Said
		if said == nil || strings.Contains(said.Text, "Geef de bon mee.") == kept || strings.Contains(said.Text, "Er komt geen bon uit") != kept {
			t.Errorf("kept %t: said %+v", kept, said)
		}
	}
}
