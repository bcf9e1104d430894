package programme

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

func (r Rules) checkBase(all *Complaints) {
	r.checkSelector(r.Base.Excluded, "base.exclude.", r.Sets, all)
	for _, kind := range slices.Sorted(maps.Keys(r.Base.Tenders)) { // so that complaints come in one order
		earns := r.Base.Tenders[kind]
		if !nameable(kind, maxText) {
			all.add("base.tenders", "%q: need 1 to %d printable characters", kind, maxText)
		}
		if !slices.Contains([]TenderEarns{EarnsFully, EarnsNotPart, EarnsNothing}, earns) {
			all.add("base.tenders."+kind, "%q: need one of %s", string(earns), listed([]TenderEarns{EarnsNotPart, EarnsFully, EarnsNothing}))
		}
	}
	if !slices.Contains([]TenderEarns{"", EarnsFully, EarnsNotPart, EarnsNothing}, r.Base.Redeeming) {
		all.add("earns_on_points_paid", "%q: need one of %s", string(r.Base.Redeeming), listed([]TenderEarns{EarnsNotPart, EarnsFully, EarnsNothing}))
	}
	for i, s := range r.Sets {
		key := fmt.Sprintf("set[%d].", i)
		checkTitle(s.Name, key+"name", names(r.Sets[:i], func(o Set) string { return o.Name }), all)
		if s.IsZero() {
			all.add(key+"name", "%q selects every line, which is what no set does too", s.Name)
		}
		r.checkSelector(s.Selector, key, r.Sets[:i], all) // those above, so that none is in itself
	}
	for i, g := range r.Groups {
		key := fmt.Sprintf("group[%d].", i)
		checkTitle(g.Name, key+"name", r.groupNames()[:i], all)
		if !slices.Contains([]Combine{All, Best, First, Exclusive}, g.Combine) {
			all.add(key+"combine", "%q: need one of %s", string(g.Combine), listed([]Combine{All, Best, First, Exclusive}))
		}
	}
}

// NeedsEarn reports whether there is no other way to have anything of the
// programme than to earn it.
func (r Rules) NeedsEarn() bool {
	return len(r.Clubs) == 0 && len(r.Games) == 0 && !slices.ContainsFunc(r.Rewards, func(w Reward) bool { return w.Automatic && w.Points == 0 })
}

func (r Rules) checkEarn(all *Complaints) {
	if len(r.Earn) == 0 && r.NeedsEarn() {
		all.add("earn", "need at least one rule, or nobody earns anything")
	}
	parts := make(map[ledger.Wallet]int64) // of a thousandth, in which what is carried comes
	seen, groups := make(map[string]int), make(map[string]ledger.Wallet)
	for i, rule := range r.Earn {
		key := fmt.Sprintf("earn[%d].", i)
		if !nameable(rule.Name, maxText) {
			all.add(key+"name", "need 1 to %d printable characters", maxText)
		}
		if first, twice := seen[rule.Name]; twice {
			*all = append(*all, Complaint{key + "name", fmt.Sprintf("%q stands twice", rule.Name), fmt.Sprintf("earn[%d].name", first)})
		} else {
			seen[rule.Name] = i
		}
		wallet, known := r.Wallet(rule.Wallet)
		if !known {
			all.add(key+"wallet", "there is no wallet %q%s", string(rule.Wallet), there(r.walletNames()))
		}
		if ok := rule.check(key, all); ok {
			r.checkCarried(rule, key, parts, all)
		}
		rule.checkRounding(key, wallet, all)
		r.checkBelongs(rule, key, groups, all)
		r.checkCondition(rule.If, key+"if.", all)
		r.checkSelector(rule.Lines, key+"lines.", r.Sets, all)
		checkCaps(rule.Caps, key+"caps", true, all)
	}
}

// check looks at what the rule counts and gives, and reports whether it can be
// reckoned with.
func (r Rule) check(key string, all *Complaints) bool {
	before := len(*all)
	if !slices.Contains([]Measure{Amount, Order, Units, Quantity, Multiple, Earned}, r.Counts) {
		all.add(key+"counts", "%q: need one of %s", string(r.Counts), listed([]Measure{"amount", Order, Units, Quantity, Multiple, Earned}))
		return false
	}
	r.checkEvent(key, all)
	switch {
	case r.Counts == Multiple:
		r.checkMultiple(key, all)
	case len(r.Bands) > 0:
		r.checkBands(key, all)
	default:
		r.checkRate(key, all)
	}
	if r.Counts != Multiple && (!r.Factor.IsZero() || r.Exact) {
		all.add(key+"factor", "is for counts = \"multiple\" only")
	}
	if r.WholePer && (r.Counts == Multiple || len(r.Bands) > 0) {
		all.add(key+"whole_per", "is for points for every so much, not for a factor or bands")
	}
	return len(*all) == before
}

func (r Rule) checkRate(key string, all *Complaints) {
	inRange := true
	if r.Points < 1 || r.Points > MaxRatePoints {
		all.add(key+"points", "%v: need more than 0 and at most %v", r.Points, MaxRatePoints)
		inRange = false
	}
	if r.Per < 1 || r.Per > basket.MaxAmount {
		if r.Counts == Amount {
			all.add(key+"per", "%d minor units: need 1 to %d", r.Per, basket.MaxAmount)
		} else {
			all.add(key+"per", "%v: need more than 0 and at most %v", ledger.Points(r.Per), ledger.Points(basket.MaxAmount))
		}
		inRange = false
	}
	if inRange && r.Points/ledger.Points(r.Per) >= maxPerMinor {
		all.add(key+"points", "%v for every %d minor units: need less than %v for each", r.Points, r.Per, maxPerMinor)
	}
}

func (r Rule) checkBands(key string, all *Complaints) {
	if r.Counts != Amount {
		all.add(key+"bands", "go by the amount: need counts = \"amount\"")
	}
	if r.Points != 0 || r.Per != 0 {
		all.add(key+"bands", "give points of their own: leave points and per out")
	}
	r.Bands = atMost(key+"bands", r.Bands, maxBands, all)
	for i, b := range r.Bands {
		at := fmt.Sprintf("%sbands[%d].", key, i)
		if b.From < 0 || b.From > basket.MaxAmount {
			all.add(at+"from", "%d minor units: need 0 to %d", b.From, basket.MaxAmount)
		}
		if i > 0 && b.From <= r.Bands[i-1].From {
			all.add(at+"from", "bands come in their order: need more than in the one before")
		}
		if b.Points < 0 || b.Points > MaxRatePoints {
			all.add(at+"points", "%v: need 0 to %v", b.Points, MaxRatePoints)
		}
	}
}

func (r Rule) checkMultiple(key string, all *Complaints) {
	if f := r.Factor; f.Den < 1 || f.Num <= f.Den || f.Num/f.Den > maxFactor {
		all.add(key+"factor", "need more than 1 and at most %d", maxFactor)
	}
	if r.Points != 0 || r.Per != 0 || len(r.Bands) > 0 {
		all.add(key+"points", "a factor gives what it makes of the others: leave points, per and bands out")
	}
}

// maxFactor is far above any real one.
const maxFactor = 100

func (r Rule) checkEvent(key string, all *Complaints) {
	if r.Event == "" {
		if r.Counts == Quantity {
			all.add(key+"counts", "a sale has no quantity of its own: need an event, or \"units\"")
		}
		return
	}
	if !isIdentifier(r.Event) {
		all.add(key+"event", "%q: need 1 to %d of a to z, 0 to 9, - and _", r.Event, maxText)
	}
	if r.Counts != Order && r.Counts != Quantity && r.Counts != Multiple {
		all.add(key+"counts", "an event has no amount and no units: need \"order\" or \"quantity\"")
	}
	if !r.Lines.IsZero() {
		all.add(key+"lines", "an event has no lines")
	}
	if r.If.MinTotal != 0 || r.If.MaxTotal != 0 || len(r.If.Tenders) > 0 || r.If.FirstPurchase {
		all.add(key+"if", "an event has no total, no tenders and is no purchase")
	}
}

func (r Rule) checkRounding(key string, w Wallet, all *Complaints) {
	if !slices.Contains(Roundings(), r.Rounding) {
		all.add(key+"rounding", "%q: need one of %s", string(r.Rounding), listed(Roundings()))
	}
	switch {
	case r.RoundEach != RoundBasket && r.RoundEach != RoundLine:
		all.add(key+"round_each", "%q: need one of %s", string(r.RoundEach), listed([]RoundWhere{"basket", RoundLine}))
	case r.RoundEach == RoundLine && r.Rounding == Carry:
		all.add(key+"round_each", "what is carried is of the basket: need another rounding")
	case r.RoundEach == RoundLine && (r.Counts == Order || r.Counts == Quantity || len(r.Bands) > 0):
		all.add(key+"round_each", "lines by themselves count for amounts and units only")
	}
	if r.Step < 1 || r.Step > MaxRatePoints {
		all.add(key+"step", "%v: need more than 0 and at most %v", r.Step, MaxRatePoints)
	} else if shown := smallestShown(w.Decimals); r.Step%shown != 0 {
		all.add(key+"step", "%v: with %d decimals need a multiple of %v, or a slip could not show it", r.Step, w.Decimals, shown)
	}
}

// checkCarried sees to it that what the rules of a wallet leave over adds up
// exactly: parts has the smallest part of each so far.
func (r Rules) checkCarried(rule Rule, key string, parts map[ledger.Wallet]int64, all *Complaints) {
	if rule.Rounding != Carry {
		return
	}
	den, at := int64(1), "per"
	switch {
	case rule.Counts == Multiple:
		den, at = rule.Factor.Den, "factor"
		if rule.Exact {
			den *= max(parts[rule.Wallet], 1)
		}
	case len(rule.Bands) == 0:
		den = int64(rule.Per) / gcd(int64(rule.Points), int64(rule.Per))
	}
	so := max(parts[rule.Wallet], 1)
	if den <= maxCarried {
		den = so / gcd(so, den) * den
	}
	if den > maxCarried {
		all.add(key+at, "what is left over comes in parts of %d thousandths, at most %d: take a rounder amount", den, maxCarried)
		return
	}
	parts[rule.Wallet] = den
}

// checkBelongs looks at what a rule says about others; groups has the wallet
// of each so far.
func (r Rules) checkBelongs(rule Rule, key string, groups map[string]ledger.Wallet, all *Complaints) {
	if rule.Group != "" {
		oneOf(rule.Group, key+"group", "group", r.groupNames(), all)
		if of := groups[rule.Group]; of == "" {
			groups[rule.Group] = rule.Wallet
		} else if of != rule.Wallet {
			all.add(key+"group", "%q has rules of %q, and a group is of one wallet", rule.Group, string(of))
		}
	}
	if rule.Issuer != "" && rule.Issuer != IssuerOfSale {
		oneOf(rule.Issuer, key+"issuer", "partner", append([]string{IssuerOfSale}, r.partnerNames()...), all)
	}
	switch rule.Counts {
	case Multiple:
		r.checkMultiplied(rule, key, all)
	case Earned:
		r.checkEarned(rule, key, all)
	default:
		if len(rule.Multiplies) > 0 {
			all.add(key+"multiplies", "is for a factor, and for counts = \"earned\"")
		}
	}
}

func (r Rules) checkMultiplied(rule Rule, key string, all *Complaints) {
	var can []string
	for i := range r.Earn { // there may be many, and they are large
		if o := &r.Earn[i]; o.Wallet == rule.Wallet && o.Counts != Multiple && (o.Event == "") == (rule.Event == "") {
			can = append(can, o.Name)
		}
	}
	if len(can) == 0 {
		all.add(key+"factor", "there is no rule of %q to multiply", string(rule.Wallet))
		return
	}
	for j, name := range rule.Multiplies {
		at := fmt.Sprintf("%smultiplies[%d]", key, j)
		switch other, known := r.Rule(name); {
		case name == rule.Name:
			all.add(at, "a rule does not multiply itself")
		case known && other.Counts == Multiple:
			all.add(at, "%q is a factor too: name the rules that bring points", name)
		default:
			oneOf(name, at, "rule of that wallet", can, all)
		}
	}
}

func (r Rules) checkEarned(rule Rule, key string, all *Complaints) {
	if rule.Referrer {
		all.add(key+"referrer", "counts = \"earned\" is about what the sale brought its own member: leave referrer out")
	}
	if len(rule.Multiplies) != 1 {
		all.add(key+"multiplies", "need the name of one wallet, whose points are counted")
		return
	}
	of := ledger.Wallet(rule.Multiplies[0])
	oneOf(string(of), key+"multiplies[0]", "wallet", r.walletNames(), all)
	if of == rule.Wallet || slices.ContainsFunc(r.Earn, func(o Rule) bool { return o.Wallet == of && o.Counts == Earned }) {
		all.add(key+"multiplies[0]", "%q counts what was earned itself: need a wallet that sales bring", string(of))
	}
}

func checkCaps(caps []Cap, key string, points bool, all *Complaints) {
	caps = atMost(key, caps, maxCaps, all)
	for i, c := range caps {
		at := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case c.Points != 0 && !points:
			all.add(at+".points", "how often is counted here: need times")
		case (c.Points == 0) == (c.Times == 0):
			all.add(at, "need either points or times")
		case c.Points < 0 || c.Points > MaxRatePoints:
			all.add(at+".points", "%v: need more than 0 and at most %v", c.Points, MaxRatePoints)
		case c.Times < 0 || c.Times > maxTimes:
			all.add(at+".times", "%d: need 1 to %d", c.Times, maxTimes)
		}
		if !slices.Contains([]Period{PerPurchase, PerDay, PerWeek, PerMonth, PerYear, PerEver}, c.Per) {
			all.add(at+".per", "%q: need one of %s", string(c.Per), listed([]Period{PerPurchase, PerDay, PerWeek, PerMonth, PerYear, PerEver}))
		}
		if !slices.Contains([]Whose{OfMember, OfTerminal, OfCashier, OfReferrer}, c.Of) {
			all.add(at+".of", "%q: need one of %s", string(c.Of), listed([]Whose{"member", OfTerminal, OfCashier, OfReferrer}))
		}
	}
}

// maxTimes leaves room for sums in thousandths.
const maxTimes = 1_000_000_000

func (r Rules) checkCondition(c Condition, key string, all *Complaints) {
	for _, l := range []struct {
		name string
		list []string
	}{{"shops", c.Shops}, {"channels", c.Channels}, {"tenders", c.Tenders}, {"codes", c.Codes}, {"signals", c.Signals}} {
		checkTexts(l.list, key+l.name, maxNamed, all)
	}
	checkNamed(c.Partners, key+"partners", "partner", r.partnerNames(), all)
	checkNamed(c.Tiers, key+"tiers", "tier", r.tierNames(), all)
	checkNamed(c.Clubs, key+"clubs", "club", r.clubNames(), all)
	checkNamed(c.Segments, key+"segments", "segment", r.segmentNames(), all)
	checkNamed(c.NotSegments, key+"not_segments", "segment", r.segmentNames(), all)
	for i, h := range c.Hours {
		if h.From < 0 || h.From >= 24*60 || h.Until < 0 || h.Until > 24*60 || h.From == h.Until {
			all.add(fmt.Sprintf("%shours[%d]", key, i), "need two different times, \"14:00-16:00\"")
		}
	}
	for _, m := range []struct {
		name  string
		money basket.Money
	}{{"min_total", c.MinTotal}, {"max_total", c.MaxTotal}} {
		if m.money < 0 || m.money > basket.MaxAmount {
			all.add(key+m.name, "%d minor units: need 0 to %d", m.money, basket.MaxAmount)
		}
	}
	checkDays(c.From, c.Until, key, all)
	if b := c.Birthday; b != nil && (b.Before < 0 || b.Before > maxWindow || b.After < 0 || b.After > maxWindow) {
		all.add(key+"birthday", "need 0 to %d days before and after", maxWindow)
	}
}

// checkDays looks at a first and a last day, of which either may be left out.
func checkDays(from, until ledger.Day, key string, all *Complaints) {
	checkDay(from, key+"from", all)
	checkDay(until, key+"until", all)
	if from.Validate() == nil && until.Validate() == nil && until < from {
		all.add(key+"until", "%s is before from, %s: let it end after it begins", until, from)
	}
}

func checkDay(day ledger.Day, key string, all *Complaints) {
	if day != "" && day.Validate() != nil {
		all.add(key, "%q: need a day, year-month-day: \"2026-12-31\"", string(day))
	}
}

// checkSets looks at names of sets; a set has those above it.
func checkSets(list []string, key string, known []string, all *Complaints) {
	if !strings.HasPrefix(key, "set[") {
		checkNamed(list, key, "set", known, all)
		return
	}
	for i, name := range atMost(key, list, maxNamed, all) {
		if !slices.Contains(known, name) {
			all.add(fmt.Sprintf("%s[%d]", key, i), "there is no set %q above this one", name)
		}
	}
}

func (r Rules) checkSelector(s Selector, key string, sets []Set, all *Complaints) {
	known := names(sets, func(s Set) string { return s.Name })
	for deep := 1; ; deep++ {
		for _, l := range []struct {
			name string
			list []string
		}{{"products", s.Products}, {"categories", s.Categories}, {"tags", s.Tags}, {"kinds", s.Kinds}} {
			checkTexts(l.list, key+l.name, maxLines, all)
		}
		for i, kind := range atMost(key+"kinds", s.Kinds, maxLines, new(Complaints)) {
			if err := basket.CheckKind(kind); err != nil && nameable(kind, maxText) {
				all.add(fmt.Sprintf("%skinds[%d]", key, i), "%v", err)
			}
		}
		checkSets(s.Sets, key+"sets", known, all)
		if s.Not == nil {
			return
		}
		key += "not."
		if s = *s.Not; s.IsZero() {
			all.add(key[:len(key)-1], "leaves no line: name what does not count")
		}
		if deep == maxDeep {
			all.add(key[:len(key)-1], "at most %d in each other", maxDeep)
			return
		}
	}
}
