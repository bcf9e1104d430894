package programme_test

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func perPoint() programme.Reward {
	return programme.Reward{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1}
}

func fixed() programme.Reward {
	return programme.Reward{Name: "€ 5,00", Wallet: "points", Kind: programme.Fixed, Points: 500 * ledger.Unit, Value: 5_00}
}

func thing() programme.Reward {
	return programme.Reward{Name: "Koffie", Wallet: "points", Kind: programme.Fixed, Points: 10 * ledger.Unit}
}

func TestValidateRewards(t *testing.T) {
	change := func(r programme.Reward, change func(*programme.Reward)) programme.Reward {
		change(&r)
		return r
	}
	cases := []struct {
		name   string
		reward programme.Reward
		want   string // the beginning of the one complaint; "" for a good reward
	}{
		{"a point for a cent", perPoint(), ""},
		{"500 points for 5 euros", fixed(), ""},
		{"10 stamps for a coffee", thing(), ""},
		{"every limit", change(perPoint(), func(r *programme.Reward) {
			r.Block, r.Minimum, r.MaxPoints, r.MaxPercent, r.KeptFloor, r.Barcode = 50_000, 100_000, 100_000, 100, 1_000, "LOY 5"
		}), ""},
		{"a block of whole cents", change(perPoint(), func(r *programme.Reward) { r.Points, r.Block = 3_000, 6_000 }), ""},

		{"no name", change(fixed(), func(r *programme.Reward) { r.Name = " " }), "reward[0].name: need"},
		{"nobody's wallet", change(fixed(), func(r *programme.Reward) { r.Wallet = "miles" }), `reward[0].wallet: there is no wallet "miles"`},
		{"no kind", change(fixed(), func(r *programme.Reward) { r.Kind = "" }), `reward[0].kind: ""`},
		{"free", change(fixed(), func(r *programme.Reward) { r.Points = 0 }), "reward[0].points: 0: need more"},
		{"a price below nothing", change(fixed(), func(r *programme.Reward) { r.Points = -1_000 }), "reward[0].points: -1: need"},
		{"a price nobody has", change(fixed(), func(r *programme.Reward) { r.Points = programme.MaxRatePoints + 1_000 }), "reward[0].points: 1000001: need"},
		{"a price a slip cannot show", change(fixed(), func(r *programme.Reward) { r.Points = 500 }), "reward[0].points: 0.5: with 0 decimals"},
		{"a value below nothing", change(fixed(), func(r *programme.Reward) { r.Value = -1 }), "reward[0].value: -1 minor units: need 0"},
		{"points worth nothing", change(perPoint(), func(r *programme.Reward) { r.Value = 0 }), "reward[0].value: 0 minor units: need 1"},
		{"more than a basket has", change(fixed(), func(r *programme.Reward) { r.Value = basket.MaxAmount + 1 }), "reward[0].value: 100000001"},
		{"a fixed reward in blocks", change(fixed(), func(r *programme.Reward) { r.Block = 1_000 }), "reward[0].block: 1: a fixed"},
		{"parts of a cent", change(perPoint(), func(r *programme.Reward) { r.Points, r.Block = 3_000, 4_000 }), "reward[0].block: 4 is worth no whole"},
		{"a limit below the least", change(fixed(), func(r *programme.Reward) { r.Minimum, r.MaxPoints = 501_000, 999_000 }), "reward[0].max_points: 999: the least that is redeemed at once is 1000"},
		{"a limit below the price", change(thing(), func(r *programme.Reward) { r.MaxPoints = 9_000 }), "reward[0].max_points: 9: the least"},
		{"more than all of it", change(perPoint(), func(r *programme.Reward) { r.MaxPercent = 101 }), "reward[0].max_percent: 101"},
		{"less than nothing of it", change(perPoint(), func(r *programme.Reward) { r.MaxPercent = -1 }), "reward[0].max_percent: -1"},
		{"a share of a thing", change(thing(), func(r *programme.Reward) { r.MaxPercent = 50 }), "reward[0].max_percent: what is handed over"},
		{"a floor below nothing", change(fixed(), func(r *programme.Reward) { r.KeptFloor = -1_000 }), "reward[0].kept_floor: -1"},
		{"a barcode no scanner reads", change(fixed(), func(r *programme.Reward) { r.Barcode = "é" }), "reward[0].barcode: need"},
		{"an endless barcode", change(fixed(), func(r *programme.Reward) { r.Barcode = strings.Repeat("1", 65) }), "reward[0].barcode: need"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := good()
			r.Rewards = []programme.Reward{c.reward}
			err := r.Validate()
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var complaints programme.Complaints
			if !errors.As(err, &complaints) || len(complaints) != 1 || !strings.HasPrefix(complaints.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	twice := good()
	twice.Rewards = []programme.Reward{fixed(), fixed()}
	if err := twice.Validate(); err == nil || !strings.HasPrefix(err.Error(), `reward[1].name: "€ 5,00" stands twice`) {
		t.Errorf("got %v", err)
	}
}

func TestRewardIsFoundByItsName(t *testing.T) {
	r := good()
	r.Rewards = []programme.Reward{fixed(), thing()}
	if got, ok := r.Reward("Koffie"); !ok || !reflect.DeepEqual(got, thing()) {
		t.Errorf("got %+v, %t", got, ok)
	}
	if got, ok := r.Reward("koffie"); ok || !reflect.DeepEqual(got, programme.Reward{}) {
		t.Errorf("got %+v, %t", got, ok)
	}
}

func TestWorthAndMostOfAReward(t *testing.T) {
	capped := perPoint()
	capped.Block, capped.Minimum, capped.MaxPoints, capped.MaxPercent = 50_000, 120_000, 480_000, 50
	cases := []struct {
		name       string
		reward     programme.Reward
		total      basket.Money
		least, max ledger.Points
		worth      basket.Money // of max
	}{
		{"a cent a point", perPoint(), 12_34, 1_000, 1_234_000, 12_34},
		{"nothing to pay", perPoint(), 0, 1_000, 0, 0},
		{"a total below nothing", perPoint(), -5, 1_000, 0, 0},
		{"twice 5 euros", fixed(), 14_99, 500_000, 1_000_000, 10_00},
		{"just 5 euros", fixed(), 5_00, 500_000, 500_000, 5_00},
		{"a cent below 5 euros", fixed(), 4_99, 500_000, 0, 0},
		{"half of it, in blocks", capped, 7_99, 150_000, 350_000, 3_50},
		{"its own limit, in blocks", capped, 100_00, 150_000, 450_000, 4_50},
		{"the largest basket", perPoint(), basket.MaxAmount, 1_000, ledger.Points(basket.MaxAmount) * 1_000, basket.MaxAmount},
	}
	for _, c := range cases {
		if got := c.reward.Least(); got != c.least {
			t.Errorf("%s: the least is %v, want %v", c.name, got, c.least)
		}
		most := c.reward.Most(c.total)
		if most != c.max || c.reward.Worth(most) != c.worth {
			t.Errorf("%s: at most %v worth %d, want %v worth %d", c.name, most, c.reward.Worth(most), c.max, c.worth)
		}
	}
	if most := thing().Most(0); most < 1<<60 || most%thing().Points != 0 || thing().Worth(most) != 0 {
		t.Errorf("a thing has no limit in money, yet it is %v", most)
	}
	if got := perPoint().Worth(math.MaxInt64); got != basket.MaxAmount {
		t.Errorf("more than anybody holds is worth %d", got)
	}
}

// drawReward gives a reward that is in order.
func drawReward(t *rapid.T) programme.Reward {
	r := programme.Reward{
		Name: "r", Wallet: "points", Kind: rapid.SampledFrom(programme.RewardKinds()).Draw(t, "kind"),
		Points:     ledger.Points(rapid.Int64Range(1, 1_000_000).Draw(t, "points")) * ledger.Unit,
		Value:      basket.Money(rapid.Int64Range(1, int64(basket.MaxAmount)).Draw(t, "value")),
		MaxPercent: rapid.IntRange(0, 100).Draw(t, "percent"),
		Minimum:    ledger.Points(rapid.Int64Range(0, 10_000).Draw(t, "minimum")) * ledger.Unit,
	}
	if r.Kind == programme.PerPoint && rapid.Bool().Draw(t, "blocks") && r.Points <= programme.MaxRatePoints/9 {
		r.Block = r.Points * ledger.Points(rapid.Int64Range(1, 9).Draw(t, "block"))
	}
	rules := good()
	rules.Rewards = []programme.Reward{r}
	if err := rules.Validate(); err != nil {
		t.Fatalf("the test itself: %v", err)
	}
	return r
}

func TestMostIsAllThatFitsAndWorthIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReward(t)
		total := basket.Money(rapid.Int64Range(0, int64(basket.MaxAmount)).Draw(t, "total"))
		most := r.Most(total)
		room := total
		if r.MaxPercent > 0 {
			room = total * basket.Money(r.MaxPercent) / 100
		}
		worth := func(p ledger.Points) *big.Rat {
			return new(big.Rat).Mul(big.NewRat(int64(p), int64(r.Points)), big.NewRat(int64(r.Value), 1))
		}
		if most%r.Step() != 0 || worth(most).Cmp(big.NewRat(int64(r.Worth(most)), 1)) != 0 || r.Worth(most) > room {
			t.Fatalf("at most %v, worth %d of %d", most, r.Worth(most), room)
		}
		if next := most + r.Step(); worth(next).Cmp(big.NewRat(int64(room), 1)) <= 0 {
			t.Fatalf("%v would have fitted as well as %v", next, most)
		}
		if least := r.Least(); least%r.Step() != 0 || least < r.Minimum || least-r.Step() >= max(r.Minimum, 1) {
			t.Fatalf("the least is %v", least)
		}
	})
}
