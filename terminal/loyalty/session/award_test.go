package session_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/session"
)

// counter gives a point for a euro and asks about more than 500 euros.
func counter() session.Counter {
	return session.Counter{Lane: "kassa1", Zone: time.UTC, Rules: programme.Rules{
		Version: 3, Name: "Punten", Currency: "EUR", Zone: "UTC", Language: "nl", UsualMax: 500_00, KeepDays: 400,
		Wallets: []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}}},
		Earn:    []programme.Rule{{Name: "base", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Carry}},
		Cards:   member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}},
	}}
}

var moment = ledger.Calendar{}.Moment(noon, true)

// seen is what the store shows of the customer's account.
func seen(c session.Customer, alone bool) ledger.View {
	return ledger.View{
		Next: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}, Alone: alone,
		Holdings: []ledger.Holding{{Account: c.Holding.Account, Known: true, Positions: []ledger.Position{{Wallet: "points", Points: 100 * ledger.Unit}}}},
	}
}

func TestAwardPostsEntriesBodyAndSlip(t *testing.T) {
	one := card(t, 1)
	for _, alone := range []bool{true, false} {
		p, err := counter().Award(one, true, paid(), moment)(seen(one, alone))
		if err != nil {
			t.Fatal(err)
		}
		rest, err := ledger.NewFraction(450, 1)
		if err != nil {
			t.Fatal(err)
		}
		entries := []ledger.Entry{{Account: ledger.Account{1}, Wallet: "points", Kind: ledger.Earn, Points: 23 * ledger.Unit, Rest: rest, Closed: alone}}
		if !reflect.DeepEqual(p.Draft.Entries, entries) {
			t.Errorf("alone %t: got %+v, want %+v", alone, p.Draft.Entries, entries)
		}
		if p.Lane != "kassa1" || p.Draft.Kind != ledger.KindAward || p.Draft.Rules != 3 || p.Draft.Moment != moment {
			t.Errorf("got %+v", p)
		}
		b := p.Draft.Body
		if b.Lane != "kassa1" || b.Mode != ledger.Scanned || b.Account != (ledger.Account{1}) || b.TypedAmount ||
			!reflect.DeepEqual(b.Identifiers, one.Identifiers) || !reflect.DeepEqual(*b.Basket, paid().Basket) || len(b.Reasons) == 0 {
			t.Errorf("got %+v", b)
		}
		slip := read(t, b.Slip)
		for _, want := range []string{"23 punten", "123 punten", "A1B2-17", one.Card.Mask(), "€\u00a023,45"} {
			if !strings.Contains(slip, want) {
				t.Errorf("the slip does not say %q:\n%s", want, slip)
			}
		}
	}
}

// read is a slip as one text.
func read(t testing.TB, encoded []byte) string {
	t.Helper()
	s, err := receipt.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, b := range s.Blocks {
		texts = append(texts, b.Text)
		for _, c := range b.Row {
			texts = append(texts, c.Text)
		}
	}
	return strings.Join(texts, "\n")
}

func TestATypedAmountIsRemembered(t *testing.T) {
	s := paid()
	s.Typed = true
	one := card(t, 1)
	p, err := counter().Award(one, true, s, moment)(seen(one, true))
	if err != nil || !p.Draft.Body.TypedAmount {
		t.Errorf("got %+v, %v", p.Draft.Body, err)
	}
}

func TestAwardRefuses(t *testing.T) {
	one := card(t, 1)
	big := func(total basket.Money) session.Sale {
		s := paid()
		s.Basket.Lines, s.Basket.Total = nil, total
		return s
	}
	with := func(s session.Sale, change func(*session.Sale)) session.Sale {
		change(&s)
		return s
	}
	usd := func(s *session.Sale) { s.Basket.Currency = "USD" }
	cases := []struct {
		name    string
		present bool
		sale    session.Sale
		want    programme.Refusal // without its cause; the zero Refusal for none
	}{
		{"nobody there", false, paid(), programme.Refusal{Code: programme.NoCard}},
		{"nobody there, whatever was paid", false, big(-1), programme.Refusal{Code: programme.NoCard}},
		{"lines that do not add up", true, with(paid(), func(s *session.Sale) { s.Basket.Total++ }), programme.Refusal{Code: programme.BadBasket}},
		{"a name that is not printable", true, with(paid(), func(s *session.Sale) { s.Basket.Lines[0].Name = "\x1b" }), programme.Refusal{Code: programme.BadBasket}},
		{"an amount below zero", true, big(-1), programme.Refusal{Code: programme.BadAmount, Amount: -1, Currency: "EUR"}},
		{"an amount nobody pays", true, big(basket.MaxAmount + 1), programme.Refusal{Code: programme.BadAmount, Amount: basket.MaxAmount + 1, Currency: "EUR"}},
		{"an amount nobody pays, confirmed", true, with(big(basket.MaxAmount+1), func(s *session.Sale) { s.Confirmed = true }),
			programme.Refusal{Code: programme.BadAmount, Amount: basket.MaxAmount + 1, Currency: "EUR"}},
		{"dollars", true, with(paid(), usd), programme.Refusal{Code: programme.OtherCurrency, Currency: "USD"}},
		{"many dollars", true, with(big(5000_00), usd), programme.Refusal{Code: programme.OtherCurrency, Currency: "USD"}},
		{"the highest usual amount", true, big(500_00), programme.Refusal{}},
		{"a cent more", true, big(500_01), programme.Refusal{Code: programme.UnusualAmount, Amount: 500_01, Currency: "EUR"}},
		{"a cent more, confirmed", true, with(big(500_01), func(s *session.Sale) { s.Confirmed = true }), programme.Refusal{}},
		{"nothing paid", true, big(0), programme.Refusal{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := counter().Award(one, c.present, c.sale, moment)(seen(one, true))
			if c.want.Code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var no *programme.Refusal
			if !errors.As(err, &no) {
				t.Fatalf("got %+v, %v", p, err)
			}
			got := *no
			got.Cause = nil
			if !reflect.DeepEqual(got, c.want) || len(p.Draft.Entries) > 0 {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestAProgrammeThatAsksAboutNoAmount(t *testing.T) {
	one, s, at := card(t, 1), paid(), counter()
	s.Basket.Lines, s.Basket.Total, at.Rules.UsualMax = nil, basket.MaxAmount, 0
	if _, err := at.Award(one, true, s, moment)(seen(one, true)); err != nil {
		t.Error(err)
	}
}

func TestABalanceThatDoesNotFitIsNoRefusal(t *testing.T) {
	one := card(t, 1)
	v := seen(one, true)
	v.Holdings[0].Positions[0].Points = math.MaxInt64
	_, err := counter().Award(one, true, paid(), moment)(v)
	var no *programme.Refusal
	if !errors.Is(err, ledger.ErrOverflow) || errors.As(err, &no) {
		t.Errorf("got %v", err)
	}
}

// Whatever basket may be posted fits into a record, with the longest slip and
// every key a shop may have used.
func TestAnyBasketThatIsTakenCanBeSealed(t *testing.T) {
	at := counter()
	at.Rules.Header = slices.Repeat([]string{strings.Repeat("\U0001f600", 96)}, 8)
	at.Rules.Footer = at.Rules.Header
	one := card(t, 1)
	one.Identifiers = slices.Repeat(one.Identifiers, 4)
	tip := ledger.Open(1, ledger.Branch{0xa1, 0xb2}, ledger.Parent{}, 0)
	letters := rapid.SampledFrom([]string{"x", "<", "\"", "é", "\u2028"})
	rapid.Check(t, func(t *rapid.T) {
		// As many of one letter as there may be bytes.
		text := func(longest int) string {
			l := letters.Draw(t, "letter")
			return strings.Repeat(l, rapid.SampledFrom([]int{longest, longest / 2, 0}).Draw(t, "bytes")/len(l))
		}
		s := paid()
		line := basket.Line{ID: text(16), Product: text(32), Name: text(128), Quantity: math.MaxInt32}
		s.Basket.Total, s.Basket.Lines = 0, slices.Repeat([]basket.Line{line}, basket.MaxLines)
		for i := range s.Basket.Lines {
			s.Basket.Lines[i].Amount = basket.MaxAmount * basket.Money(1-2*(i%2))
		}
		// And as many tenders as are taken.
		tenders := slices.Repeat([]basket.Tender{{Kind: "<" + text(63), Amount: -basket.MaxAmount}}, basket.MaxLines)
		s.Basket.Tenders = tenders[:sort.Search(basket.MaxLines, func(n int) bool {
			b := s.Basket
			b.Tenders = tenders[:n+1]
			return b.Validate() != nil
		})]
		p, err := at.Award(one, true, s, moment)(seen(one, true))
		var no *programme.Refusal
		if errors.As(err, &no) && no.Code == programme.BadBasket {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := ledger.Seal(tip, p.Draft, time.Time{}, ledger.Salt{1})
		if err != nil {
			t.Fatal(err)
		}
		body, err := ledger.ParseBody(sealed.Line.Body)
		if err != nil {
			t.Fatal(err)
		}
		if len(body.Basket.Lines) != basket.MaxLines || body.Basket.Lines[1].Product != line.Product {
			t.Fatalf("lines were lost: %d are left", len(body.Basket.Lines))
		}
	})
}

// The usual big basket, with names, is kept.
func TestThreeHundredLinesWithNamesAreSealed(t *testing.T) {
	one, s := card(t, 1), paid()
	s.Basket.Total, s.Basket.Lines = 0, make([]basket.Line, basket.MaxLines)
	for i := range s.Basket.Lines {
		s.Basket.Lines[i] = basket.Line{ID: "300", Product: "8710400000013", Name: strings.Repeat("Halfvolle melk ", 8), Quantity: 1000, Amount: 1_19}
		s.Basket.Total += 1_19
	}
	p, err := counter().Award(one, true, s, moment)(seen(one, true))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ledger.Seal(ledger.Open(1, ledger.Branch{1}, ledger.Parent{}, 0), p.Draft, time.Time{}, ledger.Salt{1})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(sealed.Line.Head) + len(sealed.Line.Body); n > ledger.MaxRecord {
		t.Errorf("%d bytes", n)
	}
	if !bytes.Contains(sealed.Line.Body, []byte(`"8710400000013"`)) {
		t.Error("the products are gone")
	}
	if sealed.Head.Entries[0].Points != 357*ledger.Unit {
		t.Errorf("got %v for 357 euros", sealed.Head.Entries[0].Points)
	}
}

// A slip is part of the body, so it must be JSON that stands in a line.
func TestTheSlipIsOneLine(t *testing.T) {
	one := card(t, 1)
	p, err := counter().Award(one, true, paid(), moment)(seen(one, true))
	if err != nil || !json.Valid(p.Draft.Body.Slip) || bytes.ContainsRune(p.Draft.Body.Slip, '\n') {
		t.Errorf("got %s, %v", p.Draft.Body.Slip, err)
	}
}
