package cmd_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// A simWorld is a chain of shops and its head office, with everything that can
// go wrong. One goroutine runs it, in a synctest bubble, and one seed decides
// all that is left to chance, so that a seed is a run.
type simWorld struct {
	t      testing.TB
	seed   uint64
	ctx    context.Context
	chance *rand.Rand // of the scheduler alone; every actor has its own
	began  time.Time
	folder string
	files  int
	spoil  simSpoil

	rules programme.Rules
	zone  *time.Location
	keys  []member.ChainKey

	office *simOffice
	shops  []*simPC // those that are there; copies after the originals
	made   int      // PCs ever, for their names
	model  *simModel

	events  []simEvent
	members int
	step    int
	story   []string // the last events in words
	digest  hash.Hash
	calm    bool // no faults any more
	sales   int  // keys of requests given
	counts  map[string]int
	lasted  time.Duration

	unnoticed bool // a copy went on with the mark of its original
	reused    bool // and nothing told that it was older, so that record numbers were used again
	older     bool // an older copy of a database was put back
	forgot    bool // head office was restored from a backup
}

// A simSpoil makes the world a wrong one, to see that it is noticed.
type simSpoil string

const (
	notSpoilt      simSpoil = ""
	countsTwice    simSpoil = "head office counts batches twice"
	ignoresHolds   simSpoil = "a desk does not see what other lanes hold"
	forgetsClaims  simSpoil = "a slip's first paper is not remembered before it is printed"
	simStoryLength          = 50
)

const simProgramme = `
version = 1
name = "Sparen"
currency = "EUR"
zone = "Europe/Amsterdam"
language = "nl"

[[wallet]]
name = "points"
units = { nl = ["punt", "punten"], en = ["point", "points"] }
expires = "2 days"

[[wallet]]
name = "stamps"
units = { nl = ["zegel", "zegels"], en = ["stamp", "stamps"] }

[[wallet]]
name = "cups"
units = { nl = ["kop", "koppen"], en = ["cup", "cups"] }
kind = "stamps"
expires = "1 day"

[[earn]]
name = "basis"
wallet = "points"
points = 1
per = "1.00"
rounding = "carry"

[[earn]]
name = "zegels"
wallet = "stamps"
points = 1
per = "5.00"
rounding = "floor"

[[earn]]
name = "koppen"
wallet = "cups"
counts = "units"
points = 1
per = 1
rounding = "floor"
lines = { categories = ["koffie"] }

[[earn]]
name = "groot"
wallet = "points"
counts = "order"
points = 3
per = 1
bonus = true
rounding = "floor"
if = { min_total = "20.00" }
caps = [{ points = 6, per = "day" }, { times = 40, per = "day", of = "terminal" }]

[[earn]]
name = "leden"
wallet = "points"
counts = "order"
points = 2
per = 1
bonus = true
rounding = "floor"
if = { clubs = ["plus"] }

[[earn]]
name = "welkom"
wallet = "points"
event = "enrolled"
counts = "order"
points = 25
per = 1
rounding = "floor"

[[ladder]]
name = "status"
on = "spend"
window = "2 days"
keeps = "1 day"

[[ladder.level]]
name = "zilver"
from = 60

[[ladder.level]]
name = "goud"
from = 150
multiply = "1.5"

[[club]]
name = "plus"
fee = { kinds = ["fee"] }
lasts = "2 days"

[[reward]]
name = "Elke 4e kop"
wallet = "cups"
points = 4
nth_free = true
lines = { categories = ["koffie"] }

[[reward]]
name = "Betalen met punten"
kind = "per-point"
wallet = "points"
points = 1
value = "0.01"
block = 5
minimum = 10
max_percent = 50

[[reward]]
name = "Kop koffie"
kind = "fixed"
wallet = "stamps"
points = 5
max_points = 10

[[card]]
name = "klantenkaart"
class = "gtin"
prefixes = ["29"]

[limits]
goodwill = 100

[[consent]]
name = "terms"
version = 1
required = true
wording = { nl = "Ik doe mee.", en = "I take part." }

[phone]
country = "31"

[bearer]
days = 14

[slip]
header = ["WINKEL"]
footer = ["EINDE"]
`

// newSimWorld opens head office and three shops, one of them with two lanes.
func newSimWorld(t testing.TB, seed uint64, folder string, spoil simSpoil) *simWorld {
	w := &simWorld{
		t: t, seed: seed, ctx: context.Background(), chance: rand.New(rand.NewPCG(seed, 0x5e9e1)), began: time.Now(), folder: folder,
		spoil: spoil, digest: sha256.New(), counts: make(map[string]int),
	}
	w.members = 12
	if seed%5 == 0 || spoil == ignoresHolds { // who often stand at two lanes at once
		w.members = 3
	}
	var err error
	if w.rules, err = file.Parse([]byte(simProgramme)); err != nil {
		t.Fatal(err)
	}
	if w.zone, err = time.LoadLocation(w.rules.Zone); err != nil {
		t.Fatal(err)
	}
	w.keys = []member.ChainKey{cardKey}
	w.model = newSimModel(w)
	policy := grant.DefaultPolicy
	policy.Hours = []int64{1, 8, 72}[w.chance.IntN(3)]
	w.office = newSimOffice(w, policy)
	for i := range 3 {
		lanes := 1
		if i == int(seed%3) {
			lanes = 2
		}
		// One of them on real files, the others on disks whose power can fail.
		w.join(w.newPC(lanes, i != int(seed/3%3)))
	}
	w.shops[w.chance.IntN(3)].pulled = true
	w.events = w.allEvents()
	return w
}

// close ends what still runs; the bubble waits for it.
func (w *simWorld) close() {
	for _, p := range w.shops {
		p.stop()
	}
	w.office.close()
}

// path is a fresh name in the world's folder.
func (w *simWorld) path(name string) string {
	w.files++
	return filepath.Join(w.folder, fmt.Sprintf("%03d-%s", w.files, name))
}

// say notes an event in words: for people, and for the trace that two runs of
// a seed are compared by.
func (w *simWorld) say(format string, args ...any) {
	line := fmt.Sprintf("%4d %9s  ", w.step, time.Since(w.began).Round(time.Second)) + fmt.Sprintf(format, args...)
	fmt.Fprintln(w.digest, line)
	if w.story = append(w.story, line); len(w.story) > 2*simStoryLength {
		w.story = append(w.story[:0:0], w.story[simStoryLength:]...)
	}
	if *simSeed != 0 {
		fmt.Println(line)
	}
}

// A simFailure ends a run that went wrong.
type simFailure struct{ text string }

// fail ends the run: an invariant does not hold.
func (w *simWorld) fail(format string, args ...any) {
	panic(simFailure{fmt.Sprintf(format, args...)})
}

func (w *simWorld) must(err error, doing string) {
	if err != nil {
		w.fail("%s: %v", doing, err)
	}
}

// explain is what a failed run tells: how to see it again, and what led to it.
func (w *simWorld) explain(f simFailure) string {
	story := w.story[max(0, len(w.story)-simStoryLength):]
	return fmt.Sprintf("seed %d, step %d: %s\nsee it again: go test ./cmd -run 'TestSimulation$' -sim.seed=%d -sim.steps=%d\n%s",
		w.seed, w.step, f.text, w.seed, *simSteps, strings.Join(story, "\n"))
}

// A simEvent is something that may happen next.
type simEvent struct {
	name   string
	weight float64
	do     func()
}

// run takes steps, then lets everything drain and holds all against the model.
func (w *simWorld) run(steps int) (failed *simFailure) {
	defer func() {
		if caught := recover(); caught != nil {
			f, ours := caught.(simFailure)
			if !ours {
				panic(caught)
			}
			failed = &f
		}
	}()
	total := 0.0
	for _, e := range w.events {
		total += e.weight
	}
	for w.step = 1; w.step <= steps; w.step++ {
		at := w.chance.Float64() * total
		for _, e := range w.events {
			if at -= e.weight; at < 0 {
				w.counts[e.name]++
				e.do()
				break
			}
		}
		time.Sleep(time.Duration(1+w.chance.IntN(40)) * time.Second)
		if w.step%250 == 0 {
			w.checkAll()
		}
	}
	w.drain()
	w.checkEnd()
	w.lasted = time.Since(w.began)
	return nil
}

// trace is what two runs of one seed must have alike.
func (w *simWorld) trace() string { return hex.EncodeToString(w.digest.Sum(nil)) }

// oneOf is one of the PCs.
func (w *simWorld) oneOf() *simPC { return w.shops[w.chance.IntN(len(w.shops))] }

func (w *simWorld) maybe(percent int) bool { return w.chance.IntN(100) < percent }

// simCard is a member's card: an EAN-13 that a shop gives out itself.
func simCard(member int) string {
	digits := fmt.Sprintf("29%010d", 4_000_000+member)
	sum := 0
	for i, d := range digits {
		n := int(d - '0')
		if i%2 == 1 {
			n *= 3
		}
		sum += n
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}

func simPhone(member int) string { return fmt.Sprintf("06%08d", 10_000_000+member) }

// simFolder is where a run's files are: in memory where the system has a place
// for that, because the simulation has its own ideas of what a disk forgets.
func simFolder(t testing.TB) string {
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		if dir, err := os.MkdirTemp(memory, "zegel-sim-"); err == nil {
			t.Cleanup(func() {
				if err := os.RemoveAll(dir); err != nil {
					t.Error(err)
				}
			})
			return dir
		}
	}
	return t.TempDir()
}
