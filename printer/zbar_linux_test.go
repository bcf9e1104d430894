package printer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/preview"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/words"
)

// read gives what a reader of others finds on a picture of lines (ZBar, Debian's zbar-tools): the kind of each code and
// its text, in the order of the alphabet.
func read(t *testing.T, lines []layout.Line, columns int, options ...string) []string {
	t.Helper()
	zbarimg, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Fatalf("%v: install zbar-tools, as make test does", err)
	}
	picture := filepath.Join(t.TempDir(), "paper.png")
	file, err := os.Create(picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := preview.PNG(file, lines, columns); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	command := exec.Command(zbarimg, append(options, "--quiet", "--nodbus", picture)...)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, complaints.String(), preview.Text(lines))
	}
	found := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	slices.Sort(found)
	return found
}

// readBack is what a pretended printer makes of slip, read back from its bytes.
func readBack(t *testing.T, profile escpos.Profile, slip receipt.Slip) []layout.Line {
	t.Helper()
	if err := slip.Validate(); err != nil {
		t.Fatal(err)
	}
	e, err := escpos.NewEncoder(profile)
	if err != nil {
		t.Fatal(err)
	}
	columns := profile.Columns[0]
	p := printertest.New(columns)
	link, err := p.Link()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Write(t.Context(), e.AppendSlip(nil, profile.Lines(slip, columns))); err != nil {
		t.Fatal(err)
	}
	if odd := p.Odd(); len(odd) > 0 {
		t.Fatalf("odd bytes % x", odd)
	}
	if papers := p.Papers(); len(papers) > 0 {
		return papers[0].Lines
	}
	return p.Uncut().Lines
}

func TestZbarReadsTheSheet(t *testing.T) {
	codes := []receipt.SheetCode{
		{Name: "EAN-13", Symbology: "ean13", Text: "9521234567899"},
		{Name: "Code 128", Symbology: "code128", Text: "Zegel-{128}~"},
		{Name: "Code 39", Symbology: "code39", Text: "ZEGEL 39"},
		{Name: "QR", Symbology: "qr", Text: "Zegel QR: {[]}~"},
	}
	want := []string{"CODE-128:Zegel-{128}~", "CODE-39:ZEGEL 39", "EAN-13:9521234567899", "QR-Code:Zegel QR: {[]}~"}
	for _, profile := range []escpos.Profile{escpos.Generic80(), escpos.Generic58()} {
		for _, lang := range words.Languages() {
			w, _ := words.For(lang)
			if got := read(t, readBack(t, profile, receipt.ForSheet(w, codes)), profile.Columns[0]); !slices.Equal(got, want) {
				t.Errorf("%s, %s: read %q, want %q", profile.Name, lang, got, want)
			}
		}
	}
}

// Every first digit of an EAN and a UPC, every letter of Code 128 and of Code 39, and every digit of ITF in dark and in
// light.
func TestZbarReadsEveryLetterOfABarcode(t *testing.T) {
	texts := map[receipt.Symbology][]string{}
	add := func(kind receipt.Symbology, format string, args ...any) {
		texts[kind] = append(texts[kind], fmt.Sprintf(format, args...))
	}
	for digit := range 10 {
		other := (digit + 3) % 10
		add(receipt.EAN13, "%s", checked(t, receipt.EAN13, fmt.Sprintf("%d%d23456789%d5", digit, other, digit)))
		add(receipt.EAN8, "%s", checked(t, receipt.EAN8, fmt.Sprintf("%d40170%d", digit, other)))
		add(receipt.UPCA, "%s", checked(t, receipt.UPCA, fmt.Sprintf("%d123%d456789", digit, other)))
		add(receipt.ITF, "01234567%d%d", digit, other)
	}
	for c := ' '; c <= '~'; c++ {
		add(receipt.Code128, "a%c%cZ", c, ' '+'~'-c)
	}
	for _, c := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%" {
		add(receipt.Code39, "A%c1Z", c)
	}
	kinds := []struct {
		kind    receipt.Symbology
		name    string
		options []string
	}{
		// The bars of a UPC-A are those of an EAN-13 that begins with 0.
		{receipt.EAN13, "EAN-13", nil}, {receipt.UPCA, "UPC-A", []string{"-Supca.enable"}}, {receipt.EAN8, "EAN-8", nil},
		{receipt.Code128, "CODE-128", nil}, {receipt.Code39, "CODE-39", nil}, {receipt.ITF, "I2/5", nil},
	}
	for _, k := range kinds {
		var slip receipt.Slip
		var want []string
		for i, text := range texts[k.kind] {
			slip.Blocks = append(slip.Blocks, receipt.Block{Barcode: &receipt.Barcode{Symbology: k.kind, Text: text, HRI: i%2 == 0}})
			want = append(want, k.name+":"+text)
		}
		slices.Sort(want)
		if got := read(t, readBack(t, escpos.Generic58(), slip), 32, k.options...); !slices.Equal(got, want) {
			t.Errorf("read  %q\nwant %q", got, want)
		}
	}
}

// checked is number with the one digit after it that checks it.
func checked(t *testing.T, kind receipt.Symbology, number string) string {
	t.Helper()
	for digit := range 10 {
		text := fmt.Sprint(number, digit)
		if (receipt.Barcode{Symbology: kind, Text: text}).Validate() == nil {
			return text
		}
	}
	t.Fatalf("no check digit is right for %s", number)
	return ""
}
