package earn_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

const wallet = ledger.Wallet("points")

var day = ledger.Moment{Day: "2026-11-22", Trusted: true}

func with(rate programme.Rule) programme.Rules {
	rate.Name, rate.Wallet = "base", wallet
	return programme.Rules{Currency: "EUR", Earn: []programme.Rule{rate}}
}

// each gives so many whole points for every so many cents.
func each(points, cents int64, mode programme.Rounding) programme.Rule {
	return programme.Rule{Points: ledger.Points(points) * ledger.Unit, Per: basket.Money(cents), Step: ledger.Unit, Rounding: mode}
}

func sale(amounts ...basket.Money) basket.Basket {
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR"}
	for _, a := range amounts {
		b.Total += a
		b.Lines = append(b.Lines, basket.Line{Amount: a})
	}
	return b
}

func total(amount basket.Money) basket.Basket {
	b := sale()
	b.Total = amount
	return b
}

func fraction(t interface{ Fatal(...any) }, num, den int64) ledger.Fraction {
	f, err := ledger.NewFraction(num, den)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func holding(points ledger.Points, rest ledger.Fraction) ledger.Holding {
	return ledger.Holding{Known: true, Positions: []ledger.Position{{Wallet: wallet, Points: points, Rest: rest}}}
}

// A won is a gain and what the wallet holds with it.
type won struct {
	earn.Gain
	Balance   ledger.Points
	Remainder ledger.Fraction
}

// in is the scene of a sale.
func in(rules programme.Rules, h ledger.Holding, b basket.Basket) scene.Scene {
	return scene.Scene{Rules: rules, Holding: h, Basket: b}.On(day, nil)
}

// award is what a whole basket earns.
func award(rules programme.Rules, h ledger.Holding, b basket.Basket) (earn.Outcome, error) {
	return earn.Award(in(rules, h, b), b)
}

// gain is the one gain of an award that must succeed.
func gain(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, rules programme.Rules, h ledger.Holding, b basket.Basket) won {
	o, err := award(rules, h, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Gains) != 1 || len(o.Totals()) != 1 {
		t.Fatalf("%d gains, totals %+v", len(o.Gains), o.Totals())
	}
	total := o.Totals()[0]
	return won{o.Gains[0], total.Balance, total.Remainder}
}

func TestAward(t *testing.T) {
	cases := []struct {
		name      string
		rate      programme.Rule
		rest      [2]int64 // of the account, num and den
		paid      basket.Money
		points    ledger.Points
		remainder [2]int64 // of the account afterwards
	}{
		{"1 for every euro, rounded down", each(1, 100, programme.Floor), [2]int64{0, 1}, 23_45, 23_000, [2]int64{0, 1}},
		{"half a point up", each(1, 100, programme.HalfUp), [2]int64{0, 1}, 23_50, 24_000, [2]int64{0, 1}},
		{"a cent below half a point", each(1, 100, programme.HalfUp), [2]int64{0, 1}, 23_49, 23_000, [2]int64{0, 1}},
		{"half a point to the even 24", each(1, 100, programme.HalfEven), [2]int64{0, 1}, 23_50, 24_000, [2]int64{0, 1}},
		{"half a point to the even 22", each(1, 100, programme.HalfEven), [2]int64{0, 1}, 22_50, 22_000, [2]int64{0, 1}},
		{"a cent above half a point", each(1, 100, programme.HalfEven), [2]int64{0, 1}, 22_51, 23_000, [2]int64{0, 1}},
		{"any part up", each(1, 100, programme.Ceil), [2]int64{0, 1}, 23_01, 24_000, [2]int64{0, 1}},
		{"no part to round up", each(1, 100, programme.Ceil), [2]int64{0, 1}, 23_00, 23_000, [2]int64{0, 1}},
		{"what is left is carried", each(1, 100, programme.Carry), [2]int64{0, 1}, 23_45, 23_000, [2]int64{450, 1}},
		{"what was carried makes a point", each(1, 100, programme.Carry), [2]int64{550, 1}, 23_45, 24_000, [2]int64{0, 1}},
		{"a star for every 10 euros, one cent short", each(1, 1000, programme.Carry), [2]int64{0, 1}, 9_99, 0, [2]int64{999, 1}},
		{"a star for every 10 euros", each(1, 1000, programme.Floor), [2]int64{0, 1}, 105_00, 10_000, [2]int64{0, 1}},
		{"5 for every euro, by the cent", each(5, 100, programme.Floor), [2]int64{0, 1}, 19_99, 99_000, [2]int64{0, 1}},
		{"a third of a thousandth", each(1, 300, programme.Carry), [2]int64{0, 1}, 1_00, 0, [2]int64{1000, 3}},
		{"three thirds", each(1, 300, programme.Carry), [2]int64{2000, 3}, 1_00, 1000, [2]int64{0, 1}},
		{"a remainder of another rate", each(1, 700, programme.Carry), [2]int64{1000, 3}, 1_00, 0, [2]int64{10000, 21}},
		{"a remainder that two shops gave out", each(1, 100, programme.Carry), [2]int64{-600, 1}, 1_50, 0, [2]int64{900, 1}},
		{"a debt in remainders larger than the basket", each(1, 100, programme.Carry), [2]int64{-9600, 1}, 5_00, 0, [2]int64{-4600, 1}},
		{"a remainder of more than a step", each(1, 100, programme.Carry), [2]int64{2700, 1}, 0, 2000, [2]int64{700, 1}},
		{"nothing paid", each(1, 100, programme.Carry), [2]int64{450, 1}, 0, 0, [2]int64{450, 1}},
		{"a remainder the mode does not know stays", each(1, 100, programme.Floor), [2]int64{900, 1}, 1_20, 1000, [2]int64{900, 1}},
		{"the largest basket at the largest rate", each(10_000, 2, programme.Floor), [2]int64{0, 1}, basket.MaxAmount, 500_000_000_000_000, [2]int64{0, 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := holding(7_000, fraction(t, c.rest[0], c.rest[1]))
			g := gain(t, with(c.rate), h, total(c.paid))
			if g.Points != c.points || g.Remainder != fraction(t, c.remainder[0], c.remainder[1]) {
				t.Errorf("got %d and %v, want %d and %v", g.Points, g.Remainder, c.points, c.remainder)
			}
			if g.Balance != 7_000+c.points || g.Carries != (c.rate.Rounding == programme.Carry) || g.Lines != nil {
				t.Errorf("got %+v", g)
			}
		})
	}
}

func TestLinesOfABasket(t *testing.T) {
	cases := []struct {
		name    string
		rest    int64
		amounts []basket.Money
		want    []ledger.Points
	}{
		{"three lines that make a point together", 0, []basket.Money{40, 40, 40}, []ledger.Points{0, 0, 1000}},
		{"what was carried goes to the line that reaches a point", 650, []basket.Money{40, 40, 40}, []ledger.Points{1000, 0, 0}},
		{"a discount takes back", 0, []basket.Money{10_00, -2_50, 5_00}, []ledger.Points{10_000, -3_000, 5_000}},
		{"a discount before anything else", 0, []basket.Money{-2_50, 10_00}, []ledger.Points{0, 7_000}},
		{"lines that come to nothing", 0, []basket.Money{5_00, -5_00}, []ledger.Points{5_000, -5_000}},
		{"one line", 0, []basket.Money{3_99}, []ledger.Points{3_000}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := holding(0, fraction(t, c.rest, 1))
			if g := gain(t, with(each(1, 100, programme.Carry)), h, sale(c.amounts...)); !slices.Equal(g.Lines, c.want) {
				t.Errorf("got %v, want %v", g.Lines, c.want)
			}
		})
	}
}

func TestReasonsExplainTheAward(t *testing.T) {
	o, err := award(with(each(1, 300, programme.Carry)), holding(0, fraction(t, 2000, 3)), total(10_50))
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Reason{
		{Code: "rate", Rule: "base", Wallet: wallet, Points: 3500, Amount: 1050},
		{Code: "carried", Rule: "base", Wallet: wallet, Points: 666},
		{Code: "rounded", Rule: "base", Wallet: wallet, Points: -166},
	}
	if !slices.Equal(o.Reasons, want) {
		t.Errorf("got %+v", o.Reasons)
	}
	exact, err := award(with(each(1, 100, programme.Floor)), ledger.Holding{}, total(3_00))
	if err != nil {
		t.Fatal(err)
	}
	if len(exact.Reasons) != 1 {
		t.Errorf("nothing was rounded or carried, yet: %+v", exact.Reasons)
	}
}

func TestEntries(t *testing.T) {
	rules := with(each(1, 100, programme.Carry))
	rules.Earn = append(rules.Earn, programme.Rule{
		Name: "stamps", Wallet: "stamps", Points: ledger.Unit, Per: 10_00, Step: ledger.Unit, Rounding: programme.Floor,
	})
	account := ledger.Account{1}
	cases := []struct {
		paid basket.Money
		want []ledger.Entry
	}{
		{12_34, []ledger.Entry{
			{Account: account, Wallet: wallet, Kind: ledger.Earn, Points: 12_000, Rest: fraction(t, 340, 1)},
			{Account: account, Wallet: "stamps", Kind: ledger.Earn, Points: 1_000},
		}},
		{34, []ledger.Entry{{Account: account, Wallet: wallet, Kind: ledger.Earn, Rest: fraction(t, 340, 1)}}},
		{0, nil},
	}
	for _, c := range cases {
		o, err := award(rules, ledger.Holding{Account: account}, total(c.paid))
		if err != nil {
			t.Fatal(err)
		}
		got := o.Entries
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%d: got %+v, want %+v", c.paid, got, c.want)
		}
		for _, e := range got {
			if err := e.Validate(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	rules := with(each(1, 100, programme.Carry))
	foreign, broken := total(1), sale(1, 2)
	foreign.Currency = "GBP"
	broken.Total++
	for code, b := range map[programme.Code]basket.Basket{
		programme.OtherCurrency: foreign, programme.BadBasket: broken, programme.BadAmount: total(-1),
	} {
		_, err := award(rules, ledger.Holding{}, b)
		var refusal *programme.Refusal
		if !errors.As(err, &refusal) || refusal.Code != code {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	if _, err := award(rules, ledger.Holding{}, total(basket.MaxAmount+1)); err == nil {
		t.Error("an amount above the largest was taken")
	}
}

// What a till writes otherwise than the programme is told, and not taken for
// goods, or for the owner's.
func TestWhatATillWritesOtherwiseIsRefused(t *testing.T) {
	rules := with(each(1, 100, programme.Carry))
	elsewhere, own, capitals := total(1_00), total(1_00), sale(1_00)
	elsewhere.Partner, own.Partner, capitals.Lines[0].Kind = "slager", "", "Deposit"
	refused := func(b basket.Basket, want string) {
		t.Helper()
		_, err := award(rules, ledger.Holding{}, b)
		var no *programme.Refusal
		if !errors.As(err, &no) || no.Code != programme.BadBasket || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	taken := func(b basket.Basket) {
		t.Helper()
		if _, err := award(rules, ledger.Holding{}, b); err != nil {
			t.Error(err)
		}
	}
	refused(capitals, `"Deposit" is no kind of line`)
	taken(elsewhere) // without partners the word is the till's own
	rules.Partners = []programme.Partner{{Name: "bakker", Label: "Bakker"}}
	refused(elsewhere, `there is no partner "slager"; there is bakker`)
	taken(own)
	elsewhere.Partner = "bakker"
	taken(elsewhere)
}

func TestSumsThatDoNotFitAreErrors(t *testing.T) {
	plain := each(1, 100, programme.Carry)
	cases := []struct {
		name string
		rate programme.Rule
		h    ledger.Holding
		paid basket.Money
	}{
		{"the balance", plain, holding(math.MaxInt64-999, ledger.Fraction{}), 1_00},
		{"the remainder", plain, holding(0, ledger.Fraction{Num: math.MaxInt64 - 5, Den: 1}), 10},
		{"the remainder below zero", plain, holding(0, ledger.Fraction{Num: math.MinInt64, Den: 1}), 10},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if o, err := award(with(c.rate), c.h, total(c.paid)); !errors.Is(err, ledger.ErrOverflow) {
				t.Errorf("got %+v, %v", o, err)
			}
		})
	}
	broken := each(1, 0, programme.Carry)
	if _, err := award(with(broken), ledger.Holding{}, total(1_00)); err == nil {
		t.Error("a rate of something for nothing was used")
	}
}

// Rates that nobody gave a chain together may leave what cannot be written.
func TestARemainderThatCannotBeWrittenIsCutToAThousandth(t *testing.T) {
	g := gain(t, with(each(1, 700, programme.Carry)), holding(0, fraction(t, 1, 999_999_937)), total(10))
	if g.Points != 0 || g.Remainder != fraction(t, 14, 1) {
		t.Errorf("got %v and %v", g.Points, g.Remainder)
	}
}

func drawRate(t *rapid.T, modes ...programme.Rounding) programme.Rule {
	return programme.Rule{
		Points:   ledger.Points(rapid.Int64Range(1, 20_000).Draw(t, "points")),
		Per:      basket.Money(rapid.Int64Range(1, 1000).Draw(t, "per")),
		Step:     ledger.Points(rapid.SampledFrom([]int64{1, 10, 100, 500, 1000, 3000}).Draw(t, "step")),
		Rounding: rapid.SampledFrom(modes).Draw(t, "rounding"),
	}
}

func drawRest(t *rapid.T) ledger.Fraction {
	return fraction(t, rapid.Int64Range(-20_000, 20_000).Draw(t, "rest"), rapid.Int64Range(1, 60).Draw(t, "part"))
}

func rat(f ledger.Fraction) *big.Rat { return big.NewRat(f.Num, max(f.Den, 1)) }

// oracle is the award as the manual puts it, in numbers that never round.
func oracle(rate programme.Rule, rest ledger.Fraction, paid basket.Money) (points, remainder *big.Rat) {
	exact := new(big.Rat).Mul(big.NewRat(int64(rate.Points), int64(rate.Per)), big.NewRat(int64(paid), 1))
	step := big.NewRat(int64(rate.Step), 1)
	if rate.Rounding == programme.Carry {
		exact.Add(exact, rat(rest))
	}
	steps := new(big.Rat).Quo(exact, step)
	half := big.NewRat(1, 2)
	var n *big.Int
	switch rate.Rounding {
	case programme.Floor, programme.Carry:
		n = floor(steps)
	case programme.Ceil:
		n = new(big.Int).Neg(floor(new(big.Rat).Neg(steps)))
	case programme.HalfUp:
		n = floor(new(big.Rat).Add(steps, half))
	case programme.HalfEven:
		n = floor(new(big.Rat).Add(steps, half))
		tie := new(big.Rat).Sub(steps, half).IsInt()
		if tie && n.Bit(0) == 1 {
			n.Sub(n, big.NewInt(1))
		}
	}
	if n.Sign() < 0 {
		n.SetInt64(0)
	}
	points = new(big.Rat).Mul(new(big.Rat).SetInt(n), step)
	if rate.Rounding != programme.Carry {
		return points, rat(rest)
	}
	return points, exact.Sub(exact, points)
}

func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) } // Euclidean, and Denom is positive

func TestAwardAgreesWithExactArithmetic(t *testing.T) {
	for _, mode := range programme.Roundings() {
		t.Run(string(mode), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rate, rest := drawRate(t, mode), drawRest(t)
				paid := basket.Money(rapid.Int64Range(0, 1_000_000).Draw(t, "paid"))
				g := gain(t, with(rate), holding(0, rest), total(paid))
				points, remainder := oracle(rate, rest, paid)
				if big.NewRat(int64(g.Points), 1).Cmp(points) != 0 || rat(g.Remainder).Cmp(remainder) != 0 {
					t.Fatalf("got %d and %v, want %v and %v", g.Points, g.Remainder, points, remainder)
				}
			})
		})
	}
}

func TestSplittingOrJoiningBasketsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, rest := drawRate(t, programme.Carry), drawRest(t)
		parts := rapid.SliceOfN(rapid.Int64Range(0, 50_000), 1, 12).Draw(t, "parts")
		var sum int64
		before := ledger.Position{Wallet: wallet, Rest: rest}
		after := before
		for _, p := range parts {
			sum += p
			g := gain(t, with(rate), ledger.Holding{Positions: []ledger.Position{after}}, total(basket.Money(p)))
			after.Points, after.Rest = g.Balance, g.Remainder
		}
		whole := gain(t, with(rate), ledger.Holding{Positions: []ledger.Position{before}}, total(basket.Money(sum)))
		if whole.Balance != after.Points || whole.Remainder != after.Rest {
			t.Fatalf("%v in parts: %d and %v; at once: %d and %v", parts, after.Points, after.Rest, whole.Balance, whole.Remainder)
		}
	})
}

// Shops without a line all start from the same remainder. Once their records
// are together, the member has what one shop would have given, sooner or later.
func TestShopsWithoutALineGiveNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := drawRate(t, programme.Carry)
		rest := fraction(t, rapid.Int64Range(0, int64(rate.Step)-1).Draw(t, "rest"), 1)
		var entries []ledger.Entry
		var sum int64
		for range rapid.IntRange(2, 5).Draw(t, "shops") {
			paid := rapid.Int64Range(0, 20_000).Draw(t, "paid")
			sum += paid
			h := holding(0, rest)
			h.Account = ledger.Account{1}
			o, err := award(with(rate), h, total(basket.Money(paid)))
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, o.Entries...)
		}
		sums, err := ledger.Sum(entries)
		if err != nil {
			t.Fatal(err)
		}
		together := sums[ledger.Account{1}][wallet]
		if together.Rest, err = together.Rest.Add(rest); err != nil {
			t.Fatal(err)
		}
		const enough = 500_000_00 // for the lowest rate to earn back five of the largest steps
		later := gain(t, with(rate), holding(together.Points, together.Rest), total(enough))
		at := gain(t, with(rate), holding(0, rest), total(basket.Money(sum)+enough))
		if later.Balance != at.Balance || later.Remainder != at.Remainder {
			t.Fatalf("apart: %d and %v; in one shop: %d and %v", later.Balance, later.Remainder, at.Balance, at.Remainder)
		}
	})
}

func TestLinesAndReasonsAddUpToTheAward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, rest := drawRate(t, programme.Roundings()...), drawRest(t)
		var amounts []basket.Money
		var sum basket.Money
		for _, a := range rapid.SliceOfN(rapid.Int64Range(-5_000, 20_000), 1, 20).Draw(t, "lines") {
			amounts = append(amounts, basket.Money(a))
			sum += basket.Money(a)
		}
		if sum < 0 {
			amounts = append(amounts, -sum)
		}
		h, b := holding(0, rest), sale(amounts...)
		o, err := award(with(rate), h, b)
		if err != nil {
			t.Fatal(err)
		}
		g := o.Gains[0]
		var lines, reasons ledger.Points
		for _, p := range g.Lines {
			lines += p
			if p%rate.Step != 0 {
				t.Fatalf("a line of %d is no multiple of %d", p, rate.Step)
			}
		}
		for _, r := range o.Reasons {
			reasons += r.Points
		}
		if len(g.Lines) != len(b.Lines) || lines != g.Points || reasons != g.Points || g.Points < 0 {
			t.Fatalf("lines come to %d, reasons to %d: %+v", lines, reasons, g)
		}
		if alone := gain(t, with(rate), h, total(b.Total)); alone.Points != g.Points || alone.Rest != g.Rest {
			t.Fatalf("with lines %+v, without %+v", g, alone)
		}
	})
}

func BenchmarkAward(b *testing.B) {
	rules, h := with(each(1, 300, programme.Carry)), holding(0, ledger.Fraction{Num: 1000, Den: 3})
	amounts := make([]basket.Money, 20)
	for i := range amounts {
		amounts[i] = basket.Money(99 + 37*i)
	}
	s := sale(amounts...)
	for b.Loop() {
		if _, err := award(rules, h, s); err != nil {
			b.Fatal(err)
		}
	}
}
