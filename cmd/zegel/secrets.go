package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"zegel/cmd/keyfile"
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

// exposed are the files in a folder for keys that others can read. Where nobody
// else may enter it, there are none.
func exposed(folder string) []string {
	if info, err := os.Stat(folder); err != nil || private(info) {
		return nil
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil // whoever has to read them says so
	}
	var all []string
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.Mode().IsRegular() && !private(info) {
			all = append(all, filepath.Join(folder, f.Name()))
		}
	}
	return all
}

// chainKeys are the keys in force, the one in use first. A shop that has none
// makes its own.
func (s secrets) chainKeys() ([]member.ChainKey, error) {
	lines, err := keyfile.Lines(s.path("chain.keys"))
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		secret := make([]byte, member.KeySize)
		if _, err := io.ReadFull(s.random, secret); err != nil {
			return nil, fmt.Errorf("make a chain key: %w", err)
		}
		lines = []string{hex.EncodeToString(secret)}
		if err := keyfile.Write(s.path("chain.keys"), lines); err != nil {
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
			// Without its cause, which would show part of the key.
			return nil, fmt.Errorf("chain key %d in %s is damaged: need %d hex digits; put the file back from a backup, for under another key every card is a new one",
				i+1, s.path("chain.keys"), 2*member.KeySize)
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
	return s.setChainKeys(append(append([]member.ChainKey(nil), chain...), old...))
}

// setChainKeys writes the keys, each once.
func (s secrets) setChainKeys(keys []member.ChainKey) error {
	var lines []string
	seen := make(map[member.KeyID]bool)
	for _, k := range keys {
		if !seen[k.ID()] {
			seen[k.ID()] = true
			lines = append(lines, hex.EncodeToString(k.Secret()))
		}
	}
	return keyfile.Write(s.path("chain.keys"), lines)
}

// hasChainKeys reports whether there is a chain key already.
func (s secrets) hasChainKeys() (bool, error) {
	lines, err := keyfile.Lines(s.path("chain.keys"))
	return len(lines) > 0, err
}

// deviceKey is this terminal's own key, made the first time.
func (s secrets) deviceKey() (ed25519.PrivateKey, error) {
	return keyfile.Ed25519(s.path("device.key"), s.random)
}
