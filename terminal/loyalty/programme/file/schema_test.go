package file_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zegel/terminal/loyalty/programme/file"
)

var update = flag.Bool("update", false, "write the schema and the manual's tables anew")

const (
	schemaPath = "../../../../install/programmes/programme.schema.json"
	manualPath = "../../../../install/manual/programme.md"
)

// docs are the comments of the package's structs and of their fields, by name
// and by "Struct.Field".
func docs(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range tree.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			spec := gen.Specs[0].(*ast.TypeSpec)
			found[spec.Name.Name] = plain(gen.Doc)
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range fields.Fields.List {
				for _, name := range f.Names {
					found[spec.Name.Name+"."+name.Name] = plain(f.Doc)
				}
			}
		}
	}
	return found
}

// plain is a comment as one paragraph.
func plain(group *ast.CommentGroup) string { return strings.Join(strings.Fields(group.Text()), " ") }

// keyOf is the name of a field in a file and whether it must be there.
func keyOf(f reflect.StructField) (name string, required bool) {
	name, option, _ := strings.Cut(f.Tag.Get("key"), ",")
	return name, option == "required"
}

// A schema is a JSON Schema, in a fixed order of its own keywords.
type schema struct {
	Schema      string         `json:"$schema,omitempty"`
	ID          string         `json:"$id,omitempty"`
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	Ref         string         `json:"$ref,omitempty"`
	Type        any            `json:"type,omitempty"`
	Enum        []string       `json:"enum,omitempty"`
	Pattern     string         `json:"pattern,omitempty"`
	Default     any            `json:"default,omitempty"`
	Properties  *ordered       `json:"properties,omitempty"`
	Required    []string       `json:"required,omitempty"`
	Additional  any            `json:"additionalProperties,omitempty"`
	Items       *schema        `json:"items,omitempty"`
	MinItems    int            `json:"minItems,omitempty"`
	Defs        map[string]any `json:"$defs,omitempty"`
}

// ordered are properties in the order of the struct's fields.
type ordered struct {
	names   []string
	schemas []schema
}

func (o *ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:", name)
		var one bytes.Buffer
		enc := json.NewEncoder(&one)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(o.schemas[i]); err != nil {
			return nil, err
		}
		b.Write(bytes.TrimSpace(one.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

type schemer struct {
	docs map[string]string
	defs map[string]any
}

func (s schemer) of(t reflect.Type) schema {
	switch {
	case t == reflect.TypeFor[file.Amount]():
		return schema{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?$`}
	case t == reflect.TypeFor[file.Decimal]():
		return schema{Type: []string{"integer", "string"}, Pattern: `^[0-9]+(\.[0-9]+)?$`}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Struct:
		if _, done := s.defs[t.Name()]; !done {
			s.defs[t.Name()] = nil // a struct may be in itself
			s.defs[t.Name()] = s.table(t)
		}
		return schema{Ref: "#/$defs/" + t.Name()}
	case reflect.Slice:
		items := s.of(t.Elem())
		return schema{Type: "array", Items: &items}
	case reflect.Map:
		return schema{Type: "object", Additional: s.of(t.Elem())}
	case reflect.Bool:
		return schema{Type: "boolean"}
	case reflect.Int64:
		return schema{Type: "integer"}
	}
	return schema{Type: "string"}
}

func (s schemer) table(t reflect.Type) schema {
	table := schema{Type: "object", Description: s.docs[t.Name()], Properties: &ordered{}, Additional: false}
	preset := reflect.New(t)
	if with, ok := preset.Interface().(interface{ Defaults() }); ok {
		with.Defaults()
	}
	for i := range t.NumField() {
		name, required := keyOf(t.Field(i))
		property := s.of(t.Field(i).Type)
		if of := strings.Fields(t.Field(i).Tag.Get("of")); len(of) > 0 {
			property = among(property, of)
		}
		property.Description = inManual(t, t.Field(i), s.docs[t.Name()+"."+t.Field(i).Name])
		if v := preset.Elem().Field(i); !v.IsZero() && v.Kind() != reflect.Struct {
			property.Default = v.Interface()
		}
		if required {
			table.Required = append(table.Required, name)
		}
		table.Properties.names = append(table.Properties.names, name)
		table.Properties.schemas = append(table.Properties.schemas, property)
	}
	return table
}

// among is s with only some texts.
func among(s schema, of []string) schema {
	if s.Items != nil {
		s.Items.Enum = of
	} else if s.Type == "object" {
		s.Additional = schema{Type: "string", Enum: of}
	} else {
		s.Enum = of
	}
	return s
}

func made(t *testing.T) []byte {
	t.Helper()
	s := schemer{docs(t), make(map[string]any)}
	whole := s.table(reflect.TypeFor[file.Programme]())
	whole.Schema, whole.ID = "https://json-schema.org/draft/2020-12/schema", "programme.schema.json"
	whole.Title, whole.Defs = "A loyalty programme of Zegel", s.defs
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(whole); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSchemaIsThatOfTheStructs(t *testing.T) {
	want := made(t)
	if *update {
		if err := os.WriteFile(schemaPath, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want) {
		t.Errorf("%s is not what the structs say: run go test ./terminal/loyalty/programme/file -run 'Schema|Manual' -update", schemaPath)
	}
}

var tables = regexp.MustCompile(`(?s)(<!-- keys of (\w+), made of programme/file by its test -->\n)(.*?)(<!-- end -->)`)

func TestTheManualHasEveryKey(t *testing.T) {
	manual, err := os.ReadFile(manualPath)
	if err != nil {
		t.Fatal(err)
	}
	manual = bytes.ReplaceAll(manual, []byte("\r\n"), []byte("\n"))
	comments := docs(t)
	types := make(map[string]reflect.Type)
	collect(reflect.TypeFor[file.Programme](), types)
	var told []string
	want := tables.ReplaceAllFunc(manual, func(block []byte) []byte {
		parts := tables.FindSubmatch(block)
		name := string(parts[2])
		told = append(told, name)
		of, known := types[name]
		if !known {
			t.Fatalf("the manual has keys of %s, which there is not", name)
		}
		return []byte(string(parts[1]) + keys(of, comments, t) + string(parts[4]))
	})
	for name := range types {
		if !slices.Contains(told, name) {
			t.Errorf("the manual has no table of the keys of %s", name)
		}
	}
	if *update {
		if err := os.WriteFile(manualPath, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(manual, want) {
		t.Errorf("%s is not what the structs say: run go test ./terminal/loyalty/programme/file -run 'Schema|Manual' -update", manualPath)
	}
}

// What the manual shows can be copied.
func TestTheManualsProgrammesAreInOrder(t *testing.T) {
	manual, err := os.ReadFile(manualPath)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```toml\\n(.*?)```").FindAllSubmatch(bytes.ReplaceAll(manual, []byte("\r\n"), []byte("\n")), -1)
	if len(blocks) < 2 {
		t.Fatalf("%d programmes", len(blocks))
	}
	for i, b := range blocks {
		if _, err := file.Parse(b[1]); err != nil {
			t.Errorf("programme %d:\n%v", i+1, err)
		}
	}
}

// collect finds every struct of the file, by name.
func collect(of reflect.Type, into map[string]reflect.Type) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if _, done := into[of.Name()]; of.Kind() != reflect.Struct || done {
		return
	}
	into[of.Name()] = of
	for i := range of.NumField() {
		collect(of.Field(i).Type, into)
	}
}

// keys is a struct's table in the manual.
func keys(of reflect.Type, comments map[string]string, t *testing.T) string {
	var b strings.Builder
	b.WriteString("| key | meaning |\n|---|---|\n")
	for i := range of.NumField() {
		f := of.Field(i)
		name, required := keyOf(f)
		comment := comments[of.Name()+"."+f.Name]
		if comment == "" {
			t.Errorf("%s.%s has no comment", of.Name(), f.Name)
		}
		must := ""
		if required {
			must = " (must be there)"
		}
		fmt.Fprintf(&b, "| `%s`%s | %s |\n", name, must, strings.ReplaceAll(inManual(of, f, comment), "|", `\|`))
	}
	return b.String()
}

// inManual is a field's comment without its Go name: keys for the names of
// fields, and what begins with the field's own name without it.
func inManual(of reflect.Type, f reflect.StructField, comment string) string {
	for i := range of.NumField() {
		if o := of.Field(i); o.Name != f.Name {
			name, _ := keyOf(o)
			comment = regexp.MustCompile(`\b`+o.Name+`\b`).ReplaceAllStringFunc(comment, func(s string) string { return "`" + name + "`" })
		}
	}
	for _, begin := range []string{f.Name + " is ", f.Name + " are ", f.Name + " says that ", f.Name + " says ", f.Name + " "} {
		if rest, ok := strings.CutPrefix(comment, begin); ok {
			comment = rest
			break
		}
	}
	return comment
}
