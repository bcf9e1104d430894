package member

import "strings"

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// gs1Valid checks the last of some digits with the weights 3 and 1 from the
// right (GS1 General Specifications, 7.9.1).
func gs1Valid(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// luhnValid checks the last of some digits as ISO/IEC 7812-1, annex B.
func luhnValid(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}

// Payment card numbers have 13 to 19 digits (ISO/IEC 7812-1).
const (
	minPayment = 13
	maxPayment = 19
)

// issuers are the first digits of payment cards, from and to, both included:
// Visa, Mastercard twice, American Express twice, Discover twice, UnionPay.
var issuers = [][2]string{
	{"4", "4"}, {"51", "55"}, {"2221", "2720"}, {"34", "34"}, {"37", "37"}, {"6011", "6011"}, {"65", "65"}, {"62", "62"},
}

// paymentNumber reports whether text is a payment card's number: typed or
// scanned, with blanks and hyphens or without, or as a magnetic stripe has it.
func paymentNumber(text string) bool {
	digits := strings.ReplaceAll(strings.ReplaceAll(stripe(text), " ", ""), "-", "")
	if !allDigits(digits) || len(digits) < minPayment || len(digits) > maxPayment || !luhnValid(digits) {
		return false
	}
	for _, r := range issuers {
		if head := digits[:len(r[0])]; head >= r[0] && head <= r[1] {
			return true
		}
	}
	return false
}

// stripe is the number on a magnetic stripe (ISO/IEC 7813): "%B" to "^" on
// track 1, ";" to "=" on track 2. Any other text is left as it is.
func stripe(text string) string {
	for _, track := range []struct{ start, end string }{{"%B", "^"}, {"%b", "^"}, {";", "="}} {
		if rest, ok := strings.CutPrefix(text, track.start); ok {
			number, _, _ := strings.Cut(rest, track.end)
			return strings.TrimSuffix(number, "?")
		}
	}
	return text
}

// mayBePayment reports whether some number with that prefix and length could
// be a payment card's.
func mayBePayment(prefix string, length int) bool {
	if length < minPayment || length > maxPayment {
		return false
	}
	for _, r := range issuers {
		n := min(len(prefix), len(r[0]))
		if prefix[:n] >= r[0][:n] && prefix[:n] <= r[1][:n] {
			return true
		}
	}
	return false
}
