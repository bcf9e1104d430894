package printertest_test

import (
	"image"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
)

// All looks that a slip may have read back as they were meant, on models of each way to say them.
func TestLooksReadBack(t *testing.T) {
	slip := receipt.Slip{Blocks: []receipt.Block{
		{Text: "plain"}, {Text: "bold", Bold: true}, {Text: "underline", Underline: true}, {Text: "double", Double: true},
		{Text: "wide", Wide: 2}, {Text: "tall", Tall: 2}, {Text: "plain again"},
		{Text: "white on black", Invert: true}, {Text: "large", Wide: 3, Tall: 4},
	}}
	old := escpos.Generic80()
	old.Styles = escpos.StylesOld
	for _, profile := range []escpos.Profile{escpos.Generic80(), old} {
		slip := slip
		if profile.Styles == escpos.StylesOld {
			slip.Blocks = slip.Blocks[:7]
		}
		lines, _ := printed(t, profile, 42, slip)
		want := profile.Lines(slip, 42)
		if len(lines) != len(want) {
			t.Fatalf("%s: %q, want %q", profile.Styles, lines, want)
		}
		for i, line := range want {
			if !slices.Equal(lines[i], line) {
				t.Errorf("%s: line %d reads %+v, was %+v", profile.Styles, i, lines[i], line)
			}
		}
	}
}

// Images, and lines with letters that are in no table, come out as pictures, whichever command prints them, and
// disturb nothing around them.
func TestPicturesComeOut(t *testing.T) {
	black := image.NewGray(image.Rect(0, 0, 100, 200))
	slip := receipt.Slip{Blocks: []receipt.Block{{Text: "above"}, {Image: "logo"}, {Text: "ħğŋ"}, {Text: "below é"}}}
	graphics := escpos.Generic80()
	graphics.Pictures = escpos.PicturesGraphics
	for _, profile := range []escpos.Profile{escpos.Generic80(), escpos.Generic58(), graphics} {
		e, err := escpos.NewEncoder(profile)
		if err != nil {
			t.Fatal(err)
		}
		e = e.WithImages(map[string]image.Image{"logo": black})
		columns := profile.Columns[0]
		p := printertest.New(columns)
		send(t, p, string(e.AppendSlip(nil, profile.Lines(slip, columns))))
		var got []string
		for _, paper := range append(p.Papers(), p.Uncut()) {
			for _, l := range paper.Lines {
				if text := l.String(); text != "" {
					got = append(got, text)
				}
			}
		}
		picture := layout.Line{{Image: printertest.Drawn}}.String()
		if want := []string{"above", picture, picture, "below é"}; !slices.Equal(got, want) || len(p.Odd()) > 0 {
			t.Errorf("%s %s: got %q, want %q; odd % x", profile.Name, profile.Pictures, got, want, p.Odd())
		}
	}
}

func TestPicturesThatARealPrinterWouldNotPrint(t *testing.T) {
	for name, stream := range map[string]string{
		"wider than the paper":       "\x1dv0\x00\x40\x00\x01\x00" + strings.Repeat("\xff", 64),
		"twice as wide at the left":  "\x1dv0\x03\x01\x00\x01\x00\xff",
		"in a line":                  "a\x1dv0\x00\x01\x00\x01\x00\xff",
		"only as wide":               "\x1dv0\x01\x01\x00\x01\x00\xff",
		"graphics of the wrong size": "\x1d(L\x0c\x000p0\x01\x011\x08\x00\x01\x00\xff\xff",
		"printing what is not kept":  "\x1d(L\x02\x0002",
		"letters larger than four":   "\x1d!\x44",
	} {
		p := printertest.New(32)
		if send(t, p, stream); len(p.Odd()) == 0 {
			t.Errorf("%s: accepted", name)
		}
	}
}
