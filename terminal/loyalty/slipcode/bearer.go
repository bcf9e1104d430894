package slipcode

import (
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Code is 128 random bits that stand for the account of a customer without a
// card. Who has the slip has the code.
type Code [16]byte

// canonical is the form a ref is made of.
func (c Code) canonical() string { return encoding.EncodeToString(c[:]) }

// Identifiers are the code as a record keeps it, under each key, in their order.
func (c Code) Identifiers(keys []member.ChainKey) []member.Identifier {
	ids := make([]member.Identifier, len(keys))
	for i, key := range keys {
		ids[i] = member.Identifier{
			Ref: member.NewRef(key, member.KindSlip, c.canonical()), Kind: member.KindSlip, Mask: member.Mask(c.canonical()),
		}
	}
	return ids
}

// String keeps the code out of logs.
func (c Code) String() string { return member.Mask(c.canonical()) }

// GoString keeps it out of %#v too.
func (c Code) GoString() string { return "slip code " + c.String() }

// A Bearer is what the code of a bearer slip says.
type Bearer struct {
	Code   Code
	Record ledger.Key // of the award
	// Account is the one the award went to. Another in its place by now means
	// that the slip was added to a card.
	Account ledger.Account
	// Until is the last business day on which it can be added to a card.
	Until ledger.Day
}

// Encode is b as a text under key; a day that is none is an error.
func (b Bearer) Encode(key member.ChainKey) (string, error) {
	var w writer
	w.bytes(b.Code[:])
	w.key(b.Record)
	w.bytes(b.Account[:])
	if err := w.day(b.Until); err != nil {
		return "", err
	}
	return seal(BearerPrefix, key, w), nil
}

// ParseBearer reads what one of keys wrote. The error is ErrNoCode or ErrForged.
func ParseBearer(text string, keys []member.ChainKey) (Bearer, error) {
	content, err := open(BearerPrefix, text, keys)
	if err != nil {
		return Bearer{}, err
	}
	r := reader{rest: content}
	var b Bearer
	copy(b.Code[:], r.take(len(b.Code)))
	b.Record, b.Account, b.Until = r.key(), r.account(), r.day()
	if !r.done() {
		return Bearer{}, ErrNoCode
	}
	return b, nil
}
