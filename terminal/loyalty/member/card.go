package member

import (
	"fmt"
	"io"
)

// A CardNumber is the number of a card of ours, in the one form under which
// the card is known however it was read. Example: an UPC-A of 412345678903 is
// 0412345678903, as an EAN-13 reader gives it.
//
// It prints as its mask. It cannot be compared with ==: compare refs.
type CardNumber struct {
	_ [0]func()
	// Behind a pointer, because fmt prints the fields of a struct that holds a
	// card in an unexported field without asking the card's methods.
	canonical *string
	format    string
	collects  bool // its format is for collecting alone
}

func newCard(canonical string, f Format) CardNumber {
	return CardNumber{canonical: &canonical, format: f.Name, collects: !f.spends()}
}

// IsZero reports whether c is no card at all.
func (c CardNumber) IsZero() bool { return c.canonical == nil }

// Canonical is the whole number. It is for making refs and for the eyes of
// whoever holds the card; it goes into no log, file or message.
func (c CardNumber) Canonical() string {
	if c.canonical == nil {
		return ""
	}
	return *c.canonical
}

// FormatName is the name of the format the card is one of.
func (c CardNumber) FormatName() string { return c.format }

// Spends reports whether showing the card is enough to spend points. One that
// does not still says who collects; no card at all says nothing against it.
func (c CardNumber) Spends() bool { return !c.collects }

// Mask is what may be shown of the number: "…4566".
func (c CardNumber) Mask() string { return Mask(c.Canonical()) }

// String is the mask.
func (c CardNumber) String() string { return c.Mask() }

// GoString is the mask with the format.
func (c CardNumber) GoString() string { return "card " + c.Mask() + " (" + c.format + ")" }

// Format writes the mask whatever the verb, for %d and %x would go past String.
func (c CardNumber) Format(s fmt.State, verb rune) {
	text := c.String()
	if s.Flag('#') {
		text = c.GoString()
	}
	io.WriteString(s, text)
}

// Ref is what stands for the card wherever it is stored or sent.
func (c CardNumber) Ref(key ChainKey) Ref { return NewRef(key, KindCard, c.Canonical()) }

// Identifier is the card as a record keeps it.
func (c CardNumber) Identifier(key ChainKey) Identifier {
	return Identifier{Ref: c.Ref(key), Kind: KindCard, Mask: c.Mask()}
}
