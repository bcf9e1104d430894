package scene

import (
	"maps"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// maxLots is how many lots of a wallet are kept in what a decision saw; of
// more, those of one issuer are told as one.
const maxLots = 8

// Seen is what the scene's rules can look at, so that the decision can be made
// again: the positions in the programme's wallets and in its counters. What has
// lapsed by the scene's day, and no rule asks for, is left out, and of a
// counter only the sum is kept: that is all a decision asks of it on that day.
func (s Scene) Seen() *ledger.Seen {
	w := s.watched()
	seen := ledger.Seen{
		Positions: held(w.of(s.Holding), s.Holding.Promised), House: held(w.of(s.House), s.House.Promised),
		Known: s.Holding.Known || s.Holding.New, Enrolled: s.Holding.Profile.Enrolled, Since: s.Holding.Profile.Since,
		Birthday: s.Holding.Profile.Birthday, ReferredBy: s.Holding.Profile.Referrer,
		Shop: s.Shop, Signals: s.Signals,
	}
	if s.Referrer != nil {
		seen.Referrer = w.of(*s.Referrer)
	}
	return &seen
}

// watched is what a programme looks at.
type watched struct {
	wallets map[ledger.Wallet]bool
	marks   map[ledger.Wallet]bool // whose days count
	grace   map[ledger.Wallet]int  // days for which what lapsed counts in it
	caps    map[ledger.Wallet]bool
	day     ledger.Day
}

func (s Scene) watched() watched {
	w := watched{
		wallets: make(map[ledger.Wallet]bool), marks: make(map[ledger.Wallet]bool),
		grace: make(map[ledger.Wallet]int), caps: make(map[ledger.Wallet]bool), day: s.Moment.Day,
	}
	r := s.Rules
	for _, one := range r.Wallets {
		w.wallets[one.Name] = true
	}
	for _, e := range r.Earn {
		w.wallets[e.Wallet] = true
		w.capped(e.Caps, e.Name, s.Cashier)
	}
	for _, reward := range r.Rewards {
		w.wallets[reward.Wallet] = true
		w.capped(reward.Caps, "reward/"+reward.Name, s.Cashier)
	}
	for _, g := range r.Games {
		w.capped(g.Caps, "game/"+g.Name, s.Cashier)
	}
	for _, l := range r.Ladders {
		w.grace[l.CountOf()] = l.Grace
		for _, level := range l.Levels {
			w.marks[l.Mark(level.Name)] = true
		}
	}
	for _, c := range r.Clubs {
		w.marks[c.Mark()] = true
	}
	for _, one := range r.Segments {
		w.caps[one.CountOf()] = true
	}
	w.caps[programme.FirstSale] = true
	return w
}

func (w watched) capped(caps []programme.Cap, of, who string) {
	for _, c := range caps {
		w.caps[c.Counter(of, who)] = true
	}
}

// of is what is looked at of a holding.
func (w watched) of(h ledger.Holding) []ledger.Position {
	var all []ledger.Position
	for _, p := range h.Positions {
		grace, ladder := w.grace[p.Wallet]
		switch {
		case w.wallets[p.Wallet]:
			p = w.open(p, 0, p.Lots.Dated() && len(p.Lots.Open) > maxLots)
		case w.marks[p.Wallet]:
			p = w.open(p, 0, false)
		case ladder:
			p = w.open(p, grace, true)
		case w.caps[p.Wallet]:
			p = w.open(p, 0, true)
		default:
			continue
		}
		if p.Points != 0 || !p.Rest.IsZero() || !p.Lots.IsZero() {
			all = append(all, p)
		}
	}
	return all
}

// held adds to counters what live holds will count in them, which decisions
// take for counted.
func held(all []ledger.Position, promised map[ledger.Wallet]ledger.Points) []ledger.Position {
	for _, wallet := range slices.Sorted(maps.Keys(promised)) {
		p := promised[wallet]
		if !wallet.Counter() || p <= 0 {
			continue
		}
		at := slices.IndexFunc(all, func(o ledger.Position) bool { return o.Wallet == wallet })
		if at < 0 {
			all = append(all, ledger.Position{Wallet: wallet, Points: p})
			continue
		}
		lots := all[at].All()
		lots.Debt = 0 // what was counted is never below none
		if sum, err := lots.With(ledger.Entry{Points: p}, ""); err == nil {
			all[at].Points = sum.Sum()
			all[at].Keep(sum)
		}
	}
	return all
}

// open is a position without what has lapsed longer than grace; summed tells
// lots of one issuer as one.
func (w watched) open(p ledger.Position, grace int, summed bool) ledger.Position {
	lots := p.All()
	since := programme.After(w.day, -grace)
	next := ledger.Lots{Debt: lots.Debt}
	for _, lot := range lots.Open {
		if lot.Lapsed(since) {
			continue
		}
		if summed {
			if lot.Lapsed(w.day) {
				lot.Expires = since // counts within the grace, and not on the day
			} else {
				lot.Expires = ""
			}
			if !lot.Pending(w.day) {
				lot.Vests = ""
			}
		}
		at := slices.IndexFunc(next.Open, func(o ledger.Lot) bool {
			return o.Expires == lot.Expires && o.Vests == lot.Vests && o.Issuer == lot.Issuer
		})
		if at < 0 {
			next.Open = append(next.Open, lot)
		} else {
			next.Open[at].Points += lot.Points
		}
	}
	p.Points = next.Sum()
	if p.Lots = next; !next.Dated() {
		p.Lots = ledger.Lots{}
	}
	return p
}
