package scannertest

import (
	"bytes"
	"slices"
	"time"
)

// Command codes (UM0701-02, section 7). An answer has the code after it.
const (
	cmdDiagnose           = 0x00
	cmdFirmwareVersion    = 0x02
	cmdGeneralStatus      = 0x04
	cmdReadRegister       = 0x06
	cmdWriteRegister      = 0x08
	cmdSetParameters      = 0x12
	cmdSAMConfiguration   = 0x14
	cmdPowerDown          = 0x16
	cmdRFConfiguration    = 0x32
	cmdDataExchange       = 0x40
	cmdCommunicateThru    = 0x42
	cmdDeselect           = 0x44
	cmdListPassiveTargets = 0x4A
	cmdRelease            = 0x52
	cmdSelect             = 0x54
)

// Status bytes of what is done by radio (UM0701-02, section 7.1).
const (
	statusOK            = 0x00
	statusTimeOut       = 0x01
	statusBuffer        = 0x07
	statusProtocol      = 0x13
	statusAuthorisation = 0x14
	statusWrongContext  = 0x27
)

// wakeEdges is how many rising edges on its receive line wake the chip;
// startUp is how long its oscillator may take then, and startUpBytes as long in
// bytes at 115200 bit/s, less a margin (UM0701-02, section 7.2.11 and the data
// sheet's T_osc_start).
const (
	wakeEdges    = 5
	startUp      = 2 * time.Millisecond
	startUpBytes = 10
)

// chip is a PN532 without its line: what it was told, and what is in its field.
type chip struct {
	asleep      bool
	edges       int       // seen while asleep
	deafBytes   int       // still to be missed while it starts up
	deafUntil   time.Time // or until then
	configured  bool      // the security module was configured: out of LowVbat mode
	activateISO bool      // activate tags that speak ISO/IEC 14443-4 at once
	retries     byte      // after the first try; FF means for ever
	fieldOn     bool
	registers   map[uint16]byte

	field   []*fieldTag // what is held in front of it
	targets []*fieldTag // what it knows by number, from 1
}

type tagState int

const (
	tagIdle   tagState = iota
	tagActive          // selected: understands commands
	tagHalted          // sleeps until the field was off
)

type fieldTag struct {
	Tag
	state tagState
	shy   bool // misses the next listing; see Fault.Alternate
}

// newChip is a chip whose power was just switched on.
func newChip() *chip {
	return &chip{asleep: true, activateISO: true, retries: 0xFF, registers: make(map[uint16]byte)}
}

// hears reports whether the chip takes in a byte, and wakes it.
func (c *chip) hears(now time.Time, b byte) bool {
	if c.asleep {
		c.edges += risingEdges(b)
		if c.edges >= wakeEdges {
			c.asleep, c.edges = false, 0
			c.deafBytes, c.deafUntil = startUpBytes, now.Add(startUp)
		}
		return false
	}
	if c.deafBytes > 0 && now.Before(c.deafUntil) {
		c.deafBytes--
		return false
	}
	c.deafBytes = 0
	return true
}

// risingEdges counts them in one byte on the line: a start bit 0, eight data
// bits from the lowest, a stop bit 1.
func risingEdges(b byte) int {
	edges, level := 0, byte(0)
	for bits, i := uint16(b)|0x100, 0; i < 9; i++ {
		next := byte(bits>>i) & 1
		if next > level {
			edges++
		}
		level = next
	}
	return edges
}

// do carries out one command. done is false while it waits for a tag; a nil
// answer with done is a command the chip does not understand.
func (c *chip) do(command []byte, f *Fault) (answer []byte, done bool) {
	code, arguments := command[0], command[1:]
	switch code {
	case cmdListPassiveTargets:
		return c.list(arguments, f)
	case cmdDataExchange, cmdCommunicateThru:
		if !c.configured {
			return nil, false // no radio in LowVbat mode
		}
		answer = c.exchange(code, arguments, f)
	default:
		answer = c.manage(code, arguments)
	}
	if answer == nil {
		return nil, true
	}
	return append([]byte{code + 1}, answer...), true
}

// manage carries out what needs no answer from a tag. It returns nil for what
// the chip does not understand.
func (c *chip) manage(code byte, arguments []byte) []byte {
	switch code {
	case cmdDiagnose:
		return diagnose(arguments)
	case cmdFirmwareVersion:
		return []byte{0x32, 0x01, 0x06, 0x07}
	case cmdGeneralStatus:
		return c.generalStatus()
	case cmdReadRegister:
		return c.readRegisters(arguments)
	case cmdWriteRegister:
		return c.writeRegisters(arguments)
	case cmdSetParameters:
		return c.setParameters(arguments)
	case cmdSAMConfiguration:
		return c.configure(arguments)
	case cmdPowerDown:
		return c.powerDown(arguments)
	case cmdRFConfiguration:
		return c.configureRadio(arguments)
	case cmdDeselect, cmdRelease, cmdSelect:
		return c.manageTargets(code, arguments)
	default:
		return nil
	}
}

// diagnose knows the test of the line, which echoes.
func diagnose(arguments []byte) []byte {
	if len(arguments) == 0 || arguments[0] != 0 {
		return nil
	}
	return bytes.Clone(arguments)
}

func (c *chip) generalStatus() []byte {
	field := byte(0)
	if c.fieldOn {
		field = 1
	}
	answer := []byte{0, field, byte(len(c.targets))}
	for i := range c.targets {
		answer = append(answer, byte(i+1), 0, 0, 0x10) // 106 kbit/s both ways, type A
	}
	return append(answer, 0)
}

func (c *chip) readRegisters(arguments []byte) []byte {
	if len(arguments) == 0 || len(arguments)%2 != 0 {
		return nil
	}
	var values []byte
	for a := range slices.Chunk(arguments, 2) {
		values = append(values, c.registers[address(a)])
	}
	return values
}

func (c *chip) writeRegisters(arguments []byte) []byte {
	if len(arguments) == 0 || len(arguments)%3 != 0 {
		return nil
	}
	for a := range slices.Chunk(arguments, 3) {
		c.registers[address(a)] = a[2]
	}
	return []byte{}
}

func address(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }

func (c *chip) setParameters(arguments []byte) []byte {
	if len(arguments) != 1 {
		return nil
	}
	const automaticATS = 0x10
	c.activateISO = arguments[0]&automaticATS != 0
	return []byte{}
}

func (c *chip) configure(arguments []byte) []byte {
	if len(arguments) < 1 || len(arguments) > 3 || arguments[0] < 1 || arguments[0] > 4 {
		return nil
	}
	c.configured = true
	return []byte{}
}

func (c *chip) powerDown(arguments []byte) []byte {
	if len(arguments) < 1 || len(arguments) > 2 {
		return nil
	}
	c.switchField(false)
	c.asleep = true
	return []byte{statusOK}
}

// configureRadio checks every item's length; only the field and the retries
// have an effect.
func (c *chip) configureRadio(arguments []byte) []byte {
	lengths := map[byte]int{0x01: 1, 0x02: 3, 0x04: 1, 0x05: 3, 0x0A: 11, 0x0B: 8, 0x0C: 3, 0x0D: 9}
	if len(arguments) == 0 || lengths[arguments[0]] != len(arguments)-1 {
		return nil
	}
	switch values := arguments[1:]; arguments[0] {
	case 0x01:
		c.switchField(values[0]&1 != 0)
	case 0x05:
		c.retries = values[2] // the others are for other kinds of targets
	}
	return []byte{}
}

// switchField wakes what sleeps in it, by taking its power away.
func (c *chip) switchField(on bool) {
	c.fieldOn = on
	if on {
		return
	}
	c.targets = nil
	for _, t := range c.field {
		t.state, t.shy = tagIdle, false
		t.powerOff()
	}
}

// manageTargets lets targets go or takes them up again; number 0 means all.
func (c *chip) manageTargets(code byte, arguments []byte) []byte {
	if len(arguments) != 1 {
		return nil
	}
	number := int(arguments[0])
	if number > len(c.targets) {
		return []byte{statusWrongContext}
	}
	status := byte(statusOK)
	for i, t := range c.targets {
		if number != 0 && number != i+1 {
			continue
		}
		switch {
		case code == cmdDeselect:
			t.state = tagHalted
		case code == cmdRelease:
			t.state = tagIdle
		case slices.Contains(c.field, t):
			t.state = tagActive
		default:
			status = statusTimeOut
		}
	}
	if code == cmdRelease {
		c.targets = nil
	}
	return []byte{status}
}
