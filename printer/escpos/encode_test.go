package escpos_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

// modern has the tables that Epson's current models share; the numbers are theirs.
func modern(tables ...escpos.Table) escpos.Profile {
	p := escpos.Generic80()
	if len(tables) > 0 {
		p.Tables = tables
	}
	return p
}

func generic() []escpos.Profile { return []escpos.Profile{escpos.Generic80(), escpos.Generic58()} }

// thermal are the models that speak ESC/POS and burn dots.
func thermal() []escpos.Profile {
	return slices.DeleteFunc(escpos.Profiles(), func(p escpos.Profile) bool {
		return p.Dialect != escpos.ESCPOS || p.Pictures == escpos.PicturesNone
	})
}

func named(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func table(number byte, page string) escpos.Table {
	return escpos.Table{Number: number, Page: page}
}

func encode(t testing.TB, p escpos.Profile, slip receipt.Slip) []byte {
	t.Helper()
	e, err := escpos.NewEncoder(p)
	if err != nil {
		t.Fatal(err)
	}
	return e.AppendSlip(nil, layout.Lines(slip, p.Columns[0]))
}

func slipOf(blocks ...receipt.Block) receipt.Slip { return receipt.Slip{Blocks: blocks} }

func spaced(b []byte) string {
	s := strings.ToUpper(hex.EncodeToString(b))
	return strings.Join(slices.Collect(func(yield func(string) bool) {
		for ; s != ""; s = s[2:] {
			if !yield(s[:2]) {
				return
			}
		}
	}), " ")
}

// The bytes of Epson's command reference.
func TestCommands(t *testing.T) {
	cases := []struct {
		name  string
		cut   escpos.Cut
		block receipt.Block
		want  string
	}{
		{"reset, double-byte mode off, CP858, cut at the blade", escpos.CutAtBlade, receipt.Block{Feed: 1},
			"1B 40 1C 2E 1B 74 13 0A 1D 56 42 00"},
		{"bold on and off", escpos.CutAtBlade, receipt.Block{Text: "A", Bold: true},
			"1B 40 1C 2E 1B 74 13 1B 45 01 41 1B 45 00 0A 1D 56 42 00"},
		{"a double line after blanks of plain size", escpos.CutAtBlade, receipt.Block{Text: strings.Repeat("A", 20), Double: true, Align: receipt.Centre},
			"1B 40 1C 2E 1B 74 13 20 1D 21 11" + strings.Repeat(" 41", 20) + " 1D 21 00 0A 1D 56 42 00"},
		{"no bold for blanks", escpos.CutAtBlade, receipt.Block{Text: " A B", Bold: true},
			"1B 40 1C 2E 1B 74 13 20 1B 45 01 41 20 42 1B 45 00 0A 1D 56 42 00"},
		{"partial cut after a feed", escpos.CutPartial, receipt.Block{Feed: 1}, "1B 40 1C 2E 1B 74 13 0A 1B 64 04 1D 56 01"},
		{"full cut after a feed", escpos.CutFull, receipt.Block{Feed: 1}, "1B 40 1C 2E 1B 74 13 0A 1B 64 04 1D 56 00"},
		{"no cutter", escpos.CutNone, receipt.Block{Feed: 1}, "1B 40 1C 2E 1B 74 13 0A 1B 64 04"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := modern()
			p.Cut = c.cut
			if got := spaced(encode(t, p, slipOf(c.block))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// texts cuts a stream into the bytes of its letters and the tables that were selected.
func texts(t testing.TB, stream []byte) (letters []byte, tables []byte) {
	t.Helper()
	for _, tok := range tokenise(t, stream) {
		switch {
		case tok.command == "":
			letters = append(letters, tok.bytes...)
		case tok.command == "ESC t":
			tables = append(tables, tok.bytes[2])
		}
	}
	return letters, tables
}

// The bytes were made with the codecs of Python and compared with those of glibc's iconv.
func TestTextInOneTable(t *testing.T) {
	cases := []struct {
		text  string
		table escpos.Table
		want  string
	}{
		{"Crème brûlée à 5 €", table(19, "CP858"), "43 72 8A 6D 65 20 62 72 96 6C 82 65 20 85 20 35 20 D5"},
		{"Größe: Öl, Straße", table(0, "CP437"), "47 72 94 E1 65 3A 20 99 6C 2C 20 53 74 72 61 E1 65"},
		{"Olá, você tem ação não", table(16, "CP1252"), "4F 6C E1 2C 20 76 6F 63 EA 20 74 65 6D 20 61 E7 E3 6F 20 6E E3 6F"},
		{"Příští úroveň, děkujeme", table(18, "CP852"), "50 FD A1 E7 74 A1 20 A3 72 6F 76 65 E5 2C 20 64 D8 6B 75 6A 65 6D 65"},
		{"Спасибо! Ёлка №5", table(17, "CP866"), "91 AF A0 E1 A8 A1 AE 21 20 F0 AB AA A0 20 FC 35"},
		{"20°C ±½ £ ¥ §", table(19, "CP858"), "32 30 F8 43 20 F1 AB 20 9C 20 BE 20 F5"},
		{"Πόντοι: 120 Ευχαριστούμε", table(14, "CP737"), "8F E6 A4 AB A6 A0 3A 20 31 32 30 20 84 AC AE 98 A8 A0 A9 AB A6 E7 A3 9C"},
		{"Teşekkürler, ığüşöçİ", table(13, "CP857"), "54 65 9F 65 6B 6B 81 72 6C 65 72 2C 20 8D A7 81 9F 94 87 98"},
		{"Tak for købet, Åse ærø", table(5, "CP865"), "54 61 6B 20 66 6F 72 20 6B 9B 62 65 74 2C 20 8F 73 65 20 91 72 9B"},
		{"Łódź €5", table(51, "CP1257"), "D9 F3 64 EA 20 80 35"},
		{"Crème à la Größe", table(2, "CP850"), "43 72 8A 6D 65 20 85 20 6C 61 20 47 72 94 E1 65"},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			letters, tables := texts(t, encode(t, modern(c.table), slipOf(receipt.Block{Text: c.text})))
			if got := spaced(letters); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if !slices.Equal(tables, []byte{c.table.Number}) {
				t.Errorf("selected %d, want %d once", tables, c.table.Number)
			}
		})
	}
}

func TestChoiceOfTables(t *testing.T) {
	epson, clone := named(t, "epson-tm-t20iii"), named(t, "pos-5890")
	no852 := modern(table(19, "CP858"), table(16, "CP1252"), table(0, "CP437"))
	no852.Pictures = escpos.PicturesNone
	dos := modern(table(0, "CP437"))
	dos.Pictures = escpos.PicturesNone
	cases := []struct {
		name, text string
		profile    escpos.Profile
		tables     []byte
		letters    string // "" if the tables tell enough
	}{
		{"one for a slip in one language", "Één koffie à la crème: € 2,50", modern(), []byte{19}, ""},
		{"one for a slip in ASCII", "5 koffie", modern(), []byte{19}, "5 koffie"},
		{"none for a decomposed letter", "e\u0301", modern(), []byte{19}, "\x82"},
		{"the one that reaches furthest", "Příští úroveň", modern(), []byte{18}, ""},
		{"a switch where a text needs two", "Café € 5 Привет", modern(), []byte{19, 17}, ""},
		{"no switch back for what the table at hand has", "Привет №5 ─ Привет", modern(), []byte{17}, ""},
		{"a switch as late as it can be", "é ř € é", modern(), []byte{18, 19}, ""},
		{"Greek from a table that all agree on", "Πόντοι: 120 Ευχαριστούμε", epson, []byte{14}, ""},
		{"Turkish with a euro, which CP857 has not", "Teşekkürler: € 5, ığüşöçİ", epson, []byte{48}, ""},
		{"Polish with a euro", "Łódź € 5", epson, []byte{45}, ""},
		{"Hebrew", "שלום", epson, []byte{36}, ""},
		{"Latin, euro and Cyrillic on a cheap one", "Café € 5 Привет", clone, []byte{19, 17}, ""},
		{"plain letters where no table has them", "Łódź", no852, []byte{19}, "L\xa2dz"},
		{"question marks where nothing resembles", "Ω Ж", no852, []byte{0}, "\xea ?"},
		{"two question marks for a wide letter", "日x", modern(), []byte{19}, "??x"},
		{"a wide sign keeps its room", "⭐x", modern(), []byte{19}, "* x"},
		{"typographic signs made plain", "5 – 3 — “x” ‘y’ …", modern(), []byte{19}, `5 - 3 - "x" 'y' ...`},
		{"no euro in the only table", "€ 5", dos, []byte{0}, "E 5"},
		{"an accent that cannot be composed", "x\u0301y", modern(), []byte{19}, "xy"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			letters, tables := texts(t, encode(t, c.profile, slipOf(receipt.Block{Text: c.text})))
			if !slices.Equal(tables, c.tables) {
				t.Errorf("selected %d, want %d", tables, c.tables)
			}
			if c.letters != "" && string(letters) != c.letters {
				t.Errorf("printed %q, want %q", letters, c.letters)
			}
		})
	}
}

func TestResyncIsAsLongAsTheLongestCommand(t *testing.T) {
	cases := []struct {
		qr       escpos.QR
		barcodes escpos.Barcodes
		pictures escpos.Pictures
		most     int
	}{
		{escpos.QRNative, escpos.BarcodesNative, escpos.PicturesRaster, 1100}, {escpos.QRPicture, escpos.BarcodesNative, escpos.PicturesGraphics, 1100},
		{escpos.QRNative, escpos.BarcodesNative, escpos.PicturesNone, 400}, {escpos.QRNone, escpos.BarcodesNative, escpos.PicturesNone, 40},
		{escpos.QRNone, escpos.BarcodesNone, escpos.PicturesNone, 4},
	}
	for _, c := range cases {
		p := modern()
		p.Tables = []escpos.Table{table(19, "CP858")}
		p.QR, p.Barcodes, p.Pictures = c.qr, c.barcodes, c.pictures
		e, err := escpos.NewEncoder(p)
		if err != nil {
			t.Fatal(err)
		}
		longest := 0
		codes := append(widest(), receipt.Block{QR: strings.Repeat("a", receipt.MaxQR)}, receipt.Block{Text: strings.Repeat("ő", 42)})
		for _, tok := range tokenise(t, encode(t, p, slipOf(codes...))) {
			if tok.command != "" {
				longest = max(longest, len(tok.bytes))
			}
		}
		got := e.AppendResync([]byte("x"))
		if got[0] != 'x' || strings.Trim(string(got[1:]), "\x00") != "" || len(got) < 1+longest-3 || len(got) > c.most+1 {
			t.Errorf("%s, %s, %s: %d bytes; the longest command has %d", c.qr, c.barcodes, c.pictures, len(got), longest)
		}
	}
}

func awardSlip() receipt.Slip {
	value := func(s string) receipt.Cell { return receipt.Cell{Text: s, Align: receipt.Right, Whole: true} }
	row := func(label, v string) receipt.Block {
		return receipt.Block{Row: []receipt.Cell{{Text: label}, value(v)}}
	}
	return receipt.Slip{Kind: receipt.KindAward, Lang: "nl", Blocks: []receipt.Block{
		{Text: "Café Zoë", Align: receipt.Centre, Bold: true, Double: true},
		{Text: "Grote Markt 1, Gent", Align: receipt.Centre},
		{Rule: true},
		row("Kaart", "*** 4567"),
		row("Datum", "22-11-2026\u00a014:05"),
		row("Besteed", "€\u00a012,50"),
		{Row: []receipt.Cell{{Text: "Punten"}, value("+125")}, Bold: true},
		row("Dubbele punten op crème brûlée en gebak", "+40"),
		{Rule: true, Double: true},
		{Row: []receipt.Cell{{Text: "Saldo"}, value("4.350")}, Double: true},
		{Text: "Nog 650 punten tot uw volgende gratis koffie – tot gauw!", Align: receipt.Centre},
	}}
}

// bearerSlip is an award without a card, whose code is one of capitals.
func bearerSlip() receipt.Slip {
	return receipt.Slip{Kind: receipt.KindAward, Lang: "nl", Blocks: []receipt.Block{
		{Text: "Café Zoë", Align: receipt.Centre, Bold: true, Double: true},
		{Text: "125 punten voor wie deze bon inlevert", Align: receipt.Centre},
		{QR: "ZS1:7KQ2M-XW9RD-41HTP"},
		{Text: "Geldig tot en met 6-12-2026 – tot gauw!", Align: receipt.Centre},
	}}
}

// sheetSlip is what a scanner is set up with.
func sheetSlip() receipt.Slip {
	w, _ := words.For("nl")
	return receipt.ForSheet(w, []receipt.SheetCode{
		{Name: "EAN-13", Symbology: "ean13", Text: "9521234567899"},
		{Name: "Code 128", Symbology: "code128", Text: "ZEGEL-{128}"},
		{Name: "QR", Symbology: "qr", Text: "ZEGEL QR"},
	})
}

func TestSlipsGolden(t *testing.T) {
	none := escpos.Generic58()
	none.Name, none.QR = "none-58", escpos.QRNone
	cases := []struct {
		name    string
		slip    receipt.Slip
		profile escpos.Profile
		most    int // bytes: a thousandth of a second each at 9600 baud
	}{
		{"award", awardSlip(), escpos.Generic80(), 800},
		{"award", awardSlip(), escpos.Generic58(), 800},
		{"bearer", bearerSlip(), escpos.Generic80(), 300},
		{"bearer", bearerSlip(), escpos.Generic58(), 950},
		{"bearer", bearerSlip(), none, 250},
		{"sheet", sheetSlip(), escpos.Generic80(), 700},
		{"sheet", sheetSlip(), escpos.Generic58(), 1200},
	}
	for _, c := range cases {
		e, err := escpos.NewEncoder(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		got := e.AppendSlip(nil, c.profile.Lines(c.slip, c.profile.Columns[0]))
		golden := filepath.Join("testdata", c.name+"-"+c.profile.Name+".bin")
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs: look at what changed on paper, then run the test with -update\ngot  %q\nwant %q", golden, got, want)
		}
		if len(got) > c.most {
			t.Errorf("%s: %s takes %d bytes, want at most %d", c.profile.Name, c.name, len(got), c.most)
		}
	}
}

// thirtyLines is a slip of thirty lines with a QR code, in a language with accents.
func thirtyLines() []layout.Line {
	slip := awardSlip()
	slip.Blocks = append(slip.Blocks, slip.Blocks...)
	lines := layout.Lines(slip, 42)
	for len(lines) < 29 {
		lines = append(lines, lines[5])
	}
	return append(lines[:29:29], layout.Line{{Text: "https://example.test/m/0001234567?t=20261122", QR: true}})
}

func TestWhatThirtyLinesCost(t *testing.T) {
	lines := thirtyLines()
	for _, p := range []escpos.Profile{escpos.Generic80(), named(t, "epson-tm-t20iii")} {
		e, err := escpos.NewEncoder(p)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(e.AppendSlip(nil, lines)); n > 1500 {
			t.Errorf("%s: %d bytes", p.Name, n)
		}
		if allocs := testing.AllocsPerRun(20, func() { e.AppendSlip(nil, lines) }); allocs > 200 {
			t.Errorf("%s: %.0f allocations", p.Name, allocs)
		}
	}
}

func BenchmarkEncode30Lines(b *testing.B) {
	lines := thirtyLines()
	for _, p := range []escpos.Profile{escpos.Generic80(), named(b, "epson-tm-t20iii")} {
		b.Run(p.Name, func(b *testing.B) {
			e, err := escpos.NewEncoder(p)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				size = len(e.AppendSlip(nil, lines))
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// A slip in a script that the model lacks, which is drawn line by line.
func BenchmarkEncodeDrawn(b *testing.B) {
	e, err := escpos.NewEncoder(modern(table(19, "CP858")))
	if err != nil {
		b.Fatal(err)
	}
	lines := layout.Lines(slipOf(receipt.Block{Text: strings.Repeat("Спасибо! ", 130)}), 42)
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(e.AppendSlip(nil, lines))
	}
	b.ReportMetric(float64(size), "bytes")
}

func BenchmarkNewEncoder(b *testing.B) {
	p := named(b, "epson-tm-t20iii")
	for b.Loop() {
		if _, err := escpos.NewEncoder(p); err != nil {
			b.Fatal(err)
		}
	}
}
