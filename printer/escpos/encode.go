// Package escpos speaks ESC/POS, the language of receipt printers.
//
// It is pure: lines in, bytes out; what the printer says in, facts out. Sources of the bytes are Epson's ESC/POS command
// reference and the TM-T88III manual. A slip uses only commands that clones share with Epson: reset, double-byte mode
// off, code table, bold, underline, white on black, size, feed and cut, and for what is no text justification, QR code,
// barcode and raster picture. Nothing in a slip opens a drawer, buzzes, or asks: that takes a call of its own.
package escpos

import (
	"fmt"

	"zegel/printer/codetable"
	"zegel/printer/layout"
	"zegel/printer/raster"
)

// The bytes that commands begin with, and the line feed.
const (
	lf  = 0x0a
	dle = 0x10
	eot = 0x04
	enq = 0x05
	dc4 = 0x14
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
)

// An Encoder turns lines into the bytes one model prints them from. It keeps nothing between calls and may be
// used by several goroutines at once.
type Encoder struct {
	profile Profile
	tables  codetable.Set
	font    *raster.Font // of lines that are drawn; nil where none is
	images  map[string]raster.Bitmap
}

// NewEncoder gives the encoder for p, whose dialect is ESC/POS.
func NewEncoder(p Profile) (*Encoder, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if p.Dialect != ESCPOS {
		return nil, fmt.Errorf("printer model %q speaks %s: encode for it with package %[2]s", p.Name, p.Dialect)
	}
	tables, err := codetable.New(p.Tables)
	if err != nil {
		return nil, fmt.Errorf("printer model %q: %w", p.Name, err)
	}
	e := &Encoder{profile: p, tables: tables}
	if p.Pictures != PicturesNone {
		if e.font, err = raster.NewFont(); err != nil {
			return nil, fmt.Errorf("printer model %q: %w", p.Name, err)
		}
	}
	return e, nil
}

// AppendResync adds what ends a command that was cut off in the middle, so that the reset which follows is not
// read as its argument: as many bytes as the longest one takes. A printer between two commands ignores them, one
// inside a picture leaves white.
func (e *Encoder) AppendResync(dst []byte) []byte {
	n := 4
	if e.profile.Barcodes == BarcodesNative {
		n = longestBars
	}
	if e.profile.QR == QRNative {
		n = longestStore
	}
	switch e.profile.Pictures {
	case PicturesRaster:
		n = longestSlice
	case PicturesGraphics:
		n = longestGraph
	}
	return append(dst, make([]byte, n)...)
}

// AppendSlip adds the bytes that print lines and part them from what follows. They begin by setting all that
// they rely on, so that what a printer was told before does not matter. A line with a letter that no table of the
// model has is drawn as a picture, if the model prints any; otherwise the letter is printed without its accents, or as
// a question mark. A QR code or barcode that the model cannot draw is printed as its text.
//
// No byte of a text is below 0x20, whatever the cells hold.
func (e *Encoder) AppendSlip(dst []byte, lines []layout.Line) []byte {
	return e.appendCut(e.appendLines(dst, lines))
}

func (e *Encoder) appendLines(dst []byte, lines []layout.Line) []byte {
	w := writer{Encoder: e, dst: dst}
	w.resolve(lines)
	w.open()
	w.lines(lines)
	return w.dst
}

func (e *Encoder) appendCut(dst []byte) []byte {
	if e.profile.Cut == CutAtBlade {
		return append(dst, gs, 'V', 66, 0)
	}
	if e.profile.FeedLines > 0 {
		dst = append(dst, esc, 'd', byte(e.profile.FeedLines))
	}
	switch e.profile.Cut {
	case CutPartial:
		dst = append(dst, gs, 'V', 1)
	case CutFull:
		dst = append(dst, gs, 'V', 0)
	}
	return dst
}

// unknown is the table of a printer that may have forgotten which was selected.
const unknown = -1

// A writer is the encoding of one slip, with what the printer knows at the end of dst.
type writer struct {
	*Encoder
	dst     []byte
	letters []rune // of all cells of the lines
	drawn   []bool // which lines are
	next    int    // index into letters
	table   int    // the one that is selected
	style   layout.Style
}

// resolve prepares lines, which are printed next.
func (w *writer) resolve(lines []layout.Line) {
	w.letters, w.drawn = raster.Resolve(lines, w.tables, w.font)
	w.next = 0
}

// open sets all that a slip relies on. A reset throws away a line that a broken job left behind. On printers made for
// China it also switches double-byte letters on, where two accented letters come out as one Hanzi.
func (w *writer) open() {
	w.dst = append(w.dst, esc, '@')
	if !w.profile.SingleByte {
		w.dst = append(w.dst, fs, '.')
	}
	w.selectTable()
}

func (w *writer) lines(lines []layout.Line) {
	for i, line := range lines {
		w.line(line, w.drawn[i])
	}
}

// line ends in plain style, so that each line stands alone: one that is lost spoils only itself.
func (w *writer) line(line layout.Line, drawn bool) {
	switch {
	case drawn:
		w.picture(w.font.Drawn(line))
		w.next += len(line)
		return
	case isSpecial(line):
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

// isSpecial reports whether line is no text.
func isSpecial(line layout.Line) bool { return len(line) == 1 && line[0].Columns() == 0 }

// special does what a line asks for that is no text.
func (w *writer) special(line layout.Line) {
	if text, ok := line.QR(); ok {
		w.code(text)
	} else if bars, ok := line.Barcode(); ok {
		w.barcode(bars)
	} else if name, ok := line.Image(); ok {
		w.image(name)
	} else {
		w.dst = w.appendCut(w.dst)
	}
}

// write prints r. Every letter of the tables takes one column, so what stands in for a wide one is padded to
// its two.
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
	w.dst = append(w.dst, esc, 't', w.tables.Tables()[w.table].Number)
}
