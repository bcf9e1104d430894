package member

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Class is how the cards of a format are built and how they are told from
// everything else that carries a code.
type Class string

// The classes of card formats.
const (
	// GTIN: EAN-13, EAN-8, UPC-A and UPC-E with the chain's own prefixes.
	GTIN Class = "gtin"
	// GSRN: GS1 application identifier 8018, the number of a service's
	// recipient, in a GS1 symbol or a GS1 Digital Link.
	GSRN Class = "gsrn"
	// Luhn: digits of one length with a check digit as on ISO/IEC 7812 cards.
	Luhn Class = "luhn"
	// Pattern: any text a regular expression describes. Nothing checks that
	// such a code was read well, so it is the last choice.
	Pattern Class = "pattern"
	// UID: the number of a contactless chip (ISO/IEC 14443-3).
	UID Class = "uid"
	// EM4100: the number of a 125 kHz transponder, five bytes.
	EM4100 Class = "em4100"
)

// copyable reports whether anybody who was near a card can make another one
// that says the same.
func (c Class) copyable() bool { return c == UID || c == EM4100 }

// A Format is one sort of card that a chain gives out.
type Format struct {
	Name  string // what people call it: "customer card"
	Class Class
	// Prefixes are the first digits of a card's canonical number, at least two.
	// For GTIN that is the 13-digit form: "04" for UPC-A of number system 4.
	// For chips they are upper-case hexadecimal digits: "04". GSRN and chips may
	// do without: then every number of that class is a card.
	Prefixes []string
	// Length is the number of digits of a Luhn card, and the number of bytes of a
	// UID: 4, 7 or 10. With 0 a UID has 7 or 10, for those of 4 are given out more
	// than once (NXP AN10927).
	Length int
	// Pattern is a regular expression (RE2) that a whole code has to match.
	Pattern string
	// Spend says whether points can be spent by showing the card; nil leaves it to
	// the class. The number of a chip can be read and copied by whoever is near
	// it, so that by itself it says who collects, and pays for nothing.
	Spend *bool
}

// spends reports whether a card of the format pays.
func (f Format) spends() bool {
	if f.Spend != nil {
		return *f.Spend
	}
	return !f.Class.copyable()
}

// Formats are the cards of a programme. Nothing else is a card.
type Formats []Format

// A FormatProblem is one thing that is wrong with a format.
type FormatProblem struct {
	Index int    // of the format, from 0
	Field string // "name", "class", "prefixes", "prefixes[0]", "length", "pattern"
	Text  string
}

// FormatProblems is everything that is wrong with some formats.
type FormatProblems []FormatProblem

func (p FormatProblems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = fmt.Sprintf("card format %d: %s: %s", problem.Index+1, problem.Field, problem.Text)
	}
	return strings.Join(lines, "\n")
}

// Validate reports everything that is wrong with fs, as FormatProblems.
func (fs Formats) Validate() error {
	var all FormatProblems
	for i, f := range fs {
		complain := func(field, format string, args ...any) {
			all = append(all, FormatProblem{i, field, fmt.Sprintf(format, args...)})
		}
		f.validate(complain)
		for j, g := range fs[:i] {
			if f.Name == g.Name {
				complain("name", "%q names format %d already", f.Name, j+1)
			}
			switch p, q, both := overlap(f, g); {
			case both && p == "":
				complain("prefixes", "a card of this format can be one of format %d too: give each prefixes of its own", j+1)
			case both:
				complain("prefixes", "a card that starts with %q is one of format %d too, which has %q", p, j+1, q)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

const (
	minPrefix  = 2
	maxName    = 64
	maxPattern = 200
	// Shorter numbers are hit by chance too often: one in ten passes a check digit.
	minLuhn = 6
	maxLuhn = 24
)

func (f Format) validate(complain func(field, format string, args ...any)) {
	if f.Name == "" || len(f.Name) > maxName {
		complain("name", "need 1 to %d bytes", maxName)
	}
	switch f.Class {
	case GTIN:
		f.validatePrefixes(gtinSize-1, complain)
	case GSRN:
		if len(f.Prefixes) > 0 {
			f.validatePrefixes(gsrnSize-1, complain)
		}
	case Luhn:
		f.validateLuhn(complain)
	case Pattern:
		f.validatePattern(complain)
	case UID, EM4100:
		f.validateChip(complain)
	default:
		complain("class", "%q: need gtin, gsrn, luhn, pattern, uid or em4100", string(f.Class))
		return
	}
	if f.Class != Luhn && f.Class != UID && f.Length != 0 {
		complain("length", "only a luhn card and a uid have one to choose")
	}
	if f.Class != Pattern && f.Pattern != "" {
		complain("pattern", "only the class pattern has one")
	}
}

func prefix(i int) string { return fmt.Sprintf("prefixes[%d]", i) }

func (f Format) validatePrefixes(longest int, complain func(field, format string, args ...any)) {
	if len(f.Prefixes) == 0 {
		complain("prefixes", "need at least one, or every code of this sort would be a card")
	}
	f.eachPrefix(complain, func(i int, p string) {
		if !allDigits(p) || len(p) < minPrefix || len(p) > longest {
			complain(prefix(i), "%q: need %d to %d digits", p, minPrefix, longest)
		}
	})
}

// eachPrefix has each prefix looked at, and complains of one that stands twice.
func (f Format) eachPrefix(complain func(field, format string, args ...any), look func(int, string)) {
	for i, p := range f.Prefixes {
		look(i, p)
		if slices.Contains(f.Prefixes[:i], p) {
			complain(prefix(i), "%q stands twice", p)
		}
	}
}

func (f Format) validateLuhn(complain func(field, format string, args ...any)) {
	switch {
	case f.Length < minLuhn || f.Length > maxLuhn:
		complain("length", "%d digits: need %d to %d", f.Length, minLuhn, maxLuhn)
	case f.Length == 8 || f.Length == 12 || f.Length == gtinSize:
		complain("length", "%d digits cannot be told from EAN and UPC: use the class gtin", f.Length)
	}
	f.validatePrefixes(max(f.Length-1, minPrefix), complain)
	for i, p := range f.Prefixes {
		if allDigits(p) && mayBePayment(p, f.Length) {
			complain(prefix(i), "%q: bank cards start like that, and they are refused", p)
		}
	}
}

func (f Format) validatePattern(complain func(field, format string, args ...any)) {
	if len(f.Prefixes) > 0 {
		complain("prefixes", "put them into the pattern")
	}
	if f.Pattern == "" || len(f.Pattern) > maxPattern {
		complain("pattern", "need 1 to %d bytes", maxPattern)
		return
	}
	// By itself first: "a)|(b" is well-formed only between our brackets.
	if _, err := regexp.Compile(f.Pattern); err != nil {
		complain("pattern", "%v", err)
		return
	}
	if whole, err := f.whole(); err != nil {
		complain("pattern", "%v", err)
	} else if whole.MatchString("") {
		complain("pattern", "matches a code without any characters")
	}
}

// whole is the pattern tied to both ends of a code.
func (f Format) whole() (*regexp.Regexp, error) {
	return regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
}

// overlap finds a prefix of each format with which one card could be both; none
// where one of them takes all.
func overlap(f, g Format) (p, q string, both bool) {
	if f.Class != g.Class || f.Class == Pattern || !sameLength(f, g) {
		return "", "", false
	}
	if f.takesAll() || g.takesAll() {
		return "", "", true
	}
	for _, p := range f.Prefixes {
		for _, q := range g.Prefixes {
			if strings.HasPrefix(p, q) || strings.HasPrefix(q, p) {
				return p, q, true
			}
		}
	}
	return "", "", false
}

// sameLength reports whether some number could have the length of both.
func sameLength(f, g Format) bool {
	if f.Class != UID {
		return f.Class != Luhn || f.Length == g.Length
	}
	return slices.ContainsFunc(uidLengths, func(n int) bool { return f.hasUID(n) && g.hasUID(n) })
}

// takesAll reports whether every number of the class is a card of the format.
func (f Format) takesAll() bool {
	return len(f.Prefixes) == 0 && (f.Class == GSRN || f.Class.copyable())
}

// has reports whether a well-formed number of the format's class begins and is
// as long as its cards.
func (f Format) has(number string) bool {
	switch {
	case f.Class == Luhn && len(number) != f.Length, f.Class == UID && !f.hasUID(len(number)/2):
		return false
	case f.takesAll():
		return true
	}
	return slices.ContainsFunc(f.Prefixes, func(p string) bool { return strings.HasPrefix(number, p) })
}

// find is the format of a class that has a number.
func (fs Formats) find(class Class, number string) (Format, bool) {
	for _, f := range fs {
		if f.Class == class && f.has(number) {
			return f, true
		}
	}
	return Format{}, false
}

// any reports whether there is a format of the class.
func (fs Formats) any(class Class) bool {
	return slices.ContainsFunc(fs, func(f Format) bool { return f.Class == class })
}
