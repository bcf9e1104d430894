package cmd_test

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A simAudit is the model beside what head office has.
type simAudit struct {
	*simWorld
	docs    []simDoc
	decided map[ledger.Hash]simDoc     // one record of each decision
	content map[ledger.Key]ledger.Hash // of every record
	at      map[ledger.Hash]*simDeed   // whose decision it is
	worth   map[simEntry]simWorth      // what a decision's entry moved
	back    map[simEntry]simWorth      // what came back of it
	want    map[settle.Purse]simWorth  // what every purse must hold
	has     map[settle.Purse]settle.Balance
	undone  map[ledger.Hash]bool // second awards for one receipt
}

// A simEntry is an entry by its decision, whichever record it stands in.
type simEntry struct {
	content ledger.Hash
	line    int
}

type simWorth struct {
	points ledger.Points
	rest   ledger.Fraction
}

func (w *simWorld) plus(a simWorth, points ledger.Points, rest ledger.Fraction) simWorth {
	sum, err := a.rest.Add(rest)
	w.must(err, "add")
	return simWorth{a.points + points, sum}
}

func (w *simWorld) audit(docs []simDoc) *simAudit {
	v := &simAudit{
		simWorld: w, docs: docs, decided: make(map[ledger.Hash]simDoc), content: make(map[ledger.Key]ledger.Hash), at: make(map[ledger.Hash]*simDeed),
		worth: make(map[simEntry]simWorth), back: make(map[simEntry]simWorth), want: make(map[settle.Purse]simWorth), undone: make(map[ledger.Hash]bool),
	}
	for _, d := range w.model.deeds {
		for content := range d.issues {
			v.at[content] = d
		}
	}
	for _, d := range docs {
		name := d.content
		if d.Head.Kind == ledger.KindClose || d.Head.Kind == ledger.KindDay {
			name = d.Head.Body
		}
		v.content[d.Head.Key()] = name
		if first, again := v.decided[name]; !again || first.Head.Origin != nil && d.Head.Origin == nil {
			v.decided[name] = d
		}
	}
	v.second()
	v.add()
	v.lapses()
	var err error
	v.has, err = w.office.db.Balances(w.ctx)
	w.must(err, "read balances")
	return v
}

// second finds awards that head office took back because their receipt had one
// already.
func (v *simAudit) second() {
	all, err := v.office.db.Exceptions(v.ctx)
	v.must(err, "read exceptions")
	for _, x := range all {
		if x.Code == settle.DuplicateReceipt {
			v.undone[v.content[ledger.Key{Terminal: x.Terminal, Branch: x.Branch, Seq: x.Seq}]] = true
			v.counts["second award taken back"]++
		}
	}
}

// add is what the decisions come to: each once, and of what came back twice
// only what there was.
func (v *simAudit) add() {
	for name, d := range v.decided {
		for i, e := range d.Head.Entries {
			if e.Kind == ledger.Close {
				continue
			}
			at := settle.Purse{Account: e.Account, Wallet: e.Wallet}
			v.want[at] = v.plus(v.want[at], e.Points, e.Rest)
			v.worth[simEntry{name, i + 1}] = simWorth{e.Points, e.Rest}
			// What is counted for the terminal stays counted: it lies in another bucket.
			if v.undone[name] && settle.Bucket(e.Account) == settle.Bucket(d.body.Account) {
				v.want[at] = v.plus(v.want[at], -e.Points, e.Rest.Neg())
				v.back[simEntry{name, i + 1}] = v.plus(v.back[simEntry{name, i + 1}], -e.Points, e.Rest.Neg())
			}
			if e.Reverses != nil {
				of := v.entry(*e.Reverses)
				v.back[of] = v.plus(v.back[of], e.Points, e.Rest)
			}
		}
	}
	for _, of := range slices.SortedFunc(maps.Keys(v.back), compareEntries) {
		back := v.back[of]
		worth, come := v.worth[of]
		if !come || of.content == (ledger.Hash{}) {
			continue
		}
		left := v.plus(worth, back.points, back.rest)
		if left.points == 0 || (worth.points >= 0) == (left.points > 0) {
			continue
		}
		e := v.decided[of.content].Head.Entries[of.line-1]
		at := settle.Purse{Account: e.Account, Wallet: e.Wallet}
		v.want[at] = v.plus(v.want[at], -left.points, left.rest.Neg())
		v.back[of] = v.plus(back, -left.points, left.rest.Neg())
		v.counts["came back twice"]++
	}
}

// lapses adds what head office booked as lapsed, and what of it it gave back.
func (v *simAudit) lapses() {
	cursor, more := "", true
	for more {
		var page []settle.Posted
		var err error
		page, cursor, more, err = v.office.db.Feed(v.ctx, cursor, 1000)
		v.must(err, "read the feed")
		for _, p := range page {
			e := p.Entry
			back := e.Reverses != nil && e.Reverses.Record.Terminal == ledger.HeadOffice
			if p.Key.Record.Terminal != ledger.HeadOffice || e.Kind != ledger.Expire && !back {
				continue
			}
			at := settle.Purse{Account: e.Account, Wallet: e.Wallet}
			v.want[at] = v.plus(v.want[at], e.Points, e.Rest)
			if v.counts["lapsed"]++; back {
				v.counts["lapsed too soon"]++
			}
		}
	}
}

func (v *simAudit) entry(k ledger.EntryKey) simEntry {
	return simEntry{v.content[k.Record], k.Line}
}

// known: nothing is at head office that nobody asked for, and nothing parked.
func (v *simAudit) known() {
	for _, d := range v.docs {
		name := v.content[d.Head.Key()]
		switch d.Head.Kind {
		case ledger.KindClose, ledger.KindDay:
			continue
		}
		if v.at[name] == nil {
			v.fail("head office has %s %v, which nobody asked for", d.Head.Kind, d.Head.Key())
		}
	}
	parked, err := v.office.db.Parked(v.ctx)
	v.must(err, "read what is parked")
	for _, x := range parked {
		if x.Code != settle.IssuedAgain {
			v.fail("head office parked a record: %+v", x)
		}
	}
}

// everythingTold: what was answered is at head office, once for each request.
func (v *simAudit) everythingTold() {
	for _, d := range v.model.deeds {
		count := 0
		for _, content := range d.order {
			if _, has := v.decided[content]; has && !v.undone[content] {
				count++
			}
		}
		if count == 0 && d.told && !d.mayBeLost {
			v.fail("%s answered request %s (%s), and head office does not have it", d.pc.name, d.key, d.words())
		}
		if count > 1 {
			v.twice(d, count)
		}
		if count == 0 && d.told {
			v.counts["lost with a disk or image"]++
		}
	}
}

// twice: a till that asks again after an older copy was put back gets a second
// award. Head office takes it back where it is the same account's; a bearer
// slip, and a card the copy had not seen, has another one.
func (v *simAudit) twice(d *simDeed, count int) {
	accounts := make(map[ledger.Account]bool)
	for _, content := range d.order {
		if doc, has := v.decided[content]; has && !v.undone[content] {
			accounts[doc.body.Account] = true
		}
	}
	switch {
	case !v.older:
		v.fail("request %s of %s counts %d times at head office", d.key, d.pc.name, count)
	case d.kind != ledger.KindAward:
		v.counts["decided again after an older copy: "+string(d.kind)]++
	case len(accounts) < count:
		v.fail("receipt %s of %s counts %d times at head office", d.key, d.pc.name, count)
	default:
		d.twice = true // a bearer slip of its own each
		v.counts["second award at another account"]++
	}
}

// balances: what head office holds is the sum of what was decided, to the last
// part of a thousandth.
func (v *simAudit) balances() {
	for _, at := range slices.SortedFunc(maps.Keys(v.want), comparePurses) {
		has, want := v.has[at], v.want[at]
		if has.Points != want.points || has.Rest != want.rest {
			v.fail("head office has %v (and %v) of wallet %s at account %s, the decisions come to %v (and %v)",
				has.Points, has.Rest, at.Wallet, at.Account.Short(), want.points, want.rest)
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(v.has), comparePurses) {
		has := v.has[at]
		if _, asked := v.want[at]; !asked && (has.Points != 0 || !has.Rest.IsZero()) {
			v.fail("head office has %v of wallet %s at account %s, where nothing was decided", has.Points, at.Wallet, at.Account.Short())
		}
	}
}

func compareEntries(a, b simEntry) int {
	return cmp.Or(bytes.Compare(a.content[:], b.content[:]), cmp.Compare(a.line, b.line))
}

func comparePurses(a, b settle.Purse) int {
	return cmp.Or(bytes.Compare(a.Account[:], b.Account[:]), cmp.Compare(a.Wallet, b.Wallet))
}

// survivor is the account that stands for a and all that are linked with it.
func (v *simAudit) survivor(a ledger.Account) ledger.Account {
	acc, found, err := v.office.db.Account(v.ctx, a)
	v.must(err, "look an account up")
	if !found {
		return a
	}
	return acc.Survivor
}
