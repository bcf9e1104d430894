package settle_test

import (
	"fmt"
	"slices"
	"time"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A desk is what a terminal's database holds. It never changes: what a terminal
// does gives another desk, and equal desks have one number.
type desk struct {
	terminal ledger.Terminal
	journals []journal // one a branch, oldest first; the last is written
	// kept is how much of a former branch a restored database still has. The
	// journal holds all of it, because batches of it may still be under way.
	kept int
	// taken are the grants this branch has taken in, for ever: a message that
	// comes again is known by them.
	taken []taken
	hold  hold
	// joined is only for the scheme without ownAwardsAreClosed.
	joined int64

	open  []ledger.SetAside     // what it may spend from: grants first, then its own awards
	after map[action]deskNumber // what was worked out before
}

type deskNumber uint32

// noDesk stands for what cannot be done.
const noDesk deskNumber = 0

type journal struct {
	parent  ledger.Parent
	tip     ledger.Tip
	records []*record
	hashes  []ledger.Hash
	sums    []ledger.Points // of the first n records
}

// A record is one that was sealed, read back and routed by what ships.
type record struct {
	sealed ledger.Sealed
	item   *settle.Item
	// uncovered is what its spendings name no set-aside for: it is taken from
	// the free part, and may be debt. It is 0 but for returns and for holds
	// that are committed after their time.
	uncovered ledger.Points
}

type taken struct {
	ledger.Grant
	since int // only for the scheme without grantsAreTakenOnce: draws before it do not count
}

// A hold has points of this desk's set-asides; once it has lapsed it has none,
// but can still be committed.
type hold struct {
	draws  []ledger.Draw
	lapsed bool
}

// A verb with its object is an action: something a desk can do by itself.
type (
	verb   uint8
	action struct {
		verb verb
		n    uint8
		what [4]byte // a grant, as its id begins; or the terminal, branch and number of an award
	}
)

const (
	awards verb = iota
	awardsClosed
	spends
	holds
	commitsHold
	cancelsHold
	forgetsHold
	closesOwn
	closesAll
	takesBack
	takesGrant
	goesBackTo
	opensBranch
	joinsAcknowledged
)

// What is spent or held: one unit of the oldest or newest set-aside that has
// any, or all there is.
const (
	oldest uint8 = iota
	newest
	everything
)

var (
	noon = ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true)
	// over is when the grants end. No terminal and nothing at head office ever
	// asks whether it has come: a clock may say anything at any time.
	over = ledger.Stamp(noon.At.UnixMilli()) + 1
)

const awarded = 2 * ledger.Unit // by every award, so that a part of it can be spent

// does is the desk after the action.
func (s *scheme) does(n deskNumber, a action) deskNumber {
	d := s.desks[n]
	next, known := d.after[a]
	if !known {
		next = s.act(d, a)
		d.after[a] = next
	}
	return next
}

func (s *scheme) act(d *desk, a action) deskNumber {
	switch a.verb {
	case awards, awardsClosed:
		return s.commit(d, ledger.KindAward, ledger.Entry{Kind: ledger.Earn, Points: awarded, Closed: a.verb == awardsClosed})
	case spends:
		return s.spend(d, d.pick(a.n))
	case holds:
		return s.put(d, hold{draws: d.pick(a.n)})
	case commitsHold:
		return s.commitHold(d)
	case cancelsHold:
		return s.put(d, hold{})
	case forgetsHold:
		return s.lapse(d)
	case closesOwn, closesAll:
		return s.close(d, a.verb == closesAll)
	case takesBack:
		return s.takeBack(d, a.what)
	case takesGrant:
		return s.take(d, a.what)
	case goesBackTo:
		return s.goBack(d, int(a.n))
	case opensBranch:
		return s.openBranch(d, int(a.n))
	default: // joinsAcknowledged
		next := d.copy()
		next.joined = int64(a.n)
		return s.desk(next)
	}
}

func (d *desk) copy() *desk {
	c := *d
	c.journals, c.taken = slices.Clone(d.journals), slices.Clone(d.taken)
	return &c
}

func (d *desk) written() *journal { return &d.journals[len(d.journals)-1] }

// held is what a live hold has of each set-aside.
func (d *desk) held() map[ledger.SetAsideID]ledger.Points {
	held := make(map[ledger.SetAsideID]ledger.Points)
	if !d.hold.lapsed {
		for _, draw := range d.hold.draws {
			held[draw.From] = draw.Points
		}
	}
	return held
}

// pick draws on what no hold has.
func (d *desk) pick(which uint8) []ledger.Draw {
	held := d.held()
	var all []ledger.Draw
	for _, s := range d.open {
		if left := s.Left - held[s.ID]; left > 0 {
			all = append(all, ledger.Draw{From: s.ID, Points: left})
		}
	}
	if len(all) == 0 || which == everything {
		return all
	}
	one := all[0]
	if which == newest {
		one = all[len(all)-1]
	}
	return []ledger.Draw{{From: one.From, Points: ledger.Unit}}
}

func total(draws []ledger.Draw) (sum ledger.Points) {
	for _, d := range draws {
		sum += d.Points
	}
	return sum
}

func (s *scheme) spend(d *desk, draws []ledger.Draw) deskNumber {
	if len(draws) == 0 {
		return noDesk
	}
	return s.commit(d, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -total(draws), Draws: draws})
}

// put sets a hold where there is none, or removes it.
func (s *scheme) put(d *desk, h hold) deskNumber {
	if (len(h.draws) == 0) == (len(d.hold.draws) == 0) {
		return noDesk
	}
	next := d.copy()
	next.hold = h
	return s.desk(next)
}

func (s *scheme) lapse(d *desk) deskNumber {
	if len(d.hold.draws) == 0 || d.hold.lapsed {
		return noDesk
	}
	next := d.copy()
	next.hold.lapsed = true
	return s.desk(next)
}

// commitHold spends what the hold has; if its time is over, what is still set
// aside, and the rest without cover.
func (s *scheme) commitHold(d *desk) deskNumber {
	if len(d.hold.draws) == 0 {
		return noDesk
	}
	asked, draws := total(d.hold.draws), d.hold.draws
	if d.hold.lapsed {
		draws = nil
		rest := asked
		for _, set := range d.open {
			if part := min(set.Left, rest); part > 0 {
				draws = append(draws, ledger.Draw{From: set.ID, Points: part})
				rest -= part
			}
		}
	}
	next := d.copy()
	next.hold = hold{}
	return s.commit(next, ledger.KindAward, ledger.Entry{Kind: ledger.Redeem, Points: -asked, Draws: draws})
}

// close gives back its own awards, and the grants if their time is over here.
func (s *scheme) close(d *desk, grants bool) deskNumber {
	held, now := d.held(), over-1
	if s.without == closesLeaveHoldsOut {
		held = nil
	}
	if grants {
		now = over
	}
	entries := grant.Closes(d.open, held, now)
	if len(entries) == 0 {
		return noDesk
	}
	return s.commit(d, ledger.KindClose, entries...)
}

// takeBack takes an award back whole: from its set-aside if that is open in the
// branch that is written, less what a hold has; the rest from the free part.
func (s *scheme) takeBack(d *desk, what [4]byte) deskNumber {
	key := ledger.Key{Terminal: ledger.Terminal(what[0]), Branch: branchOf(what[0], what[1]), Seq: int64(what[2])}.Entry(1)
	for _, j := range d.journals {
		for _, r := range j.records {
			if back := r.sealed.Head.Entries[0].Reverses; back != nil && *back == key {
				return noDesk
			}
		}
	}
	e := ledger.Entry{Kind: ledger.Reverse, Points: -awarded, Reverses: &key}
	held := d.held()
	if s.without == returnsLeaveHoldsOut {
		held = nil
	}
	for _, set := range d.open {
		if part := min(set.Left-held[set.ID], awarded); set.ID == key.SetAside() && part > 0 {
			e.Draws = []ledger.Draw{{From: set.ID, Points: part}}
		}
	}
	return s.commit(d, ledger.KindAward, e)
}

// take takes a grant in, if it is for the branch that is written and not taken
// in before.
func (s *scheme) take(d *desk, what [4]byte) deskNumber {
	g := grantOf(what)
	known := func(t taken) bool { return t.ID == g.ID }
	if g.Branch != d.written().tip.Branch || slices.ContainsFunc(d.taken, known) {
		return s.desk(d.copy())
	}
	next := d.copy()
	t := taken{Grant: g}
	if s.without == grantsAreTakenOnce {
		t.since = len(d.written().records)
	}
	next.taken = append(next.taken, t)
	return s.desk(next)
}

// goBack is a restored copy that lacks only what never left the machine: it
// goes on in the same branch.
func (s *scheme) goBack(d *desk, records int) deskNumber {
	next := d.copy()
	*next.written() = next.written().first(records)
	next.hold.lapsed = len(next.hold.draws) > 0
	return s.desk(next)
}

// openBranch is a restored copy that lacks records which have left: the mark
// outside the database says so, and it goes on in a new branch. All set-asides
// of the old one are void.
func (s *scheme) openBranch(d *desk, records int) deskNumber {
	if len(d.journals) > 1 {
		return noDesk
	}
	next := d.copy()
	old := d.written().first(records)
	parent := ledger.Parent{Branch: old.tip.Branch, Seq: old.tip.Seq, Hash: old.tip.Hash}
	next.journals = append(next.journals, newJournal(d.terminal, 1, parent))
	next.kept = records
	next.hold.lapsed = len(next.hold.draws) > 0
	if s.without != newBranchesStartEmpty {
		next.taken = nil
	}
	return s.desk(next)
}

func newJournal(t ledger.Terminal, branch byte, parent ledger.Parent) journal {
	tip := ledger.Open(t, branchOf(byte(t), branch), parent, 0)
	return journal{parent: parent, tip: tip, sums: []ledger.Points{0}}
}

// first is the journal as it was with its first n records.
func (j journal) first(n int) journal {
	cut := journal{parent: j.parent, records: j.records[:n:n], hashes: j.hashes[:n:n], sums: j.sums[: n+1 : n+1]}
	cut.tip = ledger.Open(j.tip.Terminal, j.tip.Branch, j.parent, 0)
	if n > 0 {
		cut.tip = cut.tip.After(j.records[n-1].sealed)
	}
	return cut
}

func branchOf(terminal, n byte) ledger.Branch { return ledger.Branch{terminal, n + 1} }

// commit seals a record into the branch that is written.
func (s *scheme) commit(d *desk, kind ledger.Kind, entries ...ledger.Entry) deskNumber {
	if len(d.written().records) == mostRecords {
		return noDesk
	}
	for i := range entries {
		entries[i].Account, entries[i].Wallet = anna, points
	}
	next := d.copy()
	j := next.written()
	r := s.record(j.tip, ledger.Draft{Kind: kind, Moment: noon, Entries: entries, Body: ledger.Body{Account: anna}})
	sum := j.sums[len(j.records)]
	for _, e := range entries {
		sum += e.Points
	}
	j.records, j.hashes = append(slices.Clip(j.records), r), append(slices.Clip(j.hashes), r.sealed.Hash)
	j.sums, j.tip = append(slices.Clip(j.sums), sum), j.tip.After(r.sealed)
	return s.desk(next)
}

// record makes a record's bytes and reads them as head office would.
func (s *scheme) record(tip ledger.Tip, d ledger.Draft) *record {
	made, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt{1})
	if err != nil {
		panic(err)
	}
	if r := s.records[made.Hash]; r != nil {
		return r
	}
	read, err := ledger.Follow(tip, made.Line)
	if err != nil {
		panic(err)
	}
	r := &record{sealed: read, item: settle.Route(read, settle.Part(tip.Terminal), 1)[settle.Bucket(anna)]}
	for _, e := range d.Entries {
		if e.Points < 0 {
			r.uncovered += -e.Points - total(e.Draws)
		}
	}
	s.records[made.Hash] = r
	return r
}

// desk gives the desk its number, after working out what it may spend from.
func (s *scheme) desk(d *desk) deskNumber {
	s.unfold(d)
	key := fmt.Append(nil, d.terminal, d.kept, d.joined, d.hold)
	for _, j := range d.journals {
		key = append(key, j.tip.Hash[:]...)
	}
	for _, t := range d.taken {
		key = fmt.Append(key, t.ID, t.since)
	}
	n, known := s.deskNumbers[string(key)]
	if !known {
		n = deskNumber(len(s.desks))
		d.after = make(map[action]deskNumber)
		s.deskNumbers[string(key)] = n
		s.desks = append(s.desks, d)
	}
	return n
}

// unfold makes d.open again from the grants taken in and the records.
func (s *scheme) unfold(d *desk) {
	d.open = nil
	last := len(d.journals) - 1
	for i, j := range d.journals {
		records := j.records
		if i < last {
			if s.without != newBranchesStartEmpty {
				continue
			}
			records = records[:d.kept]
		}
		s.unfoldJournal(d, j.tip.Branch, records)
	}
}

func (s *scheme) unfoldJournal(d *desk, branch ledger.Branch, records []*record) {
	since := make(map[ledger.SetAsideID]int)
	for _, t := range d.taken {
		if t.Branch == branch {
			since[t.ID.SetAside()] = t.since
			d.open = append(d.open, ledger.SetAside{
				ID: t.ID.SetAside(), Account: t.Account, Wallet: t.Wallet, Opened: t.Points, Left: t.Points, NotAfter: t.NotAfter,
			})
		}
	}
	for i, r := range records {
		h := r.sealed.Head
		for n, e := range h.Entries {
			for _, draw := range e.Draws {
				at := slices.IndexFunc(d.open, func(o ledger.SetAside) bool { return o.ID == draw.From })
				if at >= 0 && i >= since[draw.From] {
					d.open[at].Left -= draw.Points
				}
			}
			if id, opens := e.Opens(h.Key().Entry(n + 1)); opens && h.Seq > d.joined {
				d.open = append(d.open, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
			}
		}
	}
	if s.without == grantsAreTakenOnce {
		used := func(t taken) bool {
			at := slices.IndexFunc(d.open, func(o ledger.SetAside) bool { return o.ID == t.ID.SetAside() })
			return at >= 0 && d.open[at].Left == 0
		}
		d.taken = slices.DeleteFunc(d.taken, used)
	}
}
