package frame

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
)

// UIDEncoding is how a reader writes the number of a chip.
type UIDEncoding string

const (
	// HexUID: hexadecimal digits, with or without blanks, colons or hyphens
	// between them. The default.
	HexUID UIDEncoding = "hex"
	// DecimalUID: one decimal number. It does not say how many bytes it stands
	// for: as many as Last says, else the fewest of 4, 7 and 10 that hold it.
	DecimalUID UIDEncoding = "decimal"
	// RawUID: the bytes themselves, which only silence ends.
	RawUID UIDEncoding = "raw"
)

// UIDConfig says how a reader of contactless cards sends their numbers. Readers
// disagree on the order of the bytes, on how many they send, and on how they
// write them; what comes out is the same for all. The zero value is hexadecimal
// text, bytes in the order of the air, ended by CR or LF.
type UIDConfig struct {
	// Terminators and Idle are as in LineConfig. RawUID has neither.
	Terminators []byte
	Idle        bool
	// Prefix is as in LineConfig.
	Prefix string
	// Silence is as in LineConfig. With RawUID it must be shorter than the pause
	// between two tags, or between two repeats of one.
	Silence  time.Duration
	Encoding UIDEncoding
	// Sum says that a byte follows which makes the sum of all bytes zero (modulo
	// 256), as in the IndiTag format. Decimal numbers have none.
	Sum bool
	// Last takes so many bytes off the end of what was sent, for readers that
	// put others in front. Zero takes all.
	Last int
	// Reverse turns the bytes round, after Last, for readers that send the last
	// one first.
	Reverse bool
	// EM4100 lets a number of five bytes through as that of a 125 kHz tag, for
	// readers of both kinds. Otherwise it is no number of a chip.
	EM4100 bool
}

// maxUIDData is more than any reader sends for a card.
const maxUIDData = 64

// NewUID returns a framer for readers that send a card's number by themselves,
// as if they were keyboards. It frames as a line; what it finds is the number
// of a tag.
func NewUID(cfg UIDConfig) *Line {
	lc := LineConfig{Terminators: cfg.Terminators, Idle: cfg.Idle, Prefix: cfg.Prefix, Silence: cfg.Silence, Max: maxUIDData}
	binary := cfg.Encoding == RawUID
	if binary {
		lc.Terminators, lc.Idle = []byte{}, true
	}
	l := NewLine(lc)
	l.binary = binary
	l.decode = func(data []byte) Event { return cfg.decode(&l.cfg, data) }
	return l
}

func (cfg *UIDConfig) decode(line *LineConfig, data []byte) Event {
	if cfg.Encoding == RawUID {
		sent, reason := line.unwrap(data)
		return cfg.number(sent, reason)
	}
	e := line.split(data)
	switch {
	case !e.IsCode():
		return e
	case e.Symbology != "": // what came is a barcode
		return Event{Reason: BadHex}
	case cfg.Encoding == DecimalUID:
		return cfg.number(parseDecimal(e.Text, cfg.Last))
	default:
		return cfg.number(parseHex(e.Text))
	}
}

// number turns the bytes that were sent into the number of a tag.
func (cfg *UIDConfig) number(sent []byte, reason Reason) Event {
	if reason != "" {
		return Event{Reason: reason}
	}
	if cfg.Sum && cfg.Encoding != DecimalUID {
		n := len(sent) - 1
		if n < 0 || byteSum(sent) != 0 {
			return Event{Reason: Checksum}
		}
		sent = sent[:n]
	}
	if cfg.Last > 0 {
		sent = sent[max(0, len(sent)-cfg.Last):]
		if len(sent) < cfg.Last {
			return Event{Reason: BadUID}
		}
	}
	if cfg.Reverse {
		sent = slices.Clone(sent) // it may be the frame, which goes out as it came
		slices.Reverse(sent)
	}
	if cfg.EM4100 && len(sent) == hexNumber {
		return Event{Text: upperHex(sent), Symbology: EM4100, Tag: true}
	}
	text, ok := CanonicalUID(sent)
	if !ok {
		return Event{Reason: BadUID}
	}
	return Event{Text: text, Symbology: UID, Tag: true}
}

// CanonicalUID returns the one way we write the number of a chip, its bytes
// given in the order they come through the air, and false if no chip has it.
// ISO/IEC 14443-3 knows 4, 7 and 10 bytes; four that start with 88 are the
// first part of a longer one. Example: "04A1B2C3D4E580".
func CanonicalUID(uid []byte) (string, bool) {
	const cascade = 0x88
	switch {
	case len(uid) != 4 && len(uid) != 7 && len(uid) != 10:
		return "", false
	case len(uid) == 4 && uid[0] == cascade:
		return "", false
	case !slices.ContainsFunc(uid, func(c byte) bool { return c != 0 }): // a dead line
		return "", false
	}
	return upperHex(uid), true
}

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

func parseHex(text string) ([]byte, Reason) {
	b, err := hex.DecodeString(betweenDigits.Replace(text))
	switch {
	case errors.Is(err, hex.ErrLength):
		return nil, BadUID
	case err != nil:
		return nil, BadHex
	}
	return b, ""
}

var betweenDigits = strings.NewReplacer(" ", "", ":", "", "-", "")

// parseDecimal gives the bytes of a decimal number, highest first. Readers drop
// leading zeros or not, so its digits do not tell how many there were.
func parseDecimal(text string, width int) ([]byte, Reason) {
	b := make([]byte, 10)
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return nil, BadUID
		}
		carry := int(c - '0')
		for i := len(b) - 1; i >= 0; i-- {
			carry += int(b[i]) * 10
			b[i] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return nil, BadUID
		}
	}
	if width > 0 {
		return b, ""
	}
	for _, n := range []int{4, 7} {
		if rest := len(b) - n; !slices.ContainsFunc(b[:rest], func(c byte) bool { return c != 0 }) {
			return b[rest:], ""
		}
	}
	return b, ""
}

func byteSum(b []byte) byte {
	var sum byte
	for _, c := range b {
		sum += c
	}
	return sum
}
