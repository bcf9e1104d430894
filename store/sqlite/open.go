package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Open opens the database file of o, making it if nothing is there, and
// refuses one it cannot trust: the errors it can be asked for are ErrForeign,
// ErrNetwork, ErrCorrupt, ErrBusy, ErrFull and ErrIO. A file refused was not
// changed. ctx is looked at between the steps.
//
// Whatever a reader sees after Open is on the disk, even if the process before
// this one died while the disk was failing: what it left in the write-ahead
// log is written into the file and synced first.
func Open(ctx context.Context, o Options) (*DB, error) {
	db, err := open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", o.Path, err)
	}
	return db, nil
}

func open(ctx context.Context, o Options) (*DB, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	name, number, _ := sqlite3.Version()
	if err := checkVersion(name, number); err != nil {
		return nil, err
	}
	if o.Readers <= 0 {
		o.Readers = 2
	}
	db := &DB{o: o, path: o.Path, closed: make(chan struct{})}
	if o.VFS == "" {
		if err := db.prepareFile(ctx); err != nil {
			return nil, err
		}
	}
	if err := db.connectAll(ctx); err != nil {
		return nil, err
	}
	if o.VFS == "" && !o.ReadOnly {
		var err error
		if db.file, err = identify(db.path); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

// prepareFile looks at what the path leads to, without opening it: opening and
// closing the file by any other way than SQLite's would drop the locks of
// every connection this process has to it.
func (db *DB) prepareFile(ctx context.Context) error {
	path, err := filepath.Abs(db.o.Path)
	if err != nil {
		return err
	}
	db.path = path
	if db.fsys, err = fileSystem(filepath.Dir(path)); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) && !db.o.ReadOnly {
		return db.create(ctx)
	}
	if err == nil && links(info) > 1 && !db.o.ReadOnly {
		info, err = finish(path, info)
	}
	if err != nil {
		return err
	}
	return ours(info, db.o.ReadOnly)
}

// ours refuses what no database of ours can be.
func ours(info os.FileInfo, readOnly bool) error {
	switch {
	case info.IsDir():
		return fmt.Errorf("%w: it is a directory", ErrForeign)
	case info.Mode()&os.ModeSymlink != 0:
		return fmt.Errorf("%w: it is a symbolic link; give the path of the file itself, or its write-ahead log may be looked for beside the link", ErrForeign)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is not a regular file", ErrForeign)
	case info.Size() == 0:
		// Ours appear under their name complete, so this one was cut off.
		return fmt.Errorf("%w: it is empty; move it away, or restore a copy", ErrForeign)
	case links(info) > 1 && !readOnly:
		return fmt.Errorf("%w: it has a second name (hard link); opened under both, each would get a write-ahead log of its own", ErrForeign)
	}
	return nil
}

// create makes a new database beside its path and gives it its name only when
// it is complete and on the disk. A power cut leaves either nothing under the
// name or a database.
func (db *DB) create(ctx context.Context) error {
	if _, err := os.Lstat(db.path + "-wal"); err == nil {
		return fmt.Errorf("%w: the file is gone but its write-ahead log %s-wal is there; restore the file, or move the log away", ErrForeign, db.path)
	}
	temp, err := tempFile(db.path)
	if err != nil {
		return err
	}
	err = db.fill(ctx, temp)
	if err == nil {
		err = publish(temp, db.path)
	}
	if errors.Is(err, os.ErrExist) {
		err = nil // another process made it first; Open goes on with that one
	}
	return errors.Join(err, discard(temp))
}

// fill makes the empty file at path a database of ours.
func (db *DB) fill(ctx context.Context, path string) error {
	c, err := db.connect(ctx, path, writing)
	if err != nil {
		return err
	}
	return c.close() // the last connection: folds the write-ahead log in
}

// connectAll makes the connections and puts them into their pools.
func (db *DB) connectAll(ctx context.Context) (err error) {
	// Filled as far as it went, so that Close can empty it again.
	defer func() {
		if err != nil {
			db.abandon()
		}
	}()
	if db.o.ReadOnly {
		db.readers = make(pool, db.o.Readers)
		return db.fillPool(ctx, db.readers, looking)
	}
	db.writers = make(pool, 1)
	if err := db.fillPool(ctx, db.writers, writing); err != nil {
		return err
	}
	if err := db.settle(ctx); err != nil {
		return err
	}
	if db.o.Exclusive {
		db.readers, db.checkpointers = db.writers, db.writers
		return nil
	}
	db.readers, db.checkpointers = make(pool, db.o.Readers), make(pool, 1)
	if err := db.fillPool(ctx, db.readers, reading); err != nil {
		return err
	}
	return db.fillPool(ctx, db.checkpointers, checkpointing)
}

func (db *DB) fillPool(ctx context.Context, p pool, r role) error {
	for range cap(p) {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := db.connect(ctx, db.path, r)
		if err != nil {
			return err
		}
		p <- c
	}
	return nil
}

// abandon closes the connections of a database that did not open.
func (db *DB) abandon() {
	for _, p := range db.pools() {
		for range len(p) {
			(<-p).close()
		}
	}
}

// settle makes what the process before left in the write-ahead log durable. It
// may have died because a sync failed; then the last transactions can be in
// the operating system's cache and nowhere else, and further syncs of the log
// report success without writing them. Copied into the file they are new to
// the cache, and its sync is a true one. But the part of the log that is on the
// disk would be played back over the file after a power cut, old pages over
// new: so a new log has to be begun, which is synced with its first commit.
// Only then may somebody look an operation up and call it done.
func (db *DB) settle(ctx context.Context) error {
	c := <-db.writers
	defer func() { db.writers <- c }()
	// SQLite does not wait for another process's checkpoint, so we do.
	deadline := time.NewTimer(busyMillis * time.Millisecond)
	defer deadline.Stop()
	for {
		err := c.beginLog()
		if !errors.Is(err, ErrBusy) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-deadline.C:
			return err
		case <-ctx.Done():
			return waitEnded(ctx)
		}
	}
}

// beginLog folds the write-ahead log into the file and begins a new one, if
// there is anything in the old.
func (c *conn) beginLog() error {
	row, err := c.first("PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return err
	}
	if len(row) < 2 || row[1] == int64(0) {
		return nil // closed in good order
	}
	if err := c.checkpoint("TRUNCATE"); err != nil {
		return err
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	// Any commit will do; this one changes nothing.
	return c.script("PRAGMA user_version = " + strconv.FormatInt(version, 10))
}

// connect opens one connection to path for the role.
func (db *DB) connect(ctx context.Context, path string, r role) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := dial(db.dsn(path, r))
	if err != nil {
		return nil, err
	}
	if err := db.establish(c, r); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// establish checks that the file is ours before anything is written to it,
// then makes and verifies the settings.
func (db *DB) establish(c *conn, r role) error {
	if err := db.recognise(c, r); err != nil {
		return err
	}
	list := db.o.settings(r)
	if err := c.apply(list); err != nil {
		return err
	}
	if r == writing {
		if _, err := c.value("PRAGMA journal_mode = WAL"); err != nil {
			return err
		}
	}
	return c.verify(list)
}

// recognise refuses a file with another program's mark. An empty one gets ours,
// as the first thing ever written to it.
func (db *DB) recognise(c *conn, r role) error {
	pages, err := c.number("PRAGMA page_count")
	if err != nil {
		return err
	}
	if pages == 0 && r == writing {
		return c.script("PRAGMA application_id = " + strconv.Itoa(int(db.o.ApplicationID)))
	}
	id, err := c.number("PRAGMA application_id")
	if err != nil {
		return err
	}
	if id != int64(db.o.ApplicationID) {
		return fmt.Errorf("%w: its application id is %#x and should be %#x", ErrForeign, uint32(id), uint32(db.o.ApplicationID))
	}
	return nil
}

// dsn is the data source name of one connection.
func (db *DB) dsn(path string, r role) string {
	mode := "rw" // never rwc: create makes the file, nothing else
	switch {
	case r == reading || r == looking:
		mode = "ro"
	case db.o.VFS != "":
		mode = "rwc"
	}
	q := url.Values{"mode": {mode}}
	if db.o.VFS != "" {
		q.Set("vfs", db.o.VFS)
	}
	for _, s := range db.o.settings(r) {
		if s.Name != "journal_mode" && !byHand(s.Name) {
			q.Set("_"+s.Name, s.Want)
		}
	}
	return fileURL(path, q)
}

// fileURL is path as SQLite and the driver both understand it: the driver
// reads its keys after the first question mark, SQLite the path before it, so
// whatever is awkward in a path must be encoded.
func fileURL(path string, keys url.Values) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: keys.Encode()}
	return u.String()
}
