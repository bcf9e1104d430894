// Package wire is the protocol's bytes around the records that go up and the
// bulletins that come down.
//
// Everything signed is a document of lines: one JSON object a line, each line
// ended by a line feed, the second line the signature of the first. A reader
// takes a document only if it is, byte for byte, what this package would have
// written, or, where a newer peer may say more, if the signature covers what
// it says. The golden files in testdata freeze the bytes.
package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"zegel/terminal/loyalty/ledger"
)

// Format is the version of the documents this package writes and reads.
const Format = 1

// MaxDocument bounds every document and page in either direction, in bytes
// after decompression.
const MaxDocument = ledger.MaxBatchBytes

// ContentType is what documents are sent as.
const ContentType = "application/x-ndjson"

// The tags stand before what is signed or hashed, so that bytes made for one
// purpose never pass for another.
const (
	tagBatch   = "zegel batch 1\x00"
	tagReply   = "zegel reply 1\x00"
	tagRequest = "zegel request 1\x00"
	tagPull    = "zegel pull 1\x00"
	tagKey     = "zegel public key 1\x00"
	tagCode    = "zegel code 1\x00"
)

// A KeyID names a public key: the first eight bytes of its SHA-256.
type KeyID [8]byte

// IDOf names the key.
func IDOf(key ed25519.PublicKey) (id KeyID) {
	copy(id[:], fingerprint(key))
	return id
}

func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// MarshalText writes lower-case hex.
func (k KeyID) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads 16 hex digits.
func (k *KeyID) UnmarshalText(b []byte) error {
	if len(b) != 2*len(k) {
		return fmt.Errorf("key id %q: need 16 hex digits", b)
	}
	_, err := hex.Decode(k[:], b)
	return err
}

func fingerprint(key ed25519.PublicKey) []byte {
	sum := sha256.Sum256(append([]byte(tagKey), key...))
	return sum[:]
}

// signed is what a signature covers: a tag, and each part with its length
// before it, so that nothing can be moved from one part into the next.
func signed(tag string, parts ...[]byte) []byte {
	b := []byte(tag)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// A signatureLine is the second line of a document.
type signatureLine struct {
	Signature []byte `json:"signature"`
}

// seal puts the signature line after a document's first line.
func seal(key ed25519.PrivateKey, tag string, first []byte) ([]byte, error) {
	second, err := json.Marshal(signatureLine{ed25519.Sign(key, signed(tag, first))})
	if err != nil {
		return nil, err
	}
	doc := make([]byte, 0, len(first)+len(second)+2)
	doc = append(append(doc, first...), '\n')
	return append(append(doc, second...), '\n'), nil
}

var errNoDocument = errors.New("not a signed document")

// open checks a document's signature and gives its first line and what follows
// the second.
func open(key ed25519.PublicKey, tag string, doc []byte) (first, rest []byte, err error) {
	first, rest, ok := bytes.Cut(doc, []byte{'\n'})
	second, rest, ok2 := bytes.Cut(rest, []byte{'\n'})
	if !ok || !ok2 || len(key) != ed25519.PublicKeySize {
		return nil, nil, errNoDocument
	}
	var s signatureLine
	if err := json.Unmarshal(second, &s); err != nil {
		return nil, nil, errNoDocument
	}
	// Base64 and JSON can write one signature in several ways; only ours is taken.
	if again, err := json.Marshal(s); err != nil || !bytes.Equal(again, second) {
		return nil, nil, errNoDocument
	}
	if !ed25519.Verify(key, signed(tag, first), s.Signature) {
		return nil, nil, errors.New("the signature does not fit")
	}
	return first, rest, nil
}
