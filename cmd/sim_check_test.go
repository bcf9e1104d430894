package cmd_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
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
	v.explained()
	for _, p := range w.shops {
		w.model.allPrinted(p)
	}
	for _, d := range docs {
		fmt.Fprintf(w.digest, "%x\n", d.Hash)
	}
}

// explained: what was decided comes out the same when it is decided once more
// from its own record, to the thousandth.
func (v *simAudit) explained() {
	for _, d := range v.docs {
		if d.Head.Kind == ledger.KindClose || d.Head.Kind == ledger.KindDay {
			continue
		}
		x, err := explain.Record(ledger.Record{Head: d.Head, Body: &d.body}, v.rules, v.zone)
		v.must(err, "explain "+d.Head.Key().String())
		v.counts["explained: "+string(x.Verdict)]++
		switch x.Verdict {
		case explain.Same, explain.Follows:
		default:
			v.fail("%s %v is explained as %q: %s %+v", d.Head.Kind, d.Head.Key(), x.Verdict, x.Cause, x.Differ)
		}
		for _, e := range d.Head.Entries {
			if e.Wallet.Counter() && e.Points > 0 {
				v.counts["counted: "+strings.SplitAfterN(string(e.Wallet), "/", 2)[0]]++
			}
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
