package lockfile_test

import (
	"errors"
	"path/filepath"
	"testing"

	"zegel/cmd/lockfile"
)

func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lockfile.Hold(path)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := lockfile.Hold(path); !errors.Is(err, lockfile.ErrHeld) {
		t.Errorf("a second holder got %v, %v", second, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := lockfile.Hold(path)
	if err != nil {
		t.Fatalf("after the first let go: %v", err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}

func TestALockWhereNoFileCanBe(t *testing.T) {
	if f, err := lockfile.Hold(filepath.Join(t.TempDir(), "none", "lock")); err == nil || errors.Is(err, lockfile.ErrHeld) {
		t.Errorf("got %v, %v", f, err)
	}
}
