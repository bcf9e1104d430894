package session_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// reviewing is a counter that rewards reviews and new members.
func reviewing(t failer) session.Counter {
	c := enrolling(t)
	for _, kind := range []string{"review", session.Enrolled} {
		c.Rules.Earn = append(c.Rules.Earn, programme.Rule{
			Name: kind, Wallet: "points", Event: kind, Counts: programme.Order, Points: 20 * ledger.Unit, Per: 1000,
			Step: ledger.Unit, Rounding: programme.Floor, Bonus: true,
		})
	}
	return c
}

func TestAnEventIsRewarded(t *testing.T) {
	c, s, one := reviewing(t), saving(true), card(t, 1)
	c.Shop, c.Signals = "Dorpsstraat", []string{"rain"}
	posting, err := c.Happened(one, ledger.Event{Kind: "review", ID: "r-1"}, moment)(s.view(first))
	if err != nil {
		t.Fatal(err)
	}
	d := posting.Draft
	if d.Kind != ledger.KindEvent || strings.Join(short(d.Entries), "; ") != "bonus 20 points closed" {
		t.Errorf("got %s, %q", d.Kind, short(d.Entries))
	}
	b := d.Body
	if b.Event == nil || b.Event.ID != "r-1" || b.Seen == nil || b.Seen.Shop != "Dorpsstraat" || len(b.Seen.Positions) != 2 || b.Account != first || b.Slip != nil {
		t.Errorf("got %+v", b)
	}
	_, err = c.Happened(one, ledger.Event{Kind: "dance", ID: "1"}, moment)(s.view(first))
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != programme.UnknownEvent {
		t.Errorf("got %v", err)
	}
}

func TestAnEventHasOneKeyWhateverTheDay(t *testing.T) {
	key := func(kind, id string, quantity int64) ledger.Request {
		t.Helper()
		r, err := session.EventRequest(ledger.Event{Kind: kind, ID: id, Quantity: quantity}, ledger.Subject{Account: first})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if a, b := key("a", "b/c", 0), key("a/b", "c", 0); a.Key == b.Key {
		t.Errorf("two events have the key %q", a.Key)
	}
	if a, b := key("flight", "1", 1), key("flight", "1", 2); a.Key != b.Key || a.Digest == b.Digest {
		t.Errorf("another quantity is %v and %v", a, b)
	}
	for _, bad := range []ledger.Event{{}, {Kind: "a"}, {Kind: "a", ID: "\n"}, {Kind: strings.Repeat("x", 65), ID: "1"}, {Kind: "a", ID: "1", Quantity: -1}} {
		if _, err := session.EventRequest(bad, ledger.Subject{}); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestANewMemberGetsWhatTheProgrammeGivesThem(t *testing.T) {
	c, s, one := reviewing(t), saving(true), card(t, 1)
	yes := session.Enrolment{Lang: "nl", Consents: []ledger.Consent{{Name: "terms", Version: 2, Given: true}}, Birthday: "02-29", Carried: []session.Amount{{Wallet: "stamps", Points: ledger.Unit}}}
	v := s.view(first, second)
	posted := s.must(t, v, c.Enrol(one, yes, moment))
	if got := strings.Join(short(posted.Record.Head.Entries), "; "); got != "adjust 1 stamps closed; bonus 20 points closed" {
		t.Errorf("got %q", got)
	}
	if b := posted.Body; b.Birthday != "02-29" || b.Event == nil || b.Event.Kind != session.Enrolled || len(b.Reasons) != 2 {
		t.Errorf("got %+v", b)
	}
	yes.Birthday = "30-02"
	_, err := c.Enrol(one, yes, moment)(v)
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != programme.BadBirthday {
		t.Errorf("got %v", err)
	}
}

// The longest receipt under ten rules is one record, with what its lines brought.
func TestALongReceiptUnderManyRulesFitsARecord(t *testing.T) {
	c, s, one := enrolling(t), saving(true), card(t, 1)
	c.Rules.Earn = nil
	for i := range 10 {
		c.Rules.Wallets = append(c.Rules.Wallets, programme.Wallet{Name: ledger.Wallet(fmt.Sprint("w", i))})
		c.Rules.Earn = append(c.Rules.Earn, programme.Rule{
			Name: fmt.Sprint("rule ", i), Wallet: ledger.Wallet(fmt.Sprint("w", i)), Points: ledger.Points(i+1) * 100, Per: 100, Step: 100, Rounding: programme.Carry,
		})
	}
	for _, long := range []bool{false, true} {
		sale := session.Sale{Basket: basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprint("long ", long)}, Currency: "EUR"}}
		for i := range basket.MaxLines {
			l := basket.Line{ID: fmt.Sprint(i), Product: fmt.Sprintf("8710400%06d", i), Amount: basket.Money(99 + 17*i), Quantity: 1000, Category: "zuivel"}
			if long {
				l.Category, l.Kind = strings.Repeat("c", 30), "alcohol"
			}
			sale.Basket.Lines, sale.Basket.Total = append(sale.Basket.Lines, l), sale.Basket.Total+l.Amount
		}
		sale.Confirmed = true
		posting, err := c.Award(one, true, sale, moment)(s.view(first))
		if err != nil {
			t.Fatal(err)
		}
		tip := ledger.Tip{Terminal: 1, Branch: ledger.Branch{1}}
		if _, err := ledger.Seal(tip, posting.Draft, time.Time{}, ledger.Salt{}); err != nil {
			t.Fatal(err)
		}
		if !long && (len(posting.Draft.Body.Shares) != 10 || len(posting.Draft.Body.Shares[9].Points) != basket.MaxLines) {
			t.Errorf("its shares are not kept")
		}
	}
}
