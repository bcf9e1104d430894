package store_test

import (
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// A stocked is a shop that has one cake, which costs 7 points, and gives each
// member at most one mug, which costs 1.
type stocked struct {
	*store.DB
	clock   *handClock
	counter session.Counter
}

func newStocked(t *testing.T, alone bool, seed uint64) stocked {
	s := stocked{clock: &handClock{}, counter: tills}
	if s.DB = open(t, s.clock.config(t.TempDir(), seed)); !alone {
		if err := s.Join(t.Context(), []byte("office key"), "nonce 1"); err != nil {
			t.Fatal(err)
		}
	}
	s.counter.Rules.Rewards = []programme.Reward{
		{Name: "Taart", Wallet: "points", Kind: programme.Fixed, Points: 7 * ledger.Unit, Caps: []programme.Cap{{Times: 1, Per: programme.PerEver, Of: programme.OfTerminal}}},
		{Name: "Mok", Wallet: "points", Kind: programme.Fixed, Points: ledger.Unit, Caps: []programme.Cap{{Times: 1, Per: programme.PerEver}}},
	}
	for i := range 3 {
		bought(t, s.DB, string(rune('a'+i)), card(i+1), 50)
	}
	return s
}

func (s stocked) sale(id, reward string) session.Sale {
	r, _ := s.counter.Rules.Reward(reward)
	return session.Sale{Redeem: []redeem.Wish{{Reward: reward, Points: r.Points}}, Basket: basket.Basket{
		Key: basket.Key{Till: "1", Day: "2026-11-22", ID: id}, Currency: "EUR", Total: 20_00,
	}}
}

func (s stocked) request(t testing.TB, sale session.Sale, who ledger.Subject) ledger.Request {
	t.Helper()
	req, err := sale.Request(who)
	if err != nil {
		t.Fatal(err)
	}
	req.House, req.Hold = true, sale.Hold
	return req
}

func (s stocked) moment() ledger.Moment { return ledger.Calendar{}.Moment(s.clock.now, true) }

func (s stocked) holds(t testing.TB, sale session.Sale, who ledger.Subject) (session.Sale, error) {
	t.Helper()
	customer := session.Customer{Identifiers: who.Identifiers, Mode: ledger.Scanned}
	h, err := s.Hold(t.Context(), s.request(t, sale, who), s.counter.Hold(customer, sale, s.clock.now.Add(10*time.Minute), s.moment()))
	sale.Hold = h.ID
	return sale, err
}

func (s stocked) pays(t testing.TB, sale session.Sale, who ledger.Subject) error {
	t.Helper()
	customer := session.Customer{Identifiers: who.Identifiers, Mode: ledger.Scanned}
	_, err := s.Post(t.Context(), s.request(t, sale, who), s.counter.Award(customer, true, sale, s.moment()))
	return err
}

// What is set aside for one sale cannot be had by another, with a hold or
// without: the first has the last piece, the second is told at once.
func TestAHoldHasTheLastPiece(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newStocked(t, alone, 870)
		first, err := s.holds(t, s.sale("1", "Taart"), card(1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.holds(t, s.sale("2", "Taart"), card(2)); !is(err, programme.SoldOut) {
			t.Errorf("alone %t: a second hold of one cake: %v", alone, err)
		}
		if err := s.pays(t, s.sale("3", "Taart"), card(3)); !is(err, programme.SoldOut) {
			t.Errorf("alone %t: the cake without a hold: %v", alone, err)
		}
		if house, err := s.House(t.Context()); err != nil || house.Promised["cap/reward/Taart/times/ever"] != ledger.Unit {
			t.Errorf("alone %t: the counter is said to have %+v, %v", alone, house, err)
		}
		// The same sale asked once more takes the place of its own hold.
		if first, err = s.holds(t, first, card(1)); err != nil {
			t.Errorf("alone %t: the sale's own hold stands in its way: %v", alone, err)
		}
		if err := s.Release(t.Context(), first.Hold); err != nil {
			t.Fatal(err)
		}
		second, err := s.holds(t, s.sale("2", "Taart"), card(2))
		if err != nil {
			t.Fatalf("alone %t: given back, it is still gone: %v", alone, err)
		}
		if err := s.pays(t, second, card(2)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.holds(t, s.sale("4", "Taart"), card(1)); !is(err, programme.SoldOut) {
			t.Errorf("alone %t: the cake once more: %v", alone, err)
		}
		verified(t, s.DB)
	}
}

// One member at two lanes.
func TestAHoldCountsForItsMember(t *testing.T) {
	for _, alone := range []bool{true, false} {
		s := newStocked(t, alone, 871)
		if _, err := s.holds(t, s.sale("1", "Mok"), card(1)); err != nil {
			t.Fatal(err)
		}
		if err := s.pays(t, s.sale("2", "Mok"), card(1)); !is(err, programme.HadAlready) {
			t.Errorf("alone %t: a second mug: %v", alone, err)
		}
		if err := s.pays(t, s.sale("3", "Mok"), card(2)); err != nil {
			t.Errorf("alone %t: another member's mug: %v", alone, err)
		}
		verified(t, s.DB)
	}
}

// The till has given it: a sale that comes after its hold's time is posted, also
// where the last piece went to another one meanwhile.
func TestAHoldWhoseTimeIsOverKeepsNoPiece(t *testing.T) {
	s := newStocked(t, true, 872)
	late, err := s.holds(t, s.sale("1", "Taart"), card(1))
	if err != nil {
		t.Fatal(err)
	}
	s.clock.passes(11 * time.Minute)
	if err := s.pays(t, s.sale("2", "Taart"), card(2)); err != nil {
		t.Errorf("the cake is still kept: %v", err)
	}
	if err := s.pays(t, late, card(1)); err != nil {
		t.Errorf("what was given over the counter is not posted: %v", err)
	}
	if house, err := s.House(t.Context()); err != nil || house.In("cap/reward/Taart/times/ever").Points != 2*ledger.Unit {
		t.Errorf("counted %+v, %v", house, err)
	}
	verified(t, s.DB)
}
