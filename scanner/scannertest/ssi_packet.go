package scannertest

// Packets of the Simple Serial Interface (Zebra/Symbol 72E-40451, Simple Serial
// Interface Programmer's Guide): length, opcode, source, status, data and a
// checksum of two bytes, high byte first, that makes the sum zero. The length
// counts all but the checksum.
const (
	ssiRevisionReply = 0xA4
	ssiRevision      = 0xA3
	ssiParameters    = 0xC6
	ssiAck           = 0xD0
	ssiNak           = 0xD1
	ssiStart         = 0xE4
	ssiStop          = 0xE5
	ssiBeep          = 0xE6
	ssiLEDOn         = 0xE7
	ssiLEDOff        = 0xE8
	ssiEnable        = 0xE9
	ssiDisable       = 0xEA
	ssiDecode        = 0xF3

	ssiFromDecoder = 0x00
	ssiFromHost    = 0x04

	ssiRepeated = 0x01 // status: sent before
	ssiMore     = 0x02 // status: the message goes on in the next packet

	ssiCauseResend  = 0x01 // of a NAK
	ssiCauseContext = 0x02

	ssiHeader = 4
)

// ssiPacket is one packet without length and checksum.
type ssiPacket struct {
	opcode, source, status byte
	data                   []byte
}

func (p ssiPacket) bytes() []byte {
	b := append([]byte{byte(ssiHeader + len(p.data)), p.opcode, p.source, p.status}, p.data...)
	s := -ssiSum(b)
	return append(b, byte(s>>8), byte(s))
}

func ssiSum(b []byte) (total uint16) {
	for _, c := range b {
		total += uint16(c)
	}
	return total
}

// ssiPackets cuts what a host writes into packets.
type ssiPackets struct{ rest []byte }

// next returns the first whole packet and takes it away. ok is false when there
// is none; damaged says that one with a wrong checksum was thrown away.
func (s *ssiPackets) next() (p ssiPacket, damaged, ok bool) {
	for len(s.rest) > 0 {
		length := int(s.rest[0])
		if length < ssiHeader || len(s.rest) > 2 && s.rest[2] != ssiFromHost {
			s.rest = s.rest[1:] // a wake-up, or noise
			continue
		}
		if len(s.rest) < length+2 {
			return ssiPacket{}, false, false
		}
		b, sum := s.rest[:length], s.rest[length:length+2]
		s.rest = s.rest[length+2:]
		if ssiSum(b)+uint16(sum[0])<<8+uint16(sum[1]) != 0 {
			return ssiPacket{}, true, true
		}
		return ssiPacket{opcode: b[1], source: b[2], status: b[3], data: b[ssiHeader:]}, false, true
	}
	return ssiPacket{}, false, false
}
