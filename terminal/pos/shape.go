package pos

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// A shape says what a JSON value looks like. It is made from a Go type, shown
// in the OpenAPI document, and what a body is held against.
type shape struct {
	name   string // among the document's components; "" for one written in place
	sort   sort
	fields []field // of an object, in the order of the Go type
	item   *shape  // of a list
	// Of a text: what it looks like, the only values there are, and the most
	// characters it has; nil and 0 set no bound.
	pattern *regexp.Regexp
	values  []string
	growing bool // there may be more values one day
	longest int
	format  string
}

// A sort is a kind of JSON value, under JSON Schema's name for it.
type sort string

const (
	object   sort = "object"
	list     sort = "array"
	text     sort = "string"
	integer  sort = "integer"
	boolean  sort = "boolean"
	anything sort = ""
)

// A field is one member of an object. In what a till writes, one that is not
// required may also be null.
type field struct {
	name     string
	required bool
	nullable bool // also where it is required
	about    string
	of       *shape
}

// field is the number of the field of that name, and whether there is one.
func (s *shape) field(name string) (int, bool) {
	for i := range s.fields {
		if s.fields[i].name == name {
			return i, true
		}
	}
	return 0, false
}

// shapes makes shapes of Go types, each type once.
type shapes struct {
	made  map[reflect.Type]*shape
	named []*shape // the components, in the order they were met
}

func newShapes() *shapes {
	hex32, hex64 := regexp.MustCompile(`^[0-9a-f]{32}$`), regexp.MustCompile(`^[0-9a-f]{64}$`)
	key := regexp.MustCompile(`^[0-9a-f]{16}/[0-9a-f]{32}/[1-9][0-9]{0,18}$`)
	var doing, codes []string
	for _, a := range actions() {
		doing = append(doing, string(a.action))
	}
	for _, k := range append(kinds(), gateKinds()...) {
		codes = append(codes, string(k.code))
	}
	return &shapes{made: map[reflect.Type]*shape{
		reflect.TypeFor[ledger.HoldID]():  {sort: text, pattern: hex32},
		reflect.TypeFor[ledger.Account](): {sort: text, pattern: hex32},
		reflect.TypeFor[ledger.Hash]():    {sort: text, pattern: hex64},
		reflect.TypeFor[ledger.Key]():     {sort: text, pattern: key},
		reflect.TypeFor[mask]():           {sort: text, pattern: regexp.MustCompile(`^…[!-~]{1,4}$`)},
		reflect.TypeFor[voucherCode]():    {sort: text, pattern: regexp.MustCompile(`^[Zz][Vv][0-9]:[0-9A-Za-z]{1,600}$`)},
		reflect.TypeFor[entryMode]():      {sort: text, values: []string{"till", "keyed", "phone"}},
		reflect.TypeFor[action]():         {sort: text, values: doing, growing: true},
		reflect.TypeFor[problemCode]():    {sort: text, values: codes, growing: true},
	}}
}

// shapeOf is the shape of a Go type as encoding/json writes it. A field is
// required unless its tag lets it be left out. A type it does not know how to
// describe is a mistake of ours that every start would show.
func (s *shapes) shapeOf(t reflect.Type) *shape {
	if known, ok := s.made[t]; ok {
		return known
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.shapeOf(t.Elem())
	case reflect.Interface:
		return &shape{sort: anything}
	case reflect.Map:
		return &shape{sort: object}
	case reflect.Slice:
		return &shape{sort: list, item: s.shapeOf(t.Elem())}
	case reflect.String:
		return &shape{sort: text}
	case reflect.Bool:
		return &shape{sort: boolean}
	case reflect.Int, reflect.Int64:
		return &shape{sort: integer, format: "int64"}
	case reflect.Struct:
		return s.structure(t)
	}
	panic(fmt.Sprintf("the till's interface has no words for Go's %v", t))
}

func (s *shapes) structure(t reflect.Type) *shape {
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		panic(fmt.Sprintf("the till's interface does not say what the text of %v looks like", t))
	}
	o := &shape{sort: object, name: nameOf(t)}
	s.made[t] = o
	if o.name != "" {
		s.named = append(s.named, o)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "-" || !f.IsExported() {
			continue
		}
		said, of := fieldWords[o.name+"."+tag], s.shapeOf(f.Type)
		if said.longest > 0 {
			bounded := *of
			bounded.longest, of = said.longest, &bounded
		}
		o.fields = append(o.fields, field{
			name: tag, about: said.about, of: of,
			required: !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero"),
			nullable: f.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omit"),
		})
	}
	return o
}

// nameOf is what the document calls a type.
func nameOf(t reflect.Type) string {
	if name, ok := otherNames[t]; ok {
		return name
	}
	return t.Name()
}
