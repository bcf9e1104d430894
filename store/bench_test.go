package store_test

import (
	"fmt"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
)

// BenchmarkPost is one award through the one door, on a real file, synced.
func BenchmarkPost(b *testing.B) {
	for _, members := range []int{1000} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			cfg := config(b.TempDir(), 1)
			cfg.Now = time.Now
			db := open(b, cfg)
			for i := range members {
				req, decide := award(fmt.Sprintf("2026-11-21/a/%06d", i), card(i), ledger.Unit)
				if _, err := db.Post(b.Context(), req, decide); err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			for i := range b.N {
				req, decide := award(fmt.Sprintf("2026-11-22/a/%09d", i), card(i%members), ledger.Unit)
				if _, err := db.Post(b.Context(), req, decide); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPostLots is one award with a last day of its own, for a member whose
// wallet consists of so many lots: a year of shopping every week, every day.
func BenchmarkPostLots(b *testing.B) {
	for _, lots := range []int{1, 50, 365} {
		b.Run(fmt.Sprintf("lots=%d", lots), func(b *testing.B) {
			cfg := config(b.TempDir(), 1)
			cfg.Now = time.Now
			db := open(b, cfg)
			day := func(i int) ledger.Day {
				return ledger.Day(start.AddDate(1, 0, i%lots).Format(time.DateOnly))
			}
			const members = 20
			for m := range members {
				for i := range lots {
					on(b, db, "2026-11-21", fmt.Sprintf("2026-11-21/a/%03d/%06d", m, i), card(m), earned(ledger.Unit, day(i)))
				}
			}
			b.ResetTimer()
			for i := range b.N {
				on(b, db, "2026-11-22", fmt.Sprintf("2026-11-22/a/%09d", i), card(i%members), earned(ledger.Unit, day(i)))
			}
		})
	}
}
