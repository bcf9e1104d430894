package redeem_test

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
)

// seventh is a stamp for each cup, or for each visit with one, and every
// seventh cup free.
func seventh(counts programme.Measure) programme.Rules {
	coffee := programme.Selector{Products: []string{"coffee"}}
	rules := with(programme.Reward{
		Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 7 * ledger.Unit, Lines: coffee, Automatic: true, NthFree: true,
		Gives: programme.GivesPercent, Percent: 100_00, Target: programme.TargetCheapest,
	})
	rules.Earn = []programme.Rule{{
		Name: "cup", Wallet: "stamps", Counts: counts, Points: ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor, Lines: coffee,
	}}
	return rules
}

// A desk keeps one account over several sales, as a shop would.
type desk struct {
	rules programme.Rules
	cover redeem.Cover
	held  ledger.Holding
	seq   int64
}

func (d *desk) scene(b basket.Basket) scene.Scene {
	return scene.Scene{Rules: d.rules, Holding: d.held, Basket: b, Moment: ledger.Moment{Day: today}}
}

// sell posts a sale with what is had without asking and the wishes, and gives
// the record's entries.
func (d *desk) sell(t failer, b basket.Basket, wishes ...redeem.Wish) ([]redeem.Outcome, []ledger.Entry) {
	t.Helper()
	s, c, left, earning := d.scene(b), d.cover, b, b
	had, err := redeem.Automatic(s, c, left)
	if err != nil {
		t.Fatal(err)
	}
	next := func(o redeem.Outcome) {
		s.Holding, s.House, c, left, earning, s.Counted = o.After, o.House, c.After(o), o.Left, o.Earning, o.Counted
	}
	for _, o := range had {
		next(o)
	}
	for _, w := range wishes {
		o, err := redeem.Decide(s, c, left, w)
		if err != nil {
			t.Fatal(err)
		}
		had = append(had, o)
		next(o)
	}
	earned, err := earn.Award(s, earning)
	if err != nil {
		t.Fatal(err)
	}
	return had, d.post(t, had, earned)
}

func (d *desk) post(t failer, had []redeem.Outcome, earned earn.Outcome) []ledger.Entry {
	t.Helper()
	d.seq++
	key := ledger.Key{Terminal: 1, Branch: ledger.Branch{9}, Seq: d.seq}
	for i := range earned.Entries {
		earned.Entries[i].Closed = d.cover.Alone
	}
	var entries []ledger.Entry
	for _, o := range had {
		entries = append(entries, o.Entries...)
	}
	own, _, reasons := redeem.Complete(had, earned.Entries, len(entries), key)
	if len(reasons) > 0 {
		t.Fatalf("not covered: %+v", reasons)
	}
	entries = append(append(entries, earned.Entries...), own...)
	for i, e := range entries {
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		if e.Account != d.held.Account {
			continue
		}
		if err := d.held.Apply(e, today); err != nil {
			t.Fatal(err)
		}
		for _, draw := range e.Draws {
			left := ledger.Points(-1)
			for j := range d.held.SetAsides {
				if s := &d.held.SetAsides[j]; s.ID == draw.From {
					s.Left -= draw.Points
					left = s.Left
				}
			}
			if left < 0 {
				t.Fatalf("entry %d draws %v on %s, which has not that much", i+1, draw.Points, draw.From)
			}
		}
		if id, opens := e.Opens(key.Entry(i + 1)); opens {
			d.held.SetAsides = append(d.held.SetAsides, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
		}
	}
	return entries
}

type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func cups(n int64) basket.Basket {
	return shelf(goods("coffee", n, basket.Money(n)*2_50), goods("cake", 1, 3_00))
}

func TestEverySeventhIsFree(t *testing.T) {
	for _, alone := range []bool{true, false} {
		for _, c := range []struct {
			counts programme.Measure
			sales  []int64 // cups in each
			free   int64
			stamps ledger.Points
		}{
			{programme.Units, []int64{6}, 0, 6}, {programme.Units, []int64{7}, 1, 0}, {programme.Units, []int64{13}, 1, 6}, {programme.Units, []int64{14}, 2, 0},
			{programme.Units, []int64{1, 1, 1, 1, 1, 1}, 0, 6}, {programme.Units, []int64{3, 4}, 1, 0}, {programme.Units, []int64{6, 7}, 1, 6},
			{programme.Units, []int64{6, 1, 5, 2}, 2, 0}, {programme.Units, []int64{6, 8, 0, 7}, 3, 0},
			{programme.Order, []int64{1, 2, 1, 1, 3, 1}, 0, 6}, {programme.Order, []int64{1, 2, 1, 1, 3, 1, 2}, 1, 0},
		} {
			d := desk{rules: seventh(c.counts), cover: redeem.Cover{Alone: alone, Now: now}, held: ledger.Holding{Account: one, Known: true}}
			var free int64
			for _, n := range c.sales {
				b := cups(n)
				if n == 0 {
					b = shelf(goods("cake", 1, 3_00))
				}
				had, _ := d.sell(t, b)
				for _, o := range had {
					free += o.Times
					if o.Discount != basket.Money(o.Times)*2_50 {
						t.Errorf("%v: %d off for %d free", c.sales, o.Discount, o.Times)
					}
				}
			}
			if got := d.held.In("stamps").Points; free != c.free || got != c.stamps*ledger.Unit {
				t.Errorf("alone %t, by %s, %v: %d free and %v stamps, want %d and %v", alone, c.counts, c.sales, free, got, c.free, c.stamps)
			}
		}
	}
}

func TestTheNthIsFreeWhereverItIsBought(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := desk{rules: seventh(programme.Units), cover: redeem.Cover{Alone: rapid.Bool().Draw(t, "alone"), Now: now}, held: ledger.Holding{Account: one, Known: true}}
		n := rapid.Int64Range(2, 9).Draw(t, "every")
		d.rules.Rewards[0].Points = ledger.Points(n) * ledger.Unit
		d.rules.Base.Redeeming = rapid.SampledFrom([]programme.TenderEarns{programme.EarnsFully, programme.EarnsNotPart}).Draw(t, "earns")
		var bought, free int64
		for range rapid.IntRange(1, 8).Draw(t, "sales") {
			k := rapid.Int64Range(1, 20).Draw(t, "cups")
			b := shelf(goods("coffee", k, basket.Money(rapid.Int64Range(k, 100_00).Draw(t, "amount"))), goods("cake", 1, 3_00))
			had, _ := d.sell(t, b)
			bought += k
			for _, o := range had {
				free += o.Times
			}
			if free != bought/n || d.held.In("stamps").Points != ledger.Points(bought%n)*ledger.Unit {
				t.Fatalf("%d bought, %d free, %v stamps", bought, free, d.held.In("stamps").Points)
			}
		}
	})
}

// With six stamps of old, three cups that come for the wallet's price are one.
func TestTheCheapestCupIsTheFreeOne(t *testing.T) {
	d := desk{rules: seventh(programme.Units), cover: alone, held: ledger.Holding{Account: one, Known: true, Positions: []ledger.Position{{Wallet: "stamps", Points: 6_000}}}}
	b := shelf(goods("coffee", 1, 3_50), goods("coffee", 2, 5_01))
	had, entries := d.sell(t, b)
	if len(had) != 1 || had[0].Discount != 2_50 || had[0].Left.Lines[1].Amount != 2_51 {
		t.Fatalf("got %+v", had)
	}
	var got []string
	for _, e := range entries {
		got = append(got, fmt.Sprint(e.Kind, e.Points))
	}
	if want := []string{"redeem-6", "earn3", "redeem-1"}; !reflect.DeepEqual(got, want) || d.held.In("stamps").Points != 2_000 {
		t.Errorf("got %v, %v left", got, d.held.In("stamps").Points)
	}
}

func TestWhatASaleEarnsCanBeSpentAtOnce(t *testing.T) {
	rules := with(programme.Reward{Name: "Korting", Wallet: wallet, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1_00})
	rules.Earn = []programme.Rule{{Name: "base", Wallet: wallet, Points: ledger.Unit, Per: 10_00, Step: ledger.Unit, Rounding: programme.Floor}}
	for _, c := range []struct {
		at      bool
		earns   programme.TenderEarns
		most    ledger.Points
		balance ledger.Points // with all of it spent
	}{
		{false, programme.EarnsNotPart, 2, 9},
		{true, programme.EarnsFully, 12, 0},
		{true, programme.EarnsNotPart, 10, 1}, // of 90.00 that are paid: 9, so that 2 + 9 - 10 are left; with 11 it would be 8
	} {
		for _, joined := range []bool{false, true} {
			rules.Wallets[0].SpentAtOnce, rules.Base.Redeeming = c.at, c.earns
			d := desk{rules: rules, cover: redeem.Cover{Alone: !joined, Now: now}, held: holds(2_000, own(99, one, 2_000))}
			b := sale(100_00)
			offer := redeem.Offers(d.scene(b), d.cover, b)[0]
			if offer.Most != c.most*ledger.Unit {
				t.Errorf("%+v: offered %+v", c, offer.Most)
				continue
			}
			if _, err := redeem.Decide(d.scene(b), d.cover, b, redeem.Wish{Reward: "Korting", Points: offer.Most + ledger.Unit}); err == nil {
				t.Errorf("%+v: one more was given", c)
			}
			d.sell(t, b, redeem.Wish{Reward: "Korting", Points: offer.Most})
			if got := d.held.In(wallet).Points; got != c.balance*ledger.Unit {
				t.Errorf("%+v: %v left", c, got)
			}
		}
	}
}

func TestWhatIsHadWithoutAskingComesFirst(t *testing.T) {
	perk := programme.Reward{Name: "Clubprijs", Wallet: wallet, Kind: programme.Fixed, Gives: programme.GivesPercent, Percent: 40_00, Automatic: true, If: programme.Condition{Clubs: []string{"book"}}}
	rules := with(perk, perPoint())
	rules.Clubs = []programme.Club{{Name: "book"}}
	b := sale(30_00)
	s := at(rules, b)
	if had, err := redeem.Automatic(s, alone, b); len(had) != 0 || err != nil {
		t.Fatalf("who is not of the club had %+v, %v", had, err)
	}
	s.Holding.Positions = append(s.Holding.Positions, ledger.Position{Wallet: "club/book", Points: ledger.Unit})
	had, err := redeem.Automatic(s, alone, b)
	if err != nil || len(had) != 1 || had[0].Left.Total != 18_00 || had[0].Points != 0 || len(had[0].Entries) != 0 || had[0].Earning.Total != 18_00 {
		t.Fatalf("got %+v, %v", had, err)
	}
	if offers := redeem.Offers(s, alone.After(had[0]), had[0].Left); len(offers) != 1 || offers[0].Most != 1_000*ledger.Unit {
		t.Errorf("then %+v", offers)
	}
	if _, err := redeem.Decide(s, alone, b, redeem.Wish{Reward: "Clubprijs"}); err == nil {
		t.Error("what is had without asking was asked for and given")
	}
}
