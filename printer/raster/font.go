package raster

import (
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"zegel/printer/layout"
)

const (
	// At this size and 72 dots an inch a letter of Go Mono is 12 dots wide, and 24 high with its descent.
	fontSize = 20
	baseline = 19
	// underline is the first of the two rows under a letter that underlining blackens.
	underline = 22
	// faintest is the lightest shade that is burnt: a printer knows black and nothing.
	faintest = 0x90
)

// A Font is the letters there are. It may be used by several goroutines at once.
type Font struct{ plain, bold *opentype.Font }

// NewFont reads the font, which is part of the program.
func NewFont() (*Font, error) {
	plain, err := opentype.Parse(gomono.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	bold, err := opentype.Parse(gomonobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the bold font: %w", err)
	}
	return &Font{plain, bold}, nil
}

// Has reports whether f can draw r.
func (f *Font) Has(r rune) bool {
	i, err := f.plain.GlyphIndex(nil, r)
	return err == nil && i != 0
}

// HeightOf is how many rows Line draws for l, the white below it included.
func HeightOf(l layout.Line) int {
	return l.Height()*LetterHeight + LineHeight - LetterHeight
}

// Line draws l, letters[i] for its i-th cell, and the white below it, as wide as its columns. What is larger stands on
// the same ground as what is not.
func (f *Font) Line(l layout.Line, letters []rune) (Bitmap, error) {
	b := New(l.Columns()*LetterWidth, HeightOf(l))
	var pen pen
	var err error
	if pen.plain, err = face(f.plain); err != nil {
		return Bitmap{}, err
	}
	if pen.bold, err = face(f.bold); err != nil {
		return Bitmap{}, err
	}
	left, ground := 0, l.Height()*LetterHeight
	for i, c := range l {
		_, high := c.Size()
		right, top := left+c.Columns()*LetterWidth, ground-high*LetterHeight
		pen.letter(b, letters[i], c, image.Pt(left, top))
		if c.Underline {
			b.invert(left, top+underline*high, right, ground)
		}
		if c.Invert {
			b.invert(left, top, right, ground)
		}
		left = right
	}
	return b, nil
}

func face(f *opentype.Font) (font.Face, error) {
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("size the font: %w", err)
	}
	return face, nil
}

// A pen draws the letters of one line.
type pen struct{ plain, bold font.Face }

// letter draws r with its upper left corner at at. Printers make a larger letter by repeating every dot, so that is
// what is done here.
func (p pen) letter(b Bitmap, r rune, c layout.Cell, at image.Point) {
	if r == ' ' {
		return
	}
	wide, high := c.Size()
	width := LetterWidth * c.Columns() / wide
	height := LetterHeight
	if c.Underline {
		height = underline // what hangs lower would be white on the stroke
	}
	glyph := image.NewAlpha(image.Rect(0, 0, width, height))
	d := font.Drawer{Dst: glyph, Src: image.Opaque, Face: p.plain, Dot: fixed.P((width-LetterWidth)/2, baseline)}
	if c.Bold {
		d.Face = p.bold
	}
	d.DrawString(string(r))
	for y := range high * height {
		for x := range wide * width {
			if burnt(glyph.AlphaAt(x/wide, y/high)) {
				b.Blacken(at.X+x, at.Y+y)
			}
		}
	}
}

func burnt(cover color.Alpha) bool { return 0xff-cover.A < faintest }
