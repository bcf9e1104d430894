package settle

import (
	"bytes"

	"zegel/terminal/loyalty/ledger"
)

// An Age is how an account is compared to others of the same member: by the
// stamp of the first record that named it, then by its number. The least one
// of those that are linked is the survivor, whatever order they were linked
// in, so every part of head office comes to the same answer by passing the
// least age it knows on along the links.
type Age struct {
	First   ledger.Stamp
	Account ledger.Account
}

// Before reports whether a survives b.
func (a Age) Before(b Age) bool {
	if a.First != b.First {
		return a.First < b.First
	}
	return bytes.Compare(a.Account[:], b.Account[:]) < 0
}

// Older is the one that survives.
func Older(a, b Age) Age {
	if b.Before(a) {
		return b
	}
	return a
}
