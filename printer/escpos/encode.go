// Package escpos speaks ESC/POS, the language of receipt printers.
//
// It is pure: lines in, bytes out; status bytes in, facts out. Sources of the bytes are Epson's ESC/POS command
// reference and the TM-T88III manual. Only commands that clones share with Epson are used: reset, double-byte
// mode off, code table, bold, size, feed and cut, and for codes justification, QR code and raster picture.
package escpos

import (
	"fmt"

	"golang.org/x/text/encoding/charmap"

	"zegel/printer/layout"
)

// The bytes that commands begin with, and the line feed.
const (
	lf  = 0x0a
	dle = 0x10
	eot = 0x04
	esc = 0x1b
	fs  = 0x1c
	gs  = 0x1d
)

// An Encoder turns lines into the bytes one model prints them from. It keeps nothing between calls and may be
// used by several goroutines at once.
type Encoder struct {
	profile Profile
	tables  []table
}

// A table is a code table of a model.
type table struct {
	number byte
	page   *charmap.Charmap
}

// code gives the byte that prints r. The lower half of every table is ASCII, and is not asked for.
func (t table) code(r rune) (byte, bool) {
	if r < 0xa0 {
		return 0, false
	}
	b, ok := t.page.EncodeRune(r)
	return b, ok && b >= 0x80
}

// NewEncoder gives the encoder for p.
func NewEncoder(p Profile) (*Encoder, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	e := &Encoder{profile: p}
	for _, t := range p.Tables {
		page := pageNamed(t.Page)
		if page == nil {
			return nil, fmt.Errorf("printer model %q: code table %q is not known here", p.Name, t.Page)
		}
		e.tables = append(e.tables, table{t.Number, page})
	}
	return e, nil
}

func pageNamed(name string) *charmap.Charmap {
	switch name {
	case "CP437":
		return charmap.CodePage437
	case "CP850":
		return charmap.CodePage850
	case "CP852":
		return charmap.CodePage852
	case "CP858":
		return charmap.CodePage858
	case "CP866":
		return charmap.CodePage866
	case "CP1252":
		return charmap.Windows1252
	}
	return nil
}

// AppendResync adds what ends a command that was cut off in the middle, so that the reset which follows is not
// read as its argument: as many bytes as the longest one takes. A printer between two commands ignores them, one
// inside a picture leaves white.
func (e *Encoder) AppendResync(dst []byte) []byte {
	n := 4
	switch e.profile.QR {
	case QRNative:
		n = longestStore
	case QRPicture:
		n = longestSlice
	}
	return append(dst, make([]byte, n)...)
}

// AppendSlip adds the bytes that print lines and part them from what follows. They begin by setting all that
// they rely on, so that what a printer was told before does not matter. A letter that no table of the model has
// is printed without its accents, or as a question mark; a QR code that the model cannot draw, as its text.
//
// No byte of a text is below 0x20, whatever the cells hold.
func (e *Encoder) AppendSlip(dst []byte, lines []layout.Line) []byte {
	w := writer{profile: e.profile, tables: e.tables, dst: dst, letters: e.letters(lines)}
	// A reset throws away a line that a broken job left behind. On printers made for China it also switches
	// double-byte letters on, where two accented letters come out as one Hanzi.
	w.dst = append(w.dst, esc, '@', fs, '.')
	w.selectTable(w.bestTable(0))
	for _, line := range lines {
		w.line(line)
	}
	return e.appendCut(w.dst)
}

// letters resolves every cell of lines to what is printed for it.
func (e *Encoder) letters(lines []layout.Line) []rune {
	n := 0
	for _, line := range lines {
		n += len(line)
	}
	letters := make([]rune, 0, n)
	for _, line := range lines {
		for _, c := range line {
			letters = append(letters, e.letter(c.Text))
		}
	}
	return letters
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

// A writer is the encoding of one slip, with what the printer knows at the end of dst.
type writer struct {
	profile Profile
	tables  []table
	dst     []byte
	letters []rune // of all cells of the slip
	next    int    // index into letters
	table   int    // index into tables
	style   layout.Style
}

// line ends in plain style, so that each line stands alone: one that is lost spoils only itself.
func (w *writer) line(line layout.Line) {
	if text, ok := line.QR(); ok {
		w.next++
		w.code(text)
		return
	}
	for _, c := range line {
		w.setStyle(c)
		w.write(w.letters[w.next], c.Wide)
		w.next++
	}
	w.setStyle(layout.Cell{})
	w.dst = append(w.dst, lf)
}

func (w *writer) setStyle(c layout.Cell) {
	if c.Double != w.style.Double {
		w.dst = append(w.dst, gs, '!', argument(c.Double, 0x11))
		w.style.Double = c.Double
	}
	// A blank is as wide in bold as it is plain.
	if c.Bold != w.style.Bold && c.Text != " " {
		w.dst = append(w.dst, esc, 'E', argument(c.Bold, 1))
		w.style.Bold = c.Bold
	}
}

// argument is what switches a style on, or off.
func argument(on bool, value byte) byte {
	if on {
		return value
	}
	return 0
}

// write prints r. Every letter of the tables takes one column, so what stands in for a wide one is padded to
// its two.
func (w *writer) write(r rune, wide bool) {
	b := byte(r)
	if r >= 0x80 {
		var ok bool
		if b, ok = w.tables[w.table].code(r); !ok {
			w.selectTable(w.bestTable(w.next))
			b, _ = w.tables[w.table].code(r)
		}
	}
	w.dst = append(w.dst, b)
	if wide && b == '?' {
		w.dst = append(w.dst, '?')
	} else if wide {
		w.dst = append(w.dst, ' ')
	}
}

func (w *writer) selectTable(i int) {
	w.table = i
	w.dst = append(w.dst, esc, 't', w.tables[i].number)
}

// bestTable is the table that reaches furthest from a letter on, the most trusted of them: to switch as late as
// possible each time is to switch as seldom as possible.
func (w *writer) bestTable(from int) int {
	best, furthest := 0, -1
	for i, t := range w.tables {
		if reach := t.reach(w.letters[from:]); reach > furthest {
			best, furthest = i, reach
		}
	}
	return best
}

// reach is how many of letters can be printed from t without a switch.
func (t table) reach(letters []rune) int {
	for i, r := range letters {
		if r < 0x80 {
			continue
		}
		if _, ok := t.code(r); !ok {
			return i
		}
	}
	return len(letters)
}
