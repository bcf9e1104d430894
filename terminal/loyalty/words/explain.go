package words

import (
	"fmt"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/tier"
)

// An Explained tells why a record says what it says, line by line. Rules are
// those of the record's version, as far as they are kept.
type Explained struct {
	Words Words
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names; nil is UTC
}

// Lines are x in words: what it is, why, and whether it agrees.
func (e Explained) Lines(x explain.Explanation) []string {
	lines := []string{e.heading(x)}
	if x.Total != 0 || x.Lines > 0 {
		lines = append(lines, e.basket(x))
	}
	if x.Event != nil {
		lines = append(lines, e.Words.sayf(text{"gebeurtenis: %s %s", "event: %s %s"}, x.Event.Kind, x.Event.ID))
	}
	if len(x.Tiers) > 0 {
		lines = append(lines, e.Words.sayf(text{"niveau op dat moment: %s", "tier at that moment: %s"}, strings.Join(x.Tiers, ", ")))
	}
	if x.Verdict == explain.Emptied {
		lines = append(lines, e.Words.say(text{"de reden is niet meer bewaard; dit weet de kop nog:", "the reason is not kept any more; this the head still knows:"}))
	}
	for _, p := range x.Apart {
		lines = append(lines, e.apart(p))
	}
	for _, p := range x.Parts {
		if line := e.part(p); line != "" {
			lines = append(lines, line)
		}
	}
	lines = append(lines, e.missed(x)...)
	if x.Note != "" {
		lines = append(lines, e.Words.sayf(text{"reden: %s", "reason: %s"}, x.Note))
	}
	return append(lines, e.verdict(x)...)
}

func (e Explained) history() History { return History(e) }

func (e Explained) heading(x explain.Explanation) string {
	at := time.UnixMilli(x.At).UTC()
	if e.Zone != nil {
		at = at.In(e.Zone)
	}
	what := e.history().kind(x.Kind)
	if x.Of != nil {
		what += " " + Profile{e.Words}.Of(x.Of.Code())
	}
	return e.Words.sayf(text{"%s: %s, %s, regels versie %d", "%s: %s, %s, rules version %d"}, x.Code, what, e.Words.DateTime(at), x.Rules)
}

func (e Explained) basket(x explain.Explanation) string {
	amount := e.money(int64(x.Total))
	switch x.Lines {
	case 0:
		return e.Words.sayf(text{"bon: %s, zonder regels", "receipt: %s, without lines"}, amount)
	case 1:
		return e.Words.sayf(text{"bon: %s, 1 regel", "receipt: %s, 1 line"}, amount)
	}
	return e.Words.sayf(text{"bon: %s, %d regels", "receipt: %s, %d lines"}, amount, x.Lines)
}

func (e Explained) money(amount int64) string {
	return e.Words.Money(basket.Money(amount), e.Rules.Currency)
}

func (e Explained) points(p ledger.Points, w ledger.Wallet) string { return e.history().points(p, w) }

// number is thousandths without a unit.
func (e Explained) number(n int64) string {
	sign, digits := e.Words.in().number(n, 3, 0)
	return sign + digits
}

func (e Explained) part(p explain.Part) string {
	w := e.Words
	switch p.Code {
	case earn.ReasonRate, earn.ReasonBand, earn.ReasonOrder, earn.ReasonUnits, earn.ReasonQuantity, earn.ReasonMultiple, earn.ReasonEarned:
		return p.Rule + ": " + e.gain(p)
	case earn.ReasonCarried:
		return w.sayf(text{"meegeteld van vorige keer: %s", "counted from last time: %s"}, e.points(p.Points, p.Wallet))
	case explain.Total:
		return w.sayf(text{"samen: %s", "together: %s"}, e.points(p.Points, p.Wallet))
	case explain.Whole:
		return w.sayf(text{"afgerond%s: %s", "rounded%s: %s"}, e.to(p.Step, p.Wallet), e.points(p.Points, p.Wallet))
	case explain.Next:
		return w.sayf(text{"telt de volgende keer mee: %s", "counts next time: %s"}, e.points(p.Points, p.Wallet))
	case earn.ReasonRounded:
		return "  " + e.rounded(p)
	case earn.ReasonCapped:
		return "  " + w.sayf(text{"boven de grens van %s: %s", "above the cap of %s: %s"}, e.caps(p), e.points(p.Points, p.Wallet))
	case earn.ReasonMost:
		return "  " + w.sayf(text{"meer dan een lid kan hebben: %s", "more than a member can hold: %s"}, e.points(p.Points, p.Wallet))
	case earn.ReasonTogether:
		return w.sayf(text{"alle regels samen: %s", "all rules together: %s"}, e.points(p.Points, p.Wallet))
	case explain.Sum:
		return "  " + w.sayf(text{"samen: %s", "together: %s"}, e.points(p.Points, p.Wallet))
	case explain.Lost:
		return "  " + e.lost(p)
	case earn.ReasonTier:
		return w.sayf(text{"niveau %s bereikt", "tier %s reached"}, p.Rule) + e.until(p.Entry)
	case earn.ReasonClub:
		return w.sayf(text{"lidmaatschap %s betaald", "membership %s paid for"}, p.Rule) + e.until(p.Entry)
	case explain.TakenTier:
		return w.sayf(text{"niveau %s teruggenomen", "tier %s taken back"}, p.Rule)
	case explain.TakenClub:
		return w.sayf(text{"lidmaatschap %s teruggenomen", "membership %s taken back"}, p.Rule)
	case explain.Counts:
		return w.sayf(text{"telt voor %s: %s", "counts for %s: %s"}, p.Rule, e.counted(p))
	case explain.Dates:
		return e.dates(p)
	case explain.OfOthers:
		return w.sayf(text{"voor een ander: %s", "for somebody else: %s"}, e.history().plus(p.Points, p.Wallet))
	case explain.Change:
		return e.history().plus(p.Points, p.Wallet) + e.until(p.Entry)
	case explain.Drawn:
		return e.drawn(*p.Game)
	case game.ReasonGame:
		return w.sayf(text{"%s: gewonnen of ingezet: %s", "%s: won or staked: %s"}, p.Rule, e.history().plus(p.Points, p.Wallet))
	case redeem.ReasonRedeemed:
		return e.redeemed(p)
	case redeem.ReasonPaidOut:
		return w.sayf(text{"  uitbetaald: %s", "  paid out: %s"}, e.money(p.Amount))
	case redeem.ReasonDonated:
		return w.sayf(text{"  voor het goede doel: %s", "  for the cause: %s"}, e.money(p.Amount))
	}
	return e.history().why(p.Reason, e.Rules.Version)
}

// gain is the arithmetic of what a rule gave.
func (e Explained) gain(p explain.Part) string {
	w, points := e.Words, e.points(p.Points, p.Wallet)
	if p.Def == nil {
		return points
	}
	per := e.points(p.Def.Points, p.Wallet)
	switch p.Code {
	case earn.ReasonRate:
		if p.Def.WholePer {
			return w.sayf(text{"%s × %s voor elke volle %s = %s", "%s × %s for every full %s = %s"}, e.money(p.Amount), per, e.money(int64(p.Def.Per)), points)
		}
		return w.sayf(text{"%s × %s per %s = %s", "%s × %s per %s = %s"}, e.money(p.Amount), per, e.money(int64(p.Def.Per)), points)
	case earn.ReasonBand:
		return w.sayf(text{"een bestelling van %s brengt %s", "an order of %s brings %s"}, e.money(p.Amount), points)
	case earn.ReasonUnits:
		if p.Def.Per == 1000 {
			return w.sayf(text{"%s × %s = %s", "%s × %s = %s"}, e.number(p.Amount), per, points)
		}
		return w.sayf(text{"%s stuks × %s per %s = %s", "%s pieces × %s per %s = %s"}, e.number(p.Amount), per, e.number(int64(p.Def.Per)), points)
	case earn.ReasonQuantity:
		return w.sayf(text{"%s × %s per %s = %s", "%s × %s per %s = %s"}, e.number(p.Amount), per, e.number(int64(p.Def.Per)), points)
	case earn.ReasonMultiple:
		if p.Def.Exact {
			return w.sayf(text{"keer %s, nog voor het afronden: dat geeft %s meer", "times %s, before any rounding: that adds %s"}, e.factor(p.Def.Factor), points)
		}
		of := e.points(ledger.Points(p.Amount), p.Wallet)
		if p.Rounded {
			of += w.say(text{", afgerond,", ", rounded,"})
		}
		return w.sayf(text{"%s keer %s: dat geeft %s meer", "%s times %s: that adds %s"}, of, e.factor(p.Def.Factor), points)
	case earn.ReasonEarned:
		return w.sayf(text{"%s die verdiend zijn brengen %s", "%s that were earned bring %s"}, e.number(p.Amount), points)
	}
	return points
}

// factor is a ratio as people read it: 1,5, or 4/3.
func (e Explained) factor(f ledger.Fraction) string {
	den := max(f.Den, 1)
	if f.Num*1000%den == 0 {
		return e.number(f.Num * 1000 / den)
	}
	return fmt.Sprintf("%d/%d", f.Num, den)
}

func (e Explained) rounded(p explain.Part) string {
	w := e.Words
	if p.Def == nil {
		return w.sayf(text{"afgerond: %s", "rounded: %s"}, e.history().plus(p.Points, p.Wallet))
	}
	return w.sayf(text{"%s%s: %s", "%s%s: %s"}, e.mode(p.Def.Rounding), e.to(p.Def.Step, p.Wallet), e.history().plus(p.Points, p.Wallet))
}

// units are what several of a wallet's units are called.
func (e Explained) units(w ledger.Wallet) string {
	wallet, _ := e.Rules.Wallet(w)
	return wallet.Unit(e.Words.Language()).Many
}

// to is behind "rounded" what it was rounded to.
func (e Explained) to(step ledger.Points, w ledger.Wallet) string {
	switch {
	case step == 0:
		return ""
	case step == ledger.Unit:
		return e.Words.sayf(text{" op hele %s", " to whole %s"}, e.units(w))
	}
	return e.Words.sayf(text{" op %s", " to %s"}, e.points(step, w))
}

func (e Explained) mode(r programme.Rounding) string {
	switch r {
	case programme.Floor:
		return e.Words.say(text{"naar beneden afgerond", "rounded down"})
	case programme.Ceil:
		return e.Words.say(text{"naar boven afgerond", "rounded up"})
	case programme.HalfEven:
		return e.Words.say(text{"(de helft naar het even getal) afgerond", "rounded (half to the even number)"})
	case programme.HalfUp:
		return e.Words.say(text{"(de helft naar boven) afgerond", "rounded (half up)"})
	}
	return e.Words.say(text{"afgerond", "rounded"})
}

// caps are the bounds of the rule of a part.
func (e Explained) caps(p explain.Part) string {
	if p.Def == nil {
		return p.Rule
	}
	var all []string
	for _, c := range p.Def.Caps {
		most := e.Words.sayf(text{"%d keer", "%d times"}, c.Times)
		if c.Times == 1 {
			most = e.Words.say(text{"1 keer", "once"})
		}
		if c.Times == 0 {
			most = e.points(c.Points, p.Wallet)
		}
		most += " " + e.period(c.Per)
		switch c.Of {
		case programme.OfTerminal:
			most += e.Words.say(text{" in deze winkel", " in this shop"})
		case programme.OfCashier:
			most += e.Words.say(text{" van deze medewerker", " by this cashier"})
		case programme.OfReferrer:
			most += e.Words.say(text{" voor wie aanbracht", " for who brought them in"})
		}
		all = append(all, most)
	}
	return strings.Join(all, e.Words.say(text{" en ", " and "}))
}

func (e Explained) period(p programme.Period) string {
	w := e.Words
	switch p {
	case programme.PerPurchase:
		return w.say(text{"per aankoop", "a purchase"})
	case programme.PerDay:
		return w.say(text{"per dag", "a day"})
	case programme.PerWeek:
		return w.say(text{"per week", "a week"})
	case programme.PerMonth:
		return w.say(text{"per maand", "a month"})
	case programme.PerYear:
		return w.say(text{"per jaar", "a year"})
	}
	return w.say(text{"in totaal", "in all"})
}

func (e Explained) lost(p explain.Part) string {
	w, points := e.Words, e.points(p.Points, p.Wallet)
	switch p.Combine {
	case programme.Best:
		return w.sayf(text{"%s (%s) telt niet: van %s telt wat het meeste geeft", "%s (%s) does not count: of %s what gives most counts"}, p.Rule, points, p.Group)
	case programme.First:
		return w.sayf(text{"%s (%s) telt niet: van %s telt het eerste", "%s (%s) does not count: of %s the first counts"}, p.Rule, points, p.Group)
	}
	return w.sayf(text{"%s (%s) telt niet: %s sluit het andere uit", "%s (%s) does not count: %s shuts out the rest"}, p.Rule, points, p.Group)
}

// until is behind what an entry gave, how long it lasts.
func (e Explained) until(x *ledger.Entry) string {
	if x == nil || x.Points <= 0 || x.Expires == "" {
		return ""
	}
	return e.Words.sayf(text{", tot en met %s", ", until %s"}, e.Words.Day(x.Expires))
}

func (e Explained) counted(p explain.Part) string {
	sign := ""
	if p.Points > 0 {
		sign = "+"
	}
	switch p.Ladder.On {
	case programme.OnSpend:
		return sign + e.money(int64(p.Points/10))
	case programme.OnVisits:
		return sign + e.Words.sayf(text{"%s bezoek", "%s visit"}, e.number(int64(p.Points)))
	}
	return sign + e.points(p.Points, p.Ladder.Wallet)
}

func (e Explained) dates(p explain.Part) string {
	w, x := e.Words, p.Entry
	line := e.history().plus(p.Points, p.Wallet)
	if x.Vests != "" {
		line += w.sayf(text{", te besteden vanaf %s", ", to be spent from %s"}, w.Day(x.Vests))
	}
	if x.Expires != "" {
		line += w.sayf(text{", te besteden tot en met %s", ", to be spent until %s"}, w.Day(x.Expires))
	}
	if x.Issuer != "" {
		line += w.sayf(text{", op kosten van %s", ", paid for by %s"}, x.Issuer)
	}
	return line
}

func (e Explained) drawn(p ledger.Played) string {
	w := e.Words
	switch {
	case p.Prize != "":
		return w.sayf(text{"%s: getrokken %d van een miljoen: %s", "%s: drawn %d out of a million: %s"}, p.Game, p.Draw, p.Prize)
	case p.Missed != "":
		return w.sayf(text{"%s: getrokken %d van een miljoen: %s, maar die was op", "%s: drawn %d out of a million: %s, but there were none left"}, p.Game, p.Draw, p.Missed)
	}
	return w.sayf(text{"%s: getrokken %d van een miljoen: niets", "%s: drawn %d out of a million: nothing"}, p.Game, p.Draw)
}

func (e Explained) redeemed(p explain.Part) string {
	w := e.Words
	if p.Tender {
		return e.history().paid(p.Reason)
	}
	if p.Points != 0 {
		return e.history().why(p.Reason, e.Rules.Version)
	}
	if p.Amount == 0 {
		return w.sayf(text{"%s: voor niets", "%s: for nothing"}, p.Rule)
	}
	return w.sayf(text{"%s: %s korting", "%s: %s off"}, p.Rule, e.money(p.Amount))
}

// verdict says whether deciding once more agrees.
func (e Explained) verdict(x explain.Explanation) []string {
	w := e.Words
	switch x.Verdict {
	case explain.Same:
		return []string{w.say(text{"nagerekend: het klopt tot op het duizendste", "decided again: it agrees to the thousandth"})}
	case explain.Differs:
		lines := []string{w.say(text{"nagerekend: er komt iets anders uit", "decided again: something else comes of it"})}
		if x.Cause != "" {
			lines = append(lines, "  "+x.Cause)
		}
		for _, d := range x.Differ {
			lines = append(lines, "  "+w.sayf(text{"%s: opgeslagen %s, nu %s", "%s: stored %s, now %s"}, string(d.Stored.Wallet),
				e.exactly(d.Stored), e.exactly(d.Again)))
		}
		return lines
	case explain.Untold:
		return []string{w.say(text{
			"niet na te rekenen: dit is bewaard voordat werd bewaard wat er gezien werd",
			"cannot be decided again: it was kept before what was seen was kept",
		})}
	case explain.Unknown:
		return []string{w.sayf(text{"niet na te rekenen: regels versie %d zijn hier niet bewaard", "cannot be decided again: rules version %d are not kept here"}, x.Rules)}
	}
	return nil
}

// exactly is what an entry gives with its remainder.
func (e Explained) exactly(x ledger.Entry) string {
	p := e.points(x.Points, x.Wallet)
	if x.Rest.IsZero() {
		return p
	}
	return fmt.Sprintf("%s + %d/%d", p, x.Rest.Num, max(x.Rest.Den, 1)*1000)
}

// A Standing tells what a member holds on a day, and where they stand.
type Standing struct {
	Words Words
	Rules programme.Rules
}

// Lots are a wallet's balance and, where it has several parts, each of them
// with its days.
func (s Standing) Lots(p ledger.Position, day ledger.Day) []string {
	h, w := History{Words: s.Words, Rules: s.Rules}, s.Words
	spendable, _, _ := p.On(day)
	lines := []string{w.Balance() + ": " + h.points(spendable, p.Wallet)}
	lots := p.All()
	if !lots.Dated() {
		return lines
	}
	for _, l := range lots.Open {
		line := "  " + h.points(l.Points, p.Wallet)
		switch {
		case l.Lapsed(day):
			line += w.sayf(text{", vervallen na %s", ", lapsed after %s"}, w.Day(l.Expires))
		case l.Expires != "":
			line += w.sayf(text{", te besteden tot en met %s", ", to be spent until %s"}, w.Day(l.Expires))
		}
		if l.Pending(day) {
			line += w.sayf(text{", te besteden vanaf %s", ", to be spent from %s"}, w.Day(l.Vests))
		}
		if l.Issuer != "" {
			line += w.sayf(text{", op kosten van %s", ", paid for by %s"}, l.Issuer)
		}
		lines = append(lines, line)
	}
	if lots.Debt != 0 {
		lines = append(lines, "  "+w.sayf(text{"schuld: %s", "owed: %s"}, h.points(lots.Debt, p.Wallet)))
	}
	return lines
}

// Tier is where the member stands on a ladder.
func (s Standing) Tier(on tier.Standing) string {
	w := s.Words
	line := on.Ladder.Name + ": " + on.Name()
	if on.Level < 0 {
		line = on.Ladder.Name + ": " + w.say(text{"nog geen niveau", "no tier yet"})
	} else if on.Until != "" {
		line += w.sayf(text{", tot en met %s", ", until %s"}, w.Day(on.Until))
	}
	if on.Next != nil {
		missing := explain.Part{Ladder: &on.Ladder}
		missing.Points = on.Missing
		amount := strings.TrimPrefix(Explained{Words: w, Rules: s.Rules}.counted(missing), "+")
		line += w.sayf(text{"; nog %s tot %s", "; %s to go to %s"}, amount, on.Next.Name)
	}
	return line
}

// Member is a club a member belongs to.
func (s Standing) Member(club string, until ledger.Day) string {
	if until == "" {
		return s.Words.sayf(text{"lid van %s", "member of %s"}, club)
	}
	return s.Words.sayf(text{"lid van %s, tot en met %s", "member of %s, until %s"}, club, s.Words.Day(until))
}
