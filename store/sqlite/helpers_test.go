package sqlite

import (
	"path/filepath"
	"testing"
)

const testID = 0x5a454745

func openNew(t testing.TB) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), Options{})
}

// openAt opens path with the options and closes it when the test ends.
func openAt(t testing.TB, path string, o Options) *DB {
	t.Helper()
	o.Path, o.ApplicationID = path, testID
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func mustWrite(t testing.TB, db *DB, f func(*Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// number reads one integer.
func number(t testing.TB, db *DB, sql string, args ...any) (n int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *Tx) error {
		row, found, err := tx.One(sql, args...)
		if found {
			n = row.Int64(0)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
