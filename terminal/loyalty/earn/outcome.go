package earn

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/tier"
)

// A writing is the entries of a record as they come together.
//
// What rules bring one wallet by lines is one entry where all it says is one:
// account, wallet, kind, days and issuer. So a record stays small however many
// rules there are; rule by rule it stands in the reasons. Two things keep an
// entry of their own: what belongs to the sale as a whole, because no line
// brings it back, and what carries a remainder that was reckoned from other
// lines, because a return has to know of which.
type writing struct {
	entries []ledger.Entry
	shares  []ledger.Share
	byLine  []bool
}

func (w *writing) add(e ledger.Entry, share ledger.Share) {
	byLine := len(share.Points) > 0
	for i := range w.entries {
		have := &w.entries[i]
		if byLine != w.byLine[i] || have.Account != e.Account || have.Wallet != e.Wallet || have.Kind != e.Kind ||
			have.Expires != e.Expires || have.Vests != e.Vests || have.Issuer != e.Issuer || !slices.Equal(w.shares[i].Base, share.Base) {
			continue
		}
		rest, err := have.Rest.Add(e.Rest)
		points, fits := have.Points.Add(e.Points)
		if err != nil || fits != nil {
			continue
		}
		have.Points, have.Rest = points, rest
		if byLine {
			w.shares[i].Points = slices.Clone(w.shares[i].Points)
			for j, p := range share.Points {
				w.shares[i].Points[j] += p
			}
		}
		return
	}
	w.entries, w.shares, w.byLine = append(w.entries, e), append(w.shares, share), append(w.byLine, byLine)
}

// outcome is what the rules brought, with all that is counted besides.
func (e *engine) outcome() (Outcome, error) {
	s := &e.scene
	o := Outcome{member: s.Holding.Account, After: s.Holding, day: s.Moment.Day}
	o.After.Positions = slices.Clone(s.Holding.Positions)
	var w writing
	for _, b := range e.brought {
		g := e.gain(b)
		o.Gains = append(o.Gains, g)
		o.Reasons = append(o.Reasons, b.reasons...)
		if g.Points != 0 || !g.Rest.IsZero() {
			w.add(ledger.Entry{
				Account: g.Account, Wallet: g.Wallet, Kind: g.Kind, Points: g.Points, Rest: g.Rest,
				Expires: g.Expires, Vests: g.Vests, Issuer: g.Issuer,
			}, e.share(b, g))
		}
	}
	if s.Event == nil {
		e.renew(&w)
	}
	o.Reasons = append(o.Reasons, e.count(&w)...)
	for i, entry := range w.entries {
		o.Entries = append(o.Entries, entry)
		if w.byLine[i] {
			share := w.shares[i]
			share.Entry = i + 1
			o.Shares = append(o.Shares, share)
		}
		if entry.Account != o.member {
			continue
		}
		if err := o.After.Apply(entry, s.Moment.Day); err != nil {
			return Outcome{}, err
		}
	}
	return o, nil
}

// gain is what one rule brought.
func (e *engine) gain(b *brought) Gain {
	g := Gain{
		Rule: b.rule.Name, Wallet: b.rule.Wallet, Kind: ledger.Earn, Points: b.points, Rest: b.rest,
		Carries: b.rule.Rounding == programme.Carry, Issuer: b.rule.Issuer, Account: b.owner.Account,
	}
	if b.rule.Bonus {
		g.Kind = ledger.Bonus
	}
	if g.Issuer == programme.IssuerOfSale {
		g.Issuer = e.scene.Basket.Partner
	}
	if wallet, known := e.rules.Wallet(g.Wallet); known {
		g.Vests, g.Expires = wallet.Dates(e.scene.Moment.Day)
	}
	if len(e.counting.lines) > 0 && b.each != nil {
		g.Lines = e.byLine(b.each)
	}
	return g
}

// byLine adds what items brought up to what lines brought.
func (e *engine) byLine(each []ledger.Points) []ledger.Points {
	lines := make([]ledger.Points, max(len(e.counting.lines), 1))
	for i, it := range e.items {
		lines[max(it.line, 0)] += each[i]
	}
	return lines
}

// share is what the basket's lines brought of a gain; where it carries a
// remainder, also what of them counted. A basket without lines is one.
func (e *engine) share(b *brought, g Gain) ledger.Share {
	if b.each == nil {
		return ledger.Share{}
	}
	share := ledger.Share{Points: e.byLine(b.each)}
	if !g.Carries || b.cut {
		return share
	}
	share.Base = make([]int64, len(share.Points))
	for _, it := range e.items {
		at := max(it.line, 0)
		if len(b.of) == 0 {
			share.Base[at] += b.measure(it)
			continue
		}
		for _, o := range b.of {
			if b.counts(it) {
				share.Base[at] += o.measure(it)
			}
		}
	}
	return share
}

// renew puts off the days of what lapses by inactivity, also where the sale
// brought nothing of it.
func (e *engine) renew(w *writing) {
	s := &e.scene
	if e.total() <= 0 {
		return
	}
	for _, wallet := range e.rules.Wallets {
		if !wallet.Inactive || !wallet.Lapses {
			continue
		}
		_, expires := wallet.Dates(s.Moment.Day)
		if expires == "" || !slices.ContainsFunc(s.Holding.In(wallet.Name).Lots.Open, func(l ledger.Lot) bool {
			return l.Expires != "" && l.Expires < expires && !l.Lapsed(s.Moment.Day)
		}) {
			continue
		}
		at := slices.IndexFunc(w.entries, func(o ledger.Entry) bool { return o.Account == s.Holding.Account && o.Wallet == wallet.Name })
		if at < 0 {
			w.add(ledger.Entry{Account: s.Holding.Account, Wallet: wallet.Name, Kind: ledger.Earn, Expires: expires}, ledger.Share{})
			at = len(w.entries) - 1
		}
		w.entries[at].Renews = true
	}
}

// count adds what is remembered of the sale or the event besides.
func (e *engine) count(w *writing) []ledger.Reason {
	e.countCaps(w)
	reasons := e.countTiers(w)
	if e.scene.Event != nil {
		return reasons
	}
	e.countSegments(w)
	if e.total() > 0 && watches(*e.rules) {
		if had, _, _ := e.scene.Holding.In(programme.FirstSale).On(e.scene.Moment.Day); had <= 0 {
			w.add(e.tally(programme.FirstSale, ledger.Unit, ""), ledger.Share{})
		}
	}
	return append(reasons, e.join(w)...)
}

// tally is an entry on a counter of the member.
func (e *engine) tally(wallet ledger.Wallet, p ledger.Points, expires ledger.Day) ledger.Entry {
	return ledger.Entry{Account: e.scene.Holding.Account, Wallet: wallet, Kind: ledger.Earn, Points: p, Expires: expires}
}

// countCaps counts what rules gave towards their caps.
func (e *engine) countCaps(w *writing) {
	for _, b := range e.brought {
		if b.points <= 0 {
			continue
		}
		done := make(map[ledger.Wallet]bool)
		for _, c := range b.rule.Caps {
			account := e.capped(b, c).Account
			wallet := c.Counter(b.rule.Name, e.scene.Cashier)
			if c.Per == programme.PerPurchase || done[wallet+ledger.Wallet(account[:])] {
				continue
			}
			done[wallet+ledger.Wallet(account[:])] = true
			entry := ledger.Entry{Account: account, Wallet: wallet, Kind: ledger.Earn, Points: b.points, Expires: e.scene.CapEnds(c, b.rule.If)}
			share := ledger.Share{}
			if c.Times > 0 {
				entry.Points = ledger.Unit
			} else if b.each != nil {
				share.Points = e.byLine(b.each)
			}
			w.add(entry, share)
		}
	}
}

// countTiers counts for the ladders, and keeps a level that is reached.
func (e *engine) countTiers(w *writing) []ledger.Reason {
	var reasons []ledger.Reason
	day := e.scene.Moment.Day
	for i := range e.rules.Ladders {
		l := &e.rules.Ladders[i]
		adds, share := e.progress(l.On, &l.Lines, l.Wallet)
		if adds <= 0 {
			continue
		}
		before := tier.On(*l, e.scene.Holding, day)
		w.add(e.tally(l.CountOf(), adds, l.Window.Last(day)), share)
		reached := tier.Reached(*l, before.Count+adds)
		if reached <= tier.Reached(*l, before.Count) {
			continue
		}
		for _, mark := range tier.Marks(*l, reached, e.scene.Holding.Account, day) {
			w.add(mark, ledger.Share{})
		}
		if reached > before.Level {
			reasons = append(reasons, ledger.Reason{Code: ReasonTier, Rule: l.Levels[reached].Name, Wallet: l.CountOf()})
		}
	}
	return reasons
}

// progress is what the sale or the event adds to a count, and what its lines
// bring of that.
func (e *engine) progress(on programme.LadderOn, sel *programme.Selector, wallet ledger.Wallet) (ledger.Points, ledger.Share) {
	var share ledger.Share
	each := make([]ledger.Points, len(e.items))
	if on == programme.OnPoints {
		adds := e.gainedOf(wallet)
		for _, b := range e.brought {
			if b.owner != &e.scene.Holding || b.rule.Wallet != wallet || b.points == 0 {
				continue
			}
			if b.each == nil {
				return adds, share // some of it is of the sale as a whole
			}
			for i, p := range b.each {
				each[i] += p
			}
		}
		if len(each) > 0 {
			share.Points = e.byLine(each)
		}
		return adds, share
	}
	if e.scene.Event != nil {
		return 0, share
	}
	adds := e.adds(on, sel)
	if adds <= 0 || on == programme.OnVisits {
		return adds, share
	}
	lines := e.selected(sel)
	for i, it := range e.items {
		if it.line < 0 || lines.has(it.line) {
			each[i] = ledger.Points(it.amount) * perMinor
		}
	}
	share.Points = e.byLine(each)
	return adds, share
}

// countSegments counts for the segments.
func (e *engine) countSegments(w *writing) {
	for i := range e.rules.Segments {
		s := &e.rules.Segments[i]
		if adds, share := e.progress(s.On, &s.Lines, s.Wallet); adds > 0 {
			w.add(e.tally(s.CountOf(), adds, programme.After(e.scene.Moment.Day, s.Days-1)), share)
		}
	}
}

// join begins or lengthens the memberships that are paid for with the sale,
// once for each piece of a fee.
func (e *engine) join(w *writing) []ledger.Reason {
	var reasons []ledger.Reason
	after := e.scene.Holding
	after.Positions = slices.Clone(after.Positions)
	for i := range e.rules.Clubs {
		c := &e.rules.Clubs[i]
		left := mostPeriods
		for at, line := range e.scene.Basket.Lines {
			if c.Fee.IsZero() || line.Amount <= 0 || !scene.Selects(*e.rules, c.Fee, line) {
				continue
			}
			paid := min(periods(line), left)
			left -= paid
			for range paid {
				from, ends := tier.Renews(*c, after, e.scene.Moment.Day)
				if !ends {
					break
				}
				mark := e.tally(c.Mark(), ledger.Unit, c.Lasts.Within(from))
				if from > e.scene.Moment.Day {
					mark.Vests = from
				}
				share := ledger.Share{Points: make([]ledger.Points, len(e.scene.Basket.Lines))}
				share.Points[at] = ledger.Unit
				w.add(mark, share)
				_ = after.Apply(mark, e.scene.Moment.Day) // a thousandth of thousands: it fits
				reasons = append(reasons, ledger.Reason{Code: ReasonClub, Rule: c.Name, Line: at + 1, Wallet: c.Mark()})
			}
		}
	}
	return reasons
}

// mostPeriods is how many memberships of a club one sale pays for: a mistyped
// quantity is no membership for ever.
const mostPeriods = 10

// periods is how many memberships a line pays for.
func periods(line basket.Line) int {
	return int(min(max(line.Quantity/int64(ledger.Unit), 1), mostPeriods))
}

// watches reports whether anything of the programme asks for first sales.
func watches(r programme.Rules) bool {
	asks := func(c programme.Condition) bool { return c.FirstPurchase }
	return slices.ContainsFunc(r.Earn, func(e programme.Rule) bool { return asks(e.If) }) ||
		slices.ContainsFunc(r.Rewards, func(w programme.Reward) bool { return asks(w.If) }) ||
		slices.ContainsFunc(r.Games, func(g programme.Game) bool { return asks(g.If) }) ||
		slices.ContainsFunc(r.Messages, func(m programme.Message) bool { return asks(m.If) })
}
