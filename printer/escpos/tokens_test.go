package escpos_test

import (
	"bytes"
	"fmt"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

// A token is one command of a stream, or a run of printable bytes, whose command is "".
type token struct {
	command string
	bytes   []byte
}

// lawful are the commands a slip may hold: their first two bytes, their length, and what else must hold.
var lawful = []struct {
	name     string
	lead     [2]byte
	length   int
	argument func([]byte) bool
}{
	{"ESC @", [2]byte{0x1b, '@'}, 2, nil},
	{"FS .", [2]byte{0x1c, '.'}, 2, nil},
	{"ESC t", [2]byte{0x1b, 't'}, 3, nil},
	{"ESC E", [2]byte{0x1b, 'E'}, 3, func(a []byte) bool { return a[0] <= 1 }},
	{"ESC d", [2]byte{0x1b, 'd'}, 3, nil},
	{"ESC a", [2]byte{0x1b, 'a'}, 3, func(a []byte) bool { return a[0] <= 1 }},
	{"ESC -", [2]byte{0x1b, '-'}, 3, func(a []byte) bool { return a[0] <= 1 }},
	{"ESC !", [2]byte{0x1b, '!'}, 3, func(a []byte) bool { return a[0]&^0xb8 == 0 }},
	{"ESC M", [2]byte{0x1b, 'M'}, 3, func(a []byte) bool { return a[0] <= 1 }},
	{"GS B", [2]byte{0x1d, 'B'}, 3, func(a []byte) bool { return a[0] <= 1 }},
	{"GS !", [2]byte{0x1d, '!'}, 3, func(a []byte) bool { return a[0]>>4 < 4 && a[0]&0x0f < 4 }},
	{"GS h", [2]byte{0x1d, 'h'}, 3, func(a []byte) bool { return a[0] > 0 }},
	{"GS w", [2]byte{0x1d, 'w'}, 3, func(a []byte) bool { return a[0] >= 2 && a[0] <= 6 }},
	{"GS f", [2]byte{0x1d, 'f'}, 3, func(a []byte) bool { return a[0] == 0 }},
	{"GS H", [2]byte{0x1d, 'H'}, 3, func(a []byte) bool { return a[0] == 0 || a[0] == 2 }},
	{"GS V", [2]byte{0x1d, 'V'}, 4, func(a []byte) bool { return a[0] == 66 && a[1] == 0 }},
	{"GS V", [2]byte{0x1d, 'V'}, 3, func(a []byte) bool { return a[0] <= 1 }},
}

// tokenise knows the commands by itself and refuses every other byte below 0x20.
func tokenise(t testing.TB, stream []byte) []token {
	t.Helper()
	var tokens []token
	for at := 0; at < len(stream); {
		n, name := 0, ""
		switch b := stream[at]; {
		case b >= 0x20 && b != 0x7f:
			for n = 1; at+n < len(stream) && stream[at+n] >= 0x20; n++ {
			}
		case b == '\n':
			n, name = 1, "LF"
		case bytes.HasPrefix(stream[at:], []byte("\x1d(k")):
			n, name = 5+int(stream[at+3])+int(stream[at+4])<<8, "GS ( k"
		case bytes.HasPrefix(stream[at:], []byte("\x1dk")) && stream[at+2] >= 65:
			n, name = 4+int(stream[at+3]), "GS k"
			if i := bytes.IndexFunc(stream[at+4:at+n], func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
				t.Fatalf("a barcode holds a byte that is no letter: % x", stream[at:at+n])
			}
		case bytes.HasPrefix(stream[at:], []byte("\x1dv0\x03")), bytes.HasPrefix(stream[at:], []byte("\x1dv0\x00")):
			n, name = 8+int(stream[at+4])*int(stream[at+6]), "GS v 0"
		case bytes.HasPrefix(stream[at:], []byte("\x1d(L")):
			n, name = 5+int(stream[at+3])+int(stream[at+4])<<8, "GS ( L"
		default:
			for _, c := range lawful {
				rest := stream[at:]
				if len(rest) >= c.length && [2]byte(rest) == c.lead && (c.argument == nil || c.argument(rest[2:c.length])) {
					n, name = c.length, c.name
					break
				}
			}
		}
		if n == 0 {
			t.Fatalf("no command of ours begins at byte %d of %q", at, stream)
		}
		tokens = append(tokens, token{name, stream[at : at+n]})
		at += n
	}
	return tokens
}

func FuzzNoTextBecomesACommand(f *testing.F) {
	f.Add("ZS1:4711", "ZR1:\x1d(k", true, uint8(9))
	f.Add("Korting\x1bp\x00\x19\xfa", "\x1d(K", true, uint8(0))
	f.Add("e\u0301 € Привет 日本 🇳🇱 ½", "1.250,00", false, uint8(3))
	f.Add("4006381333931", "{B", true, uint8(2))
	f.Add("\x10\x04\x01\u0085\u009b\x7f", "\x00", false, uint8(1))
	var encoders []*escpos.Encoder
	plain := escpos.Generic80()
	plain.Pictures = escpos.PicturesNone
	graphics := escpos.Generic80()
	graphics.Pictures = escpos.PicturesGraphics
	for _, p := range append(generic(), named(f, "epson-tm-t88vi"), named(f, "epson-tm-u220"), plain, graphics) {
		for _, p.QR = range []escpos.QR{escpos.QRNative, escpos.QRPicture, escpos.QRNone} {
			if p.QR == escpos.QRPicture && p.Pictures == escpos.PicturesNone {
				continue
			}
			e, err := escpos.NewEncoder(p)
			if err != nil {
				f.Fatal(err)
			}
			encoders = append(encoders, e)
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, whole bool, width uint8) {
		slip := slipOf(
			receipt.Block{Text: a, Bold: whole},
			receipt.Block{Row: []receipt.Cell{{Text: a, Width: int(width)}, {Text: b, Whole: whole, Align: receipt.Right}}, Double: !whole},
			receipt.Block{Text: b, Align: receipt.Centre, Double: true})
		style := layout.Style{Width: width % 6, Height: width % 5, Underline: whole, Invert: !whole, Bold: width > 9}
		// The encoder holds its promise by itself, too: a cell that no layout has cleaned.
		lines := append(layout.Lines(slip, 42), layout.Line{{Text: a, Style: style}, {Text: b, Wide: true}}, layout.Line{{Text: a, QR: true}}, layout.Line{{Image: b + "x"}})
		for _, kind := range []receipt.Symbology{receipt.EAN13, receipt.Code128, receipt.Code39, receipt.ITF, receipt.Symbology(b)} {
			lines = append(lines, layout.Line{{Bars: &receipt.Barcode{Symbology: kind, Text: a, HRI: whole}}})
		}
		for _, e := range encoders {
			stream := e.AppendSlip(nil, lines)
			checkStream(t, tokenise(t, stream), len(lines))
			if i := liveRequest(stream); i >= 0 {
				t.Fatalf("a live request at byte %d of % x", i, stream)
			}
		}
	})
}

// liveRequest is where a stream holds what a printer obeys at once, wherever it stands; -1 if nowhere.
func liveRequest(stream []byte) int {
	for i := range stream {
		if i+1 < len(stream) && stream[i] == 0x10 && bytes.IndexByte([]byte{0x04, 0x05, 0x14}, stream[i+1]) >= 0 {
			return i
		}
	}
	return -1
}

// checkStream asserts that a stream opens as every slip does and prints as many lines as were asked for, an image that
// nobody has not counted.
func checkStream(t *testing.T, tokens []token, lines int) {
	t.Helper()
	opening := fmt.Sprint(tokens[0].command, " ", tokens[1].command, " ", tokens[2].command)
	if opening != "ESC @ FS . ESC t" && opening[:len("ESC @ ESC t")] != "ESC @ ESC t" {
		t.Fatalf("the slip begins with %s", opening)
	}
	lines--
	pictures, centred := 0, false
	for i, tok := range tokens {
		switch tok.command {
		case "LF":
			lines--
		case "ESC a":
			centred = tok.bytes[2] == 1
			lines -= int(tok.bytes[2]) // it is centred for a code and no line feed follows that
		case "GS v 0":
			if !centred {
				pictures += int(tok.bytes[6])
			}
		case "GS ( L":
			if !centred && tok.bytes[6] == 112 {
				pictures += int(tok.bytes[13])
			}
		case "GS V":
			if i != len(tokens)-1 {
				t.Fatal("a cut inside the slip")
			}
		}
	}
	// A line that is drawn is as high as one to four lines of text.
	if lines < 0 || pictures < 30*lines || pictures > 102*lines || pictures == 0 && lines > 0 {
		t.Fatalf("%d lines too few, %d rows of dots", lines, pictures)
	}
}
