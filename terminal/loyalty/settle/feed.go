package settle

import (
	"errors"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// ErrCursor says that a reader's cursor cannot be gone on from: it is not one
// head office made, or head office was restored and has less than its reader.
var ErrCursor = errors.New("the cursor cannot be gone on from: start again without one")

// A Posted entry has a place in its bucket's feed: places have no gap and are
// in the order of the commits.
type Posted struct {
	Bucket   int             `json:"bucket"`
	Position int64           `json:"position"`
	Key      ledger.EntryKey `json:"key"`
	Kind     ledger.Kind     `json:"record"`
	Stamp    ledger.Stamp    `json:"stamp"`
	Day      ledger.Day      `json:"day"`
	Rules    int64           `json:"rules"`
	Entry    ledger.Entry    `json:"entry"`
}

// A Terminal is one that was enrolled.
type Terminal struct {
	Terminal  ledger.Terminal
	Name      string
	PublicKey []byte // Ed25519
	Revoked   bool
}

// An Invitation is a one-time code for one terminal, of which only a hash is
// kept.
type Invitation struct {
	Selector string // the part of the code that finds it
	Hash     ledger.Hash
	Name     string // what people call the shop
	// Replaces is the terminal whose key the code may replace; 0 for one that
	// is new here.
	Replaces ledger.Terminal
	Made     ledger.Stamp
	Expires  ledger.Stamp
}

// MaxTries is how often a code may be tried wrongly before it is locked.
const MaxTries = 10

// An Application is a terminal's wish to be enrolled.
type Application struct {
	Selector  string
	Hash      ledger.Hash
	Terminal  ledger.Terminal
	PublicKey []byte
	Software  string
	ChainKeys []member.ChainKey // those the shop made while it stood alone
	At        ledger.Stamp
}

// A Ruling is what becomes of an application.
type Ruling string

// The rulings.
const (
	Enrolled        Ruling = "enrolled" // also on a repeat with the same key within the code's life
	CodeWrong       Ruling = "code-wrong"
	CodeExpired     Ruling = "code-expired"
	CodeLocked      Ruling = "code-locked"
	CodeUsed        Ruling = "code-used"
	TerminalTaken   Ruling = "terminal-taken"   // the number is enrolled with another key
	TerminalRevoked Ruling = "terminal-revoked" // and the code was not made to enrol it again
)

// An Enrolment is what an enrolled terminal is told.
type Enrolment struct {
	Ruling    Ruling
	Name      string
	ChainKeys []member.ChainKey // the one to use first
	Turn      int64
}
