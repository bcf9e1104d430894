package escpos_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// codeOf gives the commands that draw a code, between the justification before and after.
func codeOf(t testing.TB, p escpos.Profile, text string) []byte {
	t.Helper()
	stream := encode(t, p, slipOf(receipt.Block{QR: text}))
	_, rest, _ := bytes.Cut(stream, []byte{0x1b, 'a', 1})
	code, _, ok := bytes.Cut(rest, []byte{0x1b, 'a', 0})
	if !ok {
		t.Fatalf("no code in % x", stream)
	}
	return code
}

func with(p escpos.Profile, qr escpos.QR) escpos.Profile {
	p.QR = qr
	return p
}

// The functions of GS ( k in Epson's command reference: 165 model 2, 167 dots of a module, 169 error correction M,
// 180 the text, whose length counts the three bytes before it, 181 print.
func TestNativeCode(t *testing.T) {
	got := spaced(codeOf(t, escpos.Generic80(), "https://example.test/m/1"))
	want := "1D 28 6B 04 00 31 41 32 00 " +
		"1D 28 6B 03 00 31 43 06 " +
		"1D 28 6B 03 00 31 45 31 " +
		"1D 28 6B 1B 00 31 50 30 68 74 74 70 73 3A 2F 2F 65 78 61 6D 70 6C 65 2E 74 65 73 74 2F 6D 2F 31 " +
		"1D 28 6B 03 00 31 51 30"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	long := codeOf(t, escpos.Generic80(), strings.Repeat("a", receipt.MaxQR))
	if at := 9 + 8 + 8; spaced(long[at:at+9]) != "1D 28 6B 2F 01 31 50 30 61" { // 303 is 0x12f
		t.Errorf("the length of a long text is % x", long[at:at+9])
	}
}

// The raster picture of Epson's reference: mode 3 doubles both ways, the width is in bytes, the height in dots.
func TestPictureOfACode(t *testing.T) {
	code := codeOf(t, escpos.Generic58(), "ZS1:4711")
	// 21 modules, 6 dots each on paper: 63 dots are sent, in eight bytes.
	if head := "1D 76 30 03 08 00 3F 00"; spaced(code[:8]) != head || len(code) != 8+8*63 {
		t.Fatalf("%d bytes that begin with %s, want %d with %s", len(code), spaced(code[:8]), 8+8*63, head)
	}
	// The upper edge of the two corners: seven modules of three dots each.
	row := code[8:16]
	if spaced(row[:3]) != "FF FF F8" || spaced(row[5:]) != "3F FF FE" || !bytes.Equal(row, code[16:24]) || !bytes.Equal(row, code[24:32]) {
		t.Errorf("the first row is % x", row)
	}
}

func TestSlicesOfAPictureAreSmall(t *testing.T) {
	code := codeOf(t, escpos.Generic58(), strings.Repeat("a", receipt.MaxQR))
	high := 0
	for at := 0; at < len(code); {
		width, height := int(code[at+4]), int(code[at+6])
		if code[at+5] != 0 || code[at+7] != 0 || height > 128 || width*height > 1024 {
			t.Errorf("a slice of %d bytes by %d dots", width, height)
		}
		high += height
		at += 8 + width*height
	}
	if high != 69*2 {
		t.Errorf("%d rows of dots, want two for each of 69 modules", high)
	}
}

// What a code costs, in bytes and so in thousandths of a second at 9600 baud.
func TestBytesOfACode(t *testing.T) {
	cases := []struct {
		what, text      string
		native, picture int
	}{
		{"a bearer slip", "ZS1:7KQ2M-XW9RD-41HTP", 62, 760},
		{"300 capitals", strings.Repeat("A", 300), 341, 1750},
		{"300 letters", strings.Repeat("a", 300), 341, 2520},
	}
	for _, c := range cases {
		for _, p := range generic() {
			native, picture := len(codeOf(t, with(p, escpos.QRNative), c.text)), len(codeOf(t, with(p, escpos.QRPicture), c.text))
			t.Logf("%s on %s: %d bytes, as a picture %d", c.what, p.Name, native, picture)
			if native != c.native || p.Name == "generic-58" && picture > c.picture {
				t.Errorf("%s on %s: %d and %d bytes, want %d and at most %d", c.what, p.Name, native, picture, c.native, c.picture)
			}
		}
	}
}

func TestCodeStandsAlone(t *testing.T) {
	slip := slipOf(receipt.Block{Text: "é"}, receipt.Block{QR: "ZS1:4711"}, receipt.Block{Text: "é"})
	var commands []string
	for _, tok := range tokenise(t, encode(t, escpos.Generic80(), slip)) {
		commands = append(commands, tok.command)
	}
	// The code table is selected again: some models forget it over a picture.
	want := strings.Fields("ESC-@ FS-. ESC-t x LF LF ESC-a GS-(-k GS-(-k GS-(-k GS-(-k GS-(-k ESC-a ESC-t LF x LF GS-V")
	for i := range want {
		want[i] = strings.TrimPrefix(strings.ReplaceAll(want[i], "-", " "), "x")
	}
	if !slices.Equal(commands, want) {
		t.Errorf("got  %q\nwant %q", commands, want)
	}
}

func TestCodeIsSpelledWhereNoneIsDrawn(t *testing.T) {
	p := with(escpos.Generic58(), escpos.QRNone)
	slip := slipOf(receipt.Block{Text: "Code"}, receipt.Block{QR: "ZS1:7KQ2M-XW9RD-41HTP"})
	var got []string
	for _, l := range p.Lines(slip, 32) {
		got = append(got, l.String())
	}
	if want := []string{"Code", "   ZS1: 7KQ2 M-XW 9RD- 41HT P"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if slip.Blocks[1].QR == "" {
		t.Error("the slip itself was changed")
	}
	// Nothing is lost, either, when a line comes from elsewhere.
	for text, want := range map[string]string{"ZS1:4711": "ZS1:4711", "Zoë\x1bp": "Zo??p"} {
		e, err := escpos.NewEncoder(with(escpos.Generic80(), escpos.QRNone))
		if err != nil {
			t.Fatal(err)
		}
		if letters, _ := texts(t, e.AppendSlip(nil, []layout.Line{{{Text: text, QR: true}}})); string(letters) != want {
			t.Errorf("%q printed %q, want %q", text, letters, want)
		}
	}
}

// Every code fits the narrowest paper with white beside it, in modules that thermal paper shows.
func TestCodesFitThePaper(t *testing.T) {
	for _, p := range thermal() {
		paper := 12 * slices.Min(p.Columns)
		for n := 1; n <= receipt.MaxQR; n += 13 {
			text := strings.Repeat("a", n)
			dots := int(codeOf(t, with(p, escpos.QRNative), text)[16])
			if side := symbol.LargestSide(text); dots < 4 || dots > 16 || (side+2*symbol.Quiet)*dots > paper {
				t.Fatalf("%s: %d letters, %d modules of %d dots on %d", p.Name, n, side, dots, paper)
			}
		}
	}
}

func TestPrintTimeCountsTheCode(t *testing.T) {
	p := escpos.Generic58()
	lines := p.Lines(slipOf(receipt.Block{QR: strings.Repeat("a", receipt.MaxQR)}), 32)
	// 69 modules of half a millimetre are 34.5 mm, or eight lines and a bit; one line is the code's, one is
	// empty, four are fed.
	if got, want := p.PrintTime(lines), (9+1+1+4)*p.LineTime; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkEncodeCode(b *testing.B) {
	for _, p := range generic() {
		b.Run(string(p.QR), func(b *testing.B) {
			e, err := escpos.NewEncoder(p)
			if err != nil {
				b.Fatal(err)
			}
			lines := p.Lines(bearerSlip(), p.Columns[0])
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(int64(len(e.AppendSlip(nil, lines))))
			}
		})
	}
}
