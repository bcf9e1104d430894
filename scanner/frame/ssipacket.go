package frame

import "unicode/utf8"

// A packet is length, opcode, source, status, data and a sum. The length counts
// all but the sum.
const (
	ssiHeader  = 4
	ssiSum     = 2
	ssiLongest = 0xFF + ssiSum
)

const (
	ssiHost    = 0x04 // the source of what a host sends; engines of other makes use it too
	ssiDecoder = 0x00

	ssiAgain = 0x01 // status: the packet is sent again
	ssiMore  = 0x02 // status: another packet belongs to the message

	ssiResend = 0x01 // the cause of a NAK: send again
)

// Opcodes, as the Simple Serial Interface Programmer's Guide lists them.
const (
	ssiSegment      = 0x73 // cordless devices
	ssiManagement   = 0x80
	ssiInitialised  = 0x91
	ssiRevision     = 0xA4
	ssiImage        = 0xB1
	ssiParameters   = 0xC6
	ssiAck          = 0xD0
	ssiNak          = 0xD1
	ssiCapabilities = 0xD4
	ssiBeep         = 0xE6
	ssiDecode       = 0xF3
	ssiEvent        = 0xF6
)

// SSIPacket returns a packet from the host, with its sum. Data beyond the 251
// bytes a packet holds are left out.
func SSIPacket(opcode byte, data ...byte) []byte {
	return packSSI(opcode, ssiHost, data)
}

// SSIBeep returns the command to beep: code 0 is one short high beep, 5 one
// short low beep. Not every make counts its beeps alike.
func SSIBeep(code byte) []byte { return SSIPacket(ssiBeep, code) }

// SSIReplies returns what engines answer to commands in the middle of plain
// text: taken, as the decoder or in the host's name, and refused because it is
// to be sent again, makes no sense now, or is not allowed.
func SSIReplies() [][]byte {
	return [][]byte{
		packSSI(ssiAck, ssiHost, nil),
		packSSI(ssiAck, ssiDecoder, nil),
		packSSI(ssiNak, ssiHost, []byte{ssiResend}),
		packSSI(ssiNak, ssiHost, []byte{0x02}),
		packSSI(ssiNak, ssiHost, []byte{0x06}),
	}
}

func packSSI(opcode, source byte, data []byte) []byte {
	data = data[:min(len(data), 0xFF-ssiHeader)]
	size := ssiHeader + len(data)
	p := make([]byte, 0, size+ssiSum)
	p = append(p, byte(size), opcode, source, 0)
	p = append(p, data...)
	sum := -sumSSI(p)
	return append(p, byte(sum>>8), byte(sum))
}

func sumSSI(p []byte) uint16 {
	var sum uint16
	for _, c := range p {
		sum += uint16(c)
	}
	return sum
}

// parseSSI looks at a packet that begins at the first byte. It returns its size
// without the sum, 0 while more must come, or what is wrong as soon as that can
// be seen.
func parseSSI(buf []byte) (size int, reason Reason) {
	size = int(buf[0])
	switch {
	case size < ssiHeader:
		return 0, BadLength
	case len(buf) > 1 && !isDeviceOpcode(buf[1]):
		return 0, Resync
	case len(buf) > 2 && buf[2] != ssiDecoder && buf[2] != ssiHost:
		return 0, Resync
	case len(buf) < size+ssiSum:
		return 0, ""
	case sumSSI(buf[:size])+uint16(buf[size])<<8+uint16(buf[size+1]) != 0:
		return 0, Checksum
	default:
		return size, ""
	}
}

func isDeviceOpcode(c byte) bool {
	switch c {
	case ssiSegment, ssiManagement, ssiInitialised, ssiRevision, ssiImage, ssiParameters,
		ssiAck, ssiNak, ssiCapabilities, ssiDecode, ssiEvent:
		return true
	}
	return false
}

// A codeType is what a packet says of the symbol its data came from.
type codeType struct {
	symbology string
	addon     int // how many digits of an EAN's add-on stand behind the number
}

// codeTypes maps code types to AIM identifiers (ISO/IEC 15424). The types are
// those of the Programmer's Guide and of the vendor's scanner SDK, which agree;
// of the modifiers only those are claimed that the type proves. Types whose
// data may be more than one thing (Bookland, coupons, Trioptic) are left out:
// their text counts as of unknown symbology.
var codeTypes = map[byte]codeType{
	0x01: {symbology: "]A0"},           // Code 39
	0x02: {symbology: "]F0"},           // Codabar
	0x03: {symbology: "]C0"},           // Code 128
	0x04: {symbology: "]S0"},           // Discrete 2 of 5
	0x06: {symbology: "]I0"},           // Interleaved 2 of 5
	0x07: {symbology: "]G0"},           // Code 93
	0x08: {symbology: "]E0"},           // UPC-A
	0x09: {symbology: "]E0"},           // UPC-E, in 8 digits
	0x0A: {symbology: "]E4"},           // EAN-8
	0x0B: {symbology: "]E0"},           // EAN-13
	0x0C: {symbology: "]H0"},           // Code 11
	0x0E: {symbology: "]M0"},           // MSI
	0x0F: {symbology: "]C1"},           // GS1-128
	0x10: {symbology: "]E0"},           // UPC-E, number system 1
	0x11: {symbology: "]L0"},           // PDF417
	0x13: {symbology: "]A4"},           // Code 39, full ASCII
	0x18: {symbology: "]F0"},           // NW-7, which is Codabar
	0x19: {symbology: "]C0"},           // ISBT 128
	0x1A: {symbology: "]L0"},           // MicroPDF417
	0x1B: {symbology: "]d1"},           // Data Matrix
	0x1C: {symbology: "]Q1"},           // QR
	0x21: {symbology: "]C4"},           // ISBT 128, concatenated
	0x2C: {symbology: "]Q1"},           // Micro QR
	0x2D: {symbology: "]z0"},           // Aztec
	0x30: {symbology: "]e0"},           // GS1 DataBar
	0x31: {symbology: "]e0"},           // GS1 DataBar Limited
	0x32: {symbology: "]e0"},           // GS1 DataBar Expanded
	0x48: {symbology: "]E3", addon: 2}, // UPC-A and its add-on
	0x49: {symbology: "]E0", addon: 2}, // UPC-E and its add-on
	0x4A: {symbology: "]E4", addon: 2}, // EAN-8 and its add-on
	0x4B: {symbology: "]E3", addon: 2}, // EAN-13 and its add-on
	0x50: {symbology: "]E0", addon: 2},
	0x88: {symbology: "]E3", addon: 5},
	0x89: {symbology: "]E0", addon: 5},
	0x8A: {symbology: "]E4", addon: 5},
	0x8B: {symbology: "]E3", addon: 5},
	0x90: {symbology: "]E0", addon: 5},
	0xC1: {symbology: "]d2"}, // GS1 DataMatrix
	0xC2: {symbology: "]Q3"}, // GS1 QR
}

// decodeSSI reads the text of a message whose packets said what symbol it is
// from.
func (cfg *LineConfig) decodeSSI(kind byte, text []byte) Event {
	e := cfg.split(text)
	if !e.IsCode() || e.Symbology != "" {
		return cfg.restoreGS(e) // an identifier in the text knows more than the type
	}
	t := codeTypes[kind]
	if t.addon > 0 {
		if utf8.RuneCountInString(e.Text) != len(e.Text) || len(e.Text) <= t.addon {
			return Event{Reason: BadLength}
		}
		e.Text = e.Text[:len(e.Text)-t.addon] // the add-on is no part of the number
	}
	e.Symbology = t.symbology
	return cfg.restoreGS(e)
}
