package member

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Phone is a telephone number in its one form: a plus, the country's calling
// code and the national number, as ITU-T E.164 has it. Example: 06-12345678
// typed in the Netherlands is +31612345678.
//
// It prints as its mask. It cannot be compared with ==: compare refs.
type Phone struct {
	_         [0]func()
	canonical *string // behind a pointer, for the reason a CardNumber's is
}

// ErrNotAPhone says that a text is no telephone number.
var ErrNotAPhone = errors.New("not a telephone number")

// ParsePhone reads a number as people type it: with blanks, dots, dashes,
// slashes and brackets, with a zero in brackets behind the country, with + or
// 00 before the country, or in the national form of the country with the
// calling code home ("31"). The error is ErrNotAPhone. It knows how a number
// is built, not whether anybody has it.
func ParsePhone(text, home string) (Phone, error) {
	digits, international := dialled(text)
	if !international {
		p := planOf(home)
		national, trunk := strings.CutPrefix(digits, "0")
		switch {
		case trunk && p.trunk:
			digits = home + national
		case !trunk && !p.trunk:
			digits = home + digits
		default:
			// Without its zero a number could as well begin with a country.
			return Phone{}, ErrNotAPhone
		}
	}
	p := planOf(digits)
	national := digits[min(len(p.country), len(digits)):]
	if p.trunk && p.country != "" {
		// "+31 (0)6": the zero is for calls within the country.
		national = strings.TrimPrefix(national, "0")
	}
	if len(national) < p.least || len(national) > p.most || !allDigits(digits) || digits[0] == '0' || national[0] == '0' {
		return Phone{}, ErrNotAPhone
	}
	canonical := "+" + p.country + national
	return Phone{canonical: &canonical}, nil
}

// dialled is the digits of a number as it was typed, less what stands before
// the country; international says that a country comes first.
func dialled(text string) (digits string, international bool) {
	digits = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0.-\u2010\u2011\u2013/()", r) {
			return -1
		}
		return r
	}, text)
	if rest, plus := strings.CutPrefix(digits, "+"); plus {
		return rest, true
	}
	if rest, zeros := strings.CutPrefix(digits, "00"); zeros {
		return rest, true
	}
	return digits, false
}

// A plan is how a country's numbers are built: from least to most digits after
// the calling code. trunk says that a zero is dialled before them at home.
type plan struct {
	country     string
	least, most int
	trunk       bool
}

// plans are those of the countries our shops and their customers live in
// (ITU-T E.164, national numbering plans as notified to the ITU).
var plans = []plan{
	{"31", 9, 9, true},    // Netherlands
	{"32", 8, 9, true},    // Belgium
	{"33", 9, 9, true},    // France
	{"34", 9, 9, false},   // Spain
	{"352", 6, 11, false}, // Luxembourg
	{"353", 7, 9, true},   // Ireland
	{"41", 9, 9, true},    // Switzerland
	{"43", 7, 13, true},   // Austria
	{"44", 9, 10, true},   // United Kingdom
	{"45", 8, 8, false},   // Denmark
	{"48", 9, 9, false},   // Poland
	{"49", 6, 11, true},   // Germany
}

// anyPlan is what all countries have in common: at most 15 digits in all.
var anyPlan = plan{"", 8, 15, true}

// planOf is the plan of the country whose calling code digits begin with. No
// code is the beginning of another.
func planOf(digits string) plan {
	for _, p := range plans {
		if strings.HasPrefix(digits, p.country) {
			return p
		}
	}
	return anyPlan
}

// IsZero reports whether p is no number at all.
func (p Phone) IsZero() bool { return p.canonical == nil }

// Canonical is the whole number, for making refs; it goes into no log or message.
func (p Phone) Canonical() string {
	if p.canonical == nil {
		return ""
	}
	return *p.canonical
}

// Mask is what may be shown of the number: "…5678".
func (p Phone) Mask() string { return Mask(p.Canonical()) }

// String is the mask.
func (p Phone) String() string { return p.Mask() }

// GoString is the mask too.
func (p Phone) GoString() string { return "phone " + p.Mask() }

// Format writes the mask whatever the verb.
func (p Phone) Format(s fmt.State, _ rune) { io.WriteString(s, p.String()) }

// Identifier is the number as a record keeps it.
func (p Phone) Identifier(key ChainKey) Identifier {
	return Identifier{Ref: NewRef(key, KindPhone, p.Canonical()), Kind: KindPhone, Mask: p.Mask()}
}
