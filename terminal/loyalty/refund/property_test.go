package refund_test

import (
	"errors"
	"math/big"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/settle"
)

// drawRules is a programme with any rate, a reward that is worth a cent a
// point, and one that is handed over.
func drawRules(t *rapid.T, modes ...programme.Rounding) programme.Rules {
	r := each(100, rapid.SampledFrom(modes).Draw(t, "rounding"))
	r.Earn[0].Points = ledger.Points(rapid.Int64Range(1, 20_000).Draw(t, "points"))
	r.Earn[0].Per = basket.Money(rapid.Int64Range(1, 1000).Draw(t, "per"))
	r.Earn[0].Step = ledger.Points(rapid.SampledFrom([]int64{1, 10, 100, 500, 1000, 3000}).Draw(t, "step"))
	r.Base.Redeeming = rapid.SampledFrom([]programme.TenderEarns{programme.EarnsFully, programme.EarnsNotPart}).Draw(t, "full")
	return r
}

// drawTicket is any sale; its discounts stay below what they are taken off.
func drawTicket(t *rapid.T, coupons bool) basket.Basket {
	if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
		b := ticket()
		b.Total = basket.Money(rapid.Int64Range(0, 100_00).Draw(t, "total"))
		return b
	}
	var b basket.Basket
	var lines []basket.Line
	least := int64(0)
	if coupons {
		least = -3_00
	}
	for range rapid.IntRange(1, 7).Draw(t, "lines") {
		l := basket.Line{Amount: basket.Money(rapid.Int64Range(least, 20_00).Draw(t, "amount"))}
		if rapid.Bool().Draw(t, "pieces") {
			l.Quantity = rapid.SampledFrom([]int64{1, 355, 1_000, 3_000, 7_000}).Draw(t, "quantity")
		}
		lines = append(lines, l)
	}
	if b = ticket(lines...); b.Total < 0 {
		b = ticket(append(lines, basket.Line{Amount: -b.Total})...)
	}
	return b
}

// drawShop is a member with points and a sale of any kind just made.
func drawShop(t *rapid.T, coupons bool, modes ...programme.Rounding) (*shop, ledger.Holding) {
	s := &shop{rules: drawRules(t, modes...), cover: redeem.Cover{Alone: rapid.Bool().Draw(t, "alone"), Now: 1}, tells: rapid.Bool().Draw(t, "tells")}
	s.held = holds(ledger.Points(rapid.Int64Range(0, 20_000).Draw(t, "position")) * ledger.Unit)
	if rapid.Bool().Draw(t, "carried") {
		rest, err := ledger.NewFraction(rapid.Int64Range(-9_000, 9_000).Draw(t, "rest"), rapid.Int64Range(1, 12).Draw(t, "part"))
		if err != nil {
			t.Fatal(err)
		}
		s.held.Positions[0].Rest = rest
	}
	if !s.cover.Alone {
		for n, w := range []ledger.Wallet{wallet, wallet, "stamps"} {
			left := ledger.Points(rapid.Int64Range(0, 5_000).Draw(t, "set aside")) * ledger.Unit
			account := ledger.Account{byte(1 + n%2)} // two of one member's
			s.held.SetAsides = append(s.held.SetAsides, ledger.SetAside{
				ID: ledger.GrantID{byte(n + 1)}.SetAside(), Account: account, Wallet: w, Opened: left, Left: left, NotAfter: 2,
			})
		}
	}
	before := s.held
	b := drawTicket(t, coupons)
	var wishes []redeem.Wish
	for _, o := range redeem.Offers(scene.Scene{Rules: s.rules, Holding: s.held, Basket: b}.On(moment, nil), s.cover, b) {
		if o.Refusal == nil && rapid.Bool().Draw(t, "redeem "+o.Reward.Name) {
			steps := int64((o.Most - o.Least) / o.Reward.Step())
			p := o.Least + o.Reward.Step()*ledger.Points(rapid.Int64Range(0, steps).Draw(t, "more"))
			wishes = append(wishes, redeem.Wish{Reward: o.Reward.Name, Points: p})
		}
	}
	s.buy(t, b, wishes...)
	return s, before
}

// drawGoods is something of what is left of the sale's lines, as the test
// itself keeps count of it.
func drawGoods(t *rapid.T, s *shop) []refund.Goods {
	b := s.sale.Original.Body.Basket
	number := 0
	if len(b.Lines) > 0 {
		number = rapid.IntRange(1, len(b.Lines)).Draw(t, "line")
	}
	g := refund.Goods{Line: number}
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		return nil
	case 1: // by pieces, also when there are none
		g.Quantity = rapid.SampledFrom([]int64{1, 355, 1_000, 2_000}).Draw(t, "pieces")
	case 2: // by amount, also too much
		g.Amount = basket.Money(rapid.Int64Range(-2_00, 12_00).Draw(t, "back"))
	}
	return []refund.Goods{g}
}

// backAll brings goods back until nothing is left, checking each step.
func backAll(t *rapid.T, s *shop, after func()) {
	awarded := s.sale.Original.Head.Entries
	returned := basket.Money(0)
	for n := 0; ; n++ {
		goods := drawGoods(t, s)
		if n > 12 {
			goods = nil
		}
		o, err := s.bring(t, goods...)
		var no *programme.Refusal
		if errors.As(err, &no) {
			if n > 12 && no.Code != programme.Returned {
				t.Fatalf("the rest was refused: %v", err)
			}
			if no.Code == programme.Returned && n > 12 {
				return
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		returned += o.Amount
		for i, e := range awarded {
			var back ledger.Points
			for _, r := range s.sale.Later {
				for _, x := range r.Head.Entries {
					if x.Reverses != nil && *x.Reverses == s.sale.Original.Head.Key().Entry(i+1) {
						back -= x.Points
						if x.Account != e.Account || x.Wallet != e.Wallet || x.Kind != ledger.Reverse {
							t.Fatalf("%+v reverses %+v", x, e)
						}
					}
				}
			}
			if back < min(e.Points, 0) || back > max(e.Points, 0) {
				t.Fatalf("%v of %v came back", back, e.Points)
			}
			if o.Whole && back != e.Points {
				t.Fatalf("all came back, but %v of %v", back, e.Points)
			}
		}
		if o.Whole && returned != s.sale.Original.Body.Basket.Total {
			t.Fatalf("all came back, but %d of %d", returned, s.sale.Original.Body.Basket.Total)
		}
		after()
		if o.Whole {
			if _, err := s.bring(t); !errors.As(err, &no) || no.Code != programme.Returned {
				t.Fatalf("once more came back: %v", err)
			}
			return
		}
	}
}

func same(t failer, before, after ledger.Holding) {
	t.Helper()
	for _, p := range before.Positions {
		if got := after.In(p.Wallet); !reflect.DeepEqual(got, p) {
			t.Fatalf("before the sale %+v, after all came back %+v", p, got)
		}
	}
}

func TestBuyingAndBringingBackInAnyOrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, before := drawShop(t, true, programme.Roundings()...)
		backAll(t, s, func() {})
		same(t, before, s.held)
	})
}

func TestAnUndoChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, before := drawShop(t, true, programme.Roundings()...)
		o, err := refund.Undo(s.terms(), s.held, s.sale)
		if err != nil {
			t.Fatal(err)
		}
		s.keep(t, refund.KindUndo, o)
		same(t, before, s.held)
	})
}

// What the member keeps of an award, points and remainder together, is what
// the goods that stayed were worth: nobody wins points by bringing things back.
func TestWhatStaysIsWorthWhatWasKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := drawShop(t, true, programme.Carry)
		rate, b := s.rules.Earn[0], s.sale.Original.Body.Basket
		var redeemed bool
		for _, e := range s.sale.Original.Head.Entries {
			redeemed = redeemed || e.Kind == ledger.Redeem && e.Wallet == wallet
		}
		kept := b.Total
		backAll(t, s, func() {
			kept -= s.sale.Later[len(s.sale.Later)-1].Body.Basket.Total
			if b.Total == 0 || redeemed && s.rules.Base.Redeeming != programme.EarnsFully {
				return
			}
			has := new(big.Rat)
			add := func(e ledger.Entry) {
				has.Add(has, big.NewRat(int64(e.Points), 1))
				has.Add(has, big.NewRat(e.Rest.Num, max(e.Rest.Den, 1)))
			}
			for i, e := range s.sale.Original.Head.Entries {
				if e.Kind != ledger.Earn {
					continue
				}
				add(e)
				for _, r := range s.sale.Later {
					for _, x := range r.Head.Entries {
						if x.Reverses.Line == i+1 {
							add(x)
						}
					}
				}
			}
			if want := new(big.Rat).Mul(big.NewRat(int64(rate.Points), int64(rate.Per)), big.NewRat(int64(kept), 1)); has.Cmp(want) != 0 {
				t.Fatalf("kept %d of %d, worth %v, has %v", kept, b.Total, want, has)
			}
		})
	})
}

// Of a sale without coupons, bringing more back never gives points that were
// earned, and never takes points that were spent.
func TestEachReturnGoesOneWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := drawShop(t, false, programme.Roundings()...)
		backAll(t, s, func() {
			for _, e := range s.sale.Later[len(s.sale.Later)-1].Head.Entries {
				earned := s.sale.Original.Head.Entries[e.Reverses.Line-1].Points >= 0
				if earned && e.Points > 0 || !earned && e.Points < 0 {
					t.Fatalf("%+v", e)
				}
			}
		})
	})
}

// Head office posts all of it without a word, and ends where it began.
func TestHeadOfficeAgreesWithEveryReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, before := drawShop(t, true, programme.Roundings()...)
		if s.cover.Alone {
			return
		}
		book := settle.NewBook()
		for _, p := range before.Positions {
			book.Balances[settle.Purse{Account: one, Wallet: p.Wallet}] = settle.Balance{Points: p.Points, Rest: p.Rest}
		}
		for _, a := range before.SetAsides {
			at := settle.Purse{Account: a.Account, Wallet: a.Wallet}
			balance := book.Balances[at]
			balance.SetAside += a.Left
			book.Balances[at] = balance
			book.SetAsides[a.ID] = settle.SetAside{ID: a.ID, Purse: at, Terminal: 1, Branch: branch, Opened: a.Opened, Left: a.Left, NotAfter: a.NotAfter}
		}
		post := func(r refund.Record) {
			it := &settle.Item{Key: r.Head.Key(), Kind: r.Head.Kind}
			for i, e := range r.Head.Entries {
				it.Lines = append(it.Lines, settle.Line{Number: i + 1, Entry: e})
			}
			if fx := book.Post(it); fx.Parked != "" || len(fx.Exceptions) > 0 {
				t.Fatalf("record %v: %+v", r.Head.Key(), fx)
			}
		}
		post(s.sale.Original)
		backAll(t, s, func() { post(s.sale.Later[len(s.sale.Later)-1]) })
		for _, a := range s.held.SetAsides {
			if got := book.SetAsides[a.ID].Left; got != a.Left {
				t.Fatalf("head office has %v left of %s, here it is %v", got, a.ID, a.Left)
			}
		}
		for _, p := range before.Positions {
			var sum ledger.Points
			for _, account := range []ledger.Account{one, {2}} {
				sum += book.Balances[settle.Purse{Account: account, Wallet: p.Wallet}].Points
			}
			if sum != p.Points {
				t.Fatalf("head office has %v in %s, it began with %v", sum, p.Wallet, p.Points)
			}
		}
	})
}

// A receipt's record has room for its return, line by line.
func TestALargeReturnFitsIntoARecord(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	var lines []basket.Line
	var goods []refund.Goods
	for n := range basket.MaxLines {
		lines = append(lines, basket.Line{ID: "line-0000000" + string(rune('A'+n%26)), Product: "12345678901234567890", Quantity: 1_000, Amount: 9_999_99 / 3})
		goods = append(goods, refund.Goods{Line: n + 1})
	}
	s.buy(t, ticket(lines...))
	o, err := s.bring(t, goods...)
	if err != nil {
		t.Fatal(err)
	}
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "18"}, Currency: "EUR", Total: o.Amount, Lines: o.Lines}
	if err := b.Validate(); err != nil {
		t.Fatal(err)
	}
	_, err = ledger.Seal(ledger.Tip{Terminal: 1}, ledger.Draft{
		Kind: refund.KindReturn, Moment: moment, Entries: o.Entries, Body: ledger.Body{Basket: &b, Reasons: o.Reasons},
	}, moment.At, ledger.Salt{})
	if err != nil {
		t.Error(err)
	}
}

func BenchmarkReturn(b *testing.B) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(700_000)}
	of := make([]basket.Money, 20)
	for i := range of {
		of[i] = basket.Money(99 + 37*i)
	}
	s.buy(b, amounts(of...), redeem.Wish{Reward: "Korting", Points: 500_000})
	for b.Loop() {
		if _, err := refund.Return(s.terms(), s.held, s.sale, []refund.Goods{{ID: "r7"}}); err != nil {
			b.Fatal(err)
		}
	}
}
