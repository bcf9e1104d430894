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
	"strings"
	"unicode/utf8"
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
	KindTest    Kind = "test" // a page that shows what the printer can do
)

// Align places a text on its line.
type Align string

// The empty Align is left.
const (
	Left   Align = ""
	Centre Align = "centre"
	Right  Align = "right"
)

// A Cell is one column of a row.
type Cell struct {
	Text  string `json:"text"`
	Align Align  `json:"align,omitempty"`
	// Width is the share of the line in columns; 0 shares what is left.
	Width int `json:"width,omitempty"`
	// Whole text is never broken: an amount, a date, a code. Where it does not
	// fit its row becomes two lines, the label first.
	Whole bool `json:"whole,omitempty"`
}

// A Block is one element of a slip. Exactly one of Text, Row, Rule, Feed and QR is set.
type Block struct {
	// Text is a paragraph; a line feed in it starts a new line.
	Text  string `json:"text,omitempty"`
	Align Align  `json:"align,omitempty"`
	Bold  bool   `json:"bold,omitempty"`
	// Double is twice the width and twice the height.
	Double bool `json:"double,omitempty"`
	// Row is a line of columns, left to right.
	Row []Cell `json:"row,omitempty"`
	// Rule is a line across the paper.
	Rule bool `json:"rule,omitempty"`
	// Feed is a number of empty lines.
	Feed int `json:"feed,omitempty"`
	// QR is the text of a QR code, printable ASCII of at most MaxQR bytes.
	QR string `json:"qr,omitempty"`
}

// MaxQR is the most bytes a QR code has: one of this length is read well from
// thermal paper 58 mm wide.
const MaxQR = 300

// A Slip is what the customer reads. The paper is cut after its last block.
type Slip struct {
	Kind   Kind    `json:"kind"`
	Lang   string  `json:"lang"` // of its texts, BCP 47: "nl", "en"
	Blocks []Block `json:"blocks"`
}

// Limits of a slip that was read back from bytes.
const (
	MaxBlocks = 200
	MaxText   = 4096
)

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

// Validate reports the first thing about s that no printer could be asked to print.
func (s Slip) Validate() error {
	if len(s.Blocks) > MaxBlocks {
		return fmt.Errorf("slip: %d blocks, at most %d", len(s.Blocks), MaxBlocks)
	}
	for i, b := range s.Blocks {
		if err := b.validate(); err != nil {
			return fmt.Errorf("slip: block %d: %w", i+1, err)
		}
	}
	return nil
}

func (b Block) validate() error {
	set := 0
	for _, is := range []bool{b.Text != "", len(b.Row) > 0, b.Rule, b.Feed > 0, b.QR != ""} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("has %d of text, row, rule, feed and QR; needs exactly one", set)
	}
	if len(b.Text) > MaxText || !utf8.ValidString(b.Text) {
		return fmt.Errorf("text of %d bytes is too long or not UTF-8", len(b.Text))
	}
	if len(b.QR) > MaxQR || strings.ContainsFunc(b.QR, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("QR code of %d bytes is too long or not printable ASCII", len(b.QR))
	}
	for _, c := range b.Row {
		if len(c.Text) > MaxText || !utf8.ValidString(c.Text) {
			return fmt.Errorf("cell of %d bytes is too long or not UTF-8", len(c.Text))
		}
	}
	return nil
}

// Copied is s as any paper after the first shows it: headed by heading, the
// word for a copy in the slip's language ("DUPLICAAT"), and nothing else changed.
func (s Slip) Copied(heading string) Slip {
	blocks := make([]Block, 0, len(s.Blocks)+1)
	blocks = append(blocks, Block{Text: heading, Align: Centre, Bold: true, Double: true})
	s.Blocks = append(blocks, s.Blocks...)
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
