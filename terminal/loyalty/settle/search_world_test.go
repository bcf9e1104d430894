package settle_test

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A clause is a part of the scheme that can be left out.
type clause string

const (
	nothing                clause = ""
	setAsidesHaveNoClock   clause = "a set-aside is never released by a clock"
	newBranchesStartEmpty  clause = "a restored terminal keeps none of its set-asides"
	appliedReleases        clause = "a set-aside is lowered when the spend is applied, not when it is made"
	ownAwardsCount         clause = "own awards that are set aside are not granted from"
	ownAwardsAreClosed     clause = "an own award joins the free part by a close, not by an acknowledgement"
	closesLeaveHoldsOut    clause = "a close leaves out what a live hold has"
	returnsLeaveHoldsOut   clause = "a return leaves out what a live hold has"
	grantsAreTakenOnce     clause = "a grant is taken in once, also when it is used up"
	lostIsRisk             clause = "what a lost terminal has open stays set aside"
	lateClosesAreTakenBack clause = "a late close of what was declared lost is taken back"
)

// A scheme is how terminals and head office behave, less one clause, and all
// the desks, offices and records that were met.
type scheme struct {
	without clause
	limits  limits

	desks         []*desk
	deskNumbers   map[string]deskNumber
	offices       []*office
	officeNumbers map[string]officeNumber
	records       map[ledger.Hash]*record

	wrong breaches // what the event that is tried has shown
}

// A kind of event that only happens so often in a world.
type kind uint8

const (
	anAward kind = iota
	aSpend
	aClose
	aReturn
	aGrant
	aRestore
	aLoss
	anExpiry
	aHold  // holds are not counted: one that ends leaves nothing behind
	aLapse // nor is a hold that times out
	kinds
)

// limits bound a world.
type limits struct {
	free  ledger.Points // what the member has before anything happens
	times [kinds]uint8
}

// mostRecords is how many records a branch has at most.
const mostRecords = 8

// A world is everything at one instant. It is compared and hashed as a value.
type world struct {
	office officeNumber
	lines  [2]line
	used   [kinds]uint8
}

// A line is a terminal and what is between it and head office. [b] is of its
// branch b.
type line struct {
	desk deskNumber
	mark uint8 // the last record of the written branch that may have left
	// sent are the batches under way, by the record they end with: bit n is a
	// batch that ends with record n. A batch stays under way when it arrives,
	// so it may arrive again and late. Those that end at or below applied are
	// left out: that they change nothing is an event of its own.
	sent    [2]uint16
	applied [2]uint8 // what head office has
	acked   [2]uint8 // what the terminal knows head office to have
}

func newScheme(without clause, l limits) (*scheme, world) {
	s := &scheme{
		without: without, limits: l,
		desks: []*desk{nil}, deskNumbers: make(map[string]deskNumber),
		offices: []*office{nil}, officeNumbers: make(map[string]officeNumber),
		records: make(map[ledger.Hash]*record),
	}
	var w world
	// What the member has from before is of no interest, but that it was given.
	o := &office{book: settle.NewBook(), risk: make(map[ledger.SetAsideID]bool), own: l.free}
	o.book.Balances[purse] = settle.Balance{Points: l.free}
	w.office = s.office(o).office
	for t := range w.lines {
		terminal := ledger.Terminal(t + 1)
		w.lines[t].desk = s.desk(&desk{terminal: terminal, journals: []journal{newJournal(terminal, 0, ledger.Parent{})}})
	}
	return s, w
}

// uses counts an event, if it may still happen.
func (w *world) uses(s *scheme, k kind) bool {
	if w.used[k] >= s.limits.times[k] {
		return false
	}
	if k != aHold && k != aLapse {
		w.used[k]++
	}
	return true
}

// at does something at terminal t alone.
func (w *world) at(s *scheme, t int, a action) bool {
	next := s.does(w.lines[t].desk, a)
	w.lines[t].desk = next
	return next != noDesk
}

// decides is a step of head office.
func (w *world) decides(s *scheme, d decision) bool {
	r := s.decides(w.office, d)
	w.office = r.office
	s.wrong |= r.wrong
	return r.office != noOffice
}

// going is the branch whose records are to go up next, where it ends, and
// whether there are any that head office has not confirmed.
func (l *line) going(d *desk) (branch int, last uint8, any bool) {
	written := len(d.journals) - 1
	if written == 1 && l.acked[0] < uint8(d.kept) {
		return 0, uint8(d.kept), true
	}
	last = uint8(len(d.journals[written].records))
	return written, last, last > l.acked[written]
}

// cut makes a batch of all that is not confirmed. The mark is written before
// it leaves.
func (w *world) cut(s *scheme, t int, sent bool) bool {
	l := &w.lines[t]
	d := s.desks[l.desk]
	branch, last, any := l.going(d)
	if !any {
		return false
	}
	if branch == len(d.journals)-1 && w.used[aRestore] < s.limits.times[aRestore] {
		l.mark = last // no other mark is ever looked at
	}
	if sent && last > l.applied[branch] {
		l.sent[branch] |= 1 << last
	}
	return true
}

// arrive is a batch coming in at head office: record by record, all or nothing.
func (w *world) arrive(s *scheme, t, branch int, last uint8) bool {
	l := &w.lines[t]
	if l.sent[branch]&(1<<last) == 0 {
		return false
	}
	admission := s.admit(l, branch, last)
	if admission.Fate != settle.Taken || admission.NewFirst != int64(l.applied[branch])+1 || admission.Accepted != int64(last) {
		s.wrong |= notPosted
	}
	for _, r := range s.desks[l.desk].journals[branch].records[l.applied[branch]:last] {
		w.decides(s, decision{record: r})
	}
	l.applied[branch] = last
	l.sent[branch] &^= 1<<(last+1) - 1
	return true
}

// again is a batch that head office has already.
func (w *world) again(s *scheme, t, branch int) bool {
	l := &w.lines[t]
	if l.applied[branch] == 0 {
		return false
	}
	if a := s.admit(l, branch, l.applied[branch]); a.Fate != settle.AlreadyIn || a.Accepted != int64(l.applied[branch]) {
		s.wrong |= notPosted
	}
	return true
}

// admit looks at a batch as what ships does. It begins where the terminal knows
// head office to be, which may be long passed.
func (s *scheme) admit(l *line, branch int, last uint8) settle.Admission {
	j := s.desks[l.desk].journals[branch]
	first := min(l.acked[branch], last-1) + 1
	hashAt := func(seq int64) ledger.Hash {
		if seq == 0 {
			return ledger.Root(j.tip.Terminal, j.tip.Branch, j.parent)
		}
		return j.hashes[seq-1]
	}
	arrival := settle.Arrival{
		Terminal: j.tip.Terminal, Branch: j.tip.Branch, Parent: j.parent,
		First: int64(first), Before: hashAt(int64(first) - 1), Hashes: j.hashes[first-1 : last],
	}
	end := int64(l.applied[branch])
	return settle.Admit(arrival, ledger.Mark{Branch: j.tip.Branch, Seq: end}, hashAt(end), hashAt)
}

// acknowledge is head office's newest word on a branch reaching its terminal.
func (w *world) acknowledge(s *scheme, t, branch int) bool {
	l := &w.lines[t]
	if l.acked[branch] == l.applied[branch] {
		return false
	}
	l.acked[branch] = l.applied[branch]
	if s.without == ownAwardsAreClosed {
		return w.at(s, t, action{verb: joinsAcknowledged, n: l.acked[branch]})
	}
	return true
}

// restore gives terminal t a copy of its database that ends with an earlier
// record. What it does next is decided by the mark outside the database.
func (w *world) restore(s *scheme, t int, records uint8) bool {
	l := &w.lines[t]
	d := s.desks[l.desk]
	written := len(d.journals) - 1
	if int(records) >= len(d.written().records) {
		return false
	}
	l.acked[written] = min(l.acked[written], records)
	if records >= l.mark {
		return w.at(s, t, action{verb: goesBackTo, n: records})
	}
	l.mark = 0
	return w.at(s, t, action{verb: opensBranch, n: records})
}

// check looks at what neither a desk nor head office sees alone.
func (w *world) check(s *scheme) (wrong breaches) {
	o := s.offices[w.office]
	sum := o.own
	for t := range w.lines {
		l := &w.lines[t]
		d := s.desks[l.desk]
		for b, j := range d.journals {
			sum += j.sums[l.applied[b]]
		}
		written := len(d.journals) - 1
		for _, set := range d.open {
			if set.Left < 0 {
				wrong |= setAsideWrong
			}
			at, known := o.book.SetAsides[set.ID]
			if known && at.Left != set.Left+underWay(set.ID, d.journals[written].records[l.applied[written]:]) {
				wrong |= notCovered
			}
		}
	}
	if sum != o.balance().Points {
		wrong |= notConserved
	}
	return wrong
}

// underWay is what records draw on a set-aside.
func underWay(id ledger.SetAsideID, records []*record) (sum ledger.Points) {
	for _, r := range records {
		for _, e := range r.sealed.Head.Entries {
			for _, draw := range e.Draws {
				if draw.From == id {
					sum += draw.Points
				}
			}
		}
	}
	return sum
}
