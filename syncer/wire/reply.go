package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A Reply is what head office says, signed. Exactly one of its answers is set.
// It counts only for the request whose id it echoes.
type Reply struct {
	Format int    `json:"format"`
	Echo   string `json:"echo"`
	// Nonce is the one the request showed, where it showed one.
	Nonce string `json:"nonce,omitempty"`
	// OfficeKey is the Ed25519 key of the signature, in answers to enrolments:
	// their reader does not have it yet, but has a code that tells it apart.
	OfficeKey       []byte                    `json:"office_key,omitempty"`
	Acknowledgement *bulletin.Acknowledgement `json:"acknowledgement,omitempty"`
	Greeting        *bulletin.Greeting        `json:"greeting,omitempty"`
	Page            *bulletin.Page            `json:"page,omitempty"`
	Rulebook        *bulletin.Rulebook        `json:"rulebook,omitempty"`
	Enrolment       *Enrolment                `json:"enrolment,omitempty"`
	Problem         *Problem                  `json:"problem,omitempty"`
}

// SignReply makes the document of r.
func SignReply(r Reply, key ed25519.PrivateKey) ([]byte, error) {
	r.Format = Format
	first, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	return seal(key, tagReply, first)
}

// ErrNoLine says that an answer was not head office's: a captive portal, a
// proxy, a stranger, an answer to another request, or half of one. It is as if
// nothing had answered.
var ErrNoLine = errors.New("no answer from head office")

// ParseReply reads the reply to the request with the id echo. Whatever is not
// signed by key as that reply is ErrNoLine.
func ParseReply(doc []byte, key ed25519.PublicKey, echo string) (Reply, error) {
	first, rest, err := open(key, tagReply, doc)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrNoLine, err)
	}
	if len(rest) > 0 {
		return Reply{}, fmt.Errorf("%w: something follows the signature", ErrNoLine)
	}
	if err := ledger.CheckLine(first); err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrNoLine, err)
	}
	var r Reply
	if err := json.Unmarshal(first, &r); err != nil {
		return Reply{}, fmt.Errorf("%w: %w", ErrNoLine, err)
	}
	if r.Format != Format {
		return Reply{}, fmt.Errorf("%w: reply of format %d, this program reads %d", ErrNoLine, r.Format, Format)
	}
	if r.Echo != echo {
		return Reply{}, fmt.Errorf("%w: it answers another request", ErrNoLine)
	}
	return r, nil
}

// KeyNamed is the office key a reply names. Nothing vouches for it but the code
// that the reader has.
func KeyNamed(doc []byte) ed25519.PublicKey {
	first, _, _ := bytes.Cut(doc, []byte{'\n'})
	var r struct {
		OfficeKey []byte `json:"office_key"`
	}
	if json.Unmarshal(first, &r) != nil {
		return nil
	}
	return r.OfficeKey
}

// An Enrolment tells an enrolled terminal who it is.
type Enrolment struct {
	Terminal  ledger.Terminal `json:"terminal"`
	Name      string          `json:"name"`
	ChainKeys [][]byte        `json:"chain_keys"` // the one to use first
	Nonce     string          `json:"nonce"`
}

// An Application is the body of a terminal's request to be enrolled.
type Application struct {
	Code      string          `json:"code"` // the secret half of the code
	Terminal  ledger.Terminal `json:"terminal"`
	PublicKey []byte          `json:"public_key"` // Ed25519
	Software  string          `json:"software"`
	ChainKeys [][]byte        `json:"chain_keys,omitempty"` // those the shop made alone
}

// A ProblemType says what kind of problem a request met. It is the "type" of
// RFC 9457, a reference relative to this protocol.
type ProblemType string

// The problems, and what a terminal does about each.
const (
	CursorGap         ProblemType = "cursor-gap"         // rewind to Accepted
	BranchFork        ProblemType = "branch-fork"        // find the common record, go on in a new branch
	CursorTooOld      ProblemType = "cursor-too-old"     // ask for pages from the beginning
	BadChain          ProblemType = "bad-chain"          // its own journal is damaged at Seq: tell a person
	DigestMismatch    ProblemType = "digest-mismatch"    // damaged on the way: send again
	BadSignature      ProblemType = "bad-signature"      // not the key that was enrolled
	Malformed         ProblemType = "malformed"          // not written as the format has it
	TooLarge          ProblemType = "too-large"          // send less at a time
	NotEnrolled       ProblemType = "not-enrolled"       // enrol
	Revoked           ProblemType = "revoked"            // a person at head office has shut it out
	UnsupportedFormat ProblemType = "unsupported-format" // one of Formats is needed
	SlowDown          ProblemType = "slow-down"          // wait RetryAfter
	Maintenance       ProblemType = "maintenance"        // wait RetryAfter
	NotFound          ProblemType = "not-found"          // no such call
	Refused           ProblemType = "refused"            // an enrolment; Detail says why, for a person
)

// A Problem is an answer that is a no, with the fields of RFC 9457 and what
// the terminal needs to go on.
type Problem struct {
	Type   ProblemType `json:"type"`
	Title  string      `json:"title"`
	Status int         `json:"status"`
	Detail string      `json:"detail,omitempty"`
	// Accepted and Head are head office's end of the branch, with CursorGap and
	// BranchFork; Common is the last record both have alike, -1 if not known.
	Accepted int64       `json:"accepted,omitempty"`
	Head     ledger.Hash `json:"head,omitzero"`
	Common   int64       `json:"common,omitempty"`
	// Missing is, with CursorGap, how far head office has an older branch of
	// which it lacks records too.
	Missing    ledger.Mark `json:"missing,omitzero"`
	Seq        int64       `json:"seq,omitempty"`
	MaxRecords int         `json:"max_records,omitempty"`
	MaxBytes   int         `json:"max_bytes,omitempty"`
	Formats    []int       `json:"formats,omitempty"`
	RetryAfter int         `json:"retry_after,omitempty"` // seconds
}

func (p *Problem) Error() string {
	if p.Detail == "" {
		return "head office: " + p.Title
	}
	return "head office: " + p.Title + ": " + p.Detail
}

var problems = map[ProblemType]struct {
	status int
	title  string
}{
	CursorGap:         {409, "records are missing before these"},
	BranchFork:        {409, "these records differ from those known"},
	CursorTooOld:      {410, "the cursor cannot be gone on from"},
	BadChain:          {422, "the records do not follow from each other"},
	DigestMismatch:    {422, "the document was damaged on the way"},
	BadSignature:      {401, "the signature does not fit"},
	Malformed:         {422, "the request cannot be read"},
	TooLarge:          {413, "the document is too large"},
	NotEnrolled:       {401, "the terminal is not enrolled"},
	Revoked:           {403, "the terminal was shut out"},
	UnsupportedFormat: {426, "the format is not supported"},
	SlowDown:          {429, "too many requests"},
	Maintenance:       {503, "head office is not ready"},
	NotFound:          {404, "there is no such call"},
	Refused:           {403, "the enrolment was refused"},
}

// NewProblem is a problem with its status and title.
func NewProblem(t ProblemType, detail string) *Problem {
	p := problems[t]
	return &Problem{Type: t, Title: p.title, Status: p.status, Detail: detail}
}
