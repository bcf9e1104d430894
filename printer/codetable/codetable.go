// Package codetable finds the bytes that print a text, in the code tables that a printer has.
//
// A printer's table is 128 letters for the bytes from 0x80; below that all are ASCII. It is selected by a number that
// means nothing without the model: 18 is CP852 on most printers and Hebrew on a TM-T88III. The package is pure.
package codetable

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Table is a code table as one model numbers it. As a text it is "19 CP858".
type Table struct {
	Number byte
	Page   string // one of Pages
}

// MarshalText gives "19 CP858".
func (t Table) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d %s", t.Number, t.Page), nil }

// UnmarshalText reads "19 CP858". That the page is known is Set's to check.
func (t *Table) UnmarshalText(text []byte) error {
	number, page, ok := strings.Cut(string(text), " ")
	n, err := strconv.ParseUint(number, 10, 8)
	if !ok || err != nil || page == "" {
		return fmt.Errorf("code table %q: state its number and its name, such as \"19 CP858\"", text)
	}
	*t = Table{byte(n), page}
	return nil
}

// maxTables is as many as fit the bits of one word.
const maxTables = 64

// A Set is the tables of one model, most trusted first. It does not change, and may be used by several goroutines.
type Set struct {
	tables []Table
	in     map[rune]uint64 // which tables have a letter: one bit each, the most trusted lowest
	codes  []map[rune]byte
}

// New compiles tables, most trusted first.
func New(tables []Table) (Set, error) {
	if len(tables) == 0 || len(tables) > maxTables {
		return Set{}, fmt.Errorf("%d code tables: state 1 to %d", len(tables), maxTables)
	}
	s := Set{tables: tables, in: make(map[rune]uint64), codes: make([]map[rune]byte, len(tables))}
	for i, t := range tables {
		letters, known := Letters(t.Page)
		if !known {
			return Set{}, fmt.Errorf("code table %q is not known here: choose from %q", t.Page, Pages())
		}
		s.codes[i] = make(map[rune]byte, len(letters))
		for at, r := range letters {
			if _, twice := s.codes[i][r]; r != 0 && !twice {
				s.codes[i][r] = byte(0x80 + at)
				s.in[r] |= 1 << i
			}
		}
	}
	return s, nil
}

// Tables are the tables of s, most trusted first; what the methods call table i is the one at i here.
func (s Set) Tables() []Table { return s.tables }

// Has reports whether any table has r. ASCII, which all of them have, is not asked for.
func (s Set) Has(r rune) bool { return s.in[r] != 0 }

// Code gives the byte that prints r from table i.
func (s Set) Code(i int, r rune) (code byte, ok bool) {
	code, ok = s.codes[i][r]
	return code, ok
}

// Furthest is the table from which most of letters can be printed before another is needed, and of those that reach
// equally far the most trusted one. Every letter is ASCII or one for which Has holds. To switch as late as possible
// each time is to switch as seldom as possible.
func (s Set) Furthest(letters []rune) int {
	reach := uint64(1)<<len(s.tables) - 1
	for _, r := range letters {
		if r < utf8.RuneSelf {
			continue
		}
		further := reach & s.in[r]
		if further == 0 {
			break
		}
		reach = further
	}
	return bits.TrailingZeros64(reach)
}

// Letter is what is printed for text, one letter as the reader sees it: a printable ASCII character or one that a table
// has. Where no table has it, that is the letter that resembles it most, and at last a question mark.
func (s Set) Letter(text string) rune {
	if len(text) == 1 && text[0] >= ' ' && text[0] < 0x7f {
		return rune(text[0])
	}
	// Marks that could not be composed with their letter are in no table.
	r, _ := utf8.DecodeRuneInString(text)
	return Nearest(r, s.Has)
}

// Nearest is r if has says so, otherwise the letter that resembles it most of those that has knows or that are ASCII:
// what stands in for a sign, or a letter without its accents. It is a question mark where there is none.
func Nearest(r rune, has func(rune) bool) rune {
	if r >= utf8.RuneSelf && has(r) {
		return r
	}
	if plain := standIn(r); plain != 0 && (plain < utf8.RuneSelf || has(plain)) {
		return plain
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	if base >= ' ' && base < 0x7f || base != r && base >= utf8.RuneSelf && has(base) {
		return base
	}
	return '?'
}

// IsSign reports whether r has a stand-in that a reader takes for the same: a star, a tick, a stroke. Letters, digits
// and currencies are none.
func IsSign(r rune) bool {
	switch r {
	case 0xa0, '·', '•', '★', '☆', '⭐', '♥', '❤', '✓', '✔', '✗', '✘', '→', '←', '«', '»', '¨', '´', '─', '═', '│', '║', '¦', '▄', '▀', '█':
		return true
	}
	return false
}
