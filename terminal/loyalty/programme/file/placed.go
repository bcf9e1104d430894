package file

import (
	"bytes"
	"fmt"
)

// Places are where the keys of a document stand.
type Places struct{ doc *document }

// Of is the line and column of a key's value, both from 1; of a key that is not
// written, those of what it would stand in.
func (p Places) Of(key string) (line, col int) {
	if p.doc == nil {
		return 1, 1
	}
	at := p.doc.find(key).value
	return at.line, at.col
}

// Syntax is how a document is written.
type Syntax int

// The ways to write one. Both come to the same tree of keys.
const (
	TOML Syntax = iota
	JSON
)

// DecodePlaced is Decode for a document that is written as either TOML or
// JSON, and tells where its keys stand, also when there are problems. A field
// whose type has a method Long is given what that makes of what is written:
// the long form of a value that may be written short.
func DecodePlaced(text []byte, syntax Syntax, into any, check func(complain func(key, format string, args ...any))) (Places, error) {
	if len(text) > MaxBytes {
		return Places{}, Problems{{Line: 1, Col: 1, Text: fmt.Sprintf("%d bytes, at most %d", len(text), MaxBytes)}}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	readAs := read
	if syntax == JSON {
		readAs = readJSON
	}
	doc, err := readAs(text)
	if err != nil {
		return Places{}, err
	}
	doc.fill(into)
	check(doc.problem)
	return Places{doc}, doc.all()
}

// Problem is what is wrong with the value of a key that is found out later.
func (p Places) Problem(key, format string, args ...any) Problem {
	line, col := p.Of(key)
	return Problem{Line: line, Col: col, Key: key, Text: fmt.Sprintf(format, args...), Shown: p.Shown(key)}
}

// Keys are the keys at the top of a document, sorted; none of one that cannot
// be read at all. They tell one sort of document from another.
func Keys(text []byte, syntax Syntax) []string {
	readAs := read
	if syntax == JSON {
		readAs = readJSON
	}
	if len(text) > MaxBytes {
		return nil
	}
	doc, err := readAs(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil
	}
	return sorted(doc.values)
}

// all are the problems there are, as an error.
func (d *document) all() error {
	if len(d.problems) == 0 {
		return nil
	}
	d.sort()
	return d.problems
}

// long is implemented by pointers to types of which a value may be written short.
type long interface{ Long(written any) any }
