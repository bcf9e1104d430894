package earn

import (
	"math/big"
	"math/bits"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// exactly is a number of thousandths without any rounding: num/den, or where
// that does not fit, wide.
type exactly struct {
	num, den int64 // den above zero, or 0 for the zero exactly
	wide     *big.Rat
}

// maxWhole leaves room for a step above and below any sum.
const maxWhole = int64(1) << 62

func whole(n int64) exactly { return exactly{num: n, den: 1} }

func fromFraction(f ledger.Fraction) exactly { return exactly{num: f.Num, den: max(f.Den, 1)} }

// ratio is a*b/den, den above zero.
func ratio(a, b, den int64) exactly {
	if n, fits := mul(a, b); fits {
		return exactly{num: n, den: den}
	}
	r := new(big.Rat).Mul(big.NewRat(a, den), big.NewRat(b, 1))
	return exactly{wide: r}
}

func (e exactly) rat() *big.Rat {
	if e.wide != nil {
		return e.wide
	}
	return big.NewRat(e.num, max(e.den, 1))
}

// plus is e+f.
func (e exactly) plus(f exactly) exactly {
	if e.wide == nil && f.wide == nil {
		switch {
		case f.num == 0:
			return e
		case e.num == 0:
			return f
		case e.den == f.den:
			if n, fits := add(e.num, f.num); fits {
				return exactly{num: n, den: e.den}
			}
		default:
			g := gcd(e.den, f.den)
			den, ok := mul(e.den/g, f.den)
			a, okA := mul(e.num, f.den/g)
			b, okB := mul(f.num, e.den/g)
			if n, fits := add(a, b); ok && okA && okB && fits {
				return exactly{num: n, den: den}
			}
		}
	}
	return exactly{wide: new(big.Rat).Add(e.rat(), f.rat())}
}

// times is e*n/d, d above zero.
func (e exactly) times(n, d int64) exactly {
	if e.wide == nil {
		num, den := e.num, max(e.den, 1)
		g := gcd(max(num, -num), d)
		num, d = num/g, d/g
		if n != 0 {
			h := gcd(max(n, -n), den)
			n, den = n/h, den/h
		}
		a, okA := mul(num, n)
		b, okB := mul(den, d)
		if okA && okB {
			return exactly{num: a, den: b}
		}
	}
	return exactly{wide: new(big.Rat).Mul(e.rat(), big.NewRat(n, d))}
}

func (e exactly) negated() exactly {
	if e.wide == nil && e.num != -1<<63 {
		return exactly{num: -e.num, den: e.den}
	}
	return exactly{wide: new(big.Rat).Neg(e.rat())}
}

func (e exactly) minus(p ledger.Points) exactly { return e.plus(whole(-int64(p))) }

func (e exactly) sign() int {
	if e.wide != nil {
		return e.wide.Sign()
	}
	switch {
	case e.num > 0:
		return 1
	case e.num < 0:
		return -1
	}
	return 0
}

// cmp compares e with f.
func (e exactly) cmp(f exactly) int {
	if e.wide == nil && f.wide == nil && max(e.den, 1) == max(f.den, 1) {
		switch {
		case e.num < f.num:
			return -1
		case e.num > f.num:
			return 1
		}
		return 0
	}
	return e.rat().Cmp(f.rat())
}

// down is e rounded down, or ledger.ErrOverflow.
func (e exactly) down() (ledger.Points, error) { return e.round(1, programme.Floor) }

// fraction is e as a remainder, or ledger.ErrOverflow.
func (e exactly) fraction() (ledger.Fraction, error) {
	r := e.rat()
	if !r.Num().IsInt64() || !r.Denom().IsInt64() || r.Denom().Int64() > maxParts {
		return ledger.Fraction{}, ledger.ErrOverflow
	}
	return ledger.NewFraction(r.Num().Int64(), r.Denom().Int64())
}

// maxParts is the finest remainder that is carried: see ledger.NewFraction.
const maxParts = 1_000_000_000

// round is e as a multiple of step, or ledger.ErrOverflow.
func (e exactly) round(step ledger.Points, mode programme.Rounding) (ledger.Points, error) {
	if e.wide == nil {
		if den, fits := mul(max(e.den, 1), int64(step)); fits {
			if n, ok := rounded(e.num, den, mode); ok {
				return inRange(n, step)
			}
		}
	}
	r := new(big.Rat).Quo(e.rat(), big.NewRat(int64(step), 1))
	steps, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int)) // Euclidean, and the denominator is positive
	if rest.Sign() != 0 && up(mode, rest.Lsh(rest, 1).Cmp(r.Denom()), steps.Bit(0) == 1) {
		steps.Add(steps, big.NewInt(1))
	}
	if !steps.IsInt64() {
		return 0, ledger.ErrOverflow
	}
	return inRange(steps.Int64(), step)
}

// rounded is num/den as a whole number, and whether it could be told.
func rounded(num, den int64, mode programme.Rounding) (int64, bool) {
	steps, rest := num/den, num%den
	if rest < 0 {
		steps, rest = steps-1, rest+den
	}
	if rest != 0 {
		half := 0
		switch left := den - rest; {
		case rest > left:
			half = 1
		case rest < left:
			half = -1
		}
		if up(mode, half, steps%2 != 0) {
			steps++
		}
	}
	return steps, true
}

// up reports whether a part of a step becomes a step: half says how the part
// compares with half a step, odd whether the steps below it are.
func up(mode programme.Rounding, half int, odd bool) bool {
	switch mode {
	case programme.Ceil:
		return true
	case programme.HalfUp:
		return half >= 0
	case programme.HalfEven:
		return half > 0 || half == 0 && odd
	}
	return false
}

func inRange(steps int64, step ledger.Points) (ledger.Points, error) {
	n, fits := mul(steps, int64(step))
	if !fits || n >= maxWhole || n <= -maxWhole {
		return 0, ledger.ErrOverflow
	}
	return ledger.Points(n), nil
}

// add is a+b and whether it fits.
func add(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}

// mul is a*b and whether it fits.
func mul(a, b int64) (int64, bool) {
	if small(a) && small(b) {
		return a * b, true
	}
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func small(a int64) bool { return a > -1<<31 && a < 1<<31 }

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

// portion is of*part/all rounded down, with part from 0 to all.
func portion(of, part, all int64) int64 {
	if n, fits := mul(of, part); fits {
		q := n / all
		if n%all < 0 {
			q--
		}
		return q
	}
	n := new(big.Int).Mul(big.NewInt(of), big.NewInt(part))
	return n.Div(n, big.NewInt(all)).Int64() // no larger than of
}
