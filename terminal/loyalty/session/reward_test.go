package session_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// giving is rewarding with one reward of each sort besides.
func giving() session.Counter {
	c := rewarding()
	coffee := programme.Selector{Products: []string{"coffee"}}
	c.Rules.Earn = []programme.Rule{
		{Name: "base", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Floor},
		{Name: "cup", Wallet: "stamps", Counts: programme.Units, Points: ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor, Lines: coffee},
	}
	c.Rules.Clubs = []programme.Club{{Name: "book"}}
	c.Rules.Causes = []programme.Cause{{Name: "sea"}, {Name: "woods"}}
	c.Rules.Rewards = []programme.Reward{
		{Name: "Boek", Wallet: "points", Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 40_00, Automatic: true,
			Lines: programme.Selector{Products: []string{"book"}}, If: programme.Condition{Clubs: []string{"book"}}},
		{Name: "Zevende", Wallet: "stamps", Kind: programme.Fixed, Points: 7 * ledger.Unit, Lines: coffee, Automatic: true, NthFree: true},
		{Name: "Betalen", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 5, Tender: true},
		{Name: "Doel", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 5, Gives: programme.GivesDonation, Share: 50},
		{Name: "Contant", Wallet: "points", Kind: programme.Fixed, Points: 20 * ledger.Unit, Value: 1_00, Gives: programme.GivesCash},
		{Name: "Lounge", Wallet: "points", Kind: programme.Fixed, Points: 10 * ledger.Unit, Gives: programme.GivesPerk,
			Caps: []programme.Cap{{Times: 1, Per: programme.PerDay, Of: programme.OfTerminal}}},
	}
	return c
}

// bookworm is a member of the club with 100 points and 6 stamps.
func bookworm(alone bool, asides ...ledger.SetAside) ledger.View {
	v := saver(alone, asides...)
	v.Holdings[0].Positions = []ledger.Position{
		{Wallet: "points", Points: 100 * ledger.Unit}, {Wallet: "stamps", Points: 6 * ledger.Unit}, {Wallet: "club/book", Points: ledger.Unit},
	}
	v.House = ledger.Holding{Account: ledger.Account{0xff}, Known: true}
	return v
}

// morning is a book of 30.00 and two cups of 2.50.
func morning(wishes ...redeem.Wish) session.Sale {
	s := wishing(wishes...)
	s.Basket.Total = 35_00
	s.Basket.Lines = []basket.Line{{ID: "1", Product: "book", Quantity: 1000, Amount: 30_00}, {ID: "2", Product: "coffee", Quantity: 2000, Amount: 5_00}}
	return s
}

func TestRewardsOfEverySortInOneSale(t *testing.T) {
	c := giving()
	wishes := []redeem.Wish{
		{Reward: "Betalen", Points: 20 * ledger.Unit}, {Reward: "Doel", Points: 30 * ledger.Unit, Cause: "sea"}, {Reward: "Contant", Points: 20 * ledger.Unit},
		{Reward: "Lounge", Points: 10 * ledger.Unit},
	}
	want := session.Answer{
		Earned: []session.Amount{{Wallet: "points", Points: 19 * ledger.Unit}, {Wallet: "stamps", Points: 2 * ledger.Unit}},
		Redeemed: []session.Redeemed{
			{Reward: "Boek", Wallet: "points", Discount: 12_00}, {Reward: "Zevende", Wallet: "stamps", Points: 7 * ledger.Unit, Discount: 2_50},
			{Reward: "Betalen", Wallet: "points", Points: 20 * ledger.Unit, Pays: 1_00},
			{Reward: "Doel", Wallet: "points", Points: 30 * ledger.Unit, Donated: 1_50}, {Reward: "Contant", Wallet: "points", Points: 20 * ledger.Unit, PaidOut: 1_00},
			{Reward: "Lounge", Wallet: "points", Points: 10 * ledger.Unit},
		},
		Discount: 14_50,
	}
	for _, alone := range []bool{true, false} {
		v := bookworm(alone, granted(1, "points", 100, now+3_600_000), awarded(3, "stamps", 6))
		p := decide(t, c, morning(wishes...), v)
		got := session.AnswerTo(ledger.Posted{Record: ledger.Sealed{Head: ledger.Head{Kind: p.Draft.Kind, Entries: p.Draft.Entries}}, Body: p.Draft.Body}, v.Holdings[0])
		if !reflect.DeepEqual(got.Earned, want.Earned) || !reflect.DeepEqual(got.Redeemed, want.Redeemed) || got.Discount != want.Discount {
			t.Errorf("alone %t: got %+v\nwant %+v", alone, got, want)
		}
		for i, e := range p.Draft.Entries {
			if err := e.Validate(); err != nil {
				t.Errorf("entry %d: %v", i+1, err)
			}
		}
		for _, s := range p.Draft.Body.Shares {
			var sum ledger.Points
			for _, part := range s.Points {
				sum += part
			}
			if len(s.Points) > 0 && (s.Entry == 0 || sum != p.Draft.Entries[s.Entry-1].Points) {
				t.Errorf("share %+v of %+v", s, p.Draft.Entries)
			}
		}
		if last := short(p.Draft.Entries); fmt.Sprint(c.Tell(got)) != "[Trek €\u00a014,50 af op de kassa Reken €\u00a01,00 af met punten Betaal €\u00a01,00 uit De klant heeft recht op: Lounge]" {
			t.Errorf("told %q of %q", c.Tell(got), last)
		}
	}
}

// The seventh cup is paid with six stamps of old and the one that the sale
// brings, out of the set-aside that its own entry opened.
func TestWhatTheSaleEarnsIsSpentBehindIt(t *testing.T) {
	p := decide(t, giving(), morning(), bookworm(false, awarded(3, "stamps", 6)))
	want := []string{"redeem -6 stamps e:6", "earn 20 points", "earn 2 stamps", "redeem -1 stamps e:1"}
	if got := short(p.Draft.Entries); !reflect.DeepEqual(got[:4], want) {
		t.Errorf("got %q", got)
	}
	own := ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}.Entry(3).SetAside()
	if d := p.Draft.Entries[3].Draws[0]; d.From != own {
		t.Errorf("drawn on %s, want %s", d.From, own)
	}
}

// What a quote offers a hold gives, and the sale then pays as it was held.
func TestQuoteHoldAndSaleAgree(t *testing.T) {
	c := giving()
	rapid.Check(t, func(t *rapid.T) {
		alone := rapid.Bool().Draw(t, "alone")
		v := bookworm(alone, granted(1, "points", 60, now+3_600_000), awarded(3, "stamps", 6))
		s := morning()
		quote, err := c.Quote(session.Customer{Holding: v.Holdings[0]}, true, s.Basket, moment)
		if err != nil {
			t.Fatal(err)
		}
		var offers []session.Offer
		for _, o := range quote.Rewards {
			if o.Code == "" {
				offers = append(offers, o)
			}
		}
		o := rapid.SampledFrom(offers).Draw(t, "offer")
		w := redeem.Wish{Reward: o.Reward, Points: o.Least + o.Step*ledger.Points(rapid.Int64Range(0, int64((o.Most-o.Least)/o.Step)).Draw(t, "more"))}
		if len(o.Causes) > 0 {
			w.Cause = o.Causes[0]
		}
		s.Redeem = []redeem.Wish{w}
		who := session.Customer{Mode: ledger.Scanned}
		hold, err := c.Hold(who, s, noon.Add(10*time.Minute), moment)(v)
		if err != nil {
			t.Fatalf("%+v was offered, %+v: %v", o, w, err)
		}
		held, err := c.HeldAnswer(hold)
		if err != nil {
			t.Fatal(err)
		}
		direct, err := c.Award(who, true, s, moment)(v)
		if err != nil {
			t.Fatal(err)
		}
		hold.ID = ledger.HoldID{1}
		v.Hold, s.Hold = &hold, hold.ID
		captured, err := c.Award(who, true, s, moment)(v)
		if err != nil || !reflect.DeepEqual(captured.Draft.Entries, direct.Draft.Entries) || !reflect.DeepEqual(captured.Draft.Body.Shares, direct.Draft.Body.Shares) {
			t.Fatalf("%v: held %+v, directly %+v", err, captured.Draft.Entries, direct.Draft.Entries)
		}
		now := session.AnswerTo(ledger.Posted{Record: ledger.Sealed{Head: ledger.Head{Entries: captured.Draft.Entries}}, Body: captured.Draft.Body}, v.Holdings[0])
		if now.Discount != held.Discount || len(now.Redeemed) != len(held.Redeemed) || held.Discount < quote.Discount {
			t.Fatalf("quoted %+v, held %+v, paid %+v", quote.Automatic, held, now)
		}
	})
}

// Redeemed, earned and undone is as if nothing had been: to the lot.
func TestUndoneRewardsLeaveNothing(t *testing.T) {
	c, one := giving(), card(t, 1)
	c.Rules.Wallets[0].Lapses, c.Rules.Wallets[0].Expires = true, programme.Validity{Months: 12}
	rapid.Check(t, func(t *rapid.T) {
		v := bookworm(true)
		lots := []ledger.Lot{
			{Points: 20 * ledger.Unit, Expires: "2026-12-31", Issuer: "Slager"}, {Points: 30 * ledger.Unit, Expires: "2027-03-31"}, {Points: 50 * ledger.Unit},
		}
		v.Holdings[0].Positions[0].Lots = ledger.Lots{Open: lots}
		v.Holdings[0].Positions[1].Points = ledger.Points(rapid.Int64Range(0, 9).Draw(t, "stamps")) * ledger.Unit
		s := morning()
		for _, w := range []redeem.Wish{
			{Reward: "Betalen", Points: ledger.Points(rapid.Int64Range(1, 60).Draw(t, "points")) * ledger.Unit},
			{Reward: "Contant", Points: 20 * ledger.Unit}, {Reward: "Lounge", Points: 10 * ledger.Unit},
		} {
			if rapid.Bool().Draw(t, w.Reward) {
				s.Redeem = append(s.Redeem, w)
			}
		}
		before, after := copied(v.Holdings[0]), copied(v.Holdings[0])
		p, err := c.Award(one, true, s, moment)(v)
		if err != nil {
			t.Fatal(err)
		}
		apply(t, &after, p.Draft.Entries)
		house := v.House
		sealed, err := ledger.Seal(ledger.Tip{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 16}, p.Draft, time.Time{}, ledger.Salt{1})
		if err != nil {
			t.Fatal(err)
		}
		body, err := ledger.ParseBody(sealed.Line.Body)
		if err != nil {
			t.Fatal(err)
		}
		back := ledger.View{Next: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 18}, Alone: true, House: house, SaleHolding: after,
			Sale: &ledger.Sale{Original: ledger.Record{Head: sealed.Head, Body: &body}}}
		undone, err := c.Undo(moment)(back)
		if err != nil {
			t.Fatal(err)
		}
		apply(t, &after, undone.Draft.Entries)
		for _, was := range before.Positions {
			now := after.In(was.Wallet)
			if now.Points != was.Points || !reflect.DeepEqual(now.All(), was.All()) {
				t.Fatalf("%s was %+v, is %+v\nsold %+v\nundone %+v", was.Wallet, was.All(), now.All(), p.Draft.Entries, undone.Draft.Entries)
			}
		}
		for _, now := range after.Positions {
			if before.In(now.Wallet).Points != now.Points {
				t.Fatalf("%s: %v", now.Wallet, now.Points)
			}
		}
	})
}

func copied(h ledger.Holding) ledger.Holding {
	h.Positions = append([]ledger.Position(nil), h.Positions...)
	return h
}

func apply(t *rapid.T, h *ledger.Holding, entries []ledger.Entry) {
	for _, e := range entries {
		if e.Account != h.Account {
			continue
		}
		if err := h.Apply(e, moment.Day); err != nil {
			t.Fatal(err)
		}
	}
}

// A shop of a chain spends what its own sales brought, in the same record too,
// and head office counts every record as it comes, undone or not.
func TestHeadOfficeCountsWhatIsSpentAtOnce(t *testing.T) {
	c, one := giving(), card(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		s := newShop(false)
		var cups, free int64
		for i := range rapid.IntRange(1, 6).Draw(t, "sales") {
			n := rapid.Int64Range(1, 9).Draw(t, "cups")
			sold := wishing()
			sold.Basket.Key.ID = fmt.Sprint("s", i)
			sold.Basket.Total, sold.Basket.Lines = basket.Money(n)*2_50, []basket.Line{{ID: "1", Product: "coffee", Quantity: n * 1000, Amount: basket.Money(n) * 2_50}}
			posted := s.must(t, s.view(first), c.Award(one, true, sold, moment))
			if rapid.IntRange(0, 2).Draw(t, "undone") == 0 {
				s.must(t, s.about(posted.Record.Head.Key(), first), c.Undo(moment))
				continue
			}
			cups += n
			for _, r := range session.AnswerTo(posted, s.holding(first)).Redeemed {
				free += int64(r.Points / (7 * ledger.Unit))
			}
		}
		if got := s.held[first]["stamps"].Points; got != ledger.Points(cups-7*free)*ledger.Unit || free > cups/7 {
			t.Fatalf("%d cups, %d free, %v stamps", cups, free, got)
		}
	})
}

// Where a sale that points pay a part of earns nothing, one of which a member
// has a part for nothing earns what is left to pay.
func TestOnlyPointsThatPayKeepASaleFromEarning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part, none := giving(), giving()
		for _, c := range []*session.Counter{&part, &none} {
			c.Rules.Rewards = append(c.Rules.Rewards[:1:1], c.Rules.Rewards[2:]...) // without the seventh cup, which takes stamps
		}
		part.Rules.Base.Redeeming, none.Rules.Base.Redeeming = programme.EarnsNotPart, programme.EarnsNothing
		s := morning()
		s.Basket.Lines[0].Amount = basket.Money(rapid.Int64Range(0, 40_00).Draw(t, "book"))
		s.Basket.Total = s.Basket.Lines[0].Amount + s.Basket.Lines[1].Amount
		v := bookworm(true)
		posted := func(c session.Counter, s session.Sale) []session.Amount {
			p := decide(t, c, s, v)
			return session.AnswerTo(ledger.Posted{Record: ledger.Sealed{Head: ledger.Head{Kind: p.Draft.Kind, Entries: p.Draft.Entries}}, Body: p.Draft.Body}, v.Holdings[0]).Earned
		}
		if got, want := posted(none, s), posted(part, s); !reflect.DeepEqual(got, want) || len(got) == 0 {
			t.Fatalf("a book at a discount for %d: earned %+v, want %+v", s.Basket.Lines[0].Amount, got, want)
		}
		s.Redeem = []redeem.Wish{{Reward: "Betalen", Points: ledger.Unit * ledger.Points(rapid.Int64Range(1, 40).Draw(t, "points"))}}
		for _, got := range posted(none, s) {
			if got.Points != 0 {
				t.Fatalf("with points: earned %+v", got)
			}
		}
		quote, err := none.Quote(session.Customer{Holding: v.Holdings[0]}, true, s.Basket, moment)
		if err != nil || len(quote.Earns) == 0 {
			t.Fatalf("quoted %+v, %v", quote, err)
		}
	})
}
