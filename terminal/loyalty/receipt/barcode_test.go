package receipt_test

import (
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/receipt"
)

func TestBarcodes(t *testing.T) {
	cases := []struct {
		kind  receipt.Symbology
		text  string
		wrong string // a part of the complaint; "" for a code that can be drawn
	}{
		{receipt.EAN13, "4006381333931", ""},
		{receipt.EAN13, "4006381333930", `check digit of "4006381333930" is 1`},
		{receipt.EAN13, "400638133393", "12 bytes, needs 13 to 13"},
		{receipt.EAN13, "400638133393A", "no such letter"},
		{receipt.EAN8, "96385074", ""},
		{receipt.EAN8, "96385070", "check digit"},
		{receipt.UPCA, "036000291452", ""},
		{receipt.UPCA, "036000291450", "check digit"},
		{receipt.Code128, "LOY-00012345", ""},
		{receipt.Code128, "", "0 bytes"},
		{receipt.Code128, "LOY-000123456", "13 bytes, needs 1 to 12"},
		{receipt.Code128, "Zo\u00eb", "no such letter"},
		{receipt.Code128, "a\x1dp", "no such letter"},
		{receipt.Code39, "LOY-1 $%", ""},
		{receipt.Code39, "*A*", "no such letter"},
		{receipt.Code39, "loy", "no such letter"},
		{receipt.Code39, "123456789", "needs 1 to 8"},
		{receipt.ITF, "1234567890123456", ""},
		{receipt.ITF, "123", "even number"},
		{receipt.ITF, "12345678901234567890", "20 bytes"},
		{"qr", "A", `no barcode called "qr"`},
	}
	for _, c := range cases {
		b := receipt.Barcode{Symbology: c.kind, Text: c.text}
		err := b.Validate()
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s %q: %v, want %q", c.kind, c.text, err, c.wrong)
		}
		_, err = receipt.Slip{Blocks: []receipt.Block{{Barcode: &b}}}.Encode()
		if (err == nil) != (c.wrong == "") {
			t.Errorf("a slip with %s %q: %v", c.kind, c.text, err)
		}
	}
}

func TestABlockIsOneThing(t *testing.T) {
	b := receipt.Barcode{Symbology: receipt.EAN8, Text: "96385074"}
	for _, block := range []receipt.Block{{Barcode: &b, Text: "a"}, {Barcode: &b, QR: "a"}, {}} {
		if err := (receipt.Slip{Blocks: []receipt.Block{block}}).Validate(); err == nil {
			t.Errorf("%+v is accepted", block)
		}
	}
}

// The bytes of a slip with a barcode are kept for years, so they are pinned.
func TestBarcodeIsKept(t *testing.T) {
	s := receipt.Slip{Kind: receipt.KindSheet, Lang: "nl", Blocks: []receipt.Block{
		{Barcode: &receipt.Barcode{Symbology: receipt.EAN8, Text: "96385074", HRI: true}},
		{Barcode: &receipt.Barcode{Symbology: receipt.ITF, Text: "12"}}}}
	encoded, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"kind":"sheet","lang":"nl","blocks":[{"barcode":{"symbology":"ean8","text":"96385074","hri":true}},{"barcode":{"symbology":"itf","text":"12"}}]}`
	if string(encoded) != want {
		t.Errorf("got %s", encoded)
	}
	if back, err := receipt.Decode(encoded); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}
