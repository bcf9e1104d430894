package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// Checkpoint copies what the write-ahead log holds into the file, without
// making anybody wait. With truncate it also empties the log, for which it has
// to keep writers out for a moment and needs that nobody reads: it returns
// ErrBusy if somebody does for longer than a quarter of a second.
func (db *DB) Checkpoint(ctx context.Context, truncate bool) error {
	if db.o.ReadOnly {
		return fmt.Errorf("checkpoint %s: %w", db.path, ErrReadOnly)
	}
	c, err := db.take(ctx, db.checkpointers)
	if err != nil {
		return err
	}
	defer func() { db.checkpointers <- c }()
	err = c.checkpoint(choose(truncate, "TRUNCATE", "PASSIVE"))
	db.note(err)
	return err
}

// checkpoint runs one checkpoint of the given mode.
func (c *conn) checkpoint(mode string) error {
	sql := "PRAGMA wal_checkpoint(" + mode + ")"
	row, err := c.first(sql)
	if err != nil {
		return err
	}
	// The first column is 1 if somebody was in the way. PASSIVE means not to
	// mind.
	if len(row) == 0 || mode != "PASSIVE" && row[0] != int64(0) {
		return &Error{SQL: sql, Code: codeBusy, Text: "a reader or another program still uses the write-ahead log", kind: ErrBusy}
	}
	return nil
}

// RunCheckpoints checkpoints every so often until ctx ends, and then returns
// nil. While it runs, a commit checkpoints by itself only if the log has grown
// past 16 MiB all the same: the sync of a checkpoint takes many times that of
// a commit, and no cashier should wait for it. An error means that the disk or
// the file is broken, or, with ErrSuspect, that somebody else found it so.
//
// On an Exclusive database a checkpoint and a write wait for each other.
func (db *DB) RunCheckpoints(ctx context.Context, every time.Duration) error {
	pages, err := db.logPages(ctx)
	if err == nil {
		err = db.setAutoCheckpoint(ctx, pages)
	}
	if err != nil {
		return ended(ctx, err)
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			// Nobody else is going to do it now.
			return ended(ctx, db.setAutoCheckpoint(context.WithoutCancel(ctx), autoCheckpoint))
		case <-tick.C:
			if err := db.Checkpoint(ctx, false); err != nil {
				return ended(ctx, err)
			}
		}
	}
}

// ended returns nil in place of an error that, once ctx is over, is nobody's
// business any more: that it is over, or what somebody else was told before.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Cause(ctx)) || errors.Is(err, ErrClosed) || errors.Is(err, ErrSuspect)) {
		return nil
	}
	return err
}

// logPages is how many pages of this database make journalBytes.
func (db *DB) logPages(ctx context.Context) (int, error) {
	c, err := db.take(ctx, db.writers)
	if err != nil {
		return 0, err
	}
	defer func() { db.writers <- c }()
	size, err := c.number("PRAGMA page_size")
	return int(journalBytes / max(size, 512)), err
}

func (db *DB) setAutoCheckpoint(ctx context.Context, pages int) error {
	c, err := db.take(ctx, db.writers)
	if err != nil {
		return err
	}
	defer func() { db.writers <- c }()
	return c.script("PRAGMA wal_autocheckpoint = " + strconv.Itoa(pages))
}

// WALBytes returns the size of the write-ahead log. It is cut back to 16 MiB
// whenever it starts over; one that is much larger has a reader that does not
// end.
func (db *DB) WALBytes() (int64, error) {
	if db.o.VFS != "" {
		return 0, nil // not a file of the operating system's
	}
	info, err := os.Stat(db.path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
