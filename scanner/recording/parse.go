package recording

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// magic is the first line of every recording; the number changes when a
// program that knows only this form could no longer read it.
const (
	magic    = anyMagic + "1"
	anyMagic = "zegel scanner recording "
)

const byteOrderMark = "\ufeff" // editors on Windows put one in front

// IsRecording reports whether b begins as a recording does. Anything else is
// bytes as they came.
func IsRecording(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte(byteOrderMark))
	return bytes.HasPrefix(b, []byte(anyMagic))
}

// maxProblems is after how many complaints a text is given up: it is something
// else altogether.
const maxProblems = 20

// Parse reads a recording. The error is Problems.
func Parse(text string) (Recording, error) {
	if !IsRecording([]byte(text)) {
		return Recording{}, Problems{{1, fmt.Sprintf("a recording begins with %q: give bytes or hex as such", magic)}}
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(text, byteOrderMark), "\n")
	if strings.TrimRight(first, "\r") != magic {
		return Recording{}, Problems{{1, fmt.Sprintf("%q: this release reads %q", first, magic)}}
	}
	var p parser
	for i, line := range strings.Split(text, "\n") {
		if i == 0 {
			continue
		}
		line, _, _ = strings.Cut(line, ";")
		if err := p.line(strings.TrimSpace(line)); err != nil {
			p.problems = append(p.problems, Problem{i + 1, err.Error()})
		}
		if len(p.problems) == maxProblems {
			break
		}
	}
	if err := p.problems.orNil(); err != nil {
		return Recording{}, err
	}
	return p.recording, nil
}

type parser struct {
	recording Recording
	problems  Problems
}

func (p *parser) line(line string) error {
	switch {
	case line == "":
		return nil
	case line[0] >= '0' && line[0] <= '9':
		return p.chunk(line)
	default:
		return p.header(line)
	}
}

func (p *parser) header(line string) error {
	key, value, ok := strings.Cut(line, ":")
	switch {
	case !ok || !isKey(key):
		return fmt.Errorf(`%q: need "key: value" or a time and what came then`, line)
	case len(p.recording.Chunks) > 0:
		return fmt.Errorf("%q: headers stand before the first bytes", line)
	}
	if _, twice := p.recording.Header[key]; twice {
		return fmt.Errorf("%q stands twice", key)
	}
	if p.recording.Header == nil {
		p.recording.Header = make(map[string]string)
	}
	p.recording.Header[key] = strings.TrimSpace(value)
	return nil
}

// isKey keeps keys apart from times, which begin with a digit.
func isKey(key string) bool {
	for i := range len(key) {
		c := key[i]
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return key != ""
}

func (p *parser) chunk(line string) error {
	clock, what, _ := strings.Cut(line, " ")
	at, err := parseTime(clock)
	if err != nil {
		return err
	}
	if n := len(p.recording.Chunks); n > 0 && at < p.recording.Chunks[n-1].At {
		return fmt.Errorf("%s is before the time above: times never go back", clock)
	}
	c := Chunk{At: at}
	switch what = strings.TrimSpace(what); what {
	case "":
	case "lost":
		c.Lost = true
	case "back":
		c.Back = true
	default:
		if c.Data, err = hex.DecodeString(strings.Join(strings.Fields(what), "")); err != nil {
			return fmt.Errorf("%q: need bytes as pairs of hexadecimal digits, lost or back", what)
		}
	}
	p.recording.Chunks = append(p.recording.Chunks, c)
	return nil
}

// maxSeconds is how long a recording may be: some years, so that sums of times
// stay far from the end of their range.
const maxSeconds = math.MaxInt32

// parseTime reads seconds with decimals, in whole microseconds: as text and
// not as a float, so that what was written is what is read.
func parseTime(text string) (time.Duration, error) {
	whole, decimals, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || seconds > maxSeconds || len(decimals) > 6 {
		return 0, fmt.Errorf("%q: need a time in seconds with at most six decimals, such as 0.150", text)
	}
	micros, err := strconv.ParseUint((decimals + "000000")[:6], 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q: need a time in seconds with at most six decimals, such as 0.150", text)
	}
	return time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond, nil
}
