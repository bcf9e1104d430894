package ledger_test

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
)

func fraction(t interface{ Fatal(...any) }, num, den int64) ledger.Fraction {
	f, err := ledger.NewFraction(num, den)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func drawFraction(t *rapid.T) ledger.Fraction {
	return fraction(t, rapid.Int64Range(-1e12, 1e12).Draw(t, "num"), rapid.Int64Range(1, 1000).Draw(t, "den"))
}

func rat(f ledger.Fraction) *big.Rat { return big.NewRat(f.Num, max(f.Den, 1)) }

func TestFractionsAddExactlyInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawFraction(t), drawFraction(t), drawFraction(t)
		add := func(x, y ledger.Fraction) ledger.Fraction {
			sum, err := x.Add(y)
			if err != nil {
				t.Fatal(err)
			}
			return sum
		}
		sum := add(add(a, b), c)
		want := new(big.Rat).Add(rat(a), rat(b))
		if want.Add(want, rat(c)); rat(sum).Cmp(want) != 0 {
			t.Fatalf("%v + %v + %v is %v, want %v", a, b, c, sum, want)
		}
		if other := add(c, add(b, a)); other != sum {
			t.Fatalf("%v + %v + %v is %v or %v", a, b, c, sum, other)
		}
		if zero := add(sum, sum.Neg()); zero != (ledger.Fraction{}) || !zero.IsZero() {
			t.Fatalf("%v less itself is %v", sum, zero)
		}
		text, err := sum.MarshalText()
		var back ledger.Fraction
		if err != nil || back.UnmarshalText(text) != nil || back != sum {
			t.Fatalf("%v: %q reads back as %v", err, text, back)
		}
		if num, exact := sum.Over(2 * max(sum.Den, 1)); !exact || num != 2*sum.Num {
			t.Fatalf("%v over twice its denominator is %d, %t", sum, num, exact)
		}
	})
}

func TestFractionsAreInLowestTerms(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		want     string
	}{
		{6, 4, "3/2"}, {-6, 4, "-3/2"}, {0, 7, "0/1"}, {5, 1, "5/1"}, {1, 1_000_000_000, "1/1000000000"},
		{math.MinInt64, 2, "-4611686018427387904/1"}, {math.MaxInt64, 1, "9223372036854775807/1"},
	} {
		if got := fraction(t, c.num, c.den).String(); got != c.want {
			t.Errorf("%d/%d: got %s, want %s", c.num, c.den, got, c.want)
		}
	}
	for _, den := range []int64{0, -1, 1_000_000_001} {
		if f, err := ledger.NewFraction(1, den); err == nil {
			t.Errorf("1/%d became %v", den, f)
		}
	}
	if _, exact := fraction(t, 1, 3).Over(4); exact {
		t.Error("1/3 in quarters is not exact")
	}
	for _, text := range []string{"", "1", "1/", "/1", "2/4", "1/0", "1/-1", "0/2", "+1/2", "-0/1", "1/2/3", "1/1000000001", " 1/2", "9223372036854775808/1"} {
		if f := new(ledger.Fraction); f.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q became %v", text, f)
		}
	}
}

func TestSumsThatDoNotFitAreErrors(t *testing.T) {
	for _, c := range [][2]ledger.Fraction{
		{fraction(t, 1, 999_999_937), fraction(t, 1, 2)},
		{fraction(t, math.MaxInt64, 1), fraction(t, 1, 1)},
		{fraction(t, math.MinInt64+1, 1), fraction(t, -2, 1)},
		{fraction(t, math.MaxInt64, 2), fraction(t, 1, 3)},
	} {
		if sum, err := c[0].Add(c[1]); !errors.Is(err, ledger.ErrOverflow) {
			t.Errorf("%v + %v is %v, %v", c[0], c[1], sum, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p, q := rapid.Int64().Draw(t, "p"), rapid.Int64().Draw(t, "q")
		sum, err := ledger.Points(p).Add(ledger.Points(q))
		want := new(big.Int).Add(big.NewInt(p), big.NewInt(q))
		if fits := want.IsInt64(); fits != (err == nil) || (fits && int64(sum) != want.Int64()) || (!fits && !errors.Is(err, ledger.ErrOverflow)) {
			t.Fatalf("%d + %d is %d, %v", p, q, sum, err)
		}
	})
}

func TestPointsAsText(t *testing.T) {
	for p, want := range map[ledger.Points]string{
		0: "0", 1: "0.001", -1: "-0.001", 500: "0.5", 1000: "1", -3125: "-3.125", 12_340: "12.34",
		math.MaxInt64: "9223372036854775.807", math.MinInt64: "-9223372036854775.808",
	} {
		if got := p.String(); got != want {
			t.Errorf("%d: got %s, want %s", int64(p), got, want)
		}
	}
}

func TestSumDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wallets := []ledger.Wallet{"points", "stamps"}
		var entries []ledger.Entry
		points := make(map[ledger.Wallet]*big.Int)
		rests := make(map[ledger.Wallet]*big.Rat)
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			e := ledger.Entry{
				Account: account, Wallet: rapid.SampledFrom(wallets).Draw(t, "wallet"),
				Points: ledger.Points(rapid.Int64Range(-1e15, 1e15).Draw(t, "points")), Rest: drawFraction(t),
			}
			e.Rest.Den = max(e.Rest.Den%12, 1) // so that all denominators together stay small
			e.Rest = fraction(t, e.Rest.Num, e.Rest.Den)
			entries = append(entries, e)
			if points[e.Wallet] == nil {
				points[e.Wallet], rests[e.Wallet] = new(big.Int), new(big.Rat)
			}
			points[e.Wallet].Add(points[e.Wallet], big.NewInt(int64(e.Points)))
			rests[e.Wallet].Add(rests[e.Wallet], rat(e.Rest))
		}
		shuffled := rapid.Permutation(entries).Draw(t, "order")
		for _, list := range [][]ledger.Entry{entries, shuffled} {
			sums, err := ledger.Sum(list)
			if err != nil {
				t.Fatal(err)
			}
			got := sums[account]
			if len(got) != len(points) {
				t.Fatalf("got %v", got)
			}
			for w, p := range got {
				if p.Wallet != w || int64(p.Points) != points[w].Int64() || rat(p.Rest).Cmp(rests[w]) != 0 {
					t.Fatalf("%s: got %+v, want %v and %v", w, p, points[w], rests[w])
				}
			}
		}
	})
}

func TestSumKeepsAccountsApartAndACloseMovesNothing(t *testing.T) {
	other := ledger.Account{2}
	closing := closeDraft().Entries[0]
	sums, err := ledger.Sum([]ledger.Entry{
		{Account: account, Wallet: "points", Kind: ledger.Earn, Points: 5}, {Account: other, Wallet: "points", Kind: ledger.Earn, Points: 7}, closing,
	})
	if err != nil || sums[account]["points"].Points != 5 || sums[other]["points"].Points != 7 {
		t.Errorf("got %v, %v", sums, err)
	}
	for _, entries := range [][]ledger.Entry{
		{{Wallet: "p", Points: math.MaxInt64}, {Wallet: "p", Points: 1}},
		{{Wallet: "p", Rest: fraction(t, math.MaxInt64, 1)}, {Wallet: "p", Rest: fraction(t, 1, 1)}},
	} {
		if sums, err := ledger.Sum(entries); !errors.Is(err, ledger.ErrOverflow) {
			t.Errorf("got %v, %v", sums, err)
		}
	}
}

func TestHoldingIn(t *testing.T) {
	h := ledger.Holding{Positions: []ledger.Position{{Wallet: "points", Points: 5}}}
	if got := h.In("points"); got.Points != 5 {
		t.Errorf("got %+v", got)
	}
	if got := h.In("stamps"); !reflect.DeepEqual(got, ledger.Position{Wallet: "stamps"}) {
		t.Errorf("got %+v", got)
	}
}
