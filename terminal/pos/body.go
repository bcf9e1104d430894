package pos

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxBody is the most bytes of a body. The gate holds callers to it; the
// document names it.
const maxBody = 256 << 10

// reads decodes a request's body; false says that the caller was told why not.
func (h *handler) reads(w http.ResponseWriter, r *http.Request, like *shape, into any) bool {
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), maxBody)) + bytes.MinRead)
	if _, err := body.ReadFrom(r.Body); err != nil {
		code := badBody
		var over *http.MaxBytesError
		if errors.As(err, &over) {
			code = tooLarge
		}
		h.problem(w, r, problem{Code: code, Errors: []complaint{{"", "reading the body failed: " + err.Error()}}})
		return false
	}
	if len(like.fields) == 0 && len(bytes.TrimSpace(body.Bytes())) == 0 {
		return true // a call that takes nothing may be sent nothing
	}
	if wrong := decode(body.Bytes(), like, into); len(wrong) > 0 {
		h.log(r).Info().Str("call", r.Pattern).Any("wrong", wrong).Msg("a till sent what its call does not take")
		h.problem(w, r, problem{Code: badBody, Errors: wrong})
		return false
	}
	return true
}

// decode reads one JSON value of the given shape, or says what is wrong with
// it. encoding/json alone would take a name in other letters, a name that
// stands twice, and an amount that is missing, for what they are not.
func decode(body []byte, like *shape, into any) []complaint {
	if !utf8.Valid(body) {
		return []complaint{{"", "the body is not UTF-8"}}
	}
	if !json.Valid(body) {
		return []complaint{{"", "the body is not one JSON value: " + syntax(body)}}
	}
	c := checker{body: body}
	c.value(like, false)
	if len(c.wrong) > 0 {
		return c.wrong
	}
	if err := json.Unmarshal(body, into); err != nil { // what a shape cannot say
		return []complaint{{"", err.Error()}}
	}
	return nil
}

// syntax is why a body is no JSON, and where.
func syntax(body []byte) string {
	var value json.RawMessage
	err := json.Unmarshal(body, &value)
	var at *json.SyntaxError
	if errors.As(err, &at) {
		return fmt.Sprintf("%v (byte %d)", err, at.Offset)
	}
	return fmt.Sprint(err)
}

// maxComplaints is as many as anybody mends at once.
const maxComplaints = 10

// A checker holds a body against a shape in one pass, without copies. The body
// is known to be one JSON value, so that nothing here looks out for its end.
type checker struct {
	body  []byte
	at    int // what is read next
	path  []step
	wrong []complaint
}

// A step leads to a member of an object, or with no name to one of a list.
type step struct {
	name  string
	index int
}

// value reads one value.
func (c *checker) value(like *shape, mayBeNull bool) {
	switch b := c.peek(); {
	case b == '{' && like.sort == object:
		c.object(like)
	case b == '[' && like.sort == list:
		c.list(like)
	case b == '{':
		c.complain("an object does not belong there, need %s", like.wanted())
		c.skip()
	case b == '[':
		c.complain("a list does not belong there, need %s", like.wanted())
		c.skip()
	case b == '"':
		c.text(like, c.quoted())
	case b == 'n':
		if c.skip(); !mayBeNull {
			c.complain("null does not belong there, need %s", like.wanted())
		}
	case b == 't' || b == 'f':
		if c.skip(); like.sort != boolean {
			c.complain("true and false do not belong there, need %s", like.wanted())
		}
	default:
		c.number(like, c.skip())
	}
}

func (c *checker) number(like *shape, written []byte) {
	if like.sort != integer {
		c.complain("a number does not belong there, need %s", like.wanted())
	} else if _, err := strconv.ParseInt(string(written), 10, 64); err != nil {
		c.complain("%.24s is not a whole number that fits: need %s", written, like.wanted())
	}
}

func (c *checker) text(like *shape, got string) {
	switch {
	case like.sort != text:
		c.complain("a text does not belong there, need %s", like.wanted())
	case like.longest > 0 && utf8.RuneCountInString(got) > like.longest:
		c.complain("at most %d characters", like.longest)
	case like.longest > 0 && strings.ContainsFunc(got, control):
		c.complain("no control characters")
	case like.pattern != nil && !like.pattern.MatchString(got), len(like.values) > 0 && !contains(like.values, got):
		c.complain("need %s", like.wanted())
	}
}

// control reports characters that could end a line of a log or move a printer;
// the separator of GS1 element strings is none, since scanners send it.
func control(r rune) bool { return r < 0x20 && r != 0x1d || r >= 0x7f && r < 0xa0 }

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

func (c *checker) object(like *shape) {
	var seen uint64 // fields, by number
	c.at++          // {
	for c.peek() != '}' {
		name := c.quoted()
		c.path = append(c.path, step{name: name})
		c.peek()
		c.at++ // :
		if i, known := like.field(name); !known {
			c.complain("no field of that name is known here")
			c.skip()
		} else {
			if seen&(1<<i) != 0 {
				c.complain("it stands there twice")
			}
			seen |= 1 << i
			c.value(like.fields[i].of, !like.fields[i].required)
		}
		c.path = c.path[:len(c.path)-1]
		c.comma()
	}
	c.at++ // }
	for i, f := range like.fields {
		if f.required && seen&(1<<i) == 0 {
			c.path = append(c.path, step{name: f.name})
			c.complain("it is missing, need %s", f.of.wanted())
			c.path = c.path[:len(c.path)-1]
		}
	}
}

func (c *checker) list(like *shape) {
	c.at++ // [
	for i := 0; c.peek() != ']'; i++ {
		c.path = append(c.path, step{index: i})
		c.value(like.item, false)
		c.path = c.path[:len(c.path)-1]
		c.comma()
	}
	c.at++ // ]
}

// peek is the first byte of what comes next, behind blanks.
func (c *checker) peek() byte {
	for c.body[c.at] <= ' ' {
		c.at++
	}
	return c.body[c.at]
}

// comma reads the comma behind a value, where one stands.
func (c *checker) comma() {
	if c.peek() == ',' {
		c.at++
	}
}

// quoted reads a text.
func (c *checker) quoted() string {
	written := c.skip()
	if bytes.IndexByte(written, '\\') < 0 {
		return string(written[1 : len(written)-1])
	}
	var text string
	if err := json.Unmarshal(written, &text); err != nil { // it was found to be JSON before
		c.complain("the text cannot be read: %v", err)
	}
	return text
}

// skip reads a value of any shape, however deep, and gives it as it stands.
func (c *checker) skip() []byte {
	c.peek()
	begin, depth := c.at, 0
	for {
		switch b := c.body[c.at]; {
		case b == '{' || b == '[':
			depth++
			c.at++
		case b == '}' || b == ']':
			depth--
			c.at++
		case b == '"':
			for c.at++; c.body[c.at] != '"'; c.at++ {
				if c.body[c.at] == '\\' {
					c.at++
				}
			}
			c.at++
		case b <= ' ' || b == ',' || b == ':':
			c.at++
		default:
			for c.at < len(c.body) && !strings.ContainsRune(" \t\r\n,:]}", rune(c.body[c.at])) {
				c.at++
			}
		}
		if depth == 0 {
			return c.body[begin:c.at]
		}
	}
}

func (c *checker) complain(format string, args ...any) {
	if len(c.wrong) < maxComplaints {
		c.wrong = append(c.wrong, c.here(fmt.Sprintf(format, args...)))
	}
}

// here is a complaint about where the checker is, as a JSON pointer (RFC 6901).
func (c *checker) here(detail string) complaint {
	var at strings.Builder
	for _, s := range c.path {
		at.WriteByte('/')
		if s.name == "" {
			at.WriteString(strconv.Itoa(s.index))
			continue
		}
		name := []rune(s.name)
		at.WriteString(pointerEscapes.Replace(string(name[:min(len(name), 64)])))
	}
	return complaint{at.String(), detail}
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// wanted is what belongs where a value of the shape stands.
func (s *shape) wanted() string {
	switch {
	case len(s.values) > 0:
		return "one of " + strings.Join(s.values, ", ")
	case s.pattern != nil:
		return "a text like " + s.pattern.String()
	}
	return map[sort]string{
		object: "an object", list: "a list", text: "a text", integer: "a whole number, without a decimal point or quotes",
		boolean: "true or false",
	}[s.sort]
}
