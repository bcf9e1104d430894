// Package setup finds out how a scanner is set from a few scans of a printed
// sheet.
//
// Whoever sets up a lane prints the sheet, scans its codes one after another,
// and gets the settings that read them. What the codes hold is known, so that
// everything around them can be seen: terminators, prefixes, identifiers,
// packets, parity. No byte is sent to the scanner, and no setting is proposed
// as certain that was not tried on the very bytes that came.
package setup

import (
	"fmt"
	"slices"

	"zegel/scanner/preset"
	"zegel/scanner/recording"
)

// A Code is one code on the sheet.
type Code struct {
	Name      string // what people call it: "EAN-13"
	Symbology string // "ean13", "ean8", "code128" or "qr"
	Text      string // what it holds
}

// Symbologies on the sheet.
const (
	ean13   = "ean13"
	ean8    = "ean8"
	code128 = "code128"
	qr      = "qr"
)

// Sheet is the codes to print. One of each sort that cards have, because
// identifiers show only where sorts differ; the numbers are of GS1's range for
// demonstrations (952), so that no shop sells or honours one. Scanners for bars
// alone skip the last.
func Sheet() []Code {
	return []Code{
		{"EAN-13", ean13, "9521234567899"},
		{"EAN-8", ean8, "95212340"},
		{"Code 128", code128, "Zegel-128"},
		{"QR", qr, "zegel:sheet:QR:0123456789"},
	}
}

// A Sample is what came when a code was scanned once.
type Sample struct {
	// Want is the code that was scanned. The zero Code says that a card or tag
	// was held to a reader, whose number nobody knows.
	Want Code
	// Chunks are the bytes with their times, from any beginning on, and the
	// silence behind them.
	Chunks []recording.Chunk
}

// A Proposal is what is known of a scanner after some samples.
type Proposal struct {
	// Preset and Settings are what to write into the configuration. Preset is
	// empty while nothing fits.
	Preset   string
	Settings preset.Settings
	// Line is how the device's line is set, as far as is known.
	Line preset.Line
	// Certain says that Preset and Settings read every sample, on the line it
	// came on, as the code that was scanned.
	Certain bool
	// Try are lines to open the device with and scan again, the likeliest first.
	// It is empty if the line is right or nothing can be said.
	Try []preset.Line
	// Notes say in sentences what was seen and what to do about it.
	Notes []string
}

func (p *Proposal) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(p.Notes, n) {
		p.Notes = append(p.Notes, n)
	}
}

// Recognise says how a device is set that sent samples on a line opened as
// given. Samples without bytes are left out.
func Recognise(samples []Sample, line preset.Line) Proposal {
	heard := slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { return len(s.bytes()) == 0 })
	switch {
	case len(heard) == 0:
		p := Proposal{Line: line}
		p.note("Nothing came. The scanner may be on another port, in keyboard mode, or without power: set it to serial mode (RS-232 or USB CDC) with the code in its manual.")
		return p
	case heard[0].Want == Code{}:
		return recogniseTag(heard, line)
	}
	if p, ok := recognisePackets(heard, line); ok {
		return p
	}
	if p, ok := recogniseText(heard, line); ok {
		return p
	}
	return recogniseLine(heard, line)
}

// bytes is all that came, in one piece.
func (s Sample) bytes() []byte {
	var all []byte
	for _, c := range s.Chunks {
		all = append(all, c.Data...)
	}
	return all
}

// recognisePackets tries SSI, with the header of wired scanners and of
// cordless ones.
func recognisePackets(samples []Sample, line preset.Line) (Proposal, bool) {
	for header := range 4 {
		p := Proposal{Preset: "zebra-ssi", Line: line}
		if header > 0 {
			p.Settings.SSIHeader = &header
			p.note("The packets have %d more bytes in front of the code than usual.", header)
		}
		if p.verify(samples) {
			p.Certain = true
			return p, true
		}
	}
	return Proposal{}, false
}
