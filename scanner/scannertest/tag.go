package scannertest

import (
	"bytes"
	"slices"
)

// Tag is what can be held in front of a reader: a tag, a card or a phone that
// speaks ISO/IEC 14443 type A at 106 kbit/s.
type Tag struct {
	// UID has 4, 7 or 10 bytes, in the order they come through the air.
	UID []byte
	// ATQA is SENS_RES as the chip hands it on; {00, 44} for NTAG.
	ATQA [2]byte
	// SAK is SEL_RES: 00 for NTAG and Ultralight, 08 for Classic 1K, bit 5 set
	// for what speaks ISO/IEC 14443-4.
	SAK byte
	// ATS is what the latter answers when it is activated, with its own length
	// in front.
	ATS []byte
	// Memory is the whole memory in pages of 4 bytes, for tags that can be read
	// without a key (NFC Forum, Type 2 Tag); nil for others.
	Memory []byte
	// Version is the answer to GET_VERSION, nil for tags that know none.
	Version []byte
	// Random makes the number behind its first byte another one whenever the
	// field was off, as ISO/IEC 14443-3 has it for numbers that begin with 08.
	Random bool
}

// pageSize is what a Type 2 Tag writes at a time; it reads four of them.
const pageSize = 4

// ntag is one size of NTAG21x (NXP NTAG213/215/216 data sheet, sections 8.5 and
// 10.1).
type ntag struct {
	pages   int
	area    byte   // bytes of message / 8, as the capability container says it
	storage byte   // in the answer to GET_VERSION
	fresh   []byte // what stands in front of the message as delivered
}

// NTAG213 is a tag with 144 bytes for a message, which the others have more of.
// A nil message is a tag as delivered, empty but formatted. A message that does
// not fit is cut off at the end of the memory, as a writer leaves it that does
// not look.
func NTAG213(uid [7]byte, message []byte) Tag {
	// The lock control block tells where the dynamic lock bytes are.
	return ntag{pages: 45, area: 0x12, storage: 0x0F, fresh: []byte{0x01, 0x03, 0xA0, 0x0C, 0x34}}.tag(uid, message)
}

// NTAG215 has 496 bytes for a message; see NTAG213.
func NTAG215(uid [7]byte, message []byte) Tag {
	return ntag{pages: 135, area: 0x3E, storage: 0x11}.tag(uid, message)
}

// NTAG216 has 872 bytes for a message; see NTAG213.
func NTAG216(uid [7]byte, message []byte) Tag {
	return ntag{pages: 231, area: 0x6D, storage: 0x13}.tag(uid, message)
}

func (n ntag) tag(uid [7]byte, message []byte) Tag {
	t := typeTwo(uid, n.pages, n.area, append(slices.Clone(n.fresh), messageBlock(message)...))
	t.Version = []byte{0x00, 0x04, 0x04, 0x02, 0x01, 0x00, n.storage, 0x03}
	// The last five pages are lock bytes and configuration; nothing is
	// protected by a password.
	end := t.Memory[(n.pages-5)*pageSize:]
	copy(end, []byte{0x00, 0x00, 0x00, 0xBD, 0x04, 0x00, 0x00, 0xFF, 0x00, 0x05, 0x00, 0x00})
	return t
}

// Ultralight is the oldest of the kind (NXP MF0ICU1), with 48 bytes for a
// message and no GET_VERSION; see NTAG213.
func Ultralight(uid [7]byte, message []byte) Tag {
	return typeTwo(uid, 16, 0x06, messageBlock(message))
}

// typeTwo lays out a Type 2 Tag: number, lock bytes, capability container and
// from page 4 on what is given, as far as it fits.
func typeTwo(uid [7]byte, pages int, area byte, content []byte) Tag {
	memory := make([]byte, pages*pageSize)
	const cascadeTag = 0x88 // takes part in the check byte of a 7-byte number
	copy(memory, uid[:3])
	memory[3] = cascadeTag ^ uid[0] ^ uid[1] ^ uid[2]
	copy(memory[4:], uid[3:])
	memory[8] = uid[3] ^ uid[4] ^ uid[5] ^ uid[6]
	memory[9] = 0x48 // internal
	copy(memory[12:], []byte{0xE1, 0x10, area, 0x00})
	copy(memory[16:16+int(area)*8], content)
	return Tag{UID: uid[:], ATQA: [2]byte{0x00, 0x44}, Memory: memory}
}

// messageBlock is the block (TLV) that holds a message, and the one that ends
// the list.
func messageBlock(message []byte) []byte {
	block := []byte{0x03}
	if n := len(message); n < 0xFF {
		block = append(block, byte(n))
	} else {
		block = append(block, 0xFF, byte(n>>8), byte(n))
	}
	return append(append(block, message...), 0xFE)
}

// Classic is a MIFARE Classic 1K card, whose memory nobody reads without a key.
func Classic(uid [4]byte) Tag {
	return Tag{UID: uid[:], ATQA: [2]byte{0x00, 0x04}, SAK: 0x08}
}

// Phone is a telephone with a wallet: its number begins with 08, and the rest is
// chance, of which the first is handed in.
func Phone(random [3]byte) Tag {
	return Tag{
		UID:  append([]byte{0x08}, random[:]...),
		ATQA: [2]byte{0x00, 0x04},
		SAK:  0x20,
		ATS:  []byte{0x05, 0x78, 0x80, 0x70, 0x02},

		Random: true,
	}
}

func (t Tag) clone() Tag {
	t.UID, t.ATS = slices.Clone(t.UID), slices.Clone(t.ATS)
	t.Memory, t.Version = slices.Clone(t.Memory), slices.Clone(t.Version)
	return t
}

// powerOff takes the field away.
func (t *Tag) powerOff() {
	if !t.Random {
		return
	}
	// Chance that every run repeats (Knuth's constants for 64 bits).
	var n uint64
	for _, b := range t.UID[1:] {
		n = n<<8 | uint64(b)
	}
	n = (n*6364136223846793005 + 1442695040888963407) >> 8
	for i := range t.UID[1:] {
		t.UID[1+i] = byte(n >> (8 * i))
	}
}

// Commands of a Type 2 Tag.
const (
	tagRead        = 0x30
	tagFastRead    = 0x3A
	tagHalt        = 0x50
	tagVersion     = 0x60
	tagCompatWrite = 0xA0
	tagWrite       = 0xA2
)

// command has a Type 2 Tag do one thing. It returns false where the tag refuses
// (NAK); a tag that has no such command refuses too.
func (t *Tag) command(b []byte) ([]byte, bool) {
	switch {
	case len(b) == 2 && b[0] == tagRead:
		return t.read(int(b[1]))
	case len(b) == 3 && b[0] == tagFastRead && t.Version != nil:
		return t.fastRead(int(b[1]), int(b[2]))
	case len(b) == 1 && b[0] == tagVersion && t.Version != nil:
		return t.Version, true
	case len(b) == 6 && b[0] == tagWrite, len(b) == 18 && b[0] == tagCompatWrite:
		return nil, t.write(int(b[1]), b[2:2+pageSize])
	default:
		return nil, false
	}
}

// read returns four pages; behind the last comes the first.
func (t *Tag) read(page int) ([]byte, bool) {
	if page*pageSize >= len(t.Memory) {
		return nil, false
	}
	twice := slices.Concat(t.Memory, t.Memory)
	return bytes.Clone(twice[page*pageSize : (page+4)*pageSize]), true
}

func (t *Tag) fastRead(first, last int) ([]byte, bool) {
	if first > last || (last+1)*pageSize > len(t.Memory) {
		return nil, false
	}
	return bytes.Clone(t.Memory[first*pageSize : (last+1)*pageSize]), true
}

// write puts one page, unless it is part of the number. Lock bits and the
// capability container can be set and never cleared.
func (t *Tag) write(page int, data []byte) bool {
	switch {
	case page < 2 || (page+1)*pageSize > len(t.Memory):
		return false
	case page == 2:
		t.Memory[10] |= data[2]
		t.Memory[11] |= data[3]
	case page == 3:
		for i, b := range data {
			t.Memory[12+i] |= b
		}
	default:
		copy(t.Memory[page*pageSize:], data)
	}
	return true
}
