package codetable

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charmaps are the tables of golang.org/x/text.
func charmaps(page string) *charmap.Charmap {
	switch page {
	case "CP437":
		return charmap.CodePage437
	case "CP850":
		return charmap.CodePage850
	case "CP852":
		return charmap.CodePage852
	case "CP855":
		return charmap.CodePage855
	case "CP858":
		return charmap.CodePage858
	case "CP860":
		return charmap.CodePage860
	case "CP862":
		return charmap.CodePage862
	case "CP863":
		return charmap.CodePage863
	case "CP865":
		return charmap.CodePage865
	case "CP866":
		return charmap.CodePage866
	case "CP1250":
		return charmap.Windows1250
	case "CP1251":
		return charmap.Windows1251
	case "CP1252":
		return charmap.Windows1252
	case "CP1253":
		return charmap.Windows1253
	case "CP1254":
		return charmap.Windows1254
	case "CP1255":
		return charmap.Windows1255
	case "CP1257":
		return charmap.Windows1257
	case "CP1258":
		return charmap.Windows1258
	case "ISO8859-1":
		return charmap.ISO8859_1
	case "ISO8859-2":
		return charmap.ISO8859_2
	case "ISO8859-7":
		return charmap.ISO8859_7
	case "ISO8859-9":
		return charmap.ISO8859_9
	case "ISO8859-15":
		return charmap.ISO8859_15
	}
	return nil
}

// Pages are the names of the tables that are known here: those of Latin, Greek, Cyrillic and Hebrew letters. CP851 and
// CP853 are not among them, since makers disagree on what is in them.
func Pages() []string {
	return []string{"CP437", "CP720", "CP737", "CP772", "CP774", "CP775", "CP850", "CP852", "CP855", "CP857", "CP858", "CP860", "CP861",
		"CP862", "CP863", "CP865", "CP866", "CP869", "CP1125", "CP1250", "CP1251", "CP1252", "CP1253", "CP1254", "CP1255", "CP1257",
		"CP1258", "ISO8859-1", "ISO8859-2", "ISO8859-7", "ISO8859-9", "ISO8859-15", "RK1048"}
}

// Letters gives the letters of the bytes 0x80 to 0xff in a table, 0 for a byte that prints none.
func Letters(page string) (letters [128]rune, known bool) {
	if page == "" || !slices.Contains(Pages(), page) {
		return letters, false
	}
	if c := charmaps(page); c != nil {
		for i := range letters {
			letters[i] = printing(c.DecodeByte(byte(0x80 + i)))
		}
		return letters, true
	}
	text, _ := own(page)
	for i := range letters {
		r, size := utf8.DecodeRuneInString(text)
		letters[i], text = printing(r), text[size:]
	}
	return letters, true
}

// printing is r if it is a letter on paper. Controls, blanks and soft hyphens are none.
func printing(r rune) rune {
	if r <= 0xa0 || r == 0xad || r == utf8.RuneError || r >= 0x200b && r <= 0x200f {
		return 0
	}
	return r
}
