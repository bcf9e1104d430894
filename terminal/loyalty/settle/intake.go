package settle

import (
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// An Arrival is a batch whose signature, digest and own chain were checked.
type Arrival struct {
	Terminal ledger.Terminal
	Branch   ledger.Branch
	Parent   ledger.Parent
	First    int64
	Before   ledger.Hash
	Hashes   []ledger.Hash // of each record
	Document []byte        // exactly as it came
	Day      ledger.Day    // of the last record
	Request  string
	// Turn is the number in the nonce the request showed, NoTurn when it
	// showed none of ours.
	Turn int64
	At   ledger.Stamp // head office's time
}

// NoTurn stands for a nonce that head office never made.
const NoTurn int64 = -1

// Last is the number of the last record, First-1 when there is none.
func (a Arrival) Last() int64 { return a.First + int64(len(a.Hashes)) - 1 }

// A Fate is what becomes of a batch at the door.
type Fate int

// The fates.
const (
	Taken     Fate = iota // its records from NewFirst on are new
	AlreadyIn             // head office has all of them
	Gap                   // it begins above head office's end
	Fork                  // it differs from what head office has
)

// An Admission is the fate of a batch and where it leaves head office.
type Admission struct {
	Fate     Fate
	NewFirst int64
	// Accepted and Head are head office's end of the branch afterwards.
	Accepted int64
	Head     ledger.Hash
	Common   int64 // with Fork: the last record both have, or CommonUnknown
}

// Admit looks at signature-checked records against head office's end of the
// branch, and at nothing they say. end is that end (record 0 and the branch's
// root when head office has none of it); hashAt gives head office's hash of a
// record from 0 to the end.
func Admit(a Arrival, end ledger.Mark, head ledger.Hash, hashAt func(seq int64) ledger.Hash) Admission {
	stay := Admission{Accepted: end.Seq, Head: head}
	switch {
	case a.First > end.Seq+1:
		stay.Fate = Gap
		return stay
	case hashAt(a.First-1) != a.Before:
		stay.Fate, stay.Common = Fork, CommonUnknown
		return stay
	}
	known := min(a.Last(), end.Seq)
	if known >= a.First && hashAt(known) != a.Hashes[known-a.First] {
		stay.Fate, stay.Common = Fork, a.First-1
		for hashAt(stay.Common+1) == a.Hashes[stay.Common+1-a.First] {
			stay.Common++
		}
		return stay
	}
	if a.Last() <= end.Seq {
		stay.Fate = AlreadyIn
		return stay
	}
	return Admission{Fate: Taken, NewFirst: end.Seq + 1, Accepted: a.Last(), Head: a.Hashes[len(a.Hashes)-1]}
}

// Standing is what head office keeps of a terminal between two of its requests.
type Standing struct {
	// Branch is the one the terminal opened last.
	Branch ledger.Branch
	// Turn is the number of the nonce head office wants to see next, Request
	// the id of the last batch request it took.
	Turn      int64
	Request   string
	Authority bulletin.Authority
	// Lacks says that head office lacks records of the batch's branch that a
	// later branch goes on from: a batch that brings them is no return to it.
	Lacks bool
}

// A Shown is what a request's nonce tells.
type Shown struct {
	Next    int64 // the turn to hand out
	Repeat  bool  // the request was answered before
	Behind  bool  // head office handed out that nonce and has forgotten it
	Suspect string
}

// Show compares the nonce a batch came with to the one expected. opens says
// that the batch's branch is new to head office: a restored terminal has a
// nonce from its past, and whether it is alone is judged by its branch's
// parent instead.
func Show(s Standing, a Arrival, opens bool) Shown {
	switch {
	case opens:
		return Shown{Next: s.Turn + 1}
	case a.Branch != s.Branch && !s.Lacks:
		return Shown{Next: s.Turn + 1, Suspect: "it went on with a branch it had left for another"}
	case a.Turn == s.Turn:
		return Shown{Next: s.Turn + 1}
	case a.Turn == s.Turn-1 && a.Request == s.Request:
		return Shown{Next: s.Turn, Repeat: true}
	case a.Turn > s.Turn:
		return Shown{Next: a.Turn + 1, Behind: true}
	}
	return Shown{Next: s.Turn + 1, Suspect: "it showed a nonce that was already used: two copies of it talk to head office"}
}

// An Outcome is what intake answers.
type Outcome struct {
	Admission
	Archived   int64
	Turn       int64 // of the nonce to hand out
	Repeat     bool
	Authority  bulletin.Authority
	Suspect    string // why authority was withdrawn just now; "" otherwise
	Exceptions int64
	// Missing is, with Gap, the end of an older branch of which records that
	// this one goes on from are not here either.
	Missing ledger.Mark
}

// A Parcel is a batch as it lies in the inbox.
type Parcel struct {
	Part     int
	Position int64
	Terminal ledger.Terminal
	Branch   ledger.Branch
	NewFirst int64 // the first record that was not in before
	Last     int64
	Document []byte
}
