package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zegel/terminal/loyalty/ledger"
)

// A mark is the high-water mark: how far this PC has written its journal, kept
// outside the database so that an older copy of the database is noticed before
// anything is written to it or said to head office.
type mark struct {
	Terminal ledger.Terminal `json:"terminal"`
	Branch   ledger.Branch   `json:"branch"`
	Seq      int64           `json:"seq"`
	// Joined says that the shop has joined a head office: a database that does
	// not know of it, older or new, is no authority for anybody's balance.
	Joined bool `json:"joined,omitempty"`
}

// markEvery is how many records may pass before the mark is written again. It
// is also written at every start and before any batch leaves.
const markEvery = 64

// A reach is a mark with the number of its branch, by which marks are ordered.
type reach struct {
	number int64
	mark
}

func (r reach) beyond(other reach) bool {
	if r.number != other.number || r.Seq != other.Seq {
		return r.number > other.number || r.number == other.number && r.Seq > other.Seq
	}
	return r.Joined && !other.Joined
}

// reach is how far this process was told that the journal is written.
func (db *DB) reach() reach {
	db.reachMu.Lock()
	defer db.reachMu.Unlock()
	return db.reached
}

// reaches notes that the journal is written as far as r.
func (db *DB) reaches(r reach) {
	db.reachMu.Lock()
	defer db.reachMu.Unlock()
	if r.beyond(db.reached) {
		db.reached = r
	}
}

// setMark writes the high-water mark, unless it is further already: whoever
// comes late must not put it back.
func (db *DB) setMark(r reach) error {
	db.markMu.Lock()
	defer db.markMu.Unlock()
	if !r.beyond(db.marked) {
		return nil
	}
	if err := writeMark(db.cfg.Mark, r.mark); err != nil {
		return err
	}
	db.marked = r
	return nil
}

// readMark gives the mark; found is false when there is none. One that is
// damaged counts as none, because to go on in a new branch is right whatever
// it said. One that the system does not let us read is an error: it could not
// be written either.
func (db *DB) readMark() (m mark, found bool, err error) {
	b, err := os.ReadFile(db.cfg.Mark)
	if errors.Is(err, fs.ErrNotExist) {
		return mark{}, false, nil
	}
	if err != nil {
		return mark{}, false, fmt.Errorf("read the high-water mark: %w", err)
	}
	err = json.Unmarshal(b, &m)
	if err == nil && m.Terminal == ledger.HeadOffice {
		err = errors.New("it names no terminal")
	}
	if err != nil {
		db.cfg.Log.Error().Err(err).Str("file", db.cfg.Mark).Msg("the high-water mark is damaged: taken as if there were none")
		return mark{}, false, nil
	}
	return m, true, nil
}

// writeMark replaces the mark so that a power cut leaves the old or the new one.
func writeMark(path string, m mark) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the high-water mark: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the high-water mark: %w", err)
	}
	if err := writeSynced(path+".new", append(b, '\n')); err != nil {
		return fmt.Errorf("write the high-water mark: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the high-water mark: %w", err)
	}
	return syncDir(dir)
}

func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// A turn is what the mark says of a database that is being opened.
type turn struct {
	newBranch bool
	reason    string
}

// compare holds the mark against the database: its terminal, the branch it
// writes, that branch's end, and the branches it knows.
func compare(m mark, found bool, tip ledger.Tip, knows func(ledger.Branch) bool) turn {
	switch {
	case !found:
		return turn{true, "the database came without its high-water mark: it was moved, copied or restored"}
	case m.Terminal != tip.Terminal:
		return turn{true, "the high-water mark belongs to another terminal's database"}
	case m.Branch == tip.Branch && m.Seq > tip.Seq:
		return turn{true, fmt.Sprintf("the database ends at record %d, this PC has written %d: it is an older copy", tip.Seq, m.Seq)}
	case m.Branch != tip.Branch && !knows(m.Branch):
		return turn{true, "this PC has written a branch the database does not have: it is an older copy"}
	}
	return turn{}
}
