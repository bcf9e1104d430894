package receipt_test

import (
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
)

// languages are those with sentences of their own.
var languages = []string{"nl", "en", "de", "fr"}

// credit is points that came onto the card of the shop of the awards.
func credit(t *testing.T, lang string) receipt.Credit {
	t.Helper()
	a := shop(t, lang)
	c := receipt.Credit{
		Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Mask: a.Mask, Holding: a.Holding, Record: a.Record,
		Added: []ledger.Position{{Wallet: "points", Points: 50 * ledger.Unit}},
	}
	c.After = ledger.Holding{Known: true, Positions: []ledger.Position{{Wallet: "points", Points: 150 * ledger.Unit}, {Wallet: "stamps", Points: 9 * ledger.Unit}}}
	return c
}

// Each slip there is stands in each language.
func TestSlipsInEveryLanguage(t *testing.T) {
	for _, lang := range languages {
		read(t, "carried-"+lang, slip(t, shop(t, lang)))
		follows := shop(t, lang)
		follows.Holding = ledger.Holding{New: true}
		read(t, "balance-follows-"+lang, slip(t, follows))

		r := redeemed(t, counter(t, lang), redeem.Wish{Reward: "Korting", Points: 500_000})
		read(t, "redeemed-and-earned-"+lang, receipt.ForRedemption(r))
		bearer := receipt.Redemption{Award: shop(t, lang)}
		bearer.Code = "ZS1:C77FXFX3FQVP"
		bearer.Outcome = redeemed(t, bearer.Award).Outcome
		read(t, "bearer-"+lang, receipt.ForBearer(bearer, "2026-12-06"))

		read(t, "claim-"+lang, receipt.ForClaim(credit(t, lang)))
		read(t, "adjust-"+lang, receipt.ForAdjust(credit(t, lang)))
		read(t, "enrol-"+lang, receipt.ForEnrol(receipt.Enrolment{
			Credit: credit(t, lang), Name: "Zoë Müller", Birthday: "02-29", Referrer: "…0025",
			Consents: []receipt.Consent{{Wording: "Terms, version 2", Given: true}, {Wording: "Offers by mail"}},
		}))
		c := credit(t, lang)
		m := receipt.Move{
			Words: c.Words, Rules: c.Rules, Zone: c.Zone, Moment: c.Moment, Mask: c.Mask, Currency: "EUR", Total: 23_45, Holding: c.Holding, After: c.After,
			Changes:  []refund.Change{{Wallet: "points", TakenBack: 50 * ledger.Unit}},
			Original: c.Record, Record: ledger.Key{Terminal: 1, Branch: c.Record.Branch, Seq: 18},
		}
		read(t, "move-"+lang, receipt.ForMove(m))
		m.Away = true
		read(t, "move-away-"+lang, receipt.ForMove(m))
	}
}

// asked is the member of the programme that has everything, at the counter with
// nothing but a question.
func asked(t *testing.T, lang string) receipt.Balance {
	t.Helper()
	a := rich(t, lang)
	a.Holding.Positions[0].Points = 160 * ledger.Unit
	a.Holding.Positions[0].Lots = ledger.Lots{Open: []ledger.Lot{
		{Points: 10 * ledger.Unit, Expires: "2026-11-21"}, // lapsed
		{Points: 40 * ledger.Unit, Expires: "2026-12-31"}, {Points: 20 * ledger.Unit, Expires: "2027-12-31"},
		{Points: 30 * ledger.Unit, Expires: "2028-12-31"}, {Points: 40 * ledger.Unit, Expires: "2029-12-31"},
		{Points: 20 * ledger.Unit, Expires: "2028-12-31", Vests: "2026-12-06"},
	}}
	at := scene.Scene{Rules: a.Rules, Holding: a.Holding}.On(a.Moment, a.Zone)
	return receipt.Balance{
		Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Mask: a.Mask, Holding: a.Holding, Messages: message.Lines(at, a.Holding),
	}
}

func TestForBalance(t *testing.T) {
	for _, lang := range languages {
		read(t, "balance-"+lang, receipt.ForBalance(asked(t, lang)))
		b := asked(t, lang)
		b.Offline, b.Holding.AsOf = true, ledger.Stamp(b.Moment.At.Add(-7*time.Hour).UnixMilli())
		read(t, "balance-offline-"+lang, receipt.ForBalance(b))
	}
	unknown := asked(t, "nl")
	unknown.Holding.Known, unknown.Messages = false, nil
	read(t, "balance-unknown-nl", receipt.ForBalance(unknown))
}

// Without a line a balance says when it was confirmed, on whatever slip; one of
// a shop that stands alone is always now.
func TestWithoutALineABalanceSaysSinceWhen(t *testing.T) {
	for _, c := range []struct {
		name    string
		ago     time.Duration // 0 for a shop that stands alone
		offline bool
		want    string
	}{
		{"with a line", 6 * time.Hour, false, "Saldo | "},
		{"without one", 6 * time.Hour, true, "Saldo om 10:04 | "},
		{"without one since yesterday", 24 * time.Hour, true, "Saldo per 21-11-2026 | "},
		{"alone", 0, true, "Saldo | "},
	} {
		a := shop(t, "nl")
		if a.Offline = c.offline; c.ago > 0 {
			a.Holding.AsOf = ledger.Stamp(a.Moment.At.Add(-c.ago).UnixMilli())
		}
		cr := credit(t, "nl")
		cr.Offline, cr.Holding = a.Offline, a.Holding
		refunded := receipt.Refund{
			Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Holding: a.Holding, Offline: a.Offline,
			Outcome: refund.Outcome{After: cr.After, Changes: []refund.Change{{Wallet: "points", TakenBack: ledger.Unit}}},
		}
		moved := receipt.Move{
			Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Holding: a.Holding, After: cr.After, Offline: a.Offline, Changes: refunded.Outcome.Changes,
		}
		for _, s := range []receipt.Slip{slip(t, a), receipt.ForAdjust(cr), receipt.ForReturn(refunded), receipt.ForMove(moved)} {
			if text := show(s); !strings.Contains(text, c.want) {
				t.Errorf("%s: want %q on the slip of %s:\n%s", c.name, c.want, s.Kind, text)
			}
		}
	}
}

// played is a game that was played with something that was no purchase.
func played(t *testing.T, lang string, odds programme.Odds) receipt.Credit {
	t.Helper()
	a := rich(t, lang)
	a.Rules.Games[0].Odds = []programme.Odds{odds}
	a.Rules.Games[0].Event = "review"
	at := scene.Scene{
		Rules: a.Rules, Holding: a.Holding, House: ledger.Holding{Account: ledger.Account{0xff}}, Event: &ledger.Event{Kind: "review", ID: "1"},
	}.On(a.Moment, a.Zone)
	seed := game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte{1}}
	plays, err := game.Decide(at, a.Holding, []game.Seed{seed}, a.Record, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := receipt.Credit{
		Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Mask: a.Mask, Holding: a.Holding, After: plays.After, Plays: plays, Record: a.Record,
	}
	if odds.Points > 0 {
		c.Added = []ledger.Position{{Wallet: odds.Wallet, Points: odds.Points}}
	}
	return c
}

func TestForGame(t *testing.T) {
	for _, lang := range languages {
		read(t, "game-"+lang, receipt.ForGame(played(t, lang, programme.Odds{Prize: "Taartje", PerMillion: game.Chances, Points: 2 * ledger.Unit, Wallet: "stamps"})))
	}
	read(t, "game-lost-nl", receipt.ForGame(played(t, "nl", programme.Odds{Prize: "Taartje"})))
}
