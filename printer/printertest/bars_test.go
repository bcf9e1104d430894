package printertest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
)

// barcodes are those on a paper.
func barcodes(lines []layout.Line) []receipt.Barcode {
	var all []receipt.Barcode
	for _, l := range lines {
		if b, ok := l.Barcode(); ok {
			all = append(all, b)
		}
	}
	return all
}

// drawBarcode is any barcode that a slip may carry.
func drawBarcode(t *rapid.T) receipt.Barcode {
	text := map[receipt.Symbology]string{
		receipt.EAN13: `[0-9]{13}`, receipt.EAN8: `[0-9]{8}`, receipt.UPCA: `[0-9]{12}`,
		receipt.Code128: `[ -~]{1,12}`, receipt.Code39: `[0-9A-Z $%+./-]{1,8}`, receipt.ITF: `([0-9]{2}){1,8}`,
	}
	b := receipt.Barcode{
		Symbology: rapid.SampledFrom([]receipt.Symbology{receipt.EAN13, receipt.EAN8, receipt.UPCA, receipt.Code128, receipt.Code39, receipt.ITF}).Draw(t, "kind"),
		HRI:       rapid.Bool().Draw(t, "hri"),
	}
	b.Text = rapid.StringMatching(text[b.Symbology]).Draw(t, "text")
	for digit := 0; b.Validate() != nil; digit++ { // its check digit is one of ten
		b.Text = fmt.Sprint(b.Text[:len(b.Text)-1], digit)
		if digit > 9 {
			t.Fatalf("no check digit is right: %v", b.Validate())
		}
	}
	return b
}

// Any barcode that a slip may carry comes out of any printer as it went in, and the slip goes on after it as it was.
func TestBarcodeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profile := rapid.SampledFrom(models()).Draw(t, "model")
		columns := rapid.SampledFrom(profile.Columns).Draw(t, "columns")
		b := drawBarcode(t)
		slip := receipt.Slip{Blocks: []receipt.Block{{Text: "Crème brûlée"}, {Barcode: &b}, {QR: "ZS1:4711"}, {Text: "tot gauw, café Zoë"}}}
		lines, _ := printed(t, profile, columns, slip)
		for i, line := range profile.Lines(slip, columns) {
			if lines[i].String() != line.String() {
				t.Fatalf("%s: line %d reads %q, was %q", profile.Name, i, lines[i], line)
			}
		}
		if got := barcodes(lines); !slices.Equal(got, []receipt.Barcode{b}) {
			t.Fatalf("%s: read %+v, was %+v", profile.Name, got, b)
		}
	})
}

// What a barcode still waits for after the line broke in it does not eat what comes next, and no bars are made of it.
func TestResyncEndsABarcodeThatWasCutOff(t *testing.T) {
	for _, profile := range models() {
		e, err := escpos.NewEncoder(profile)
		if err != nil {
			t.Fatal(err)
		}
		columns := profile.Columns[0]
		next := e.AppendSlip(e.AppendResync(nil), layout.Lines(receipt.Slip{Blocks: []receipt.Block{{Text: "DUPLICAAT"}}}, columns))
		for _, b := range []receipt.Barcode{
			{Symbology: receipt.EAN13, Text: "4006381333931"}, {Symbology: receipt.Code128, Text: "{LOY-{00000}"},
			{Symbology: receipt.Code39, Text: "LOY-0000"}, {Symbology: receipt.ITF, Text: "1234567890123456"},
		} {
			slip := e.AppendSlip(nil, layout.Lines(receipt.Slip{Blocks: []receipt.Block{{Barcode: &b}}}, columns))
			for n := range slip {
				p := printertest.New(columns)
				send(t, p, string(slip[:n])+string(next))
				var lines []layout.Line
				for _, paper := range append(p.Papers(), p.Uncut()) {
					lines = append(lines, paper.Lines...)
				}
				if text := (printertest.Paper{Lines: lines}).Text(); !strings.Contains(text, "DUPLICAAT\n") {
					t.Fatalf("%s: cut off after %d of %d bytes, the next slip reads %q", profile.Name, n, len(slip), text)
				}
				if got := barcodes(lines); len(got) > 1 || len(got) == 1 && got[0] != b {
					t.Fatalf("%s: cut off after %d of %d bytes, bars of %+v", profile.Name, n, len(slip), got)
				}
			}
		}
	}
}

func TestBarcodeThatARealPrinterWouldNotDraw(t *testing.T) {
	const middle = "\x1ba\x01"
	for name, stream := range map[string]string{
		"a wrong check digit":       middle + "\x1dkC\x0d4006381333930",
		"a letter in digits":        middle + "\x1dkC\x0d400638133393A",
		"a digit too few":           middle + "\x1dkD\x079638507",
		"too wide":                  middle + "\x1dw\x05\x1dkC\x0d4006381333931",
		"too thin":                  middle + "\x1dw\x01\x1dkC\x0d4006381333931",
		"at the left":               "\x1dkC\x0d4006381333931",
		"in a line":                 middle + "a\x1dkC\x0d4006381333931",
		"no set":                    middle + "\x1dkI\x03LOY",
		"another set":               middle + "\x1dkI\x05{BL{C",
		"an odd number of digits":   middle + "\x1dkF\x03123",
		"a kind that is not ours":   middle + "\x1dkH\x03LOY",
		"a text without its length": middle + "\x1dk\x024006381333931\x00",
	} {
		p := printertest.New(42)
		send(t, p, stream+"\n"+cut)
		if len(p.Odd()) == 0 || len(barcodes(p.Papers()[0].Lines)) > 0 {
			t.Errorf("%s: accepted", name)
		}
	}
	// As a printer draws them that was told nothing else: three dots a module, nothing below.
	p := printertest.New(42)
	send(t, p, middle+"\x1dkC\x0d4006381333931\x1dH\x02\x1dkI\x05{B{{a\n"+cut)
	want := []receipt.Barcode{{Symbology: receipt.EAN13, Text: "4006381333931"}, {Symbology: receipt.Code128, Text: "{a", HRI: true}}
	if got := barcodes(p.Papers()[0].Lines); len(p.Odd()) > 0 || !slices.Equal(got, want) {
		t.Errorf("got %+v, odd % x", got, p.Odd())
	}
}
