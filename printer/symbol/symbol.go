// Package symbol makes the modules of QR codes and barcodes, and says how large they are on paper.
//
// It is pure. A QR code is as ISO/IEC 18004 has it: model 2, error correction M (about 15 % of it may be lost), in
// the smallest version that its text fits into. A text of digits takes 3.3 bits a letter, one of 0-9, A-Z, blank
// and $%*+-./: takes 5.5, any other 8; so 300 letters are a side of 57 modules in capitals and 69 otherwise.
package symbol

import (
	"errors"
	"fmt"

	"rsc.io/qr/coding"
)

// Quiet is how many modules of white a reader needs on each side of a code.
const Quiet = 4

// The dots of one side of a module on paper: from half a millimetre, which thermal paper still shows well, to
// three quarters. Larger ones cost paper, and time where a code is sent as a picture.
const (
	MinDots = 4
	MaxDots = 6
)

// level is what all codes here have of error correction: slips are folded and rubbed, but not buried in mud.
const level coding.Level = coding.M

// A Code is the modules of one QR code.
type Code struct {
	side  int
	black []bool // row by row
}

// Side is how many modules are on a side of c: 21, 25, 29, ... 177, its quiet zone not counted.
func (c Code) Side() int { return c.side }

// Black reports whether the module at x from the left and y from the top is dark. There are none outside.
func (c Code) Black(x, y int) bool {
	return x >= 0 && x < c.side && y >= 0 && y < c.side && c.black[y*c.side+x]
}

// QR makes the code of text, which is read as bytes. Of the eight masks it takes the one that the standard's
// marks prefer: a code is harder to read where large parts are of one shade.
func QR(text string) (Code, error) {
	if text == "" {
		return Code{}, errors.New("make a QR code: there is no text")
	}
	data := encodingOf(text)
	version, fits := smallest(data)
	if !fits {
		return Code{}, fmt.Errorf("make a QR code: a text of %d letters is too long", len(text))
	}
	var best Code
	least := 0
	for mask := range coding.Mask(8) {
		c, err := masked(data, version, mask)
		if err != nil {
			return Code{}, fmt.Errorf("make a QR code: %w", err)
		}
		if p := c.penalty(); mask == 0 || p < least {
			best, least = c, p
		}
	}
	return best, nil
}

// encodingOf is the mode that takes the fewest bits for all of text.
func encodingOf(text string) coding.Encoding {
	for _, e := range []coding.Encoding{coding.Num(text), coding.Alpha(text)} {
		if e.Check() == nil {
			return e
		}
	}
	return coding.String(text)
}

// smallest is the smallest version that data fits into.
func smallest(data coding.Encoding) (version coding.Version, fits bool) {
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if data.Bits(v) <= 8*v.DataBytes(level) {
			return v, true
		}
	}
	return 0, false
}

func masked(data coding.Encoding, version coding.Version, mask coding.Mask) (Code, error) {
	plan, err := coding.NewPlan(version, level, mask)
	if err != nil {
		return Code{}, err
	}
	made, err := plan.Encode(data)
	if err != nil {
		return Code{}, err
	}
	c := Code{side: made.Size, black: make([]bool, 0, made.Size*made.Size)}
	for y := range c.side {
		for x := range c.side {
			c.black = append(c.black, made.Black(x, y))
		}
	}
	return c, nil
}

// LargestSide is how many modules are on a side of the largest code that a printer may make of text: some take
// eight bits for any letter. It is 0 for a text that is too long.
func LargestSide(text string) int {
	version, fits := smallest(coding.String(text))
	if !fits {
		return 0
	}
	return 17 + 4*int(version)
}

// Dots is how many dots one side of a module should have for a code of so many modules a side, on paper so many
// dots wide: a code with its quiet zone takes three quarters of the paper, but no module has fewer than MinDots or
// more than MaxDots. It is less than MinDots only where the code would not fit otherwise.
func Dots(side, paper int) int {
	whole := side + 2*Quiet
	return min(max(paper*3/4/whole, MinDots), MaxDots, paper/whole)
}
