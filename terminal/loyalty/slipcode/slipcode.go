// Package slipcode writes and reads the codes that are printed on slips as QR.
//
// There are three. The code of a sale (Sale, "ZR1:") lets another shop of the
// chain take goods back that it did not sell: it has the amounts the return is
// decided from. The code of a bearer slip (Bearer, "ZS1:") carries the points
// of a customer without a card until they are added to one. The code of a
// voucher (Voucher, "ZV1:") is a reward that is had once, in a sale to come. The
// digit is the version of what follows.
//
// What follows is base32 (RFC 4648, without padding) of the id of a chain key,
// the content, and an HMAC-SHA256 under that key, of which 16 bytes are kept.
// Prefix and base32 are all of the alphanumeric mode of QR codes
// (ISO/IEC 18004), which needs a third less paper than bytes do. A code that
// was made under an older key is still read as long as that key is known.
package slipcode

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// What the codes begin with.
const (
	SalePrefix    = "ZR1:"
	BearerPrefix  = "ZS1:"
	VoucherPrefix = "ZV1:"
)

// The reasons why a text is not taken for a code.
var (
	ErrNoCode = errors.New("not the code of a slip, or not read well")
	ErrForged = errors.New("the code of a slip that nobody of this chain wrote, or one under a key that is not known here")
)

// Is reports whether text looks like a code of ours, of any version and
// whoever wrote it. What does can be no card and no article.
func Is(text string) bool {
	text = upper(text)
	return len(text) > 4 && (text[:2] == "ZR" || text[:2] == "ZS" || text[:2] == "ZV") && text[2] >= '0' && text[2] <= '9' && text[3] == ':'
}

// IsVoucher reports whether a text that looks like one of our codes looks like
// a voucher's.
func IsVoucher(text string) bool { return Is(text) && upper(text)[:2] == "ZV" }

// Written is a code as it is written, however a scanner sends it.
func Written(text string) string { return upper(text) }

const (
	macSize = 16
	// maxCode bounds what is read: far above what a slip has room for.
	maxCode = 1024
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// upper is text as the codes are written; some scanners change the case.
func upper(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }

// seal is content under key, as text.
func seal(prefix string, key member.ChainKey, content []byte) string {
	id := key.ID()
	sealed := append(id[:], content...)
	mac := key.MAC(prefix, sealed)
	return prefix + encoding.EncodeToString(append(sealed, mac[:macSize]...))
}

// open is the content of a text that one of keys sealed.
func open(prefix, text string, keys []member.ChainKey) ([]byte, error) {
	rest, ok := strings.CutPrefix(upper(text), prefix)
	if !ok || len(rest) > maxCode {
		return nil, ErrNoCode
	}
	sealed, err := encoding.DecodeString(rest)
	if err != nil || encoding.EncodeToString(sealed) != rest { // each code has one text
		return nil, ErrNoCode
	}
	var id member.KeyID
	if len(sealed) < len(id)+macSize {
		return nil, ErrNoCode
	}
	copy(id[:], sealed)
	content, proof := sealed[:len(sealed)-macSize], sealed[len(sealed)-macSize:]
	for _, key := range keys {
		if key.ID() != id {
			continue
		}
		if mac := key.MAC(prefix, content); hmac.Equal(mac[:macSize], proof) {
			return content[len(id):], nil
		}
	}
	return nil, ErrForged
}

// A writer appends the parts of a content: numbers in as few bytes as they
// need, texts behind their length.
type writer []byte

func (w *writer) bytes(b []byte) { *w = append(*w, b...) }
func (w *writer) count(n uint64) { *w = binary.AppendUvarint(*w, n) }
func (w *writer) number(n int64) { *w = binary.AppendVarint(*w, n) }
func (w *writer) text(s string)  { w.count(uint64(len(s))); *w = append(*w, s...) }
func (w *writer) key(k ledger.Key) {
	w.bytes(binary.BigEndian.AppendUint64(nil, uint64(k.Terminal)))
	w.bytes(k.Branch[:])
	w.count(uint64(k.Seq))
}

// day is the number of days since 1970.
func (w *writer) day(d ledger.Day) error {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return err
	}
	w.number(t.Unix() / secondsOfDay)
	return nil
}

const secondsOfDay = 24 * 60 * 60

// A reader takes the parts off again. What is not there is an error that stays.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.bad, r.rest = true, nil
		return make([]byte, min(max(n, 0), maxCode))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// A number is written in one way only: the shortest.
func (r *reader) count() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || len(binary.AppendUvarint(nil, n)) != size {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) number() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 || len(binary.AppendVarint(nil, n)) != size {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// upTo is a count of at most most.
func (r *reader) upTo(most uint64) int64 {
	n := r.count()
	if n > most {
		r.bad = true
		return 0
	}
	return int64(n)
}

func (r *reader) text(most uint64) string { return string(r.take(int(r.upTo(most)))) }

func (r *reader) key() (k ledger.Key) {
	k.Terminal = ledger.Terminal(binary.BigEndian.Uint64(r.take(8)))
	copy(k.Branch[:], r.take(len(k.Branch)))
	k.Seq = r.upTo(math.MaxInt64)
	r.bad = r.bad || k.Terminal > math.MaxInt64 || k.Seq == 0
	return k
}

func (r *reader) account() (a ledger.Account) {
	copy(a[:], r.take(len(a)))
	return a
}

func (r *reader) day() ledger.Day {
	n := r.number()
	if n < 0 || n > maxDay {
		r.bad = true
		return ""
	}
	return ledger.Day(time.Unix(n*secondsOfDay, 0).UTC().Format(time.DateOnly))
}

// maxDay is the last day of the year 9999.
const maxDay = 2932896

// done reports whether all of the content was read and was well-formed.
func (r *reader) done() bool { return !r.bad && len(r.rest) == 0 }
