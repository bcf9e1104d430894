package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// A conn is one connection of the driver with the statements prepared on it.
// It belongs to one goroutine at a time.
type conn struct {
	raw *sqlite3.SQLiteConn

	// Prepared for ever, because every transaction runs them.
	begin, beginImmediate, commit, rollback *stmt

	cache map[string]*stmt
	clock uint64 // grows with each use of the cache; orders it by last use
}

// cacheSize is how many statements a connection keeps prepared. It is more
// than any room of ours has; the bound is there for text built at run time.
const cacheSize = 128

// A stmt is one prepared statement and the buffers its calls share.
type stmt struct {
	sql  string
	raw  *sqlite3.SQLiteStmt
	args []driver.NamedValue // reused: their number and order never change
	row  []driver.Value      // reused by every row read; nil before the first

	columns  int    // -1 until the statement first ran
	readOnly bool   // SQLite's own judgement of the statement
	used     uint64 // conn.clock at the last use
	inUse    bool   // rows are being read from it
	owned    bool   // not in the cache: closed with its rows
}

// dial opens a connection. The settings the data source name cannot make are
// still to be made.
func dial(dsn string) (*conn, error) {
	var d sqlite3.SQLiteDriver
	opened, err := d.Open(dsn)
	if err != nil {
		return nil, newError("open", err)
	}
	raw, ok := opened.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("the driver opened a %T", opened)
	}
	c := &conn{raw: raw, cache: make(map[string]*stmt)}
	for _, own := range []struct {
		to  **stmt
		sql string
	}{
		{&c.begin, "BEGIN"},
		{&c.beginImmediate, "BEGIN IMMEDIATE"},
		{&c.commit, "COMMIT"},
		{&c.rollback, "ROLLBACK"},
	} {
		if *own.to, err = c.compile(own.sql); err != nil {
			return nil, errors.Join(err, c.close())
		}
	}
	return c, nil
}

// close finalises every statement, so that the connection closes at once.
func (c *conn) close() error {
	var errs []error
	for _, s := range c.cache {
		errs = append(errs, s.raw.Close())
	}
	for _, s := range []*stmt{c.begin, c.beginImmediate, c.commit, c.rollback} {
		if s != nil {
			errs = append(errs, s.raw.Close())
		}
	}
	return errors.Join(append(errs, c.raw.Close())...)
}

// inTransaction reports whether a transaction is open on the connection.
func (c *conn) inTransaction() bool { return !c.raw.AutoCommit() }

// statement returns sql prepared, from the cache if it is there and free.
func (c *conn) statement(sql string) (*stmt, error) {
	c.clock++
	cached, ok := c.cache[sql]
	if ok && !cached.inUse {
		cached.used = c.clock
		return cached, nil
	}
	if err := callable(sql); err != nil {
		return nil, &Error{SQL: sql, Text: err.Error()}
	}
	s, err := c.compile(sql)
	if err != nil {
		return nil, err
	}
	// The same text a second time while its rows are still being read.
	if ok {
		s.owned = true
		return s, nil
	}
	s.used = c.clock
	c.cache[sql] = s
	return s, c.evict()
}

// compile prepares sql without looking at the cache.
func (c *conn) compile(sql string) (*stmt, error) {
	prepared, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, newError(sql, err)
	}
	raw, ok := prepared.(*sqlite3.SQLiteStmt)
	if !ok {
		return nil, &Error{SQL: sql, Text: fmt.Sprintf("the driver prepared a %T", prepared)}
	}
	s := &stmt{sql: sql, raw: raw, columns: -1, readOnly: raw.Readonly()}
	s.args = make([]driver.NamedValue, raw.NumInput())
	for i := range s.args {
		s.args[i].Ordinal = i + 1
	}
	return s, nil
}

// evict drops the statement unused for longest once there are too many. The
// one just added has the latest use and stays.
func (c *conn) evict() error {
	if len(c.cache) <= cacheSize {
		return nil
	}
	var oldest *stmt
	for _, s := range c.cache {
		if !s.inUse && (oldest == nil || s.used < oldest.used) {
			oldest = s
		}
	}
	if oldest == nil { // every one of them is being read
		return nil
	}
	delete(c.cache, oldest.sql)
	if err := oldest.raw.Close(); err != nil {
		return newError(oldest.sql, err)
	}
	return nil
}

// run executes one of the connection's own statements.
func (s *stmt) run() error {
	if _, err := s.raw.ExecContext(context.Background(), nil); err != nil {
		return newError(s.sql, err)
	}
	return nil
}

// bind puts the values of one call where the driver takes them from.
func (s *stmt) bind(args []any) error {
	if len(args) != len(s.args) {
		// The driver would take the missing ones for NULL.
		return &Error{SQL: s.sql, Text: fmt.Sprintf("%d arguments given, %d needed", len(args), len(s.args))}
	}
	for i, a := range args {
		switch v := a.(type) {
		case int:
			s.args[i].Value = int64(v)
		case nil, int64, string, []byte, bool:
			s.args[i].Value = v
		default:
			s.unbind()
			return &Error{SQL: s.sql, Text: fmt.Sprintf("argument %d is a %T; only int64, int, string, []byte, bool and nil are taken", i+1, a)}
		}
	}
	return nil
}

// unbind lets go of the values of the last call.
func (s *stmt) unbind() {
	for i := range s.args {
		s.args[i].Value = nil
	}
}

// exec runs a statement that returns no rows and says how many rows it changed.
// No context that can end is ever given to the driver: it would roll the whole
// transaction back and leave the connection in autocommit.
func (s *stmt) exec(c *conn) (changes int64, err error) {
	defer s.unbind()
	if s.columns < 0 {
		return s.execFirst(c)
	}
	if s.columns > 0 {
		return 0, s.returnsRows()
	}
	res, err := s.raw.ExecContext(context.Background(), s.args)
	if err != nil {
		return 0, newError(s.sql, err)
	}
	return res.RowsAffected()
}

// execFirst runs the statement by the way that also tells how many columns it
// has. One with columns would stay active after exec and fail the COMMIT.
func (s *stmt) execFirst(c *conn) (int64, error) {
	rows, err := s.raw.QueryContext(context.Background(), s.args)
	if err != nil {
		return 0, newError(s.sql, err)
	}
	s.columns = len(rows.Columns())
	if err := rows.Close(); err != nil {
		return 0, newError(s.sql, err)
	}
	if s.columns > 0 {
		return 0, s.returnsRows()
	}
	v, err := c.value("SELECT changes()")
	if err != nil {
		return 0, err
	}
	n, _ := v.(int64)
	return n, nil
}

func (s *stmt) returnsRows() error {
	return &Error{SQL: s.sql, Text: "the statement returns rows: use Query or One"}
}

// query starts a statement that returns rows and takes its first step.
func (s *stmt) query() (driver.Rows, error) {
	defer s.unbind()
	rows, err := s.raw.QueryContext(context.Background(), s.args)
	if err != nil {
		return nil, newError(s.sql, err)
	}
	// Looked at each time: a migration may have given a "SELECT *" more columns.
	if n := len(rows.Columns()); n != s.columns || s.row == nil {
		s.columns, s.row = n, make([]driver.Value, n)
	}
	return rows, nil
}

// script runs any number of statements that take no arguments.
func (c *conn) script(sql string) error {
	if _, err := c.raw.ExecContext(context.Background(), sql, nil); err != nil {
		return newError(sql, err)
	}
	return nil
}

// value returns the first column of the first row of sql, nil if there is none.
func (c *conn) value(sql string) (driver.Value, error) {
	row, err := c.first(sql)
	if err != nil || row == nil {
		return nil, err
	}
	return row[0], nil
}

// first returns the first row of sql, nil if there is none. The statement is
// not kept.
func (c *conn) first(sql string) ([]driver.Value, error) {
	rows, err := c.all(sql)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// all returns every row of sql. The statement is not kept.
func (c *conn) all(sql string) (out [][]driver.Value, err error) {
	rows, err := c.raw.QueryContext(context.Background(), sql, nil)
	if err != nil {
		return nil, newError(sql, err)
	}
	defer func() {
		if closeErr := rows.Close(); closeErr != nil && err == nil {
			err = newError(sql, closeErr)
		}
	}()
	for {
		row := make([]driver.Value, len(rows.Columns()))
		switch err := rows.Next(row); {
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, newError(sql, err)
		}
		out = append(out, row)
	}
}
