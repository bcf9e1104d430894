//go:build unix

package main

import (
	"os"
	"testing"
)

func TestKeysAreTheirOwnersAlone(t *testing.T) {
	s := newSecrets(t)
	chainKeys(t, s)
	if _, err := s.deviceKey(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"": 0o700 | os.ModeDir, "chain.keys": 0o600, "device.key": 0o600} {
		if info, err := os.Stat(s.path(name)); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v, %v", s.path(name), info.Mode(), want, err)
		}
	}
}
