package crashtest_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"

	"zegel/store/sqlite/crashtest"
)

// The model is right when it loses what real disks lose. What SQLite's journal
// modes are worth at a power cut is known from real cuts on ext4 and xfs; here
// they go through database/sql, since our own package offers none of them.
func TestTheDiskLosesWhatRealDisksLose(t *testing.T) {
	for _, c := range []struct {
		mode, synchronous string
		loses             bool
		why               string
	}{
		{"WAL", "NORMAL", true, "a commit waits for no sync"},
		{"WAL", "FULL", false, ""},
		{"DELETE", "NORMAL", true, "the journal's removal is not synced"},
		{"DELETE", "FULL", true, "the journal's removal is not synced, and a journal that comes back rolls the commit back"},
		{"DELETE", "EXTRA", false, ""},
		{"TRUNCATE", "FULL", false, ""},
	} {
		t.Run(c.mode+" "+c.synchronous, func(t *testing.T) {
			const seeds = 400
			lost := 0
			for seed := range uint64(seeds) {
				lost += lostAtOneCut(t, seed, c.mode, c.synchronous)
			}
			t.Logf("seeds 0 to %d, one cut each: %d acknowledged rows lost", seeds-1, lost)
			if (lost > 0) != c.loses {
				t.Errorf("lost %d rows, losing expected: %t %s", lost, c.loses, c.why)
			}
		})
	}
}

// lostAtOneCut inserts rows until the power fails and returns how many of the
// acknowledged ones are gone afterwards.
func lostAtOneCut(t *testing.T, seed uint64, mode, synchronous string) (lost int) {
	t.Helper()
	disk := crashtest.NewDisk(seed)
	defer disk.Close()
	db := plain(t, disk, mode, synchronous)
	if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, filler BLOB) STRICT"); err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(seed, 2))
	disk.CutAfter(1 + chance.IntN(80))
	acked := 0
	for id := 1; ; id++ {
		if _, err := db.Exec("INSERT INTO t (id, filler) VALUES (?, ?)", id, make([]byte, chance.IntN(2000))); err != nil {
			break
		}
		acked = id
	}
	db.Close() // the power is off
	disk.Recover()

	db = plain(t, disk, mode, synchronous)
	defer db.Close()
	var found int
	// A damaged file has lost everything.
	if err := db.QueryRow("SELECT count(*) FROM t WHERE id <= ?", acked).Scan(&found); err != nil {
		return acked
	}
	return acked - found
}

// plain opens the database with a journal mode of choice.
func plain(t *testing.T, disk *crashtest.Disk, mode, synchronous string) *sql.DB {
	t.Helper()
	locking := "NORMAL" // under EXCLUSIVE a journal is never removed
	if mode == "WAL" {
		locking = "EXCLUSIVE" // the disk has no shared memory
	}
	db, err := sql.Open("sqlite3", "file:"+disk.Path("shop.db")+"?_locking_mode="+locking+"&_sync="+synchronous+"&vfs="+disk.VFS())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	var got string
	if err := db.QueryRow("PRAGMA journal_mode = " + mode).Scan(&got); err != nil {
		t.Fatal(fmt.Errorf("%v: %w", disk, err))
	}
	return db
}
