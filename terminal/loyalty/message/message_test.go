package message_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/words"
)

const today = ledger.Day("2026-11-22")

func points(n int64) ledger.Points { return ledger.Points(n) * ledger.Unit }

// shop is a programme with two wallets, three rewards and a ladder; say are the
// messages it has.
func shop(say ...programme.Message) programme.Rules {
	unit := func(one, many string) map[string]programme.Unit {
		return map[string]programme.Unit{"nl": {One: one, Many: many}, "en": {One: one, Many: many}}
	}
	return programme.Rules{
		Currency: "EUR", Language: "nl",
		Wallets: []programme.Wallet{{Name: "points", Units: unit("punt", "punten")}, {Name: "stamps", Units: unit("zegel", "zegels")}},
		Rewards: []programme.Reward{
			{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: points(10)},
			{Name: "€ 5 korting", Wallet: "points", Kind: programme.Fixed, Points: points(500), Value: 5_00},
			{Name: "Taart", Wallet: "points", Kind: programme.Fixed, Points: points(400), If: programme.Condition{Tiers: []string{"Goud"}}},
		},
		Ladders:  []programme.Ladder{{Name: "status", On: programme.OnSpend, Levels: []programme.Level{{Name: "Goud", From: points(100), Perks: []string{"lounge"}}}}},
		Perks:    []programme.Perk{{Name: "lounge", Label: map[string]string{"nl": "de lounge"}}},
		Messages: say,
	}
}

// holds is an account with points and stamps.
func holds(p, stamps int64) ledger.Holding {
	return ledger.Holding{Account: ledger.Account{1}, Known: true, Positions: []ledger.Position{{Wallet: "points", Points: points(p)}, {Wallet: "stamps", Points: points(stamps)}}}
}

// said is what there is to say to the account of h, in Dutch.
func said(r programme.Rules, h ledger.Holding) []string {
	s := scene.Scene{Rules: r, Holding: h, Basket: basket.Basket{Currency: "EUR", Total: 10_00}}
	s = s.On(ledger.Moment{At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Day: today, Trusted: true}, nil)
	w, _ := words.For("nl")
	var lines []string
	for _, m := range message.Lines(s, h) {
		lines = append(lines, strings.ReplaceAll(m.Say(w, "EUR"), "\u00a0", " "))
	}
	return lines
}

func TestAProgrammeWithoutMessagesSaysNothing(t *testing.T) {
	if got := said(shop(), holds(499, 9)); len(got) > 0 {
		t.Errorf("said %q", got)
	}
}

func TestTheNextRewardIsTheNearest(t *testing.T) {
	next := programme.Message{Name: "next", Kind: programme.MessageNextReward}
	gold := holds(100, 0)
	gold.Positions = append(gold.Positions, ledger.Position{Wallet: shop().Ladders[0].CountOf(), Points: points(100)})
	pending := holds(0, 0)
	pending.Positions[1] = ledger.Position{Wallet: "stamps", Points: points(10), Lots: ledger.Lots{Open: []ledger.Lot{{Points: points(10), Vests: "2026-12-01"}}}}
	floor := shop(next)
	floor.Rewards[0].KeptFloor = points(5)
	perk := shop(next)
	perk.Rewards[0].Automatic = true
	huge := shop(next)
	huge.Rewards[0].Points, huge.Rewards[1].Points = 1<<61, 1<<61
	over := shop(next)
	over.Rewards[1].If.Until = "2026-11-21"
	for _, c := range []struct {
		name  string
		rules programme.Rules
		h     ledger.Holding
		want  string
	}{
		{"nine tenths of one, half of the other", shop(next), holds(250, 9), "Nog 1 zegel voor Koffie"},
		{"half of one, nine tenths of the other", shop(next), holds(450, 5), "Nog 50 punten voor € 5 korting"},
		{"of equals the first", shop(next), holds(250, 5), "Nog 5 zegels voor Koffie"},
		{"nothing yet", shop(next), holds(0, 0), "Nog 10 zegels voor Koffie"},
		{"in debt", shop(next), holds(0, -3), "Nog 10 zegels voor Koffie"},
		{"one can be had", shop(next), holds(499, 10), "U heeft genoeg voor Koffie"},
		{"the dearer of two that can be had", shop(next), holds(600, 10), "U heeft genoeg voor € 5 korting"},
		{"the tier's own reward", shop(next), gold, "Nog 300 punten voor Taart"},
		{"pending ones do not count", shop(next), pending, "Nog 10 zegels voor Koffie"},
		{"what must stay counts", floor, holds(0, 9), "Nog 6 zegels voor Koffie"},
		{"what comes by itself is no aim", perk, holds(0, 9), "Nog 500 punten voor € 5 korting"},
		{"prices near the limit", huge, holds(1<<50, 1<<49), "Nog 1.179.943.102.371.069,952 punten voor € 5 korting"},
		{"one whose time is over", over, holds(499, 1), "Nog 9 zegels voor Koffie"},
	} {
		if got := said(c.rules, c.h); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: said %q, want %q", c.name, got, c.want)
		}
	}
	if got := said(programme.Rules{Messages: []programme.Message{next}}, holds(1, 1)); len(got) > 0 {
		t.Errorf("without rewards: %q", got)
	}
}

func TestWhatLapsesSoon(t *testing.T) {
	lapsing := programme.Message{Name: "lapsing", Kind: programme.MessageLapsing, Days: 30}
	for _, c := range []struct {
		name string
		lots []ledger.Lot
		want string
	}{
		{"on the last of the days", []ledger.Lot{{Points: points(300), Expires: "2026-12-22"}}, "[300 punten vervallen na 22-12-2026]"},
		{"a day later", []ledger.Lot{{Points: points(300), Expires: "2026-12-23"}}, "[]"},
		{"today", []ledger.Lot{{Points: points(1), Expires: today}}, "[1 punt vervalt na 22-11-2026]"},
		{"lapsed", []ledger.Lot{{Points: points(300), Expires: "2026-11-21"}}, "[]"},
		{"never", []ledger.Lot{{Points: points(300)}}, "[]"},
		{"the first of two days, of two issuers", []ledger.Lot{
			{Points: points(5), Expires: "2026-12-01", Issuer: "a"}, {Points: points(6), Expires: "2026-12-01", Issuer: "b"}, {Points: points(7), Expires: "2026-12-02"},
		}, "[11 punten vervallen na 01-12-2026]"},
	} {
		h := holds(0, 0)
		h.Positions[0].Lots = ledger.Lots{Open: c.lots}
		for _, l := range c.lots {
			h.Positions[0].Points += l.Points
		}
		if got := fmt.Sprint(said(shop(lapsing), h)); got != c.want {
			t.Errorf("%s: said %s, want %s", c.name, got, c.want)
		}
	}
}

func TestHowFarTheNextTierIs(t *testing.T) {
	status := programme.Message{Name: "status", Kind: programme.MessageTier}
	for _, c := range []struct {
		on    programme.LadderOn
		count ledger.Points
		want  string
	}{
		{programme.OnSpend, 60_000, "[Nog € 40,00 tot Goud]"},
		{programme.OnSpend, 60_005, "[Nog € 40,00 tot Goud]"}, // half a cent is one that must be spent
		{programme.OnSpend, 99_990, "[Nog € 0,01 tot Goud]"},
		{programme.OnSpend, 100_000, "[]"},
		{programme.OnVisits, 97_000, "[Nog 3 bezoeken tot Goud]"},
		{programme.OnVisits, 99_000, "[Nog 1 bezoek tot Goud]"},
		{programme.OnPoints, 99_500, "[Nog 0,5 zegels tot Goud]"},
	} {
		r := shop(status)
		r.Ladders[0].On, r.Ladders[0].Wallet = c.on, "stamps"
		h := holds(0, 0)
		h.Positions = append(h.Positions, ledger.Position{Wallet: r.Ladders[0].CountOf(), Points: c.count})
		if got := fmt.Sprint(said(r, h)); got != c.want {
			t.Errorf("%v of %s: said %s, want %s", c.count, c.on, got, c.want)
		}
	}
}

func TestPerksAreListedByTheirLabels(t *testing.T) {
	r := shop(programme.Message{Name: "perks", Kind: programme.MessagePerks})
	if got := said(r, holds(0, 0)); len(got) > 0 {
		t.Errorf("said to somebody without any: %q", got)
	}
	h := holds(0, 0)
	h.Positions = append(h.Positions, ledger.Position{Wallet: r.Ladders[0].CountOf(), Points: points(100)})
	if got := fmt.Sprint(said(r, h)); got != "[Uw voordelen: de lounge]" {
		t.Errorf("said %s", got)
	}
}

func TestOffersAreForWhomTheyAre(t *testing.T) {
	offer := func(change func(*programme.Message)) programme.Message {
		m := programme.Message{Name: "gebak", Kind: programme.MessageOffer, Text: map[string]string{"nl": "Zaterdag gebak!"}}
		change(&m)
		return m
	}
	unknown := holds(0, 0)
	unknown.Known = false
	for _, c := range []struct {
		name string
		m    programme.Message
		h    ledger.Holding
		want string
	}{
		{"everybody", offer(func(*programme.Message) {}), holds(0, 0), "[Zaterdag gebak!]"},
		{"who is not known here", offer(func(*programme.Message) {}), unknown, "[Zaterdag gebak!]"},
		{"gold only", offer(func(m *programme.Message) { m.If.Tiers = []string{"Goud"} }), holds(0, 0), "[]"},
		{"without a text in the language", offer(func(m *programme.Message) { m.Text = nil }), holds(0, 0), "[gebak]"},
	} {
		if got := fmt.Sprint(said(shop(c.m), c.h)); got != c.want {
			t.Errorf("%s: said %s, want %s", c.name, got, c.want)
		}
	}
}

// A campaign is said to all but the hold-out group, and to these what is none.
func TestTheHoldOutGroupHearsNoCampaigns(t *testing.T) {
	r := shop(
		programme.Message{Name: "campagne", Kind: programme.MessageOffer, Campaign: true}, programme.Message{Name: "altijd", Kind: programme.MessageOffer},
	)
	r.HoldOut = 50
	var heard, held int
	for n := range 200 {
		h := holds(0, 0)
		h.Account = ledger.Account{byte(n), byte(n >> 4), 7}
		got := said(r, h)
		if !slices.Contains(got, "altijd") || slices.Contains(got, "campagne") == scene.HeldOut(r, h.Account) {
			t.Fatalf("account %d, held out %t: %q", n, scene.HeldOut(r, h.Account), got)
		}
		if len(got) == 2 {
			heard++
		} else {
			held++
		}
	}
	if heard < 60 || held < 60 {
		t.Errorf("%d heard it, %d did not", heard, held)
	}
}

// At most four lines, in the programme's order, and the same each time.
func TestFourLinesAreEnough(t *testing.T) {
	var all []programme.Message
	for n := range 6 {
		all = append(all, programme.Message{Name: fmt.Sprint("regel ", n+1), Kind: programme.MessageOffer})
	}
	all[1] = programme.Message{Name: "next", Kind: programme.MessageNextReward}
	for range 20 {
		if got := fmt.Sprint(said(shop(all...), holds(0, 9))); got != "[regel 1 Nog 1 zegel voor Koffie regel 3 regel 4]" {
			t.Fatalf("said %s", got)
		}
	}
}
