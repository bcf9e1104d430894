package refund_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
)

func TestPiecesOfALineAddUpToIt(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, ticket(basket.Line{ID: "a", Quantity: 3_000, Amount: 10_00}, basket.Line{ID: "b", Amount: 5_00}))
	var got []string
	for range 3 {
		o, err := s.bring(t, refund.Goods{ID: "a", Quantity: 1_000})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(o.Amount, " ", -sum(o.Entries, wallet), " ", o.Lines[0].Quantity))
	}
	if want := []string{"333 3 1000", "333 3 1000", "334 4 1000"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	_, err := s.bring(t, refund.Goods{ID: "a", Quantity: 1_000})
	wanted(t, err, programme.Returned)
}

func TestASaleWithoutLinesComesBackByAmount(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	b := ticket()
	b.Total = 10_00
	s.buy(t, b)
	if o, err := s.bring(t, refund.Goods{Amount: 2_50}); err != nil || o.Amount != 2_50 || o.Whole {
		t.Fatalf("got %+v, %v", o, err)
	}
	if got := s.held.In(wallet); got.Points != 8_000 || got.Rest != fraction(t, -500, 1) {
		t.Errorf("got %+v", got)
	}
	_, err := s.bring(t, refund.Goods{Amount: 7_51})
	wanted(t, err, programme.MoreThanSold)
	if o, err := s.bring(t, refund.Goods{Amount: 7_50}); err != nil || !o.Whole {
		t.Fatalf("got %+v, %v", o, err)
	}
	_, err = s.bring(t, refund.Goods{Amount: 1})
	wanted(t, err, programme.Returned)
	if got := s.held.In(wallet); got.Points != 0 || !got.Rest.IsZero() {
		t.Errorf("got %+v", got)
	}
}

func TestRefusedReturns(t *testing.T) {
	b := ticket(basket.Line{ID: "a", Quantity: 2_000, Amount: 10_00}, basket.Line{ID: "c", Amount: -1_00}, basket.Line{ID: "n"}, basket.Line{ID: "d", Amount: 5_00})
	cases := []struct {
		name  string
		goods []refund.Goods
		code  programme.Code
	}{
		{"no such id", []refund.Goods{{ID: "z"}}, programme.UnknownLine},
		{"no such number", []refund.Goods{{Line: 5}}, programme.UnknownLine},
		{"the basket of a sale with lines", []refund.Goods{{Amount: 1_00}}, programme.UnknownLine},
		{"an id of another line", []refund.Goods{{ID: "a", Line: 2}}, programme.UnknownLine},
		{"a cent more", []refund.Goods{{ID: "a", Amount: 10_01}}, programme.MoreThanSold},
		{"an amount below nothing", []refund.Goods{{ID: "a", Amount: -1}}, programme.MoreThanSold},
		{"a discount turned round", []refund.Goods{{ID: "c", Amount: 1}}, programme.MoreThanSold},
		{"more of a discount", []refund.Goods{{ID: "c", Amount: -1_01}}, programme.MoreThanSold},
		{"a piece more", []refund.Goods{{ID: "a", Quantity: 2_001}}, programme.MoreThanSold},
		{"pieces below nothing", []refund.Goods{{ID: "a", Quantity: -1}}, programme.MoreThanSold},
		{"pieces of what has none", []refund.Goods{{ID: "d", Quantity: 1_000}}, programme.MoreThanSold},
		{"an amount of what cost nothing", []refund.Goods{{ID: "n", Amount: 1}}, programme.MoreThanSold},
		{"a line twice at once", []refund.Goods{{ID: "d"}, {ID: "d"}}, programme.Returned},
		{"what cost nothing twice", []refund.Goods{{ID: "n"}, {ID: "n"}}, programme.Returned},
		{"more in two goes", []refund.Goods{{ID: "d", Amount: 3_00}, {ID: "d", Amount: 2_01}}, programme.MoreThanSold},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
			s.buy(t, b)
			_, err := s.bring(t, c.goods...)
			wanted(t, err, c.code)
		})
	}
}

func TestADiscountThatComesBackAfterItsGoods(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00, 10_00, -5_00))
	var got []ledger.Points
	for _, id := range []string{"r3", "r1", "r2"} {
		o, err := s.bring(t, refund.Goods{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, sum(o.Entries, wallet))
	}
	// The discount alone gives nobody points; then it counts.
	if want := []ledger.Points{0, -5_000, -10_000}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAReturnOfALineTheSaleDoesNotHaveIsAFault(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00, 5_00))
	if _, err := s.bring(t, refund.Goods{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	good := s.sale.Later[0].Body.Reasons[0]
	for _, bad := range []ledger.Reason{{Line: 7}, {Line: 1, Amount: 10_01}, {Line: 2, Amount: -1}} {
		bad.Code = good.Code
		s.sale.Later[0].Body.Reasons[0] = bad
		_, err := s.bring(t)
		var no *programme.Refusal
		if err == nil || errors.As(err, &no) {
			t.Errorf("%+v: got %v", bad, err)
		}
	}
}

func TestPiecesAfterAnAmountNeverTurnALineRound(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, ticket(basket.Line{ID: "a", Quantity: 3_000, Amount: 9_00}, basket.Line{ID: "b", Amount: 5_00}))
	var got []basket.Money
	for _, g := range []refund.Goods{{ID: "a", Amount: 8_00}, {ID: "a", Quantity: 1_000}, {ID: "a", Quantity: 2_000}} {
		o, err := s.bring(t, g)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, o.Amount)
	}
	if want := []basket.Money{8_00, 0, 1_00}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestADiscountThatComesBackSpendsNoPoints(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(150_000)}
	s.buy(t, amounts(10_00, 10_00, -5_00), redeem.Wish{Reward: "Korting", Points: 150_000})
	var got []ledger.Points
	for _, id := range []string{"r1", "r3", "r2"} {
		o, err := s.bring(t, refund.Goods{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		var given ledger.Points
		for _, c := range o.Changes {
			given += c.GivenBack
		}
		got = append(got, given)
	}
	if want := []ledger.Points{100_000, 0, 50_000}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLinesTakeBackWhatTheAwardSaidTheyBrought(t *testing.T) {
	for _, of := range [][]basket.Money{{3_00, 2_00, 5_00}, {-2_00, 5_00, 4_00}, {40, 60, 1_00}} {
		b := amounts(of...)
		rules := each(100, programme.Floor)
		o, err := earn.Award(scene.Scene{Rules: rules, Holding: holds(0), Basket: b, Moment: moment}, b)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range o.Gains[0].Lines {
			s := &shop{rules: rules, cover: alone, held: holds(0)}
			s.buy(t, b)
			back, err := s.bring(t, refund.Goods{Line: i + 1})
			if err != nil {
				t.Fatal(err)
			}
			if got := -sum(back.Entries, wallet); got != want {
				t.Errorf("%v: line %d takes back %v, it brought %v", of, i+1, got, want)
			}
		}
	}
}

// What was not awarded by a rate has no remainder for each line.
func TestARemainderInNoProportionComesBackWithTheLast(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	s.buy(t, amounts(12_34, 5_50))
	s.sale.Original.Head.Entries[0].Rest = fraction(t, 1, 7)
	o, err := s.bring(t, refund.Goods{ID: "r2"})
	if err != nil || !o.Entries[0].Rest.IsZero() {
		t.Errorf("got %+v, %v", o, err)
	}
	o, err = s.bring(t)
	if err != nil || o.Entries[0].Rest != fraction(t, -1, 7) {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestADiscountAndAThingFromOneWallet(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(700_000)}
	s.rules.Rewards[1].Wallet = wallet
	s.buy(t, amounts(5_00, 5_00), redeem.Wish{Reward: "Korting", Points: 90_000}, redeem.Wish{Reward: "Koffie", Points: 10_000})
	var got []ledger.Points
	for _, id := range []string{"r1", "r2"} {
		o, err := s.bring(t, refund.Goods{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, o.Changes[0].GivenBack)
	}
	// Half of the discount, rounded down in each of the two entries, and then
	// the rest with the coffee.
	if want := []ledger.Points{44_000, 56_000}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// As many goods as a record has room for.
func TestAReturnHasAtMostAsManyGoodsAsABasketHasLines(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, ticket(basket.Line{ID: "a", Amount: 10_00}))
	cents := slices.Repeat([]refund.Goods{{ID: "a", Amount: 1}}, basket.MaxLines+1)
	_, err := s.bring(t, cents...)
	wanted(t, err, programme.BadBasket)
	if o, err := s.bring(t, cents[1:]...); err != nil || o.Amount != 3_00 {
		t.Errorf("got %+v, %v", o, err)
	}
}
