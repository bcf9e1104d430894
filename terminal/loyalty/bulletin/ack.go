package bulletin

import "zegel/terminal/loyalty/ledger"

// An Acknowledgement is what head office says once it has committed a batch.
// It names two marks: what is accepted need not be sent again; what is
// archived is inside a backup head office has verified, and only that may ever
// be deleted at the terminal.
type Acknowledgement struct {
	Terminal ledger.Terminal `json:"terminal"`
	Branch   ledger.Branch   `json:"branch"`
	// Accepted is the last record head office has of the branch, and Head its
	// hash: the terminal takes them only if they are on its own chain.
	Accepted int64       `json:"accepted"`
	Head     ledger.Hash `json:"head"`
	Archived int64       `json:"archived"`
	// NextNonce must be shown with the terminal's next batch.
	NextNonce string `json:"next_nonce"`
	// OfficeTime is head office's clock, milliseconds since 1970 UTC.
	OfficeTime ledger.Stamp `json:"office_time"`
	Authority  Authority    `json:"authority"`
	// Exceptions counts what head office's people have to look at for this terminal.
	Exceptions int64 `json:"exceptions"`
	Flush      Flush `json:"flush"`
}

// Authority is what a terminal may do on head office's behalf. Facts flow
// whatever it is.
type Authority string

// The levels of authority.
const (
	FullAuthority Authority = "full" // grants are given
	NoAuthority   Authority = "none" // two copies of this terminal are suspected: no grants until a person decides
)

// Flush is head office's advice on when to send.
type Flush struct {
	Records   int `json:"records"`    // as soon as this many wait
	SecondsUp int `json:"seconds_up"` // or when the oldest has waited this long
}

// A Claim is what a terminal says of itself when it comes to the line.
type Claim struct {
	Terminal ledger.Terminal `json:"terminal"`
	Branch   ledger.Branch   `json:"branch"`
	Parent   ledger.Parent   `json:"parent"`
	Seq      int64           `json:"seq"`
	Head     ledger.Hash     `json:"head"`
	Software string          `json:"software"`
	Rules    int64           `json:"rules"`
}

// Verdict is what head office concludes from a claim and its own copy.
type Verdict string

// The verdicts, and what the terminal does about each.
const (
	// Normal: the claim continues what head office has; send from its mark on.
	// So it is for a new branch whose parent nobody else continued, and for a
	// head office that was itself restored and has less than it once confirmed.
	Normal Verdict = "normal"
	// RolledBack: head office has more of this branch than the terminal, and
	// the terminal's end is on head office's chain: the database is an older
	// copy. The terminal opens a new branch from its end.
	RolledBack Verdict = "rolled_back"
	// Forked: both have records after a common one, and they differ: two copies
	// have written. The terminal opens a new branch from the common record and
	// issues the rest again there; its authority is off until a person decides.
	Forked Verdict = "forked"
	// Copied: the branch goes on from a place another branch already went on
	// from: a copied disk. Facts are taken, authority is off.
	Copied Verdict = "copied"
	// Missing: head office lacks records of a branch that this one, or one
	// before it, goes on from: it was restored from a backup. The terminal
	// sends them first where it has them; where not, it goes on as with Normal.
	Missing Verdict = "missing"
)

// A Greeting is head office's answer to a claim.
type Greeting struct {
	Terminal ledger.Terminal `json:"terminal"`
	Verdict  Verdict         `json:"verdict"`
	// Accepted and Head are head office's end of the claimed branch; 0 and the
	// zero hash when it has none of it.
	Accepted int64       `json:"accepted"`
	Head     ledger.Hash `json:"head"`
	// Common is the last record both have alike, -1 where that is not known yet
	// and the terminal has to ask about an earlier one; it means something when
	// the verdict is RolledBack or Forked.
	Common int64 `json:"common"`
	// Missing is, with the verdict Missing, how far head office has the branch
	// of which it lacks records.
	Missing    ledger.Mark  `json:"missing,omitzero"`
	OfficeTime ledger.Stamp `json:"office_time"`
	Authority  Authority    `json:"authority"`
}
