package scanning

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"zegel/scanner/preset"
	"zegel/terminal/loyalty/programme/file"
)

// A Setting is a key of a scanner and its value as TOML.
type Setting struct{ Key, Value string }

// FromSettings are the keys that settings come to.
func FromSettings(s preset.Settings) []Setting {
	var out []Setting
	add := func(key, value string) { out = append(out, Setting{key, value}) }
	text := func(key, value string) {
		if value != "" {
			add(key, Quote(escape(value)))
		}
	}
	flag := func(key string, value *bool) {
		if value != nil {
			add(key, fmt.Sprint(*value))
		}
	}
	number := func(key string, n int64) {
		if n != 0 {
			add(key, fmt.Sprint(n))
		}
	}
	if s.Terminators != nil {
		add("terminators", list(s.Terminators))
	}
	text("prefix", s.Prefix)
	text("suffix", s.Suffix)
	flag("stx", s.STX)
	flag("idle", s.Idle)
	flag("seven_bits", s.SevenBits)
	number("silence_ms", s.Silence.Milliseconds())
	number("max_bytes", int64(s.Max))
	if s.CodeIDs != nil {
		add("code_ids", table(s.CodeIDs))
	}
	if s.NoRead != nil {
		add("no_read", list(s.NoRead))
	}
	text("gs", s.GS)
	text("uid_encoding", s.UID.Encoding)
	flag("uid_reverse", s.UID.Reverse)
	number("uid_last", int64(s.UID.Last))
	flag("uid_sum", s.UID.Sum)
	flag("uid_em4100", s.UID.EM4100)
	text("read", s.Read)
	if s.SSIHeader != nil {
		add("ssi_header", fmt.Sprint(*s.SSIHeader))
	}
	return out
}

func list(of []string) string {
	quoted := make([]string, len(of))
	for i, s := range of {
		quoted[i] = Quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func table(of map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(of)) {
		pairs = append(pairs, Quote(key)+" = "+Quote(of[key]))
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}

// Apply puts settings over a scanner's.
func (s *Scanner) Apply(settings []Setting) error {
	var b strings.Builder
	for _, set := range settings {
		fmt.Fprintf(&b, "%s = %s\n", set.Key, set.Value)
	}
	_, err := file.Decode([]byte(b.String()), s, nil, func(complain func(key, format string, args ...any)) { s.Check(complain) })
	var wrong file.Problems
	if errors.As(err, &wrong) {
		return byKey(wrong, settings)
	}
	return err
}

// byKey tells problems by their keys alone: nobody wrote the lines on which they
// stand.
func byKey(wrong file.Problems, settings []Setting) error {
	var told []string
	for _, p := range wrong {
		key := p.At()
		if key == "" && p.Line >= 1 && p.Line <= len(settings) {
			key = settings[p.Line-1].Key
		}
		told = append(told, key+": "+p.Text)
	}
	return errors.New(strings.Join(told, "\n"))
}

// ParseSetting reads a setting as it is given on a command line, key=value. A
// value that is text may do without its quotes.
func ParseSetting(text string) (Setting, error) {
	key, value, ok := strings.Cut(text, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok || key == "" {
		return Setting{}, fmt.Errorf("%q: need key=value, with the keys of [lane.scanner]", text)
	}
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return Setting{}, fmt.Errorf("%q: no key is called so", key)
	}
	switch {
	case lists[key] && !strings.HasPrefix(value, "["):
		value = list(strings.Split(value, ","))
	case texts[key] && !strings.HasPrefix(value, `"`) && !strings.HasPrefix(value, `'`):
		value = Quote(value)
	case isWord(value):
		value = Quote(value) // so that it is wrong for what it says, not for how it is written
	}
	return Setting{key, value}, nil
}

// isWord reports whether a value is a word without quotes, and none of TOML's.
func isWord(value string) bool {
	return strings.IndexFunc(value, unicode.IsLetter) == 0 && value != "true" && value != "false"
}

// The keys whose values are texts, and lists of texts.
var (
	texts = map[string]bool{
		"device": true, "name": true, "preset": true, "parity": true, "prefix": true, "suffix": true, "gs": true,
		"uid_encoding": true, "read": true, "feedback": true, "accept": true, "reject": true,
	}
	lists = map[string]bool{"terminators": true, "no_read": true}
)

// Quote writes a text as a basic string of TOML.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escape writes a text so that unescape gives it back, whatever its bytes are.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02X`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// FromLine are the keys that a line's setting comes to.
func FromLine(l preset.Line) []Setting {
	return []Setting{
		{"baud", fmt.Sprint(l.Baud)}, {"data_bits", fmt.Sprint(l.DataBits)}, {"parity", Quote(l.Parity)}, {"stop_bits", fmt.Sprint(l.StopBits)},
	}
}
