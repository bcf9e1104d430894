package session_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// enrolling is a counter with two wordings, one that has to be agreed to.
func enrolling(t failer) session.Counter {
	c := keyed(t, rewarding())
	c.Rules.PhoneCountry, c.Rules.Bearer.Days = "31", 14
	c.Rules.Consents = []programme.Consent{
		{Name: "terms", Version: 2, Required: true, Wording: map[string]string{"nl": "Ik doe mee.", "en": "I take part."}},
		{Name: "offers", Version: 1, Wording: map[string]string{"nl": "Stuur mij aanbiedingen."}},
	}
	return c
}

// paper is a slip as people read it.
func paper(t testing.TB, encoded []byte) string {
	t.Helper()
	s, err := receipt.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	fmt.Fprintf(&got, "-- %s\n", s.Kind)
	for _, b := range s.Blocks {
		switch {
		case b.QR != "":
			fmt.Fprintf(&got, "[QR %s]", b.QR[:4])
		case b.Rule:
			got.WriteString("----")
		}
		got.WriteString(b.Text)
		for i, c := range b.Row {
			got.WriteString(strings.Repeat(" | ", min(i, 1)) + strings.ReplaceAll(c.Text, "\u00a0", "~"))
		}
		got.WriteByte('\n')
	}
	return got.String()
}

func papers(t *testing.T, name string, slips ...[]byte) {
	t.Helper()
	var got string
	for _, s := range slips {
		got += paper(t, s)
	}
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
	}
}

var first, second = ledger.Account{1}, ledger.Account{2}

// saving is a shop where the first account has 100 points and 25 stamps.
func saving(alone bool) *shop {
	s := newShop(alone)
	s.held[first] = map[ledger.Wallet]ledger.Position{
		"points": {Wallet: "points", Points: 100 * ledger.Unit}, "stamps": {Wallet: "stamps", Points: 25 * ledger.Unit},
	}
	return s
}

func TestWhatIsOnPaperAfterAReturnAndAnUndo(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	c.Operator = "Anna"
	sale := s.must(t, s.view(first), c.Award(one, true, wishing(coupon), moment))
	key := sale.Record.Head.Key()
	returned := s.must(t, s.about(key, first), c.Return(session.Return{Key: back("r1"), Goods: []refund.Goods{{ID: "1", Amount: 10_00}}, Operator: "kassa/Bo"}, nil, moment))
	a := session.AnswerTo(returned, s.holding(first))
	if a.Kind != ledger.KindReturn || a.Total != 10_00 || a.PointsPaid != 1_06 || a.PayBack != 8_94 || *a.Sale != key || a.Mask != one.Card.Mask() ||
		fmt.Sprint(a.TakenBack, a.GivenBack) != "[{points 8} {stamps 1}] [{points 17}]" {
		t.Errorf("the till is told %+v", a)
	}
	if told := c.Tell(a); len(told) != 1 || told[0] != "Geef €\u00a08,94 terug" {
		t.Errorf("the cashier is told %q", told)
	}
	b := returned.Body
	if b.Operator != "kassa/Bo" || b.Basket.Key != back("r1") || b.Basket.Lines[0].ID != "1" || b.Lane != "kassa1" || *b.Sale != key {
		t.Errorf("got %+v", b)
	}
	next := s.must(t, s.view(first), c.Award(one, true, wishing(coupon), moment)).Record.Head.Key()
	undone := s.must(t, s.about(next, first), c.Undo(moment))
	if a := session.AnswerTo(undone, s.holding(first)); a.Total != 23_45 || a.PayBack != 20_95 || undone.Body.Operator != "Anna" {
		t.Errorf("the till is told %+v", a)
	}
	papers(t, "taken-back", sale.Body.Slip, returned.Body.Slip, undone.Body.Slip)
}

func TestBothMembersReadThatASaleWasMoved(t *testing.T) {
	c, s, one, two := enrolling(t), saving(false), card(t, 1), card(t, 2)
	sale := s.must(t, s.view(first), c.Award(one, true, paid(), moment)).Record.Head.Key()
	moved := s.must(t, s.about(sale, first, second), c.Move(two, moment))
	papers(t, "moved", moved.Body.Slip, moved.Body.More[0])
	if got := short(moved.Record.Head.Entries); strings.Join(got, "; ") !=
		"reverse -23 points e:23; move 23 points; reverse -4 stamps e:4; move 4 stamps" {
		t.Errorf("got %q", got)
	}
	a := session.AnswerTo(moved, s.holding(second))
	if fmt.Sprint(a.Earned, a.TakenBack) != "[{points 23} {stamps 4}] [{points 23} {stamps 4}]" || a.Mask != two.Card.Mask() || a.Total != 23_45 {
		t.Errorf("the till is told %+v", a)
	}
	// Its slip's code is good for a return elsewhere, of what was moved.
	code := readSale(t, c, moved.Body.Slip)
	if code.Record != moved.Record.Head.Key() || code.Account != second || len(code.Entries) != 2 || code.Entries[0].Line != 2 {
		t.Errorf("the code says %+v", code)
	}
	v := s.view(second)
	v.Next.Terminal = 9
	p, err := c.Return(session.Return{Key: back("r")}, code, moment)(v)
	if err != nil || *p.Draft.Entries[0].Reverses != moved.Record.Head.Key().Entry(2) || p.Draft.Entries[0].Account != second {
		t.Errorf("returned elsewhere: %v, %+v", err, p.Draft.Entries)
	}
}

func TestWhatDoesNotMove(t *testing.T) {
	c, one, two := enrolling(t), card(t, 1), card(t, 2)
	cases := []struct {
		name   string
		before func(*testing.T, *shop) ledger.Key
		to     ledger.Account
		want   programme.Code
	}{
		{"something was redeemed", func(t *testing.T, s *shop) ledger.Key {
			return s.must(t, s.view(first), c.Award(one, true, wishing(coupon), moment)).Record.Head.Key()
		}, second, programme.CannotMove},
		{"something came back", func(t *testing.T, s *shop) ledger.Key {
			key := s.must(t, s.view(first), c.Award(one, true, paid(), moment)).Record.Head.Key()
			s.must(t, s.about(key, first), c.Return(session.Return{Key: back("r"), Goods: []refund.Goods{{ID: "1", Amount: 1_00}}}, nil, moment))
			return key
		}, second, programme.CannotMove},
		{"it was undone", func(t *testing.T, s *shop) ledger.Key {
			key := s.must(t, s.view(first), c.Award(one, true, paid(), moment)).Record.Head.Key()
			s.must(t, s.about(key, first), c.Undo(moment))
			return key
		}, second, programme.Returned},
		{"it is the customer's already", func(t *testing.T, s *shop) ledger.Key {
			return s.must(t, s.view(first), c.Award(one, true, paid(), moment)).Record.Head.Key()
		}, first, programme.SameMember},
		{"its body was emptied", func(t *testing.T, s *shop) ledger.Key {
			key := s.must(t, s.view(first), c.Award(one, true, paid(), moment)).Record.Head.Key()
			s.records[0].Body = &ledger.Body{}
			return key
		}, second, programme.NotKept},
		{"it is no sale", func(t *testing.T, s *shop) ledger.Key {
			return s.must(t, s.view(first), c.Goodwill(one, []session.Amount{{Wallet: "points", Points: 1000}}, "Koud", moment)).Record.Head.Key()
		}, second, programme.NotASale},
		{"it is not here", func(*testing.T, *shop) ledger.Key { return ledger.Key{Terminal: 5, Seq: 1} }, second, programme.UnknownSale},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			s := saving(true)
			key := k.before(t, s)
			p, err := c.Move(two, moment)(s.about(key, first, k.to))
			if !refused(t, err, k.want) {
				t.Errorf("got %v, %+v", err, p)
			}
		})
	}
}

// A sale that earned nothing has nothing to take back, and can still be
// brought back, undone and moved, once.
func TestASaleWithoutEntries(t *testing.T) {
	c, one, two := enrolling(t), card(t, 1), card(t, 2)
	for i := range c.Rules.Earn {
		c.Rules.Earn[i].Rounding = programme.Floor
	}
	small := small(paid(), 50)
	sell := func() (*shop, ledger.Key) {
		s := saving(true)
		sale := s.must(t, s.view(first), c.Award(one, true, small, moment)).Record.Head
		if len(sale.Entries) != 0 {
			t.Fatalf("it earned %+v", sale.Entries)
		}
		return s, sale.Key()
	}
	s, key := sell()
	moved := s.must(t, s.about(key, first, second), c.Move(two, moment))
	if !strings.Contains(paper(t, moved.Body.Slip), "Het saldo verandert niet") {
		t.Errorf("got %s", paper(t, moved.Body.Slip))
	}
	if _, err := c.Move(two, moment)(s.about(key, second, second)); !refused(t, err, programme.SameMember) {
		t.Error("it was moved to the one who has it")
	}
	for name, decide := range map[string]func(ledger.View) (ledger.Posting, error){
		"return": c.Return(session.Return{Key: back("r")}, nil, moment), "undo": c.Undo(moment),
	} {
		s, key := sell()
		if posted := s.must(t, s.about(key, first), decide); len(posted.Record.Head.Entries) != 0 {
			t.Errorf("%s: got %+v", name, posted.Record.Head.Entries)
		}
		if _, err := decide(s.about(key, first)); !refused(t, err, programme.Returned) {
			t.Errorf("%s: once more: %v", name, err)
		}
	}
}

// A till may give a return the id of a sale.
func TestRequestsOfAllSortsStayApart(t *testing.T) {
	key, named := paid().Basket.Key, session.Named{Basket: paid().Basket.Key}
	sale := request(t, paid())
	keys := map[string]bool{sale.Key: true}
	one, two := card(t, 1).Subject(), card(t, 2).Subject()
	for name, ask := range map[string]func() (ledger.Request, error){
		"return": func() (ledger.Request, error) { return session.Return{Key: key, Sale: named}.Request() },
		"undo":   func() (ledger.Request, error) { return session.Undoing{Key: key, Sale: named}.Request() },
		"move":   func() (ledger.Request, error) { return session.Moving{Key: key, Sale: named}.Request(one) },
	} {
		r, err := ask()
		if err != nil || keys[r.Key] || !strings.HasPrefix(r.Key, key.Day+"/"+name+"/") {
			t.Errorf("%s: %q, %v", name, r.Key, err)
		}
		if r.Sale.Request != sale.Key {
			t.Errorf("%s is about %+v, the sale was asked as %q", name, r.Sale, sale.Key)
		}
		keys[r.Key] = true
	}
	a, _ := session.Moving{Key: key, Sale: named}.Request(one)
	b, _ := session.Moving{Key: key, Sale: named}.Request(two)
	if a.Key != b.Key || a.Digest == b.Digest {
		t.Error("a move to another customer is the same request")
	}
	whole, _ := session.Return{Key: key, Sale: named}.Request()
	part, _ := session.Return{Key: key, Sale: named, Goods: []refund.Goods{{Line: 1}}}.Request()
	if whole.Digest == part.Digest {
		t.Error("a return of other goods is the same request")
	}
	if _, err := (session.Return{Sale: named}).Request(); !refused(t, err, programme.BadBasket) {
		t.Errorf("without a key: %v", err)
	}
	if n := (session.Named{Code: " a1b2-17 "}).Name(); n.Code != "A1B2-17" || n.Request != "" || !(session.Named{}).Name().IsZero() {
		t.Errorf("got %+v", n)
	}
}

func TestWhatIsLeftOfASaleIsSaid(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	key := s.must(t, s.view(first), c.Award(one, true, wishing(coupon), moment)).Record.Head.Key()
	s.must(t, s.about(key, first), c.Return(session.Return{Key: back("r1"), Goods: []refund.Goods{{ID: "1", Amount: 10_00}}}, nil, moment))
	r := c.Recalled(*s.sale(key), moment)
	if r.Record != key || r.Code != "A1B2-1" || r.When != "22-11-2026, 12:00" || r.Card != one.Card.Mask() || r.Total.Text != "€\u00a023,45" || r.Left.Text != "€\u00a013,45" {
		t.Errorf("got %+v", r)
	}
	if len(r.Lines) != 1 || r.Lines[0].Name != "Melk" || r.Lines[0].Left != 13_45 || r.Lines[0].Line != 1 {
		t.Errorf("got %+v", r.Lines)
	}
	if r.Earned[0].Text != "20 punten" || !reflect.DeepEqual(r.Redeemed, []session.Redeemed{{Reward: "€ 2,50", Wallet: "points", Points: 40 * ledger.Unit, Discount: 2_50}}) || r.CanUndo || !r.CanReturn || r.CanMove || r.CanClaim {
		t.Errorf("got %+v", r)
	}
	s.records[0].Body = &ledger.Body{}
	if r := c.Recalled(*s.sale(key), moment); r.Total.Amount != 0 || len(r.Lines) != 0 || !r.CanReturn {
		t.Errorf("after its body was emptied: %+v", r)
	}
}

// A slip whose code would not fit is printed without one.
func TestASaleWithManyEntriesHasASlipWithoutCode(t *testing.T) {
	c, one := keyed(t, rewarding()), card(t, 1)
	p := decide(t, c, wishing(discount(50)), saver(true))
	if code := qr(t, p.Draft.Body.Slip); !strings.HasPrefix(code, "ZR1:") || len(code) > receipt.MaxQR {
		t.Errorf("got %q", code)
	}
	v := saver(false)
	for n := range byte(10) {
		aside := granted(n, "points", 5, now+1000)
		aside.Account = ledger.Account{n + 1}
		v.Holdings[0].SetAsides = append(v.Holdings[0].SetAsides, aside)
	}
	p, err := c.Award(one, true, wishing(discount(50)), moment)(v)
	if err != nil || qr(t, p.Draft.Body.Slip) != "" || len(p.Draft.Entries) != 12 {
		t.Errorf("got %v, %+v", err, p.Draft)
	}
}
