package store_test

import (
	"fmt"
	"maps"
	"slices"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// An office is as much of a head office as the store can see of one.
type office struct {
	branches map[ledger.Branch][]ledger.Sealed // the terminal's, as far as accepted
	foreign  map[ledger.Branch]int64           // how many records another copy has there beyond
	counts   map[string]fact
	others   map[ledger.Account]ledger.Points
	cards    map[ledger.Account]int
	survivor map[ledger.Account]ledger.Account
	pages    int
	queue    []queued
	grants   byte
}

type queued struct {
	page  bulletin.Page
	apply func(*memory)
}

// count takes a record in at the office: by request, each once.
func (o *office) count(w *world, r ledger.Sealed) {
	if r.Head.Kind == ledger.KindClose {
		return
	}
	body, err := ledger.ParseBody(r.Line.Body)
	w.must(err)
	if _, twice := o.counts[body.Request]; twice {
		w.fatalf("%s counts twice at the office: %v", body.Request, r.Head.Key())
	}
	e := r.Head.Entries[0]
	o.counts[body.Request] = fact{e.Account, e.Points, e.Expires}
	for c := range modelCards {
		if body.Identifiers[0].Ref != card(c).Identifiers[0].Ref {
			continue
		}
		if _, has := o.cards[e.Account]; !has {
			o.cards[e.Account] = c
		}
		for other, its := range o.cards {
			if its == c && other != e.Account {
				o.join(e.Account, other)
			}
		}
	}
}

// join makes two accounts one member's: as with real ones, everybody learns
// the oldest account step by step.
func (o *office) join(a, b ledger.Account) {
	root := func(x ledger.Account) ledger.Account {
		for o.survivor[x] != (ledger.Account{}) {
			x = o.survivor[x]
		}
		return x
	}
	ra, rb := root(a), root(b)
	if ra != rb {
		o.survivor[ra] = rb
	}
}

func (o *office) accounts() []ledger.Account {
	known := make(map[ledger.Account]bool)
	for _, f := range o.counts {
		known[f.account] = true
	}
	all := slices.Collect(maps.Keys(known))
	slices.SortFunc(all, func(a, b ledger.Account) int { return slices.Compare(a[:], b[:]) })
	return all
}

func (w *world) someAccount() (ledger.Account, bool) {
	all := w.o.accounts()
	if len(all) == 0 {
		return ledger.Account{}, false
	}
	return all[w.chance.IntN(len(all))], true
}

func (w *world) otherShop() {
	if a, ok := w.someAccount(); ok {
		w.o.others[a] += ledger.Points(w.chance.IntN(40)-10) * ledger.Unit
	}
}

func (w *world) link() {
	a, ok := w.someAccount()
	if b, _ := w.someAccount(); ok && a != b {
		w.o.join(a, b)
	}
}

// state writes a page of statements, in any order, to be applied later.
func (w *world) state() {
	all := w.o.accounts()
	w.chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	w.stateAll(all[:w.chance.IntN(len(all)+1)])
}

func (w *world) stateAll(accounts []ledger.Account) {
	w.o.pages++
	terminal, branch, _, err := w.db.Identity(w.t.Context())
	w.must(err)
	q := queued{page: bulletin.Page{Terminal: terminal, Cursor: fmt.Sprint(w.o.pages)}}
	says := make(map[ledger.Account]told)
	for _, a := range accounts {
		t := told{others: w.o.others[a], counts: make(map[string]fact), survivor: w.o.survivor[a]}
		s := bulletin.Statement{Account: a, Survivor: t.survivor, AsOf: ledger.Stamp(w.o.pages), Identifiers: card(w.o.cards[a]).Identifiers}
		sum := t.others
		entries := []ledger.Entry{{Kind: ledger.Adjust, Points: t.others}}
		for _, key := range slices.Sorted(maps.Keys(w.o.counts)) {
			if f := w.o.counts[key]; f.account == a {
				t.counts[key] = f
				sum += f.points
				entries = append(entries, ledger.Entry{Kind: ledger.Adjust, Points: f.points, Expires: f.expires})
			}
		}
		for _, e := range entries {
			var err error
			t.lots, err = t.lots.With(e, "2026-11-22")
			w.must(err)
		}
		s.Wallets = []bulletin.Balance{{Wallet: "points", Points: sum, Lots: t.lots}}
		for b, records := range w.o.branches {
			s.Counted = append(s.Counted, ledger.Mark{Branch: b, Seq: int64(len(records)) + w.o.foreign[b]})
		}
		s.Counted = append(s.Counted, ledger.Mark{Branch: ledger.Branch{0xff, byte(w.seed)}, Seq: 5}) // of a history that was lost
		if w.chance.IntN(3) == 0 {
			w.o.grants++
			s.Grants = []bulletin.Grant{{ID: ledger.GrantID{w.o.grants}, Wallet: "points", Points: 3 * ledger.Unit, Branch: branch, NotAfter: ledger.Stamp(start.UnixMilli()) + 1e9}}
		}
		q.page.Statements = append(q.page.Statements, s)
		says[a] = t
	}
	q.apply = func(m *memory) {
		for _, s := range q.page.Statements {
			m.told[s.Account] = says[s.Account]
			c := w.o.cards[s.Account]
			if _, known := m.cards[c]; !known {
				m.cards[c] = s.Account
			}
		}
		m.page = q.page.Cursor
	}
	w.o.queue = append(w.o.queue, q)
}

// dating gives what a decision awards a last day.
func dating(decide func(ledger.View) (ledger.Posting, error), expires ledger.Day) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		for i := range p.Draft.Entries {
			p.Draft.Entries[i].Expires = expires
		}
		return p, err
	}
}
