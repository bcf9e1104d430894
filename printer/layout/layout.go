// Package layout sets a slip into lines of paper: cells of one column each, for a number of columns.
//
// It is pure: the same slip and columns always give the same lines, whatever the locale of the machine. Nothing
// downstream measures text again: a Line carries its cells, each a letter with its width, so that the encoder
// and the preview cannot disagree with the layout on where a column begins.
package layout

import (
	"strings"

	"github.com/rivo/uniseg"

	"zegel/terminal/loyalty/receipt"
)

// MinColumns is the narrowest paper there is a layout for.
const MinColumns = 16

// maxFeed is the most empty lines one block may ask for. A slip's own limits do not bound them, and a roll is
// 80 m long.
const maxFeed = 40

// glue is a blank at which no line is broken. It leaves the layout as a blank.
const glue = "\u00a0"

// A Style is what a letter looks like.
type Style struct {
	Bold   bool
	Double bool // twice the width and twice the height
}

// A Cell is one letter as the reader sees it: a grapheme, which may be several code points.
type Cell struct {
	Text string
	Wide bool // takes the room of two letters, as the letters of Chinese, Japanese and Korean do
	// QR makes it a QR code of Text instead, alone on its line and in the middle of the paper.
	QR bool
	Style
}

// Columns is the room c takes on the line, in columns of a plain letter: 1, 2 or 4. A QR code takes none, since
// how large it is depends on the printer.
func (c Cell) Columns() int {
	if c.QR {
		return 0
	}
	columns := 1
	if c.Wide {
		columns *= 2
	}
	if c.Double {
		columns *= 2
	}
	return columns
}

func (c Cell) blank() bool { return c.Text == " " && !c.QR }

// A Line is one line of paper, from its left edge, without blanks at its end.
type Line []Cell

// Columns is the room the letters of l take.
func (l Line) Columns() int {
	columns := 0
	for _, c := range l {
		columns += c.Columns()
	}
	return columns
}

// Double reports whether l is as high as two lines.
func (l Line) Double() bool {
	for _, c := range l {
		if c.Double {
			return true
		}
	}
	return false
}

// QR gives the text of the QR code that l is, if it is one.
func (l Line) QR() (text string, ok bool) {
	if len(l) != 1 || !l[0].QR {
		return "", false
	}
	return l[0].Text, true
}

// String is the text of l without its style. That of a QR code stands between brackets: "[QR ZS1:4711]".
func (l Line) String() string {
	if text, ok := l.QR(); ok {
		return "[QR " + text + "]"
	}
	var b strings.Builder
	for _, c := range l {
		b.WriteString(c.Text)
	}
	return b.String()
}

// Lines sets slip for paper of so many columns; fewer than MinColumns are taken as MinColumns. No line is wider
// than the paper.
func Lines(slip receipt.Slip, columns int) []Line {
	p := page{columns: max(columns, MinColumns)}
	for _, b := range slip.Blocks {
		p.block(b)
	}
	for i, line := range p.lines {
		p.lines[i] = finish(line)
	}
	return p.lines
}

// A page is the paper so far.
type page struct {
	columns int
	lines   []Line
}

func (p *page) block(b receipt.Block) {
	style := Style{Bold: b.Bold, Double: b.Double}
	switch {
	case b.Rule:
		p.rule(style)
	case b.Feed > 0:
		p.lines = append(p.lines, make([]Line, min(b.Feed, maxFeed))...)
	case len(b.Row) > 0:
		p.row(b.Row, style)
	case b.QR != "":
		p.code(b.QR)
	default:
		p.text(paragraphs(Clean(b.Text), style), b.Align)
	}
}

// rule is a line across the paper; a double one is two strokes, not twice the size.
func (p *page) rule(style Style) {
	stroke := "─"
	if style.Double {
		stroke = "═"
	}
	line := make(Line, p.columns)
	for i := range line {
		line[i] = Cell{Text: stroke, Style: Style{Bold: style.Bold}}
	}
	p.lines = append(p.lines, line)
}

// code is a QR code between two empty lines: readers need white around it. At its upper edge paper is white by
// itself, since the blade lies beyond the print head.
func (p *page) code(text string) {
	if n := len(p.lines); n > 0 && len(finish(p.lines[n-1])) > 0 {
		p.lines = append(p.lines, nil)
	}
	p.lines = append(p.lines, Line{{Text: text, QR: true}}, nil)
}

func (p *page) text(paragraphs []Line, align receipt.Align) {
	for _, paragraph := range paragraphs {
		for _, line := range wrap(paragraph, p.columns) {
			p.lines = append(p.lines, aligned(line, align, p.columns))
		}
	}
}

// aligned puts blanks of plain size before line: a printer's own alignment holds for whole lines only, and
// would be one more thing that a clone gets wrong.
func aligned(line Line, align receipt.Align, room int) Line {
	if pad := indent(line, align, room); pad > 0 {
		return append(appendBlanks(make(Line, 0, pad+len(line)), pad), line...)
	}
	return line
}

// indent is how far from the left of its room line begins. Centred text leans to the left by the odd column.
func indent(line Line, align receipt.Align, room int) int {
	switch align {
	case receipt.Centre:
		return (room - line.Columns()) / 2
	case receipt.Right:
		return room - line.Columns()
	}
	return 0
}

func appendBlanks(line Line, n int) Line {
	for range n {
		line = append(line, Cell{Text: " "})
	}
	return line
}

// finish takes the blanks off the end of line: a line that is full to the last column is followed by an empty
// one on some printers, and blanks are bytes on a slow wire.
func finish(line Line) Line {
	for i := range line {
		if line[i].Text == glue {
			line[i].Text = " "
		}
	}
	for len(line) > 0 && line[len(line)-1].blank() {
		line = line[:len(line)-1]
	}
	return line
}

// paragraphs cuts text that is clean into letters, one Line of any length for each of its lines. There is at
// least one.
func paragraphs(text string, style Style) []Line {
	var all []Line
	for paragraph := range strings.SplitSeq(text, "\n") {
		all = append(all, letters(paragraph, style))
	}
	return all
}

// letters cuts text that is clean into its letters.
func letters(text string, style Style) Line {
	line := make(Line, 0, len(text))
	for len(text) > 0 {
		letter, width := text[:1], 1
		// Only a letter that something follows that is not ASCII can be more than its byte.
		if text[0] >= 0x80 || len(text) > 1 && text[1] >= 0x80 {
			letter, _, width, _ = uniseg.FirstGraphemeClusterInString(text, -1)
		}
		text = text[len(letter):]
		// A mark over a blank, or over nothing, is no letter: no code table could print it.
		for _, blank := range []string{" ", glue} {
			if strings.HasPrefix(letter, blank) {
				letter = blank
			}
		}
		if width > 0 {
			line = append(line, Cell{Text: letter, Wide: width > 1, Style: style})
		}
	}
	return line
}
