package crashtest_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
)

// A till is the work of one shop on one disk, and what its cashiers were told.
type till struct {
	disk        *crashtest.Disk
	chance      *rand.Rand
	synchronous sqlite.Synchronous

	next   int64
	acked  map[int64]bool // told "done"
	never  map[int64]bool // told "not done"
	faults []string       // what must not be
	tally
}

// A tally is what a campaign prints.
type tally struct {
	cuts, recoveries, acked, lost, doubled, revived, damaged int

	nested, row, longest int // cuts during opening and recovery; how many in a row
}

func (a *tally) add(b tally) {
	a.cuts += b.cuts
	a.recoveries += b.recoveries
	a.nested += b.nested
	a.acked += b.acked
	a.lost += b.lost
	a.doubled += b.doubled
	a.revived += b.revived
	a.damaged += b.damaged
	a.longest = max(a.longest, b.longest)
}

func (a tally) String() string {
	return fmt.Sprintf("%d cuts (%d of them during opening and recovery, up to %d in a row), %d reopenings checked, %d acknowledged; lost %d, doubled %d, came back after a no %d, damaged %d",
		a.cuts, a.nested, a.longest, a.recoveries, a.acked, a.lost, a.doubled, a.revived, a.damaged)
}

var schema = fstest.MapFS{
	"0001_ledger.sql": {Data: []byte(`-- oldest reader: 1
CREATE TABLE ledger (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, account INTEGER NOT NULL, points INTEGER NOT NULL) STRICT;
CREATE TABLE balance (account INTEGER PRIMARY KEY, points INTEGER NOT NULL) STRICT;
`)},
	"0002_outbox.sql": {Data: []byte(`-- oldest reader: 1
CREATE TABLE outbox (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
`)},
}

// campaign cuts the power some times on each of some disks.
func campaign(t *testing.T, firstSeed uint64, disks, cuts int, sync sqlite.Synchronous) tally {
	t.Helper()
	start := time.Now()
	var sum tally
	for seed := firstSeed; seed < firstSeed+uint64(disks); seed++ {
		w := newTill(seed, sync)
		for range cuts {
			w.day(t)
		}
		w.disk.CutAfter(1 << 40)
		w.open(t, func(*sqlite.DB) {}) // the last morning
		w.disk.Close()
		sum.add(w.tally)
		if sync == sqlite.Full && len(w.faults) > 0 {
			t.Fatalf("%v: %v", w.disk, w.faults)
		}
	}
	seconds := time.Since(start).Seconds()
	t.Logf("seeds %d to %d: %v; %.1f s, %.0f cuts a second", firstSeed, firstSeed+uint64(disks)-1, sum, seconds, float64(sum.cuts)/seconds)
	return sum
}

func newTill(seed uint64, sync sqlite.Synchronous) *till {
	return &till{
		disk:        crashtest.NewDisk(seed),
		chance:      rand.New(rand.NewPCG(seed, 1)),
		synchronous: sync,
		acked:       make(map[int64]bool),
		never:       make(map[int64]bool),
	}
}

// day opens the database, works until the power fails, and brings it back. The
// power may fail while the database still recovers from the day before.
func (w *till) day(t *testing.T) {
	t.Helper()
	last := 300
	if w.chance.IntN(3) == 0 {
		last = 30 // most likely before it is open
	}
	w.disk.CutAfter(1 + w.chance.IntN(1+w.chance.IntN(last)))
	opened := w.open(t, func(db *sqlite.DB) {
		for !w.disk.Down() {
			err := w.award(t, db)
			if err == nil && w.chance.IntN(8) == 0 {
				err = db.Checkpoint(t.Context(), w.chance.IntN(2) == 0)
			}
			if err != nil && !w.disk.Down() {
				t.Fatalf("%v: refused while there was power: %v", w.disk, err)
			}
		}
	})
	w.cuts++
	if opened {
		w.row = 0
	} else {
		w.nested++
		w.row++
		w.longest = max(w.longest, w.row)
	}
	w.disk.Recover()
}

// open opens the database, checks what it finds, and runs work. It reports
// whether there was power that long.
func (w *till) open(t *testing.T, work func(*sqlite.DB)) bool {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Options{
		Path: w.disk.Path("shop.db"), ApplicationID: 7, VFS: w.disk.VFS(), Exclusive: true, Synchronous: w.synchronous,
	})
	if err == nil {
		defer db.Close()
		err = db.Migrate(t.Context(), schema)
	}
	switch {
	case w.disk.Down():
		return false
	case errors.Is(err, sqlite.ErrCorrupt):
		w.damaged++
		w.faults = append(w.faults, err.Error())
	case err != nil:
		t.Fatalf("%v: open: %v", w.disk, err)
	}
	w.check(t, db)
	work(db)
	return true
}

// award posts one award and notes what the cashier is told.
func (w *till) award(t *testing.T, db *sqlite.DB) error {
	t.Helper()
	w.next++
	id, account := w.next, int64(w.chance.IntN(5))
	err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
		tx.Exec("INSERT INTO ledger (id, key, account, points) VALUES (?, ?, ?, ?)", id, key(id), account, id%9)
		tx.Exec("INSERT INTO balance (account, points) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET points = points + ?2", account, id%9)
		tx.Exec("INSERT INTO outbox (id, payload) VALUES (?, ?)", id, make([]byte, 200+w.chance.IntN(3000)))
		return nil
	})
	var unknown *sqlite.CommitUnknownError
	switch {
	case err == nil:
		w.acked[id] = true
		w.tally.acked++
	case !errors.As(err, &unknown):
		w.never[id] = true
	}
	return err
}

func key(id int64) []byte { return fmt.Appendf(nil, "%016d", id) }

// check compares the database with what the cashiers were told.
func (w *till) check(t *testing.T, db *sqlite.DB) {
	t.Helper()
	w.recoveries++
	fault := func(counter *int, format string, args ...any) {
		*counter++
		w.faults = append(w.faults, fmt.Sprintf(format, args...))
	}
	if err := db.Check(t.Context(), false); err != nil {
		fault(&w.damaged, "%v", err)
	}
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		found := make(map[int64]int)
		sums := make(map[int64]int64)
		for rows := tx.Query("SELECT l.id, l.account, l.points, o.id IS NOT NULL FROM ledger l LEFT JOIN outbox o ON o.id = l.id"); rows.Next(); {
			found[rows.Int64(0)]++
			sums[rows.Int64(1)] += rows.Int64(2)
			if rows.Int64(3) == 0 {
				fault(&w.damaged, "award %d is not in the outbox", rows.Int64(0))
			}
		}
		for rows := tx.Query("SELECT account, points FROM balance"); rows.Next(); {
			if sums[rows.Int64(0)] != rows.Int64(1) {
				fault(&w.damaged, "balance of %d is %d, its rows say %d", rows.Int64(0), rows.Int64(1), sums[rows.Int64(0)])
			}
		}
		for id := range w.acked {
			if found[id] == 0 {
				fault(&w.lost, "award %d was acknowledged and is gone", id)
				delete(w.acked, id) // count it once
			}
		}
		for id, n := range found {
			if n > 1 || id > w.next {
				fault(&w.doubled, "award %d is there %d times", id, n)
			}
			if w.never[id] {
				fault(&w.revived, "award %d was refused and is there", id)
			}
			w.acked[id] = true // whoever asks now is told "done"
		}
		return nil
	})
	if err != nil {
		fault(&w.damaged, "read: %v", err)
	}
}

var (
	seed  = flag.Uint64("crashtest.seed", 1, "seed of the first disk")
	disks = flag.Int("crashtest.disks", 250, "how many disks to cut the power of, 20 times each")
)

func TestNothingAcknowledgedIsLostWhenThePowerFails(t *testing.T) {
	sum := campaign(t, *seed, *disks, 20, sqlite.Full)
	if sum.cuts < 2000 || sum.acked < sum.cuts || sum.nested < sum.cuts/50 || sum.longest < 3 {
		t.Errorf("too little happened to prove anything: %v", sum)
	}
}

// The negative control: the same campaign must see what NORMAL loses.
func TestSynchronousNormalLosesAndIsCaught(t *testing.T) {
	if sum := campaign(t, 1, 20, 20, sqlite.Normal); sum.lost == 0 {
		t.Errorf("a commit that waits for no disk lost nothing: the disk is not simulated well enough (%v)", sum)
	}
}
