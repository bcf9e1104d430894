package explain

import (
	"slices"

	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A purse is a wallet that rules filled, of the member or of who brought them in.
type purse struct {
	wallet ledger.Wallet
	others bool
}

// A gave is what one rule gave, as the record's reasons have it.
type gave struct {
	rule    *programme.Rule // nil where it is not known
	worth   ledger.Reason
	later   []ledger.Reason // what was carried, rounded and cut
	points  ledger.Points   // all of it
	carries bool            // what it leaves counts on
}

// gaveOf are what the rules gave each purse, both in the order of the record.
func gaveOf(reasons []ledger.Reason, rules programme.Rules) ([]purse, map[purse][]gave) {
	var order []purse
	all := make(map[purse][]gave)
	for i, r := range reasons {
		if !earn.IsStep(r) {
			continue
		}
		rule := ruleOf(rules, r.Rule)
		key := purse{r.Wallet, rule != nil && rule.Referrer}
		if i == 0 || reasons[i-1].Rule != r.Rule || !earn.IsStep(reasons[i-1]) {
			if all[key] == nil {
				order = append(order, key)
			}
			all[key] = append(all[key], gave{rule: rule, worth: r, points: r.Points, carries: rule != nil && rule.Rounding == programme.Carry})
			continue
		}
		g := &all[key][len(all[key])-1]
		g.later, g.points = append(g.later, r), g.points+r.Points
		if r.Code == earn.ReasonCapped || r.Code == earn.ReasonMost {
			g.carries = false // what was above it is gone, and what was carried stays
		}
	}
	for _, of := range all {
		slices.SortStableFunc(of, func(a, b gave) int { return turn(rules, a.rule) - turn(rules, b.rule) })
	}
	return order, all
}

// turn is when a rule's turn is, as what is carried goes from one to the next:
// first what counts by itself, then what multiplies that or is chosen against
// it, and last what is earned by points.
func turn(rules programme.Rules, r *programme.Rule) int {
	switch {
	case r == nil:
		return 0
	case r.Counts == programme.Earned:
		return 2
	case r.Counts == programme.Multiple:
		return 1
	}
	chosen := slices.ContainsFunc(rules.Groups, func(g programme.Group) bool {
		return g.Name == r.Group && g.Combine != programme.All && g.Combine != ""
	})
	if chosen && slices.ContainsFunc(rules.Earn, func(o programme.Rule) bool {
		return o.Group == r.Group && o.Wallet == r.Wallet && o.Counts == programme.Multiple
	}) {
		return 1
	}
	return 0
}

func ruleOf(rules programme.Rules, name string) *programme.Rule {
	if rule, known := rules.Rule(name); known {
		return &rule
	}
	return nil
}

// step is what a gave has of one code.
func (g gave) step(code string) ledger.Points {
	for _, r := range g.later {
		if r.Code == code {
			return r.Points
		}
	}
	return 0
}

// cutAll reports whether a cap that was used up left nothing of a worth below
// one step, which no reason says: what was carried is then as it was.
func (g gave) cutAll(rests []earn.Gain, before ledger.Points) bool {
	at := slices.IndexFunc(rests, func(o earn.Gain) bool { return o.Rule == g.worth.Rule && o.Wallet == g.worth.Wallet })
	return at >= 0 && g.points == 0 && rests[at].Rest.IsZero() && -g.step(earn.ReasonRounded) != before
}

// purse tells what rules gave one purse, and what lost against them. What is
// carried belongs to the wallet and goes from rule to rule: it is told once
// where it comes in and once where it goes on, and the parts between add up.
func (x *Explanation) purse(all []gave, carried ledger.Points, known bool, again decided) {
	first := slices.IndexFunc(all, func(g gave) bool { return g.carries })
	rest := ledger.Points(0)
	if first >= 0 {
		if rest = carried; !known {
			rest = all[first].step(earn.ReasonCarried)
		}
	}
	wallet := all[0].worth.Wallet
	part := func(code string, g gave, p ledger.Points) Part {
		return Part{Reason: ledger.Reason{Code: code, Rule: g.worth.Rule, Wallet: wallet, Points: p}, Def: g.rule}
	}
	total, given, came := rest, ledger.Points(0), rest
	if rest != 0 {
		x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: earn.ReasonCarried, Wallet: wallet, Points: rest}})
	}
	for _, g := range all {
		worth := Part{Reason: g.worth, Def: g.rule, Rounded: rest != 0 || came != 0}
		given += g.points
		switch {
		case g.carries && !g.cutAll(again.gains, rest):
			left := -g.step(earn.ReasonRounded)
			worth.Points = g.points + left - rest // as running totals have it, to the thousandth
			x.Parts, rest, total = append(x.Parts, worth), left, total+worth.Points
		case g.rule != nil && g.rule.Rounding == programme.Carry:
			x.Parts = append(x.Parts, worth)
			if cut := g.points - g.worth.Points; cut != 0 {
				code := earn.ReasonCapped
				if g.step(earn.ReasonMost) != 0 {
					code = earn.ReasonMost
				}
				x.Parts = append(x.Parts, part(code, g, cut), part(Sum, g, g.points))
			}
			total += g.points
		default:
			x.Parts = append(x.Parts, worth)
			for _, r := range g.later {
				x.Parts = append(x.Parts, Part{Reason: r, Def: g.rule})
			}
			if len(g.later) > 0 {
				x.Parts = append(x.Parts, part(Sum, g, g.points))
			}
			total += g.points
		}
		x.Parts = append(x.Parts, lostTo(again.lost, g.worth.Rule)...)
	}
	if len(all) > 1 || came != 0 {
		x.Parts = append(x.Parts, Part{Reason: ledger.Reason{Code: Total, Wallet: wallet, Points: total}})
	}
	if rest != 0 {
		x.Parts = append(x.Parts,
			Part{Reason: ledger.Reason{Code: Whole, Wallet: wallet, Points: given}, Step: stepOf(all)},
			Part{Reason: ledger.Reason{Code: Next, Wallet: wallet, Points: rest}})
	}
}

// stepOf is what rules that carry round to; 0 where they do not round to the same.
func stepOf(all []gave) (step ledger.Points) {
	for _, g := range all {
		switch {
		case !g.carries || g.rule.Step == step:
		case step != 0:
			return 0
		default:
			step = g.rule.Step
		}
	}
	return step
}

// carriedIn is what of a wallet came from earlier sales, in whole thousandths,
// and whether the record says it.
func carriedIn(r ledger.Record, key purse) (ledger.Points, bool) {
	if r.Body.Seen == nil {
		return 0, false
	}
	positions := r.Body.Seen.Positions
	if key.others {
		positions = r.Body.Seen.Referrer
	}
	rest := ledger.Holding{Positions: positions}.In(key.wallet).Rest
	den := max(rest.Den, 1)
	down := rest.Num / den
	if rest.Num%den < 0 {
		down--
	}
	return ledger.Points(down), true
}
