package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
)

// inChild runs the test again in a process of its own, because a file size
// limit is the whole process's, with the path of a database to work on. In the
// parent it returns that path once the child has done; in the child it runs
// work and ends the process.
func inChild(t *testing.T, work func(path string) error) (path string) {
	t.Helper()
	const child = "SQLITE_TEST_LIMITED"
	if path := os.Getenv(child); path != "" {
		if err := work(path); err != nil {
			fmt.Println("in the child:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	path = filepath.Join(t.TempDir(), "shop.db")
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func limitFiles(bytes uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes})
}

// fill adds up to n rows of 2,000 bytes.
func fill(t *testing.T, db *DB, n int) error {
	if err := db.Write(t.Context(), func(tx *Tx) error { return tx.script(testSchema) }); err != nil {
		return err
	}
	for range n {
		if err := add(db, t); err != nil {
			return err
		}
	}
	return nil
}

// A file size limit, like a quota, reaches SQLite as an I/O error; it has to
// be told apart by the operating system's number.
func TestAFileSizeLimitIsFull(t *testing.T) {
	path := inChild(t, func(path string) error {
		if err := limitFiles(300 << 10); err != nil {
			return err
		}
		db, err := Open(t.Context(), Options{Path: path, ApplicationID: testID})
		if err != nil {
			return err
		}
		if err := fill(t, db, 1000); !errors.Is(err, ErrFull) {
			return fmt.Errorf("beyond the limit: %w", err)
		}
		return nil
	})
	db := openAt(t, path, Options{})
	if err := db.Check(t.Context(), false); err != nil {
		t.Error(err)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n < 10 {
		t.Errorf("%d rows", n)
	}
}

func TestACopyThatDoesNotFitHarmsNothing(t *testing.T) {
	path := inChild(t, func(path string) error {
		db, err := Open(t.Context(), Options{Path: path, ApplicationID: testID})
		if err != nil {
			return err
		}
		if err := fill(t, db, 200); err != nil {
			return err
		}
		if err := limitFiles(100 << 10); err != nil {
			return err
		}
		if err := db.Backup(t.Context(), path+".copy"); err == nil {
			return errors.New("the copy fitted")
		}
		return db.Read(t.Context(), func(tx *Tx) error { _, _, err := tx.One("SELECT count(*) FROM t"); return err })
	})
	if found, _ := filepath.Glob(path + ".copy*"); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
	db := openAt(t, path, Options{})
	if n := number(t, db, "SELECT count(*) FROM t"); n != 200 {
		t.Errorf("%d rows", n)
	}
}
