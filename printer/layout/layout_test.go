package layout_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

func text(s string) receipt.Block { return receipt.Block{Text: s} }

func set(columns int, blocks ...receipt.Block) []layout.Line {
	return layout.Lines(receipt.Slip{Blocks: blocks}, columns)
}

func shown(lines []layout.Line) []string {
	var all []string
	for _, l := range lines {
		all = append(all, l.String())
	}
	return all
}

func TestLines(t *testing.T) {
	value := func(s string) receipt.Cell { return receipt.Cell{Text: s, Align: receipt.Right, Whole: true} }
	cases := []struct {
		name    string
		columns int
		block   receipt.Block
		want    []string
	}{
		{"a line that fits exactly", 32, text("12345678901234567890123456789012 next"),
			[]string{"12345678901234567890123456789012", "next"}},
		{"a hyphen is no place to break", 32, text("Loyalty-programme-members-only offer"),
			[]string{"Loyalty-programme-members-only", "offer"}},
		{"centred text leans to the left", 32, receipt.Block{Text: "ABC", Align: receipt.Centre},
			[]string{"              ABC"}},
		{"to the right", 32, receipt.Block{Text: "12,50", Align: receipt.Right},
			[]string{"                           12,50"}},
		{"two blanks inside a line stay", 32, text("A  B"), []string{"A  B"}},
		{"blanks before the first word stay", 32, text("  A B"), []string{"  A B"}},
		{"blanks at a break and at the end go", 16, text("1234567890123456   b  "), []string{"1234567890123456", "b"}},
		{"a line feed begins a line", 32, text("Line1\nLine2"), []string{"Line1", "Line2"}},
		{"an empty line stays", 32, text("a\n\nb"), []string{"a", "", "b"}},
		{"only a word longer than the line is broken", 16, text("ab 12345678901234567890 cd"),
			[]string{"ab", "1234567890123456", "7890 cd"}},
		{"wide letters take two columns", 16, text("日本語日本語日本語 x"), []string{"日本語日本語日本", "語 x"}},
		{"half-width kana take a column, and their sound marks another", 16, text("ｶﾞｷﾞｸﾞｹﾞｺﾞﾊﾟﾋﾟﾌﾟﾍﾟ"), []string{"ｶﾞｷﾞｸﾞｹﾞｺﾞﾊﾟﾋﾟﾌﾟ", "ﾍﾟ"}},
		{"what is narrow or wide by locale is narrow", 16, text("→±×÷αЖ─■○●°½‰§¶…"), []string{"→±×÷αЖ─■○●°½‰§¶.", ".."}},
		{"a wide letter never sticks out", 17, text("日本語日本語日本語"), []string{"日本語日本語日本", "語"}},
		{"a double letter takes two columns", 16, receipt.Block{Text: "DUPLICATE", Double: true}, []string{"DUPLICAT", "E"}},
		{"a double line is centred with plain blanks", 32, receipt.Block{Text: "GOLD", Double: true, Align: receipt.Centre},
			[]string{"            GOLD"}},
		{"an amount keeps its currency", 16, text("Besteed vandaag €\u00a012,50"), []string{"Besteed vandaag", "€ 12,50"}},
		{"a rule", 16, receipt.Block{Rule: true}, []string{"────────────────"}},
		{"a double rule", 42, receipt.Block{Rule: true, Double: true}, []string{"══════════════════════════════════════════"}},
		{"empty lines", 32, receipt.Block{Feed: 2}, []string{"", ""}},
		{"a feed has an end", 32, receipt.Block{Feed: 1 << 30}, make([]string, 40)},

		{"a code with white above and below", 32, receipt.Block{QR: "ZS1:4711"}, []string{"[QR ZS1:4711]", ""}},

		{"bars with white above and below", 32, receipt.Block{Barcode: &receipt.Barcode{Symbology: receipt.EAN8, Text: "96385074"}},
			[]string{"[ean8 96385074]", ""}},

		{"columns of a table", 42, receipt.Block{Row: []receipt.Cell{
			{Text: "Espresso doppio XL con latte", Width: 26}, {Text: "2", Width: 6, Align: receipt.Right},
			{Text: "€ 7,00", Width: 10, Align: receipt.Right, Whole: true}}},
			[]string{"Espresso doppio XL con         2    € 7,00", "latte"}},
		{"a table made for wider paper", 32, receipt.Block{Row: []receipt.Cell{
			{Text: "Espresso doppio XL con latte", Width: 26}, {Text: "2", Width: 6, Align: receipt.Right},
			{Text: "€ 7,00", Width: 10, Align: receipt.Right, Whole: true}}},
			[]string{"Espresso doppio XL      2 € 7,00", "con latte"}},
		{"a value stands at the right", 32, receipt.Block{Row: []receipt.Cell{{Text: "Punten"}, value("1.250")}},
			[]string{"Punten                     1.250"}},
		{"a label is wrapped beside its value", 32, receipt.Block{Row: []receipt.Cell{{Text: "Punten die u vandaag heeft gespaard"}, value("1.250")}},
			[]string{"Punten die u vandaag heeft 1.250", "gespaard"}},
		{"a value that does not fit stands below", 16, receipt.Block{Row: []receipt.Cell{{Text: "Saldo"}, value("€ 1.234.567,89")}},
			[]string{"Saldo", "  € 1.234.567,89"}},
		{"a label's long word is not broken for a value", 32, receipt.Block{Row: []receipt.Cell{{Text: "Loyaliteitsprogrammapunten"}, value("1.234.567")}},
			[]string{"Loyaliteitsprogrammapunten", "                       1.234.567"}},
		{"a value too long for its declared column", 42, receipt.Block{Row: []receipt.Cell{
			{Text: "Espresso", Width: 26}, {Text: "2", Width: 6, Align: receipt.Right},
			{Text: "€ 1.234,00", Width: 10, Align: receipt.Right, Whole: true}}},
			[]string{"Espresso                       2", "                                € 1.234,00"}},
		{"two values are never read as one", 16, receipt.Block{Row: []receipt.Cell{value("12345678"), value("12345678")}},
			[]string{"        12345678", "        12345678"}},
		{"two values alone use the whole line", 32, receipt.Block{Row: []receipt.Cell{
			{Text: "22-11-2026", Whole: true}, value("14:05")}},
			[]string{"22-11-2026                 14:05"}},
		{"values below share a line where they fit on one", 16, receipt.Block{Row: []receipt.Cell{
			{Text: "Loyaliteit"}, value("12,50"), value("1.250")}},
			[]string{"Loyaliteit", "    12,50  1.250"}},
		{"a value is one line whatever is in it", 32, receipt.Block{Row: []receipt.Cell{{Text: "a"}, value("1\u2028 2\n3")}},
			[]string{"a" + strings.Repeat(" ", 25) + "1  2 3"}},
		{"a double row", 32, receipt.Block{Double: true, Row: []receipt.Cell{{Text: "Punten"}, value("120")}},
			[]string{"Punten" + strings.Repeat(" ", 32-12-6) + "120"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(set(c.columns, c.block)); !slices.Equal(got, c.want) {
				t.Errorf("got\n|%s|\nwant\n|%s|", strings.Join(got, "|\n|"), strings.Join(c.want, "|\n|"))
			}
		})
	}
}

func TestCentredDoubleLineIsPaddedAtPlainSize(t *testing.T) {
	line := set(42, receipt.Block{Text: "GOLD", Double: true, Bold: true, Align: receipt.Centre})[0]
	if line.Columns() != 17+8 || !line.Double() {
		t.Errorf("takes %d columns, double %t; want 17 blanks and four double letters", line.Columns(), line.Double())
	}
	if line[0].Double || line[0].Bold {
		t.Error("the blanks before a double line are double")
	}
}

func TestCodeIsALineOfItsOwnBetweenEmptyOnes(t *testing.T) {
	code := receipt.Block{QR: " "}
	cases := []struct {
		name   string
		blocks []receipt.Block
		want   []string
	}{
		{"after a line", []receipt.Block{text("a"), code, text("b")}, []string{"a", "", "[QR  ]", "", "b"}},
		{"after an empty line", []receipt.Block{text("a"), {Feed: 1}, code}, []string{"a", "", "[QR  ]", ""}},
		{"after blanks", []receipt.Block{text("  "), code}, []string{"", "[QR  ]", ""}},
		{"two of them", []receipt.Block{code, code}, []string{"[QR  ]", "", "[QR  ]", ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lines := set(32, c.blocks...)
			if got := shown(lines); !slices.Equal(got, c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i, l := range lines {
				if text, ok := l.QR(); ok != (c.want[i] == "[QR  ]") || ok && text != " " {
					t.Errorf("line %d is a code of %q: %t", i, text, ok)
				}
			}
		})
	}
}

func TestBarcodeIsALineOfItsOwn(t *testing.T) {
	b := receipt.Barcode{Symbology: receipt.Code39, Text: " ", HRI: true}
	code := receipt.Block{Barcode: &b, Align: receipt.Right, Bold: true}
	lines := set(32, text("a"), code, code, text("b"))
	if got, want := shown(lines), []string{"a", "", "[code39  ]", "", "[code39  ]", "", "b"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i, l := range lines {
		if got, ok := l.Barcode(); ok != (i == 2 || i == 4) || ok && got != b {
			t.Errorf("line %d is a barcode %+v: %t", i, got, ok)
		}
		if _, ok := l.QR(); ok || l.Double() || l.Columns() > 1 {
			t.Errorf("line %d is taken for something else", i)
		}
	}
}

func TestClean(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"composes", "e\u0301te\u0301", "été"},
		{"composes across what it drops", "e\u200d\u0301", "é"},
		{"blanks of locale formats", "1:09\u202fPM 5\u2009%", "1:09\u00a0PM 5 %"},
		{"dashes, quotes, dots", "5 – 3 — “x” ‘y’ …", `5 - 3 - "x" 'y' ...`},
		{"joined letters", "ﬁets, ĳs", "fiets, ijs"},
		{"wide ASCII", "ＡＢ１", "AB1"},
		{"currencies without a code table", "₺5", "TL5"},
		{"the cash drawer stays shut", "Korting\x1bp\x00\x19\xfa!", "Kortingp?!"},
		{"controls of Latin-1", "a\u009bb\u0085c\x7fd", "abcd"},
		{"a tabulator", "a\tb\r\nc", "a b\nc"},
		{"directions and joiners", "a\u202eb\u200bc\ufeffd\u00ade", "abcde"},
		{"variation selectors", "☕\ufe0f", "☕"},
		{"fillers that are not to be seen", "a\u3164b\u115fc\u034fd\U000e0101e", "abcde"},
		{"marks without an end", "a" + strings.Repeat("\u0316", 10_000) + "b", "a" + strings.Repeat("\u0316", 4) + "b"},
		{"letters without a meaning", "a\ue000b\ufffdc", "a?b?c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := layout.Clean(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if again := layout.Clean(c.want); again != c.want {
				t.Errorf("cleaning again gives %q", again)
			}
		})
	}
}

// letters are what slips are full of, and what breaks layouts.
func drawText(t *rapid.T, label string) string {
	pieces := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{" ", "  ", "\n", "a", "punten", "€ 12,50", "日本", "é", "e\u0301", "👩\u200d👩\u200d👧", "🇳🇱", "🇳", "שלום", "(אב", "ع", "٣", "ﾞ",
			"\x1b@", "\u202f", "\u00a0", "—", "…", "\u0301", "\xff", "ｶﾞ", "नि", "Loyaliteitsprogrammapuntentotaal"}),
		rapid.StringN(0, 8, 20)), 0, 12).Draw(t, label)
	return strings.Join(pieces, "")
}

func drawBlock(t *rapid.T) receipt.Block {
	align := rapid.SampledFrom([]receipt.Align{receipt.Left, receipt.Centre, receipt.Right})
	size := rapid.IntRange(0, 4)
	b := receipt.Block{Bold: rapid.Bool().Draw(t, "bold"), Double: rapid.Bool().Draw(t, "double"),
		Underline: rapid.Bool().Draw(t, "underline"), Invert: rapid.Bool().Draw(t, "invert"), Align: align.Draw(t, "align")}
	if !b.Double {
		b.Wide, b.Tall = size.Draw(t, "wide"), size.Draw(t, "tall")
	}
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		b.Rule = true
	case 1:
		b.Text = drawText(t, "text")
	case 2:
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			b.Spans = append(b.Spans, receipt.Span{Text: drawText(t, "span"), Wide: size.Draw(t, "wide"), Invert: rapid.Bool().Draw(t, "invert")})
		}
	default:
		for range rapid.IntRange(1, 5).Draw(t, "cells") {
			b.Row = append(b.Row, receipt.Cell{Text: drawText(t, "cell"), Align: align.Draw(t, "align"),
				Width: rapid.IntRange(0, 30).Draw(t, "width"), Whole: rapid.Bool().Draw(t, "whole")})
		}
	}
	return b
}

func allowed(r rune) bool {
	return r == ' ' || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) && r != utf8.RuneError
}

func TestNoLineIsWiderThanThePaperOrHoldsWhatIsNotToBeSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SampledFrom([]int{16, 32, 42, 48}).Draw(t, "columns")
		for _, line := range set(columns, drawBlock(t), drawBlock(t)) {
			if w := line.Columns(); w > columns {
				t.Fatalf("line of %d columns: %q", w, line)
			}
			if n := len(line); n > 0 && line[n-1].Text == " " && !line[n-1].Underline && !line[n-1].Invert {
				t.Fatalf("white at the end of %q", line)
			}
			if s := line.String(); !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !allowed(r) }) {
				t.Fatalf("line holds what no paper can: %q", s)
			}
		}
	})
}

func TestWholeTextIsNeverSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SampledFrom([]int{32, 42, 48}).Draw(t, "columns")
		b := receipt.Block{Row: drawBlock(t).Row}
		value := rapid.StringMatching(`(€ )?[0-9]{1,3}(\.[0-9]{3}){0,4},[0-9]{2}`).Draw(t, "value")
		at := rapid.IntRange(0, len(b.Row)).Draw(t, "at")
		b.Row = slices.Insert(b.Row, at, receipt.Cell{Text: value, Whole: true, Align: receipt.Right,
			Width: rapid.IntRange(0, 20).Draw(t, "width")})
		lines := shown(set(columns, b))
		if !slices.ContainsFunc(lines, func(l string) bool { return slices.Contains(around(l, value), true) }) {
			t.Fatalf("%q is not whole in\n%s", value, strings.Join(lines, "\n"))
		}
	})
}

// around tells for each place of value in line whether it stands alone there: digits that touch it would make
// another amount of it.
func around(line, value string) []bool {
	var alone []bool
	for from := 0; ; {
		i := strings.Index(line[from:], value)
		if i < 0 {
			return alone
		}
		before, after := line[:from+i], line[from+i+len(value):]
		alone = append(alone, (before == "" || strings.HasSuffix(before, " ")) && (after == "" || strings.HasPrefix(after, " ")))
		from += i + len(value)
	}
}

func TestNoLetterIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SampledFrom([]int{16, 32, 42, 48}).Draw(t, "columns")
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zé日]{1,40}`), 1, 12).Draw(t, "words")
		got := strings.Join(shown(set(columns, text(strings.Join(words, " ")))), "")
		if squeezed := strings.ReplaceAll(got, " ", ""); squeezed != strings.Join(words, "") {
			t.Fatalf("%q became %q", words, squeezed)
		}
	})
}

func BenchmarkLines(b *testing.B) {
	slip := receipt.Slip{}
	for range 15 {
		slip.Blocks = append(slip.Blocks, text("Bedankt voor uw bezoek, tot ziens!"),
			receipt.Block{Row: []receipt.Cell{{Text: "Café crème"}, {Text: "€ 2,50", Align: receipt.Right, Whole: true}}})
	}
	b.ReportAllocs()
	for b.Loop() {
		layout.Lines(slip, 42)
	}
}
