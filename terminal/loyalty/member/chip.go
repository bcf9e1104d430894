package member

import "strings"

// What stands for a symbology where a code was read by radio.
const (
	ByUID    = "uid"    // the number of a contactless chip, in hexadecimal digits as it comes through the air
	ByEM4100 = "em4100" // the number of a 125 kHz transponder, in hexadecimal digits
	ByNDEF   = "ndef"   // a text or an address out of a tag's memory
)

// uidLengths are the bytes a UID can have (ISO/IEC 14443-3, 6.5.4).
var uidLengths = []int{4, 7, 10}

const em4100Size = 5 // bytes

// The first bytes of a UID of four that is no card's number.
const (
	randomUID  = "08" // drawn anew at every tap: telephones and payment cards (ISO/IEC 14443-3, 6.5.4)
	cascadeUID = "88" // the cascade tag: what follows is the beginning of a longer number
)

// hasUID reports whether UIDs of so many bytes can be cards of the format.
func (f Format) hasUID(bytes int) bool {
	if f.Length == 0 {
		return bytes == 7 || bytes == 10
	}
	return bytes == f.Length
}

func (f Format) validateChip(complain func(field, format string, args ...any)) {
	bytes := em4100Size
	if f.Class == UID {
		if bytes = f.Length; bytes == 0 {
			bytes = uidLengths[len(uidLengths)-1]
		}
		if bytes != 4 && bytes != 7 && bytes != 10 {
			complain("length", "%d bytes: need 4, 7 or 10, or none for both 7 and 10", f.Length)
			bytes = 10
		}
	}
	longest := 2*bytes - 2
	f.eachPrefix(complain, func(i int, p string) {
		switch {
		case !allHex(p) || len(p) < minPrefix || len(p) > longest:
			complain(prefix(i), "%q: need %d to %d hexadecimal digits, A to F in capitals", p, minPrefix, longest)
		case f.Class == UID && f.Length == 4 && (p[:2] == randomUID || p[:2] == cascadeUID):
			complain(prefix(i), "%q: no chip of four bytes keeps a number that begins like that", p)
		}
	})
}

// chip is the card a chip's number is. The symbology says which sort of chip,
// and for "" the length does.
func (fs Formats) chip(text, symbology string) (CardNumber, error) {
	class := UID
	if symbology == ByEM4100 || symbology == "" && len(text) == 2*em4100Size {
		class = EM4100
	}
	// A lane whose scanner the till shares keeps what is read by radio to itself
	// where the programme goes by it: no till knows what to do with a telephone.
	refuse := func(why CodeClass) (CardNumber, error) {
		return CardNumber{}, &NotCard{Class: why, Mask: Mask(text), Ours: fs.any(class)}
	}
	if why := badChip(class, text); why != "" {
		return refuse(why)
	}
	f, ok := fs.find(class, text)
	if !ok {
		return refuse(Unknown)
	}
	return newCard(text, f), nil
}

// badChip is why a text is no number that a chip keeps.
func badChip(class Class, text string) CodeClass {
	switch n := len(text) / 2; {
	case !allHex(text) || len(text)%2 != 0,
		class == EM4100 && n != em4100Size,
		class == UID && n != 4 && n != 7 && n != 10:
		return BadUID
	case class == UID && n == 4 && text[:2] == randomUID:
		return RandomUID
	case class == UID && n == 4 && text[:2] == cascadeUID:
		return BadUID
	}
	return ""
}

// typedChip is the number of a chip that was typed as such numbers are written
// on cards and told by telephones, "04:a1:b2:c3"; any other text is not ok.
func typedChip(text string) (number string, ok bool) {
	switch (len(text) + 1) / 3 {
	case 4, em4100Size, 7, 10:
	default:
		return "", false
	}
	if len(text)%3 != 2 {
		return "", false
	}
	for i := 2; i < len(text); i += 3 {
		if text[i] != ':' {
			return "", false
		}
	}
	number = strings.ToUpper(strings.ReplaceAll(text, ":", ""))
	return number, len(number) == 2*(len(text)+1)/3 && allHex(number)
}

// allHex reports whether s is upper-case hexadecimal digits.
func allHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return s != ""
}
