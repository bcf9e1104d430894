package layout

import (
	"strings"

	"zegel/terminal/loyalty/receipt"
)

// MaxSize is how many times as wide or as high as a plain letter the largest is.
const MaxSize = receipt.MaxSize

// A Style is what a letter looks like.
type Style struct {
	Bold      bool
	Underline bool
	Invert    bool // white on black
	Double    bool // twice the width and twice the height
	// Width and Height are the other sizes: how many times as wide and as high as a plain letter it is, 1 to MaxSize.
	// Both are 0 where Double says it, and where it is plain, so that one look has one Style.
	Width, Height uint8
}

// Size is how many times as wide and as high as a plain letter one of style s is, from 1 to MaxSize.
func (s Style) Size() (wide, high int) {
	if s.Double {
		return 2, 2
	}
	return limited(int(s.Width)), limited(int(s.Height))
}

// sized is s at another size.
func (s Style) sized(wide, high int) Style {
	wide, high = limited(wide), limited(high)
	s.Double, s.Width, s.Height = wide == 2 && high == 2, 0, 0
	if !s.Double && wide*high > 1 {
		s.Width, s.Height = uint8(wide), uint8(high)
	}
	return s
}

func limited(size int) int { return min(max(size, 1), MaxSize) }

// A Cell is one letter as the reader sees it: a grapheme, which may be several code points.
type Cell struct {
	Text string
	// Bars makes it that barcode instead, alone on its line and in the middle of the paper. Text is empty then.
	Bars *receipt.Barcode
	// Image makes it the picture of that name instead, likewise.
	Image string
	// QR makes it a QR code of Text instead, likewise.
	QR bool
	// Cut makes it a cut instead, alone on its line: what follows is on the next paper. Text is empty then.
	Cut bool
	// Wide is that it takes the room of two letters, as the letters of Chinese, Japanese and Korean do.
	Wide bool
	Style

	level uint8 // of UAX 9, while its line is being set
}

// Columns is the room c takes on the line, in columns of a plain letter: 1 to 8. What is no letter takes none, since
// how large it is depends on the printer.
func (c Cell) Columns() int {
	if c.QR || c.Image != "" || c.Cut || c.Bars != nil {
		return 0
	}
	columns, _ := c.Size()
	if c.Wide {
		columns *= 2
	}
	return columns
}

func (c Cell) blank() bool { return c.Text == " " && !c.QR }

// white reports whether nothing is to be seen of c.
func (c Cell) white() bool { return c.blank() && !c.Underline && !c.Invert }

// A Line is one line of paper, from its left edge, without white at its end.
type Line []Cell

// Columns is the room the letters of l take.
func (l Line) Columns() int {
	columns := 0
	for _, c := range l {
		columns += c.Columns()
	}
	return columns
}

// Height is how many plain lines high l is, from 1 to MaxSize. That of a code or a picture is not known here.
func (l Line) Height() int {
	height := 1
	for _, c := range l {
		_, high := c.Size()
		height = max(height, high)
	}
	return height
}

// Double reports whether l is as high as two lines or more.
func (l Line) Double() bool { return l.Height() > 1 }

// QR gives the text of the QR code that l is, if it is one.
func (l Line) QR() (text string, ok bool) {
	if len(l) != 1 || !l[0].QR {
		return "", false
	}
	return l[0].Text, true
}

// Barcode gives the barcode that l is, if it is one.
func (l Line) Barcode() (b receipt.Barcode, ok bool) {
	if len(l) != 1 || l[0].Bars == nil {
		return receipt.Barcode{}, false
	}
	return *l[0].Bars, true
}

// Image gives the name of the picture that l is, if it is one.
func (l Line) Image() (name string, ok bool) {
	if len(l) != 1 || l[0].Image == "" {
		return "", false
	}
	return l[0].Image, true
}

// Cut reports whether the paper is cut here. There is something to print above and below.
func (l Line) Cut() bool { return len(l) == 1 && l[0].Cut }

// String is the text of l without its style. What is no text stands between brackets, with its kind:
// "[QR ZS1:4711]", "[ean13 4006381333931]", "[image logo]", "[cut]".
func (l Line) String() string {
	if text, ok := l.QR(); ok {
		return "[QR " + text + "]"
	}
	if b, ok := l.Barcode(); ok {
		return "[" + string(b.Symbology) + " " + b.Text + "]"
	}
	if name, ok := l.Image(); ok {
		return "[image " + name + "]"
	}
	if l.Cut() {
		return "[cut]"
	}
	var b strings.Builder
	for _, c := range l {
		b.WriteString(c.Text)
	}
	return b.String()
}
