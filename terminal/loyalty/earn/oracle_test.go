package earn_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// reckoned is what one rule without caps gives a basket without discounts, in
// numbers that never round before they have to.
func reckoned(r programme.Rule, rules programme.Rules, b basket.Basket) *big.Rat {
	var lines []basket.Line
	for _, l := range b.Lines {
		if scene.Selects(rules, r.Lines, l) && !scene.Excluded(rules, l) {
			lines = append(lines, l)
		}
	}
	if len(b.Lines) == 0 && r.Lines.IsZero() && r.Counts != programme.Units {
		lines = []basket.Line{{Amount: b.Total}}
	}
	measure := func(l basket.Line) int64 {
		if r.Counts != programme.Units {
			return int64(l.Amount)
		}
		switch {
		case l.Amount == 0:
			return 0
		case l.Quantity == 0:
			return 1000
		}
		return l.Quantity
	}
	worth := func(n int64) *big.Rat {
		per := new(big.Rat).Quo(big.NewRat(n, 1), big.NewRat(int64(r.Per), 1))
		if r.WholePer {
			per.SetInt(floor(per))
		}
		return per.Mul(per, big.NewRat(int64(r.Points), 1))
	}
	var sum, paid int64
	each := new(big.Rat)
	for _, l := range lines {
		sum, paid = sum+measure(l), paid+int64(l.Amount)
		each.Add(each, rounded(worth(measure(l)), r))
	}
	switch {
	case r.Counts == programme.Order && paid <= 0:
		return new(big.Rat)
	case r.Counts == programme.Order:
		return rounded(worth(1000), r)
	case r.RoundEach == programme.RoundLine:
		return each
	}
	return rounded(worth(sum), r)
}

func rounded(exact *big.Rat, r programme.Rule) *big.Rat {
	steps := new(big.Rat).Quo(exact, big.NewRat(int64(r.Step), 1))
	half := big.NewRat(1, 2)
	n := floor(steps)
	switch r.Rounding {
	case programme.Ceil:
		n = new(big.Int).Neg(floor(new(big.Rat).Neg(steps)))
	case programme.HalfUp:
		n = floor(new(big.Rat).Add(steps, half))
	case programme.HalfEven:
		n = floor(new(big.Rat).Add(steps, half))
		if new(big.Rat).Sub(steps, half).IsInt() && n.Bit(0) == 1 {
			n.Sub(n, big.NewInt(1))
		}
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(n), big.NewRat(int64(r.Step), 1))
}

func TestEveryMeasureAgreesWithExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t, "one", programme.Floor, programme.HalfUp, programme.HalfEven, programme.Ceil)
		r.Caps = nil
		b := drawBasket(t)
		b.Tenders, b.Total = nil, 0
		for i := range b.Lines {
			l := &b.Lines[i]
			l.Amount, l.Tax = max(l.Amount, -l.Amount), 0
			if l.Kind == "discount" {
				l.Kind = "deposit"
			}
			b.Total += l.Amount
		}
		if len(b.Lines) == 0 {
			b.Total = basket.Money(rapid.Int64Range(0, 200_00).Draw(t, "total"))
		}
		all := rules(r)
		if rapid.Bool().Draw(t, "no deposit") {
			all.Base.Excluded.Kinds = []string{"deposit"}
		}
		o, err := award(all, member, b)
		if err != nil {
			t.Fatal(err)
		}
		var got ledger.Points
		for _, g := range o.Gains {
			got += g.Points
		}
		if want := reckoned(r, all, b); want.Cmp(big.NewRat(int64(got), 1)) != 0 {
			t.Fatalf("got %d, want %v", got, want)
		}
	})
}

// For rates that carry what is left, however many of them fill a wallet and
// whatever lines they count, parts of a basket bring what all of it does.
func TestPartsOfABasketBringWhatAllOfItDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []programme.Rule
		for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
			r := drawRate(t, programme.Carry)
			// Remainders of any of these add up: see maxCarried of programme.
			r.Per = rapid.SampledFrom([]basket.Money{1, 2, 3, 7, 10, 20, 25, 50, 100, 200, 250, 300, 500, 700, 1000}).Draw(t, "per")
			r.Name, r.Wallet, r.Step = fmt.Sprint(i), wallet, ledger.Unit
			r.Counts = rapid.SampledFrom([]programme.Measure{programme.Amount, programme.Units}).Draw(t, "counts")
			r.Lines = rapid.SampledFrom([]programme.Selector{{}, {Categories: []string{"coffee"}}}).Draw(t, "selector")
			all = append(all, r)
		}
		if rapid.Bool().Draw(t, "double") {
			all = append(all, programme.Rule{
				Name: "double", Wallet: wallet, Counts: programme.Multiple, Exact: true, Factor: fraction(t, rapid.Int64Range(3, 8).Draw(t, "factor"), 2),
				Step: ledger.Unit, Rounding: programme.Carry, Bonus: true,
			})
		}
		r := rules(all...)
		rest := ledger.Position{Wallet: wallet, Rest: fraction(t, rapid.Int64Range(0, 999).Draw(t, "rest"), 1)}
		whole, parts := sale(), ledger.Holding{Account: ledger.Account{1}, Positions: []ledger.Position{rest}}
		for range rapid.IntRange(1, 6).Draw(t, "lines") {
			l := basket.Line{
				Amount: basket.Money(rapid.Int64Range(1, 60_00).Draw(t, "amount")), Quantity: rapid.SampledFrom([]int64{0, 1000, 355}).Draw(t, "quantity"),
				Category: rapid.SampledFrom([]string{"", "coffee"}).Draw(t, "category"),
			}
			whole.Lines, whole.Total = append(whole.Lines, l), whole.Total+l.Amount
			one := sale()
			one.Lines, one.Total = []basket.Line{l}, l.Amount
			o, err := award(r, parts, one)
			if err != nil {
				t.Fatal(err)
			}
			parts = o.After
		}
		o, err := award(r, ledger.Holding{Account: ledger.Account{1}, Positions: []ledger.Position{rest}}, whole)
		if err != nil {
			t.Fatal(err)
		}
		addUp(t, o, whole)
		if x, y := parts.In(wallet), o.After.In(wallet); x.Points != y.Points || x.Rest != y.Rest {
			t.Fatalf("in parts %v and %v, at once %v and %v", x.Points, x.Rest, y.Points, y.Rest)
		}
	})
}
