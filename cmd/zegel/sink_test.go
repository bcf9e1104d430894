package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"zegel/cmd/zegel/show"
)

// T11: what a spreadsheet takes for a formula begins no cell, also of one that
// takes a semicolon for the end of a cell.
func TestTextsForASpreadsheetAreNoFormulas(t *testing.T) {
	for given, want := range map[string]string{
		"Anna": "Anna", "till/=1": "till/=1", "A-1": "A-1", "": "",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(1)": "'@SUM(1)", "＝1+1": "'＝1+1", "－1": "'－1",
		"x;=1+1": "x;'=1+1", "x; =1": "x; '=1", `x;"=1"`: `x;"'=1"`, "x;;+1;@2": "x;;'+1;'@2", " =1": " '=1",
		"\t=1": "?=1", "x\r\n=1": "x??=1", "\u202e=1": "?=1", "\x1b[2J": "?[2J", "\u009b2J": "?2J",
	} {
		if got := harmless(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

// T11: what is written for a screen neither draws on it nor turns the order it
// is read in, and programs read from it what was meant.
func TestAnswersDrawNothingOnTheScreen(t *testing.T) {
	const hostile = "\x1b[2J\x07\u009b2J\u202egnp\u2066\u200b\u2028\U000e0041\ufeff Zoë 王 💩 <b>&"
	if got, want := plainText(hostile), "?[2J??2J?gnp????? Zoë 王 💩 <b>&"; got != want {
		t.Errorf("as text: got %q, want %q", got, want)
	}
	var out bytes.Buffer
	if err := show.JSON(&out, map[string]any{hostile: []string{hostile}}); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }); i >= 0 {
		t.Errorf("as JSON: %q", out.String()[i:])
	}
	var back map[string][]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || len(back[hostile]) != 1 || back[hostile][0] != hostile {
		t.Errorf("read back: %v, %q", err, back)
	}
	if !strings.Contains(out.String(), "Zoë 王 💩") {
		t.Errorf("what people read is escaped: %s", out.String())
	}
}
