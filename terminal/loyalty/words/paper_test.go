package words_test

import (
	"testing"

	"zegel/terminal/loyalty/words"
)

// What a slip's code proves, and what it does not, is said apart in every language.
func TestWhatACheckedSlipProves(t *testing.T) {
	all := make(map[string]bool)
	for _, lang := range languages {
		c := words.SlipCheck{Words: in(t, lang)}
		for _, s := range []string{c.Genuine(), c.ProvesNot(), c.Forged(), c.NoCode(), c.Agrees(), c.Differs()} {
			if s == "" || all[s] {
				t.Errorf("%s: %q", lang, s)
			}
			all[s] = true
		}
	}
}

func TestWhatDoesNotComeOutIsNotHandedOver(t *testing.T) {
	for lang, want := range map[string][2]string{
		"nl": {"Gespaard: 5 punten. De punten zijn bijgeschreven. Geef de bon mee.", "Gespaard: 5 punten. De punten zijn bijgeschreven. Er komt geen bon uit; op verzoek kan het."},
		"en": {"Earned: 5 punten. The points are added. Hand over the slip.", "Earned: 5 punten. The points are added. No slip comes out; one can be had on request."},
		"de": {"Gesammelt: 5 punten. Die Punkte sind gutgeschrieben. Bitte den Bon mitgeben.", "Gesammelt: 5 punten. Die Punkte sind gutgeschrieben. Es kommt kein Bon heraus; auf Wunsch gibt es einen."},
		"fr": {"Gain\u00a0: 5 punten. Les points sont crédités. Remettez le ticket.", "Gain\u00a0: 5 punten. Les points sont crédités. Aucun ticket ne sort\u00a0; il est possible d'en demander un."},
	} {
		w := in(t, lang)
		for i, noPaper := range []bool{false, true} {
			if got := w.SayPaid("5 punten", noPaper); got != want[i] {
				t.Errorf("%s: got %q, want %q", lang, got, want[i])
			}
		}
	}
}
