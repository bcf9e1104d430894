package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// crockford is base 32 without the letters people misread, as Douglas
// Crockford published it (https://www.crockford.com/base32.html).
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

const half = 10 // bytes of each half of a code

// A Code lets one terminal join: a secret of 80 random bits, and 80 bits of
// the fingerprint of head office's key, so that whoever answers can be told
// from head office.
type Code struct {
	secret [half]byte
	office [half]byte
}

// NewCode draws a code for the head office with that key.
func NewCode(rand io.Reader, office ed25519.PublicKey) (Code, error) {
	var c Code
	if _, err := io.ReadFull(rand, c.secret[:]); err != nil {
		return Code{}, fmt.Errorf("draw a code: %w", err)
	}
	copy(c.office[:], fingerprint(office))
	return c, nil
}

// String is the code as it is typed: eight groups of four.
func (c Code) String() string {
	s := crockford.EncodeToString(append(c.secret[:], c.office[:]...))
	var groups []string
	for ; s != ""; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(groups, "-")
}

// GoString keeps the secret out of what is printed for debugging.
func (c Code) GoString() string { return "code " + c.Selector() + "-…" }

// ParseCode reads a code as people type it: small letters, O for 0, I and L
// for 1, with or without hyphens and spaces.
func ParseCode(s string) (Code, error) {
	b, err := typed(s)
	if err != nil || len(b) != 2*half {
		return Code{}, errors.New("enrolment code: need eight groups of four letters and digits, as zegel-office printed them")
	}
	var c Code
	copy(c.secret[:], b)
	copy(c.office[:], b[half:])
	return c, nil
}

// ParseSecret reads the half of a code that Secret gives.
func ParseSecret(s string) (Code, error) {
	b, err := typed(s)
	if err != nil || len(b) != half {
		return Code{}, errors.New("enrolment code: need its sixteen secret letters and digits")
	}
	var c Code
	copy(c.secret[:], b)
	return c, nil
}

var misread = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

func typed(s string) ([]byte, error) {
	return crockford.DecodeString(misread.Replace(strings.ToUpper(s)))
}

// Secret is the half that is shown to head office.
func (c Code) Secret() string { return crockford.EncodeToString(c.secret[:]) }

// Selector is the part by which head office finds what it keeps of the code;
// it is no secret.
func (c Code) Selector() string { return c.Secret()[:4] }

// Hash is what head office keeps of the secret.
func (c Code) Hash() ledger.Hash { return sha256.Sum256(append([]byte(tagCode), c.secret[:]...)) }

// Names reports whether key is the one of the head office that made the code.
func (c Code) Names(key ed25519.PublicKey) bool {
	return bytes.Equal(c.office[:], fingerprint(key)[:half])
}
