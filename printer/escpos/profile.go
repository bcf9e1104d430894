package escpos

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zegel/printer/layout"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// A Profile is what must be known of a printer's model to print on it: data, so that a model can be added
// without code. A number of a code table means nothing without the model: 18 is CP852 on most printers and
// Hebrew on a TM-T88III.
type Profile struct {
	Name string
	// Columns are the letters of font A on a line, for each way the printer can be set; the first is what most
	// are set to.
	Columns []int
	// Tables are the code tables, most trusted first.
	Tables []Table
	Cut    Cut
	// FeedLines is how many lines of paper lie between the print head and the blade. CutAtBlade feeds by itself.
	FeedLines int
	Answers   Answers
	QR        QR
	// LineTime is how long one line of text takes on paper.
	LineTime time.Duration
}

// A Table is a code table as one model numbers it.
type Table struct {
	Number byte   // the n of ESC t n
	Page   string // "CP437", "CP850", "CP852", "CP858", "CP866" or "CP1252"
}

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

// QR is how a model is told to draw a QR code.
type QR string

// The ways to draw a QR code. A model that does not know a command prints its bytes as letters, so picture is for
// those that are in doubt, and none for those that print with pins.
const (
	QRNative  QR = "native"  // draws codes itself (GS ( k): as many bytes as the text has, and 44
	QRPicture QR = "picture" // prints dots (GS v 0): 0.5 to 2.5 thousand bytes
	QRNone    QR = "none"    // is given the text in groups of four letters, for people to type
)

// Profiles are the models there are, generic ones first.
func Profiles() []Profile {
	return []Profile{Generic80(), Generic58()}
}

// Generic80 is a printer for paper of 80 mm about which nothing else is known.
func Generic80() Profile {
	return Profile{
		Name:      "generic-80",
		Columns:   []int{42, 48},
		Tables:    epsonTables(),
		Cut:       CutAtBlade,
		FeedLines: 4,
		QR:        QRNative,
		LineTime:  47 * time.Millisecond, // 4.23 mm at 90 mm/s
	}
}

// Generic58 is a printer for paper of 58 mm about which nothing else is known; few of them have a cutter.
func Generic58() Profile {
	return Profile{
		Name:      "generic-58",
		Columns:   []int{32},
		Tables:    epsonTables(),
		Cut:       CutNone,
		FeedLines: 4,
		QR:        QRPicture,             // of some models even the databases of models disagree whether they draw codes
		LineTime:  70 * time.Millisecond, // 4.23 mm at 60 mm/s
	}
}

// epsonTables are the tables that nearly all models have under Epson's numbers. The order is that of trust:
// CP858 first, since CP437, 850, 852 and 866 have no euro.
func epsonTables() []Table {
	return []Table{{19, "CP858"}, {16, "CP1252"}, {0, "CP437"}, {2, "CP850"}, {18, "CP852"}, {17, "CP866"}}
}

// Named finds the profile of that name.
func Named(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("no printer model %q: the models are %q", name, names)
}

// Validate reports the first thing about p that nothing could be printed with.
func (p Profile) Validate() error {
	switch {
	case len(p.Columns) == 0 || slices.Min(p.Columns) < layout.MinColumns:
		return fmt.Errorf("printer model %q: columns %v: state them, at least %d", p.Name, p.Columns, layout.MinColumns)
	case len(p.Tables) == 0:
		return fmt.Errorf("printer model %q: state at least one code table", p.Name)
	case p.FeedLines < 0 || p.FeedLines > 255:
		return fmt.Errorf("printer model %q: feed of %d lines: state 0 to 255", p.Name, p.FeedLines)
	}
	switch p.Cut {
	case CutAtBlade, CutPartial, CutFull, CutNone:
	default:
		return fmt.Errorf("printer model %q: no way to cut is called %q", p.Name, p.Cut)
	}
	switch p.QR {
	case QRNone:
		return nil
	case QRNative, QRPicture:
		if widest := strings.Repeat("a", receipt.MaxQR); p.dotsOf(widest) < symbol.MinDots {
			return fmt.Errorf("printer model %q: %d columns are too narrow for a QR code: state %q", p.Name, slices.Min(p.Columns), QRNone)
		}
		return nil
	}
	return fmt.Errorf("printer model %q: no way to draw a QR code is called %q: state %q, %q or %q", p.Name, p.QR, QRNative, QRPicture, QRNone)
}

// Lines sets slip for p, set to so many columns. Where p draws no QR codes their text stands instead.
func (p Profile) Lines(slip receipt.Slip, columns int) []layout.Line {
	if p.QR == QRNone {
		slip.Blocks = slices.Clone(slip.Blocks)
		for i, b := range slip.Blocks {
			if b.QR != "" {
				slip.Blocks[i] = receipt.Block{Text: spelled(b.QR), Align: receipt.Centre}
			}
		}
	}
	return layout.Lines(slip, columns)
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
		high++
		if l.Double() {
			high++
		}
		if text, ok := l.QR(); ok {
			high += symbol.LargestSide(text) * p.dotsOf(text) / lineDots
		}
	}
	return time.Duration(high) * p.LineTime
}
