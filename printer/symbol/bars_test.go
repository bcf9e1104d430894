package symbol_test

import (
	"fmt"
	"strings"
	"testing"

	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

func bars(t *testing.T, kind receipt.Symbology, text string) symbol.Bars {
	t.Helper()
	b, err := symbol.Barcode(receipt.Barcode{Symbology: kind, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hexOf is the modules of b, four in a digit, filled up with light ones. A stripe of three modules becomes one of
// so many: encoders make wide ones of Code 39 two or three times as wide as narrow ones.
func hexOf(b symbol.Bars, wide int) string {
	var modules strings.Builder
	for x := 0; x < b.Width(); {
		run := 1
		for x+run < b.Width() && b.Black(x+run) == b.Black(x) {
			run++
		}
		x += run
		if run == 3 {
			run = wide
		}
		modules.WriteString(strings.Repeat(map[bool]string{true: "1", false: "0"}[b.Black(x-1)], run))
	}
	all := modules.String() + "000"
	var hex strings.Builder
	for ; len(all) >= 4; all = all[4:] {
		var digit int
		fmt.Sscanf(all[:4], "%b", &digit)
		fmt.Fprintf(&hex, "%X", digit)
	}
	return hex.String()
}

// The modules that another encoder makes of the same texts (zint 2.11.1: zint --dump).
func TestBarsAreThoseThatOthersMake(t *testing.T) {
	cases := []struct {
		kind receipt.Symbology
		text string
		wide int
		want string
	}{
		{receipt.EAN13, "4006381333931", 3, "A353AF7A259AA14285D2166A"},
		{receipt.EAN8, "96385074", 3, "A2D7BD6EA9DCA25CA"},
		{receipt.UPCA, "036000291452", 3, "A35EAF1A346AB674CD7276CA"},
		{receipt.Code128, "LOY-{0}~1234", 3, "D211BA3B7689B9EDA7651E8BD39B3965CC9D1931D6"},
		{receipt.Code39, "LOY-1 $%", 2, "96D5A9B5A596A95B695A6B524AA494B68"},
		{receipt.ITF, "00012345678905", 3, "AAE38A2EE88E2BA2E2EBBA23A2E28B8EBA"},
	}
	for _, c := range cases {
		if got := hexOf(bars(t, c.kind, c.text), c.wide); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.kind, c.text, got, c.want)
		}
	}
}

// All first digits of an EAN-13 and all letters are read by a reader of others: see package printer.
func TestEveryBarcodeFitsNarrowPaper(t *testing.T) {
	const paper = 384 // dots, of 58 mm
	cases := []struct {
		kind  receipt.Symbology
		text  string
		width int
		dots  int
	}{
		{receipt.EAN13, "4006381333931", 95, 3},
		{receipt.EAN8, "96385074", 67, 3},
		{receipt.UPCA, "036000291452", 95, 3},
		{receipt.Code128, "A", 46, 3},
		{receipt.Code128, strings.Repeat("~", 12), 167, 2},
		{receipt.Code39, strings.Repeat("%", 8), 159, 2},
		{receipt.ITF, strings.Repeat("9", 16), 153, 2},
	}
	for _, c := range cases {
		b := bars(t, c.kind, c.text)
		if got := symbol.BarDots(b.Width(), paper); b.Width() != c.width || got != c.dots {
			t.Errorf("%s %s: %d modules of %d dots, want %d of %d", c.kind, c.text, b.Width(), got, c.width, c.dots)
		}
		if !b.Black(0) || !b.Black(b.Width()-1) || b.Black(-1) || b.Black(b.Width()) {
			t.Errorf("%s %s: its ends are not dark, or what lies outside is", c.kind, c.text)
		}
	}
	for _, c := range []struct{ width, paper, dots int }{{95, 1000, 3}, {95, 234, 2}, {95, 233, 0}} {
		if got := symbol.BarDots(c.width, c.paper); got != c.dots {
			t.Errorf("%d modules on %d dots: %d each, want %d", c.width, c.paper, got, c.dots)
		}
	}
}

func TestTextsWithoutBars(t *testing.T) {
	for _, b := range []receipt.Barcode{{}, {Symbology: receipt.EAN13, Text: "4006381333930"}, {Symbology: receipt.Code128, Text: "Zoë"}} {
		if made, err := symbol.Barcode(b); err == nil {
			t.Errorf("%s %q became %d modules", b.Symbology, b.Text, made.Width())
		}
	}
}
