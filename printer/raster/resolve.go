package raster

import (
	"unicode"
	"unicode/utf8"

	"zegel/printer/codetable"
	"zegel/printer/layout"
)

// maxDrawn is about how many lines of a slip are drawn at most. A line is up to 2 KB of dots, so that a long text in a
// script that the printer lacks would keep a slow line busy for minutes; beyond that its letters are put as well as
// they go.
const maxDrawn = 60

// Resolve gives what is printed for each cell of lines on a printer that has tables, and tells which lines are drawn
// instead, since a letter of theirs is in no table. A line that is drawn needs no table: blanks stand for its letters.
// Without a font none is drawn.
func Resolve(lines []layout.Line, tables codetable.Set, font *Font) (letters []rune, drawn []bool) {
	n := 0
	for _, line := range lines {
		n += len(line)
	}
	letters, drawn = make([]rune, 0, n), make([]bool, len(lines))
	pictures := 0
	for i, line := range lines {
		if drawn[i] = pictures < maxDrawn && font.draws(line, tables); drawn[i] {
			pictures += line.Height()
		}
		for _, c := range line {
			r := ' '
			if !drawn[i] {
				r = tables.Letter(c.Text)
			}
			letters = append(letters, r)
		}
	}
	return letters, drawn
}

// draws reports whether line is drawn: it has a letter that is in no table and in f, and none that would be lost by
// drawing it. For a sign that something plain stands in for a thousand bytes of dots would be too dear.
func (f *Font) draws(line layout.Line, tables codetable.Set) bool {
	if f == nil || len(line) == 1 && line[0].Columns() == 0 {
		return false
	}
	needed := false
	for _, c := range line {
		r, _ := utf8.DecodeRuneInString(c.Text)
		switch {
		case r < utf8.RuneSelf:
		case tables.Has(r):
			if codetable.Nearest(r, f.Has) == '?' {
				return false
			}
		case !codetable.IsSign(r) && unicode.IsPrint(r) && f.Has(r):
			needed = true
		}
	}
	return needed
}

// Drawn is the dots of line, in the letters of f that resemble its own most.
func (f *Font) Drawn(line layout.Line) Bitmap {
	letters := make([]rune, len(line))
	for i, c := range line {
		r, _ := utf8.DecodeRuneInString(c.Text)
		letters[i] = codetable.Nearest(r, f.Has)
	}
	b, err := f.Line(line, letters)
	if err != nil {
		panic(err) // the font is part of the program and was read, so it can be sized
	}
	return b
}
