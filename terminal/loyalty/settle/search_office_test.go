package settle_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// An office is what head office has made of the records it took, in the book
// that ships. It never changes, as a desk does not.
type office struct {
	book   *settle.Book
	grants []ledger.Grant
	risk   map[ledger.SetAsideID]bool // set-asides of a terminal that was declared lost
	own    ledger.Points              // sum of its own entries
	// given is what the member was given for lost terminals, less what was taken
	// again and what turned out to be spent: the risk that is left.
	given ledger.Points
	// uncovered is the sum of what the records it took name no set-aside for:
	// as much may be debt, and no more.
	uncovered ledger.Points

	wrong breaches
	after map[decision]ruling // what was worked out before
}

type officeNumber uint32

// noOffice stands for what cannot be done.
const noOffice officeNumber = 0

// A decision is one step of head office: taking a record, or one of its own.
type decision struct {
	record *record
	own    ownDecision
	what   [4]byte // a grant as its id begins; or a terminal and branch
}

type ownDecision uint8

const (
	takesRecord ownDecision = iota
	grants
	declaresLost
	expires
	endsGrant     // only without setAsidesHaveNoClock
	releasesSpent // only without appliedReleases
)

type ruling struct {
	office officeNumber
	wrong  breaches
}

// Breaches are what must never be, one bit each.
type breaches uint16

const (
	balanceBelowZero breaches = 1 << iota
	freeBelowZero
	spendRaisedDebt
	setAsideWrong
	unknownSetAside
	notPosted
	notCovered
	notConserved
	riskWrong
)

var breachNames = []string{
	"the balance is below zero",
	"the free part is below zero",
	"a covered spend raised debt",
	"set-asides do not add up",
	"a record draws on what head office has not set aside",
	"a record was parked, or a batch not taken",
	"a terminal may spend what head office has not set aside",
	"records and balance do not add up",
	"the member was given more for a lost terminal than is at risk",
}

func (b breaches) String() string {
	var names []string
	for i, name := range breachNames {
		if b&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "; ")
}

func (s *scheme) decides(n officeNumber, d decision) ruling {
	o := s.offices[n]
	r, known := o.after[d]
	if !known {
		r = s.decide(o, d)
		o.after[d] = r
	}
	return r
}

func (s *scheme) decide(o *office, d decision) ruling {
	switch d.own {
	case takesRecord:
		return s.takeRecord(o, d.record)
	case grants:
		return s.grant(o, d.what)
	case declaresLost:
		return s.declareLost(o, ledger.Terminal(d.what[0]), branchOf(d.what[0], d.what[1]))
	case expires:
		free := o.free()
		if free <= 0 {
			return ruling{}
		}
		return s.writes(o.copy(), ledger.Entry{Kind: ledger.Expire, Points: -free})
	case endsGrant:
		id := grantOf(d.what).ID.SetAside()
		next := o.copy()
		next.release(id, o.book.SetAsides[id].Left)
		return s.office(next)
	default: // releasesSpent
		next := o.copy()
		for _, e := range d.record.sealed.Head.Entries {
			for _, draw := range e.Draws {
				next.release(draw.From, min(draw.Points, o.book.SetAsides[draw.From].Left))
			}
		}
		return s.office(next)
	}
}

func (o *office) copy() *office {
	c := *o
	c.book = &settle.Book{
		Balances: maps.Clone(o.book.Balances), SetAsides: maps.Clone(o.book.SetAsides),
		Sales: maps.Clone(o.book.Sales), Parked: maps.Clone(o.book.Parked),
		Issues: maps.Clone(o.book.Issues), Again: maps.Clone(o.book.Again),
		// No desk here takes anything back twice, so what came back is not kept:
		// worlds that differ in nothing else stay one.
		Worths: make(map[ledger.EntryKey]settle.Given), Returned: make(map[ledger.EntryKey]settle.Returned),
	}
	c.grants, c.risk = slices.Clone(o.grants), maps.Clone(o.risk)
	return &c
}

func (o *office) balance() settle.Balance { return o.book.Balances[purse] }

func (o *office) free() ledger.Points {
	free, err := o.balance().Free()
	if err != nil {
		panic(err)
	}
	return free
}

func (o *office) debt() ledger.Points { return max(0, -o.free()) }

// takeRecord posts a record as it came. What a lost terminal turns out not to
// have spent, because it closed it or took the award back, is taken from the
// member again, who was given the same when it was declared lost.
func (s *scheme) takeRecord(o *office, r *record) ruling {
	next := o.copy()
	next.uncovered += r.uncovered
	fx := next.book.Post(s.seenBy(r))
	wrong := s.judgeEffects(o, next, r, fx)
	var unspent ledger.Points
	for id, set := range fx.SetAsides {
		lowered := o.book.SetAsides[id].Left - set.Left
		switch {
		case !o.risk[id]:
		case r.spends():
			next.given -= lowered
		default:
			unspent += lowered
		}
	}
	if r.item.Kind != ledger.KindClose {
		next.uncovered += unspent // a return, whose rest is debt
	}
	after := s.writes(next, ledger.Entry{Kind: ledger.Adjust, Points: -unspent})
	after.wrong |= wrong
	return after
}

func (r *record) spends() bool { return r.sealed.Head.Entries[0].Kind == ledger.Redeem }

// judgeEffects says what of a record's effects the scheme does not allow.
func (s *scheme) judgeEffects(before, after *office, r *record, fx settle.Effects) (wrong breaches) {
	if fx.Parked != "" || len(fx.Reversal) > 0 || len(fx.Waiting) > 0 {
		wrong |= notPosted
	}
	if after.debt()-before.debt() > r.uncovered {
		wrong |= spendRaisedDebt
	}
	for _, x := range fx.Exceptions {
		if x.Code != settle.Overdraft || r.uncovered == 0 {
			wrong |= unknownSetAside
		}
	}
	return wrong
}

// seenBy is the record as head office sees it: what it is, but for clauses left out.
func (s *scheme) seenBy(r *record) *settle.Item {
	if s.without != ownAwardsAreClosed && s.without != appliedReleases {
		return r.item
	}
	it := *r.item
	it.Lines = slices.Clone(it.Lines)
	for i := range it.Lines {
		e := &it.Lines[i].Entry
		switch {
		case s.without == ownAwardsAreClosed && e.Points > 0:
			e.Closed = true
		case s.without == appliedReleases && e.Kind == ledger.Redeem:
			e.Draws = nil
		}
	}
	return &it
}

// grant sets points aside, never more than what is free. The terminal and
// branch may be any: head office may be behind.
func (s *scheme) grant(o *office, what [4]byte) ruling {
	free, size := o.free(), ledger.Points(what[1])*ledger.Unit
	if s.without == ownAwardsCount {
		for _, set := range o.book.SetAsides {
			if set.NotAfter == 0 {
				free += set.Left
			}
		}
	}
	policy := grant.Policy{Percent: 100, Cap: size, Least: ledger.Unit, Hours: 1}
	if grant.Suggest(policy, free, 0) != size {
		return ruling{}
	}
	next := o.copy()
	g := grantOf(what)
	if err := next.book.Open(g); err != nil {
		panic(err)
	}
	next.grants = append(next.grants, g)
	return s.office(next)
}

// grantOf is the grant that what names: its number, how many units, terminal
// and branch.
func grantOf(what [4]byte) ledger.Grant {
	return ledger.Grant{
		ID: ledger.GrantID{what[0], what[1], what[2], what[3]}, Account: anna, Wallet: points, Points: ledger.Points(what[1]) * ledger.Unit,
		Terminal: ledger.Terminal(what[2]), Branch: branchOf(what[2], what[3]), NotAfter: over,
	}
}

// declareLost books what the branch has open as risk and gives the member the
// same. What is open stays set aside.
func (s *scheme) declareLost(o *office, t ledger.Terminal, b ledger.Branch) ruling {
	next := o.copy()
	var risk ledger.Points
	for id, set := range o.book.SetAsides {
		if set.Terminal == t && set.Branch == b && set.Left > 0 && !o.risk[id] {
			risk += set.Left
			next.risk[id] = true
			if s.without == lostIsRisk {
				next.release(id, set.Left)
			}
		}
	}
	switch {
	case risk == 0:
		return ruling{}
	case s.without == lostIsRisk:
		return s.office(next)
	}
	return s.writes(next, ledger.Entry{Kind: ledger.Adjust, Points: risk})
}

// release is what no part of what ships can do: it joins points to the free
// part with no close.
func (o *office) release(id ledger.SetAsideID, p ledger.Points) {
	set, found := o.book.SetAsides[id]
	if !found {
		return
	}
	set.Left -= p
	o.book.SetAsides[id] = set
	b := o.book.Balances[purse]
	b.SetAside -= p
	o.book.Balances[purse] = b
}

// writes posts an entry of head office's own journal, if it says anything.
func (s *scheme) writes(next *office, e ledger.Entry) ruling {
	if e.Points == 0 || s.without == lateClosesAreTakenBack && e.Kind == ledger.Adjust && e.Points < 0 {
		return s.office(next)
	}
	e.Account, e.Wallet = anna, points
	if err := e.Validate(); err != nil {
		panic(err)
	}
	next.own += e.Points
	if e.Kind == ledger.Adjust {
		next.given += e.Points
	}
	fx := next.book.Post(&settle.Item{
		Key: ledger.Key{Terminal: ledger.HeadOffice, Seq: 1}, Account: anna, Lines: []settle.Line{{Number: 1, Entry: e}},
	})
	r := s.office(next)
	if fx.Parked != "" || len(fx.Exceptions) > 0 {
		r.wrong |= notPosted
	}
	return r
}

// office gives the office its number, and says what is wrong with it.
func (s *scheme) office(o *office) ruling {
	key := fmt.Append(nil, o.balance(), o.own, o.given, o.uncovered)
	for _, id := range slices.Sorted(maps.Keys(o.book.SetAsides)) {
		key = fmt.Append(key, id, o.book.SetAsides[id].Left, o.risk[id])
	}
	n, known := s.officeNumbers[string(key)]
	if !known {
		n = officeNumber(len(s.offices))
		o.wrong, o.after = o.check(), make(map[decision]ruling)
		s.officeNumbers[string(key)] = n
		s.offices = append(s.offices, o)
	}
	return ruling{n, s.offices[n].wrong}
}

func (o *office) check() (wrong breaches) {
	var aside, risk ledger.Points
	for id, set := range o.book.SetAsides {
		if set.Left < 0 || set.Left > set.Opened {
			wrong |= setAsideWrong
		}
		aside += set.Left
		if o.risk[id] {
			risk += set.Left
		}
	}
	if risk != o.given {
		wrong |= riskWrong
	}
	if o.balance().Points < -o.uncovered {
		wrong |= balanceBelowZero
	}
	if o.free() < -o.uncovered {
		wrong |= freeBelowZero
	}
	if aside != o.balance().SetAside || len(o.book.Balances) > 1 {
		wrong |= setAsideWrong
	}
	return wrong
}
