package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

func TestADeskNeedsAKeyAndChance(t *testing.T) {
	if _, err := terminal.New(terminal.Config{Rand: rand.NewChaCha8([32]byte{})}); err == nil {
		t.Error("a desk without a chain key")
	}
	if _, err := terminal.New(terminal.Config{Keys: make([]member.ChainKey, 1)}); err == nil {
		t.Error("a desk without a source of chance")
	}
}

func TestAScanAndASale(t *testing.T) {
	l := newLane(t)
	l.expect(t, session.Free, "")
	if v := l.scan(t, annsCard); v.State != session.Card || v.Card != "…4566" || !v.New || !v.Known || len(v.Balance) != 0 {
		t.Errorf("after a new card's scan: %+v", v)
	}
	a := l.sell(t, sale("1", 23))
	if a.Code != "A1B2-1" || a.Mask != "…4566" || a.Repeat || !a.Known ||
		!reflect.DeepEqual(a.Earned, []session.Amount{{Wallet: "points", Points: 23_000}}) || !reflect.DeepEqual(a.Balance, a.Earned) {
		t.Errorf("got %+v", a)
	}
	// The screen shows what the customer holds with the sale.
	l.expect(t, session.Done, "…4566", 23_000)
	if l.woken.Load() != 1 {
		t.Errorf("woken %d times", l.woken.Load())
	}
	if code := l.refused(t, sale("2", 5)); code != programme.NoCard {
		t.Errorf("a second sale on one scan: %s", code)
	}
	if v := l.scan(t, annsCard); v.New || v.Balance[0].Points != 23_000 {
		t.Errorf("after the card's second scan: %+v", v)
	}
	if a := l.sell(t, sale("2", 5)); a.Code != "A1B2-2" || a.Balance[0].Points != 28_000 {
		t.Errorf("got %+v", a)
	}
}

// A till that lost the answer asks again, whoever stands there by then.
func TestARepeatGivesTheFirstAnswer(t *testing.T) {
	for name, meanwhile := range map[string]func(*lane){
		"nobody there":           func(l *lane) { l.Cancel() },
		"the customer's receipt": func(*lane) {},
		"the next customer":      func(l *lane) { l.scan(t, bobsCard) },
		"the next day":           func(l *lane) { l.wait(24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLane(t)
			l.scan(t, annsCard)
			first := l.sell(t, sale("1", 23))
			meanwhile(l)
			before := l.View()
			again := l.sell(t, sale("1", 23))
			if !again.Repeat {
				t.Error("it does not say that it is a repeat")
			}
			again.Repeat = false
			if !reflect.DeepEqual(again, first) {
				t.Errorf("got %+v, first %+v", again, first)
			}
			if n, points := l.store.journal(); n != 1 || points != 23_000 {
				t.Errorf("%d records with %v points", n, points)
			}
			if after := l.View(); !reflect.DeepEqual(after, before) {
				t.Errorf("the screen went from %+v to %+v", before, after)
			}
			if l.woken.Load() != 2 {
				t.Errorf("woken %d times: a repeat may have missed a wake-up", l.woken.Load())
			}
		})
	}
}

func TestTheSameKeyForAnotherBasketIsRefused(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.sell(t, sale("1", 23))
	l.scan(t, bobsCard)
	if code := l.refused(t, sale("1", 24)); code != programme.OtherBasket {
		t.Errorf("got %s", code)
	}
	if v := l.View(); v.Refused != string(programme.OtherBasket) || v.State != session.Card {
		t.Errorf("the screen shows %+v", v)
	}
	if n, _ := l.store.journal(); n != 1 || l.woken.Load() != 1 {
		t.Errorf("%d records, woken %d times", n, l.woken.Load())
	}
	if a := l.sell(t, sale("2", 24)); a.Earned[0].Points != 24_000 {
		t.Errorf("got %+v", a)
	}
	if v := l.View(); v.Refused != "" {
		t.Errorf("the refusal is still shown: %+v", v)
	}
}

// Whatever side of the commit a fault falls on, the customer stays, the till
// asks again, and the points are given once. Then the next one's sale is not
// theirs.
func TestAFaultGoesUpAndTheTillAsksAgain(t *testing.T) {
	for _, side := range []string{"before", "after"} {
		t.Run(side, func(t *testing.T) {
			l := newLane(t)
			l.scan(t, annsCard)
			l.store.failNextPost(side)
			if a, err := l.Sale(t.Context(), sale("1", 23)); !errors.Is(err, errDisk) {
				t.Fatalf("got %+v, %v", a, err)
			}
			if l.woken.Load() != 1 {
				t.Error("nobody was woken, though the sale may have been posted and its slip be due")
			}
			l.expect(t, session.Card, "…4566")
			a := l.sell(t, sale("1", 23))
			if a.Repeat != (side == "after") || a.Balance[0].Points != 23_000 {
				t.Errorf("got %+v", a)
			}
			l.expect(t, session.Done, "…4566", 23_000)
			if code := l.refused(t, sale("2", 99)); code != programme.NoCard {
				t.Errorf("the next sale, without a card: %s", code)
			}
			if n, points := l.store.journal(); n != 1 || points != 23_000 {
				t.Errorf("%d records with %v points", n, points)
			}
		})
	}
}

// A sale that was posted is posted, even if the balance cannot be read.
func TestABalanceThatCannotBeReadLosesNoSale(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.store.failLookAt(1)
	if a, err := l.Sale(t.Context(), sale("1", 23)); !errors.Is(err, errDisk) {
		t.Fatalf("got %+v, %v", a, err)
	}
	if l.woken.Load() != 1 {
		t.Error("nobody was woken for the slip")
	}
	l.expect(t, session.Done, "…4566") // and no 0
	if v := l.View(); v.Known {
		t.Errorf("a balance nobody read is shown as known: %+v", v)
	}
	if code := l.refused(t, sale("2", 99)); code != programme.NoCard {
		t.Errorf("the next sale, without a card: %s", code)
	}
	if a := l.sell(t, sale("1", 23)); !a.Repeat || a.Balance[0].Points != 23_000 {
		t.Errorf("got %+v", a)
	}
}

func TestATillThatHangsUpLeavesTheScreenWhole(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	ctx, hangUp := context.WithCancel(t.Context())
	if _, err := l.Sale(postThenCancel{ctx, hangUp}, sale("1", 23)); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() == nil {
		t.Fatal("the test itself: the till did not hang up")
	}
	l.expect(t, session.Done, "…4566", 23_000)
}

// postThenCancel is a context that ends as soon as the store has asked whether
// it had.
type postThenCancel struct {
	context.Context
	cancel context.CancelFunc
}

func (c postThenCancel) Err() error {
	err := c.Context.Err()
	c.cancel()
	return err
}

func TestASecondCardTakesTheFirstOnesPlaceByAKey(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.scan(t, bobsCard)
	l.expect(t, session.Card, "…4566")
	l.press(t, session.Event{Kind: session.Confirm})
	l.expect(t, session.Card, "…0025")
	if a := l.sell(t, sale("1", 10)); a.Mask != "…0025" {
		t.Errorf("got %+v", a)
	}
	if v := l.scan(t, annsCard); !v.New {
		t.Errorf("the first card got something: %+v", v)
	}
}

func TestACardFromBeforeAKeyChangeLeadsToItsAccount(t *testing.T) {
	l := newLane(t)
	old, err := member.NewChainKey(bytes.Repeat([]byte{3}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	l.store.accounts[member.NewRef(old, member.KindCard, annsCard)] = ledger.Account{9}
	l.store.points[ledger.Account{9}] = 100_000
	if v := l.scan(t, annsCard); v.New || len(v.Balance) != 1 || v.Balance[0].Points != 100_000 {
		t.Errorf("got %+v", v)
	}
}

func TestACardThatIsForgottenGoes(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	l.wait(10*time.Minute - time.Second)
	l.expect(t, session.Card, "…4566")
	l.wait(time.Second)
	if code := l.refused(t, sale("1", 10)); code != programme.NoCard {
		t.Errorf("got %s", code)
	}
	l.expect(t, session.Free, "")
	l.scan(t, annsCard)
	l.wait(time.Hour)
	v, err := l.Scan(t.Context(), "4006381333931", "]E0")
	if codeOf(t, err, v) != programme.NotACard || v.State != session.Free {
		t.Errorf("a scan after an hour shows %+v", v)
	}
}

func TestCancelSendsTheCustomerAway(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	if v := l.Cancel(); v.State != session.Free || v.Card != "" {
		t.Errorf("got %+v", v)
	}
	if code := l.refused(t, sale("1", 10)); code != programme.NoCard {
		t.Errorf("got %s", code)
	}
	if v := l.Cancel(); v.Refused != "" {
		t.Errorf("the refusal is still shown: %+v", v)
	}
}

func TestScansThatAreNoCardsChangeNothing(t *testing.T) {
	cases := []struct {
		name, text, symbology string
		want                  programme.Code
	}{
		{"an article", "4006381333931", "]E0", programme.NotACard},
		{"a book", "9783161484100", "]E0", programme.NotACard},
		{"a wrong check digit", "2900001234567", "]E0", programme.BadRead},
		{"a payment card", "4111111111111111", "", programme.BankCard},
		{"some text", "hello", "]C0", programme.UnknownCard},
		{"nothing", "", "", programme.BadRead},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLane(t)
			l.scan(t, annsCard)
			v, err := l.Scan(t.Context(), c.text, c.symbology)
			if got := codeOf(t, err, v); got != c.want || v.Refused != string(c.want) {
				t.Errorf("got %s, the screen shows %+v", got, v)
			}
			if v.State != session.Card || v.Card != "…4566" {
				t.Errorf("who stood there is gone: %+v", v)
			}
			if v := l.scan(t, annsCard); v.Refused != "" {
				t.Errorf("the refusal is still shown: %+v", v)
			}
		})
	}
}

func TestAMisreadIsShown(t *testing.T) {
	l := newLane(t)
	l.Misread("too long")
	if v := l.View(); v.Refused != string(programme.BadRead) || v.State != session.Free {
		t.Errorf("got %+v", v)
	}
}

func TestACardThatCannotBeLookedUpIsAFault(t *testing.T) {
	l := newLane(t)
	l.Misread("too long")
	l.store.failLookAt(1)
	v, err := l.Scan(t.Context(), annsCard, "]E0")
	var no *programme.Refusal
	if !errors.Is(err, errDisk) || errors.As(err, &no) || strings.Contains(err.Error(), annsCard) {
		t.Errorf("got %+v, %v", v, err)
	}
	l.expect(t, session.Free, "")
}

func TestASaleThatIsWrongIsRefusedAndTheCustomerStays(t *testing.T) {
	unkeyed, dollars, negative, odd := sale("", 1), sale("1", 1), sale("1", -1), sale("1", 1)
	dollars.Basket.Currency = "USD"
	odd.Basket.Lines = []basket.Line{{Amount: 99}}
	cases := []struct {
		name string
		sale session.Sale
		want programme.Code
	}{
		{"no id", unkeyed, programme.BadBasket},
		{"dollars", dollars, programme.OtherCurrency},
		{"an amount below zero", negative, programme.BadAmount},
		{"lines that do not add up", odd, programme.BadBasket},
		{"an unusual amount", sale("1", 501), programme.UnusualAmount},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLane(t)
			l.scan(t, annsCard)
			if got := l.refused(t, c.sale); got != c.want {
				t.Errorf("got %s", got)
			}
			if v := l.View(); v.State != session.Card || v.Refused != string(c.want) {
				t.Errorf("the screen shows %+v", v)
			}
			if n, _ := l.store.journal(); n != 0 {
				t.Errorf("%d records", n)
			}
			confirmed := sale("1", 501)
			confirmed.Confirmed = true
			if a := l.sell(t, confirmed); a.Repeat || a.Earned[0].Points != 501_000 {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestNoCardNumberIsLogged(t *testing.T) {
	l := newLane(t)
	codes := []string{annsCard, bobsCard, "4006381333931", "2900001234567", "4111111111111111", "LOY:SECRET-99887766"}
	for i, code := range codes {
		for _, symbology := range []string{"]E0", "", "]C1", "]Q1"} {
			// Cards and refusals alike.
			if _, err := l.Scan(t.Context(), code, symbology); err != nil && strings.Contains(err.Error(), code) {
				t.Errorf("%s stands in %v", code, err)
			}
		}
		if _, err := l.Sale(t.Context(), sale(fmt.Sprint(i), 1)); err != nil && strings.Contains(err.Error(), code) {
			t.Errorf("%s stands in %v", code, err)
		}
		l.store.failLookAt(1)
		if _, err := l.Scan(t.Context(), code, "]E0"); err != nil && strings.Contains(err.Error(), code) {
			t.Errorf("%s stands in %v", code, err)
		}
		l.Misread("bad")
		l.Cancel()
	}
	log := l.log.String()
	for _, code := range codes {
		if strings.Contains(log, code) || strings.Contains(log, code[:len(code)-5]) {
			t.Errorf("%s stands in the log:\n%s", code, log)
		}
	}
	for _, want := range []string{"card read", "…4566", "sale posted", "K-104", "scan refused"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q does not stand in the log:\n%s", want, log)
		}
	}
}

// Scanner, till and screen all come at once; what adds up at the end is what
// the till was told.
func TestEverybodyAtOnce(t *testing.T) {
	l := newLane(t)
	const tills, sales = 4, 50
	var told [tills]ledger.Points
	var group sync.WaitGroup
	stop := make(chan struct{})
	for _, card := range []string{annsCard, bobsCard} {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := l.Scan(t.Context(), card, "]E0"); err != nil {
					t.Error(err)
				}
				l.View()
			}
		})
	}
	presses := []session.Event{amount(5_00), wish(10), {Kind: session.RewardSet}, confirm, {Kind: session.Returned}, cancel, amount(7_00), wish(20)}
	group.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			e := presses[n%len(presses)]
			e.Turn = l.View().Turn
			var no *programme.Refusal
			if _, err := l.Do(t.Context(), e, session.Operator{}); err != nil && !errors.As(err, &no) {
				t.Errorf("%s: %v", e.Kind, err)
			}
			l.Device(terminal.Printer, n%2 == 0)
			l.Line(n%3 == 0, false, n)
		}
	})
	group.Go(func() {
		for after := int64(0); ; {
			notes, _, next := l.Notes(after)
			if len(notes) > 0 {
				after = notes[len(notes)-1].ID
			}
			select {
			case <-stop:
				return
			case <-next:
			}
		}
	})
	var selling sync.WaitGroup
	for till := range tills {
		selling.Go(func() {
			for n := range sales {
				s := sale(fmt.Sprint(till, "-", n), 1)
				for {
					a, err := l.Sale(t.Context(), s)
					if err == nil {
						told[till] += a.Earned[0].Points
						break
					}
					if codeOf(t, err, a) != programme.NoCard {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	selling.Wait()
	close(stop)
	group.Wait()
	var sum ledger.Points
	for _, p := range told {
		sum += p
	}
	n, points := l.store.journal()
	if n != tills*sales || points != sum || points != tills*sales*ledger.Unit {
		t.Errorf("%d records with %v points; the tills were told %v", n, points, sum)
	}
	if l.woken.Load() != tills*sales {
		t.Errorf("woken %d times", l.woken.Load())
	}
	l.Cancel()
	if l.store.held() != 0 {
		t.Errorf("%v are still set aside", l.store.held())
	}
}
