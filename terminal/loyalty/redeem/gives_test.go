package redeem_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
)

const today = ledger.Day("2026-11-22")

// shelf is a sale of goods: product, pieces, amount, and what more a line has.
func shelf(lines ...basket.Line) basket.Basket {
	b := sale()
	for i, l := range lines {
		l.ID = fmt.Sprint(i + 1)
		b.Total += l.Amount
		b.Lines = append(b.Lines, l)
	}
	return b
}

func goods(product string, pieces int64, amount basket.Money, tags ...string) basket.Line {
	return basket.Line{Product: product, Quantity: pieces * 1000, Amount: amount, Tags: tags}
}

// at is a scene on the day, of an account with 1,000 of each wallet.
func at(rules programme.Rules, b basket.Basket) scene.Scene {
	h := holds(1_000 * ledger.Unit)
	h.Positions = append(h.Positions, ledger.Position{Wallet: "stamps", Points: 1_000 * ledger.Unit})
	return scene.Scene{Rules: rules, Holding: h, House: ledger.Holding{Account: ledger.Account{0xff}, Known: true}, Basket: b, Moment: ledger.Moment{Day: today}}
}

var alone = redeem.Cover{Alone: true, Now: now}

func code(err error) programme.Code {
	var no *programme.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

func TestWhatComesOffTheLines(t *testing.T) {
	only := func(product string) programme.Selector { return programme.Selector{Products: []string{product}} }
	cases := []struct {
		name   string
		reward programme.Reward
		base   programme.Base
		basket basket.Basket
		points ledger.Points
		off    []int64 // of each line; nil for a refusal
		code   programme.Code
	}{
		{"40 % off hardcover bestsellers: 30.00 is 18.00",
			programme.Reward{Gives: programme.GivesPercent, Percent: 40_00, Lines: programme.Selector{Tags: []string{"hardcover bestseller"}}}, programme.Base{},
			shelf(goods("book", 1, 30_00, "hardcover bestseller"), goods("pen", 1, 2_00)), 0, []int64{12_00, 0}, ""},
		{"a percentage, rounded down", programme.Reward{Gives: programme.GivesPercent, Percent: 33_33}, programme.Base{}, sale(99), 0, []int64{32}, ""},
		{"a percentage, half up", programme.Reward{Gives: programme.GivesPercent, Percent: 50_00, Rounding: programme.HalfUp}, programme.Base{}, sale(99), 0, []int64{50}, ""},
		{"shared out, so that the parts add up", programme.Reward{Gives: programme.GivesPercent, Percent: 10_00}, programme.Base{}, sale(3_33, 3_33, 3_34), 0, []int64{33, 33, 34}, ""},
		{"at most a share of the total", programme.Reward{Gives: programme.GivesPercent, Percent: 50_00, MaxPercent: 10}, programme.Base{}, sale(10_00), 0, []int64{1_00}, ""},
		{"nothing of it is there", programme.Reward{Gives: programme.GivesPercent, Percent: 40_00, Lines: only("book")}, programme.Base{}, shelf(goods("pen", 1, 2_00)), 0, nil, programme.NotOnReceipt},
		{"of so little that it is nothing", programme.Reward{Gives: programme.GivesPercent, Percent: 1_00}, programme.Base{}, sale(99), 0, nil, programme.AboveCap},
		{"a discount of a line goes with it", programme.Reward{Gives: programme.GivesPercent, Percent: 50_00, Lines: only("book")}, programme.Base{},
			shelf(goods("book", 1, 10_00), basket.Line{Kind: "discount", Amount: -4_00, Of: "1"}, goods("pen", 1, 2_00)), 0, []int64{3_00, 0, 0}, ""},
		{"what is excluded stays", programme.Reward{Gives: programme.GivesPercent, Percent: 100_00}, programme.Base{Excluded: programme.Selector{Kinds: []string{"deposit"}}},
			shelf(goods("cola", 1, 2_00), basket.Line{Kind: "deposit", Amount: 15}), 0, []int64{2_00, 0}, ""},
		{"an amount takes nothing off what is excluded", programme.Reward{Points: ledger.Unit, Value: 2_00}, programme.Base{Excluded: programme.Selector{Kinds: []string{"deposit"}}},
			shelf(goods("cola", 1, 1_90), basket.Line{Kind: "deposit", Amount: 15}), ledger.Unit, nil, programme.AboveCap},
		{"what a discount on the sale took cannot come off again", programme.Reward{Points: ledger.Unit, Value: 5_00, Lines: only("book")}, programme.Base{},
			shelf(goods("book", 1, 10_00), basket.Line{Kind: "discount", Amount: -6_00}), ledger.Unit, nil, programme.AboveCap},
		{"an amount off what it is for", programme.Reward{Points: ledger.Unit, Value: 2_00, Lines: only("pen")}, programme.Base{},
			shelf(goods("book", 1, 10_00), goods("pen", 2, 3_00)), ledger.Unit, []int64{0, 2_00}, ""},
		{"a free one of three for 10.00", programme.Reward{Points: ledger.Unit, Lines: only("tea")}, programme.Base{}, shelf(goods("tea", 3, 10_00)), ledger.Unit, []int64{3_33}, ""},
		{"two free ones of three for 10.00", programme.Reward{Points: ledger.Unit, Lines: only("tea")}, programme.Base{}, shelf(goods("tea", 3, 10_00)), 2 * ledger.Unit, []int64{6_66}, ""},
		{"all three", programme.Reward{Points: ledger.Unit, Lines: only("tea")}, programme.Base{}, shelf(goods("tea", 3, 10_00)), 3 * ledger.Unit, []int64{10_00}, ""},
		{"a fourth is not there", programme.Reward{Points: ledger.Unit, Lines: only("tea")}, programme.Base{}, shelf(goods("tea", 3, 10_00)), 4 * ledger.Unit, nil, programme.AboveCap},
		{"the cheapest", programme.Reward{Points: ledger.Unit, Target: programme.TargetCheapest}, programme.Base{},
			shelf(goods("a", 1, 3_00), goods("b", 2, 5_00), goods("c", 1, 4_00)), ledger.Unit, []int64{0, 2_50, 0}, ""},
		{"the dearest", programme.Reward{Points: ledger.Unit, Target: programme.TargetDearest}, programme.Base{},
			shelf(goods("a", 1, 3_00), goods("b", 2, 5_00), goods("c", 1, 4_00)), ledger.Unit, []int64{0, 0, 4_00}, ""},
		{"of equals the first", programme.Reward{Points: ledger.Unit, Target: programme.TargetDearest}, programme.Base{}, shelf(goods("a", 1, 3_00), goods("b", 1, 3_00)), ledger.Unit, []int64{3_00, 0}, ""},
		{"half of the cheapest", programme.Reward{Points: ledger.Unit, Target: programme.TargetCheapest, Gives: programme.GivesPercent, Percent: 50_00, Rounding: programme.HalfUp}, programme.Base{},
			shelf(goods("a", 1, 3_01), goods("b", 1, 2_99)), ledger.Unit, []int64{0, 1_50}, ""},
		{"all of the cheapest is a free one", programme.Reward{Points: ledger.Unit, Target: programme.TargetCheapest, Gives: programme.GivesPercent, Percent: 100_00}, programme.Base{},
			shelf(goods("a", 1, 3_01), goods("b", 2, 2_99)), ledger.Unit, []int64{0, 1_49}, ""},
		{"what is weighed is one piece", programme.Reward{Points: ledger.Unit, Lines: only("ham")}, programme.Base{}, shelf(basket.Line{Product: "ham", Quantity: 355, Amount: 4_26}), ledger.Unit, []int64{4_26}, ""},
		{"paid with points, nothing comes off", programme.Reward{Kind: programme.PerPoint, Points: ledger.Unit, Value: 1_00, Tender: true}, programme.Base{Excluded: programme.Selector{Kinds: []string{"deposit"}}},
			shelf(goods("cola", 1, 2_00), basket.Line{Kind: "deposit", Amount: 2_00}), 3 * ledger.Unit, []int64{1_50, 1_50}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := c.reward
			r.Name, r.Wallet = "r", wallet
			if r.Kind == "" {
				r.Kind = programme.Fixed
			}
			rules := with(r)
			rules.Base = c.base
			s := at(rules, c.basket)
			o, err := redeem.Decide(s, alone, c.basket, redeem.Wish{Reward: "r", Points: c.points})
			if code(err) != c.code || (err == nil) != (c.off != nil) {
				t.Fatalf("got %v, want %q", err, c.code)
			}
			offer := redeem.Offers(s, alone, c.basket)[0]
			if can := offer.Refusal == nil && c.points >= offer.Least && c.points <= offer.Most; can != (err == nil) {
				t.Errorf("offered %+v", offer)
			}
			if err != nil {
				return
			}
			var sum int64
			for i, l := range c.basket.Lines {
				sum += c.off[i]
				if l.Amount-o.Left.Lines[i].Amount != basket.Money(c.off[i]) {
					t.Errorf("line %d costs %d, was %d", i+1, o.Left.Lines[i].Amount, l.Amount)
				}
			}
			if int64(o.Discount+o.Pays) != sum || c.basket.Total-o.Left.Total != basket.Money(sum) || r.Tender != (o.Pays > 0) || r.Tender == (o.Discount > 0) {
				t.Errorf("%d off, %d paid, %d left", o.Discount, o.Pays, o.Left.Total)
			}
			if len(o.Shares) != 1 || !reflect.DeepEqual(o.Shares[0].Base, c.off) || o.Shares[0].Entry != len(o.Entries) {
				t.Errorf("shares %+v of %+v", o.Shares, o.Entries)
			}
			var spent ledger.Points
			for _, p := range o.Shares[0].Points {
				spent -= p
			}
			if spent != c.points || o.Points != c.points {
				t.Errorf("%v spent for lines, want %v", spent, c.points)
			}
		})
	}
}

func TestWhatIsGivenBesidesMoneyOff(t *testing.T) {
	rules := with(
		programme.Reward{Name: "cash", Wallet: wallet, Kind: programme.PerPoint, Points: 100 * ledger.Unit, Value: 1_00, Gives: programme.GivesCash},
		programme.Reward{Name: "tree", Wallet: wallet, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1, Gives: programme.GivesDonation, Share: 50, Minimum: 10 * ledger.Unit},
		programme.Reward{Name: "sea", Wallet: wallet, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1, Gives: programme.GivesDonation, Causes: []string{"sea"}},
		programme.Reward{Name: "miles", Wallet: wallet, Kind: programme.PerPoint, Points: 2 * ledger.Unit, Value: 1, Gives: programme.GivesPoints, Into: "stamps", IntoPoints: ledger.Unit, Partner: "Zeil"},
		programme.Reward{Name: "lounge", Wallet: wallet, Kind: programme.Fixed, Points: 50 * ledger.Unit, Gives: programme.GivesPerk},
	)
	rules.Causes = []programme.Cause{{Name: "sea"}, {Name: "woods"}}
	rules.Wallets[1].Lapses, rules.Wallets[1].Expires, rules.Wallets[1].VestsAfter = true, programme.Validity{Months: 12, To: programme.ToYear}, 2
	none := basket.Basket{Currency: "EUR"} // also without a sale
	for _, c := range []struct {
		wish  redeem.Wish
		want  string
		money basket.Money
		code  programme.Code
	}{
		{redeem.Wish{Reward: "cash", Points: 200_000}, "[points redeem -200.000 at ]", 2_00, ""},
		{redeem.Wish{Reward: "tree", Points: 500_000, Cause: "woods"}, "[points donate -500.000 at cause:woods]", 5_00, ""},
		{redeem.Wish{Reward: "tree", Points: 501_000, Cause: "woods"}, "[]", 0, programme.AboveCap},
		{redeem.Wish{Reward: "tree", Points: 9_000, Cause: "woods"}, "[]", 0, programme.BelowMinimum},
		{redeem.Wish{Reward: "tree", Points: 500_000}, "[]", 0, programme.UnknownCause},
		{redeem.Wish{Reward: "sea", Points: 100_000}, "[points donate -100.000 at cause:sea]", 1_00, ""},
		{redeem.Wish{Reward: "sea", Points: 100_000, Cause: "woods"}, "[]", 0, programme.UnknownCause},
		{redeem.Wish{Reward: "miles", Points: 30_000}, "[points convert -30.000 at Zeil stamps convert 15.000 at  2026-11-24 to 2027-12-31 of Zeil]", 0, ""},
		{redeem.Wish{Reward: "miles", Points: 31_000}, "[]", 0, programme.NotAMultiple},
		{redeem.Wish{Reward: "lounge", Points: 50_000}, "[points redeem -50.000 at ]", 0, ""},
	} {
		s := at(rules, none)
		o, err := redeem.Decide(s, alone, none, c.wish)
		var got []string
		for _, e := range o.Entries {
			text := fmt.Sprintf("%s %s %.3f at %s", e.Wallet, e.Kind, float64(e.Points)/1000, e.At)
			if e.Expires != "" {
				text += fmt.Sprintf(" %s to %s of %s", e.Vests, e.Expires, e.Issuer)
			}
			got = append(got, text)
			if err := e.Validate(); err != nil {
				t.Error(err)
			}
		}
		if code(err) != c.code || fmt.Sprint(got) != c.want || o.Money != c.money || o.Discount != 0 {
			t.Errorf("%+v: %s with %d, %v", c.wish, got, o.Money, err)
		}
	}
}

func TestWhyARewardCannotBeHad(t *testing.T) {
	day := func(w ledger.Wallet, p ledger.Points, expires ledger.Day) ledger.Position {
		return ledger.Position{Wallet: w, Points: p, Lots: ledger.Lots{Open: []ledger.Lot{{Points: p, Expires: expires}}}}
	}
	capped := func(of programme.Whose, per programme.Period, times int64) programme.Reward {
		return programme.Reward{Caps: []programme.Cap{{Times: times, Per: per, Of: of}}}
	}
	on := func(c programme.Condition) programme.Reward { return programme.Reward{If: c} }
	cases := []struct {
		name   string
		reward programme.Reward
		member []ledger.Position
		house  []ledger.Position
		want   programme.Code
	}{
		{"of another tier", on(programme.Condition{Tiers: []string{"gold"}}), nil, nil, programme.NotForYou},
		{"of the tier", on(programme.Condition{Tiers: []string{"gold"}}), []ledger.Position{day("tier/ladder", 100*ledger.Unit, "")}, nil, ""},
		{"of no club", on(programme.Condition{Clubs: []string{"book"}}), nil, nil, programme.NotForYou},
		{"of the club, on its last day", on(programme.Condition{Clubs: []string{"book"}}), []ledger.Position{day("club/book", ledger.Unit, today)}, nil, ""},
		{"not yet", on(programme.Condition{From: "2026-11-23"}), nil, nil, programme.NotNow},
		{"not any more", on(programme.Condition{Until: "2026-11-21"}), nil, nil, programme.NotNow},
		{"without the code", on(programme.Condition{Codes: []string{"ZOMER26"}}), nil, nil, programme.NotNow},
		{"too small a sale", on(programme.Condition{MinTotal: 10_01}), nil, nil, programme.AboveCap},
		{"had once already", capped(programme.OfMember, programme.PerDay, 1), []ledger.Position{day("cap/reward/r/times/day", ledger.Unit, today)}, nil, programme.HadAlready},
		{"had once yesterday", capped(programme.OfMember, programme.PerDay, 1), []ledger.Position{day("cap/reward/r/times/day", ledger.Unit, "2026-11-21")}, nil, ""},
		{"the last but one is there", capped(programme.OfTerminal, programme.PerEver, 2), nil, []ledger.Position{day("cap/reward/r/times/ever", ledger.Unit, "")}, ""},
		{"sold out", capped(programme.OfTerminal, programme.PerEver, 2), nil, []ledger.Position{day("cap/reward/r/times/ever", 2*ledger.Unit, "")}, programme.SoldOut},
		{"another cashier gave it", capped(programme.OfCashier, programme.PerDay, 1), nil, []ledger.Position{day("cap/reward/r/times/day/Ada", ledger.Unit, today)}, ""},
		{"the cashier gave it", capped(programme.OfCashier, programme.PerDay, 1), nil, []ledger.Position{day("cap/reward/r/times/day/Bo", ledger.Unit, today)}, programme.SoldOut},
		{"a budget in points is used up", programme.Reward{Caps: []programme.Cap{{Points: 100 * ledger.Unit, Per: programme.PerMonth, Of: programme.OfTerminal}}}, nil,
			[]ledger.Position{day("cap/reward/r/points/month", 91*ledger.Unit, "2026-11-30")}, programme.SoldOut},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := c.reward
			r.Name, r.Wallet, r.Kind, r.Points, r.Value = "r", wallet, programme.Fixed, 10*ledger.Unit, 1_00
			rules := with(r)
			rules.Ladders = []programme.Ladder{{Name: "ladder", On: programme.OnSpend, Levels: []programme.Level{{Name: "gold", From: 100 * ledger.Unit}}}}
			rules.Clubs = []programme.Club{{Name: "book"}}
			s := at(rules, sale(10_00))
			s.Holding.Positions, s.House.Positions, s.Cashier = append(s.Holding.Positions, c.member...), c.house, "Bo"
			o, err := redeem.Decide(s, alone, s.Basket, redeem.Wish{Reward: "r", Points: 10 * ledger.Unit})
			if code(err) != c.want || (err == nil) != (c.want == "") {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if offer := redeem.Offers(s, alone, s.Basket)[0]; (offer.Refusal == nil) != (err == nil) {
				t.Errorf("offered %+v", offer)
			}
			if err != nil || len(r.Caps) == 0 {
				return
			}
			counts := o.Entries[len(o.Entries)-1]
			house := r.Caps[0].Of != programme.OfMember
			if !counts.Wallet.Counter() || counts.Expires != r.Caps[0].Per.Ends(today) || (counts.Account == s.House.Account) != house {
				t.Errorf("counted as %+v", counts)
			}
			// What will be counted is set aside too.
			if parts := redeem.Parts([]redeem.Outcome{o}); len(parts) != 2 || parts[0].Points != 10*ledger.Unit ||
				parts[1].Wallet != counts.Wallet || parts[1].Points != ledger.Unit || parts[1].House != house || house != (parts[1].Account == ledger.Account{}) {
				t.Errorf("a hold has %+v", parts)
			}
			// The next one sees it.
			s.Holding, s.House = o.After, o.House
			if _, err := redeem.Decide(s, alone.After(o), o.Left, redeem.Wish{Reward: "r", Points: 10 * ledger.Unit}); code(err) != programme.HadAlready && code(err) != programme.SoldOut {
				t.Errorf("once more: %v", err)
			}
		})
	}
}

// Points are spent out of what lapses first, one entry for each issuer, and
// what has lapsed or is still to vest is not spent.
func TestSpendingByLots(t *testing.T) {
	r := perPoint()
	s := at(with(r), sale(100_00))
	s.Basket.Partner = "Bakker"
	lots := []ledger.Lot{
		{Points: 5_000, Expires: "2026-11-21"}, {Points: 10_000, Expires: "2026-12-31", Issuer: "Slager"}, {Points: 20_000, Expires: "2027-12-31"},
		{Points: 7_000, Expires: "2028-12-31", Vests: "2026-12-01"}, {Points: 30_000},
	}
	s.Holding.Positions = []ledger.Position{{Wallet: wallet, Points: 72_000, Lots: ledger.Lots{Open: lots}}}
	if _, err := redeem.Decide(s, alone, s.Basket, redeem.Wish{Reward: r.Name, Points: 61_000}); code(err) != programme.TooFewPoints {
		t.Errorf("more than can be spent today: %v", err)
	}
	o, err := redeem.Decide(s, alone, s.Basket, redeem.Wish{Reward: r.Name, Points: 45_000})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Entry{
		{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -10_000, Issuer: "Slager", At: "Bakker"},
		{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -35_000, At: "Bakker"},
	}
	if !reflect.DeepEqual(o.Entries, want) {
		t.Errorf("got %+v", o.Entries)
	}
	if got := o.Shares[1].Lots; !reflect.DeepEqual(got, []ledger.Lot{{Points: 20_000, Expires: "2027-12-31"}, {Points: 15_000}}) {
		t.Errorf("used %+v", got)
	}
	if spendable, pending, lapsed := o.After.In(wallet).On(today); spendable != 15_000 || pending != 7_000 || lapsed != 5_000 {
		t.Errorf("left %v, %v, %v", spendable, pending, lapsed)
	}
	if left := o.After.In(wallet).All().Open; !slices.Contains(left, ledger.Lot{Points: 15_000}) || len(left) != 3 {
		t.Errorf("left %+v", left)
	}
}

func TestPercentagesStack(t *testing.T) {
	ten := func(name string) programme.Reward {
		return programme.Reward{Name: name, Kind: programme.Fixed, Wallet: wallet, Points: ledger.Unit, Gives: programme.GivesPercent, Percent: 60_00}
	}
	for _, c := range []struct {
		stacking programme.Stacking
		want     basket.Money
		code     programme.Code
	}{
		{programme.Stacking{}, 24_00, ""}, // of the 40.00 that are left
		{programme.Stacking{Original: true}, 40_00, ""},
		{programme.Stacking{Most: 1}, 0, programme.HadAlready},
	} {
		rules := with(ten("a"), ten("b"))
		rules.Stacking = c.stacking
		s := at(rules, sale(100_00))
		first, err := redeem.Decide(s, alone, s.Basket, redeem.Wish{Reward: "a", Points: ledger.Unit})
		if err != nil || first.Discount != 60_00 {
			t.Fatal(first, err)
		}
		s.Holding = first.After
		second, err := redeem.Decide(s, alone.After(first), first.Left, redeem.Wish{Reward: "b", Points: ledger.Unit})
		if second.Discount != c.want || code(err) != c.code {
			t.Errorf("%+v: %d, %v", c.stacking, second.Discount, err)
		}
	}
}
