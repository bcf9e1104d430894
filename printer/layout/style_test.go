package layout_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

// styled is a line with marks where the style of its letters changes: {2x3 bold}.
func styled(l layout.Line) string {
	var b strings.Builder
	was := layout.Style{}
	for _, c := range l {
		if c.Style != was {
			wide, high := c.Size()
			fmt.Fprintf(&b, "{%dx%d", wide, high)
			if c.Bold {
				b.WriteString(" bold")
			}
			if c.Underline {
				b.WriteString(" line")
			}
			if c.Invert {
				b.WriteString(" invert")
			}
			b.WriteString("}")
			was = c.Style
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

func TestStyles(t *testing.T) {
	amount := func(text string) receipt.Cell {
		return receipt.Cell{Text: text, Align: receipt.Right, Whole: true}
	}
	cases := []struct {
		name    string
		columns int
		block   receipt.Block
		want    []string
	}{
		{"wide text is broken at half the letters", 32, receipt.Block{Text: "Loyalty programme", Wide: 2}, []string{"{2x1}Loyalty", "{2x1}programme"}},
		{"wide text in the middle", 32, receipt.Block{Text: "GOLD", Wide: 2, Align: receipt.Centre}, []string{"            {2x1}GOLD"}},
		{"wide text to the right", 42, receipt.Block{Text: "€ 5", Wide: 3, Tall: 2, Align: receipt.Right}, []string{strings.Repeat(" ", 33) + "{3x2}€ 5"}},
		{"high text takes no more columns", 16, receipt.Block{Text: "1234567890123456", Tall: 4}, []string{"{1x4}1234567890123456"}},
		{"wide and high by two is double", 16, receipt.Block{Text: "a", Wide: 2, Tall: 2}, []string{"{2x2}a"}},
		{"a long word of large letters", 16, receipt.Block{Text: "GOLDEN", Wide: 4, Tall: 4}, []string{"{4x4}GOLD", "{4x4}EN"}},
		{"a wide letter at four times", 16, receipt.Block{Text: "日本語", Wide: 4}, []string{"{4x1}日本", "{4x1}語"}},
		{"a bold word", 48, receipt.Block{Spans: []receipt.Span{{Text: "Points "}, {Text: "120", Bold: true}, {Text: " earned"}}},
			[]string{"Points {1x1 bold}120{1x1} earned"}},
		{"spans are broken as one text", 16, receipt.Block{Bold: true, Spans: []receipt.Span{{Text: "You saved "}, {Text: "12", Wide: 3}, {Text: "% today\nagain", Underline: true}}},
			[]string{"{1x1 bold}You saved", "{3x1 bold}12{1x1 bold line}% today", "{1x1 bold line}again"}},
		{"a word of two spans stays together", 16, receipt.Block{Spans: []receipt.Span{{Text: "123456789 abc"}, {Text: "defg", Bold: true}}},
			[]string{"123456789", "abc{1x1 bold}defg"}},
		{"a span's size stands for the block's", 32, receipt.Block{Double: true, Spans: []receipt.Span{{Text: "a"}, {Text: "b", Wide: 1, Tall: 1}, {Text: "c", Tall: 3}}},
			[]string{"{2x2}a{1x1}b{1x3}c"}},
		{"blanks in black are not white", 32, receipt.Block{Text: " SALE ", Invert: true, Align: receipt.Centre},
			[]string{strings.Repeat(" ", 13) + "{1x1 invert} SALE "}},
		{"nor are underlined ones", 32, receipt.Block{Text: "Name:     ", Underline: true}, []string{"{1x1 line}Name:     "}},
		{"but they do not stick out", 16, receipt.Block{Text: "1234567890123 " + strings.Repeat(" ", 9), Invert: true}, []string{"{1x1 invert}1234567890123"}},
		{"a wide row", 32, receipt.Block{Wide: 2, Row: []receipt.Cell{{Text: "Saldo"}, amount("120")}},
			[]string{"{2x1}Saldo{1x1}" + strings.Repeat(" ", 16) + "{2x1}120"}},
		{"an amount is rather small than broken", 16, receipt.Block{Double: true, Row: []receipt.Cell{{Text: "Saldo"}, amount("€ 1.234,50")}},
			[]string{"{2x2}Saldo", "      € 1.234,50"}},
		{"in steps", 32, receipt.Block{Wide: 4, Tall: 4, Row: []receipt.Cell{{Text: "Saldo"}, amount("€ 12,50")}},
			[]string{"{4x4}Saldo", strings.Repeat(" ", 4) + "{4x4}€ 12,50"}},
		{"in steps, smaller", 32, receipt.Block{Wide: 4, Tall: 3, Row: []receipt.Cell{{Text: "Saldo"}, amount("€ 112,50")}},
			[]string{"{4x3}Saldo", "{4x3}€ 112,50"}},
		{"in steps, smaller still", 32, receipt.Block{Wide: 4, Tall: 3, Row: []receipt.Cell{{Text: "Saldo"}, amount("€ 1.112,50")}},
			[]string{"{4x3}Saldo", "  {3x2}€ 1.112,50"}},
		{"a heavy rule", 16, receipt.Block{Rule: true, Heavy: true}, []string{"▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄"}},
		{"a picture", 16, receipt.Block{Image: "logo"}, []string{"[image logo]"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, l := range set(c.columns, c.block) {
				if name, ok := l.Image(); ok {
					got = append(got, "[image "+name+"]")
					continue
				}
				got = append(got, styled(l))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n|%s|\nwant\n|%s|", strings.Join(got, "|\n|"), strings.Join(c.want, "|\n|"))
			}
		})
	}
}

func TestOneLookIsOneStyle(t *testing.T) {
	for wide := range receipt.MaxSize + 3 {
		for high := range receipt.MaxSize + 3 {
			s := set(48, receipt.Block{Text: "a", Wide: wide, Tall: high})[0][0].Style
			gotWide, gotHigh := s.Size()
			if wantWide, wantHigh := min(max(wide, 1), 4), min(max(high, 1), 4); gotWide != wantWide || gotHigh != wantHigh {
				t.Errorf("%d x %d is drawn %d x %d", wide, high, gotWide, gotHigh)
			}
			if s.Double != (gotWide == 2 && gotHigh == 2) || s.Double && s.Width+s.Height > 0 || gotWide*gotHigh == 1 && s != (layout.Style{}) {
				t.Errorf("%d x %d is %+v", wide, high, s)
			}
		}
	}
}

func TestHeightIsThatOfTheLargestLetter(t *testing.T) {
	lines := set(48, receipt.Block{Spans: []receipt.Span{{Text: "a"}, {Text: "b", Tall: 3}, {Text: "c", Wide: 4}}}, text("a"))
	if lines[0].Height() != 3 || !lines[0].Double() || lines[1].Height() != 1 || lines[1].Double() {
		t.Errorf("heights %d and %d", lines[0].Height(), lines[1].Height())
	}
}

func TestPaperIsCutBetweenLinesOnly(t *testing.T) {
	cut := receipt.Block{Cut: true}
	cases := []struct {
		name   string
		blocks []receipt.Block
		want   []string
	}{
		{"in the middle", []receipt.Block{text("a"), cut, text("b")}, []string{"a", "[cut]", "b"}},
		{"once", []receipt.Block{text("a"), cut, cut, text("b")}, []string{"a", "[cut]", "b"}},
		{"not before anything", []receipt.Block{cut, text("a")}, []string{"a"}},
		{"not after everything, where it is cut anyway", []receipt.Block{text("a"), cut, cut}, []string{"a"}},
		{"not nothing", []receipt.Block{cut}, nil},
		{"a code after it needs no white above", []receipt.Block{text("a"), cut, {QR: "b"}}, []string{"a", "[cut]", "[QR b]", ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(set(32, c.blocks...)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
