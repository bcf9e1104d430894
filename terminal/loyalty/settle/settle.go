// Package settle says what head office makes of what its terminals bring:
// claims, batches and records.
//
// It decides and touches nothing. Facts are posted, never argued with: a
// record that is strange is posted with an exception for a person to look at,
// and one that cannot be added up is parked with its reason, so that nothing
// behind it waits.
package settle

import (
	"crypto/sha256"
	"encoding/binary"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// Parts is how many parts intake is cut into, by terminal, and how many
// buckets projection is cut into, by account. Both numbers are stored with the
// rows, so they never change.
const Parts = 64

// Part is the part of intake a terminal belongs to, from 0.
func Part(t ledger.Terminal) int { return part(binary.BigEndian.AppendUint64(nil, uint64(t))) }

// Bucket is the bucket an account belongs to, from 0.
func Bucket(a ledger.Account) int { return part(a[:]) }

// RefBucket is the bucket in which the accounts one identifier leads to are
// compared, from 0.
func RefBucket(r member.Ref) int { return part(r.Sum[:]) }

// TextPart is the part of what is found by a text alone, from 0.
func TextPart(s string) int { return part([]byte(s)) }

// A cryptographic hash costs 0.2 µs here and leaves no pattern of numbers that
// all fall into one part.
func part(b []byte) int {
	sum := sha256.Sum256(b)
	return int(sum[0]) % Parts
}

// Code is the sort of an exception, or why a record was parked.
type Code string

// The exceptions head office's people get to see. Those of the second group
// park the record.
const (
	DuplicateReceipt Code = "duplicate_receipt" // posted and taken back
	Overdraft        Code = "overdraft"         // a spending that nothing covered raised debt
	HoldLapsed       Code = "hold_lapsed"       // the same, because a sale was paid after its hold's time was over
	ReturnedTwice    Code = "returned_twice"    // more came back than was given; the rest is taken back
	SetAsideUnknown  Code = "grant_unknown"     // a set-aside was named that is not open to that branch, or not that much
	ReturnStrange    Code = "return_strange"    // what was taken back is another account's entry; it is left alone
	IdentityShared   Code = "identity_shared"   // two accounts gave one phone number; they are not made one
	ClockSuspect     Code = "clock_suspect"     // the terminal's clock was not to be trusted
	UnreadableBody   Code = "unreadable_body"   // posted by its head alone
	BranchSuspect    Code = "branch_suspect"    // two copies of the terminal seem to live
	OfficeBehind     Code = "office_behind"     // a terminal knows more of head office than head office: it was restored
	RecordsMissing   Code = "records_missing"   // a branch came whose terminal did not send all of the one it goes on from

	UnknownKind    Code = "unknown_kind"
	UnknownVersion Code = "unknown_version"
	InvalidRecord  Code = "invalid_record"
	OutOfRange     Code = "amount_out_of_range"
	NamesParked    Code = "names_parked" // it spends or takes back what is itself parked
	IssuedAgain    Code = "issued_again" // its decision counts by another record already
	Panicked       Code = "panicked"     // a fault of this program
)

// An Exception is something about a record that a person should look at.
type Exception struct {
	Code     Code
	Terminal ledger.Terminal
	Branch   ledger.Branch
	Seq      int64 // 0 when it is about the branch
	Line     int   // of the record's entries, 0 when it is about the record
	Account  ledger.Account
	Detail   string
}
