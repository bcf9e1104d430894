package receipt

import (
	"fmt"
	"strings"
)

// A Symbology names a kind of barcode.
type Symbology string

// The barcodes there are. Their limits are what fits paper 58 mm wide, in bars that
// a scanner still tells apart.
const (
	EAN13   Symbology = "ean13"   // 13 digits, the last of which checks the others
	EAN8    Symbology = "ean8"    // 8 digits, likewise
	UPCA    Symbology = "upca"    // 12 digits, likewise; the same bars as the EAN-13 with a 0 before it
	Code128 Symbology = "code128" // 1 to 12 letters of printable ASCII
	Code39  Symbology = "code39"  // 1 to 8 capitals, digits, blanks and $%+-./
	ITF     Symbology = "itf"     // 2 to 16 digits, an even number of them
)

// MaxBarcode is the most bytes any barcode has.
const MaxBarcode = 16

const digits = "0123456789"

// A Barcode is bars with a text in them.
type Barcode struct {
	Symbology Symbology `json:"symbology"`
	// Text is all that the bars say, with its check digit where there is one.
	Text string `json:"text"`
	// HRI puts Text below the bars for people (human readable interpretation).
	HRI bool `json:"hri,omitempty"`
}

// Validate reports why no printer could be asked to draw b.
func (b Barcode) Validate() error {
	var letters string
	shortest, longest := 1, MaxBarcode
	switch b.Symbology {
	case EAN13:
		letters, shortest, longest = digits, 13, 13
	case EAN8:
		letters, shortest, longest = digits, 8, 8
	case UPCA:
		letters, shortest, longest = digits, 12, 12
	case ITF:
		letters = digits
	case Code39:
		letters, longest = digits+"ABCDEFGHIJKLMNOPQRSTUVWXYZ $%+-./", 8
	case Code128:
		longest = 12
	default:
		return fmt.Errorf("there is no barcode called %q", b.Symbology)
	}
	switch n := len(b.Text); {
	case n < shortest || n > longest:
		return fmt.Errorf("barcode %s of %d bytes, needs %d to %d", b.Symbology, n, shortest, longest)
	case strings.ContainsFunc(b.Text, func(r rune) bool {
		return r < ' ' || r > '~' || letters != "" && !strings.ContainsRune(letters, r)
	}):
		return fmt.Errorf("barcode %s has no such letter as one of %q", b.Symbology, b.Text)
	case b.Symbology == ITF && n%2 != 0:
		return fmt.Errorf("barcode %s of %d digits, needs an even number", b.Symbology, n)
	case shortest > 1 && checkDigit(b.Text[:n-1]) != b.Text[n-1]:
		return fmt.Errorf("barcode %s: the check digit of %q is %c", b.Symbology, b.Text, checkDigit(b.Text[:n-1]))
	}
	return nil
}

// checkDigit is what follows number in an EAN or UPC code: its digits are weighed
// 3, 1, 3, … from the right, and their sum is filled up to a whole ten (GS1 General
// Specifications, 7.9).
func checkDigit(number string) byte {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			digit *= 3
		}
		sum += digit
	}
	return byte('0' + (10-sum%10)%10)
}
