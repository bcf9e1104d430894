package escpos

import (
	"strings"

	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

const (
	// letterDots and lineDots are the measures of font A, in dots of the print head: a letter is 12 wide, and
	// lines stand 30 apart or a little more.
	letterDots = 12
	lineDots   = 30
	// sliceBytes is how much of a picture one command carries. Some models run out of memory with tall pictures;
	// and what a command may still wait for, after the line broke in it, has to be sent before the next slip.
	sliceBytes = 1024
	sliceRows  = 128
)

// The longest commands, as far as their first argument is what the printer waits for.
const (
	longestStore = 2 + 3 + receipt.MaxQR // pL pH, cn fn m, and the text
	longestSlice = 4 + sliceBytes        // xL xH yL yH, and the dots
	longestGraph = 2 + 10 + sliceBytes   // pL pH, ten of settings, and the dots
	longestBars  = 2 + longestBarText    // m n, and the text
)

// dotsOf is how many dots a module has in the code of text, whatever mode the printer makes it in; 0 for a text
// that is too long.
func (p Profile) dotsOf(text string) int {
	side := symbol.LargestSide(text)
	if side == 0 {
		return 0
	}
	return symbol.Dots(side, p.Paper())
}

// code draws the QR code of text in the middle of the paper; one that cannot be drawn becomes a line of text. The
// printer is at the beginning of a line before and after.
func (w *writer) code(text string) {
	drawn, ok := w.profile.draw(text)
	if !ok {
		w.dst = append(appendPrintable(w.dst, text), lf)
		return
	}
	w.centred(drawn)
}

// centred adds commands that draw something in the middle of the paper.
func (w *writer) centred(drawing []byte) {
	w.dst = append(w.dst, esc, 'a', 1)
	w.dst = append(w.dst, drawing...)
	w.dst = append(w.dst, esc, 'a', 0)
	w.table = unknown // some models forget it over a picture
}

// draw gives the commands that draw the QR code of text where the printer is.
func (p Profile) draw(text string) (commands []byte, ok bool) {
	if text == "" || len(text) > receipt.MaxQR || !isPrintable(text) {
		return nil, false
	}
	switch p.QR {
	case QRNative:
		return appendNative(nil, text, p.dotsOf(text)), true
	case QRPicture:
		c, err := symbol.QR(text)
		return appendModules(nil, c, symbol.Dots(c.Side(), p.Paper())), err == nil
	}
	return nil, false
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

func appendPrintable(dst []byte, text string) []byte {
	for _, r := range text {
		if r < ' ' || r > '~' {
			r = '?'
		}
		dst = append(dst, byte(r))
	}
	return dst
}

// appendNative adds the functions of GS ( k that make the printer draw a code: model 2, the dots of a module,
// error correction M, its text, print.
func appendNative(dst []byte, text string, dots int) []byte {
	dst = append(dst, gs, '(', 'k', 4, 0, 49, 65, 50, 0)
	dst = append(dst, gs, '(', 'k', 3, 0, 49, 67, byte(dots))
	dst = append(dst, gs, '(', 'k', 3, 0, 49, 69, 49)
	n := len(text) + 3
	dst = append(dst, gs, '(', 'k', byte(n), byte(n>>8), 49, 80, 48)
	dst = append(dst, text...)
	return append(dst, gs, '(', 'k', 3, 0, 49, 81, 48)
}

// appendModules adds c as raster pictures, one below the other, whose dots the printer doubles in both directions:
// that is a quarter of the bytes.
//
// A module is two dots wide before that, at least, so no byte of a picture has a single black dot in its middle:
// none is 0x10, with which the live requests begin that a printer obeys even inside a picture.
func appendModules(dst []byte, c symbol.Code, dots int) []byte {
	const doubled = 3
	half := max(dots/2, 2)
	width := (c.Side()*half + 7) / 8
	rows := sliceBytes / (width * half) // of modules, in one slice
	for top := 0; top < c.Side(); top += rows {
		end := min(top+rows, c.Side())
		high := (end - top) * half
		dst = append(dst, gs, 'v', '0', doubled, byte(width), 0, byte(high), byte(high>>8))
		for y := top; y < end; y++ {
			row := appendRow(nil, c, y, half)
			for range half {
				dst = append(dst, row...)
			}
		}
	}
	return dst
}

// appendRow adds one row of c, eight dots in a byte, the leftmost highest.
func appendRow(dst []byte, c symbol.Code, y, dots int) []byte {
	for first := 0; first < c.Side()*dots; first += 8 {
		var b byte
		for i := range 8 {
			if c.Black((first+i)/dots, y) {
				b |= 0x80 >> i
			}
		}
		dst = append(dst, b)
	}
	return dst
}
