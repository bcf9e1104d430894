package session_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

func TestLimitsOfACashier(t *testing.T) {
	one := card(t, 1)
	c := rewarding()
	c.Rules.Limits = programme.Limits{TypedAmount: 23_45, KeyedRedeem: 60 * ledger.Unit}
	with := func(s session.Sale, change func(*session.Sale)) session.Sale {
		change(&s)
		return s
	}
	typed := func(s *session.Sale) { s.Typed = true }
	cases := []struct {
		name    string
		mode    ledger.EntryMode
		sale    session.Sale
		manager bool // needed
	}{
		{"a typed amount as high as allowed", ledger.Scanned, with(paid(), typed), false},
		{"a typed amount a cent higher", ledger.Scanned, with(small(paid(), 23_46), typed), true},
		{"a till's amount", ledger.Scanned, small(paid(), 400_00), false},
		{"a typed card redeems what is allowed", ledger.Keyed, wishing(discount(60)), false},
		{"a typed card redeems a point more", ledger.Keyed, wishing(discount(61)), true},
		{"in two rewards", ledger.Keyed, wishing(discount(30), coupon), true},
		{"of two wallets", ledger.Keyed, wishing(discount(60), coffees), false},
		{"by telephone", ledger.ByPhone, wishing(discount(61)), true},
		{"a card that was read", ledger.Scanned, wishing(discount(61)), false},
		{"the till read it", ledger.ByTill, wishing(discount(61)), false},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			one := one
			one.Mode = k.mode
			_, err := c.Award(one, true, k.sale, moment)(saver(true))
			if k.manager && !refused(t, err, programme.ManagerNeeded) || !k.manager && err != nil {
				t.Errorf("got %v", err)
			}
			k.sale.Manager, k.sale.Operator = "Bo", "Anna"
			p, err := c.Award(one, true, k.sale, moment)(saver(true))
			if err != nil || p.Draft.Body.Manager != "Bo" || p.Draft.Body.Operator != "Anna" {
				t.Errorf("with a manager: %v, %+v", err, p.Draft.Body)
			}
			if len(k.sale.Redeem) == 0 {
				return
			}
			// What a manager confirmed for the hold is not asked again when it is paid.
			hold, err := c.Hold(one, k.sale, noon.Add(time.Minute), moment)(saver(true))
			if err != nil {
				t.Fatal(err)
			}
			v, s := saver(true), paid()
			hold.ID = ledger.HoldID{1}
			v.Hold, s.Hold = &hold, hold.ID
			if p, err := c.Award(one, true, s, moment)(v); err != nil || p.Draft.Body.Manager != "Bo" {
				t.Errorf("paid: %v, %+v", err, p.Draft.Body)
			}
			k.sale.Manager = ""
			if _, err := c.Hold(one, k.sale, noon.Add(time.Minute), moment)(saver(true)); k.manager && !refused(t, err, programme.ManagerNeeded) {
				t.Errorf("the hold: %v", err)
			}
		})
	}
}

func TestAHoldIsForOneSaleOfOneCustomer(t *testing.T) {
	c, one := rewarding(), card(t, 1)
	hold, err := c.Hold(one, wishing(coupon, coffees), noon.Add(10*time.Minute), moment)(saver(true))
	if err != nil {
		t.Fatal(err)
	}
	hold.ID = ledger.HoldID{1}
	if hold.Request != request(t, paid()).Key || hold.Account != first || hold.Lane != "kassa1" || hold.Rules != 3 || hold.Until != now+600_000 {
		t.Errorf("got %+v", hold)
	}
	held, err := c.HeldAnswer(hold)
	if err != nil || held.Hold != hold.ID || held.Until != int64(now)+600_000 || held.Card != one.Card.Mask() || held.Discount != 2_50 ||
		!reflect.DeepEqual(held.Redeemed, []session.Redeemed{
			{Reward: "€ 2,50", Wallet: "points", Points: 40 * ledger.Unit, Discount: 2_50}, {Reward: "Koffie", Wallet: "stamps", Points: 20 * ledger.Unit},
		}) || fmt.Sprint(held.Tell) != "[Trek €\u00a02,50 af op de kassa Geef mee: 2 × Koffie]" {
		t.Errorf("the till is told %+v, %v", held, err)
	}
	for name, change := range map[string]func(*ledger.View, *session.Sale){
		"gone":            func(v *ledger.View, _ *session.Sale) { v.Hold = nil },
		"another's":       func(v *ledger.View, _ *session.Sale) { v.Holdings[0].Account = second },
		"of another sale": func(_ *ledger.View, s *session.Sale) { s.Basket.Key.ID = "000124" },
		"of another id":   func(_ *ledger.View, s *session.Sale) { s.Hold = ledger.HoldID{2} },
	} {
		v, s := saver(true), paid()
		copied := hold
		v.Hold, s.Hold = &copied, hold.ID
		change(&v, &s)
		if _, err := c.Award(one, true, s, moment)(v); !refused(t, err, programme.UnknownHold) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := c.Hold(one, paid(), noon, moment)(saver(true)); !refused(t, err, programme.BadBasket) {
		t.Errorf("a hold of nothing: %v", err)
	}
	// A grant that ends before the hold does is not held.
	if _, err := c.Hold(one, wishing(coupon), noon.Add(time.Minute), moment)(saver(false, granted(1, "points", 50, now+30_000))); !refused(t, err, programme.LineNeeded) {
		t.Errorf("got %v", err)
	}
}

func TestALateHoldIsListedAsSuch(t *testing.T) {
	c, one := rewarding(), card(t, 1)
	hold, err := c.Hold(one, wishing(coupon), noon.Add(10*time.Minute), moment)(saver(false, awarded(3, "points", 40)))
	if err != nil {
		t.Fatal(err)
	}
	hold.ID = ledger.HoldID{1}
	v, s := saver(false, awarded(3, "points", 10)), paid() // 30 were redeemed at another lane since
	v.Hold, s.Hold = &hold, hold.ID
	p, err := c.Award(one, true, s, ledger.Calendar{}.Moment(noon.Add(time.Hour), true))(v)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(short(p.Draft.Entries[:2]), "; "); got != "redeem -10 points e:10; redeem -30 points" {
		t.Errorf("got %s", got)
	}
	var lapsed ledger.Points
	for _, r := range p.Draft.Body.Reasons {
		if r.Code == redeem.ReasonLapsed {
			lapsed += r.Points
		}
	}
	if a := session.AnswerTo(seal(t, p), v.Holdings[0]); lapsed != 30*ledger.Unit || a.Discount != 2_50 {
		t.Errorf("%v are listed; the till is told %+v", lapsed, a)
	}
}

func TestAQuoteTellsWhatComesAndWhatIsMissing(t *testing.T) {
	c := rewarding()
	h := saver(true).Holdings[0]
	h.Positions[0].Points = 20 * ledger.Unit
	q, err := c.Quote(session.Customer{Holding: h}, true, paid().Basket, moment)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(q.Earns) != "[{points 23} {stamps 4}]" || q.Rules != 3 {
		t.Errorf("got %+v", q)
	}
	var got []string
	for _, o := range q.Rewards {
		got = append(got, o.Reward+": "+o.Detail)
	}
	if strings.Join(got, "; ") != "Korting: ; Koffie: ; € 2,50: Nog 20 punten" {
		t.Errorf("got %q", got)
	}
	// What a hold of another lane has cannot be offered.
	h.Promised = map[ledger.Wallet]ledger.Points{"stamps": 10 * ledger.Unit}
	if q, _ := c.Quote(session.Customer{Holding: h}, true, paid().Basket, moment); q.Rewards[1].Most != 10*ledger.Unit {
		t.Errorf("offered %+v", q.Rewards[1])
	}
	if q, err := c.Quote(session.Customer{}, false, paid().Basket, moment); err != nil || len(q.Rewards) != 0 || len(q.Earns) != 2 {
		t.Errorf("without a card: %+v, %v", q, err)
	}
	if _, err := c.Quote(session.Customer{Holding: h}, true, small(paid(), -1).Basket, moment); !refused(t, err, programme.BadAmount) {
		t.Errorf("got %v", err)
	}
}

// With all of it paid by points, any lines come to what is left to pay.
func TestAHoldIsPaidForABasketThatAddsUp(t *testing.T) {
	c, one := rewarding(), card(t, 1)
	wish, s := small(wishing(coupon), 2_50), small(paid(), 2_50)
	hold, err := c.Hold(one, wish, noon.Add(10*time.Minute), moment)(saver(true))
	if err != nil {
		t.Fatal(err)
	}
	hold.ID = ledger.HoldID{1}
	v := saver(true)
	v.Hold, s.Hold = &hold, hold.ID
	for name, lines := range map[string][]basket.Line{
		"more":       {{ID: "1", Amount: 9_00}},
		"less":       {{ID: "1", Amount: 1_00}},
		"far beyond": {{ID: "1", Amount: 1 << 60}},
	} {
		s.Basket.Lines = lines
		if p, err := c.Award(one, true, s, moment)(v); !refused(t, err, programme.BadBasket) {
			t.Errorf("lines of %s: posted %+v", name, p.Draft.Body.Basket)
		}
	}
}
