package receipt_test

import (
	"strings"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
)

// rich is the shop of the awards with a stamp card, points that vest and lapse,
// a bonus, tiers, a club, a game and something to say.
func rich(t *testing.T, lang string) receipt.Award {
	t.Helper()
	a := shop(t, lang)
	r := &a.Rules
	r.Wallets[0].Lapses, r.Wallets[0].Expires, r.Wallets[0].VestsAfter = true, programme.Validity{To: programme.ToYear}, 14
	r.Wallets[1].Kind = programme.Stamps
	r.Earn = append(r.Earn,
		programme.Rule{Name: "dubbel", Wallet: "points", Counts: programme.Multiple, Factor: ledger.Fraction{Num: 2, Den: 1}, Step: ledger.Unit, Rounding: programme.Floor, Bonus: true},
		programme.Rule{Name: "zegels", Wallet: "stamps", Counts: programme.Order, Points: ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor},
	)
	r.Rewards = []programme.Reward{{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 7 * ledger.Unit}}
	r.Ladders = []programme.Ladder{{
		Name: "status", On: programme.OnSpend, Levels: []programme.Level{
			{Name: "Zilver", From: 0, Perks: []string{"bezorgen"}}, {Name: "Goud", From: 100 * ledger.Unit},
		},
	}}
	r.Perks = []programme.Perk{{Name: "bezorgen", Label: map[string]string{
		"nl": "gratis bezorging", "en": "free delivery", "de": "kostenlose Lieferung", "fr": "livraison gratuite",
	}}}
	r.Clubs = []programme.Club{{Name: "Club"}}
	r.Games = []programme.Game{{Name: "Rad", Odds: []programme.Odds{{Prize: "Taartje", PerMillion: game.Chances}}}}
	r.Messages = []programme.Message{
		{Name: "beloning", Kind: programme.MessageNextReward}, {Name: "vervalt", Kind: programme.MessageLapsing, Days: 60},
		{Name: "status", Kind: programme.MessageTier}, {Name: "voordeel", Kind: programme.MessagePerks}, {Name: "Vijfde regel", Kind: programme.MessageOffer},
	}
	a.Holding.Account = ledger.Account{1}
	a.Holding.Positions = []ledger.Position{
		{Wallet: "points", Points: 100 * ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 100 * ledger.Unit, Expires: "2026-12-31"}}}},
		{Wallet: "stamps", Points: 3 * ledger.Unit},
		{Wallet: r.Ladders[0].CountOf(), Points: 60 * ledger.Unit},
		{Wallet: r.Clubs[0].Mark(), Points: ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: ledger.Unit, Expires: "2027-03-09"}}}},
	}
	return a
}

// decideAll decides everything about the sale: what is earned, what is played,
// what there is to say.
func decideAll(t *testing.T, a receipt.Award, wishes ...redeem.Wish) receipt.Redemption {
	t.Helper()
	r := redeemed(t, a, wishes...)
	at := scene.Scene{Rules: a.Rules, Holding: r.Outcome.After, House: ledger.Holding{Account: ledger.Account{0xff}}, Basket: a.Basket}.On(a.Moment, a.Zone)
	seed := game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte{1}}
	var err error
	if r.Plays, err = game.Decide(at, r.Outcome.After, []game.Seed{seed}, a.Record, nil); err != nil {
		t.Fatal(err)
	}
	r.Messages = message.Lines(at, r.After())
	return r
}

func TestASlipOfAProgrammeThatHasEverything(t *testing.T) {
	for _, lang := range languages {
		read(t, "everything-"+lang, receipt.ForAward(decideAll(t, rich(t, lang)).Award))
	}
	won := rich(t, "nl")
	won.Rules.Games[0].Odds[0].Points, won.Rules.Games[0].Odds[0].Wallet = 50*ledger.Unit, "stamps"
	read(t, "points-won-nl", receipt.ForAward(decideAll(t, won).Award))
	gone := rich(t, "nl")
	gone.Rules.Games[0].Odds[0].Budget = []programme.Cap{{Times: 0, Points: 1, Per: programme.PerPurchase}}
	gone.Rules.Games[0].Odds[0].Points, gone.Rules.Games[0].Odds[0].Wallet = 50*ledger.Unit, "stamps"
	if text := show(receipt.ForAward(decideAll(t, gone).Award)); !strings.Contains(text, "Helaas: Taartje is op, geen prijs") {
		t.Errorf("a prize that is all gone:\n%s", text)
	}
	lost := rich(t, "nl")
	lost.Rules.Games[0].Odds[0].PerMillion = 0
	if text := show(receipt.ForAward(decideAll(t, lost).Award)); !strings.Contains(text, "Helaas, dit keer geen prijs") {
		t.Errorf("a game that was lost:\n%s", text)
	}
}

// Of an account that may hold more elsewhere nothing is said that goes by what
// it holds.
func TestWhatIsNotKnownIsNotSaid(t *testing.T) {
	a := rich(t, "nl")
	a.Holding.Known = false
	text := show(receipt.ForAward(decideAll(t, a).Award))
	for _, no := range []string{"Saldo |", "Zilver", "Goud", "Club", "Koffie", "[x]", "vervallen", "Te besteden"} {
		if strings.Contains(text, no) {
			t.Errorf("%q is said:\n%s", no, text)
		}
	}
	if !strings.Contains(text, "Saldo volgt") || !strings.Contains(text, "Vijfde regel") || !strings.Contains(text, "Gewonnen: Taartje") {
		t.Errorf("something is missing:\n%s", text)
	}
}

// Stamps that no row has room for, or that are none, have no row.
func TestARowOfStamps(t *testing.T) {
	for _, c := range []struct {
		have, need ledger.Points
		want       string
	}{
		{3, 7, "[x][x][x][x][ ][ ][ ]"}, {6, 7, "[x][x][x][x][x][x][x]"}, {20, 7, "[x][x][x][x][x][x][x]"},
		{0, 10, "[x][ ][ ][ ][ ][ ][ ][ ][ ][ ]"}, {0, 11, ""},
	} {
		a := rich(t, "nl")
		a.Holding.Positions[1].Points, a.Rules.Rewards[0].Points = c.have*ledger.Unit, c.need*ledger.Unit
		text := show(receipt.ForAward(decideAll(t, a).Award))
		if c.want == "" && strings.Contains(text, "[x]") || c.want != "" && !strings.Contains(text, " "+c.want+"\n") {
			t.Errorf("%d of %d, want %q:\n%s", c.have, c.need, c.want, text)
		}
	}
	a := rich(t, "nl")
	a.Rules.Wallets[1].Kind = programme.Points
	if text := show(receipt.ForAward(decideAll(t, a).Award)); strings.Contains(text, "[x]") {
		t.Errorf("a row of stamps of points:\n%s", text)
	}
}

// Each kind of reward says what was had, and the sums are the till's.
func TestEveryKindOfRewardIsNamed(t *testing.T) {
	a := counter(t, "nl")
	points := func(name string, gives programme.Gives) programme.Reward {
		return programme.Reward{Name: name, Wallet: "points", Kind: programme.Fixed, Points: 100 * ledger.Unit, Gives: gives}
	}
	percent, perk, cash, donation, into, tender, free := points("Tien procent", programme.GivesPercent), points("Lounge", programme.GivesPerk),
		points("Geld terug", programme.GivesCash), points("Goed doel", programme.GivesDonation), points("Mijlen", programme.GivesPoints),
		points("Met punten", programme.GivesMoney), points("Ledenkorting", programme.GivesPercent)
	percent.Percent, cash.Value, donation.Value = 10_00, 1_00, 1_50
	into.Into, into.IntoPoints = "stamps", 4*ledger.Unit
	tender.Tender, tender.Value = true, 2_00
	free.Points, free.Automatic, free.Percent = 0, true, 5_00
	a.Rules.Rewards = append(a.Rules.Rewards, percent, perk, cash, donation, into, tender, free)
	a.Rules.Causes = []programme.Cause{{Name: "voedselbank", Label: map[string]string{"nl": "de voedselbank"}}}
	a.Holding.Positions[0].Points = 1000 * ledger.Unit
	var wishes []redeem.Wish
	for _, r := range a.Rules.Rewards[2:8] {
		wishes = append(wishes, redeem.Wish{Reward: r.Name, Points: 100 * ledger.Unit, Cause: map[bool]string{true: "voedselbank"}[r.Gives == programme.GivesDonation]})
	}
	r := redeemed(t, a, wishes...)
	at := scene.Scene{Rules: a.Rules, Holding: a.Holding, Basket: a.Basket}.On(a.Moment, a.Zone)
	automatic, err := redeem.Automatic(at, redeem.Cover{Alone: true}, a.Basket)
	if err != nil || len(automatic) != 1 {
		t.Fatalf("%v, %+v", err, automatic)
	}
	r.Redeemed = append(automatic, r.Redeemed...)
	read(t, "rewards-nl", receipt.ForRedemption(r))
	r.Basket = basket.Basket{}
	if text := show(receipt.ForRedemption(r)); strings.Contains(text, "Te betalen") {
		t.Errorf("a sum without a sale:\n%s", text)
	}
}

func TestAVoucherOnPaper(t *testing.T) {
	for _, lang := range languages {
		a := shop(t, lang)
		v := receipt.Voucher{
			Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Record: a.Record, Code: "ZV1:C77FXFX3FQVP",
			Printed: redeem.Printed{Account: ledger.Account{1}, Reward: "5,00 korting", Times: 2, Worth: 10_00, Until: "2026-12-22"},
		}
		read(t, "voucher-"+lang, receipt.ForVoucher(v))
		v.Printed.Times, v.Printed.Worth = 1, 0
		if text := show(receipt.ForVoucher(v)); strings.Contains(text, "2 ×") || strings.Contains(text, "€") {
			t.Errorf("one of no amount of money:\n%s", text)
		}
	}
}
