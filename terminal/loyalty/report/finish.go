package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/ledger"
)

// A Frame is what figures are set into: what is known beside the records.
type Frame struct {
	Number int64
	Day    ledger.Day
	Prev   ledger.Hash // of the head of the day record before
	MadeAt int64
	// Before is the report before this one, nil for the first, or where its
	// figures are not kept any more.
	Before *Figures
	// Held is what all accounts hold, of each wallet, after the last record
	// covered.
	Held map[ledger.Wallet]ledger.Points
	// Ran reports whether the daemon ran on a business day.
	Ran   func(ledger.Day) bool
	Line  Link
	Slips Slips
	Tills []Till // the last words there were of each till and day
	Said  int64
	// Covered is as in Figures.
	Covered ledger.Key
}

// A Link is what is known of the line to head office.
type Link struct {
	Known           bool
	Millis, Waiting int64
}

// Figures are the report of what was added.
func (c *Counter) Figures(in Frame) Figures {
	f := c.f
	f.Number, f.Day, f.Part, f.Prev, f.MadeAt = in.Number, in.Day, 1, in.Prev, in.MadeAt
	f.Slips, f.Said, f.Covered = in.Slips, in.Said, in.Covered
	f.Offline.Known, f.Offline.Millis, f.Offline.Waiting = in.Line.Known, in.Line.Millis, in.Line.Waiting
	if !in.Line.Known {
		f.Offline.Records = 0
	}
	if in.Before != nil && in.Before.Day == in.Day {
		f.Part = in.Before.Part + 1
	}
	f.Spans = spans(c.f.Spans)
	f.Kinds = counted(c.kinds, func(k ledger.Kind, n int64) KindCount { return KindCount{k, n} })
	f.Modes = counted(c.modes, func(m ledger.EntryMode, n int64) ModeCount { return ModeCount{m, n} })
	f.Days = c.dayCounts(in.Day)
	f.Uncovered = nil
	for _, w := range slices.Sorted(maps.Keys(c.uncovered)) {
		f.Uncovered = append(f.Uncovered, Amount{w, c.uncovered[w]})
	}
	f.Wallets = c.balances(in)
	f.Operators, f.Lanes, f.Hours = c.operators.largest(maxPeople), c.lanes.largest(maxLanes), c.hours.inOrder()
	f.Tills = tills(in, f.Part)
	if in.Before != nil && in.Ran != nil {
		f.Silent = Silent(in.Before.Day, in.Day, func(d ledger.Day) bool { return c.days[d] > 0 || in.Ran(d) })
	}
	return f
}

// counted are the counts by name.
func counted[K ~string, C any](of map[K]int64, make func(K, int64) C) []C {
	var out []C
	for _, k := range slices.Sorted(maps.Keys(of)) {
		out = append(out, make(k, of[k]))
	}
	return out
}

// spans keeps the first and the last ones where there are more than anybody
// reads: each start of a PC that loses its mark opens a branch.
func spans(all []Span) []Span {
	if len(all) <= maxSpans {
		return slices.Clone(all)
	}
	return slices.Concat(all[:maxSpans/2], all[len(all)-maxSpans/2:])
}

// dayCounts are the days of the records, nil where day is the only one.
func (c *Counter) dayCounts(day ledger.Day) []DayCount {
	if len(c.days) == 0 || len(c.days) == 1 && c.days[day] > 0 {
		return nil
	}
	all := counted(c.days, func(d ledger.Day, n int64) DayCount { return DayCount{d, n} })
	if len(all) > maxDays {
		all = all[len(all)-maxDays:]
	}
	return all
}

// balances sets each wallet's moves between what was held before and now. What
// they do not explain was brought by head office.
func (c *Counter) balances(in Frame) []Balance {
	names := make(map[ledger.Wallet]bool)
	open := make(map[ledger.Wallet]ledger.Points)
	if in.Before != nil {
		for _, b := range in.Before.Wallets {
			open[b.Wallet], names[b.Wallet] = b.Close, true
		}
	}
	for w := range in.Held {
		names[w] = true
	}
	for w := range c.moves {
		names[w] = true
	}
	var out []Balance
	for _, w := range slices.Sorted(maps.Keys(names)) {
		b := Balance{Wallet: w, Open: open[w], Close: in.Held[w]}
		for _, kind := range slices.Sorted(maps.Keys(c.moves[w])) {
			b.Moves = append(b.Moves, c.moves[w][kind])
		}
		if in.Before == nil && in.Number > 1 {
			// What was held at the report before is not known any more.
			b.Open = b.Close - b.Sum()
		}
		b.Elsewhere = b.Close - b.Open - b.Sum()
		out = append(out, b)
	}
	return out
}

// tills are the words that belong to the report, the shop's own first.
func tills(in Frame, part int) []Till {
	var out []Till
	for _, t := range in.Tills {
		t.Late = in.Before != nil && t.Day <= in.Before.Day && (part == 1 || t.Day != in.Day)
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Till) int {
		return cmp.Or(strings.Compare(string(b.Day), string(a.Day)), strings.Compare(a.Till, b.Till))
	})
	if len(out) > maxTills {
		out = out[:maxTills]
	}
	return out
}

// Silent are the days after before and before day that were not seen, as
// stretches, the newest ones where they are many.
func Silent(before, day ledger.Day, seen func(ledger.Day) bool) []Stretch {
	at, err := time.Parse(time.DateOnly, string(before))
	if err != nil {
		return nil
	}
	var out []Stretch
	open := false
	for {
		at = at.AddDate(0, 0, 1)
		d := ledger.Day(at.Format(time.DateOnly))
		switch {
		case d >= day:
			return out[max(0, len(out)-maxDays):]
		case seen(d):
			open = false
		case open:
			out[len(out)-1].To = d
		default:
			out, open = append(out, Stretch{d, d}), true
		}
	}
}
