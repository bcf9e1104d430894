package pos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// An ordered is a JSON object whose members keep their order, so that people
// can read the document and its differences.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the object.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		b.WriteString(strconv.Quote(m.name)) // our names, all of them ASCII
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// openAPI is the interface as an OpenAPI 3.1 document. It is made of nothing
// but our own tables, so that it cannot fail for anything a shop does.
func (h *handler) openAPI() []byte {
	d := describer{shapes: newShapes(), inward: make(map[*shape]bool)}
	paths := d.paths(h.calls)
	document, err := json.MarshalIndent(ordered{
		{"openapi", "3.1.0"},
		{"info", ordered{
			{"title", "Zegel for tills"},
			{"version", "v1"},
			{"description", "What till software may ask of the loyalty terminal on the shop's PC. Fields may be added to answers within v1: ignore those you do not know. In what you send, unknown fields are refused. Nothing changes on GET."},
			{"license", ordered{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
		}},
		{"servers", []any{ordered{{"url", "http://127.0.0.1:7411"}, {"description", "the daemon on the same PC, unless api.listen says otherwise"}}}},
		{"security", []any{ordered{{"token", []string{}}}}},
		{"paths", paths},
		{"components", ordered{
			{"securitySchemes", ordered{{"token", ordered{{"type", "http"}, {"scheme", "bearer"}}}}},
			{"parameters", parameters()},
			{"responses", h.responses(&d)},
			{"schemas", d.schemas()},
		}},
	}, "", "  ")
	if err != nil {
		panic("the till's interface cannot be described: " + err.Error())
	}
	return append(document, '\n')
}

// A describer writes shapes as JSON Schema.
type describer struct {
	shapes *shapes
	inward map[*shape]bool // shapes of what a till sends
}

func (d *describer) paths(calls []call) ordered {
	var paths ordered
	for _, c := range calls {
		operation := member{strings.ToLower(c.method), d.operation(c)}
		if i := slices.IndexFunc(paths, func(m member) bool { return m.name == c.path }); i >= 0 {
			paths[i].value = append(paths[i].value.(ordered), operation)
			continue
		}
		item := ordered{}
		if parameter, ok := inPath(c.path); ok {
			item = append(item, member{"parameters", []any{reference("parameters", parameter)}})
		}
		paths = append(paths, member{c.path, append(item, operation)})
	}
	return paths
}

// inPath is the parameter in a call's path.
func inPath(path string) (string, bool) {
	_, rest, ok := strings.Cut(path, "{")
	name, _, _ := strings.Cut(rest, "}")
	return name, ok
}

func (d *describer) operation(c call) ordered {
	o := ordered{{"operationId", c.id}, {"summary", c.about}}
	if c.more != "" {
		o = append(o, member{"description", c.more})
	}
	if c.open {
		o = append(o, member{"security", []any{}})
	}
	if c.id == "events" {
		o = append(o, member{"parameters", []any{reference("parameters", "Last-Event-ID"), reference("parameters", "after"), reference("parameters", "wait")}})
	}
	if c.takes != nil {
		like := d.shapes.shapeOf(c.takes)
		d.markInward(like)
		content := ordered{{"schema", d.schema(like)}}
		if c.asks != "" {
			content = append(content, member{"example", json.RawMessage(c.asks)})
		}
		o = append(o, member{"requestBody", ordered{{"required", len(like.fields) > 0}, {"content", ordered{{"application/json", content}}}}})
	}
	return append(o, member{"responses", d.answers(c)})
}

func (d *describer) answers(c call) ordered {
	var all ordered
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		example, ok := c.answers[status]
		if !ok {
			continue
		}
		content := ordered{}
		if c.id == "events" {
			content = append(content, member{"text/event-stream", ordered{{"schema", ordered{{"type", "string"}}}, {"example", streamExample}}})
		}
		content = append(content, member{"application/json", ordered{{"schema", d.schema(d.shapes.shapeOf(c.gives))}, {"example", json.RawMessage(example)}}})
		all = append(all, member{strconv.Itoa(status), ordered{{"description", answerWords(c, status)}, {"content", content}}})
	}
	for _, status := range c.problems() {
		all = append(all, member{strconv.Itoa(status), reference("responses", problemName(status))})
	}
	return all
}

func answerWords(c call, status int) string {
	switch {
	case !c.posts:
		return "What was asked for."
	case status == http.StatusCreated:
		return "It was posted now."
	}
	return "It had been posted before under the same key: the first answer again."
}

// problems are the statuses a call can be answered with besides its own.
func (c call) problems() []int {
	if c.open {
		return []int{forbidden, http.StatusMisdirectedRequest}
	}
	all := []int{http.StatusUnauthorized, forbidden, http.StatusMisdirectedRequest}
	if strings.Contains(c.path, "{") {
		all = append(all, notFound)
	}
	if c.takes != nil {
		all = append(all, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	switch c.id {
	case "openapi", "lane", "cancel":
	case "status", "release":
		all = append(all, http.StatusServiceUnavailable)
	case "events":
		all = append(all, http.StatusBadRequest, tooMany, http.StatusServiceUnavailable)
	default:
		all = append(all, notFound, conflict, unprocessable, tooMany, http.StatusServiceUnavailable)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func problemName(status int) string { return "Problem" + strconv.Itoa(status) }

// responses are the problems, by status, with what the till does about each.
func (h *handler) responses(d *describer) ordered {
	byStatus := make(map[int][]kind)
	for _, k := range append(kinds(), gateKinds()...) {
		byStatus[k.status] = append(byStatus[k.status], k)
	}
	statuses := []int{}
	for status := range byStatus {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	var all ordered
	for _, status := range statuses {
		var lines strings.Builder
		var codes []any
		fmt.Fprintf(&lines, "%s.\n\n", http.StatusText(status))
		examples := ordered{}
		for _, k := range byStatus[status] {
			fmt.Fprintf(&lines, "- `%s`: %s\n", k.code, k.meaning)
			codes = append(codes, ordered{{"code", k.code}, {"meaning", k.meaning}, {"action", k.action}, {"retryable", k.retryable}})
			if p, ok := h.example(k); ok {
				examples = append(examples, member{string(k.code), ordered{{"value", p}}})
			}
		}
		content := ordered{{"schema", d.schema(d.shapes.shapeOf(reflect.TypeFor[problem]()))}}
		if len(examples) > 0 {
			content = append(content, member{"examples", examples})
		}
		response := ordered{{"description", strings.TrimSpace(lines.String())}}
		if status == tooMany || status == http.StatusServiceUnavailable {
			response = append(response, member{"headers", ordered{{"Retry-After", ordered{{"description", "seconds to wait"}, {"schema", ordered{{"type", "integer"}}}}}}})
		}
		all = append(all, member{problemName(status), append(response,
			member{"content", ordered{{"application/problem+json", content}}}, member{"x-problem-codes", codes})})
	}
	return all
}

// exampleRefusals are refusals of a shop, for the document.
var exampleRefusals = []programme.Refusal{
	{Code: programme.NoCard},
	{Code: programme.TooFewPoints, Points: 120 * ledger.Unit, Wallet: exampleWallet},
	{Code: programme.OtherBasket},
	{Code: programme.UnusualAmount, Amount: 2345_00, Currency: "EUR"},
	{Code: programme.LineNeeded, Points: 500 * ledger.Unit, Wallet: exampleWallet},
	{Code: programme.UnknownSale},
	{Code: programme.ManagerNeeded},
}

var exampleWallet = programme.Wallet{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"}}}

// example is a problem of the kind as a Dutch shop's till gets it, for those
// of which one helps.
func (h *handler) example(k kind) (problem, bool) {
	dutch, _ := words.For("nl")
	switch k.code {
	case notRecorded, unsure, noLane, unavailable:
		return k.complete(problem{Code: k.code}, dutch), true
	case badBody:
		return k.complete(problem{Code: k.code, Errors: []complaint{{"/basket/lines/0/amount", "23.45 is not a whole number that fits: need a whole number, without a decimal point or quotes"}}}, dutch), true
	}
	for _, no := range exampleRefusals {
		if problemCode(no.Code) == k.code {
			return k.complete(refusal(&no, dutch), dutch), true
		}
	}
	return problem{}, false
}

func parameters() ordered {
	whole := func(most int) ordered {
		o := ordered{{"type", "integer"}, {"minimum", 0}}
		if most > 0 {
			o = append(o, member{"maximum", most})
		}
		return o
	}
	parameter := func(name, in, about string, schema ordered) member {
		return member{name, ordered{{"name", name}, {"in", in}, {"required", in == "path"}, {"description", about}, {"schema", schema}}}
	}
	return ordered{
		parameter("lane", "path", "The checkout's name, as `[[lane]]` in zegel.toml has it.", ordered{{"type", "string"}, {"examples", []string{"kassa1"}}}),
		parameter("hold", "path", "The hold's id.", ordered{{"type", "string"}, {"pattern", "^[0-9a-f]{32}$"}}),
		parameter("Last-Event-ID", "header", "The last event's `id`, to go on after it.", whole(0)),
		parameter("after", "query", "The same as Last-Event-ID, for those who cannot set the header.", whole(0)),
		parameter("wait", "query", "Ask by long poll: wait so many seconds for something to happen, and answer in JSON.", whole(maxWait)),
	}
}

// schemas are the components, each type of the Go code once.
func (d *describer) schemas() ordered {
	var all ordered
	for _, s := range d.shapes.named {
		all = append(all, member{s.name, d.object(s)})
	}
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return all
}

// schema is a shape where it is used: a reference where it has a name.
func (d *describer) schema(s *shape) ordered {
	if s.name != "" {
		return reference("schemas", s.name)
	}
	return d.inPlace(s)
}

func (d *describer) inPlace(s *shape) ordered {
	if s.sort == object {
		return d.object(s)
	}
	o := ordered{}
	if s.sort != anything {
		o = append(o, member{"type", s.sort})
	}
	if s.item != nil {
		o = append(o, member{"items", d.schema(s.item)})
	}
	if s.format != "" {
		o = append(o, member{"format", s.format})
	}
	if s.pattern != nil {
		o = append(o, member{"pattern", s.pattern.String()})
	}
	if len(s.values) > 0 {
		name := "enum"
		if s.growing {
			name = "x-extensible-enum" // a client must not break on a new one
		}
		o = append(o, member{name, s.values})
	}
	if s.longest > 0 {
		o = append(o, member{"maxLength", s.longest})
	}
	return o
}

func (d *describer) object(s *shape) ordered {
	o := ordered{{"type", object}}
	properties, required := ordered{}, []string{}
	for _, f := range s.fields {
		schema := d.schema(f.of)
		if f.nullable || d.inward[s] && !f.required {
			schema = orNull(schema)
		}
		if f.about != "" {
			schema = append(slices.Clone(schema), member{"description", f.about})
		}
		properties = append(properties, member{f.name, schema})
		if f.required {
			required = append(required, f.name)
		}
	}
	if len(properties) > 0 {
		o = append(o, member{"properties", properties})
	}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	if d.inward[s] {
		o = append(o, member{"additionalProperties", false})
	}
	return o
}

// orNull is a schema that null fits as well.
func orNull(s ordered) ordered {
	if s[0].name != "type" {
		return ordered{{"anyOf", []any{s, ordered{{"type", "null"}}}}}
	}
	return append(ordered{{"type", []any{s[0].value, "null"}}}, s[1:]...)
}

// markInward marks what a till sends, down to its last part.
func (d *describer) markInward(s *shape) {
	if s == nil || d.inward[s] {
		return
	}
	d.inward[s] = true
	d.markInward(s.item)
	for _, f := range s.fields {
		d.markInward(f.of)
	}
}

func reference(section, name string) ordered {
	return ordered{{"$ref", "#/components/" + section + "/" + name}}
}
