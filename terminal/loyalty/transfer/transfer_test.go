package transfer_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/transfer"
)

const (
	today  = ledger.Day("2026-11-22")
	points = ledger.Wallet("points")
)

var one, two = ledger.Account{1}, ledger.Account{2}

func add(t interface{ Fatal(...any) }, h *ledger.Holding, e ledger.Entry) {
	e.Account = h.Account
	if e.Kind = ledger.Adjust; e.Points == 0 && e.Rest.IsZero() {
		return
	}
	if err := h.Apply(e, today); err != nil {
		t.Fatal(err)
	}
}

func TestEveryLotKeepsItsDays(t *testing.T) {
	from, to := ledger.Holding{Account: one, Known: true}, ledger.Holding{Account: two, Known: true}
	add(t, &from, ledger.Entry{Wallet: points, Points: 10_000, Expires: "2026-12-31", Rest: ledger.Fraction{Num: 1, Den: 3}})
	add(t, &from, ledger.Entry{Wallet: points, Points: 5_000, Expires: "2027-12-31", Vests: "2026-12-01", Issuer: "bakker"})
	add(t, &from, ledger.Entry{Wallet: "tier/Status", Points: 80_000, Expires: "2027-06-30"})
	add(t, &to, ledger.Entry{Wallet: points, Points: 1_000, Expires: "2026-12-31"})
	o, err := transfer.Merge(from, to, redeem.Cover{Alone: true}, today)
	if err != nil || o.Left {
		t.Fatal(o.Left, err)
	}
	want := ledger.Lots{Open: []ledger.Lot{
		{Points: 11_000, Expires: "2026-12-31"}, {Points: 5_000, Expires: "2027-12-31", Vests: "2026-12-01", Issuer: "bakker"},
	}}
	if got := o.To.In(points); !reflect.DeepEqual(got.Lots, want) || got.Rest != (ledger.Fraction{Num: 1, Den: 3}) {
		t.Errorf("got %+v", got)
	}
	if got := o.To.In("tier/Status"); got.Points != 80_000 || got.Lots.Open[0].Expires != "2027-06-30" {
		t.Errorf("got %+v", got)
	}
	for _, p := range o.From.Positions {
		if p.Points != 0 || !p.Rest.IsZero() || !p.All().IsZero() {
			t.Errorf("left %+v", p)
		}
	}
	if len(o.Reasons) != 1 || o.Reasons[0].Points != 15_000 {
		t.Errorf("got %+v", o.Reasons)
	}
	for _, e := range o.Entries {
		if err := e.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBeTransferred(t *testing.T) {
	from := ledger.Holding{Account: one, Known: true}
	add(t, &from, ledger.Entry{Wallet: points, Points: 10_000, Expires: "2026-12-31"})
	elsewhere := from
	elsewhere.Known = false
	for _, c := range []struct {
		from, to ledger.Holding
		parts    []ledger.Position
		code     programme.Code
	}{
		{from, from, nil, programme.SameMember},
		{elsewhere, ledger.Holding{Account: two}, nil, programme.NotKnownHere},
		{from, ledger.Holding{Account: two}, []ledger.Position{{Wallet: points, Points: 10_000}}, programme.TooFewPoints},
	} {
		_, err := transfer.Split(c.from, c.to, redeem.Cover{}, today, c.parts...)
		var no *programme.Refusal
		if !errors.As(err, &no) || no.Code != c.code {
			t.Errorf("got %v, want %s", err, c.code)
		}
	}
	part := ledger.Position{Wallet: points, Points: 4_000, Lots: ledger.Lots{Open: []ledger.Lot{{Points: 4_000, Expires: "2026-12-31"}}}}
	o, err := transfer.Split(from, ledger.Holding{Account: two}, redeem.Cover{Alone: true}, today, part)
	if err != nil || o.From.In(points).Points != 6_000 || o.To.In(points).Points != 4_000 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestWhatIsSetAsideHereIsUsedFirst(t *testing.T) {
	from := ledger.Holding{Account: one, Known: true}
	add(t, &from, ledger.Entry{Wallet: points, Points: 10_000})
	id := ledger.GrantID{1}.SetAside()
	from.SetAsides = []ledger.SetAside{{ID: id, Account: one, Wallet: points, Opened: 8_000, Left: 8_000}}
	cover := redeem.Cover{Now: 1, Held: map[ledger.SetAsideID]ledger.Points{id: 2_000}}
	o, err := transfer.Merge(from, ledger.Holding{Account: two}, cover, today)
	if err != nil || !reflect.DeepEqual(o.Entries[0].Draws, []ledger.Draw{{From: id, Points: 6_000}}) || o.From.SetAsides[0].Left != 2_000 {
		t.Errorf("got %+v, %v", o, err)
	}
}

// However often it takes, all of it arrives, and nothing else.
func TestSumsAndLotsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := ledger.Holding{Account: one, Known: true}, ledger.Holding{Account: two, Known: true}
		want := ledger.Holding{Account: two}
		wallets := rapid.SampledFrom([]ledger.Wallet{points, "stamps", "tier/Status"})
		for range rapid.IntRange(0, 150).Draw(t, "lots") {
			e := ledger.Entry{
				Wallet: wallets.Draw(t, "wallet"), Points: ledger.Points(rapid.Int64Range(1, 90).Draw(t, "points")) * ledger.Unit,
				Expires: ledger.Day(fmt.Sprintf("2027-%02d-%02d", rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))),
				Rest:    ledger.Fraction{Num: rapid.Int64Range(-9, 9).Draw(t, "rest"), Den: 1},
			}
			add(t, &from, e)
			add(t, &want, e)
		}
		if rapid.Bool().Draw(t, "owes") {
			owed := ledger.Entry{Wallet: "owed", Points: -3_000}
			add(t, &from, owed)
			add(t, &want, owed)
		}
		times := 0
		for {
			o, err := transfer.Merge(from, to, redeem.Cover{Alone: true}, today)
			if err != nil {
				t.Fatal(err)
			}
			if len(o.Entries) > 2*transfer.MostLots {
				t.Fatalf("%d entries", len(o.Entries))
			}
			if from, to = o.From, o.To; !o.Left {
				break
			}
			if times++; times > 10 {
				t.Fatal("it never ends")
			}
		}
		for _, p := range from.Positions {
			if p.Points != 0 || !p.Rest.IsZero() || !p.All().IsZero() {
				t.Fatalf("left %+v", p)
			}
		}
		for _, p := range want.Positions {
			if got := to.In(p.Wallet); got.Points != p.Points || got.Rest != p.Rest || got.All().Debt != p.All().Debt || !reflect.DeepEqual(got.All().Open, p.All().Open) && len(p.All().Open) > 0 {
				t.Fatalf("got %+v, want %+v", got, p)
			}
		}
	})
}
