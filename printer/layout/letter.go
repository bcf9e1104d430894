package layout

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"zegel/terminal/loyalty/receipt"
)

// paragraphs cuts text that is clean into letters, one Line of any length for each of its lines. There is at
// least one.
func paragraphs(text string, style Style) []Line {
	var all []Line
	for paragraph := range strings.SplitSeq(text, "\n") {
		all = append(all, letters(paragraph, style))
	}
	return all
}

// spans are paragraphs whose letters have several styles.
func spans(spans []receipt.Span, block Style) []Line {
	all := []Line{nil}
	for _, s := range spans {
		style := block
		style.Bold = style.Bold || s.Bold
		style.Underline = style.Underline || s.Underline
		style.Invert = style.Invert || s.Invert
		if s.Double || s.Wide > 0 || s.Tall > 0 {
			style = style.sized(size(s.Double, s.Wide), size(s.Double, s.Tall))
		}
		for i, part := range paragraphs(Clean(s.Text), style) {
			if i > 0 {
				all = append(all, nil)
			}
			all[len(all)-1] = append(all[len(all)-1], part...)
		}
	}
	return all
}

// letters cuts text that is clean into its letters.
func letters(text string, style Style) Line {
	line := make(Line, 0, len(text))
	for len(text) > 0 {
		letter, width := text[:1], 1
		// Only a letter that something follows that is not ASCII can be more than its byte.
		if text[0] >= 0x80 || len(text) > 1 && text[1] >= 0x80 {
			letter, width = first(text)
		}
		text = text[len(letter):]
		// A mark over a blank, or over nothing, is no letter: no code table could print it.
		for _, blank := range []string{" ", glue} {
			if strings.HasPrefix(letter, blank) {
				letter = blank
			}
		}
		if width > 0 {
			line = append(line, Cell{Text: letter, Wide: width > 1, Style: style})
		}
	}
	return line
}

// soundMarks follow a letter of half-width katakana and change its sound.
const soundMarks = "ﾞﾟ"

// longestLetter is the most bytes of one letter. Languages stay far below it; text that was made to be one letter would
// be looked through again and again.
const longestLetter = 128

// first is the letter that text begins with, and its columns. The marks of half-width katakana are one letter with
// what they belong to for the reader, but printers give them a column of their own.
func first(text string) (letter string, width int) {
	if strings.HasPrefix(text, "ﾞ") || strings.HasPrefix(text, "ﾟ") {
		return text[:len("ﾞ")], 1
	}
	ahead := min(len(text), longestLetter)
	for ahead < len(text) && !utf8.RuneStart(text[ahead]) {
		ahead--
	}
	letter, _, width, _ = uniseg.FirstGraphemeClusterInString(text[:ahead], -1)
	if i := strings.IndexAny(letter, soundMarks); i > 0 {
		letter = letter[:i]
		width = uniseg.StringWidth(letter)
	}
	return letter, width
}
