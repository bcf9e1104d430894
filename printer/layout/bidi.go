package layout

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// Printers print letters from left to right, so Hebrew has to be sent to them backwards. This is the algorithm of
// Unicode Standard Annex 9 for text without marks of direction, which Clean takes away: rules P2, P3, W1 to W7, N1, N2,
// I1, I2 and L1, L2, L4. Rule N0 is left out: a pair of brackets between words of both directions may end up with one
// on either side. Arabic letters are put in their order, but not joined.

// resolve gives every letter of paragraph its level, and reports whether one of them is read from right to left.
func resolve(paragraph Line) bool {
	if !anyRight(paragraph) {
		return false
	}
	classes := make([]bidi.Class, len(paragraph))
	base := uint8(0)
	for i, c := range paragraph {
		classes[i] = classOf(c.Text)
	}
	for _, c := range classes {
		if c == bidi.L {
			break
		}
		if c == bidi.R || c == bidi.AL {
			base = 1
			break
		}
	}
	resolveWeak(classes, base)
	resolveNeutral(classes, base)
	for i, c := range classes {
		paragraph[i].level = levelOf(c, base)
	}
	return true
}

// anyRight reports whether paragraph has a letter that is read from right to left. They begin with Hebrew, U+0590.
func anyRight(paragraph Line) bool {
	for _, c := range paragraph {
		if len(c.Text) > 0 && c.Text[0] >= 0xd6 {
			switch classOf(c.Text) {
			case bidi.R, bidi.AL, bidi.AN:
				return true
			}
		}
	}
	return false
}

// classOf is the direction of a letter: that of its first code point, since rule W1 gives its marks the same.
func classOf(letter string) bidi.Class {
	properties, _ := bidi.LookupString(letter)
	return properties.Class()
}

// resolveWeak is what numbers and the signs in and around them go by: rules W1 to W7.
func resolveWeak(classes []bidi.Class, base uint8) {
	before, strong := strongOf(base), strongOf(base)
	for i, c := range classes {
		switch {
		case c == bidi.NSM: // W1
			c = before
		case c == bidi.EN && strong == bidi.AL: // W2
			c = bidi.AN
		}
		if c == bidi.L || c == bidi.R || c == bidi.AL {
			strong = c
		}
		before, classes[i] = c, c
	}
	for i, c := range classes {
		if c == bidi.AL { // W3
			classes[i] = bidi.R
		}
	}
	for i := 1; i+1 < len(classes); i++ { // W4
		before, after := classes[i-1], classes[i+1]
		if before == after && (before == bidi.EN && (classes[i] == bidi.ES || classes[i] == bidi.CS) ||
			before == bidi.AN && classes[i] == bidi.CS) {
			classes[i] = before
		}
	}
	for i := 0; i < len(classes); { // W5 and W6
		n := 1
		switch classes[i] {
		case bidi.ET:
			n = resolveTerminators(classes, i)
		case bidi.ES, bidi.CS:
			classes[i] = bidi.ON
		}
		i += n
	}
	strong = strongOf(base)
	for i, c := range classes { // W7
		switch {
		case c == bidi.L || c == bidi.R:
			strong = c
		case c == bidi.EN && strong == bidi.L:
			classes[i] = bidi.L
		}
	}
}

// resolveTerminators makes the signs from i on, such as of a currency or a percentage, a part of the number they stand
// at, and gives how many they are.
func resolveTerminators(classes []bidi.Class, i int) int {
	end := i
	for end < len(classes) && classes[end] == bidi.ET {
		end++
	}
	as := bidi.ON
	if i > 0 && classes[i-1] == bidi.EN || end < len(classes) && classes[end] == bidi.EN {
		as = bidi.EN
	}
	for j := i; j < end; j++ {
		classes[j] = as
	}
	return end - i
}

// resolveNeutral gives blanks and signs the direction of what is on both sides of them, or the paragraph's: rules N1
// and N2.
func resolveNeutral(classes []bidi.Class, base uint8) {
	side := strongOf(base)
	for i := 0; i < len(classes); {
		if !neutral(classes[i]) {
			side = sideOf(classes[i])
			i++
			continue
		}
		end := i
		for end < len(classes) && neutral(classes[end]) {
			end++
		}
		other := strongOf(base)
		if end < len(classes) {
			other = sideOf(classes[end])
		}
		as := strongOf(base)
		if side == other {
			as = side
		}
		for ; i < end; i++ {
			classes[i] = as
		}
	}
}

func neutral(c bidi.Class) bool {
	return c != bidi.L && c != bidi.R && c != bidi.EN && c != bidi.AN
}

// sideOf is the direction that what stands beside c sees: numbers count as right to left there.
func sideOf(c bidi.Class) bidi.Class {
	if c == bidi.L {
		return bidi.L
	}
	return bidi.R
}

func strongOf(level uint8) bidi.Class {
	if level%2 == 0 {
		return bidi.L
	}
	return bidi.R
}

// levelOf is rules I1 and I2.
func levelOf(c bidi.Class, base uint8) uint8 {
	switch {
	case base == 0 && c == bidi.R:
		return 1
	case base == 0 && c != bidi.L:
		return 2
	case base == 1 && c != bidi.R:
		return 2
	}
	return base
}

// reorder puts the letters of a line in the order they stand on paper from left to right: rules L2 and L4. No line
// ends in a blank, so there is nothing for L1.
func reorder(line Line) {
	for level := uint8(2); level >= 1; level-- {
		for i := 0; i < len(line); i++ {
			begin := i
			for i < len(line) && line[i].level >= level {
				i++
			}
			reverse(line[begin:i])
		}
	}
	for i := range line {
		if line[i].level%2 == 1 {
			line[i].Text = mirrored(line[i].Text)
		}
		line[i].level = 0
	}
}

func reverse(line Line) {
	for i, j := 0, len(line)-1; i < j; i, j = i+1, j-1 {
		line[i], line[j] = line[j], line[i]
	}
}

// mirrored is the sign that looks as letter does from the other side.
func mirrored(letter string) string {
	r, _ := utf8.DecodeRuneInString(letter)
	switch r {
	case '<':
		return ">"
	case '>':
		return "<"
	case '«':
		return "»"
	case '»':
		return "«"
	}
	if properties, _ := bidi.LookupRune(r); properties.IsBracket() {
		return bidi.ReverseString(letter)
	}
	return letter
}
