package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zegel/store/sqlite/crashtest"
)

func TestANewDatabaseIsItsOwnersAlone(t *testing.T) {
	folder := t.TempDir()
	db := openAt(t, filepath.Join(folder, "shop.db"), Options{})
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != "shop.db shop.db-shm shop.db-wal" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	for _, name := range []string{
		"shop.db", "with space.db", "per%20cent.db", "quest?ion.db", "ha#sh.db", "käse & co;=.db", "a+b.db",
	} {
		path := filepath.Join(t.TempDir(), name)
		for _, o := range []Options{{}, {Exclusive: true}, {Readers: 5}} {
			o.Path, o.ApplicationID = path, testID
			db, err := Open(t.Context(), o)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			err = db.Write(t.Context(), func(tx *Tx) error {
				return tx.script("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY) STRICT; INSERT INTO t DEFAULT VALUES")
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		db := openAt(t, path, Options{ReadOnly: true})
		if n := number(t, db, "SELECT count(*) FROM t"); n != 3 {
			t.Errorf("%s: %d rows", name, n)
		}
	}
}

// Files that are not ours are refused and not changed by a byte.
func TestWhatIsNotOursIsRefusedAndLeftAlone(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	write := func(name, content string) {
		if err := os.WriteFile(at(name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	foreign := func(name string, id int32) {
		db, err := Open(t.Context(), Options{Path: at(name), ApplicationID: id})
		must(err)
		must(db.Write(t.Context(), func(tx *Tx) error { return tx.script(testSchema) }))
		must(db.Close())
	}
	foreign("other.db", 99)
	foreign("nobody.db", 0)
	foreign("ours.db", testID)
	c, err := dial(fileURL(at("rollback.db"), map[string][]string{"_journal_mode": {"DELETE"}}))
	must(err)
	must(c.script("PRAGMA application_id = 5; CREATE TABLE x (y)"))
	must(c.close())
	write("text.db", strings.Repeat("Dear diary, ", 1000))
	write("short.db", "SQLite format 3")
	write("empty.db", "")
	write("orphan.db-wal", "left over")
	must(os.Mkdir(at("folder.db"), 0o700))
	must(os.Symlink(at("ours.db"), at("link.db")))
	foreign("twice.db", testID)
	must(os.Link(at("twice.db"), at("second name.db")))
	looked, err := Open(t.Context(), Options{Path: at("twice.db"), ApplicationID: testID, ReadOnly: true})
	must(err) // to look at a copy kept under several names is no risk
	must(looked.Close())

	for name, want := range map[string]error{
		"other.db": ErrForeign, "nobody.db": ErrForeign, "rollback.db": ErrForeign, "text.db": ErrForeign, "short.db": ErrForeign,
		"empty.db": ErrForeign, "folder.db": ErrForeign, "link.db": ErrForeign, "twice.db": ErrForeign, "second name.db": ErrForeign,
		"orphan.db": ErrForeign, "missing/shop.db": os.ErrNotExist,
	} {
		before, _ := os.ReadFile(at(name))
		for _, o := range []Options{{}, {Exclusive: true}} {
			o.Path, o.ApplicationID = at(name), testID
			db, err := Open(t.Context(), o)
			if err == nil {
				db.Close()
			}
			if !errors.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after, _ := os.ReadFile(at(name)); string(before) != string(after) {
			t.Errorf("%s was changed", name)
		}
	}
	if _, err := os.Lstat(at("orphan.db")); err == nil {
		t.Error("a new database was begun beside an old write-ahead log")
	}
	if _, err := Open(t.Context(), Options{Path: at("new.db"), ApplicationID: testID, ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("read-only, nothing there: %v", err)
	}
	for _, leftover := range []string{"*.part-*", "*-journal", "other.db-wal", "rollback.db-wal"} {
		if found, _ := filepath.Glob(at(leftover)); len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
	}
}

func TestOptionsThatCannotBeKeptAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	for name, o := range map[string]Options{
		"no path":                 {},
		"NORMAL on a real disk":   {Path: path, Synchronous: Normal},
		"read-only and exclusive": {Path: path, ReadOnly: true, Exclusive: true},
		"unknown VFS":             {Path: path, VFS: "nowhere"},
	} {
		if db, err := Open(t.Context(), o); err == nil {
			db.Close()
			t.Errorf("%s: opened", name)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ended, Options{Path: path}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context over from the start: %v", err)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("a database was made all the same")
	}
}

// A file system without shared memory leaves the journal mode at "delete" and
// says nothing.
func TestASettingThatDoesNotHoldIsRefused(t *testing.T) {
	disk := crashtest.NewDisk(1)
	defer disk.Close()
	_, err := Open(t.Context(), Options{Path: disk.Path("shop.db"), VFS: disk.VFS()})
	if err == nil || !strings.Contains(err.Error(), "journal_mode") {
		t.Errorf("got %v", err)
	}
}

func TestEverySettingIsReadBackOnEveryConnection(t *testing.T) {
	db := openNew(t)
	roles := map[role]pool{writing: db.writers, reading: db.readers, checkpointing: db.checkpointers}
	for r, p := range roles {
		for range cap(p) {
			c := <-p
			defer func() { p <- c }()
			list := db.o.settings(r)
			if err := c.verify(list); err != nil {
				t.Errorf("role %d: %v", r, err)
			}
			for _, s := range list {
				wrong := map[string]string{
					"locking_mode": "EXCLUSIVE", "synchronous": "1", "secure_delete": "FAST", "busy_timeout": "1", "mmap_size": "65536",
					"temp_store": "1", "journal_size_limit": "1", "wal_autocheckpoint": "7", "journal_mode": "",
				}
				value, special := wrong[s.Name]
				if !special {
					value = choose(s.Want == "0", "1", "0")
				}
				if value == "" {
					continue // cannot be changed while others have the file open
				}
				if err := c.script("PRAGMA " + s.Name + " = " + value); err != nil {
					t.Fatal(err)
				}
				if err := c.verify(list); err == nil || !strings.Contains(err.Error(), s.Name) {
					t.Errorf("role %d: %s = %s went unnoticed: %v", r, s.Name, value, err)
				}
				if err := c.script("PRAGMA " + s.Name + " = " + s.Want); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.verify(list); err != nil {
				t.Errorf("role %d, put back: %v", r, err)
			}
		}
	}
}

func TestFactsForTheOperator(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, Options{MaxPages: 5000})
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	for name, db := range map[string]*DB{"the writer": db, "a second look": openAt(t, path, Options{ReadOnly: true})} {
		f, err := db.Facts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f.Path != path || f.PageSize != 4096 || f.Pages < 4 || f.WALBytes == 0 || f.ApplicationID != testID || f.SourceID == "" || len(f.Options) < 5 {
			t.Errorf("%s: %+v", name, f)
		}
		for _, s := range f.Settings {
			if s.Value != s.Want {
				t.Errorf("%s: %+v", name, s)
			}
		}
		if !f.Defensive {
			t.Errorf("%s: built without SQLITE_DEFAULT_DEFENSIVE=1: the schema can be rewritten by SQL", name)
		}
	}
	mustWrite(t, db, func(tx *Tx) error { return nil }) // asking left nothing behind
}

func TestTwoProcessesMayBeginTheSameDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			db, err := Open(t.Context(), Options{Path: path, ApplicationID: testID})
			if err != nil {
				t.Error(err)
				return
			}
			err = db.Write(t.Context(), func(tx *Tx) error {
				return tx.script("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY) STRICT; INSERT INTO t DEFAULT VALUES")
			})
			if err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	db := openAt(t, path, Options{})
	if n := number(t, db, "SELECT count(*) FROM t"); n != 8 {
		t.Errorf("%d of 8 found the same file", n)
	}
}

func TestCloseWaitsAndThenRefuses(t *testing.T) {
	db, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "shop.db"), ApplicationID: testID})
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	err = db.Write(t.Context(), func(tx *Tx) error {
		go func() { closed <- db.Close() }()
		<-db.closed
		return tx.script(testSchema)
	})
	if err != nil {
		t.Errorf("a write under way when the database closed: %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	nothing := func(*Tx) error { return nil }
	for name, err := range map[string]error{
		"Write": db.Write(t.Context(), nothing), "Read": db.Read(t.Context(), nothing), "Checkpoint": db.Checkpoint(t.Context(), false),
		"Backup": db.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")), "Err": db.Err(),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if _, err := os.Stat(db.path + "-wal"); err == nil {
		t.Error("the write-ahead log was not folded in")
	}
}

func TestAnOldSQLiteIsRefused(t *testing.T) {
	for number, ok := range map[int]bool{3_040_001: false, 3_051_002: false, 3_051_003: true, 3_054_001: true} {
		if err := checkVersion("x", number); (err == nil) != ok {
			t.Errorf("%d: %v", number, err)
		}
	}
}

func TestABeginningCutShortIsFinished(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	if err := openAt(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, path+".part-123"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".part-456", []byte("another attempt"), 0o600); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
	if found, _ := filepath.Glob(path + ".part-*"); len(found) != 1 || found[0] != path+".part-456" {
		t.Errorf("left: %v", found)
	}
}

// The settings are for what they do.
func TestTheSettingsDoWhatTheyAreFor(t *testing.T) {
	db := openWithTable(t)
	mustWrite(t, db, func(tx *Tx) error {
		tx.script("CREATE TRIGGER keep BEFORE DELETE ON t BEGIN SELECT raise(ABORT, 'rows are never deleted'); END")
		tx.script("CREATE VIEW v AS SELECT load_it(name) AS x FROM t")
		_, err := tx.Exec("INSERT INTO t (id, name) VALUES (1, 'first')")
		return err
	})
	for name, sql := range map[string]string{
		"a row replaced past the trigger": "INSERT OR REPLACE INTO t (id, name) VALUES (1, 'second')",
		"another file attached":           "ATTACH '" + filepath.Join(t.TempDir(), "other.db") + "' AS other",
		"a reference to nothing":          "UPDATE child SET t = 99",
		"the schema rewritten":            "UPDATE sqlite_schema SET sql = 'x'",
		"a value too long":                "INSERT INTO t (data) VALUES (zeroblob(20000000))",
	} {
		err := db.Write(t.Context(), func(tx *Tx) error {
			tx.Exec("INSERT INTO child (t) VALUES (1)")
			_, err := tx.Exec(sql)
			return err
		})
		if err == nil {
			t.Errorf("%s: allowed", name)
		}
	}
	if n := number(t, db, "SELECT count(*) FROM t WHERE name = 'first'"); n != 1 {
		t.Error("the row is gone")
	}
}

func TestWhatIsDeletedLeavesNoTraceInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, Options{})
	const secret = "Erika Mustermann, 4006381333931"
	mustWrite(t, db, func(tx *Tx) error {
		tx.script(testSchema)
		_, err := tx.Exec("INSERT INTO t (id, name) VALUES (1, ?)", secret)
		return err
	})
	holds := func() bool {
		if err := db.Checkpoint(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path + "-wal") // not the file itself: its locks
		if err != nil || len(b) != 0 {
			t.Fatalf("log of %d bytes, %v", len(b), err)
		}
		copied := filepath.Join(t.TempDir(), "copy.db")
		if err := db.Backup(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		b, err = os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(b), secret)
	}
	if !holds() {
		t.Error("not there to begin with")
	}
	mustWrite(t, db, func(tx *Tx) error { _, err := tx.Exec("DELETE FROM t"); return err })
	if holds() {
		t.Error("still there after it was deleted")
	}
}
