// Package starprnt speaks StarPRNT, the language of Star's receipt printers in their own mode.
//
// It is pure: lines in, bytes out, with the same promises as package escpos. The source of the bytes is Star's
// "StarPRNT Command Specifications". Barcodes are sent as dots: the native command ends its text with a byte of its own,
// so that one that was cut off would swallow the next slip. What a printer says of itself is not read here.
package starprnt

import (
	"fmt"
	"image"
	"maps"
	"strings"
	"time"

	"zegel/printer/codetable"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/raster"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// The bytes that commands begin with, and the line feed.
const (
	lf  = 0x0a
	can = 0x18
	esc = 0x1b
	gs  = 0x1d
)

const (
	sliceRows  = 128
	sliceBytes = 1024
	// longest is the most bytes that a command may still wait for: a slice of a picture, and its size.
	longest = 5 + sliceBytes
)

// An Encoder turns lines into the bytes one model prints them from. It keeps nothing between calls and may be used by
// several goroutines at once.
type Encoder struct {
	profile escpos.Profile
	tables  codetable.Set
	font    *raster.Font // of lines that are drawn; nil where none is
	images  map[string]raster.Bitmap
}

// NewEncoder gives the encoder for p, whose dialect is StarPRNT.
func NewEncoder(p escpos.Profile) (*Encoder, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if p.Dialect != escpos.StarPRNT {
		return nil, fmt.Errorf("printer model %q speaks %s: encode for it with package %[2]s", p.Name, p.Dialect)
	}
	tables, err := codetable.New(p.Tables)
	if err != nil {
		return nil, fmt.Errorf("printer model %q: %w", p.Name, err)
	}
	e := &Encoder{profile: p, tables: tables}
	if p.Pictures != escpos.PicturesNone {
		if e.font, err = raster.NewFont(); err != nil {
			return nil, fmt.Errorf("printer model %q: %w", p.Name, err)
		}
	}
	return e, nil
}

// WithImages is e with images that a line may name, besides those it has: in dots, and as small as the paper is wide. On
// a model that prints no pictures nothing stands for them.
func (e *Encoder) WithImages(images map[string]image.Image) *Encoder {
	with := *e
	with.images = maps.Clone(e.images)
	if with.images == nil {
		with.images = make(map[string]raster.Bitmap)
	}
	for name, picture := range images {
		with.images[name] = raster.Dither(picture, e.profile.Paper())
	}
	return &with
}

// PrintTime is how long the printer needs at most to bring lines to paper and cut it.
func (e *Encoder) PrintTime(lines []layout.Line) time.Duration {
	takes := e.profile.PrintTime(lines)
	for _, line := range lines {
		if name, ok := line.Image(); ok {
			takes += time.Duration((e.images[name].Height()+raster.LineHeight-1)/raster.LineHeight) * e.profile.LineTime
		}
	}
	return takes
}

// AppendResync adds what ends a command that was cut off in the middle. A printer between two commands ignores it.
func (e *Encoder) AppendResync(dst []byte) []byte { return append(dst, make([]byte, longest)...) }

// AppendSlip adds the bytes that print lines and part them from what follows. They begin by setting all that they rely
// on. A line with a letter that no table of the model has is drawn as a picture, if the model prints any.
//
// No byte of a text is below 0x20, whatever the cells hold.
func (e *Encoder) AppendSlip(dst []byte, lines []layout.Line) []byte {
	w := writer{Encoder: e, dst: append(dst, esc, '@', can)}
	w.letters, w.drawn = raster.Resolve(lines, e.tables, e.font)
	w.selectTable()
	for i, line := range lines {
		w.line(line, w.drawn[i])
	}
	return e.appendCut(w.dst)
}

func (e *Encoder) appendCut(dst []byte) []byte {
	if e.profile.Cut == escpos.CutAtBlade {
		return append(dst, esc, 'd', 3)
	}
	for range e.profile.FeedLines {
		dst = append(dst, lf)
	}
	switch e.profile.Cut {
	case escpos.CutPartial:
		dst = append(dst, esc, 'd', 1)
	case escpos.CutFull:
		dst = append(dst, esc, 'd', 0)
	}
	return dst
}

// unknown is the table of a printer that may have forgotten which was selected.
const unknown = -1

// A writer is the encoding of one slip, with what the printer knows at the end of dst.
type writer struct {
	*Encoder
	dst     []byte
	letters []rune // of all cells of the slip
	drawn   []bool // which lines are
	next    int    // index into letters
	table   int    // the one that is selected
	style   layout.Style
}

// line ends in plain style, so that each line stands alone.
func (w *writer) line(line layout.Line, drawn bool) {
	switch {
	case drawn:
		w.dst = appendPicture(w.dst, w.font.Drawn(line))
		w.table = unknown
		w.next += len(line)
		return
	case len(line) == 1 && line[0].Columns() == 0:
		w.next++
		w.special(line)
		return
	}
	if w.table == unknown {
		w.selectTable()
	}
	for _, c := range line {
		w.setStyle(c.Style, c.Text == " ")
		w.write(w.letters[w.next], c.Wide)
		w.next++
	}
	w.setStyle(layout.Style{}, false)
	w.dst = append(w.dst, lf)
}

// setStyle makes what comes next look like style. Bold need not be told for a blank.
func (w *writer) setStyle(style layout.Style, blank bool) {
	if blank {
		style.Bold = w.style.Bold
	}
	was := w.style
	wide, high := style.Size()
	if wasWide, wasHigh := was.Size(); wide != wasWide || high != wasHigh {
		w.dst = append(w.dst, esc, 'i', byte(high-1), byte(wide-1))
	}
	if style.Bold != was.Bold {
		w.dst = append(w.dst, esc, either(style.Bold, 'E', 'F'))
	}
	if style.Underline != was.Underline {
		w.dst = append(w.dst, esc, '-', either(style.Underline, 1, 0))
	}
	if style.Invert != was.Invert {
		w.dst = append(w.dst, esc, either(style.Invert, '4', '5'))
	}
	w.style = style
}

func either(is bool, yes, no byte) byte {
	if is {
		return yes
	}
	return no
}

// write prints r. Every letter of the tables takes one column, so what stands in for a wide one is padded.
func (w *writer) write(r rune, wide bool) {
	b := byte(r)
	if r >= 0x80 {
		var ok bool
		if b, ok = w.tables.Code(w.table, r); !ok {
			w.selectTable()
			b, _ = w.tables.Code(w.table, r)
		}
	}
	w.dst = append(w.dst, b)
	if wide && b == '?' {
		w.dst = append(w.dst, '?')
	} else if wide {
		w.dst = append(w.dst, ' ')
	}
}

// selectTable selects the table that is best for what comes next.
func (w *writer) selectTable() {
	w.table = w.tables.Furthest(w.letters[w.next:])
	w.dst = append(w.dst, esc, gs, 't', w.tables.Tables()[w.table].Number)
}

// special does what a line asks for that is no text; what cannot be drawn becomes a line of text.
func (w *writer) special(line layout.Line) {
	if text, ok := line.QR(); ok {
		w.code(text)
	} else if b, ok := line.Barcode(); ok {
		w.barcode(b)
	} else if name, ok := line.Image(); ok {
		if b := w.images[name]; b.Height() > 0 && w.profile.Pictures != escpos.PicturesNone {
			w.centred(appendPicture(nil, b))
		}
	} else {
		w.dst = w.appendCut(w.dst)
	}
}

// centred adds commands that draw something in the middle of the paper.
func (w *writer) centred(drawing []byte) {
	w.dst = append(w.dst, esc, gs, 'a', 1)
	w.dst = append(w.dst, drawing...)
	w.dst = append(w.dst, esc, gs, 'a', 0)
	w.table = unknown
}

// code draws a QR code, model 2 with error correction M.
func (w *writer) code(text string) {
	if text == "" || len(text) > receipt.MaxQR || !isPrintable(text) {
		w.text(text)
		return
	}
	switch w.profile.QR {
	case escpos.QRNative:
		w.centred(appendNative(nil, text, symbol.Dots(symbol.LargestSide(text), w.profile.Paper())))
	case escpos.QRPicture:
		code, err := symbol.QR(text)
		if err != nil {
			w.text(text)
			return
		}
		w.centred(appendPicture(nil, enlarged(code.Side(), code.Side(), symbol.Dots(code.Side(), w.profile.Paper()), code.Black)))
	default:
		w.text(text)
	}
}

// appendNative adds what makes the printer draw a code: model, error correction, the dots of a module, its text, print.
func appendNative(dst []byte, text string, dots int) []byte {
	n := len(text)
	dst = append(dst, esc, gs, 'y', 'S', '0', 2, esc, gs, 'y', 'S', '1', 1, esc, gs, 'y', 'S', '2', byte(dots),
		esc, gs, 'y', 'D', '1', 0, byte(n), byte(n>>8))
	return append(append(dst, text...), esc, gs, 'y', 'P')
}

// enlarged is modules with so many dots each way.
func enlarged(width, height, dots int, black func(x, y int) bool) raster.Bitmap {
	b := raster.New(width*dots, height*dots)
	for y := range b.Height() {
		for x := range b.Width() {
			if black(x/dots, y/dots) {
				b.Blacken(x, y)
			}
		}
	}
	return b
}

// barcode draws bars as dots, with their text below them.
func (w *writer) barcode(b receipt.Barcode) {
	bars, err := symbol.Barcode(b)
	dots := 0
	if err == nil && w.profile.Pictures != escpos.PicturesNone && w.profile.Barcodes == escpos.BarcodesNative {
		dots = symbol.BarDots(bars.Width(), w.profile.Paper())
	}
	if dots == 0 {
		w.text(b.Text)
		return
	}
	high := symbol.BarHeight / dots
	drawing := appendPicture(nil, enlarged(bars.Width(), high, dots, func(x, _ int) bool { return bars.Black(x) }))
	if b.HRI {
		drawing = append(append(drawing, b.Text...), lf)
	}
	w.centred(drawing)
}

// text is a line of printable ASCII.
func (w *writer) text(text string) {
	w.dst = append(w.dst, strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)...)
	w.dst = append(w.dst, lf)
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// appendPicture adds b in slices, each a command of its own.
func appendPicture(dst []byte, b raster.Bitmap) []byte {
	rows := max(1, min(sliceRows, sliceBytes/max(1, b.Stride())))
	for top := 0; top < b.Height(); top += rows {
		end := min(top+rows, b.Height())
		width, height := b.Stride(), end-top
		dst = append(dst, esc, gs, 'S', 1, byte(width), byte(width>>8), byte(height), byte(height>>8), 0)
		dst = append(dst, b.Rows(top, end)...)
	}
	return dst
}
