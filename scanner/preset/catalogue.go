package preset

import (
	"slices"

	"zegel/scanner/frame"
)

// Lines that manuals name.
var (
	plain = Line{9600, 8, "none", 1}
	odd   = Line{9600, 8, "odd", 1}
	even  = Line{9600, 8, "even", 1}
	seven = Line{9600, 7, "even", 1}
	// Seven bits with space parity and two stop bits look on the wire like
	// eight bits with the top one zero, which every USB bridge can do; space
	// parity not every one can.
	space = Line{9600, 8, "none", 2}
	fast  = Line{115200, 8, "none", 1}
)

// wake is sent in front of a packet: on RS-232 a Zebra takes the first byte
// for a sign to wake up, unless RTS is driven for it (SSI Programmer's Guide).
const wake = "\x00"

// Beeps of SSI. The numbering of cues differs between printings of the guide:
// 00 is one short high beep and 05 one short low one in the current.
const (
	beepHigh = 0x00
	beepLow  = 0x05
	// gmBeep is the one cue of GM67 modules.
	gmBeep = 0x01
)

// datalogicGoodRead is the command for the tone of a good read in Datalogic's
// RS-232 host commands. Their "F" for a bad one is left alone: on some models it
// also switches the scanner off until an "E" comes.
const datalogicGoodRead = "B"

// catalogue is made anew for each caller, so that nobody can change it for
// others.
//
// The figures are the makers': Zebra's product reference guides (host types
// RS-232 and SSI) with confirmed letters; Honeywell's user guides (plug and play
// codes); Metrologic's single-line guide for the IS4825 class; Datalogic's and
// Newland's as they are usual, without a manual of every model at hand; the
// PN532 user manual (UM0701); data sheets of RDM6300 and ID-12; Elatec's manual
// of the TWN4.
func catalogue() []Preset {
	return []Preset{
		{
			Name:  "generic",
			About: "Any scanner that sends text and ends it with CR, LF or both. AIM identifiers are understood where the scanner sends them.",
			Line:  plain,
			kind:  text,
		},
		{
			Name:  "generic-idle",
			About: "A scanner that sends text and ends it with nothing: silence does. Set the scanner to send CR where that is possible, for it is safer.",
			Line:  plain,
			kind:  text,
			text:  frame.LineConfig{Idle: true},
		},
		{
			Name:  "usb-cdc",
			About: "A scanner on USB in serial mode (CDC, virtual COM). Speed and parity do not count there.",
			Line:  fast,
			kind:  text,
		},
		{
			Name: "zebra-rs232",
			About: "Zebra or Symbol, host type Standard RS-232. It sends no terminator until its transmission format is set to <DATA> <SUFFIX>. " +
				"Where Beep on <BEL> is switched on, accept = \"07\" makes it beep.",
			Line: plain,
			kind: text,
		},
		{
			Name: "zebra-opos",
			About: "Zebra or Symbol, host type OPOS/JPOS or Nixdorf mode B: odd parity, and a letter in front of each code. " +
				"QR codes come without a letter in this host type and are rejected: for those choose zebra-rs232 with AIM identifiers.",
			Line: odd,
			kind: text,
			text: frame.LineConfig{CodeIDs: oposIDs()},
		},
		{
			Name: "zebra-icl",
			About: "Zebra or Symbol, host type ICL: even parity, and a letter in front of each code. " +
				"Code 39, Code 128 and ITF come with their length in front, too, and are rejected: for those choose zebra-rs232 with AIM identifiers.",
			Line: even,
			kind: text,
			text: frame.LineConfig{CodeIDs: iclIDs()},
		},
		{
			Name:  "zebra-ssi",
			About: "Zebra or Symbol, host type SSI: packets with a checksum, which are acknowledged. Beeps for accepted and refused cards.",
			Line:  plain,
			Feedback: Feedback{
				Accept: slices.Concat([]byte(wake), frame.SSIBeep(beepHigh)),
				Reject: slices.Concat([]byte(wake), frame.SSIBeep(beepLow)),
			},
			kind: ssi,
			ssi:  frame.SSIConfig{Wake: true},
		},
		{
			// Its menu commands make it beep, but those that are not kept in
			// volatile memory wear out the scanner's own at every sale.
			Name:  "honeywell",
			About: "Honeywell imager with the plug and play code for RS-232, which sets 115200 baud.",
			Line:  fast,
			kind:  text,
		},
		{
			Name:  "metrologic",
			About: "Metrologic or Honeywell engine of the IS4825 class: seven bits with space parity and two stop bits, which reads as 8N2.",
			Line:  space,
			kind:  text,
		},
		{
			Name: "datalogic",
			About: "Datalogic with label identifiers of the USA set in front of each code. They are off when it leaves the factory: then choose generic. " +
				"Beeps for accepted cards.",
			Line:     plain,
			Feedback: Feedback{Accept: []byte(datalogicGoodRead)},
			kind:     text,
			text:     frame.LineConfig{CodeIDs: datalogicIDs()},
		},
		{
			Name:     "datalogic-eu",
			About:    "Datalogic with label identifiers of the EU set in front of each code. Beeps for accepted cards.",
			Line:     plain,
			Feedback: Feedback{Accept: []byte(datalogicGoodRead)},
			kind:     text,
			text:     frame.LineConfig{CodeIDs: datalogicEUIDs()},
		},
		{
			Name:  "newland",
			About: "Newland, Cino and most others as they leave the factory.",
			Line:  plain,
			kind:  text,
		},
		{
			Name: "olivetti",
			About: "Any scanner with a host type of the Olivetti kind (Zebra calls another one CUTE): 7E1, STX in front and ETX behind. " +
				"Switch its ACK/NAK off: it would wait for answers that nobody sends.",
			Line: seven,
			kind: text,
			text: frame.LineConfig{STX: true},
		},
		{
			Name:     "gm67",
			About:    "GM67 and its relatives: text, among which the module answers commands with SSI packets. Beeps for accepted cards.",
			Line:     plain,
			Feedback: Feedback{Accept: frame.SSIBeep(gmBeep)},
			kind:     text,
			text:     frame.LineConfig{Replies: frame.SSIReplies()},
		},
		{
			Name:  "rdm6300",
			About: "RDM6300 and relatives, 125 kHz transponders: ten hexadecimal digits with a checksum between STX and ETX.",
			Line:  plain,
			kind:  stxHex,
		},
		{
			Name:  "id12",
			About: "ID-12, ID-20 and relatives, 125 kHz transponders: as rdm6300 with CR LF before ETX.",
			Line:  plain,
			kind:  stxHex,
		},
		{
			Name:  "pn532",
			About: "PN532 board set to HSU (serial), for NFC cards, stickers and key fobs. Phones and bank cards show another number every time and are refused.",
			Line:  fast,
			kind:  chip,
		},
		{
			Name:  "twn4",
			About: "Elatec TWN4 and other readers that send a chip's number as hexadecimal text and CR. Set uid_reverse where the number comes last byte first.",
			Line:  plain,
			kind:  uid,
		},
		{
			Name:  "raw-idle",
			About: "A reader that sends a chip's number as 4, 7 or 10 bytes and then nothing.",
			Line:  plain,
			kind:  uid,
			uid:   frame.UIDConfig{Encoding: frame.RawUID},
		},
	}
}
