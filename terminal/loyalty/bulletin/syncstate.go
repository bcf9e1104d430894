package bulletin

import "zegel/terminal/loyalty/ledger"

// A Flight is a batch on its way. It is stored before its first byte leaves,
// so that a repeat, also after a restart, is the same request with the same
// records: head office can then tell a repeat from a second copy of the
// terminal.
type Flight struct {
	Request string // the request's id, random, the same on every repeat
	First   int64
	Last    int64 // First-1 for an empty batch
}

// SyncState is where a terminal stands with head office.
type SyncState struct {
	Terminal ledger.Terminal
	// Branch is the branch whose records are sent now, Parent where it came
	// from and Tip where it ends.
	Branch ledger.Branch
	Parent ledger.Parent
	Tip    ledger.Tip
	// Accepted is the last record of Branch that head office has confirmed;
	// nothing above Archived may ever be deleted here.
	Accepted int64
	Archived int64
	// Nonce is what head office wants to see with the next batch; "" before
	// the first acknowledgement of a branch.
	Nonce  string
	Flight *Flight // nil when nothing is on its way
	// Cursor is how far head office's pages were applied; "" from the start.
	Cursor string
}

// Waiting is how many records head office has not confirmed.
func (s SyncState) Waiting() int64 { return s.Tip.Seq - s.Accepted }
