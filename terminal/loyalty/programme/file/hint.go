package file

import (
	"bytes"
	"strings"
	"unicode"
)

// hint says in plain words what to write, for who does not know TOML; "" where
// the parser's own words must do. line is the line at which the parser stopped,
// col the column from 1, and key what it was reading, where it says so.
func hint(parser, line, key string, col int) string {
	has := func(text string) bool { return strings.Contains(parser, text) }
	switch {
	case has("already exists as an array of tables"), has("should be an array table"):
		return "write every one of them with double brackets, [[" + key + "]]"
	case has("already exists"):
		return "[" + key + "] stands twice: put the keys of both under one; of what there can be several, each begins with double brackets, [[…]]"
	case has("already defined"):
		return "it stands twice: leave one out"
	case has("cannot have new lines"), has("unterminated"):
		return "the text has no closing quote on this line"
	case has("invalid escape"):
		return `write \\ for one \ in a text, or put the text in single quotes: 'LOY:\d+'`
	case has("not end of input"):
		return "there is no value after the ="
	case has("at start of value"):
		return hintOfValue(strings.TrimSpace(line[min(max(col-1, 0), len(line)):]))
	case has("table name"), has("array table name"), has("got U+005D"):
		return "as many brackets at the end as at the beginning: [slip], [[earn]]"
	case has("expected newline"):
		return hintOfMore(line, col)
	case has("expected '=' after key"):
		if strings.HasPrefix(strings.TrimSpace(line[min(max(col-1, 0), len(line)):]), ":") {
			return "write = and not :"
		}
		return `a line is a key, = and a value: name = "Punten"`
	case has("start of key"):
		return `a line is a key, = and a value, name = "Punten"; the header of a table, [slip] or [[earn]]; or a comment after #`
	case has("dates are expected"), has("impossible date"):
		return "write year-month-day: 2026-12-31"
	case has("leading zeroes"):
		return `a code is text, in quotes: "0123"`
	case has("decimal point must"):
		return `write amounts in quotes, with a point: "1.50"`
	case has("after array value"):
		return `a list is ["…", "…"]: a comma or the ] at its end is missing`
	case has("inline table is incomplete"):
		return "the } at its end is missing, or a comma in it"
	case has(`expected keyword`):
		return `write true or false; any other word in quotes, "…"`
	}
	return ""
}

// hintOfValue is about a value that begins with nothing a value begins with.
func hintOfValue(value string) string {
	word := strings.ToLower(strings.TrimFunc(strings.SplitN(value, " ", 2)[0], unicode.IsPunct))
	switch {
	case value == "" || strings.HasPrefix(value, "#"):
		return "there is no value after the ="
	case strings.HasPrefix(value, "“"), strings.HasPrefix(value, "”"), strings.HasPrefix(value, "„"), strings.HasPrefix(value, "‘"), strings.HasPrefix(value, "’"):
		return `use straight quotes: "…"`
	case word == "true" || word == "yes" || word == "ja" || word == "on":
		return "write true"
	case word == "false" || word == "no" || word == "nee" || word == "off":
		return "write false"
	case strings.HasPrefix(value, "."), strings.HasPrefix(value, ","), strings.HasPrefix(value, "€"), strings.HasPrefix(value, "$"):
		return `write amounts in quotes, with a point: "0.50"`
	}
	return `text goes in quotes: "` + strings.TrimSpace(strings.SplitN(value, "#", 2)[0]) + `"`
}

// hintOfMore is about what follows a value on its line.
func hintOfMore(line string, col int) string {
	rest := line[min(max(col-1, 0), len(line)):]
	_, value, _ := strings.Cut(line[:len(line)-len(rest)], "=")
	value = strings.TrimSpace(value)
	switch {
	case strings.HasPrefix(rest, ",") && value != "" && strings.Trim(value, "0123456789") == "":
		return `write amounts in quotes, with a point: "` + value + "." + strings.TrimRightFunc(strings.TrimLeft(strings.SplitN(rest, "#", 2)[0], ","), unicode.IsSpace) + `"`
	case strings.HasPrefix(rest, "%"):
		return "write the number without %"
	}
	return "one key on a line, and text in quotes"
}

// lineOf is a line of a text, from 1.
func lineOf(text []byte, line int) string {
	lines := bytes.Split(text, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	return string(bytes.TrimRight(lines[line-1], "\r"))
}
