package scannertest

import "bytes"

// Frames between a PN532 and its host: NXP UM0701-02 (PN532 user manual),
// section 6.2.1. The numbers in them are complements: a length and its checksum
// add up to zero, and so do the data and theirs.
const (
	fromHost = 0xD4 // the first data byte of a command
	fromChip = 0xD5 // the first data byte of an answer
)

var (
	ackFrame    = []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}
	syntaxError = []byte{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00}
	startCode   = []byte{0x00, 0xFF}
)

type frameKind int

const (
	commandFrame frameKind = iota
	hostAck                // stop what you are doing
	hostNack               // say the last answer again
	brokenFrame            // a checksum is wrong, or it is no command
)

// hostFrame is one frame from the host; data is the command's code and what
// follows it.
type hostFrame struct {
	kind frameKind
	data []byte
}

// hostFrames cuts what a host writes into frames.
type hostFrames struct{ rest []byte }

func (h *hostFrames) add(b ...byte) { h.rest = append(h.rest, b...) }

func (h *hostFrames) clear() { h.rest = h.rest[:0] }

// next returns the first whole frame and takes it away, or false when none is
// whole yet. What stands in front of a start code is no frame: preambles may be
// of any length.
func (h *hostFrames) next() (hostFrame, bool) {
	at := bytes.Index(h.rest, startCode)
	if at < 0 {
		if n := len(h.rest); n > 0 && h.rest[n-1] == startCode[0] {
			h.rest = append(h.rest[:0], startCode[0]) // it may begin one
		} else {
			h.clear()
		}
		return hostFrame{}, false
	}
	h.rest = h.rest[at:]
	f, size := parseFrame(h.rest[len(startCode):])
	if size == 0 {
		return hostFrame{}, false
	}
	h.rest = h.rest[len(startCode)+size:]
	return f, true
}

// parseFrame reads what follows a start code and returns how many bytes it
// took, zero if there are too few.
func parseFrame(b []byte) (hostFrame, int) {
	if len(b) < 2 {
		return hostFrame{}, 0
	}
	switch {
	case b[0] == 0x00 && b[1] == 0xFF:
		return hostFrame{kind: hostAck}, 2
	case b[0] == 0xFF && b[1] == 0x00:
		return hostFrame{kind: hostNack}, 2
	case b[0] == 0xFF && b[1] == 0xFF:
		return parseExtended(b)
	case b[0]+b[1] != 0:
		return hostFrame{kind: brokenFrame}, 2
	default:
		return parseData(b, 2, int(b[0]))
	}
}

func parseExtended(b []byte) (hostFrame, int) {
	const header = 5 // FF FF, two bytes of length, their checksum
	if len(b) < header {
		return hostFrame{}, 0
	}
	length := int(b[2])<<8 | int(b[3])
	if b[2]+b[3]+b[4] != 0 || length > longestFrame {
		return hostFrame{kind: brokenFrame}, header
	}
	return parseData(b, header, length)
}

// longestFrame is the most data a frame may hold, with its first byte.
const longestFrame = 265

func parseData(b []byte, header, length int) (hostFrame, int) {
	size := header + length + 1
	if len(b) < size {
		return hostFrame{}, 0
	}
	data := b[header : header+length]
	if sum(data)+b[header+length] != 0 || length < 2 || data[0] != fromHost {
		return hostFrame{kind: brokenFrame}, size
	}
	return hostFrame{kind: commandFrame, data: bytes.Clone(data[1:])}, size
}

func sum(b []byte) (total byte) {
	for _, c := range b {
		total += c
	}
	return total
}

// answerFrame puts an answer into a frame, extended if it has to be or is to.
func answerFrame(data []byte, extended bool) []byte {
	length := len(data) + 1
	frame := []byte{0x00, 0x00, 0xFF}
	if extended || length > 0xFF {
		high, low := byte(length>>8), byte(length)
		frame = append(frame, 0xFF, 0xFF, high, low, -(high + low))
	} else {
		frame = append(frame, byte(length), -byte(length))
	}
	frame = append(frame, fromChip)
	frame = append(frame, data...)
	return append(frame, -(fromChip + sum(data)), 0x00)
}
