package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Money moves between two accounts all the while; no copy may ever hold it in
// both or in neither.
func TestABackupIsOneMomentOfADatabaseAtWork(t *testing.T) {
	for _, o := range []Options{{}, {Exclusive: true}} {
		folder := t.TempDir()
		db := openAt(t, filepath.Join(folder, "shop.db"), o)
		mustWrite(t, db, func(tx *Tx) error {
			tx.script("CREATE TABLE account (id INTEGER PRIMARY KEY, points INTEGER NOT NULL) STRICT; CREATE TABLE filler (b BLOB) STRICT")
			tx.script("INSERT INTO account VALUES (1, 1000000), (2, 0)")
			for range 300 {
				tx.Exec("INSERT INTO filler VALUES (?)", make([]byte, 4000))
			}
			return nil
		})
		stop, stopped := make(chan struct{}), make(chan int)
		go func() {
			n := 0
			for ; ; n++ {
				select {
				case <-stop:
					stopped <- n
					return
				default:
				}
				err := db.Write(t.Context(), func(tx *Tx) error {
					tx.Exec("UPDATE account SET points = points - 1 WHERE id = 1")
					_, err := tx.Exec("UPDATE account SET points = points + 1 WHERE id = 2")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		}()
		var last int64
		for i := range 10 {
			path := filepath.Join(folder, "copy.db")
			if err := db.Backup(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			last = inspectCopy(t, path, last)
			if err := os.Rename(path, filepath.Join(folder, string(rune('a'+i))+".db")); err != nil {
				t.Fatal(err)
			}
		}
		close(stop)
		if n := <-stopped; n < 10 || last == 0 {
			t.Errorf("exclusive %t: %d transfers while copying, the last copy has %d: nothing was going on", o.Exclusive, n, last)
		}
	}
}

// inspectCopy checks one copy and returns how far it has come.
func inspectCopy(t *testing.T, path string, before int64) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v %v", info.Mode(), err)
	}
	// From a folder where nothing can be made beside it.
	alone := filepath.Join(t.TempDir(), "alone.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(alone, b, 0o400); err != nil {
		t.Fatal(err)
	}
	db := openAt(t, alone, Options{ReadOnly: true})
	defer db.Close()
	if err := db.Check(t.Context(), false); err != nil {
		t.Error(err)
	}
	if n := number(t, db, "SELECT sum(points) FROM account"); n != 1000000 {
		t.Errorf("the copy holds %d points", n)
	}
	n := number(t, db, "SELECT points FROM account WHERE id = 2")
	if n < before {
		t.Errorf("a later copy is older: %d after %d", n, before)
	}
	if found, _ := filepath.Glob(alone + "-*"); len(found) > 0 {
		t.Errorf("looking at a copy left %v", found)
	}
	return n
}

func TestABackupNeverOverwritesAndLeavesNothingBehind(t *testing.T) {
	db := openWithTable(t)
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken.db")
	if err := os.WriteFile(taken, []byte("an older copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), taken); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	if b, _ := os.ReadFile(taken); string(b) != "an older copy" {
		t.Errorf("the older copy is %q now", b)
	}
	if err := db.Backup(t.Context(), filepath.Join(folder, "nowhere", "copy.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	mustWrite(t, db, func(tx *Tx) error { return nil }) // the database itself is well
}

func TestPublishGivesANameOnlyOnce(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "name")
	for i, want := range []error{nil, os.ErrExist} {
		temp := filepath.Join(folder, "temp")
		if err := os.WriteFile(temp, []byte{byte(i)}, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := publish(temp, name); !errors.Is(err, want) {
			t.Errorf("round %d: %v", i, err)
		}
	}
	if b, err := os.ReadFile(name); err != nil || b[0] != 0 {
		t.Errorf("the first was replaced: %v %v", b, err)
	}
}

func TestACopyCanBeOpenedForWork(t *testing.T) {
	db := openWithTable(t)
	if err := add(db, t); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	start := time.Now()
	if err := db.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	t.Logf("backup took %v", time.Since(start))
	restored := openAt(t, path, Options{})
	if err := add(restored, t); err != nil {
		t.Fatal(err)
	}
	if a, b := number(t, db, "SELECT count(*) FROM t"), number(t, restored, "SELECT count(*) FROM t"); a != 1 || b != 2 {
		t.Errorf("%d rows in the original, %d in the copy", a, b)
	}
}
