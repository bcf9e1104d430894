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
	after, left := a.Holding, a.Basket
	var off basket.Money
	for _, w := range wishes {
		o, err := redeem.Decide(a.Rules, after, redeem.Cover{Alone: true}, left, w)
		if err != nil {
			t.Fatal(err)
		}
		r.Redeemed, off = append(r.Redeemed, o), off+o.Discount
		after, left = o.After, redeem.Net(left, o.Discount)
	}
	var err error
	if r.Outcome, err = earn.Award(a.Rules, after, redeem.Earning(a.Rules, a.Basket, off), a.Moment); err != nil {
		t.Fatal(err)
	}
	return r
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
			if r.Outcome, err = refund.Return(r.Rules, r.Holding, redeem.Cover{Alone: true}, s, goods); err != nil {
				t.Fatal(err)
			}
		}
	}
	undo := func(t *testing.T, r *receipt.Refund, s refund.Sale) {
		var err error
		if r.Outcome, err = refund.Undo(r.Holding, redeem.Cover{Alone: true}, s, r.Moment); err != nil {
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
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := counter(t, c.lang)
			if c.name == "return-nothing-changes-nl" {
				a.Rules.Earn[0].Rounding = programme.Floor
			}
			sold := redeemed(t, a, redeem.Wish{Reward: "Korting", Points: 500_000})
			entries := append(sold.Redeemed[0].Entries, sold.Outcome.Entries(ledger.Account{})...)
			original := refund.Record{
				Head: ledger.Head{Terminal: a.Record.Terminal, Branch: a.Record.Branch, Seq: a.Record.Seq, Day: a.Moment.Day, Kind: ledger.KindAward, Entries: entries},
				Body: &ledger.Body{Basket: &a.Basket, Reasons: append(sold.Redeemed[0].Reasons, sold.Outcome.Reasons...)},
			}
			record := a.Record
			record.Seq++
			r := receipt.Refund{
				Words: a.Words, Rules: a.Rules, Zone: a.Zone, Moment: a.Moment, Mask: a.Mask, Currency: "EUR", Original: a.Record, Record: record,
				Holding: ledger.Holding{Known: true, Positions: []ledger.Position{{
					Wallet: "points", Points: sold.Outcome.Gains[0].Balance, Rest: sold.Outcome.Gains[0].Remainder,
				}}},
			}
			c.decide(t, &r, refund.Sale{Original: original})
			read(t, c.name, c.slip(r))
		})
	}
}
