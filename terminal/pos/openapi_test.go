package pos_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"zegel/terminal/loyalty/programme"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// A document is what a shop serves under /v1/openapi.json.
type document struct {
	schemaBook
	text  []byte
	paths map[string]map[string]any // path → method → operation
}

// documented is the document, read once.
var documented = func() func(testing.TB) document {
	var d document
	var once sync.Once
	return func(t testing.TB) document {
		t.Helper()
		once.Do(func() { d = readDocument(t) })
		return d
	}
}()

func readDocument(t testing.TB) document {
	t.Helper()
	r := newTill().call(t, "GET", "/v1/openapi.json", "")
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, %v", r.StatusCode, err)
	}
	d := document{text: text, paths: map[string]map[string]any{}}
	if err := json.Unmarshal(text, &d.root); err != nil {
		t.Fatal(err)
	}
	for path, item := range d.root["paths"].(map[string]any) {
		d.paths[path] = item.(map[string]any)
	}
	return d
}

// A change of the interface is a change of this file, and is seen in review.
func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	golden := filepath.Join("testdata", "openapi.json")
	got := documented(t).text
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	reviewed, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, bytes.ReplaceAll(reviewed, []byte("\r\n"), []byte("\n"))) {
		t.Errorf("the interface is not the one in %s: look at it, then go test ./terminal/pos -update", golden)
	}
}

// fits is a path of the document with names of the test's shop in it.
func fits(path string) string {
	return strings.NewReplacer("{lane}", "kassa1", "{hold}", aHold).Replace(path)
}

// Every path of the document is served with its methods, and with no others.
func TestWhatIsDocumentedIsServedAndNothingElse(t *testing.T) {
	for path, item := range documented(t).paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
			_, in := item[strings.ToLower(method)]
			if _, get := item["get"]; method == "HEAD" && get {
				in = true // every GET can be asked for its head
			}
			query := ""
			if strings.HasSuffix(path, "/events") {
				query = "?wait=x" // is answered at once
			}
			if served := newTill().call(t, method, fits(path)+query, "").StatusCode != http.StatusMethodNotAllowed; served != in {
				t.Errorf("%s %s: documented %t, served %t", method, path, in, served)
			}
		}
	}
}

// API.md names the same calls.
func TestTheManualHasTheSameCalls(t *testing.T) {
	manual, err := os.ReadFile("API.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(GET|POST) (/v1/[^` ?]+)").FindAllStringSubmatch(string(manual), -1) {
		named[strings.ToLower(m[1])+" "+m[2]] = true
	}
	all := map[string]bool{}
	for path, item := range documented(t).paths {
		for method := range item {
			if method != "parameters" {
				all[method+" "+path] = true
			}
		}
	}
	if !reflect.DeepEqual(named, all) {
		t.Errorf("API.md names %v, the document %v", named, all)
	}
}

// Every example is sent to the handler; what comes back fits the document, and
// is the example of the answer.
func TestEveryExampleIsAnsweredAsTheDocumentSays(t *testing.T) {
	d := documented(t)
	tried := 0
	for path, item := range d.paths {
		for method, operation := range item {
			if method == "parameters" {
				continue
			}
			o := operation.(map[string]any)
			asks := ""
			if body, ok := o["requestBody"].(map[string]any); ok {
				content := body["content"].(map[string]any)["application/json"].(map[string]any)
				d.validate(t, path+" asks", content["schema"].(map[string]any), content["example"])
				asks = write(t, content["example"])
			}
			for status, response := range o["responses"].(map[string]any) {
				content, ok := response.(map[string]any)["content"].(map[string]any)
				if !ok {
					continue
				}
				tried++
				answer := content["application/json"].(map[string]any)
				what := fmt.Sprintf("%s %s %s", method, path, status)
				d.validate(t, what+", its example", answer["schema"].(map[string]any), answer["example"])
				got := d.answer(t, what, method, fits(path), asks, write(t, answer["example"]), status)
				d.validate(t, what, answer["schema"].(map[string]any), got)
				if path != "/v1/openapi.json" && !reflect.DeepEqual(got, answer["example"]) {
					t.Errorf("%s: got\n%v, the example says\n%v", what, got, answer["example"])
				}
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d examples were tried", tried)
	}
}

// answer is what a shop answers whose desk says what the example does.
func (d document) answer(t *testing.T, what, method, path, asks, says, status string) any {
	t.Helper()
	s := newTill()
	if strings.HasSuffix(path, "/events") {
		for _, n := range []struct{ kind, data string }{{"customer", exampleCustomer}, {"pass", `{"text":"8710400000013","symbology":"]E0"}`}} {
			s.desk.note(256, n.kind, json.RawMessage(n.data))
		}
		path += fmt.Sprintf("?wait=1&after=%d", started)
	}
	s.desk.says = says
	got, answer := s.overHTTP(t, strings.ToUpper(method), path, asks)
	if strconv.Itoa(got) != status {
		t.Errorf("%s: status %d: %v", what, got, answer)
	}
	return answer
}

// overHTTP asks as a till does, over a real connection.
func (s *till) overHTTP(t *testing.T, method, path, body string) (status int, answer any) {
	t.Helper()
	server := httptest.NewServer(s.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(got.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, answer
}

const exampleCustomer = `{"card":"…0018","name":"Anna","enrolled":true,"new":false,"known":true,"balance":[{"wallet":"points","thousandths":118000,"text":"118 punten"}]}`

func write(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// problemCodes are the document's: code → status.
func (d document) problemCodes() map[string]int {
	all := map[string]int{}
	for name, response := range d.root["components"].(map[string]any)["responses"].(map[string]any) {
		status, _ := strconv.Atoi(strings.TrimPrefix(name, "Problem"))
		for _, c := range response.(map[string]any)["x-problem-codes"].([]any) {
			all[c.(map[string]any)["code"].(string)] = status
		}
	}
	return all
}

// Every code the handler can send is in the document under its status, and
// the document has no others but those of the gate around it.
func TestTheDocumentHasEveryProblemThereIs(t *testing.T) {
	exist := map[string]int{
		"K-401": 503, "K-402": 503, "unavailable": 503, "busy": 429, "body": 400, "too-large": 413, "query": 400, "path": 404, "method": 405, "lane": 404, "hold": 404,
		"token": 401, "scope": 403, "origin": 403, "url": 400, "rate": 429, "media-type": 415, "host": 421, // the gate's
	}
	for _, code := range programme.Codes() {
		exist[string(code)] = refusalAnswers[code].status
	}
	d := documented(t)
	if got := d.problemCodes(); !reflect.DeepEqual(got, exist) {
		t.Errorf("the document has %v, there are %v", got, exist)
	}
	listed := map[string]int{}
	properties := d.root["components"].(map[string]any)["schemas"].(map[string]any)["Problem"].(map[string]any)["properties"].(map[string]any)
	for _, code := range properties["code"].(map[string]any)["x-extensible-enum"].([]any) {
		listed[code.(string)] = exist[code.(string)]
	}
	if !reflect.DeepEqual(listed, exist) {
		t.Errorf("the schema lists %v", listed)
	}
}

// What the manual tells people to send is taken.
func TestTheManualsRequestsAreTaken(t *testing.T) {
	manual, err := os.ReadFile("API.md")
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^ask (\S+)(?: '([^']*)')?$`).FindAllStringSubmatch(string(manual), -1) {
		method, path := "GET", strings.ReplaceAll("/v1/"+m[1], "HOLD", aHold)
		if m[2] != "" {
			method = "POST"
		}
		if status, answer := newTill().overHTTP(t, method, path, strings.ReplaceAll(m[2], "HOLD", aHold)); status/100 != 2 {
			t.Errorf("ask %s: %d %v", m[1], status, answer)
		}
		tried[strings.Replace(m[1], "kassa1", "", 1)] = true
	}
	if len(tried) < 14 {
		t.Errorf("the manual asks only %v", tried)
	}
}

// API.md's table has every code, with its status and its action.
func TestTheManualHasEveryProblem(t *testing.T) {
	manual, err := os.ReadFile("API.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| (K-\d+|[a-z-]+) \| (\d+) \| ([a-z_]+) \|`).FindAllStringSubmatch(string(manual), -1) {
		said[m[1]] = m[2] + " " + m[3]
	}
	d, are := documented(t), map[string]string{}
	for _, response := range d.root["components"].(map[string]any)["responses"].(map[string]any) {
		for _, c := range response.(map[string]any)["x-problem-codes"].([]any) {
			code := c.(map[string]any)
			are[code["code"].(string)] = fmt.Sprintf("%d %s", d.problemCodes()[code["code"].(string)], code["action"])
		}
	}
	for code, is := range are {
		if said[code] != is {
			t.Errorf("%s: API.md says %q, it is %q", code, said[code], is)
		}
	}
	if len(said) != len(are) {
		t.Errorf("API.md has %d codes, there are %d", len(said), len(are))
	}
}

// The examples of problems are what the handler answers.
func TestTheExamplesOfProblemsFitTheirSchema(t *testing.T) {
	d := documented(t)
	seen := []string{}
	for name, response := range d.root["components"].(map[string]any)["responses"].(map[string]any) {
		examples, _ := response.(map[string]any)["content"].(map[string]any)["application/problem+json"].(map[string]any)["examples"].(map[string]any)
		for code, example := range examples {
			seen = append(seen, code)
			value := example.(map[string]any)["value"].(map[string]any)
			d.valid(t, "#/components/schemas/Problem", value)
			if name != "Problem"+strconv.Itoa(int(value["status"].(float64))) || value["code"] != code || value["detail"] == "" {
				t.Errorf("%s: %v", name, value)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d: %v", len(seen), seen)
	}
}

// Every field, parameter and call is explained, and every reference leads
// somewhere.
func TestTheDocumentExplainsEverything(t *testing.T) {
	d := documented(t)
	components := d.root["components"].(map[string]any)
	for name, schema := range components["schemas"].(map[string]any) {
		properties, _ := schema.(map[string]any)["properties"].(map[string]any)
		for field, p := range properties {
			if about, _ := p.(map[string]any)["description"].(string); about == "" {
				t.Errorf("%s.%s is not explained", name, field)
			}
		}
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`"\$ref": "([^"]+)"`).FindAllStringSubmatch(string(d.text), -1) {
		used[m[1]] = true
		d.resolve(t, m[1])
	}
	for section, of := range components {
		for name := range of.(map[string]any) {
			if ref := "#/components/" + section + "/" + name; !used[ref] && section != "securitySchemes" && name != "Problem405" {
				t.Errorf("nothing refers to %s", ref)
			}
		}
	}
	ids := []string{}
	for path, item := range d.paths {
		for method, o := range item {
			if method == "parameters" {
				continue
			}
			operation := o.(map[string]any)
			if operation["summary"] == "" || operation["operationId"] == "" {
				t.Errorf("%s %s is not explained", method, path)
			}
			ids = append(ids, operation["operationId"].(string))
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(ids) {
		t.Errorf("an operationId stands twice: %v", ids)
	}
}

// The document says what the handler does about null and unknown fields: what
// the one takes the other takes, and the same the other way round.
func TestTheSchemaAndTheHandlerAgreeAboutBodies(t *testing.T) {
	d := documented(t)
	schema := d.paths["/v1/lanes/{lane}/sales"]["post"].(map[string]any)["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
	var sale map[string]any
	if err := json.Unmarshal([]byte(write(t, schema["example"])), &sale); err != nil {
		t.Fatal(err)
	}
	tried, taken := 0, 0
	// Every value of the example in turn becomes each of these, or goes.
	type gone struct{}
	for _, other := range []any{gone{}, nil, "x", 1.0, 1.5, true, []any{}, map[string]any{}, []any{nil}, []any{map[string]any{}}, strings.Repeat("a", 70)} {
		walk(sale, func(set func(any), remove func()) {
			if other == any(gone{}) {
				remove()
			} else {
				set(other)
			}
			tried++
			fits := len(d.complaints(schema["schema"].(map[string]any), sale, "")) == 0
			s := newTill()
			status := s.call(t, "POST", sales, write(t, sale)).StatusCode
			if fits != (status == http.StatusCreated) {
				t.Errorf("schema says %t, the handler %d: %s", fits, status, write(t, sale))
			}
			if fits {
				taken++
			}
		})
	}
	if tried < 300 || taken < 30 || taken > tried/2 {
		t.Errorf("%d bodies, %d of them good", tried, taken)
	}
}

// walk calls do for every member of a JSON value, and puts it back after.
func walk(v any, do func(set func(any), remove func())) {
	switch v := v.(type) {
	case map[string]any:
		for name, was := range v {
			do(func(other any) { v[name] = other }, func() { delete(v, name) })
			v[name] = was
			walk(was, do)
		}
	case []any:
		for i, was := range v {
			do(func(other any) { v[i] = other }, func() { v[i] = nil })
			v[i] = was
			walk(was, do)
		}
	}
}
