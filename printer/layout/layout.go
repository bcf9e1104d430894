// Package layout sets a slip into lines of paper: cells of one column each, for a number of columns.
//
// It is pure: the same slip and columns always give the same lines, whatever the locale of the machine. Nothing
// downstream measures text again: a Line carries its cells, each a letter with its width, so that the encoder
// and the preview cannot disagree with the layout on where a column begins.
package layout

import (
	"slices"

	"zegel/terminal/loyalty/receipt"
)

// MinColumns is the narrowest paper there is a layout for.
const MinColumns = 16

// glue is a blank at which no line is broken. It leaves the layout as a blank.
const glue = "\u00a0"

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
	return slices.Clip(bounded(p.lines))
}

// bounded is lines without cuts that nothing is between, and without one at either end: the paper is cut after its
// last line anyway.
func bounded(lines []Line) []Line {
	kept := lines[:0]
	for _, l := range lines {
		if !l.Cut() || len(kept) > 0 && !kept[len(kept)-1].Cut() {
			kept = append(kept, l)
		}
	}
	if n := len(kept); n > 0 && kept[n-1].Cut() {
		kept = kept[:n-1]
	}
	return kept
}

// A page is the paper so far.
type page struct {
	columns int
	lines   []Line
}

func (p *page) block(b receipt.Block) {
	style := styleOf(b)
	switch {
	case b.Rule:
		p.rule(b)
	case b.Feed > 0:
		p.lines = append(p.lines, make([]Line, min(b.Feed, receipt.MaxFeed))...)
	case len(b.Row) > 0:
		p.row(b.Row, style)
	case b.QR != "":
		p.code(Cell{Text: b.QR, QR: true})
	case b.Barcode != nil:
		p.code(Cell{Bars: b.Barcode})
	case b.Image != "":
		p.lines = append(p.lines, Line{{Image: b.Image}})
	case b.Cut:
		p.lines = append(p.lines, Line{{Cut: true}})
	case len(b.Spans) > 0:
		p.text(spans(b.Spans, style), b.Align)
	default:
		p.text(paragraphs(Clean(b.Text), style), b.Align)
	}
}

func styleOf(b receipt.Block) Style {
	s := Style{Bold: b.Bold, Underline: b.Underline, Invert: b.Invert}
	return s.sized(size(b.Double, b.Wide), size(b.Double, b.Tall))
}

func size(double bool, times int) int {
	if double {
		return max(times, 2)
	}
	return times
}

// rule is a line across the paper; a double one is two strokes, not twice the size.
func (p *page) rule(b receipt.Block) {
	stroke := "─"
	switch {
	case b.Heavy:
		stroke = "▄" // nearly every code table has it, and none a heavy stroke
	case b.Double:
		stroke = "═"
	}
	line := make(Line, p.columns)
	for i := range line {
		line[i] = Cell{Text: stroke, Style: Style{Bold: b.Bold}}
	}
	p.lines = append(p.lines, line)
}

// code is a QR code or a barcode between two empty lines: readers need white around it. At its upper edge paper is
// white by itself, since the blade lies beyond the print head.
func (p *page) code(c Cell) {
	if n := len(p.lines); n > 0 && !p.lines[n-1].Cut() && len(finish(p.lines[n-1])) > 0 {
		p.lines = append(p.lines, nil)
	}
	p.lines = append(p.lines, Line{c}, nil)
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

// finish takes the white off the end of line: a line that is full to the last column is followed by an empty
// one on some printers, and blanks are bytes on a slow wire.
func finish(line Line) Line {
	for i := range line {
		if line[i].Text == glue {
			line[i].Text = " "
		}
	}
	for len(line) > 0 && line[len(line)-1].white() {
		line = line[:len(line)-1]
	}
	return line
}
