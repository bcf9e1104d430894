package session_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// paid is a sale of 23.45.
func paid() session.Sale {
	return session.Sale{Basket: basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "000123"}, Currency: "EUR", Total: 23_45,
		Lines: []basket.Line{{ID: "1", Product: "8710400000013", Name: "Melk", Quantity: 1000, Amount: 23_45}}, Tenders: []basket.Tender{{Kind: "card", Amount: 23_45}},
	}}
}

func request(t testing.TB, s session.Sale, subjects ...ledger.Subject) ledger.Request {
	t.Helper()
	r, err := s.Request(subjects...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Two sales are one request exactly when their keys are equal: else one
// customer would get the other's answer, and no points.
func TestNoTwoSalesShareARequest(t *testing.T) {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("12:/,|-2 é")), 1, 6, -1)
	key := func(t *rapid.T, name string) basket.Key {
		return basket.Key{
			Till: part.Draw(t, name+" till"), ID: part.Draw(t, name+" id"),
			Day: rapid.SampledFrom([]string{"2026-11-22", "2026-11-23", "0001-01-01"}).Draw(t, name+" day"),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		one, two := key(t, "one"), key(t, "two")
		if rapid.Bool().Draw(t, "the same letters") { // the likeliest to read alike
			letters := one.Till + one.ID
			cuts := []int{}
			for i := range letters {
				if i > 0 && utf8.RuneStart(letters[i]) {
					cuts = append(cuts, i)
				}
			}
			cut := rapid.SampledFrom(cuts).Draw(t, "cut")
			two = basket.Key{Till: letters[:cut], Day: one.Day, ID: letters[cut:]}
		}
		a, err := session.Sale{Basket: basket.Basket{Key: one}}.Request()
		if err != nil {
			t.Fatal(err)
		}
		b, err := session.Sale{Basket: basket.Basket{Key: two}}.Request()
		if err != nil {
			t.Fatal(err)
		}
		if (a.Key == b.Key) != (one == two) {
			t.Fatalf("%+v is %q, %+v is %q", one, a.Key, two, b.Key)
		}
		if !strings.HasPrefix(a.Key, one.Day) {
			t.Fatalf("%q does not begin with the day", a.Key)
		}
	})
}

func TestAKeyThatIsNoneIsRefused(t *testing.T) {
	for _, k := range []basket.Key{
		{}, {Till: "1", ID: "2"}, {Day: "2026-11-22", ID: "2"}, {Till: "1", Day: "2026-11-22"},
		// These two would read alike.
		{Till: "x", Day: "a", ID: "7:a/1:x/y"}, {Till: "a/1:x", Day: "a/1:x", ID: "y"},
	} {
		s := paid()
		s.Basket.Key = k
		_, err := s.Request()
		var no *programme.Refusal
		if !errors.As(err, &no) || no.Code != programme.BadBasket || no.Cause == nil {
			t.Errorf("%+v: got %v", k, err)
		}
	}
}

func TestARepeatIsTheSameRequestWhoeverStandsThere(t *testing.T) {
	first := request(t, paid(), card(t, 1).Subject())
	again := paid()
	again.Typed, again.Confirmed, again.Card = true, true, "…4566"
	for _, subjects := range [][]ledger.Subject{nil, {card(t, 2).Subject()}} {
		r := request(t, again, subjects...)
		if r.Key != first.Key || r.Digest != first.Digest {
			t.Errorf("with %d subjects it is another request", len(subjects))
		}
		if !reflect.DeepEqual(r.Subjects, subjects) {
			t.Errorf("subjects %+v, want %+v", r.Subjects, subjects)
		}
	}
}

func TestAnyOtherContentIsAnotherRequest(t *testing.T) {
	first := request(t, paid())
	for name, change := range map[string]func(*basket.Basket){
		"total":      func(b *basket.Basket) { b.Total++ },
		"currency":   func(b *basket.Basket) { b.Currency = "USD" },
		"channel":    func(b *basket.Basket) { b.Channel = "web" },
		"partner":    func(b *basket.Basket) { b.Partner = "bloemist" },
		"a line":     func(b *basket.Basket) { b.Lines[0].Quantity = 2000 },
		"a name":     func(b *basket.Basket) { b.Lines[0].Name = "Karnemelk" },
		"no lines":   func(b *basket.Basket) { b.Lines = nil },
		"no tenders": func(b *basket.Basket) { b.Tenders = nil },
		"a tender":   func(b *basket.Basket) { b.Tenders[0].Kind = "cash" },
	} {
		s := paid()
		change(&s.Basket)
		if r := request(t, s); r.Key != first.Key || r.Digest == first.Digest {
			t.Errorf("another %s: key %q, the same digest: %t", name, r.Key, r.Digest == first.Digest)
		}
	}
}

func TestAnswerTellsWhatWasPostedAndWhatTheAccountHolds(t *testing.T) {
	key := ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}
	posted := ledger.Posted{
		Record: ledger.Sealed{Head: ledger.Head{Terminal: key.Terminal, Branch: key.Branch, Seq: key.Seq, Entries: []ledger.Entry{
			{Wallet: "points", Kind: ledger.Earn, Points: 23 * ledger.Unit}, {Wallet: "stamps", Kind: ledger.Earn, Points: 2 * ledger.Unit},
		}}},
		Body:   ledger.Body{Identifiers: []member.Identifier{{Mask: "…4566"}, {Mask: "…4566"}}},
		Repeat: true,
	}
	now := ledger.Holding{Account: ledger.Account{1}, Known: true, AsOf: 12, Positions: []ledger.Position{{Wallet: "points", Points: 123 * ledger.Unit}}}
	want := session.Answer{
		Record: key, Code: "A1B2-17", Account: ledger.Account{1}, Mask: "…4566", Known: true, AsOf: 12, Repeat: true,
		Earned:  []session.Amount{{Wallet: "points", Points: 23_000}, {Wallet: "stamps", Points: 2_000}},
		Balance: []session.Amount{{Wallet: "points", Points: 123_000}},
	}
	if got := session.AnswerTo(posted, now); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Programs read empty lists, not null, and never a 0 for what is not known.
func TestAnswerToASaleThatEarnedNothing(t *testing.T) {
	got := session.AnswerTo(ledger.Posted{}, ledger.Holding{})
	if got.Earned == nil || got.Balance == nil || len(got.Earned)+len(got.Balance) != 0 || got.Known || got.Mask != "" {
		t.Errorf("got %+v", got)
	}
}
