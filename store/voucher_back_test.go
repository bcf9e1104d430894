package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
)

// A voucher that was used comes back with the last of its sale, and on paper.
func TestAReturnGivesAVoucherBack(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newPrinting(t, alone, 885)
		code := s.prints(t, "€ 5,00")
		sale := using(s.sale(20_00), code)
		if _, err := s.sells(t, sale, card(2)); err != nil {
			t.Fatal(err)
		}
		part, err := s.back(t, sale, refund.Goods{Line: 1})
		if err != nil || len(papers(t, part)) != 0 {
			t.Fatalf("alone %t: a part brought %v, %v", alone, papers(t, part), err)
		}
		if a := session.AnswerTo(part, ledger.Holding{}); a.Total != 10_00 || a.PointsPaid != 2_50 || a.PayBack != 7_50 {
			t.Errorf("alone %t: a part came to %+v", alone, a)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: used after a part came back: %v", alone, err)
		}
		rest, err := s.back(t, sale)
		if err != nil || len(papers(t, rest)) != 1 {
			t.Fatalf("alone %t: the rest brought %v, %v", alone, papers(t, rest), err)
		}
		if tell := strings.ReplaceAll(fmt.Sprint(s.counter.Tell(session.AnswerTo(rest, ledger.Holding{}))), "\u00a0", " "); !strings.Contains(tell, "waardebon mee: € 5,00") {
			t.Errorf("told %s", tell)
		}
		// Both papers are of one voucher.
		again := using(s.sale(20_00), papers(t, rest)[0])
		if _, err := s.sells(t, again, card(1)); err != nil {
			t.Errorf("alone %t: the paper that was printed anew: %v", alone, err)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: the first paper after it: %v", alone, err)
		}
		if _, err := s.undo(t, again); err != nil {
			t.Errorf("alone %t: undone: %v", alone, err)
		}
		if _, err := s.sells(t, using(s.sale(20_00), code), card(1)); err != nil {
			t.Errorf("alone %t: the first paper after the undo: %v", alone, err)
		}
		verified(t, s.DB)
	}
}

// A voucher that was printed is nothing of the goods: only an undo, or a return
// of what was no sale of goods, takes it back, and only where it was not used.
func TestWhatBecomesOfAVoucherWhoseSaleComesBack(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newPrinting(t, alone, 886)
		full := holds(t, s.DB, card(1))
		groceries := s.sale(20_00, "€ 5,00")
		p, err := s.sells(t, groceries, card(1))
		if err != nil {
			t.Fatal(err)
		}
		code := papers(t, p)[0]
		if _, err := s.back(t, groceries); err != nil || holds(t, s.DB, card(1)) != full-20*ledger.Unit {
			t.Errorf("alone %t: after the groceries came back there are %v of %v, %v", alone, holds(t, s.DB, card(1)), full, err)
		}
		use := using(s.sale(20_00), code)
		if _, err := s.sells(t, use, card(2)); err != nil {
			t.Errorf("alone %t: its voucher: %v", alone, err)
		}

		plain := s.sale(0, "€ 5,00")
		p, err = s.sells(t, plain, card(1))
		if err != nil {
			t.Fatal(err)
		}
		use = using(s.sale(20_00), papers(t, p)[0])
		if _, err := s.sells(t, use, card(2)); err != nil {
			t.Fatal(err)
		}
		for name, take := range map[string]func(testing.TB, session.Sale) (ledger.Posted, error){
			"undone": s.undo, "returned": func(t testing.TB, sale session.Sale) (ledger.Posted, error) { return s.back(t, sale) },
		} {
			if _, err := take(t, plain); !is(err, programme.VoucherUsed) {
				t.Errorf("alone %t: %s after it was used: %v", alone, name, err)
			}
		}
		if _, err := s.undo(t, use); err != nil {
			t.Fatal(err)
		}
		if _, err := s.undo(t, plain); err != nil || holds(t, s.DB, card(1)) != full-20*ledger.Unit {
			t.Errorf("alone %t: undone, the points are %v of %v: %v", alone, holds(t, s.DB, card(1)), full, err)
		}
		if _, err := s.sells(t, using(s.sale(20_00), papers(t, p)[0]), card(2)); !is(err, programme.VoucherUsed) {
			t.Errorf("alone %t: the paper of what was undone: %v", alone, err)
		}
		verified(t, s.DB)
	}
}

// Another shop knows nothing of a voucher until head office speaks of its account.
func TestAVoucherInAnotherShop(t *testing.T) {
	s, far := newPrinting(t, false, 887), newPrinting(t, false, 888)
	code := s.prints(t, "€ 5,00")
	if _, err := far.sells(t, using(far.sale(20_00), code), card(2)); !is(err, programme.SlipElsewhere) {
		t.Errorf("before: %v", err)
	}
	v, err := s.counter.ReadVoucher(code)
	if err != nil {
		t.Fatal(err)
	}
	wallet := programme.VoucherOf("€ 5,00")
	apply(t, far.DB, "told", bulletin.Statement{Account: v.Account, AsOf: ledger.Stamp(start.UnixMilli()), Wallets: []bulletin.Balance{{
		Wallet: wallet, Points: ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: ledger.Unit, Expires: v.Until}}},
	}}})
	p, err := far.sells(t, using(far.sale(20_00), code), card(2))
	if err != nil || session.AnswerTo(p, ledger.Holding{}).Discount != 5_00 {
		t.Errorf("after: %v", err)
	}
	if e := p.Record.Head.Entries[0]; e.Wallet != wallet || e.Account != v.Account || e.Expires != v.Until {
		t.Errorf("spent %+v", e)
	}
	verified(t, far.DB)
}

// Whatever is done with vouchers in whatever order, each is good for one sale at
// a time: what was printed is what can be used, what stands in a sale, or what
// was taken back.
func TestWhateverHappensEachVoucherIsWorthOneUse(t *testing.T) {
	s := newPrinting(t, true, 889)
	type paper struct {
		code string
		sale *session.Sale // it is used in; nil for none
	}
	rapid.Check(t, func(r *rapid.T) {
		if _, err := s.sells(t, s.sale(900_00), card(1)); err != nil {
			r.Fatal(err)
		}
		var all []*paper
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"print", "use", "use", "undo", "return"}).Draw(r, "step") {
			case "print":
				reward := rapid.SampledFrom([]string{"€ 5,00", "Kwart koffie", "Taart"}).Draw(r, "reward")
				p, err := s.sells(t, s.sale(0, reward), card(1))
				if err != nil {
					r.Fatal(err)
				}
				all = append(all, &paper{code: papers(t, p)[0]})
			case "use":
				if len(all) == 0 {
					continue
				}
				of := rapid.SampledFrom(all).Draw(r, "paper")
				sale := using(s.sale(20_00), of.code)
				_, err := s.sells(t, sale, card(2))
				if of.sale != nil != is(err, programme.VoucherUsed) {
					r.Fatalf("used %t before: %v", of.sale != nil, err)
				}
				if err == nil {
					of.sale = &sale
				}
			default:
				for _, of := range all {
					if of.sale == nil {
						continue
					}
					p, err := s.back(t, *of.sale)
					if err != nil || len(papers(t, p)) != 1 {
						r.Fatalf("back came %v", err)
					}
					of.sale = nil
					break
				}
			}
		}
		for _, of := range all {
			v := s.read(t, of.code)
			sum := v.Holding.In(programme.VoucherOf(v.Code.Reward)).Points
			if want := map[bool]ledger.Points{true: 0, false: ledger.Unit}[of.sale != nil]; sum != want {
				r.Fatalf("a voucher holds %v, want %v", sum, want)
			}
		}
	})
	verified(t, s.DB)
}

// A promise that a hold keeps is read back as it was written.
func TestAPromiseOfAVoucherIsKept(t *testing.T) {
	p := redeem.Promise{Reward: "€ 5,00", Voucher: ledger.Account{1}, Until: "2026-12-22", Worth: 5_00, Times: 1}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back redeem.Promise
	if err := json.Unmarshal(text, &back); err != nil || fmt.Sprint(back) != fmt.Sprint(p) {
		t.Errorf("got %+v, %v", back, err)
	}
}

// A prize that is a reward is a voucher for it. It goes with the sale that it was
// won with, unless it was used.
func TestAPrizeIsAVoucher(t *testing.T) {
	s := newPrinting(t, true, 890)
	s.counter.Rules.Games = []programme.Game{
		{Name: "Rad", Odds: []programme.Odds{{Prize: "Taart!", PerMillion: game.Chances, Reward: "Taart"}}},
		{Name: "Lid", Event: "review", Odds: []programme.Odds{{Prize: "Vijf euro", PerMillion: game.Chances, Reward: "€ 5,00"}}},
	}
	for _, g := range s.counter.Rules.Games {
		s.counter.Games = append(s.counter.Games, game.Seed{Game: g.Name, Month: "2026-11", Bytes: [game.SeedSize]byte{1}})
	}
	win := func(sale session.Sale) (string, ledger.Posted) {
		t.Helper()
		p, err := s.sells(t, sale, card(1))
		if err != nil {
			t.Fatal(err)
		}
		codes := papers(t, p)
		if a := s.counter.Told(session.AnswerTo(p, s.look(t, card(1))), s.look(t, card(1)), s.moment()); len(codes) != 1 || len(a.Tell) != 1 || !strings.Contains(a.Tell[0], "waardebon mee: Taart") {
			t.Fatalf("printed %d, told %q", len(codes), a.Tell)
		}
		return codes[0], p
	}
	kept, other := s.sale(20_00), s.sale(20_00)
	unused, _ := win(kept)
	used, p := win(other)
	if e := p.Record.Head.Entries[len(p.Record.Head.Entries)-1]; e.Kind != ledger.Bonus || e.Points != ledger.Unit || e.Expires != "2026-12-22" {
		t.Errorf("won %+v", e)
	}
	if _, err := s.sellsToNobody(t, using(s.sale(3_00), used)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.back(t, kept); err != nil {
		t.Error(err)
	}
	if _, err := s.sellsToNobody(t, using(s.sale(3_00), unused)); !is(err, programme.VoucherUsed) {
		t.Errorf("the prize of what came back: %v", err)
	}
	if _, err := s.undo(t, other); !is(err, programme.VoucherUsed) {
		t.Errorf("undone after its prize was had: %v", err)
	}
	if _, err := s.back(t, other); err != nil {
		t.Errorf("returned after its prize was had: %v", err)
	}

	// An event prints what was played with it, and its voucher.
	e := ledger.Event{Kind: "review", ID: "r1"}
	req, err := session.EventRequest(e, card(1))
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := s.accounts(session.Sale{}, s.counter.MayWin())
	if err != nil {
		t.Fatal(err)
	}
	req.Subjects = append(req.Subjects, drawn...)
	s.counter.Rules.Earn = append(s.counter.Rules.Earn, programme.Rule{Name: "review", Wallet: "points", Event: "review", Counts: programme.Order, Points: ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor})
	p, err = s.Post(t.Context(), req, s.counter.Happened(session.Customer{Identifiers: card(1).Identifiers}, e, s.moment()))
	if err != nil || len(papers(t, p)) != 1 || decoded(t, p.Body.Slip).Kind != receipt.KindGame {
		t.Fatalf("an event came to %+v, %v", p.Body, err)
	}
	x, err := explain.Record(ledger.Record{Head: p.Record.Head, Body: &p.Body}, s.counter.Rules, nil)
	if err != nil || x.Verdict != explain.Same {
		t.Errorf("decided again it is %s, %v", x.Verdict, err)
	}
	for range 100 {
		job, found, err := s.NextJob(t.Context(), "kassa1")
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			t.Fatal("the event's voucher is not printed")
		}
		if err := s.ClaimJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.JobPrinted(t.Context(), job.ID, ""); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(job.Slip) == fmt.Sprint(decoded(t, p.Body.More[0])) {
			break
		}
	}
	if _, err := s.sellsToNobody(t, using(s.sale(20_00), papers(t, p)[0])); err != nil {
		t.Errorf("the event's voucher: %v", err)
	}
	verified(t, s.DB)
}

func decoded(t testing.TB, paper []byte) receipt.Slip {
	t.Helper()
	slip, err := receipt.Decode(paper)
	if err != nil {
		t.Fatal(err)
	}
	return slip
}
