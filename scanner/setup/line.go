package setup

import (
	"cmp"
	"math/bits"
	"slices"

	"zegel/scanner/preset"
)

// Lines are what to open a scanner's line with, the commonest first.
func Lines() []preset.Line {
	return []preset.Line{
		{Baud: 9600, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 115200, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 9600, DataBits: 7, Parity: "even", StopBits: 1},
		{Baud: 9600, DataBits: 8, Parity: "odd", StopBits: 1},
		{Baud: 9600, DataBits: 8, Parity: "even", StopBits: 1},
		{Baud: 19200, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 38400, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 57600, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 4800, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 2400, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: 1200, DataBits: 8, Parity: "none", StopBits: 1},
	}
}

// framings are how a device may put bits around a character. Space parity is
// none of them: it reads as eight bits without parity.
func framings(baud int) []preset.Line {
	return []preset.Line{
		{Baud: baud, DataBits: 8, Parity: "none", StopBits: 1},
		{Baud: baud, DataBits: 7, Parity: "even", StopBits: 1},
		{Baud: baud, DataBits: 8, Parity: "odd", StopBits: 1},
		{Baud: baud, DataBits: 8, Parity: "even", StopBits: 1},
		{Baud: baud, DataBits: 7, Parity: "odd", StopBits: 1},
		{Baud: baud, DataBits: 7, Parity: "mark", StopBits: 1},
	}
}

// recogniseLine says with what line to try again, when the codes cannot be
// read as they came.
func recogniseLine(samples []Sample, line preset.Line) Proposal {
	p := Proposal{Line: line}
	for _, device := range framings(line.Baud) {
		if !sameFraming(device, line) && explains(device, line, samples) {
			p.Line = device
			p.Try = append(p.Try, device)
		}
	}
	if len(p.Try) > 0 {
		p.note("The bytes are what %s sends to a line that is open with %s: open it with %s and scan again.", p.Try[0], line, p.Try[0])
	} else {
		p.note("None of the codes can be found in what came: most likely the speed differs. Open the line with the next settings and scan again.")
	}
	for _, other := range bySpeed(samples, line) {
		if other != line && !slices.Contains(p.Try, other) {
			p.Try = append(p.Try, other)
		}
	}
	return p
}

func sameFraming(a, b preset.Line) bool { return a.DataBits == b.DataBits && a.Parity == b.Parity }

// explains reports whether a device set like that would make of every code the
// bytes that came on the line.
func explains(device, line preset.Line, samples []Sample) bool {
	for _, s := range samples {
		data, text := s.bytes(), s.Want.Text
		found := false
		for at := 0; at+len(text) <= len(data) && !found; at++ {
			found = arrivesAs(device, line, text, data[at:at+len(text)])
		}
		if !found {
			return false
		}
	}
	return true
}

// arrivesAs compares each character of a text with the byte that came. A
// character that arrives damaged is 00 on Linux and as it was on Windows; one
// at least must have come whole, or anything would do.
func arrivesAs(device, line preset.Line, text string, data []byte) bool {
	whole := 0
	for i := range len(text) {
		value, damaged := arrival(device, line, text[i])
		switch {
		case data[i] == value && !damaged:
			whole++
		case damaged && (data[i] == 0 || data[i] == value):
		default:
			return false
		}
	}
	return whole > 0
}

// arrival is what a line makes of one character that a device sends, with
// silence behind it. Both run at one speed.
func arrival(device, line preset.Line, c byte) (value byte, damaged bool) {
	wire := sent(device, c)
	mask := byte(1<<line.DataBits - 1)
	value = byte(wire) & mask
	wire >>= line.DataBits
	if line.Parity != "none" {
		damaged = byte(wire&1) != parityBit(line.Parity, value)
		wire >>= 1
	}
	return value, damaged || wire&1 == 0 // a stop bit that is none
}

// sent is the bits of a character behind its start bit, the first in front at
// the bottom. An idle line is ones.
func sent(device preset.Line, c byte) uint32 {
	mask := byte(1<<device.DataBits - 1)
	wire, n := uint32(c&mask), device.DataBits
	if device.Parity != "none" {
		wire |= uint32(parityBit(device.Parity, c&mask)) << n
		n++
	}
	return wire | ^uint32(0)<<n
}

// parityBit is the bit that goes with a character.
func parityBit(parity string, c byte) byte {
	ones := byte(bits.OnesCount8(c) & 1)
	switch parity {
	case "even":
		return ones
	case "odd":
		return 1 - ones
	case "mark":
		return 1
	}
	return 0
}

// bySpeed sorts lines by how likely their speed is: one that reads too fast
// sees more characters than were sent, one that reads too slowly fewer.
func bySpeed(samples []Sample, line preset.Line) []preset.Line {
	came, expected := 0, 0
	for _, s := range samples {
		came += len(s.bytes())
		expected += max(len(s.Want.Text), 1)
	}
	toward := func(l preset.Line) int {
		switch {
		case came*10 < expected*8:
			return cmp.Compare(line.Baud, l.Baud) // faster ones first
		case came*10 > expected*15:
			return cmp.Compare(l.Baud, line.Baud)
		}
		return 0
	}
	lines := Lines()
	slices.SortStableFunc(lines, func(a, b preset.Line) int { return toward(a) - toward(b) })
	return lines
}
