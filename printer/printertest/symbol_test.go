package printertest_test

import (
	"bytes"
	"context"
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

// codes are the texts of the codes on a paper; an unreadable one is empty.
func codes(lines []layout.Line) []string {
	var all []string
	for _, l := range lines {
		if text, ok := l.QR(); ok {
			all = append(all, text)
		}
	}
	return all
}

// printed is what comes out of a printer of that model for a slip, cut or not.
func printed(t rapid.TB, profile escpos.Profile, columns int, slip receipt.Slip) (lines []layout.Line, stream []byte) {
	e, err := escpos.NewEncoder(profile)
	if err != nil {
		t.Fatal(err)
	}
	stream = e.AppendSlip(nil, profile.Lines(slip, columns))
	p := printerOf(profile, columns)
	link, err := p.Link()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := link.Write(context.Background(), stream); n != len(stream) || err != nil {
		t.Fatalf("wrote %d of %d, %v", n, len(stream), err)
	}
	if odd := p.Odd(); len(odd) > 0 {
		t.Fatalf("odd bytes % x", odd)
	}
	lines = p.Uncut().Lines
	if papers := p.Papers(); len(papers) > 0 {
		lines = papers[0].Lines
	}
	return lines, stream
}

// printerOf is one of that model, made for China where there may be such.
func printerOf(profile escpos.Profile, columns int) *printertest.Printer {
	p := printertest.NewChinese(columns)
	if profile.SingleByte {
		p = printertest.New(columns)
	}
	names := make(map[byte]string)
	for _, table := range profile.Tables {
		names[table.Number] = table.Page
	}
	p.Numbers(names)
	return p
}

// everyModel is every model that speaks ESC/POS.
func everyModel() (all []escpos.Profile) {
	for _, p := range escpos.Profiles() {
		if p.Dialect == escpos.ESCPOS {
			all = append(all, p)
		}
	}
	return all
}

// models are the generic ones with each way to draw a code.
func models() []escpos.Profile {
	var all []escpos.Profile
	for _, p := range []escpos.Profile{escpos.Generic80(), escpos.Generic58()} {
		for _, p.QR = range []escpos.QR{escpos.QRNative, escpos.QRPicture} {
			all = append(all, p)
		}
	}
	return all
}

func slipWith(code string) receipt.Slip {
	return receipt.Slip{Blocks: []receipt.Block{
		{Text: "Crème brûlée", Bold: true}, {QR: code}, {Text: "tot gauw, café Zoë", Align: receipt.Right}}}
}

// Any code that a slip may carry comes out of any printer as it went in, and the slip goes on after it as it was.
func TestCodeReadsBack(t *testing.T) {
	all := append(models(), everyModel()...)
	text := rapid.OneOf(
		rapid.StringMatching(`[0-9]{1,300}`),
		rapid.StringMatching(`[0-9A-Z $%*+./:-]{1,300}`),
		rapid.StringMatching(`[ -~]{1,300}`))
	rapid.Check(t, func(t *rapid.T) {
		profile := rapid.SampledFrom(all).Draw(t, "model")
		columns := rapid.SampledFrom(profile.Columns).Draw(t, "columns")
		slip := slipWith(text.Draw(t, "code"))
		lines, stream := printed(t, profile, columns, slip)
		for i, line := range profile.Lines(slip, columns) {
			if lines[i].String() != line.String() {
				t.Fatalf("%s with a %s: line %d reads %q, was %q", profile.Name, profile.QR, i, lines[i], line)
			}
		}
		// The live status requests, which a printer obeys inside a picture, too.
		if bytes.IndexByte(stream, 0x10) >= 0 && profile.QR == escpos.QRPicture && !onlyInHeaders(stream) {
			t.Fatalf("a picture holds the byte that live requests begin with: % x", stream)
		}
	})
}

// onlyInHeaders reports whether every 0x10 of stream is a measure of a picture, followed by a zero, or the number of a
// code table.
func onlyInHeaders(stream []byte) bool {
	for i, b := range stream {
		if b == 0x10 && !bytes.HasSuffix(stream[:i], []byte("\x1bt")) && (i+1 == len(stream) || stream[i+1] != 0) {
			return false
		}
	}
	return true
}

// Each version there is, at its fullest and one letter over, in each mode.
func TestCodesOfEverySizeReadBack(t *testing.T) {
	full := map[string][]int{ // table 7 of ISO/IEC 18004, level M
		"7": {34, 63, 101, 149, 202, 255, 293},
		"A": {20, 38, 61, 90, 122, 154, 178, 221, 262},
		"a": {14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287},
	}
	for letter, lengths := range full {
		for _, n := range slices.Concat(lengths, []int{1, 2, 3, receipt.MaxQR}) {
			for _, n := range []int{n, min(n+1, receipt.MaxQR)} {
				code := strings.Repeat(letter, n)
				for _, profile := range models() {
					lines, _ := printed(t, profile, profile.Columns[0], slipWith(code))
					if got := codes(lines); !slices.Equal(got, []string{code}) {
						t.Errorf("%s with a %s: %d of %q read %q", profile.Name, profile.QR, n, letter, got)
					}
				}
			}
		}
	}
}

// A code of the reader's own: what another encoder makes of it (libqrencode 4.1.1: qrencode -l M -m 0 -t ASCII).
func TestReaderUnderstandsCodesThatOthersMake(t *testing.T) {
	code := []string{
		"#######.###...#######",
		"#.....#.#...#.#.....#",
		"#.###.#..#.#..#.###.#",
		"#.###.#.#####.#.###.#",
		"#.###.#..#....#.###.#",
		"#.....#.......#.....#",
		"#######.#.#.#.#######",
		"........#.#..........",
		"#.##.###.##...#..#.##",
		"...#....##..#####.###",
		"##.##.#.##..###..#..#",
		".....#.#.##.##.##.##.",
		".##..##..#.#..#..#.#.",
		"........###...####...",
		"#######.###..##.#.#.#",
		"#.....#.##.##.#.#.#.#",
		"#.###.#..#.#..##.####",
		"#.###.#.##...#.#.###.",
		"#.###.#.#.##.........",
		"#.....#....##.##..#..",
		"#######.##.###..#..#.",
	}
	p := printertest.New(32)
	send(t, p, "\x1ba\x01"+raster(code)+"\x1ba\x00"+cut)
	if got := codes(p.Papers()[0].Lines); !slices.Equal(got, []string{"ZS1:4711-0815"}) {
		t.Errorf("read %q", got)
	}
}

// raster is code as a picture whose modules are four dots wide.
func raster(code []string) string {
	width := (2*len(code) + 7) / 8
	data := []byte{0x1d, 'v', '0', 3, byte(width), 0, byte(2 * len(code)), 0}
	for _, row := range code {
		bits := make([]byte, width)
		for x, c := range row {
			if c == '#' {
				bits[x/4] |= 0xc0 >> (x % 4 * 2)
			}
		}
		data = append(append(data, bits...), bits...)
	}
	return string(data)
}

func TestCodeWithAFaultIsNotRead(t *testing.T) {
	e, err := escpos.NewEncoder(models()[1])
	if err != nil {
		t.Fatal(err)
	}
	stream := e.AppendSlip(nil, layout.Lines(receipt.Slip{Blocks: []receipt.Block{{QR: "ZS1:4711-0815"}}}, 42))
	at := bytes.Index(stream, []byte("\x1dv0")) + 8
	for name, spoil := range map[string]func([]byte){
		"a module turned over": func(b []byte) {
			width := int(b[at-4])
			for y := 40; y < 44; y++ { // half of eight dots
				b[at+y*width+5] ^= 0xf0
			}
		},
		"a dot":               func(b []byte) { b[at+100] ^= 4 },
		"a corner is missing": func(b []byte) { copy(b[at:], make([]byte, 4*int(b[at-4]))) },
	} {
		spoiled := bytes.Clone(stream)
		spoil(spoiled)
		p := printertest.New(42)
		send(t, p, string(spoiled))
		if got := codes(p.Papers()[0].Lines); !slices.Equal(got, []string{""}) {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

// What a command still waits for after the line broke in it does not eat what comes next.
func TestResyncEndsACodeThatWasCutOff(t *testing.T) {
	for _, profile := range models() {
		e, err := escpos.NewEncoder(profile)
		if err != nil {
			t.Fatal(err)
		}
		columns := profile.Columns[0]
		long := e.AppendSlip(nil, layout.Lines(slipWith(strings.Repeat("a", receipt.MaxQR)), columns))
		next := e.AppendSlip(e.AppendResync(nil), layout.Lines(receipt.Slip{Blocks: []receipt.Block{{Text: "DUPLICAAT"}}}, columns))
		for n := range long {
			p := printertest.New(columns)
			send(t, p, string(long[:n])+string(next))
			var text strings.Builder
			for _, paper := range append(p.Papers(), p.Uncut()) {
				text.WriteString(paper.Text())
			}
			if !strings.Contains(text.String(), "DUPLICAAT\n") {
				t.Fatalf("%s with a %s: cut off after %d of %d bytes, the next slip reads %q", profile.Name, profile.QR, n, len(long), text.String())
			}
		}
	}
}

func TestCodeThatARealPrinterWouldNotDraw(t *testing.T) {
	native := func(dots, level byte, text string) string {
		return fmt.Sprintf("\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C%c\x1d(k\x03\x001E%c\x1d(k%c\x001P0%s\x1d(k\x03\x001Q0", dots, level, len(text)+3, text)
	}
	for name, stream := range map[string]string{
		"too wide":              native(16, '1', "0123456789"),
		"no text":               native(4, '1', ""),
		"no size":               native(0, '1', "0123456789"),
		"a level we do not use": native(4, '0', "0123456789"),
		"in a line":             "a" + native(4, '1', "0123456789"),
		"a tall picture":        "\x1ba\x01\x1dv0\x03\x01\x00\x81\x00" + strings.Repeat("\xff", 129),
		"a wide picture":        "\x1ba\x01\x1dv0\x03\x19\x00\x01\x00" + strings.Repeat("\xff", 25),
	} {
		p := printertest.New(32)
		send(t, p, stream+"\n"+cut)
		if len(p.Odd()) == 0 {
			t.Errorf("%s: accepted", name)
		}
	}
	p := printertest.New(32)
	if send(t, p, native(8, '1', "0123456789")+"\n"+cut); len(p.Odd()) > 0 || len(codes(p.Papers()[0].Lines)) != 1 {
		t.Errorf("one that fits is refused: % x", p.Odd())
	}
}
