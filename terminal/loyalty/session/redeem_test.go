package session_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// rewarding is counter with a second wallet and rewards in both.
func rewarding() session.Counter {
	c := counter()
	c.Rules.Wallets = append(c.Rules.Wallets, programme.Wallet{Name: "stamps", Units: map[string]programme.Unit{"nl": {One: "zegel", Many: "zegels"}}})
	c.Rules.Earn = append(c.Rules.Earn, programme.Rule{Name: "stamps", Wallet: "stamps", Points: ledger.Unit, Per: 5_00, Step: ledger.Unit, Rounding: programme.Floor})
	c.Rules.Rewards = []programme.Reward{
		{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 5, Minimum: 10 * ledger.Unit, MaxPercent: 50},
		{Name: "€ 2,50", Wallet: "points", Kind: programme.Fixed, Points: 40 * ledger.Unit, Value: 2_50},
		{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit, MaxPoints: 20 * ledger.Unit},
	}
	return c
}

// wishing is the sale of 23.45 with wishes.
func wishing(wishes ...redeem.Wish) session.Sale {
	s := paid()
	s.Redeem = wishes
	return s
}

func discount(points ledger.Points) redeem.Wish {
	return redeem.Wish{Reward: "Korting", Points: points * ledger.Unit}
}

var (
	coupon  = redeem.Wish{Reward: "€ 2,50", Points: 40 * ledger.Unit}
	coffees = redeem.Wish{Reward: "Koffie", Points: 20 * ledger.Unit}
)

// saver is what the store shows of an account with 100 points and 25 stamps,
// of which the set-asides may be spent here; in a shop that stands alone all.
func saver(alone bool, asides ...ledger.SetAside) ledger.View {
	return ledger.View{
		Next: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}, Alone: alone,
		Holdings: []ledger.Holding{{
			Account: ledger.Account{1}, Known: true, Alone: alone, SetAsides: asides,
			Positions: []ledger.Position{{Wallet: "points", Points: 100 * ledger.Unit}, {Wallet: "stamps", Points: 25 * ledger.Unit}},
		}},
	}
}

func granted(n byte, w ledger.Wallet, points ledger.Points, notAfter ledger.Stamp) ledger.SetAside {
	return ledger.SetAside{
		ID: ledger.GrantID{n}.SetAside(), Account: ledger.Account{1}, Wallet: w,
		Opened: points * ledger.Unit, Left: points * ledger.Unit, NotAfter: notAfter,
	}
}

func awarded(seq int64, w ledger.Wallet, points ledger.Points) ledger.SetAside {
	s := granted(0, w, points, 0)
	s.ID = ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: seq}.Entry(1).SetAside()
	return s
}

// now is the stamp that a record decided at moment gets.
var now = ledger.Stamp(noon.UnixMilli())

func decide(t failer, c session.Counter, s session.Sale, v ledger.View) ledger.Posting {
	t.Helper()
	p, err := c.Award(card(t, 1), true, s, moment)(v)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// short writes entries as people can read them, in whole units.
func short(entries []ledger.Entry) (lines []string) {
	for _, e := range entries {
		line := fmt.Sprintf("%s %d %s", e.Kind, e.Points/ledger.Unit, e.Wallet)
		for _, d := range e.Draws {
			line += fmt.Sprintf(" %s:%d", string(d.From)[:1], d.Points/ledger.Unit)
		}
		if e.Closed {
			line += " closed"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestASaleWithWishes(t *testing.T) {
	grant, stamps := granted(1, "points", 30, now+1), granted(2, "stamps", 20, now+1)
	cases := []struct {
		name    string
		wishes  []redeem.Wish
		v       ledger.View
		entries []string
	}{
		{"alone, by the point", []redeem.Wish{discount(50)}, saver(true),
			[]string{"redeem -50 points", "earn 20 points closed", "earn 4 stamps closed"}},
		{"alone, a fixed price", []redeem.Wish{coupon}, saver(true),
			[]string{"redeem -40 points", "earn 20 points closed", "earn 4 stamps closed"}},
		{"alone, a thing", []redeem.Wish{coffees}, saver(true),
			[]string{"redeem -20 stamps", "earn 23 points closed", "earn 4 stamps closed"}},
		{"alone, three rewards of two wallets", []redeem.Wish{coupon, coffees, discount(60)}, saver(true),
			[]string{"redeem -40 points", "redeem -20 stamps", "redeem -60 points", "earn 17 points closed", "earn 3 stamps closed"}},
		{"joined, a grant alone", []redeem.Wish{discount(30)}, saver(false, grant, awarded(3, "points", 40)),
			[]string{"redeem -30 points g:30", "earn 21 points", "earn 4 stamps"}},
		{"joined, a grant and an own award", []redeem.Wish{discount(50)}, saver(false, awarded(3, "points", 40), grant),
			[]string{"redeem -50 points g:30 e:20", "earn 20 points", "earn 4 stamps"}},
		{"joined, the grant that ends first", []redeem.Wish{discount(40)}, saver(false, granted(1, "points", 30, now+9), granted(2, "points", 30, now+1)),
			[]string{"redeem -40 points g:30 g:10", "earn 21 points", "earn 4 stamps"}},
		{"joined, a second reward from what the first left", []redeem.Wish{coupon, discount(30)}, saver(false, grant, awarded(3, "points", 40)),
			[]string{"redeem -40 points g:30 e:10", "redeem -30 points e:30", "earn 19 points", "earn 3 stamps"}},
		{"joined, rewards of two wallets", []redeem.Wish{coffees, discount(10)}, saver(false, grant, stamps),
			[]string{"redeem -20 stamps g:20", "redeem -10 points g:10", "earn 22 points", "earn 4 stamps"}},
		{"joined, past a grant whose time is over", []redeem.Wish{discount(40)}, saver(false, granted(1, "points", 50, now), awarded(3, "points", 40)),
			[]string{"redeem -40 points e:40", "earn 21 points", "earn 4 stamps"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := fmt.Sprint(c.v)
			s := wishing(c.wishes...)
			p := decide(t, rewarding(), s, c.v)
			if got := short(p.Draft.Entries); !slices.Equal(got, c.entries) {
				t.Errorf("got  %q\nwant %q", got, c.entries)
			}
			if p.Draft.Kind != ledger.KindAward || !reflect.DeepEqual(*p.Draft.Body.Basket, s.Basket) {
				t.Errorf("a record of kind %s with the basket %+v", p.Draft.Kind, p.Draft.Body.Basket)
			}
			if after := fmt.Sprint(c.v); after != before {
				t.Errorf("deciding changed the view from %s\nto %s", before, after)
			}
		})
	}
}

// What is drawn is what the record's stamp allows, not the PC's clock: a clock
// that was set back gives a grant no more time.
func TestAGrantIsJudgedByTheRecordsStamp(t *testing.T) {
	for last, usable := range map[ledger.Stamp]bool{now - 1: true, now: true, now + 4: true, now + 5: false, now + 3_600_000: false} {
		v := saver(false, granted(1, "points", 30, now+5))
		v.Last = last
		_, err := rewarding().Award(card(t, 1), true, wishing(discount(30)), moment)(v)
		if refused(t, err, programme.LineNeeded) == usable {
			t.Errorf("after a record stamped %d ms later: %v", last-now, err)
		}
	}
}

// refused reports whether err is a refusal with this code; any other error but
// none fails the test.
func refused(t testing.TB, err error, code programme.Code) bool {
	t.Helper()
	var no *programme.Refusal
	if err != nil && (!errors.As(err, &no) || no.Code != code) {
		t.Fatalf("got %v, want %s or nothing", err, code)
	}
	return err != nil
}

func TestWishesThatAreRefusedLeaveNothing(t *testing.T) {
	grant := granted(1, "points", 30, now+1)
	other := wishing(discount(50))
	other.Basket.Currency = "USD"
	unusual := wishing(discount(50))
	unusual.Basket.Lines, unusual.Basket.Total = nil, 500_01
	var many []redeem.Wish
	for i := range 9 {
		many = append(many, redeem.Wish{Reward: fmt.Sprint(i), Points: ledger.Unit})
	}
	cases := []struct {
		name    string
		present bool
		s       session.Sale
		v       ledger.View
		code    programme.Code
	}{
		{"nobody there", false, wishing(discount(50)), ledger.View{}, programme.NoCard},
		{"too few", true, wishing(discount(101)), saver(true), programme.TooFewPoints},
		{"too few for the second", true, wishing(coupon, discount(61)), saver(true), programme.TooFewPoints},
		{"below the minimum", true, wishing(discount(9)), saver(true), programme.BelowMinimum},
		{"below nothing", true, wishing(discount(-50)), saver(true), programme.BelowMinimum},
		{"a part of a reward", true, wishing(redeem.Wish{Reward: "€ 2,50", Points: 60 * ledger.Unit}), saver(true), programme.NotAMultiple},
		{"above the cap", true, wishing(redeem.Wish{Reward: "Koffie", Points: 30 * ledger.Unit}), saver(true), programme.TooFewPoints},
		{"above half of what the first left", true, small(wishing(coupon, discount(60)), 8_00), saver(true), programme.AboveCap},
		{"more than there is to pay", true, small(wishing(coupon), 2_49), saver(true), programme.AboveCap},
		{"a reward the programme has not", true, wishing(redeem.Wish{Reward: "Gratis", Points: 10 * ledger.Unit}), saver(true), programme.UnknownReward},
		{"one of two is not there", true, wishing(discount(50), redeem.Wish{Reward: "Gratis", Points: 10 * ledger.Unit}), saver(true), programme.UnknownReward},
		{"a reward twice", true, wishing(discount(10), coupon, discount(10)), saver(true), programme.BadBasket},
		{"more rewards than a slip has room for", true, wishing(many...), saver(true), programme.BadBasket},
		{"dollars", true, other, saver(true), programme.OtherCurrency},
		{"an unusual total", true, unusual, saver(true), programme.UnusualAmount},
		{"more than is set aside here", true, wishing(discount(31)), saver(false, grant), programme.LineNeeded},
		{"nothing is set aside in that wallet", true, wishing(coffees), saver(false, grant), programme.LineNeeded},
		{"what is drawn once is not drawn twice", true, wishing(discount(20), coupon), saver(false, grant, awarded(3, "points", 20)), programme.LineNeeded},
		{"nobody has said what it holds", true, wishing(discount(31)), unknown(saver(false, grant)), programme.NotKnownHere},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := fmt.Sprint(c.v)
			p, err := rewarding().Award(card(t, 1), c.present, c.s, moment)(c.v)
			if !refused(t, err, c.code) || !reflect.DeepEqual(p, ledger.Posting{}) {
				t.Errorf("got %+v, %v", p, err)
			}
			if after := fmt.Sprint(c.v); after != before {
				t.Errorf("a refusal changed %s\nto %s", before, after)
			}
		})
	}
}

func small(s session.Sale, total basket.Money) session.Sale {
	s.Basket.Total, s.Basket.Lines = total, nil
	return s
}

func unknown(v ledger.View) ledger.View {
	v.Holdings[0].Known = false
	return v
}

// A sale earns after it was paid: with 17 points it cannot pay with the 23 it
// brings.
func TestWhatTheSaleEarnsIsNotSpentInIt(t *testing.T) {
	for _, alone := range []bool{true, false} {
		v := saver(alone, awarded(3, "points", 17))
		v.Holdings[0].Positions[0].Points = 17 * ledger.Unit
		_, err := rewarding().Award(card(t, 1), true, wishing(discount(18)), moment)(v)
		if !refused(t, err, programme.TooFewPoints) {
			t.Errorf("alone %t: 18 of 17 points were spent", alone)
		}
		p := decide(t, rewarding(), wishing(discount(17)), v)
		if first := p.Draft.Entries[0]; first.Kind != ledger.Redeem || first.Points != -17*ledger.Unit {
			t.Errorf("alone %t: the first entry is %+v", alone, first)
		}
	}
}

func TestThePartPaidWithPointsEarnsNothingUnlessItShould(t *testing.T) {
	full := rewarding()
	full.Rules.Base.Redeeming = programme.EarnsFully
	for _, c := range []struct {
		counter session.Counter
		points  ledger.Points
		rest    int64
	}{{rewarding(), 20 * ledger.Unit, 950}, {full, 23 * ledger.Unit, 450}} {
		e := decide(t, c.counter, wishing(discount(50)), saver(true)).Draft.Entries[1] // 2.50 of 23.45
		rest, err := ledger.NewFraction(c.rest, 1)
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind != ledger.Earn || e.Points != c.points || e.Rest != rest {
			t.Errorf("on points paid %q: got %+v", c.counter.Rules.Base.Redeeming, e)
		}
	}
}

// seal gives a posting its place and reads it back as a repeat would find it.
func seal(t testing.TB, p ledger.Posting) ledger.Posted {
	t.Helper()
	tip := ledger.Open(1, ledger.Branch{0xa1, 0xb2}, ledger.Parent{}, 0)
	sealed, err := ledger.Seal(tip, p.Draft, time.Time{}, ledger.Salt{1})
	if err != nil {
		t.Fatal(err)
	}
	body, err := ledger.ParseBody(sealed.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	head, err := ledger.ParseHead(sealed.Line.Head)
	if err != nil {
		t.Fatal(err)
	}
	sealed.Head = head
	return ledger.Posted{Record: sealed, Body: body, Repeat: true}
}

func TestTheAnswerTellsWhatWasRedeemedAlsoToARepeat(t *testing.T) {
	v := saver(true)
	p := decide(t, rewarding(), wishing(coupon, coffees, discount(60)), v)
	repeat := seal(t, p)
	first := ledger.Posted{Record: repeat.Record, Body: p.Draft.Body}
	for _, posted := range []ledger.Posted{first, repeat} {
		a := session.AnswerTo(posted, v.Holdings[0])
		want := []session.Redeemed{
			{Reward: "€ 2,50", Wallet: "points", Points: 40_000, Discount: 2_50},
			{Reward: "Koffie", Wallet: "stamps", Points: 20_000},
			{Reward: "Korting", Wallet: "points", Points: 60_000, Discount: 3_00},
		}
		if !reflect.DeepEqual(a.Redeemed, want) || a.Discount != 5_50 || a.Repeat != posted.Repeat {
			t.Errorf("got %+v", a)
		}
		if !reflect.DeepEqual(a.Earned, []session.Amount{{Wallet: "points", Points: 17_000}, {Wallet: "stamps", Points: 3_000}}) {
			t.Errorf("earned %+v", a.Earned)
		}
	}
}

func TestTheSameBasketWithOtherWishesIsAnotherRequest(t *testing.T) {
	first := request(t, wishing(discount(50)))
	for name, s := range map[string]session.Sale{
		"no wish": paid(), "fewer points": wishing(discount(49)), "another reward": wishing(coupon), "one more": wishing(discount(50), coupon),
	} {
		if r := request(t, s); r.Key != first.Key || r.Digest == first.Digest {
			t.Errorf("%s: key %q, the same digest: %t", name, r.Key, r.Digest == first.Digest)
		}
	}
	if request(t, wishing(coupon, coffees)).Digest == request(t, wishing(coffees, coupon)).Digest {
		t.Error("the order in which rewards are taken off decides what is left for the second")
	}
	if request(t, wishing(discount(50))).Digest != first.Digest {
		t.Error("a repeat is another request")
	}
	none := paid()
	none.Redeem = []redeem.Wish{}
	if request(t, none).Digest != request(t, paid()).Digest {
		t.Error("an empty list of wishes is not the same as none")
	}
}

// The longest slip and basket, the most rewards and set-asides one sale can
// have fit into one record.
func TestTheLargestSaleWithWishesIsSealed(t *testing.T) {
	at := keyed(t, rewarding())
	at.Operator, at.Manager = strings.Repeat("A", 64), strings.Repeat("B", 64)
	at.Rules.Header = slices.Repeat([]string{strings.Repeat("\U0001f600", 96)}, 8)
	at.Rules.Footer = at.Rules.Header
	at.Rules.Rewards = nil
	var wishes []redeem.Wish
	for i := range 8 {
		name := fmt.Sprint(i) + strings.Repeat("€", 21)
		at.Rules.Rewards = append(at.Rules.Rewards, programme.Reward{Name: name, Wallet: "points", Kind: programme.Fixed, Points: 4 * ledger.Unit})
		wishes = append(wishes, redeem.Wish{Reward: name, Points: 4 * ledger.Unit})
	}
	v := saver(false)
	for i := range int64(40) {
		v.Holdings[0].SetAsides = append(v.Holdings[0].SetAsides, awarded(1<<40-1-i, "points", 1))
	}
	one := card(t, 1)
	one.Identifiers = slices.Repeat(one.Identifiers, 4)
	for name, line := range map[string]basket.Line{
		"with names":        {ID: "300", Product: "8710400000013", Name: strings.Repeat("Halfvolle melk ", 8), Quantity: 1000, Amount: 1_19},
		"without room left": {ID: strings.Repeat("x", 16), Product: strings.Repeat("x", 32), Quantity: 1000, Amount: 1_19},
	} {
		t.Run(name, func(t *testing.T) {
			s := wishing(wishes...)
			s.Basket.Tenders, s.Basket.Lines = nil, slices.Repeat([]basket.Line{line}, basket.MaxLines)
			s.Basket.Total = basket.MaxLines * line.Amount
			for name == "without room left" {
				b := s.Basket
				b.Tenders = append(b.Tenders, basket.Tender{Kind: strings.Repeat("x", 64), Amount: 1})
				if b.Validate() != nil {
					break
				}
				s.Basket = b
			}
			p, err := at.Award(one, true, s, moment)(v)
			if err != nil {
				t.Fatal(err)
			}
			posted := seal(t, p)
			draws := 0
			for _, e := range posted.Record.Head.Entries {
				draws += len(e.Draws)
			}
			t.Logf("%d set-asides, %d bytes of head, %d of body", draws, len(posted.Record.Line.Head), len(posted.Record.Line.Body))
			if draws != 32 || len(posted.Body.Basket.Lines) != basket.MaxLines || len(session.AnswerTo(posted, ledger.Holding{}).Redeemed) != 8 {
				t.Errorf("%d set-asides were drawn on, %d lines kept", draws, len(posted.Body.Basket.Lines))
			}
			s.Redeem = slices.Clone(wishes)
			s.Redeem[7].Points += 4 * ledger.Unit
			if _, err := at.Award(one, true, s, moment)(v); !refused(t, err, programme.LineNeeded) {
				t.Error("more set-asides were drawn on than a record has room for")
			}
		})
	}
}

// Moving the largest sale there is takes two slips and the whole basket again.
func TestTheLargestSaleCanBeMoved(t *testing.T) {
	c, s := keyed(t, rewarding()), newShop(false)
	c.Operator, c.Manager = strings.Repeat("A", 64), strings.Repeat("B", 64)
	c.Rules.Header = slices.Repeat([]string{strings.Repeat("\U0001f600", 96)}, 8)
	c.Rules.Footer = c.Rules.Header
	sold := paid()
	sold.Basket.Tenders, sold.Basket.Lines = nil, slices.Repeat([]basket.Line{{ID: strings.Repeat("x", 16), Product: strings.Repeat("x", 32), Quantity: 1000, Amount: 1_19}}, basket.MaxLines)
	sold.Basket.Total = basket.MaxLines * 1_19
	for {
		b := sold.Basket
		b.Tenders = append(b.Tenders, basket.Tender{Kind: strings.Repeat("x", 64), Amount: 1})
		if b.Validate() != nil {
			break
		}
		sold.Basket = b
	}
	sale := s.must(t, s.view(first), c.Award(card(t, 1), true, sold, moment)).Record.Head.Key()
	moved := s.must(t, s.about(sale, first, second), c.Move(card(t, 2), moment))
	t.Logf("%d bytes of head, %d of body", len(moved.Record.Line.Head), len(moved.Record.Line.Body))
	if len(moved.Body.Basket.Lines) != basket.MaxLines || len(moved.Body.More) != 1 {
		t.Errorf("got %+v", moved.Body)
	}
}

func TestTheSlipOfASaleWithWishes(t *testing.T) {
	s, err := receipt.Decode(decide(t, rewarding(), wishing(coupon, coffees, discount(60)), saver(true)).Draft.Body.Slip)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	fmt.Fprintln(&got, s.Kind)
	for _, b := range s.Blocks {
		got.WriteString(b.Text)
		for i, c := range b.Row {
			got.WriteString(strings.Repeat(" | ", min(i, 1)) + strings.ReplaceAll(c.Text, "\u00a0", "~"))
		}
		got.WriteByte('\n')
	}
	path := filepath.Join("testdata", "redeemed.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}

func TestOffersAreWhatASaleThenTakes(t *testing.T) {
	grant := granted(1, "points", 30, now+1)
	for _, c := range []struct {
		v    ledger.View
		want string // reward, least, most, suggested, discount, code
	}{
		{saver(true), "Korting 10 100 100 500; € 2,50 40 80 40 250; Koffie 10 20 10 0"},
		{saver(false, grant), "Korting 10 30 30 150; € 2,50 0 0 0 0 K-220; Koffie 0 0 0 0 K-220"},
		{saver(false, granted(1, "points", 30, now)), "Korting 0 0 0 0 K-220; € 2,50 0 0 0 0 K-220; Koffie 0 0 0 0 K-220"},
	} {
		var got []string
		for _, o := range rewarding().Offers(c.v.Holdings[0], paid().Basket, moment) {
			line := fmt.Sprintf("%s %d %d %d %d %s", o.Reward, o.Least/ledger.Unit, o.Most/ledger.Unit, o.Suggested/ledger.Unit, o.Discount, o.Code)
			got = append(got, strings.TrimSpace(line))
			if (o.Code == "") != (o.Detail == "") {
				t.Errorf("%s: code %q, detail %q", o.Reward, o.Code, o.Detail)
			}
			for _, p := range []ledger.Points{o.Most, o.Most + o.Step} {
				_, err := rewarding().Award(card(t, 1), true, wishing(redeem.Wish{Reward: o.Reward, Points: p}), moment)(c.v)
				if taken := err == nil; taken != (o.Code == "" && p == o.Most) {
					t.Errorf("offered %+v, of which %v: %v", o, p, err)
				}
			}
		}
		if joined := strings.Join(got, "; "); joined != c.want {
			t.Errorf("got  %s\nwant %s", joined, c.want)
		}
	}
	if got := counter().Offers(ledger.Holding{}, paid().Basket, moment); got == nil || len(got) != 0 {
		t.Errorf("a programme without rewards offers %v", got)
	}
}

func TestTheCashierIsToldWhatToDo(t *testing.T) {
	c := rewarding()
	c.Rules.Language = "nl"
	c.Rules.Rewards[1].Barcode = "2712345000012"
	v := saver(true)
	p := decide(t, c, wishing(coupon, coffees, discount(60)), v)
	told := c.Tell(session.AnswerTo(seal(t, p), v.Holdings[0]))
	want := []string{"Trek €\u00a05,50 af op de kassa", "Scan op de kassa: 2712345000012", "Geef mee: 2 × Koffie"}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("the cashier reads %q, want %q", told, want)
	}
	if told := c.Tell(session.Answer{}); told != nil {
		t.Errorf("after a sale without wishes the cashier reads %q", told)
	}
}
