package pn532

// The commands we give (UM0701-02, 7.2 and 7.3). The answer's code is one more.
const (
	cmdGetFirmwareVersion  = 0x02
	cmdSAMConfiguration    = 0x14
	cmdRFConfiguration     = 0x32
	cmdInDataExchange      = 0x40
	cmdInListPassiveTarget = 0x4A
)

// command is a code and what follows it.
type command []byte

var (
	// askVersion shows that the chip is there, and that it has come to the end of
	// everything it was told before.
	askVersion = command{cmdGetFirmwareVersion}
	// useAsReader makes the chip a reader without a security module; the last
	// two bytes do not matter then.
	useAsReader = command{cmdSAMConfiguration, 0x01, 0x14, 0x01}
	// searchBriefly makes the chip say that no tag is there; out of the box it
	// searches until there is one and answers nothing meanwhile.
	searchBriefly = command{cmdRFConfiguration, 0x05, 0x00, 0x00, 0x0A}
	// fieldOff switches the field off until the next search. A tag that was read
	// answers no search (ISO/IEC 14443-3, 6.4.2): it has to lose its power to
	// be found again, which is how we see whether it is still there.
	fieldOff = command{cmdRFConfiguration, 0x01, 0x00}
	// findTags searches for tags of type A at 106 kbit/s: two, which is as many
	// as the chip can hold (7.3.5). Asked for one, it would take either of two by
	// chance and not say that there is another.
	findTags = command{cmdInListPassiveTarget, 0x02, 0x00}
)

// readPages reads four pages of a Type 2 tag, 16 bytes.
func readPages(page byte) command { return command{cmdInDataExchange, 0x01, 0x30, page} }

// wakeUp stands before the first command: the chip sleeps until it saw some
// edges on the line, and needs time after that, which the zeros take.
var wakeUp = []byte{0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

// abort makes the chip drop the command it works on. It is the frame with
// which either side says that it took what it got.
var abort = []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}

// frame returns the bytes of a command on the line.
func (c command) frame() []byte {
	length := byte(len(c) + 1)
	b := make([]byte, 0, len(c)+8)
	b = append(b, 0x00, 0x00, 0xFF, length, -length, fromHost)
	b = append(b, c...)
	return append(b, -(fromHost + sum(c)), 0x00)
}
