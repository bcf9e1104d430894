package member_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/member"
)

func TestParsePhone(t *testing.T) {
	cases := []struct{ home, text, want string }{
		// Dutch: nine digits after the zero.
		{"31", "0612345678", "+31612345678"},
		{"31", "06-12345678", "+31612345678"},
		{"31", "06 12 34 56 78", "+31612345678"},
		{"31", "06\u00a012345678", "+31612345678"},
		{"31", "+31 6 12345678", "+31612345678"},
		{"31", "+31 (0)6 12345678", "+31612345678"},
		{"31", "0031612345678", "+31612345678"},
		{"31", "020-624 1111", "+31206241111"},
		{"31", "(020) 624.11.11", "+31206241111"},
		{"31", "061234567", ""},   // a digit short
		{"31", "06123456789", ""}, // a digit long
		{"31", "612345678", ""},   // without its zero
		{"31", "31612345678", ""}, // without its plus
		{"31", "112", ""},
		// Belgian: eight, or nine of a mobile.
		{"32", "0470 12 34 56", "+32470123456"},
		{"32", "0470/12.34.56", "+32470123456"},
		{"32", "02 555 12 12", "+3225551212"},
		{"32", "+32 (0)2 555 12 12", "+3225551212"},
		{"32", "0612345678", "+32612345678"},
		{"32", "+31612345678", "+31612345678"},
		{"32", "02 555 12", ""},
		// German numbers have no one length.
		{"49", "0151 23456789", "+4915123456789"},
		{"49", "030/123456", "+4930123456"},
		{"49", "+49 (0) 151 2345 6789", "+4915123456789"},
		{"49", "0049 151 23456789", "+4915123456789"},
		{"49", "0301", ""},
		{"49", "0151234567890123", ""},
		// British: nine or ten.
		{"44", "07911 123456", "+447911123456"},
		{"44", "020 7946 0018", "+442079460018"},
		{"44", "+44 (0)20 7946 0018", "+442079460018"},
		{"44", "0800 1111", ""},
		// Numbers without a zero of their own.
		{"352", "621 123 456", "+352621123456"},
		{"45", "12 34 56 78", "+4512345678"},
		{"31", "+45 12 34 56 78", "+4512345678"},
		// A country without a plan here.
		{"31", "+1 212 555 0123", "+12125550123"},
		{"358", "040 1234567", "+358401234567"},
		{"31", "+999", ""},
		{"31", "+1234567890123456", ""},
		// What is no number.
		{"31", "", ""}, {"31", "+", ""}, {"31", "00", ""}, {"31", "0", ""}, {"31", "()", ""}, {"31", "+31", ""}, {"31", "+310", ""},
		{"31", "06-1234567x", ""}, {"31", "Anna", ""}, {"31", "++31612345678", ""}, {"31", "+0612345678", ""},
		{"31", "2900000000017", ""}, {"31", "٠٦١٢٣٤٥٦٧٨", ""}, {"31", "+31612345678\n", ""},
	}
	for _, c := range cases {
		p, err := member.ParsePhone(c.text, c.home)
		if got := p.Canonical(); got != c.want || (err == nil) != (c.want != "") || (err != nil && !errors.Is(err, member.ErrNotAPhone)) {
			t.Errorf("%q typed in %s: got %q, %v; want %q", c.text, c.home, got, err, c.want)
		}
	}
}

// What a number became is that number wherever it is typed: or a member could
// be found in one shop and not in the next.
func TestAPhoneNumberHasOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		home := rapid.SampledFrom([]string{"31", "32", "44", "49", "352", "45", "358"}).Draw(t, "home")
		text := rapid.StringOfN(rapid.RuneFrom([]rune("0000123456789 +-()")), 0, 18, -1).Draw(t, "text")
		p, err := member.ParsePhone(text, home)
		if err != nil {
			return
		}
		c := p.Canonical()
		if !strings.HasPrefix(c, "+") || len(c) < 8 || len(c) > 16 || strings.Trim(c[1:], "0123456789") != "" {
			t.Fatalf("%q is %q", text, c)
		}
		for _, again := range []string{c, "00" + c[1:], " " + c[:3] + " " + c[3:]} {
			q, err := member.ParsePhone(again, "31")
			if err != nil || q.Canonical() != c {
				t.Fatalf("%q is %q, and %q is %q, %v", text, c, again, q.Canonical(), err)
			}
		}
	})
}

func TestAPhoneNumberPrintsAsItsMask(t *testing.T) {
	p, err := member.ParsePhone("06-12345678", "31")
	if err != nil {
		t.Fatal(err)
	}
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	id := p.Identifier(key)
	if id.Kind != member.KindPhone || id.Mask != "…5678" || id.Ref != member.NewRef(key, member.KindPhone, "+31612345678") {
		t.Errorf("got %+v", id)
	}
	for _, text := range []string{fmt.Sprint(p), fmt.Sprintf("%v %+v %#v %s %q %d %x", p, p, p, p, p, p, p), fmt.Sprintf("%+v", struct{ p member.Phone }{p})} {
		if strings.Contains(text, "1234") || strings.Contains(text, "31323334") {
			t.Errorf("it prints as %s", text)
		}
	}
	if !(member.Phone{}).IsZero() || p.IsZero() || (member.Phone{}).Canonical() != "" {
		t.Error("the zero number is not zero")
	}
}

// FuzzParsePhone looks for a text that is taken for a number it is not.
func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"06-12345678", "+31 (0)6 12345678", "0032470123456", "+"} {
		f.Add(s, "31")
	}
	f.Fuzz(func(t *testing.T, text, home string) {
		p, err := member.ParsePhone(text, home)
		if err != nil {
			return
		}
		if q, err := member.ParsePhone(p.Canonical(), "32"); err != nil || q.Canonical() != p.Canonical() {
			t.Errorf("%q typed in %q is %q, and that is %q, %v", text, home, p.Canonical(), q.Canonical(), err)
		}
	})
}

func TestAMaskIsFitForLogsAndScreens(t *testing.T) {
	for code, want := range map[string]string{
		"2900001234566": "…4566", "123": "…3", "1": "…", "": "…",
		"1234\u202e\x07\x1b9": "…???9", "abcd\u2028\u200b\x1b\u009b": "…????", "abcd\xff\xfe12": "…��12",
	} {
		if got := member.Mask(code); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}
