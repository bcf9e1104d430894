package office

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// schema is every migration with its comments taken out.
func schema(t *testing.T) string {
	t.Helper()
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("migrations: %v, %v", files, err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := fs.ReadFile(migrations, f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(regexp.MustCompile(`--[^\n]*`).ReplaceAll(b, nil))
	}
	return all.String()
}

// TestTheSchemaCanBeSpreadOverManyMachines keeps what one machine does not
// need and many do: engines that spread tables refuse a unique key that does
// not begin with the column they are spread by, and numbers an engine hands
// out, triggers and foreign keys do not reach from one machine to another.
func TestTheSchemaCanBeSpreadOverManyMachines(t *testing.T) {
	sql := schema(t)
	tables := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\) STRICT`).FindAllStringSubmatch(sql, -1)
	if n := strings.Count(sql, "CREATE TABLE"); n < 20 || len(tables) != n {
		t.Fatalf("read %d of %d tables: the test no longer understands the schema", len(tables), n)
	}
	primary := regexp.MustCompile(`PRIMARY KEY \((\w+)`)
	for _, table := range tables {
		key := primary.FindAllStringSubmatch(table[2], -1)
		if len(key) != 1 || key[0][1] != "ipart" && key[0][1] != "bucket" {
			t.Errorf("table %s: its primary key must begin with ipart or bucket, it has %v", table[1], key)
		}
		if !regexp.MustCompile(`(?m)^\s*` + firstOf(key) + ` +INTEGER NOT NULL`).MatchString(table[2]) {
			t.Errorf("table %s: %s must be a column that is never NULL", table[1], firstOf(key))
		}
	}
	for _, index := range regexp.MustCompile(`CREATE UNIQUE INDEX (\w+) ON \w+ \((\w+)`).FindAllStringSubmatch(sql, -1) {
		if index[2] != "ipart" && index[2] != "bucket" {
			t.Errorf("unique index %s must begin with ipart or bucket, not %s", index[1], index[2])
		}
	}
	for _, word := range []string{"AUTOINCREMENT", "SERIAL", "IDENTITY", "TRIGGER", "REFERENCES", "FOREIGN", "TEMP", "UNLOGGED", " UNIQUE,", " UNIQUE\n", "ROWID INTEGER"} {
		if strings.Contains(strings.ToUpper(sql), word) {
			t.Errorf("the schema has %q", strings.TrimSpace(word))
		}
	}
}

func firstOf(key [][]string) string {
	if len(key) == 0 {
		return "?"
	}
	return key[0][1]
}

func TestCursorsReadBackAndStrangersAreRefused(t *testing.T) {
	var at [64]int64
	for i := range at {
		at[i] = int64(i * i * 1000)
	}
	got, err := decodeCursor(encodeCursor(at))
	if err != nil || got != at {
		t.Errorf("got %v, %v", got, err)
	}
	for _, s := range []string{"x", "AAAA", encodeCursor(at) + "AA", "!"} {
		if _, err := decodeCursor(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
	if got, err := decodeCursor(""); err != nil || got != [64]int64{} {
		t.Errorf("the beginning reads as %v, %v", got, err)
	}
}

// TestEveryStatementKeepsToOnePartOrBucket reads the statements out of the
// source: each write names the part or bucket it belongs to, and none uses what
// only SQLite understands.
func TestEveryStatementKeepsToOnePartOrBucket(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	statement := regexp.MustCompile("(?s)`\\s*((?:INSERT|UPDATE|DELETE|SELECT)\\b.*?)`")
	insert := regexp.MustCompile(`^INSERT INTO \w+ \((?:ipart|bucket),`)
	change := regexp.MustCompile(`^(?:UPDATE|DELETE)\b.* WHERE (?:ipart|bucket) = \?`)
	foreign := regexp.MustCompile(`(?i)INSERT OR|REPLACE INTO|json_|unixepoch|datetime\(|changes\(\)|\browid\b|GLOB|IFNULL|PRAGMA|sqlite_`)
	writes := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range statement.FindAllStringSubmatch(string(b), -1) {
			sql := strings.Join(strings.Fields(m[1]), " ")
			if foreign.MatchString(sql) {
				t.Errorf("%s: only SQLite takes %q", f, sql)
			}
			if conflict := strings.Index(sql, "ON CONFLICT"); conflict >= 0 && !strings.HasPrefix(sql[conflict:], "ON CONFLICT (ipart") && !strings.HasPrefix(sql[conflict:], "ON CONFLICT (bucket") {
				t.Errorf("%s: a conflict must name its key: %q", f, sql)
			}
			if strings.HasPrefix(sql, "SELECT") {
				continue
			}
			writes++
			if !insert.MatchString(sql) && !change.MatchString(sql) {
				t.Errorf("%s: writes to more than one part or bucket: %q", f, sql)
			}
		}
	}
	if writes < 40 {
		t.Errorf("read only %d writing statements: the test no longer understands the source", writes)
	}
}
