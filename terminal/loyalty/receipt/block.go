package receipt

// Align places a text on its line.
type Align string

// The empty Align is left.
const (
	Left   Align = ""
	Centre Align = "centre"
	Right  Align = "right"
)

// A Cell is one column of a row.
type Cell struct {
	Text  string `json:"text"`
	Align Align  `json:"align,omitempty"`
	// Width is the share of the line in columns; 0 shares what is left.
	Width int `json:"width,omitempty"`
	// Whole text is never broken: an amount, a date, a code. Where it does not
	// fit its row becomes two lines, the label first.
	Whole bool `json:"whole,omitempty"`
}

// A Span is a run of letters inside a paragraph. It has its own style besides
// that of its block; its size stands in place of the block's.
type Span struct {
	Text      string `json:"text"`
	Bold      bool   `json:"bold,omitempty"`
	Underline bool   `json:"underline,omitempty"`
	Invert    bool   `json:"invert,omitempty"`
	Double    bool   `json:"double,omitempty"`
	Wide      int    `json:"wide,omitempty"`
	Tall      int    `json:"tall,omitempty"`
}

// A Block is one element of a slip. Exactly one of Text, Spans, Row, Rule, Feed,
// QR, Barcode, Image and Cut is set.
type Block struct {
	// Text is a paragraph; a line feed in it starts a new line.
	Text  string `json:"text,omitempty"`
	Align Align  `json:"align,omitempty"`
	Bold  bool   `json:"bold,omitempty"`
	// Double is twice the width and twice the height; of a rule, two strokes.
	Double bool `json:"double,omitempty"`
	// Row is a line of columns, left to right.
	Row []Cell `json:"row,omitempty"`
	// Rule is a line across the paper.
	Rule bool `json:"rule,omitempty"`
	// Feed is a number of empty lines.
	Feed int `json:"feed,omitempty"`
	// QR is the text of a QR code, printable ASCII of at most MaxQR bytes.
	QR string `json:"qr,omitempty"`
	// Barcode is bars, which stand in the middle of the paper whatever Align says.
	Barcode *Barcode `json:"barcode,omitempty"`

	Underline bool `json:"underline,omitempty"`
	// Invert is white letters on black.
	Invert bool `json:"invert,omitempty"`
	// Wide and Tall are how many times as wide and as high as plain letters its
	// letters are, from 2 to MaxSize; 0 is once. Double is both at 2.
	Wide int `json:"wide,omitempty"`
	Tall int `json:"tall,omitempty"`
	// Heavy makes a rule a bar.
	Heavy bool `json:"heavy,omitempty"`
	// Spans are a paragraph in several styles, one after the other.
	Spans []Span `json:"spans,omitempty"`
	// Image is the name of a picture that the lane's printer was given, in the
	// middle of the paper: 1 to 32 letters a-z, digits and hyphens. A slip carries
	// no pictures. Where there is none of that name, nothing is printed.
	Image string `json:"image,omitempty"`
	// Cut parts the paper here; the slip goes on on the next one.
	Cut bool `json:"cut,omitempty"`
}

// Limits of a block.
const (
	// MaxQR is the most bytes a QR code has: one of this length is read well from
	// thermal paper 58 mm wide.
	MaxQR = 300
	// MaxText is the most bytes of a paragraph, and of a cell.
	MaxText = 4096
	// MaxSize is the largest Wide and Tall: cheap printers know no larger ones.
	MaxSize = 4
	// MaxFeed is the most empty lines one block asks for.
	MaxFeed  = 40
	MaxSpans = 64
	// MaxCells is one for each column of the narrowest paper.
	MaxCells = 16
	// maxWidth is more columns than any paper has.
	maxWidth = 255
	maxImage = 32
)
