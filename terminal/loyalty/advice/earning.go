package advice

import (
	"fmt"
	"math/big"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

func (a *adviser) earning() {
	campaign := -1
	for i, e := range a.rules.Earn {
		key := fmt.Sprintf("earn[%d]", i)
		if a.flat(e) {
			a.add(key+".points", "give points for every so much, give bands, or say from which min_total on",
				"%q gives %v for %s and as much for %s", e.Name, e.Points, a.money(5*a.minor), a.money(100*a.minor))
		}
		if e.Event != "" && e.Event != "enrolled" && e.Counts != programme.Multiple && len(e.Caps) == 0 {
			a.add(key+".caps", `bound it, with caps = [{ times = 1, per = "month" }]`,
				"whoever can send %q with one id after the other gets %v for each", e.Event, e.Points)
		}
		once := slices.ContainsFunc(e.Caps, func(c programme.Cap) bool { return c.Of == programme.OfMember && c.Per == programme.PerEver })
		if e.Referrer && !e.If.FirstPurchase && e.Event == "" && !once {
			a.add(key+".if", `add first_purchase = true, or caps = [{ times = 1, per = "ever" }] for the first that is large enough`,
				"who brought a member in gets %q with every sale of that member", e.Name)
		}
		if !e.Campaign {
			continue
		}
		if campaign < 0 {
			campaign = i
		}
		if e.If.Until == "" {
			a.add(key+".if", "say until when", "the campaign %q has no last day", e.Name)
		}
	}
	if campaign >= 0 && a.rules.HoldOut == 0 {
		a.add(fmt.Sprintf("earn[%d].campaign", campaign), "set hold_out = 10, before the campaign begins",
			"nobody is held out of campaigns, so nobody can ever say what they bring")
	}
}

// flat reports whether a rule gives the same for a small sale as for a large.
func (a *adviser) flat(e programme.Rule) bool {
	w, _ := a.rules.Wallet(e.Wallet)
	once := e.If.FirstPurchase || e.If.Birthday != nil || e.If.MinTotal > 0
	for _, c := range e.Caps {
		once = once || c.Per == programme.PerWeek || c.Per == programme.PerMonth || c.Per == programme.PerYear || c.Per == programme.PerEver
	}
	return e.Counts == programme.Order && e.Event == "" && w.Kind != programme.Stamps && !once && e.Lines.IsZero() && !e.Bonus && !e.Referrer
}

// groups looks for groups that would shut each other out.
func (a *adviser) groups() {
	members := make(map[string][]programme.Rule)
	for _, e := range a.rules.Earn {
		members[e.Group] = append(members[e.Group], e)
	}
	for i, g := range a.rules.Groups {
		key := fmt.Sprintf("group[%d]", i)
		mine := members[g.Name]
		if len(mine) == 0 {
			a.add(key+".name", "name it at rules, or leave it out", "no rule is in the group %q", g.Name)
			continue
		}
		if g.Combine != programme.Exclusive {
			continue
		}
		for _, o := range a.rules.Groups[:i] {
			theirs := members[o.Name]
			if o.Combine == programme.Exclusive && len(theirs) > 0 && theirs[0].Wallet == mine[0].Wallet && overlap(mine, theirs) {
				a.add(key+".combine", "put the rules in one group, or give them conditions that never hold together",
					"the groups %q and %q each want to be the only one, and can hold for the same sale: the first in the file wins", o.Name, g.Name)
			}
		}
	}
}

func overlap(a, b []programme.Rule) bool {
	for _, x := range a {
		for _, y := range b {
			if !apart(x.If, y.If) && (x.Event == "") == (y.Event == "") {
				return true
			}
		}
	}
	return false
}

// apart reports whether two conditions plainly never hold together.
func apart(a, b programme.Condition) bool {
	return disjoint(a.Weekdays, b.Weekdays) || disjoint(a.Channels, b.Channels) || disjoint(a.Shops, b.Shops) || disjoint(a.Partners, b.Partners) ||
		a.Until != "" && b.From != "" && a.Until < b.From || b.Until != "" && a.From != "" && b.Until < a.From ||
		a.MaxTotal > 0 && b.MinTotal > a.MaxTotal || b.MaxTotal > 0 && a.MinTotal > b.MaxTotal ||
		a.TierExactly && b.TierExactly && disjoint(a.Tiers, b.Tiers)
}

func disjoint[T comparable](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false // empty asks for nothing
	}
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return false
			}
		}
	}
	return true
}

// yearly is what the member that advice reckons with earns of a wallet, at
// most, in thousandths, and whether events or games can bring more.
func (a *adviser) yearly(w ledger.Wallet) (sum *big.Rat, more bool) {
	sum = new(big.Rat)
	factor := big.NewRat(1, 1)
	for _, e := range a.rules.Earn {
		if e.Wallet != w || e.Referrer {
			more = more || e.Wallet == w
			continue
		}
		switch {
		case e.Event != "":
			more = true
		case e.Counts == programme.Multiple:
			f := new(big.Rat).SetFrac64(e.Factor.Num-e.Factor.Den, e.Factor.Den)
			factor.Add(factor, f)
		case e.Counts == programme.Earned:
			of, _ := a.rules.Wallet(ledger.Wallet(e.Multiplies[0]))
			earned, others := a.yearly(of.Name)
			sum.Add(sum, earned.Mul(earned, big.NewRat(int64(e.Points), int64(e.Per))))
			more = more || others
		default:
			sum.Add(sum, a.sale(e))
		}
	}
	for _, r := range a.rules.Rewards {
		more = more || r.Gives == programme.GivesPoints && r.Into == w
	}
	for _, g := range a.rules.Games {
		for _, o := range g.Odds {
			more = more || o.Points > 0 && o.Wallet == w
		}
	}
	return sum.Mul(sum, factor), more
}

// sale is what a rule gives such a member for sales, caps left aside.
func (a *adviser) sale(e programme.Rule) *big.Rat {
	each := big.NewRat(int64(e.Points), max(int64(e.Per), 1))
	switch e.Counts {
	case programme.Order:
		return each.Mul(each, big.NewRat(sales*int64(ledger.Unit), 1))
	case programme.Units:
		return each.Mul(each, big.NewRat(sales*units*int64(ledger.Unit), 1))
	}
	if len(e.Bands) == 0 {
		return each.Mul(each, big.NewRat(spent*int64(a.minor), 1))
	}
	var points ledger.Points
	for _, b := range e.Bands {
		if b.From <= spent/sales*a.minor {
			points = b.Points
		}
	}
	return big.NewRat(sales*int64(points), 1)
}

// perUnit is what one unit of the currency earns of a wallet, whoever pays it
// and whenever, in thousandths.
func (a *adviser) perUnit(w ledger.Wallet) *big.Rat {
	sum := new(big.Rat)
	for _, e := range a.rules.Earn {
		if e.Wallet == w && e.Event == "" && e.Counts == programme.Amount && len(e.Bands) == 0 && always(e.If) && e.Lines.IsZero() {
			sum.Add(sum, big.NewRat(int64(e.Points)*int64(a.minor), int64(e.Per)))
		}
	}
	return sum
}

// always reports whether a condition asks for nothing.
func always(c programme.Condition) bool {
	return len(c.Shops)+len(c.Channels)+len(c.Partners)+len(c.Tenders)+len(c.Codes)+len(c.Signals)+len(c.Weekdays)+len(c.Hours) == 0 &&
		len(c.Tiers)+len(c.Clubs)+len(c.Segments)+len(c.NotSegments) == 0 && c.From == "" && c.Until == "" &&
		c.MinTotal == 0 && c.MaxTotal == 0 && c.Birthday == nil && !c.FirstPurchase && !c.Referred
}
