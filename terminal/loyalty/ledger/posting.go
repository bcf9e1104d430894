package ledger

import "zegel/terminal/loyalty/member"

// A Subject is an account a request names: by its number, or by identifiers
// that may lead to it. The first identifier is under the key in use; the
// others are the same card under older keys. An account none of them leads to
// is minted: it is made if the posting names it, in an entry or as its body's
// account, and only then.
type Subject struct {
	Account     Account
	Identifiers []member.Identifier
	// Foreign says that Account may be one that was never seen here, such as
	// that of a sale in another shop. It is then new, under this number.
	Foreign bool
}

// A Request is what was asked, as far as repeating it is concerned.
type Request struct {
	// Key is the caller's name for the request; the same key with the same
	// digest gives the first answer again, with another digest a ConflictError.
	Key      string
	Digest   Hash
	Subjects []Subject
	// Hold is the hold that the request captures; the zero HoldID for none. A
	// commit ends it.
	Hold HoldID
	// House asks for the terminal's own account; the posting may give it entries.
	House bool
	// Sale is the sale the request is about; its accounts may get entries
	// besides those of Subjects.
	Sale SaleName
}

// A Posting is everything one decision asks to be committed, all or nothing.
type Posting struct {
	Draft Draft
	// Lane is the checkout whose printer gets the slips of the draft's body;
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
