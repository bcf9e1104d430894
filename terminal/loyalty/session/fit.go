package session

import (
	"encoding/json"
	"fmt"
	"slices"

	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
)

const (
	// manyParts is from how many parts on it is looked at whether they fit: a sale
	// with fewer always does. A reason or an entry is a hundred of them, for its
	// texts; a figure of a line is one.
	manyParts = 1000
	// roomForRecord is what entries and body may take of a record: the rest is
	// for its key, its hashes and a reissue.
	roomForRecord = ledger.MaxRecord - 4<<10
)

// fit leaves out of a record what the longest receipts under the most rules
// have no room for: first what of the lines was counted, which is only for
// remainders to come back to the last digit; then which rule brought what, which
// the record's entries and the programme say again; then what the lines brought,
// which a return then takes by its share of the total.
func fit(d *ledger.Draft) error {
	parts := 100 * (len(d.Body.Reasons) + len(d.Entries))
	for _, s := range d.Body.Shares {
		parts += len(s.Base) + len(s.Points)
	}
	for _, leave := range []func(*ledger.Draft){leaveBases, leaveSteps, leaveShares} {
		if parts < manyParts {
			return nil
		}
		entries, err := json.Marshal(d.Entries)
		if err != nil {
			return fmt.Errorf("measure a record: %w", err)
		}
		body, err := json.Marshal(d.Body)
		if err != nil {
			return fmt.Errorf("measure a record: %w", err)
		}
		if len(entries)+len(body) <= roomForRecord {
			return nil
		}
		leave(d)
	}
	return nil
}

func leaveBases(d *ledger.Draft) {
	earned(d, func(s *ledger.Share) { s.Base = nil })
}

func leaveShares(d *ledger.Draft) {
	earned(d, func(s *ledger.Share) { s.Points = nil })
}

// earned does something to the shares of what was earned: what was spent, or had
// for nothing, comes back by line.
func earned(d *ledger.Draft, leave func(*ledger.Share)) {
	for i := range d.Body.Shares {
		if s := &d.Body.Shares[i]; s.Entry > 0 && d.Entries[s.Entry-1].Points >= 0 {
			leave(s)
		}
	}
}

// leaveSteps tells what the rules of each wallet brought as one.
func leaveSteps(d *ledger.Draft) {
	var told []ledger.Reason
	for _, r := range d.Body.Reasons {
		if !earn.IsStep(r) {
			told = append(told, r)
			continue
		}
		at := slices.IndexFunc(told, func(o ledger.Reason) bool { return o.Code == earn.ReasonTogether && o.Wallet == r.Wallet })
		if at < 0 {
			at, told = len(told), append(told, ledger.Reason{Code: earn.ReasonTogether, Wallet: r.Wallet})
		}
		told[at].Points += r.Points
	}
	d.Body.Reasons = told
}
