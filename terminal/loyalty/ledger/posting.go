package ledger

import "zegel/terminal/loyalty/member"

// A Subject is an account a request names: by its number, or by identifiers
// that may lead to it. The first identifier is under the key in use; the
// others are the same card under older keys. An account none of them leads to
// is minted.
type Subject struct {
	Account     Account
	Identifiers []member.Identifier
}

// A Request is what was asked, as far as repeating it is concerned.
type Request struct {
	// Key is the caller's name for the request; the same key with the same
	// digest gives the first answer again, with another digest a ConflictError.
	Key      string
	Digest   Hash
	Subjects []Subject
}

// A Posting is everything one decision asks to be committed, all or nothing.
type Posting struct {
	Draft Draft
	// Lane is the checkout whose printer gets the slip of the draft's body;
	// "" prints nothing.
	Lane string
}

// A Posted is a decision that is committed.
type Posted struct {
	Record Sealed
	Body   Body
	// Repeat says that the request had been posted before and this is that
	// first answer.
	Repeat bool
}

// A ConflictError says that a request's key was used before for something else.
type ConflictError struct {
	Key   string
	First Key // the record the key belongs to
}

func (e *ConflictError) Error() string {
	return "request " + e.Key + " was asked before with other content; its record is " + e.First.String()
}
