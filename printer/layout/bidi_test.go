package layout_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"

	"zegel/terminal/loyalty/receipt"
)

// Letters are as they come out of the printer, from left to right; in the source they are in the order of reading.
func TestHebrewIsSentFromLeftToRight(t *testing.T) {
	word := "שלום"
	drow := "םולש"
	cases := []struct {
		name    string
		columns int
		block   receipt.Block
		want    []string
	}{
		{"a word", 32, text(word), []string{drow}},
		{"two words", 32, text(word + " אב"), []string{"בא " + drow}},
		{"a word among others", 32, text("Hi " + word + " you"), []string{"Hi " + drow + " you"}},
		{"a number keeps its direction", 32, text(word + " 12,50"), []string{"12,50 " + drow}},
		{"a number beside other text", 32, text("Hi " + word + " 5 you"), []string{"Hi 5 " + drow + " you"}},
		{"a percentage", 32, text(word + " 15%"), []string{"15% " + drow}},
		{"a word of ours in it", 32, text(word + " VIP אב"), []string{"בא VIP " + drow}},
		{"brackets are turned round", 32, text(word + " (אב)"), []string{"(בא) " + drow}},
		{"lines are broken as they are read", 16, text(word + " " + word + " " + word + " אב"), []string{drow + " " + drow + " " + drow, "בא"}},
		{"a point of Hebrew stays on its letter", 32, text("שָׁב"), []string{"ב" + "שָׁ"}},
		{"right", 16, receipt.Block{Text: word + " 5", Align: receipt.Right}, []string{strings.Repeat(" ", 10) + "5 " + drow}},
		{"Arabic digits", 32, text("ب ١٢"), []string{"١٢ ب"}},
		{"a row", 32, receipt.Block{Row: []receipt.Cell{{Text: word + " אב"}, {Text: "₪\u00a012,50", Align: receipt.Right, Whole: true}}},
			[]string{"בא " + drow + strings.Repeat(" ", 16) + "ILS 12,50"}},
		{"one value leaves the next alone", 16, receipt.Block{Row: []receipt.Cell{{Text: "abcdefghijkl"}, {Text: "אב", Whole: true}, {Text: "€ 5", Whole: true}}},
			[]string{"abcdefghijkl", strings.Repeat(" ", 9) + "בא  € 5"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(set(c.columns, c.block)); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestStyleGoesWithItsLetter(t *testing.T) {
	line := set(32, receipt.Block{Spans: []receipt.Span{{Text: "אב"}, {Text: "ג", Bold: true}}})[0]
	if line.String() != "גבא" || !line[0].Bold || line[1].Bold {
		t.Errorf("%+v", line)
	}
}

// The Go project's own implementation tells the runs of letters of one direction, though not their order.
func TestDirectionsAreThoseOfAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "bc", "א", "בג", "ع", "5", "12", ",", ".", "+", "-", "€", "%", " ", "!", "٣", ":", "/"}), 1, 14)
		s := strings.Join(pieces.Draw(t, "text"), "")
		s = "x" + strings.TrimRight(strings.TrimSpace(s), " ") // a first letter fixes the direction of the paragraph
		if rapid.Bool().Draw(t, "right to left") {
			s = "ש" + s[1:]
		}
		var p bidi.Paragraph
		if _, err := p.SetString(s); err != nil {
			t.Fatal(err)
		}
		o, err := p.Order()
		if err != nil {
			t.Fatal(err)
		}
		// Runs of one direction stand together on paper, each letter of a run beside its neighbours in it.
		line := set(48, text(s))[0].String()
		for i := range o.NumRuns() {
			run := o.Run(i)
			want := run.String()
			if run.Direction() == bidi.RightToLeft {
				want = reversed(want)
			}
			// A run of one direction may hold levels 0 and 2, which the other implementation does not tell apart.
			if run.Direction() == bidi.RightToLeft && !strings.Contains(line, want) {
				t.Fatalf("%q: %q is not in %q", s, want, line)
			}
		}
		if got, want := slices.Sorted(slices.Values([]rune(line))), slices.Sorted(slices.Values([]rune(s))); !slices.Equal(got, want) {
			t.Fatalf("%q: the letters of %q are others", s, line)
		}
	})
}

func reversed(s string) string {
	letters := []rune(s)
	slices.Reverse(letters)
	return string(letters)
}

func TestTextWithoutHebrewIsLeftAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-z0-9€%(){}<>.,:/ЖΩé+-]{1,40}`).Draw(t, "text")
		if got := set(48, text(s))[0].String(); got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
