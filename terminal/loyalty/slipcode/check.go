package slipcode

import (
	"slices"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A Checked is a code that is genuine: one of the given keys wrote it and no
// character of it was changed. One of its codes is set.
//
// That proves what a terminal of the chain printed: which record the slip
// belongs to, and its amounts and points. It does not prove that the paper is
// the first one, nor that the record still stands: what was brought back, used
// or added to a card since is in the journal alone (Compare). The proof is a
// MAC (HMAC, RFC 2104): whoever can check a code could also write one, so it
// says nothing to somebody who trusts nobody with the chain's keys.
type Checked struct {
	Sale    *Sale
	Bearer  *Bearer
	Voucher *Voucher
	// Key is the id of the key that wrote it. An older one than the key in use
	// says that the slip is from before the keys were changed.
	Key member.KeyID
}

// Check reads the code on a slip, of whatever kind, with the chain's keys. The
// error is ErrNoCode or ErrForged.
func Check(text string, keys []member.ChainKey) (Checked, error) {
	var c Checked
	written := upper(text)
	switch {
	case strings.HasPrefix(written, SalePrefix):
		s, err := ParseSale(written, keys)
		if err != nil {
			return Checked{}, err
		}
		c.Sale = &s
	case strings.HasPrefix(written, BearerPrefix):
		b, err := ParseBearer(written, keys)
		if err != nil {
			return Checked{}, err
		}
		c.Bearer = &b
	case strings.HasPrefix(written, VoucherPrefix):
		v, err := ParseVoucher(written, keys)
		if err != nil {
			return Checked{}, err
		}
		c.Voucher = &v
	default:
		return Checked{}, ErrNoCode
	}
	sealed, err := encoding.DecodeString(written[len(SalePrefix):]) // all prefixes are as long
	if err != nil {
		return Checked{}, ErrNoCode
	}
	copy(c.Key[:], sealed)
	return c, nil
}

// Record is the record that the slip belongs to.
func (c Checked) Record() ledger.Key {
	switch {
	case c.Sale != nil:
		return c.Sale.Record
	case c.Bearer != nil:
		return c.Bearer.Record
	case c.Voucher != nil:
		return c.Voucher.Record
	}
	return ledger.Key{}
}

// A Comparison is what a journal says of a genuine code.
type Comparison string

// What a comparison can come to.
const (
	// Agrees is a record of the same amounts and points.
	Agrees Comparison = "agrees"
	// Differs is one of others under the same key: a database was restored, or
	// somebody has a key who should not.
	Differs Comparison = "differs"
	// HeadAgrees is a record of the same points, whose amounts are not kept any more.
	HeadAgrees Comparison = "head_agrees"
)

// Compare holds a code against the record that the journal has under its key.
// Of a bearer slip and a voucher the code has no amounts that its record has:
// it agrees where the record names the code's account.
func (c Checked) Compare(r ledger.Record) Comparison {
	switch {
	case r.Head.Key() != c.Record():
		return Differs
	case c.Sale != nil:
		return c.Sale.compare(r)
	case c.Bearer != nil:
		return names(r, c.Bearer.Account)
	case c.Voucher != nil:
		return names(r, c.Voucher.Account)
	}
	return Differs
}

func (s Sale) compare(r ledger.Record) Comparison {
	if r.Head.Day != s.Day || r.Head.Kind != s.Kind {
		return Differs
	}
	if r.Body == nil {
		if slices.Equal(s.Entries, given(r.Head.Entries)) {
			return HeadAgrees
		}
		return Differs
	}
	is, err := Of(r.Head.Key(), ledger.Draft{
		Kind: r.Head.Kind, Moment: ledger.Moment{Day: r.Head.Day}, Entries: r.Head.Entries, Body: *r.Body,
	})
	if err == nil && is.equal(s) {
		return Agrees
	}
	return Differs
}

func (s Sale) equal(o Sale) bool {
	return s.Record == o.Record && s.Day == o.Day && s.Kind == o.Kind && s.Account == o.Account && s.Currency == o.Currency &&
		s.Total == o.Total && s.Net == o.Net && slices.Equal(s.Entries, o.Entries) && slices.Equal(s.Redeemed, o.Redeemed)
}

// names reports whether a record is about an account.
func names(r ledger.Record, a ledger.Account) Comparison {
	if slices.ContainsFunc(r.Head.Entries, func(e ledger.Entry) bool { return e.Account == a }) {
		if r.Body == nil {
			return HeadAgrees
		}
		return Agrees
	}
	if r.Body != nil && r.Body.Account == a {
		return Agrees
	}
	return Differs
}
