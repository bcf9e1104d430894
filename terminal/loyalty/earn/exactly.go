package earn

import (
	"fmt"
	"math/bits"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// exactly is a number of thousandths without any rounding: whole and left/of,
// with left from 0 to below of.
type exactly struct {
	whole    ledger.Points
	left, of int64
}

const (
	// maxOf bounds the parts, so that two of them have a common denominator
	// that fits.
	maxOf = 1_000_000_000
	// maxWhole leaves room for a step above and below any sum.
	maxWhole = ledger.Points(1) << 62
)

func whole(p ledger.Points) exactly { return exactly{whole: p, of: 1} }

func fromFraction(f ledger.Fraction) exactly {
	of := max(f.Den, 1)
	down, left := f.Num/of, f.Num%of
	if left < 0 {
		down, left = down-1, left+of
	}
	return exactly{whole: ledger.Points(down), left: left, of: of}
}

// value is what paid is worth by a rate.
func value(rate programme.Rate, paid basket.Money) (exactly, error) {
	if rate.Points < 1 || rate.Per < 1 || rate.Per > maxOf || rate.Step < 1 || rate.Step > programme.MaxRatePoints {
		return exactly{}, fmt.Errorf("rate of %v for %d minor units in steps of %v: validate the programme", rate.Points, rate.Per, rate.Step)
	}
	hi, lo := bits.Mul64(magnitude(paid), uint64(rate.Points))
	if hi >= uint64(rate.Per) {
		return exactly{}, ledger.ErrOverflow
	}
	quotient, left := bits.Div64(hi, lo, uint64(rate.Per))
	if quotient > uint64(maxWhole) {
		return exactly{}, ledger.ErrOverflow
	}
	e := exactly{whole: ledger.Points(quotient), left: int64(left), of: int64(rate.Per)}
	if paid < 0 {
		return e.negated(), nil
	}
	return e, nil
}

func magnitude(m basket.Money) uint64 {
	if m < 0 {
		return -uint64(m)
	}
	return uint64(m)
}

func (e exactly) negated() exactly {
	if e.left == 0 {
		return exactly{whole: -e.whole, of: e.of}
	}
	return exactly{whole: -e.whole - 1, left: e.of - e.left, of: e.of}
}

// plus is e+f, or ledger.ErrOverflow.
func (e exactly) plus(f exactly) (exactly, error) {
	sum, err := e.whole.Add(f.whole)
	if err != nil {
		return exactly{}, err
	}
	if sum >= maxWhole || sum <= -maxWhole {
		return exactly{}, ledger.ErrOverflow
	}
	left, of := e.left*f.of+f.left*e.of, e.of*f.of // at most 2*10^18
	if left >= of {
		sum, left = sum+1, left-of
	}
	return exactly{whole: sum, left: left, of: of}, nil
}

// less is e-p as a fraction, or ledger.ErrOverflow.
func (e exactly) less(p ledger.Points) (ledger.Fraction, error) {
	part, err := ledger.NewFraction(e.left, e.of)
	if err != nil {
		return ledger.Fraction{}, err
	}
	difference, err := e.whole.Add(-p)
	if err != nil {
		return ledger.Fraction{}, err
	}
	rest, err := ledger.NewFraction(int64(difference), 1)
	if err != nil {
		return ledger.Fraction{}, err
	}
	return rest.Add(part)
}

// round is e as a multiple of step.
func (e exactly) round(step ledger.Points, mode programme.Rounding) ledger.Points {
	above := e.whole % step
	if above < 0 {
		above += step
	}
	down := e.whole - above
	if above == 0 && e.left == 0 {
		return down
	}
	switch mode {
	case programme.Ceil:
		return down + step
	case programme.HalfUp, programme.HalfEven:
		// e lies so far above down, in parts of a step. The step is at most
		// 10^9 and so is of, for one rate's worth alone is rounded like this.
		twice, full := 2*(int64(above)*e.of+e.left), int64(step)*e.of
		odd := down/step%2 != 0
		if twice > full || twice == full && (mode == programme.HalfUp || odd) {
			return down + step
		}
	}
	return down
}
