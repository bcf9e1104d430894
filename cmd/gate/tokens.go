package gate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"zegel/cmd/keyfile"
)

// Tokens are named tokens, each with a scope, kept as hashes in a file with one
// "name:scope:hash" a word. Whoever writes the file gives and takes them; a
// program that runs notices at once.
type Tokens struct {
	path string

	mu    sync.Mutex // guards what follows
	seen  stamp
	known map[[sha256.Size]byte]caller
}

// A stamp tells one state of a file from another.
type stamp struct {
	at   time.Time
	size int64
}

// OpenTokens reads the tokens in the file at path; none where there is no file.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t, t.read()
}

// whose finds the caller whose token has this hash. Who does not know a token
// cannot choose a hash near another, so finding takes no constant time. Where
// the file cannot be read any more no token is good.
func (t *Tokens) whose(hash [sha256.Size]byte) (caller, bool) {
	if t == nil {
		return caller{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.read(); err != nil {
		return caller{}, false
	}
	c, ok := t.known[hash]
	return c, ok
}

// read reads the file where it is another than the one that was read.
func (t *Tokens) read() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.known, t.seen = nil, stamp{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	now := stamp{info.ModTime(), info.Size()}
	if now == t.seen {
		return nil
	}
	list, err := readTokens(t.path)
	if err != nil {
		return err
	}
	t.known, t.seen = make(map[[sha256.Size]byte]caller), now
	for _, k := range list {
		t.known[k.hash] = caller{name: k.name, scope: k.scope}
	}
	return nil
}

// A keptToken is a token as the file has it.
type keptToken struct {
	name, scope string
	hash        [sha256.Size]byte
}

func (k keptToken) String() string {
	return k.name + ":" + k.scope + ":" + hex.EncodeToString(k.hash[:])
}

func readTokens(path string) ([]keptToken, error) {
	words, err := keyfile.Lines(path)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	var list []keptToken
	for i, word := range words {
		parts := strings.Split(word, ":")
		if len(parts) != 3 || !isWord(parts[0]) || !isWord(parts[1]) {
			return nil, fmt.Errorf("token %d in %s is damaged: need name:scope:hash", i+1, path)
		}
		k := keptToken{name: parts[0], scope: parts[1]}
		if n, err := hex.Decode(k.hash[:], []byte(parts[2][:min(len(parts[2]), 2*sha256.Size)])); err != nil || n != sha256.Size || len(parts[2]) != 2*sha256.Size {
			return nil, fmt.Errorf("token %d in %s is damaged: need name:scope:hash", i+1, path)
		}
		list = append(list, k)
	}
	return list, nil
}

// isWord reports whether a token or a scope may be called so.
func isWord(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// MakeToken makes a token and adds it to the file at path. It is shown once;
// only its hash is kept.
func MakeToken(path, name, scope string, random io.Reader) (string, error) {
	if !isWord(name) || !isWord(scope) {
		return "", fmt.Errorf("token %q with scope %q: need small letters, digits, - and _, at most 32", name, scope)
	}
	list, err := readTokens(path)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(list, func(k keptToken) bool { return k.name == name }) {
		return "", fmt.Errorf("there is a token called %q already: revoke it first, or take another name", name)
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := hex.EncodeToString(raw)
	return token, writeTokens(path, append(list, keptToken{name, scope, sha256.Sum256([]byte(token))}))
}

// RevokeToken takes the token of a name out of the file at path; false says
// that there is none.
func RevokeToken(path, name string) (bool, error) {
	list, err := readTokens(path)
	if err != nil {
		return false, err
	}
	left := slices.DeleteFunc(slices.Clone(list), func(k keptToken) bool { return k.name == name })
	if len(left) == len(list) {
		return false, nil
	}
	return true, writeTokens(path, left)
}

// TokenNames are the tokens in the file at path, each as "name:scope".
func TokenNames(path string) ([]string, error) {
	list, err := readTokens(path)
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = k.name + ":" + k.scope
	}
	return names, err
}

// writeTokens replaces the file. One without tokens goes, because an empty key
// file is a damaged one.
func writeTokens(path string, list []keptToken) error {
	if len(list) == 0 {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("tokens: %w", err)
		}
		return nil
	}
	lines := make([]string, len(list))
	for i, k := range list {
		lines[i] = k.String()
	}
	return keyfile.Write(path, lines)
}
