package pn532

import (
	"bytes"
	"time"

	"zegel/scanner/frame"
)

const (
	// silence is how long the line may pause inside a frame. The chip sends one
	// in a go; USB adapters hold bytes back for some 16 ms.
	silence = 100 * time.Millisecond
	// mostData is the longest a frame's content may be: what identifies it and
	// 264 bytes (UM0701-02, 6.2.1.2).
	mostData = 265

	fromHost = 0xD4
	fromChip = 0xD5
	isError  = 0x7F
)

// startCode begins every frame. The 00 before it and the 00 behind the frame are
// filling that may be missing.
var startCode = []byte{0x00, 0xFF}

// Kind says what a Message is.
type Kind uint8

const (
	// Ack: the chip took a command.
	Ack Kind = iota + 1
	// Nack: the chip asks for a command again.
	Nack
	// Answer: the chip answered a command.
	Answer
	// Damaged: something that is not one of these.
	Damaged
)

// Message is one frame from the chip.
type Message struct {
	Kind Kind
	// Code is the answer's code, which is the command's and one. Example: 4B.
	Code byte
	// Data is what follows the code in an answer.
	Data []byte
	// Reason is why a frame is Damaged.
	Reason frame.Reason
}

// Frames cuts what a PN532 sends into messages. The zero value is ready. It is
// pushed as a frame.Framer is, and keeps less than one frame.
type Frames struct {
	rest []byte    // what is not a whole frame yet; at most a byte if none is open
	last time.Time // when the last byte came
}

// Feed takes the bytes of one read and the time they came. b is not kept.
func (f *Frames) Feed(now time.Time, b []byte) []Message {
	messages := f.Tick(now)
	if len(b) == 0 {
		return messages
	}
	f.last = now
	f.rest = append(f.rest, b...)
	left := f.rest
	for {
		m, n := cut(left)
		left = left[n:]
		if m.Kind == 0 {
			break
		}
		messages = append(messages, m)
	}
	f.rest = append(f.rest[:0], left...)
	return messages
}

// Tick tells what time it is: a frame that is open in a silence does not end
// any more.
func (f *Frames) Tick(now time.Time) []Message {
	deadline, open := f.Deadline()
	if !open || now.Before(deadline) {
		return nil
	}
	f.Reset()
	return []Message{{Kind: Damaged, Reason: frame.Truncated}}
}

// Deadline returns when Tick is due if no more bytes come, and false if no
// frame is open.
func (f *Frames) Deadline() (time.Time, bool) {
	if !bytes.HasPrefix(f.rest, startCode) {
		return time.Time{}, false
	}
	return f.last.Add(silence), true
}

// Reset forgets the frame that is open.
func (f *Frames) Reset() { f.rest = f.rest[:0] }

// cut returns the first message in b, if there is one, and how many bytes are
// done with. Without a message what is left begins with an open frame, or is
// the first byte of one.
func cut(b []byte) (Message, int) {
	at := bytes.Index(b, startCode)
	if at < 0 {
		if len(b) > 0 && b[len(b)-1] == startCode[0] {
			return Message{}, len(b) - 1
		}
		return Message{}, len(b)
	}
	m, n := cutBehindStart(b[at+len(startCode):])
	if m.Kind == 0 {
		return Message{}, at
	}
	return m, at + len(startCode) + n
}

// cutBehindStart is cut for what follows the start code. A frame that cannot be is
// left where it begins, so that a whole one inside it is still found.
func cutBehindStart(b []byte) (Message, int) {
	if len(b) < 2 {
		return Message{}, 0
	}
	switch {
	case b[0] == 0x00 && b[1] == 0xFF:
		return Message{Kind: Ack}, 2
	case b[0] == 0xFF && b[1] == 0x00:
		return Message{Kind: Nack}, 2
	case b[0] != 0xFF || b[1] != 0xFF:
		return cutData(b, 2, int(b[0]), sum(b[:2]))
	case len(b) < 5:
		return Message{}, 0
	default:
		return cutData(b, 5, int(b[2])<<8|int(b[3]), sum(b[2:5]))
	}
}

// cutData is cut for the content that begins at from: length bytes and their
// sum. wrong is what is left over in the sum of the length.
func cutData(b []byte, from, length int, wrong byte) (Message, int) {
	end := from + length + 1
	switch {
	case wrong != 0 || length == 0:
		return damaged(frame.LengthChecksum), 0
	case length > mostData:
		return damaged(frame.Oversize), 0
	case len(b) < end:
		return Message{}, 0
	case sum(b[from:end]) != 0:
		return damaged(frame.Checksum), 0
	case b[from] == isError:
		return damaged(frame.PN532Syntax), end
	case b[from] != fromChip || length == 1:
		return damaged(frame.Resync), end // an echo of ours, or no answer
	default:
		return Message{Kind: Answer, Code: b[from+1], Data: bytes.Clone(b[from+2 : end-1])}, end
	}
}

func damaged(reason frame.Reason) Message { return Message{Kind: Damaged, Reason: reason} }

func sum(b []byte) byte {
	var s byte
	for _, c := range b {
		s += c
	}
	return s
}
