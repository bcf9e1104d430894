package preview

import (
	"zegel/printer/layout"
	"zegel/printer/raster"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// barcode draws b in the middle of the paper, its text for people below it. One that no printer could draw takes no
// room.
func (p Paper) barcode(b receipt.Barcode, font *raster.Font) (drawing, error) {
	bars, err := symbol.Barcode(b)
	if err != nil {
		return nothing(), nil
	}
	dots := symbol.BarDots(bars.Width(), p.dots())
	if dots == 0 {
		return nothing(), nil
	}
	black := raster.New(bars.Width()*dots, symbol.BarHeight)
	for x := range black.Width() {
		for y := range symbol.BarHeight {
			if bars.Black(x / dots) {
				black.Blacken(x, y)
			}
		}
	}
	if !b.HRI {
		return p.centred(black), nil
	}
	text, err := p.below(b.Text, font)
	if err != nil {
		return drawing{}, err
	}
	return drawing{symbol.BarHeight + raster.LineHeight, func(s sheet, top int) {
		s.put(black, p.middle(black.Width()), top)
		s.put(text, p.middle(text.Width()), top+symbol.BarHeight+raster.LineHeight-raster.LetterHeight)
	}}, nil
}

// below draws text, which is ASCII.
func (p Paper) below(text string, font *raster.Font) (raster.Bitmap, error) {
	line := make(layout.Line, len(text))
	for i := range len(text) {
		line[i] = layout.Cell{Text: text[i : i+1]}
	}
	return font.Line(line, []rune(text))
}
