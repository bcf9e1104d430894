package member

import "testing"

func TestOurs(t *testing.T) {
	const gsrn = "952123456789012345"
	formats := Formats{
		{Name: "card", Class: GTIN, Prefixes: []string{"29", "00"}},
		{Name: "gsrn", Class: GSRN, Prefixes: []string{"9521"}},
		{Name: "luhn16", Class: Luhn, Prefixes: []string{"9752"}, Length: 16},
		{Name: "opaque", Class: Pattern, Pattern: `LOY:1:[A-Z0-9]{6,20}`},
		{Name: "tag", Class: UID, Prefixes: []string{"04"}},
	}
	cases := []struct {
		name, symbology, text string
		want                  bool
	}{
		{"a card", "]E0", "2900001234566", true},
		{"a card that was read badly", "]E0", "2900001234567", true},
		{"the same by a scanner that does not say what it read", "", "2900001234567", true},
		{"an article", "]E0", "4006381333931", false},
		{"an article that was read badly", "]E0", "4006381333932", false},
		{"an article's number of eight digits that is no EAN-8", "", "12345678", false},
		{"the same in Code 128", "]C0", "12345678", false},
		{"an EAN-8 that was read badly", "]E4", "96385075", false},
		{"weighed goods", "]E0", "2100123025992", false},
		{"a recipient's number", "]C1", "8018" + gsrn, true},
		{"a recipient's number that was read badly", "]C1", "8018952123456789012346", true},
		{"a recipient's number that is cut off", "]C1", "801895212345", true},
		{"a recipient's number that ran into the next field", "]C1", "8018" + gsrn + "10AB12", true},
		{"a recipient's number before what cannot be read", "]C1", "8018" + gsrn + gs + "5012345", true},
		{"another chain's recipient", "]C1", "8018" + withGS1("47111234567890123"), false},
		{"another chain's recipient, read badly", "]C1", "8018471112345678901234", false},
		{"an article with its lot", "]d2", "010952123456789910AB12", false},
		{"element strings that cannot be read", "]C1", "5012345", false},
		{"a Luhn card", "", "9752000012345675", true},
		{"a Luhn card that was read badly", "]C0", "9752000012345674", true},
		{"a Luhn number of another chain", "", "9753000012345674", false},
		{"a code that matches a pattern", "]Q1", "LOY:1:8F3K2Q", true},
		{"a code that almost does", "]Q1", "LOY:1:8F3", false},
		{"a payment card", "]C0", "4111111111111111", false},
		{"a control character", "", "29000\x0201234566", false},
		{"nothing", "", "", false},
		{"a chip", "uid", "04A1B2C3D4E580", true},
		{"another chain's chip", "uid", "05A1B2C3D4E580", true},
		{"a telephone", "uid", "0824A937", true},
		{"a transponder, where the programme has none", "em4100", "0700758245", false},
	}
	matcher := formats.Matcher()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := formats.Ours(c.text, c.symbology); got != c.want {
				t.Errorf("Ours(%q, %q): got %t, want %t", c.text, c.symbology, got, c.want)
			}
			if matcher.Ours(c.text, c.symbology) != c.want {
				t.Error("a matcher says otherwise")
			}
		})
	}
	for _, text := range []string{"0824A937", "04A1B2C3D4E580"} {
		if formats[:3].Ours(text, "uid") {
			t.Errorf("%q is kept from the till where no chip is a card", text)
		}
	}
	if got := outcome(formats[:3].Parse("08:24:19:37", "")); got != "unknown" {
		t.Errorf("a time of day where no chip is a card: %s", got)
	}
}

func TestOnlyChipsDoNotSpendByThemselves(t *testing.T) {
	yes, no := true, false
	formats := append(Formats{
		{Name: "dear", Class: UID, Length: 4, Spend: &yes},
		{Name: "cheap", Class: Luhn, Prefixes: []string{"1234"}, Length: 10, Spend: &no},
	}, shop...)
	if err := formats.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, symbology string
		want            bool
	}{
		{"2900001234566", "]E0", true}, {"8018952123456789012345", "]C1", true}, {"9752000012345675", "", true}, {"LOY:1:8F3K2Q", "ndef", true},
		{"04A1B2C3D4E580", "uid", false}, {"0700758245", "em4100", false}, {"3A5C119E", "uid", true}, {withLuhn("123400000"), "", false},
	} {
		card, err := formats.Parse(c.text, c.symbology)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if card.Spends() != c.want {
			t.Errorf("a card of %s spends: %t", card.FormatName(), card.Spends())
		}
	}
	if !(CardNumber{}).Spends() {
		t.Error("who has no card at all, and was found another way, spends")
	}
}

func BenchmarkOurs(b *testing.B) {
	matcher := shop.Matcher()
	for _, c := range []struct{ name, text, symbology string }{
		{"card", "2900001234566", "]E0"}, {"article", "4006381333931", "]E0"}, {"code-128", "ART-0012345678", "]C0"},
		{"payment", "4111111111111111", "]C0"}, {"lot", "010952123456789910AB12", "]d2"}, {"chip", "04A1B2C3D4E580", "uid"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				matcher.Ours(c.text, c.symbology)
			}
		})
	}
}
