package sqlite

import (
	"fmt"
	"os"
)

// An identity is what the open file and its write-ahead log were when they
// were opened. A file renamed or replaced under an open database goes on
// taking transactions that nobody will find again; so does a write-ahead log
// that somebody tidied away. SQLite notices neither.
type identity struct {
	path      string
	main, wal os.FileInfo // nil: not asked about
}

func identify(path string) (identity, error) {
	if namesStay {
		return identity{}, nil
	}
	main, err := os.Stat(path)
	if err != nil {
		return identity{}, fmt.Errorf("look at the file just opened: %w", err)
	}
	wal, err := os.Stat(path + "-wal")
	if err != nil {
		return identity{}, fmt.Errorf("look at the write-ahead log just opened: %w", err)
	}
	return identity{path: path, main: main, wal: wal}, nil
}

// check reports whether the names still lead to the files that are open.
func (id identity) check() error {
	if id.main == nil {
		return nil
	}
	if err := same(id.path, id.main); err != nil {
		return err
	}
	return same(id.path+"-wal", id.wal)
}

func same(path string, was os.FileInfo) error {
	is, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	if !os.SameFile(was, is) {
		return fmt.Errorf("%w: %s is another file now", ErrMoved, path)
	}
	return nil
}
