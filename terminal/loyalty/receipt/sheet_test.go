package receipt_test

import (
	"path/filepath"
	"testing"

	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/words"
)

func TestForSheet(t *testing.T) {
	codes := []receipt.SheetCode{
		{Name: "EAN-13", Symbology: "ean13", Text: "9521234567899"},
		{Name: "Code 128", Symbology: "code128", Text: "ZEGEL-128"},
		{Name: "QR", Symbology: "qr", Text: "ZEGEL QR"},
	}
	for _, lang := range languages {
		w, ok := words.For(lang)
		if !ok {
			t.Fatalf("no words for %q", lang)
		}
		s := receipt.ForSheet(w, codes)
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		golden(t, filepath.Join("testdata", "sheet-"+lang+".txt"), show(s))
	}
}
