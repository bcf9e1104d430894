package recording

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits of the short form, which multiplies: a few letters must not ask for
// all the memory or time there is.
const (
	maxRepeat = 1 << 20
	maxPause  = 24 * time.Hour
	maxBytes  = 16 << 20
)

// ParseHex reads the short form in which cases are written down: bytes in
// hexadecimal pairs with or without blanks between them, "41*65" for a byte 65
// times, "/" between two reads, "~150" for 150 ms of silence, "#" when the
// device goes away (it is back when bytes follow). Whatever follows a semicolon
// is for people. The error is Problems.
func ParseHex(text string) (Recording, error) {
	var h hexReader
	var problems Problems
	for i, line := range strings.Split(strings.TrimPrefix(text, byteOrderMark), "\n") {
		line, _, _ = strings.Cut(line, ";")
		for _, word := range strings.Fields(apart.Replace(line)) {
			if err := h.word(word); err != nil {
				problems = append(problems, Problem{i + 1, err.Error()})
			}
		}
		if len(problems) >= maxProblems {
			break
		}
	}
	if err := problems.orNil(); err != nil {
		return Recording{}, err
	}
	h.endRead()
	return h.recording, nil
}

// apart makes words of the signs, which need no blanks around them.
var apart = strings.NewReplacer("/", " / ", "#", " # ", "~", " ~")

type hexReader struct {
	recording Recording
	at        time.Duration
	read      []byte // the bytes of the read so far
	bytes     int    // of all reads
}

func (h *hexReader) word(word string) error {
	switch {
	case word == "/":
		h.endRead()
		return nil
	case word == "#":
		h.endRead()
		h.recording.Chunks = append(h.recording.Chunks, Chunk{At: h.at, Lost: true})
		return nil
	case word[0] == '~':
		return h.pause(word)
	case strings.Contains(word, "*"):
		return h.repeat(word)
	}
	b, err := hex.DecodeString(word)
	if err != nil {
		return fmt.Errorf("%q: need pairs of hexadecimal digits, 41*65, /, ~150 or #", word)
	}
	return h.take(b)
}

func (h *hexReader) pause(word string) error {
	ms, err := strconv.ParseUint(word[1:], 10, 32)
	if err != nil || time.Duration(ms)*time.Millisecond > maxPause {
		return fmt.Errorf("%q: need a pause in milliseconds of at most a day, such as ~150", word)
	}
	h.endRead()
	h.at += time.Duration(ms) * time.Millisecond
	if h.at > maxSeconds*time.Second {
		return errors.New("too many pauses: a recording lasts some years at most")
	}
	h.recording.Chunks = append(h.recording.Chunks, Chunk{At: h.at})
	return nil
}

func (h *hexReader) repeat(word string) error {
	pair, times, _ := strings.Cut(word, "*")
	b, err := hex.DecodeString(pair)
	n, notANumber := strconv.ParseUint(times, 10, 32)
	if err != nil || len(b) != 1 || notANumber != nil || n > maxRepeat {
		return fmt.Errorf("%q: need one byte and at most %d times, such as 41*65", word, maxRepeat)
	}
	for range n {
		if err := h.take(b); err != nil {
			return err
		}
	}
	return nil
}

func (h *hexReader) take(b []byte) error {
	if h.bytes += len(b); h.bytes > maxBytes {
		return fmt.Errorf("more than %d bytes: split it", maxBytes)
	}
	h.read = append(h.read, b...)
	return nil
}

func (h *hexReader) endRead() {
	if len(h.read) > 0 {
		h.recording.Chunks = append(h.recording.Chunks, Chunk{At: h.at, Data: h.read})
		h.read = nil
	}
}
