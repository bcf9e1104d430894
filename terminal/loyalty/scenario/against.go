package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// Check looks for what does not go with the programme: names it has not,
// amounts its currency has not. An error is file.Problems.
func (f *File) Check(r programme.Rules) error {
	a := against{file: f, rules: r}
	for i, c := range f.Cases {
		a.check(c, CaseKey(i))
	}
	if len(a.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(a.problems, func(p, q file.Problem) int {
		return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
	})
	return a.problems
}

type against struct {
	file     *File
	rules    programme.Rules
	problems file.Problems

	// of the case that is looked at
	members []string
	sales   []string
}

func (a *against) complain(key, format string, args ...any) {
	a.problems = append(a.problems, a.file.places.Problem(key, format, args...))
}

func (a *against) check(c Case, key string) {
	a.members, a.sales = append(slices.Sorted(maps.Keys(c.Members)), Member), nil
	for _, s := range c.Steps { // a new card is a member's from then on
		if s.ReplaceCard != nil {
			a.members = append(a.members, s.ReplaceCard.Card)
		}
	}
	a.start(c.Start, key+".start")
	for _, name := range slices.Sorted(maps.Keys(c.Members)) {
		a.start(c.Members[name], key+".members."+name)
	}
	for i, s := range c.Steps {
		a.step(s, fmt.Sprintf("%s.step[%d]", key, i))
	}
}

func (a *against) start(s Start, key string) {
	a.lots(s.Balance, key+".balance")
	for i, h := range s.Tier {
		if !slices.Contains(a.tiers(), h.Name) {
			a.complain(fmt.Sprintf("%s.tier[%d]", key, i), "there is no tier %q%s", h.Name, there(a.tiers()))
		}
	}
	for i, h := range s.Club {
		if !slices.Contains(a.clubs(), h.Name) {
			a.complain(fmt.Sprintf("%s.club[%d]", key, i), "there is no club %q%s", h.Name, there(a.clubs()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Count)) {
		if _, known := Counter(name, a.rules); !known {
			a.complain(key+".count."+name, "there is no ladder or segment %q", name)
		}
	}
	a.member(s.Referrer, key+".referrer")
}

// Counter is the wallet in which a ladder or segment of that name counts.
func Counter(name string, r programme.Rules) (ledger.Wallet, bool) {
	for _, l := range r.Ladders {
		if l.Name == name {
			return l.CountOf(), true
		}
	}
	for _, s := range r.Segments {
		if s.Name == name {
			return s.CountOf(), true
		}
	}
	return "", false
}

func (a *against) tiers() (names []string) {
	for _, l := range a.rules.Ladders {
		for _, v := range l.Levels {
			names = append(names, v.Name)
		}
	}
	return names
}

func (a *against) clubs() (names []string) {
	for _, c := range a.rules.Clubs {
		names = append(names, c.Name)
	}
	return names
}

func (a *against) perks() (names []string) {
	for _, p := range a.rules.Perks {
		names = append(names, p.Name)
	}
	return names
}

func (a *against) partners() (names []string) {
	for _, p := range a.rules.Partners {
		names = append(names, p.Name)
	}
	return names
}

func (a *against) rewards() (names []string) {
	for _, w := range a.rules.Rewards {
		names = append(names, w.Name)
	}
	return names
}

// there says what there is instead.
func there(names []string) string {
	switch len(names) {
	case 0:
		return "; the programme has none"
	case 1:
		return "; there is " + names[0]
	}
	return "; there are " + strings.Join(names, ", ")
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (a *against) member(name, key string) {
	if name != "" && !slices.Contains(a.members, name) {
		a.complain(key, "there is no member %q; the case has %s", name, strings.Join(a.members, ", "))
	}
}

func (a *against) step(s Step, key string) {
	if s.Card != nil {
		a.member(*s.Card, key+".card")
	}
	a.amounts(s, key)
	for _, sale := range []struct {
		name string
		*Sale
	}{{"sale", s.Sale}, {"quote", s.Quote}, {"hold", s.Hold}} {
		if sale.Sale == nil {
			continue
		}
		a.partner(sale.Partner, key+"."+sale.name+".partner")
		for i, w := range sale.Redeem {
			a.wish(w, fmt.Sprintf("%s.%s.redeem[%d]", key, sale.name, i))
		}
		for i, of := range sale.Vouchers {
			if of != Latest {
				a.sale(of, fmt.Sprintf("%s.%s.vouchers[%d]", key, sale.name, i))
			}
		}
		if sale.name != "quote" {
			a.sales = append(a.sales, sale.ID)
		}
	}
	for _, of := range []struct {
		name string
		*Named
	}{
		{"commit", s.Commit}, {"park", s.Park}, {"resume", s.Resume}, {"cancel", s.Cancel},
		{"void", s.Void}, {"undo", s.Undo}, {"move", s.Move}, {"claim", s.Claim},
	} {
		if of.Named != nil {
			a.sale(of.Sale, key+"."+of.name)
		}
	}
	if s.Return != nil {
		a.sale(s.Return.Sale, key+".return")
	}
	if w := s.Redeem; w != nil {
		a.wish(Wish{w.Reward, w.Points, w.Cause}, key+".redeem")
		a.sales = append(a.sales, w.ID)
	}
	if s.Donate != nil {
		a.wish(*s.Donate, key+".donate")
	}
	if s.Convert != nil {
		a.wish(*s.Convert, key+".convert")
	}
	for _, give := range []struct {
		name string
		*Give
	}{{"transfer", s.Transfer}, {"adjust", s.Adjust}} {
		if give.Give != nil {
			a.wallets(slices.Sorted(maps.Keys(give.Points)), key+"."+give.name+".points")
			a.member(give.To, key+"."+give.name+".to")
		}
	}
	if s.Merge != nil {
		a.member(s.Merge.Card, key+".merge.card")
	}
	if s.Enrol != nil {
		a.wallets(slices.Sorted(maps.Keys(s.Enrol.Carried)), key+".enrol.carried")
		a.member(s.Enrol.Referrer, key+".enrol.referrer")
	}
	if s.Expect != nil {
		a.expect(*s.Expect, key+".expect")
	}
}

// partner looks for a partner that a programme with partners has not: the till
// of such a one is refused.
func (a *against) partner(name, key string) {
	if name == "" || len(a.rules.Partners) == 0 {
		return
	}
	known := a.partners()
	if !slices.Contains(known, name) {
		a.complain(key, "there is no partner %q%s", name, there(known))
	}
}

func (a *against) sale(id, key string) {
	switch {
	case id == "" && len(a.sales) == 0:
		a.complain(key, "there was no sale before")
	case id != "" && !slices.Contains(a.sales, id):
		a.complain(key, "there was no sale with the id %q before", id)
	}
}

func (a *against) wish(w Wish, key string) {
	if _, known := a.rules.Reward(w.Reward); !known {
		a.complain(key+".reward", "there is no reward %q%s", w.Reward, there(a.rewards()))
	}
	if w.Cause != "" && !slices.ContainsFunc(a.rules.Causes, func(c programme.Cause) bool { return c.Name == w.Cause }) {
		a.complain(key+".cause", "there is no cause %q", w.Cause)
	}
}

// moneyKeys are the keys whose numbers are amounts of money.
var moneyKeys = []string{"total", "amount", "tax", "not_earning", "discount", "to_pay", "pay_back"}

// amounts looks for money of which the currency has no such part.
func (a *against) amounts(s Step, key string) {
	decimals := programme.MinorDigits(a.rules.Currency)
	numbers(reflect.ValueOf(s), key, func(d file.Decimal, key string) {
		if !slices.Contains(moneyKeys, key[strings.LastIndex(key, ".")+1:]) {
			return
		}
		n, err := exact(string(d), decimals)
		if err == nil && (n > int64(basket.MaxAmount) || n < -int64(basket.MaxAmount)) {
			err = fmt.Errorf("%q is too large", string(d))
		}
		if err != nil {
			a.complain(key, "%v", err)
		}
	})
}

func (a *against) wallets(names []string, key string) {
	for _, name := range names {
		at := key
		if name != "" {
			at += "." + name
		}
		if name == "" && len(a.rules.Wallets) != 1 {
			a.complain(at, "the programme has the wallets %s: say of which, { %s = … }", strings.Join(a.walletNames(), ", "), a.rules.Wallets[0].Name)
		} else if _, known := a.rules.Wallet(WalletOf(name, a.rules)); !known {
			a.complain(at, "there is no wallet %q%s", name, there(a.walletNames()))
		}
	}
}

func (a *against) walletNames() []string {
	names := make([]string, len(a.rules.Wallets))
	for i, w := range a.rules.Wallets {
		names[i] = string(w.Name)
	}
	return names
}

func (a *against) lots(l Lots, key string) { a.wallets(slices.Sorted(maps.Keys(l)), key) }

func (a *against) expect(e Expect, key string) {
	for _, amounts := range []struct {
		name string
		Amounts
	}{{"earned", e.Earned}, {"spent", e.Spent}, {"taken_back", e.TakenBack}, {"given_back", e.GivenBack}} {
		a.wallets(slices.Sorted(maps.Keys(amounts.Amounts)), key+"."+amounts.name)
	}
	a.known(e.Offers, a.rewards(), "reward", key+".offers")
	a.has(e.has(), key)
	for _, name := range slices.Sorted(maps.Keys(e.Members)) {
		a.member(name, key+".members."+name)
		a.has(e.Members[name], key+".members."+name)
	}
}

func (a *against) has(h Has, key string) {
	for _, amounts := range []struct {
		name string
		Amounts
	}{{"balance", h.Balance}, {"pending", h.Pending}, {"debt", h.Debt}} {
		a.wallets(slices.Sorted(maps.Keys(amounts.Amounts)), key+"."+amounts.name)
	}
	a.lots(h.Lots, key+".lots")
	a.known(h.Tier, append(a.tiers(), ""), "tier", key+".tier")
	a.known(h.Clubs, append(a.clubs(), ""), "club", key+".clubs")
	a.known(h.Perks, append(a.perks(), ""), "perk", key+".perks")
}

func (a *against) known(names *Names, known []string, what, key string) {
	if names == nil {
		return
	}
	for i, name := range *names {
		if !slices.Contains(known, name) {
			a.complain(fmt.Sprintf("%s[%d]", key, i), "there is no %s %q%s", what, name, there(slices.DeleteFunc(slices.Clone(known), func(s string) bool { return s == "" })))
		}
	}
}
