package terminal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// printer is a lane with a reward that is printed as a voucher: 5.00 for 20
// points, and Ann with 100 points.
func printer(t testing.TB, bearer bool) *lane {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Rules.Rewards = append(cfg.Rules.Rewards,
			programme.Reward{Name: "Bon", Wallet: "points", Kind: programme.Fixed, Points: 20 * ledger.Unit, Value: 5_00, VoucherDays: 30})
		cfg.Rules.Bearer.Off = !bearer
	})
	give(l, annsCard, 100)
	return l
}

// prints sells Ann a voucher by keys and gives its code; the lane is free then.
func (l *lane) prints(t testing.TB) string {
	t.Helper()
	l.scan(t, annsCard)
	l.press(t, session.Event{Kind: session.RewardSet, Redeem: []redeem.Wish{{Reward: "Bon", Points: 20 * ledger.Unit}}})
	v := l.press(t, paid)
	if len(v.Tell) != 1 || !strings.Contains(v.Tell[0], "Geef de waardebon mee: Bon") {
		t.Fatalf("told %q", v.Tell)
	}
	more := l.store.last().Body.More
	if len(more) != 1 {
		t.Fatalf("%d papers besides the slip", len(more))
	}
	slip, err := receipt.Decode(more[0])
	if err != nil {
		t.Fatal(err)
	}
	l.press(t, cancel)
	for _, b := range slip.Blocks {
		if b.QR != "" {
			return b.QR
		}
	}
	t.Fatalf("no code on %+v", slip)
	return ""
}

func TestAVoucherByKeys(t *testing.T) {
	l := printer(t, true)
	code := l.prints(t)
	l.scan(t, bobsCard)
	v := l.reads(t, code)
	l.says(t, session.Card, "Waardebon gelezen: Bon. Er is nog niets gebruikt. Typ het bedrag van de bon.")
	if len(v.Chosen) != 1 || !v.Chosen[0].Voucher {
		t.Errorf("chosen: %+v", v.Chosen)
	}
	if notes, _, _ := l.Notes(0); notes[len(notes)-1].Kind != session.NoteNotice {
		t.Errorf("the till is told %+v", notes[len(notes)-1])
	}
	l.reads(t, strings.ToLower(code))
	l.says(t, session.Card, "Deze waardebon is al gelezen. Er is niets veranderd. Ga gewoon door.")
	v = l.press(t, amount(23_00))
	if v.Discount.Amount != 5_00 || v.ToPay.Amount != 18_00 || v.Earns[0].Points != 18_000 || strings.ReplaceAll(v.Tell[0], "\u00a0", " ") != "Trek € 5,00 af op de kassa" {
		t.Errorf("with the amount: %+v", v)
	}
	if q, err := l.Quote(t.Context(), sale("9", 23).Basket); err != nil || len(q.Vouchers) != 1 || q.Vouchers[0].Voucher != code || q.Discount != 5_00 {
		t.Errorf("the till is quoted %+v, %v", q, err)
	}
	// An amount that it is too much for: it is told, and nothing is lost.
	if v = l.press(t, amount(4_00)); v.Discount != nil || len(v.Tell) != 1 || !strings.Contains(v.Tell[0], "te hoog voor deze bon") {
		t.Errorf("of a small sale: %+v", v.Tell)
	}
	if _, err := l.tryPress(t, paid); !is(err, programme.AboveCap) {
		t.Errorf("paid: %v", err)
	}
	l.press(t, amount(23_00))
	v = l.press(t, paid)
	if v.State != session.Done || v.Balance[0].Points != 18_000 || !v.Chosen[0].Voucher {
		t.Errorf("done: %+v", v)
	}
	l.scan(t, bobsCard)
	if _, err := l.Scan(t.Context(), code, "]Q1"); !is(err, programme.VoucherUsed) {
		t.Errorf("once more: %v", err)
	}
	if v := l.View(); v.State != session.Card || v.Refused != "K-245" || len(v.Chosen) != 0 {
		t.Errorf("the screen shows %+v", v)
	}
}

// What was picked is set aside anew with the voucher, and given back without it.
func TestAVoucherBesidesPoints(t *testing.T) {
	l := printer(t, true)
	code := l.prints(t)
	l.scan(t, annsCard)
	l.press(t, amount(6_00))
	l.press(t, wish(20)) // 1.00
	v := l.reads(t, code)
	l.says(t, session.Reward, "Waardebon gelezen: Bon. Er is nog niets gebruikt. Doe wat hieronder staat en druk op Betaald.")
	if v.Discount.Amount != 6_00 || v.ToPay.Amount != 0 || len(v.Chosen) != 2 || !v.Chosen[0].Voucher {
		t.Errorf("got %+v", v.Chosen)
	}
	if _, err := l.tryPress(t, wish(40)); !is(err, programme.AboveCap) {
		t.Errorf("more points than there is left to pay: %v", err)
	}
	v = l.press(t, paid)
	if v.State != session.Done || v.Balance[0].Points != 60_000 { // 100 - 20 for the voucher - 20
		t.Errorf("got %+v", v.Balance)
	}
	if n := l.store.held(); n != 0 {
		t.Errorf("%v are still set aside", n)
	}
}

// Nobody has a card: with slips the points go on one, without there is nobody
// to give them to.
func TestAVoucherOfNobody(t *testing.T) {
	for _, bearer := range []bool{true, false} {
		l := printer(t, bearer)
		code := l.prints(t)
		v := l.reads(t, code)
		if v.State != session.Card || v.Bearer != bearer || v.Customer != nil {
			t.Fatalf("slips %t: got %+v", bearer, v)
		}
		v = l.press(t, amount(23_00))
		if v.Primary != "Betaald" || v.ToPay.Amount != 18_00 || (len(v.Earns) > 0) != bearer {
			t.Errorf("slips %t: with the amount %+v", bearer, v)
		}
		v = l.press(t, paid)
		if v.State != session.Done || v.Customer != nil || (len(v.Earns) > 0) != bearer {
			t.Errorf("slips %t: done %+v", bearer, v)
		}
		v = l.press(t, undo)
		if v.State != session.Free || len(v.Tell) != 0 {
			t.Errorf("slips %t: undone %+v", bearer, v)
		}
		if l.reads(t, code).State != session.Card {
			t.Errorf("slips %t: the voucher does not come back", bearer)
		}
	}
}

// Somebody shows the voucher and then the card.
func TestACardAfterItsVoucher(t *testing.T) {
	for _, typed := range []bool{false, true} {
		l := printer(t, true)
		code := l.prints(t)
		l.reads(t, code)
		if typed {
			l.press(t, amount(23_00))
		}
		v := l.scan(t, bobsCard)
		if v.Bearer || v.Customer == nil || len(v.Chosen) != 1 {
			t.Errorf("amount first %t: got %+v", typed, v)
		}
		if !typed {
			l.says(t, session.Card, "Kaart gelezen. Er is nog niets geteld. Typ het bedrag van de bon.")
			l.press(t, amount(23_00))
		}
		if v := l.press(t, paid); v.Balance[0].Points != 18_000 {
			t.Errorf("amount first %t: got %+v", typed, v.Balance)
		}
	}
}

// The next customer does not get it, and neither does one who never came back.
func TestAVoucherGoesWithItsCustomer(t *testing.T) {
	l := printer(t, true)
	code := l.prints(t)
	l.scan(t, annsCard)
	l.reads(t, code)
	l.scan(t, bobsCard)
	if v := l.press(t, confirm); len(v.Chosen) != 0 || v.Card != "…0025" {
		t.Errorf("the other customer has %+v", v.Chosen)
	}
	l.reads(t, code)
	l.press(t, cancel)
	l.press(t, cancel)
	if v := l.press(t, amount(5_00)); len(v.Chosen) != 0 || v.Primary != "" {
		t.Errorf("after going back there is %+v", v)
	}
}

// A till that reads vouchers itself names them; what the lane read counts only
// when it is named.
func TestATillsVouchers(t *testing.T) {
	l := printer(t, true)
	code := l.prints(t)
	if v, err := l.Identify(t.Context(), code, ledger.ByTill); err != nil || len(v.Chosen) != 1 {
		t.Errorf("given as a card: %+v, %v", v, err)
	}
	l.scan(t, bobsCard)
	if a := l.sell(t, sale("20", 10)); a.Discount != 0 {
		t.Errorf("nobody asked for it: %+v", a)
	}
	l.scan(t, bobsCard)
	if q, err := l.Quote(t.Context(), sale("21", 10).Basket, code); err != nil || q.Discount != 5_00 {
		t.Errorf("quoted %+v, %v", q, err)
	}
	s := sale("21", 10)
	s.Vouchers = []string{code}
	held, err := l.Hold(t.Context(), s)
	if err != nil || held.Discount != 5_00 {
		t.Fatalf("held %+v, %v", held, err)
	}
	if _, err := l.Quote(t.Context(), sale("22", 10).Basket, code); !is(err, programme.VoucherUsed) {
		t.Errorf("quoted while it is held: %v", err)
	}
	s.Hold, s.Vouchers = held.Hold, nil
	if a := l.sell(t, s); a.Discount != 5_00 || !a.Redeemed[0].Voucher {
		t.Errorf("sold %+v", a)
	}
	if _, err := l.Quote(t.Context(), sale("23", 10).Basket, code); !is(err, programme.VoucherUsed) {
		t.Errorf("quoted after it: %v", err)
	}
	if _, err := l.Quote(t.Context(), sale("24", 10).Basket, "ZV1:AAAA"); !is(err, programme.BadSlip) {
		t.Errorf("a code that is none: %v", err)
	}
}

// A practised voucher is none: the real one stays what it is.
func TestVouchersArePractised(t *testing.T) {
	l := printer(t, true)
	code := l.prints(t)
	before := len(l.store.records)
	l.press(t, session.Event{Kind: session.Practice, On: true})
	l.reads(t, code)
	l.press(t, amount(23_00))
	l.press(t, paid)
	if _, err := l.Scan(t.Context(), code, "]Q1"); !is(err, programme.VoucherUsed) {
		t.Errorf("practised twice: %v", err)
	}
	l.press(t, cancel)
	l.scan(t, annsCard)
	l.press(t, session.Event{Kind: session.RewardSet, Redeem: []redeem.Wish{{Reward: "Bon", Points: 20 * ledger.Unit}}})
	if v := l.press(t, paid); v.State != session.Done {
		t.Errorf("got %+v", v)
	}
	l.press(t, undo)
	l.press(t, session.Event{Kind: session.Practice, On: false})
	if len(l.store.records) != before {
		t.Errorf("%d records were written", len(l.store.records)-before)
	}
	l.scan(t, bobsCard)
	l.reads(t, code)
	l.press(t, amount(23_00))
	if v := l.press(t, paid); v.Balance[0].Points != 18_000 {
		t.Errorf("the real one: %+v", v.Balance)
	}
}

func is(err error, code programme.Code) bool {
	var no *programme.Refusal
	return errors.As(err, &no) && no.Code == code
}
