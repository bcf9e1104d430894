package scanning

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A Sniff shows bytes as they come: one line for what comes together, with the
// time since the beginning and the pause before it.
type Sniff struct {
	Out io.Writer
	// Show shows everything. Otherwise the bytes of which codes are made are
	// only told by their sort.
	Show bool
	// Gap is the pause that begins another line.
	Gap time.Duration

	began   time.Time
	last    time.Time // when the last byte came or went
	since   time.Time // when the line began
	before  time.Duration
	out     bool // the line is of what the device was told
	pending []byte
	err     error
}

// mostOnALine keeps lines readable when something never pauses.
const mostOnALine = 32

// Begin is when time begins to count.
func (s *Sniff) Begin(at time.Time) { s.began, s.last = at, at }

// Heard takes bytes of the device.
func (s *Sniff) Heard(at time.Time, b []byte) { s.add(at, b, false) }

// Told takes bytes to the device.
func (s *Sniff) Told(at time.Time, b []byte) { s.add(at, b, true) }

func (s *Sniff) add(at time.Time, b []byte, out bool) {
	if len(s.pending) > 0 && (out != s.out || at.Sub(s.last) >= s.Gap) {
		s.flush()
	}
	for _, c := range b {
		if len(s.pending) == 0 {
			s.since, s.before, s.out = at, at.Sub(s.last), out
		}
		s.pending, s.last = append(s.pending, c), at
		if len(s.pending) == mostOnALine {
			s.flush()
		}
	}
}

// Idle ends a line that is followed by a pause.
func (s *Sniff) Idle(at time.Time) {
	if len(s.pending) > 0 && at.Sub(s.last) >= s.Gap {
		s.flush()
	}
}

// Say puts a remark between the lines.
func (s *Sniff) Say(at time.Time, text string) {
	s.flush()
	s.print("%9.3f  %s\n", at.Sub(s.began).Seconds(), text)
}

// Flush writes what waits, and returns what went wrong.
func (s *Sniff) Flush() error {
	s.flush()
	return s.err
}

func (s *Sniff) flush() {
	if len(s.pending) == 0 {
		return
	}
	direction := "<"
	if s.out {
		direction = ">"
	}
	var codes []string
	for _, c := range s.pending {
		codes = append(codes, s.show(c))
	}
	text := ""
	if s.Show {
		text = "  " + printable(s.pending)
	}
	s.print("%9.3f %+8.3f %s %s%s\n", s.since.Sub(s.began).Seconds(), s.before.Seconds(), direction, strings.Join(codes, " "), text)
	s.pending = s.pending[:0]
}

// Legend says what the signs for bytes that are not shown stand for.
const Legend = "nn is a digit, xx a letter, hh a byte from 80 on; --show shows them, and with them the numbers of cards"

func (s *Sniff) show(c byte) string {
	switch {
	case s.Show || s.out:
	case c >= '0' && c <= '9':
		return "nn"
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return "xx"
	case c >= 0x80:
		return "hh"
	}
	return fmt.Sprintf("%02X", c)
}

func printable(b []byte) string {
	text := []byte(strings.Repeat(".", len(b)))
	for i, c := range b {
		if c >= 0x20 && c < 0x7f {
			text[i] = c
		}
	}
	return string(text)
}

func (s *Sniff) print(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.Out, format, args...)
	}
}
