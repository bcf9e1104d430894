package cmd_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zegel/cmd/gate"
)

// A told is what a till is told about a kind of problem.
type told struct {
	Status    int
	Action    string
	Retryable bool
}

// tillDocument is the document of what a till may ask, which the tests of its
// room hold to the code.
func tillDocument(t *testing.T) (document map[string]any, problems map[string]told) {
	t.Helper()
	text, err := os.ReadFile("../terminal/pos/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	problems = make(map[string]told)
	for name, response := range document["components"].(map[string]any)["responses"].(map[string]any) {
		status, err := strconv.Atoi(strings.TrimPrefix(name, "Problem"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range response.(map[string]any)["x-problem-codes"].([]any) {
			kind := c.(map[string]any)
			problems[kind["code"].(string)] = told{status, kind["action"].(string), kind["retryable"].(bool)}
		}
	}
	return document, problems
}

// gateCodes are the codes that stand in the source of the guard of what
// programs may call, and of the limits.
func gateCodes(t *testing.T) []string {
	t.Helper()
	found := make(map[string]bool)
	for _, name := range []string{"gate.go", "limit.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("gate", name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 4 {
				return true
			}
			if f, ok := call.Fun.(*ast.Ident); ok && strings.EqualFold(f.Name, "problem") {
				if code, ok := call.Args[2].(*ast.BasicLit); ok {
					found[strings.Trim(code.Value, `"`)] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// A till reads a "no" of the gate as it reads one of the room behind it: the
// same fields, and the status and action that its document has for the code.
func TestEveryNoOfTheGateIsInTheTillsDocument(t *testing.T) {
	document, problems := tillDocument(t)
	schema := document["components"].(map[string]any)["schemas"].(map[string]any)["Problem"].(map[string]any)
	required := schema["required"].([]any)
	known := schema["properties"].(map[string]any)

	path := filepath.Join(t.TempDir(), "tokens")
	monitor, err := gate.MakeToken(path, "monitor", "status", strings.NewReader(strings.Repeat("m", 32)))
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := gate.OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Repeat("t", 64)
	guard := gate.Local{
		Hosts: []string{"x"}, Token: own, Tokens: tokens, MaxBody: 10,
		Limits: gate.Limits{Strangers: gate.Limit{Rate: 1e-9, Burst: 1}},
	}.Wrap(http.NotFoundHandler())
	type asked struct {
		method, path, body string
		change             func(*http.Request)
	}
	seen := make(map[string]bool)
	for _, c := range []asked{
		{"GET", "/v1/status", "", func(r *http.Request) { r.Host = "evil.example" }},
		{"GET", "/v1/status", "", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }},
		{"GET", "/v1/status", "", func(r *http.Request) { r.Header.Del("Authorization") }},
		{"GET", "/v1/status", "", func(r *http.Request) { r.Header.Del("Authorization") }}, // once too often
		{"GET", "/v1/status", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+monitor) }},
		{"TRACE", "/v1/status", "", func(*http.Request) {}},
		{"GET", "/v1//status", "", func(*http.Request) {}},
		{"POST", "/v1/day", "a=b", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		{"POST", "/v1/day", `{"day": "2026"}`, func(*http.Request) {}},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
		r.Host = "x"
		r.Header.Set("Authorization", "Bearer "+own)
		r.Header.Set("Content-Type", "application/json")
		c.change(r)
		w := httptest.NewRecorder()
		guard.ServeHTTP(w, r)
		var p map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%s %s: %d %s, %v", c.method, c.path, w.Code, w.Body, err)
		}
		code, _ := p["code"].(string)
		seen[code] = true
		action, _ := p["action"].(string)
		retryable, _ := p["retryable"].(bool)
		if got := (told{w.Code, action, retryable}); got != problems[code] {
			t.Errorf("%s: the gate says %+v, the document %+v", code, got, problems[code])
		}
		for _, field := range required {
			if _, ok := p[field.(string)]; !ok {
				t.Errorf("%s: the gate leaves out %s", code, field)
			}
		}
		for field := range p {
			if _, ok := known[field]; !ok {
				t.Errorf("%s: the document has no field %s", code, field)
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(seen)), gateCodes(t); !reflect.DeepEqual(got, want) {
		t.Errorf("answered with %v, the guard's source has %v", got, want)
	}
}
