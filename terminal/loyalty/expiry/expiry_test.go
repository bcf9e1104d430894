package expiry_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
)

var account = ledger.Account{1}

func TestEachLotThatLapsedIsBookedAndNothingElse(t *testing.T) {
	h := ledger.Holding{Account: account, Positions: []ledger.Position{
		{Wallet: "points", Points: 14, Lots: ledger.Lots{Open: []ledger.Lot{
			{Points: 1, Expires: "2026-11-20"}, {Points: 2, Expires: "2026-11-21", Vests: "2026-11-01", Issuer: "b"},
			{Points: 4, Expires: "2026-11-22"}, {Points: 8},
		}, Debt: 1}},
		{Wallet: "stamps", Points: 5},
		{Wallet: "tier/status/Goud", Points: 1, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 1, Expires: "2026-11-21"}}}},
	}}
	entry := func(w ledger.Wallet, p ledger.Points, lot ledger.Lot) ledger.Entry {
		return ledger.Entry{Account: account, Wallet: w, Kind: ledger.Expire, Points: p, Expires: lot.Expires, Vests: lot.Vests, Issuer: lot.Issuer}
	}
	want := []ledger.Entry{
		entry("points", -1, ledger.Lot{Expires: "2026-11-20"}),
		entry("points", -2, ledger.Lot{Expires: "2026-11-21", Vests: "2026-11-01", Issuer: "b"}),
		entry("tier/status/Goud", -1, ledger.Lot{Expires: "2026-11-21"}),
	}
	got := expiry.Due(h, "2026-11-22")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	for _, e := range got {
		if err := e.Validate(); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if due := expiry.Due(h, "2026-11-20"); due != nil {
		t.Errorf("on the last day of the first: %+v", due)
	}
}

func TestOnlyTheAuthorityBooks(t *testing.T) {
	h := ledger.Holding{Account: account, Positions: []ledger.Position{{Wallet: "points", Points: 1, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 1, Expires: "2026-11-20"}}}}}}
	m := ledger.Moment{At: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), Day: "2026-11-22", Trusted: true}
	if p, due := expiry.Posting(h, "k", 3, m); due {
		t.Errorf("a shop of a chain books %+v", p)
	}
	h.Alone = true
	p, due := expiry.Posting(h, "k", 3, m)
	if !due || p.Draft.Kind != ledger.KindExpire || p.Draft.Body.Account != account || p.Draft.Rules != 3 || len(p.Draft.Body.Slip) > 0 || p.Lane != "" {
		t.Errorf("got %+v, %v", p, due)
	}
	if p, due := expiry.Posting(h, "k", 3, ledger.Moment{At: m.At, Day: "2026-11-20"}); due {
		t.Errorf("nothing has lapsed, and %+v", p)
	}
}

// A member of every wallet and cap there can be: the record still fits.
func TestARecordOfManyLapsedLotsFits(t *testing.T) {
	h := ledger.Holding{Account: account, Alone: true}
	for i := range 3 * expiry.Most {
		lots := ledger.Lots{Open: []ledger.Lot{{Points: 1 << 62, Expires: "2026-11-20", Vests: "2026-12-01", Issuer: "a partner with a long name"}}}
		h.Positions = append(h.Positions, ledger.Position{Wallet: ledger.Wallet(fmt.Sprintf("cap/a rule with a name as long as they get %d/points/month", i)), Points: lots.Sum(), Lots: lots})
	}
	m := ledger.Moment{At: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), Day: "2026-11-22", Trusted: true}
	p, _ := expiry.Posting(h, "k", 3, m)
	tip := ledger.Open(1, ledger.Branch{1}, ledger.Parent{}, 0)
	if r, err := ledger.Seal(tip, p.Draft, time.Time{}, ledger.Salt{}); err != nil || len(r.Head.Entries) != expiry.Most {
		t.Errorf("%d entries, %v", len(r.Head.Entries), err)
	}
}

func day(i int) ledger.Day {
	return ledger.Day(time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// drawHolding is some account that was written to on the first of the days.
func drawHolding(t *rapid.T) ledger.Holding {
	h := ledger.Holding{Account: account}
	for range rapid.IntRange(0, 15).Draw(t, "entries") {
		e := ledger.Entry{
			Account: account, Wallet: rapid.SampledFrom([]ledger.Wallet{"points", "stamps", "cap/x/times/day"}).Draw(t, "wallet"), Kind: ledger.Earn,
			Points: ledger.Points(rapid.Int64Range(-9, 20).Draw(t, "points")), Issuer: rapid.SampledFrom([]string{"", "b"}).Draw(t, "issuer"),
		}
		if e.Points > 0 && rapid.Bool().Draw(t, "lapses") {
			e.Expires = day(rapid.IntRange(0, 9).Draw(t, "expires"))
		}
		if e.Points > 0 && rapid.Bool().Draw(t, "vests") {
			e.Vests = day(rapid.IntRange(0, 9).Draw(t, "vests on"))
		}
		if err := h.Apply(e, day(0)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func book(t *rapid.T, h ledger.Holding, on ledger.Day) ledger.Holding {
	h.Positions = slices.Clone(h.Positions)
	for _, e := range expiry.Due(h, on) {
		if err := h.Apply(e, on); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestAWeekAsleepIsSevenNights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHolding(t)
		last := rapid.IntRange(1, 10).Draw(t, "days")
		nightly := h
		for i := 1; i <= last; i++ {
			nightly = book(t, nightly, day(i))
		}
		once := book(t, h, day(last))
		for _, p := range h.Positions {
			spendable, pending, _ := p.On(day(last))
			for name, got := range map[string]ledger.Holding{"every night": nightly, "once": once} {
				s, v, l := got.In(p.Wallet).On(day(last))
				if s != spendable || v != pending || l != 0 {
					t.Fatalf("%s booked %s: %v to spend, %v to vest, %v lapsed; before %v and %v", name, p.Wallet, s, v, l, spendable, pending)
				}
			}
			// The same lots, as an entry of that day leaves them.
			next := ledger.Entry{Kind: ledger.Earn, Points: 1, Expires: day(20)}
			a, errA := nightly.In(p.Wallet).All().With(next, day(last))
			b, errB := once.In(p.Wallet).All().With(next, day(last))
			if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("%s: %+v, %v every night, %+v, %v once", p.Wallet, a, errA, b, errB)
			}
		}
		if again := expiry.Due(once, day(last)); again != nil {
			t.Fatalf("booked, and due again: %+v", again)
		}
	})
}
