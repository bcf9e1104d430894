// Package file reads a programme from the TOML text in which people write it.
//
// A programme for points only needs ten lines:
//
//	version = 1
//	name = "Punten"
//	currency = "EUR"
//	zone = "Europe/Amsterdam"
//
//	[[card]]
//	class = "gtin"
//	prefixes = ["29"]
//
//	[[earn]]
//	points = 1
//	per = "1.00"
//
// What each key means stands at the fields of Programme. Numbers with a
// decimal point are written as text, "0.5", because they are exact here and a
// TOML float is not.
package file

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// MaxBytes is the longest file that is read.
const MaxBytes = 256 << 10

// A Problem is one thing that is wrong with a file.
type Problem struct {
	Line, Col int    // from 1; Col counts bytes
	Key       string // "earn[0].per"; "" for the file as a whole
	Text      string
	// Shown is the key with the name of what it is in, for people who do not
	// count from 0: "earn[0] (\"base\").per"; "" where Key says it all.
	Shown string
}

// At is the key as people find it.
func (p Problem) At() string { return cmp.Or(p.Shown, p.Key) }

// Problems is everything that is wrong with a file, in the order of its lines.
// Where the text is not TOML at all, it is the first place where it is not.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = fmt.Sprintf("%d:%d: ", one.Line, one.Col)
		if at := one.At(); at != "" {
			lines[i] += at + ": "
		}
		lines[i] += one.Text
	}
	return strings.Join(lines, "\n")
}

// Key is the key that stands for key in the file: that of a rule which another
// key made is that other key.
func (p Places) Key(key string) string { return p.doc.at(key) }

// Shown is a key with the name of what it is in.
func (p Places) Shown(key string) string { return p.doc.shown(key) }

// Parse reads a programme and checks it whole; an error is Problems. Whether
// there is a zone of that name is not checked: whoever loads it finds out.
func Parse(b []byte) (programme.Rules, error) {
	rules, _, err := Read(b)
	return rules, err
}

// Read is Parse that also says where everything stands.
func Read(b []byte) (programme.Rules, Places, error) {
	if len(b) > MaxBytes {
		return programme.Rules{}, Places{}, Problems{{Line: 1, Col: 1, Text: fmt.Sprintf("%d bytes, at most %d", len(b), MaxBytes)}}
	}
	// Windows' editors begin a text with a byte order mark.
	doc, err := read(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if err != nil {
		return programme.Rules{}, Places{}, err
	}
	written := Programme{}
	written.Defaults()
	doc.fill(&written)
	rules := written.rules(doc)
	if _, ok := words.For(rules.Language); !ok {
		doc.problem("language", "%q: there are texts in %s", rules.Language, strings.Join(words.Languages(), ", "))
		rules.Language = "nl"
	}
	if complaints, ok := rules.Validate().(programme.Complaints); ok {
		doc.add(complaints)
	}
	if len(doc.problems) == 0 {
		return rules, Places{doc}, nil
	}
	doc.sort()
	return programme.Rules{}, Places{}, doc.problems
}
