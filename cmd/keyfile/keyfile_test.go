package keyfile_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"zegel/cmd/keyfile"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "chain.keys")
	if lines, err := keyfile.Lines(path); err != nil || lines != nil {
		t.Errorf("where there is none: %v, %v", lines, err)
	}
	for _, want := range [][]string{{"one", "two"}, {"three"}} {
		if err := keyfile.Write(path, want); err != nil {
			t.Fatal(err)
		}
		if got, err := keyfile.Lines(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(p); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v, %v", p, info.Mode(), want, err)
		}
	}
}

// What a power cut left half written is not what is read.
func TestAFileHalfWrittenIsNotTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chain.keys")
	if err := os.WriteFile(path+".new", []byte("hal"), 0o600); err != nil {
		t.Fatal(err)
	}
	if lines, err := keyfile.Lines(path); err != nil || lines != nil {
		t.Errorf("got %v, %v", lines, err)
	}
	if err := keyfile.Write(path, []string{"whole"}); err != nil {
		t.Fatal(err)
	}
	if lines, err := keyfile.Lines(path); err != nil || !reflect.DeepEqual(lines, []string{"whole"}) {
		t.Errorf("got %v, %v", lines, err)
	}
}

// A file that is there and empty once held a key. Another one in its place
// would turn every card into a stranger's.
func TestAnEmptyFileIsNotTakenForNone(t *testing.T) {
	for _, content := range []string{"", "\n", " \t\r\n"} {
		path := filepath.Join(t.TempDir(), "device.key")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if lines, err := keyfile.Lines(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("got %v, %v", lines, err)
		}
		if key, err := keyfile.Ed25519(path, rand.Reader); err == nil {
			t.Errorf("got the key %x", key)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
			t.Errorf("the file was changed to %q, %v", kept, err)
		}
	}
}

func TestEd25519IsDrawnOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "device.key")
	first, err := keyfile.Ed25519(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := keyfile.Ed25519(path, failing{})
	if err != nil || !again.Equal(first) {
		t.Errorf("another key came back, %v", err)
	}
	if other, err := keyfile.Ed25519(filepath.Join(t.TempDir(), "device.key"), rand.Reader); err != nil || other.Equal(first) {
		t.Errorf("two terminals have one key, %v", err)
	}
	if !ed25519.Verify(first.Public().(ed25519.PublicKey), []byte("x"), ed25519.Sign(again, []byte("x"))) {
		t.Error("the key signs nothing")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no chance") }

func TestDamagedKeysAreExplained(t *testing.T) {
	seed := hex.EncodeToString(make([]byte, ed25519.SeedSize))
	for name, content := range map[string]string{
		"too short": seed[2:], "too long": seed + "00", "no hex": "x" + seed[1:], "an odd letter": seed[1:], "two keys": seed + "\n" + seed, "words": "hello there",
	} {
		path := filepath.Join(t.TempDir(), "device.key")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		key, err := keyfile.Ed25519(path, rand.Reader)
		if err == nil || key != nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: got %v, %v", name, key, err)
		}
		if err != nil && strings.Contains(err.Error(), seed[10:]) {
			t.Errorf("%s: the key stands in %v", name, err)
		}
	}
}

func TestWhatCannotBeKeptIsNoKey(t *testing.T) {
	folder := t.TempDir()
	if key, err := keyfile.Ed25519(filepath.Join(folder, "device.key"), failing{}); err == nil || key != nil {
		t.Errorf("without chance: %v, %v", key, err)
	}
	if _, err := keyfile.Lines(folder); err == nil {
		t.Error("a folder was read as a key")
	}
	if err := keyfile.Write(folder, []string{"x"}); err == nil {
		t.Error("a folder was replaced by a key")
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Write(filepath.Join(file, "key"), []string{"x"}); err == nil {
		t.Error("a key was written into a file")
	}
	if err := os.Mkdir(filepath.Join(folder, "key.new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Write(filepath.Join(folder, "key"), []string{"x"}); err == nil {
		t.Error("a folder was in the way and was written to")
	}
}
