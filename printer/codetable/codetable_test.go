package codetable_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"zegel/printer/codetable"
)

func set(t interface {
	Helper()
	Fatal(...any)
}, pages ...string) codetable.Set {
	t.Helper()
	var tables []codetable.Table
	for i, page := range pages {
		tables = append(tables, codetable.Table{Number: byte(i), Page: page})
	}
	s, err := codetable.New(tables)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryPage(t *testing.T) {
	for _, page := range codetable.Pages() {
		letters, known := codetable.Letters(page)
		if !known {
			t.Errorf("%s is not known", page)
			continue
		}
		s := set(t, page)
		prints := 0
		for i, r := range letters {
			if r == 0 {
				continue
			}
			prints++
			code, ok := s.Code(0, r)
			if !ok || letters[code-0x80] != r || !s.Has(r) || r < 0xa0 || r == utf8.RuneError {
				t.Errorf("%s: %q at %#x is printed by %#x, %t", page, r, 0x80+i, code, ok)
			}
		}
		if prints < 80 {
			t.Errorf("%s prints %d letters", page, prints)
		}
	}
	if _, known := codetable.Letters("CP851"); known {
		t.Error("CP851 is known, though makers disagree on it")
	}
}

// Bytes that a mistake would be dear for, from the tables of glibc and Python.
func TestWhereLettersAre(t *testing.T) {
	for _, c := range []struct {
		page string
		r    rune
		code byte
	}{
		{"CP858", '€', 0xd5}, {"CP1252", '€', 0x80}, {"ISO8859-15", '€', 0xa4}, {"CP1253", '€', 0x80}, {"CP857", '€', 0}, {"CP850", '€', 0},
		{"CP857", 'ı', 0x8d}, {"CP737", 'Ω', 0x97}, {"CP775", 'ł', 0x88}, {"CP861", 'Þ', 0x8d}, {"CP869", 'Ω', 0xd5}, {"CP862", 'ש', 0x99},
		{"CP1125", 'ґ', 0xf3}, {"CP774", 'ė', 0xd3}, {"CP437", 'ß', 0xe1}, {"RK1048", 'ә', 0xbc}, {"CP866", '№', 0xfc},
	} {
		if code, ok := set(t, c.page).Code(0, c.r); code != c.code || ok != (c.code != 0) {
			t.Errorf("%s: %q is %#x, %t; want %#x", c.page, c.r, code, ok, c.code)
		}
	}
}

func TestNearest(t *testing.T) {
	s := set(t, "CP437")
	for text, want := range map[string]rune{
		"é": 'é', "ř": 'r', "ł": 'l', "Ł": 'L', "★": '*', "ẞ": 'ß', "日": '?', "x\u0301": 'x', "\x1b": '?', "\u0085": '?', "\x7f": '?', "": '?',
		"\u00a0": ' ', "ẹ": 'e', "Ω": 'Ω', "Ж": '?',
	} {
		if got := s.Letter(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
	for r := rune(0xa0); r < 0x3000; r++ {
		if plain := codetable.Nearest(r, func(rune) bool { return false }); codetable.IsSign(r) && (plain == '?' || plain >= 0x80) {
			t.Errorf("%q is a sign without a stand-in", r)
		}
	}
}

func TestTablesAsText(t *testing.T) {
	var table codetable.Table
	if err := table.UnmarshalText([]byte("19 CP858")); err != nil || table != (codetable.Table{Number: 19, Page: "CP858"}) {
		t.Errorf("%v, %v", table, err)
	}
	if text, err := table.MarshalText(); err != nil || string(text) != "19 CP858" {
		t.Errorf("%s, %v", text, err)
	}
	for _, bad := range []string{"", "19", "CP858", "256 CP858", "-1 CP858", "19 "} {
		if err := table.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is read as %v", bad, table)
		}
	}
	for _, bad := range [][]codetable.Table{nil, {{Page: "CP0"}}, {{}}, make([]codetable.Table, 65)} {
		if _, err := codetable.New(bad); err == nil {
			t.Errorf("%d tables %v are taken", len(bad), bad)
		}
	}
}

// To go on with the table that reaches furthest takes as few switches as there can be.
func TestFewestSwitches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := codetable.Pages()
		s := set(t, rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 6, rapid.ID[string]).Draw(t, "pages")...)
		var known []rune
		for _, table := range s.Tables() {
			letters, _ := codetable.Letters(table.Page)
			for _, r := range letters {
				if r != 0 {
					known = append(known, r)
				}
			}
		}
		text := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(known), rapid.Just('a')), 0, 30).Draw(t, "text")
		switches, table := 1, s.Furthest(text)
		for i, r := range text {
			if r < 0x80 {
				continue
			}
			if _, ok := s.Code(table, r); !ok {
				switches++
				if table = s.Furthest(text[i:]); !has(s, table, r) {
					t.Fatalf("table %d does not print %q", table, r)
				}
			}
		}
		if least := fewest(s, text); switches != least {
			t.Fatalf("%q takes %d selections, needs %d", string(text), switches, least)
		}
	})
}

func has(s codetable.Set, table int, r rune) bool {
	_, ok := s.Code(table, r)
	return ok || r < 0x80
}

// fewest is found the long way: the least number of selections that end in each table.
func fewest(s codetable.Set, text []rune) int {
	const never = 1 << 20
	best := make([]int, len(s.Tables()))
	for i := range best {
		best[i] = 1
	}
	for _, r := range text {
		least := never
		for _, n := range best {
			least = min(least, n)
		}
		for i := range best {
			if best[i] = min(best[i], least+1); !has(s, i, r) {
				best[i] = never
			}
		}
	}
	least := never
	for _, n := range best {
		least = min(least, n)
	}
	return least
}

func ExampleLetters() {
	letters, _ := codetable.Letters("CP858")
	fmt.Printf("%c %d\n", letters[0xd5-0x80], strings.Count(string(letters[:]), "€"))
	// Output: € 1
}
