package report_test

import (
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
)

// One year ends with what the next begins with, whatever happened, and what
// happened comes to the difference; the order the records are read in is
// nothing to it.
func TestYearsAddUp(t *testing.T) {
	rules := programme.Rules{Currency: "EUR", Wallets: []programme.Wallet{{Name: "points"}, {Name: "cash", Kind: programme.MoneyBack}}}
	me, other := ledger.Account{1}, ledger.Account{2}
	days := []ledger.Day{"2024-12-31", "2025-01-01", "2025-06-30", "2025-12-31", "2026-01-01", "2026-07-01"}
	rapid.Check(t, func(t *rapid.T) {
		var records []ledger.Record
		at := 0
		for n := range rapid.IntRange(0, 20).Draw(t, "records") {
			at = rapid.IntRange(at, len(days)-1).Draw(t, "day")
			r := ledger.Record{Head: ledger.Head{Terminal: 1, Seq: int64(n + 1), Stamp: ledger.Stamp(n), Day: days[at]}, Body: &ledger.Body{Account: me}}
			for range rapid.IntRange(1, 3).Draw(t, "entries") {
				e := ledger.Entry{
					Account: rapid.SampledFrom([]ledger.Account{me, me, other}).Draw(t, "account"),
					Wallet:  rapid.SampledFrom([]ledger.Wallet{"points", "cash", "tier/x"}).Draw(t, "wallet"),
					Kind: rapid.SampledFrom([]ledger.EntryKind{
						ledger.Earn, ledger.Bonus, ledger.Adjust, ledger.Redeem, ledger.Donate, ledger.Convert, ledger.Reverse, ledger.Transfer, ledger.Move,
					}).Draw(t, "kind"),
					Points: ledger.Points(rapid.IntRange(1, 50_000).Draw(t, "points")), At: "cause:woods",
				}
				switch e.Kind {
				case ledger.Redeem, ledger.Donate:
					e.Points = -e.Points
				case ledger.Convert, ledger.Reverse, ledger.Transfer:
					e.Points *= ledger.Points(1 - 2*rapid.IntRange(0, 1).Draw(t, "sign"))
				}
				if e.Points > 0 {
					e.Expires = rapid.SampledFrom([]ledger.Day{"", "2025-06-01", "2025-12-31", "2026-01-01"}).Draw(t, "expires")
					e.Vests = rapid.SampledFrom([]ledger.Day{"", "2026-01-01"}).Draw(t, "vests")
				}
				r.Head.Entries = append(r.Head.Entries, e)
			}
			records = append(records, r)
		}
		mine := func(a ledger.Account) bool { return a == me }
		shuffled := rapid.Permutation(records).Draw(t, "as read")
		var before report.Year
		for year := 2024; year <= 2027; year++ {
			y, err := report.YearOf(rules, year, true, shuffled, mine)
			if err != nil {
				t.Fatal(err)
			}
			if len(y.Wallets) != 2 {
				t.Fatalf("wallets %+v", y.Wallets)
			}
			for i, w := range y.Wallets {
				sum := w.Start + w.Earned + w.Bonus + w.Adjusted + w.Moved + w.Converted + w.TakenBack + w.Redeemed + w.GivenBack + w.Lapsed
				for _, c := range w.Donated {
					sum += c.Points
				}
				if sum != w.End {
					t.Errorf("%d: %s comes to %v and ends at %v", year, w.Wallet, sum, w.End)
				}
				if year > 2024 && w.Start != before.Wallets[i].End {
					t.Errorf("%d: %s begins with %v, and ended at %v", year, w.Wallet, w.Start, before.Wallets[i].End)
				}
			}
			before = y
		}
	})
}
