package file

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An Override is a value that goes over the file's.
type Override struct {
	Key    string // "api.listen"; keys inside lists cannot be named
	Value  string
	Origin string // for people: "flag --set"
}

// A Value is one value of a document, as text.
type Value struct{ Key, Text string }

// Decode reads any TOML document as strictly as Parse reads a programme, for
// the configuration of the programs around it. into points to a struct whose
// fields are tagged `key:"name"` or `key:"name,required"` and hold the
// defaults; the elements of a list get theirs from a method Defaults. A list of
// tables tagged `key:"name,one-or-more"` may be written as one table, [name],
// which is its element 0. check
// then complains about the meaning of keys. origins says where each value that
// is not a default came from: "file", or an override's origin. An error is
// Problems, all of them.
func Decode(text []byte, into any, overrides []Override, check func(complain func(key, format string, args ...any))) (origins map[string]string, err error) {
	if len(text) > MaxBytes {
		return nil, Problems{{Line: 1, Col: 1, Text: fmt.Sprintf("%d bytes, at most %d", len(text), MaxBytes)}}
	}
	doc, err := read(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, err
	}
	doc.fill(into)
	origins = make(map[string]string)
	for key := range doc.places {
		origins[doc.numbered(key)] = "file"
	}
	for _, o := range overrides {
		// What an override gives is not missing.
		doc.problems = slices.DeleteFunc(doc.problems, func(p Problem) bool { return p.Key == o.Key && strings.HasPrefix(p.Text, missing) })
		if err := o.apply(into); err != nil {
			doc.problems = append(doc.problems, Problem{Line: 1, Col: 1, Key: o.Key, Text: o.Origin + ": " + err.Error()})
			continue
		}
		origins[o.Key] = o.Origin
	}
	unread := make(map[string]bool)
	for _, p := range doc.problems {
		unread[p.Key] = true
	}
	check(func(key, format string, args ...any) {
		if !unread[key] {
			doc.problem(key, format, args...)
		}
	})
	if len(doc.problems) == 0 {
		return origins, nil
	}
	doc.sort()
	return nil, doc.problems
}

// numbered is a key of the file as Values has it, the reverse of written.
func (d *document) numbered(key string) string {
	for _, path := range d.single {
		if rest, in := strings.CutPrefix(key, path+"."); in {
			return path + "[0]." + rest
		}
	}
	return key
}

var errNoKey = errors.New("there is no such key outside of a list; what is in a list can only be set in the file")

// apply sets the field that o names.
func (o Override) apply(into any) error {
	field := reflect.ValueOf(into).Elem()
	for _, name := range strings.Split(o.Key, ".") {
		if field.Kind() != reflect.Struct {
			return errNoKey
		}
		next, known := fieldOf(field, name)
		if !known {
			return errNoKey
		}
		field = next
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(o.Value)
	case reflect.Int64:
		n, err := strconv.ParseInt(o.Value, 10, 64)
		if err != nil {
			return fmt.Errorf("%q: need a whole number", o.Value)
		}
		field.SetInt(n)
	default:
		return errNoKey
	}
	return nil
}

func fieldOf(of reflect.Value, name string) (reflect.Value, bool) {
	for i := range of.NumField() {
		if tag, _, _ := strings.Cut(of.Type().Field(i).Tag.Get("key"), ","); tag != "" && tag == name {
			return of.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// Values are all values of the struct that v points to, in the order of its
// fields; a field that is nil has none.
func Values(v any) []Value { return appendValues(nil, "", reflect.ValueOf(v).Elem()) }

func appendValues(to []Value, path string, v reflect.Value) []Value {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("key"), ",")
			if name == "" {
				continue
			}
			if path != "" {
				name = path + "." + name
			}
			to = appendValues(to, name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			to = appendValues(to, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			to = appendValues(to, path+"."+key.String(), v.MapIndex(key))
		}
	case reflect.Pointer:
		if !v.IsNil() { // nobody set it, and there is no default to tell
			to = appendValues(to, path, v.Elem())
		}
	default:
		to = append(to, Value{path, fmt.Sprint(v.Interface())})
	}
	return to
}

func sortedKeys(of reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(of.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}
