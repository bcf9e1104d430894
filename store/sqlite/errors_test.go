package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zegel/store/sqlite/crashtest"
)

func TestWhatEachResultCodeMeans(t *testing.T) {
	for _, c := range []struct {
		name   string
		code   int
		errno  syscall.Errno
		kind   error
		broken bool
	}{
		{"busy", 5, 0, ErrBusy, false},
		{"busy in recovery", 261, 0, ErrBusy, false},
		{"busy snapshot", 517, 0, ErrBusy, false},
		{"lock protocol", 15, 0, ErrBusy, false},
		{"full", 13, 0, ErrFull, true},
		{"write, quota used up", 778, syscall.EDQUOT, ErrFull, true},
		{"write, file size limit", 778, syscall.EFBIG, ErrFull, true},
		{"write, no space", 778, syscall.ENOSPC, ErrFull, true},
		{"shared memory, no space", 4874, syscall.ENOSPC, ErrFull, true},
		{"write", 778, syscall.EIO, ErrIO, true},
		{"sync", 1034, 0, ErrIO, true},
		{"read", 266, syscall.EIO, ErrIO, true},
		{"cannot open", 14, syscall.EMFILE, ErrIO, true},
		{"no memory", 7, 0, ErrIO, true},
		{"corrupt", 11, 0, ErrCorrupt, true},
		{"corrupt index", 779, 0, ErrCorrupt, true},
		{"not a database", 26, 0, ErrCorrupt, true},
		{"read-only", 8, 0, ErrReadOnly, false},
		{"moved", 1032, 0, ErrMoved, true},
		{"unique", 2067, 0, ErrUnique, false},
		{"primary key", 1555, 0, ErrUnique, false},
		{"row id", 2579, 0, ErrUnique, false},
		{"check", 275, 0, ErrConstraint, false},
		{"foreign key", 787, 0, ErrConstraint, false},
		{"data type", 3091, 0, ErrConstraint, false},
		{"SQL", 1, 0, nil, false},
		{"too big", 18, 0, nil, false},
		{"mismatch", 20, 0, nil, false},
	} {
		if kind, broken := classify(c.code, c.errno); kind != c.kind || broken != c.broken {
			t.Errorf("%s (%d): %v, broken %t", c.name, c.code, kind, broken)
		}
	}
}

func add(db *DB, t *testing.T) error {
	return db.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO t (data) VALUES (?)", make([]byte, 2000))
		return err
	})
}

// refusesUntilReopened checks that a broken database answers nothing more.
func refusesUntilReopened(t *testing.T, db *DB) {
	t.Helper()
	for name, err := range map[string]error{
		"Write": add(db, t), "Read": db.Read(t.Context(), func(*Tx) error { return nil }), "Checkpoint": db.Checkpoint(t.Context(), false),
		"Backup": db.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")), "Err": db.Err(),
	} {
		var unknown *CommitUnknownError
		if !errors.Is(err, ErrSuspect) {
			t.Errorf("%s on a suspect database: %v", name, err)
		}
		if errors.As(err, &unknown) {
			t.Errorf("%s was surely not done, and yet: %v", name, err)
		}
	}
}

func TestAFullDatabaseRefusesAndKeepsWhatItHas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, Options{MaxPages: 20})
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	done, err := 0, error(nil)
	for ; err == nil; done++ {
		err = add(db, t)
	}
	done--
	if !errors.Is(err, ErrFull) || done < 10 {
		t.Errorf("after %d: %v", done, err)
	}
	var unknown *CommitUnknownError
	if errors.As(err, &unknown) {
		t.Errorf("failed before COMMIT, so nothing is unknown: %v", err)
	}
	refusesUntilReopened(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, path, Options{})
	if n := number(t, db, "SELECT count(*) FROM t"); n != int64(done) {
		t.Errorf("%d acknowledged, %d there", done, n)
	}
	if err := add(db, t); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

func TestALockHeldByAnotherProgramIsBusyAndHarmless(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db, other := openAt(t, path, Options{}), openAt(t, path, Options{})
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	c := <-db.writers
	if err := c.script("PRAGMA busy_timeout = 20"); err != nil { // five seconds are long in a test
		t.Fatal(err)
	}
	db.writers <- c
	mustWrite(t, other, func(tx *Tx) error {
		if err := add(db, t); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err := add(db, t); err != nil {
		t.Errorf("once the lock is gone: %v", err)
	}
}

// Read first and write later is how awards are decided; under a lock taken only
// at the write, that would fail whenever somebody wrote in between.
func TestAWriteHoldsTheLockFromItsBeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db, other := openAt(t, path, Options{}), openAt(t, path, Options{})
	c := <-other.writers
	if err := c.script("PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	other.writers <- c
	mustWrite(t, db, func(tx *Tx) error {
		if err := other.Write(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, ErrBusy) {
			t.Errorf("before the first statement: %v", err)
		}
		return nil
	})
}

func TestADamagedFileIsNoticedAndNoLongerUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, Options{})
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	for range 50 {
		if err := add(db, t); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Check(t.Context(), false); err != nil {
		t.Errorf("a sound database: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, path, 4096*2, 4096*20)

	db = openAt(t, path, Options{ReadOnly: true})
	if err := db.Check(t.Context(), true); !errors.Is(err, ErrCorrupt) {
		t.Errorf("check: %v", err)
	}
	db = openAt(t, path, Options{})
	err := db.Read(t.Context(), func(tx *Tx) error {
		for rows := tx.Query("SELECT data FROM t"); rows.Next(); {
		}
		return nil // ignored by the caller, not by us
	})
	if !errors.Is(err, ErrCorrupt) {
		t.Errorf("read: %v", err)
	}
	refusesUntilReopened(t, db)

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, path, 0, 100)
	if _, err := Open(t.Context(), Options{Path: path, ApplicationID: testID}); !errors.Is(err, ErrCorrupt) || !errors.Is(err, ErrForeign) {
		t.Errorf("a file without SQLite's head: %v", err)
	}
}

// damage overwrites part of a file.
func damage(t *testing.T, path string, from, to int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[from:to], strings.Repeat("damage ", to))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFailedSyncAtCommitIsUnknown(t *testing.T) {
	disk := crashtest.NewDisk(1)
	defer disk.Close()
	o := Options{Path: disk.Path("shop.db"), VFS: disk.VFS(), Exclusive: true}
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx *Tx) error { return tx.script(testSchema) }); err != nil {
		t.Fatal(err)
	}
	disk.Fail(crashtest.Fault{Kind: crashtest.Sync, After: 1})
	err = add(db, t)
	var unknown *CommitUnknownError
	if !errors.As(err, &unknown) || !errors.Is(err, ErrIO) {
		t.Errorf("got %v", err)
	}
	refusesUntilReopened(t, db)
	if err := db.Close(); err != nil {
		t.Error(err)
	}

	db, err = Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	t.Logf("%d rows after reopening", number(t, db, "SELECT count(*) FROM t")) // either is true
	if err := add(db, t); err != nil {
		t.Errorf("reopened: %v", err)
	}
}

func TestATransactionEndedBehindOurBackIsUnknown(t *testing.T) {
	db := openWithTable(t)
	err := db.Write(t.Context(), func(tx *Tx) error {
		tx.Exec("INSERT INTO t (n) VALUES (1)")
		return tx.script("COMMIT") // as a careless migration might
	})
	var unknown *CommitUnknownError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "no longer open") {
		t.Errorf("got %v", err)
	}
	refusesUntilReopened(t, db)
}

func TestAFileMovedWhileOpenTakesNoMoreWrites(t *testing.T) {
	for name, move := range map[string]func(t *testing.T, path string) (back func()){
		"renamed": func(t *testing.T, path string) func() {
			rename(t, path, path+".old")
			return func() { rename(t, path+".old", path) }
		},
		"replaced by a copy": func(t *testing.T, path string) func() {
			rename(t, path, path+".old")
			if err := os.WriteFile(path, []byte("yesterday's copy"), 0o600); err != nil {
				t.Fatal(err)
			}
			return func() { rename(t, path+".old", path) }
		},
		"write-ahead log tidied away": func(t *testing.T, path string) func() {
			rename(t, path+"-wal", path+"-wal.old")
			return func() { rename(t, path+"-wal.old", path+"-wal") }
		},
		"folder renamed": func(t *testing.T, path string) func() {
			folder := filepath.Dir(path)
			rename(t, folder, folder+".old")
			return func() { rename(t, folder+".old", folder) }
		},
	} {
		for _, exclusive := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "data", "shop.db")
				if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				db := openAt(t, path, Options{Exclusive: exclusive})
				mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
				back := move(t, path)
				if err := add(db, t); !errors.Is(err, ErrMoved) {
					t.Errorf("got %v", err)
				}
				back()
				if err := add(db, t); err != nil {
					t.Errorf("after it was put back: %v", err)
				}
				if n := number(t, db, "SELECT count(*) FROM t"); n != 1 {
					t.Errorf("%d rows", n)
				}
			})
		}
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
