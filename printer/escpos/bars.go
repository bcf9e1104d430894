package escpos

import (
	"strings"

	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// The m of GS k, function B, which states the length of the text: function A ends it with a NUL, and the NULs after a
// line that broke would complete what was cut off.
const (
	barsUPCA    = 65
	barsEAN13   = 67
	barsEAN8    = 68
	barsCode39  = 69
	barsITF     = 70
	barsCode128 = 73
)

// longestBarText is the most bytes that are sent for the text of a barcode: "{B", and each brace twice.
const longestBarText = 2 + 2*receipt.MaxBarcode

// barcode draws b in the middle of the paper; one that cannot be drawn becomes a line of text. The printer is at the
// beginning of a line before and after.
func (w *writer) barcode(b receipt.Barcode) {
	dots := w.profile.barDots(b)
	if dots == 0 {
		w.dst = append(appendPrintable(w.dst, b.Text), lf)
		return
	}
	w.centred(appendBars(nil, b, dots))
}

// barDots is how many dots a module of b is wide on the narrowest paper; 0 if p does not draw it.
func (p Profile) barDots(b receipt.Barcode) int {
	bars, err := symbol.Barcode(b)
	if p.Barcodes != BarcodesNative || err != nil {
		return 0
	}
	return symbol.BarDots(bars.Width(), p.Paper())
}

// appendBars adds height, width, font A and place of the text for people, and the bars.
func appendBars(dst []byte, b receipt.Barcode, dots int) []byte {
	dst = append(dst, gs, 'h', symbol.BarHeight, gs, 'w', byte(dots), gs, 'f', 0, gs, 'H', argument(b.HRI, 2))
	kind, text := barText(b)
	dst = append(dst, gs, 'k', kind, byte(len(text)))
	return append(dst, text...)
}

// barText is b as GS k is told it. A Code 128 says that it is all in set B: pairs of digits (set C) would be bytes
// among which live requests could stand, and which NULs complete.
func barText(b receipt.Barcode) (kind byte, text string) {
	switch b.Symbology {
	case receipt.EAN13:
		return barsEAN13, b.Text
	case receipt.EAN8:
		return barsEAN8, b.Text
	case receipt.UPCA:
		return barsUPCA, b.Text
	case receipt.Code39:
		return barsCode39, b.Text
	case receipt.ITF:
		return barsITF, b.Text
	}
	return barsCode128, "{B" + strings.ReplaceAll(b.Text, "{", "{{")
}
