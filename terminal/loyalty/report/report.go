// Package report counts what happened at one terminal from one closing of the day to the next, and lays it out to be read.
//
// A report covers a run of records, not a stretch of time: from the one after
// the last that the report before it covers, up to its own last. So reports
// have no gap and no overlap by construction, whatever a clock did, and a
// record can never arrive for a day that is closed: it is in the next report.
// Days of 23 and 25 hours need no rule of their own.
//
// Points are thousandths of a wallet's unit, money is minor units of the
// programme's currency, times are milliseconds since 1970 UTC.
package report

import (
	"encoding/json"
	"fmt"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// Version is the format of the figures this package writes.
const Version = 1

// Figures are everything a report says. Its lists are in a fixed order, so the
// same records always give the same bytes.
type Figures struct {
	Version int `json:"v"`
	// Number counts reports from 1 without gaps; 0 is a reading, which closes
	// nothing and changes nothing.
	Number int64 `json:"number"`
	// Day is the business day that is reported. Part is 1, and more where that
	// day had been closed before: what came after is a report of its own.
	Day  ledger.Day `json:"day"`
	Part int        `json:"part"`
	// Prev is the hash of the head of the day record before, zero for the first.
	Prev ledger.Hash `json:"prev"`
	// MadeAt is when it was counted, by the PC's clock.
	MadeAt int64 `json:"made_at"`
	// Automatic says that nobody closed the day by hand. Operator did otherwise.
	Automatic bool   `json:"automatic,omitempty"`
	Operator  string `json:"operator,omitempty"`

	// Spans are the records it covers, one for each branch, none without any.
	Spans []Span `json:"spans,omitempty"`
	// Covered is the last record that this report, or where it has none one
	// before it, covers; the zero Key where there was none yet.
	Covered ledger.Key `json:"covered,omitzero"`
	// Days are the business days the records belong to, where Day is not the
	// only one.
	Days []DayCount `json:"days,omitempty"`
	// Silent are the business days since the report before on which nothing
	// was recorded and the daemon did not run.
	Silent []Stretch `json:"silent,omitempty"`

	// Records is how many there are, day records left out, and Kinds how many
	// of each kind. Emptied is how many have no body any more: they are in no
	// figure about money, people, hours' sales or reasons.
	Records int64       `json:"records"`
	Emptied int64       `json:"emptied,omitempty"`
	Kinds   []KindCount `json:"kinds,omitempty"`
	Wallets []Balance   `json:"wallets,omitempty"`
	Sales   Sales       `json:"sales"`

	Operators []Group `json:"operators,omitempty"`
	Lanes     []Group `json:"lanes,omitempty"`
	// Hours are the hours of the shop's clock in which something was recorded,
	// named by their first instant ("2026-10-25T02:00:00+02:00"), so that the
	// hour a clock shows twice is two. Of more than MaxHours they are joined by
	// what the clock showed ("02:00").
	Hours []Group `json:"hours,omitempty"`

	Modes     []ModeCount `json:"modes,omitempty"`
	Typed     int64       `json:"typed,omitempty"` // sales whose total a person typed
	Confirmed int64       `json:"confirmed,omitempty"`
	Suspect   int64       `json:"suspect,omitempty"`
	// HoldLapsed is how many sales spent points of a hold that was out of time,
	// and Uncovered what they lacked.
	HoldLapsed int64    `json:"hold_lapsed,omitempty"`
	Uncovered  []Amount `json:"uncovered,omitempty"`

	Offline Offline `json:"offline"`
	Slips   Slips   `json:"slips"`
	// Tills are the last words that were said of what the tills took, since the
	// report before; Said is the number of the newest word there was.
	Tills []Till `json:"tills,omitempty"`
	Said  int64  `json:"said,omitempty"`
}

// A Kept is a report as its record keeps it.
type Kept struct {
	Record  ledger.Key  `json:"record"`
	Hash    ledger.Hash `json:"hash"` // of the record's head; the next report names it
	Figures Figures     `json:"figures"`
}

// A Span is a run of records of one branch. Count leaves out those that were
// issued again in a later branch, which count there.
type Span struct {
	Branch ledger.Branch `json:"branch"`
	First  int64         `json:"first"`
	Last   int64         `json:"last"`
	Count  int64         `json:"count"`
}

// A DayCount is how many records name a business day.
type DayCount struct {
	Day     ledger.Day `json:"day"`
	Records int64      `json:"records"`
}

// A Stretch is business days, both ends included.
type Stretch struct {
	From ledger.Day `json:"from"`
	To   ledger.Day `json:"to"`
}

// A KindCount is how many records of a kind there are.
type KindCount struct {
	Kind    ledger.Kind `json:"kind"`
	Records int64       `json:"records"`
}

// A ModeCount is how many sales had their customer identified in one way.
type ModeCount struct {
	Mode  ledger.EntryMode `json:"mode"`
	Sales int64            `json:"sales"`
}

// An Amount is points of one wallet.
type Amount struct {
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"`
}

// A Balance is what all accounts together hold of one wallet, as far as is
// known here: Open + what the moves add up to + Elsewhere = Close.
type Balance struct {
	Wallet ledger.Wallet `json:"wallet"`
	Open   ledger.Points `json:"open"`
	Moves  []Movement    `json:"moves,omitempty"`
	// Elsewhere is what head office's statements brought that was not recorded
	// here: other shops' awards, expiry, adjustments. 0 in a shop that stands
	// alone; anything else there is a fault.
	Elsewhere ledger.Points `json:"elsewhere,omitempty"`
	Close     ledger.Points `json:"close"`
}

// A Movement is what the entries of one kind come to.
type Movement struct {
	Kind   ledger.EntryKind `json:"kind"`
	Lines  int64            `json:"lines"`
	Points ledger.Points    `json:"thousandths"`
}

// Sales are what was sold to customers with a card.
type Sales struct {
	Count    int64 `json:"count"`
	Earning  int64 `json:"earning"`  // gave points
	Redeemed int64 `json:"redeemed"` // took points
	// Amount is what the baskets come to, tax included and before anything was
	// paid with points; Earned is the part of it whose sale gave points.
	Amount basket.Money `json:"amount"`
	Earned basket.Money `json:"earned_on"`
	// Discount is what points took off.
	Discount basket.Money `json:"discount"`
	// Returned and Undone are what came back, as far as their amount is known.
	Returned basket.Money `json:"returned"`
	Undone   basket.Money `json:"undone"`
}

// Net is what was sold less what came back.
func (s Sales) Net() basket.Money { return s.Amount - s.Returned - s.Undone }

// A Group is what one cashier, lane or hour did.
type Group struct {
	Name    string        `json:"name"` // Rest for all those that found no room
	Records int64         `json:"records"`
	Sales   int64         `json:"sales"`
	Amount  basket.Money  `json:"amount"`
	Wallets []GroupWallet `json:"wallets,omitempty"`
}

// A GroupWallet is what a group did to one wallet; Given and Taken are above
// zero or zero. Given is earned and bonus, Taken redeemed; Other is the rest,
// with its sign.
type GroupWallet struct {
	Wallet ledger.Wallet `json:"wallet"`
	Given  ledger.Points `json:"given"`
	Taken  ledger.Points `json:"taken"`
	Other  ledger.Points `json:"other,omitempty"`
}

// Rest is the name of the group of all those that found no room.
const Rest = "*"

// Offline is what was recorded without a line to head office.
//
// A record does not say so itself. The daemon notes when it loses the line and
// when it has it again, each with the last record there was; a record is
// offline when the last such note before it says that the line was lost.
type Offline struct {
	// Known is false in a shop that stands alone, and where no note was made.
	Known   bool  `json:"known"`
	Records int64 `json:"records,omitempty"`
	// Millis is how long the line was down, by the PC's clock.
	Millis int64 `json:"millis,omitempty"`
	// Waiting is how many of all records head office had not accepted.
	Waiting int64 `json:"waiting,omitempty"`
}

// Slips are the papers of the records, as they were when it was counted.
type Slips struct {
	Made    int64 `json:"made"`
	Printed int64 `json:"printed"`
	Copies  int64 `json:"copies"` // printed, and headed as copies
	Waiting int64 `json:"waiting"`
}

// A Till is what a till, or a person for the whole shop, says was taken on one
// business day. The last word counts; earlier ones are kept.
type Till struct {
	Day ledger.Day `json:"day"`
	// Till is "" for the whole shop, as a person typed it.
	Till string `json:"till"`
	// Turnover is tax included, less returns, before anything was paid with
	// points; PointsPaid is what points took off at the till.
	Turnover   basket.Money `json:"turnover"`
	Receipts   int64        `json:"receipts"`
	PointsPaid basket.Money `json:"points_paid"`
	By         string       `json:"by,omitempty"`
	At         int64        `json:"at,omitempty"`
	// Late says that the day's report was made before this was said: it is
	// listed and compared with nothing.
	Late bool `json:"late,omitempty"`
}

// Validate reports what is wrong with the word of a till.
func (t Till) Validate() error {
	if err := t.Day.Validate(); err != nil {
		return err
	}
	if len(t.Till) > maxText || len(t.By) > maxText || !printable(t.Till) || !printable(t.By) {
		return fmt.Errorf("till: its name or its cashier's is not printable or above %d bytes", maxText)
	}
	if t.Turnover < -maxTakings || t.Turnover > maxTakings || t.PointsPaid < 0 || t.PointsPaid > maxTakings || t.Receipts < 0 || t.Receipts > maxReceipts {
		return fmt.Errorf("till: turnover %d, points paid %d or %d receipts is out of range", t.Turnover, t.PointsPaid, t.Receipts)
	}
	return nil
}

const (
	maxText     = 128
	maxTakings  = 1000 * basket.MaxAmount
	maxReceipts = 10_000_000
)

func printable(s string) bool {
	for _, r := range s {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0xfffd {
			return false
		}
	}
	return true
}

// A Takings is what was taken in all, and whether anybody said so.
type Takings struct {
	Known      bool
	Turnover   basket.Money
	Receipts   int64
	PointsPaid basket.Money
}

// Takings are what a person said of the whole shop, or else what the tills
// said, added up. Late words count in neither.
func (f Figures) Takings() Takings {
	var sum Takings
	whole := false
	for _, t := range f.Tills {
		if t.Late || whole && t.Till != "" {
			continue
		}
		if t.Till == "" && !whole {
			sum, whole = Takings{}, true
		}
		sum = Takings{true, sum.Turnover + t.Turnover, sum.Receipts + t.Receipts, sum.PointsPaid + t.PointsPaid}
	}
	return sum
}

// Of is how many records of a kind there are.
func (f Figures) Of(kind ledger.Kind) int64 {
	for _, k := range f.Kinds {
		if k.Kind == kind {
			return k.Records
		}
	}
	return 0
}

// Sum is what all moves of the wallet add up to.
func (b Balance) Sum() ledger.Points {
	var sum ledger.Points
	for _, m := range b.Moves {
		sum += m.Points
	}
	return sum
}

// Of is what the entries of some kinds come to.
func (b Balance) Of(kinds ...ledger.EntryKind) ledger.Points {
	var sum ledger.Points
	for _, m := range b.Moves {
		for _, k := range kinds {
			if m.Kind == k {
				sum += m.Points
			}
		}
	}
	return sum
}

// Ties reports whether every wallet's opening and moves make its closing.
func (f Figures) Ties() bool {
	for _, b := range f.Wallets {
		if b.Open+b.Sum()+b.Elsewhere != b.Close {
			return false
		}
	}
	return true
}

// Encode gives the bytes a record keeps.
func (f Figures) Encode() (json.RawMessage, error) {
	b, err := json.Marshal(f)
	if err == nil && len(b) > MaxBytes {
		err = fmt.Errorf("figures of %d bytes, at most %d", len(b), MaxBytes)
	}
	return b, err
}

// Decode reads figures back from their bytes.
func Decode(b []byte) (Figures, error) {
	var f Figures
	if err := json.Unmarshal(b, &f); err != nil {
		return Figures{}, fmt.Errorf("read a report: %w", err)
	}
	if f.Version != Version {
		return Figures{}, fmt.Errorf("read a report: version %d, this program knows %d", f.Version, Version)
	}
	return f, nil
}

// Limits of a report, so that it fits into a record with its slip.
const (
	MaxBytes  = 38 << 10
	MaxHours  = 50
	maxName   = 64
	maxPeople = 24
	maxLanes  = 16
	maxDays   = 40
	maxSpans  = 16
	maxTills  = 24
)
