package file_test

import (
	"strings"
	"testing"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/words"
)

// Every language there are words in can be a programme's.
func TestAProgrammeCanSpeakEveryLanguage(t *testing.T) {
	for _, lang := range words.Languages() {
		rules, err := file.Parse([]byte(strings.Replace(justPoints, "[[card]]", "language = \""+lang+"\"\n[[card]]", 1)))
		if err != nil || rules.Language != lang {
			t.Errorf("%s: %q, %v", lang, rules.Language, err)
		}
		if unit := rules.Wallets[0].Unit(lang); unit == (programme.Unit{}) || strings.HasPrefix(lang, "de") && unit.Many != "Punkte" {
			t.Errorf("%s: the units of the wallet that everybody gets are %+v", lang, unit)
		}
	}
}
