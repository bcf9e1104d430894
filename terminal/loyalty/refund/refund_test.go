package refund_test

import (
	"cmp"
	"encoding/json"
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

const wallet = ledger.Wallet("points")

var (
	one    = ledger.Account{1}
	branch = ledger.Branch{9}
	moment = ledger.Moment{Day: "2026-11-22", Trusted: true}
	alone  = redeem.Cover{Alone: true}
)

// each gives a whole point for so many cents; a point is worth a cent, and ten
// stamps a coffee.
func each(cents basket.Money, mode programme.Rounding) programme.Rules {
	return programme.Rules{
		Version: 1, Currency: "EUR", Wallets: []programme.Wallet{{Name: wallet}, {Name: "stamps"}},
		Earn: []programme.Rule{{Name: "base", Wallet: wallet, Points: ledger.Unit, Per: cents, Step: ledger.Unit, Rounding: mode}},
		Rewards: []programme.Reward{
			{Name: "Korting", Wallet: wallet, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
			{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit},
		},
	}
}

func holds(points ledger.Points) ledger.Holding {
	return ledger.Holding{Account: one, Known: true, Positions: []ledger.Position{{Wallet: wallet, Points: points}, {Wallet: "stamps", Points: 25_000}}}
}

func ticket(lines ...basket.Line) basket.Basket {
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR", Lines: lines}
	for _, l := range lines {
		b.Total += l.Amount
	}
	return b
}

func amounts(of ...basket.Money) basket.Basket {
	var lines []basket.Line
	for i, a := range of {
		lines = append(lines, basket.Line{ID: fmt.Sprint("r", i+1), Amount: a})
	}
	return ticket(lines...)
}

type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// A shop is a customer's account through a sale and what comes back of it, as
// one terminal keeps it.
type shop struct {
	rules programme.Rules
	cover redeem.Cover
	held  ledger.Holding
	next  int64
	sale  refund.Sale
	// tells says that records tell what was seen and what each line brought.
	tells bool
	today ledger.Day // of what comes back; that of the sale where it is ""
}

func (s *shop) record(t failer, kind ledger.Kind, entries []ledger.Entry, body ledger.Body) refund.Record {
	t.Helper()
	s.next++
	r := refund.Record{Head: ledger.Head{Version: 1, Terminal: 1, Branch: branch, Seq: s.next, Day: moment.Day, Kind: kind, Entries: entries}}
	if err := r.Head.Validate(); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	for i, e := range entries {
		if id, opens := e.Opens(r.Head.Key().Entry(i + 1)); opens && !s.cover.Alone {
			s.held.SetAsides = append(s.held.SetAsides, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
		}
	}
	// As it is read back.
	body.Account = one
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ledger.ParseBody(text)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = &read
	return r
}

// buy makes the sale, with a wish for every reward.
func (s *shop) buy(t failer, b basket.Basket, wishes ...redeem.Wish) {
	t.Helper()
	scene := scene.Scene{Rules: s.rules, Holding: s.held, Basket: b}.On(moment, nil)
	cover, left, earning := s.cover, b, b
	var had []redeem.Outcome
	for _, w := range wishes {
		o, err := redeem.Decide(scene, cover, left, w)
		if err != nil {
			t.Fatal(err)
		}
		scene.Holding, scene.House, cover, left, earning = o.After, o.House, cover.After(o), o.Left, o.Earning
		had = append(had, o)
	}
	earned, err := earn.Award(scene, earning)
	if err != nil {
		t.Fatal(err)
	}
	var entries []ledger.Entry
	body := ledger.Body{Basket: &b}
	if s.tells {
		body.Seen = &ledger.Seen{Known: true, Positions: s.held.Positions}
	}
	put := func(some []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
		for _, share := range shares {
			if share.Entry > 0 {
				share.Entry += len(entries)
			}
			if s.tells {
				body.Shares = append(body.Shares, share)
			}
		}
		entries, body.Reasons = append(entries, some...), append(body.Reasons, reasons...)
	}
	for _, o := range had {
		put(o.Entries, o.Shares, o.Reasons)
	}
	for i := range earned.Entries {
		earned.Entries[i].Closed = s.cover.Alone
	}
	put(earned.Entries, earned.Shares, earned.Reasons)
	s.held = earned.After
	s.sale = refund.Sale{Original: s.record(t, ledger.KindAward, entries, body)}
}

// made is a sale that a programme of any kind decided: its entries, and what
// each line brought of them.
func (s *shop) made(t failer, b basket.Basket, entries []ledger.Entry, shares []ledger.Share, reasons ...ledger.Reason) {
	t.Helper()
	seen := ledger.Seen{Known: true, Positions: slices.Clone(s.held.Positions)}
	s.fold(t, entries)
	s.sale = refund.Sale{Original: s.record(t, ledger.KindAward, entries, ledger.Body{Basket: &b, Seen: &seen, Shares: shares, Reasons: reasons})}
}

// fold adds entries of the member up to the holding.
func (s *shop) fold(t failer, entries []ledger.Entry) {
	t.Helper()
	s.held.Positions = slices.Clone(s.held.Positions)
	for _, e := range entries {
		if e.Account != s.held.Account && e.Kind != ledger.Redeem {
			continue
		}
		if err := s.held.Apply(e, moment.Day); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *shop) terms() refund.Terms {
	return refund.Terms{Rules: s.rules, Cover: s.cover, Day: cmp.Or(s.today, moment.Day)}
}

// bring takes goods back and keeps the record of it.
func (s *shop) bring(t failer, goods ...refund.Goods) (refund.Outcome, error) {
	t.Helper()
	o, err := refund.Return(s.terms(), s.held, s.sale, goods)
	if err == nil {
		s.keep(t, refund.KindReturn, o)
	}
	return o, err
}

func (s *shop) keep(t failer, kind ledger.Kind, o refund.Outcome) {
	t.Helper()
	before := s.held
	s.held = o.After
	for i, p := range before.Positions {
		if want := p.Points + sum(o.Entries, p.Wallet, others...); s.held.Positions[i].Points != want {
			t.Fatalf("after %v: %+v, entries %+v", p, s.held, o.Entries)
		}
	}
	s.sale.Later = append(s.sale.Later, s.record(t, kind, o.Entries, ledger.Body{Basket: &basket.Basket{Total: o.Amount, Lines: o.Lines}, Reasons: o.Reasons}))
}

// others are not the member.
var others = []ledger.Account{{7}, {8}}

func sum(entries []ledger.Entry, w ledger.Wallet, without ...ledger.Account) (p ledger.Points) {
	for _, e := range entries {
		if e.Wallet == w && !slices.Contains(without, e.Account) {
			p += e.Points
		}
	}
	return p
}

func wanted(t *testing.T, err error, code programme.Code) {
	t.Helper()
	var no *programme.Refusal
	if !errors.As(err, &no) || no.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func fraction(t *testing.T, num, den int64) ledger.Fraction {
	t.Helper()
	f, err := ledger.NewFraction(num, den)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestALineTakesBackWhatItBrought(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(100_000)}
	s.buy(t, amounts(12_34, 5_50)) // 17.84
	if got := s.held.In(wallet); got.Points != 117_000 || got.Rest != fraction(t, 840, 1) {
		t.Fatalf("after the sale: %+v", got)
	}
	o, err := s.bring(t, refund.Goods{ID: "r2"})
	if err != nil {
		t.Fatal(err)
	}
	key := s.sale.Original.Head.Key().Entry(1)
	want := []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Reverse, Points: -6_000, Rest: fraction(t, 500, 1), Reverses: &key}}
	if !reflect.DeepEqual(o.Entries, want) || o.Amount != 5_50 || o.Whole {
		t.Errorf("got %+v", o)
	}
	if !reflect.DeepEqual(o.Lines, []basket.Line{{ID: "r2", Amount: 5_50}}) || !reflect.DeepEqual(o.Changes, []refund.Change{{Wallet: wallet, TakenBack: 6_000}}) {
		t.Errorf("got %+v", o)
	}
	// What the rest of the sale is worth is what is left of the award.
	if got := s.held.In(wallet); got.Points != 111_000 || got.Rest != fraction(t, 1340, 1) {
		t.Errorf("after the return: %+v", got)
	}
	_, err = s.bring(t, refund.Goods{ID: "r2"})
	wanted(t, err, programme.Returned)
	o, err = s.bring(t, refund.Goods{Line: 1})
	if err != nil || !o.Whole {
		t.Fatalf("got %+v, %v", o, err)
	}
	if got := s.held.In(wallet); got.Points != 100_000 || !got.Rest.IsZero() {
		t.Errorf("after all of it: %+v", got)
	}
	_, err = s.bring(t)
	wanted(t, err, programme.Returned)
}

func TestSpentPointsComeBackInProportion(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(700_000)}
	s.buy(t, amounts(3_33, 6_67), redeem.Wish{Reward: "Korting", Points: 500_000})
	if got := s.held.In(wallet).Points; got != 205_000 {
		t.Fatalf("after the sale: %v", got)
	}
	o, err := s.bring(t, refund.Goods{ID: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	// 1,67 of 5,00 was paid for it besides the points: 1 point of 5.
	if want := []refund.Change{{Wallet: wallet, TakenBack: 1_000, GivenBack: 166_000}}; !reflect.DeepEqual(o.Changes, want) || o.PointsPaid != 1_66 {
		t.Errorf("got %+v", o)
	}
	if o, err = s.bring(t); err != nil || !o.Whole {
		t.Fatal(err)
	}
	if want := []refund.Change{{Wallet: wallet, TakenBack: 4_000, GivenBack: 334_000}}; !reflect.DeepEqual(o.Changes, want) || o.PointsPaid != 3_34 {
		t.Errorf("got %+v", o)
	}
	if s.held.In(wallet).Points != 700_000 {
		t.Errorf("got %+v", s.held)
	}
}

func TestAThingComesBackWithTheLastOfTheSale(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(100_000)}
	s.buy(t, amounts(10_00, 0), redeem.Wish{Reward: "Koffie", Points: 10_000}, redeem.Wish{Reward: "Korting", Points: 100_000})
	if o, err := s.bring(t, refund.Goods{ID: "r1", Amount: 5_00}); err != nil || o.Whole || sum(o.Entries, "stamps") != 0 || o.Changes[0].GivenBack != 50_000 {
		t.Errorf("got %+v, %v", o, err)
	}
	if o, err := s.bring(t, refund.Goods{ID: "r1"}); err != nil || o.Whole || sum(o.Entries, "stamps") != 0 || o.Changes[0].GivenBack != 50_000 {
		t.Errorf("got %+v, %v", o, err)
	}
	if o, err := s.bring(t, refund.Goods{ID: "r2"}); err != nil || !o.Whole || sum(o.Entries, "stamps") != 10_000 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestOnlySalesComeBack(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00))
	for _, kind := range []ledger.Kind{ledger.KindClose, ledger.KindGrant, refund.KindReturn} {
		other := s.sale
		other.Original.Head.Kind = kind
		_, err := refund.Return(s.terms(), s.held, other, nil)
		wanted(t, err, programme.NotASale)
		_, err = refund.Undo(s.terms(), s.held, other)
		wanted(t, err, programme.NotASale)
	}
	other := s.sale
	other.Original.Head.Entries = []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Adjust, Points: 1}}
	_, err := refund.Return(s.terms(), s.held, other, nil)
	wanted(t, err, programme.NotASale)
}

func TestUndoIsWholeAndOfTheSameDay(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(700_000)}
	s.buy(t, amounts(3_33, 6_67), redeem.Wish{Reward: "Korting", Points: 500_000})
	_, err := refund.Undo(refund.Terms{Rules: s.rules, Cover: alone, Day: "2026-11-23"}, s.held, s.sale)
	wanted(t, err, programme.OtherDay)
	o, err := refund.Undo(s.terms(), s.held, s.sale)
	if err != nil {
		t.Fatal(err)
	}
	if !o.Whole || o.Amount != 10_00 || o.PointsPaid != 5_00 || !reflect.DeepEqual(o.Changes, []refund.Change{{Wallet: wallet, TakenBack: 5_000, GivenBack: 500_000}}) {
		t.Errorf("got %+v", o)
	}
	s.keep(t, refund.KindUndo, o)
	if got := s.held.In(wallet); got.Points != 700_000 || !got.Rest.IsZero() {
		t.Errorf("got %+v", got)
	}
	_, err = refund.Undo(s.terms(), s.held, s.sale)
	wanted(t, err, programme.Returned)
	_, err = s.bring(t, refund.Goods{ID: "r1"})
	wanted(t, err, programme.Returned)
}

// A sale of yesterday that went to the right member today is still yesterday's.
func TestAMovedSaleIsUndoneOnTheDayItWasSold(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00))
	first := s.sale.Original
	moved := first
	moved.Head.Kind, moved.Head.Seq, moved.Head.Day = ledger.KindMove, first.Head.Seq+1, "2026-11-23"
	moved.Head.Entries = slices.Clone(first.Head.Entries)
	for i := range moved.Head.Entries {
		moved.Head.Entries[i].Kind = ledger.Move
	}
	key := first.Head.Key()
	body := *first.Body
	body.Sale = &key
	moved.Body = &body
	s.sale.Later = append(s.sale.Later, moved)
	_, err := refund.Undo(refund.Terms{Rules: s.rules, Cover: alone, Day: "2026-11-23"}, s.held, s.sale)
	wanted(t, err, programme.OtherDay)
}

func TestAfterAReturnThereIsNoUndo(t *testing.T) {
	s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00, 5_00))
	if _, err := s.bring(t, refund.Goods{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	_, err := refund.Undo(s.terms(), s.held, s.sale)
	wanted(t, err, programme.Returned)
}

func TestWithoutItsLinesASaleComesBackWhole(t *testing.T) {
	for _, emptied := range []string{"the sale", "a return"} {
		s := &shop{rules: each(100, programme.Carry), cover: alone, held: holds(700_000)}
		s.buy(t, amounts(3_33, 6_67), redeem.Wish{Reward: "Korting", Points: 500_000})
		if _, err := s.bring(t, refund.Goods{ID: "r1"}); err != nil {
			t.Fatal(err)
		}
		if emptied == "the sale" {
			s.sale.Original.Body = nil
		} else {
			s.sale.Later[0].Body = nil
		}
		_, err := s.bring(t, refund.Goods{ID: "r2"})
		wanted(t, err, programme.NotKept)
		if o, err := s.bring(t); err != nil || !o.Whole {
			t.Fatalf("%s: got %+v, %v", emptied, o, err)
		}
		if got := s.held.In(wallet); got.Points != 700_000 || !got.Rest.IsZero() {
			t.Errorf("%s: got %+v", emptied, got)
		}
		_, err = s.bring(t)
		wanted(t, err, programme.Returned)
	}
}

func TestAReturnLowersTheOpenAwardHere(t *testing.T) {
	joined := redeem.Cover{Now: 1}
	s := &shop{rules: each(100, programme.Floor), cover: joined, held: holds(0)}
	s.buy(t, amounts(10_00, 5_00))
	id := s.sale.Original.Head.Key().Entry(1).SetAside()

	// Eight of the fifteen are on a live hold: they stay.
	s.cover.Held = map[ledger.SetAsideID]ledger.Points{id: 8_000}
	o, err := s.bring(t, refund.Goods{ID: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []ledger.Draw{{From: id, Points: 7_000}}; !reflect.DeepEqual(o.Entries[0].Draws, want) || o.After.SetAsides[0].Left != 8_000 {
		t.Errorf("got %+v, left %+v", o.Entries, o.After.SetAsides)
	}
	s.cover.Held = nil
	o, err = s.bring(t, refund.Goods{ID: "r2"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []ledger.Draw{{From: id, Points: 5_000}}; !reflect.DeepEqual(o.Entries[0].Draws, want) {
		t.Errorf("got %+v", o.Entries)
	}

	// Elsewhere, or after a close, it is not open: the free part pays.
	s = &shop{rules: each(100, programme.Floor), cover: joined, held: holds(0)}
	s.buy(t, amounts(10_00))
	s.held.SetAsides = nil
	if o, err := s.bring(t); err != nil || o.Entries[0].Draws != nil || o.Entries[0].Points != -10_000 {
		t.Errorf("got %+v, %v", o, err)
	}
}

func TestWhatIsGivenBackOpensASetAsideUnlessTheShopStandsAlone(t *testing.T) {
	for _, closed := range []bool{true, false} {
		s := &shop{rules: each(100, programme.Floor), cover: redeem.Cover{Alone: closed, Now: 1}, held: holds(700_000)}
		if !closed {
			s.held.SetAsides = []ledger.SetAside{{ID: ledger.GrantID{1}.SetAside(), Account: one, Wallet: wallet, Opened: 500_000, Left: 500_000, NotAfter: 2}}
		}
		s.buy(t, amounts(5_00), redeem.Wish{Reward: "Korting", Points: 500_000})
		o, err := s.bring(t)
		if err != nil {
			t.Fatal(err)
		}
		if e := o.Entries[0]; e.Points != 500_000 || e.Closed != closed || e.Draws != nil {
			t.Errorf("got %+v", e)
		}
	}
}

func TestARecordIssuedAgainIsStillTheSameSale(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(0)}
	s.buy(t, amounts(10_00, 5_00))
	if _, err := s.bring(t, refund.Goods{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	origin := s.sale.Original.Head.Key()
	s.sale.Original.Head.Branch, s.sale.Original.Head.Origin = ledger.Branch{8}, &origin
	o, err := s.bring(t)
	if err != nil || sum(o.Entries, wallet) != -5_000 || o.Entries[0].Reverses.Record.Branch != (ledger.Branch{8}) {
		t.Errorf("got %+v, %v", o, err)
	}
}

// A till that redeems first and states what is left to pay makes two records.
func TestPointsRedeemedInARecordOfTheirOwnComeBackWithTheSale(t *testing.T) {
	s := &shop{rules: each(100, programme.Floor), cover: alone, held: holds(700_000)}
	gross := amounts(3_33, 6_67)
	o, err := redeem.Decide(scene.Scene{Rules: s.rules, Holding: s.held, Basket: gross}.On(moment, nil), s.cover, gross, redeem.Wish{Reward: "Korting", Points: 500_000})
	if err != nil {
		t.Fatal(err)
	}
	s.held = o.After
	redeemed := s.record(t, redeem.Kind, o.Entries, ledger.Body{Basket: &gross, Reasons: o.Reasons})
	s.buy(t, redeem.Net(gross, 5_00))
	s.sale.Besides = []refund.Record{redeemed}

	_, err = refund.Undo(refund.Terms{Rules: s.rules, Cover: alone, Day: "2026-11-23"}, s.held, s.sale)
	wanted(t, err, programme.OtherDay)
	undone, err := refund.Undo(s.terms(), s.held, s.sale)
	if err != nil || undone.After.In(wallet).Points != 700_000 {
		t.Errorf("got %+v, %v", undone, err)
	}
	back, err := s.bring(t, refund.Goods{ID: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []refund.Change{{Wallet: wallet, TakenBack: 1_000, GivenBack: 167_000}}; !reflect.DeepEqual(back.Changes, want) {
		t.Errorf("got %+v", back)
	}
	if key := redeemed.Head.Key().Entry(1); *back.Entries[0].Reverses != key {
		t.Errorf("got %+v, want %v", back.Entries, key)
	}
	s.sale.Besides[0].Body = nil
	_, err = s.bring(t, refund.Goods{ID: "r2"})
	wanted(t, err, programme.NotKept)
	if _, err := s.bring(t); err != nil || s.held.In(wallet).Points != 700_000 {
		t.Errorf("got %+v, %v", s.held, err)
	}
	s.sale.Besides[0].Head.Kind = ledger.KindAward
	_, err = s.bring(t)
	wanted(t, err, programme.NotASale)
}
