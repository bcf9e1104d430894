package sqlite

import (
	"fmt"
	"strconv"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// A role is what a connection is for.
type role int

const (
	writing role = iota
	reading
	checkpointing
	looking // at a file opened read-only
)

const (
	// journalBytes is the size the write-ahead log is cut back to, and the
	// size at which a commit checkpoints although RunCheckpoints is there to.
	journalBytes = 16 << 20

	// autoCheckpoint is SQLite's own number of pages after which a commit
	// checkpoints. It holds until RunCheckpoints takes that over.
	autoCheckpoint = 1000

	// busyMillis is how long a lock held by another program is waited for. One
	// held longer is a fault to report.
	busyMillis = 5000

	// A checkpoint that wants the log emptied keeps writers out while it waits
	// for readers, so it gives up early and is tried again another time.
	checkpointBusyMillis = 250
)

// A Setting is one property of the connections and what was read back.
type Setting struct {
	Name  string
	Value string // read back from SQLite
	Want  string // what Open insists on
}

// settings returns what must hold on a connection of the role, in the order in
// which it is set. The README has the reason for each.
func (o Options) settings(r role) []Setting {
	want := func(name, value string) Setting { return Setting{Name: name, Want: value} }
	list := []Setting{
		want("locking_mode", choose(o.Exclusive, "exclusive", "normal")),
		want("synchronous", choose(o.Synchronous == Normal, "1", "2")),
		want("foreign_keys", "1"),
		want("recursive_triggers", "1"),
		want("secure_delete", "1"),
		want("busy_timeout", strconv.Itoa(choose(r == checkpointing, checkpointBusyMillis, busyMillis))),
		want("query_only", choose(r == reading || r == looking, "1", "0")),
		want("trusted_schema", "0"),
		want("cell_size_check", "1"),
		want("mmap_size", "0"),
		want("temp_store", "2"),
		want("journal_size_limit", strconv.Itoa(journalBytes)),
		want("wal_autocheckpoint", strconv.Itoa(choose(r == writing, autoCheckpoint, 0))),
	}
	if r != looking {
		list = append(list, want("journal_mode", "wal"))
	}
	if r == writing && o.MaxPages > 0 {
		list = append(list, want("max_page_count", strconv.FormatInt(o.MaxPages, 10)))
	}
	return list
}

// byHand are the settings the driver's data source name has no key for.
// journal_mode has one, but the driver sets it before locking_mode; then a
// file system without shared memory refuses, and stays in another mode
// without a word.
func byHand(name string) bool {
	switch name {
	case "trusted_schema", "cell_size_check", "mmap_size", "temp_store",
		"journal_size_limit", "wal_autocheckpoint", "max_page_count":
		return true
	}
	return false
}

// apply makes the settings the data source name could not. SQLite answers a
// misspelt pragma with silence, so nothing is believed before verify.
func (c *conn) apply(list []Setting) error {
	for _, s := range list {
		if !byHand(s.Name) {
			continue
		}
		if err := c.script("PRAGMA " + s.Name + " = " + s.Want); err != nil {
			return err
		}
	}
	c.raw.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	c.raw.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, 16<<20)
	c.raw.SetLimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100<<10)
	return nil
}

// verify reads every setting back and refuses the first that does not hold.
func (c *conn) verify(list []Setting) error {
	got, err := c.readBack(list)
	if err != nil {
		return err
	}
	for _, s := range got {
		if s.Value != s.Want {
			return fmt.Errorf("PRAGMA %s is %q and must be %q: this build of SQLite, or this file system, cannot be trusted with the database", s.Name, s.Value, s.Want)
		}
	}
	return nil
}

func (c *conn) readBack(list []Setting) ([]Setting, error) {
	out := make([]Setting, len(list))
	for i, s := range list {
		v, err := c.value("PRAGMA " + s.Name)
		if err != nil {
			return nil, err
		}
		if v == nil && s.Name == "mmap_size" {
			v = int64(0) // a file system that cannot map files does not answer
		}
		out[i] = Setting{Name: s.Name, Value: fmt.Sprint(v), Want: s.Want}
	}
	return out, nil
}

func choose[T any](yes bool, then, otherwise T) T {
	if yes {
		return then
	}
	return otherwise
}
