package file

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"zegel/terminal/loyalty/programme"
)

// A document is what stands in a file, where it stands, and what is wrong.
type document struct {
	values   map[string]any
	places   map[string]place // by path: "earn[0].per"
	problems Problems
	unread   map[string]bool // keys with a problem, and what they are in
	// stands says of rules that no table of the file is which key they stand for.
	stands map[string]string
}

// read takes text apart. The library's own strict decoding stops at the first
// value of a wrong type; here all of them are to be told at once.
func read(text []byte) (*document, error) {
	doc := &document{values: make(map[string]any), unread: make(map[string]bool), stands: make(map[string]string)}
	if err := toml.Unmarshal(text, &doc.values); err != nil {
		p := Problem{Line: 1, Col: 1, Text: strings.TrimPrefix(err.Error(), "toml: ")}
		var where *toml.DecodeError
		if errors.As(err, &where) {
			p.Line, p.Col = where.Position()
			p.Key = strings.Join(where.Key(), ".")
		}
		return nil, Problems{p}
	}
	doc.places = places(text)
	return doc, nil
}

// problem notes what is wrong with the value of key, which is not judged any
// further then: what follows from one mistake is not told as another.
func (d *document) problem(key, format string, args ...any) {
	if d.unread[key] {
		return
	}
	d.note(key, format, args...)
	for ; key != ""; key = parent(key) {
		d.unread[key] = true
	}
}

func (d *document) note(key, format string, args ...any) {
	at := d.find(key).value
	d.problems = append(d.problems, Problem{at.line, at.col, key, fmt.Sprintf(format, args...)})
}

// add notes what is wrong with what the values mean.
func (d *document) add(complaints programme.Complaints) {
	for _, c := range complaints {
		if key := d.at(c.Key); !d.unread[key] {
			d.note(key, "%s", c.Text)
		}
	}
}

// parent is the path of what key is in: "earn[0]" of "earn[0].per".
func parent(key string) string { return key[:max(strings.LastIndexAny(key, ".["), 0)] }

// missing is what is said of a required key that is not there.
const missing = "is missing"

// find is the place of key, or of the table it is missing from.
func (d *document) find(key string) place {
	for ; key != ""; key = parent(key) {
		if p, ok := d.places[key]; ok {
			return p
		}
	}
	return place{spot{1, 1}, spot{1, 1}}
}

// fill puts the whole document into the struct that into points to.
func (d *document) fill(into any) { d.table(d.values, "", reflect.ValueOf(into).Elem()) }

// table puts a table into a struct by the tags of its fields.
func (d *document) table(values map[string]any, path string, into reflect.Value) {
	if path != "" {
		path += "."
	}
	var known []string
	for i := range into.NumField() {
		name, option, _ := strings.Cut(into.Type().Field(i).Tag.Get("key"), ",")
		if name == "" {
			continue
		}
		known = append(known, name)
		value, written := values[name]
		switch {
		case written:
			d.value(value, path+name, into.Field(i))
			if of := into.Type().Field(i).Tag.Get("of"); of != "" {
				d.among(into.Field(i), path+name, strings.Fields(of))
			}
		case option == "required":
			d.problem(path+name, missing)
		case into.Field(i).Kind() == reflect.Struct:
			d.table(nil, path+name, into.Field(i)) // which may need keys of its own
		}
	}
	for name := range values {
		if !slices.Contains(known, name) {
			at := d.find(path + name).key
			d.problems = append(d.problems, Problem{at.line, at.col, path + name, "unknown key; known here: " + strings.Join(known, ", ")})
		}
	}
}

// among complains about texts of which there are only some.
func (d *document) among(v reflect.Value, path string, of []string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			d.among(v.Index(i), fmt.Sprintf("%s[%d]", path, i), of)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			d.among(v.MapIndex(key), path+"."+key.String(), of)
		}
	default:
		if text := v.String(); !slices.Contains(of, text) {
			d.problem(path, "%q: need one of %v", text, of)
		}
	}
}

// value puts one value into a field.
func (d *document) value(value any, path string, into reflect.Value) {
	if into.CanAddr() {
		if short, ok := into.Addr().Interface().(long); ok {
			value = short.Long(value)
		}
	}
	switch into.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(into.Type().Elem())
		into.Set(fresh)
		d.value(value, path, fresh.Elem())
	case reflect.Struct:
		if values, ok := value.(map[string]any); ok {
			d.table(values, path, into)
		} else {
			d.mismatch(value, path, into)
		}
	case reflect.Slice:
		d.list(value, path, into)
	case reflect.Map:
		d.words(value, path, into)
	case reflect.Int64:
		if n, ok := value.(int64); ok {
			into.SetInt(n)
		} else {
			d.mismatch(value, path, into)
		}
	case reflect.Bool:
		if is, ok := value.(bool); ok {
			into.SetBool(is)
		} else {
			d.mismatch(value, path, into)
		}
	default:
		text, ok := value.(string)
		if n, isInt := value.(int64); isInt && into.Type() == reflect.TypeFor[Decimal]() {
			text, ok = fmt.Sprint(n), true
		}
		if day, isDay := value.(toml.LocalDate); isDay && into.Type() == reflect.TypeFor[Date]() {
			text, ok = day.String(), true
		}
		if ok {
			into.SetString(text)
		} else {
			d.mismatch(value, path, into)
		}
	}
}

// list puts an array, or the tables under [[name]], into a slice.
func (d *document) list(value any, path string, into reflect.Value) {
	list, ok := value.([]any)
	if !ok {
		d.mismatch(value, path, into)
		return
	}
	into.SetZero() // what is written replaces a default, and is not added to it
	for i, v := range list {
		element := reflect.New(into.Type().Elem())
		if preset, ok := element.Interface().(interface{ Defaults() }); ok {
			preset.Defaults()
		}
		d.value(v, fmt.Sprintf("%s[%d]", path, i), element.Elem())
		into.Set(reflect.Append(into, element.Elem()))
	}
}

// words puts a table whose keys are free into a map.
func (d *document) words(value any, path string, into reflect.Value) {
	table, ok := value.(map[string]any)
	if !ok {
		d.mismatch(value, path, into)
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for key, v := range table {
		element := reflect.New(into.Type().Elem()).Elem()
		at := path
		if key != "" { // what a long form puts there stands where it stood itself
			at += "." + key
		}
		d.value(v, at, element)
		into.SetMapIndex(reflect.ValueOf(key), element)
	}
}

// mismatch notes that a value is of another type than its field.
func (d *document) mismatch(value any, path string, into reflect.Value) {
	d.problem(path, "is %s: need %s", describe(value), wanted(into.Type()))
}

func describe(value any) string {
	switch value.(type) {
	case string:
		return "text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a decimal point"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}

func wanted(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Amount]():
		return `an amount as text, "12.50"`
	case reflect.TypeFor[Decimal]():
		return `a whole number, or one with a decimal point as text, "0.5"`
	case reflect.TypeFor[Date]():
		return `a day, "2026-11-22"`
	case reflect.TypeFor[Span]():
		return `a length of time as text, "12 months"`
	}
	switch t.Kind() {
	case reflect.Int64:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text in quotes"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "tables, each under its name in double brackets"
		}
		return `a list, ["…", "…"]`
	}
	return "a table"
}
