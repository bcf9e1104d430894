package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// The tags stand before what is hashed or signed, so that bytes made for one
// purpose can never pass for another.
const (
	tagRecord = "zegel record 1\x00"
	tagBody   = "zegel body 1\x00"
	tagBranch = "zegel branch 1\x00"
)

// HeadHash is the hash by which the next record is chained to the one whose
// head has the bytes line. The head holds the hash before it, so this one
// stands for the whole branch up to here.
func HeadHash(line []byte) Hash { return tagged(tagRecord, line) }

// BodyHash is what a head says of its body.
func BodyHash(body []byte) Hash { return tagged(tagBody, body) }

// tagged is SHA-256 of tag, length in eight bytes, and b.
func tagged(tag string, b []byte) Hash {
	h := sha256.New()
	io.WriteString(h, tag)
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	h.Write(n[:])
	h.Write(b)
	var out Hash
	h.Sum(out[:0])
	return out
}

// A Parent is the place in another branch of the same terminal from which a
// branch goes on. The zero Parent is a database made new.
type Parent struct {
	Branch Branch `json:"branch"`
	Seq    int64  `json:"seq"`
	Hash   Hash   `json:"hash"`
}

// IsZero reports whether there is no parent.
func (p Parent) IsZero() bool { return p == Parent{} }

// Root is the hash the first record of a branch is chained to, so that whose
// branch it is and where it came from cannot be changed later.
func Root(t Terminal, b Branch, p Parent) Hash {
	buf := binary.BigEndian.AppendUint64(nil, uint64(t))
	buf = append(buf, b[:]...)
	buf = append(buf, p.Branch[:]...)
	buf = binary.BigEndian.AppendUint64(buf, uint64(p.Seq))
	buf = append(buf, p.Hash[:]...)
	return tagged(tagBranch, buf)
}

// Open is the tip of a branch without records.
func Open(t Terminal, b Branch, p Parent, last Stamp) Tip {
	return Tip{Terminal: t, Branch: b, Hash: Root(t, b, p), Stamp: last}
}

// A ChainError says where a journal stops being the one it claims to be.
type ChainError struct {
	Seq  int64 // the first record that does not fit
	What string
}

func (e *ChainError) Error() string { return fmt.Sprintf("record %d: %s", e.Seq, e.What) }

// Follow checks that line is the record after tip and gives the record. It
// checks place, chain and body hash; what the record says is judged elsewhere.
func Follow(tip Tip, line Line) (Sealed, error) {
	seq := tip.Seq + 1
	head, err := ParseHead(line.Head)
	if err != nil {
		return Sealed{}, &ChainError{seq, err.Error()}
	}
	switch {
	case head.Terminal != tip.Terminal || head.Branch != tip.Branch:
		return Sealed{}, &ChainError{seq, fmt.Sprintf("belongs to terminal %v, branch %v", head.Terminal, head.Branch)}
	case head.Seq != seq:
		return Sealed{}, &ChainError{seq, fmt.Sprintf("is numbered %d", head.Seq)}
	case head.Prev != tip.Hash:
		return Sealed{}, &ChainError{seq, "does not follow from the record before it"}
	case head.Stamp < tip.Stamp:
		return Sealed{}, &ChainError{seq, "is stamped earlier than the record before it"}
	case line.Body != nil && BodyHash(line.Body) != head.Body:
		return Sealed{}, &ChainError{seq, "has another body than its head says"}
	case len(line.Head)+len(line.Body) > MaxRecord:
		return Sealed{}, &ChainError{seq, fmt.Sprintf("has %d bytes, at most %d", len(line.Head)+len(line.Body), MaxRecord)}
	}
	return Sealed{Head: head, Hash: HeadHash(line.Head), Line: line}, nil
}

// ParseHead reads a head from its bytes. Fields it does not know are left
// alone, for a newer terminal may write them and the bytes are kept; doubled
// keys, deep nesting and anything that is not one line of JSON are refused.
func ParseHead(b []byte) (Head, error) {
	var h Head
	if err := CheckLine(b); err != nil {
		return h, fmt.Errorf("head: %w", err)
	}
	if err := json.Unmarshal(b, &h); err != nil {
		return h, fmt.Errorf("head: %w", err)
	}
	return h, nil
}

// ParseBody reads a body from its bytes, as ParseHead does.
func ParseBody(b []byte) (Body, error) {
	var body Body
	if err := CheckLine(b); err != nil {
		return body, fmt.Errorf("body: %w", err)
	}
	if err := json.Unmarshal(b, &body); err != nil {
		return body, fmt.Errorf("body: %w", err)
	}
	return body, nil
}
