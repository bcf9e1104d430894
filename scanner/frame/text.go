package frame

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// decode turns the data of one frame into a code, or says why it is none. It
// rejects rather than repairs: a wrong number given to a stranger costs more
// than a second scan.
func (cfg *LineConfig) decode(data []byte) Event { return cfg.restoreGS(cfg.split(data)) }

// restoreGS puts GS back where the device sent something else for it.
func (cfg *LineConfig) restoreGS(e Event) Event {
	if cfg.GS != "" && isGS1(e.Symbology) {
		e.Text = strings.ReplaceAll(e.Text, cfg.GS, string(rune(gs)))
	}
	return e
}

// split checks the data and parts the code from what stands around it.
func (cfg *LineConfig) split(data []byte) Event {
	data, reason := cfg.unwrap(data)
	if reason != "" {
		return Event{Reason: reason, Hint: parityHint(data)}
	}
	if slices.ContainsFunc(data, isControl) {
		return Event{Reason: ControlChar}
	}
	if !utf8.Valid(data) {
		return Event{Reason: Charset, Hint: parityHint(data)}
	}
	text := string(bytes.Trim(data, " "))
	switch {
	case text == "":
		return Event{Reason: Empty}
	case slices.Contains(cfg.NoRead, text):
		return Event{Reason: NoRead}
	case len(cfg.CodeIDs) > 0:
		return cfg.splitCodeID(text)
	default:
		return splitAIM(text)
	}
}

// unwrap removes the configured prefix and suffix. It comes before every other
// check because they may be control characters.
func (cfg *LineConfig) unwrap(data []byte) ([]byte, Reason) {
	inner, ok := bytes.CutPrefix(data, []byte(cfg.Prefix))
	if !ok {
		return data, MissingPrefix
	}
	inner, ok = bytes.CutSuffix(inner, []byte(cfg.Suffix))
	if !ok {
		return data, MissingSuffix
	}
	return inner, ""
}

func isControl(c byte) bool { return c < 0x20 && c != gs || c == del }

// splitCodeID removes the longest vendor identifier that fits.
func (cfg *LineConfig) splitCodeID(text string) Event {
	longest := -1
	var symbology string
	for id, aim := range cfg.CodeIDs {
		if len(id) > longest && strings.HasPrefix(text, id) {
			longest, symbology = len(id), aim
		}
	}
	switch longest {
	case -1:
		return Event{Reason: CodeID}
	case len(text):
		return Event{Reason: Empty}
	default:
		return Event{Text: text[longest:], Symbology: symbology}
	}
}

// splitAIM removes the AIM identifier, if the text starts with one.
func splitAIM(text string) Event {
	if !startsWithAIM(text) {
		return Event{Text: text}
	}
	id, rest := text[:3], text[3:]
	if id[1] == 'E' {
		return splitEAN(id, rest)
	}
	if rest == "" {
		return Event{Reason: Empty}
	}
	return Event{Text: rest, Symbology: id}
}

// startsWithAIM knows the letters of the symbologies retail scanners send. Any
// other bracket is data: cutting three characters off a text would make it a
// different code.
func startsWithAIM(text string) bool {
	return len(text) >= 3 && text[0] == ']' &&
		strings.IndexByte("ACEFGHILMQSXJdez", text[1]) >= 0 &&
		strings.IndexByte("0123456789ABCDEFabcdef", text[2]) >= 0
}

// splitEAN checks what the identifier of an EAN or UPC promises (ISO/IEC
// 15424). ]E0 should be 13 digits, but devices send UPC-A with 12 under it, or
// the main symbol with its add-on.
func splitEAN(id, rest string) Event {
	switch id[2] {
	case '1', '2':
		return Event{Reason: AddonOnly}
	case '0', '3':
		switch utf8.RuneCountInString(rest) {
		case 12, 13, 15, 18:
		default:
			return Event{Reason: BadLength}
		}
	case '4':
		if len(rest) != 8 {
			return Event{Reason: BadLength}
		}
	}
	if rest == "" {
		return Event{Reason: BadLength}
	}
	if id[2] == '3' {
		rest = firstRunes(rest, 13) // the add-on is no part of the number
	}
	return Event{Text: rest, Symbology: id}
}

// isGS1 reports whether a symbol begins with FNC1, so that GS parts its fields
// (ISO/IEC 15424; GS1 General Specifications, 5.1): GS1-128, GS1 QR, GS1
// DataMatrix, DataBar, DotCode and Aztec.
func isGS1(symbology string) bool {
	switch symbology {
	case "]C1", "]Q3", "]Q4", "]d2", "]d5", "]e0", "]J1", "]z1":
		return true
	}
	return false
}

// firstRunes cuts by characters, because a cut by bytes could leave text that
// is no longer UTF-8.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
