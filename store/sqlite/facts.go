package sqlite

import (
	"context"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// oldestSQLite is the first release without the fault by which two connections
// that checkpoint and write at the same moment damage the file
// (https://www.sqlite.org/wal.html, "the WAL-reset bug").
const oldestSQLite, oldestSQLiteName = 3_051_003, "3.51.3"

// checkVersion refuses a SQLite that a distribution's library could bring in.
func checkVersion(name string, number int) error {
	if number < oldestSQLite {
		return fmt.Errorf("SQLite %s is linked in, %s or later is needed: build without the tag libsqlite3", name, oldestSQLiteName)
	}
	return nil
}

// Facts are what an operator's tool shows about an open database.
type Facts struct {
	Path       string
	FileSystem string // "ext4", "xfs", a number where the type has no name here, "" where the system does not say
	Version    string // of SQLite
	SourceID   string // of SQLite: date and hash of its source
	Settings   []Setting
	Options    []string // SQLite's compile-time options

	// Defensive is true where the schema cannot be rewritten by SQL. It comes
	// from the build's flag SQLITE_DEFAULT_DEFENSIVE.
	Defensive bool

	Pages, PageSize, FreePages int64
	WALBytes                   int64
	ApplicationID, UserVersion int64
}

// Facts asks a connection what is true of it now: the writer, or a reader
// where there is no writer.
func (db *DB) Facts(ctx context.Context) (Facts, error) {
	p, r := db.writers, writing
	if db.o.ReadOnly {
		p, r = db.readers, looking
	}
	c, err := db.take(ctx, p)
	if err != nil {
		return Facts{}, err
	}
	defer func() { p <- c }()

	f := Facts{Path: db.path, FileSystem: db.fsys}
	f.Version, _, f.SourceID = sqlite3.Version()
	f.Settings, err = c.readBack(db.o.settings(r))
	if err != nil {
		return Facts{}, err
	}
	options, err := c.all("PRAGMA compile_options")
	if err != nil {
		return Facts{}, err
	}
	for _, row := range options {
		f.Options = append(f.Options, fmt.Sprint(row[0]))
	}
	if f.Defensive, err = c.defensive(); err != nil {
		return Facts{}, err
	}
	for name, to := range map[string]*int64{
		"page_count": &f.Pages, "page_size": &f.PageSize, "freelist_count": &f.FreePages,
		"application_id": &f.ApplicationID, "user_version": &f.UserVersion,
	} {
		if *to, err = c.number("PRAGMA " + name); err != nil {
			return Facts{}, err
		}
	}
	f.WALBytes, err = db.WALBytes()
	return f, err
}

// defensive finds out by trying: a statement that rewrites the schema compiles
// only without the flag. It is not run.
func (c *conn) defensive() (bool, error) {
	if err := c.script("PRAGMA writable_schema = ON"); err != nil {
		return false, err
	}
	s, compileErr := c.raw.Prepare("DELETE FROM sqlite_schema WHERE 0")
	if compileErr == nil {
		if err := s.Close(); err != nil {
			return false, err
		}
	}
	return compileErr != nil, c.script("PRAGMA writable_schema = OFF")
}

// number returns the integer sql answers with.
func (c *conn) number(sql string) (int64, error) {
	v, err := c.value(sql)
	if err != nil {
		return 0, err
	}
	n, ok := v.(int64)
	if !ok {
		return 0, &Error{SQL: sql, Text: fmt.Sprintf("answered %T, not a number", v)}
	}
	return n, nil
}
