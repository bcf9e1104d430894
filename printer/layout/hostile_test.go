package layout_test

import (
	"slices"
	"strings"
	"testing"

	"zegel/terminal/loyalty/receipt"
)

// What somebody who means harm puts into a name or an offer changes nothing but the text, and takes no more paper than
// its letters do.
func checkHostile(t *testing.T, hostile string, how uint8) {
	t.Helper()
	style := receipt.Block{Invert: how&1 > 0, Underline: how&2 > 0, Double: how&4 > 0}
	text, row, spans := style, style, style
	text.Text = hostile
	row.Row = []receipt.Cell{{Text: hostile, Width: int(how)}, {Text: "€ 12,50", Align: receipt.Right, Whole: true}, {Text: hostile, Whole: how&8 > 0}}
	spans.Spans = []receipt.Span{{Text: "a"}, {Text: hostile, Bold: true}}
	lines := set(32, receipt.Block{Text: "above"}, text, row, spans, receipt.Block{Text: "below"})
	// Four times the text: twice in columns of a row that may be narrow, and each time with its own line feeds.
	breaks := strings.Count(hostile, "\n") + strings.Count(hostile, "\u2028") + strings.Count(hostile, "\u2029")
	if most := 16 + 4*breaks + 4*len(hostile); len(lines) > most {
		t.Fatalf("%d lines of %d bytes, at most %d", len(lines), len(hostile), most)
	}
	if lines[0].String() != "above" || lines[len(lines)-1].String() != "below" {
		t.Fatalf("the lines around read %q and %q", lines[0], lines[len(lines)-1])
	}
	amount := false
	for _, l := range lines {
		if l.Columns() > 32 {
			t.Fatalf("a line of %d columns: %q", l.Columns(), l)
		}
		if strings.ContainsFunc(l.String(), func(r rune) bool { return !allowed(r) }) {
			t.Fatalf("a line holds what no paper can: %q", l)
		}
		for _, c := range l {
			if len(c.Text) > 128 {
				t.Fatalf("a letter of %d bytes: %q", len(c.Text), c.Text)
			}
		}
		amount = amount || slices.Contains(around(l.String(), "€ 12,50"), true)
	}
	if !amount {
		t.Fatal("the amount is not whole")
	}
}

// hostile are pieces of text that do harm to somebody.
var hostile = []string{"\x1b@", "\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x04\x01", "\x10\x14\x01\x00\x08", "\u009b2J", "a", "W", "\u202eabc\u2066", "\u200f", "\u061c",
	"a\u0301\u200b", "\u0316", "\u3164", "\U000e0041", "\n", "\u2028", "\xff\xc0\x80", "\xed\xa0\x80", "שלום (\u200fabc", "日 ", "ﾞ", "ｶﾞ", "ᄀ", "🇳", "👩\u200d",
	"न\u094d", "\u0600", "\u00a0", "-", "[QR x]", "€ 12,50 "}

func TestTenThousandHostileCharactersAreBounded(t *testing.T) {
	for _, piece := range hostile {
		for _, how := range []uint8{0, 15} {
			checkHostile(t, strings.Repeat(piece, 10_000/len([]rune(piece))), how)
		}
	}
}

func FuzzHostileText(f *testing.F) {
	for i, piece := range hostile {
		f.Add(piece, uint8(i))
		f.Add(strings.Repeat(piece, 20)+hostile[(i+7)%len(hostile)], uint8(i))
	}
	f.Fuzz(checkHostile)
}
