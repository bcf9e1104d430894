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

// Event is one thing a device said: a code when Reason is empty, otherwise the
// reason why there is none. It never carries the bytes of what was rejected,
// because those may be part of a card number.
type Event struct {
	// Text is the code without terminator, prefix, identifier and padding;
	// valid UTF-8 whose only control character may be GS (1D), which separates
	// fields in GS1 symbols. Example: "2900001234566".
	Text string
	// Symbology is the AIM identifier (ISO/IEC 15424) the device sent, or the
	// one its vendor identifier stands for; empty when it sent none.
	// Example: "]E0" for EAN-13.
	Symbology string
	// Reason says why there is no code.
	Reason Reason
	// Hint names a likely cause of Reason in the line settings, if the bytes
	// show one.
	Hint Hint
}

// IsCode reports whether the event is a code.
func (e Event) IsCode() bool { return e.Reason == "" }

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
