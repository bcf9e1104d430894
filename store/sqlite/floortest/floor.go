// Package floortest runs statements through the bare driver, as the floor that benchmarks of the store are divided by.
package floortest

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"

	sqlite3 "github.com/mattn/go-sqlite3"

	"zegel/store/sqlite"
)

// A Statement is one that was seen to run, with its arguments.
type Statement struct {
	SQL  string
	Args []driver.Value
}

// A Recorder keeps the statements of one transaction after another. It is for
// one goroutine. It notes them in passing, so that what it costs is not felt in
// the figures of what it records: their arguments must stay as they are until
// they were taken.
type Recorder struct{ seen []noted }

type noted struct {
	sql  string
	args []any
}

// Trace notes a statement, as sqlite.Options.Trace gives it.
func (r *Recorder) Trace(sql string, args []any) { r.seen = append(r.seen, noted{sql, args}) }

// Take gives what was seen since the last call.
func (r *Recorder) Take() []Statement {
	taken := make([]Statement, 0, len(r.seen))
	for _, n := range r.seen {
		taken = append(taken, n.statement())
	}
	clear(r.seen)
	r.seen = r.seen[:0]
	return taken
}

func (n noted) statement() Statement {
	s := Statement{SQL: n.sql, Args: make([]driver.Value, len(n.args))}
	for i, a := range n.args {
		switch v := a.(type) {
		case int:
			s.Args[i] = int64(v)
		case []byte:
			s.Args[i] = slices.Clone(v)
		default:
			s.Args[i] = v
		}
	}
	return s
}

// Through runs statements in a transaction of the wrapper around the driver,
// and reads every row they return.
func Through(tx *sqlite.Tx, statements []Statement) error {
	for _, s := range statements {
		args := make([]any, len(s.Args))
		for i, a := range s.Args {
			args[i] = a
		}
		rows := tx.Query(s.SQL, args...)
		for rows.Next() {
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
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
	// What the data source name has no key for.
	_, err = f.conn.Exec("PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA temp_store = 2; PRAGMA journal_size_limit = 16777216", nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the floor's database: %w", err), f.Close())
	}
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

// Run runs the statements of awards in one immediate transaction, commits it,
// and reads every row they return.
func (f *Floor) Run(awards ...[]Statement) error {
	if _, err := f.begin.Exec(nil); err != nil {
		return err
	}
	for _, statements := range awards {
		for _, s := range statements {
			if err := f.one(s); err != nil {
				return fmt.Errorf("%s: %w", s.SQL, err)
			}
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

// Number is the number that sql answers with.
func (f *Floor) Number(sql string) (int64, error) {
	rows, err := f.conn.Query(sql, nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if err := rows.Next(f.row[:1]); err != nil {
		return 0, err
	}
	n, ok := f.row[0].(int64)
	if !ok {
		return 0, fmt.Errorf("%s: a %T, not a number", sql, f.row[0])
	}
	return n, nil
}
