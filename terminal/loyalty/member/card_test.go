package member

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shop has one format of each class.
var shop = Formats{
	{Name: "rcn13", Class: GTIN, Prefixes: []string{"29", "04"}},
	{Name: "gsrn", Class: GSRN},
	{Name: "luhn16", Class: Luhn, Prefixes: []string{"9752"}, Length: 16},
	{Name: "opaque", Class: Pattern, Pattern: `LOY:1:[A-Z0-9]{6,20}`},
	{Name: "tag", Class: UID},
	{Name: "em4100", Class: EM4100},
}

func TestParse(t *testing.T) {
	const (
		gsrn = "952123456789012345"
		rcn  = "2900001234566"
	)
	cases := []struct {
		name, symbology, text string
		want                  string // "format number", or the class of what is not a card
	}{
		{"EAN-13", "]E0", rcn, "rcn13 " + rcn},
		{"a code in Code 128 that matches a pattern", "]C0", "LOY:1:8F3K2Q", "opaque LOY:1:8F3K2Q"},
		{"a recipient's number in GS1-128", "]C1", "8018" + gsrn, "gsrn " + gsrn},
		{"the same with a wrong check digit", "]C1", "8018952123456789012346", "check-digit"},
		{"an article with its lot", "]d2", "01095212345678991" + "0AB12", "product"},
		{"a Digital Link", "", "https://id.example.com/8018/" + gsrn, "gsrn " + gsrn},
		{"an article", "", "4006381333931", "product"},
		{"a card with a wrong check digit", "", "2900001234567", "check-digit"},
		{"UPC-A", "", "412345678903", "rcn13 0412345678903"},
		{"UPC-A under the identifier of EAN-13", "]E0", "412345678903", "rcn13 0412345678903"},
		{"an add-on by itself", "]E1", "12", "addon-only"},
		{"weighed goods", "", "2100123025992", "in-store"},
		{"a coupon of a common currency", "", "9810123456780", "coupon"},
		{"a book", "", "9780306406157", "book"},
		{"a Luhn card", "", "9752000012345675", "luhn16 9752000012345675"},
		{"a payment card", "", "4111111111111111", "payment-card"},
		{"letters the pattern does not allow", "", "LOY:1:ÄÖK2Q1", "unknown"},
		{"an identifier without data", "]E0", "", "bad-length"},
		{"a separator for the first FNC1", "]C1", gs + "8018" + gsrn, "gsrn " + gsrn},

		{"the same UPC-A as EAN-13", "]E0", "0412345678903", "rcn13 0412345678903"},
		{"EAN-13 with its add-on", "]E3", rcn + "12", "rcn13 " + rcn},
		{"EAN-8", "]E4", "96385074", "product"},
		{"EAN-8 with a wrong check digit", "]E4", "96385075", "check-digit"},
		{"EAN-8 of the shop's own", "", "02345673", "in-store"},
		{"EAN-8 of seven digits", "]E4", "9638507", "bad-length"},
		{"UPC-E", "]E0", "04252614", "product"},
		{"UPC-E with a wrong check digit", "]E0", "04252615", "check-digit"},
		{"UPC-E of a number system that has none", "]E0", "24252614", "unknown"},
		{"a newspaper", "", "9771234567898", "serial"},
		{"a refund receipt", "", "9800000000014", "refund-receipt"},
		{"a coupon of the United States", "", "512345678900", "coupon"},
		{"blanks around it", "", "  " + rcn + " ", "rcn13 " + rcn},
		{"a check digit hidden in a Code 39", "]A0", rcn, "unknown"},
		{"a Luhn card with a wrong check digit", "", "9752000012345674", "check-digit"},
		{"a Luhn card one digit short", "", "975200001234567", "unknown"},
		{"a Luhn number of another chain", "", "9753000012345674", "unknown"},
		{"a pattern with something after it", "", "LOY:1:8F3K2Q!", "unknown"},
		{"a payment card typed in fours", "", "4111 1111 1111 1111", "payment-card"},
		{"a payment card with hyphens", "", "3782-822463-10005", "payment-card"},
		{"track 1 of a payment card", "", "%B5555555555554444^DOE/J^26125021000000", "payment-card"},
		{"track 2 of a payment card", "", ";6011111111111117=26125021000000?", "payment-card"},
		{"a Mastercard of the second range", "", "2223003122003222", "payment-card"},
		{"a UnionPay card of 19 digits", "]C0", withLuhn("624000863140114800"), "payment-card"},
		{"a number like a payment card's that fails its check", "", "4111111111111112", "unknown"},
		{"a German article that passes as an old Visa number", "]E0", germanLuhn(), "product"},
		{"a recipient's number after a lot", "]Q3", "10AB12" + gs + "8018" + gsrn, "gsrn " + gsrn},
		{"a recipient's number before an instance", "]e0", "8018" + gsrn + gs + "801912", "gsrn " + gsrn},
		{"a recipient's number that ran into the next field", "]C1", "8018" + gsrn + "10AB12", "gs1-syntax"},
		{"a recipient's number of 17 digits", "]C1", "8018" + gsrn[1:], "gs1-syntax"},
		{"two recipients", "]Q3", "8018" + gsrn + gs + "8018952123456789012352", "gs1-syntax"},
		{"the provider's number", "]C1", "8017" + gsrn, "gs1"},
		{"a global coupon", "]C1", "2559521234567897", "coupon"},
		{"an identifier nobody gave out", "]C1", "5012345", "gs1-unknown-ai"},
		{"letters where an identifier should be", "]C1", "ABC", "gs1-unknown-ai"},
		{"a GTIN that is cut off", "]d2", "0109521", "gs1-syntax"},
		{"a date that is cut off", "]d2", "1726", "gs1-syntax"},
		{"a field without data", "]d2", "10" + gs + "21A", "gs1-syntax"},
		{"nothing but a separator", "]C1", gs, "empty"},
		{"element strings that are not marked as GS1", "", "8018" + gsrn, "unknown"},
		{"a Digital Link with more behind it", "]Q1", "HTTPS://example.com/x/8018/" + gsrn + "/8019/4?a=b#c", "gsrn " + gsrn},
		{"a Digital Link with a wrong check digit", "]Q1", "https://example.com/8018/952123456789012346", "check-digit"},
		{"a Digital Link of an article", "]Q1", "https://example.com/01/09521234567899/10/AB", "product"},
		{"a Digital Link of a coupon", "]Q1", "https://example.com/255/9521234567897", "coupon"},
		{"a recipient's number only in the query", "]Q1", "https://example.com/?u=/8018/" + gsrn, "unknown"},
		{"a web address", "]Q1", "https://example.com/menu", "unknown"},
		{"nothing", "", "   ", "empty"},
		{"a control character", "", "29000\x0201234566", "control-char"},
		{"bytes that are not UTF-8", "", "LOY:1:\xff", "charset"},

		{"a chip of seven bytes", "uid", "04A1B2C3D4E580", "tag 04A1B2C3D4E580"},
		{"a chip of ten bytes", "uid", "04A1B2C3D4E580112233", "tag 04A1B2C3D4E580112233"},
		{"a chip of four bytes, which are given out twice", "uid", "3A5C119E", "unknown"},
		{"a telephone or a bank card", "uid", "0824A937", "random-uid"},
		{"a chip of seven bytes that begins like a random number", "uid", "0824A937112233", "tag 0824A937112233"},
		{"half of a longer number", "uid", "8804A1B2", "bad-uid"},
		{"a chip's number that lacks a byte", "uid", "04A1B2C3D4E5", "bad-uid"},
		{"a chip's number that lacks half a byte", "uid", "04A1B2C3D4E58", "bad-uid"},
		{"a chip's number in small letters", "uid", "04a1b2c3d4e580", "bad-uid"},
		{"a chip's number with a control character", "uid", "04A1B2C3D4E58\x03", "control-char"},
		{"a payment number where a chip's is said to be", "uid", "34343434343434", "payment-card"},
		{"a transponder of 125 kHz", "em4100", "0700758245", "em4100 0700758245"},
		{"a transponder's number that is cut off", "em4100", "070075824", "bad-uid"},
		{"a transponder's number under the wrong name", "uid", "0700758245", "bad-uid"},
		{"a chip's number in a bar code", "]C0", "04A1B2C3D4E580", "unknown"},
		{"a chip's number that was typed", "", "04:a1:B2:c3:D4:e5:80", "tag 04A1B2C3D4E580"},
		{"a transponder's that was typed", "", "07:00:75:82:45", "em4100 0700758245"},
		{"a random one that was typed", "", "08:24:a9:37", "random-uid"},
		{"one with a colon in the wrong place", "", "04:a1:B2:c3:D4:e:580", "unknown"},
		{"six pairs, as network cards have", "", "04:a1:b2:c3:d4:e5", "unknown"},
		{"a text in a tag", "ndef", "LOY:1:8F3K2Q", "opaque LOY:1:8F3K2Q"},
		{"a Digital Link in a tag", "ndef", "https://id.example.com/8018/" + gsrn, "gsrn " + gsrn},
		{"an EAN in a tag", "ndef", rcn, "unknown"},
		{"a payment number in a tag", "ndef", "4111111111111111", "payment-card"},
		{"an old payment number in a tag", "ndef", "4222222222222", "payment-card"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := outcome(shop.Parse(c.text, c.symbology)); got != c.want {
				t.Errorf("Parse(%q, %q): got %q, want %q", c.text, c.symbology, got, c.want)
			}
		})
	}
}

func outcome(card CardNumber, err error) string {
	var no *NotCard
	switch {
	case errors.As(err, &no):
		return string(no.Class)
	case err != nil:
		return err.Error()
	}
	return card.FormatName() + " " + card.Canonical()
}

// germanLuhn is an EAN-13 that starts with 4 and has a Luhn sum of 0 as well.
func germanLuhn() string {
	for i := 0; ; i++ {
		number := withGS1(fmt.Sprintf("4006381%05d", i))
		if luhn(number) {
			return number
		}
	}
}

func TestParseWithoutFormatsFindsNoCard(t *testing.T) {
	for text, symbology := range map[string]string{
		"2900001234566": "]E0", "8018952123456789012345": "]C1", "9752000012345675": "", "LOY:1:8F3K2Q": "]Q1",
	} {
		if card, err := (Formats{}).Parse(text, symbology); err == nil {
			t.Errorf("%q became the card %v", text, card)
		}
	}
}

// The two check digits, as the standards explain them and not as the package
// computes them: from the left, over the digits without the check digit.

func withGS1(digits string) string {
	sum := 0
	for i, d := range digits {
		weight := 3
		if (len(digits)-i)%2 == 0 {
			weight = 1
		}
		sum += int(d-'0') * weight
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

func luhn(digits string) bool {
	doubled := ""
	for i, d := range digits {
		n := int(d - '0')
		if (len(digits)-i)%2 == 0 {
			n *= 2
		}
		doubled += fmt.Sprint(n)
	}
	sum := 0
	for _, d := range doubled {
		sum += int(d - '0')
	}
	return sum%10 == 0
}

func withLuhn(digits string) string {
	for check := 0; ; check++ {
		if number := digits + fmt.Sprint(check); luhn(number) {
			return number
		}
	}
}

// drawCard gives a card of ours and the symbology it was read from.
func drawCard(t *rapid.T) (text, symbology string) {
	digits := func(n int) string { return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)).Draw(t, "digits") }
	switch rapid.IntRange(0, 3).Draw(t, "class") {
	case 0:
		return withGS1("29" + digits(10)), rapid.SampledFrom([]string{"", "]E0"}).Draw(t, "symbology")
	case 1:
		return withGS1("4" + digits(10)), "]E0"
	case 2:
		return "8018" + withGS1(digits(17)), rapid.SampledFrom([]string{"]C1", "]Q3", "]d2", "]e0"}).Draw(t, "symbology")
	}
	return withLuhn("9752" + digits(11)), ""
}

func TestAnyChangedDigitIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, symbology := drawCard(t)
		if _, err := shop.Parse(text, symbology); err != nil {
			t.Fatalf("%q is a card: %v", text, err)
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		digit := rapid.IntRange(1, 9).Draw(t, "up")
		changed := []byte(text)
		changed[at] = '0' + (text[at]-'0'+byte(digit))%10
		if card, err := shop.Parse(string(changed), symbology); err == nil {
			t.Fatalf("%q instead of %q became the card %q", changed, text, card.Canonical())
		}
	})
}

// strangePayment finds payment numbers by the text of the rule.
var strangePayment = regexp.MustCompile(`^(4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|6011|62|65)`)

func isPaymentNumber(s string) bool {
	_, digits := new(big.Int).SetString(s, 10)
	return digits && len(s) >= 13 && len(s) <= 19 && strangePayment.MatchString(s) && luhn(s)
}

func TestPaymentNumbersAreRefusedAndNeverShown(t *testing.T) {
	wide := append(Formats{{Name: "wide", Class: Pattern, Pattern: `[0-9 -]+`}}, shop...)
	rapid.Check(t, func(t *rapid.T) {
		head := rapid.SampledFrom([]string{"4", "51", "55", "2221", "2720", "2500", "34", "37", "6011", "62", "65"}).Draw(t, "issuer")
		size := rapid.IntRange(14, 19).Draw(t, "size")
		number := withLuhn(head + rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", size-1-len(head))).Draw(t, "digits"))
		if !isPaymentNumber(number) {
			t.Fatalf("the test itself: %q is no payment number", number)
		}
		symbology := rapid.SampledFrom([]string{"", "]C0", "]Q1", "]A0"}).Draw(t, "symbology")
		card, err := wide.Parse(number, symbology)
		var no *NotCard
		if !errors.As(err, &no) || no.Class != PaymentCard {
			t.Fatalf("%q: got card %v, error %v", number, card, err)
		}
		for _, shown := range []string{err.Error(), fmt.Sprintf("%+v %#v", no, no)} {
			if strings.Contains(shown, number[len(number)-5:]) || strings.Contains(shown, number[:7]) {
				t.Fatalf("%q is shown in %q", number, shown)
			}
		}
	})
}

func TestCardsAreNeverPrinted(t *testing.T) {
	const number = "2900001234566"
	card, err := shop.Parse(number, "]E0")
	if err != nil {
		t.Fatal(err)
	}
	inside := struct {
		open   CardNumber
		hidden struct{ card CardNumber }
	}{open: card}
	inside.hidden.card = card
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%08.3f"} {
		for _, shown := range []string{fmt.Sprintf(verb, card), fmt.Sprintf(verb, &card), fmt.Sprintf(verb, inside), fmt.Sprintf(verb, []CardNumber{card})} {
			if strings.Contains(shown, number[:9]) || strings.Contains(shown, fmt.Sprintf("%x", number)) {
				t.Errorf("%s shows %q", verb, shown)
			}
		}
	}
	if card.String() != "…4566" || fmt.Sprint(card) != "…4566" || fmt.Sprintf("%#v", card) != "card …4566 (rcn13)" {
		t.Errorf("got %q, %q, %#v", card.String(), fmt.Sprint(card), card)
	}
}

func TestIdentifierIsTheSameHoweverTheCardWasRead(t *testing.T) {
	key, err := NewChainKey(make([]byte, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	var ids []Identifier
	for text, symbology := range map[string]string{"412345678903": "", "0412345678903": "]E0", "041234567890312": "]E3"} {
		card, err := shop.Parse(text, symbology)
		if err != nil {
			t.Fatal(err)
		}
		if card.IsZero() {
			t.Error("a card that was read is zero")
		}
		ids = append(ids, card.Identifier(key))
	}
	want := Identifier{Ref: NewRef(key, KindCard, "0412345678903"), Kind: KindCard, Mask: "…8903"}
	for _, id := range ids {
		if id != want {
			t.Errorf("got %v, want %v", id, want)
		}
	}
	if zero := (CardNumber{}); !zero.IsZero() || zero.Canonical() != "" || zero.String() != "…" {
		t.Errorf("the zero card: %v", zero)
	}
}

func TestNotCardSaysWhatToDo(t *testing.T) {
	classes := []CodeClass{Product, Book, Serial, Coupon, RefundReceipt, InStore, PaymentCard, OtherGS1, RandomUID, Unknown,
		CheckDigit, BadLength, AddOnOnly, GS1Syntax, GS1UnknownAI, ControlChar, Charset, Empty, BadUID}
	seen := make(map[string]bool)
	for _, class := range classes {
		text := (&NotCard{Class: class, Mask: "…4566"}).Error()
		if !strings.Contains(text, ": ") || seen[text] {
			t.Errorf("%s: %q says nothing of its own", class, text)
		}
		seen[text] = true
	}
	for _, class := range classes[:10] {
		if (&NotCard{Class: class}).Misread() {
			t.Errorf("%s was read well", class)
		}
	}
	for _, class := range classes[10:] {
		if !(&NotCard{Class: class}).Misread() {
			t.Errorf("%s was read badly", class)
		}
	}
}

func TestFormatsValidate(t *testing.T) {
	if err := shop.Validate(); err != nil {
		t.Errorf("a good set: %v", err)
	}
	bad := Formats{
		{Name: "", Class: "ean"},
		{Name: "a", Class: GTIN, Length: 13},
		{Name: "a", Class: GTIN, Prefixes: []string{"2", "29", "29", "2x"}, Pattern: "x"},
		{Name: "b", Class: GTIN, Prefixes: []string{"2912"}},
		{Name: "c", Class: GSRN},
		{Name: "d", Class: GSRN, Prefixes: []string{"95"}},
		{Name: "e", Class: Luhn, Length: 13, Prefixes: []string{"97"}},
		{Name: "f", Class: Luhn, Length: 16, Prefixes: []string{"22", "41", "98"}},
		{Name: "g", Class: Luhn, Length: 25, Prefixes: []string{"97"}},
		{Name: "h", Class: Luhn, Length: 10, Prefixes: []string{"41"}},
		{Name: "i", Class: Pattern, Pattern: "a)|(b", Prefixes: []string{"29"}},
		{Name: "j", Class: Pattern, Pattern: "[A-Z]*"},
		{Name: "k", Class: Pattern},
		{Name: "l", Class: UID, Length: 5},
		{Name: "m", Class: UID, Length: 4, Prefixes: []string{"08", "3A5C11", "3a", "88AB", "3A5C119E"}},
		{Name: "n", Class: UID},
		{Name: "o", Class: UID, Length: 7, Prefixes: []string{"04"}, Pattern: "x"},
		{Name: "p", Class: EM4100, Length: 5, Prefixes: []string{"07", "07"}},
		{Name: "q", Class: EM4100, Prefixes: []string{"0700"}},
	}
	want := []string{
		"0 name: need 1 to 64",
		`0 class: "ean"`,
		"1 prefixes: need at least one",
		"1 length: only a luhn card",
		`2 prefixes[0]: "2": need 2 to 12`,
		`2 prefixes[2]: "29" stands twice`,
		`2 prefixes[3]: "2x": need`,
		"2 pattern: only the class pattern",
		`2 name: "a" names format 2`,
		`3 prefixes: a card that starts with "2912" is one of format 3 too`,
		"5 prefixes: a card of this format can be one of format 5 too",
		"6 length: 13 digits cannot be told",
		`7 prefixes[0]: "22": bank cards`,
		`7 prefixes[1]: "41": bank cards`,
		"8 length: 25 digits: need 6 to 24",
		"10 prefixes: put them into the pattern",
		"10 pattern: error parsing regexp",
		"11 pattern: matches a code without any",
		"12 pattern: need 1 to 200",
		"13 length: 5 bytes: need 4, 7 or 10",
		`14 prefixes[0]: "08": no chip of four bytes`,
		`14 prefixes[2]: "3a": need 2 to 6 hexadecimal digits`,
		`14 prefixes[3]: "88AB": no chip of four bytes`,
		`14 prefixes[4]: "3A5C119E": need 2 to 6`,
		"16 pattern: only the class pattern",
		"16 prefixes: a card of this format can be one of format 16 too",
		`17 prefixes[1]: "07" stands twice`,
		"17 length: only a luhn card and a uid",
		`18 prefixes: a card that starts with "0700" is one of format 18 too`,
	}
	var got FormatProblems
	if err := bad.Validate(); !errors.As(err, &got) {
		t.Fatalf("got %v", err)
	}
	for i, p := range got {
		line := fmt.Sprintf("%d %s: %s", p.Index, p.Field, p.Text)
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("complaint %d: got %q, want %q", i, line, want[min(i, len(want)-1)])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d complaints, want %d:\n%v", len(got), len(want), got)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range [][2]string{
		{"2900001234566", "]E0"}, {"412345678903", ""}, {"8018952123456789012345", "]C1"}, {gs + "10A" + gs + "8018", "]Q3"},
		{"https://a/8018/952123456789012345", "]Q1"}, {"4111111111111111", ""}, {"LOY:1:8F3K2Q", "]C0"},
		{"%B5555555555554444^", ""}, {"04252614", "]E0"}, {"9752000012345675", ""}, {"x\xff\x00", "]z9"},
		{"04A1B2C3D4E580", ByUID}, {"0824A937", ByUID}, {"0700758245", ByEM4100}, {"04:a1:b2:c3:d4:e5:80", ""}, {"LOY:1:8F3K2Q", ByNDEF},
	} {
		f.Add(seed[0], seed[1])
	}
	wide := append(Formats{{Name: "wide", Class: Pattern, Pattern: `[0-9]{13,19}`}}, shop...)
	f.Fuzz(func(t *testing.T, text, symbology string) {
		for _, matcher := range []Matcher{shop.Matcher(), wide.Matcher()} {
			card, err := matcher.Parse(text, symbology)
			var no *NotCard
			switch {
			case err == nil:
			case !errors.As(err, &no) || no.Class == "":
				t.Fatalf("an error that is not typed: %v", err)
			case no.Class == PaymentCard && no.Ours:
				t.Fatalf("%q is a payment number, and kept from the till", text)
			}
			if matcher.Ours(text, symbology) != (err == nil || no.Ours) {
				t.Fatalf("%q in %q: ours and not ours", text, symbology)
			}
			if err == nil {
				checkCard(t, matcher, card, text)
			}
		}
	})
}

// checkCard holds a card that text became against the rules of its format.
func checkCard(t *testing.T, matcher Matcher, card CardNumber, text string) {
	t.Helper()
	number, again, symbology := card.Canonical(), card.Canonical(), ""
	right := true
	switch card.FormatName() {
	case "rcn13":
		right, symbology = len(number) == 13 && withGS1(number[:12]) == number, "]E0"
	case "gsrn":
		right, symbology, again = len(number) == 18 && withGS1(number[:17]) == number, "]C1", "8018"+number
	case "tag":
		right, symbology = chipNumber.MatchString(number), ByUID
	case "em4100":
		right, symbology = regexp.MustCompile(`^[0-9A-F]{10}$`).MatchString(number), ByEM4100
	}
	if structured := symbology == "]E0" || symbology == "]C1"; !right || isPaymentNumber(number) && !structured {
		t.Fatalf("%q became the card %q of %s", text, number, card.FormatName())
	}
	// Where a pattern is as wide as a number's form, it takes that form for its own.
	same, err := shop.Parse(again, symbology)
	if card.FormatName() == "wide" {
		same, err = matcher.Parse(again, symbology)
	}
	if err != nil || same.Canonical() != number || same.FormatName() != card.FormatName() {
		t.Fatalf("%q became the card %q, and that %v, %v", text, number, same, err)
	}
}

// chipNumber is a chip's number by the text of the rule: 7 or 10 bytes.
var chipNumber = regexp.MustCompile(`^([0-9A-F]{14}|[0-9A-F]{20})$`)
