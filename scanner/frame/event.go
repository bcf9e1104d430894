// Package frame cuts a serial byte stream into codes.
//
// A framer is pushed: the caller feeds it bytes with the time they came, tells
// it when the line stayed silent and when the device was lost, and gets events
// back. It holds no goroutine, timer or clock, keeps at most a fixed number of
// bytes, and reports each run of garbage once.
//
// What a code means (whose card, which product, whether a check digit is
// right) is not decided here.
package frame

// Event is one thing a device said, or one thing to tell it. It is a code when
// Text is set and Reason is not; rejected when Reason is set; otherwise Note
// says what it is. Any of them may ask for bytes to be sent, and one that has
// nothing else only does that.
type Event struct {
	// Text is the code without terminator, prefix, identifier and padding;
	// valid UTF-8 whose only control character may be GS (1D), which separates
	// fields in GS1 symbols. Example: "2900001234566".
	Text string
	// Symbology is the AIM identifier (ISO/IEC 15424) the device sent, or the
	// one its own identifier stands for, or UID, EM4100 or NDEF for what is
	// read by radio; empty when it is not known. Example: "]E0" for EAN-13.
	Symbology string
	// Tag marks a code of a tag or card in a reader's field: the same code
	// again means that it is still there, not that it was shown again.
	Tag bool
	// Reason says why there is no code.
	Reason Reason
	// Hint names a likely cause of Reason in the line settings, if the bytes
	// show one.
	Hint Hint
	// Note says what an event is that is neither code nor rejected.
	Note Note
	// Raw is what a till on the same cable would have read: for text the bytes
	// as they came, with all that stood around the code; for packets the data in
	// them and a CR. It is nil where bytes were damaged or nothing was said, and
	// it is set for what was rejected too, so it may hold a card number: it is
	// for the till's line, never for a log.
	Raw []byte
	// Send is what the device is to be told at once, such as that its packet
	// arrived.
	Send []byte
	// Dead says that the device does not answer any more: its port is to be
	// closed and opened again.
	Dead bool
}

// IsCode reports whether the event is a code.
func (e Event) IsCode() bool { return e.Text != "" && e.Reason == "" }

// What stands in Symbology for codes that are read by radio.
const (
	// UID is the number of a contactless chip (ISO/IEC 14443-3): 8, 14 or 20
	// upper-case hexadecimal digits in the order they come through the air.
	UID = "uid"
	// EM4100 is the number of a 125 kHz transponder: 10 upper-case hexadecimal
	// digits.
	EM4100 = "em4100"
	// NDEF is a text or an address from a tag's memory (NFC Forum, NDEF 1.0).
	NDEF = "ndef"
)

// Note is what a device said besides codes. Example: "ack".
type Note string

const (
	// Ack: the device took a command.
	Ack Note = "ack"
	// Nak: the device refused a command.
	Nak Note = "nak"
	// Retransmission: the device sent a packet again that had arrived; it is no
	// second scan.
	Retransmission Note = "retransmission"
	// Reply: the device answered or told something else than a scan.
	Reply Note = "reply"
	// NoTarget: no tag is in the reader's field.
	NoTarget Note = "no-target"
	// Removed: the tag that was read last has left the field.
	Removed Note = "removed"
	// Tail: another terminator right behind a frame that is closed, as the LF of
	// CR LF. It matters to whoever passes the bytes on.
	Tail Note = "tail"
)

// Reason is why a device's bytes became no code. Example: "line-error".
type Reason string

const (
	// NoRead is the device's own report that it looked for a code and found
	// none. It is not a fault.
	NoRead Reason = "no-read"
	// Unterminated: data came, then silence, and no terminator.
	Unterminated Reason = "unterminated"
	// Oversize: more data than a code may have; the rest was thrown away up to
	// the next terminator or silence.
	Oversize Reason = "oversize"
	// LineError: a byte was damaged on the line. Linux delivers a break and a
	// byte with a framing or parity error as 00 (termios(3), IGNPAR and PARMRK
	// unset).
	LineError Reason = "line-error"
	// Truncated: a new frame started before the one before had ended.
	Truncated Reason = "truncated"
	// LinkLost: the device went away in the middle of a code.
	LinkLost Reason = "link-lost"
	// ControlChar: a control character that no code holds, such as those of a
	// command reply glued to a code.
	ControlChar Reason = "control-char"
	// Charset: the bytes are not UTF-8.
	Charset Reason = "charset"
	// Empty: nothing but padding or an identifier.
	Empty Reason = "empty"
	// AddonOnly: only the two- or five-digit add-on of an EAN was read.
	AddonOnly Reason = "addon-only"
	// BadLength: the symbology cannot have a code of this length.
	BadLength Reason = "bad-length"
	// CodeID: none of the configured vendor identifiers stands in front.
	CodeID Reason = "code-id"
	// MissingPrefix: the configured prefix does not stand in front.
	MissingPrefix Reason = "missing-prefix"
	// MissingSuffix: the configured suffix does not stand behind.
	MissingSuffix Reason = "missing-suffix"
	// Checksum: the sum over a packet is wrong.
	Checksum Reason = "checksum"
	// LengthChecksum: the sum over a packet's length is wrong.
	LengthChecksum Reason = "length-checksum"
	// Resync: bytes that cannot begin a packet; they were left out.
	Resync Reason = "resync"
	// BadHex: something else than a hexadecimal digit.
	BadHex Reason = "bad-hex"
	// BadUID: no contactless chip has a number like that, or it is not whole.
	BadUID Reason = "bad-uid"
	// MultipleTargets: more than one tag answered.
	MultipleTargets Reason = "multiple-targets"
	// PN532Syntax: the reader's chip did not understand a command.
	PN532Syntax Reason = "pn532-syntax"
	// BadTLV: the blocks in a tag's memory do not fit it.
	BadTLV Reason = "bad-tlv"
	// BadNDEF: the message on a tag is not well-formed.
	BadNDEF Reason = "bad-ndef"
	// NDEFChunked: the message is in chunks, which cards do not use.
	NDEFChunked Reason = "ndef-chunked"
	// Unsupported: a tag holds neither text nor an address.
	Unsupported Reason = "unsupported"
	// NoAnswer: the device did not answer a command in time.
	NoAnswer Reason = "no-answer"
)

// Hint is a likely cause in words for whoever sets up the device.
type Hint string

const (
	// HintEven: every byte carries even parity in its top bit.
	HintEven Hint = "looks like 7E1 on an 8N1 line"
	// HintOdd: every byte carries odd parity in its top bit.
	HintOdd Hint = "looks like 7O1 on an 8N1 line"
	// HintMark: every byte has its top bit set.
	HintMark Hint = "looks like 7M1 on an 8N1 line"
)
