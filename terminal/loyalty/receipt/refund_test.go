package receipt_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
)

// counter is the shop of the awards with two rewards, and a member with 700
// points and 12 stamps.
func counter(t *testing.T, lang string) receipt.Award {
	t.Helper()
	a := shop(t, lang)
	a.Rules.Rewards = []programme.Reward{
		{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
		{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 5 * ledger.Unit},
	}
	a.Holding.Positions = []ledger.Position{{Wallet: "points", Points: 700 * ledger.Unit}, {Wallet: "stamps", Points: 12 * ledger.Unit}}
	a.Basket = basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR", Total: 23_45,
		Lines: []basket.Line{{ID: "1", Amount: 20_00}, {ID: "2", Amount: 3_45}},
	}
	return a
}

// redeemed decides the wishes and then what the sale earns.
func redeemed(t *testing.T, a receipt.Award, wishes ...redeem.Wish) receipt.Redemption {
	t.Helper()
	r := receipt.Redemption{Award: a}
	at := scene.Scene{Rules: a.Rules, Holding: a.Holding, Basket: a.Basket}.On(a.Moment, a.Zone)
	cover, left, earning := redeem.Cover{Alone: true}, a.Basket, a.Basket
	for _, w := range wishes {
		o, err := redeem.Decide(at, cover, left, w)
		if err != nil {
			t.Fatal(err)
		}
		r.Redeemed = append(r.Redeemed, o)
		at.Holding, at.House, cover, left, earning = o.After, o.House, cover.After(o), o.Left, o.Earning
	}
	var err error
	if r.Outcome, err = earn.Award(at, earning); err != nil {
		t.Fatal(err)
	}
	return r
}

// recorded is the sale as its record has it.
func recorded(r receipt.Redemption) refund.Record {
	body := &ledger.Body{Basket: &r.Basket}
	var entries []ledger.Entry
	add := func(e []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
		for _, s := range shares {
			if s.Entry > 0 {
				s.Entry += len(entries)
			}
			body.Shares = append(body.Shares, s)
		}
		entries, body.Reasons = append(entries, e...), append(body.Reasons, reasons...)
	}
	for _, o := range r.Redeemed {
		add(o.Entries, o.Shares, o.Reasons)
	}
	add(r.Outcome.Entries, r.Outcome.Shares, r.Outcome.Reasons)
	return refund.Record{
		Head: ledger.Head{Terminal: r.Record.Terminal, Branch: r.Record.Branch, Seq: r.Record.Seq, Day: r.Moment.Day, Kind: ledger.KindAward, Entries: entries},
		Body: body,
	}
}

// read checks that a slip is read back as it was, and compares it with its file.
func read(t *testing.T, name string, s receipt.Slip) {
	t.Helper()
	golden(t, filepath.Join("testdata", name+".txt"), show(s))
	encoded, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := receipt.Decode(encoded); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("%v: read back as %+v", err, back)
	}
}

func TestForRedemption(t *testing.T) {
	discount, coffee := redeem.Wish{Reward: "Korting", Points: 500_000}, redeem.Wish{Reward: "Koffie", Points: 10_000}
	cases := []struct {
		name, lang string
		wishes     []redeem.Wish
		change     func(*receipt.Redemption)
	}{
		{"redeemed-and-earned-nl", "nl", []redeem.Wish{discount}, func(*receipt.Redemption) {}},
		{"redeemed-and-earned-en", "en", []redeem.Wish{discount}, func(*receipt.Redemption) {}},
		{"redeemed-two-rewards-nl", "nl", []redeem.Wish{discount, coffee}, func(*receipt.Redemption) {}},
		{"redeemed-a-coffee-nl", "nl", []redeem.Wish{{Reward: "Koffie", Points: 5_000}}, func(r *receipt.Redemption) {
			r.Basket, r.Outcome = basket.Basket{}, earn.Outcome{}
		}},
		{"redeemed-balance-follows-nl", "nl", []redeem.Wish{discount}, func(r *receipt.Redemption) { r.Holding.Known = false }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := redeemed(t, counter(t, c.lang), c.wishes...)
			c.change(&r)
			read(t, c.name, receipt.ForRedemption(r))
		})
	}
}

// A sale in which nothing was redeemed has the slip of an award.
func TestWithoutAWishTheSlipIsThatOfAnAward(t *testing.T) {
	r := redeemed(t, counter(t, "nl"))
	award := receipt.ForAward(r.Award)
	award.Kind = receipt.KindRedeem
	if got := receipt.ForRedemption(r); !reflect.DeepEqual(got, award) {
		t.Errorf("got %s\nwant %s", show(got), show(award))
	}
}

func TestForReturnAndUndo(t *testing.T) {
	bring := func(goods ...refund.Goods) func(*testing.T, *receipt.Refund, refund.Sale) {
		return func(t *testing.T, r *receipt.Refund, s refund.Sale) {
			var err error
			if r.Outcome, err = refund.Return(refund.Terms{Rules: r.Rules, Cover: redeem.Cover{Alone: true}, Day: r.Moment.Day}, r.Holding, s, goods); err != nil {
				t.Fatal(err)
			}
		}
	}
	undo := func(t *testing.T, r *receipt.Refund, s refund.Sale) {
		var err error
		if r.Outcome, err = refund.Undo(refund.Terms{Rules: r.Rules, Cover: redeem.Cover{Alone: true}, Day: r.Moment.Day}, r.Holding, s); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		name, lang string
		slip       func(receipt.Refund) receipt.Slip
		decide     func(*testing.T, *receipt.Refund, refund.Sale)
	}{
		{"return-a-line-nl", "nl", receipt.ForReturn, bring(refund.Goods{ID: "2"})},
		{"return-a-line-en", "en", receipt.ForReturn, bring(refund.Goods{ID: "2"})},
		{"return-all-nl", "nl", receipt.ForReturn, bring()},
		{"return-nothing-changes-nl", "nl", receipt.ForReturn, bring(refund.Goods{ID: "2", Amount: 1})},
		{"return-balance-follows-nl", "nl", receipt.ForReturn, func(t *testing.T, r *receipt.Refund, s refund.Sale) {
			bring()(t, r, s)
			r.Holding.Known = false
		}},
		{"return-not-kept-nl", "nl", receipt.ForReturn, func(t *testing.T, r *receipt.Refund, s refund.Sale) {
			s.Original.Body = nil
			bring()(t, r, s)
		}},
		{"return-into-debt-nl", "nl", receipt.ForReturn, func(t *testing.T, r *receipt.Refund, s refund.Sale) {
			r.Holding.Positions[0].Points = -500 * ledger.Unit
			bring(refund.Goods{ID: "1"})(t, r, s)
		}},
		{"undo-nl", "nl", receipt.ForUndo, undo},
		{"undo-en", "en", receipt.ForUndo, undo},
		{"return-a-line-de", "de", receipt.ForReturn, bring(refund.Goods{ID: "2"})},
		{"return-a-line-fr", "fr", receipt.ForReturn, bring(refund.Goods{ID: "2"})},
		{"undo-de", "de", receipt.ForUndo, undo},
		{"undo-fr", "fr", receipt.ForUndo, undo},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := counter(t, c.lang)
			if c.name == "return-nothing-changes-nl" {
				a.Rules.Earn[0].Rounding = programme.Floor
			}
			sold := redeemed(t, a, redeem.Wish{Reward: "Korting", Points: 500_000})
			original := recorded(sold)
			record := a.Record
			record.Seq++
			r := receipt.Refund{
				Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Mask: a.Mask, Currency: "EUR", Original: a.Record, Record: record,
				Holding: ledger.Holding{Known: true, Positions: []ledger.Position{sold.Outcome.After.In("points")}},
			}
			c.decide(t, &r, refund.Sale{Original: original})
			read(t, c.name, c.slip(r))
		})
	}
}
