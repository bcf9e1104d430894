package store_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A fact is what one request did, wherever its record stands by now.
type fact struct {
	account ledger.Account
	points  ledger.Points
	expires ledger.Day
}

// A told is what the office's last statement on an account said: what other
// shops did, and which of this shop's requests it counts.
type told struct {
	others   ledger.Points
	counts   map[string]fact
	survivor ledger.Account
	lots     ledger.Lots
}

// A memory is what the shop's database has to know. It is kept by request, not
// by record, so that it shares nothing with how the store counts.
type memory struct {
	facts map[string]fact
	cards map[int]ledger.Account
	told  map[ledger.Account]told
	page  string // cursor of the last page applied
}

func (m memory) clone() memory {
	return memory{maps.Clone(m.facts), maps.Clone(m.cards), maps.Clone(m.told), m.page}
}

// group are the accounts that are one member's with a card's.
func (m memory) group(card int) []ledger.Account {
	first, known := m.cards[card]
	if !known {
		return nil
	}
	group := []ledger.Account{first}
	for i := 0; i < len(group); i++ {
		for a, t := range m.told {
			for _, pair := range [][2]ledger.Account{{a, t.survivor}, {t.survivor, a}} {
				if pair[0] == group[i] && pair[1] != (ledger.Account{}) && !slices.Contains(group, pair[1]) {
					group = append(group, pair[1])
				}
			}
		}
	}
	return group
}

// holds is what a card must show.
func (m memory) holds(card int) (sum ledger.Points) {
	for _, a := range m.group(card) {
		all := maps.Clone(m.told[a].counts)
		if all == nil {
			all = make(map[string]fact)
		}
		for key, f := range m.facts {
			if f.account == a {
				all[key] = f
			}
		}
		sum += m.told[a].others
		for _, f := range all {
			sum += f.points
		}
	}
	return sum
}

// A world is one shop, its database and its office.
type world struct {
	t       *testing.T
	seed    uint64
	chance  *rand.Rand
	cfg     store.Config
	disk    *crashtest.Disk // nil: a real file
	db      *store.DB
	o       *office
	mem     memory
	backups []backup
	asked   int
	began   bool // the line is up and both agree
	did     map[string]int
}

type backup struct {
	file string
	mem  memory
}

func newWorld(t *testing.T, seed uint64, crashes bool) *world {
	w := &world{
		t: t, seed: seed, chance: rand.New(rand.NewPCG(seed, 7)), cfg: config(t.TempDir(), seed),
		o: &office{
			branches: make(map[ledger.Branch][]ledger.Sealed), foreign: make(map[ledger.Branch]int64), counts: make(map[string]fact),
			others: make(map[ledger.Account]ledger.Points), cards: make(map[ledger.Account]int), survivor: make(map[ledger.Account]ledger.Account),
		},
		mem: memory{make(map[string]fact), make(map[int]ledger.Account), make(map[ledger.Account]told), ""},
		did: make(map[string]int),
	}
	if crashes {
		w.disk = crashtest.NewDisk(seed)
		w.cfg.Path = w.disk.Path("zegel.db")
		w.cfg.SQLite = sqlite.Options{VFS: w.disk.VFS(), Exclusive: true}
	}
	w.open()
	w.must(w.db.Join(t.Context(), []byte("office key"), "nonce"))
	return w
}

func (w *world) fatalf(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("seed %d, after %v: %s", w.seed, w.did, fmt.Sprintf(format, args...))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.fatalf("%v", err)
	}
}

func (w *world) open() {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.cfg)
	w.must(err)
	w.db, w.began = db, false
}

const modelCards = 6

var worlds = flag.Int("worlds", 15, "shops whose balances are held against a model, of either kind")

// step does one thing and checks that every card shows what it must.
func (w *world) step() {
	w.t.Helper()
	actions := []struct {
		name   string
		weight int
		do     func()
	}{
		{"sell", 10, w.sell}, {"spend", 3, w.spend}, {"ask again", 2, w.askAgain}, {"close", 2, w.close},
		{"bring", 6, w.bring}, {"state", 5, w.state}, {"apply", 6, w.applyOne}, {"other shop", 3, w.otherShop},
		{"link", 1, w.link}, {"fork", 1, w.fork}, {"restart", 2, w.restart}, {"cut", 3, w.powerCut}, {"restore", 2, w.restore},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	n := w.chance.IntN(total)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			w.did[a.name]++
			a.do()
			break
		}
	}
	w.check()
}

func (w *world) check() {
	w.t.Helper()
	for c := range modelCards {
		h, err := w.db.Look(w.t.Context(), card(c))
		w.must(err)
		if got, want := h.In("points").Points, w.mem.holds(c); got != want {
			w.fatalf("card %d shows %v, want %v", c, got, want)
		}
		if p := h.In("points"); p.All().Sum() != p.Points {
			w.fatalf("card %d has lots %+v of %v", c, p.Lots, p.Points)
		}
	}
}

func (w *world) verify() {
	w.t.Helper()
	r, err := w.db.Verify(w.t.Context())
	w.must(err)
	if len(r.Findings) > 0 {
		w.fatalf("verify: %v", r.Findings)
	}
}

func (w *world) ask(spends bool) (key string, c int, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) {
	w.asked++
	key, c = fmt.Sprintf("2026-11-22/kassa1/%06d", w.asked), w.chance.IntN(modelCards)
	points := ledger.Points(1+w.chance.IntN(30)) * ledger.Unit
	if spends {
		req, decide = spend(key, card(c), points)
	} else {
		req, decide = award(key, card(c), points)
		decide = dating(decide, []ledger.Day{"", "2026-12-31", "2027-03-31"}[w.chance.IntN(3)])
	}
	return key, c, req, decide
}

func (w *world) post(spends bool) (known bool) {
	w.t.Helper()
	key, c, req, decide := w.ask(spends)
	posted, err := w.db.Post(w.t.Context(), req, decide)
	if err != nil {
		if w.disk == nil || !errors.Is(err, store.ErrUnknown) {
			w.fatalf("award: %v", err)
		}
		w.mem.facts[key] = fact{} // to be asked for
		w.unsure(key, c)
		return false
	}
	w.remember(key, c, posted.Record)
	return true
}

func (w *world) remember(key string, c int, r ledger.Sealed) {
	e := r.Head.Entries[0]
	w.mem.facts[key] = fact{e.Account, e.Points, e.Expires}
	if _, known := w.mem.cards[c]; !known {
		w.mem.cards[c] = e.Account
	}
}

func (w *world) sell()  { w.post(false) }
func (w *world) spend() { w.post(true) }

// unsure finds out, once the disk is back, what became of a request.
func (w *world) unsure(key string, c int) {
	delete(w.mem.facts, key)
	w.recover()
	r, found, err := w.db.Answer(w.t.Context(), key)
	w.must(err)
	if found {
		w.remember(key, c, r)
	}
}

func (w *world) askAgain() {
	if len(w.mem.facts) == 0 {
		return
	}
	key := slices.Sorted(maps.Keys(w.mem.facts))[w.chance.IntN(len(w.mem.facts))]
	f := w.mem.facts[key]
	req, decide := award(key, card(0), max(f.points, -f.points))
	posted, err := w.db.Post(w.t.Context(), req, decide)
	w.must(err)
	if e := posted.Record.Head.Entries[0]; !posted.Repeat || e.Account != f.account || e.Points != f.points {
		w.fatalf("%s asked again: repeat %v, %+v, want %+v", key, posted.Repeat, e, f)
	}
}

func (w *world) close() {
	w.must(w.db.CloseSetAsides(w.t.Context(), ledger.Calendar{}.Moment(start, true)))
}

// agree is a greeting: both sides find out how far the other is.
func (w *world) agree() bulletin.SyncState {
	w.t.Helper()
	for range 20 {
		s, err := w.db.SyncState(w.t.Context())
		w.must(err)
		if w.began {
			return s
		}
		have := w.o.branches[s.Branch]
		common := int64(0)
		for common < min(int64(len(have)), s.Tip.Seq) {
			h, err := w.db.HashAt(w.t.Context(), common+1)
			w.must(err)
			if h != have[common].Hash {
				break
			}
			common++
		}
		end := int64(len(have)) + w.o.foreign[s.Branch]
		if end > common {
			// The office has more, or something else: an older copy, or a fork.
			w.must(w.db.OpenBranch(w.t.Context(), common, "two copies went on"))
			continue
		}
		w.must(w.db.Rewind(w.t.Context(), common))
		after, err := w.db.SyncState(w.t.Context())
		w.must(err)
		w.began = after.Branch == s.Branch // else the next branch goes up now
	}
	w.fatalf("the office and the shop do not agree")
	return bulletin.SyncState{}
}

// bring sends a batch; the answer may be lost.
func (w *world) bring() {
	w.t.Helper()
	s := w.agree()
	if w.chance.IntN(2) == 0 {
		w.close()
		s = w.agree()
	}
	if s.Waiting() == 0 {
		return
	}
	b, err := w.db.Batch(w.t.Context(), s.Accepted+1, 0, 1+w.chance.IntN(8), 1<<20)
	w.must(err)
	w.must(w.db.BeginFlight(w.t.Context(), bulletin.Flight{Request: "r", First: b.First, Last: b.Last()}))
	records, tip, err := b.Records()
	w.must(err)
	have := w.o.branches[b.Branch]
	if b.First != int64(len(have))+1 {
		w.fatalf("the batch begins at %d, the office has %d", b.First, len(have))
	}
	w.o.branches[b.Branch] = append(have, records...)
	for _, r := range records {
		w.o.count(w, r)
	}
	if w.chance.IntN(4) == 0 {
		w.began = false // the answer was lost
		return
	}
	w.must(w.db.Acknowledge(w.t.Context(), bulletin.Acknowledgement{
		Terminal: b.Terminal, Branch: b.Branch, Accepted: tip.Seq, Head: tip.Hash, NextNonce: "n",
		OfficeTime: ledger.Stamp(start.UnixMilli()), Authority: bulletin.FullAuthority,
	}))
	if after, err := w.db.SyncState(w.t.Context()); err != nil || after.Branch != s.Branch {
		w.must(err)
		w.began = false
	}
}

func (w *world) applyOne() {
	if len(w.o.queue) == 0 {
		return
	}
	q := w.o.queue[0]
	w.o.queue = w.o.queue[1:]
	w.must(w.db.Apply(w.t.Context(), q.page))
	q.apply(&w.mem)
	if w.chance.IntN(5) == 0 {
		w.must(w.db.Apply(w.t.Context(), q.page)) // the answer was lost: the same page again
	}
}

// fork lets another copy write to the branch that goes up. What the office
// counts of it is another shop's as far as this one can tell. Copies from
// before are thrown away: what was issued again here they would issue again
// once more, which only the office can notice, by the receipt.
func (w *world) fork() {
	s := w.agree()
	if s.Waiting() == 0 || len(w.o.queue) > 0 {
		return
	}
	w.backups = nil
	w.o.foreign[s.Branch] += 1 + int64(w.chance.IntN(3))
	w.otherShop()
	w.began = false
	w.agree()
}

func (w *world) restart() {
	w.must(w.db.Close())
	w.open()
}

// powerCut sells until the power fails.
func (w *world) powerCut() {
	if w.disk == nil {
		return
	}
	w.disk.CutAfter(1 + w.chance.IntN(60))
	for !w.disk.Down() {
		if !w.post(w.chance.IntN(4) == 0) {
			return
		}
	}
	w.recover()
}

func (w *world) recover() {
	w.t.Helper()
	_ = w.db.Close() // the power is off
	w.disk.Recover()
	w.open()
}

// restore puts an older copy back.
func (w *world) restore() {
	if w.disk != nil {
		return
	}
	w.must(w.db.Close())
	if len(w.backups) == 0 || w.chance.IntN(3) > 0 {
		b := backup{filepath.Join(w.t.TempDir(), "copy.db"), w.mem.clone()}
		w.must(copyFile(w.cfg.Path, b.file))
		w.backups = append(w.backups, b)
		w.open()
		return
	}
	b := w.backups[w.chance.IntN(len(w.backups))]
	w.must(copyFile(b.file, w.cfg.Path))
	w.mem = b.mem.clone()
	w.o.queue = nil // the office goes on from the cursor it is shown
	w.open()
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// settle brings everything up and everything down.
func (w *world) settle() {
	w.t.Helper()
	for {
		w.began = false
		if s := w.agree(); s.Waiting() == 0 {
			break
		}
		w.bring()
	}
	w.stateAll(w.o.accounts())
	for len(w.o.queue) > 0 {
		w.applyOne()
	}
	w.check()
	w.verify()
	for c := range modelCards {
		group := w.mem.group(c)
		if len(group) != 1 {
			continue // whose lots paid whose debt is verify's to hold against the rows
		}
		h, err := w.db.Look(w.t.Context(), card(c))
		w.must(err)
		if got, want := h.In("points").All(), w.mem.told[group[0]].lots; !reflect.DeepEqual(got, want) {
			w.fatalf("card %d has lots %+v, and was told %+v", c, got, want)
		}
	}
	for key, f := range w.mem.facts {
		if w.o.counts[key] != f {
			w.fatalf("%s was acknowledged and the office counts %+v, want %+v", key, w.o.counts[key], f)
		}
	}
}

// Whatever happens in whatever order, a card shows what the office's last word
// and this shop's own requests come to, each once; and when all is told, the
// office counts every acknowledged request once.
func TestBalancesAreAlwaysTheLastWordAndOwnRecords(t *testing.T) {
	worlds := *worlds
	if testing.Short() {
		worlds = min(worlds, 8)
	}
	for _, crashes := range []bool{false, true} {
		t.Run(fmt.Sprintf("power cuts %v", crashes), func(t *testing.T) {
			began, steps, did := time.Now(), 0, make(map[string]int)
			for seed := range uint64(worlds) {
				w := newWorld(t, 1000+seed, crashes)
				for i := range 120 {
					w.step()
					steps++
					if i%20 == 0 {
						w.verify()
					}
				}
				w.settle()
				for name, n := range w.did {
					did[name] += n
				}
				w.must(w.db.Close())
				if w.disk != nil {
					w.disk.Close()
				}
			}
			t.Logf("seeds 1000 to %d: %d steps %v in %.1f s", 999+worlds, steps, did, time.Since(began).Seconds())
		})
	}
}
