// Package floortest runs statements through the bare driver, as the floor that benchmarks of the store are divided by.
package floortest

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// A Statement is one that was seen to run, with its arguments.
type Statement struct {
	SQL  string
	Args []driver.Value
}

// A Recorder keeps the statements of one transaction after another. It is for
// one goroutine.
type Recorder struct{ seen []Statement }

// Trace takes a statement, as sqlite.Options.Trace gives it.
func (r *Recorder) Trace(sql string, args []any) {
	s := Statement{SQL: sql}
	for _, a := range args {
		switch v := a.(type) {
		case int:
			s.Args = append(s.Args, int64(v))
		case []byte:
			s.Args = append(s.Args, slices.Clone(v))
		default:
			s.Args = append(s.Args, v)
		}
	}
	r.seen = append(r.seen, s)
}

// Take gives what was seen since the last call.
func (r *Recorder) Take() []Statement {
	seen := r.seen
	r.seen = nil
	return seen
}

// A Floor is a database opened by the bare driver, with the same settings.
type Floor struct {
	conn          *sqlite3.SQLiteConn
	prepared      map[string]*sqlite3.SQLiteStmt
	begin, commit *sqlite3.SQLiteStmt
	row           []driver.Value
}

// Open opens an existing database.
func Open(path string) (*Floor, error) {
	opened, err := (&sqlite3.SQLiteDriver{}).Open("file:" + path +
		"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_recursive_triggers=1&_secure_delete=1&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open the floor's database: %w", err)
	}
	f := &Floor{conn: opened.(*sqlite3.SQLiteConn), prepared: make(map[string]*sqlite3.SQLiteStmt), row: make([]driver.Value, 64)}
	if f.begin, err = f.prepare("BEGIN IMMEDIATE"); err == nil {
		f.commit, err = f.prepare("COMMIT")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Close closes the database.
func (f *Floor) Close() error {
	var errs []error
	for _, s := range f.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, f.conn.Close())...)
}

func (f *Floor) prepare(sql string) (*sqlite3.SQLiteStmt, error) {
	if s := f.prepared[sql]; s != nil {
		return s, nil
	}
	s, err := f.conn.Prepare(sql)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sql, err)
	}
	f.prepared[sql] = s.(*sqlite3.SQLiteStmt)
	return f.prepared[sql], nil
}

// Run runs statements in one immediate transaction, commits it, and reads
// every row they return.
func (f *Floor) Run(statements []Statement) error {
	if _, err := f.begin.Exec(nil); err != nil {
		return err
	}
	for _, s := range statements {
		if err := f.one(s); err != nil {
			return fmt.Errorf("%s: %w", s.SQL, err)
		}
	}
	_, err := f.commit.Exec(nil)
	return err
}

func (f *Floor) one(s Statement) error {
	p, err := f.prepare(s.SQL)
	if err != nil {
		return err
	}
	rows, err := p.Query(s.Args)
	if err != nil {
		return err
	}
	row := f.row[:len(rows.Columns())]
	for err = rows.Next(row); err == nil; err = rows.Next(row) {
	}
	if !errors.Is(err, io.EOF) {
		return errors.Join(err, rows.Close())
	}
	return rows.Close()
}
