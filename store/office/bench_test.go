package office_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// What a record costs head office, by what its purse is like. Each account has
// ten entries a shop.
func BenchmarkProject(b *testing.B) {
	for _, c := range []struct {
		name  string
		entry ledger.Entry
		late  bool
	}{
		{"without days", ledger.Entry{Kind: ledger.Earn, Points: 1000}, false},
		{"with days", ledger.Entry{Kind: ledger.Earn, Points: 1000, Expires: "2027-12-31"}, false},
		{"with days, the other shop's first", ledger.Entry{Kind: ledger.Earn, Points: 1000, Expires: "2027-12-31"}, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				b.StopTimer()
				o := openBooks(b, grant.Policy{})
				one, two := bench(b, 1, c.entry), bench(b, 2, c.entry)
				o.enrol(one)
				o.enrol(two)
				order := []*shop{one, two}
				if c.late {
					order = []*shop{two, one}
				}
				for _, s := range order {
					for i := 0; i < len(s.records); i += 500 {
						o.bring(s, i, i+500)
					}
					b.StartTimer()
					o.count()
					b.StopTimer()
					n += len(s.records)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/record")
		})
	}
}

// bench is a shop with 2,000 records of 200 accounts; the second shop's are all
// later than the first's.
func bench(b *testing.B, number ledger.Terminal, e ledger.Entry) *shop {
	s := newShop(b, number, fmt.Sprint("shop ", number))
	s.clock = s.clock.Add(time.Duration(number) * 24 * time.Hour)
	for i := range 2000 {
		var a ledger.Account
		binary.BigEndian.PutUint32(a[:], uint32(i%200)+1)
		s.post(ledger.KindAward, a, e)
	}
	return s
}

// What a month's clearing costs, an entry.
func BenchmarkClearing(b *testing.B) {
	o := openBooks(b, grant.Policy{})
	s := bench(b, 1, ledger.Entry{Kind: ledger.Earn, Points: 1000, Issuer: "bakker"})
	o.enrol(s)
	for i := 0; i < len(s.records); i += 500 {
		o.bring(s, i, i+500)
	}
	o.count()
	for b.Loop() {
		var book clearing.Book
		if err := o.db.Booked(ctx, "2026-11-01", "2026-11-30", book.Add); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(s.records)), "µs/entry")
}

// What booking a lot that lapsed costs.
func BenchmarkExpire(b *testing.B) {
	n := 0
	for b.Loop() {
		b.StopTimer()
		o := openBooks(b, grant.Policy{})
		s := bench(b, 1, ledger.Entry{Kind: ledger.Earn, Points: 1000, Expires: "2026-11-30"})
		o.enrol(s)
		o.bring(s, 0, 1000)
		o.count()
		b.StartTimer()
		done, err := o.db.Expire(ctx, "2026-11-30")
		if err != nil || done.Accounts != 200 {
			b.Fatal(done, err)
		}
		n += done.Entries
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/lot")
}
