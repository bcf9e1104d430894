package settle_test

import "fmt"

// An event is one thing that can happen in a world: step makes it happen, or
// says that it cannot.
type event struct {
	name string
	step func(s *scheme, w *world) bool
}

// events are all that can happen within the limits. Loss needs little of it: a
// message under way that never arrives is lost.
func (s *scheme) events() []event {
	var all []event
	for t := range 2 {
		all = append(all, s.deskEvents(t)...)
		all = append(all, s.returnEvents(t)...)
		all = append(all, s.lineEvents(t)...)
		all = append(all, s.restoreEvents(t)...)
	}
	return append(all, s.officeEvents()...)
}

// mostAtOnce is the most records one branch can have.
func (s *scheme) mostAtOnce() uint8 {
	var n uint8
	for _, k := range []kind{anAward, aSpend, aClose, aReturn} {
		n += s.limits.times[k]
	}
	return min(n, mostRecords)
}

func (s *scheme) deskEvents(t int) []event {
	does := func(what string, k kind, a action) event {
		return event{fmt.Sprintf("terminal %d %s", t+1, what), func(s *scheme, w *world) bool {
			if !w.uses(s, k) || !w.at(s, t, a) {
				return false
			}
			if s.without == appliedReleases && k == aSpend {
				records := s.desks[w.lines[t].desk].written().records
				w.decides(s, decision{own: releasesSpent, record: records[len(records)-1]})
			}
			return true
		}}
	}
	return []event{
		does("awards 2", anAward, action{verb: awards}),
		does("awards 2, born closed", anAward, action{verb: awardsClosed}),
		does("spends 1 of its oldest set-aside", aSpend, action{verb: spends, n: oldest}),
		does("spends 1 of its newest set-aside", aSpend, action{verb: spends, n: newest}),
		does("spends all it has", aSpend, action{verb: spends, n: everything}),
		does("sets a hold of 1", aHold, action{verb: holds, n: oldest}),
		does("sets a hold on all it has", aHold, action{verb: holds, n: everything}),
		does("commits its hold", aSpend, action{verb: commitsHold}),
		does("cancels its hold", aHold, action{verb: cancelsHold}),
		does("lets its hold time out", aLapse, action{verb: forgetsHold}),
		does("closes its own awards", aClose, action{verb: closesOwn}),
		does("closes its own awards and grants", aClose, action{verb: closesAll}),
	}
}

// returnEvents are returns at terminal t of what was awarded in any branch of
// either.
func (s *scheme) returnEvents(t int) (all []event) {
	for from := range 2 {
		for branch := range 2 {
			for n := range s.mostAtOnce() {
				name := fmt.Sprintf("terminal %d takes back what terminal %d awarded in record %d of branch %d", t+1, from+1, n+1, branch+1)
				all = append(all, event{name, func(s *scheme, w *world) bool {
					seller := s.desks[w.lines[from].desk]
					return w.uses(s, aReturn) && seller.hasAwarded(branch, int(n)) &&
						w.at(s, t, action{verb: takesBack, what: [4]byte{byte(from + 1), byte(branch), n + 1}})
				}})
			}
		}
	}
	return all
}

func (d *desk) hasAwarded(branch, n int) bool {
	return branch < len(d.journals) && n < len(d.journals[branch].records) &&
		d.journals[branch].records[n].sealed.Head.Entries[0].Points > 0
}

func (s *scheme) lineEvents(t int) []event {
	at := func(format string, args ...any) string {
		return fmt.Sprintf("terminal %d: %s", t+1, fmt.Sprintf(format, args...))
	}
	all := []event{
		{at("a batch of all that is not confirmed is sent"), func(s *scheme, w *world) bool { return w.cut(s, t, true) }},
		{at("it crashes after its mark, before its batch leaves"), func(s *scheme, w *world) bool { return w.cut(s, t, false) }},
	}
	for branch := range 2 {
		for n := range s.mostAtOnce() {
			last := n + 1
			all = append(all,
				event{at("the batch up to record %d of branch %d arrives", last, branch+1), func(s *scheme, w *world) bool {
					return w.arrive(s, t, branch, last)
				}},
				event{at("the batch up to record %d of branch %d is lost", last, branch+1), func(s *scheme, w *world) bool {
					sent := &w.lines[t].sent[branch]
					was := *sent
					*sent &^= 1 << last
					return *sent != was
				}})
		}
		all = append(all,
			event{at("a batch of branch %d comes again, or late", branch+1), func(s *scheme, w *world) bool { return w.again(s, t, branch) }},
			event{at("an acknowledgement of branch %d arrives", branch+1), func(s *scheme, w *world) bool { return w.acknowledge(s, t, branch) }})
	}
	return all
}

func (s *scheme) restoreEvents(t int) (all []event) {
	if s.limits.times[aRestore] == 0 {
		return nil
	}
	for n := range s.mostAtOnce() {
		name := fmt.Sprintf("terminal %d is restored from a copy with %d records", t+1, n)
		all = append(all, event{name, func(s *scheme, w *world) bool { return w.uses(s, aRestore) && w.restore(s, t, n) }})
	}
	return all
}

func (s *scheme) officeEvents() []event {
	decides := func(what string, k kind, d decision) event {
		return event{"head office " + what, func(s *scheme, w *world) bool { return w.uses(s, k) && w.decides(s, d) }}
	}
	all := []event{decides("lets what is free expire", anExpiry, decision{own: expires})}
	for t := range 2 {
		for branch := range 2 {
			where := [4]byte{byte(t + 1), byte(branch)}
			there := func(e event) event { return onceOpened(e, t, branch) }
			all = append(all, there(decides(fmt.Sprintf("declares branch %d of terminal %d lost", branch+1, t+1), aLoss, decision{own: declaresLost, what: where})))
			for n := range s.limits.times[aGrant] {
				for size := range uint8(2) {
					what := [4]byte{n + 1, size + 1, byte(t + 1), byte(branch)}
					name := fmt.Sprintf("grant %d of %d to branch %d of terminal %d", n+1, size+1, branch+1, t+1)
					all = append(all, there(isGrant(n, decides("makes "+name, aGrant, decision{own: grants, what: what}))), arrives(name, t, what))
					if s.without == setAsidesHaveNoClock {
						all = append(all, ends(name, what))
					}
				}
			}
		}
	}
	return all
}

// onceOpened is e, but not before terminal t has the branch.
func onceOpened(e event, t, branch int) event {
	return event{e.name, func(s *scheme, w *world) bool {
		return branch < len(s.desks[w.lines[t].desk].journals) && e.step(s, w)
	}}
}

// isGrant is e as the n-th grant.
func isGrant(n uint8, e event) event {
	return event{e.name, func(s *scheme, w *world) bool { return w.used[aGrant] == n && e.step(s, w) }}
}

// made reports whether head office has made the grant. Every statement names it
// from then on, so it is always under way.
func (w *world) made(s *scheme, what [4]byte) bool {
	for _, g := range s.offices[w.office].grants {
		if g.ID == grantOf(what).ID {
			return true
		}
	}
	return false
}

func arrives(name string, t int, what [4]byte) event {
	return event{"the message of " + name + " arrives", func(s *scheme, w *world) bool {
		return w.used[aGrant] >= what[0] && w.made(s, what) && w.at(s, t, action{verb: takesGrant, what: what})
	}}
}

func ends(name string, what [4]byte) event {
	return event{"head office's clock ends " + name, func(s *scheme, w *world) bool {
		return w.made(s, what) && w.decides(s, decision{own: endsGrant, what: what})
	}}
}
