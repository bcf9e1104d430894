package member

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Kind is the sort of identifier that leads to an account.
type Kind string

// The sorts of identifiers.
const (
	KindCard  Kind = "card"
	KindPhone Kind = "phone"
	KindSlip  Kind = "slip" // the code on a bearer slip
)

// A KeyID names a chain key: the first eight bytes of its SHA-256, so that two
// shops that hold the same key name it alike and no one has to number keys.
type KeyID [8]byte

func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// KeySize is the length of a chain key in bytes.
const KeySize = 32

// A ChainKey is the secret under which identifiers become refs. Every shop of
// a chain holds the same one, so that a card leads to the same ref everywhere.
type ChainKey struct {
	id  KeyID
	key [KeySize]byte
}

// NewChainKey takes the key's 32 secret bytes.
func NewChainKey(secret []byte) (ChainKey, error) {
	if len(secret) != KeySize {
		return ChainKey{}, fmt.Errorf("chain key: %d bytes, need %d", len(secret), KeySize)
	}
	var k ChainKey
	copy(k.key[:], secret)
	sum := sha256.Sum256(append([]byte("zegel chain key 1\x00"), secret...))
	copy(k.id[:], sum[:])
	return k, nil
}

// ID names the key without telling it.
func (k ChainKey) ID() KeyID { return k.id }

// Secret is the key itself, for the file or key store that keeps it and for
// the one request that hands it over when a shop joins.
func (k ChainKey) Secret() []byte { return append([]byte(nil), k.key[:]...) }

// String keeps the secret out of logs.
func (k ChainKey) String() string { return "chain key " + k.id.String() }

// GoString keeps the secret out of %#v too.
func (k ChainKey) GoString() string { return k.String() }

// A Ref stands for an identifier wherever it is stored or sent: the id of the
// chain key and HMAC-SHA256(key, kind, canonical form). Somebody who has the
// key and the refs can try all card numbers; without the key a ref says nothing.
type Ref struct {
	Key KeyID
	Sum [32]byte
}

// NewRef makes the ref of an identifier's canonical form.
func NewRef(key ChainKey, kind Kind, canonical string) Ref {
	mac := hmac.New(sha256.New, key.key[:])
	// The zero byte cannot stand in a kind, so no two pairs read alike.
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write([]byte(canonical))
	r := Ref{Key: key.id}
	mac.Sum(r.Sum[:0])
	return r
}

// MAC proves that whoever holds the key wrote text: HMAC-SHA256 over a purpose
// and the text. A purpose is never a Kind, so no proof is ever a ref.
func (k ChainKey) MAC(purpose string, text []byte) [32]byte {
	mac := hmac.New(sha256.New, k.key[:])
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write(text)
	var sum [32]byte
	mac.Sum(sum[:0])
	return sum
}

// IsZero reports whether r is no ref at all.
func (r Ref) IsZero() bool { return r == Ref{} }

// String is the ref as text: key id, colon, HMAC, in lower-case hex.
func (r Ref) String() string { return r.Key.String() + ":" + hex.EncodeToString(r.Sum[:]) }

// MarshalText writes the form of String.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the form of String.
func (r *Ref) UnmarshalText(b []byte) error {
	key, sum, ok := strings.Cut(string(b), ":")
	if !ok || len(key) != 2*len(r.Key) || len(sum) != 2*len(r.Sum) {
		return errors.New("ref: need 16 hex digits, a colon and 64 hex digits")
	}
	if _, err := hex.Decode(r.Key[:], []byte(key)); err != nil {
		return fmt.Errorf("ref: key id: %w", err)
	}
	if _, err := hex.Decode(r.Sum[:], []byte(sum)); err != nil {
		return fmt.Errorf("ref: %w", err)
	}
	return nil
}

// An Identifier is what led to an account: how it is known to the shop, and
// enough of it for a person to recognise.
type Identifier struct {
	Ref  Ref    `json:"ref"`
	Kind Kind   `json:"kind"`
	Mask string `json:"mask"` // the last four characters, "…4566"
}

// Mask leaves the last four characters of an identifier, fewer of a short one.
// What does not print, in a code that is nobody's identifier, is a question
// mark: masks stand in logs and on screens.
func Mask(canonical string) string {
	r := []rune(canonical)
	keep := min(4, len(r)/2)
	return "…" + strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '?'
		}
		return c
	}, string(r[len(r)-keep:]))
}
