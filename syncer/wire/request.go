package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"

	"zegel/terminal/loyalty/ledger"
)

// The header fields of a request and of a pulled batch.
const (
	HeaderTerminal  = "Zegel-Terminal"
	HeaderRequest   = "Zegel-Request"
	HeaderNonce     = "Zegel-Nonce"
	HeaderSignature = "Zegel-Signature"
	HeaderChallenge = "Zegel-Challenge" // head office's, when it pulls
)

// A Request is what a terminal signs of each of its calls.
type Request struct {
	Terminal ledger.Terminal
	ID       string // random; a repeat of the same request has the same
	Nonce    string // with batches only
	Method   string
	Target   string // path, and ? and query where there is one
	Body     []byte // before any compression
}

// Sign gives the value of HeaderSignature.
func (r Request) Sign(key ed25519.PrivateKey) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, r.signed()))
}

// Verify reports whether signature is that of r.
func (r Request) Verify(key ed25519.PublicKey, signature string) bool {
	return verify(key, r.signed(), signature)
}

func (r Request) signed() []byte {
	body := sha256.Sum256(r.Body)
	return signed(tagRequest, terminalBytes(r.Terminal), []byte(r.Method), []byte(r.Target), []byte(r.ID), []byte(r.Nonce), body[:])
}

// A Pulled batch is what a terminal signs when head office fetches: the
// challenge shows that it answers now.
type Pulled struct {
	Terminal  ledger.Terminal
	Challenge string
	ID        string // of the flight
	Nonce     string
	Body      []byte
}

// Sign gives the value of HeaderSignature.
func (p Pulled) Sign(key ed25519.PrivateKey) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, p.signed()))
}

// Verify reports whether signature is that of p.
func (p Pulled) Verify(key ed25519.PublicKey, signature string) bool {
	return verify(key, p.signed(), signature)
}

func (p Pulled) signed() []byte {
	body := sha256.Sum256(p.Body)
	return signed(tagPull, terminalBytes(p.Terminal), []byte(p.Challenge), []byte(p.ID), []byte(p.Nonce), body[:])
}

func terminalBytes(t ledger.Terminal) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t)) }

func verify(key ed25519.PublicKey, message []byte, signature string) bool {
	sig, err := base64.StdEncoding.Strict().DecodeString(signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, sig)
}

// NewID draws the id of a request or a challenge: 128 bits as 32 hex digits.
func NewID(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}

// ValidID reports whether s has the form of NewID.
func ValidID(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 16 && hex.EncodeToString(b) == s
}
