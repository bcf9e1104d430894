// Package advice says what is odd about a programme that is in order: what members would find unfair, what nobody can reach, what costs more than it seems.
//
// It reckons with a member who spends 1,000 of the currency's units in twenty
// sales of two pieces each, in a year in which every condition holds: what such
// a member cannot reach, hardly anybody can.
package advice

import (
	"fmt"
	"math/big"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// An Advice is one thing that is odd.
type Advice struct {
	Key string // as the programme's file names it: "earn[0].points"
	Why string // a sentence
	Do  string // what could be done about it
}

// The member that advice reckons with.
const (
	sales = 20
	spent = 1000 // of the currency's units
	units = 2    // in each sale
)

// On gives advice on rules that are in order, in the order of a programme's
// file: wallets, rules, rewards, and then who members are.
func On(r programme.Rules) []Advice {
	a := adviser{rules: r, minor: 1}
	for range programme.MinorDigits(r.Currency) {
		a.minor *= 10
	}
	a.wallets()
	a.earning()
	a.groups()
	a.rewards()
	a.totals()
	a.standing()
	a.conditions()
	a.partners()
	a.unused()
	return a.all
}

type adviser struct {
	rules programme.Rules
	minor basket.Money // minor units in one unit of the currency
	all   []Advice
}

func (a *adviser) add(key, do, why string, args ...any) {
	a.all = append(a.all, Advice{Key: key, Why: fmt.Sprintf(why, args...), Do: do})
}

// money is an amount as the file writes it.
func (a *adviser) money(m basket.Money) string {
	decimals := programme.MinorDigits(a.rules.Currency)
	text := new(big.Rat).SetFrac64(int64(m), int64(a.minor)).FloatString(decimals)
	return a.rules.Currency + " " + text
}

func (a *adviser) wallets() {
	for i, w := range a.rules.Wallets {
		key := fmt.Sprintf("wallet[%d]", i)
		if !w.Lapses && w.Kind != programme.StoredValue && a.redeemed(w.Name) {
			a.add(key+".expires", `set one, such as "24 months" or "18 months without a purchase"`,
				"what members collect of %q never lapses: what the shop owes only grows", string(w.Name))
		}
		if w.Lapses && w.VestsAfter > 0 && lapsesWithin(w.Expires, w.VestsAfter) {
			a.add(key+".vests", "let it vest sooner or lapse later",
				"what is earned of %q can lapse before it can be spent: it vests after %d days", string(w.Name), w.VestsAfter)
		}
		if w.SpentAtOnce && w.VestsAfter > 0 {
			a.add(key+".spent_at_once", "leave out one of the two",
				"what is earned of %q vests after %d days, so none of it is there in the same sale", string(w.Name), w.VestsAfter)
		}
		if w.Worth == 0 && (w.Kind == programme.Points || w.Kind == programme.Stamps) {
			if value, name := a.priced(w.Name); value != nil {
				a.add(key+".worth", fmt.Sprintf("set worth = %q", value.FloatString(programme.MinorDigits(a.rules.Currency))),
					"reports cannot say what is owed for %q; the reward %q makes 1,000 of them %s %s", string(w.Name), name,
					a.rules.Currency, value.FloatString(programme.MinorDigits(a.rules.Currency)))
			}
		}
	}
}

// redeemed reports whether a wallet buys anything.
func (a *adviser) redeemed(w ledger.Wallet) bool {
	return slices.ContainsFunc(a.rules.Rewards, func(r programme.Reward) bool { return r.Wallet == w && r.Points > 0 })
}

// lapsesWithin reports whether some lot lapses within so many days.
func lapsesWithin(v programme.Validity, days int) bool {
	least := v.Days + v.Months*28 // of the shortest months
	return days >= max(least, 1)
}

// priced is what 1,000 units of a wallet take off, in the currency's units, by
// the dearest reward of money, and that reward.
func (a *adviser) priced(w ledger.Wallet) (*big.Rat, string) {
	var most *big.Rat
	name := ""
	for _, r := range a.rules.Rewards {
		if r.Wallet != w || r.Points <= 0 || r.Value <= 0 {
			continue
		}
		value := new(big.Rat).SetFrac(
			big.NewInt(int64(r.Value)*1000), new(big.Int).Mul(big.NewInt(int64(r.Points)), big.NewInt(int64(a.minor))))
		value.Mul(value, big.NewRat(int64(ledger.Unit), 1))
		if most == nil || value.Cmp(most) > 0 {
			most, name = value, r.Name
		}
	}
	return most, name
}
