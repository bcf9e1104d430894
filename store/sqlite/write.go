package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// Write runs f in a transaction that holds the write lock from its beginning,
// and commits it. It waits for other calls of Write to end; ctx ends that wait
// and nothing else, because a transaction interrupted halfway would have to be
// answered with "unknown".
//
// If f returns an error, or a statement failed, nothing is written and that
// error comes back. A nil from Write means the transaction is on the disk. A
// *CommitUnknownError means neither.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if db.o.ReadOnly {
		return fmt.Errorf("write to %s: %w", db.path, ErrReadOnly)
	}
	c, err := db.take(ctx, db.writers)
	if err != nil {
		return err
	}
	defer func() { db.writers <- c }()

	if err := c.beginImmediate.run(); err != nil {
		db.note(err)
		return err
	}
	tx := &Tx{db: db, conn: c}
	defer tx.end() // also when f panics
	if err := f(tx); err != nil {
		return err
	}
	return tx.commit()
}

// Read runs f in a transaction that sees the database as it was at f's first
// statement, whatever is committed meanwhile. Statements that write are
// refused. It waits for a connection that reads; ctx ends that wait and
// nothing else. A long Read lets the write-ahead log grow.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	c, err := db.take(ctx, db.readers)
	if err != nil {
		return err
	}
	defer func() { db.readers <- c }()

	if err := c.begin.run(); err != nil {
		db.note(err)
		return err
	}
	tx := &Tx{db: db, conn: c, readOnly: true}
	defer tx.end()
	if err := f(tx); err != nil {
		return err
	}
	return tx.err
}

// commit makes the transaction durable or says why it is not.
func (tx *Tx) commit() error {
	tx.closeRows()
	if tx.err != nil {
		return tx.err
	}
	if !tx.conn.inTransaction() {
		// SQLite rolled back, or a statement committed, behind our back.
		return tx.fail(&CommitUnknownError{Err: errors.New("the transaction was no longer open before COMMIT")})
	}
	// As late as can be, so that little time is left to move the file in.
	if err := tx.db.file.check(); err != nil {
		return tx.fail(err)
	}
	err := tx.conn.commit.run()
	if err == nil {
		return nil
	}
	// Deferred constraints are checked before anything is written.
	if errors.Is(err, ErrConstraint) {
		return tx.fail(err)
	}
	return tx.fail(&CommitUnknownError{Err: err})
}

// end leaves the connection without a transaction: after a commit there is
// none, in every other case what was done is rolled back.
func (tx *Tx) end() {
	tx.closeRows()
	if tx.conn.inTransaction() {
		if err := tx.conn.rollback.run(); err != nil {
			// The connection is of no more use, whatever the reason.
			tx.db.broken.CompareAndSwap(nil, &err)
		}
	}
	if tx.err == nil {
		tx.err = errOver
	}
}
