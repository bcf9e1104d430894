// Package tier says where a member stands: on a programme's ladders, in its clubs, and with what perks.
//
// A tier is reached by what was counted, whose lots lapse as the ladder's
// window passes, or is had by a mark: a lot whose days say how long it is kept
// whatever becomes of the count. Both stand in the ledger, so that every answer
// is a function of the holding and the day.
package tier

import (
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Standing is where a member stands on one ladder.
type Standing struct {
	Ladder programme.Ladder
	Level  int // of Ladder.Levels, the highest that is had; -1 for none
	// Count is what counts now, in thousandths of what the ladder counts.
	Count ledger.Points
	// Until is the last day the level is had if nothing more is counted; "" is
	// for ever.
	Until ledger.Day
	// Next is the level above, nil at the top; Missing is what is wanting to it.
	Next    *programme.Level
	Missing ledger.Points
}

// Name is the tier's; "" for none.
func (s Standing) Name() string {
	if s.Level < 0 {
		return ""
	}
	return s.Ladder.Levels[s.Level].Name
}

// On is where the member of h stands on a ladder on a business day.
func On(l programme.Ladder, h ledger.Holding, day ledger.Day) Standing {
	s := Standing{Ladder: l, Level: -1}
	position := h.In(l.CountOf())
	s.Count, _, _ = position.On(day)
	since := day
	if l.Grace > 0 {
		since = programme.After(day, -l.Grace)
	}
	kept, _, _ := position.On(since)
	for i := len(l.Levels) - 1; i >= 0 && s.Level < 0; i-- {
		lasts, marked := markOn(h.In(l.Mark(l.Levels[i].Name)), day)
		counted := l.Levels[i].From <= max(s.Count, kept)
		if !marked && !counted {
			continue
		}
		s.Level, s.Until = i, lasts
		if counted {
			s.Until = later(marked, lasts, falls(l, position, l.Levels[i].From))
		}
	}
	if s.Level+1 < len(l.Levels) {
		s.Next = &l.Levels[s.Level+1]
		s.Missing = max(s.Next.From-s.Count, 0)
	}
	return s
}

// markOn is the last day of a mark's lots that are had on a day, and whether any is.
func markOn(p ledger.Position, day ledger.Day) (last ledger.Day, had bool) {
	for _, lot := range p.All().Open {
		if !lot.Lapsed(day) && !lot.Pending(day) {
			last = later(had, last, lot.Expires)
			had = true
		}
	}
	return last, had
}

func had(mark ledger.Position, day ledger.Day) bool {
	_, is := markOn(mark, day)
	return is
}

// later is the later of two last days, of which "" is for ever; the first only
// counts where it is one.
func later(is bool, a, b ledger.Day) ledger.Day {
	if !is {
		return b
	}
	if a == "" || b == "" {
		return ""
	}
	return max(a, b)
}

// falls is the last day on which what is counted is enough, grace and all.
func falls(l programme.Ladder, p ledger.Position, enough ledger.Points) ledger.Day {
	if enough <= 0 {
		return ""
	}
	lots := p.All()
	sum := -lots.Debt
	for i := len(lots.Open) - 1; i >= 0; i-- { // what lapses last stands last
		lot := lots.Open[i]
		if sum += lot.Points; sum >= enough {
			if lot.Expires == "" || l.Grace == 0 {
				return lot.Expires
			}
			return programme.After(lot.Expires, l.Grace)
		}
	}
	return ""
}

// Reached is the highest level for which a count is enough; -1 for none.
func Reached(l programme.Ladder, count ledger.Points) int {
	for i := len(l.Levels) - 1; i >= 0; i-- {
		if l.Levels[i].From <= count {
			return i
		}
	}
	return -1
}

// Marks are the entries that keep a level which was reached on a business day:
// of the level itself, and where members go down by one step, of each level
// below it for the time after. They are written at once, so that nothing has to
// be written when a tier ends.
func Marks(l programme.Ladder, level int, account ledger.Account, day ledger.Day) []ledger.Entry {
	if !l.Keeps || level < 0 {
		return nil
	}
	var marks []ledger.Entry
	for from := ledger.Day(""); level >= 0; level-- {
		e := ledger.Entry{Account: account, Wallet: l.Mark(l.Levels[level].Name), Kind: ledger.Earn, Points: ledger.Unit, Vests: from}
		e.Expires = l.KeepsFor.Last(max(from, day))
		if e.Expires != "" && l.Grace > 0 {
			e.Expires = programme.After(e.Expires, l.Grace)
		}
		marks = append(marks, e)
		if e.Expires == "" || l.Down != programme.OneStep {
			break
		}
		from = programme.After(e.Expires, 1)
	}
	return marks
}

// A Membership is a club a member belongs to.
type Membership struct {
	Club  programme.Club
	Until ledger.Day // the last day; "" is for ever
}

// Clubs are the clubs the member of h belongs to on a business day, in the
// programme's order.
func Clubs(r programme.Rules, h ledger.Holding, day ledger.Day) []Membership {
	var all []Membership
	for _, c := range r.Clubs {
		if mark := h.In(c.Mark()); had(mark, day) {
			all = append(all, Membership{c, paidUntil(mark, day)})
		}
	}
	return all
}

// paidUntil is the last day of the lots that follow one another from a day on.
func paidUntil(p ledger.Position, day ledger.Day) ledger.Day {
	last, had := markOn(p, day)
	for had && last != "" {
		next, more := markOn(p, programme.After(last, 1))
		if !more {
			break
		}
		last = next
	}
	return last
}

// Renews is the first day of a membership that is paid for on a business day:
// that day, or the one after the membership that runs; and false where the
// running one has no end.
func Renews(c programme.Club, h ledger.Holding, day ledger.Day) (ledger.Day, bool) {
	mark := h.In(c.Mark())
	if !had(mark, day) {
		return day, true
	}
	last := paidUntil(mark, day)
	if last == "" {
		return "", false
	}
	return programme.After(last, 1), true
}

// Perks are what the member of h is entitled to on a business day: by their
// tiers, those of the tiers below with them, and by their clubs; each once.
func Perks(r programme.Rules, h ledger.Holding, day ledger.Day) []programme.Perk {
	var names []string
	for _, l := range r.Ladders {
		for _, level := range l.Levels[:On(l, h, day).Level+1] {
			names = append(names, level.Perks...)
		}
	}
	for _, m := range Clubs(r, h, day) {
		names = append(names, m.Club.Perks...)
	}
	var perks []programme.Perk
	for _, p := range r.Perks {
		if slices.Contains(names, p.Name) && (p.From == "" || p.From <= day) && (p.Until == "" || day <= p.Until) {
			perks = append(perks, p)
		}
	}
	return perks
}
