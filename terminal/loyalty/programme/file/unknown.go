package file

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// unknown tells of the keys of a table that there are not, each with what may
// have been meant by it. They come before all else that is wrong with the
// table, and what was meant by one is not told to be missing.
func (d *document) unknown(values map[string]any, path string, of reflect.Type) {
	known := keysOf(of)
	for _, name := range sorted(values) {
		if slices.Contains(known, name) {
			continue
		}
		key := join(path, name)
		text := "unknown key; known here: " + strings.Join(known, ", ")
		if guess, meant := d.guess(name, values, path, of); guess != "" {
			text = "unknown key: " + guess
			if meant != "" {
				d.meant[meant], d.unread[meant] = true, true
			}
		}
		at := d.find(key).key
		d.heads[key] = d.find(path).value
		d.problems = append(d.problems, Problem{Line: at.line, Col: at.col, Key: key, Text: text, Shown: d.shown(key)})
	}
}

// guess says what may have been meant by a key that there is not, and which key
// that is, where it is one.
func (d *document) guess(name string, values map[string]any, path string, of reflect.Type) (text, meant string) {
	var left []string
	for _, k := range keysOf(of) {
		if _, written := values[k]; !written {
			left = append(left, k)
		}
	}
	near, far := nearest(name, left)
	mean := func(k string) (string, string) { return fmt.Sprintf("do you mean %s?", k), join(path, k) }
	if near != "" && far <= 1 {
		return mean(near)
	}
	if below, in := inside(name, of, 0); below != "" {
		return fmt.Sprintf("%s stands under %s: %s", name, below, in), ""
	}
	if f, at := fieldNamed(d.root, name); at && path != "" {
		return d.top(name, f.Type), name
	}
	if near != "" {
		return mean(near)
	}
	if below, in := inside(name, of, 1); below != "" {
		return fmt.Sprintf("do you mean a key under %s: %s?", below, in), ""
	}
	if places := d.elsewhere(name); len(places) > 0 && len(places) <= 3 {
		return name + " stands under " + strings.Join(places, " or "), ""
	}
	return "", ""
}

// top says where a key stands that is the document's own.
func (d *document) top(name string, t reflect.Type) string {
	switch {
	case d.syntax == JSON:
		return name + " stands at the top, in no other table"
	case isTable(t) && t.Kind() == reflect.Slice:
		return fmt.Sprintf("%s is a table of its own: [[%s]]", name, name)
	case isTable(t):
		return fmt.Sprintf("%s is a table of its own: [%s]", name, name)
	}
	return name + " stands above the first [table]"
}

// elsewhere are the tables that have a key of that name, as they are written.
func (d *document) elsewhere(name string) []string {
	var places []string
	var walk func(t reflect.Type, path string, above []reflect.Type)
	walk = func(t reflect.Type, path string, above []reflect.Type) {
		if slices.Contains(above, t) {
			return
		}
		for i := range t.NumField() {
			f := t.Field(i)
			key := keyOf(f)
			if key == "" || !isTable(f.Type) {
				continue
			}
			below, at := tableOf(f.Type), join(path, key)
			shown := "[" + at + "]"
			if f.Type.Kind() == reflect.Slice {
				shown = "[[" + at + "]]"
			}
			if d.syntax == JSON || path != "" && !strings.HasPrefix(shown, "[[") {
				shown = at
			}
			if slices.Contains(keysOf(below), name) {
				places = append(places, shown)
			}
			walk(below, at, append(above[:len(above):len(above)], t))
		}
	}
	walk(d.root, "", nil)
	return places
}

// inside looks for a key, but for so many letters, in the tables that a table
// can have in it, and says how it is written there.
func inside(name string, of reflect.Type, far int) (below, in string) {
	for i := range of.NumField() {
		f := of.Field(i)
		key := keyOf(f)
		if key == "" || !isTable(f.Type) {
			continue
		}
		k, distance := nearest(name, keysOf(tableOf(f.Type)))
		if k == "" || distance > far {
			continue
		}
		if f.Type.Kind() == reflect.Slice {
			return key, fmt.Sprintf("%s = [{ %s = … }]", key, k)
		}
		return key, fmt.Sprintf("%s = { %s = … }", key, k)
	}
	return "", ""
}

// nearest is the name among all that differs least from one that is none of
// them, by at most two letters, and by how many it does.
func nearest(name string, all []string) (string, int) {
	best, least := "", 3
	for _, k := range all {
		most := 2
		if min(len(k), len(name)) < 5 {
			most = 1
		}
		if far := distance(plainly(name), plainly(k)); far <= most && far < least {
			best, least = k, far
		}
	}
	return best, least
}

// plainly is a key without what people write differently.
func plainly(key string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(key))
}

// distance is how many letters have to be put in, left out, changed or swapped
// with the next one to make b of a.
func distance(a, b string) int {
	if len(a) > maxPath || len(b) > maxPath {
		return maxPath
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = last, row, before
	}
	return rows[1][len(b)]
}

// keyOf is the key of a field, "" for one that has none.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("key"), ",")
	return name
}

func keysOf(of reflect.Type) []string {
	var known []string
	for i := range of.NumField() {
		if name := keyOf(of.Field(i)); name != "" {
			known = append(known, name)
		}
	}
	return known
}

func fieldNamed(of reflect.Type, name string) (reflect.StructField, bool) {
	for i := range of.NumField() {
		if f := of.Field(i); keyOf(f) == name && name != "" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// isTable reports whether a value of that type is written as a table, or tables.
func isTable(t reflect.Type) bool { return tableOf(t).Kind() == reflect.Struct }

func tableOf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// sort puts the problems in the order of their lines, but what is no key first
// of what is wrong with its table.
func (d *document) sort() {
	d.problems = slices.DeleteFunc(d.problems, func(p Problem) bool { return d.meant[p.Key] && strings.HasPrefix(p.Text, missing) })
	rank := func(p Problem) (spot, int) {
		if head, unknown := d.heads[p.Key]; unknown {
			return head, 0
		}
		return spot{p.Line, p.Col}, 1
	}
	slices.SortStableFunc(d.problems, func(p, q Problem) int {
		a, i := rank(p)
		b, j := rank(q)
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col), cmp.Compare(i, j), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
	})
}

var element = regexp.MustCompile(`^([^\[]*)((?:\[\d+\])*)$`)

// shown is a key as people find it: what it is in by its name too, since few
// count tables from 0: earn[1] ("visit").per.
func (d *document) shown(key string) string {
	key = d.written(key)
	var at any = d.values
	parts := strings.Split(key, ".")
	named, name := -1, ""
	for i, part := range parts {
		m := element.FindStringSubmatch(part)
		table, is := at.(map[string]any)
		if m == nil || !is {
			break
		}
		at = table[m[1]]
		for index := range strings.SplitSeq(strings.Trim(m[2], "[]"), "][") {
			var n int
			if list, is := at.([]any); is && index != "" {
				if _, err := fmt.Sscan(index, &n); err == nil && n < len(list) {
					at = list[n]
				}
			}
		}
		if m[2] == "" {
			continue
		}
		if of, is := at.(map[string]any); is {
			if text := nameIn(of); text != "" {
				named, name = i, text
			}
		}
	}
	if named < 0 {
		return key
	}
	return strings.Join(parts[:named+1], ".") + fmt.Sprintf(" (%q)", name) + strings.Join(append([]string{""}, parts[named+1:]...), ".")
}

// nameIn is the name of what a table is, where it has one that can be said.
func nameIn(table map[string]any) string {
	const most = 64
	for _, key := range []string{"name", "prize"} {
		if text, is := table[key].(string); is && len(text) <= most {
			return text
		}
	}
	return ""
}
