package receipt_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/report"
)

// closedDay is the report of a day in the shop of the awards.
func closedDay(t *testing.T, lang string) receipt.Day {
	t.Helper()
	a := shop(t, lang)
	at := time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)
	sale := func(seq int64, at time.Time, facts string, entries ...ledger.Entry) report.Row {
		f, err := report.ReadFacts([]byte(facts))
		if err != nil {
			t.Fatal(err)
		}
		return report.Row{Facts: f, Head: ledger.Head{Branch: ledger.Branch{0xa1, 0xb2}, Seq: seq, Kind: ledger.KindAward, Day: "2026-11-22", At: at.UnixMilli(), Entries: entries}}
	}
	c := report.NewCounter(a.Zone)
	for _, r := range []report.Row{
		sale(11, at.Add(-time.Hour), `{"operator":"Anna","lane":"kassa1","mode":"scanned","basket":{"total":123450}}`, ledger.Entry{Wallet: "points", Kind: ledger.Earn, Points: 1234 * ledger.Unit}),
		sale(12, at, `{"operator":"Bert","lane":"kassa1","mode":"keyed","typed_amount":true,"basket":{"total":2000},"reasons":[{"code":"redeemed","amount":500}]}`,
			ledger.Entry{Wallet: "points", Kind: ledger.Redeem, Points: -500 * ledger.Unit}, ledger.Entry{Wallet: "points", Kind: ledger.Earn, Points: 15 * ledger.Unit}),
	} {
		if err := c.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	f := c.Figures(report.Frame{
		Number: 18, Day: "2026-11-22", Prev: ledger.Hash{0x12, 0xab}, MadeAt: at.UnixMilli(), Held: map[ledger.Wallet]ledger.Points{"points": 10_749 * ledger.Unit},
		Before: &report.Figures{Number: 17, Day: "2026-11-20", Part: 1, Wallets: []report.Balance{{Wallet: "points", Close: 10_000 * ledger.Unit}}},
		Ran:    func(ledger.Day) bool { return false }, Slips: report.Slips{Made: 2, Printed: 2, Copies: 1},
		Tills: []report.Till{{Day: "2026-11-22", Till: "", Turnover: 2000_00, Receipts: 40, PointsPaid: 4_00}},
	})
	f.Operator = "Anna"
	return receipt.Day{
		Paper: report.Paper{Words: a.Words, Rules: a.Rules, Zone: a.Zone}, Figures: f,
		Record: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 13},
	}
}

func TestForDay(t *testing.T) {
	for _, lang := range languages {
		read(t, "day-"+lang, receipt.ForDay(closedDay(t, lang)))
	}
	empty := closedDay(t, "nl")
	empty.Figures = report.NewCounter(nil).Figures(report.Frame{Number: 1, Day: "2026-11-22", MadeAt: empty.Figures.MadeAt})
	empty.Figures.Automatic = true
	read(t, "day-of-nothing-nl", receipt.ForDay(empty))
	broken := closedDay(t, "nl")
	broken.Figures.Wallets[0].Close++
	if got := show(receipt.ForDay(broken)); !strings.Contains(got, "LET OP: begin en wat erbij kwam is niet het eind") {
		t.Errorf("sums that do not tie are not said:\n%s", got)
	}
}

// However much there is to say, the slip has its end and fits into the record
// with the figures.
func TestTheLongestDaySlipHasItsEnd(t *testing.T) {
	d := closedDay(t, "nl")
	for i := range 400 {
		g := report.Group{Name: strings.Repeat("<", 60) + fmt.Sprint(i), Sales: 1 << 40, Amount: 1 << 50}
		d.Figures.Operators, d.Figures.Lanes = append(d.Figures.Operators, g), append(d.Figures.Lanes, g)
		d.Figures.Days = append(d.Figures.Days, report.DayCount{Day: "2026-11-01", Records: 1})
	}
	s := receipt.ForDay(d)
	b, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if most := ledger.MaxRecord - 2<<10 - report.MaxBytes; len(b) > most {
		t.Errorf("%d bytes, at most %d", len(b), most)
	}
	if got := show(s); !strings.HasSuffix(strings.TrimSpace(got), "Einde dagrapport") || !strings.Contains(got, "Handtekening") {
		t.Errorf("the end is missing:\n%s", got[len(got)-300:])
	}
}
