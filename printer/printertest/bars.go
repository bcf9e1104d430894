package printertest

import (
	"strings"

	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

// bars is how the printer was told to draw barcodes.
type bars struct{ height, width, hri, font byte }

// factoryBars is what a printer begins with.
var factoryBars = bars{height: 162, width: 3}

// quietBars is how many modules of white a reader needs on each side of bars.
const quietBars = 11

// A stripes is a kind of barcode as GS k numbers it.
type stripes struct {
	kind    byte
	name    receipt.Symbology
	letters string // it has: none but these
	length  func(n int) bool
	// modules is how many it takes for n letters, as Epson's reference draws them, wide bars at three.
	modules func(n int) int
	checked bool // its last digit checks the others
}

const figures = "0123456789"

func just(length int) func(int) bool  { return func(n int) bool { return n == length } }
func fixed(modules int) func(int) int { return func(int) int { return modules } }

// drawn are the kinds that this printer draws: the digits of a UPC or an EAN are seven modules each, between guards
// of three, five and three.
var drawn = []stripes{
	{65, receipt.UPCA, figures, just(12), fixed(95), true},
	{67, receipt.EAN13, figures, just(13), fixed(95), true},
	{68, receipt.EAN8, figures, just(8), fixed(67), true},
	// Nine stripes, three of them wide, and a gap; an asterisk before and after.
	{69, receipt.Code39, figures + "ABCDEFGHIJKLMNOPQRSTUVWXYZ $%+-./", func(n int) bool { return n > 0 }, func(n int) int { return 16*(n+2) - 1 }, false},
	// Two digits are ten stripes, four of them wide.
	{70, receipt.ITF, figures, func(n int) bool { return n > 0 && n%2 == 0 }, func(n int) int { return 9*n + 9 }, false},
	// Eleven modules a letter; so have its beginning and its check, and its end has thirteen.
	{73, receipt.Code128, "", func(n int) bool { return n > 0 }, func(n int) int { return 11*(n+2) + 13 }, false},
}

// setBars runs GS h, w, H and f, and gives their length, 0 if more bytes must come first.
func (p *Printer) setBars(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	n := b[2]
	switch b[1] {
	case 'h':
		p.bars.height = n
	case 'w':
		p.bars.width = n
	case 'H':
		p.bars.hri = n
	case 'f':
		p.bars.font = n
	}
	return 3
}

// barcode runs GS k, and gives its length, 0 if more bytes must come first. Of its two forms only the one that
// states a length draws something here.
func (p *Printer) barcode(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	if b[2] < 65 { // the form whose text a NUL ends, or one that was cut off after two bytes
		if b[2] != 0 {
			p.odd = append(p.odd, b[:3]...)
		}
		return 3
	}
	n := 4 + int(b[3])
	if len(b) < n {
		return 0
	}
	code, modules, ok := read(b[2], string(b[4:n]))
	switch {
	case ok && p.fitsBars(modules):
		code.HRI = p.bars.hri == 2
		p.onRoll.Lines = append(p.onRoll.Lines, layout.Line{{Bars: &code}})
		p.unroll(int(p.bars.height) / lineDots)
	case b[n-1] == 0: // a command that was cut off: it does nothing
	default:
		p.odd = append(p.odd, b[:n]...)
	}
	return n
}

// read gives the barcode that GS k asks for, and how many modules it has.
func read(kind byte, text string) (code receipt.Barcode, modules int, ok bool) {
	for _, s := range drawn {
		if s.kind != kind {
			continue
		}
		if s.name == receipt.Code128 {
			if text, ok = strings.CutPrefix(text, "{B"); !ok {
				return receipt.Barcode{}, 0, false
			}
			if text, ok = braces(text); !ok {
				return receipt.Barcode{}, 0, false
			}
		}
		code = receipt.Barcode{Symbology: s.name, Text: text}
		return code, s.modules(len(text)), s.has(text)
	}
	return receipt.Barcode{}, 0, false
}

// braces makes one of two braces. One alone would begin an order to change the set of letters.
func braces(text string) (single string, ok bool) {
	ok = strings.Count(strings.ReplaceAll(text, "{{", ""), "{") == 0
	return strings.ReplaceAll(text, "{{", "{"), ok
}

// has reports whether text can stand in s.
func (s stripes) has(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || s.letters != "" && strings.IndexByte(s.letters, c) < 0 {
			return false
		}
	}
	return s.length(len(text)) && (!s.checked || weighs(text))
}

// weighs reports whether the digits of text, weighed 1, 3, 1, ... from the right, are whole tens.
func weighs(text string) bool {
	sum := 0
	for i := range len(text) {
		weight := 1 + 2*((len(text)-1-i)%2)
		sum += weight * int(text[i]-'0')
	}
	return sum%10 == 0
}

// fitsBars reports whether bars can be drawn as they were set: those that are too wide are not drawn at all.
func (p *Printer) fitsBars(modules int) bool {
	s := p.bars
	return len(p.line) == 0 && p.justified == 1 && s.height >= 1 && s.width >= 2 && s.width <= 6 && s.hri <= 3 && s.font == 0 &&
		(modules+2*quietBars)*int(s.width) <= p.columns*letterDots
}
