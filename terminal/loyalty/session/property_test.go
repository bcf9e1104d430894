package session_test

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/settle"
)

// drawSale is any sale with or without lines.
func drawSale(t *rapid.T) session.Sale {
	s := session.Sale{Basket: basket.Basket{Key: back("000123"), Currency: "EUR"}, Confirmed: true}
	if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
		s.Basket.Total = basket.Money(rapid.Int64Range(0, 100_00).Draw(t, "total"))
		return s
	}
	for n := range rapid.IntRange(1, 5).Draw(t, "lines") {
		l := basket.Line{ID: fmt.Sprint(n + 1), Amount: basket.Money(rapid.Int64Range(0, 30_00).Draw(t, "amount")), Quantity: 1000}
		s.Basket.Lines = append(s.Basket.Lines, l)
		s.Basket.Total += l.Amount
	}
	return s
}

// Whatever is done about a sale and in whatever order, the one whose it is now
// holds exactly what the goods that stay are worth by the programme, and
// nobody else holds anything of it.
func TestWhateverHappensToASaleThePointsAreThoseOfWhatStaysSold(t *testing.T) {
	one, two := card(t, 1), card(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		c := keyed(t, counter())
		c.Rules.Earn[0].Points = ledger.Points(rapid.Int64Range(1, 20).Draw(t, "points")) * 500
		c.Rules.Earn[0].Per = basket.Money(rapid.SampledFrom([]int64{1, 3, 7, 100, 250, 1000}).Draw(t, "per"))
		s := newShop(rapid.Bool().Draw(t, "alone"))
		customers := map[ledger.Account]session.Customer{{1}: one, {2}: two}
		owner, sold := ledger.Account{1}, drawSale(t)
		sale := s.must(t, s.view(owner), c.Award(one, true, sold, moment)).Record.Head.Key()
		left, moves := sold.Basket.Total, 0
		for step := range rapid.IntRange(1, 8).Draw(t, "steps") {
			var posted ledger.Posted
			var err error
			what := rapid.SampledFrom([]string{"return", "return", "all", "move", "undo"}).Draw(t, "step")
			switch what {
			case "return", "all":
				r := session.Return{Key: back(fmt.Sprint("r", step))}
				if what == "return" {
					g := refund.Goods{Quantity: rapid.SampledFrom([]int64{0, 500}).Draw(t, "quantity")}
					if n := len(sold.Basket.Lines); n > 0 {
						g.Line = rapid.IntRange(1, n).Draw(t, "line")
					} else {
						g = refund.Goods{Amount: basket.Money(rapid.Int64Range(0, 40_00).Draw(t, "back"))}
					}
					r.Goods = []refund.Goods{g}
				}
				posted, err = s.decideAt(t, s.about(sale, owner), c.Return(r, nil, moment))
				if err == nil {
					left -= posted.Body.Basket.Total
				}
			case "undo":
				if posted, err = s.decideAt(t, s.about(sale, owner), c.Undo(moment)); err == nil {
					left = 0
				}
			case "move":
				to := ledger.Account{3 - owner[0]}
				if posted, err = s.decideAt(t, s.about(sale, owner, to), c.Move(customers[to], moment)); err == nil {
					owner = to
					moves++
				}
			}
			var no *programme.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Fatal(err)
			}
			if err == nil && (posted.Body.Sale == nil || *posted.Body.Sale != sale) {
				t.Fatalf("%s names %v, the sale is %v", what, posted.Body.Sale, sale)
			}
			worth := new(big.Rat).Mul(big.NewRat(int64(c.Rules.Earn[0].Points), int64(c.Rules.Earn[0].Per)), big.NewRat(int64(left), 1))
			for account := range customers {
				p := s.held[account]["points"]
				has := new(big.Rat).Add(big.NewRat(int64(p.Points), 1), big.NewRat(p.Rest.Num, max(p.Rest.Den, 1)))
				want := worth
				if account != owner {
					want = new(big.Rat)
				}
				if at := s.office.Balances[settle.Purse{Account: account, Wallet: "points"}]; !s.alone && (at.Points != p.Points || at.Rest != p.Rest) {
					t.Fatalf("head office has %+v, here it is %+v", at, p)
				}
				if has.Cmp(want) != 0 {
					t.Fatalf("after %s, %d of %d left: account %d has %v, want %v", what, left, sold.Basket.Total, account[0], has, want)
				}
			}
			now := c.Recalled(*s.sale(sale), moment)
			if now.Left.Amount != left || now.Total.Amount != sold.Basket.Total {
				t.Fatalf("after %s it is said that %d of %d are left, want %d", what, now.Left.Amount, now.Total.Amount, left)
			}
			open := ledger.Points(0)
			for _, a := range s.asides {
				open += a.Left
			}
			if total := s.held[owner]["points"].Points; open > total {
				t.Fatalf("after %s %v are set aside of %v", what, open, total)
			}
		}
	})
}

// What Recalled says may be done can be done, and nothing else.
func TestRecalledSaysWhatCanBeDone(t *testing.T) {
	one, two := card(t, 1), card(t, 2)
	rapid.Check(t, func(t *rapid.T) {
		c := keyed(t, rewarding())
		s := newShop(true)
		s.held[ledger.Account{1}] = map[ledger.Wallet]ledger.Position{"points": {Wallet: "points", Points: 100 * ledger.Unit}}
		sold := drawSale(t)
		if sold.Basket.Total >= 10_00 && rapid.Bool().Draw(t, "redeem") {
			sold.Redeem = []redeem.Wish{coupon}
		}
		sale := s.must(t, s.view(ledger.Account{1}), c.Award(one, true, sold, moment)).Record.Head.Key()
		if rapid.Bool().Draw(t, "return") {
			g := refund.Goods{Amount: 1}
			if len(sold.Basket.Lines) > 0 {
				g.Line = 1
			}
			_, _ = s.decideAt(t, s.about(sale, ledger.Account{1}), c.Return(session.Return{Key: back("r"), Goods: []refund.Goods{g}}, nil, moment))
		}
		later := moment
		if rapid.Bool().Draw(t, "tomorrow") {
			later = ledger.Calendar{}.Moment(noon.Add(24*time.Hour), true)
		}
		r := c.Recalled(*s.sale(sale), later)
		try := func(decide func(ledger.View) (ledger.Posting, error)) bool {
			_, err := decide(s.about(sale, ledger.Account{1}, ledger.Account{2}))
			return err == nil
		}
		got := [3]bool{r.CanUndo, r.CanReturn, r.CanMove}
		want := [3]bool{try(c.Undo(later)), try(c.Return(session.Return{Key: back("r2")}, nil, later)), try(c.Move(two, later))}
		if got != want {
			t.Fatalf("undo, return, move: said %v, can %v", got, want)
		}
	})
}

// A sale whose points were held before comes to what it would have come to
// without a hold: entries, reasons, slip.
func TestCapturingAHoldIsRedeemingDirectly(t *testing.T) {
	one := card(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		c := keyed(t, rewarding())
		alone := rapid.Bool().Draw(t, "alone")
		// The grant outlasts the hold.
		v := saver(alone, granted(1, "points", ledger.Points(rapid.Int64Range(0, 100).Draw(t, "grant")), now+ledger.Stamp(time.Hour.Milliseconds())),
			awarded(3, "stamps", ledger.Points(rapid.Int64Range(0, 25).Draw(t, "award"))))
		s := paid()
		s.Redeem = rapid.Permutation([]redeem.Wish{discount(30), coupon, coffees}).Draw(t, "order")[:rapid.IntRange(1, 3).Draw(t, "wishes")]
		direct, err := c.Award(one, true, s, moment)(v)
		hold, no := c.Hold(one, s, moment.At.Add(10*time.Minute), moment)(v)
		if (err == nil) != (no == nil) {
			t.Fatalf("directly: %v; as a hold: %v", err, no)
		}
		if err != nil {
			return
		}
		hold.ID = ledger.HoldID{1}
		v.Hold = &hold
		captured := s
		captured.Hold, captured.Redeem = hold.ID, nil
		for _, at := range []ledger.Moment{moment, ledger.Calendar{}.Moment(noon.Add(20*time.Minute), true)} { // in time, and too late but nobody took it
			want := direct
			if at != moment {
				if want, err = c.Award(one, true, s, at)(v); err != nil {
					t.Fatal(err)
				}
			}
			got, err := c.Award(one, true, captured, at)(v)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, want)
			}
		}
	})
}

// A return that is decided from the code of the slip comes to what the shop of
// the sale would have decided, for a sale without lines; its set-asides stay.
func TestAReturnFromASlipIsThatOfTheShop(t *testing.T) {
	one := card(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		c := keyed(t, rewarding())
		c.Rules.Base.Redeeming = rapid.SampledFrom([]programme.TenderEarns{programme.EarnsFully, programme.EarnsNotPart}).Draw(t, "full")
		s := newShop(true)
		s.held[ledger.Account{1}] = map[ledger.Wallet]ledger.Position{
			"points": {Wallet: "points", Points: 100 * ledger.Unit}, "stamps": {Wallet: "stamps", Points: 25 * ledger.Unit},
		}
		sold := drawSale(t)
		sold.Basket.Lines = nil
		for _, w := range []redeem.Wish{discount(20), coupon, coffees} {
			if sold.Basket.Total >= 10_00 && rapid.Bool().Draw(t, w.Reward) {
				sold.Redeem = append(sold.Redeem, w)
			}
		}
		posted := s.must(t, s.view(ledger.Account{1}), c.Award(one, true, sold, moment))
		foreign, err := c.ReadSlip(qr(t, posted.Body.Slip))
		if err != nil {
			t.Fatal(err)
		}
		r := session.Return{Key: back("r")}
		if rapid.Bool().Draw(t, "a part") {
			r.Goods = []refund.Goods{{Amount: basket.Money(rapid.Int64Range(1, int64(max(sold.Basket.Total, 1))).Draw(t, "back"))}}
		}
		here, errHere := c.Return(r, nil, moment)(s.about(posted.Record.Head.Key(), ledger.Account{1}))
		v := s.view(ledger.Account{1})
		v.Next.Terminal = 2
		there, errThere := c.Return(r, &foreign, moment)(v)
		if fmt.Sprint(errHere) != fmt.Sprint(errThere) {
			t.Fatalf("here %v, there %v", errHere, errThere)
		}
		if errHere != nil {
			return
		}
		// Which rule had brought what, no slip says.
		for i := range here.Draft.Body.Reasons {
			here.Draft.Body.Reasons[i].Rule = ""
		}
		if !reflect.DeepEqual(there.Draft.Entries, here.Draft.Entries) || !reflect.DeepEqual(there.Draft.Body.Reasons, here.Draft.Body.Reasons) {
			t.Fatalf("here  %+v %+v\nthere %+v %+v", here.Draft.Entries, here.Draft.Body.Reasons, there.Draft.Entries, there.Draft.Body.Reasons)
		}
		if *there.Draft.Body.Sale != posted.Record.Head.Key() || there.Draft.Body.Account != (ledger.Account{1}) {
			t.Fatalf("there it is %+v", there.Draft.Body)
		}
	})
}
