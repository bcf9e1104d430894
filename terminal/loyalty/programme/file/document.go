package file

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"zegel/terminal/loyalty/programme"
)

// A document is what stands in a file, where it stands, and what is wrong.
type document struct {
	values   map[string]any
	syntax   Syntax
	root     reflect.Type     // of the struct the document is put into
	places   map[string]place // by path: "earn[0].per"
	problems Problems
	unread   map[string]bool // keys with a problem, and what they are in
	heads    map[string]spot // of keys that there are not: where their table begins
	meant    map[string]bool // keys that something else was written for
	// stands says of rules that no table of the file is which key they stand for.
	stands map[string]string
	single []string // paths of lists that were written as one table
}

func newDocument(syntax Syntax) *document {
	return &document{
		values: make(map[string]any), syntax: syntax, places: make(map[string]place), unread: make(map[string]bool),
		heads: make(map[string]spot), meant: make(map[string]bool), stands: make(map[string]string),
	}
}

// read takes text apart. The library's own strict decoding stops at the first
// value of a wrong type; here all of them are to be told at once.
func read(text []byte) (*document, error) {
	doc := newDocument(TOML)
	if err := toml.Unmarshal(text, &doc.values); err != nil {
		p := Problem{Line: 1, Col: 1, Text: strings.TrimPrefix(err.Error(), "toml: ")}
		var where *toml.DecodeError
		if errors.As(err, &where) {
			p.Line, p.Col = where.Position()
			p.Key = strings.Join(where.Key(), ".")
			if plain := hint(p.Text, lineOf(text, p.Line), p.Key, p.Col); plain != "" {
				p.Text += ": " + plain
			}
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
	d.problems = append(d.problems, Problem{Line: at.line, Col: at.col, Key: key, Text: fmt.Sprintf(format, args...), Shown: d.shown(key)})
}

// add notes what is wrong with what the values mean.
func (d *document) add(complaints programme.Complaints) {
	for _, c := range complaints {
		if key := d.at(c.Key); !d.unread[key] {
			d.note(key, "%s", c.Text+d.first(c))
		}
	}
}

// first says where a name stands that was given once more, and where it comes
// from when nobody wrote it.
func (d *document) first(c programme.Complaint) string {
	if c.First == "" {
		return ""
	}
	text := fmt.Sprintf("; the first is on line %d", d.find(d.at(c.First)).value.line)
	switch called := map[string]string{"earn": "a rule without a name is called after its wallet", "message": "a message without a name is called after its kind"}; {
	case d.has(d.at(c.Key)):
	case strings.HasPrefix(c.Key, "earn["):
		text += "; " + called["earn"] + ": give it a name"
	case strings.HasPrefix(c.Key, "message["):
		text += "; " + called["message"] + ": give it a name"
	}
	return text
}

// parent is the path of what key is in: "earn[0]" of "earn[0].per".
func parent(key string) string { return key[:max(strings.LastIndexAny(key, ".["), 0)] }

// missing is what is said of a required key that is not there.
const missing = "is missing"

// find is the place of key, or of the table it is missing from.
func (d *document) find(key string) place {
	for key = d.written(key); key != ""; key = parent(key) {
		if p, ok := d.places[key]; ok {
			return p
		}
	}
	return place{spot{1, 1}, spot{1, 1}}
}

// written is a key as the file has it: a list's only element without its number
// where it was written as a table.
func (d *document) written(key string) string {
	for _, path := range d.single {
		if rest, in := strings.CutPrefix(key, path+"[0]"); in {
			return path + rest
		}
	}
	return key
}

// fill puts the whole document into the struct that into points to.
func (d *document) fill(into any) {
	d.root = reflect.TypeOf(into).Elem()
	d.table(d.values, "", reflect.ValueOf(into).Elem())
}

// table puts a table into a struct by the tags of its fields.
func (d *document) table(values map[string]any, path string, into reflect.Value) {
	d.unknown(values, path, into.Type())
	for i := range into.NumField() {
		f := into.Type().Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("key"), ",")
		if name == "" {
			continue
		}
		key := join(path, name)
		value, written := values[name]
		if table, one := value.(map[string]any); one && option == "one-or-more" {
			d.single = append(d.single, key)
			value = []any{table}
		}
		switch {
		case written:
			d.value(value, key, into.Field(i))
			if of := f.Tag.Get("of"); of != "" {
				d.among(into.Field(i), key, strings.Fields(of))
			}
		case option == "required":
			d.problem(key, "%s%s", missing, d.like(key, f))
		case into.Field(i).Kind() == reflect.Struct:
			d.table(nil, key, into.Field(i)) // which may need keys of its own
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
			d.problem(path, "%q: need one of %s", text, strings.Join(of, ", "))
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
	d.problem(path, "is %s: need %s", describe(value), d.wanted(value, into.Type()))
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

// wanted is what a value of that type is, as the one that is written should be.
func (d *document) wanted(value any, t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Amount]():
		return fmt.Sprintf("an amount as text, %q", d.asAmount(value))
	case reflect.TypeFor[Decimal]():
		example := "0.5"
		if f, is := value.(float64); is && f >= 0 {
			example = strconv.FormatFloat(f, 'f', -1, 64)
		}
		return fmt.Sprintf("a whole number, or one with a decimal point as text, %q", example)
	case reflect.TypeFor[Date]():
		return `a day, year-month-day: "2026-12-31"`
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

// asAmount is a number as an amount of the programme's currency is written; an
// example where it is none.
func (d *document) asAmount(value any) string {
	currency, _ := d.values["currency"].(string)
	decimals := programme.MinorDigits(currency)
	switch n := value.(type) {
	case int64:
		if n >= 0 {
			return strconv.FormatFloat(float64(n), 'f', decimals, 64)
		}
	case float64:
		if n >= 0 {
			return strconv.FormatFloat(n, 'f', decimals, 64)
		}
	}
	return strconv.FormatFloat(12.5, 'f', decimals, 64)
}

// like is how a key is written that is missing.
func (d *document) like(key string, f reflect.StructField) string {
	if d.syntax == JSON {
		return ""
	}
	name := key[strings.LastIndex(key, ".")+1:]
	if in := parent(key); in != "" && !d.has(in) {
		name = "[" + in + "] and under it " + name
	}
	t := f.Type
	switch example, of := f.Tag.Get("like"), strings.Fields(f.Tag.Get("of")); {
	case example != "":
		return fmt.Sprintf(": write %s = %s", name, example)
	case isTable(t) && t.Kind() == reflect.Slice:
		return fmt.Sprintf(": write [[%s]]", inList.ReplaceAllString(key, ""))
	case isTable(t):
		return fmt.Sprintf(": write %s = { … }", name)
	case len(of) > 0:
		return fmt.Sprintf(": write %s = %q", name, of[0])
	case t == reflect.TypeFor[Amount]():
		return fmt.Sprintf(": write %s = %q", name, d.asAmount(int64(1)))
	case t == reflect.TypeFor[Decimal]() || t.Kind() == reflect.Int64:
		return fmt.Sprintf(": write %s = 1", name)
	case t.Kind() == reflect.String:
		return fmt.Sprintf(`: write %s = "…"`, name)
	}
	return ""
}

var inList = regexp.MustCompile(`\[\d+\]`)
