package cmd_test

import (
	"context"
	"strconv"
	"testing"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// filled is a shop with n batches of a thousand records, or as many as fit.
func filled(b *testing.B, o *testOffice, n int) *shopJournal {
	b.Helper()
	shop := newShop(b, "winkel")
	o.enrol(shop)
	for i := range n * ledger.MaxBatchRecords {
		shop.award("card "+strconv.Itoa(i%5000), 1000)
	}
	return shop
}

const benchBatches = 10

// BenchmarkSyncIntake brings batches of 1,000 records over HTTP: encoded,
// signed, compressed, checked and committed.
func BenchmarkSyncIntake(b *testing.B) {
	shop := filled(b, newOffice(b, grant.Policy{}), benchBatches)
	records := 0
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		o := newOffice(b, grant.Policy{})
		fresh := shop.copied("winkel")
		fresh.open = nil
		o.enrol(fresh)
		line := o.syncer(fresh, nil)
		b.StartTimer()
		if err := line.CatchUp(context.Background()); err != nil {
			b.Fatal(err)
		}
		records += len(fresh.now().records)
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkSyncProject adds up what lies in the inbox, balances, receipts and
// identifiers included.
func BenchmarkSyncProject(b *testing.B) {
	shop := filled(b, newOffice(b, grant.Policy{}), benchBatches)
	entries := 0
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		o := newOffice(b, grant.Policy{})
		fresh := shop.copied("winkel")
		fresh.open = nil
		o.enrol(fresh)
		if err := o.syncer(fresh, nil).CatchUp(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := o.projector.CatchUp(context.Background()); err != nil {
			b.Fatal(err)
		}
		entries += len(fresh.now().records)
	}
	b.ReportMetric(float64(entries)/b.Elapsed().Seconds(), "entries/s")
}
