package preview_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"zegel/printer/layout"
	"zegel/printer/preview"
	"zegel/printer/symbol"
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

func TestUnreadableCodeIsNothing(t *testing.T) {
	p := picture(t, 32, layout.Line{{QR: true}}, of("A", layout.Style{}))
	if ink(p, cell(0, 0)) == 0 || p.Bounds().Dy() != 2*margin+line {
		t.Error("it takes room")
	}
}

func TestText(t *testing.T) {
	got := preview.Text([]layout.Line{of("  Saldo", layout.Style{Double: true}), {}, of("€ 5", layout.Style{}), {{Text: "ZS1:4711", QR: true}}})
	if want := "  Saldo\n\n€ 5\n[QR ZS1:4711]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
