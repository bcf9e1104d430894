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

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"zegel/printer/layout"
	"zegel/printer/symbol"
)

// The measures of paper in dots. A letter of font A is 12 by 24 of them; lines stand 1/6 inch apart.
const (
	letterWidth  = 12
	letterHeight = 24
	lineHeight   = 30
	margin       = 36 // of white around the text
	// At this size and 72 dots an inch a letter of Go Mono is 12 dots wide, and 24 high with its descent.
	fontSize = 20
	baseline = 19
)

// PNG writes a picture of lines on paper of so many columns. Letters that the font lacks are drawn as boxes,
// QR codes as large as most printers draw them.
func PNG(w io.Writer, lines []layout.Line, columns int) error {
	picture, err := Picture(lines, columns)
	if err != nil {
		return err
	}
	if err := png.Encode(w, picture); err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	return nil
}

// Picture draws lines on paper of so many columns.
func Picture(lines []layout.Line, columns int) (*image.Gray, error) {
	p := paper{columns: columns}
	height := 2 * margin
	for _, l := range lines {
		height += p.heightOf(l)
	}
	p.Gray = image.NewGray(image.Rect(0, 0, 2*margin+columns*letterWidth, height))
	draw.Draw(p, p.Bounds(), image.White, image.Point{}, draw.Src)
	var err error
	if p.plain, err = face(gomono.TTF); err != nil {
		return nil, err
	}
	if p.bold, err = face(gomonobold.TTF); err != nil {
		return nil, err
	}
	top := margin
	for _, l := range lines {
		if text, ok := l.QR(); ok {
			p.code(text, top)
		} else {
			p.line(l, top)
		}
		top += p.heightOf(l)
	}
	return p.Gray, nil
}

func face(ttf []byte) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("preview: read the font: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("preview: read the font: %w", err)
	}
	return face, nil
}

// A paper is the picture with the fonts it is drawn with.
type paper struct {
	*image.Gray
	columns     int
	plain, bold font.Face
}

func (p paper) heightOf(l layout.Line) int {
	if text, ok := l.QR(); ok {
		code, dots := p.size(text)
		return code.Side() * dots
	}
	if l.Double() {
		return lineHeight + letterHeight
	}
	return lineHeight
}

// size is the code of text and the dots of its modules. One that no printer could draw has no modules.
func (p paper) size(text string) (code symbol.Code, dots int) {
	code, err := symbol.QR(text)
	if err != nil {
		return symbol.Code{}, 0
	}
	return code, symbol.Dots(code.Side(), p.columns*letterWidth)
}

// code draws the QR code of text in the middle of the paper.
func (p paper) code(text string, top int) {
	code, dots := p.size(text)
	left := margin + (p.columns*letterWidth-code.Side()*dots)/2
	for y := range code.Side() * dots {
		for x := range code.Side() * dots {
			if code.Black(x/dots, y/dots) {
				p.SetGray(left+x, top+y, color.Gray{})
			}
		}
	}
}

func (p paper) line(l layout.Line, top int) {
	left := margin
	bottom := top + p.heightOf(l) - (lineHeight - letterHeight)
	for _, c := range l {
		size := 1
		if c.Double {
			size = 2
		}
		p.letter(c, image.Pt(left, bottom-size*letterHeight), size)
		left += c.Columns() * letterWidth
	}
}

// letter draws c with its upper left corner at at. Printers make a double letter by doubling every dot, so that
// is what is done here.
func (p paper) letter(c layout.Cell, at image.Point, size int) {
	width := letterWidth * c.Columns() / size
	glyph := image.NewGray(image.Rect(0, 0, width, letterHeight))
	draw.Draw(glyph, glyph.Bounds(), image.White, image.Point{}, draw.Src)
	d := font.Drawer{Dst: glyph, Src: image.Black, Face: p.plain, Dot: fixed.P((width-letterWidth)/2, baseline)}
	if c.Bold {
		d.Face = p.bold
	}
	d.DrawString(c.Text)
	for y := range size * letterHeight {
		for x := range size * width {
			p.SetGray(at.X+x, at.Y+y, burnt(glyph.GrayAt(x/size, y/size)))
		}
	}
}

// burnt is the dot for a shade: a printer knows black and nothing.
func burnt(shade color.Gray) color.Gray {
	if shade.Y < 0x90 {
		return color.Gray{}
	}
	return color.Gray{Y: 0xff}
}

// Text is what lines say, a line feed after each. Double letters take one column here.
func Text(lines []layout.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.String())
		b.WriteByte('\n')
	}
	return b.String()
}
