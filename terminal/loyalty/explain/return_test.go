package explain_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
)

// Whatever of it the programme has - rewards had for nothing, every seventh
// free, tiers, clubs, what a friend gets - bringing all of a sale back, in any
// parts and any order, leaves everybody with what they had: every lot, with its
// days, and every counter.
func TestBuyingAndBringingBackLeavesEveryLotAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCustomer(t)
		c.rules.Returns.Earned = rapid.SampledFrom([]programme.ReturnEarned{
			programme.AsAwarded, programme.Prorated, programme.Recomputed, programme.AllOrNothing,
		}).Draw(t, "policy")
		b := drawBasket(t)
		r := c.buy(t, b)
		held := ledger.Holding{Account: one, Known: true, Positions: slices.Clone(c.held)}
		apply(t, &held, r.Head.Entries)
		terms := refund.Terms{Rules: c.rules, Zone: zone, Day: today, Cover: redeem.Cover{Alone: true}}
		sale := ledger.Sale{Original: r}
		others := make(map[ledger.Account]ledger.Points)
		sum := func(entries []ledger.Entry) {
			for _, e := range entries {
				if e.Account != one {
					others[e.Account] += e.Points
				}
			}
		}
		sum(r.Head.Entries)
		for n := 0; ; n++ {
			var goods []refund.Goods
			if n < 8 {
				goods = []refund.Goods{{Line: rapid.IntRange(min(len(b.Lines), 1), len(b.Lines)).Draw(t, "line")}}
				if rapid.Bool().Draw(t, "a part") {
					goods[0].Quantity = 1_000
				}
			}
			o, err := refund.Return(terms, held, sale, goods)
			var no *programme.Refusal
			if errors.As(err, &no) && n < 8 {
				continue
			}
			if err != nil && (no == nil || no.Code != programme.Returned) {
				t.Fatal(err)
			}
			if err != nil {
				break
			}
			bounded(t, r, sale.Later, o.Entries)
			held = o.After
			sum(o.Entries)
			came := basket.Basket{Total: o.Amount, Lines: o.Lines}
			sale.Later = append(sale.Later, back(t, int64(n), o, came))
			if o.Whole {
				break
			}
		}
		before := ledger.Holding{Positions: c.held}
		for _, p := range held.Positions {
			want := before.In(p.Wallet)
			if c.rules.Returns.Earned != programme.AsAwarded {
				// What one part took of a lot that was spent in the sale itself, another
				// lot gave: then the sums are the same, and not the days.
				p.Lots, want.Lots = ledger.Lots{}, ledger.Lots{}
			}
			if p.Points != want.Points || p.Rest != want.Rest && !(p.Rest.IsZero() && want.Rest.IsZero()) || p.All().Debt != want.All().Debt ||
				!reflect.DeepEqual(p.All().Open, want.All().Open) && len(p.All().Open)+len(want.All().Open) > 0 {
				t.Fatalf("before %+v, after all came back %+v", want, p)
			}
		}
		for account, points := range others {
			if points != 0 {
				t.Fatalf("%s keeps %v", account.Short(), points)
			}
		}
	})
}

func apply(t *rapid.T, h *ledger.Holding, entries []ledger.Entry) {
	for _, e := range entries {
		if e.Account != h.Account {
			continue
		}
		if err := h.Apply(e, today); err != nil {
			t.Fatal(err)
		}
	}
}

// bounded checks that no more was taken back of any entry than it gave.
func bounded(t *rapid.T, sale ledger.Record, later []ledger.Record, now []ledger.Entry) {
	for i, e := range sale.Head.Entries {
		var taken ledger.Points
		for _, r := range later {
			taken += takenOf(sale, i+1, r.Head.Entries)
		}
		taken += takenOf(sale, i+1, now)
		if taken < min(e.Points, 0) || taken > max(e.Points, 0) {
			t.Fatalf("%v of %+v came back", taken, e)
		}
	}
}

func takenOf(sale ledger.Record, line int, entries []ledger.Entry) (sum ledger.Points) {
	for _, x := range entries {
		if x.Reverses != nil && *x.Reverses == sale.Head.Key().Entry(line) {
			sum -= x.Points
		}
	}
	return sum
}

func back(t *rapid.T, n int64, o refund.Outcome, came basket.Basket) ledger.Record {
	text, err := json.Marshal(ledger.Body{Account: one, Basket: &came, Reasons: o.Reasons})
	if err != nil {
		t.Fatal(err)
	}
	body, err := ledger.ParseBody(text)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Record{Head: ledger.Head{Version: 1, Terminal: 1, Branch: ledger.Branch{9}, Seq: 18 + n, Day: today, Kind: ledger.KindReturn, Entries: o.Entries}, Body: &body}
}
