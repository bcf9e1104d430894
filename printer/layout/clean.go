package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean is text as paper can carry it: composed (Unicode NFC), with typographic blanks, dashes, quotes, dots
// and joined letters made plain, and without anything that is not to be seen but the line feed. Bytes that are
// not UTF-8 and letters without a meaning become question marks.
//
// Controls go because texts come from elsewhere, too: an escape byte in an offer would open the cash drawer or
// rewrite the printer's settings. Typographic signs go because most code tables lack them, and because some
// take another number of columns than what stands in for them, which only the layout can still put right.
func Clean(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	marks := 0
	for _, r := range strings.ToValidUTF8(text, "?") {
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		}
		if marks <= maxMarks {
			writePlain(&b, r)
		}
	}
	// Composed last: what was dropped may have stood between a letter and its accent.
	return norm.NFC.String(b.String())
}

// maxMarks is how many marks a letter may have over, under and in it. No language needs more; a thousand of them would
// be one letter still.
const maxMarks = 4

// isPlain reports whether text is printable ASCII and line feeds: the usual case.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '\n' && (c < ' ' || c >= 0x7f) {
			return false
		}
	}
	return true
}

func writePlain(b *strings.Builder, r rune) {
	switch {
	case r == '\n' || r >= ' ' && r < 0x7f:
		b.WriteByte(byte(r))
	case r >= 0xff01 && r <= 0xff5e: // ASCII in the width of Chinese letters
		b.WriteByte(byte(r - 0xff01 + '!'))
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		// Which of two pictures of a letter is meant, and letters that are not to be seen, such as the filler U+3164.
	default:
		plain, known := standIn(r)
		switch {
		case known:
			b.WriteString(plain)
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.In(r, unicode.Cc, unicode.Cf):
		case unicode.IsPrint(r) && r != utf8.RuneError:
			b.WriteRune(r)
		default:
			b.WriteByte('?')
		}
	}
}

// standIn is the plain text for a typographic sign or a currency that no code table has.
func standIn(r rune) (string, bool) {
	switch r {
	case '\t':
		return " ", true
	case '\u2028', '\u2029': // line and paragraph separator
		return "\n", true
	case '\u00a0', '\u2007', '\u202f': // blanks that hold a number and its currency together
		return glue, true
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return "-", true
	case '‘', '’', '‚', '‛', '′', '‹', '›':
		return "'", true
	case '“', '”', '„', '‟', '″':
		return `"`, true
	case '…':
		return "...", true
	case 'ĳ':
		return "ij", true
	case 'Ĳ':
		return "IJ", true
	case 'ŉ':
		return "'n", true
	case 'ﬀ':
		return "ff", true
	case 'ﬁ':
		return "fi", true
	case 'ﬂ':
		return "fl", true
	case 'ﬃ':
		return "ffi", true
	case 'ﬄ':
		return "ffl", true
	case 'ﬅ', 'ﬆ':
		return "st", true
	case '₺':
		return "TL", true
	case '₹':
		return "Rs", true
	case '₽':
		return "RUB", true
	case '₴':
		return "UAH", true
	case '₩':
		return "KRW", true
	case '₫':
		return "VND", true
	case '₪':
		return "ILS", true
	}
	return "", false
}
