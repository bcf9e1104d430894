package ledger

import (
	"encoding/json"
	"errors"
)

// Seen is what a decision saw: the positions it was made from. What was not
// there is not named.
type Seen struct {
	Positions []Position `json:"positions,omitempty"`
	House     []Position `json:"house,omitempty"`
	Referrer  []Position `json:"referrer,omitempty"`
	// Known is as of the holding.
	Known bool `json:"known,omitempty"`
	// Enrolled, Since, Birthday and ReferredBy are of the profile.
	Enrolled   bool    `json:"enrolled,omitempty"`
	Since      Day     `json:"since,omitempty"`
	Birthday   string  `json:"birthday,omitempty"`
	ReferredBy Account `json:"referred_by,omitzero"`
	// Shop and Signals are what the terminal knew besides.
	Shop    string   `json:"shop,omitempty"`
	Signals []string `json:"signals,omitempty"`
	// Reserved is what of a wallet was there and could not be spent: set aside
	// elsewhere, or held for another sale. Only of wallets where that decides
	// what is had without asking, or out of what the sale itself earns.
	Reserved map[Wallet]Points `json:"reserved,omitempty"`
	// NoSpend says that the card which was shown is for collecting only.
	NoSpend bool `json:"no_spend,omitempty"`
}

// A Share says what each line of the basket brought of one entry of the record.
type Share struct {
	Entry int `json:"entry"` // its line number in the record, from 1
	// Base is what of each line counted: minor units, or thousandths where units
	// were counted. Empty where no line counted by itself.
	Base []int64 `json:"base,omitempty"`
	// Points are what each line brought; they add up to the entry's points.
	Points []Points `json:"points,omitempty"`
	// Lots are what a spending took from which lot, as far as it was known.
	Lots []Lot `json:"lots,omitempty"`
	// Voucher says that what was spent went into a voucher: it is not of the
	// sale's goods.
	Voucher bool `json:"voucher,omitempty"`
}

// An Event is something a member did that was no purchase: a review, a survey.
type Event struct {
	Kind string `json:"kind"`
	// ID tells it from others of its kind, so that it is rewarded once.
	ID string `json:"id"`
	// Quantity is how much of it there was, in thousandths: miles flown; 0 is one.
	Quantity int64 `json:"quantity,omitempty"`
}

// A Played is one game a member played.
type Played struct {
	Game string `json:"game"`
	// Commitment is the hash of the seed, which was shown before; Draw is what
	// was drawn from it, from 0 to below a million; Prize what that won, "" for
	// nothing.
	Commitment Hash   `json:"commitment"`
	Draw       int64  `json:"draw"`
	Prize      string `json:"prize,omitempty"`
	// Missed is the prize the draw stood for, but whose budget was used up.
	Missed string `json:"missed,omitempty"`
}

// shareText is a share as it is written: what all of its points are a multiple
// of once, for the lines of a long receipt would take a record's room.
type shareText struct {
	Entry  int      `json:"entry"`
	Base   []int64  `json:"base,omitempty"`
	Each   Points   `json:"each,omitempty"` // 0 is 1
	Points []Points `json:"points,omitempty"`
	Lots   []Lot    `json:"lots,omitempty"`

	Voucher bool `json:"voucher,omitempty"`
}

// MarshalJSON writes the points as multiples of "each".
func (s Share) MarshalJSON() ([]byte, error) {
	text := shareText{Entry: s.Entry, Base: s.Base, Points: s.Points, Lots: s.Lots, Voucher: s.Voucher}
	var each uint64
	for _, p := range s.Points {
		each = gcd(each, abs(int64(p)))
	}
	if each > 1 && each <= 1<<62 {
		text.Each, text.Points = Points(each), make([]Points, len(s.Points))
		for i, p := range s.Points {
			text.Points[i] = p / text.Each
		}
	}
	return json.Marshal(text)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Share) UnmarshalJSON(b []byte) error {
	var text shareText
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	*s = Share{Entry: text.Entry, Base: text.Base, Points: text.Points, Lots: text.Lots, Voucher: text.Voucher}
	if text.Each == 0 {
		return nil
	}
	for i, p := range s.Points {
		n, fits := mul(int64(p), int64(text.Each))
		if text.Each < 1 || !fits {
			return errors.New("share of an entry: its points do not fit")
		}
		s.Points[i] = Points(n)
	}
	return nil
}
