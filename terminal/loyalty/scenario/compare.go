package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// Got is what came of a step.
type Got struct {
	Refusal   programme.Code // "" for none
	Said      string         // the refusal's sentence
	Earned    map[ledger.Wallet]ledger.Points
	Spent     map[ledger.Wallet]ledger.Points
	TakenBack map[ledger.Wallet]ledger.Points
	GivenBack map[ledger.Wallet]ledger.Points
	Total     basket.Money
	Discount  basket.Money
	ToPay     basket.Money
	PayBack   basket.Money
	Offers    []string
	Messages  []string
	Slip      []string // all lines that were printed, in order
	// Holds is what the step's member has afterwards, Members what the others
	// have whom the expectation names.
	Holds   State
	Members map[string]State
}

// A State is what a member has.
type State struct {
	Balance map[ledger.Wallet]ledger.Points // can be spent, less what is owed
	Pending map[ledger.Wallet]ledger.Points
	Debt    map[ledger.Wallet]ledger.Points
	Lots    map[ledger.Wallet][]ledger.Lot
	Tiers   []string
	Perks   []string
	Clubs   []string
}

// StateOf is what a holding comes to on a day; tiers, perks and clubs are the
// caller's to add.
func StateOf(h ledger.Holding, r programme.Rules, day ledger.Day) State {
	s := State{
		Balance: make(map[ledger.Wallet]ledger.Points), Pending: make(map[ledger.Wallet]ledger.Points),
		Debt: make(map[ledger.Wallet]ledger.Points), Lots: make(map[ledger.Wallet][]ledger.Lot),
	}
	for _, w := range r.Wallets {
		p := h.In(w.Name)
		spendable, pending, _ := p.On(day)
		lots := p.All()
		s.Balance[w.Name], s.Pending[w.Name], s.Debt[w.Name] = spendable, pending, lots.Debt
		s.Lots[w.Name] = slices.DeleteFunc(slices.Clone(lots.Open), func(l ledger.Lot) bool { return l.Lapsed(day) })
	}
	return s
}

// A Wrong is one thing that is not as it was written.
type Wrong struct {
	Key  string `json:"key"`  // below expect: "balance", "members.anna.lots"
	Want string `json:"want"` // as written
	Got  string `json:"got"`
}

// Compare tells what of e did not come. A nil e expects only that nothing is refused.
func (e *Expect) Compare(g Got, r programme.Rules) []Wrong {
	if e == nil {
		e = &Expect{}
	}
	c := comparison{rules: r}
	c.refusal(e.Refusal, g)
	for _, of := range []struct {
		key  string
		want Amounts
		got  map[ledger.Wallet]ledger.Points
	}{{"earned", e.Earned, g.Earned}, {"spent", e.Spent, g.Spent}, {"taken_back", e.TakenBack, g.TakenBack}, {"given_back", e.GivenBack, g.GivenBack}} {
		c.amounts(of.key, of.want, of.got)
	}
	for _, of := range []struct {
		key  string
		want *file.Decimal
		got  basket.Money
	}{{"total", e.Total, g.Total}, {"discount", e.Discount, g.Discount}, {"to_pay", e.ToPay, g.ToPay}, {"pay_back", e.PayBack, g.PayBack}} {
		c.money(of.key, of.want, of.got)
	}
	c.set("offers", e.Offers, g.Offers)
	c.inOrder("slip", e.Slip, g.Slip)
	for _, line := range e.SlipNot {
		if at := slices.IndexFunc(g.Slip, func(l string) bool { return contains(l, line) }); at >= 0 {
			c.wrong("slip_not", "no line with "+line, g.Slip[at])
		}
	}
	c.inOrder("messages", e.Messages, g.Messages)
	c.has("", e.has(), g.Holds)
	for _, name := range slices.Sorted(maps.Keys(e.Members)) {
		c.has("members."+name+".", e.Members[name], g.Members[name])
	}
	return c.all
}

type comparison struct {
	rules programme.Rules
	all   []Wrong
}

func (c *comparison) wrong(key, want, got string) { c.all = append(c.all, Wrong{key, want, got}) }

func (c *comparison) refusal(want *string, g Got) {
	wanted := programme.Code("")
	if want != nil {
		wanted = programme.Code(*want)
	}
	if wanted == g.Refusal {
		return
	}
	got := "nothing was refused"
	if g.Refusal != "" {
		got = strings.TrimSpace(string(g.Refusal) + " " + g.Said)
	}
	if wanted == "" {
		wanted = "no refusal"
	}
	c.wrong("refusal", string(wanted), got)
}

func (c *comparison) amounts(key string, want Amounts, got map[ledger.Wallet]ledger.Points) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		wallet := WalletOf(name, c.rules)
		if p := Points(want[name]); p != got[wallet] {
			c.wrong(below(key, name), p.String(), got[wallet].String())
		}
	}
}

func below(key, name string) string {
	if name == "" {
		return key
	}
	return key + "." + name
}

func (c *comparison) money(key string, want *file.Decimal, got basket.Money) {
	if want == nil {
		return
	}
	if m := Money(*want, c.rules); m != got {
		c.wrong(key, Text(m, c.rules), Text(got, c.rules))
	}
}

// Text is an amount as it is written in a scenario.
func Text(m basket.Money, r programme.Rules) string {
	decimals := programme.MinorDigits(r.Currency)
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	if decimals == 0 {
		return fmt.Sprintf("%s%d", sign, m)
	}
	text := fmt.Sprintf("%0*d", decimals+1, int64(m))
	return sign + text[:len(text)-decimals] + "." + text[len(text)-decimals:]
}

// set compares names whose order says nothing.
func (c *comparison) set(key string, want *Names, got []string) {
	if want == nil {
		return
	}
	wanted := slices.DeleteFunc(slices.Sorted(slices.Values(*want)), func(s string) bool { return s == "" })
	came := slices.Sorted(slices.Values(got))
	if !slices.Equal(slices.Compact(wanted), slices.Compact(came)) {
		c.wrong(key, orNone(wanted), orNone(came))
	}
}

// inOrder looks for lines, each after the one before.
func (c *comparison) inOrder(key string, want Names, got []string) {
	left := got
	for _, line := range want {
		at := slices.IndexFunc(left, func(l string) bool { return contains(l, line) })
		if at < 0 {
			c.wrong(key, line, onPaper(got))
			return
		}
		left = left[at+1:]
	}
}

// contains reports whether a printed line has a text in it, however many blanks
// stand between its words.
func contains(line, text string) bool {
	return strings.Contains(strings.Join(strings.Fields(line), " "), strings.Join(strings.Fields(text), " "))
}

func (c *comparison) has(prefix string, want Has, got State) {
	c.amounts(prefix+"balance", want.Balance, got.Balance)
	c.amounts(prefix+"pending", want.Pending, got.Pending)
	c.amounts(prefix+"debt", want.Debt, got.Debt)
	for _, name := range slices.Sorted(maps.Keys(want.Lots)) {
		var wanted []ledger.Lot
		for _, l := range want.Lots[name] {
			if lot := LotOf(l); lot.Points != 0 {
				wanted = append(wanted, lot)
			}
		}
		if came := got.Lots[WalletOf(name, c.rules)]; !slices.Equal(wanted, came) {
			c.wrong(below(prefix+"lots", name), lotsText(wanted), lotsText(came))
		}
	}
	c.set(prefix+"tier", want.Tier, got.Tiers)
	c.set(prefix+"perks", want.Perks, got.Perks)
	c.set(prefix+"clubs", want.Clubs, got.Clubs)
}

// LotOf is a lot as it is written.
func LotOf(l Lot) ledger.Lot {
	return ledger.Lot{Points: Points(l.Points), Expires: ledger.Day(l.Expires), Vests: ledger.Day(l.Vests), Issuer: l.Issuer}
}

func lotsText(lots []ledger.Lot) string {
	parts := make([]string, len(lots))
	for i, l := range lots {
		parts[i] = l.Points.String()
		if l.Expires != "" {
			parts[i] += " until " + string(l.Expires)
		}
		if l.Vests != "" {
			parts[i] += " from " + string(l.Vests)
		}
		if l.Issuer != "" {
			parts[i] += " of " + l.Issuer
		}
	}
	return orNone(parts)
}

// onPaper is lines as one, without those that are empty.
func onPaper(lines []string) string {
	var words []string
	for _, l := range lines {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			words = append(words, l)
		}
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " / ")
}
