package scanning

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"zegel/scanner/frame"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/signin"
)

// An Outcome is what became of one thing a device said. As JSON it is one
// object, the form of which install/manual/scanner.md documents.
type Outcome struct {
	Event string // Scan, Rejected or Noted
	// AtMS is when, in milliseconds from the beginning of the recording.
	AtMS int64
	// Kind is what was scanned: Card, or what else a code is; "unknown" for what
	// no rule of the programme fits.
	Kind string
	// Format is the name of the card's format.
	Format string
	// Symbology is the AIM identifier of the symbol, "uid", "em4100" or "ndef";
	// empty where the device does not say.
	Symbology string
	// Code is the card's canonical number, or the code as it was read.
	Code string
	// Reason is why something was rejected, Hint a likely cause.
	Reason, Hint string
	// Note is what a device said besides.
	Note string
}

// MarshalJSON leaves out what an event of its sort does not have.
func (o Outcome) MarshalJSON() ([]byte, error) {
	switch o.Event {
	case Scan:
		return json.Marshal(struct {
			Event     string `json:"event"`
			AtMS      int64  `json:"at_ms"`
			Kind      string `json:"kind"`
			Format    string `json:"format,omitempty"`
			Symbology string `json:"symbology"`
			Code      string `json:"code"`
		}{o.Event, o.AtMS, o.Kind, o.Format, o.Symbology, o.Code})
	case Rejected:
		return json.Marshal(struct {
			Event     string `json:"event"`
			AtMS      int64  `json:"at_ms"`
			Reason    string `json:"reason"`
			Hint      string `json:"hint,omitempty"`
			Symbology string `json:"symbology,omitempty"`
			Code      string `json:"code,omitempty"`
		}{o.Event, o.AtMS, o.Reason, o.Hint, o.Symbology, o.Code})
	}
	return json.Marshal(struct {
		Event string `json:"event"`
		AtMS  int64  `json:"at_ms"`
		Note  string `json:"note"`
	}{o.Event, o.AtMS, o.Note})
}

// Events of an Outcome.
const (
	Scan     = "scan"
	Rejected = "rejected"
	Noted    = "note"
)

// Kinds of what is ours; the others are member's classes of what is not.
const (
	Card    = "card"
	Slip    = "slip"    // a receipt, or points that nobody has yet
	Voucher = "voucher" // spent like money by whoever has it
	Badge   = "badge"   // an operator's; it is a secret, and never told
)

// PaymentPAN is the reason for which the number of a payment card is rejected,
// whatever reads it. Its Code has the first six and the last four digits.
const PaymentPAN = "payment-pan"

// A Decoder says what events mean to a programme.
type Decoder struct {
	Cards member.Matcher
	// Begin is when the recording began.
	Begin time.Time
}

// Outcome is what an event comes to, and false for one that says nothing, such
// as one that only has something to send.
func (d Decoder) Outcome(e frame.Event, at time.Time) (Outcome, bool) {
	o := Outcome{AtMS: at.Sub(d.Begin).Milliseconds()}
	switch {
	case e.Reason != "":
		o.Event, o.Reason, o.Hint = Rejected, string(e.Reason), string(e.Hint)
	case e.IsCode():
		return d.code(o, e), true
	case e.Note == frame.Tail:
		return Outcome{}, false // it matters to a till alone
	case e.Note != "":
		o.Event, o.Note = Noted, string(e.Note)
	default:
		return Outcome{}, false
	}
	return o, true
}

func (d Decoder) code(o Outcome, e frame.Event) Outcome {
	o.Event, o.Symbology, o.Code = Scan, e.Symbology, e.Text
	switch {
	case signin.IsBadge(e.Text):
		o.Kind, o.Code = Badge, ""
		return o
	case slipcode.IsVoucher(e.Text):
		o.Kind = Voucher
		return o
	case slipcode.Is(e.Text):
		o.Kind = Slip
		return o
	}
	card, err := d.Cards.Parse(e.Text, e.Symbology)
	if err == nil {
		o.Kind, o.Format, o.Code = Card, card.FormatName(), card.Canonical()
		return o
	}
	var not *member.NotCard
	if !errors.As(err, &not) {
		o.Event, o.Reason = Rejected, err.Error()
		return o
	}
	switch {
	case not.Class == member.PaymentCard:
		o.Event, o.Reason, o.Code = Rejected, PaymentPAN, payment(e.Text)
	case not.Misread() || not.Class == member.RandomUID:
		o.Event, o.Reason = Rejected, string(not.Class)
	default:
		o.Kind = string(not.Class)
	}
	return o
}

// payment is a payment card's number as it may be shown: its first six and last
// four digits, and nothing that stood around them.
func payment(text string) string {
	var digits []byte
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case (c == '^' || c == '=') && len(digits) >= 13: // track data go on with the date
			return ends(string(digits))
		}
	}
	return ends(string(digits))
}

// ends are the first six and the last four digits of a number.
func ends(number string) string {
	if len(number) < 13 {
		return "…"
	}
	return number[:6] + "…" + number[len(number)-4:]
}

// Masked is an outcome without what belongs to somebody: the numbers of cards,
// and whatever might be one.
func (o Outcome) Masked() Outcome {
	switch {
	case o.Reason == PaymentPAN, o.Code == "":
	case o.Event == Scan && public(o.Kind):
	default:
		o.Code = member.Mask(strings.ReplaceAll(o.Code, "\x1d", ""))
	}
	return o
}

// public reports whether a code of that kind stands on what everybody can buy.
func public(kind string) bool {
	switch member.CodeClass(kind) {
	case member.Product, member.Book, member.Serial, member.Coupon:
		return true
	}
	return false
}
