package codetable

// standIn is the letter that resembles r most and does not follow from taking its accents off; 0 if there is
// none. It is a single one, since r has only the room of one letter.
func standIn(r rune) rune {
	switch r {
	case 0xa0:
		return ' '
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
	case '═', '▄', '▀':
		return '='
	case '█':
		return '#'
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
