package earn_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// A journey is a member and a terminal from sale to sale.
type journey struct {
	rules   programme.Rules
	holding ledger.Holding
	house   ledger.Holding
	cashier string
}

var house = ledger.Account{9}

func (j *journey) at(day ledger.Day, b basket.Basket) (earn.Outcome, error) {
	s := scene.Scene{Rules: j.rules, Holding: j.holding, House: j.house, Basket: b, Cashier: j.cashier}.On(ledger.Moment{Day: day}, nil)
	o, err := earn.Award(s, b)
	if err != nil {
		return o, err
	}
	j.holding = o.After
	j.house.Positions = slices.Clone(j.house.Positions)
	for _, e := range o.Entries {
		if e.Account == house {
			if err := j.house.Apply(e, day); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

func travelling(r programme.Rules) *journey {
	return &journey{rules: r, holding: member, house: ledger.Holding{Account: house}, cashier: "Bo"}
}

func TestCaps(t *testing.T) {
	points := func(most int64, c programme.Cap) programme.Cap {
		c.Points = ledger.Points(most) * ledger.Unit
		return c
	}
	cases := []struct {
		name string
		caps []programme.Cap
		days []ledger.Day // a sale of 10.00 on each
		want string
	}{
		{"a purchase", []programme.Cap{points(4, programme.Cap{Per: programme.PerPurchase})}, days("2026-11-22", "2026-11-22"), "[4 4]"},
		{"a day, cut", []programme.Cap{points(15, programme.Cap{Per: programme.PerDay})}, days("2026-11-22", "2026-11-22", "2026-11-22", "2026-11-23"), "[10 5 0 10]"},
		{"a day, refused", []programme.Cap{points(15, programme.Cap{Per: programme.PerDay, Refuse: true})}, days("2026-11-22", "2026-11-22", "2026-11-23"), "[10 0 10]"},
		{"a week", []programme.Cap{points(12, programme.Cap{Per: programme.PerWeek})}, days("2026-11-21", "2026-11-22", "2026-11-23"), "[10 2 10]"},
		{"a month", []programme.Cap{points(12, programme.Cap{Per: programme.PerMonth})}, days("2026-11-01", "2026-11-30", "2026-12-01"), "[10 2 10]"},
		{"a year", []programme.Cap{points(12, programme.Cap{Per: programme.PerYear})}, days("2026-01-01", "2026-12-31", "2027-01-01"), "[10 2 10]"},
		{"ever", []programme.Cap{points(12, programme.Cap{Per: programme.PerEver})}, days("2026-01-01", "2027-12-31", "2036-01-01"), "[10 2 0]"},
		{"twice a day", []programme.Cap{{Times: 2, Per: programme.PerDay}}, days("2026-11-22", "2026-11-22", "2026-11-22", "2026-11-23"), "[10 10 0 10]"},
		{"once, and so much a month", []programme.Cap{{Times: 1, Per: programme.PerDay}, points(13, programme.Cap{Per: programme.PerMonth})}, days("2026-11-22", "2026-11-22", "2026-11-23"), "[10 0 3]"},
		{"of the terminal", []programme.Cap{points(15, programme.Cap{Per: programme.PerDay, Of: programme.OfTerminal})}, days("2026-11-22", "2026-11-22"), "[10 5]"},
		{"of the cashier", []programme.Cap{points(15, programme.Cap{Per: programme.PerDay, Of: programme.OfCashier})}, days("2026-11-22", "2026-11-22"), "[10 5]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, rounding := range []programme.Rounding{programme.Floor, programme.Carry} {
				j := travelling(rules(named("base", programme.Rule{Caps: c.caps, Rounding: rounding})))
				if rounding == programme.Carry {
					j.rules.Earn[0].Rounding = programme.Carry
				}
				var got []ledger.Points
				for _, day := range c.days {
					o, err := j.at(day, sale(4_00, 6_00))
					if err != nil {
						t.Fatal(err)
					}
					addUp(t, o, sale(4_00, 6_00))
					got = append(got, o.Gains[0].Points)
				}
				if fmt.Sprint(got) != c.want {
					t.Errorf("%s: got %v, want %s", rounding, got, c.want)
				}
			}
		})
	}
}

func days(all ...ledger.Day) []ledger.Day { return all }

func TestACapOfTheTerminalIsForAllItsMembersAndOneOfACashierForOne(t *testing.T) {
	for _, of := range []programme.Whose{programme.OfTerminal, programme.OfCashier} {
		j := travelling(rules(named("base", programme.Rule{Caps: []programme.Cap{{Times: 1, Per: programme.PerDay, Of: of}}})))
		give := func() ledger.Points {
			o, err := j.at("2026-11-22", total(5_00))
			if err != nil {
				t.Fatal(err)
			}
			return o.Gains[0].Points
		}
		first := give()
		j.holding = ledger.Holding{Account: ledger.Account{2}, Known: true}
		second := give()
		j.cashier = "Anna"
		third := give()
		want := map[programme.Whose]string{programme.OfTerminal: "5 0 0", programme.OfCashier: "5 0 5"}[of]
		if got := fmt.Sprint(first, second, third); got != want {
			t.Errorf("%s: got %s, want %s", of, got, want)
		}
		if len(j.holding.Positions) > 1 {
			t.Errorf("%s: the member counts %+v", of, j.holding.Positions)
		}
	}
}

// Whatever is sold on whatever days, no period ever has more than its cap.
func TestCapsAreNeverExceeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		per := rapid.SampledFrom([]programme.Period{programme.PerDay, programme.PerWeek, programme.PerMonth, programme.PerYear, programme.PerEver}).Draw(t, "per")
		most := ledger.Points(rapid.Int64Range(1, 40).Draw(t, "most")) * ledger.Unit
		times := rapid.Int64Range(1, 4).Draw(t, "times")
		c := programme.Cap{Points: most, Per: per, Refuse: rapid.Bool().Draw(t, "refuse"), Of: rapid.SampledFrom([]programme.Whose{programme.OfMember, programme.OfTerminal, programme.OfCashier}).Draw(t, "of")}
		if rapid.Bool().Draw(t, "count times") {
			c.Points, c.Times = 0, times
		}
		rule := named("base", programme.Rule{Caps: []programme.Cap{c}, Rounding: rapid.SampledFrom(programme.Roundings()).Draw(t, "rounding")})
		j := travelling(rules(rule))
		sums, counts := make(map[ledger.Day]ledger.Points), make(map[ledger.Day]int64)
		day := ledger.Day("2026-11-22")
		for range rapid.IntRange(1, 12).Draw(t, "sales") {
			day = programme.After(day, rapid.IntRange(0, 9).Draw(t, "days"))
			o, err := j.at(day, total(basket.Money(rapid.Int64Range(0, 30_00).Draw(t, "paid"))))
			if err != nil {
				t.Fatal(err)
			}
			period := per.Ends(day)
			if p := o.Gains[0].Points; p > 0 {
				sums[period], counts[period] = sums[period]+p, counts[period]+1
			}
			if c.Times > 0 && counts[period] > c.Times || c.Points > 0 && sums[period] > c.Points {
				t.Fatalf("%s: %v in %d sales of the period to %s", per, sums[period], counts[period], period)
			}
		}
	})
}

func TestBestIsNeverMoreThanAllNorLessThanAnyOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBasket(t)
		var all []programme.Rule
		for i := range rapid.IntRange(1, 5).Draw(t, "rules") {
			all = append(all, drawRule(t, fmt.Sprint(i), programme.Floor, programme.HalfUp, programme.Ceil))
			all[i].Group, all[i].Wallet = "g", wallet
		}
		sum := make(map[programme.Combine]ledger.Points)
		for _, combine := range []programme.Combine{programme.All, programme.Best, programme.First, programme.Exclusive} {
			r := rules(all...)
			r.Groups = []programme.Group{{Name: "g", Combine: combine}}
			o, err := award(r, member, b)
			if err != nil {
				t.Fatal(err)
			}
			addUp(t, o, b)
			for _, g := range o.Gains {
				sum[combine] += g.Points
			}
		}
		for _, one := range all {
			one.Group = ""
			o, err := award(rules(one), member, b)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range o.Gains {
				if g.Points > sum[programme.Best] {
					t.Fatalf("%s gives %v, the best of all %v", g.Rule, g.Points, sum[programme.Best])
				}
			}
		}
		if sum[programme.Best] > sum[programme.All] || sum[programme.First] != sum[programme.Exclusive] || sum[programme.First] > sum[programme.Best] {
			t.Fatalf("got %v", sum)
		}
	})
}

// drawBasket is any basket that a till can send.
func drawBasket(t *rapid.T) basket.Basket {
	b := sale()
	n := rapid.IntRange(0, 8).Draw(t, "lines")
	if n == 0 {
		b.Total = basket.Money(rapid.Int64Range(0, 200_00).Draw(t, "total"))
		return b
	}
	var sum basket.Money
	for i := range n {
		l := basket.Line{
			ID: fmt.Sprint(i + 1), Amount: basket.Money(rapid.Int64Range(-20_00, 60_00).Draw(t, "amount")),
			Quantity: rapid.SampledFrom([]int64{0, 1000, 2000, 355}).Draw(t, "quantity"),
			Category: rapid.SampledFrom([]string{"", "coffee", "tea"}).Draw(t, "category"),
			Product:  rapid.SampledFrom([]string{"", "871001", "990001"}).Draw(t, "product"),
			Kind:     rapid.SampledFrom([]string{"", "", "deposit", "discount"}).Draw(t, "kind"),
			Of:       rapid.SampledFrom([]string{"", "1"}).Draw(t, "of"),
		}
		l.Tax = l.Amount / 11
		sum += l.Amount
		b.Lines = append(b.Lines, l)
	}
	if sum < 0 {
		b.Lines = append(b.Lines, basket.Line{Amount: -sum, Product: "871001"})
		sum = 0
	}
	b.Total = sum
	for _, kind := range rapid.SliceOfN(rapid.SampledFrom([]string{"card", "gift_card"}), 0, 2).Draw(t, "tenders") {
		b.Tenders = append(b.Tenders, basket.Tender{Kind: kind, Amount: basket.Money(rapid.Int64Range(-5_00, 50_00).Draw(t, "tender"))})
	}
	return b
}

// drawRule is any rule on amounts, orders or units.
func drawRule(t *rapid.T, name string, modes ...programme.Rounding) programme.Rule {
	r := drawRate(t, modes...)
	r.Name, r.Wallet = name, rapid.SampledFrom([]ledger.Wallet{wallet, stamps}).Draw(t, "wallet")
	r.Counts = rapid.SampledFrom([]programme.Measure{programme.Amount, programme.Amount, programme.Units, programme.Order}).Draw(t, "counts")
	r.Lines = rapid.SampledFrom([]programme.Selector{{}, {Categories: []string{"coffee"}}, {Products: []string{"87*"}, Not: &programme.Selector{Categories: []string{"tea"}}}}).Draw(t, "selector")
	r.WholePer = rapid.Bool().Draw(t, "whole")
	if r.Rounding != programme.Carry && rapid.Bool().Draw(t, "each line") {
		r.RoundEach = programme.RoundLine
	}
	r.Bonus = rapid.Bool().Draw(t, "bonus")
	if rapid.IntRange(0, 3).Draw(t, "capped") == 0 {
		r.Caps = []programme.Cap{{Points: ledger.Points(rapid.Int64Range(1, 30).Draw(t, "cap")) * r.Step, Per: programme.PerPurchase}}
	}
	return r
}

func drawBase(t *rapid.T) programme.Base {
	base := programme.Base{
		BeforeTax: rapid.Bool().Draw(t, "before tax"), BeforeDiscount: rapid.Bool().Draw(t, "before discount"), DiscountShared: rapid.Bool().Draw(t, "shared"),
		Tenders: map[string]programme.TenderEarns{"gift_card": rapid.SampledFrom([]programme.TenderEarns{programme.EarnsFully, programme.EarnsNotPart, programme.EarnsNothing}).Draw(t, "gift card")},
	}
	if rapid.Bool().Draw(t, "no deposit") {
		base.Excluded.Kinds = []string{"deposit"}
	}
	return base
}

// Everything adds up, and nothing is below zero, whatever the rules and the
// basket are.
func TestAnyAwardAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []programme.Rule
		for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
			r := drawRule(t, fmt.Sprint(i), programme.Roundings()...)
			if rapid.IntRange(0, 3).Draw(t, "multiple") == 0 {
				r.Counts, r.Factor, r.Exact = programme.Multiple, fraction(t, rapid.Int64Range(1, 7).Draw(t, "factor"), 2), rapid.Bool().Draw(t, "exact")
			}
			r.Group = rapid.SampledFrom([]string{"", "", "best", "exclusive"}).Draw(t, "group")
			all = append(all, r)
		}
		r := rules(all...)
		r.Base = drawBase(t)
		r.Groups = []programme.Group{{Name: "best", Combine: programme.Best}, {Name: "exclusive", Combine: programme.Exclusive}}
		r.Wallets = []programme.Wallet{{Name: stamps, Most: ledger.Points(rapid.Int64Range(0, 50).Draw(t, "most")) * ledger.Unit}}
		b := drawBasket(t)
		h := holding(0, drawRest(t))
		o, err := award(r, h, b)
		if err != nil {
			t.Fatal(err)
		}
		addUp(t, o, b)
		var worth ledger.Points
		for _, p := range o.After.Positions {
			sum, _, _ := p.On(day.Day)
			worth += sum
		}
		var gained ledger.Points
		for _, g := range o.Gains {
			gained += g.Points
		}
		if worth != gained {
			t.Fatalf("holds %v after gaining %v", worth, gained)
		}
	})
}

// Rules that are all added give the same in whatever order they stand.
func TestTheOrderOfRulesChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []programme.Rule
		for i := range rapid.IntRange(2, 6).Draw(t, "rules") {
			r := drawRule(t, fmt.Sprint(i), programme.Roundings()...)
			if r.Rounding == programme.Carry {
				r.Step, r.Caps = ledger.Unit, nil // one wallet carries in one step
			}
			if rapid.IntRange(0, 3).Draw(t, "multiple") == 0 && r.Rounding != programme.Carry {
				r.Counts, r.Factor, r.Exact = programme.Multiple, fraction(t, rapid.Int64Range(1, 7).Draw(t, "factor"), 2), rapid.Bool().Draw(t, "exact")
			}
			all = append(all, r)
		}
		b := drawBasket(t)
		// What comes back with a sale, and a whole sale of it, can round either way
		// at each rule: nothing of either is below zero here.
		for _, l := range b.Lines {
			if l.Amount < 0 {
				return
			}
		}
		multiples := slices.ContainsFunc(all, func(r programme.Rule) bool { return r.Counts == programme.Multiple })
		carries := slices.ContainsFunc(all, func(r programme.Rule) bool { return r.Rounding == programme.Carry })
		if multiples && carries {
			return // which rule a carried point falls to says what is multiplied
		}
		h := holding(0, fraction(t, rapid.Int64Range(0, 999).Draw(t, "rest"), 1))
		there, err := award(rules(all...), h, b)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(all)
		back, err := award(rules(all...), h, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []ledger.Wallet{wallet, stamps} {
			if x, y := there.After.In(w), back.After.In(w); x.Points != y.Points || x.Rest != y.Rest {
				t.Fatalf("%s: %v and %v, the other way round %v and %v", string(w), x.Points, x.Rest, y.Points, y.Rest)
			}
		}
	})
}
