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
