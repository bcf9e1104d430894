package simulate_test

import (
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/simulate"
	"zegel/terminal/loyalty/simulate/year"
)

func shop(t testing.TB, baskets int) year.Shop {
	return year.Shop{Seed: 1, Members: baskets / 60, Baskets: baskets, Opens: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Zone: amsterdam(t)}
}

// records are a year's, under a programme.
func records(t testing.TB, rules programme.Rules, baskets int) (all []ledger.Record) {
	c := newTill(t, rules, true)
	shop(t, baskets).Visits(func(v year.Visit) bool {
		if r, made := c.visit(v); made {
			all = append(all, r)
		}
		return true
	})
	return all
}

func replay(t testing.TB, c simulate.Config, all []ledger.Record) simulate.Result {
	t.Helper()
	c.Zone = amsterdam(t)
	r := simulate.New(c)
	for _, one := range all {
		if body := one.Body; body != nil && body.Sale != nil {
			r.Expect(*body.Sale)
		}
	}
	for _, one := range all {
		if err := r.Add(one); err != nil {
			t.Fatal(err)
		}
	}
	return r.Result()
}

// adds fails where what came and went is not what is there, of a replay that
// began with nothing.
func adds(t testing.TB, r simulate.Result) {
	t.Helper()
	for _, w := range r.Wallets {
		for name, of := range map[string]func(simulate.Points) ledger.Points{
			"was":   func(p simulate.Points) ledger.Points { return p.Was },
			"draft": func(p simulate.Points) ledger.Points { return p.Draft },
		} {
			come := of(w.Base) + of(w.Bonus) + of(w.Other) + of(w.GivenBack)
			gone := of(w.Redeemed) + of(w.TakenBack) + of(w.Lapsed)
			if come-gone != of(w.Balance)+of(w.Pending) {
				t.Errorf("wallet %s, %s: %v came, %v went, and %v and %v are there", w.Name, name, come, gone, of(w.Balance), of(w.Pending))
			}
		}
	}
}

// same fails where the two worlds differ by a thousandth.
func same(t testing.TB, r simulate.Result) {
	t.Helper()
	if r.Baskets == 0 || r.BasketsAffected > 0 || r.MembersAffected > 0 || len(r.LeftOut) > 0 || r.Money.Was != r.Money.Draft {
		t.Errorf("%d of %d baskets and %d members differ, money %+v, left out %+v", r.BasketsAffected, r.Baskets, r.MembersAffected, r.Money, r.LeftOut)
	}
	for _, w := range r.Wallets {
		for name, p := range map[string]simulate.Points{
			"base": w.Base, "bonus": w.Bonus, "other": w.Other, "redeemed": w.Redeemed, "taken back": w.TakenBack, "given back": w.GivenBack, "lapsed": w.Lapsed, "balance": w.Balance, "pending": w.Pending,
		} {
			if p.Was != p.Draft {
				t.Errorf("wallet %s: %s was %v and is %v", w.Name, name, p.Was, p.Draft)
			}
		}
	}
	for _, rule := range r.Rules {
		if rule.Points.Was != rule.Points.Draft || rule.Times.Was != rule.Times.Draft {
			t.Errorf("rule %+v", rule)
		}
	}
	for _, w := range r.Rewards {
		if w.Points.Was != w.Points.Draft || w.Times.Was != w.Times.Draft || w.Money.Was != w.Money.Draft {
			t.Errorf("reward %+v", w)
		}
	}
}

func TestTheSameProgrammeComesToTheSame(t *testing.T) {
	rules := parse(t, year.Programme)
	all := records(t, rules, 6_000)
	for name, c := range map[string]simulate.Config{
		"a year":         {},
		"from September": {Since: "2026-09-01"},
		"a quarter":      {Since: "2026-04-01", Until: "2026-06-30"},
	} {
		t.Run(name, func(t *testing.T) {
			c.Draft = rules
			r := replay(t, c, all)
			same(t, r)
			if c.Since == "" {
				adds(t, r)
			}
			if len(r.Rules) < 7 || len(r.Rewards) != 2 || r.Wallets[0].TakenBack.Was == 0 || r.Wallets[0].GivenBack.Was == 0 || c.Until == "" && r.Wallets[1].Lapsed.Was == 0 || r.Wallets[0].Redeemed.Was == 0 {
				t.Errorf("the year has too little in it: %+v", r)
			}
		})
	}
}

func TestAnotherRateGivesThatMuchMore(t *testing.T) {
	const plain = `
version = 1
name = "Punten"
currency = "EUR"
zone = "Europe/Amsterdam"
[[wallet]]
name = "punten"
units = { nl = ["punt", "punten"] }
worth = "10.00"
[[card]]
name = "klantenkaart"
class = "gtin"
prefixes = ["29"]
[[earn]]
name = "basis"
wallet = "punten"
points = 1
per = "0.01"
`
	rules := parse(t, plain)
	all := records(t, rules, 3_000)
	r := replay(t, simulate.Config{Draft: parse(t, strings.Replace(plain, "points = 1\n", "points = 2\n", 1))}, all)
	adds(t, r)
	w := r.Wallets[0]
	if w.Base.Was == 0 || w.Base.Draft != 2*w.Base.Was || w.TakenBack.Draft != 2*w.TakenBack.Was || w.Balance.Draft != 2*w.Balance.Was {
		t.Errorf("got %+v", w)
	}
	if ledger.Points(r.Turnover)*ledger.Unit != w.Base.Was || w.Value.Draft != 2*w.Value.Was {
		t.Errorf("turnover %d, %+v", r.Turnover, w)
	}
	if r.BasketsAffected != r.Baskets || r.MembersAffected != r.Members || len(r.Top) != 10 || r.Rules[0].Points.Draft != 2*r.Rules[0].Points.Was {
		t.Errorf("got %+v", r)
	}
	for i, m := range r.Top {
		if m.Wallets[0].Earned.Draft != 2*m.Wallets[0].Earned.Was || i > 0 && m.Wallets[0].Earned.Was > r.Top[i-1].Wallets[0].Earned.Was {
			t.Errorf("member %d: %+v", i, m)
		}
	}
}

// change is the year's programme with something else in it.
func change(t testing.TB, old, with string) programme.Rules {
	t.Helper()
	if !strings.Contains(year.Programme, old) {
		t.Fatalf("the programme has no %q", old)
	}
	return parse(t, strings.Replace(year.Programme, old, with, 1))
}

func TestWhatAnotherDraftMeans(t *testing.T) {
	rules := parse(t, year.Programme)
	all := records(t, rules, 1_500)
	mug := func(r simulate.Result) simulate.Reward {
		for _, w := range r.Rewards {
			if w.Name == "Mok" {
				return w
			}
		}
		return simulate.Reward{}
	}
	t.Run("a dearer reward is had as often as there is enough for it", func(t *testing.T) {
		r := replay(t, simulate.Config{Draft: change(t, "name = \"Mok\"\nwallet = \"zegels\"\nkind = \"fixed\"\npoints = 10", "name = \"Mok\"\nwallet = \"zegels\"\nkind = \"fixed\"\npoints = 12"),
			Was: func(int64) (programme.Rules, bool) { return rules, true }}, all)
		adds(t, r)
		got := mug(r)
		if got.Times.Was == 0 || got.Times.Draft == 0 || got.Times.Draft >= got.Times.Was || got.Points.Draft != ledger.Points(got.Times.Draft)*12*ledger.Unit {
			t.Errorf("got %+v", got)
		}
		if len(r.LeftOut) != 1 || r.LeftOut[0].Name != "Mok" || r.LeftOut[0].Code != programme.TooFewPoints || r.LeftOut[0].Times != got.Times.Was-got.Times.Draft {
			t.Errorf("left out %+v, of %+v", r.LeftOut, got)
		}
	})
	t.Run("a reward the draft does not have is left out, and its stamps stay", func(t *testing.T) {
		r := replay(t, simulate.Config{Draft: change(t, "name = \"Mok\"", "name = \"Beker\"")}, all)
		adds(t, r)
		got := mug(r)
		if got.Times.Draft != 0 || len(r.LeftOut) != 1 || r.LeftOut[0].Code != programme.UnknownReward || r.LeftOut[0].Times != got.Times.Was || r.LeftOut[0].Points != got.Points.Was {
			t.Errorf("got %+v, left out %+v", got, r.LeftOut)
		}
	})
	t.Run("goods come back for what the draft gave for them", func(t *testing.T) {
		r := replay(t, simulate.Config{Draft: change(t, "name = \"basis\"\nwallet = \"punten\"\npoints = 1", "name = \"basis\"\nwallet = \"punten\"\npoints = 3")}, all)
		adds(t, r)
		if w := r.Wallets[0]; w.TakenBack.Draft < 2*w.TakenBack.Was || w.Base.Draft < 29*w.Base.Was/10 {
			t.Errorf("got %+v", w)
		}
	})
	t.Run("a tier nobody reaches gives nothing more", func(t *testing.T) {
		r := replay(t, simulate.Config{Draft: change(t, "from = 1000", "from = 100000")}, all)
		adds(t, r)
		for _, rule := range r.Rules {
			if rule.Name == "goud" && (rule.Points.Was == 0 || rule.Points.Draft != 0 || rule.Times.Draft != 0) {
				t.Errorf("got %+v", rule)
			}
			// Who has fewer points redeems fewer, and pays and earns the more for it.
			if rule.Name == "basis" && rule.Points.Draft < rule.Points.Was {
				t.Errorf("got %+v", rule)
			}
		}
	})
	t.Run("points that lapse sooner", func(t *testing.T) {
		r := replay(t, simulate.Config{Draft: change(t, `expires = "end of next year"`, `expires = "30 days"`)}, all)
		adds(t, r)
		if w := r.Wallets[0]; w.Lapsed.Was != 0 || w.Lapsed.Draft == 0 || w.Redeemed.Draft >= w.Redeemed.Was {
			t.Errorf("got %+v", w)
		}
	})
	t.Run("a wallet the draft does not know keeps what was in it", func(t *testing.T) {
		const plain = "version = 9\nname = \"Sterren\"\ncurrency = \"EUR\"\nzone = \"Europe/Amsterdam\"\n[[card]]\nname = \"k\"\nclass = \"gtin\"\nprefixes = [\"29\"]\n" +
			"[[wallet]]\nname = \"sterren\"\nunits = { nl = [\"ster\", \"sterren\"] }\n[[earn]]\nname = \"s\"\nwallet = \"sterren\"\npoints = 1\ncounts = \"order\"\nper = 1\nrounding = \"floor\"\n"
		r := replay(t, simulate.Config{Draft: parse(t, plain), Since: "2026-07-01"}, all)
		if len(r.Wallets) != 3 || r.Wallets[0].Name != "sterren" || r.Wallets[0].Base.Draft == 0 || r.Wallets[0].Base.Was != 0 {
			t.Fatalf("got %+v", r.Wallets)
		}
		if w := r.Wallets[1]; w.Base.Draft != 0 || w.Redeemed.Draft != 0 || w.Balance.Draft <= 0 {
			t.Errorf("got %+v", w)
		}
	})
}

func TestWhatCannotBeDecidedAgainStandsInBoth(t *testing.T) {
	rules := parse(t, year.Programme)
	all := records(t, rules, 1_500)
	emptied := 0
	for i := range all[:len(all)/2] {
		all[i].Body = nil
		if all[i].Head.Kind == ledger.KindAward {
			emptied++
		}
	}
	r := replay(t, simulate.Config{Draft: change(t, "name = \"basis\"\nwallet = \"punten\"\npoints = 1", "name = \"basis\"\nwallet = \"punten\"\npoints = 2")}, all)
	adds(t, r)
	if r.Emptied != emptied || r.Baskets == 0 || r.Emptied+r.Baskets < len(all)*9/10 {
		t.Errorf("%d emptied, %d decided, of %d", r.Emptied, r.Baskets, len(all))
	}
	if w := r.Wallets[0]; w.Base.Draft <= w.Base.Was || w.Base.Draft >= 2*w.Base.Was {
		t.Errorf("got %+v", w)
	}
	for i := range all {
		all[i].Body = nil
	}
	r = replay(t, simulate.Config{Draft: rules}, all)
	adds(t, r)
	if w := r.Wallets[0]; r.Baskets != 0 || w.Base.Was != w.Base.Draft || w.Balance.Was != w.Balance.Draft {
		t.Errorf("nothing is known of anything, and it came to %+v", w)
	}
}
