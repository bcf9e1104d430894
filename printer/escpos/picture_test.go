package escpos_test

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/raster"
	"zegel/terminal/loyalty/receipt"
)

func dots(width, height int, black func(x, y int) bool) raster.Bitmap {
	b := raster.New(width, height)
	for y := range height {
		for x := range width {
			if black(x, y) {
				b.Blacken(x, y)
			}
		}
	}
	return b
}

// The bytes of Epson's command reference: the width of a raster picture is in bytes, that of a graphic in dots.
func TestPictureCommands(t *testing.T) {
	half := dots(16, 8, func(x, _ int) bool { return x < 8 })
	if got, want := spaced(escpos.AppendRaster(nil, half, 0, 8)), "1D 76 30 00 02 00 08 00"+strings.Repeat(" FF 00", 8); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	stroke := dots(8, 1, func(int, int) bool { return true })
	want := "1D 28 4C 0B 00 30 70 30 01 01 31 08 00 01 00 FF 1D 28 4C 02 00 30 32"
	if got := spaced(escpos.AppendGraphics(nil, stroke, 0, 1)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// drawn puts the slices of a stream's pictures together, left to right and top to bottom, in bytes.
func drawn(t testing.TB, tokens []token) (width int, rows [][]byte) {
	t.Helper()
	for _, tok := range tokens {
		var high int
		var data []byte
		switch b := tok.bytes; {
		case tok.command == "GS v 0":
			width, high, data = int(b[4]), int(b[6]), b[8:]
		case tok.command == "GS ( L" && b[6] == 112:
			width, high, data = (int(b[11])+int(b[12])<<8)/8, int(b[13]), b[15:]
		default:
			continue
		}
		if len(data) > 1024 || high > 128 || len(data) != width*high {
			t.Fatalf("a slice of %d by %d has %d bytes", width, high, len(data))
		}
		for ; len(data) > 0; data = data[width:] {
			rows = append(rows, data[:width])
		}
	}
	return width, rows
}

func TestLineThatNoTableHasIsDrawn(t *testing.T) {
	p := modern(table(19, "CP858"))
	for _, p.Pictures = range []escpos.Pictures{escpos.PicturesRaster, escpos.PicturesGraphics} {
		stream := encode(t, p, slipOf(receipt.Block{Text: "é"}, receipt.Block{Text: "Łódź ★", Bold: true}, receipt.Block{Text: "Привет", Double: true}, receipt.Block{Text: "é"}))
		tokens := tokenise(t, stream)
		var commands []string
		for _, tok := range tokens {
			if n := len(commands); n == 0 || commands[n-1] != tok.command {
				commands = append(commands, tok.command)
			}
		}
		// The two lines are drawn, and the table is selected anew after them.
		if got, want := strings.Join(commands, "|"), "ESC @|FS .|ESC t||LF|"+commandOf(p)+"|ESC t||LF|GS V"; got != want {
			t.Errorf("%s: got  %s\nwant %s", p.Pictures, got, want)
		}
		font, err := raster.NewFont()
		if err != nil {
			t.Fatal(err)
		}
		var want []byte
		for _, l := range []struct {
			text  string
			style layout.Style
		}{{"Łódź *", layout.Style{Bold: true}}, {"Привет", layout.Style{Double: true}}} {
			var line layout.Line
			for _, r := range l.text {
				line = append(line, layout.Cell{Text: string(r), Style: l.style})
			}
			b, err := font.Line(line, []rune(l.text))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, b.Rows(0, b.Height())...)
		}
		_, rows := drawn(t, tokens)
		if got := bytes.Join(rows, nil); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes of dots differ from what the font draws in %d", p.Pictures, len(got), len(want))
		}
	}
}

func commandOf(p escpos.Profile) string {
	if p.Pictures == escpos.PicturesGraphics {
		return "GS ( L"
	}
	return "GS v 0"
}

func TestWhatIsNotWorthAPicture(t *testing.T) {
	for text, want := range map[string]string{
		"★ 5 → 6":  "* 5 > 6", // signs have stand-ins
		"日本":       "????",    // not in the font either
		"x\u0301y": "xy",
	} {
		letters, _ := texts(t, encode(t, modern(table(19, "CP858")), slipOf(receipt.Block{Text: text})))
		if string(letters) != want {
			t.Errorf("%q printed %q, want %q", text, letters, want)
		}
	}
	// What the tables have and the font has not is not lost for the sake of another letter.
	letters, _ := texts(t, encode(t, modern(table(36, "CP862")), slipOf(receipt.Block{Text: "שלום Ж"})))
	if string(letters) != "? \x8d\x85\x8c\x99" {
		t.Errorf("printed %q", letters)
	}
}

func TestImages(t *testing.T) {
	logo := dots(100, 300, func(x, y int) bool { return (x+y)%3 == 0 })
	stroke, wide := filled(384, 25), filled(2000, 100)
	for _, p := range []escpos.Profile{escpos.Generic80(), escpos.Generic58()} {
		e, err := escpos.NewEncoder(p)
		if err != nil {
			t.Fatal(err)
		}
		with := e.WithImages(map[string]image.Image{"logo": pictureOf(logo)}).WithImages(map[string]image.Image{"stroke": stroke, "wide": wide})
		lines := []layout.Line{imageOf("logo"), imageOf("stroke"), imageOf("wide"), imageOf("nobodys"), {{Text: "A"}}}
		tokens := tokenise(t, with.AppendSlip(nil, lines))
		_, rows := drawn(t, tokens)
		paper := 12 * p.Columns[0]
		if high := 100 * paper / 2000; len(rows) != 300+25+high || !bytes.Equal(bytes.Join(rows[:300], nil), logo.Rows(0, 300)) ||
			len(rows[300]) != 384/8 || len(rows[325]) != paper/8 || bytes.Count(rows[325], []byte{0xff}) != paper/8 {
			t.Errorf("%s: %d rows", p.Name, len(rows))
		}
		if got, want := with.PrintTime(lines[:2])-p.PrintTime(lines[:2]), p.LineTime*(10+1); got != want {
			t.Errorf("%s: images take %s more, want %s", p.Name, got, want)
		}
		if _, rows := drawn(t, tokenise(t, e.AppendSlip(nil, lines))); len(rows) != 0 {
			t.Errorf("%s: an encoder without images prints %d rows", p.Name, len(rows))
		}
	}
	none, err := escpos.NewEncoder(named(t, "epson-tm-u220"))
	if err != nil {
		t.Fatal(err)
	}
	with := none.WithImages(map[string]image.Image{"logo": pictureOf(logo)})
	if letters, _ := texts(t, with.AppendSlip(nil, []layout.Line{imageOf("logo")})); len(letters) != 0 {
		t.Errorf("pins print %q for an image", letters)
	}
}

func imageOf(name string) layout.Line { return layout.Line{{Image: name}} }

// filled is a picture all in black.
func filled(width, height int) image.Image { return image.NewGray(image.Rect(0, 0, width, height)) }

// pictureOf is a picture of dots.
func pictureOf(b raster.Bitmap) image.Image {
	picture := image.NewGray(image.Rect(0, 0, b.Width(), b.Height()))
	for y := range b.Height() {
		for x := range b.Width() {
			if !b.Black(x, y) {
				picture.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	return picture
}

func TestPicturesOfOneSlipAreBounded(t *testing.T) {
	stream := encode(t, modern(table(19, "CP858")), slipOf(receipt.Block{Text: strings.Repeat("ж ", 1350)}, receipt.Block{Text: "A"}))
	if len(stream) > 130_000 {
		t.Errorf("%d bytes", len(stream))
	}
	if letters, _ := texts(t, stream); !bytes.HasSuffix(letters, []byte("? ?A")) {
		t.Errorf("the end of a long text is %q", letters[max(0, len(letters)-20):])
	}
}

func TestCutInTheMiddle(t *testing.T) {
	p := modern()
	p.Cut = escpos.CutPartial
	stream := encode(t, p, slipOf(receipt.Block{Text: "é"}, receipt.Block{Cut: true}, receipt.Block{Text: "é"}))
	if got, want := spaced(stream), "1B 40 1C 2E 1B 74 13 82 0A 1B 64 04 1D 56 01 82 0A 1B 64 04 1D 56 01"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Whatever an image shows, no byte of it is one that a printer obeys at once.
func TestNoImageIsALiveRequest(t *testing.T) {
	e, err := escpos.NewEncoder(escpos.Generic80())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		const some = 0x10 // one dot in eight, at the place where it begins a live request
		rows := rapid.SliceOfN(rapid.SampledFrom([]byte{0, some, some, 0x04, 0x05, 0x14, 0xff}), 60, 60).Draw(rt, "bytes")
		picture := dots(40, 12, func(x, y int) bool { return rows[y*5+x/8]<<(x%8)&0x80 != 0 })
		stream := e.WithImages(map[string]image.Image{"it": pictureOf(picture)}).AppendSlip(nil, []layout.Line{imageOf("it")})
		if i := liveRequest(stream); i >= 0 {
			rt.Fatalf("a live request at byte %d of % x", i, stream)
		}
		_, got := drawn(t, tokenise(t, stream))
		for i, b := range bytes.Join(got, nil) {
			if b&^0x08 != rows[i]&^0x08 {
				rt.Fatalf("byte %d is %#x, drawn as %#x", i, rows[i], b)
			}
		}
	})
}
