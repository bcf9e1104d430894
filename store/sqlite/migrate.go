package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
)

// UserVersion returns the number of the newest migration the file has seen.
func (db *DB) UserVersion(ctx context.Context) (int, error) {
	var version int
	err := db.Read(ctx, func(tx *Tx) (err error) {
		version, err = tx.userVersion()
		return err
	})
	return version, err
}

func (tx *Tx) userVersion() (int, error) {
	row, _, err := tx.One("PRAGMA user_version")
	if err != nil {
		return 0, err
	}
	return int(row.Int64(0)), nil
}

// Migrate brings the schema up to the newest of the numbered files in files,
// such as 0001_first.sql, 0002_more.sql: from 1, without a gap. Each is one
// transaction together with the number it leaves in user_version, so that a
// power cut leaves the schema before it or after it and never between. (That
// is why this is not one of the migration libraries: they keep their number in
// a table of their own, by way of database/sql.)
//
// The first line of a file says which is the oldest program that can work with
// the schema it leaves, by the number of the newest file that program knows:
//
//	-- oldest reader: 3
//
// A database newer than files is taken as it is if its schema's oldest reader
// is not newer than the newest of files, and refused with ErrNewer if it is.
// Every table must be STRICT: elsewhere a sum past 2^63 silently becomes a
// floating-point number.
func (db *DB) Migrate(ctx context.Context, files fs.FS) error {
	list, err := readMigrations(files)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	version, err := db.UserVersion(ctx)
	if err != nil {
		return err
	}
	if version > len(list) {
		return db.Read(ctx, func(tx *Tx) error { return tx.readableBy(len(list), version) })
	}
	for _, m := range list[version:] {
		err := db.Write(ctx, func(tx *Tx) error { return tx.migrate(m) })
		if err != nil {
			return fmt.Errorf("migrate the database to %s: %w", m.name, err)
		}
	}
	return nil
}

// A migration is one numbered file.
type migration struct {
	number       int
	name         string
	oldestReader int
	sql          string
}

// readMigrations returns the files in order; the number of each is its index
// plus one.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("no *.sql file found")
	}
	var list []migration
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		m, err := parseMigration(i+1, name, string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, m)
	}
	return list, nil
}

var (
	migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)
	oldestReader  = regexp.MustCompile(`^-- oldest reader: (\d{1,4})\r?\n`)
)

func parseMigration(number int, name, text string) (migration, error) {
	m := migration{number: number, name: name, sql: text}
	if parts := migrationName.FindStringSubmatch(name); parts == nil || parts[1] != fmt.Sprintf("%04d", number) {
		return m, fmt.Errorf("a name like %04d_what_it_does.sql is expected here", number)
	}
	parts := oldestReader.FindStringSubmatch(text)
	if parts == nil {
		return m, errors.New(`the first line must read "-- oldest reader: N"`)
	}
	var err error
	if m.oldestReader, err = strconv.Atoi(parts[1]); err != nil {
		return m, err
	}
	if m.oldestReader < 1 || m.oldestReader > number {
		return m, fmt.Errorf("oldest reader %d: must be from 1 to %d", m.oldestReader, number)
	}
	return m, nil
}

// migrate applies m, unless another process did so first.
func (tx *Tx) migrate(m migration) error {
	version, err := tx.userVersion()
	if err != nil {
		return err
	}
	if version >= m.number {
		return nil
	}
	if err := tx.script(m.sql); err != nil {
		return err
	}
	err = tx.script("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, oldest_reader INTEGER NOT NULL) STRICT;" +
		"PRAGMA user_version = " + strconv.Itoa(m.number))
	if err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO migration (number, name, oldest_reader) VALUES (?, ?, ?)", m.number, m.name, m.oldestReader); err != nil {
		return err
	}
	return tx.allStrict()
}

// allStrict refuses a table that takes any value in any column.
func (tx *Tx) allStrict() error {
	row, found, err := tx.One("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1")
	if err != nil || !found {
		return err
	}
	return fmt.Errorf("table %s is not STRICT", row.Text(0))
}

// readableBy reports whether a program that knows the migrations up to known
// may work with a database at version.
func (tx *Tx) readableBy(known, version int) error {
	row, _, err := tx.One("SELECT coalesce(max(oldest_reader), ?1) FROM migration WHERE number > ?2", version, known)
	if err != nil {
		return err
	}
	if oldest := row.Int64(0); oldest > int64(known) {
		return fmt.Errorf("%w: its schema is %d, this program knows %d, and the oldest that may use it knows %d; install a release that does, or restore a copy made before", ErrNewer, version, known, oldest)
	}
	return nil
}
