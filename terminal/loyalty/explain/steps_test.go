package explain_test

import (
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// What is told adds up, line by line, to what the record's entries give: what
// was carried in, what each rule brought, and what is carried on.
func TestThePartsAddUpToTheEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := drawCustomer(t), drawBasket(t)
		for i := range c.rules.Earn {
			if rapid.Bool().Draw(t, "carries") {
				c.rules.Earn[i].Rounding = programme.Carry
			}
		}
		c.rules.Earn[4].If.Channels, c.rules.Earn[4].Points = nil, ledger.Points(rapid.Int64Range(1, 7_000).Draw(t, "a visit"))
		if rapid.Bool().Draw(t, "visits are capped") {
			c.rules.Earn[4].Caps = []programme.Cap{{Points: ledger.Points(rapid.Int64Range(1, 5).Draw(t, "cap")) * ledger.Unit, Per: programme.PerDay}}
			c.held = append(c.held, holds("cap/bezoek/points/day", ledger.Points(rapid.Int64Range(0, 5).Draw(t, "used"))*ledger.Unit, today))
		}
		r := c.buy(t, b)
		again(t, c, r)
		x, err := explain.Record(r, c.rules, zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []ledger.Wallet{points, stamps} {
			addsUp(t, x, r, w)
		}
	})
}

func addsUp(t *rapid.T, x explain.Explanation, r ledger.Record, w ledger.Wallet) {
	var entries ledger.Points
	for _, e := range r.Head.Entries {
		if e.Wallet == w && e.Points > 0 {
			entries += e.Points
		}
	}
	var told, rule, others, given ledger.Points
	in, on := 0, 0
	for _, p := range x.Parts {
		if p.Wallet != w {
			continue
		}
		if p.Def != nil && p.Def.Referrer {
			if p.Code == explain.Sum {
				others = p.Points
			} else if earn.IsStep(p.Reason) {
				others += p.Points
			}
			continue
		}
		switch p.Code {
		case earn.ReasonCarried:
			in++
			told += p.Points
		case earn.ReasonRounded, earn.ReasonCapped, earn.ReasonMost:
			told, rule = told+p.Points, rule+p.Points
		case explain.Sum:
			if rule != p.Points {
				t.Fatalf("the steps of %s come to %v, told is %v: %+v", p.Rule, rule, p.Points, x.Parts)
			}
		case explain.Total:
			if told != p.Points {
				t.Fatalf("the parts come to %v, told is %v together: %+v", told, p.Points, x.Parts)
			}
		case explain.Whole:
			given, told = p.Points, told-p.Points
		case explain.Next:
			if on++; told != p.Points {
				t.Fatalf("%v are left, told is that %v count next time: %+v", told, p.Points, x.Parts)
			}
			told = given
		default:
			if earn.IsStep(p.Reason) {
				told, rule = told+p.Points, p.Points
			}
		}
	}
	if told+others != entries || in > 1 || on > 1 {
		t.Fatalf("of %s told is %v and %v of others, the entries give %v; carried in %d times, on %d times: %+v", w, told, others, entries, in, on, x.Parts)
	}
	var rest ledger.Fraction
	for _, p := range r.Body.Seen.Positions {
		if p.Wallet == w {
			rest = p.Rest
		}
	}
	for _, e := range r.Head.Entries {
		if e.Wallet == w && e.Account == one {
			sum, err := rest.Add(e.Rest)
			if err != nil {
				t.Fatal(err)
			}
			rest = sum
		}
	}
	for _, p := range x.Parts {
		if p.Code == explain.Next && p.Wallet == w && p.Points != ledger.Points(rest.Num/max(rest.Den, 1)) {
			t.Fatalf("told is that %v count next time, the account carries %+v", p.Points, rest)
		}
	}
}

// Of every rule for sales, and every reward that is had without asking, is told
// either what it gave or why it gave nothing.
func TestEveryRuleIsToldOfOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, b := drawCustomer(t), drawBasket(t)
		r := c.buy(t, b)
		x, err := explain.Record(r, c.rules, zone)
		if err != nil {
			t.Fatal(err)
		}
		times := make(map[string]int)
		seen := make(map[string]bool)
		for _, p := range x.Parts {
			if p.Rule != "" && !seen[p.Rule] {
				seen[p.Rule] = true
				times[p.Rule]++
			}
		}
		for _, p := range x.Missed {
			times[p.Rule]++
			if p.Why == "" {
				t.Fatalf("nothing says why %s was not had", p.Rule)
			}
		}
		for _, rule := range c.rules.Earn {
			if rule.Event == "" && times[rule.Name] != 1 {
				t.Fatalf("%s is told of %d times: %+v", rule.Name, times[rule.Name], x.Parts)
			}
		}
		for _, w := range c.rules.Rewards {
			if w.Automatic && times[w.Name] != 1 {
				t.Fatalf("%s is told of %d times: %+v", w.Name, times[w.Name], x.Parts)
			}
		}
	})
}

// Of a large programme the nearest of what was not had are told, and the others
// when they are asked for.
func TestTheNearestOfWhatWasNotHad(t *testing.T) {
	r := rules()
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"} {
		rule := r.Earn[0]
		rule.Name, rule.Bonus, rule.If, rule.Lines = name, true, programme.Condition{Tiers: []string{"Goud"}}, programme.Selector{Categories: []string{"koffie"}}
		r.Earn = append(r.Earn, rule)
	}
	x, err := explain.Record(customer{rules: r}.buy(t, receipt(goods(10_00), basket.Line{ID: "k", Quantity: 1000, Amount: 2_50, Category: "koffie"})), r, zone)
	if err != nil {
		t.Fatal(err)
	}
	if x.Near != 8 || len(x.Missed) <= x.Near {
		t.Fatalf("%d of %d are near", x.Near, len(x.Missed))
	}
	if last := x.Missed[len(x.Missed)-1]; last.Rule != "voorjaar" {
		t.Errorf("last is %s, want what is over", last.Rule)
	}
}
