package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Backup copies the database, as it is at one moment, into a new file at path
// that only its owner may read. Writes go on meanwhile, unless the database is
// Exclusive. When it returns nil, the copy is whole, needs no other file beside
// it, and is on the disk under its name; a power cut before that leaves no file
// under the name. It returns an error that wraps os.ErrExist if something is at
// path already, ErrFull if the copy's disk is full.
//
// The copy is made with SQLite's backup interface in one step. A copy of the
// file by other means looks healthy and lacks what is in the write-ahead log.
// A copy in several steps starts over at every write.
func (db *DB) Backup(ctx context.Context, path string) error {
	if err := db.backup(ctx, path); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return nil
}

func (db *DB) backup(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return os.ErrExist
	}
	temp, err := tempFile(path)
	if err != nil {
		return err
	}
	err = db.copyTo(ctx, temp)
	if err == nil {
		err = publish(temp, path)
	}
	return errors.Join(err, discard(temp))
}

// copyTo copies the database into the empty file at path.
func (db *DB) copyTo(ctx context.Context, path string) error {
	source, release, err := db.source(ctx)
	if err != nil {
		return err
	}
	defer release()
	target, err := openTarget(path)
	if err != nil {
		return err
	}
	err = copyPages(target.raw, source.raw)
	if err == nil {
		// The copy says of itself that it has a write-ahead log. Without one
		// it can be opened from a read-only medium and stands alone.
		err = target.script("PRAGMA journal_mode = DELETE")
	}
	return errors.Join(err, target.close())
}

// source returns a connection to copy from. Its own, so that neither a report
// nor a cashier waits for the copy; in Exclusive mode there is only the one.
func (db *DB) source(ctx context.Context) (*conn, func(), error) {
	if db.o.Exclusive || db.o.ReadOnly {
		c, err := db.take(ctx, db.readers)
		return c, func() { db.readers <- c }, err
	}
	if err := db.Err(); err != nil {
		return nil, nil, err
	}
	c, err := db.connect(ctx, db.path, reading)
	return c, func() { c.close() }, err
}

// openTarget opens the file a copy goes into, without journal and syncs: until
// publish has synced it, it is nobody's.
func openTarget(path string) (*conn, error) {
	return dial(fileURL(path, url.Values{"mode": {"rw"}, "_journal_mode": {"OFF"}, "_synchronous": {"OFF"}}))
}

// copyPages copies every page from source to target in one step.
func copyPages(target, source *sqlite3.SQLiteConn) error {
	b, err := target.Backup("main", source, "main")
	if err != nil {
		return newError("backup", err)
	}
	done, err := b.Step(-1)
	if closeErr := b.Close(); err == nil {
		err = closeErr
	}
	switch {
	case err != nil:
		return newError("backup", err)
	case !done:
		return &Error{SQL: "backup", Code: codeBusy, Text: "another program keeps the database locked", kind: ErrBusy}
	}
	return nil
}
