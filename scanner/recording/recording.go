// Package recording keeps what a device sent, with its pauses, as text.
//
// A shop records what its scanner sends and mails the file; whoever gets it
// plays the same bytes, with the same pauses, through the same framer. The
// file is lines of text, so that it survives mail and a person can read it:
//
//	zegel scanner recording 1
//	device: Zebra DS4608
//	preset: zebra-rs232
//	line: 9600 8N1
//
//	; a comment
//	0.000 32 39 30 30 30
//	0.004 30 31 32 33 34 35 36 36 0D
//	12.400 lost
//	14.000 back
//	15.000
//
// The first line is as above. Then come headers, "key: value", the key in
// lower-case letters, digits and hyphens. Everything after that begins with
// the time since the recording began, in seconds with up to six decimals,
// which never goes back. Behind it stand the bytes of one read in hexadecimal,
// or "lost" when the device went away, or "back" when it was there again; a
// time alone says that the line was quiet until then. Blank lines and whatever
// follows a semicolon are for people.
//
// A recording holds what customers showed to the scanner.
package recording

import (
	"fmt"
	"strings"
	"time"
)

// A Recording is what one device sent.
type Recording struct {
	// Header says what is known of the device. Keys in use: "device",
	// "preset", "line". Nil if nothing is.
	Header map[string]string
	// Chunks are in the order of their times.
	Chunks []Chunk
}

// A Chunk is one thing that happened on the line. With neither Data, Lost nor
// Back it says that the line was quiet until At.
type Chunk struct {
	At   time.Duration // since the recording began; never before the chunk in front
	Data []byte        // the bytes of one read
	Lost bool          // the device went away
	Back bool          // the device was opened again
}

// Raw is a recording of bytes of which no times are known.
func Raw(b []byte) Recording {
	return Recording{Chunks: []Chunk{{Data: append([]byte(nil), b...)}}}
}

// A Problem is one thing that is wrong with a text.
type Problem struct {
	Line int // from 1
	Text string
}

// Problems is everything that is wrong with a text.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = fmt.Sprintf("line %d: %s", problem.Line, problem.Text)
	}
	return strings.Join(lines, "\n")
}

// orNil keeps an empty list from being an error.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
