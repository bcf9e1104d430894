package cmd_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

// checkAll is what must hold at any moment: every database is right by its own
// account, and what was told is where it was told.
func (w *simWorld) checkAll() {
	for _, p := range w.shops {
		p.verify()
		w.model.papersOf(p)
	}
	w.office.count()
	w.office.verify()
	w.checkTold()
}

func (p *simPC) verify() {
	p.mend()
	r, err := p.db.Verify(p.w.ctx)
	if p.mend() {
		r, err = p.db.Verify(p.w.ctx)
	}
	p.w.must(err, "verify "+p.name)
	if len(r.Findings) > 0 {
		p.w.fail("verify %s: %v", p.name, r.Findings)
	}
}

func (o *simOffice) verify() {
	problems, err := o.db.Verify(o.w.ctx, checkDocument)
	o.w.must(err, "verify head office")
	if len(problems) > 0 {
		o.w.fail("verify head office: %s", strings.Join(problems, "\n"))
	}
}

// checkTold looks for everything that was answered: each request has the one
// record it was answered with, unless that went with a disk, as is known.
func (w *simWorld) checkTold() {
	here := make(map[string]*simPC)
	for _, p := range w.shops {
		here[p.name] = p
	}
	for _, d := range w.model.deeds {
		p := here[d.pc.name]
		if !d.told || d.mayBeLost || p == nil {
			continue
		}
		if !p.hasRecord(d) && !p.mend() {
			r, found, err := p.db.Answer(w.ctx, d.key)
			w.fail("%s answered request %s (%s), and has no record of it: %v %v, %v", p.name, d.key, d.words(), found, err, r.Head.Body == d.body)
		}
	}
}

// acceptLoss notes what is nowhere any more after a disk, an image or head
// office's newest days were given up: nobody can be blamed for it.
func (w *simWorld) acceptLoss() {
	docs := w.docs()
	at := make(map[ledger.Hash]bool)
	for _, d := range docs {
		at[d.content] = true
	}
	here := make(map[string]*simPC)
	for _, p := range w.shops {
		here[p.name] = p
	}
	for _, d := range w.model.deeds {
		if !d.told || d.mayBeLost || at[d.content] && !w.forgot && here[d.pc.name] == nil {
			continue
		}
		p := here[d.pc.name]
		if p == nil || !p.hasRecord(d) {
			d.mayBeLost = true
			w.counts["perhaps lost"]++
		}
	}
}

// A simDoc is a record as a terminal signed it.
type simDoc struct {
	ledger.Sealed
	body    ledger.Body
	content ledger.Hash
}

// docs are all records head office was brought, each once.
func (w *simWorld) docs() (all []simDoc) {
	terminals, err := w.office.db.Terminals(w.ctx)
	w.must(err, "list terminals")
	seen := make(map[ledger.Key]ledger.Hash)
	for _, t := range terminals {
		inbox, err := w.office.db.Inbox(w.ctx, t.Terminal)
		w.must(err, "read the inbox")
		for _, doc := range inbox {
			d, err := wire.ReadBatch(doc)
			w.must(err, "read a batch")
			for _, r := range d.Records {
				if h, twice := seen[r.Head.Key()]; twice {
					if h != r.Hash {
						w.fail("head office has two records %v", r.Head.Key())
					}
					continue
				}
				seen[r.Head.Key()] = r.Hash
				body, err := ledger.ParseBody(r.Line.Body)
				w.must(err, "read a body")
				all = append(all, simDoc{r, body, contentOf(body)})
			}
		}
	}
	return all
}

// drain ends all faults and lets everything come to rest, in so many rounds.
func (w *simWorld) drain() {
	w.say("all faults end")
	w.calm = true
	for i := len(w.shops) - 1; i >= 0; i-- {
		p := w.shops[i]
		p.mend()
		if p.disk != nil {
			p.disk.CutAfter(1 << 40)
		}
		p.line.up, p.line.late, p.clock.set = true, nil, 0
	}
	for i := len(w.shops) - 1; i >= 0; i-- {
		if w.shops[i].copyOf == "" {
			continue
		}
		// Before it goes, what it has is brought.
		for range simRounds {
			_ = w.shops[i].sync()
		}
		w.scrap(i)
	}
	for round := 1; ; round++ {
		w.office.forgive()
		still := 0
		for _, p := range w.shops {
			if err := p.sync(); err != nil {
				w.say("%s: %s", p.name, wordsOf(err))
				still++
			}
		}
		w.office.count()
		for _, p := range w.shops {
			st, err := p.db.SyncState(w.ctx)
			w.must(err, "read the state of the line")
			if st.Waiting() > 0 {
				still++
			}
		}
		if still == 0 && round > 3 {
			break
		}
		if round == simRounds {
			w.fail("after %d rounds without a fault %d things are still under way", round, still)
		}
	}
	w.office.count()
	for _, p := range w.shops {
		w.must(p.sync(), "hear head office's last word")
		for _, l := range p.lanes {
			l.mendPrinter()
			w.must(l.print(2*time.Hour), "print what is left")
		}
	}
}

// simRounds is how many rounds of the line may take everything home.
const simRounds = 12

// checkEnd holds everything against the model once all is at rest.
func (w *simWorld) checkEnd() {
	w.checkAll()
	docs := w.docs()
	v := w.audit(docs)
	v.known()
	v.everythingTold()
	v.balances()
	v.owners()
	v.broughtBack()
	v.covered()
	v.shown()
	for _, p := range w.shops {
		w.model.allPrinted(p)
	}
	for _, d := range docs {
		fmt.Fprintf(w.digest, "%x\n", d.Hash)
	}
}

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
			if v.undone[name] {
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

func (v *simAudit) entry(k ledger.EntryKey) simEntry {
	return simEntry{v.content[k.Record], k.Line}
}

// known: nothing is at head office that nobody asked for, and nothing parked.
func (v *simAudit) known() {
	for name, d := range v.decided {
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
			for _, d := range v.docs {
				for i, e := range d.Head.Entries {
					if e.Account == at.Account && e.Wallet == at.Wallet && e.Kind != ledger.Close {
						v.say("%v %s/%d %v (%v) %v again %v undone %v", d.Head.Key(), d.Head.Kind, i+1, e.Points, e.Rest, e.Reverses, d.Head.Origin, v.undone[d.content])
					}
				}
			}
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

// owners: points are at the member they were given to, whoever they are one
// with by now, and at no other. Where head office was restored, it may still
// know from the shops that members are one whose claim or enrolment is lost.
func (v *simAudit) owners() {
	for _, d := range v.model.deeds {
		if slices.ContainsFunc(d.order, func(c ledger.Hash) bool { _, has := v.decided[c]; return has }) {
			v.model.must.join(d.one)
		}
		v.model.may.join(d.one)
	}
	o := simOwners{must: &v.model.must, may: &v.model.must, of: make(map[string]ledger.Account), owner: make(map[ledger.Account]string)}
	if v.forgot {
		o.may = &v.model.may
	}
	for _, d := range v.model.deeds {
		for _, content := range d.order {
			if doc, has := v.decided[content]; has {
				v.ownersOf(d, doc, o)
			}
		}
	}
}

// simOwners are which account each member has, and which member each account.
type simOwners struct {
	must, may *simForest // members that are one, and those that may be
	of        map[string]ledger.Account
	owner     map[ledger.Account]string
}

func (v *simAudit) ownersOf(d *simDeed, doc simDoc, o simOwners) {
	for _, e := range doc.Head.Entries {
		who := d.who[0]
		if e.Reverses != nil {
			name := v.entry(*e.Reverses)
			if from, has := v.decided[name.content]; has {
				if first := from.Head.Entries[name.line-1]; first.Account != e.Account || first.Wallet != e.Wallet {
					v.fail("%v takes back of account %s what was given to %s", doc.Head.Key(), e.Account.Short(), first.Account.Short())
				}
			}
			continue
		}
		if doc.Head.Kind == ledger.KindMove {
			who = d.who[len(d.who)-1]
		}
		root, account := o.must.root(who), v.survivor(e.Account)
		if before, known := o.of[root]; known && before != account && !d.twice {
			v.fail("%s (one with %s) has points at accounts %s and %s", who, root, before.Short(), account.Short())
		}
		if before, known := o.owner[account]; known && o.may.root(before) != o.may.root(who) {
			v.fail("account %s has points of %s and of %s", account.Short(), before, who)
		}
		o.of[root], o.owner[account] = account, who
	}
}

// broughtBack: of a sale that came back whole nobody keeps anything, and
// nobody is owed more than there was.
func (v *simAudit) broughtBack() {
	for _, s := range v.model.sales {
		if !s.whole || s.deed == nil || s.deed.mayBeLost {
			continue
		}
		doc, has := v.decided[s.deed.content]
		if !has || v.undone[s.deed.content] {
			continue
		}
		kept := make(map[ledger.Wallet]simWorth)
		moved := false
		for i, e := range doc.Head.Entries {
			left := v.plus(v.back[simEntry{s.deed.content, i + 1}], e.Points, e.Rest)
			kept[e.Wallet] = v.plus(kept[e.Wallet], left.points, left.rest)
		}
		for wallet, k := range kept {
			if k.points != 0 && !moved && v.takenBack(s) {
				v.fail("all of the sale %s came back, and %v of wallet %s stay", doc.Head.Key().Code(), k.points, wallet)
			}
		}
	}
}

// takenBack reports whether a return or undo of all of the sale is at head
// office; one that went with a disk took nothing back.
func (v *simAudit) takenBack(s *simSale) bool {
	for _, d := range v.model.deeds {
		if d.mayBeLost || !d.told || d.answer.Sale == nil || d.answer.PayBack+d.answer.PointsPaid != s.basket.Total {
			continue
		}
		if v.content[*d.answer.Sale] == s.deed.content && (d.kind == ledger.KindReturn || d.kind == ledger.KindUndo) {
			_, has := v.decided[d.content]
			return has
		}
	}
	return false
}

// covered: no set-aside was spent or given back for more than it was, and no
// spending raised debt but such as are listed for a lapsed hold. Where a copy
// went on unnoticed, or head office forgot what it had granted, it is counted
// instead.
func (v *simAudit) covered() {
	lenient := v.unnoticed || v.forgot
	drawn := make(map[ledger.SetAsideID]ledger.Points)
	opened := make(map[ledger.SetAsideID]ledger.Points)
	for name, d := range v.decided {
		for i, e := range d.Head.Entries {
			if id, opens := e.Opens(d.Head.Key().Entry(i + 1)); opens {
				opened[v.aside(id)] = e.Points
			}
			if v.undone[name] && e.Kind != ledger.Close {
				continue
			}
			for _, draw := range e.Draws {
				if e.Kind != ledger.Close { // closes of several branches may name one
					drawn[v.aside(draw.From)] += draw.Points
				}
			}
		}
	}
	for id, sum := range drawn {
		if most, own := opened[id]; own && sum > most {
			if !lenient {
				v.fail("of set-aside %s, which was %v, %v were spent", id, most, sum)
			}
			v.counts["set-aside overdrawn"]++
		}
	}
	all, err := v.office.db.Exceptions(v.ctx)
	v.must(err, "read exceptions")
	for _, x := range all {
		v.counts["exception "+string(x.Code)]++
		switch {
		case x.Code == settle.Overdraft && !lenient:
			v.fail("a spending that nothing covered raised debt: %+v", x)
		case x.Code == settle.HoldLapsed:
			v.lapsed(x)
		case x.Code == settle.InvalidRecord, x.Code == settle.UnreadableBody, x.Code == settle.OutOfRange, x.Code == settle.Panicked,
			x.Code == settle.UnknownKind, x.Code == settle.UnknownVersion:
			v.fail("head office cannot use a record: %+v", x)
		}
	}
}

// lapsed: debt is excused by a lapsed hold only where the sale says so.
func (v *simAudit) lapsed(x settle.Exception) {
	d := v.decided[v.content[ledger.Key{Terminal: x.Terminal, Branch: x.Branch, Seq: x.Seq}]]
	if !slices.ContainsFunc(d.body.Reasons, func(r ledger.Reason) bool { return r.Code == "hold_lapsed" }) {
		v.fail("no hold of %v lapsed, and it raised debt: %+v", d.Head.Key(), x)
	}
}

// aside is the set-aside by its decision, whichever record opened it.
func (v *simAudit) aside(id ledger.SetAsideID) ledger.SetAsideID {
	if key, own := id.Entry(); own {
		return ledger.SetAsideID(fmt.Sprintf("%x/%d", v.content[key.Record], key.Line))
	}
	return id
}

// shown: every shop that knows a member shows what head office has.
func (v *simAudit) shown() {
	sums := make(map[ledger.Account]map[ledger.Wallet]ledger.Points)
	for at, b := range v.has {
		s := v.survivor(at.Account)
		if sums[s] == nil {
			sums[s] = make(map[ledger.Wallet]ledger.Points)
		}
		sums[s][at.Wallet] += b.Points
	}
	for _, p := range v.shops {
		for n := range simMembers {
			id := member.Identifier{Ref: member.NewRef(cardKey, member.KindCard, simCard(n)), Kind: member.KindCard, Mask: member.Mask(simCard(n))}
			h, err := p.db.Look(v.ctx, ledger.Subject{Identifiers: []member.Identifier{id}})
			v.must(err, "look a member up")
			if h.New || !h.Known {
				continue
			}
			for wallet, want := range sums[v.survivor(h.Account)] {
				if got := h.In(wallet).Points; got != want {
					v.fail("%s shows card %d %v of wallet %s, head office has %v", p.name, n, got, wallet, want)
				}
			}
			v.counts["balances compared"]++
		}
	}
}

// summary is what the run had in it.
func (w *simWorld) summary() string {
	var parts []string
	for _, name := range slices.SortedFunc(maps.Keys(w.counts), cmp.Compare[string]) {
		parts = append(parts, fmt.Sprintf("%s %d", name, w.counts[name]))
	}
	return strings.Join(parts, ", ")
}
