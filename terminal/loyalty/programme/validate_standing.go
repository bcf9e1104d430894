package programme

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// check complains about a length of time. None at all is for ever.
func (v Validity) check(key string, all *Complaints) {
	if v.Days < 0 || v.Days > maxDaysAhead || v.Months < 0 || v.Months > maxMonthsAhead {
		all.add(key, "need at most %d days or %d months", maxDaysAhead, maxMonthsAhead)
	}
	if !slices.Contains([]PeriodEnd{ToDay, ToMonth, ToQuarter, ToYear}, v.To) {
		all.add(key, "%q: need the end of a month, quarter or year", string(v.To))
	}
}

func (w Wallet) checkTime(key string, all *Complaints) {
	w.Expires.check(key+"expires", all)
	if w.Lapses == (w.Expires == Validity{}) {
		all.add(key+"expires", "need how long it can be spent")
	}
	if w.Inactive && !w.Lapses {
		all.add(key+"expires", "need how long without a purchase")
	}
	if w.VestsAfter < 0 || w.VestsAfter > maxDaysAhead {
		all.add(key+"vests", "%d: need 0 to %d days", w.VestsAfter, maxDaysAhead)
	}
}

func (w Wallet) checkMeaning(key string, all *Complaints) {
	if !slices.Contains([]WalletKind{Points, Stamps, MoneyBack, StoredValue}, w.Kind) {
		all.add(key+"kind", "%q: need one of %s", string(w.Kind), listed([]WalletKind{"points", Stamps, MoneyBack, StoredValue}))
	}
	if w.Worth < 0 || w.Worth > basket.MaxAmount {
		all.add(key+"worth", "%d minor units: need 0 to %d", w.Worth, basket.MaxAmount)
	}
	if w.Most < 0 || w.Most > 1000*MaxRatePoints {
		all.add(key+"most", "%v: need 0 to %v", w.Most, 1000*MaxRatePoints)
	}
}

func (r Rules) checkStanding(all *Complaints) {
	if r.HoldOut < 0 || r.HoldOut > maxHoldOut {
		all.add("hold_out", "%d: need 0 to %d of a hundred", r.HoldOut, maxHoldOut)
	}
	for i, l := range r.Ladders {
		r.checkLadder(l, i, all)
	}
	for i, c := range r.Clubs {
		key := fmt.Sprintf("club[%d].", i)
		checkIdentifier(c.Name, key+"name", r.clubNames()[:i], all)
		if c.Fee.IsZero() {
			all.add(key+"fee", "every line would begin a membership: name the line of the fee")
		}
		r.checkSelector(c.Fee, key+"fee.", r.Sets, all)
		c.Lasts.check(key+"lasts", all)
		if c.Lasts == (Validity{}) {
			all.add(key+"lasts", "need how long it lasts")
		}
		checkNamed(c.Perks, key+"perks", "perk", r.perkNames(), all)
	}
	for i, p := range r.Perks {
		key := fmt.Sprintf("perk[%d].", i)
		checkIdentifier(p.Name, key+"name", r.perkNames()[:i], all)
		r.checkWords(p.Label, key+"label", maxSlipLine, all)
		checkDays(p.From, p.Until, key, all)
	}
	for i, s := range r.Segments {
		r.checkSegment(s, i, all)
	}
}

func (r Rules) checkLadder(l Ladder, i int, all *Complaints) {
	key := fmt.Sprintf("ladder[%d].", i)
	checkIdentifier(l.Name, key+"name", names(r.Ladders[:i], func(o Ladder) string { return o.Name }), all)
	r.checkOn(l.On, l.Wallet, l.Lines, key, all)
	l.Window.check(key+"window", all)
	l.KeepsFor.check(key+"keeps", all)
	if !slices.Contains([]Crossing{"", CrossOld, CrossNew, CrossSplit}, l.Crossing) {
		all.add(key+"crossing", "%q: need one of %s", string(l.Crossing), listed([]Crossing{CrossOld, CrossNew, CrossSplit}))
	}
	if l.Crossing == CrossSplit && l.On != OnSpend {
		all.add(key+"crossing", "only an amount can be split: need on = \"spend\"")
	}
	if !slices.Contains([]Down{"", Reevaluate, OneStep}, l.Down) {
		all.add(key+"down", "%q: need one of %s", string(l.Down), listed([]Down{Reevaluate, OneStep}))
	}
	if l.Grace < 0 || l.Grace > maxGrace {
		all.add(key+"grace", "%d: need 0 to %d days", l.Grace, maxGrace)
	}
	if len(l.Levels) == 0 {
		all.add(key+"level", "need at least one")
	}
	l.Levels = atMost(key+"level", l.Levels, maxLevels, all)
	above := make(map[string]string) // the names of tiers before, and where they stand
	for at, o := range r.Ladders[:i] {
		for j, v := range o.Levels {
			above[v.Name] = fmt.Sprintf("ladder[%d].level[%d].name", at, j)
		}
	}
	for j, v := range l.Levels {
		at := fmt.Sprintf("%slevel[%d].", key, j)
		checkTitle(v.Name, at+"name", nil, all)
		if first, twice := above[v.Name]; twice {
			*all = append(*all, Complaint{at + "name", fmt.Sprintf("%q stands twice", v.Name), first})
		} else {
			above[v.Name] = at + "name"
		}
		if v.From < 0 || v.From > 1000*MaxRatePoints {
			all.add(at+"from", "%v: need 0 to %v", v.From, 1000*MaxRatePoints)
		}
		if j > 0 && v.From <= l.Levels[j-1].From {
			all.add(at+"from", "%v: tiers come in their order: need more than %v", v.From, l.Levels[j-1].From)
		}
		checkNamed(v.Perks, at+"perks", "perk", r.perkNames(), all)
	}
}

// checkOn looks at what a ladder or segment counts.
func (r Rules) checkOn(on LadderOn, w ledger.Wallet, lines Selector, key string, all *Complaints) {
	switch on {
	case OnSpend, OnVisits:
		if w != "" {
			all.add(key+"wallet", "is for on = \"points\" only")
		}
		r.checkSelector(lines, key+"lines.", r.Sets, all)
	case OnPoints:
		oneOf(string(w), key+"wallet", "wallet", r.walletNames(), all)
		if !lines.IsZero() {
			all.add(key+"lines", "points are counted whatever brought them: say it at the rules that earn them")
		}
	default:
		all.add(key+"on", "%q: need one of %s", string(on), listed([]LadderOn{OnSpend, OnVisits, OnPoints}))
	}
}

func (r Rules) checkSegment(s Segment, i int, all *Complaints) {
	key := fmt.Sprintf("segment[%d].", i)
	checkIdentifier(s.Name, key+"name", r.segmentNames()[:i], all)
	r.checkOn(s.On, s.Wallet, s.Lines, key, all)
	if s.Days < 1 || s.Days > maxDaysAhead {
		all.add(key+"days", "%d: need 1 to %d", s.Days, maxDaysAhead)
	}
	if s.Min < 0 || s.Min > 1000*MaxRatePoints {
		all.add(key+"min", "%v: need 0 to %v", s.Min, 1000*MaxRatePoints)
	}
	if s.Max > 1000*MaxRatePoints || (s.Max >= 0 && s.Max < s.Min) {
		all.add(key+"max", "%v: need %v to %v", s.Max, s.Min, 1000*MaxRatePoints)
	}
}

func (r Rules) checkGames(all *Complaints) {
	for i, g := range r.Games {
		key := fmt.Sprintf("game[%d].", i)
		checkTitle(g.Name, key+"name", names(r.Games[:i], func(o Game) string { return o.Name }), all)
		if slices.Contains(r.rewardNames(), g.Name) {
			all.add(key+"name", "%q is a reward's name, and a play is chosen like one", g.Name)
		}
		oneOf(string(g.Wallet), key+"wallet", "wallet", r.walletNames(), all)
		if g.Costs < 0 || g.Costs > MaxRatePoints {
			all.add(key+"costs", "%v: need 0 to %v", g.Costs, MaxRatePoints)
		}
		if g.Costs > 0 && g.Event != "" {
			all.add(key+"costs", "what an event plays costs nothing: leave one of them out")
		}
		if g.Event != "" && !isIdentifier(g.Event) {
			all.add(key+"event", "%q: need 1 to %d of a to z, 0 to 9, - and _", g.Event, maxText)
		}
		r.checkCondition(g.If, key+"if.", all)
		checkCaps(g.Caps, key+"caps", false, all)
		r.checkOdds(g, key, all)
	}
}

const million = 1_000_000

func (r Rules) checkOdds(g Game, key string, all *Complaints) {
	if len(g.Odds) == 0 {
		all.add(key+"odds", "need at least one prize")
	}
	g.Odds = atMost(key+"odds", g.Odds, maxOdds, all)
	var sum int64
	for j, o := range g.Odds {
		at := fmt.Sprintf("%sodds[%d].", key, j)
		checkTitle(o.Prize, at+"prize", names(g.Odds[:j], func(o Odds) string { return o.Prize }), all)
		if o.PerMillion < 1 || o.PerMillion > million {
			all.add(at+"chance", "%d in a million: need 1 to %d", o.PerMillion, million)
		} else if sum += o.PerMillion; sum > million {
			all.add(at+"chance", "the chances add up to more than one: %d in a million", sum)
		}
		switch {
		case o.Points < 0 || o.Points > MaxRatePoints:
			all.add(at+"points", "%v: need 0 to %v", o.Points, MaxRatePoints)
		case o.Points > 0 && o.Reward != "":
			all.add(at+"reward", "need either points or a reward")
		case o.Points > 0:
			oneOf(string(o.Wallet), at+"wallet", "wallet", r.walletNames(), all)
		case o.Reward != "":
			oneOf(o.Reward, at+"reward", "reward", r.rewardNames(), all)
		}
		checkCaps(o.Budget, at+"budget", true, all)
	}
}

func (r Rules) checkCoalition(all *Complaints) {
	for i, c := range r.Causes {
		key := fmt.Sprintf("cause[%d].", i)
		checkIdentifier(c.Name, key+"name", r.causeNames()[:i], all)
		r.checkWords(c.Label, key+"label", maxSlipLine, all)
	}
	for i, p := range r.Partners {
		key := fmt.Sprintf("partner[%d].", i)
		checkIdentifier(p.Name, key+"name", r.partnerNames()[:i], all)
		if !nameable(p.Label, maxText) {
			all.add(key+"label", "need 1 to %d printable characters", maxText)
		}
		wallets := make([]string, 0, len(p.Clears))
		for w := range p.Clears {
			wallets = append(wallets, string(w))
		}
		slices.Sort(wallets) // so that complaints come in one order
		for _, w := range wallets {
			oneOf(w, key+"clears."+w, "wallet", r.walletNames(), all)
			if m := p.Clears[ledger.Wallet(w)]; m < 0 || m > basket.MaxAmount {
				all.add(key+"clears."+w, "%d minor units: need 0 to %d", m, basket.MaxAmount)
			}
		}
	}
}

func (r Rules) checkMessages(all *Complaints) {
	kinds := []MessageKind{MessageNextReward, MessageLapsing, MessageTier, MessagePerks, MessageOffer}
	for i, m := range r.Messages {
		key := fmt.Sprintf("message[%d].", i)
		checkTitle(m.Name, key+"name", names(r.Messages[:i], func(o Message) string { return o.Name }), all)
		switch {
		case !slices.Contains(kinds, m.Kind):
			all.add(key+"kind", "%q: need one of %s", string(m.Kind), listed(kinds))
		case m.Kind == MessageOffer:
			r.checkWords(m.Text, key+"text", maxSlipLine, all)
		case len(m.Text) > 0:
			all.add(key+"text", "is for kind = \"offer\" only: the others say what they find")
		}
		if m.Kind == MessageLapsing && (m.Days < 1 || m.Days > maxGrace) {
			all.add(key+"days", "%d: need 1 to %d", m.Days, maxGrace)
		}
		r.checkCondition(m.If, key+"if.", all)
	}
}

func (p ReturnPolicy) check(all *Complaints) {
	if !slices.Contains([]ReturnEarned{"", AsAwarded, Prorated, Recomputed, AllOrNothing}, p.Earned) {
		all.add("returns.earned", "%q: need one of %s", string(p.Earned), listed([]ReturnEarned{AsAwarded, Prorated, Recomputed, AllOrNothing}))
	}
	if !slices.Contains([]ReturnSpent{"", OriginalLots, FreshLots}, p.Spent) {
		all.add("returns.spent", "%q: need one of %s", string(p.Spent), listed([]ReturnSpent{OriginalLots, FreshLots}))
	}
	if !slices.Contains([]Shortfall{"", Debt, WithinBalance, RefuseBelow}, p.Below) {
		all.add("returns.below", "%q: need one of %s", string(p.Below), listed([]Shortfall{Debt, WithinBalance, RefuseBelow}))
	}
	if p.LapsedGrace < 0 || p.LapsedGrace > maxGrace {
		all.add("returns.lapsed_grace", "%d: need 0 to %d days", p.LapsedGrace, maxGrace)
	}
}
