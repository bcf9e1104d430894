package advice

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func (a *adviser) rewards() {
	for i, r := range a.rules.Rewards {
		key := fmt.Sprintf("reward[%d]", i)
		a.reach(r, key)
		a.stock(r, key)
		if r.Value <= 0 || r.Points <= 0 || (r.Gives != programme.GivesMoney && r.Gives != programme.GivesCash) {
			continue
		}
		// What one unit of the currency that is paid gives back, in per cent.
		back := new(big.Rat).Mul(a.perUnit(r.Wallet), big.NewRat(int64(r.Value), int64(r.Points)))
		back.Mul(back, big.NewRat(100, int64(a.minor)))
		switch {
		case back.Cmp(big.NewRat(100, 1)) > 0:
			a.add(key+".value", "take fewer points for every so much, or less value",
				"%q gives back more than was paid for its points: %s %% of it", r.Name, back.FloatString(0))
		case back.Cmp(big.NewRat(20, 1)) > 0:
			a.add(key+".value", "look whether that is meant",
				"%q gives back %s %% of what its points cost to earn", r.Name, back.FloatString(1))
		}
	}
}

// likeStock is more times than one member is likely to have a reward.
const likeStock = 20

// stock tells of a cap that looks like a stock and counts for each member.
func (a *adviser) stock(r programme.Reward, key string) {
	for i, c := range r.Caps {
		if c.Of == programme.OfMember && c.Per == programme.PerEver && c.Times >= likeStock {
			a.add(fmt.Sprintf("%s.caps[%d]", key, i), `if it is a stock, add of = "terminal"`,
				"each member can have %q %d times, however often others had it", r.Name, c.Times)
		}
	}
}

// reach tells of a reward that hardly anybody can have.
func (a *adviser) reach(r programme.Reward, key string) {
	if r.Points <= 0 || r.NthFree {
		return
	}
	w, _ := a.rules.Wallet(r.Wallet)
	price := r.Least() + r.KeptFloor
	earned, more := a.yearly(r.Wallet)
	switch {
	case w.Most > 0 && w.Most < price:
		a.add(key+".points", "raise the wallet's most, or lower the price", "%q costs %v, and nobody can hold more than %v", r.Name, price, w.Most)
	case more || w.Kind == programme.StoredValue: // it comes from elsewhere too
	case earned.Sign() == 0:
		a.add(key+".wallet", "add a rule that earns it", "nothing earns %q, so nobody can have %q", string(r.Wallet), r.Name)
	case earned.Cmp(big.NewRat(int64(price), 1)) < 0:
		a.add(key+".points", "lower the price, or give more points",
			"%q costs %v; whoever spends %s in %d sales has %v", r.Name, price, a.money(spent*a.minor), sales, thousandths(earned))
	}
}

// thousandths are whole ones of a sum, for people.
func thousandths(sum *big.Rat) ledger.Points {
	whole := new(big.Int).Quo(sum.Num(), sum.Denom())
	if !whole.IsInt64() {
		return 1 << 62
	}
	return ledger.Points(whole.Int64())
}

// A tier beyond these is out of reach, however long the window.
const (
	mostSpent  = 50_000 // of the currency's units in a year
	daysInYear = 366
)

func (a *adviser) standing() {
	for i, l := range a.rules.Ladders {
		years := big.NewRat(int64(l.Window.Months), 12)
		years.Add(years, big.NewRat(int64(l.Window.Days), daysInYear))
		if years.Sign() == 0 {
			years.SetInt64(1) // the calendar year at most
		}
		if l.Window == (programme.Validity{}) {
			years.SetInt64(50) // a lifetime
		}
		for j, v := range l.Levels {
			key := fmt.Sprintf("ladder[%d].level[%d].from", i, j)
			most, more := new(big.Rat), false
			switch l.On {
			case programme.OnSpend:
				most.SetInt64(mostSpent * int64(ledger.Unit))
			case programme.OnVisits:
				most.SetInt64(daysInYear * int64(ledger.Unit))
			case programme.OnPoints:
				most, more = a.yearly(l.Wallet)
				most.Mul(most, big.NewRat(mostSpent/spent, 1))
			}
			if most.Mul(most, years); !more && most.Cmp(big.NewRat(int64(v.From), 1)) < 0 {
				a.add(key, "lower it, or look further back with window", "nobody reaches %q: it takes %v of %s within the window", v.Name, v.From, l.On)
			}
		}
	}
}

// conditions looks for what can never hold.
func (a *adviser) conditions() {
	for i, e := range a.rules.Earn {
		a.never(e.If, fmt.Sprintf("earn[%d]", i), e.Name)
		a.noLines(e.Lines, fmt.Sprintf("earn[%d].lines", i), e.Name)
	}
	for i, r := range a.rules.Rewards {
		a.never(r.If, fmt.Sprintf("reward[%d]", i), r.Name)
		a.noLines(r.Lines, fmt.Sprintf("reward[%d].lines", i), r.Name)
	}
	for i, g := range a.rules.Games {
		a.never(g.If, fmt.Sprintf("game[%d]", i), g.Name)
	}
	for i, m := range a.rules.Messages {
		a.never(m.If, fmt.Sprintf("message[%d]", i), m.Name)
	}
}

func (a *adviser) never(c programme.Condition, key, name string) {
	switch {
	case c.MaxTotal > 0 && c.MinTotal > c.MaxTotal:
		a.add(key+".if.max_total", "let it be more than min_total", "%q never holds: no sale comes to %s and at most %s", name, a.money(c.MinTotal), a.money(c.MaxTotal))
	case len(c.Segments) > 0 && !slices.ContainsFunc(c.Segments, func(s string) bool { return !slices.Contains(c.NotSegments, s) }):
		a.add(key+".if.not_segments", "leave one of the two out", "%q never holds: who is in %s is in not_segments too", name, strings.Join(c.Segments, ", "))
	}
}

// noLines tells of lines that the programme excludes.
func (a *adviser) noLines(s programme.Selector, key, name string) {
	if len(s.Products)+len(s.Categories)+len(s.Tags)+len(s.Sets) > 0 || len(s.Kinds) == 0 {
		return
	}
	if !slices.ContainsFunc(s.Kinds, func(k string) bool { return !slices.Contains(a.rules.Base.Excluded.Kinds, k) }) {
		a.add(key+".kinds", "name other lines, or exclude less in [base]", "%q never counts a line: the programme excludes %s", name, strings.Join(s.Kinds, ", "))
	}
}

func (a *adviser) partners() {
	for i, p := range a.rules.Partners {
		for _, e := range a.rules.Earn {
			if _, clears := p.Clears[e.Wallet]; !clears && (e.Issuer == p.Name || e.Issuer == programme.IssuerOfSale) {
				a.add(fmt.Sprintf("partner[%d].clears", i), fmt.Sprintf("set clears = { %s = \"…\" }, for 1,000 of them", string(e.Wallet)),
					"%q pays for %q, and nothing says what they are settled at", p.Name, string(e.Wallet))
				break
			}
		}
	}
}

// unused looks for what has a name that nothing mentions.
func (a *adviser) unused() {
	used := a.mentioned()
	say := func(what, name string, i int) {
		if !used[what+" "+name] {
			a.add(fmt.Sprintf("%s[%d].name", what, i), "name it somewhere, or leave it out", "nothing names the %s %q", what, name)
		}
	}
	for i, s := range a.rules.Sets {
		say("set", s.Name, i)
	}
	for i, s := range a.rules.Segments {
		say("segment", s.Name, i)
	}
	for i, p := range a.rules.Perks {
		say("perk", p.Name, i)
	}
}

func (a *adviser) mentioned() map[string]bool {
	used := make(map[string]bool)
	name := func(what string, names []string) {
		for _, n := range names {
			used[what+" "+n] = true
		}
	}
	lines := func(s programme.Selector) {
		for at := &s; at != nil; at = at.Not {
			name("set", at.Sets)
		}
	}
	condition := func(c programme.Condition) {
		name("segment", c.Segments)
		name("segment", c.NotSegments)
	}
	lines(a.rules.Base.Excluded)
	for _, s := range a.rules.Sets {
		lines(s.Selector)
	}
	for _, e := range a.rules.Earn {
		lines(e.Lines)
		condition(e.If)
	}
	for _, r := range a.rules.Rewards {
		lines(r.Lines)
		condition(r.If)
	}
	for _, l := range a.rules.Ladders {
		lines(l.Lines)
		for _, v := range l.Levels {
			name("perk", v.Perks)
		}
	}
	for _, c := range a.rules.Clubs {
		lines(c.Fee)
		name("perk", c.Perks)
	}
	for _, s := range a.rules.Segments {
		lines(s.Lines)
	}
	for _, g := range a.rules.Games {
		condition(g.If)
	}
	for _, m := range a.rules.Messages {
		condition(m.If)
	}
	return used
}
