package starprnt_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/starprnt"
	"zegel/terminal/loyalty/receipt"
)

func profile(t testing.TB) escpos.Profile {
	t.Helper()
	p, err := escpos.Named("star-tsp100iv")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encoder(t testing.TB, p escpos.Profile) *starprnt.Encoder {
	t.Helper()
	e, err := starprnt.NewEncoder(p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func encode(t testing.TB, p escpos.Profile, blocks ...receipt.Block) []byte {
	t.Helper()
	return encoder(t, p).AppendSlip(nil, layout.Lines(receipt.Slip{Blocks: blocks}, p.Columns[0]))
}

func fromHex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes of Star's command specifications.
func TestCommands(t *testing.T) {
	const before, after = "1B 40 18 1B 1D 74 04 ", " 0A 0A 0A 0A 1B 64 01"
	for _, c := range []struct {
		name  string
		block receipt.Block
		want  string
	}{
		{"plain", receipt.Block{Text: "A"}, "41"},
		{"a euro and accents", receipt.Block{Text: "é €"}, "82 20 D5"},
		{"bold", receipt.Block{Text: "A", Bold: true}, "1B 45 41 1B 46"},
		{"double", receipt.Block{Text: "A", Double: true}, "1B 69 01 01 41 1B 69 00 00"},
		{"wide and high", receipt.Block{Text: "A", Wide: 3, Tall: 2}, "1B 69 01 02 41 1B 69 00 00"},
		{"underlined", receipt.Block{Text: "A", Underline: true}, "1B 2D 01 41 1B 2D 00"},
		{"white on black", receipt.Block{Text: "A", Invert: true}, "1B 34 41 1B 35"},
		{"a QR code", receipt.Block{QR: "LOY:1"}, "1B 1D 61 01 1B 1D 79 53 30 02 1B 1D 79 53 31 01 1B 1D 79 53 32 06 1B 1D 79 44 31 00 05 00 4C 4F 59 3A 31 1B 1D 79 50 1B 1D 61 00 1B 1D 74 04"},
	} {
		want := fromHex(t, before+c.want+after)
		if got := encode(t, profile(t), c.block); !bytes.Equal(got, want) {
			t.Errorf("%s:\ngot  % x\nwant % x", c.name, got, want)
		}
	}
	for cut, want := range map[escpos.Cut]string{escpos.CutAtBlade: "1B 64 03", escpos.CutFull: "0A 0A 0A 1B 64 00", escpos.CutNone: "0A 0A 0A"} {
		if got := encode(t, profile(t).With(escpos.Overrides{Cut: cut}), receipt.Block{Text: "A"}); !bytes.HasSuffix(got, fromHex(t, "41 0A"+want)) {
			t.Errorf("%s: % x", cut, got)
		}
	}
}

func TestTablesHaveStarsNumbers(t *testing.T) {
	for text, want := range map[string]string{"Привет": "1B 1D 74 0A", "Příští": "1B 1D 74 05", "Ευχαριστούμε": "1B 1D 74 0F", "ığüş": "1B 1D 74 0C"} {
		if got := encode(t, profile(t), receipt.Block{Text: text}); !bytes.HasPrefix(got[3:], fromHex(t, want)) {
			t.Errorf("%s: % x", text, got[3:7])
		}
	}
}

// events are what a stream prints: lines of text with marks for their style, codes, pictures and cuts.
func events(t testing.TB, stream []byte) []string {
	t.Helper()
	var all []string
	var line strings.Builder
	code, dots := "", byte(0)
	for at := 0; at < len(stream); {
		rest := stream[at:]
		n := 0
		has := func(lead string, length int) bool {
			if !bytes.HasPrefix(rest, []byte(lead)) || len(rest) < length {
				return false
			}
			n = length
			return true
		}
		switch {
		case rest[0] >= ' ' && rest[0] != 0x7f:
			n = 1
			line.WriteByte(rest[0])
		case has("\n", 1):
			all = append(all, line.String())
			line.Reset()
		case has("\x18", 1), has("\x1b@", 2), has("\x1b\x1dt", 4), has("\x1b\x1da", 4):
		case has("\x1bE", 2):
			line.WriteString("<b>")
		case has("\x1bF", 2):
			line.WriteString("</b>")
		case has("\x1b4", 2), has("\x1b5", 2), has("\x1b-\x00", 3), has("\x1b-\x01", 3):
		case has("\x1bi", 4) && rest[2] < 4 && rest[3] < 4:
		case has("\x1b\x1dyS0\x02", 6), has("\x1b\x1dyS1\x01", 6):
		case has("\x1b\x1dyS2", 6):
			dots = rest[5]
		case has("\x1b\x1dyD1\x00", 8):
			n += int(rest[6]) + int(rest[7])<<8
			code = string(rest[8:n])
		case has("\x1b\x1dyP", 4):
			all = append(all, fmt.Sprintf("[QR %s %d]", code, dots))
		case has("\x1b\x1dS\x01", 9) && rest[8] == 0:
			width, high := int(rest[4])+int(rest[5])<<8, int(rest[6])+int(rest[7])<<8
			n += width * high
			if high > 128 || width*high > 1024 {
				t.Fatalf("a slice of %d by %d bytes", width, high)
			}
			all = append(all, fmt.Sprintf("[picture %d by %d]", width, high))
		case has("\x1bd", 3) && rest[2] <= 3:
			all = append(all, "[cut]")
		default:
			t.Fatalf("no command of ours begins at byte %d of % x", at, stream)
		}
		at += n
	}
	if line.Len() > 0 {
		t.Fatalf("%q is on no line", line.String())
	}
	return all
}

// What another encoder makes of the same slip (ReceiptPrinterEncoder 4.0.1 for a TSP100IV).
func TestAgreesWithAnotherEncoder(t *testing.T) {
	theirs := events(t, fromHex(t, "1b40181b451b1d74004c4f59414c54591b460a1b1d795330021b1d795332061b1d795331011b1d7944310005004c4f593a311b1d79500a0a0a0a1b64010a"))
	ours := events(t, encode(t, profile(t), receipt.Block{Text: "LOYALTY", Bold: true}, receipt.Block{QR: "LOY:1"}))
	empty := func(s string) bool { return s == "" }
	if theirs, ours := slices.DeleteFunc(theirs, empty), slices.DeleteFunc(ours, empty); !slices.Equal(theirs, ours) {
		t.Errorf("they print %q, we %q", theirs, ours)
	}
}

func TestWhatIsDrawn(t *testing.T) {
	logo, wide := image.NewGray(image.Rect(0, 0, 100, 30)), image.NewGray(image.Rect(0, 0, 1008, 4))
	e := encoder(t, profile(t)).WithImages(map[string]image.Image{"logo": logo}).WithImages(map[string]image.Image{"wide": wide})
	lines := []layout.Line{{{Image: "logo"}}, {{Image: "wide"}}, {{Image: "nobodys"}}, {{Text: "ĉ"}}, {{Bars: &receipt.Barcode{Symbology: receipt.EAN8, Text: "96385074", HRI: true}}}, {{Text: "A"}}, {{Cut: true}}, {{Text: "B"}}}
	got := strings.Join(events(t, e.AppendSlip(nil, lines)), "|")
	want := "[picture 13 by 30]|[picture 63 by 2]|[picture 2 by 30]|[picture 26 by 39]|[picture 26 by 39]|[picture 26 by 18]|96385074|A||||[cut]|B||||[cut]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if took := e.PrintTime(lines[:1]) - profile(t).PrintTime(lines[:1]); took != profile(t).LineTime {
		t.Errorf("an image of one line takes %s more", took)
	}
	picture := events(t, encode(t, profile(t).With(escpos.Overrides{QR: escpos.QRPicture}), receipt.Block{QR: "LOY:1"}))
	if picture[0] != "[picture 16 by 64]" {
		t.Errorf("a QR code as a picture is %q", picture)
	}
	none := profile(t).With(escpos.Overrides{QR: escpos.QRNone, Barcodes: escpos.BarcodesNone, Pictures: escpos.PicturesNone})
	if got := strings.Join(events(t, encoder(t, none).AppendSlip(nil, append(lines, layout.Line{{Text: "LOY:1", QR: true}}))), "|"); got != "c|96385074|A||||[cut]|B|LOY:1||||[cut]" {
		t.Errorf("without pictures: %s", got)
	}
}

func TestResyncIsLongerThanAnyCommand(t *testing.T) {
	if got := encoder(t, profile(t)).AppendResync(nil); len(got) < 1024+5 || len(bytes.Trim(got, "\x00")) > 0 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestOtherDialectIsRefused(t *testing.T) {
	if _, err := starprnt.NewEncoder(escpos.Generic80()); err == nil {
		t.Error("a printer that speaks ESC/POS is sent StarPRNT")
	}
	bad := profile(t)
	bad.Tables = nil
	if _, err := starprnt.NewEncoder(bad); err == nil {
		t.Error("a profile nothing can be printed with is accepted")
	}
}

func FuzzNoTextBecomesACommand(f *testing.F) {
	f.Add("ZS1:4711", "\x1b\x1dt", true, uint8(9))
	f.Add("Korting\x07\x1c\x1a", "\x1bd", false, uint8(0))
	f.Add("e\u0301 € Привет 日本 ĉ", "1.250,00", true, uint8(3))
	e := encoder(f, profile(f))
	f.Fuzz(func(t *testing.T, a, b string, bold bool, size uint8) {
		slip := receipt.Slip{Blocks: []receipt.Block{{Text: a, Bold: bold}, {Row: []receipt.Cell{{Text: a}, {Text: b, Whole: true}}, Double: bold}}}
		style := layout.Style{Width: size % 6, Height: size % 5, Underline: bold, Invert: !bold}
		lines := append(layout.Lines(slip, 48), layout.Line{{Text: a, Style: style}, {Text: b, Wide: true}}, layout.Line{{Text: b, QR: true}},
			layout.Line{{Bars: &receipt.Barcode{Symbology: receipt.Code128, Text: a, HRI: bold}}})
		if got := events(t, e.AppendSlip(nil, lines)); got[len(got)-1] != "[cut]" {
			t.Fatalf("the slip ends with %q", got[len(got)-1])
		}
	})
}
