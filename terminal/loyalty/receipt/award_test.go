package receipt_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/words"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// shop is an award of € 23,45 to a member who had 100 points, on 22 November
// at four minutes past four in the afternoon.
func shop(t *testing.T, lang string) receipt.Award {
	t.Helper()
	w, ok := words.For(lang)
	if !ok {
		t.Fatalf("no words for %q", lang)
	}
	rules := programme.Rules{
		Version: 1, Name: "Punten", Currency: "EUR", Zone: "Europe/Amsterdam", Language: lang,
		Wallets: []programme.Wallet{
			{Name: "points", Units: map[string]programme.Unit{
				"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"}, "de": {One: "Punkt", Many: "Punkte"}, "fr": {One: "point", Many: "points"},
			}},
			{Name: "stamps", Units: map[string]programme.Unit{
				"nl": {One: "zegel", Many: "zegels"}, "en": {One: "stamp", Many: "stamps"}, "de": {One: "Stempel", Many: "Stempel"}, "fr": {One: "timbre", Many: "timbres"},
			}},
		},
		Earn:   []programme.Rule{{Name: "base", Wallet: "points", Points: 1000, Per: 100, Step: 1000, Rounding: programme.Carry}},
		Header: []string{"Bakkerij Jansen", "Dorpsstraat 1, Ons Dorp"},
		Footer: []string{"Tot morgen"},
	}
	return receipt.Award{
		Words: w, Rules: rules, Zone: amsterdam(t), Mask: "…4566",
		Moment: rules.Calendar(amsterdam(t)).Moment(time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC), true),
		Basket: basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR", Total: 23_45},
		Holding: ledger.Holding{
			Known: true, Positions: []ledger.Position{{Wallet: "points", Points: 100 * ledger.Unit}, {Wallet: "stamps", Points: 9 * ledger.Unit}},
		},
		Record: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17},
	}
}

// slip decides the award and makes its slip.
func slip(t *testing.T, a receipt.Award) receipt.Slip {
	t.Helper()
	var err error
	if a.Outcome, err = earn.Award(scene.Scene{Rules: a.Rules, Holding: a.Holding, Basket: a.Basket, Moment: a.Moment}, a.Basket); err != nil {
		t.Fatal(err)
	}
	return receipt.ForAward(a)
}

// show writes a slip as people can read it: a block a line, cells parted by a
// bar, blanks that do not break as ~.
func show(s receipt.Slip) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %s\n", s.Kind, s.Lang)
	for _, b := range s.Blocks {
		switch {
		case b.Rule:
			out.WriteString("----------------")
		case b.Feed > 0:
			fmt.Fprintf(&out, "feed %d", b.Feed)
		case len(b.Row) > 0:
			var cells []string
			for _, c := range b.Row {
				cells = append(cells, mark(string(c.Align), "right")+mark(whole(c), "whole")+c.Text)
			}
			out.WriteString(strings.Join(cells, " | "))
		case b.Barcode != nil:
			fmt.Fprintf(&out, "[%s] %s", b.Barcode.Symbology, b.Barcode.Text)
		default:
			out.WriteString(mark(string(b.Align), "centre") + b.Text)
		}
		if b.Bold {
			out.WriteString("  (bold)")
		}
		if b.Double {
			out.WriteString("  (double)")
		}
		out.WriteString("\n")
	}
	return strings.ReplaceAll(out.String(), "\u00a0", "~")
}

func whole(c receipt.Cell) string {
	if c.Whole {
		return "whole"
	}
	return ""
}

func mark(is, name string) string {
	if is == name {
		return "[" + name + "] "
	}
	return ""
}

func TestForAward(t *testing.T) {
	cases := []struct {
		name   string
		lang   string
		change func(*receipt.Award)
	}{
		{"carried-nl", "nl", func(*receipt.Award) {}},
		{"carried-en", "en", func(*receipt.Award) {}},
		{"balance-follows-nl", "nl", func(a *receipt.Award) { a.Holding = ledger.Holding{New: true} }},
		{"balance-follows-en", "en", func(a *receipt.Award) { a.Holding = ledger.Holding{New: true} }},
		{"as-of-yesterday-nl", "nl", func(a *receipt.Award) { a.Holding.AsOf = ledger.Stamp(a.Moment.At.Add(-24 * time.Hour).UnixMilli()) }},
		{"as-of-this-morning-nl", "nl", func(a *receipt.Award) { a.Holding.AsOf = ledger.Stamp(a.Moment.At.Add(-6 * time.Hour).UnixMilli()) }},
		{"nothing-left-over-nl", "nl", func(a *receipt.Award) { a.Basket.Total = 1_00 }},
		{"rounded-down-nl", "nl", func(a *receipt.Award) { a.Rules.Earn[0].Rounding = programme.Floor }},
		{"carried-too-often-nl", "nl", func(a *receipt.Award) { a.Holding.Positions[0].Rest = ledger.Fraction{Num: -60_000, Den: 1} }},
		{"two-wallets-nl", "nl", func(a *receipt.Award) {
			a.Rules.Earn = append(a.Rules.Earn, programme.Rule{
				Name: "stamps", Wallet: "stamps", Points: 1000, Per: 10_00, Step: 1000, Rounding: programme.Floor,
			})
		}},
		{"no-texts-of-its-own-nl", "nl", func(a *receipt.Award) { a.Rules.Header, a.Rules.Footer = nil, nil }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := shop(t, c.lang)
			c.change(&a)
			s := slip(t, a)
			golden(t, filepath.Join("testdata", c.name+".txt"), show(s))
			encoded, err := s.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if back, err := receipt.Decode(encoded); err != nil || !reflect.DeepEqual(back, s) {
				t.Errorf("%v: read back as %+v", err, back)
			}
		})
	}
}

// A statement of head office from half past one at night is of the day before
// where the business day ends at three.
func TestAsOfIsABusinessDay(t *testing.T) {
	a := shop(t, "nl")
	a.Rules.CutOver = 3 * time.Hour
	a.Holding.AsOf = ledger.Stamp(time.Date(2026, 11, 22, 0, 30, 0, 0, time.UTC).UnixMilli())
	if text := show(slip(t, a)); !strings.Contains(text, "Saldo per 21-11-2026 ") {
		t.Errorf("got\n%s", text)
	}
}

func TestCopyDiffersInItsHeadingOnly(t *testing.T) {
	a := shop(t, "nl")
	original := slip(t, a)
	before := show(original)
	kept := show(original.Copied(a.Words.Duplicate()))
	kind, rest, _ := strings.Cut(before, "\n")
	if want := kind + "\n[centre] DUPLICAAT  (bold)  (double)\n" + rest; kept != want {
		t.Errorf("got\n%s\nwant\n%s", kept, want)
	}
	if show(original) != before {
		t.Error("making a copy changed the original")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
	}
}
