package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zegel/terminal/loyalty/member"
)

// A secrets is the folder with what nobody else may read: the chain keys by
// which card numbers become refs, the key of this terminal, and the token.
// Whoever has the disk has them too, unless the disk is encrypted; the manual
// says so.
type secrets struct {
	folder string
	random io.Reader
}

func (s secrets) path(name string) string { return filepath.Join(s.folder, name) }

// open makes the folder.
func (s secrets) open() error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return fmt.Errorf("make the folder for keys: %w", err)
	}
	return nil
}

// chainKeys are the keys in force, the one in use first. A shop that has none
// makes its own.
func (s secrets) chainKeys() ([]member.ChainKey, error) {
	lines, err := s.lines("chain.keys")
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		secret := make([]byte, member.KeySize)
		if _, err := io.ReadFull(s.random, secret); err != nil {
			return nil, fmt.Errorf("make a chain key: %w", err)
		}
		lines = []string{hex.EncodeToString(secret)}
		if err := s.write("chain.keys", lines); err != nil {
			return nil, err
		}
	}
	keys := make([]member.ChainKey, 0, len(lines))
	for i, line := range lines {
		secret, err := hex.DecodeString(line)
		if err == nil {
			var key member.ChainKey
			key, err = member.NewChainKey(secret)
			keys = append(keys, key)
		}
		if err != nil {
			return nil, fmt.Errorf("chain key %d of %s: %w", i+1, s.path("chain.keys"), err)
		}
	}
	return keys, nil
}

// keepChainKeys replaces the keys: those of the chain come first, and what the
// shop used before stays, so that its cards still lead to their accounts.
func (s secrets) keepChainKeys(chain []member.ChainKey) error {
	old, err := s.chainKeys()
	if err != nil {
		return err
	}
	var lines []string
	seen := make(map[member.KeyID]bool)
	for _, k := range append(append([]member.ChainKey(nil), chain...), old...) {
		if !seen[k.ID()] {
			seen[k.ID()] = true
			lines = append(lines, hex.EncodeToString(k.Secret()))
		}
	}
	return s.write("chain.keys", lines)
}

// deviceKey is this terminal's own key, made the first time.
func (s secrets) deviceKey() (ed25519.PrivateKey, error) {
	lines, err := s.lines("device.key")
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		_, key, err := ed25519.GenerateKey(s.random)
		if err != nil {
			return nil, fmt.Errorf("make the terminal's key: %w", err)
		}
		return key, s.write("device.key", []string{hex.EncodeToString(key.Seed())})
	}
	seed, err := hex.DecodeString(lines[0])
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("the terminal's key in %s is damaged: move the file away and join head office again", s.path("device.key"))
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func (s secrets) lines(name string) ([]string, error) {
	b, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	return strings.Fields(string(b)), nil
}

// write replaces a file so that a power cut leaves the old or the new one.
func (s secrets) write(name string, lines []string) error {
	if err := s.open(); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path(name+".new"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	if err := os.Rename(s.path(name+".new"), s.path(name)); err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	return nil
}
