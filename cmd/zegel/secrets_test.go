package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/member"
)

func newSecrets(t *testing.T) secrets {
	t.Helper()
	s := secrets{folder: filepath.Join(t.TempDir(), "secrets"), random: rand.Reader}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	return s
}

func chainKeys(t *testing.T, s secrets) []member.ChainKey {
	t.Helper()
	keys, err := s.chainKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func ids(keys []member.ChainKey) []member.KeyID {
	var out []member.KeyID
	for _, k := range keys {
		out = append(out, k.ID())
	}
	return out
}

// chainOf is a head office's key.
func chainOf(t *testing.T, b byte) member.ChainKey {
	t.Helper()
	k, err := member.NewChainKey(bytes.Repeat([]byte{b}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAShopMakesItsKeysOnce(t *testing.T) {
	s := newSecrets(t)
	first := chainKeys(t, s)
	device, err := s.deviceKey()
	if err != nil || len(first) != 1 {
		t.Fatalf("%d keys, %v", len(first), err)
	}
	s.random = broken{}
	again, err := s.deviceKey()
	if err != nil || !again.Equal(device) || !reflect.DeepEqual(ids(chainKeys(t, s)), ids(first)) {
		t.Errorf("other keys came back, %v", err)
	}
	if other := newSecrets(t); reflect.DeepEqual(ids(chainKeys(t, other)), ids(first)) {
		t.Error("two shops made the same key")
	}
}

// broken is a source of chance that has none.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no chance") }

// A card scanned before the shop joined still leads to its account.
func TestTheChainsKeysComeFirstAndTheShopsOwnStay(t *testing.T) {
	s := newSecrets(t)
	own := chainKeys(t, s)[0]
	one, two := chainOf(t, 1), chainOf(t, 2)
	for _, step := range []struct {
		keep []member.ChainKey
		want []member.ChainKey
	}{
		{[]member.ChainKey{one}, []member.ChainKey{one, own}},
		{[]member.ChainKey{one}, []member.ChainKey{one, own}},                // the same command again
		{[]member.ChainKey{two, one}, []member.ChainKey{two, one, own}},      // the chain took a new key
		{[]member.ChainKey{own, two, own}, []member.ChainKey{own, two, one}}, // and the shop's own for its own
	} {
		if err := s.keepChainKeys(step.keep); err != nil {
			t.Fatal(err)
		}
		if got := chainKeys(t, s); !reflect.DeepEqual(ids(got), ids(step.want)) {
			t.Errorf("got %v, want %v", got, step.want)
		}
	}
	if got := chainKeys(t, s); !bytes.Equal(got[1].Secret(), two.Secret()) {
		t.Error("a key came back as another")
	}
}

func TestAShopWithoutCardsLeavesItsKeyBehind(t *testing.T) {
	s := newSecrets(t)
	chainKeys(t, s)
	if err := s.setChainKeys([]member.ChainKey{chainOf(t, 1), chainOf(t, 1)}); err != nil {
		t.Fatal(err)
	}
	if got := chainKeys(t, s); !reflect.DeepEqual(ids(got), ids([]member.ChainKey{chainOf(t, 1)})) {
		t.Errorf("got %v", got)
	}
}

// A damaged key is never replaced by a new one: every card would be a
// stranger's.
func TestDamagedKeysAreExplained(t *testing.T) {
	whole := strings.Repeat("0a", member.KeySize)
	for name, content := range map[string]string{
		"empty": "", "short": whole[2:], "long": whole + "00", "no hex": "x" + whole[1:], "an odd letter": whole[1:], "the second one": whole + "\n" + whole[2:], "words": "not a key",
	} {
		for _, file := range []string{"chain.keys", "device.key"} {
			s := newSecrets(t)
			path := write(t, s.folder, file, content)
			var err error
			if file == "chain.keys" {
				_, err = s.chainKeys()
			} else {
				_, err = s.deviceKey()
			}
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("%s %s: got %v", name, file, err)
			}
			if err != nil && (strings.Contains(err.Error(), "0a0a") || strings.Contains(err.Error(), "invalid byte")) {
				t.Errorf("%s %s: part of the key stands in %v", name, file, err)
			}
			if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
				t.Errorf("%s %s: the file was changed to %q, %v", name, file, kept, err)
			}
		}
	}
}

func TestDamagedKeysAreNotJoinedOver(t *testing.T) {
	s := newSecrets(t)
	path := write(t, s.folder, "chain.keys", "half a k")
	if err := s.keepChainKeys([]member.ChainKey{chainOf(t, 1)}); err == nil {
		t.Error("kept over a damaged file")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "half a k" {
		t.Errorf("the file is now %q, %v", b, err)
	}
}

func TestKeysThatCannotBeMade(t *testing.T) {
	s := newSecrets(t)
	s.random = broken{}
	if keys, err := s.chainKeys(); err == nil {
		t.Errorf("got %v without chance", keys)
	}
	s.folder = filepath.Join(write(t, t.TempDir(), "file", ""), "secrets")
	if err := s.open(); err == nil {
		t.Error("a folder was made in a file")
	}
	s.random = rand.Reader
	if keys, err := s.chainKeys(); err == nil {
		t.Errorf("got %v, which are kept nowhere", keys)
	}
}
