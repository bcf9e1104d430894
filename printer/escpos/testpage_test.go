package escpos_test

import (
	"slices"
	"strings"
	"testing"

	"zegel/printer/codetable"
	"zegel/printer/escpos"
)

func TestTestPage(t *testing.T) {
	for _, p := range escpos.Profiles() {
		if p.Dialect != escpos.ESCPOS {
			continue
		}
		e, err := escpos.NewEncoder(p)
		if err != nil {
			t.Fatal(err)
		}
		columns := p.Columns[0]
		var page []string
		for _, l := range p.TestPage(columns) {
			if l.Columns() > max(columns, slices.Max(p.Columns), p.FontB) {
				t.Errorf("%s: %q is %d columns wide", p.Name, l, l.Columns())
			}
			page = append(page, l.String())
		}
		tokens := tokenise(t, e.AppendTestPage(nil, columns))
		commands := make(map[string]int)
		var tables []byte
		var text strings.Builder
		for _, tok := range tokens {
			commands[tok.command]++
			switch tok.command {
			case "ESC t":
				tables = append(tables, tok.bytes[2])
			case "":
				text.Write(tok.bytes)
			case "LF":
				text.WriteByte('\n')
			}
		}
		for _, table := range p.Tables {
			if !slices.Contains(tables, table.Number) {
				t.Errorf("%s: table %d is not shown", p.Name, table.Number)
			}
		}
		for _, n := range p.Columns {
			if ruler := page[slices.IndexFunc(page, func(s string) bool { return strings.HasSuffix(s, string(rune('0'+n%10))) && len(s) == n })]; !strings.Contains(text.String(), ruler+"\n") {
				t.Errorf("%s: no ruler of %d columns", p.Name, n)
			}
		}
		drawn := p.QR != escpos.QRNone
		if drawn != (commands["GS ( k"] == 5) || drawn != slices.Contains(page, "[QR ZEGEL QR PICTURE]") || (p.Barcodes == "native") != (commands["GS k"] == 1) {
			t.Errorf("%s: codes are drawn by %v", p.Name, commands)
		}
		if last := tokens[len(tokens)-1].command; (last == "GS V") != (p.Cut != escpos.CutNone) {
			t.Errorf("%s ends with %s", p.Name, last)
		}
		if i := strings.IndexByte(text.String(), '?'); i >= 0 {
			t.Errorf("%s: something is not printed: %q", p.Name, text.String()[max(0, i-40):i+1])
		}
	}
}

func TestSamplesOfATable(t *testing.T) {
	var got []string
	for _, l := range escpos.Generic80().TestPage(42) {
		if s := l.String(); strings.Contains(s, " CP") {
			got = append(got, s)
		}
	}
	want := []string{
		"19 CP858      € é ë ø - - - - -",
		"16 CP1252     € é ë ø - - - - -",
		" 0 CP437      - é ë - - - Ω - -",
		" 2 CP850      - é ë ø - - - - -",
		"18 CP852      - é ë - ł - - ş -",
		"17 CP866      - - - - - Я - - -",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Each line of a table is printed from that table and no other.
func TestSamplesArePrintedFromTheirTable(t *testing.T) {
	p := named(t, "epson-tm-t20iii")
	e, err := escpos.NewEncoder(p)
	if err != nil {
		t.Fatal(err)
	}
	selected, checked := byte(0), 0
	for _, tok := range tokenise(t, e.AppendTestPage(nil, 48)) {
		switch tok.command {
		case "ESC t":
			selected = tok.bytes[2]
		case "":
			name, _, _ := strings.Cut(strings.TrimSpace(string(tok.bytes)), " ")
			i := slices.IndexFunc(p.Tables, func(t escpos.Table) bool {
				return t.Number == selected && strings.Contains(string(tok.bytes), " "+t.Page+" ")
			})
			if i < 0 {
				continue
			}
			checked++
			letters, _ := codetable.Letters(p.Tables[i].Page)
			for _, b := range tok.bytes {
				if b >= 0x80 && !strings.ContainsRune("€éëøłЯΩşש", letters[b-0x80]) {
					t.Errorf("%s: %#x is %q", name, b, letters[b-0x80])
				}
			}
		}
	}
	if checked != len(p.Tables) {
		t.Errorf("%d of %d tables are shown from themselves", checked, len(p.Tables))
	}
}

func TestNumbers(t *testing.T) {
	e, err := escpos.NewEncoder(escpos.Generic58())
	if err != nil {
		t.Fatal(err)
	}
	lines, tables := 0, []byte(nil)
	for _, tok := range tokenise(t, e.AppendNumbers(nil, 0, 255)) {
		switch tok.command {
		case "LF":
			lines++
		case "ESC t":
			tables = append(tables, tok.bytes[2])
		case "":
			if len(tok.bytes) > 32 {
				t.Errorf("%q is wider than the paper", tok.bytes)
			}
		}
	}
	if lines != 256 || len(tables) != 257 || tables[256] != 255 {
		t.Errorf("%d lines, %d tables", lines, len(tables))
	}
}
