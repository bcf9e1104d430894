package escpos

import "strings"

// The live status requests: the printer answers each with one byte at once, also while it is offline, out of
// paper or its buffer is full. They must not stand inside another command.
const (
	AskPrinter = 1 // is it online?
	AskOffline = 2 // why it is offline
	AskError   = 3 // what its error is
	AskPaper   = 4 // the paper sensors
)

// AppendAsk adds the request for one of the four live statuses (DLE EOT n).
func AppendAsk(dst []byte, n byte) []byte { return append(dst, dle, eot, n) }

// IsAnswer reports whether b answers a live status request. Fixed bits set answers apart from flow control,
// from automatic status reports and from text.
func IsAnswer(b byte) bool { return b&0x93 == 0x12 }

// A Status is what a printer says of itself.
type Status struct {
	Offline   bool
	CoverOpen bool
	PaperOut  bool
	PaperLow  bool // near its end; it still prints
	Feeding   bool // somebody holds its feed button
	Error     bool // of any kind
	// The kinds of error, if they were asked for.
	CutterError, RecoverableError, UnrecoverableError bool
	// DrawerHigh is the level of the cash drawer's switch; what it means depends on the drawer.
	DrawerHigh bool
}

// Add notes answer, a byte for which IsAnswer holds, to the request n. A byte means nothing without its
// question: 16 (hex) is "drawer high" to the first and "cover open" to the second.
func (s *Status) Add(n, answer byte) {
	has := func(bits byte) bool { return answer&bits != 0 }
	switch n {
	case AskPrinter:
		s.DrawerHigh = has(0x04)
		s.Offline = has(0x08)
		s.Feeding = s.Feeding || has(0x40)
	case AskOffline:
		s.CoverOpen = has(0x04)
		s.Feeding = s.Feeding || has(0x08)
		s.PaperOut = s.PaperOut || has(0x20)
		s.Error = s.Error || has(0x40)
	case AskError:
		s.CutterError = has(0x08)
		s.UnrecoverableError = has(0x20)
		s.RecoverableError = has(0x44)
		s.Error = s.Error || has(0x6c)
	case AskPaper:
		s.PaperLow = has(0x0c)
		s.PaperOut = s.PaperOut || has(0x60)
	}
}

// Ready reports whether the printer would print now.
func (s Status) Ready() bool {
	return !s.Offline && !s.CoverOpen && !s.PaperOut && !s.Error
}

// String names what keeps the printer from printing, most useful first; "ready" if nothing does.
func (s Status) String() string {
	var words []string
	for _, w := range []struct {
		is   bool
		word string
	}{{s.CoverOpen, "cover open"}, {s.PaperOut, "paper out"}, {s.CutterError, "cutter stuck"},
		{s.Error && !s.CutterError, "error"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, ", ")
	case s.Offline:
		return "offline"
	}
	return "ready"
}
