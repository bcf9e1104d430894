package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// publish gives the finished file temp its name and makes both outlast a power
// cut. It returns an error that wraps os.ErrExist, and leaves temp, if the name
// is taken.
func publish(temp, name string) error {
	if err := syncFile(temp); err != nil {
		return err
	}
	if err := renameNew(temp, name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// renameNew renames without ever replacing. A link fails where a rename would
// replace; a file system without links is asked first and trusted for a moment.
func renameNew(temp, name string) error {
	err := os.Link(temp, name)
	switch {
	case err == nil:
		return os.Remove(temp)
	case errors.Is(err, os.ErrExist):
		return err
	}
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, os.ErrExist)
	}
	return os.Rename(temp, name)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes a name survive a power cut. Windows keeps names with the
// file's own sync and cannot open a folder.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
