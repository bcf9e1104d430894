package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// files makes migrations out of their texts, in order.
func files(texts ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, text := range texts {
		fsys[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

const (
	first  = "-- oldest reader: 1\nCREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\nINSERT INTO a VALUES (1);\n"
	second = "-- oldest reader: 1\nALTER TABLE a ADD COLUMN note TEXT;\n"
	third  = "-- oldest reader: 3\nCREATE TRIGGER keep BEFORE DELETE ON a BEGIN SELECT raise(ABORT, 'kept'); SELECT 1; END;\nUPDATE a SET note = 'x';\n"
)

func TestMigrationsAreAppliedInOrderAndOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	for i, list := range []fstest.MapFS{files(first), files(first), files(first, second, third), files(first, second, third)} {
		db := openAt(t, path, Options{})
		if err := db.Migrate(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		if v, err := db.UserVersion(t.Context()); v != len(list) || err != nil {
			t.Errorf("round %d: version %d %v", i, v, err)
		}
		if n := number(t, db, "SELECT count(*) FROM a"); n != 1 {
			t.Errorf("round %d: %d rows", i, n)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := openAt(t, path, Options{ReadOnly: true})
	if err := db.Migrate(t.Context(), files(first, second, third)); err != nil {
		t.Errorf("nothing to do, read-only: %v", err)
	}
	if err := db.Migrate(t.Context(), files(first, second, third, first)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("something to do, read-only: %v", err)
	}
}

func TestAMigrationThatFailsLeavesTheSchemaBeforeIt(t *testing.T) {
	for name, bad := range map[string]string{
		"fails halfway":  "CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);",
		"not STRICT":     "CREATE TABLE b (id INTEGER PRIMARY KEY);",
		"takes argument": "INSERT INTO a VALUES (?);",
	} {
		db := openNew(t)
		err := db.Migrate(t.Context(), files(first, "-- oldest reader: 1\n"+bad, second))
		if err == nil || !strings.Contains(err.Error(), "0002_step.sql") {
			t.Errorf("%s: %v", name, err)
		}
		if v, _ := db.UserVersion(t.Context()); v != 1 {
			t.Errorf("%s: version %d", name, v)
		}
		if n := number(t, db, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"); n != 0 {
			t.Errorf("%s: half of it is there", name)
		}
		if err := db.Migrate(t.Context(), files(first, second)); err != nil {
			t.Errorf("%s: mended: %v", name, err)
		}
	}
}

func TestAMigrationThatCommitsByItselfIsNoticed(t *testing.T) {
	db := openNew(t)
	err := db.Migrate(t.Context(), files("-- oldest reader: 1\nCREATE TABLE b (x ANY) STRICT; COMMIT;"))
	if err == nil || db.Err() == nil {
		t.Errorf("got %v, database %v", err, db.Err())
	}
}

// A newer schema is used as long as it says that this program may.
func TestANewerSchemaDecidesWhoMayUseIt(t *testing.T) {
	for _, c := range []struct {
		there, known fstest.MapFS
		ok           bool
	}{
		{files(first, second), files(first), true},
		{files(first, second, third), files(first, second), false},
		{files(first, second, third), files(first), false},
		{files(first, second, third, "-- oldest reader: 2\nSELECT 1;"), files(first, second), false},
		{files(first, second, third, "-- oldest reader: 2\nSELECT 1;"), files(first, second, third), true},
	} {
		path := filepath.Join(t.TempDir(), "shop.db")
		db := openAt(t, path, Options{})
		if err := db.Migrate(t.Context(), c.there); err != nil {
			t.Fatal(err)
		}
		for _, db := range []*DB{db, openAt(t, path, Options{ReadOnly: true})} {
			if err := db.Migrate(t.Context(), c.known); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrNewer) {
				t.Errorf("schema %d, program %d: %v", len(c.there), len(c.known), err)
			}
			if v, _ := db.UserVersion(t.Context()); v != len(c.there) {
				t.Errorf("schema %d became %d", len(c.there), v)
			}
		}
	}
}

func TestAFolderOfMigrationsMustBeInOrder(t *testing.T) {
	one := &fstest.MapFile{Data: []byte(first)}
	for name, fsys := range map[string]fstest.MapFS{
		"empty":              {},
		"begins with two":    {"0002_step.sql": one},
		"a gap":              {"0001_step.sql": one, "0003_step.sql": one},
		"a number twice":     {"0001_a.sql": one, "0001_b.sql": one},
		"no number":          {"step.sql": one},
		"no oldest reader":   {"0001_step.sql": {Data: []byte("SELECT 1;")}},
		"reader from beyond": {"0001_step.sql": {Data: []byte("-- oldest reader: 2\nSELECT 1;")}},
		"reader zero":        {"0001_step.sql": {Data: []byte("-- oldest reader: 0\nSELECT 1;")}},
	} {
		db := openNew(t)
		if err := db.Migrate(t.Context(), fsys); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if v, _ := db.UserVersion(t.Context()); v != 0 {
			t.Errorf("%s: version %d", name, v)
		}
	}
}
