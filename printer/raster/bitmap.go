// Package raster draws lines and images as the dots of a print head.
//
// It is pure: the same line always gives the same dots. Letters are those of the Go Mono font at the size of a
// printer's font A, 12 dots wide and 24 high; it has Latin, Greek and Cyrillic letters, and strokes.
package raster

// The measures of paper in dots.
const (
	LetterWidth  = 12
	LetterHeight = 24
	LineHeight   = 30 // from one line to the next
)

// A Bitmap is dots, black or not.
type Bitmap struct {
	width, height int
	stride        int // bytes in a row
	bits          []byte
}

// New gives a white bitmap.
func New(width, height int) Bitmap {
	stride := (width + 7) / 8
	return Bitmap{width, height, stride, make([]byte, stride*height)}
}

// Width is how many dots stand side by side.
func (b Bitmap) Width() int { return b.width }

// Height is how many rows of dots there are.
func (b Bitmap) Height() int { return b.height }

// Rows are the rows from one on, up to another, eight dots in a byte, the leftmost highest; each row begins a byte.
// Dots beyond the width are white. The caller must not change them.
func (b Bitmap) Rows(from, to int) []byte { return b.bits[from*b.stride : to*b.stride] }

// Stride is how many bytes a row has.
func (b Bitmap) Stride() int { return b.stride }

// Black reports whether the dot at x from the left and y from the top is black. There are none outside.
func (b Bitmap) Black(x, y int) bool {
	return x >= 0 && x < b.width && y >= 0 && y < b.height && b.bits[y*b.stride+x/8]<<(x%8)&0x80 != 0
}

// Blacken makes the dot at x, y black. Outside it does nothing.
func (b Bitmap) Blacken(x, y int) {
	if x >= 0 && x < b.width && y >= 0 && y < b.height {
		b.bits[y*b.stride+x/8] |= 0x80 >> (x % 8)
	}
}

// invert turns the dots of a rectangle round.
func (b Bitmap) invert(left, top, right, bottom int) {
	for y := max(top, 0); y < min(bottom, b.height); y++ {
		for x := max(left, 0); x < min(right, b.width); x++ {
			b.bits[y*b.stride+x/8] ^= 0x80 >> (x % 8)
		}
	}
}
