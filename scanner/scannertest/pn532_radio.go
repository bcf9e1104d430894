package scannertest

import (
	"bytes"
	"slices"
)

// list carries out InListPassiveTarget: how many targets at most, which kind,
// and for type A the number of the one that is meant, if any.
func (c *chip) list(arguments []byte, f *Fault) (answer []byte, done bool) {
	if len(arguments) < 2 || arguments[0] < 1 || arguments[0] > 2 || arguments[1] > 4 {
		return nil, true
	}
	if !c.configured {
		return nil, false // no radio in LowVbat mode
	}
	c.fieldOn = true
	c.targets = nil
	const typeA106 = 0
	if arguments[1] == typeA106 {
		c.targets = c.find(int(arguments[0]), arguments[2:], f)
	}
	if len(c.targets) == 0 && c.retries == 0xFF {
		return nil, false
	}
	answer = []byte{cmdListPassiveTargets + 1, byte(len(c.targets))}
	for i, t := range c.targets {
		answer = append(answer, c.describe(byte(i+1), t)...)
	}
	return answer, true
}

// find selects up to most tags that answer.
func (c *chip) find(most int, number []byte, f *Fault) []*fieldTag {
	if f.Misses > 0 && c.retries != 0xFF {
		f.Misses--
		return nil
	}
	var found []*fieldTag
	for _, t := range c.field {
		switch {
		case len(found) == most, t.state == tagHalted:
		case len(number) > 0 && !bytes.Equal(number, t.UID):
		case t.shy && c.retries == 0:
			t.shy, t.state = false, tagIdle
		default:
			t.state, t.shy = tagActive, f.Alternate
			found = append(found, t)
		}
	}
	c.registers[registerTxMode], c.registers[registerRxMode] = crcEnabled, crcEnabled
	return found
}

func (c *chip) describe(number byte, t *fieldTag) []byte {
	b := []byte{number, t.ATQA[0], t.ATQA[1], t.SAK, byte(len(t.UID))}
	b = append(b, t.UID...)
	if t.speaksISO() && c.activateISO {
		b = append(b, t.ATS...)
	}
	return b
}

func (t *fieldTag) speaksISO() bool { return t.SAK&0x20 != 0 }

// exchange passes a command to a tag. The first byte of the answer is a status.
func (c *chip) exchange(code byte, arguments []byte, f *Fault) []byte {
	if f.Statuses > 0 {
		f.Statuses--
		return []byte{f.Status}
	}
	if code == cmdCommunicateThru {
		return c.communicateThru(arguments)
	}
	if len(arguments) < 1 {
		return nil
	}
	const more = 0x40 // more data follows; what cards need fits into one
	number := int(arguments[0] &^ more)
	if number < 1 || number > len(c.targets) {
		return []byte{statusWrongContext}
	}
	return c.targets[number-1].exchange(c, arguments[1:])
}

func (t *fieldTag) exchange(c *chip, command []byte) []byte {
	switch {
	case t.state != tagActive || !slices.Contains(c.field, t):
		return []byte{statusTimeOut}
	case t.speaksISO():
		return []byte{statusOK, 0x6A, 0x82} // ISO/IEC 7816-4: no such application
	case t.Memory == nil:
		return []byte{statusAuthorisation} // no key fits
	}
	answer, ok := t.command(command)
	if !ok {
		t.state = tagIdle // as a tag falls back that refused (ISO/IEC 14443-3)
		return []byte{statusProtocol}
	}
	if len(answer) > longestFrame-3 {
		return []byte{statusBuffer}
	}
	return append([]byte{statusOK}, answer...)
}

// Registers of the radio part that say whether the chip takes care of the
// checksum of what it sends and receives (UM0701-02, section 8.6.23).
const (
	registerTxMode = 0x6302
	registerRxMode = 0x6303
	crcEnabled     = 0x80
)

// communicateThru sends bytes as they are to the tag selected last.
func (c *chip) communicateThru(command []byte) []byte {
	if len(c.targets) == 0 {
		return []byte{statusTimeOut}
	}
	t := c.targets[len(c.targets)-1]
	if c.registers[registerTxMode]&crcEnabled == 0 {
		n := len(command) - 2
		if n < 1 || !bytes.Equal(crcA(command[:n]), command[n:]) {
			return []byte{statusTimeOut} // tags do not answer what is damaged
		}
		command = command[:n]
	}
	if len(command) == 2 && command[0] == tagHalt && t.state == tagActive {
		t.state = tagHalted
		return []byte{statusTimeOut} // nobody confirms this one
	}
	answer := t.exchange(c, command)
	if len(answer) > 1 && c.registers[registerRxMode]&crcEnabled == 0 {
		answer = append(answer, crcA(answer[1:])...)
	}
	return answer
}

// crcA is the checksum of ISO/IEC 14443-3, annex B, for type A, low byte first.
func crcA(b []byte) []byte {
	crc := uint16(0x6363)
	for _, c := range b {
		c ^= byte(crc)
		c ^= c << 4
		crc = crc>>8 ^ uint16(c)<<8 ^ uint16(c)<<3 ^ uint16(c)>>4
	}
	return []byte{byte(crc), byte(crc >> 8)}
}
