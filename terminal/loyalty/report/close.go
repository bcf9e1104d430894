package report

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Closing asks to close a business day.
type Closing struct {
	// Number is the one its report is to have: the caller has seen the figures
	// of it. So a key that is pressed twice, or an answer that was lost, closes
	// one day and no more.
	Number int64 `json:"number"`
	// Day is what it is called: the present business day by hand, an earlier
	// one where closing it was forgotten.
	Day       ledger.Day `json:"day"`
	Automatic bool       `json:"automatic,omitempty"`
	Operator  string     `json:"operator,omitempty"`
}

// Request is the closing as a request to the store. One number is one request,
// whoever makes it.
func (c Closing) Request() (ledger.Request, error) {
	content, err := json.Marshal(c)
	if err != nil {
		return ledger.Request{}, fmt.Errorf("digest of a closing: %w", err)
	}
	return ledger.Request{Key: fmt.Sprintf("%s/day/%d", c.Day, c.Number), Digest: sha256.Sum256(content)}, nil
}

// Decide is the posting that closes the day with f, which were counted for it;
// slip is what is printed at lane. Where the number was used before, or the day
// was closed by hand and nothing happened since, it is refused (DayIsClosed).
func (c Closing) Decide(f Figures, before *Figures, rules int64, m ledger.Moment, lane string, slip func(Figures) (json.RawMessage, error)) (ledger.Posting, error) {
	if f.Number != c.Number || !c.Automatic && f.Part > 1 && f.Records == 0 {
		return ledger.Posting{}, &programme.Refusal{Code: programme.DayIsClosed}
	}
	if before != nil && c.Day < before.Day {
		return ledger.Posting{}, &programme.Refusal{Code: programme.DayIsClosed, Cause: fmt.Errorf("report %d is of %s: a day is never opened again", before.Number, before.Day)}
	}
	f.Automatic, f.Operator = c.Automatic, c.Operator
	figures, err := f.Encode()
	if err != nil {
		return ledger.Posting{}, err
	}
	body := ledger.Body{Operator: c.Operator, Lane: lane, Report: figures}
	if body.Slip, err = slip(f); err != nil {
		return ledger.Posting{}, err
	}
	return ledger.Posting{Lane: lane, Draft: ledger.Draft{Kind: ledger.KindDay, Rules: rules, Moment: m, Body: body}}, nil
}
