package escpos_test

import (
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

// styled is a line of texts, each in its style.
func styled(parts ...any) layout.Line {
	var l layout.Line
	for i := 0; i < len(parts); i += 2 {
		for _, r := range parts[i].(string) {
			l = append(l, layout.Cell{Text: string(r), Style: parts[i+1].(layout.Style)})
		}
	}
	return l
}

// The bytes of Epson's command reference.
func TestStyles(t *testing.T) {
	plain := layout.Style{}
	cases := []struct {
		name      string
		line      layout.Line
		full, old string
	}{
		{"bold inside a line", styled("a ", plain, "b", layout.Style{Bold: true}, " c", plain), "61 20 1B 45 01 62 20 1B 45 00 63", "61 20 1B 21 08 62 20 1B 21 00 63"},
		{"underlined, its blanks too", styled("a b", layout.Style{Underline: true}), "1B 2D 01 61 20 62 1B 2D 00", "1B 21 80 61 20 62 1B 21 00"},
		{"white on black", styled("a b", layout.Style{Invert: true}), "1D 42 01 61 20 62 1D 42 00", "61 20 62"},
		{"double", styled("a", layout.Style{Double: true}), "1D 21 11 61 1D 21 00", "1B 21 30 61 1B 21 00"},
		{"three times", styled("a", layout.Style{Width: 3, Height: 3}), "1D 21 22 61 1D 21 00", "1B 21 30 61 1B 21 00"},
		{"wide and no higher", styled("a", layout.Style{Width: 2}), "1D 21 10 61 1D 21 00", "1B 21 20 61 1B 21 00"},
		{"high and no wider", styled("a", layout.Style{Height: 3}), "1D 21 02 61 1D 21 00", "1B 21 10 61 1B 21 00"},
		{"no more than four times", styled("a", layout.Style{Width: 9, Height: 9}), "1D 21 33 61 1D 21 00", "1B 21 30 61 1B 21 00"},
		{"from one to another", styled("a", layout.Style{Width: 4, Height: 4, Bold: true}, "b", layout.Style{Double: true, Underline: true, Invert: true}),
			"1D 21 33 1B 45 01 61 1D 21 11 1B 45 00 1B 2D 01 1D 42 01 62 1D 21 00 1B 2D 00 1D 42 00", "1B 21 38 61 1B 21 B0 62 1B 21 00"},
	}
	for _, c := range cases {
		for styles, want := range map[escpos.Styles]string{escpos.StylesFull: c.full, escpos.StylesOld: c.old} {
			e, err := escpos.NewEncoder(escpos.Generic80().With(escpos.Overrides{Styles: styles}))
			if err != nil {
				t.Fatal(err)
			}
			const before, after = "1B 40 1C 2E 1B 74 13 ", " 0A 1D 56 42 00"
			stream := e.AppendSlip(nil, []layout.Line{c.line})
			tokenise(t, stream)
			if got := spaced(stream); got != before+want+after {
				t.Errorf("%s, %s:\ngot  %s\nwant %s", c.name, styles, got, before+want+after)
			}
		}
	}
}

func TestModelWithoutLettersOfTwoBytesIsNotToldToLeaveThem(t *testing.T) {
	yes := true
	e, err := escpos.NewEncoder(escpos.Generic80().With(escpos.Overrides{SingleByte: &yes}))
	if err != nil {
		t.Fatal(err)
	}
	if got := spaced(e.AppendSlip(nil, nil)); got != "1B 40 1B 74 13 1D 56 42 00" {
		t.Errorf("got %s", got)
	}
}

func TestPinsMakeNoLettersLargerThanDouble(t *testing.T) {
	slip := slipOf(receipt.Block{Text: "A", Wide: 4, Tall: 3}, receipt.Block{Spans: []receipt.Span{{Text: "A", Wide: 3}}})
	for name, want := range map[string][2]int{"epson-tm-u220": {2, 2}, "epson-tm-t88v": {4, 3}} {
		lines := named(t, name).Lines(slip, 33)
		if got := [2]int{lines[0].Columns(), lines[1].Columns()}; got != want {
			t.Errorf("%s: %d columns, want %d", name, got, want)
		}
	}
	if slip.Blocks[0].Wide != 4 || slip.Blocks[1].Spans[0].Wide != 3 {
		t.Error("the slip itself was changed")
	}
}
