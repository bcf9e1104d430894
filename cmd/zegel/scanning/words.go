package scanning

import (
	"fmt"
	"strings"
	"unicode"

	"zegel/scanner/frame"
	"zegel/scanner/ndef"
	"zegel/terminal/loyalty/member"
)

// Words is the outcome in a line for people.
func (o Outcome) Words() string {
	switch o.Event {
	case Noted:
		return "device: " + noteWords(frame.Note(o.Note))
	case Rejected:
		text := "refused: " + o.Reason
		if o.Code != "" {
			text += " " + onScreen(o.Code)
		}
		if why := reasonWords(o.Reason); why != "" {
			text += " - " + why
		}
		if o.Hint != "" {
			text += " (" + o.Hint + ")"
		}
		return text
	}
	about := symbologyWords(o.Symbology)
	if o.Format != "" {
		about = o.Format + ", " + about
	}
	text := o.Kind + " " + onScreen(o.Code) + " (" + about + ")"
	switch o.Kind {
	case Card, Slip, Voucher, Badge:
		return text
	}
	return text + " - not a card of this programme"
}

// onScreen is a code with what could draw on the screen, or turn its reading
// order, told by its name.
func onScreen(code string) string {
	var b strings.Builder
	for _, r := range code {
		switch {
		case r == '\x1d':
			b.WriteString("<GS>")
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "<%U>", r)
		}
	}
	return b.String()
}

// reasonWords say what a reason means and what to do about it.
func reasonWords(reason string) string {
	switch frame.Reason(reason) {
	case frame.NoRead:
		return "the device looked for a code and found none"
	case frame.Unterminated:
		return "data, then silence, and no terminator: set terminators to what the device sends, or idle = true"
	case frame.Oversize:
		return "more than a code can be: look at baud, parity and terminators"
	case frame.LineError:
		return "a byte was damaged on the line: look at parity, data bits and the cable"
	case frame.Truncated:
		return "it began anew before it had ended"
	case frame.LinkLost:
		return "the device went away in the middle of it"
	case frame.ControlChar:
		return "a control character stands in it: look at prefix, suffix and stx"
	case frame.Charset:
		return "it is not UTF-8: look at data bits and parity"
	case frame.Empty:
		return "nothing but padding"
	case frame.AddonOnly:
		return "only the small add-on of a bar code: scan the wide part"
	case frame.BadLength:
		return "a symbol like that has another length"
	case frame.CodeID:
		return "none of the configured code_ids stands in front"
	case frame.MissingPrefix:
		return "the configured prefix does not stand in front"
	case frame.MissingSuffix:
		return "the configured suffix does not stand behind"
	case frame.Checksum, frame.LengthChecksum, frame.Resync, frame.BadHex:
		return "damaged on the line, or from a device of another kind: look at preset and baud"
	case frame.BadUID:
		return "no chip has a number like that, or it was not whole"
	case frame.MultipleTargets:
		return "several tags at once: show one"
	case frame.PN532Syntax:
		return "the reader's chip did not understand a command"
	case frame.BadTLV, frame.BadNDEF, frame.NDEFChunked:
		return "what is written on the tag cannot be read"
	case ndef.None:
		return "nothing is written on the tag"
	case frame.Unsupported:
		return "the tag has neither text nor an address on it"
	case frame.NoAnswer:
		return "the device does not answer"
	}
	switch member.CodeClass(reason) {
	case member.CheckDigit:
		return "the check digit is wrong: scan again"
	case member.GS1Syntax:
		return "it is not well-formed GS1 data: make sure the device sends GS for FNC1, or set gs"
	case member.GS1UnknownAI:
		return "GS1 has no such application identifier: make sure the device sends GS for FNC1, or set gs"
	case member.RandomUID:
		return "a phone or a bank card, which has another number at every tap"
	}
	if reason == PaymentPAN {
		return "a payment card's number, which is never kept"
	}
	return ""
}

func noteWords(note frame.Note) string {
	switch note {
	case frame.Ack:
		return "took a command"
	case frame.Nak:
		return "refused a command"
	case frame.Retransmission:
		return "sent the same once more, because it heard no answer"
	case frame.Reply:
		return "answered, or told something else than a scan"
	case frame.NoTarget:
		return "no tag is there"
	case frame.Removed:
		return "the tag is gone"
	}
	return string(note)
}

// symbologyWords name what stands behind an AIM identifier (ISO/IEC 15424).
func symbologyWords(id string) string {
	switch {
	case id == "":
		return "the device does not say which symbol"
	case id == frame.UID:
		return "contactless chip"
	case id == frame.EM4100:
		return "125 kHz transponder"
	case id == frame.NDEF:
		return "text on a tag"
	case id == "]C1":
		return "GS1-128"
	case id == "]E4":
		return "EAN-8"
	case len(id) == 3:
		if name := symbols[id[1]]; name != "" {
			return name
		}
	}
	return id
}

var symbols = map[byte]string{
	'A': "Code 39", 'C': "Code 128", 'E': "EAN/UPC", 'F': "Codabar", 'G': "Code 93", 'H': "Code 11", 'I': "ITF", 'L': "PDF417",
	'M': "MSI", 'Q': "QR", 'S': "2 of 5", 'd': "DataMatrix", 'e': "GS1 DataBar", 'J': "DotCode", 'z': "Aztec",
}
