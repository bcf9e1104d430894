package office

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zegel/cmd/keyfile"
	"zegel/cmd/lockfile"
	store "zegel/store/office"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/member"
)

// What a head office's folder holds.
const (
	databaseName = "office.db"
	keyName      = "office.key"
	lockName     = "office.lock" // held by the one that serves
	// foundingName is the key until the database it is made with is complete:
	// while it is there no shop has ever seen it.
	foundingName = "founding.key"
)

// What Open, OpenExisting and Look say of a folder they do not open.
var (
	// ErrNone: the folder holds no head office.
	ErrNone = errors.New("there is no head office")
	// ErrIncomplete: of key and database one is gone.
	ErrIncomplete = errors.New("half of a head office is gone")
	// ErrInUse: another process serves it.
	ErrInUse = errors.New("another zegel-office serve is running on this folder; stop it first")
)

// A folder is the path of what may hold a head office.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// has reports whether there is something under the name, whatever it is.
func (f folder) has(name string) (bool, error) {
	_, err := os.Lstat(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// check is nil for a whole head office. Key and database belong together:
// shops trust the key only, and without the database it signs nothing.
func (f folder) check() error {
	if info, err := os.Stat(string(f)); err == nil && !info.IsDir() {
		return fmt.Errorf("%w in %s: it is not a folder", ErrNone, f)
	}
	database, err := f.has(databaseName)
	if err != nil {
		return err
	}
	key, err := f.has(keyName)
	if err != nil {
		return err
	}
	founding, err := f.has(foundingName)
	if err != nil {
		return err
	}
	switch {
	case key && database:
		return nil
	case key:
		return fmt.Errorf("%w: %s has %s and no %s: put back the copy of the database that was made with the key, and every shop sends again what it lacks; "+
			"only if there is no copy, move the key away too, let zegel-office serve found a new one, and let every shop join that",
			ErrIncomplete, f, keyName, databaseName)
	case founding:
		return fmt.Errorf("%w in %s yet: its founding was cut short, and the next zegel-office serve ends it", ErrNone, f)
	case database:
		return fmt.Errorf("%w: %s has %s and no %s: put back the copy of the key; a new key would not do, for the shops trust the old one only; "+
			"if there is no copy, the manual says how to give it a new one, after which every shop must join again",
			ErrIncomplete, f, databaseName, keyName)
	}
	return fmt.Errorf("%w in %s; look at --data, or found one with: zegel-office serve", ErrNone, f)
}

// hold takes the folder for the one process that serves it, and makes it.
func (f folder) hold() (*os.File, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, err
	}
	lock, err := lockfile.Hold(f.path(lockName))
	if errors.Is(err, lockfile.ErrHeld) {
		return nil, ErrInUse
	}
	return lock, err
}

// key is head office's key, or the one it is being founded with.
func (f folder) key(founding bool) (ed25519.PrivateKey, error) {
	if founding {
		return keyfile.Ed25519(f.path(foundingName), rand.Reader)
	}
	return keyfile.Ed25519(f.path(keyName), rand.Reader)
}

// founded makes the founding last: from here on shops may see the key.
func (f folder) founded() error {
	lines, err := keyfile.Lines(f.path(foundingName))
	if err != nil {
		return err
	}
	if err := keyfile.Write(f.path(keyName), lines); err != nil {
		return err
	}
	return os.Remove(f.path(foundingName))
}

// found gives a new head office the chain key its shops will use.
func found(ctx context.Context, db *store.DB) error {
	keys, err := db.ChainKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	secret := make([]byte, member.KeySize)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("make the chain key: %w", err)
	}
	chain, err := member.NewChainKey(secret)
	if err != nil {
		return err
	}
	return db.AddChainKey(ctx, chain)
}

func (f folder) database(readOnly bool) sqlite.Options {
	return sqlite.Options{Path: f.path(databaseName), ApplicationID: store.ApplicationID, Readers: 4, ReadOnly: readOnly}
}
