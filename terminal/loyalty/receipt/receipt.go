// Package receipt says what a slip tells the shopper, for no printer in particular.
//
// A slip is a list of blocks: already translated, already formatted text with
// a little style. Its blocks are part of the record they belong to and are
// never made again: a copy printed next year reads exactly as the original did,
// but for its heading.
package receipt

import (
	"encoding/json"
	"fmt"
)

// Kind names the occasion of a slip, and so the shop's policy for printing it.
type Kind string

// The occasions of the slips there are.
const (
	KindAward  Kind = "award"  // points given for a basket
	KindRedeem Kind = "redeem" // points spent, perhaps with some given for the same basket
	KindReturn Kind = "return" // goods came back
	KindUndo   Kind = "undo"   // a sale was undone
	KindMove   Kind = "move"   // an award went to the right member
	KindEnrol  Kind = "enrol"  // somebody became a member
	KindClaim  Kind = "claim"  // a bearer slip was added to a card
	KindAdjust Kind = "adjust" // points a person gave
	KindDay    Kind = "day"    // a business day's figures
	// KindVoucher is a voucher: a paper of its own besides the sale's slip.
	KindVoucher Kind = "voucher"
	KindTest    Kind = "test"  // a page that shows what the printer can do
	KindSheet   Kind = "sheet" // codes that a scanner is set up with
	KindTill    Kind = "till"  // lines of the till's own
)

// A Slip is what the customer reads. The paper is cut after its last block.
type Slip struct {
	Kind   Kind    `json:"kind"`
	Lang   string  `json:"lang"` // of its texts, BCP 47: "nl", "en"
	Blocks []Block `json:"blocks"`
}

// MaxBlocks is the most blocks of a slip.
const MaxBlocks = 200

// Encode gives the bytes a slip is kept as.
func (s Slip) Encode() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// Decode reads a slip back from its bytes.
func Decode(b []byte) (Slip, error) {
	var s Slip
	if err := json.Unmarshal(b, &s); err != nil {
		return Slip{}, fmt.Errorf("read a slip: %w", err)
	}
	return s, s.Validate()
}

// Copied is s as any paper after the first shows it: headed by heading, the
// word for a copy in the slip's language ("DUPLICAAT"), and nothing else changed.
// Where the slip is cut into several papers, each of them is.
func (s Slip) Copied(heading string) Slip {
	copied := Block{Text: heading, Align: Centre, Bold: true, Double: true}
	blocks := make([]Block, 0, len(s.Blocks)+1)
	blocks = append(blocks, copied)
	cut := false
	for _, b := range s.Blocks {
		if cut && !b.Cut {
			blocks = append(blocks, copied)
		}
		cut = b.Cut
		blocks = append(blocks, b)
	}
	s.Blocks = blocks
	return s
}

// A Job is a slip on its way to paper.
type Job struct {
	ID   int64 // of the shop's own database; grows with time
	Slip Slip
	// Lane is the checkout whose printer it is for.
	Lane string
	// Attempt counts the papers that may have been started before this one;
	// above zero the paper must be headed as a copy.
	Attempt int
}
