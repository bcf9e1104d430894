package printertest

import (
	"slices"

	"zegel/printer/layout"
)

const (
	letterDots = 12 // the width of a letter
	lineDots   = 30 // the height of a line
	quiet      = 4  // modules of white that a reader needs on each side
)

// A symbol is what the printer was told of a QR code that it is to draw.
type symbol struct {
	model, dots, level byte
	text               string
}

// bytesM is how many bytes go into a code of each version at level M, by table 7 of ISO/IEC 18004.
var bytesM = []int{1: 14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331}

// code runs GS ( k, and gives its length, 0 if more bytes must come first.
func (p *Printer) code(b []byte) int {
	switch {
	case len(b) > 2 && b[2] != 'k' && b[2] != 0:
		p.odd = append(p.odd, b[:2]...)
		return 2
	case len(b) < 5:
		return 0
	}
	n := 5 + int(b[3]) + int(b[4])<<8
	if len(b) < n {
		return 0
	}
	function, args := "", b[5:n]
	if len(args) >= 3 && args[0] == 49 {
		function, args = string(args[1]), args[2:]
	}
	switch {
	case function == "A" && len(args) == 2:
		p.symbol.model = args[0]
	case function == "C" && len(args) == 1:
		p.symbol.dots = args[0]
	case function == "E" && len(args) == 1:
		p.symbol.level = args[0]
	case function == "P" && args[0] == 48:
		p.symbol.text = string(args[1:])
	case function == "Q" && len(args) == 1 && args[0] == 48 && p.fits():
		p.onRoll.Lines = append(p.onRoll.Lines, layout.Line{{Text: p.symbol.text, QR: true}})
		p.unroll(p.symbol.side() * int(p.symbol.dots) / lineDots)
	case b[n-1] == 0: // a command that was cut off: it does nothing
	default:
		p.odd = append(p.odd, b[:n]...)
	}
	return n
}

// side is how many modules the code would have if it took eight bits for each letter; 0 if there are too many.
func (s symbol) side() int {
	for version, most := range bytesM {
		if version > 0 && len(s.text) <= most {
			return 17 + 4*version
		}
	}
	return 0
}

// fits reports whether the code can be drawn: one that is too wide is not drawn at all.
func (p *Printer) fits() bool {
	s := p.symbol
	return len(p.line) == 0 && s.model == 50 && s.dots >= 1 && s.dots <= 16 && s.level == 49 && s.text != "" &&
		s.side() > 0 && p.justified == 1 && (s.side()+2*quiet)*int(s.dots) <= p.columns*letterDots
}

// picture runs GS v 0, and gives its length, 0 if more bytes must come first.
func (p *Printer) picture(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	width, height := int(b[4])+int(b[5])<<8, int(b[6])+int(b[7])<<8
	n := 8 + width*height
	if len(b) < n {
		return 0
	}
	if b[2] == 0 && width*height == 0 {
		return n // a command that was cut off: it does nothing
	}
	// Nothing but plain pictures and those twice as wide and high is sent. A tall one is more than some models can keep.
	if b[2] != '0' || b[3] != 0 && b[3] != 3 || !p.fitsPicture(width, height, b[3] == 3) {
		p.odd = append(p.odd, b[:n]...)
		return n
	}
	p.dot(b[8:n], width, height, b[3] == 3)
	return n
}

// graphics runs GS ( L, which keeps a picture (function 112) and prints it (50), and gives its length, 0 if more bytes
// must come first.
func (p *Printer) graphics(b []byte) int {
	if len(b) < 5 {
		return 0
	}
	n := 5 + int(b[3]) + int(b[4])<<8
	if len(b) < n {
		return 0
	}
	switch args := b[5:n]; {
	case len(args) == 2 && args[0] == 48 && args[1] == 50 && p.kept.width > 0:
		p.dot(p.kept.dots, p.kept.width, p.kept.height, false)
		p.kept = kept{}
	case len(args) > 10 && string(args[:6]) == "0p0\x01\x011":
		k := kept{width: (int(args[6]) + int(args[7])<<8) / 8, height: int(args[8]) + int(args[9])<<8, dots: args[10:]}
		if k.width*k.height != len(k.dots) || !p.fitsPicture(k.width, k.height, false) {
			p.odd = append(p.odd, b[:n]...)
			return n
		}
		k.dots = slices.Clone(k.dots)
		p.kept = k
	case n == 5 || b[n-1] == 0: // a command that was cut off: it does nothing
	default:
		p.odd = append(p.odd, b[:n]...)
	}
	return n
}

// A kept is a picture that the printer keeps until it is told to print it; width is in bytes.
type kept struct {
	width, height int
	dots          []byte
}

// fitsPicture reports whether a picture, so many bytes wide, can be printed where the printer is.
func (p *Printer) fitsPicture(width, height int, doubled bool) bool {
	dots := 8 * width
	if doubled {
		dots *= 2
	}
	return len(p.line) == 0 && height <= 128 && dots <= p.columns*letterDots && (p.justified == 1 || !doubled)
}

// dot prints a picture. Those that follow each other are one, as they are on paper.
func (p *Printer) dot(bits []byte, width, height int, doubled bool) {
	if p.doubled != doubled {
		p.finishPicture()
	}
	p.doubled = doubled
	for y := range height {
		row := make([]bool, 0, 16*width)
		for _, eight := range bits[y*width:][:width] {
			for i := range 8 {
				dark := eight<<i&0x80 != 0
				if row = append(row, dark); doubled {
					row = append(row, dark)
				}
			}
		}
		if p.dots = append(p.dots, row); doubled {
			p.dots = append(p.dots, row)
		}
	}
	if doubled {
		height *= 2
	}
	p.unroll(height / lineDots)
}

// Drawn stands for a picture that is no QR code: an image, or lines of letters that no table has.
const Drawn = "drawn"

// finishPicture reads what the picture that has ended shows. One with doubled dots is a QR code, whose text is empty if
// it cannot be read, or if there is not white enough beside it.
func (p *Printer) finishPicture() {
	if len(p.dots) == 0 {
		return
	}
	cell := layout.Cell{Image: Drawn}
	if p.doubled {
		cell = layout.Cell{QR: true}
		if m, err := modulesOf(p.dots); err == nil && (len(m)+2*quiet)*len(p.dots)/len(m) <= p.columns*letterDots {
			cell.Text, _ = m.read() // it says why, which nobody at the printer's end asks
		}
	}
	p.onRoll.Lines = append(p.onRoll.Lines, layout.Line{cell})
	p.dots = nil
}
