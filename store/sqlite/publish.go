package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// tempFile makes an empty file, its owner's only, to be filled and published
// under name.
func tempFile(name string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(name), tempPrefix(name)+"*") // 0600
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func tempPrefix(name string) string { return filepath.Base(name) + ".part-" }

// discard removes a temporary file that may have been published.
func discard(temp string) error {
	if err := os.Remove(temp); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

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
		return discard(temp)
	case errors.Is(err, os.ErrExist):
		return err
	}
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, os.ErrExist)
	}
	return os.Rename(temp, name)
}

// finish removes the second name of a file whose publishing was cut short
// between the two, and returns how the file looks then.
func finish(name string, info os.FileInfo) (os.FileInfo, error) {
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix(name)) {
			continue
		}
		temp := filepath.Join(filepath.Dir(name), e.Name())
		if other, err := os.Lstat(temp); err == nil && os.SameFile(info, other) {
			if err := discard(temp); err != nil {
				return nil, err
			}
		}
	}
	return os.Lstat(name)
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
