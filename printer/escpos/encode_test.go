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
		{"Crème brûlée à 5 €", escpos.Table{19, "CP858"}, "43 72 8A 6D 65 20 62 72 96 6C 82 65 20 85 20 35 20 D5"},
		{"Größe: Öl, Straße", escpos.Table{0, "CP437"}, "47 72 94 E1 65 3A 20 99 6C 2C 20 53 74 72 61 E1 65"},
		{"Olá, você tem ação não", escpos.Table{16, "CP1252"}, "4F 6C E1 2C 20 76 6F 63 EA 20 74 65 6D 20 61 E7 E3 6F 20 6E E3 6F"},
		{"Příští úroveň, děkujeme", escpos.Table{18, "CP852"}, "50 FD A1 E7 74 A1 20 A3 72 6F 76 65 E5 2C 20 64 D8 6B 75 6A 65 6D 65"},
		{"Спасибо! Ёлка №5", escpos.Table{17, "CP866"}, "91 AF A0 E1 A8 A1 AE 21 20 F0 AB AA A0 20 FC 35"},
		{"20°C ±½ £ ¥ §", escpos.Table{19, "CP858"}, "32 30 F8 43 20 F1 AB 20 9C 20 BE 20 F5"},
		{"Crème à la Größe", escpos.Table{2, "CP850"}, "43 72 8A 6D 65 20 85 20 6C 61 20 47 72 94 E1 65"},
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
	no852 := modern(escpos.Table{19, "CP858"}, escpos.Table{16, "CP1252"}, escpos.Table{0, "CP437"})
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
		{"plain letters where no table has them", "Łódź", no852, []byte{19}, "L\xa2dz"},
		{"question marks where nothing resembles", "Ω Ж", no852, []byte{0}, "\xea ?"},
		{"two question marks for a wide letter", "日x", modern(), []byte{19}, "??x"},
		{"a wide sign keeps its room", "⭐x", modern(), []byte{19}, "* x"},
		{"typographic signs made plain", "5 – 3 — “x” ‘y’ …", modern(), []byte{19}, `5 - 3 - "x" 'y' ...`},
		{"no euro in the only table", "€ 5", modern(escpos.Table{0, "CP437"}), []byte{0}, "E 5"},
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
	for qr, most := range map[escpos.QR]int{escpos.QRNative: 400, escpos.QRPicture: 1100, escpos.QRNone: 4} {
		p := modern()
		p.QR = qr
		e, err := escpos.NewEncoder(p)
		if err != nil {
			t.Fatal(err)
		}
		longest := 0
		for _, tok := range tokenise(t, encode(t, p, slipOf(receipt.Block{QR: strings.Repeat("a", receipt.MaxQR)}))) {
			if tok.command != "" {
				longest = max(longest, len(tok.bytes))
			}
		}
		got := e.AppendResync([]byte("x"))
		if got[0] != 'x' || strings.Trim(string(got[1:]), "\x00") != "" || len(got) < 1+longest-3 || len(got) > most+1 {
			t.Errorf("%s: %d bytes; the longest command has %d", qr, len(got), longest)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, p := range escpos.Profiles() {
		if _, err := escpos.NewEncoder(p); err != nil {
			t.Error(err)
		}
		if named, err := escpos.Named(p.Name); err != nil || named.Name != p.Name {
			t.Errorf("Named(%q) = %q, %v", p.Name, named.Name, err)
		}
	}
	if _, err := escpos.Named("tm-nothing"); err == nil {
		t.Error("found a model that does not exist")
	}
	for name, spoil := range map[string]func(*escpos.Profile){
		"columns": func(p *escpos.Profile) { p.Columns = nil },
		"narrow":  func(p *escpos.Profile) { p.Columns = []int{42, 8} },
		"tables":  func(p *escpos.Profile) { p.Tables = nil },
		"page":    func(p *escpos.Profile) { p.Tables = []escpos.Table{{13, "CP857"}} },
		"cut":     func(p *escpos.Profile) { p.Cut = "bite" },
		"feed":    func(p *escpos.Profile) { p.FeedLines = 256 },
		"code":    func(p *escpos.Profile) { p.QR = "" },
		"paper":   func(p *escpos.Profile) { p.Columns = []int{42, 24} },
	} {
		p := escpos.Generic80()
		spoil(&p)
		if _, err := escpos.NewEncoder(p); err == nil {
			t.Errorf("%s: a profile nothing can be printed with is accepted", name)
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

func BenchmarkEncode30Lines(b *testing.B) {
	slip := awardSlip()
	slip.Blocks = append(slip.Blocks, slip.Blocks...)
	lines := layout.Lines(slip, 42)
	for len(lines) < 30 {
		lines = append(lines, lines[5])
	}
	lines = lines[:30]
	e, err := escpos.NewEncoder(escpos.Generic80())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(e.AppendSlip(nil, lines))))
	}
}
