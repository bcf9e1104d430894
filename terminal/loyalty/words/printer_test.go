package words_test

import (
	"strings"
	"testing"

	"zegel/terminal/loyalty/words"
)

func TestEveryTroubleOfAPrinterHasWordsInEveryLanguage(t *testing.T) {
	for _, lang := range languages {
		w := in(t, lang)
		r := words.Report{Words: w}
		seen := make(map[string]string)
		for _, name := range []string{"paper-out", "cover-open", "cutter", "error", "offline", "busy", "denied", "unconfirmed"} {
			s := w.PrinterTrouble(name)
			if other, twice := seen[s]; twice || !strings.Contains(s, " (K-30") || s == w.PrinterGone() {
				t.Errorf("%s: %s says %q, as %q", lang, name, s, other)
			}
			seen[s] = name
		}
		for _, name := range []string{"absent", "silent", "stalled", "stopped", "what comes next year"} {
			if got := w.PrinterTrouble(name); got != w.PrinterGone() {
				t.Errorf("%s: %s says %q", lang, name, got)
			}
		}
		for _, name := range []string{"queued", "sending", "sent", "printed", "held", "late", "failed", "unknown"} {
			if s := r.SlipState(name); s == "" || s == name && lang != "en" {
				t.Errorf("%s: %s is %q", lang, name, s)
			}
		}
		if got := r.SlipState("x"); got != "x" {
			t.Errorf("got %q", got)
		}
	}
}
