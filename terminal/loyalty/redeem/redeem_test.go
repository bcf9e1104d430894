package redeem_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/settle"
)

const (
	wallet = ledger.Wallet("points")
	now    = ledger.Stamp(1_000_000)
)

var one, two = ledger.Account{1}, ledger.Account{2}

func perPoint() programme.Reward {
	return programme.Reward{Name: "Korting", Wallet: wallet, Kind: programme.PerPoint, Points: ledger.Unit, Value: 1}
}

func fixed() programme.Reward {
	return programme.Reward{Name: "€ 5,00", Wallet: wallet, Kind: programme.Fixed, Points: 500 * ledger.Unit, Value: 5_00}
}

func coffee() programme.Reward {
	return programme.Reward{Name: "Koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit}
}

func with(rewards ...programme.Reward) programme.Rules {
	return programme.Rules{Currency: "EUR", Wallets: []programme.Wallet{{Name: wallet}, {Name: "stamps"}}, Rewards: rewards}
}

func sale(amounts ...basket.Money) basket.Basket {
	b := basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "17"}, Currency: "EUR"}
	for _, a := range amounts {
		b.Total += a
		b.Lines = append(b.Lines, basket.Line{Amount: a})
	}
	return b
}

func own(n int64, a ledger.Account, left ledger.Points) ledger.SetAside {
	key := ledger.Key{Terminal: 1, Branch: ledger.Branch{9}, Seq: n}.Entry(1)
	return ledger.SetAside{ID: key.SetAside(), Account: a, Wallet: wallet, Opened: left, Left: left}
}

func granted(n byte, a ledger.Account, left ledger.Points, notAfter ledger.Stamp) ledger.SetAside {
	return ledger.SetAside{ID: ledger.GrantID{n}.SetAside(), Account: a, Wallet: wallet, Opened: left, Left: left, NotAfter: notAfter}
}

func decide(rules programme.Rules, h ledger.Holding, c redeem.Cover, b basket.Basket, w redeem.Wish) (redeem.Outcome, error) {
	return redeem.Decide(scene.Scene{Rules: rules, Holding: h, Basket: b}, c, b, w)
}

func offers(rules programme.Rules, h ledger.Holding, c redeem.Cover, b basket.Basket) []redeem.Offer {
	return redeem.Offers(scene.Scene{Rules: rules, Holding: h, Basket: b}, c, b)
}

func capture(rules programme.Rules, h ledger.Holding, c redeem.Cover, b basket.Basket, parts []ledger.HoldPart, promises []redeem.Promise) ([]redeem.Outcome, error) {
	return redeem.Capture(scene.Scene{Rules: rules, Holding: h, Basket: b}, c, parts, promises)
}

// holds is a holding that head office has spoken of.
func holds(points ledger.Points, asides ...ledger.SetAside) ledger.Holding {
	return ledger.Holding{Account: one, Known: true, Positions: []ledger.Position{{Wallet: wallet, Points: points}}, SetAsides: asides}
}

func TestSpendable(t *testing.T) {
	grant, award := granted(1, one, 60, now+1), own(1, one, 30)
	cases := []struct {
		name string
		h    ledger.Holding
		c    redeem.Cover
		want ledger.Points
	}{
		{"alone: all of it", holds(100), redeem.Cover{Alone: true}, 100},
		{"alone: a debt", holds(-5), redeem.Cover{Alone: true}, 0},
		{"alone: less what holds have", holds(100), redeem.Cover{Alone: true, Promised: map[ledger.Wallet]ledger.Points{wallet: 40, "stamps": 99}}, 60},
		{"alone: holds have more than there is", holds(100), redeem.Cover{Alone: true, Promised: map[ledger.Wallet]ledger.Points{wallet: 140}}, 0},
		{"alone: of a wallet it has nothing in", ledger.Holding{Known: true}, redeem.Cover{Alone: true}, 0},
		{"nothing set aside", holds(100), redeem.Cover{Now: now}, 0},
		{"a grant and an award", holds(100, grant, award), redeem.Cover{Now: now}, 90},
		{"a grant in its last millisecond", holds(100, grant), redeem.Cover{Now: now}, 60},
		{"a grant whose time is over", holds(100, grant, award), redeem.Cover{Now: now + 1}, 30},
		{"a debt of 10", holds(80, grant, award), redeem.Cover{Now: now}, 80},
		{"a debt that a grant whose time is over keeps open", holds(80, grant, award), redeem.Cover{Now: now + 1}, 20},
		{"a debt of all there is", holds(0, grant, award), redeem.Cover{Now: now}, 0},
		{"a debt of more than there is", holds(-7, grant, award), redeem.Cover{Now: now}, 0},
		{"less what holds have", holds(100, grant, award), redeem.Cover{Now: now, Held: map[ledger.SetAsideID]ledger.Points{grant.ID: 50, "e/else": 9}}, 40},
		{"a hold on more than is left", holds(100, grant, award), redeem.Cover{Now: now, Held: map[ledger.SetAsideID]ledger.Points{grant.ID: 70}}, 30},
		{"holds and a debt", holds(80, grant, award), redeem.Cover{Now: now, Held: map[ledger.SetAsideID]ledger.Points{grant.ID: 50}}, 30},
		{"of another wallet", holds(100, grant, ledger.SetAside{ID: "x", Wallet: "stamps", Left: 9}), redeem.Cover{Now: now}, 60},
		{"not known here", ledger.Holding{Positions: holds(30).Positions, SetAsides: []ledger.SetAside{award}}, redeem.Cover{Now: now}, 30},
		{"sums that do not fit", holds(math.MaxInt64, own(1, one, math.MaxInt64), own(2, one, math.MaxInt64)), redeem.Cover{Now: now}, math.MaxInt64},
		{"the least position there is", holds(math.MinInt64, grant), redeem.Cover{Now: now}, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := redeem.Spendable(c.h, wallet, "", c.c); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestDecideDrawsOnWhatEndsFirst(t *testing.T) {
	late, soon, over := granted(1, one, 40_000, now+9), granted(2, one, 30_000, now+1), granted(3, one, 99_000, now)
	second, first := own(8, two, 20_000), own(2, one, 10_000)
	h := holds(199_000, second, late, over, first, soon)
	o, err := decide(with(perPoint()), h, redeem.Cover{Now: now, Held: map[ledger.SetAsideID]ledger.Points{late.ID: 15_000}}, sale(10_00), redeem.Wish{Reward: "Korting", Points: 75_000})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Entry{
		{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -65_000, Draws: []ledger.Draw{{From: soon.ID, Points: 30_000}, {From: late.ID, Points: 25_000}, {From: first.ID, Points: 10_000}}},
		{Account: two, Wallet: wallet, Kind: ledger.Redeem, Points: -10_000, Draws: []ledger.Draw{{From: second.ID, Points: 10_000}}},
	}
	if !reflect.DeepEqual(o.Entries, want) {
		t.Errorf("got %+v\nwant %+v", o.Entries, want)
	}
	if o.Discount != 75 || o.Points != 75_000 || o.Times != 75 || o.After.In(wallet).Points != 124_000 {
		t.Errorf("got %+v", o)
	}
	reasons := []ledger.Reason{{Code: "redeemed", Rule: "Korting", Wallet: wallet, Points: -75_000, Amount: 75}}
	if !reflect.DeepEqual(o.Reasons, reasons) {
		t.Errorf("got %+v", o.Reasons)
	}
	// What was decided from is not changed by it.
	if h.In(wallet).Points != 199_000 || h.SetAsides[4].Left != 30_000 || o.After.SetAsides[4].Left != 0 {
		t.Errorf("before %+v, after %+v", h.SetAsides, o.After.SetAsides)
	}
}

func TestDecideAloneDrawsOnNothing(t *testing.T) {
	o, err := decide(with(fixed()), holds(1_200_000), redeem.Cover{Alone: true, Now: now}, sale(10_00), redeem.Wish{Reward: "€ 5,00", Points: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Entry{{Account: one, Wallet: wallet, Kind: ledger.Redeem, Points: -1_000_000}}
	if !reflect.DeepEqual(o.Entries, want) || o.Discount != 10_00 || o.Times != 2 || o.After.In(wallet).Points != 200_000 {
		t.Errorf("got %+v", o)
	}
}

func TestAThingTakesNothingOff(t *testing.T) {
	h := ledger.Holding{Account: one, Known: true, Positions: []ledger.Position{{Wallet: "stamps", Points: 25_000}}}
	o, err := decide(with(coffee()), h, redeem.Cover{Alone: true}, sale(0), redeem.Wish{Reward: "Koffie", Points: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	if o.Discount != 0 || o.Times != 2 || o.After.In("stamps").Points != 5_000 {
		t.Errorf("got %+v", o)
	}
}

func TestRefusals(t *testing.T) {
	floor, capped := perPoint(), perPoint()
	floor.KeptFloor = 10_000
	capped.Block, capped.Minimum, capped.MaxPercent = 50_000, 100_000, 50
	alone := redeem.Cover{Alone: true, Now: now}
	grant := granted(1, one, 60_000, now+1)
	stranger := ledger.Holding{Account: one, Positions: holds(20_000).Positions, SetAsides: []ledger.SetAside{own(1, one, 20_000)}}
	cases := []struct {
		name   string
		reward programme.Reward
		h      ledger.Holding
		c      redeem.Cover
		total  basket.Money
		points ledger.Points
		code   programme.Code
		says   ledger.Points
	}{
		{"one point short", fixed(), holds(499_000), alone, 5_00, 500_000, programme.TooFewPoints, 1_000},
		{"a debt", fixed(), holds(-20_000), alone, 5_00, 500_000, programme.TooFewPoints, 500_000},
		{"a hold has it", fixed(), holds(500_000), redeem.Cover{Alone: true, Promised: map[ledger.Wallet]ledger.Points{wallet: 1}}, 5_00, 500_000, programme.TooFewPoints, 1},
		{"nothing", perPoint(), holds(99_000), alone, 5_00, 0, programme.BelowMinimum, 1_000},
		{"less than nothing", perPoint(), holds(99_000), alone, 5_00, -1_000, programme.BelowMinimum, 1_000},
		{"the least there is", perPoint(), holds(99_000), alone, 5_00, math.MinInt64, programme.BelowMinimum, 1_000},
		{"a block below the minimum", capped, holds(999_000), alone, 50_00, 50_000, programme.BelowMinimum, 100_000},
		{"between two blocks", capped, holds(999_000), alone, 50_00, 120_000, programme.NotAMultiple, 50_000},
		{"a part of a point", perPoint(), holds(99_000), alone, 5_00, 1_001, programme.NotAMultiple, 1_000},
		{"above half of it", capped, holds(999_000), alone, 4_10, 250_000, programme.AboveCap, 200_000},
		{"a basket too small for the least", capped, holds(999_000), alone, 1_99, 100_000, programme.AboveCap, 0},
		{"above the total", fixed(), holds(999_000), alone, 4_99, 500_000, programme.AboveCap, 0},
		{"what must stay", floor, holds(50_000), alone, 5_00, 41_000, programme.KeptFloor, 10_000},
		{"all there is", perPoint(), holds(math.MaxInt64), alone, 5_00, math.MaxInt64 - 807, programme.AboveCap, 500_000},
		{"more than is set aside here", perPoint(), holds(100_000, grant), redeem.Cover{Now: now}, 5_00, 61_000, programme.LineNeeded, 60_000},
		{"nothing is set aside here", perPoint(), holds(100_000), redeem.Cover{Now: now}, 5_00, 1_000, programme.LineNeeded, 0},
		{"more than it has anywhere", perPoint(), holds(100_000, grant), redeem.Cover{Now: now}, 5_00, 101_000, programme.TooFewPoints, 1_000},
		{"more than is known here", perPoint(), stranger, redeem.Cover{Now: now}, 5_00, 21_000, programme.NotKnownHere, 0},
		{"nobody has seen it", perPoint(), ledger.Holding{New: true}, redeem.Cover{Now: now}, 5_00, 1_000, programme.NotKnownHere, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := decide(with(c.reward), c.h, c.c, sale(c.total), redeem.Wish{Reward: c.reward.Name, Points: c.points})
			var no *programme.Refusal
			if !errors.As(err, &no) || no.Code != c.code || no.Points != c.says || no.Wallet.Name != wallet {
				t.Errorf("got %v (%+v), want %s with %d", err, no, c.code, c.says)
			}
		})
	}
}

func TestWhatIsNoSaleOfTheProgrammeIsRefused(t *testing.T) {
	foreign, broken := sale(5_00), sale(2_00, 3_00)
	foreign.Currency = "GBP"
	broken.Total++
	for _, c := range []struct {
		b      basket.Basket
		reward string
		code   programme.Code
	}{{sale(5_00), "Gratis", programme.UnknownReward}, {foreign, "€ 5,00", programme.OtherCurrency}, {broken, "€ 5,00", programme.BadBasket}} {
		_, err := decide(with(fixed()), holds(999_000), redeem.Cover{Alone: true}, c.b, redeem.Wish{Reward: c.reward, Points: 500_000})
		var no *programme.Refusal
		if !errors.As(err, &no) || no.Code != c.code {
			t.Errorf("got %v, want %s", err, c.code)
		}
	}
}

func TestOffers(t *testing.T) {
	rules := with(perPoint(), fixed(), coffee())
	h := holds(1_230_000)
	h.Positions = append(h.Positions, ledger.Position{Wallet: "stamps", Points: 7_000})
	got := offers(rules, h, redeem.Cover{Alone: true}, sale(8_00))
	want := []redeem.Offer{
		{Reward: perPoint(), Least: 1_000, Most: 800_000, Suggested: 800_000, Discount: 8_00},
		{Reward: fixed(), Least: 500_000, Most: 500_000, Suggested: 500_000, Discount: 5_00},
		{Reward: coffee(), Refusal: &programme.Refusal{Code: programme.TooFewPoints, Points: 3_000, Wallet: programme.Wallet{Name: "stamps"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := offers(with(), h, redeem.Cover{}, sale()); len(got) != 0 {
		t.Errorf("a programme without rewards offers %v", got)
	}
	// A fixed reward begins with one, also where there is room for more.
	if o := offers(with(fixed()), h, redeem.Cover{Alone: true}, sale(20_00))[0]; o.Suggested != 500_000 || o.Most != 1_000_000 {
		t.Errorf("got %+v", o)
	}
}

func TestMoreSetAsidesThanARecordHasRoomForAreLeftForTheNext(t *testing.T) {
	h := holds(1_000_000)
	for n := range 38 {
		h.SetAsides = append(h.SetAsides, own(int64(n+1), one, 1_000))
	}
	if got := redeem.Spendable(h, wallet, "", redeem.Cover{Now: now}); got != 32_000 {
		t.Errorf("got %v", got)
	}
	o, err := decide(with(perPoint()), h, redeem.Cover{Now: now}, sale(1_00), redeem.Wish{Reward: "Korting", Points: 32_000})
	if err != nil || len(o.Entries[0].Draws) != 32 {
		t.Fatalf("got %+v, %v", o, err)
	}
	if got := redeem.Spendable(o.After, wallet, "", redeem.Cover{Now: now}); got != 6_000 {
		t.Errorf("then got %v", got)
	}
	// Other rewards of the same record take room too.
	if got := redeem.Spendable(h, wallet, "", redeem.Cover{Now: now, Drawn: 30}); got != 2_000 {
		t.Errorf("with room for two: %v", got)
	}
	if got := redeem.Spendable(h, wallet, "", redeem.Cover{Now: now, Drawn: 33}); got != 0 {
		t.Errorf("without room: %v", got)
	}
}

// drawCustomer is any account, or two of one member, with holds on them.
func drawCustomer(t *rapid.T) (ledger.Holding, redeem.Cover) {
	c := redeem.Cover{Alone: rapid.Bool().Draw(t, "alone"), Now: now}
	h := ledger.Holding{Account: one, Known: c.Alone || rapid.Bool().Draw(t, "known")}
	for _, w := range []ledger.Wallet{wallet, "stamps"} {
		p := rapid.SampledFrom([]int64{-30, -1, 0, 1, 20, 55, 100}).Draw(t, "position")
		h.Positions = append(h.Positions, ledger.Position{Wallet: w, Points: ledger.Points(p) * ledger.Unit})
	}
	if c.Alone {
		if rapid.Bool().Draw(t, "promised") {
			c.Promised = map[ledger.Wallet]ledger.Points{wallet: ledger.Points(rapid.Int64Range(0, 60).Draw(t, "of it")) * ledger.Unit}
		}
		return h, c
	}
	c.Held = make(map[ledger.SetAsideID]ledger.Points)
	for n := range rapid.IntRange(0, 6).Draw(t, "set-asides") {
		account := rapid.SampledFrom([]ledger.Account{one, two}).Draw(t, "of")
		left := ledger.Points(rapid.Int64Range(0, 40).Draw(t, "left")) * ledger.Unit
		s := own(int64(n+1), account, left)
		if rapid.Bool().Draw(t, "granted") {
			s = granted(byte(n), account, left, now+ledger.Stamp(rapid.Int64Range(-1, 2).Draw(t, "until")))
		}
		s.Wallet = rapid.SampledFrom([]ledger.Wallet{wallet, wallet, "stamps"}).Draw(t, "in")
		h.SetAsides = append(h.SetAsides, s)
		if rapid.Bool().Draw(t, "held") {
			c.Held[s.ID] = ledger.Points(rapid.Int64Range(0, int64(left)).Draw(t, "by holds"))
		}
	}
	return h, c
}

func drawReward(t *rapid.T) programme.Reward {
	r := programme.Reward{
		Name: "r", Wallet: wallet, Kind: rapid.SampledFrom(programme.RewardKinds()).Draw(t, "kind"),
		Points:    ledger.Points(rapid.Int64Range(1, 30).Draw(t, "price")) * ledger.Unit,
		Value:     basket.Money(rapid.Int64Range(1, 500).Draw(t, "value")),
		Minimum:   ledger.Points(rapid.Int64Range(0, 30).Draw(t, "minimum")) * ledger.Unit,
		KeptFloor: ledger.Points(rapid.Int64Range(0, 20).Draw(t, "floor")) * ledger.Unit,
	}
	if r.Kind == programme.PerPoint {
		r.Block = r.Points * ledger.Points(rapid.Int64Range(0, 3).Draw(t, "block"))
	} else if rapid.Bool().Draw(t, "a thing") {
		r.Value = 0
	}
	if r.Value > 0 {
		r.MaxPercent = rapid.IntRange(0, 100).Draw(t, "percent")
	}
	return r
}

func TestOffersAreExactlyWhatCanBeRedeemed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, c := drawCustomer(t)
		r := drawReward(t)
		rules, b := with(r), sale(basket.Money(rapid.Int64Range(0, 20_00).Draw(t, "total")))
		offer := offers(rules, h, c, b)[0]
		before := fmt.Sprint(h, c)
		for p := ledger.Points(0); p <= 200*ledger.Unit; p += ledger.Unit {
			o, err := decide(rules, h, c, b, redeem.Wish{Reward: "r", Points: p})
			offered := offer.Refusal == nil && p >= offer.Least && p <= offer.Most && p%r.Step() == 0
			if offered != (err == nil) {
				t.Fatalf("%v points: %v, offered %+v", p, err, offer)
			}
			if err == nil {
				lawful(t, h, c, b, r, o)
			}
		}
		if after := fmt.Sprint(h, c); after != before {
			t.Fatalf("deciding changed %s\nto %s", before, after)
		}
	})
}

// lawful checks a redemption against everything that must hold of one, and
// posts it at head office.
func lawful(t *rapid.T, h ledger.Holding, c redeem.Cover, b basket.Basket, r programme.Reward, o redeem.Outcome) {
	if spendable := redeem.Spendable(h, wallet, "", c); o.Points > spendable || o.Points > h.In(wallet).Points-r.KeptFloor {
		t.Fatalf("redeemed %v of %v spendable, position %v", o.Points, spendable, h.In(wallet).Points)
	}
	if o.Discount > b.Total || o.Discount != r.Worth(o.Points) || o.After.In(wallet).Points != h.In(wallet).Points-o.Points {
		t.Fatalf("got %+v of %v", o, b.Total)
	}
	asides := make(map[ledger.SetAsideID]ledger.SetAside)
	book := settle.NewBook()
	for _, s := range h.SetAsides {
		asides[s.ID] = s
		at := settle.Purse{Account: s.Account, Wallet: s.Wallet}
		book.SetAsides[s.ID] = settle.SetAside{ID: s.ID, Purse: at, Terminal: 1, Branch: ledger.Branch{9}, Opened: s.Opened, Left: s.Left, NotAfter: s.NotAfter}
		balance := book.Balances[at]
		balance.SetAside += s.Left
		book.Balances[at] = balance
	}
	item := &settle.Item{Key: ledger.Key{Terminal: 1, Branch: ledger.Branch{9}, Seq: 99}, Kind: redeem.Kind}
	var spent ledger.Points
	seen := make(map[ledger.Account]bool)
	for i, e := range o.Entries {
		if err := e.Validate(); err != nil || seen[e.Account] || e.Kind != ledger.Redeem {
			t.Fatalf("entry %+v: %v", e, err)
		}
		seen[e.Account] = true
		spent -= e.Points
		var drawn ledger.Points
		for _, d := range e.Draws {
			s := asides[d.From]
			drawn += d.Points
			if s.Account != e.Account || s.Wallet != wallet || d.Points > s.Left-c.Held[s.ID] || (s.NotAfter != 0 && now >= s.NotAfter) {
				t.Fatalf("drew %+v on %+v", d, s)
			}
		}
		if !c.Alone && drawn != -e.Points || c.Alone && drawn != 0 {
			t.Fatalf("drew %v for %v", drawn, e.Points)
		}
		item.Lines = append(item.Lines, settle.Line{Number: i + 1, Entry: e})
	}
	if spent != o.Points {
		t.Fatalf("the entries spend %v of %v", spent, o.Points)
	}
	if c.Alone {
		return
	}
	// At head office no free part gets any smaller, whatever it is.
	if fx := book.Post(item); fx.Parked != "" || len(fx.Exceptions) > 0 {
		t.Fatalf("head office says %+v", fx)
	}
	for _, s := range o.After.SetAsides {
		if book.SetAsides[s.ID].Left != s.Left {
			t.Fatalf("head office has %v left of %s, here it is %v", book.SetAsides[s.ID].Left, s.ID, s.Left)
		}
	}
}

func TestASecondRewardIsDecidedFromTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, c := drawCustomer(t)
		rules, b := with(drawReward(t)), sale(basket.Money(rapid.Int64Range(0, 20_00).Draw(t, "total")))
		var spent ledger.Points
		var off basket.Money
		spendable := redeem.Spendable(h, wallet, "", c)
		for after, left := h, b; ; {
			offer := offers(rules, after, c, left)[0]
			if offer.Refusal != nil {
				break
			}
			o, err := decide(rules, after, c, left, redeem.Wish{Reward: "r", Points: offer.Least})
			if err != nil {
				t.Fatal(err)
			}
			spent, off = spent+o.Points, off+o.Discount
			after, left = o.After, redeem.Net(left, o.Discount)
		}
		if spent > spendable || off > b.Total {
			t.Fatalf("in turns %v of %v points, %d of %d", spent, spendable, off, b.Total)
		}
	})
}

func TestNetSharesADiscountOut(t *testing.T) {
	cases := []struct {
		name     string
		amounts  []basket.Money
		discount basket.Money
		want     []basket.Money
	}{
		{"nothing off", []basket.Money{3_33, 6_67}, 0, []basket.Money{3_33, 6_67}},
		{"half off", []basket.Money{3_33, 6_67}, 5_00, []basket.Money{1_67, 3_33}},
		{"all of it", []basket.Money{3_33, 6_67}, 10_00, []basket.Money{0, 0}},
		{"with a coupon among the lines", []basket.Money{10_00, -5_00}, 2_50, []basket.Money{5_00, -2_50}},
		{"a coupon first", []basket.Money{-5_00, 10_00}, 2_50, []basket.Money{-2_50, 5_00}},
		{"more than there is to pay", []basket.Money{1_00}, 5_00, []basket.Money{0}},
		{"less than nothing", []basket.Money{1_00}, -5_00, []basket.Money{1_00}},
	}
	for _, c := range cases {
		b := sale(c.amounts...)
		net := redeem.Net(b, c.discount)
		if want := sale(c.want...); !reflect.DeepEqual(net, want) {
			t.Errorf("%s: got %+v, want %+v", c.name, net, want)
		}
		if !reflect.DeepEqual(b, sale(c.amounts...)) {
			t.Errorf("%s: the basket itself was changed", c.name)
		}
	}
	total := sale()
	total.Total = 7_00
	if net := redeem.Net(total, 2_00); net.Total != 5_00 || net.Lines != nil {
		t.Errorf("without lines: got %+v", net)
	}
}

func TestThePartPaidWithPointsEarnsAsTheProgrammeHasIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(-300, 900), 1, 12).Draw(t, "lines")
		var sum int64
		for _, a := range amounts {
			sum += a
		}
		if sum <= 0 {
			amounts = append(amounts, 1-sum)
		}
		var lines []basket.Money
		for _, a := range amounts {
			lines = append(lines, basket.Money(a))
		}
		b := sale(lines...)
		discount := basket.Money(rapid.Int64Range(0, int64(b.Total)).Draw(t, "discount"))
		rules := with(perPoint())
		rules.Earn = []programme.Rule{{Name: "base", Wallet: wallet, Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Carry}}
		for _, full := range []bool{false, true} {
			rules.Base.Redeeming = map[bool]programme.TenderEarns{true: programme.EarnsFully}[full]
			earning := redeem.Earning(rules, b, discount)
			if err := earning.Validate(); err != nil {
				t.Fatal(err)
			}
			o, err := earn.Award(scene.Scene{Rules: rules, Holding: holds(0), Basket: b, Moment: ledger.Moment{Day: "2026-11-22"}}, earning)
			if err != nil {
				t.Fatal(err)
			}
			paid := b.Total - discount
			if full {
				paid = b.Total
			}
			if exact, _ := o.Gains[0].Rest.Over(1); int64(o.Gains[0].Points)+exact != int64(paid)*10 {
				t.Fatalf("full %t: %d earned %v and %v", full, paid, o.Gains[0].Points, o.Gains[0].Rest)
			}
			for i, l := range earning.Lines {
				if was := b.Lines[i].Amount; was >= 0 && (l.Amount < 0 || l.Amount > was) || was < 0 && (l.Amount > 0 || l.Amount < was) {
					t.Fatalf("line %d of %d became %d", i+1, was, l.Amount)
				}
			}
		}
	})
}

func BenchmarkOffers(b *testing.B) {
	rules, s := with(perPoint(), fixed(), coffee()), sale(10_00, 5_00)
	h := holds(500_000, granted(1, one, 400_000, now+1), own(1, one, 23_000), own(2, two, 5_000))
	for b.Loop() {
		offers(rules, h, redeem.Cover{Now: now}, s)
	}
}
