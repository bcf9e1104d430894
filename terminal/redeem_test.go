package terminal_test

import (
	"errors"
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

func wishing(s session.Sale, points ledger.Points) session.Sale {
	s.Redeem = []redeem.Wish{{Reward: "Korting", Points: points * ledger.Unit}}
	return s
}

// saver is a lane at which Ann, who has 100 points, scanned her card.
func saver(t testing.TB) *lane {
	t.Helper()
	l := newLane(t)
	l.scan(t, annsCard)
	l.sell(t, sale("0", 100))
	l.scan(t, annsCard)
	return l
}

func TestASaleWithWishes(t *testing.T) {
	l := saver(t)
	a := l.sell(t, wishing(sale("1", 23), 60))
	want := []session.Redeemed{{Reward: "Korting", Wallet: "points", Points: 60_000, Discount: 3_00}}
	if !reflect.DeepEqual(a.Redeemed, want) || a.Discount != 3_00 || a.Earned[0].Points != 20_000 || a.Balance[0].Points != 60_000 {
		t.Errorf("got %+v", a)
	}
	l.expect(t, session.Done, "…4566", 60_000)
	// A till that lost the answer, with the next customer at the lane.
	l.scan(t, bobsCard)
	again := l.sell(t, wishing(sale("1", 23), 60))
	if !again.Repeat || !reflect.DeepEqual(again.Redeemed, want) || again.Discount != 3_00 {
		t.Errorf("the repeat: %+v", again)
	}
	if code := l.refused(t, wishing(sale("1", 23), 61)); code != programme.OtherBasket {
		t.Errorf("the same sale with other wishes: %s", code)
	}
	if n, points := l.store.journal(); n != 2 || points != 60_000 {
		t.Errorf("%d records with %v points", n, points)
	}
}

// The customer stays, and can still pay with money.
func TestAWishThatIsRefusedPostsNothing(t *testing.T) {
	l := saver(t)
	if code := l.refused(t, wishing(sale("1", 23), 101)); code != programme.TooFewPoints {
		t.Errorf("got %s", code)
	}
	if v := l.View(); v.State != session.Card || v.Refused != "K-201" {
		t.Errorf("the screen shows %+v", v)
	}
	if n, points := l.store.journal(); n != 1 || points != 100_000 {
		t.Errorf("%d records with %v points", n, points)
	}
	if a := l.sell(t, sale("1", 23)); a.Redeemed != nil || a.Balance[0].Points != 123_000 {
		t.Errorf("got %+v", a)
	}
}

// Whatever side of the commit a fault falls on, points are spent once.
func TestAFaultSpendsPointsOnce(t *testing.T) {
	for _, side := range []string{"before", "after"} {
		l := saver(t)
		l.store.failNextPost(side)
		if _, err := l.Sale(t.Context(), wishing(sale("1", 23), 60)); !errors.Is(err, errDisk) {
			t.Fatal(err)
		}
		if a := l.sell(t, wishing(sale("1", 23), 60)); a.Discount != 3_00 || a.Balance[0].Points != 60_000 || a.Repeat != (side == "after") {
			t.Errorf("%s: got %+v", side, a)
		}
	}
}

func TestAQuoteIsForWhoStandsThere(t *testing.T) {
	l := saver(t)
	got, err := l.Quote(t.Context(), sale("1", 23).Basket)
	want := session.Quote{
		Card: "…4566", Earns: []session.Amount{{Wallet: "points", Points: 23_000}}, Rules: 1,
		Rewards: []session.Offer{{Reward: "Korting", Wallet: "points", Step: ledger.Unit, Least: 10_000, Most: 100_000, Suggested: 100_000, Discount: 5_00}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	l.Cancel()
	l.scan(t, bobsCard)
	got, err = l.Quote(t.Context(), sale("1", 23).Basket)
	if err != nil || len(got.Rewards) != 1 || got.Rewards[0].Most != 0 || got.Rewards[0].Code != "K-201" || !strings.Contains(got.Rewards[0].Detail, "10 punten") {
		t.Errorf("Bob, who has nothing: %+v, %v", got, err)
	}
	if n, _ := l.store.journal(); n != 1 {
		t.Errorf("asking wrote %d records", n-1)
	}
	if l.woken.Load() != 1 {
		t.Error("asking woke somebody")
	}
}

// What was earned or spent at another lane since the scan counts.
func TestAQuoteLooksAnew(t *testing.T) {
	l := saver(t)
	for a := range l.store.points {
		l.store.points[a] = 40 * ledger.Unit
	}
	got, err := l.Quote(t.Context(), sale("1", 23).Basket)
	if err != nil || got.Rewards[0].Most != 40_000 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Without a customer there is nothing to redeem, and still something to earn.
func TestAQuoteForNobody(t *testing.T) {
	for name, do := range map[string]func(*lane){
		"nobody there":         func(l *lane) { l.Cancel() },
		"after the sale":       func(l *lane) { l.sell(t, sale("9", 1)) },
		"a card that was left": func(l *lane) { l.wait(time.Hour) },
	} {
		l := saver(t)
		do(l)
		got, err := l.Quote(t.Context(), sale("1", 23).Basket)
		if err != nil || got.Card != "" || len(got.Rewards) != 0 || got.Earns[0].Points != 23_000 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestQuotesThatAreRefused(t *testing.T) {
	broken, dollars := sale("1", 23).Basket, sale("1", 23).Basket
	broken.Lines = []basket.Line{{Amount: 1}}
	dollars.Currency = "USD"
	for name, c := range map[string]struct {
		b    basket.Basket
		code programme.Code
	}{
		"lines that do not fit":   {broken, programme.BadBasket},
		"a basket without a key":  {basket.Basket{Currency: "EUR"}, programme.BadBasket},
		"not the programme's own": {dollars, programme.OtherCurrency},
	} {
		t.Run(name, func(t *testing.T) {
			l := saver(t)
			got, err := l.Quote(t.Context(), c.b)
			if code := codeOf(t, err, got); code != c.code || got.Earns != nil {
				t.Errorf("got %s, %+v", code, got)
			}
			if v := l.View(); v.Refused != string(c.code) {
				t.Errorf("the screen shows %+v", v)
			}
		})
	}
}

func TestAFaultWhileAQuoteIsReadGoesUp(t *testing.T) {
	l := saver(t)
	l.store.failLookAt(1)
	if got, err := l.Quote(t.Context(), sale("1", 23).Basket); !errors.Is(err, errDisk) || got.Earns != nil || strings.Contains(err.Error(), annsCard) {
		t.Errorf("got %+v, %v", got, err)
	}
	l.expect(t, session.Card, "…4566", 100_000)
	if _, err := l.Quote(t.Context(), sale("1", 23).Basket); err != nil {
		t.Error(err)
	}
}

// An answer that came clears what an earlier one was refused for.
func TestAQuoteClearsARefusal(t *testing.T) {
	l := saver(t)
	l.refused(t, wishing(sale("1", 23), 101))
	if _, err := l.Quote(t.Context(), sale("1", 23).Basket); err != nil || l.View().Refused != "" {
		t.Errorf("the screen shows %+v, %v", l.View(), err)
	}
}
