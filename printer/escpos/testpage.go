package escpos

import (
	"fmt"
	"slices"
	"strings"

	"zegel/printer/codetable"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

// samples are letters that tell tables apart: those of the west, the north, the east, Russia, Greece, Turkey and
// Israel.
const samples = "€éëøłЯΩşש"

// A part is some lines of the test page, and how they are printed.
type part struct {
	lines  []layout.Line
	table  *Table // the only one
	qr     QR     // how codes are drawn, if not as the model does
	smallB bool   // in font B
}

// TestPage is the page by which a shop finds out whether p is the profile of its printer: how many columns it has, what
// each of its tables prints for letters that tell them apart, with a stroke for one that the table lacks, styles, a
// line that no table has, a barcode, and a QR code in both forms. It names things as the configuration does, in no
// language.
func (p Profile) TestPage(columns int) []layout.Line {
	var lines []layout.Line
	for _, part := range p.testPage(columns) {
		lines = append(lines, part.lines...)
	}
	return lines
}

// AppendTestPage adds the bytes of TestPage, and the cut. A printer that prints letters instead of the first QR code
// does not know the command: its qr is "picture".
func (e *Encoder) AppendTestPage(dst []byte, columns int) []byte {
	w := writer{Encoder: e, dst: dst}
	w.open()
	for _, part := range e.profile.testPage(columns) {
		w.Encoder = e.only(part)
		w.resolve(part.lines)
		w.table = unknown
		if part.smallB {
			w.dst = append(w.dst, esc, 'M', 1)
		}
		w.lines(part.lines)
		if part.smallB {
			w.dst = append(w.dst, esc, 'M', 0)
		}
	}
	return e.appendCut(w.dst)
}

// only is e as it prints a part.
func (e *Encoder) only(part part) *Encoder {
	with := *e
	if part.qr != "" {
		with.profile.QR = part.qr
	}
	if part.table != nil {
		with.font = nil
		// It is one of the model's, so it is known.
		with.tables, _ = codetable.New([]Table{*part.table})
	}
	return &with
}

func (p Profile) testPage(columns int) []part {
	head := []receipt.Block{
		{Text: p.Name, Align: receipt.Centre, Bold: true, Double: true},
		{Text: p.Title, Align: receipt.Centre},
	}
	parts := []part{{lines: layout.Lines(receipt.Slip{Blocks: head}, columns)}}
	for _, n := range p.Columns {
		parts = append(parts, part{lines: ruler(n, "columns")})
	}
	if p.Styles == StylesFull {
		parts = append(parts, part{lines: ruler(p.FontB, "B"), smallB: true})
	}
	parts = append(parts, part{lines: layout.Lines(receipt.Slip{Blocks: styles(p.Styles)}, columns)})
	for _, t := range p.Tables {
		parts = append(parts, part{lines: []layout.Line{sampleOf(t)}, table: &t})
	}
	return append(parts, p.drawings(columns)...)
}

// ruler counts n columns, and what they are: one that does not end at the edge of the paper is not the printer's.
func ruler(n int, what string) []layout.Line {
	text := fmt.Sprintf("%d %s ", n, what)
	for i := len(text); i < n; i++ {
		text += string(rune('0' + (i+1)%10))
	}
	return []layout.Line{lineOf(text)}
}

func lineOf(text string) layout.Line {
	var line layout.Line
	for _, r := range text {
		line = append(line, layout.Cell{Text: string(r)})
	}
	return line
}

func styles(s Styles) []receipt.Block {
	blocks := []receipt.Block{{Text: "bold", Bold: true}, {Text: "underline", Underline: true}, {Text: "double", Double: true}}
	if s == StylesFull {
		blocks = append(blocks, receipt.Block{Text: "invert", Invert: true}, receipt.Block{Text: "3", Wide: 3, Tall: 3})
	}
	return blocks
}

// sampleOf is what t prints of the samples, such as "19 CP858 € é ë ø - - - - -".
func sampleOf(t Table) layout.Line {
	letters, _ := codetable.Letters(t.Page)
	var b strings.Builder
	fmt.Fprintf(&b, "%2d %-10s", t.Number, t.Page)
	for _, r := range samples {
		if !slices.Contains(letters[:], r) {
			r = '-'
		}
		b.WriteString(" " + string(r))
	}
	return lineOf(b.String())
}

// drawings are what is no text from tables.
func (p Profile) drawings(columns int) []part {
	set := func(blocks ...receipt.Block) []layout.Line {
		return layout.Lines(receipt.Slip{Blocks: blocks}, columns)
	}
	parts := []part{{lines: set(receipt.Block{Text: "pictures " + string(p.Pictures) + " ĉ ŵ"})}}
	if p.Barcodes == BarcodesNative {
		parts = append(parts, part{lines: set(receipt.Block{Text: "barcodes " + string(BarcodesNative)},
			receipt.Block{Barcode: &receipt.Barcode{Symbology: receipt.Code128, Text: "ZEGEL-{128}", HRI: true}})})
	}
	for _, form := range []QR{QRNative, QRPicture} {
		if form == QRPicture && p.Pictures == PicturesNone || p.QR == QRNone {
			continue
		}
		parts = append(parts, part{qr: form, lines: set(receipt.Block{Text: "qr " + string(form)}, receipt.Block{QR: "ZEGEL QR " + strings.ToUpper(string(form))})})
	}
	return parts
}

// AppendNumbers adds a page for a printer of which not even the tables are known: a line for each number from one on,
// up to another, with ten bytes that the tables of the world print differently. It is cut off like a slip.
func (e *Encoder) AppendNumbers(dst []byte, from, to byte) []byte {
	w := writer{Encoder: e, dst: dst}
	w.open()
	for n := int(from); n <= int(to); n++ {
		w.dst = append(w.dst, esc, 't', byte(n))
		w.dst = fmt.Appendf(w.dst, "%3d ", n)
		for _, b := range []byte{0x80, 0x82, 0x87, 0x8a, 0x9c, 0xa4, 0xd5, 0xe1, 0xe9, 0xf1} {
			w.dst = append(w.dst, ' ', b)
		}
		w.dst = append(w.dst, lf)
	}
	return e.appendCut(w.dst)
}
