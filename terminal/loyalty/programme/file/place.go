package file

import (
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A spot is a line and a column of a text, both from 1.
type spot struct{ line, col int }

// A place is where a key stands, and its value.
type place struct{ key, value spot }

// An index is the places of a document under construction.
type index struct {
	lines  []int // offsets at which lines begin
	parser unstable.Parser
	places map[string]place
	tables map[string]int // path of an array of tables → how many there are so far
}

// places finds the keys and values of a text that is well-formed, by path. The
// library's parser is called unstable for its API, which go.mod pins.
func places(text []byte) map[string]place {
	x := &index{lines: lineStarts(text), places: make(map[string]place), tables: make(map[string]int)}
	x.parser.Reset(text)
	table := ""
	for x.parser.NextExpression() {
		switch node := x.parser.Expression(); node.Kind {
		case unstable.Table:
			table = x.header(node)
		case unstable.ArrayTable:
			table = x.header(node)
			x.tables[table]++
			here := x.places[table]
			table = fmt.Sprintf("%s[%d]", table, x.tables[table]-1)
			x.places[table] = here
		case unstable.KeyValue:
			x.keyValue(node, table)
		}
	}
	return x.places
}

// header notes the path in a table's brackets.
func (x *index) header(node *unstable.Node) string {
	path := ""
	for key := node.Key(); key.Next(); {
		// Tables below an array of tables belong to its last one.
		if n := x.tables[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
		path = x.key(key.Node(), path)
	}
	return path
}

func (x *index) keyValue(node *unstable.Node, table string) {
	path := table
	for key := node.Key(); key.Next(); {
		path = x.key(key.Node(), path)
	}
	x.value(node.Value(), path)
}

// maxPath is far above any key that is known; what is longer is unknown, and
// told at the place where its beginning stands.
const maxPath = 200

// key notes one part of a key.
func (x *index) key(node *unstable.Node, path string) string {
	if len(path) > maxPath {
		return path
	}
	if path != "" {
		path += "."
	}
	path += string(node.Data)
	at := x.spot(node)
	x.places[path] = place{at, at}
	return path
}

func (x *index) value(node *unstable.Node, path string) {
	if node.Raw.Length > 0 { // the parser does not say where an array begins
		here := x.places[path]
		here.value = x.spot(node)
		if here.key == (spot{}) {
			here.key = here.value
		}
		x.places[path] = here
	}
	children := node.Children()
	switch node.Kind {
	case unstable.Array:
		for i := 0; children.Next(); i++ {
			x.value(children.Node(), fmt.Sprintf("%s[%d]", path, i))
		}
	case unstable.InlineTable:
		for children.Next() {
			x.keyValue(children.Node(), path)
		}
	}
}

func (x *index) spot(node *unstable.Node) spot {
	offset := int(node.Raw.Offset)
	line, _ := slices.BinarySearch(x.lines, offset+1) // how many lines begin at or before it
	return spot{line: line, col: offset - x.lines[line-1] + 1}
}

// lineStarts are the offsets at which a text's lines begin.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, b := range text {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}
