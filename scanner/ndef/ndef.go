// Package ndef reads the text or the address that a contactless tag carries in
// its memory.
//
// The memory holds blocks of type, length and value (NFC Forum, Type 2 Tag
// Operation 1.1, 2.3); one of them is a message, which is a row of records (NFC
// Forum, NDEF 1.0); a record of type T is a text (RTD Text 1.0), one of type U an
// address (RTD URI 1.0). Nothing else is read, and nothing is repaired: a tag
// whose message is damaged has no text, rather than half of one.
package ndef

import "zegel/scanner/frame"

// Record is what a tag says.
type Record struct {
	// Text is the text or the whole address, valid UTF-8, as it was written:
	// padding and control characters are left to the caller.
	Text string
	// Lang is the language of a text (RFC 5646), such as "en"; empty for an
	// address.
	Lang string
	// URI tells an address from a text.
	URI bool
}

// None is the reason why a memory without any message holds no record. It says
// nothing against the tag, as little as frame.Empty and frame.Unsupported do;
// any other reason means damage.
const None frame.Reason = "none"

// The types of a block that matter; any other is passed over by its length.
const (
	blockNull    = 0x00 // one byte of padding, without a length
	blockMessage = 0x03
	blockEnd     = 0xFE // no block follows; has no length
	longLength   = 0xFF // stands before a length of two bytes
)

// Read returns the first text or address in memory, which begins where a Type 2
// tag's data begin, at page 4. The reason is empty, or says why there is none:
// None, frame.Empty and frame.Unsupported for a tag that carries no text;
// frame.BadTLV, frame.BadNDEF, frame.NDEFChunked and frame.Charset for one that
// is damaged.
func Read(memory []byte) (Record, frame.Reason) {
	message, reason := findMessage(memory)
	if reason != "" {
		return Record{}, reason
	}
	return readMessage(message)
}

func findMessage(memory []byte) ([]byte, frame.Reason) {
	for at := 0; at < len(memory); {
		b := blockAt(memory, at)
		switch {
		case b.kind == blockNull:
		case b.kind == blockEnd:
			return nil, None
		case b.wrong || b.end > len(memory):
			return nil, frame.BadTLV
		case b.kind == blockMessage && b.value == b.end:
			return nil, frame.Empty
		case b.kind == blockMessage:
			return memory[b.value:b.end], ""
		}
		at = b.end
	}
	return nil, None
}

// Need returns how many bytes of memory have to be known before Read can say
// what is in them, as far as the bytes known so far tell: more than len(memory)
// means that Read would speak too soon.
func Need(memory []byte) int {
	for at := 0; at < len(memory); {
		b := blockAt(memory, at)
		if b.kind == blockEnd || b.kind == blockMessage || b.wrong {
			return b.end
		}
		at = b.end
		if at >= len(memory) {
			return at + 1
		}
	}
	return len(memory) + 1
}

// A block is where one block lies. end may be beyond the memory: it is what
// would have to be there.
type block struct {
	kind       byte
	value, end int
	wrong      bool // the length is written in a way it must not be
}

func blockAt(memory []byte, at int) block {
	b := block{kind: memory[at]}
	switch {
	case b.kind == blockNull || b.kind == blockEnd:
		b.value = at + 1
		b.end = b.value
	case len(memory) < at+2:
		b.end = at + 2
	case memory[at+1] != longLength:
		b.value = at + 2
		b.end = b.value + int(memory[at+1])
	case len(memory) < at+4:
		b.end = at + 4
	default:
		length := int(memory[at+2])<<8 | int(memory[at+3])
		b.value = at + 4
		b.end = b.value + length
		b.wrong = length < longLength
	}
	return b
}
