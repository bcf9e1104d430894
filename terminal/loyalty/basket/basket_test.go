package basket_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
)

// groceries is a basket as a till sends it.
func groceries() basket.Basket {
	return basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "000123"}, Currency: "EUR", Total: 23_45,
		Lines: []basket.Line{
			{ID: "1", Product: "8710400000013", Name: "Melk", Quantity: 1000, Amount: 25_00},
			{Name: "Korting", Amount: -1_55},
		},
		Tenders: []basket.Tender{{Kind: "card", Amount: 20_00}, {Kind: "cash", Amount: 3_45}},
		Channel: "web", Partner: "bloemist",
	}
}

// of is n lines of nothing.
func of(n int) []basket.Line { return make([]basket.Line, n) }

func TestValidate(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	cases := []struct {
		name   string
		change func(*basket.Basket)
		want   string // in the error; empty for a basket that is well
	}{
		{"groceries", func(*basket.Basket) {}, ""},
		{"a total alone", func(b *basket.Basket) { b.Lines, b.Tenders, b.Channel, b.Partner = nil, nil, "", "" }, ""},
		{"nothing paid", func(b *basket.Basket) { b.Lines, b.Total = nil, 0 }, ""},
		{"the highest total", func(b *basket.Basket) { b.Lines, b.Total = nil, basket.MaxAmount }, ""},
		{"a cent above it", func(b *basket.Basket) { b.Lines, b.Total = nil, basket.MaxAmount+1 }, "basket total 100000001: must be from 0 to 100000000"},
		{"a total below zero", func(b *basket.Basket) { b.Lines, b.Total = nil, -1 }, "basket total -1"},
		{"tenders that are not the total", func(b *basket.Basket) { b.Tenders = b.Tenders[:1] }, ""}, // change, deposits

		{"no till", func(b *basket.Basket) { b.Key.Till = "" }, "till and id must be 1 to 64"},
		{"no id", func(b *basket.Basket) { b.Key.ID = "" }, "till and id must be 1 to 64"},
		{"the longest till and id", func(b *basket.Basket) { b.Key.Till, b.Key.ID = long(64), long(64) }, ""},
		{"a till too long", func(b *basket.Basket) { b.Key.Till = long(65) }, "till and id must be 1 to 64"},
		{"an id too long", func(b *basket.Basket) { b.Key.ID = long(65) }, "till and id must be 1 to 64"},
		{"a line feed in a till", func(b *basket.Basket) { b.Key.Till = "1\n2" }, "printable"},
		{"an id that is not UTF-8", func(b *basket.Basket) { b.Key.ID = "\xff" }, "printable"},
		{"an id with an accent", func(b *basket.Basket) { b.Key.ID = "caissé 1" }, ""},
		{"a control character of ISO 8859", func(b *basket.Basket) { b.Key.ID = "1\u009b31m" }, "printable"},
		{"no day", func(b *basket.Basket) { b.Key.Day = "" }, `day "": need a day as 2026-11-22`},
		{"a day that is none", func(b *basket.Basket) { b.Key.Day = "2026-02-29" }, `day "2026-02-29"`},
		{"a day as people write it", func(b *basket.Basket) { b.Key.Day = "22-11-2026" }, `day "22-11-2026"`},
		{"a day with a time", func(b *basket.Basket) { b.Key.Day = "2026-11-22T10:00:00Z" }, "need a day"},
		{"a day without zeros", func(b *basket.Basket) { b.Key.Day = "2026-1-2" }, "need a day"},

		{"a currency in small letters", func(b *basket.Basket) { b.Currency = "eur" }, ""}, // refused as another one than the programme's
		{"no currency", func(b *basket.Basket) { b.Currency = "" }, `currency "": need three letters`},
		{"a symbol for a currency", func(b *basket.Basket) { b.Currency = "€" }, "need three letters"},
		{"a control sequence for a currency", func(b *basket.Basket) { b.Currency = "\x1b[J" }, "need three letters"},

		{"the most lines and tenders", func(b *basket.Basket) { b.Total, b.Lines, b.Tenders = 0, of(basket.MaxLines), nil }, ""},
		{"a line too many", func(b *basket.Basket) { b.Total, b.Lines = 0, of(basket.MaxLines+1) }, "301 lines and 2 tenders, at most 300 each"},
		{"a tender too many", func(b *basket.Basket) { b.Tenders = slices.Repeat(b.Tenders[:1], basket.MaxLines+1) }, "2 lines and 301 tenders"},
		{"lines that are not the total", func(b *basket.Basket) { b.Total++ }, "its lines add up to 2345, its total says 2346"},
		{"a line of too much", func(b *basket.Basket) { b.Lines[1].Amount = basket.MaxAmount + 1 }, "basket line 2"},
		{"a discount of too much", func(b *basket.Basket) { b.Lines[1].Amount = -basket.MaxAmount - 1 }, "basket line 2"},
		{"the highest line and its discount", func(b *basket.Basket) {
			b.Total, b.Lines = 0, []basket.Line{{Amount: basket.MaxAmount}, {Amount: -basket.MaxAmount}}
		}, ""},
		{"a quantity below zero", func(b *basket.Basket) { b.Lines[0].Quantity = -1 }, "basket line 1"},
		{"a quantity of 355 grammes", func(b *basket.Basket) { b.Lines[0].Quantity = 355 }, ""},
		{"the highest quantity", func(b *basket.Basket) { b.Lines[0].Quantity = math.MaxInt32 }, ""},
		{"a quantity above it", func(b *basket.Basket) { b.Lines[0].Quantity = math.MaxInt32 + 1 }, "basket line 1"},
		{"a tender without a kind", func(b *basket.Basket) { b.Tenders[1].Kind = "" }, "basket tender 2"},
		{"a tender with a long kind", func(b *basket.Basket) { b.Tenders[1].Kind = long(65) }, "basket tender 2"},
		{"a tender with a bell", func(b *basket.Basket) { b.Tenders[1].Kind = "\a" }, "basket tender 2"},
		{"a tender of too much", func(b *basket.Basket) { b.Tenders[0].Amount = basket.MaxAmount + 1 }, "basket tender 1"},
		{"change given back", func(b *basket.Basket) { b.Tenders[0].Amount = -basket.MaxAmount }, ""},
		{"more change than that", func(b *basket.Basket) { b.Tenders[0].Amount = -basket.MaxAmount - 1 }, "basket tender 1"},

		{"the longest texts of a line", func(b *basket.Basket) {
			b.Lines[0].ID, b.Lines[0].Product, b.Lines[0].Name = long(16), long(32), long(128)
		}, ""},
		{"a line's id too long", func(b *basket.Basket) { b.Lines[1].ID = long(17) }, "basket line 2: its id is above 16"},
		{"a product too long", func(b *basket.Basket) { b.Lines[1].Product = long(33) }, "its product above 32"},
		{"a name too long", func(b *basket.Basket) { b.Lines[1].Name = long(129) }, "its name above 128"},
		{"a name that moves a printer", func(b *basket.Basket) { b.Lines[1].Name = "Melk\x1bp\x00" }, "basket line 2"},
		{"a channel too long", func(b *basket.Basket) { b.Channel = long(65) }, "channel or partner"},
		{"a partner with a tab", func(b *basket.Basket) { b.Partner = "a\tb" }, "channel or partner"},

		{"tax in a line", func(b *basket.Basket) { b.Lines[0].Tax, b.Lines[1].Tax = 25_00, -13 }, ""},
		{"more tax than the line comes to", func(b *basket.Basket) { b.Lines[0].Tax = 25_01 }, "basket line 1: tax 2501 is no part"},
		{"tax of another sign", func(b *basket.Basket) { b.Lines[1].Tax = 13 }, "basket line 2: tax 13"},
		{"the longest category, kind, tags and what it is of", func(b *basket.Basket) {
			l := &b.Lines[1]
			l.Category, l.Kind, l.Of, l.Tags = long(32), "x-"+long(30), long(16), slices.Repeat([]string{long(32)}, 8)
		}, ""},
		{"a category too long", func(b *basket.Basket) { b.Lines[1].Category = long(33) }, "basket line 2: its category or kind"},
		{"a kind too long", func(b *basket.Basket) { b.Lines[1].Kind = long(33) }, "basket line 2: its category or kind"},
		{"a kind in capitals", func(b *basket.Basket) { b.Lines[1].Kind = "Deposit" }, `basket line 2: "Deposit" is no kind of line; there are deposit, gift_card`},
		{"a kind that nobody knows", func(b *basket.Basket) { b.Lines[0].Kind = "cigarettes" }, `basket line 1: "cigarettes" is no kind of line`},
		{"a kind of the shop's own", func(b *basket.Basket) { b.Lines[0].Kind = "x-flowers" }, ""},
		{"a kind of the shop's own without a name", func(b *basket.Basket) { b.Lines[0].Kind = "x-" }, `basket line 1: "x-" is no kind`},
		{"of what is too long", func(b *basket.Basket) { b.Lines[1].Of = long(17) }, "basket line 2: its category or kind"},
		{"a bell for a kind", func(b *basket.Basket) { b.Lines[1].Kind = "\a" }, "basket line 2: its category or kind"},
		{"a tag too many", func(b *basket.Basket) { b.Lines[0].Tags = slices.Repeat([]string{"x"}, 9) }, "basket line 1: 9 tags, at most 8"},
		{"an empty tag", func(b *basket.Basket) { b.Lines[0].Tags = []string{""} }, `tag "": need 1 to 32`},
		{"a tag too long", func(b *basket.Basket) { b.Lines[0].Tags = []string{long(33)} }, "need 1 to 32"},
		{"the most codes", func(b *basket.Basket) { b.Codes = slices.Repeat([]string{long(32)}, 8) }, ""},
		{"a code too many", func(b *basket.Basket) { b.Codes = slices.Repeat([]string{"x"}, 9) }, "9 codes, at most 8"},
		{"an empty code", func(b *basket.Basket) { b.Codes = []string{"ZOMER26", ""} }, "basket code 2"},
		{"all of a total that earns nothing", func(b *basket.Basket) { b.Lines, b.NotEarning = nil, b.Total }, ""},
		{"more than the total that earns nothing", func(b *basket.Basket) { b.Lines, b.NotEarning = nil, b.Total+1 }, "2346 of 2345 earns nothing"},
		{"less than nothing that earns nothing", func(b *basket.Basket) { b.Lines, b.NotEarning = nil, -1 }, "-1 of 2345"},
		{"a part that earns nothing, beside lines", func(b *basket.Basket) { b.NotEarning = 1 }, "1 of 2345 earns nothing"},

		{"texts that fill a record", func(b *basket.Basket) {
			b.Total, b.Lines = 0, of(basket.MaxLines)
			for i := range b.Lines {
				b.Lines[i].ID, b.Lines[i].Product, b.Lines[i].Name = long(16), long(32), long(128)
			}
		}, ""},
		{"texts that no record holds", func(b *basket.Basket) {
			b.Total, b.Lines = 0, of(basket.MaxLines)
			for i := range b.Lines {
				b.Lines[i].ID, b.Lines[i].Product = long(16), strings.Repeat("<", 32)
			}
		}, "bytes as JSON without the lines' names, at most 49152"},
		{"tenders that no record holds", func(b *basket.Basket) {
			b.Tenders = slices.Repeat([]basket.Tender{{Kind: strings.Repeat("&", 64)}}, basket.MaxLines)
		}, "bytes as JSON"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := groceries()
			c.change(&b)
			err := b.Validate()
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEveryKindOfLineCanBeSent(t *testing.T) {
	for _, kind := range append(basket.Kinds(), "") {
		b := groceries()
		if b.Lines[0].Kind = kind; b.Validate() != nil {
			t.Errorf("%q: %v", kind, b.Validate())
		}
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	err := basket.Basket{Total: -1, Currency: "euro", Key: basket.Key{Day: "today"}}.Validate()
	if err == nil {
		t.Fatal("was taken")
	}
	for _, want := range []string{"basket key", "basket total -1", `basket currency "euro"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, which does not say %q", err, want)
		}
	}
}

// A record has 64 KiB; a basket that may be posted leaves enough of them.
func TestWhatIsKeptOfABasketIsBounded(t *testing.T) {
	text := func(t *rapid.T, longest int) string {
		return rapid.StringOfN(rapid.RuneFrom([]rune("aZ 9\"\\<>&é€\u2028\U0001f600")), -1, -1, longest).Draw(t, "text")
	}
	rapid.Check(t, func(t *rapid.T) {
		b := groceries()
		b.Key.Till, b.Channel, b.Partner = "<"+text(t, 63), text(t, 64), text(t, 64)
		line := basket.Line{ID: text(t, 16), Product: text(t, 32), Name: text(t, 128), Quantity: math.MaxInt32, Category: text(t, 32), Kind: text(t, 32), Of: text(t, 16)}
		if tag := text(t, 32); tag != "" {
			line.Tags = slices.Repeat([]string{tag}, rapid.IntRange(0, 8).Draw(t, "tags"))
		}
		b.Total, b.Lines = 0, slices.Repeat([]basket.Line{line}, 2*rapid.IntRange(0, basket.MaxLines/2).Draw(t, "lines/2"))
		for i := range b.Lines {
			b.Lines[i].Amount = basket.MaxAmount
			if i%2 == 1 {
				b.Lines[i].Amount = -basket.MaxAmount
			}
		}
		tender := basket.Tender{Kind: "<" + text(t, 63), Amount: -basket.MaxAmount}
		b.Tenders = slices.Repeat([]basket.Tender{tender}, rapid.IntRange(0, basket.MaxLines).Draw(t, "tenders"))
		if b.Validate() != nil {
			return
		}
		before, kept := slices.Clone(b.Lines), b.Kept()
		written, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		if len(written) > 48<<10 {
			t.Fatalf("a basket of %d lines and %d tenders is kept as %d bytes", len(b.Lines), len(b.Tenders), len(written))
		}
		if !reflect.DeepEqual(b.Lines, before) {
			t.Fatal("the basket itself was changed")
		}
		for i := range kept.Lines {
			kept.Lines[i].Name = before[i].Name
		}
		if !reflect.DeepEqual(kept, b) {
			t.Fatalf("more than names was left out: %+v", kept)
		}
	})
}

func TestNamesAreKeptWhereThereIsRoom(t *testing.T) {
	b := groceries()
	if kept := b.Kept(); !reflect.DeepEqual(kept, b) {
		t.Errorf("got %+v, want it whole", kept)
	}
	b.Total, b.Lines = 0, of(basket.MaxLines)
	for i := range b.Lines {
		b.Lines[i].Name = fmt.Sprintf("%0128d", i)
	}
	if err := b.Validate(); err != nil {
		t.Fatal(err)
	}
	for i, l := range b.Kept().Lines {
		if l.Name != "" {
			t.Fatalf("line %d is kept with its name", i+1)
		}
	}
	if b.Lines[0].Name == "" {
		t.Error("the basket itself was changed")
	}
}

func TestKeyAsPeopleReadIt(t *testing.T) {
	if got := groceries().Key.String(); got != "1 2026-11-22 000123" {
		t.Errorf("got %q", got)
	}
}
