package file

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
)

// A reader makes values of what stands in a file; what cannot be read is told
// to its document.
type reader struct {
	doc    *document
	digits int           // of the currency's minor unit
	first  ledger.Wallet // what a wallet that is left out means
	money  map[ledger.Wallet]bool
}

// rules is the programme as a value.
func (p Programme) rules(doc *document) programme.Rules {
	r := programme.Rules{
		Version: p.Version, Name: p.Name, Currency: p.Currency, Zone: p.Zone, Language: p.Language,
		KeepDays: whole(p.KeepDays), Header: p.Slip.Header, Footer: p.Slip.Footer, HoldOut: whole(p.HoldOut),
		PhoneCountry: p.Phone.Country, Bearer: programme.Bearer{Days: whole(p.Bearer.Days), Off: p.Bearer.Off},
	}
	read := reader{doc: doc, digits: programme.MinorDigits(p.Currency), money: make(map[ledger.Wallet]bool)}
	r.CutOver = read.clock(p.CutOver, "cut_over")
	r.Wallets = read.wallets(p.Wallets)
	read.first = r.Wallets[0].Name
	for _, w := range r.Wallets {
		read.money[w.Name] = w.Kind == programme.MoneyBack || w.Kind == programme.StoredValue
	}
	r.UsualMax = read.amount(p.UsualMax, "usual_max")
	r.Limits = programme.Limits{
		TypedAmount: read.amount(p.Limits.TypedAmount, "limits.typed_amount"), Goodwill: read.points(p.Limits.Goodwill, "limits.goodwill"),
		Carried: read.points(p.Limits.Carried, "limits.carried"), KeyedRedeem: read.points(p.Limits.KeyedRedeem, "limits.keyed_redeem"),
	}
	for _, c := range p.Consents {
		r.Consents = append(r.Consents, programme.Consent{Name: c.Name, Version: c.Version, Required: c.Required, Wording: c.Wording})
	}
	r.Cards = cards(p.Cards)
	r.Base = base(p)
	r.Sets, r.Groups = sets(p.Sets), groups(p.Groups)
	for i, e := range p.Earn {
		r.Earn = append(r.Earn, read.earn(e, fmt.Sprintf("earn[%d].", i)))
	}
	for i, w := range p.Rewards {
		r.Rewards = append(r.Rewards, read.reward(w, fmt.Sprintf("reward[%d].", i)))
	}
	r.Stacking = programme.Stacking{Original: p.Stacking.PercentOf == "original", Most: whole(p.Stacking.Most)}
	for i, l := range p.Ladders {
		r.Ladders = append(r.Ladders, read.ladder(l, fmt.Sprintf("ladder[%d].", i)))
	}
	r.Earn = append(r.Earn, read.multipliers(p.Ladders, r)...)
	read.members(p, &r)
	for i, g := range p.Games {
		r.Games = append(r.Games, read.game(g, fmt.Sprintf("game[%d].", i)))
	}
	for i, m := range p.Messages {
		r.Messages = append(r.Messages, read.message(m, fmt.Sprintf("message[%d].", i)))
	}
	r.Returns = returns(p.Returns)
	if !doc.has("earn") && r.NeedsEarn() {
		doc.problem("earn", "%s: write [[earn]]", missing)
	}
	return r
}

func cards(written []Card) member.Formats {
	var formats member.Formats
	for _, c := range written {
		f := member.Format{
			Name: c.Class, Class: member.Class(c.Class), Prefixes: c.Prefixes, Length: whole(c.Length), Pattern: c.Pattern,
			Spend: c.Spend,
		}
		if c.Name != nil {
			f.Name = *c.Name
		}
		formats = append(formats, f)
	}
	return formats
}

// wallets are never none.
func (r reader) wallets(written []Wallet) []programme.Wallet {
	if len(written) == 0 {
		return []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{
			"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"},
			"de": {One: "Punkt", Many: "Punkte"}, "fr": {One: "point", Many: "points"},
		}}}
	}
	wallets := make([]programme.Wallet, len(written))
	for i, w := range written {
		wallets[i] = r.wallet(w, fmt.Sprintf("wallet[%d].", i))
	}
	return wallets
}

func (r reader) wallet(w Wallet, key string) programme.Wallet {
	units := make(map[string]programme.Unit, len(w.Units))
	for lang, words := range w.Units {
		if len(words) != 2 {
			r.doc.problem(key+"units."+lang, `need two words, for one and for several: ["punt", "punten"]`)
			words = []string{"?", "?"}
		}
		units[lang] = programme.Unit{One: words[0], Many: words[1]}
	}
	wallet := programme.Wallet{
		Name: ledger.Wallet(w.Name), Units: units, SpentAtOnce: w.SpentAtOnce,
		Kind:  programme.WalletKind(unless(w.Kind, "points")),
		Worth: r.amount(w.Worth, key+"worth"), Most: r.points(w.Most, key+"most"),
	}
	switch {
	case w.Decimals != nil:
		wallet.Decimals = whole(*w.Decimals)
	case wallet.Kind == programme.MoneyBack || wallet.Kind == programme.StoredValue:
		wallet.Decimals = r.digits
	}
	r.expiry(w.Expires, key+"expires", &wallet)
	if v := r.span(string(w.Vests), key+"vests"); v.Months != 0 || v.To != programme.ToDay {
		r.doc.problem(key+"vests", `%q: need days, "14 days"`, string(w.Vests))
	} else {
		wallet.VestsAfter = v.Days
	}
	return wallet
}

// The presets of exclude_preset. In the Netherlands nothing may be given for
// tobacco or infant formula, and nothing on deposits or gift cards is a sale.
var presets = map[string][]string{
	"nl":         {"deposit", "gift_card", "fee", "tobacco", "infant_formula"},
	"nl-alcohol": {"alcohol"},
}

func base(p Programme) programme.Base {
	b := programme.Base{
		Excluded: lines(p.Base.Exclude), BeforeTax: p.Base.BeforeTax, BeforeDiscount: p.Base.BeforeDiscount,
		DiscountShared: p.Base.DiscountShared,
	}
	for _, name := range p.Base.ExcludePreset {
		for _, k := range presets[name] {
			if !slices.Contains(b.Excluded.Kinds, k) {
				b.Excluded.Kinds = append(slices.Clip(b.Excluded.Kinds), k)
			}
		}
	}
	b.Redeeming = programme.TenderEarns(unless(p.EarnsOnPointsPaid, string(programme.EarnsNotPart)))
	for _, kind := range sorted(p.Base.Tenders) {
		if b.Tenders == nil {
			b.Tenders = make(map[string]programme.TenderEarns)
		}
		b.Tenders[kind] = programme.TenderEarns(p.Base.Tenders[kind])
	}
	return b
}

func lines(l Lines) programme.Selector {
	s := programme.Selector{Products: l.Products, Categories: l.Categories, Tags: l.Tags, Kinds: l.Kinds, Sets: l.Sets}
	if l.Not != nil {
		not := lines(*l.Not)
		s.Not = &not
	}
	return s
}

func sets(written []Set) []programme.Set {
	var all []programme.Set
	for _, s := range written {
		all = append(all, programme.Set{Name: s.Name, Selector: lines(Lines{s.Products, s.Categories, s.Tags, s.Kinds, s.Sets, s.Not})})
	}
	return all
}

func groups(written []Group) []programme.Group {
	var all []programme.Group
	for _, g := range written {
		all = append(all, programme.Group{Name: g.Name, Combine: programme.Combine(g.Combine)})
	}
	return all
}

// walletOf is the wallet of that name, or the first where none was written.
func (r reader) walletOf(name *string) ledger.Wallet {
	if name == nil {
		return r.first
	}
	return ledger.Wallet(*name)
}

func (r reader) earn(e Earn, key string) programme.Rule {
	rule := programme.Rule{
		Wallet: r.walletOf(e.Wallet), Event: e.Event, WholePer: e.WholePer, Multiplies: e.Multiplies, Exact: e.Exact,
		Rounding: programme.Rounding(e.Rounding), Campaign: e.Campaign, Group: e.Group, Issuer: e.Issuer, Referrer: e.Referrer,
		If: r.condition(e.If, key+"if"), Lines: lines(e.Lines), Caps: r.caps(e.Caps, key+"caps"),
	}
	rule.Name = string(rule.Wallet)
	if e.Name != nil {
		rule.Name = *e.Name
	}
	rule.Counts = e.counts()
	rule.RoundEach = programme.RoundWhere(unless(e.RoundEach, "basket"))
	if rule.Bonus = rule.Counts == programme.Multiple; e.Bonus != nil {
		rule.Bonus = *e.Bonus
	}
	rule.Step = r.step(e, rule.Wallet, key+"step")
	rule.Factor = r.fraction(e.Factor, key+"factor")
	for i, b := range e.Bands {
		at := fmt.Sprintf("%sbands[%d].", key, i)
		rule.Bands = append(rule.Bands, programme.Band{From: r.amount(b.From, at+"from"), Points: r.points(b.Points, at+"points")})
	}
	rule.Points = r.points(e.Points, key+"points")
	switch {
	case rule.Counts == programme.Amount:
		rule.Per = r.amount(Amount(e.Per), key+"per")
	case e.Per != "":
		rule.Per = basket.Money(r.points(e.Per, key+"per"))
	case rule.Counts != programme.Multiple:
		rule.Per = basket.Money(ledger.Unit)
	}
	if len(e.Bands) == 0 && rule.Counts != programme.Multiple {
		r.need(e.Points, key+"points")
		if rule.Counts == programme.Amount {
			r.need(e.Per, key+"per")
		}
	}
	if rule.Counts == programme.Multiple {
		r.need(e.Factor, key+"factor")
	}
	return rule
}

func (e Earn) counts() programme.Measure {
	left := "amount"
	switch {
	case e.Factor != "":
		left = string(programme.Multiple)
	case e.Event != "":
		left = string(programme.Order)
	}
	if e.Counts == "" {
		e.Counts = left
	}
	return programme.Measure(unless(e.Counts, "amount"))
}

func (r reader) step(e Earn, w ledger.Wallet, key string) ledger.Points {
	switch {
	case e.Step != "":
		return r.points(e.Step, key)
	case r.money[w]:
		return smallestCoin(r.digits)
	}
	return ledger.Unit
}

func smallestCoin(digits int) ledger.Points {
	coin := ledger.Unit
	for range digits {
		coin /= 10
	}
	return coin
}

func (r reader) caps(written []Cap, key string) []programme.Cap {
	var all []programme.Cap
	for i, c := range written {
		at := fmt.Sprintf("%s[%d].", key, i)
		all = append(all, programme.Cap{
			Points: r.points(c.Points, at+"points"), Times: c.Times, Per: programme.Period(c.Per),
			Of:     programme.Whose(unless(c.Of, "member")),
			Refuse: c.Over == "refuse",
		})
	}
	return all
}

func (r reader) reward(w Reward, key string) programme.Reward {
	if w.NthFree {
		w = w.nthFree()
	}
	reward := programme.Reward{
		Name: w.Name, Wallet: r.walletOf(w.Wallet), Kind: programme.RewardKind(w.Kind),
		Points: r.points(w.Points, key+"points"), Value: r.amount(w.Value, key+"value"), Block: r.points(w.Block, key+"block"),
		Minimum: r.points(w.Minimum, key+"minimum"), MaxPoints: r.points(w.MaxPoints, key+"max_points"),
		KeptFloor: r.points(w.KeptFloor, key+"kept_floor"), Barcode: w.Barcode,
		Gives:   programme.Gives(unless(w.Gives, "money")),
		Target:  programme.Target(unless(w.Target, "order")),
		Percent: r.decimal(w.Percent, 2, key+"percent"), Lines: lines(w.Lines), If: r.condition(w.If, key+"if"),
		Automatic: w.Automatic, NthFree: w.NthFree, Tender: w.Tender, Caps: r.caps(w.Caps, key+"caps"),
		Into: ledger.Wallet(w.Into), IntoPoints: r.points(w.IntoPoints, key+"into_points"), Causes: w.Causes,
		VoucherDays: whole(w.VoucherDays), Partner: w.Partner,
	}
	rounding := w.Rounding
	if reward.Gives == programme.GivesPercent {
		reward.Rounding = programme.Rounding(rounding)
	}
	if !w.Automatic || w.NthFree {
		r.need(w.Points, key+"points")
	}
	for _, share := range []struct {
		written *int64
		into    *int
		key     string
	}{{w.MaxPercent, &reward.MaxPercent, "max_percent"}, {w.Share, &reward.Share, "share"}} {
		if share.written == nil {
			continue
		}
		if *share.into = whole(*share.written); *share.into == 0 {
			r.doc.problem(key+share.key, "0: need 1 to 100")
		}
	}
	return reward
}

// nthFree is w with what follows from every n-th being free.
func (w Reward) nthFree() Reward {
	w.Automatic = true
	if w.Gives == "" && w.Percent == "" {
		w.Gives, w.Percent = string(programme.GivesPercent), "100"
	}
	if w.Target == "" {
		w.Target = string(programme.TargetCheapest)
	}
	return w
}

func (r reader) game(g Game, key string) programme.Game {
	game := programme.Game{
		Name: g.Name, Costs: r.points(g.Costs, key+"costs"), Wallet: r.walletOf(g.Wallet), Event: g.Event,
		If: r.condition(g.If, key+"if"), Caps: r.caps(g.Caps, key+"caps"),
	}
	for i, o := range g.Odds {
		at := fmt.Sprintf("%sodds[%d].", key, i)
		odds := programme.Odds{
			Prize: o.Prize, PerMillion: r.chance(o.Chance, at+"chance"), Points: r.points(o.Points, at+"points"),
			Reward: o.Reward, Budget: r.caps(asCaps(o.Budget), at+"budget"),
		}
		if odds.Points > 0 {
			odds.Wallet = r.walletOf(o.Wallet)
		}
		game.Odds = append(game.Odds, odds)
	}
	return game
}

// asCaps are budgets as the caps they are: only whose they are by themselves differs.
func asCaps(budgets []Budget) []Cap {
	caps := make([]Cap, len(budgets))
	for i, b := range budgets {
		caps[i] = Cap(b)
	}
	return caps
}

func returns(w Returns) programme.ReturnPolicy {
	p := programme.ReturnPolicy{LapsedGrace: whole(w.LapsedGrace), PendingFirst: w.PendingFirst}
	p.Earned = programme.ReturnEarned(w.Earned)
	p.Spent = programme.ReturnSpent(w.Spent)
	p.Below = programme.Shortfall(w.Below)
	return p
}
