package member

import "strings"

// A CodeClass is what a code is that is not a card of ours.
type CodeClass string

// Codes that were read well and are something else.
const (
	Product       CodeClass = "product"
	Book          CodeClass = "book"
	Serial        CodeClass = "serial" // a newspaper or magazine
	Coupon        CodeClass = "coupon"
	RefundReceipt CodeClass = "refund-receipt"
	InStore       CodeClass = "in-store"     // a number the shop itself gave out: weighed goods, baskets
	PaymentCard   CodeClass = "payment-card" // never kept, never shown
	OtherGS1      CodeClass = "gs1"
	RandomUID     CodeClass = "random-uid" // a chip that draws another number at every tap: telephones, bank cards
	Unknown       CodeClass = "unknown"
)

// Codes that were read badly, or by a scanner that is set up wrongly.
const (
	CheckDigit   CodeClass = "check-digit"
	BadLength    CodeClass = "bad-length"
	AddOnOnly    CodeClass = "addon-only" // the two or five digits beside an EAN
	GS1Syntax    CodeClass = "gs1-syntax"
	GS1UnknownAI CodeClass = "gs1-unknown-ai"
	ControlChar  CodeClass = "control-char"
	Charset      CodeClass = "charset"
	Empty        CodeClass = "empty"
	BadUID       CodeClass = "bad-uid" // no chip has such a number, or it is not whole
)

// A NotCard is why a code is not a card of ours. It tells at most the last
// four characters of the code.
type NotCard struct {
	Class CodeClass
	Mask  string // empty where even that could be misleading
	// Ours says that the code begins as cards of ours do and was read badly, or
	// is of a sort that nobody else has a use for: it is not for the till.
	Ours bool
}

func (e *NotCard) Error() string {
	code := "read card: the code"
	if e.Mask != "" {
		code += " " + e.Mask
	}
	return code + " " + e.explain()
}

// Misread reports whether another scan may help.
func (e *NotCard) Misread() bool {
	switch e.Class {
	case CheckDigit, BadLength, AddOnOnly, GS1Syntax, GS1UnknownAI, ControlChar, Charset, Empty, BadUID:
		return true
	}
	return false
}

func (e *NotCard) explain() string {
	switch e.Class {
	case CheckDigit:
		return "has a wrong check digit: scan again"
	case BadLength:
		return "is shorter or longer than its symbol allows: scan again"
	case AddOnOnly:
		return "is only the add-on of a bar code: scan the wide part"
	case GS1Syntax:
		return "is not well-formed GS1 data: make sure the scanner sends GS for FNC1"
	case GS1UnknownAI:
		return "has a GS1 application identifier that does not exist: make sure the scanner sends GS for FNC1"
	case ControlChar:
		return "has a control character in it: look at the scanner's prefix and suffix"
	case Charset:
		return "is not UTF-8: look at the line's data bits and parity"
	case Empty:
		return "is empty: scan again"
	case BadUID:
		return "is not the whole number of a chip: hold the card still on the reader"
	case RandomUID:
		return "is one that a phone or bank card draws anew at every tap: scan the customer card, or the code in the app"
	case PaymentCard:
		return "is the number of a payment card, which is never kept: scan the shop's own card"
	case Unknown:
		return "is none of the programme's card formats: scan a card of this shop, or add its format"
	}
	return "is not a card (" + string(e.Class) + "): scan a card of this shop"
}

// notCard masks what may be shown of a code of that class.
func notCard(class CodeClass, code string) error {
	switch class {
	case ControlChar, Charset, Empty:
		return &NotCard{Class: class}
	}
	return &NotCard{Class: class, Mask: Mask(strings.ReplaceAll(code, gs, ""))}
}

// misread is the check digit of a code that is wrong; ours says that it begins
// as one of ours does.
func misread(code string, ours bool) error {
	return &NotCard{Class: CheckDigit, Mask: Mask(code), Ours: ours}
}
