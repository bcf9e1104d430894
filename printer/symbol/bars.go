package symbol

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/receipt"
)

// QuietBars is how many modules of white a reader needs on each side of a barcode: 11 before an EAN-13, which asks
// for the most. Above and below it needs none.
const QuietBars = 11

// The dots of a module's width on paper: from a quarter of a millimetre, which is the thinnest bar that printers
// are asked for, to three eighths, which is a little over the nominal size of an EAN-13.
const (
	minBarDots = 2
	maxBarDots = 3
)

// BarHeight is the height of bars on paper in dots: 12 mm or a little more, so that a hand-held scanner need not
// be aimed.
const BarHeight = 96

// Bars are the modules of one barcode from left to right, its quiet zones not counted. A wide bar of the kinds that
// have two widths is three modules; printers make it two to three.
type Bars struct{ black []bool }

// Width is how many modules b has.
func (b Bars) Width() int { return len(b.black) }

// Black reports whether the module at x from the left is dark. There are none outside.
func (b Bars) Black(x int) bool { return x >= 0 && x < len(b.black) && b.black[x] }

// Barcode makes the bars of b.
func Barcode(b receipt.Barcode) (Bars, error) {
	if err := b.Validate(); err != nil {
		return Bars{}, fmt.Errorf("make bars: %w", err)
	}
	var bars Bars
	switch b.Symbology {
	case receipt.EAN13:
		bars.ean13(b.Text)
	case receipt.UPCA:
		bars.ean13("0" + b.Text)
	case receipt.EAN8:
		bars.ean8(b.Text)
	case receipt.Code128:
		bars.code128(b.Text)
	case receipt.Code39:
		bars.code39(b.Text)
	case receipt.ITF:
		bars.itf(b.Text)
	}
	return bars, nil
}

// BarDots is how wide a module is, in dots, in a barcode of so many modules on paper so many dots wide, its quiet
// zones included; 0 if it does not fit.
func BarDots(width, paper int) int {
	dots := min(paper/(width+2*QuietBars), maxBarDots)
	if dots < minBarDots {
		return 0
	}
	return dots
}

// stripes adds dark and light stripes in turn, dark first; their widths are digits.
func (b *Bars) stripes(widths string) { b.turns(true, widths) }

// gaps is stripes that begin with a light one.
func (b *Bars) gaps(widths string) { b.turns(false, widths) }

func (b *Bars) turns(dark bool, widths string) {
	for _, w := range widths {
		b.black = append(b.black, slices.Repeat([]bool{dark}, int(w-'0'))...)
		dark = !dark
	}
}

// eanDigits are the four stripes of each digit of EAN and UPC (ISO/IEC 15420, table 2): light first in set A, left of
// the middle, and dark first right of it. Those of set B, left too, are mirrored.
var eanDigits = [10]string{"3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"}

// eanFirst tells which of the six digits on the left are of set B: so the first digit of thirteen is coded, which
// has no bars of its own.
var eanFirst = [10]string{"AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"}

func (b *Bars) ean13(text string) {
	sets := eanFirst[text[0]-'0']
	b.stripes("111")
	for i, digit := range text[1:7] {
		b.eanLeft(sets[i], eanDigits[digit-'0'])
	}
	b.gaps("11111")
	b.eanRight(text[7:])
	b.stripes("111")
}

func (b *Bars) ean8(text string) {
	b.stripes("111")
	for _, digit := range text[:4] {
		b.eanLeft('A', eanDigits[digit-'0'])
	}
	b.gaps("11111")
	b.eanRight(text[4:])
	b.stripes("111")
}

func (b *Bars) eanLeft(set byte, widths string) {
	if set == 'B' {
		mirrored := []byte(widths)
		slices.Reverse(mirrored)
		widths = string(mirrored)
	}
	b.gaps(widths)
}

func (b *Bars) eanRight(text string) {
	for _, digit := range text {
		b.stripes(eanDigits[digit-'0'])
	}
}

// code128 writes text in set B. Digits in pairs (set C) would be narrower, and printers differ on how that is asked
// for; a picture of bars must be what they print.
func (b *Bars) code128(text string) {
	const startB, stop = 104, "2331112"
	b.stripes(code128Symbols[startB])
	sum := startB
	for i := range len(text) {
		value := int(text[i] - ' ')
		b.stripes(code128Symbols[value])
		sum += (i + 1) * value
	}
	b.stripes(code128Symbols[sum%103])
	b.stripes(stop)
}

// code128Symbols are the symbols of Code 128 but the last one, which ends it, by their value (ISO/IEC 15417, table 1).
var code128Symbols = strings.Fields(`
	212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
	123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
	232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
	313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
	111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
	111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
	114311 411113 411311 113141 114131 311141 411131 211412 211214 211232`)

// code39 puts an asterisk before and after text, which is how a reader finds its ends.
func (b *Bars) code39(text string) {
	for i, letter := range "*" + text + "*" {
		if i > 0 {
			b.gaps("1")
		}
		b.stripes(code39Symbols[strings.IndexRune(code39Letters, letter)])
	}
}

const code39Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*"

// code39Symbols are the nine stripes of each of those letters (ISO/IEC 16388, table 1).
var code39Symbols = strings.Fields(`
	111331311 311311113 113311113 313311111 111331113 311331111 113331111 111311313 311311311 113311311
	311113113 113113113 313113111 111133113 311133111 113133111 111113313 311113311 113113311 111133311
	311111133 113111133 313111131 111131133 311131131 113131131 111111333 311111331 113111331 111131331
	331111113 133111113 333111111 131131113 331131111 133131111
	131111313 331111311 133111311 131313111 131311131 131113131 111313131 131131311`)

// itf writes digits in pairs (interleaved two of five): one in the dark stripes, one in the light ones between them.
func (b *Bars) itf(text string) {
	b.stripes("1111")
	for i := 0; i < len(text); i += 2 {
		dark, light := itfDigits[text[i]-'0'], itfDigits[text[i+1]-'0']
		for j := range len(dark) {
			b.stripes(dark[j:j+1] + light[j:j+1])
		}
	}
	b.stripes("311")
}

// itfDigits are the five stripes of each digit (ISO/IEC 16390, table 1).
var itfDigits = [10]string{"11331", "31113", "13113", "33111", "11313", "31311", "13311", "11133", "31131", "13131"}
