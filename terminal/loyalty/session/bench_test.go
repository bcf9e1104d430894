package session_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// chain is a programme with so many rules in force, as a chain's head office
// has them: offers on articles and categories, limits, multiples by tier and
// hour, a tenth of them rewards.
func chain(rules int) session.Counter {
	c := rewarding()
	c.Rules.Ladders = []programme.Ladder{{Name: "status", On: programme.OnSpend, Window: programme.Validity{Months: 12},
		Levels: []programme.Level{{Name: "silver", From: 100 * ledger.Unit}, {Name: "gold", From: 500 * ledger.Unit}}}}
	plain := func(name string) programme.Rule {
		return programme.Rule{Name: name, Wallet: "points", Points: 2 * ledger.Unit, Per: 1_00, Step: ledger.Unit, Rounding: programme.Floor}
	}
	for i := len(c.Rules.Earn) + len(c.Rules.Rewards); i < rules; i++ {
		r := plain(fmt.Sprintf("rule %d", i))
		r.Lines = programme.Selector{Products: []string{fmt.Sprintf("8710400%06d", i)}}
		r.If.From, r.If.Until = "2026-11-01", "2026-11-30"
		switch i % 10 {
		case 0:
			c.Rules.Rewards = append(c.Rules.Rewards, programme.Reward{
				Name: fmt.Sprintf("reward %d", i), Wallet: "points", Kind: programme.Fixed, Points: ledger.Points(i) * ledger.Unit, Value: basket.Money(i),
			})
			continue
		case 1:
			r.Lines = programme.Selector{Categories: []string{fmt.Sprintf("c%d", i%40)}}
		case 2:
			r.Wallet, r.Counts, r.Per = "stamps", programme.Units, 1000
		case 3:
			r.Counts, r.Per, r.Caps = programme.Order, 1000, []programme.Cap{{Times: 3, Per: programme.PerDay}}
			r.If.MinTotal = basket.Money(i) * 100
		case 4:
			r.Counts, r.Factor, r.Bonus, r.Per = programme.Multiple, ledger.Fraction{Num: 3, Den: 2}, true, 1000
			r.If.Tiers, r.If.Hours = []string{"gold"}, []programme.Hours{{From: 9 * 60, Until: 18 * 60}}
		case 5:
			r.If.Weekdays = []time.Weekday{time.Tuesday}
		}
		c.Rules.Earn = append(c.Rules.Earn, r)
	}
	return c
}

// BenchmarkQuoteRules is what one quote costs on a receipt of twenty lines for a
// member with a tier, with 5, 50 and 500 rules in force, in turns.
func BenchmarkQuoteRules(b *testing.B) {
	const inTurn = 50
	sizes := []int{5, 50, 500}
	receipt := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR"}
	for i := range 20 {
		l := basket.Line{ID: fmt.Sprint(i), Product: fmt.Sprintf("8710400%06d", i*7), Amount: basket.Money(99 + 37*i), Category: fmt.Sprintf("c%d", i), Quantity: 1000}
		receipt.Total, receipt.Lines = receipt.Total+l.Amount, append(receipt.Lines, l)
	}
	member := ledger.Holding{Account: first, Known: true, Alone: true, Positions: []ledger.Position{
		{Wallet: "points", Points: 240 * ledger.Unit, Rest: ledger.Fraction{Num: 650, Den: 1}}, {Wallet: "stamps", Points: 12 * ledger.Unit},
		{Wallet: "tier/status", Points: 700 * ledger.Unit},
	}}
	when := ledger.Moment{At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Day: "2026-11-22", Trusted: true}
	counters := make([]session.Counter, len(sizes))
	took := make([][]time.Duration, len(sizes))
	for i, n := range sizes {
		counters[i] = chain(n)
	}
	for range 20 * b.N {
		for i, c := range counters {
			began := time.Now()
			for range inTurn {
				if _, err := c.Quote(session.Customer{Holding: member}, true, receipt, when); err != nil {
					b.Fatal(err)
				}
			}
			took[i] = append(took[i], time.Since(began)/inTurn)
		}
	}
	half := make([]float64, len(sizes))
	for i := range sizes {
		slices.Sort(took[i])
		half[i] = float64(took[i][len(took[i])/2])
		b.ReportMetric(half[i]/float64(time.Microsecond), fmt.Sprintf("rules-%d-p50-µs", sizes[i]))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(half[1]/half[0], "ratio-50-to-5")
	b.ReportMetric(half[2]/half[0], "ratio-500-to-5")
}
