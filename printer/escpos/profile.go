package escpos

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/printer/codetable"
	"zegel/printer/layout"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// A Profile is what must be known of a printer's model to print on it: data, so that a model can be added
// without code. A number of a code table means nothing without the model: 18 is CP852 on most printers and
// Hebrew on a TM-T88III.
type Profile struct {
	Name    string // "epson-tm-t20iii"
	Title   string // for people: maker and model
	Dialect Dialect
	// Columns are the letters of font A on a line, for each way the printer can be set; the first is what most
	// are set to.
	Columns []int
	FontB   int // letters of the small font on a line, where the printer is set to the most
	Dots    int // of the print head, side by side; font A is 12 of them wide, or a little more
	DPI     int // dots of the print head on an inch
	// Tables are the code tables, most trusted first.
	Tables []Table
	Cut    Cut
	// FeedLines is how many lines of paper lie between the print head and the blade. CutAtBlade feeds by itself.
	FeedLines int
	Answers   Answers
	// Requests are what else it answers. One that it does not know it passes over, so a request too many costs the
	// time that is waited for the answer.
	Requests []Request
	QR       QR
	Barcodes Barcodes
	Pictures Pictures
	Styles   Styles
	Drawer   bool // has a plug for a cash drawer
	Buzzer   Buzzer
	// SingleByte is for a model that knows no letters of two bytes, and so is not told to leave them (FS .).
	SingleByte bool
	// LineTime is how long one line of text takes on paper at most.
	LineTime time.Duration
}

// A Table is a code table as one model numbers it: the n of ESC t n, and its name.
type Table = codetable.Table

// Dialect is the language of a model.
type Dialect string

// The languages. Many Star printers know both and have a switch.
const (
	ESCPOS   Dialect = "escpos"
	StarPRNT Dialect = "starprnt" // package starprnt encodes it
)

// Cut is how a model parts one slip from the next.
type Cut string

// The ways to cut.
const (
	CutAtBlade Cut = "feed-and-cut" // feeds to the blade by itself, then leaves a bridge of paper (GS V 66 0)
	CutPartial Cut = "partial"      // cuts where it is and leaves a bridge (GS V 1); FeedLines come first
	CutFull    Cut = "full"         // cuts where it is, through (GS V 0); FeedLines come first
	CutNone    Cut = "none"         // has no cutter: FeedLines, and the shopper tears
)

// Answers is whether a model answers the live status request DLE EOT.
type Answers string

// AnswersUnknown is found out by asking.
const (
	AnswersUnknown Answers = ""
	AnswersAlways  Answers = "always" // silence means that the printer is off
	AnswersNever   Answers = "never"
)

// A Request is a question that a model answers, besides the live status requests.
type Request string

// The questions.
const (
	AutoStatusRequest Request = "asb"      // it reports by itself what changes (GS a)
	PaperRequest      Request = "paper"    // is there paper, answered once all that was sent before is printed (GS r 1)
	ConfirmRequest    Request = "confirm"  // gives an id back once all that was sent before is printed (GS ( H)
	IdentityRequest   Request = "identity" // maker, model and firmware (GS I)
)

// QR is how a model is told to draw a QR code.
type QR string

// The ways to draw a QR code. A model that does not know a command prints its bytes as letters, so picture is for
// those that are in doubt, and none for those that print with pins.
const (
	QRNative  QR = "native"  // draws codes itself (GS ( k): as many bytes as the text has, and 44
	QRPicture QR = "picture" // prints dots (GS v 0): 0.5 to 2.5 thousand bytes
	QRNone    QR = "none"    // is given the text in groups of four letters, for people to type
)

// Barcodes is whether a model draws barcodes.
type Barcodes string

// All but printers with pins do, by a command that is older than QR codes.
const (
	BarcodesNative Barcodes = "native" // draws them itself (GS k)
	BarcodesNone   Barcodes = "none"   // is given the text in groups of four letters, for people to type
)

// Pictures is how a model prints dots: images, and lines with letters that it has in no table.
type Pictures string

// The ways to print dots. The old command is marked obsolete, and is what most printers know.
const (
	PicturesRaster   Pictures = "raster"   // GS v 0
	PicturesGraphics Pictures = "graphics" // GS ( L, for models that have dropped the old one
	PicturesNone     Pictures = "none"     // letters lose their accents instead; there are no images
)

// Styles is how a model is told the looks of its letters.
type Styles string

// The ways to style letters.
const (
	StylesFull Styles = "full" // a command for each: sizes up to four, white on black
	StylesOld  Styles = "old"  // one command for all of them (ESC !): no size but double, no white on black
)

// Buzzer is how a model is told to buzz.
type Buzzer string

// The ways to buzz.
const (
	BuzzerNone  Buzzer = ""
	BuzzerEpson Buzzer = "epson" // ESC ( A
	BuzzerClone Buzzer = "clone" // ESC B
)

// Profiles are the models there are, generic ones first.
func Profiles() []Profile {
	profiles, err := readModels(models)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return profiles
}

// Generic80 is a printer for paper of 80 mm about which nothing else is known.
func Generic80() Profile { return Profiles()[0] }

// Generic58 is a printer for paper of 58 mm about which nothing else is known; few of them have a cutter, and of some
// even the databases of models disagree whether they draw QR codes.
func Generic58() Profile { return Profiles()[1] }

// Named finds the profile of that name.
func Named(name string) (Profile, error) {
	profiles := Profiles()
	if p, known := find(profiles, name); known {
		return p, nil
	}
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = p.Name
	}
	return Profile{}, fmt.Errorf("no printer model %q: the models are %q", name, names)
}

// Paper is how many dots lie side by side on the narrowest paper p can be set to.
func (p Profile) Paper() int { return slices.Min(p.Columns) * letterDots }

// Understands reports whether p answers r.
func (p Profile) Understands(r Request) bool { return slices.Contains(p.Requests, r) }

// Lines sets slip for p, set to so many columns. Where p draws no QR codes or barcodes, or its paper is too narrow
// for a barcode, their text stands instead; letters are no larger than p has them.
func (p Profile) Lines(slip receipt.Slip, columns int) []layout.Line {
	slip.Blocks = slices.Clone(slip.Blocks)
	for i, b := range slip.Blocks {
		if p.Styles == StylesOld {
			slip.Blocks[i] = doubleAtMost(b)
		}
		switch {
		case b.QR != "" && p.QR == QRNone:
			slip.Blocks[i] = receipt.Block{Text: spelled(b.QR), Align: receipt.Centre}
		case b.Barcode != nil && p.barDots(*b.Barcode) == 0:
			slip.Blocks[i] = receipt.Block{Text: spelled(b.Barcode.Text), Align: receipt.Centre}
		}
	}
	return layout.Lines(slip, columns)
}

// doubleAtMost is b without letters that are larger than double ones.
func doubleAtMost(b receipt.Block) receipt.Block {
	b.Wide, b.Tall = min(b.Wide, 2), min(b.Tall, 2)
	b.Spans = slices.Clone(b.Spans)
	for i := range b.Spans {
		b.Spans[i].Wide, b.Spans[i].Tall = min(b.Spans[i].Wide, 2), min(b.Spans[i].Tall, 2)
	}
	return b
}

// spelled is text in groups of four letters, as people type it.
func spelled(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text[i:min(i+4, len(text))])
	}
	return b.String()
}

// PrintTime is how long p needs at most to bring lines to paper and cut it.
func (p Profile) PrintTime(lines []layout.Line) time.Duration {
	high := p.FeedLines
	for _, l := range lines {
		high += l.Height()
		if l.Cut() {
			high += p.FeedLines
		}
		if text, ok := l.QR(); ok {
			high += symbol.LargestSide(text) * p.dotsOf(text) / lineDots
		}
		if b, ok := l.Barcode(); ok {
			high += symbol.BarHeight / lineDots
			if b.HRI {
				high++
			}
		}
	}
	return time.Duration(high) * p.LineTime
}
