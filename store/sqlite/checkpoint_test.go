package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func autoCheckpointOf(t *testing.T, db *DB) int64 {
	t.Helper()
	c := <-db.writers
	defer func() { db.writers <- c }()
	n, err := c.number("PRAGMA wal_autocheckpoint")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCheckpointsEmptyTheLog(t *testing.T) {
	for _, o := range []Options{{}, {Exclusive: true}} {
		db := openAt(t, filepath.Join(t.TempDir(), "shop.db"), o)
		mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
		for range 20 {
			if err := add(db, t); err != nil {
				t.Fatal(err)
			}
		}
		before, err := db.WALBytes()
		if err != nil || before < 20*4096 {
			t.Errorf("log of %d bytes, %v", before, err)
		}
		if err := db.Checkpoint(t.Context(), false); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(db.path); err != nil || info.Size() < 10*4096 {
			t.Errorf("the file was not brought up to date: %d bytes, %v", info.Size(), err)
		}
		if err := db.Checkpoint(t.Context(), true); err != nil {
			t.Error(err)
		}
		if after, err := db.WALBytes(); after != 0 || err != nil {
			t.Errorf("log of %d bytes after truncating, %v", after, err)
		}
		if err := add(db, t); err != nil {
			t.Errorf("write after truncating: %v", err)
		}
	}
}

func TestATruncatingCheckpointGivesUpOnALongReader(t *testing.T) {
	db := openWithTable(t)
	err := db.Read(t.Context(), func(tx *Tx) error {
		tx.One("SELECT count(*) FROM t")
		if err := add(db, t); err != nil {
			t.Error(err)
		}
		if err := db.Checkpoint(t.Context(), true); !errors.Is(err, ErrBusy) {
			t.Errorf("truncate under a reader: %v", err)
		}
		if err := db.Checkpoint(t.Context(), false); err != nil {
			t.Errorf("passive under a reader: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := db.Checkpoint(t.Context(), true); err != nil {
		t.Errorf("after the reader: %v", err)
	}
}

func TestRunCheckpointsTakesThemOffTheCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openWithTable(t)
		if n := autoCheckpointOf(t, db); n != autoCheckpoint {
			t.Errorf("a commit checkpoints after %d pages before", n)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error)
		go func() { ran <- db.RunCheckpoints(ctx, time.Minute) }()
		synctest.Wait()
		if n := autoCheckpointOf(t, db); n != journalBytes/4096 {
			t.Errorf("a commit checkpoints after %d pages while it runs", n)
		}
		for range 20 {
			if err := add(db, t); err != nil {
				t.Fatal(err)
			}
		}
		size := func() int64 {
			info, err := os.Stat(db.path)
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		before := size()
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		if after := size(); after <= before {
			t.Errorf("the file was not brought up to date: %d bytes, then %d", before, after)
		}
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if n := autoCheckpointOf(t, db); n != autoCheckpoint {
			t.Errorf("a commit checkpoints after %d pages afterwards", n)
		}
	})
}

// BenchmarkAwardsAtATillsPace posts awards one by one with pauses, first with
// the checkpoints in the commits, then with RunCheckpoints, and reports what a
// cashier waits in each.
func BenchmarkAwardsAtATillsPace(b *testing.B) {
	const pace = 2 * time.Millisecond
	award := func(db *DB, i int) time.Duration {
		start := time.Now()
		err := db.Write(b.Context(), func(tx *Tx) error {
			tx.Exec(benchLedger, i, int64(25), "till-01/2026-11-22/0001234")
			tx.Exec(benchBalance, i*7919%5000, int64(25))
			_, err := tx.Exec(benchOutbox, make([]byte, 200))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	for _, c := range []struct {
		name  string
		apart bool
	}{{"in-the-commit", false}, {"apart", true}} {
		b.Run(c.name, func(b *testing.B) {
			db := openAt(b, filepath.Join(b.TempDir(), "shop.db"), Options{})
			mustWrite(b, db, func(tx *Tx) error { return tx.script(benchSchema) })
			ctx, cancel := context.WithCancel(b.Context())
			ran := make(chan error, 1)
			if c.apart {
				go func() { ran <- db.RunCheckpoints(ctx, 100*time.Millisecond) }()
			} else {
				ran <- nil
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				time.Sleep(pace)
				took = append(took, award(db, i))
			}
			cancel()
			if err := <-ran; err != nil {
				b.Error(err)
			}
			slices.Sort(took)
			at := func(q float64) float64 {
				return float64(took[int(float64(len(took)-1)*q)].Nanoseconds()) / 1000
			}
			b.ReportMetric(at(0.5), "p50-µs")
			b.ReportMetric(at(0.99), "p99-µs")
			b.ReportMetric(at(0.999), "p99.9-µs")
			b.ReportMetric(at(1), "max-µs")
		})
	}
}
