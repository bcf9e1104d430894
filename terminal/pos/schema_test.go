package pos_test

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// A schemaBook holds JSON values against the schemas of an OpenAPI document:
// as much of JSON Schema 2020-12 as the document uses, and it complains about
// a keyword it does not know. An answer may have no fields that the document
// does not have, though a till has to live with them.
type schemaBook struct{ root map[string]any }

func (b schemaBook) resolve(t testing.TB, ref string) map[string]any {
	t.Helper()
	at := any(b.root)
	for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[name]
	}
	schema, ok := at.(map[string]any)
	if !ok {
		t.Fatalf("%s leads nowhere", ref)
	}
	return schema
}

func (b schemaBook) valid(t testing.TB, ref string, value any) {
	t.Helper()
	b.validate(t, ref, b.resolve(t, ref), value)
}

func (b schemaBook) validate(t testing.TB, what string, schema map[string]any, value any) {
	t.Helper()
	for _, c := range b.complaints(schema, value, "") {
		t.Errorf("%s: %s", what, c)
	}
}

var annotations = []string{"description", "format", "examples", "x-extensible-enum"}

func (b schemaBook) complaints(schema map[string]any, value any, at string) (all []string) {
	no := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("%s: "+format, append([]any{at}, args...)...))
	}
	object, _ := value.(map[string]any)
	list, _ := value.([]any)
	text, isText := value.(string)
	for keyword, says := range schema {
		switch keyword {
		case "$ref":
			to := any(b.root)
			for _, name := range strings.Split(strings.TrimPrefix(says.(string), "#/"), "/") {
				to = to.(map[string]any)[name]
			}
			all = append(all, b.complaints(to.(map[string]any), value, at)...)
		case "anyOf":
			if !slices.ContainsFunc(says.([]any), func(s any) bool { return len(b.complaints(s.(map[string]any), value, at)) == 0 }) {
				no("fits none of %v", says)
			}
		case "type":
			types, several := says.([]any)
			if !several {
				types = []any{says}
			}
			if !slices.ContainsFunc(types, func(t any) bool { return isType(t.(string), value) }) {
				no("%v is no %v", value, says)
			}
		case "properties":
			for name, v := range object {
				if property, ok := says.(map[string]any)[name]; ok {
					all = append(all, b.complaints(property.(map[string]any), v, at+"/"+name)...)
				} else {
					no("has an unknown %s", name)
				}
			}
		case "required":
			for _, name := range says.([]any) {
				if _, ok := object[name.(string)]; object != nil && !ok {
					no("has no %s", name)
				}
			}
		case "additionalProperties":
			if _, known := schema["properties"]; !known && len(object) > 0 {
				no("takes nothing")
			}
		case "items":
			for i, v := range list {
				all = append(all, b.complaints(says.(map[string]any), v, fmt.Sprintf("%s/%d", at, i))...)
			}
		case "pattern":
			if isText && !regexp.MustCompile(says.(string)).MatchString(text) {
				no("%q is not like %s", text, says)
			}
		case "maxLength":
			if isText && float64(utf8.RuneCountInString(text)) > says.(float64) {
				no("%q is too long", text)
			}
		case "enum":
			if !slices.ContainsFunc(says.([]any), func(one any) bool { return reflect.DeepEqual(one, value) }) {
				no("%v is none of %v", value, says)
			}
		default:
			if !slices.Contains(annotations, keyword) {
				no("nobody checks %s", keyword)
			}
		}
	}
	return all
}

func isType(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

// A checker that finds nothing is none.
func TestTheSchemaBookComplains(t *testing.T) {
	d := documented(t)
	good := map[string]any{"code": "1", "entry": "till"}
	d.valid(t, "#/components/schemas/Code", good)
	for _, bad := range []any{
		nil, "x", 1.0, []any{}, map[string]any{}, map[string]any{"code": "1"}, map[string]any{"code": "1", "entry": "scanned"},
		map[string]any{"code": 1.0, "entry": "till"}, map[string]any{"code": "1", "entry": "till", "x": 1.0}, map[string]any{"code": strings.Repeat("1", 513), "entry": "till"},
	} {
		if len(d.complaints(d.resolve(t, "#/components/schemas/Code"), bad, "")) == 0 {
			t.Errorf("takes %v", bad)
		}
	}
	if c := d.complaints(map[string]any{"minProperties": 1.0}, good, ""); len(c) != 1 {
		t.Errorf("an unknown keyword: %v", c)
	}
	if c := d.complaints(map[string]any{"type": "integer"}, 1.5, ""); len(c) != 1 {
		t.Errorf("half an integer: %v", c)
	}
	if c := d.complaints(map[string]any{"pattern": "^a$"}, "b", ""); len(c) != 1 {
		t.Errorf("a pattern: %v", c)
	}
}
