// Package office keeps what head office knows: the batches its terminals
// brought, what they add up to, and what head office decided about them.
//
// It takes an opened database. Its statements are plain SQL that SQLite and
// PostgreSQL both take, and each of its transactions writes to one part of
// intake or one bucket of projection; see DESIGN.md.
package office

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// ApplicationID marks a file as a head office's database: "ZEGO".
const ApplicationID = 0x5A45474F

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNotEnrolled says that head office does not know the terminal.
var ErrNotEnrolled = errors.New("this terminal is not enrolled")

// Config hands in time, chance and what head office has decided to set aside.
type Config struct {
	Now  func() time.Time
	Rand io.Reader // must be a cryptographic source; safe for concurrent use
	// Policy is how much is granted to a member's usual shop; its zero value
	// grants nothing.
	Policy grant.Policy
}

// A DB is head office's database. Its methods may be called from any goroutine
// and from any number of processes.
type DB struct {
	cfg Config
	h   *sqlite.DB
}

// New takes an opened database, brings its schema up to date and fills in the
// rows every part and bucket has. Whoever opened h closes it.
func New(ctx context.Context, h *sqlite.DB, cfg Config) (*DB, error) {
	db := &DB{cfg: cfg, h: h}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := h.Migrate(ctx, files); err != nil {
		return nil, fmt.Errorf("open head office's database: %w", err)
	}
	if err := h.Write(ctx, db.found); err != nil {
		return nil, fmt.Errorf("open head office's database: %w", err)
	}
	return db, nil
}

// ErrOlder says that a database opened read-only has the schema of an earlier
// release.
var ErrOlder = errors.New("the database has an earlier release's schema: open it for writing once to bring it up to date")

// Look takes a database opened read-only and changes nothing: what reads works
// on it, what writes answers sqlite.ErrReadOnly. Whoever opened h closes it.
func Look(ctx context.Context, h *sqlite.DB, cfg Config) (*DB, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	err = h.Migrate(ctx, files) // writes only where there is something to bring up to date
	if errors.Is(err, sqlite.ErrReadOnly) {
		err = ErrOlder
	}
	if err != nil {
		return nil, fmt.Errorf("look at head office's database: %w", err)
	}
	return &DB{cfg: cfg, h: h}, nil
}

// found makes the row of every part and bucket that has none. Each bucket gets
// a branch of head office's own journal, for good.
func (db *DB) found(tx *sqlite.Tx) error {
	for i := range settle.Parts {
		if _, err := tx.Exec(`INSERT INTO parts (ipart, next, projected) VALUES (?, 1, 0) ON CONFLICT (ipart) DO NOTHING`, i); err != nil {
			return err
		}
		var branch ledger.Branch
		if err := db.random(branch[:]); err != nil {
			return err
		}
		root := ledger.Root(ledger.HeadOffice, branch, ledger.Parent{})
		_, err := tx.Exec(`INSERT INTO buckets (bucket, round, position, changed, errand, branch, seq, head, stamp)
			VALUES (?, 0, 0, 0, 0, ?, 0, ?, 0) ON CONFLICT (bucket) DO NOTHING`, i, branch[:], root[:])
		if err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) random(b []byte) error {
	if _, err := io.ReadFull(db.cfg.Rand, b); err != nil {
		return fmt.Errorf("draw random numbers: %w", err)
	}
	return nil
}

func (db *DB) now() ledger.Stamp { return ledger.Stamp(db.cfg.Now().UnixMilli()) }

// Authority is what the terminal may do on head office's behalf, and why not.
func (db *DB) Authority(ctx context.Context, t ledger.Terminal) (a bulletin.Authority, reason string, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT authority, reason FROM terminals WHERE ipart = ? AND terminal = ?`, settle.Part(t), int64(t))
		if err != nil || !found {
			return errors.Join(err, missing(found))
		}
		a, reason = bulletin.Authority(row.Text(0)), row.Text(1)
		return nil
	})
	return a, reason, err
}

// SetAuthority is a person's decision about a terminal that was suspected. Full
// authority solves what it was suspected of, until that comes back.
func (db *DB) SetAuthority(ctx context.Context, t ledger.Terminal, a bulletin.Authority, reason string) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE terminals SET authority = ?, reason = ? WHERE ipart = ? AND terminal = ?`, string(a), reason, settle.Part(t), int64(t))
		if err != nil || n == 0 {
			return errors.Join(err, missing(err != nil))
		}
		if a == bulletin.FullAuthority {
			_, err = tx.Exec(`UPDATE alarms SET solved = 1 WHERE ipart = ? AND terminal = ? AND code = ?`, settle.Part(t), int64(t), string(settle.BranchSuspect))
		}
		return err
	})
}

// Revoke shuts a terminal out, or lets it in again.
func (db *DB) Revoke(ctx context.Context, t ledger.Terminal, revoked bool) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE terminals SET revoked = ? WHERE ipart = ? AND terminal = ?`, revoked, settle.Part(t), int64(t))
		return errors.Join(err, missing(n == 1 || err != nil))
	})
}

func missing(found bool) error {
	if found {
		return nil
	}
	return ErrNotEnrolled
}

// What head office's numbers look like in a row.

func hashOf(b []byte) (h ledger.Hash)       { copy(h[:], b); return h }
func branchOf(b []byte) (id ledger.Branch)  { copy(id[:], b); return id }
func accountOf(b []byte) (a ledger.Account) { copy(a[:], b); return a }

func fractionOf(s string) (f ledger.Fraction, err error) {
	if err := f.UnmarshalText([]byte(s)); err != nil {
		return f, fmt.Errorf("stored remainder: %w", err)
	}
	return f, nil
}
