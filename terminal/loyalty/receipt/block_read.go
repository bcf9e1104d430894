package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// MaxSlip is the most bytes of a slip that comes from outside.
	MaxSlip = 64 << 10
	// MaxPaper is the most paper of one, in plain letters: about two and a half
	// metres of a roll 58 mm wide.
	MaxPaper = 20_000
)

// ParseSlip reads a slip that somebody else wrote, a till for its own lines: the
// JSON of a Slip. It takes this program's own slips, too, and is stricter than
// Decode: no name it does not know, none twice, no null, and no more paper than
// MaxPaper. "kind" and "lang" may be missing, and "left" is an align, too. An
// error is Complaints, as many as one reading finds.
func ParseSlip(b []byte) (Slip, error) {
	var r reader
	tree, err := read(b)
	if err != nil {
		return Slip{}, Complaints{{Text: err.Error()}}
	}
	s := r.slip(tree)
	if area := s.area(); len(r.all) == 0 && area > MaxPaper {
		r.all.add("blocks", "paper for %d letters, at most %d", area, MaxPaper)
	}
	if len(r.all) > 0 {
		return Slip{}, r.all
	}
	return s, nil
}

// An object is the members of a JSON object as they stand there: encoding/json
// alone would take a name in other letters, or one that stands twice.
type object []member

type member struct {
	name  string
	value any // object, []any, string, json.Number, bool or nil
}

// read gives the one JSON value that b is.
func read(b []byte) (any, error) {
	if len(b) > MaxSlip {
		return nil, fmt.Errorf("a slip of %d bytes, at most %d", len(b), MaxSlip)
	}
	if !utf8.Valid(b) {
		return nil, errors.New("the slip is not UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(b, &whole); err != nil {
		var at *json.SyntaxError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("the slip is not one JSON value: %w (byte %d)", err, at.Offset)
		}
		return nil, fmt.Errorf("the slip is not one JSON value: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return value(d)
}

// value reads the next value. What was found to be JSON before has its ends.
func value(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		all := object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			all = append(all, member{fmt.Sprint(name), v})
		}
		_, err = d.Token()
		return all, err
	case json.Delim('['):
		all := []any{}
		for d.More() {
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		_, err = d.Token()
		return all, err
	}
	return token, nil
}

// A reader makes a slip of a tree, and complains where it cannot.
type reader struct{ all Complaints }

// A field reads one member of an object.
type field struct {
	name string
	read func(key string, v any)
}

func (r *reader) slip(v any) Slip {
	var s Slip
	r.object("", v, []field{
		{"kind", r.word((*string)(&s.Kind))},
		{"lang", r.word(&s.Lang)},
		{"blocks", func(key string, v any) { s.Blocks = list(r, key, v, MaxBlocks, r.block) }},
	})
	if _, is := v.(object); is && s.Blocks == nil && len(r.all) == 0 {
		r.all.add("blocks", "is missing, needs a list of blocks")
	}
	return s
}

func (r *reader) block(key string, v any) Block {
	var b Block
	before := len(r.all)
	r.object(key, v, []field{
		{"text", r.text(&b.Text)}, {"align", r.align(&b.Align)}, {"bold", r.flag(&b.Bold)},
		{"underline", r.flag(&b.Underline)}, {"invert", r.flag(&b.Invert)}, {"double", r.flag(&b.Double)},
		{"wide", r.size(&b.Wide)}, {"tall", r.size(&b.Tall)},
		{"spans", func(key string, v any) { b.Spans = list(r, key, v, MaxSpans, r.span) }},
		{"row", func(key string, v any) { b.Row = list(r, key, v, MaxCells, r.cell) }},
		{"rule", r.flag(&b.Rule)}, {"heavy", r.flag(&b.Heavy)},
		{"feed", r.number(&b.Feed, 1, MaxFeed)},
		{"qr", r.text(&b.QR)},
		{"barcode", func(key string, v any) { b.Barcode = r.barcode(key, v) }},
		{"image", r.text(&b.Image)},
		{"cut", r.flag(&b.Cut)},
	})
	if len(r.all) == before { // what could not be read is complained of already
		b.check(key, &r.all)
	}
	return b
}

func (r *reader) span(key string, v any) Span {
	var s Span
	r.object(key, v, []field{
		{"text", r.text(&s.Text)}, {"bold", r.flag(&s.Bold)}, {"underline", r.flag(&s.Underline)}, {"invert", r.flag(&s.Invert)},
		{"double", r.flag(&s.Double)}, {"wide", r.size(&s.Wide)}, {"tall", r.size(&s.Tall)},
	})
	return s
}

func (r *reader) cell(key string, v any) Cell {
	var c Cell
	r.object(key, v, []field{
		{"text", r.text(&c.Text)}, {"align", r.align(&c.Align)}, {"width", r.number(&c.Width, 1, maxWidth)}, {"whole", r.flag(&c.Whole)},
	})
	return c
}

func (r *reader) barcode(key string, v any) *Barcode {
	var b Barcode
	r.object(key, v, []field{
		{"symbology", r.text((*string)(&b.Symbology))}, {"text", r.text(&b.Text)}, {"hri", r.flag(&b.HRI)},
	})
	return &b
}

// object reads an object that has those fields at most, each once.
func (r *reader) object(key string, v any, fields []field) {
	members, is := v.(object)
	if !is {
		r.wants(key, "an object", v)
		return
	}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		at := fmt.Sprintf("%.32s", m.name) // of anybody's making
		if key != "" {
			at = key + "." + at
		}
		switch i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.name }); {
		case i < 0:
			r.all.add(at, "there is no such field: there are %s", names(fields))
		case seen[m.name]:
			r.all.add(at, "stands there twice")
		default:
			fields[i].read(at, m.value)
		}
		seen[m.name] = true
	}
}

func names(fields []field) string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return strings.Join(all, ", ")
}

// list reads a list of at most so many members.
func list[T any](r *reader, key string, v any, most int, one func(key string, v any) T) []T {
	members, is := v.([]any)
	if !is {
		r.wants(key, "a list", v)
		return nil
	}
	if len(members) > most {
		r.all.add(key, "%d members, at most %d", len(members), most)
		return nil
	}
	all := make([]T, len(members))
	for i, m := range members {
		all[i] = one(key+"["+strconv.Itoa(i)+"]", m)
	}
	return all
}

func (r *reader) text(to *string) func(key string, v any) {
	return func(key string, v any) {
		text, is := v.(string)
		if !is {
			r.wants(key, "a text", v)
		}
		*to = text
	}
}

// word reads a short text of ASCII letters, digits and hyphens: a kind, a language.
func (r *reader) word(to *string) func(key string, v any) {
	return func(key string, v any) {
		r.text(to)(key, v)
		if len(*to) > 32 || strings.ContainsFunc(*to, func(c rune) bool {
			return (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-'
		}) {
			r.all.add(key, "needs at most 32 letters, digits and hyphens")
		}
	}
}

func (r *reader) flag(to *bool) func(key string, v any) {
	return func(key string, v any) {
		flag, is := v.(bool)
		if !is {
			r.wants(key, "true or false", v)
		}
		*to = flag
	}
}

func (r *reader) align(to *Align) func(key string, v any) {
	return func(key string, v any) {
		switch v {
		case "left", "":
		case "centre", "right":
			*to = Align(v.(string))
		default:
			r.wants(key, "left, centre or right", v)
		}
	}
}

// size reads how many times as wide or as high as plain a letter is.
func (r *reader) size(to *int) func(key string, v any) {
	return func(key string, v any) {
		if r.number(to, 1, MaxSize)(key, v); *to == 1 {
			*to = 0
		}
	}
}

func (r *reader) number(to *int, least, most int) func(key string, v any) {
	return func(key string, v any) {
		if written, is := v.(json.Number); is {
			if n, err := strconv.Atoi(written.String()); err == nil && n >= least && n <= most {
				*to = n
				return
			}
		}
		r.wants(key, fmt.Sprintf("a whole number from %d to %d", least, most), v)
	}
}

// wants complains that v stands where something else belongs.
func (r *reader) wants(key, what string, v any) {
	got := "null"
	switch v := v.(type) {
	case object:
		got = "an object"
	case []any:
		got = "a list"
	case json.Number:
		got = fmt.Sprintf("%.24s", v)
	case string:
		got = fmt.Sprintf("%.24q", v)
	case bool:
		got = strconv.FormatBool(v)
	}
	r.all.add(key, "needs %s, has %s", what, got)
}

// area is how much paper s may take, in plain letters. A line counts as one of the
// narrowest papers that are usual, and a code or a picture as much as the largest
// code takes.
func (s Slip) area() int {
	const line, code = 32, 600
	paragraph := func(text string, double bool, wide, tall int) int {
		if double {
			wide, tall = 2, 2
		}
		wide, tall = max(wide, 1), max(tall, 1)
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\u2028") + strings.Count(text, "\u2029")
		return utf8.RuneCountInString(text)*wide*tall + lines*line*tall
	}
	sum := 0
	for _, b := range s.Blocks {
		switch {
		case b.QR != "" || b.Barcode != nil || b.Image != "":
			sum += code
		case b.Feed > 0:
			sum += b.Feed * line
		default:
			sum += paragraph(b.Text, b.Double, b.Wide, b.Tall)
		}
		for _, c := range b.Row {
			sum += paragraph(c.Text, b.Double, b.Wide, b.Tall)
		}
		for _, span := range b.Spans {
			sum += paragraph(span.Text, b.Double || span.Double, max(b.Wide, span.Wide), max(b.Tall, span.Tall))
		}
	}
	return sum
}
