package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
)

// A printing is a shop that prints vouchers: one of 5.00 for 20 points, one of a
// quarter off coffee for 10, one of a cake for 5.
type printing struct {
	*store.DB
	clock   *handClock
	counter session.Counter
	rand    *seeded
	asked   int
}

func newPrinting(t testing.TB, alone bool, seed uint64) *printing {
	s := &printing{clock: &handClock{}, counter: tills, rand: &seeded{seed: seed}}
	dir := t.TempDir()
	if s.DB = open(t, s.clock.config(dir, seed)); !alone {
		if err := s.Join(t.Context(), []byte("office key"), "nonce 1"); err != nil {
			t.Fatal(err)
		}
	}
	c := &s.counter
	c.Keys = []member.ChainKey{chainKey}
	c.Rules.Bearer = programme.Bearer{Days: 14}
	c.Rules.Rewards = []programme.Reward{
		{Name: "€ 5,00", Wallet: "points", Kind: programme.Fixed, Points: 20 * ledger.Unit, Value: 5_00, VoucherDays: 30},
		{Name: "Kwart koffie", Wallet: "points", Kind: programme.Fixed, Points: 10 * ledger.Unit, Gives: programme.GivesPercent, Percent: 25_00, VoucherDays: 30,
			Lines: programme.Selector{Products: []string{"coffee"}}},
		{Name: "Taart", Wallet: "points", Kind: programme.Fixed, Points: 5 * ledger.Unit, VoucherDays: 30},
		{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 5},
	}
	for i := range 2 {
		if _, err := s.sells(t, s.sale(100_00), card(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// sale is one of so much, half of it coffee.
func (s *printing) sale(total basket.Money, rewards ...string) session.Sale {
	s.asked++
	sale := session.Sale{Confirmed: true, Basket: basket.Basket{
		Key: basket.Key{Till: "1", Day: string(s.moment().Day), ID: fmt.Sprint(s.asked)}, Currency: "EUR", Total: total,
	}}
	if total > 0 {
		sale.Basket.Lines = []basket.Line{{ID: "1", Product: "coffee", Quantity: 1000, Amount: total / 2}, {ID: "2", Product: "bread", Quantity: 1000, Amount: total - total/2}}
	}
	for _, name := range rewards {
		r, _ := s.counter.Rules.Reward(name)
		sale.Redeem = append(sale.Redeem, redeem.Wish{Reward: name, Points: r.Points})
	}
	return sale
}

func using(sale session.Sale, vouchers ...string) session.Sale {
	sale.Vouchers = vouchers
	return sale
}

func (s *printing) moment() ledger.Moment { return ledger.Calendar{}.Moment(s.clock.now, true) }

// accounts are those of the vouchers a sale uses and may print, as a desk asks.
func (s *printing) accounts(sale session.Sale, print int) (subjects []ledger.Subject, err error) {
	for _, text := range sale.Vouchers {
		code, err := s.counter.ReadVoucher(text)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, session.VoucherSubject(code))
	}
	for range print {
		var a ledger.Account
		if _, err := s.rand.Read(a[:]); err != nil {
			return nil, err
		}
		subjects = append(subjects, session.FreshVoucher(a))
	}
	return subjects, nil
}

// sells posts a sale of a card, and checks that it can be explained.
func (s *printing) sells(t testing.TB, sale session.Sale, who ledger.Subject) (ledger.Posted, error) {
	t.Helper()
	subjects, err := s.accounts(sale, s.counter.MayPrint(sale))
	if err != nil {
		return ledger.Posted{}, err
	}
	customer := session.Customer{Identifiers: who.Identifiers, Mode: ledger.Scanned}
	return s.asks(t, sale, s.counter.Award(customer, true, sale, s.moment()), append([]ledger.Subject{who}, subjects...))
}

func (s *printing) asks(t testing.TB, sale session.Sale, decide func(ledger.View) (ledger.Posting, error), subjects []ledger.Subject) (ledger.Posted, error) {
	t.Helper()
	req, err := sale.Request(subjects...)
	if err != nil {
		t.Fatal(err)
	}
	req.Hold = sale.Hold
	p, err := s.Post(t.Context(), req, decide)
	if err != nil {
		return p, err
	}
	body := p.Body
	x, err := explain.Record(ledger.Record{Head: p.Record.Head, Body: &body}, s.counter.Rules, nil)
	if err != nil || x.Verdict != explain.Same {
		t.Errorf("decided again it is %s, %v: %s %+v", x.Verdict, err, x.Cause, x.Differ)
	}
	return p, nil
}

// sellsToNobody posts a sale in which no card was read.
func (s *printing) sellsToNobody(t testing.TB, sale session.Sale) (ledger.Posted, error) {
	t.Helper()
	subjects, err := s.accounts(sale, 0)
	if err != nil {
		return ledger.Posted{}, err
	}
	return s.asks(t, sale, s.counter.Award(session.Customer{}, false, sale, s.moment()), subjects)
}

// back takes goods of a sale back, all that is left without any.
func (s *printing) back(t testing.TB, sale session.Sale, goods ...refund.Goods) (ledger.Posted, error) {
	t.Helper()
	s.asked++
	r := session.Return{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprint("r", s.asked)}, Sale: session.Named{Basket: sale.Basket.Key}, Goods: goods}
	req, err := r.Request()
	if err != nil {
		t.Fatal(err)
	}
	return s.Post(t.Context(), req, s.counter.Return(r, nil, s.moment()))
}

func (s *printing) undo(t testing.TB, sale session.Sale) (ledger.Posted, error) {
	t.Helper()
	s.asked++
	u := session.Undoing{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: fmt.Sprint("u", s.asked)}, Sale: session.Named{Basket: sale.Basket.Key}}
	req, err := u.Request()
	if err != nil {
		t.Fatal(err)
	}
	return s.Post(t.Context(), req, s.counter.Undo(s.moment()))
}

// papers are the codes of the vouchers that a record printed.
func papers(t testing.TB, p ledger.Posted) (codes []string) {
	t.Helper()
	for _, paper := range p.Body.More {
		slip, err := receipt.Decode(paper)
		if err != nil || slip.Kind != receipt.KindVoucher {
			t.Fatalf("a paper is %+v, %v", slip, err)
		}
		for _, b := range slip.Blocks {
			if b.QR != "" {
				codes = append(codes, b.QR)
			}
		}
	}
	return codes
}

// prints sells a voucher to the first card and gives its code.
func (s *printing) prints(t testing.TB, reward string) string {
	t.Helper()
	p, err := s.sells(t, s.sale(0, reward), card(1))
	if err != nil {
		t.Fatal(err)
	}
	codes := papers(t, p)
	if len(codes) != 1 {
		t.Fatalf("printed %d vouchers", len(codes))
	}
	return codes[0]
}

func TestAVoucherIsUsedOnce(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newPrinting(t, alone, 880)
		before := holds(t, s.DB, card(1))
		sold := s.sale(0, "€ 5,00")
		p, err := s.sells(t, sold, card(1))
		if err != nil {
			t.Fatal(err)
		}
		code := papers(t, p)[0]
		a := session.AnswerTo(p, ledger.Holding{})
		if holds(t, s.DB, card(1)) != before-20*ledger.Unit || a.Discount != 0 || !a.Redeemed[0].Printed || len(a.Vouchers) != 1 || a.Vouchers[0].Until != "2026-12-22" {
			t.Errorf("alone %t: printed %+v", alone, a)
		}
		if tell := strings.ReplaceAll(fmt.Sprint(s.counter.Tell(a)), "\u00a0", " "); tell != "[Geef de waardebon mee: € 5,00, geldig tot en met 22-12-2026]" {
			t.Errorf("told %s", tell)
		}
		// The till asks once more: the same paper, and no second voucher.
		again, err := s.sells(t, sold, card(1))
		if err != nil || !again.Repeat || papers(t, again)[0] != code {
			t.Errorf("alone %t: the repeat is %+v, %v", alone, again.Body.More, err)
		}

		// Anybody has it, with the case of the letters a scanner likes.
		use := using(s.sale(20_00), strings.ToLower(code))
		p, err = s.sells(t, use, card(2))
		if err != nil {
			t.Fatal(err)
		}
		a = session.AnswerTo(p, ledger.Holding{})
		if len(a.Redeemed) != 1 || !a.Redeemed[0].Voucher || a.Discount != 5_00 || len(a.Vouchers) != 0 || a.Earned[0].Points != 15*ledger.Unit {
			t.Errorf("alone %t: used %+v", alone, a)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: used twice: %v", alone, err)
		}
		if again, err := s.sells(t, use, card(2)); err != nil || !again.Repeat {
			t.Errorf("alone %t: the till asks once more: %v", alone, err)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code, code), card(1)); !is(err, programme.VoucherUsed) && !is(err, programme.BadBasket) {
			t.Errorf("alone %t: twice in one sale: %v", alone, err)
		}
		verified(t, s.DB)
	}
}

func TestWhyAVoucherCannotBeUsed(t *testing.T) {
	s := newPrinting(t, true, 881)
	five, quarter := s.prints(t, "€ 5,00"), s.prints(t, "Kwart koffie")
	if _, err := s.sells(t, using(s.sale(4_99), five), card(1)); !is(err, programme.AboveCap) {
		t.Errorf("more than there is to pay: %v", err)
	}
	bread := s.sale(10_00)
	bread.Basket.Lines[0].Product = "bread"
	if _, err := s.sells(t, using(bread, quarter), card(1)); !is(err, programme.NotOnReceipt) {
		t.Errorf("nothing it is for: %v", err)
	}
	if _, err := s.sells(t, using(s.sale(10_00), five, five), card(1)); !is(err, programme.BadBasket) {
		t.Errorf("twice in one sale: %v", err)
	}
	forged := []byte(five)
	forged[30] ^= 1
	if _, err := s.counter.ReadVoucher(string(forged)); !is(err, programme.BadSlip) {
		t.Errorf("a changed code: %v", err)
	}
	other, err := member.NewChainKey([]byte(strings.Repeat("x", member.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	strange := s.counter
	strange.Keys = []member.ChainKey{other}
	if _, err := strange.ReadVoucher(five); !is(err, programme.BadSlip) {
		t.Errorf("another chain's: %v", err)
	}
	strange = s.counter
	strange.Rules.Currency = "USD"
	if _, err := strange.ReadVoucher(five); !is(err, programme.OtherCurrency) {
		t.Errorf("of another currency: %v", err)
	}
	if _, err := s.sellsToNobody(t, s.sale(10_00)); !is(err, programme.NoCard) {
		t.Errorf("nobody, and no voucher: %v", err)
	}
	// The reward is gone, its amount was promised; a share of the price was not.
	kept := s.counter.Rules.Rewards
	s.counter.Rules.Rewards = nil
	if _, err := s.sells(t, using(s.sale(10_00), quarter), card(1)); !is(err, programme.UnknownReward) {
		t.Errorf("a reward that is not there any more: %v", err)
	}
	if p, err := s.sells(t, using(s.sale(10_00), five), card(1)); err != nil || session.AnswerTo(p, ledger.Holding{}).Discount != 5_00 {
		t.Errorf("an amount that was promised: %v", err)
	}
	s.counter.Rules.Rewards = kept
	// The last day, and the one after it.
	s.clock.passes(30 * 24 * time.Hour)
	if err := s.counter.CheckVoucher(s.read(t, quarter), s.moment()); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	s.clock.passes(24 * time.Hour)
	if _, err := s.sells(t, using(s.sale(10_00), quarter), card(1)); !is(err, programme.VoucherExpired) {
		t.Errorf("a day late: %v", err)
	}
	// Nobody knows what day it is.
	late := s.moment()
	late.Trusted = false
	if err := s.counter.CheckVoucher(s.read(t, quarter), late); err != nil {
		t.Errorf("by a clock that nobody trusts: %v", err)
	}
	verified(t, s.DB)
}

// read is a voucher as a desk reads it.
func (s *printing) read(t testing.TB, text string) session.Voucher {
	t.Helper()
	code, err := s.counter.ReadVoucher(text)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.Look(t.Context(), session.VoucherSubject(code))
	if err != nil {
		t.Fatal(err)
	}
	return session.Voucher{Text: text, Code: code, Holding: h}
}

// Without a card, with one, and with none but a slip for the points.
func TestAVoucherNeedsNoCard(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newPrinting(t, alone, 882)
		code, cake := s.prints(t, "€ 5,00"), s.prints(t, "Taart")
		nobody := using(s.sale(20_00), code, cake)
		p, err := s.sellsToNobody(t, nobody)
		if err != nil {
			t.Fatal(err)
		}
		a := session.AnswerTo(p, ledger.Holding{})
		if a.Discount != 5_00 || len(a.Earned) != 0 || a.Mask != "" || len(p.Record.Head.Entries) != 2 {
			t.Errorf("alone %t: got %+v of %+v", alone, a, p.Record.Head.Entries)
		}
		if tell := strings.ReplaceAll(fmt.Sprint(s.counter.Tell(a)), "\u00a0", " "); tell != "[Trek € 5,00 af op de kassa Geef mee: 1 × Taart]" {
			t.Errorf("told %s", tell)
		}
		paper, err := receipt.Decode(p.Body.Slip)
		if text := fmt.Sprint(paper); err != nil || strings.Contains(text, "aldo") || !strings.Contains(text, "Taart") {
			t.Errorf("the slip says %s, %v", text, err)
		}
		// It comes back: both can be used again.
		back, err := s.back(t, nobody)
		if err != nil || len(papers(t, back)) != 2 {
			t.Fatalf("alone %t: back came %v, %v", alone, papers(t, back), err)
		}
		bearer := using(s.sale(20_00), code)
		var drawn slipcode.Code
		copy(drawn[:], "drawn for a slip")
		subjects, err := s.accounts(bearer, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err = s.asks(t, bearer, s.counter.AwardToSlip(drawn, bearer, s.moment()), append([]ledger.Subject{s.counter.SlipSubject(drawn)}, subjects...))
		if err != nil {
			t.Fatal(err)
		}
		if a := session.AnswerTo(p, ledger.Holding{}); a.Discount != 5_00 || a.Earned[0].Points != 15*ledger.Unit {
			t.Errorf("alone %t: on a slip: %+v", alone, a)
		}
		verified(t, s.DB)
	}
}

// What points pay keeps a sale from earning, also by way of a voucher; and what
// it takes off is taken off before points are spent.
func TestAVoucherIsPaidWithPoints(t *testing.T) {
	s := newPrinting(t, true, 883)
	if _, err := s.sells(t, s.sale(100_00), card(1)); err != nil {
		t.Fatal(err)
	}
	s.counter.Rules.Base.Redeeming = programme.EarnsNothing
	p, err := s.sells(t, using(s.sale(20_00), s.prints(t, "€ 5,00")), card(2))
	if a := session.AnswerTo(p, ledger.Holding{}); err != nil || a.Discount != 5_00 || len(a.Earned) != 0 && a.Earned[0].Points != 0 {
		t.Errorf("it earned %+v, %v", a.Earned, err)
	}
	s.counter.Rules.Base.Redeeming = programme.EarnsFully
	p, err = s.sells(t, using(s.sale(20_00), s.prints(t, "€ 5,00")), card(2))
	if a := session.AnswerTo(p, ledger.Holding{}); err != nil || a.Earned[0].Points != 20*ledger.Unit {
		t.Errorf("it earned %+v, %v", a.Earned, err)
	}
	// 5.00 of 7.00, and points for the other 2.00.
	sale := using(s.sale(7_00, "Korting"), s.prints(t, "€ 5,00"))
	sale.Redeem[0].Points = 40 * ledger.Unit
	quote, err := s.counter.Quote(session.Customer{Holding: s.look(t, card(1))}, true, sale.Basket, s.moment(), s.read(t, sale.Vouchers[0]))
	if err != nil || len(quote.Vouchers) != 1 || quote.Vouchers[0].Discount != 5_00 || quote.Discount != 5_00 || quote.Rewards[len(quote.Rewards)-1].Most != 40*ledger.Unit {
		t.Errorf("quoted %+v, %v", quote, err)
	}
	if p, err := s.sells(t, sale, card(1)); err != nil || session.AnswerTo(p, ledger.Holding{}).Discount != 7_00 {
		t.Errorf("together: %v", err)
	}
	// One that does not fit is told of, and takes nothing away.
	quote, err = s.counter.Quote(session.Customer{Holding: s.look(t, card(1))}, true, s.sale(4_00).Basket, s.moment(), s.read(t, s.prints(t, "€ 5,00")))
	if err != nil || quote.Vouchers[0].Code != "K-204" || quote.Discount != 0 {
		t.Errorf("quoted %+v, %v", quote, err)
	}
}

func (s *printing) look(t testing.TB, who ledger.Subject) ledger.Holding {
	t.Helper()
	h, err := s.Look(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A hold keeps a voucher for its sale, and the sale pays as it was held, also
// where the till does not name it once more.
func TestAHoldHasItsVouchers(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newPrinting(t, alone, 884)
		code := s.prints(t, "€ 5,00")
		sale := using(s.sale(20_00, "Korting", "Taart"), code)
		subjects, err := s.accounts(sale, 0)
		if err != nil {
			t.Fatal(err)
		}
		req, err := sale.Request(append([]ledger.Subject{card(2)}, subjects...)...)
		if err != nil {
			t.Fatal(err)
		}
		customer := session.Customer{Identifiers: card(2).Identifiers, Mode: ledger.Scanned}
		hold, err := s.Hold(t.Context(), req, s.counter.Hold(customer, sale, s.clock.now.Add(10*time.Minute), s.moment()))
		if err != nil {
			t.Fatal(err)
		}
		held, err := s.counter.HeldAnswer(hold)
		if err != nil || held.Discount != 5_05 || !held.Redeemed[0].Voucher || !held.Redeemed[2].Printed {
			t.Errorf("alone %t: held %+v, %v", alone, held, err)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: used while it is held: %v", alone, err)
		}
		sale.Hold, sale.Vouchers, sale.Redeem = hold.ID, nil, nil
		p, err := s.sells(t, sale, card(2))
		if err != nil {
			t.Fatal(err)
		}
		if a := session.AnswerTo(p, ledger.Holding{}); a.Discount != 5_05 || len(a.Vouchers) != 1 || len(papers(t, p)) != 1 {
			t.Errorf("alone %t: sold %+v", alone, a)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: used once more: %v", alone, err)
		}
		verified(t, s.DB)
	}
}
