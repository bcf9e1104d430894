package cmd_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/settle"
)

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
		if e.Wallet.Counter() && strings.HasPrefix(string(e.Wallet), "cap/") {
			continue // it may be the terminal's own account
		}
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
		for i, e := range doc.Head.Entries {
			left := v.plus(v.back[simEntry{s.deed.content, i + 1}], e.Points, e.Rest)
			kept[e.Wallet] = v.plus(kept[e.Wallet], left.points, left.rest)
		}
		for _, wallet := range slices.Sorted(maps.Keys(kept)) {
			k := kept[wallet]
			if k.points != 0 && v.takenBack(s) {
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
	for _, id := range slices.Sorted(maps.Keys(drawn)) {
		sum := drawn[id]
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

// wallets are all the programme has, with what it counts of a member.
func (v *simAudit) wallets() []ledger.Wallet {
	all := []ledger.Wallet{"points", "stamps", "cups"}
	for _, l := range v.rules.Ladders {
		all = append(all, l.CountOf())
		for _, level := range l.Levels {
			all = append(all, l.Mark(level.Name))
		}
	}
	for _, c := range v.rules.Clubs {
		all = append(all, c.Mark())
	}
	return all
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
		for n := range v.members {
			id := member.Identifier{Ref: member.NewRef(cardKey, member.KindCard, simCard(n)), Kind: member.KindCard, Mask: member.Mask(simCard(n))}
			h, err := p.db.Look(v.ctx, ledger.Subject{Identifiers: []member.Identifier{id}})
			v.must(err, "look a member up")
			if h.New || !h.Known {
				continue
			}
			for _, wallet := range v.wallets() {
				want := sums[v.survivor(h.Account)][wallet]
				got := h.In(wallet).Points
				if got != want && v.forgot {
					v.counts["shows what head office forgot"]++
					continue
				}
				if got != want {
					v.fail("%s shows card %d %v of wallet %s, head office has %v", p.name, n, got, wallet, want)
				}
			}
			v.counts["balances compared"]++
		}
	}
}
