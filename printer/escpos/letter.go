package escpos

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letter is what is printed for the letter of a cell: a printable ASCII character or one that a table has.
func (e *Encoder) letter(text string) rune {
	if len(text) == 1 && text[0] >= ' ' && text[0] < 0x7f {
		return rune(text[0])
	}
	// The marks that the layout could not compose with their letter are in no table.
	r, _ := utf8.DecodeRuneInString(text)
	if e.has(r) {
		return r
	}
	if plain := standIn(r); plain != 0 && (plain < 0x80 || e.has(plain)) {
		return plain
	}
	if base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r))); base != r {
		if base >= ' ' && base < 0x7f || e.has(base) {
			return base
		}
	}
	if r >= ' ' && r < 0x7f {
		return r
	}
	return '?'
}

func (e *Encoder) has(r rune) bool {
	for _, t := range e.tables {
		if _, ok := t.code(r); ok {
			return true
		}
	}
	return false
}

// standIn is the letter that resembles r most and does not follow from taking its accents off; 0 if there is
// none. It is a single one, since r has only the room of one letter.
func standIn(r rune) rune {
	switch r {
	case 'ł':
		return 'l'
	case 'Ł':
		return 'L'
	case 'đ', 'ð':
		return 'd'
	case 'Đ', 'Ð':
		return 'D'
	case 'ø':
		return 'o'
	case 'Ø':
		return 'O'
	case 'ħ':
		return 'h'
	case 'Ħ':
		return 'H'
	case 'ŧ':
		return 't'
	case 'Ŧ':
		return 'T'
	case 'ı':
		return 'i'
	case 'ŋ':
		return 'n'
	case 'Ŋ':
		return 'N'
	case 'ſ':
		return 's'
	case 'ẞ':
		return 'ß'
	case 'ß':
		return 's'
	case 'æ':
		return 'a'
	case 'Æ':
		return 'A'
	case 'œ':
		return 'o'
	case 'Œ':
		return 'O'
	case 'þ':
		return 't'
	case 'Þ':
		return 'T'
	case 'ƒ':
		return 'f'
	case '€':
		return 'E'
	case '£':
		return 'L'
	case '¥':
		return 'Y'
	case '¢':
		return 'c'
	case '×':
		return 'x'
	case '÷':
		return ':'
	case '±':
		return '+'
	case '·', '•', '★', '☆', '⭐', '♥', '❤':
		return '*'
	case '✓', '✔':
		return 'v'
	case '✗', '✘':
		return 'x'
	case '→':
		return '>'
	case '←':
		return '<'
	case '«', '»', '¨':
		return '"'
	case '´':
		return '\''
	case '─':
		return '-'
	case '═':
		return '='
	case '│', '║', '¦':
		return '|'
	case '©':
		return 'c'
	case '®':
		return 'r'
	case '°', 'º':
		return 'o'
	case 'ª':
		return 'a'
	case '№':
		return 'N'
	}
	return 0
}
