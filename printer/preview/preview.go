// Package preview draws paper: lines of a slip as a picture of the dots a printer burns, or as plain text.
//
// It takes the lines that the layout makes, or those that a pretended printer has read back from bytes.
package preview

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"unicode/utf8"

	"zegel/printer/layout"
	"zegel/printer/raster"
	"zegel/printer/symbol"
)

// The measures of paper in dots, besides those of letters.
const (
	margin    = 36 // of white around the text
	cutHeight = 2 * raster.LineHeight
	dash      = 12 // of the line along which paper is cut
)

// A Paper is what lines are drawn on.
type Paper struct {
	Columns int // letters of plain size on a line
	// Images are the pictures that lines may name, in dots as the encoders take them. Nothing is drawn for one that is
	// not there.
	Images map[string]raster.Bitmap
}

// PNG writes a picture of lines on paper of so many columns, without images.
func PNG(w io.Writer, lines []layout.Line, columns int) error {
	return Paper{Columns: columns}.PNG(w, lines)
}

// Picture draws lines on paper of so many columns, without images.
func Picture(lines []layout.Line, columns int) (*image.Gray, error) {
	return Paper{Columns: columns}.Picture(lines)
}

// PNG writes a picture of lines, one bit for a dot.
func (p Paper) PNG(w io.Writer, lines []layout.Line) error {
	drawn, err := p.Picture(lines)
	if err != nil {
		return err
	}
	dots := image.NewPaletted(drawn.Bounds(), color.Palette{color.White, color.Black})
	for i, shade := range drawn.Pix { // both have a byte for each dot
		if shade == 0 {
			dots.Pix[i] = 1
		}
	}
	if err := png.Encode(w, dots); err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	return nil
}

// Picture draws lines. Letters that the font lacks are boxes; QR codes, barcodes and images are as large as most
// printers draw them. A cut is a line of dashes over the whole paper.
func (p Paper) Picture(lines []layout.Line) (*image.Gray, error) {
	font, err := raster.NewFont()
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	drawn := make([]drawing, len(lines))
	height := 2 * margin
	for i, l := range lines {
		if drawn[i], err = p.draw(l, font); err != nil {
			return nil, fmt.Errorf("preview: %w", err)
		}
		height += drawn[i].height
	}
	s := sheet{image.NewGray(image.Rect(0, 0, 2*margin+p.Columns*raster.LetterWidth, height))}
	draw.Draw(s, s.Bounds(), image.White, image.Point{}, draw.Src)
	top := margin
	for _, d := range drawn {
		d.on(s, top)
		top += d.height
	}
	return s.Gray, nil
}

// A drawing is how one line is put on a sheet, its upper edge at top.
type drawing struct {
	height int
	on     func(s sheet, top int)
}

func nothing() drawing { return drawing{on: func(sheet, int) {}} }

func (p Paper) draw(l layout.Line, font *raster.Font) (drawing, error) {
	if text, ok := l.QR(); ok {
		return p.code(text), nil
	}
	if b, ok := l.Barcode(); ok {
		return p.barcode(b, font)
	}
	if name, ok := l.Image(); ok {
		return p.centred(p.Images[name]), nil
	}
	if l.Cut() {
		return drawing{cutHeight, func(s sheet, top int) { s.dashes(top + cutHeight/2) }}, nil
	}
	return p.line(l, font)
}

func (p Paper) line(l layout.Line, font *raster.Font) (drawing, error) {
	letters := make([]rune, len(l))
	for i, c := range l {
		letters[i], _ = utf8.DecodeRuneInString(c.Text)
	}
	b, err := font.Line(l, letters)
	if err != nil {
		return drawing{}, err
	}
	return drawing{b.Height(), func(s sheet, top int) { s.put(b, margin, top) }}, nil
}

// code draws the QR code of text in the middle of the paper. One that no printer could draw takes no room.
func (p Paper) code(text string) drawing {
	code, err := symbol.QR(text)
	if err != nil {
		return nothing()
	}
	dots := symbol.Dots(code.Side(), p.dots())
	side := code.Side() * dots
	b := raster.New(side, side)
	for y := range side {
		for x := range side {
			if code.Black(x/dots, y/dots) {
				b.Blacken(x, y)
			}
		}
	}
	return p.centred(b)
}

func (p Paper) centred(b raster.Bitmap) drawing {
	return drawing{b.Height(), func(s sheet, top int) { s.put(b, p.middle(b.Width()), top) }}
}

// dots is how many stand side by side between the margins.
func (p Paper) dots() int { return p.Columns * raster.LetterWidth }

// middle is where something so wide begins that stands in the middle of the paper.
func (p Paper) middle(width int) int { return margin + (p.dots()-width)/2 }

// A sheet is the picture of a paper.
type sheet struct{ *image.Gray }

// put burns the dots of b.
func (s sheet) put(b raster.Bitmap, left, top int) {
	for y := range b.Height() {
		for x := range b.Width() {
			if b.Black(x, y) {
				s.SetGray(left+x, top+y, color.Gray{})
			}
		}
	}
}

// dashes draws the line along which the paper is cut.
func (s sheet) dashes(y int) {
	for x := range s.Bounds().Dx() {
		if x%(2*dash) < dash {
			s.SetGray(x, y, color.Gray{})
			s.SetGray(x, y+1, color.Gray{})
		}
	}
}

// Text is what lines say, a line feed after each. Letters of any size take one column here.
func Text(lines []layout.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.String())
		b.WriteByte('\n')
	}
	return b.String()
}
