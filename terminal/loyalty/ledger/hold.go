package ledger

import (
	"encoding/hex"
	"encoding/json"
	"errors"
)

// A HoldID names a hold: 128 random bits.
type HoldID [16]byte

// IsZero reports whether h names no hold.
func (h HoldID) IsZero() bool { return h == HoldID{} }

func (h HoldID) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the form of String.
func (h HoldID) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 32 hex digits.
func (h *HoldID) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return errors.New("hold: need 32 hex digits")
	}
	if _, err := hex.Decode(h[:], b); err != nil {
		return errors.New("hold: need 32 hex digits")
	}
	return nil
}

// A Hold is points set aside for one basket until it is paid, released or out
// of time. It is state of one PC and no record.
type Hold struct {
	ID HoldID
	// Request is the key of the sale it is for: a sale has one hold, and the
	// next one for the same sale takes its place.
	Request string
	Account Account // whom the card led to
	Lane    string
	// Until is when it lapses, milliseconds since 1970 UTC of the PC's clock.
	Until Stamp
	// Rules is the version of the programme that decided it.
	Rules int64
	Parts []HoldPart
	// Wish is what was asked for, as the caller encodes it.
	Wish json.RawMessage
}

// A HoldPart is what a hold has of one set-aside of an account, or, in a shop
// that stands alone, of one of its wallets. Of a counter it is what the sale
// will count: the last piece of a stock is set aside for one sale.
type HoldPart struct {
	Account Account    `json:"account,omitzero"`
	Wallet  Wallet     `json:"wallet"`
	From    SetAsideID `json:"from,omitempty"` // "" in a shop that stands alone, and of a counter
	Points  Points     `json:"points"`         // above zero
	// House says that it is the terminal's own account, which has no number
	// before something was counted in it.
	House bool `json:"house,omitempty"`
}
