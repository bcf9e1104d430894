package preview_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"zegel/printer/layout"
	"zegel/printer/preview"
	"zegel/printer/raster"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

const margin, letter, line = 36, 12, 30

func of(text string, style layout.Style) layout.Line {
	var l layout.Line
	for _, r := range text {
		l = append(l, layout.Cell{Text: string(r), Style: style})
	}
	return l
}

func picture(t *testing.T, columns int, lines ...layout.Line) *image.Gray {
	t.Helper()
	p, err := preview.Picture(lines, columns)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ink is how many dots are burnt in a part of the picture.
func ink(p *image.Gray, within image.Rectangle) int {
	n := 0
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if p.GrayAt(x, y).Y == 0 {
				n++
			}
		}
	}
	return n
}

func cell(column, n int) image.Rectangle {
	return image.Rect(margin+column*letter, margin+n*line, margin+(column+1)*letter, margin+(n+1)*line)
}

func TestPNGHasTheSizeOfThePaper(t *testing.T) {
	var b bytes.Buffer
	lines := []layout.Line{of("A", layout.Style{}), {}, of("B", layout.Style{Double: true})}
	if err := preview.PNG(&b, lines, 42); err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Bounds().Size(), image.Pt(2*margin+42*letter, 2*margin+2*line+54); got != want {
		t.Errorf("size %v, want %v", got, want)
	}
}

func TestEveryLetterStandsInItsColumn(t *testing.T) {
	p := picture(t, 32, of("A A", layout.Style{}), of("ÉgŁ€Ж─", layout.Style{}))
	if ink(p, cell(0, 0)) == 0 || ink(p, cell(1, 0)) != 0 || ink(p, cell(2, 0)) != ink(p, cell(0, 0)) {
		t.Errorf("ink of A, blank and A: %d, %d, %d", ink(p, cell(0, 0)), ink(p, cell(1, 0)), ink(p, cell(2, 0)))
	}
	total := 0
	for column := range 6 {
		n := ink(p, cell(column, 1))
		if total += n; n == 0 {
			t.Errorf("letter %d is not drawn", column)
		}
	}
	if all := ink(p, p.Bounds()); all != total+2*ink(p, cell(0, 0)) {
		t.Errorf("%d dots are burnt, %d of them inside letters", all, total)
	}
}

func TestBoldHasMoreInkAndDoubleFourTimesAsMuch(t *testing.T) {
	p := picture(t, 32, of("S", layout.Style{}), of("S", layout.Style{Bold: true}), of("S", layout.Style{Double: true}))
	plain, bold := ink(p, cell(0, 0)), ink(p, cell(0, 1))
	double := ink(p, image.Rect(0, margin+2*line, p.Bounds().Max.X, p.Bounds().Max.Y))
	if bold <= plain || double != 4*plain {
		t.Errorf("plain %d, bold %d, double %d", plain, bold, double)
	}
}

func TestRuleIsUnbroken(t *testing.T) {
	p := picture(t, 32, of("────────────────────────────────", layout.Style{}))
	for y := range p.Bounds().Dy() {
		row := ink(p, image.Rect(0, y, p.Bounds().Dx(), y+1))
		if row != 0 && row != 32*letter {
			t.Errorf("row %d of the rule has %d dots of %d", y, row, 32*letter)
		}
	}
	if ink(p, p.Bounds()) == 0 {
		t.Error("no rule")
	}
}

func TestCodeIsDrawnInTheMiddle(t *testing.T) {
	const columns, side, dots = 32, 25, 6
	text := "ZS1:7KQ2M-XW9RD-41HTP"
	code, err := symbol.QR(text)
	if err != nil || code.Side() != side {
		t.Fatalf("%d modules, %v", code.Side(), err)
	}
	p := picture(t, columns, of("A", layout.Style{}), layout.Line{{Text: text, QR: true}}, of("A", layout.Style{}))
	left, top := margin+(columns*letter-side*dots)/2, margin+line
	for y := range side {
		for x := range side {
			module := image.Rect(left+x*dots, top+y*dots, left+(x+1)*dots, top+(y+1)*dots)
			if want := map[bool]int{true: dots * dots}[code.Black(x, y)]; ink(p, module) != want {
				t.Fatalf("module %d, %d has %d dots of ink, want %d", x, y, ink(p, module), want)
			}
		}
	}
	if below := image.Rect(margin, top+side*dots, margin+letter, top+side*dots+line); ink(p, below) != ink(p, cell(0, 0)) {
		t.Error("the next line does not stand below the code")
	}
	if all := ink(p, image.Rect(0, top, p.Bounds().Dx(), top+side*dots)); all != ink(p, image.Rect(left, top, left+side*dots, top+side*dots)) {
		t.Error("there is ink beside the code")
	}
}

func TestBarsAreDrawnInTheMiddle(t *testing.T) {
	const columns, modules, dots, high = 32, 67, 3, 96
	b := receipt.Barcode{Symbology: receipt.EAN8, Text: "96385074"}
	bars, err := symbol.Barcode(b)
	if err != nil || bars.Width() != modules {
		t.Fatalf("%d modules, %v", bars.Width(), err)
	}
	left := margin + (columns*letter-modules*dots)/2
	for _, b.HRI = range []bool{false, true} {
		p := picture(t, columns, of("A", layout.Style{}), layout.Line{{Bars: &b}}, of("A", layout.Style{}))
		for x := range modules {
			module := image.Rect(left+x*dots, margin+line, left+(x+1)*dots, margin+line+high)
			if want := map[bool]int{true: dots * high}[bars.Black(x)]; ink(p, module) != want {
				t.Fatalf("module %d has %d dots of ink, want %d", x, ink(p, module), want)
			}
		}
		below := margin + line + high
		if b.HRI {
			// Eight letters in the middle of thirty-two columns, in place of a line.
			words, all := image.Rect(margin+12*letter, below, margin+20*letter, below+line), image.Rect(0, below, p.Bounds().Dx(), below+line)
			if ink(p, words) == 0 || ink(p, words) != ink(p, all) {
				t.Errorf("%d dots of the text are in their place, of %d", ink(p, words), ink(p, all))
			}
			below += line
		}
		if ink(p, image.Rect(margin, below, margin+letter, below+line)) != ink(p, cell(0, 0)) {
			t.Error("the next line does not stand below the bars")
		}
	}
}

func TestUnreadableCodeIsNothing(t *testing.T) {
	for name, c := range map[string]layout.Cell{
		"a wrong check digit": {Bars: &receipt.Barcode{Symbology: receipt.EAN8, Text: "96385070", HRI: true}},
		"too wide for 16":     {Bars: &receipt.Barcode{Symbology: receipt.Code128, Text: "LOY-00012345", HRI: true}},
	} {
		p := picture(t, 16, layout.Line{c}, of("A", layout.Style{}))
		if ink(p, cell(0, 0)) == 0 || p.Bounds().Dy() != 2*margin+line {
			t.Errorf("%s: it takes room", name)
		}
	}
	p := picture(t, 32, layout.Line{{QR: true}}, of("A", layout.Style{}))
	if ink(p, cell(0, 0)) == 0 || p.Bounds().Dy() != 2*margin+line {
		t.Error("it takes room")
	}
}

func TestUnderlineAndWhiteOnBlack(t *testing.T) {
	p := picture(t, 32, of("A", layout.Style{}), of(" ", layout.Style{Underline: true}), of(" ", layout.Style{Invert: true}), of("A", layout.Style{Invert: true}))
	plain, lined, black := ink(p, cell(0, 0)), ink(p, cell(0, 1)), ink(p, cell(0, 2))
	if lined != 2*letter || black != letter*24 || ink(p, cell(0, 3)) != black-plain {
		t.Errorf("ink: letter %d, underlined blank %d, black blank %d, white letter %d", plain, lined, black, ink(p, cell(0, 3)))
	}
}

func TestLetterIsAsWideAndHighAsItsStyleSays(t *testing.T) {
	for wide := 1; wide <= layout.MaxSize; wide++ {
		for high := 1; high <= layout.MaxSize; high++ {
			style := layout.Style{Width: uint8(wide), Height: uint8(high)}
			p := picture(t, 32, of("S", style), of("S", layout.Style{}))
			first := image.Rect(margin, margin, margin+wide*letter, margin+high*24)
			below := image.Rect(margin, margin+high*24+6, margin+letter, margin+high*24+6+line)
			if ink(p, first) != wide*high*ink(p, below) || ink(p, p.Bounds()) != ink(p, first)+ink(p, below) {
				t.Errorf("%d x %d: %d dots, of %d for a plain letter, of %d in all", wide, high, ink(p, first), ink(p, below), ink(p, p.Bounds()))
			}
		}
	}
}

func TestImageIsDrawnInTheMiddle(t *testing.T) {
	black := raster.Dither(image.NewGray(image.Rect(0, 0, 100, 50)), 32*letter)
	paper := preview.Paper{Columns: 32, Images: map[string]raster.Bitmap{"black": black}}
	p, err := paper.Picture([]layout.Line{{{Image: "black"}}, {{Image: "unknown"}}, of("A", layout.Style{})})
	if err != nil {
		t.Fatal(err)
	}
	left := margin + (32*letter-100)/2
	if n := ink(p, image.Rect(left, margin, left+100, margin+50)); n != 100*50 {
		t.Errorf("%d dots of 5000 are in their place", n)
	}
	if ink(p, image.Rect(margin, margin+50, margin+letter, margin+50+line)) == 0 || p.Bounds().Dy() != 2*margin+50+line {
		t.Error("a picture that is not there takes room")
	}
}

func TestCutIsALineOverThePaper(t *testing.T) {
	p := picture(t, 32, of("A", layout.Style{}), layout.Line{{Cut: true}}, of("A", layout.Style{}))
	between := image.Rect(0, margin+line, p.Bounds().Dx(), margin+3*line)
	if n := ink(p, between); n < p.Bounds().Dx()/2 || ink(p, cell(0, 3)) != ink(p, cell(0, 0)) {
		t.Errorf("%d dots between two lines, or the one below is not in its place", n)
	}
}

func TestText(t *testing.T) {
	got := preview.Text([]layout.Line{of("  Saldo", layout.Style{Double: true}), {}, of("€ 5", layout.Style{}), {{Text: "ZS1:4711", QR: true}}, {{Image: "logo"}}, {{Cut: true}}})
	if want := "  Saldo\n\n€ 5\n[QR ZS1:4711]\n[image logo]\n[cut]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
