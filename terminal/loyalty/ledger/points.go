package ledger

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// A Wallet names one kind of unit of one programme: "points", "stars", "stamps".
type Wallet string

// Points counts thousandths of a wallet's unit. Awards are positive, spendings
// negative.
type Points int64

// Unit is one whole point, star or stamp.
const Unit Points = 1000

// ErrOverflow says that a sum of points does not fit; nothing was changed.
var ErrOverflow = errors.New("sum of points does not fit in 64 bits")

// Add is p+q, or ErrOverflow.
func (p Points) Add(q Points) (Points, error) {
	if (q > 0 && p > math.MaxInt64-q) || (q < 0 && p < math.MinInt64-q) {
		return 0, fmt.Errorf("add %d and %d thousandths: %w", p, q, ErrOverflow)
	}
	return p + q, nil
}

// String is the amount in units with a decimal point and no needless zeros:
// "12", "0.5", "-3.125". A slip uses words, which knows the language's comma.
func (p Points) String() string {
	whole, rest := int64(p/Unit), int64(p%Unit)
	if rest == 0 {
		return strconv.FormatInt(whole, 10)
	}
	sign := ""
	if p < 0 {
		sign, whole, rest = "-", -whole, -rest
	}
	return sign + strconv.FormatInt(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%03d", rest), "0")
}

// A Fraction is an exact part of a thousandth of a point, or a sum of such
// parts: Num/Den in lowest terms with Den above zero. The zero value is 0.
//
// It is what rounding left over. Sums of fractions do not depend on their
// order, so what several shops carried adds up to one remainder.
type Fraction struct {
	Num int64
	Den int64
}

// maxDen bounds denominators so that every sum stays exact in 128 bits; rates
// of real programmes stay far below it.
const maxDen = 1_000_000_000

// NewFraction is num/den in lowest terms; den must be from 1 to 10^9.
func NewFraction(num, den int64) (Fraction, error) {
	if den < 1 || den > maxDen {
		return Fraction{}, fmt.Errorf("fraction %d/%d: the denominator must be from 1 to %d", num, den, maxDen)
	}
	if num == 0 {
		return Fraction{}, nil
	}
	g := gcd(abs(num), uint64(den))
	if num/int64(g) == math.MinInt64 {
		return Fraction{}, fmt.Errorf("fraction %d/%d: %w", num, den, ErrOverflow) // it has no opposite
	}
	return Fraction{Num: num / int64(g), Den: den / int64(g)}, nil
}

// IsZero reports whether f is 0.
func (f Fraction) IsZero() bool { return f.Num == 0 }

// Neg is -f.
func (f Fraction) Neg() Fraction { return Fraction{Num: -f.Num, Den: f.Den} }

func (f Fraction) den() int64 { return max(f.Den, 1) }

// Over is f with the denominator den, exactly, and whether that is possible
// without loss.
func (f Fraction) Over(den int64) (num int64, exact bool) {
	if den < 1 || den%f.den() != 0 {
		return 0, false
	}
	return mul(f.Num, den/f.den())
}

// Add is f+g exactly, or ErrOverflow when their common denominator passes
// 10^9 or the numerator 64 bits.
func (f Fraction) Add(g Fraction) (Fraction, error) {
	den, ok := lcm(f.den(), g.den())
	if !ok {
		return Fraction{}, fmt.Errorf("add remainders %v and %v: %w", f, g, ErrOverflow)
	}
	a, okA := f.Over(den)
	b, okB := g.Over(den)
	sum, err := Points(a).Add(Points(b))
	if !okA || !okB || err != nil {
		return Fraction{}, fmt.Errorf("add remainders %v and %v: %w", f, g, ErrOverflow)
	}
	return NewFraction(int64(sum), den)
}

func (f Fraction) String() string {
	return strconv.FormatInt(f.Num, 10) + "/" + strconv.FormatInt(f.den(), 10)
}

// MarshalText writes "num/den".
func (f Fraction) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads "num/den" in lowest terms.
func (f *Fraction) UnmarshalText(b []byte) error {
	n, d, ok := strings.Cut(string(b), "/")
	num, errN := strconv.ParseInt(n, 10, 64)
	den, errD := strconv.ParseInt(d, 10, 64)
	if !ok || errN != nil || errD != nil {
		return fmt.Errorf("fraction %q: need num/den", b)
	}
	g, err := NewFraction(num, den)
	if err != nil {
		return err
	}
	if g.String() != string(b) {
		return fmt.Errorf("fraction %q: not in lowest terms", b)
	}
	*f = g
	return nil
}

func lcm(a, b int64) (int64, bool) {
	n, ok := mul(a/int64(gcd(uint64(a), uint64(b))), b)
	return n, ok && n <= maxDen
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func abs(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// mul is a*b and whether it fits.
func mul(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(abs(a), abs(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}
