package session

import "zegel/terminal/loyalty/ledger"

// A Note is something that happened at a lane, for a till that follows it.
type Note struct {
	// ID counts from 1 since the daemon started.
	ID   int64  `json:"id"`
	Kind string `json:"kind"`
	Data any    `json:"data"`
}

// The kinds of notes.
const (
	NoteCustomer = "customer" // who stands there changed; Data is a Person, or null for nobody
	NotePass     = "pass"     // a code that is not ours: Data is a Passed
	NoteSale     = "sale"     // Data is an Answer
	NoteHold     = "hold"     // Data is a Held, or a Freed
	NoteDevice   = "device"   // Data is a DeviceState
	NoteLine     = "line"     // Data is a LineState
	NoteNotice   = "notice"   // Data is a Message
)

// A Passed is a code that was read at the lane and is not ours: the till may
// know it. A payment card's number is never one.
type Passed struct {
	Text      string `json:"text"`
	Symbology string `json:"symbology,omitempty"` // AIM identifier: "]E0"
	// Raw is what the till would have got from a scanner of its own; nil where the
	// lane is not set up for one scanner with the till.
	Raw []byte `json:"raw,omitempty"`
}

// A Freed is a hold that nobody wants any more.
type Freed struct {
	Hold     ledger.HoldID `json:"hold"`
	Released bool          `json:"released"`
}

// A DeviceState is a device of the lane.
type DeviceState struct {
	Device string `json:"device"`
	Well   bool   `json:"well"`
}

// A LineState is the line to head office. Alone says that there is none by
// design.
type LineState struct {
	Up      bool `json:"up"`
	Alone   bool `json:"alone"`
	Waiting int  `json:"waiting"` // records that head office has not confirmed
}
