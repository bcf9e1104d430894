package escpos_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

func barcode(kind receipt.Symbology, text string) receipt.Block {
	return receipt.Block{Barcode: &receipt.Barcode{Symbology: kind, Text: text, HRI: true}}
}

// barsOf gives the commands that draw a barcode, between the justification before and after.
func barsOf(t testing.TB, p escpos.Profile, b receipt.Block) []byte {
	t.Helper()
	_, rest, _ := bytes.Cut(encode(t, p, slipOf(b)), []byte{0x1b, 'a', 1})
	bars, _, ok := bytes.Cut(rest, []byte{0x1b, 'a', 0})
	if !ok {
		t.Fatalf("no barcode of %s %q", b.Barcode.Symbology, b.Barcode.Text)
	}
	return bars
}

// widest are codes as long as a slip may have them.
func widest() []receipt.Block {
	return []receipt.Block{
		barcode(receipt.EAN13, "4006381333931"), barcode(receipt.EAN8, "96385074"), barcode(receipt.UPCA, "036000291452"),
		barcode(receipt.Code128, strings.Repeat("{", 12)), barcode(receipt.Code39, "$%+-./ A"), barcode(receipt.ITF, strings.Repeat("1", 16)),
	}
}

// The bytes of Epson's command reference: GS h, w, f and H set height, module, font and place of the text, and GS k in
// its function B states kind and length. A Code 128 names its set by {B, and writes a brace as two.
func TestNativeBarcode(t *testing.T) {
	const settings = "1D 68 60 1D 77 03 1D 66 00 1D 48 02 "
	narrow := strings.Replace(settings, "77 03", "77 02", 1)
	cases := []struct {
		block receipt.Block
		want  string
	}{
		{barcode(receipt.EAN13, "4006381333931"), settings + "1D 6B 43 0D 34 30 30 36 33 38 31 33 33 33 39 33 31"},
		{barcode(receipt.EAN8, "96385074"), settings + "1D 6B 44 08 39 36 33 38 35 30 37 34"},
		{barcode(receipt.UPCA, "036000291452"), settings + "1D 6B 41 0C 30 33 36 30 30 30 32 39 31 34 35 32"},
		{barcode(receipt.Code128, "LOY-00012345"), narrow + "1D 6B 49 0E 7B 42 4C 4F 59 2D 30 30 30 31 32 33 34 35"},
		{barcode(receipt.Code128, "a{b"), settings + "1D 6B 49 06 7B 42 61 7B 7B 62"},
		{barcode(receipt.Code39, "LO-1"), settings + "1D 6B 45 04 4C 4F 2D 31"},
		{barcode(receipt.ITF, "1234"), settings + "1D 6B 46 04 31 32 33 34"},
		{receipt.Block{Barcode: &receipt.Barcode{Symbology: receipt.ITF, Text: "1234"}},
			strings.Replace(settings, "48 02", "48 00", 1) + "1D 6B 46 04 31 32 33 34"},
	}
	for _, c := range cases {
		if got := spaced(barsOf(t, escpos.Generic58(), c.block)); got != c.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", c.block.Barcode.Symbology, c.block.Barcode.Text, got, c.want)
		}
	}
}

func TestBarcodeStandsAlone(t *testing.T) {
	slip := slipOf(receipt.Block{Text: "é"}, barcode(receipt.EAN8, "96385074"), receipt.Block{Text: "é"})
	var commands []string
	for _, tok := range tokenise(t, encode(t, escpos.Generic80(), slip)) {
		commands = append(commands, tok.command)
	}
	want := []string{"ESC @", "FS .", "ESC t", "", "LF", "LF", "ESC a", "GS h", "GS w", "GS f", "GS H", "GS k", "ESC a", "ESC t", "LF", "", "LF", "GS V"}
	if !slices.Equal(commands, want) {
		t.Errorf("got  %q\nwant %q", commands, want)
	}
}

// The narrowest paper there is a model for shows every code with white beside it, in bars a scanner tells apart.
func TestBarcodesFitThePaper(t *testing.T) {
	modules := map[receipt.Symbology]int{receipt.EAN13: 95, receipt.EAN8: 67, receipt.UPCA: 95, receipt.Code128: 167, receipt.Code39: 159, receipt.ITF: 153}
	for _, p := range thermal() {
		for _, b := range widest() {
			dots := int(barsOf(t, p, b)[5])
			if whole := (modules[b.Barcode.Symbology] + 22) * dots; dots < 2 || dots > 6 || whole > 12*slices.Min(p.Columns) {
				t.Errorf("%s: %s in modules of %d dots", p.Name, b.Barcode.Symbology, dots)
			}
		}
	}
}

func TestBarcodeIsSpelledWhereNoneIsDrawn(t *testing.T) {
	none := escpos.Generic58()
	none.Barcodes = escpos.BarcodesNone
	narrow := none
	narrow.Barcodes, narrow.QR, narrow.Columns = escpos.BarcodesNative, escpos.QRNone, []int{16}
	slip := slipOf(receipt.Block{Text: "Code"}, barcode(receipt.EAN13, "4006381333931"))
	for _, c := range []struct {
		profile escpos.Profile
		want    []string
	}{{none, []string{"Code", "        4006 3813 3393 1"}}, {narrow, []string{"Code", "4006 3813 3393 1"}}} {
		var got []string
		for _, l := range c.profile.Lines(slip, c.profile.Columns[0]) {
			got = append(got, l.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d columns: got %q, want %q", c.profile.Columns[0], got, c.want)
		}
	}
	if slip.Blocks[1].Barcode == nil {
		t.Error("the slip itself was changed")
	}
	// Nothing is lost, either, when a line comes from elsewhere.
	for _, c := range []struct {
		profile escpos.Profile
		text    string
		want    string
	}{{none, "4006381333931", "4006381333931"}, {escpos.Generic58(), "4006381333930", "4006381333930"}, {escpos.Generic58(), "Zoë\x1bp", "Zo??p"}} {
		e, err := escpos.NewEncoder(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		line := layout.Line{{Bars: &receipt.Barcode{Symbology: receipt.EAN13, Text: c.text}}}
		if letters, _ := texts(t, e.AppendSlip(nil, []layout.Line{line})); string(letters) != c.want {
			t.Errorf("%q printed %q, want %q", c.text, letters, c.want)
		}
	}
}

func TestPrintTimeCountsTheBars(t *testing.T) {
	p := escpos.Generic58()
	// 96 dots of bars are three lines and a bit; one more is the text, one is empty, four are fed.
	if got, want := p.PrintTime(p.Lines(slipOf(barcode(receipt.EAN8, "96385074")), 32)), (4+1+1+4)*p.LineTime; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
