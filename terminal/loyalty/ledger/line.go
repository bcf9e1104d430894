package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth is far above what a head or body needs.
const maxDepth = 12

// CheckLine reports whether b is one line holding one JSON object in which no
// object names a key twice: two readers of such a line could disagree. Keys
// that Go's decoder would take for one another count as one key.
func CheckLine(b []byte) error { return checkLine(b, 0) }

// checkLine is CheckLine of an object that will stand depth levels deep in
// another.
func checkLine(b []byte, depth int) error {
	if len(b) == 0 || b[0] != '{' || bytes.IndexByte(b, '\n') >= 0 || !utf8.Valid(b) {
		return errors.New("not one line with a JSON object")
	}
	if !json.Valid(b) {
		return errors.New("not one JSON value")
	}
	// From here on the grammar is known to hold, so a walk over brackets and
	// strings sees everything.
	w := walk{b: b}
	return w.value(depth)
}

// A walk goes over a text that is valid JSON.
type walk struct {
	b  []byte
	at int
}

// value goes past one value.
func (w *walk) value(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	w.space()
	switch w.b[w.at] {
	case '{':
		return w.object(depth)
	case '[':
		return w.array(depth)
	case '"':
		w.text()
	default: // a number or a word
		for w.at < len(w.b) && !strings.ContainsRune(",]} \t\r", rune(w.b[w.at])) {
			w.at++
		}
	}
	return nil
}

func (w *walk) object(depth int) error {
	var names [][]byte
	for w.enter('}') {
		name := folded(w.text())
		for _, seen := range names {
			if bytes.Equal(seen, name) {
				return fmt.Errorf("key %q stands twice", name)
			}
		}
		names = append(names, name)
		if len(names) > maxKeys {
			return fmt.Errorf("an object with more than %d keys", maxKeys)
		}
		w.space()
		w.at++ // the colon
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

// maxKeys bounds the keys of one object, far above what a head or body has, so
// that comparing each with each stays cheap.
const maxKeys = 256

func (w *walk) array(depth int) error {
	for w.enter(']') {
		if err := w.value(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

// enter goes past an opening bracket or a comma to the next member; false when
// there is none, and past the closing bracket.
func (w *walk) enter(closing byte) bool {
	w.space()
	if w.b[w.at] != closing {
		w.at++ // the opening bracket, or a comma
		w.space()
	}
	if w.b[w.at] == closing {
		w.at++
		return false
	}
	return true
}

// text goes past a string and gives it with its quotes.
func (w *walk) text() []byte {
	start := w.at
	for w.at++; w.b[w.at] != '"'; w.at++ {
		if w.b[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.b[start:w.at]
}

func (w *walk) space() {
	for w.at < len(w.b) && (w.b[w.at] == ' ' || w.b[w.at] == '\t' || w.b[w.at] == '\r') {
		w.at++
	}
}

// folded is a key as Go's decoder compares it, which takes "Seq" for "seq",
// and even a long s for an s.
func folded(quoted []byte) []byte {
	plain := true
	for _, c := range quoted {
		if c >= utf8.RuneSelf || c == '\\' {
			plain = false
		}
	}
	if plain {
		return bytes.ToLower(quoted[1 : len(quoted)-1])
	}
	var name string
	if err := json.Unmarshal(quoted, &name); err != nil {
		return quoted // cannot be: the text is valid
	}
	return []byte(strings.ToLower(strings.ToUpper(name)))
}
