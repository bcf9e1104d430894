package bulletin

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"

	"zegel/terminal/loyalty/ledger"
)

// A Bundle is one version of the programme as head office publishes it: the
// text of its file, from when it is in force, and head office's signature.
type Bundle struct {
	Version int64 `json:"version"`
	// From is the instant from which it is in force, milliseconds since 1970 UTC.
	From      ledger.Stamp `json:"from"`
	Doc       []byte       `json:"doc"`
	Signature []byte       `json:"signature"` // Ed25519, of Signed
}

// A Rulebook is what head office has published after a version that a terminal
// knows: the next one, and whether there are more after it.
type Rulebook struct {
	Terminal ledger.Terminal `json:"terminal"`
	Bundle   *Bundle         `json:"bundle,omitempty"`
	Control  Control         `json:"control"`
}

// MaxBundle is the longest text of a programme that is published.
const MaxBundle = 256 << 10

const tagBundle = "zegel programme 1\x00"

// Signed is what is signed of a bundle: a tag, version and from in eight bytes
// each, big-endian, the text's length in eight, and the text.
func (b Bundle) Signed() []byte {
	out := append([]byte{}, tagBundle...)
	out = binary.BigEndian.AppendUint64(out, uint64(b.Version))
	out = binary.BigEndian.AppendUint64(out, uint64(b.From))
	out = binary.BigEndian.AppendUint64(out, uint64(len(b.Doc)))
	return append(out, b.Doc...)
}

// Sign is b with head office's signature.
func (b Bundle) Sign(key ed25519.PrivateKey) Bundle {
	b.Signature = ed25519.Sign(key, b.Signed())
	return b
}

// Verify reports what is wrong with a bundle: its signature is not key's, or
// it is none that could have been published.
func (b Bundle) Verify(key ed25519.PublicKey) error {
	switch {
	case b.Version < 1 || len(b.Doc) == 0 || len(b.Doc) > MaxBundle:
		return fmt.Errorf("programme, version %d, of %d bytes: need a version from 1 on and at most %d bytes", b.Version, len(b.Doc), MaxBundle)
	case len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, b.Signed(), b.Signature):
		return errors.New("the programme is not signed by head office")
	}
	return nil
}

// InForce is which of bundles is in force at an instant: the highest version
// whose time has come; false where none has. A version that was published
// later takes the place of every lower one, also of one still to come.
func InForce(bundles []Bundle, at ledger.Stamp) (Bundle, bool) {
	var now Bundle
	for _, b := range bundles {
		if b.From <= at && b.Version > now.Version {
			now = b
		}
	}
	return now, now.Version > 0
}

// NextChange is when another bundle comes into force after an instant; false
// where none is to come.
func NextChange(bundles []Bundle, at ledger.Stamp) (ledger.Stamp, bool) {
	now, _ := InForce(bundles, at)
	var next ledger.Stamp
	for _, b := range bundles {
		if b.From > at && b.Version > now.Version && (next == 0 || b.From < next) {
			next = b.From
		}
	}
	return next, next != 0
}
