package member

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Numbers of GS1, which check them all in one way (General Specifications, 7.9.1).
const (
	gtinSize = 13 // the form all GTINs are kept in; a longer one is never a card
	gsrnSize = 18
)

// A Matcher reads codes as the cards of formats. It has their patterns ready, so
// that each code takes a microsecond or two; it may be used from any goroutine.
type Matcher struct {
	formats  Formats
	patterns []*regexp.Regexp // of each format; nil for one of another class
}

// Matcher makes the formats ready to read many codes. A pattern that is not
// well-formed matches nothing; Validate says so.
func (fs Formats) Matcher() Matcher {
	m := Matcher{formats: fs, patterns: make([]*regexp.Regexp, len(fs))}
	for i, f := range fs {
		if f.Class != Pattern {
			continue
		}
		if whole, err := f.whole(); err == nil {
			m.patterns[i] = whole
		}
	}
	return m
}

// Parse is Matcher's, for a code now and then.
func (fs Formats) Parse(text, symbology string) (CardNumber, error) {
	return fs.Matcher().Parse(text, symbology)
}

// Ours is Matcher's, for a code now and then.
func (fs Formats) Ours(text, symbology string) bool { return fs.Matcher().Ours(text, symbology) }

// Ours reports whether a code is for us where the till shares the scanner: a card
// of ours, or one that begins as ours do and was read badly, so that somebody has
// to be told. Whatever else it is, only the till may know it.
func (m Matcher) Ours(text, symbology string) bool {
	_, err := m.Parse(text, symbology)
	var no *NotCard
	return err == nil || errors.As(err, &no) && no.Ours
}

// Parse gives the card a code is, or a *NotCard that says what else it is.
//
// text is the code without the scanner's prefix and suffix; symbology is the
// AIM identifier (ISO/IEC 15424) of the symbol it stood in, "]E0", or says by
// which radio it came, ByUID, and is empty when that is unknown or the number
// was typed. What merely looks like a card is refused: a stranger's points cost
// more than a second scan.
func (m Matcher) Parse(text, symbology string) (CardNumber, error) {
	fs := m.formats
	text = strings.Trim(text, " ")
	if class := unreadable(text, symbology); class != "" {
		return CardNumber{}, notCard(class, text)
	}
	if isGS1(symbology) {
		return fs.gs1(text)
	}
	if card, ok, err := fs.link(text); ok {
		return card, err
	}
	// A bank card's number is looked for before any pattern, because a pattern
	// may be wide; but thirteen digits in an EAN are an EAN, for one in ten of
	// them would pass as an old payment number.
	gtin, isGTIN := asGTIN(text, symbology)
	payment := paymentNumber(text)
	if payment && !isGTIN {
		return CardNumber{}, notCard(PaymentCard, text)
	}
	if symbology == ByUID || symbology == ByEM4100 {
		return fs.chip(text, symbology)
	}
	if f, ok := m.match(text); ok && !payment {
		return newCard(text, f), nil
	}
	if isGTIN {
		return fs.gtin(gtin, zerosBefore(text, symbology))
	}
	if f, ok := fs.find(Luhn, text); ok && allDigits(text) && !isEAN(symbology) {
		if !luhnValid(text) {
			return CardNumber{}, misread(text, true)
		}
		return newCard(text, f), nil
	}
	// Where no chip is a card, four pairs of digits may be the time of day.
	if number, ok := typedChip(text); ok && symbology == "" && (fs.any(UID) || fs.any(EM4100)) {
		return fs.chip(number, symbology)
	}
	return CardNumber{}, notCard(Unknown, text)
}

// match is the pattern format that a code matches from end to end.
func (m Matcher) match(text string) (Format, bool) {
	for i, whole := range m.patterns {
		if whole != nil && whole.MatchString(text) {
			return m.formats[i], true
		}
	}
	return Format{}, false
}

const gs = "\x1d" // the group separator that stands for FNC1 inside GS1 data

// unreadable is what is wrong with a code before anyone asks what it means.
func unreadable(text, symbology string) CodeClass {
	for i := range len(text) {
		if c := text[i]; (c < 0x20 && c != gs[0]) || c == 0x7f {
			return ControlChar
		}
	}
	if !utf8.ValidString(text) {
		return Charset
	}
	n := utf8.RuneCountInString(text)
	switch symbology {
	case "]E0": // 13 digits; devices send UPC-A with 12 and UPC-E with 8 under it too
		if n != 8 && n != 12 && n != 13 && n != 15 && n != 18 {
			return BadLength
		}
	case "]E1", "]E2":
		return AddOnOnly
	case "]E3": // with its add-on
		if n != 12 && n != 13 && n != 15 && n != 18 {
			return BadLength
		}
	case "]E4":
		if n != 8 {
			return BadLength
		}
	}
	if strings.Trim(text, gs) == "" {
		return Empty
	}
	return ""
}

func isEAN(symbology string) bool { return strings.HasPrefix(symbology, "]E") }

// isGS1 reports whether a symbol starts with FNC1, so that its data are GS1
// element strings: GS1-128, GS1 QR, GS1 DataMatrix, DataBar, DotCode, Aztec.
func isGS1(symbology string) bool {
	switch symbology {
	case "]C1", "]Q3", "]Q4", "]d2", "]d5", "]e0", "]J1", "]z1":
		return true
	}
	return false
}

// asGTIN is the 13-digit form of what is in an EAN or UPC symbol, or looks as
// if it were; its check digit is not checked yet.
func asGTIN(text, symbology string) (string, bool) {
	if symbology == "]E3" && len(text) > gtinSize {
		text = text[:gtinSize]
	}
	if !allDigits(text) || (symbology != "" && !isEAN(symbology)) {
		return "", false
	}
	switch {
	case len(text) == 8 && symbology == "]E0":
		return expandUPCE(text)
	case len(text) == 8, len(text) == 12, len(text) == gtinSize:
		return strings.Repeat("0", gtinSize-len(text)) + text, true
	}
	return "", false
}

// expandUPCE puts back the zeros that UPC-E leaves out (General Specifications,
// 5.2.2.4): number system, six digits, check digit of the UPC-A.
func expandUPCE(code string) (string, bool) {
	system, d, check := code[:1], code[1:7], code[7:]
	if system > "1" {
		return "", false
	}
	var company, item string
	switch last := d[5]; {
	case last <= '2':
		company, item = d[:2]+d[5:]+"00", "00"+d[2:5]
	case last == '3':
		company, item = d[:3]+"00", "000"+d[3:5]
	case last == '4':
		company, item = d[:4]+"0", "0000"+d[4:5]
	default:
		company, item = d[:5], "0000"+d[5:]
	}
	return "0" + system + company + item + check, true
}

// zerosBefore is how many zeros its 13-digit form puts before an EAN-8: they say
// nothing about whose it is.
func zerosBefore(text, symbology string) int {
	if len(text) == 8 && symbology != "]E0" {
		return gtinSize - 8
	}
	return 0
}

func (fs Formats) gtin(number string, zeros int) (CardNumber, error) {
	if !gs1Valid(number) {
		return CardNumber{}, misread(number, slices.ContainsFunc(fs, func(f Format) bool {
			return f.Class == GTIN && slices.ContainsFunc(f.Prefixes, func(p string) bool {
				return len(p) > zeros && strings.HasPrefix(number, p)
			})
		}))
	}
	if f, ok := fs.find(GTIN, number); ok {
		return newCard(number, f), nil
	}
	return CardNumber{}, notCard(gtinClass(number), number)
}

// gtinClass is what a GS1 prefix says a number is for (gs1.org, Company Prefix).
func gtinClass(number string) CodeClass {
	if strings.HasPrefix(number, "00000") { // a GTIN-8: 0 and 2 are the shop's own
		if number[5] == '0' || number[5] == '2' {
			return InStore
		}
		return Product
	}
	switch prefix := number[:3]; {
	case prefix >= "020" && prefix <= "029", prefix >= "040" && prefix <= "049", prefix >= "200" && prefix <= "299":
		return InStore
	case prefix >= "050" && prefix <= "059", prefix >= "981" && prefix <= "984", prefix >= "990":
		return Coupon
	case prefix == "977":
		return Serial
	case prefix == "978", prefix == "979":
		return Book
	case prefix == "980":
		return RefundReceipt
	}
	return Product
}

func (fs Formats) gsrn(number string) (CardNumber, error) {
	f, ours := fs.find(GSRN, number)
	switch {
	case len(number) != gsrnSize || !allDigits(number):
		return CardNumber{}, &NotCard{Class: GS1Syntax, Mask: Mask(number), Ours: ours}
	case !gs1Valid(number):
		return CardNumber{}, misread(number, ours)
	case !ours:
		return CardNumber{}, notCard(OtherGS1, number)
	}
	return newCard(number, f), nil
}
