package explain

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
)

// The codes of what of a sale did not count.
const (
	// ExcludedLine is a line that the programme excludes, OtherLine one that no
	// rule counted, and MoreLines how many more of either there are, in Line.
	ExcludedLine = "excluded"
	OtherLine    = "not_selected"
	MoreLines    = "more_lines"
	// Unearning is what was paid with what earns nothing: Rule names the means of
	// payment, or Wallet the points. UnearningSale is one with which all of it earns nothing.
	Unearning     = "tender"
	UnearningSale = "tender_sale"
	// ByTill is what the till says earns nothing; Taxes and OffPrice are the tax
	// and the discounts that the programme leaves out.
	ByTill   = "by_till"
	Taxes    = "tax"
	OffPrice = "discount"
)

// maxApart is how many lines are told that did not count.
const maxApart = 8

// apart is what of a sale did not count, under the rules that were there for it.
func apart(s scene.Scene, earning basket.Basket, reasons []ledger.Reason) []Part {
	var all []Part
	put := func(code, name string, amount basket.Money) {
		all = append(all, Part{Reason: ledger.Reason{Code: code, Rule: name, Amount: int64(amount)}})
	}
	all = lines(s, earning)
	base := s.Rules.Base
	if len(s.Basket.Lines) == 0 && s.Basket.NotEarning > 0 {
		put(ByTill, "", s.Basket.NotEarning)
	}
	var tax, off basket.Money
	for _, l := range earning.Lines {
		switch {
		case scene.Excluded(s.Rules, l):
		case scene.Discount(l) && base.BeforeDiscount:
			off += l.Amount
		default:
			tax += l.Tax
		}
	}
	if base.BeforeTax && tax != 0 {
		put(Taxes, "", tax)
	}
	if off != 0 {
		put(OffPrice, "", off)
	}
	return append(append(all, tenders(s, earning)...), paid(s, reasons)...)
}

// tenders are the means of payment that earn nothing. One that does so for its
// part of the sale lowers what counts by as much as that is of what was to pay.
func tenders(s scene.Scene, earning basket.Basket) []Part {
	base := s.Rules.Base
	counts := earning.Total - min(max(s.Basket.NotEarning, 0), earning.Total)
	for _, l := range earning.Lines {
		switch {
		case scene.Excluded(s.Rules, l), scene.Discount(l) && base.BeforeDiscount:
			counts -= l.Amount
		case base.BeforeTax:
			counts -= l.Tax
		}
	}
	var all []Part
	var upTo, before basket.Money
	for _, t := range s.Basket.Tenders {
		p := Part{Reason: ledger.Reason{Code: Unearning, Rule: t.Kind, Amount: int64(t.Amount)}}
		switch how := base.Tenders[t.Kind]; {
		case t.Amount <= 0 || how != programme.EarnsNotPart && how != programme.EarnsNothing:
			continue
		case how == programme.EarnsNothing:
			p.Code = UnearningSale
		case earning.Total > 0:
			upTo = min(upTo+t.Amount, earning.Total)
			counts := max(counts, 0)
			now := counts - counts*(earning.Total-upTo)/earning.Total
			p.Counted, before = now-before, now
		}
		all = append(all, p)
	}
	return all
}

// paid is what points paid of a sale, where that earns nothing.
func paid(s scene.Scene, reasons []ledger.Reason) []Part {
	code := Unearning
	switch s.Rules.Base.Redeeming {
	case programme.EarnsFully:
		return nil
	case programme.EarnsNothing:
		code = UnearningSale
	}
	var all []Part
	for _, r := range reasons {
		if r.Code != redeem.ReasonRedeemed || r.Points == 0 || r.Amount <= 0 || s.Paid <= 0 {
			continue
		}
		at := slices.IndexFunc(all, func(p Part) bool { return p.Wallet == r.Wallet })
		if at < 0 {
			at, all = len(all), append(all, Part{Reason: ledger.Reason{Code: code, Wallet: r.Wallet}})
		}
		all[at].Amount += r.Amount
	}
	return all
}

// lines are the goods that no rule counted which held.
func lines(s scene.Scene, earning basket.Basket) []Part {
	var counts []programme.Rule
	judge := s.Judge()
	held := scene.HeldOut(s.Rules, s.Holding.Account)
	for _, r := range s.Rules.Earn {
		if r.Event == "" && r.Counts != programme.Multiple && r.Counts != programme.Earned && (!r.Campaign || !held) && judge.Holds(r.If) {
			counts = append(counts, r)
		}
	}
	var all []Part
	for i, l := range earning.Lines {
		if scene.Discount(l) || s.Basket.Lines[i].Amount == 0 {
			continue
		}
		code := OtherLine
		if scene.Excluded(s.Rules, l) {
			code = ExcludedLine
		} else if slices.ContainsFunc(counts, func(r programme.Rule) bool { return scene.Selects(s.Rules, r.Lines, l) }) {
			continue
		}
		goods := s.Basket.Lines[i]
		all = append(all, Part{Reason: ledger.Reason{Code: code, Line: i + 1, Amount: int64(goods.Amount)}, Goods: &goods})
	}
	if len(all) > maxApart+1 {
		more := Part{Reason: ledger.Reason{Code: MoreLines, Line: len(all) - maxApart}}
		for _, p := range all[maxApart:] {
			more.Amount += p.Amount
		}
		all = append(all[:maxApart], more)
	}
	return all
}

// The causes besides those of a condition why a rule or a reward was not had.
const (
	NoLines      scene.Cause = "no_lines" // the till told no lines
	NoGoods      scene.Cause = "no_goods"
	NoReferrer   scene.Cause = "no_referrer"
	NotReached   scene.Cause = "not_reached"   // less than its first band, or than a whole one of what it gives for
	Nothing      scene.Cause = "nothing"       // nothing is left that it could work on
	TooFew       scene.Cause = "too_few"       // Points are missing
	Often        scene.Cause = "often"         // it was had as often as it can be
	CollectsOnly scene.Cause = "collects_only" // the card that was shown is for collecting only
	SoldOut      scene.Cause = "sold_out"
)

// How near something was that was not had.
const (
	near    = iota // its goods are there, or it is for all of a sale
	today          // it holds today, and its goods are not there
	someDay        // of another day of the week, or hour
	never          // it is over, or has not begun
	ranks
)

// nearest is how many of what was not had are told.
const nearest = 8

// missed are the rules, and the rewards that are had without asking, that gave
// nothing, each with the first reason why; nearest first, and how many are near.
func missed(d decided, s scene.Scene, r ledger.Record) ([]Part, int) {
	var by [ranks][]Part
	put := func(p Part, anyGoods bool) {
		rank := near
		switch p.Why {
		case scene.NotYet, scene.Over:
			rank = never
		case scene.OtherWeekday, scene.OtherHour:
			rank = someDay
		case NoGoods, NoLines:
			rank = today
		default:
			if !anyGoods {
				rank = someDay
			}
		}
		by[rank] = append(by[rank], p)
	}
	told := func(rule string) bool {
		is := func(name string) bool { return name == rule }
		return slices.ContainsFunc(r.Body.Reasons, func(o ledger.Reason) bool { return is(o.Rule) }) ||
			slices.ContainsFunc(d.lost, func(o Part) bool { return is(o.Rule) })
	}
	if r.Head.Kind == ledger.KindAward {
		for _, w := range s.Rules.Rewards {
			if !w.Automatic || told(w.Name) {
				continue
			}
			if p, not := d.unhad(s, w); not {
				put(p, w.Lines.IsZero() || goods(s, w.Lines, d.left.Lines))
			}
		}
	}
	judge, held := s.Judge(), scene.HeldOut(s.Rules, s.Holding.Account)
	kind := ""
	if slices.ContainsFunc(r.Body.Reasons, func(o ledger.Reason) bool { return o.Code == earn.ReasonTogether }) {
		return slices.Concat(by[:]...), 0 // the record had no room to say which rules gave
	}
	if s.Event != nil {
		kind = s.Event.Kind
	} else if r.Head.Kind != ledger.KindAward {
		return slices.Concat(by[:]...), 0
	}
	for _, rule := range s.Rules.Earn {
		if rule.Event != kind || rule.Campaign && held || told(rule.Name) {
			continue
		}
		any := rule.Lines.IsZero() || goods(s, rule.Lines, d.earning.Lines)
		p := Part{Reason: ledger.Reason{Code: NotApplied, Rule: rule.Name, Wallet: rule.Wallet}, Def: &rule, If: &rule.If, Why: judge.Why(rule.If)}
		switch {
		case p.Why != "":
		case rule.Referrer && (s.Referrer == nil || s.Referrer.Account == s.Holding.Account):
			p.Why = NoReferrer
		case !any && len(s.Basket.Lines) == 0:
			p.Why = NoLines
		case !any:
			p.Why = NoGoods
		case len(rule.Bands) > 0 || rule.WholePer:
			p.Why = NotReached
		default:
			p.Why = Nothing
		}
		put(p, any)
	}
	return slices.Concat(by[:]...), min(len(by[near])+len(by[today])+len(by[someDay]), nearest)
}

// goods reports whether a selector selects a line that the programme does not exclude.
func goods(s scene.Scene, sel programme.Selector, lines []basket.Line) bool {
	return slices.ContainsFunc(lines, func(l basket.Line) bool {
		return !scene.Excluded(s.Rules, l) && scene.Selects(s.Rules, sel, l)
	})
}

// unhad is why a reward that is had without asking was not.
func (d decided) unhad(s scene.Scene, w programme.Reward) (Part, bool) {
	no := redeem.Missed(s, d.cover, d.left, w)
	if no == nil {
		return Part{}, false
	}
	p := Part{Reason: ledger.Reason{Code: NotHad, Rule: w.Name, Wallet: w.Wallet}, Reward: &w, If: &w.If, Why: s.Judge().Why(w.If)}
	if p.Why != "" {
		return p, true
	}
	switch no.Code {
	case programme.HadAlready:
		p.Why = Often
	case programme.SoldOut:
		p.Why = SoldOut
	case programme.NotOnReceipt:
		if p.Why = NoGoods; len(s.Basket.Lines) == 0 {
			p.Why = NoLines
		}
	case programme.CollectsOnly:
		p.Why = CollectsOnly
	case programme.TooFewPoints:
		p.Why, p.Points = TooFew, no.Points
	default:
		p.Why = Nothing
	}
	return p, true
}
