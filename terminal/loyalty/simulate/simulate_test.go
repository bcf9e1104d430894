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
