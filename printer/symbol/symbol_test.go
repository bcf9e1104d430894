package symbol

import (
	"strings"
	"testing"
)

// pattern is a code of its rows, a letter for each module.
func pattern(rows ...string) Code {
	c := Code{side: len(rows)}
	for _, row := range rows {
		for _, r := range row {
			c.black = append(c.black, r == '#')
		}
	}
	return c
}

// The sizes of table 7 of ISO/IEC 18004 at level M. What the modules say is read by package printertest.
func TestSmallestVersion(t *testing.T) {
	cases := []struct {
		letter      string
		fits, side  int
		alsoLargest bool
	}{
		{"7", 34, 21, false}, {"7", 63, 25, false}, {"7", 293, 45, false},
		{"A", 20, 21, false}, {"A", 262, 53, false}, {"A", 311, 57, false},
		{"a", 14, 21, true}, {"a", 180, 53, true}, {"a", 213, 57, true}, {"a", 331, 69, true}, {"a", 2331, 177, true},
	}
	for _, c := range cases {
		text := strings.Repeat(c.letter, c.fits)
		code, err := QR(text)
		if err != nil || code.Side() != c.side {
			t.Errorf("%d of %q: %d modules, %v, want %d", c.fits, c.letter, code.Side(), err, c.side)
		}
		if c.side == 177 {
			continue
		}
		if code, err = QR(text + c.letter); err != nil || code.Side() != c.side+4 {
			t.Errorf("one more than %d of %q: %d modules, %v", c.fits, c.letter, code.Side(), err)
		}
		if got := LargestSide(text); got < c.side || c.alsoLargest && got != c.side {
			t.Errorf("%d of %q: largest %d modules", c.fits, c.letter, got)
		}
	}
}

func TestTextsWithoutACode(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("a", 2332)} {
		if code, err := QR(text); err == nil {
			t.Errorf("%d letters became %d modules", len(text), code.Side())
		}
	}
	if side := LargestSide(strings.Repeat("a", 2332)); side != 0 {
		t.Errorf("a text that is too long has %d modules", side)
	}
}

func TestBlackIsBoundedByTheCode(t *testing.T) {
	c, err := QR("ZS1:4711")
	if err != nil {
		t.Fatal(err)
	}
	if !c.Black(0, 0) || !c.Black(20, 0) || !c.Black(0, 20) || c.Black(21, 0) || c.Black(-1, 0) || c.Black(0, -1) || c.Black(0, 21) {
		t.Error("the corners are not dark, or what lies outside is")
	}
}

func TestDots(t *testing.T) {
	cases := []struct{ side, paper, dots int }{
		{21, 384, 6},  // a short code is not made larger than people need
		{25, 384, 6},  // a bearer slip on 58 mm
		{57, 384, 4},  // 300 capitals on 58 mm
		{69, 384, 4},  // 300 letters on 58 mm: 308 of 384 dots
		{57, 504, 5},  // 300 capitals on 80 mm
		{69, 504, 4},  // 300 letters on 80 mm
		{69, 1000, 6}, // on wide paper
		{69, 192, 2},  // it fits whatever the paper
	}
	for _, c := range cases {
		if got := Dots(c.side, c.paper); got != c.dots {
			t.Errorf("%d modules on %d dots: %d each, want %d", c.side, c.paper, got, c.dots)
		}
	}
}

func TestPenalty(t *testing.T) {
	cases := []struct {
		name string
		code Code
		want int
	}{
		{"a draughtboard", pattern("#.", ".#"), 0},
		{"a square of one shade, all dark", pattern("##", "##"), 3 + 100},
		// A run of five and one of six; 17 of 36 modules are dark, which is less than a twentieth off.
		{"runs", pattern("#####.", ".#.#.#", "#.#.#.", ".#.#.#", "#.#.#.", "......"), 3 + 4},
		{"three quarters dark", pattern("##", "#."), 50},
	}
	for _, c := range cases {
		if got := c.code.penalty(); got != c.want {
			t.Errorf("%s: %d marks, want %d", c.name, got, c.want)
		}
	}
}

func TestRuns(t *testing.T) {
	cases := []struct {
		row  string
		want int
	}{
		{"####", 0}, {"#####", 3}, {"######", 4}, {".#####.....", 6}, {"#.#.#.#", 0},
		{"#.###.#....", 40}, {"....#.###.#", 40}, {"...#.###.#.", 0}, {"....#.###.#....", 80}, {".....#.###.#", 43},
	}
	for _, c := range cases {
		if got := runs(len(c.row), func(i int) bool { return c.row[i] == '#' }); got != c.want {
			t.Errorf("%s: %d marks, want %d", c.row, got, c.want)
		}
	}
}

// The mask is the best of eight, so no code that is made has more marks than the one under the first mask.
func TestMaskIsTheBest(t *testing.T) {
	other := 0
	for _, text := range []string{"ZS1:7KQ2M-XW9RD-41HTP", strings.Repeat("A", 300), strings.Repeat("0", 120), "aaaa", "ZR1:4711"} {
		code, err := QR(text)
		if err != nil {
			t.Fatal(err)
		}
		version, _ := smallest(encodingOf(text))
		first, err := masked(encodingOf(text), version, 0)
		if err != nil {
			t.Fatal(err)
		}
		if code.penalty() > first.penalty() {
			t.Errorf("%q: %d marks, %d under the first mask", text, code.penalty(), first.penalty())
		}
		if code.penalty() < first.penalty() {
			other++
		}
	}
	if other == 0 {
		t.Error("always the first mask")
	}
}

func BenchmarkQR(b *testing.B) {
	for _, text := range []string{"ZS1:7KQ2M-XW9RD-41HTP", strings.Repeat("A", 300)} {
		b.Run(text[:4], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := QR(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
