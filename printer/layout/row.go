package layout

import (
	"strings"

	"zegel/terminal/loyalty/receipt"
)

// A column is one cell of a row with the place it was given.
type column struct {
	receipt.Cell
	text  []Line // its paragraphs, not wrapped yet
	width int    // columns of the line it owns, margins included
	left  int    // blank columns it keeps free at its left edge
	right int    // and at its right edge
}

func (c column) inner() int { return c.width - c.left - c.right }

// natural is the width at which c needs one line for each of its paragraphs.
func (c column) natural() int {
	widest := 0
	for _, p := range c.text {
		widest = max(widest, p.Columns())
	}
	return widest + c.left + c.right
}

// onePiece makes a value whole: neither a line feed nor a blank in it is a place to break.
var onePiece = strings.NewReplacer("\n", glue, " ", glue)

func (p *page) row(cells []receipt.Cell, style Style) {
	row := make([]column, len(cells))
	for i, c := range cells {
		text := Clean(c.Text)
		if c.Whole {
			text = onePiece.Replace(strings.Trim(text, " \n"+glue))
		}
		row[i] = column{Cell: c, text: paragraphs(text, style)}
		if c.Whole {
			fit(row[i].text, p.columns) // rather small than broken
		}
	}
	p.columnsOrStack(row)
}

// columnsOrStack sets row side by side, and where a value would have to be broken for that, one below the other.
func (p *page) columnsOrStack(row []column) {
	if len(row) > 1 && place(row, p.columns) {
		p.sideBySide(row)
		return
	}
	p.stack(row)
}

// place shares the line out among row and reports whether each cell has room enough: a whole one for all its
// text, one that shares what is left for its longest word.
func place(row []column, columns int) bool {
	setMargins(row)
	left, sharing := columns, 0
	for i, width := range declared(row, columns) {
		c := &row[i]
		switch {
		case width > 0:
			c.width = width
		case c.Whole:
			c.width = c.natural()
		default:
			c.width = 0
			sharing++
		}
		left -= c.width
	}
	if left < 0 {
		return false
	}
	share(row, left, sharing)
	for _, c := range row {
		switch {
		case c.inner() < 1,
			c.Whole && c.natural() > c.width,
			c.Width <= 0 && !c.Whole && longestWord(c.text) > c.inner():
			return false
		}
	}
	return true
}

// declared gives the widths that the slip asks for, made smaller in proportion if it was written for wider paper.
func declared(row []column, columns int) []int {
	widths := make([]int, len(row))
	sum := 0
	for i, c := range row {
		widths[i] = max(c.Width, 0)
		sum += widths[i]
	}
	if sum <= columns {
		return widths
	}
	spare, first := columns, -1
	for i, w := range widths {
		if w == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		widths[i] = max(1, w*columns/sum)
		spare -= widths[i]
	}
	if spare > 0 {
		widths[first] += spare
	}
	return widths
}

// share gives the columns that are left to the cells that asked for no width: to those whose text can be
// broken, or, if the row has none, to the whole ones.
func share(row []column, left, sharing int) {
	whole := sharing == 0
	if whole {
		for _, c := range row {
			if c.Width <= 0 {
				sharing++
			}
		}
	}
	for i := range row {
		c := &row[i]
		if c.Width > 0 || c.Whole != whole {
			continue
		}
		part := left / sharing
		c.width += part
		left -= part
		sharing--
	}
}

// setMargins keeps one blank between neighbours, where their texts could touch: two numbers must never be read
// as one.
func setMargins(row []column) {
	for i := range row {
		row[i].left, row[i].right = 0, 0
	}
	for i := range len(row) - 1 {
		if row[i].Align == receipt.Right && row[i+1].Align != receipt.Left {
			row[i+1].left = 1
		} else {
			row[i].right = 1
		}
	}
}

func (p *page) sideBySide(row []column) {
	height := 0
	wrapped := make([][]Line, len(row))
	for i, c := range row {
		for _, paragraph := range c.text {
			wrapped[i] = append(wrapped[i], wrap(paragraph, c.inner())...)
		}
		height = max(height, len(wrapped[i]))
	}
	for n := range height {
		line := make(Line, 0, p.columns)
		edge, at := 0, 0 // where the column begins, and where the line ends so far
		for i, c := range row {
			if n < len(wrapped[i]) {
				text := wrapped[i][n]
				begin := edge + c.left + indent(text, c.Align, c.inner())
				line = append(appendBlanks(line, begin-at), text...)
				at = begin + text.Columns()
			}
			edge += c.width
		}
		p.lines = append(p.lines, line)
	}
}

// stack sets the labels of row first and its whole values below, to the right. In a row of values alone the
// first one is the label.
func (p *page) stack(row []column) {
	var labels, values []column
	for _, c := range row {
		if c.Whole {
			values = append(values, c)
		} else {
			labels = append(labels, c)
		}
	}
	if len(labels) == 0 {
		labels, values = values[:1], values[1:]
	}
	if len(labels) > 1 && len(labels) < len(row) {
		p.columnsOrStack(labels)
	} else {
		for _, c := range labels {
			p.text(c.text, c.Align)
		}
	}
	p.values(values)
}

// values sets whole values to the right, on one line if they fit on one. Each is set by itself: what is read from
// right to left in one leaves the next alone.
func (p *page) values(values []column) {
	var line Line
	for _, c := range values {
		for _, text := range wrap(c.text[0], p.columns) {
			if len(line) > 0 && line.Columns()+2+text.Columns() <= p.columns {
				line = append(appendBlanks(line, 2), text...)
				continue
			}
			p.put(line)
			line = append(Line(nil), text...)
		}
	}
	p.put(line)
}

// put adds line at the right edge, if there is anything on it.
func (p *page) put(line Line) {
	if len(line) > 0 {
		p.lines = append(p.lines, aligned(line, receipt.Right, p.columns))
	}
}
