package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readJSON takes a JSON document apart into the tree that TOML comes to. What
// TOML has not is a problem here too: null, a key that stands twice, a value
// that is no table.
func readJSON(text []byte) (*document, error) {
	doc := newDocument(JSON)
	r := &jsonReader{doc: doc, text: text, tokens: json.NewDecoder(bytes.NewReader(text))}
	r.tokens.UseNumber()
	value, err := r.value("", 0)
	if err == nil {
		if _, more := r.tokens.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after the end of the document")
		}
	}
	if err != nil {
		at := r.spot(min(r.tokens.InputOffset(), int64(len(text))))
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = r.spot(min(max(syntax.Offset-1, 0), int64(len(text))))
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the document ends too early")
		}
		return nil, Problems{{Line: at.line, Col: at.col, Text: strings.TrimPrefix(err.Error(), "json: ")}}
	}
	table, ok := value.(map[string]any)
	if !ok {
		return nil, Problems{{Line: 1, Col: 1, Text: "is " + describe(value) + ": need a table, {…}"}}
	}
	doc.values = table
	return doc, nil
}

type jsonReader struct {
	doc    *document
	text   []byte
	tokens *json.Decoder
}

// maxDepth is far deeper than any key that is known.
const maxDepth = 32

// next is the next token and where it begins.
func (r *jsonReader) next() (json.Token, spot, error) {
	from := r.tokens.InputOffset()
	token, err := r.tokens.Token()
	if err != nil {
		return nil, spot{}, err
	}
	for from < int64(len(r.text)) && strings.IndexByte(" \t\r\n,:", r.text[from]) >= 0 {
		from++
	}
	return token, r.spot(from), nil
}

// value is the next value, whose key is path.
func (r *jsonReader) value(path string, depth int) (any, error) {
	token, at, err := r.next()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("tables and lists stand in each other more than %d deep", maxDepth)
	}
	if path != "" && len(path) <= maxPath {
		here, known := r.doc.places[path]
		if here.value = at; !known {
			here.key = at
		}
		r.doc.places[path] = here
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return r.list(path, depth)
		}
		return r.table(path, depth)
	case json.Number:
		if n, err := token.Int64(); err == nil {
			return n, nil
		}
		f, err := token.Float64() // no field takes one: it is only told to be one
		if err != nil {
			f = 0.5
		}
		return f, nil
	case nil:
		r.doc.problem(path, "is null: leave the key out")
		return "", nil
	}
	return token, nil
}

func (r *jsonReader) list(path string, depth int) (any, error) {
	list := []any{}
	for r.tokens.More() {
		v, err := r.value(fmt.Sprintf("%s[%d]", path, len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, _, err := r.next()
	return list, err
}

func (r *jsonReader) table(path string, depth int) (any, error) {
	table := make(map[string]any)
	for r.tokens.More() {
		token, at, err := r.next()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, errors.New("a key has to be text")
		}
		key := name
		if path != "" {
			key = path + "." + name
		}
		_, twice := table[name]
		if len(key) <= maxPath {
			r.doc.places[key] = place{at, at}
		}
		if twice {
			r.doc.problem(key, "stands twice")
		}
		if table[name], err = r.value(key, depth+1); err != nil {
			return nil, err
		}
	}
	_, _, err := r.next()
	return table, err
}

func (r *jsonReader) spot(offset int64) spot {
	before := r.text[:offset]
	return spot{1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')}
}
