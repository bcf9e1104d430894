package sqlite

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A Tx is a transaction under way. It is valid inside the function it was
// given to, for one goroutine at a time.
//
// The first error of any statement dooms it: every later call answers with
// that error, nothing is committed, and Write or Read returns it even if the
// function did not. A caller may therefore check errors where it suits it.
type Tx struct {
	db       *DB
	conn     *conn
	readOnly bool
	err      error   // what doomed it
	open     []*Rows // being read
}

var errOver = errors.New("the transaction is over: a Tx must not be kept")

// Exec runs one statement that returns no rows and says how many rows it
// changed. Arguments are int64, int, string, []byte, bool and nil, a nil
// []byte being NULL; they must be as many as the statement has parameters.
func (tx *Tx) Exec(sql string, args ...any) (changes int64, err error) {
	s, err := tx.prepare(sql, args)
	if err != nil {
		return 0, err
	}
	changes, err = s.exec(tx.conn)
	if s.owned {
		err = errors.Join(err, s.raw.Close())
	}
	return changes, tx.fail(err)
}

// Query runs one statement that returns rows, with arguments as in Exec. It
// runs until the rows are read to their end or closed; the end of the
// transaction closes what was left open.
func (tx *Tx) Query(sql string, args ...any) *Rows {
	rows := &Rows{Row: Row{tx: tx}}
	s, err := tx.prepare(sql, args)
	if err != nil {
		rows.done = true
		return rows
	}
	raw, err := s.query()
	if err != nil {
		rows.done = true
		tx.fail(err)
		return rows
	}
	s.inUse = true
	rows.stmt, rows.raw = s, raw
	tx.open = append(tx.open, rows)
	return rows
}

// One runs a statement that returns at most one row, with arguments as in
// Exec, and reports whether there was one. A second row is an error, so that
// a forgotten condition does not answer with just any row.
func (tx *Tx) One(sql string, args ...any) (row Row, found bool, err error) {
	rows := tx.Query(sql, args...)
	if !rows.Next() {
		return Row{}, false, tx.err
	}
	row = Row{tx: tx, sql: sql, values: append([]driver.Value(nil), rows.values...)}
	if rows.Next() {
		rows.Close()
		tx.fail(&Error{SQL: sql, Text: "more than one row where at most one was asked for"})
	}
	return row, tx.err == nil, tx.err
}

// script runs any number of statements without arguments.
func (tx *Tx) script(sql string) error {
	if tx.err != nil {
		return tx.err
	}
	return tx.fail(tx.conn.script(sql))
}

// prepare returns sql as a statement with args bound.
func (tx *Tx) prepare(sql string, args []any) (*stmt, error) {
	if tx.err != nil {
		return nil, tx.err
	}
	if tx.db.o.Trace != nil {
		tx.db.o.Trace(sql, args)
	}
	s, err := tx.conn.statement(sql)
	if err != nil {
		return nil, tx.fail(err)
	}
	if tx.readOnly && !s.readOnly {
		return nil, tx.fail(&Error{SQL: sql, Code: codeReadOnly, Text: "a statement that writes in a transaction that reads", kind: ErrReadOnly})
	}
	if err := s.bind(args); err != nil {
		if s.owned {
			err = errors.Join(err, s.raw.Close())
		}
		return nil, tx.fail(err)
	}
	return s, nil
}

// fail dooms the transaction if err is not nil, and returns what doomed it.
func (tx *Tx) fail(err error) error {
	if err != nil && tx.err == nil {
		tx.err = err
		tx.db.note(err)
	}
	return tx.err
}

// closeRows closes what the function left open.
func (tx *Tx) closeRows() {
	for len(tx.open) > 0 {
		tx.open[len(tx.open)-1].Close()
	}
}

// A Row is one row of an answer. Columns count from zero. To read a value as
// what it is not is an error that dooms the transaction, and gives the zero
// value; ask IsNull first where NULL may stand. Its values are to be read
// before the transaction ends, while there is still something to doom.
type Row struct {
	tx     *Tx
	sql    string
	values []driver.Value
}

// Int64 returns column i, which must be an integer.
func (r Row) Int64(i int) int64 {
	v, ok := r.value(i).(int64)
	if !ok {
		r.mistyped(i, "an integer")
	}
	return v
}

// Text returns column i, which must be text.
func (r Row) Text(i int) string {
	v, ok := r.value(i).(string)
	if !ok {
		r.mistyped(i, "text")
	}
	return v
}

// Blob returns column i, which must be a blob. The bytes are the caller's own.
func (r Row) Blob(i int) []byte {
	v, ok := r.value(i).([]byte)
	if !ok {
		r.mistyped(i, "a blob")
	}
	return v
}

// IsNull reports whether column i is NULL.
func (r Row) IsNull(i int) bool { return r.value(i) == nil }

func (r Row) value(i int) driver.Value {
	if i < 0 || i >= len(r.values) {
		r.tx.fail(&Error{SQL: r.sql, Text: fmt.Sprintf("column %d asked for, there are %d", i, len(r.values))})
		return nil
	}
	return r.values[i]
}

func (r Row) mistyped(i int, want string) {
	if i >= 0 && i < len(r.values) {
		r.tx.fail(&Error{SQL: r.sql, Text: fmt.Sprintf("column %d is a %s, not %s", i, storageClass(r.values[i]), want)})
	}
}

// storageClass names a value as SQLite does, never showing the value itself.
func storageClass(v driver.Value) string {
	switch v.(type) {
	case nil:
		return "NULL"
	case int64, bool:
		return "INTEGER"
	case float64:
		return "REAL"
	case string:
		return "TEXT"
	case []byte:
		return "BLOB"
	}
	// The driver turns columns declared as dates into time.Time; STRICT
	// tables cannot declare one.
	return fmt.Sprintf("%T", v)
}

// Rows are the rows of an answer, read one after the other:
//
//	rows := tx.Query("SELECT id, name FROM t WHERE x > ?", 7)
//	for rows.Next() {
//		use(rows.Int64(0), rows.Text(1))
//	}
//	if err := rows.Err(); err != nil { … }
type Rows struct {
	Row  // the present one; valid until the next call of Next
	stmt *stmt
	raw  driver.Rows
	done bool
}

// Next goes to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	if r.done {
		return false
	}
	if r.tx.err != nil {
		r.finish(nil)
		return false
	}
	switch err := r.raw.Next(r.stmt.row); {
	case err == io.EOF:
		r.finish(nil)
		return false
	case err != nil:
		r.finish(newError(r.stmt.sql, err))
		return false
	}
	r.sql, r.values = r.stmt.sql, r.stmt.row
	return true
}

// Err returns what doomed the transaction, nil if nothing did.
func (r *Rows) Err() error { return r.tx.err }

// Close ends the reading early. To read to the end closes too.
func (r *Rows) Close() {
	if !r.done {
		r.finish(nil)
	}
}

// finish gives the statement back.
func (r *Rows) finish(err error) {
	r.done, r.values = true, nil
	// Nearly always the last: rows are read one inside the other.
	i := len(r.tx.open) - 1
	for r.tx.open[i] != r {
		i--
	}
	r.tx.open = slices.Delete(r.tx.open, i, i+1)
	if closeErr := r.raw.Close(); closeErr != nil && err == nil {
		err = newError(r.stmt.sql, closeErr)
	}
	r.stmt.inUse = false
	if r.stmt.owned {
		if closeErr := r.stmt.raw.Close(); closeErr != nil && err == nil {
			err = newError(r.stmt.sql, closeErr)
		}
	}
	r.tx.fail(err)
}
