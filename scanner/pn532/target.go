package pn532

import (
	"encoding/hex"
	"slices"
	"strings"
)

// A target is one tag as InListPassiveTarget describes it; the zero value is one
// whose description is damaged.
type target struct {
	uid string // as frame.UID has it
	sak byte   // the kind of tag (ISO/IEC 14443-3, 6.5.3.4)
}

// sakType2 is the kind whose memory can be read without a key: NTAG, MIFARE
// Ultralight and others.
const sakType2 = 0x00

// sakBlocks is the bit of a kind that talks in blocks (ISO/IEC 14443-4). The
// chip begins that at once, as long as nobody told it not to, and adds the tag's
// answer (ATS), which begins with its length.
const sakBlocks = 0x20

// mostTargets is how many tags one answer describes.
const mostTargets = 2

// parseTargets reads an answer to InListPassiveTarget: a count, and what
// describes each tag. A tag that is listed twice, because it does not keep quiet
// once it was found, is one.
func parseTargets(data []byte) []target {
	if len(data) == 0 {
		return []target{{}}
	}
	var targets []target
	rest := data[1:]
	for range min(data[0], mostTargets) {
		var t target
		t, rest = parseTarget(rest)
		if t.isBad() || !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
	}
	return targets
}

// parseTarget reads the first tag in b: its number, SENS_RES (2 bytes), SEL_RES,
// the length of the UID, the UID, and an ATS from some. Behind a tag that is
// damaged there is nothing that could be read.
func parseTarget(b []byte) (t target, rest []byte) {
	const beforeUID = 5
	if len(b) < beforeUID {
		return target{}, nil
	}
	length, rest := int(b[4]), b[beforeUID:]
	if length > len(rest) || !isUID(rest[:length]) {
		return target{}, nil
	}
	t = target{uid: strings.ToUpper(hex.EncodeToString(rest[:length])), sak: b[3]}
	rest = rest[length:]
	if t.sak&sakBlocks != 0 && len(rest) > 0 {
		rest = rest[min(int(rest[0]), len(rest)):]
	}
	return t, rest
}

func (t target) isBad() bool { return t.uid == "" }

// cascadeTag stands in front of the first three bytes of a longer UID while it
// is being found (ISO/IEC 14443-3, 6.5.4).
const cascadeTag = 0x88

func isUID(b []byte) bool {
	switch len(b) {
	case 4:
		return b[0] != cascadeTag
	case 7, 10:
		return true
	default:
		return false
	}
}

// isRandom reports whether the tag makes up its UID each time it gets power, as
// phones and bank cards do (ISO/IEC 14443-3, 6.5.4).
func (t target) isRandom() bool { return len(t.uid) == 8 && strings.HasPrefix(t.uid, "08") }

// capability is page 3 of a Type 2 tag: what its memory is for, which version
// of the format, its size in eight bytes, and who may read and write (NFC
// Forum, Type 2 Tag Operation 1.1, 6.1).
type capability [4]byte

// size returns how many bytes of data there are, 0 if the memory is not ours to
// read: it is not formatted for messages, or needs a key.
func (c capability) size() int {
	if c[0] != 0xE1 || c[1]>>4 != 1 || c[3]>>4 != 0 {
		return 0
	}
	return int(c[2]) * 8
}
