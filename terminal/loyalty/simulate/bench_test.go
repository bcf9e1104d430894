package simulate_test

import (
	"runtime/debug"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/simulate"
	"zegel/terminal/loyalty/simulate/year"
)

// BenchmarkSimulateYear replays a year of one shop, half a million baskets of
// eight thousand members, under a programme like its own. Making the year up is
// not timed. Run it with -benchtime 1x: it is one year, however often.
func BenchmarkSimulateYear(b *testing.B) {
	const baskets, together = 492_000, 10_000
	rules := parse(b, year.Programme)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command does
	for range b.N {
		b.StopTimer()
		c, r := newTill(b, rules, false), simulate.New(simulate.Config{Draft: rules, Zone: amsterdam(b)})
		batch := make([]ledger.Record, 0, together)
		var took time.Duration
		add := func() {
			began := time.Now()
			b.StartTimer()
			for _, record := range batch {
				if err := r.Add(record); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			took += time.Since(began)
			batch = batch[:0]
		}
		year.Shop{Seed: 1, Members: 8_000, Baskets: baskets, Opens: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Zone: amsterdam(b)}.Visits(func(v year.Visit) bool {
			if record, made := c.visit(v); made {
				if batch = append(batch, record); len(batch) == together {
					add()
				}
			}
			return true
		})
		add()
		got := r.Result()
		if got.Baskets < 500_000 || got.BasketsAffected > 0 || got.Members < 7_900 {
			b.Errorf("got %d baskets of %d members, %d of which differ", got.Baskets, got.Members, got.BasketsAffected)
		}
		b.ReportMetric(float64(got.Baskets)/took.Seconds(), "baskets/s")
		b.ReportMetric(float64(got.Baskets), "baskets")
		b.ReportMetric(float64(got.Members), "members")
	}
}
