// Package store keeps what a shop must not lose: its journal, what the journal
// adds up to, the slips on their way to paper, and how far head office has got.
//
// There is one way in for records, Post. What leaves the machine is read from
// here when it is due; nothing is handed over in memory. See DESIGN.md.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// ApplicationID marks a file as a shop's database: "ZEGL".
const ApplicationID = 0x5A45474C

//go:embed migrations/*.sql
var migrations embed.FS

// Errors that callers ask about.
var (
	// ErrInUse says that another daemon has the database open.
	ErrInUse = errors.New("another zegel is running on this database; stop it first")
	// ErrUnknown says that nobody can tell now whether a request was recorded.
	// Ask again with the same key once the database is well: a request that was
	// recorded gives its first answer.
	ErrUnknown = errors.New("it is not known whether this was recorded; ask again with the same key")
	// ErrNotRecorded says for certain that a request was not recorded.
	ErrNotRecorded = errors.New("this was not recorded")
	// ErrAlone says that the shop has not joined a head office.
	ErrAlone = errors.New("this shop has not joined a head office")
)

// Config says where the database is and who hands in time and chance.
type Config struct {
	Path string
	// Mark is the file of the high-water mark. It must not travel with the
	// database: keep it in a folder that backups of the database leave out.
	Mark string
	Now  func() time.Time
	Rand io.Reader // must be a cryptographic source; safe for concurrent use
	Log  zerolog.Logger

	// SQLite is for tests that put the file on a disk of their own; its Path
	// and ApplicationID are set from here.
	SQLite sqlite.Options
}

// A DB is the shop's database: the only place where anything is remembered.
// Its methods may be called from any goroutine.
type DB struct {
	cfg  Config
	lock *os.File // nil on a VFS of the tests' own

	mu     sync.RWMutex // guards what follows against being replaced while in use
	h      *sqlite.DB
	closed bool

	reachMu sync.Mutex
	reached reach // as far as this process was told that the journal is written

	markMu sync.Mutex // one writer of the mark's file
	marked reach      // what the file says; zero until this process wrote it

	wordMu sync.Mutex
	word   officeWord
}

// An officeWord is head office's time and when this process heard it; the
// difference of two process times does not follow a clock that is set.
type officeWord struct {
	office time.Time
	heard  time.Time
}

// Open opens the database, or makes it. A database that is broken is set aside
// and a new one made, so that awards go on; what was in it is head office's or
// the backup's to give back.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	db := &DB{cfg: cfg}
	if cfg.SQLite.VFS == "" {
		if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o700); err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		lock, err := lockFile(cfg.Path + ".lock")
		if err != nil {
			return nil, err
		}
		db.lock = lock
	}
	if err := db.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", cfg.Path, err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context) error {
	err := db.openAndSettle(ctx)
	if !errors.Is(err, sqlite.ErrCorrupt) {
		return err
	}
	// Damage may show only where the identity or the journal's end is read.
	if db.h != nil {
		if err := db.h.Close(); err != nil {
			db.cfg.Log.Warn().Err(err).Msg("a broken database did not close well")
		}
	}
	if err := db.setAside(err); err != nil {
		return err
	}
	return db.openAndSettle(ctx)
}

func (db *DB) openAndSettle(ctx context.Context) error {
	h, err := db.openFile(ctx)
	if err != nil {
		return err
	}
	db.h = h
	m, found, err := db.readMark()
	if err != nil {
		return err
	}
	if err := db.settleIdentity(ctx, m, found); err != nil {
		return err
	}
	return h.Write(ctx, func(tx *sqlite.Tx) error {
		// Whoever was printing is gone; nobody knows how far it came.
		_, err := tx.Exec(`UPDATE jobs SET state = 'unknown', reason = 'stopped while printing' WHERE state = 'sending'`)
		return err
	})
}

func (db *DB) openFile(ctx context.Context) (*sqlite.DB, error) {
	options := db.cfg.SQLite
	options.Path, options.ApplicationID = db.cfg.Path, ApplicationID
	h, err := sqlite.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := h.Migrate(ctx, files); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// setAside moves a broken database out of the way, with what belongs to it.
func (db *DB) setAside(cause error) error {
	aside := db.cfg.Path + ".broken-" + db.cfg.Now().UTC().Format("20060102-150405")
	db.cfg.Log.Error().Err(cause).Str("moved_to", aside).Msg("database is broken: set aside, a new one is made; restore what it held from head office or a backup")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Rename(db.cfg.Path+suffix, aside+suffix)
		if err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return fmt.Errorf("set the broken database aside: %w (broken because: %w)", err, cause)
		}
	}
	return nil
}

// Close closes the database; what was not committed never happened.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.closed = true
	var errs []error
	if db.h != nil {
		errs = append(errs, db.h.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

// RunCheckpoints moves the log into the main file off the award's path, until
// ctx ends. A database that an error of the disk closed is opened again by it,
// also while nobody asks for anything.
func (db *DB) RunCheckpoints(ctx context.Context, every time.Duration) error {
	timer := time.NewTicker(every)
	defer timer.Stop()
	ailing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			err := db.use(ctx, func(h *sqlite.DB) error { return h.Checkpoint(ctx, false) })
			if errors.Is(err, sqlite.ErrBusy) || ctx.Err() != nil {
				continue
			}
			if err != nil && !ailing {
				db.cfg.Log.Warn().Err(err).Msg("checkpoints fail")
			}
			ailing = err != nil
		}
	}
}

// write runs f in the one write transaction there is at a time.
func (db *DB) write(ctx context.Context, f func(*sqlite.Tx) error) error {
	return db.use(ctx, func(h *sqlite.DB) error { return h.Write(ctx, f) })
}

// read runs f on one snapshot.
func (db *DB) read(ctx context.Context, f func(*sqlite.Tx) error) error {
	return db.use(ctx, func(h *sqlite.DB) error { return h.Read(ctx, f) })
}

// use runs f on the open database. One that refuses everything because of an
// error before is opened again first: what it refused was never begun, so
// nothing is done twice, and a disk that is well again is noticed by whoever
// comes next.
func (db *DB) use(ctx context.Context, f func(*sqlite.DB) error) error {
	err := db.using(f)
	// More than once, because others may meet the next error before it is our
	// turn, as on a full disk; an end there must be.
	for tries := 0; refused(err) && tries < 20; tries++ {
		if again := db.reopen(ctx); again != nil {
			return errors.Join(err, again)
		}
		err = db.using(f)
	}
	return err
}

func (db *DB) using(f func(*sqlite.DB) error) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return f(db.h)
}

// refused reports an answer of a database that was not even asked.
func refused(err error) bool {
	return errors.Is(err, sqlite.ErrSuspect) || errors.Is(err, sqlite.ErrClosed)
}

// reopen closes a database that is suspect and opens it again, which lets
// SQLite find out what is really on the disk.
func (db *DB) reopen(ctx context.Context) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return sqlite.ErrClosed
	}
	if db.h.Err() == nil {
		return nil // somebody else has done it
	}
	// Whoever asked may go; those who come next need it as much.
	ctx = context.WithoutCancel(ctx)
	closeErr := db.h.Close()
	h, err := db.openSame(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("open the database again: %w", err), closeErr)
	}
	db.h = h
	db.cfg.Log.Warn().Msg("database opened again after an error of the disk")
	return nil
}

// openSame opens the file again, and refuses another one in its place: a disk
// that went away may leave an empty folder, and somebody may have put an older
// copy back. Only a start, which holds it against the mark, may go on in that.
func (db *DB) openSame(ctx context.Context) (*sqlite.DB, error) {
	if db.cfg.SQLite.VFS == "" {
		if _, err := os.Lstat(db.cfg.Path); err != nil {
			return nil, fmt.Errorf("the database is gone: %w", err)
		}
	}
	h, err := db.openFile(ctx)
	if err != nil {
		return nil, err
	}
	at := db.reach()
	err = h.Read(ctx, func(tx *sqlite.Tx) error { return holds(tx, at) })
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// holds is nil when the database goes at least as far as at.
func holds(tx *sqlite.Tx, at reach) error {
	terminal, _, _, err := identityOf(tx)
	if err != nil {
		return err
	}
	row, found, err := tx.One(`SELECT `+branchColumns+` FROM branches WHERE branch = ?`, at.Branch[:])
	if err != nil {
		return err
	}
	if found && terminal == at.Terminal {
		tip, err := tipOf(tx, terminal, scanBranch(row))
		if err != nil || tip.Seq >= at.Seq {
			return err
		}
	}
	return errors.New("it is not the database that was open; stop zegel, put the right one back and start it again")
}

// ceiling is the latest time head office's last word allows now; zero before
// the first word since start. It runs on the process's own clock, which nobody
// can set.
func (db *DB) ceiling() time.Time {
	db.wordMu.Lock()
	defer db.wordMu.Unlock()
	if db.word.office.IsZero() {
		return time.Time{}
	}
	return db.word.office.Add(db.cfg.Now().Sub(db.word.heard))
}

// heard notes head office's time. A clock there that was never set is no word:
// stamps held to it would stand still.
func (db *DB) heard(office ledger.Stamp) {
	at := time.UnixMilli(int64(office))
	if at.Before(neverBefore) {
		return
	}
	db.wordMu.Lock()
	defer db.wordMu.Unlock()
	db.word = officeWord{office: at, heard: db.cfg.Now()}
}

func (db *DB) random(b []byte) error {
	if _, err := io.ReadFull(db.cfg.Rand, b); err != nil {
		return fmt.Errorf("draw random numbers: %w", err)
	}
	return nil
}

// TrustsClock reports whether the PC's clock can be believed at the instant
// at: it was set at all, and it is near what head office last said, where
// head office has said anything since start.
func (db *DB) TrustsClock(at time.Time) bool {
	if at.Before(neverBefore) {
		return false
	}
	expected := db.ceiling()
	return expected.IsZero() || at.Sub(expected).Abs() <= clockTolerance
}

// neverBefore is older than this program: a clock that says so was never set.
var neverBefore = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const clockTolerance = 5 * time.Minute
