// Package keyfile keeps keys in files that only their owner may read.
package keyfile

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Lines are the words of the file at path; none when there is no file. A file
// that is there and empty is damaged: a new key in its place would not open
// what the old one closed.
func Lines(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	lines := strings.Fields(string(b))
	if len(lines) == 0 {
		return nil, fmt.Errorf("the key file %s is empty: put it back from a backup; only if there never was a key in it, remove it", path)
	}
	return lines, nil
}

// Write replaces the file at path so that a power cut leaves the old or the
// new one, and makes its folder, which only the owner may enter.
func Write(path string, lines []string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	return nil
}

// syncFolder makes a rename last: what is written under a key must not outlive
// it. Windows has no such call, and needs none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Ed25519 is the key in the file at path, drawn from random the first time.
func Ed25519(path string, random io.Reader) (ed25519.PrivateKey, error) {
	lines, err := Lines(path)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		return ed25519.NewKeyFromSeed(seed), Write(path, []string{hex.EncodeToString(seed)})
	}
	seed, err := hex.DecodeString(lines[0])
	if err != nil || len(seed) != ed25519.SeedSize || len(lines) != 1 {
		return nil, fmt.Errorf("the key in %s is damaged: put the file back from a backup, or move it away and enrol anew", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
