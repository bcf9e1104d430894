package earn_test

import (
	"fmt"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// chain is a programme with so many rules in force, as a chain has them: rates,
// offers on products and categories, multipliers by tier and day.
func chain(n int) programme.Rules {
	r := programme.Rules{
		Version: 1, Currency: "EUR", Wallets: []programme.Wallet{{Name: wallet, Lapses: true, Expires: programme.Validity{Months: 12, To: programme.ToYear}}, {Name: stamps}},
		Base: programme.Base{Excluded: programme.Selector{Kinds: []string{"deposit"}}},
		Sets: []programme.Set{{Name: "fresh", Selector: programme.Selector{Categories: []string{"c1", "c2", "c3"}}}},
		Ladders: []programme.Ladder{{Name: "status", On: programme.OnSpend, Window: programme.Validity{Months: 12},
			Levels: []programme.Level{{Name: "silver", From: 100_000}, {Name: "gold", From: 500_000}}}},
		Earn: []programme.Rule{named("base", programme.Rule{Rounding: programme.Carry})},
	}
	for i := 1; i < n; i++ {
		rule := programme.Rule{Lines: programme.Selector{Products: []string{fmt.Sprintf("8710400%06d", i)}}, Points: 2 * ledger.Unit}
		rule.If.From, rule.If.Until = "2026-11-01", "2026-11-30"
		switch i % 10 {
		case 1:
			rule.Lines = programme.Selector{Categories: []string{fmt.Sprintf("c%d", i%40)}}
		case 2:
			rule = programme.Rule{Wallet: stamps, Counts: programme.Units, Lines: programme.Selector{Sets: []string{"fresh"}}}
		case 3:
			rule = programme.Rule{Counts: programme.Order, Caps: []programme.Cap{{Times: 3, Per: programme.PerDay}}}
			rule.If.MinTotal = basket.Money(i) * 100
		case 4:
			rule = programme.Rule{Counts: programme.Multiple, Factor: ledger.Fraction{Num: 3, Den: 2}, Bonus: true, Lines: rule.Lines}
			rule.If.Tiers, rule.If.Hours = []string{"gold"}, []programme.Hours{{From: 9 * 60, Until: 18 * 60}}
		case 5:
			rule.If.Weekdays = []time.Weekday{time.Tuesday}
		}
		r.Earn = append(r.Earn, named(fmt.Sprintf("rule %d", i), rule))
	}
	return r
}

// trolley is a receipt of twenty lines.
func trolley() basket.Basket {
	b := sale()
	for i := range 20 {
		l := basket.Line{ID: fmt.Sprint(i), Product: fmt.Sprintf("8710400%06d", i*7), Amount: basket.Money(99 + 37*i), Category: fmt.Sprintf("c%d", i)}
		b.Total += l.Amount
		b.Lines = append(b.Lines, l)
	}
	return b
}

func BenchmarkAwardRules(b *testing.B) {
	h := holding(0, ledger.Fraction{Num: 1000, Den: 3})
	h.Positions = append(h.Positions, ledger.Position{Wallet: "tier/status", Points: 700_000})
	when := ledger.Moment{At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Day: "2026-11-22", Trusted: true}
	for _, n := range []int{5, 50, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := scene.Scene{Rules: chain(n), Holding: h, Basket: trolley()}.On(when, nil)
			for b.Loop() {
				if _, err := earn.Award(s, s.Basket); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
