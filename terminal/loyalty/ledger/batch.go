package ledger

// A Batch is a contiguous run of one branch's records going up. It may be
// empty: then it only says that the terminal is there.
type Batch struct {
	Terminal Terminal
	Branch   Branch
	Parent   Parent // of the branch
	First    int64  // number of the first record; one past the last known when empty
	Before   Hash   // hash of the record before the first, or the branch's root
	Lines    []Line
}

// Last is the number of the last record, First-1 when the batch is empty.
func (b Batch) Last() int64 { return b.First + int64(len(b.Lines)) - 1 }

// Limits of a batch.
const (
	MaxBatchRecords = 1000
	MaxBatchBytes   = 1 << 20
)

// Records checks the batch's chain from Before on and gives its records and
// the tip they end in.
func (b Batch) Records() ([]Sealed, Tip, error) {
	if b.First < 1 {
		return nil, Tip{}, &ChainError{b.First, "is no number of a record"}
	}
	tip := Tip{Terminal: b.Terminal, Branch: b.Branch, Seq: b.First - 1, Hash: b.Before}
	records := make([]Sealed, 0, len(b.Lines))
	for _, line := range b.Lines {
		r, err := Follow(tip, line)
		if err != nil {
			return nil, Tip{}, err
		}
		records = append(records, r)
		tip = tip.After(r)
	}
	return records, tip, nil
}

// A Mark is how far one branch was counted.
type Mark struct {
	Branch Branch `json:"branch"`
	Seq    int64  `json:"seq"`
}
