// Package sqlite opens a SQLite file the one way we trust.
//
// It is the only package that imports the SQLite driver, and it uses the
// driver's connections and statements directly: database/sql costs an award
// almost half of its time again, hides which connection a setting reached, and
// rolls a transaction back behind the caller's back when a context ends. No
// driver type leaves this package.
//
// A [DB] has one connection that writes, a few that read, and one that
// checkpoints. Every connection has the same settings, each is read back after
// it was made, and Open refuses a file on which one of them does not hold; the
// README beside this file gives the reason for each.
//
// What a caller can rely on:
//
//   - When [DB.Write] returns nil, the transaction is on the disk and survives
//     a power cut.
//   - When it returns an error, nothing of the transaction was written, unless
//     the error is a [*CommitUnknownError]: then the caller has to close the
//     database, open it again, and look its operation up by its key.
//   - After any error that says the disk or the file is broken, the database
//     refuses everything with [ErrSuspect] until it is closed and opened again.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// Options say which file to open and how. Only Path is needed.
type Options struct {
	// Path is the file. It is created, readable by its owner only, if nothing
	// is there and ReadOnly is not set.
	Path string

	// ApplicationID is written into a new file and must be found in an old
	// one, so that no other program's database is ever written to.
	ApplicationID int32

	// Readers is how many transactions may read at the same time. If zero, 2.
	// Exclusive leaves one, shared with the writer.
	Readers int

	// ReadOnly opens an existing file without writing to it: to verify a copy,
	// or to look at a database another process has open.
	ReadOnly bool

	// Exclusive keeps the file locked for this process and reads through the
	// connection that writes. It needs no shared-memory file, so it opens a
	// database on a disk so full that none can be made, and works on a VFS
	// that has none. It does not go with ReadOnly, which cannot lock.
	Exclusive bool

	// MaxPages is the greatest size in pages of 4 KiB; beyond it a write gets
	// ErrFull. If zero, there is no bound.
	MaxPages int64

	// VFS names a file system registered with SQLite to use instead of the
	// operating system's. It is for tests, and switches off what asks the
	// operating system about the file.
	VFS string

	// Trace is told of every statement before it runs. It is for benchmarks that
	// run the same statements without this package.
	Trace func(sql string, args []any)

	// Synchronous is Full. Normal is taken only together with VFS: it loses
	// acknowledged transactions at a power cut, and is here so that the tests
	// of power cuts can show that they would see it.
	Synchronous Synchronous
}

// Synchronous is how hard SQLite makes sure that a commit has reached the disk.
type Synchronous int

// Full waits for the disk at every commit; Normal only at a checkpoint.
const (
	Full Synchronous = iota
	Normal
)

func (o Options) check() error {
	switch {
	case o.Path == "":
		return errors.New("no path given")
	case o.Synchronous != Full && o.VFS == "":
		return errors.New("synchronous below FULL loses acknowledged transactions and is for tests on a VFS of their own")
	case o.ReadOnly && o.Exclusive:
		return errors.New("a file opened read-only cannot be locked exclusively")
	}
	return nil
}

// A DB is one open database file. Its methods may be called from any
// goroutine. Calling Write, Read, Checkpoint, Backup or Close from within a
// function given to Write or Read can wait for itself for ever.
type DB struct {
	o    Options
	path string
	file identity
	fsys string

	// In Exclusive mode these three are one and the same pool of one
	// connection. A database opened read-only has only readers.
	writers, readers, checkpointers pool

	// broken is the first error that made the database suspect.
	broken atomic.Pointer[error]

	closing sync.Once
	closed  chan struct{}
}

// A pool holds the connections nobody is using. To take one out is to own it.
type pool chan *conn

// Err returns nil while the database may be used, an error that wraps
// ErrSuspect and tells its cause once it may not, and ErrClosed after Close.
func (db *DB) Err() error {
	select {
	case <-db.closed:
		return ErrClosed
	default:
	}
	if cause := db.broken.Load(); cause != nil {
		// Told, not wrapped: what is refused from now on was surely not
		// written, and must not be taken for a commit of unknown outcome.
		return fmt.Errorf("%w: %v", ErrSuspect, *cause)
	}
	return nil
}

// note remembers err if it means that the disk or the file cannot be trusted.
func (db *DB) note(err error) {
	var e *Error
	var unknown *CommitUnknownError
	if errors.As(err, &unknown) || errors.As(err, &e) && e.broken {
		db.broken.CompareAndSwap(nil, &err)
	}
}

// take waits for a connection of p. ctx ends the wait, nothing else.
func (db *DB) take(ctx context.Context, p pool) (*conn, error) {
	// Asked first because a select picks at random among what is ready.
	if ctx.Err() != nil {
		return nil, waitEnded(ctx)
	}
	if err := db.Err(); err != nil {
		return nil, err
	}
	select {
	case c := <-p:
		// It may have broken, or begun to close, while we waited.
		if err := db.Err(); err != nil {
			p <- c
			return nil, err
		}
		return c, nil
	case <-ctx.Done():
		return nil, waitEnded(ctx)
	case <-db.closed:
		return nil, ErrClosed
	}
}

func waitEnded(ctx context.Context) error {
	return fmt.Errorf("wait for the database: %w", context.Cause(ctx))
}

// Close waits until nobody uses the database and closes it. Calls that wait
// for a connection get ErrClosed. The last connection to close folds the
// write-ahead log into the file.
func (db *DB) Close() error {
	var errs []error
	db.closing.Do(func() {
		close(db.closed)
		// The writer last: a connection that may only read cannot fold the
		// write-ahead log in.
		for _, p := range db.pools() {
			for range cap(p) {
				errs = append(errs, (<-p).close())
			}
		}
	})
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close %s: %w", db.path, err)
	}
	return nil
}

// pools returns each pool once, the writer's last.
func (db *DB) pools() []pool {
	if db.o.Exclusive {
		return []pool{db.writers}
	}
	return []pool{db.readers, db.checkpointers, db.writers}
}
