package raster_test

import (
	"image"
	"strings"
	"testing"

	"zegel/printer/layout"
	"zegel/printer/raster"
)

func font(t testing.TB) *raster.Font {
	t.Helper()
	f, err := raster.NewFont()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// draw draws text in a style.
func draw(t testing.TB, text string, style layout.Style) raster.Bitmap {
	t.Helper()
	var l layout.Line
	for _, r := range text {
		l = append(l, layout.Cell{Text: string(r), Style: style})
	}
	b, err := font(t).Line(l, []rune(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shown is b as a picture of letters.
func shown(b raster.Bitmap) string {
	var s strings.Builder
	for y := range b.Height() {
		for x := range b.Width() {
			if b.Black(x, y) {
				s.WriteByte('#')
			} else {
				s.WriteByte('.')
			}
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func black(b raster.Bitmap) int { return strings.Count(shown(b), "#") }

func TestLetterIsDrawnInItsCell(t *testing.T) {
	b := draw(t, "I", layout.Style{})
	if b.Width() != 12 || b.Height() != 30 || len(b.Rows(0, 30)) != 30*b.Stride() || b.Stride() != 2 {
		t.Fatalf("%d by %d dots, %d bytes a row", b.Width(), b.Height(), b.Stride())
	}
	rows := strings.Split(shown(b), "\n")
	if strings.Contains(strings.Join(rows[24:], ""), "#") || !strings.Contains(rows[10], "##") || rows[10][0] == '#' || rows[10][11] == '#' {
		t.Errorf("an I is\n%s", shown(b))
	}
}

func TestLetterKeepsItsCellAmongOthers(t *testing.T) {
	alone, among := draw(t, "ж", layout.Style{}), draw(t, "Ωжł", layout.Style{})
	for y := range 30 {
		for x := range 12 {
			if alone.Black(x, y) != among.Black(12+x, y) {
				t.Fatalf("the dot at %d, %d differs:\n%s\n%s", x, y, shown(alone), shown(among))
			}
		}
	}
}

func TestStyles(t *testing.T) {
	plain := draw(t, "A", layout.Style{})
	if bold := draw(t, "A", layout.Style{Bold: true}); black(bold) <= black(plain) {
		t.Error("bold is not bolder")
	}
	for _, style := range []layout.Style{{Double: true}, {Width: 3, Height: 4}, {Width: 2}, {Height: 3}} {
		b := draw(t, "A", style)
		wide, high := style.Size()
		if b.Width() != 12*wide || b.Height() != 24*high+6 || black(b) != wide*high*black(plain) {
			t.Errorf("%+v: %d by %d dots, %d of them black, %d in a plain letter", style, b.Width(), b.Height(), black(b), black(plain))
		}
	}
	lined, round := draw(t, " ", layout.Style{Underline: true}), draw(t, " ", layout.Style{Invert: true})
	if black(lined) != 2*12 || !lined.Black(0, 22) || black(round) != 24*12 || round.Black(0, 24) {
		t.Errorf("underlined:\n%s\nwhite on black:\n%s", shown(lined), shown(round))
	}
	if both := draw(t, "A", layout.Style{Invert: true}); black(both) != 24*12-black(plain) {
		t.Errorf("%d dots of a white letter are black", black(both))
	}
}

func TestLettersOfOneLineStandOnTheSameGround(t *testing.T) {
	l := layout.Line{{Text: "_"}, {Text: "_", Style: layout.Style{Double: true}}}
	b, err := font(t).Line(l, []rune("__"))
	if err != nil {
		t.Fatal(err)
	}
	if b.Width() != 36 || b.Height() != 54 {
		t.Fatalf("%d by %d dots", b.Width(), b.Height())
	}
	rows := strings.Split(shown(b), "\n")
	for y := range 24 {
		if strings.Contains(rows[y][:12], "#") {
			t.Errorf("the small letter is in row %d", y)
		}
	}
}

func TestWhatTheFontHas(t *testing.T) {
	f := font(t)
	for _, r := range "aéłŁżğİőЯґΩώ€ŧ─═№" {
		if !f.Has(r) {
			t.Errorf("%q is not there", r)
		}
	}
	for _, r := range "日🎁\x1b" {
		if f.Has(r) {
			t.Errorf("%q is there", r)
		}
	}
}

func TestDither(t *testing.T) {
	of := func(shade uint8) raster.Bitmap {
		square := image.NewGray(image.Rect(0, 0, 64, 64))
		for i := range square.Pix {
			square.Pix[i] = shade
		}
		return raster.Dither(square, 100)
	}
	if black(of(0)) != 64*64 || black(of(255)) != 0 {
		t.Errorf("black has %d dots, white %d", black(of(0)), black(of(255)))
	}
	light, middle, dark := black(of(200)), black(of(128)), black(of(60))
	if light == 0 || light >= middle || middle >= dark || dark == 64*64 || middle < 64*64*4/10 || middle > 64*64*6/10 {
		t.Errorf("shades of grey have %d, %d and %d black dots of %d", light, middle, dark, 64*64)
	}
	if b := raster.Dither(image.NewRGBA(image.Rect(0, 0, 8, 8)), 8); black(b) != 0 {
		t.Errorf("what is transparent is not white:\n%s", shown(b))
	}
}

func TestDitherMakesSmaller(t *testing.T) {
	wide := image.NewGray(image.Rect(10, 10, 1010, 210)) // its left half black
	for i := range wide.Pix {
		if i%1000 >= 500 {
			wide.Pix[i] = 0xff
		}
	}
	b := raster.Dither(wide, 384)
	if b.Width() != 384 || b.Height() != 76 || !b.Black(191, 40) || b.Black(192, 40) {
		t.Errorf("%d by %d dots", b.Width(), b.Height())
	}
	if b := raster.Dither(wide, 2000); b.Width() != 1000 || b.Height() != 200 {
		t.Errorf("a picture that fits was made %d by %d", b.Width(), b.Height())
	}
	if b := raster.Dither(image.NewGray(image.Rect(0, 0, 900, 1)), 300); b.Height() != 1 {
		t.Errorf("a stroke became %d high", b.Height())
	}
	if b := raster.Dither(image.NewGray(image.Rectangle{}), 300); b.Width() != 0 || b.Height() != 0 {
		t.Error("an empty picture has dots")
	}
}

func BenchmarkLine(b *testing.B) {
	text := strings.Repeat("Zażółć gęślą jaźń ", 3)[:60]
	var l layout.Line
	for _, r := range text {
		l = append(l, layout.Cell{Text: string(r)})
	}
	f := font(b)
	for b.Loop() {
		if _, err := f.Line(l, []rune(text)); err != nil {
			b.Fatal(err)
		}
	}
}
