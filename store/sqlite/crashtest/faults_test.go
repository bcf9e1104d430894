package crashtest_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
)

// Every change the disk is asked for fails, once or for good, with an I/O
// error or for want of space; after that the program either closes the
// database in good order or dies. Whatever the cashier was told must be true
// when it is opened again.
func TestEveryAnswerIsTrueWhicheverOperationFails(t *testing.T) {
	start := time.Now()
	points := 0
	var sum tally
	unknown, suspect := 0, 0
	for _, f := range []crashtest.Fault{
		{}, {Sticky: true}, {Full: true}, {Full: true, Sticky: true},
		{Kind: crashtest.Sync, Forget: true}, {Kind: crashtest.Sync, Forget: true, Sticky: true},
	} {
		for _, dies := range []bool{false, true} {
			for n := 1; ; n++ {
				w := newTill(uint64(n), sqlite.Full)
				f.After = n
				w.disk.Fail(f)
				u, s := w.faultyDay(t, dies)
				reached := w.disk.Failed() > 0
				w.disk.Close()
				if len(w.faults) > 0 {
					t.Fatalf("%+v, dies %t: %v: %v", f, dies, w.disk, w.faults)
				}
				sum.add(w.tally)
				unknown, suspect = unknown+u, suspect+s
				if !reached {
					break
				}
				points++
			}
		}
	}
	t.Logf("%d fault points in %.1f s: %v; %d answers unknown, %d times refused as suspect", points, time.Since(start).Seconds(), sum, unknown, suspect)
	if points < 1000 || unknown == 0 || suspect == 0 {
		t.Errorf("too little happened to prove anything")
	}
}

// faultyDay works on a disk with a fault and looks the next morning. It counts
// the answers that were unknown and those refused as suspect.
func (w *till) faultyDay(t *testing.T, dies bool) (unknown, suspect int) {
	t.Helper()
	o := sqlite.Options{Path: w.disk.Path("shop.db"), ApplicationID: 7, VFS: w.disk.VFS(), Exclusive: true}
	if db, err := sqlite.Open(t.Context(), o); err == nil {
		db.Migrate(t.Context(), schema) // its failure shows in every award
		for range 6 {
			err := w.award(t, db)
			var e *sqlite.CommitUnknownError
			switch {
			case errors.As(err, &e):
				unknown++
			case errors.Is(err, sqlite.ErrSuspect):
				suspect++
			}
			db.Checkpoint(t.Context(), false) // may fail like anything else
		}
		if dies {
			w.disk.Kill()
		}
		db.Close()
	}
	w.disk.Kill()
	w.disk.Recover() // the fault is gone
	w.open(t, func(*sqlite.DB) {})
	w.disk.Cut() // and what was found must now outlast anything
	w.disk.Recover()
	w.open(t, func(*sqlite.DB) {})
	return unknown, suspect
}

// A sync fails at COMMIT, and Linux drops what it could not write while every
// program still reads it. The process dies before it can do anything. Whoever
// opens the database then finds the award and calls it done; from that moment
// it must outlast a power cut.
func TestAnAwardFoundAfterReopeningOutlastsAPowerCut(t *testing.T) {
	kept, keptPlain, found := 0, 0, 0
	const seeds = 50
	for seed := range uint64(seeds) {
		w := newTill(seed, sqlite.Full)
		w.unknownThenDead(t)
		w.open(t, func(db *sqlite.DB) {
			if count(t, db) == 1 {
				found++
			}
			w.disk.Cut()
		})
		w.disk.Recover()
		w.open(t, func(db *sqlite.DB) { kept += count(t, db) })
		w.disk.Close()

		// The control: opened without the checkpoint, it is found and then lost.
		w = newTill(seed, sqlite.Full)
		w.unknownThenDead(t)
		w.disk.Recover()
		raw := plain(t, w.disk, "WAL", "FULL")
		if n := countPlain(t, raw); n != 1 {
			t.Fatalf("%v: found %d awards", w.disk, n)
		}
		w.disk.Cut()
		raw.Close()
		w.disk.Recover()
		raw = plain(t, w.disk, "WAL", "FULL")
		keptPlain += countPlain(t, raw)
		raw.Close()
		w.disk.Close()
	}
	t.Logf("seeds 0 to %d: found %d, kept %d after a power cut; opened carelessly, kept %d", seeds-1, found, kept, keptPlain)
	if found != seeds || kept != seeds {
		t.Errorf("found %d and kept %d of %d", found, kept, seeds)
	}
	if keptPlain != 0 {
		t.Errorf("the control kept %d of what no sync had written, so the test would not see it", keptPlain)
	}
}

// unknownThenDead leaves a disk on which the sync of one COMMIT failed.
func (w *till) unknownThenDead(t *testing.T) {
	t.Helper()
	w.open(t, func(db *sqlite.DB) {
		w.disk.Fail(crashtest.Fault{Kind: crashtest.Sync, After: 1, Forget: true})
		var unknown *sqlite.CommitUnknownError
		if err := w.award(t, db); !errors.As(err, &unknown) {
			t.Fatalf("%v: a failed sync was answered %v", w.disk, err)
		}
		w.disk.Kill()
	})
	w.disk.Recover()
}

func count(t *testing.T, db *sqlite.DB) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		row, _, err := tx.One("SELECT count(*) FROM ledger")
		n = int(row.Int64(0))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func countPlain(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM ledger").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
