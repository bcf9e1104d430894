// Package preset knows by name the readers that shops have.
//
// A preset says how the line is set, how the device ends a code, what it puts
// around one, and what makes it beep. It is what the maker's manual says of a
// device that was set to that host type, or of one as it leaves the factory.
// Manuals differ between models and printings, so everything a preset says of
// codes can be set otherwise (Settings), and a wrong choice rejects codes
// rather than changing them.
package preset

import (
	"fmt"
	"strconv"
	"strings"

	"zegel/scanner/frame"
)

// A Preset is one sort of reader, with its settings.
type Preset struct {
	Name string // in the configuration: "zebra-rs232"
	// About says in a sentence or two which devices it is for and what to look
	// out for.
	About    string
	Line     Line
	Feedback Feedback

	kind kind
	text frame.LineConfig
	ssi  frame.SSIConfig
	uid  frame.UIDConfig
}

// Feedback is what to send to a device when a code was accepted or refused;
// nil where it has nothing for it.
type Feedback struct {
	Accept, Reject []byte
}

// A kind is a sort of framer.
type kind string

const (
	text   kind = "text"
	ssi    kind = "packets"
	stxHex kind = "transponder numbers"
	uid    kind = "chip numbers"
	chip   kind = "pn532"
)

// Tags reports whether the device reads cards and tags by radio, and no bar
// codes.
func (p Preset) Tags() bool { return p.kind != text && p.kind != ssi }

// All returns the presets in the order in which a person reads a list.
func All() []Preset { return catalogue() }

// Names returns the names of All.
func Names() []string {
	var names []string
	for _, p := range catalogue() {
		names = append(names, p.Name)
	}
	return names
}

// Find returns the preset of a name.
func Find(name string) (Preset, bool) {
	for _, p := range catalogue() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// A Line is how bits go over a wire. Where a device is on USB and none of it
// counts, it is a line that any system opens.
type Line struct {
	Baud     int    // bits per second
	DataBits int    // 7 or 8
	Parity   string // "none", "odd", "even", "mark" or "space"
	StopBits int    // 1 or 2
}

const parityLetters = "NOEMS"

var parities = [len(parityLetters)]string{"none", "odd", "even", "mark", "space"}

// String is the line as manuals write it: "9600 8N1".
func (l Line) String() string {
	letter := byte('?')
	for i, p := range parities {
		if p == l.Parity {
			letter = parityLetters[i]
		}
	}
	return fmt.Sprintf("%d %d%c%d", l.Baud, l.DataBits, letter, l.StopBits)
}

// ParseLine reads the form of String.
func ParseLine(s string) (Line, error) {
	baud, frame, _ := strings.Cut(strings.ToUpper(s), " ")
	n, err := strconv.Atoi(baud)
	parity := -1
	if len(frame) == 3 {
		parity = strings.IndexByte(parityLetters, frame[1])
	}
	if err != nil || n <= 0 || parity < 0 || (frame[0] != '7' && frame[0] != '8') || (frame[2] != '1' && frame[2] != '2') {
		return Line{}, fmt.Errorf("line %q: need speed, data bits, parity (N, O, E, M or S) and stop bits, such as 9600 8N1", s)
	}
	return Line{Baud: n, DataBits: int(frame[0] - '0'), Parity: parities[parity], StopBits: int(frame[2] - '0')}, nil
}
