package file

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// members reads what is about members: clubs, perks, segments, causes, partners.
func (r reader) members(p Programme, into *programme.Rules) {
	for i, c := range p.Clubs {
		into.Clubs = append(into.Clubs, programme.Club{
			Name: c.Name, Fee: lines(c.Fee), Lasts: r.span(string(c.Lasts), fmt.Sprintf("club[%d].lasts", i)), Perks: c.Perks,
		})
	}
	for i, k := range p.Perks {
		key := fmt.Sprintf("perk[%d].", i)
		into.Perks = append(into.Perks, programme.Perk{Name: k.Name, Label: k.Label, From: r.day(k.From, key+"from"), Until: r.day(k.Until, key+"until")})
	}
	for i, s := range p.Segments {
		into.Segments = append(into.Segments, r.segment(s, fmt.Sprintf("segment[%d].", i)))
	}
	for _, c := range p.Causes {
		into.Causes = append(into.Causes, programme.Cause{Name: c.Name, Label: c.Label})
	}
	for i, w := range p.Partners {
		partner := programme.Partner{Name: w.Name, Label: w.Label}
		if partner.Label == "" {
			partner.Label = w.Name
		}
		for _, wallet := range sorted(w.Clears) {
			if partner.Clears == nil {
				partner.Clears = make(map[ledger.Wallet]basket.Money)
			}
			partner.Clears[ledger.Wallet(wallet)] = r.amount(w.Clears[wallet], fmt.Sprintf("partner[%d].clears.%s", i, wallet))
		}
		into.Partners = append(into.Partners, partner)
	}
}

func (r reader) segment(s Segment, key string) programme.Segment {
	segment := programme.Segment{
		Name: s.Name, On: programme.LadderOn(s.On), Lines: lines(s.Lines), Days: whole(s.Days), Min: r.points(s.Min, key+"min"), Max: -1,
	}
	if segment.On == programme.OnPoints {
		segment.Wallet = r.walletOf(s.Wallet)
	}
	if s.Max != nil {
		segment.Max = r.points(*s.Max, key+"max")
	}
	return segment
}

func (r reader) ladder(l Ladder, key string) programme.Ladder {
	ladder := programme.Ladder{
		Name: l.Name, On: programme.LadderOn(l.On), Lines: lines(l.Lines),
		Crossing: programme.Crossing(l.Crossing),
		Down:     programme.Down(l.Down), Grace: whole(l.Grace),
	}
	if ladder.On == programme.OnPoints {
		ladder.Wallet = r.walletOf(l.Wallet)
	}
	if l.Window != "lifetime" {
		ladder.Window = r.span(l.Window, key+"window")
	}
	switch {
	case l.Keeps == "for ever":
		ladder.Keeps = true
	case r.doc.has(key + "keeps"):
		ladder.Keeps, ladder.KeepsFor = true, r.span(l.Keeps, key+"keeps")
	}
	for i, level := range l.Levels {
		ladder.Levels = append(ladder.Levels, programme.Level{
			Name: level.Name, From: r.points(level.From, fmt.Sprintf("%slevel[%d].from", key, i)), Perks: level.Perks,
		})
	}
	return ladder
}

// multipliers are the rules that the levels' multiply stands for. A level
// without one has that of the level below it.
func (r reader) multipliers(ladders []Ladder, rules programme.Rules) []programme.Rule {
	var base []string
	all := true
	for _, e := range rules.Earn {
		switch {
		case e.Wallet != r.first || e.Counts == programme.Multiple || e.Event != "":
		case e.Bonus:
			all = false
		default:
			base = append(base, e.Name)
		}
	}
	if all {
		base = nil // a rule that names none multiplies all of them
	}
	var made []programme.Rule
	for i, l := range ladders {
		var open *programme.Rule
		for j, level := range l.Levels {
			key := fmt.Sprintf("ladder[%d].level[%d].multiply", i, j)
			switch factor := r.fraction(level.Multiply, key); {
			case level.Multiply != "" && factor != (ledger.Fraction{Num: 1, Den: 1}):
				r.doc.stands[fmt.Sprintf("earn[%d]", len(rules.Earn)+len(made))] = key
				made = append(made, programme.Rule{
					Name: level.Name, Wallet: r.first, Counts: programme.Multiple, Factor: factor, Multiplies: slices.Clone(base),
					Step: r.step(Earn{}, r.first, ""), Rounding: programme.Carry, Bonus: true,
					If: programme.Condition{Tiers: []string{level.Name}, TierExactly: true},
				})
				open = &made[len(made)-1]
			case level.Multiply != "":
				open = nil
			case open != nil:
				open.If.Tiers = append(open.If.Tiers, level.Name)
			}
		}
	}
	return made
}

func (r reader) message(m Message, key string) programme.Message {
	message := programme.Message{
		Name: m.Name, If: r.condition(m.If, key+"if"), Text: m.Text, Campaign: m.Campaign,
		Kind: programme.MessageKind(m.Kind),
	}
	if message.Name == "" {
		message.Name = m.Kind
	}
	if message.Kind == programme.MessageLapsing {
		message.Days = whole(m.Days)
	}
	return message
}

func (r reader) condition(w If, key string) programme.Condition {
	c := programme.Condition{
		Shops: w.Shops, Channels: w.Channels, Partners: w.Partners, Tenders: w.Tenders, Codes: w.Codes, Signals: w.Signals,
		From: r.day(w.From, key+".from"), Until: r.day(w.Until, key+".until"),
		MinTotal: r.amount(w.MinTotal, key+".min_total"), MaxTotal: r.amount(w.MaxTotal, key+".max_total"),
		Tiers: w.Tiers, TierExactly: w.TierExactly, Clubs: w.Clubs, Segments: w.Segments, NotSegments: w.NotSegments,
		Members: w.Members, FirstPurchase: w.FirstPurchase, Referred: w.Referred,
	}
	for _, text := range w.Weekdays {
		c.Weekdays = append(c.Weekdays, weekday(text))
	}
	for i, text := range w.Hours {
		c.Hours = append(c.Hours, r.hours(text, fmt.Sprintf("%s.hours[%d]", key, i)))
	}
	if w.Birthday != nil {
		c.Birthday = &programme.Window{Before: whole(w.Birthday.Before), After: whole(w.Birthday.After)}
	}
	return c
}
