package demo

import (
	"maps"
	"testing"
)

const slip = `              Bakkerij Demo

22-11-2026                           22:47
Kaart                              ...0025
               GECORRIGEERD
Hoort bij                          8D86-10
──────────────────────────────────────────
Bijgeschreven                    10 punten
Saldo                            58 punten
Telt volgende keer mee         0,72 punten
Bijgeschreven                      1 zegel
Saldo per 21-11                    1 zegel
──────────────────────────────────────────
Kenmerk                            8D86-12
`

func TestAPaperIsReadAsAPersonWould(t *testing.T) {
	cases := []struct {
		name, text, code, card string
		duplicate              bool
		balances               map[string]string
	}{
		{"the slip of a move, whose last reference is its own", slip, "8D86-12", "…0025", false, map[string]string{"points": "58 punten", "stamps": "1 zegel"}},
		{"a copy", "DUPLICAAT\n" + slip, "8D86-12", "…0025", true, map[string]string{"points": "58 punten", "stamps": "1 zegel"}},
		{"a copy in double letters", "D U P L I C A A T\nKenmerk 00AF-3\n", "00AF-3", "", true, map[string]string{}},
		{"a balance that is not known", "Kaart ...0018\nSaldo volgt\nKenmerk 8D86-4\n", "8D86-4", "…0018", false, map[string]string{"points": "", "stamps": ""}},
		{"nothing of ours", "29-00000 kaart\n", "", "", false, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, duplicate := ReadPaper(c.text)
			if code != c.code || duplicate != c.duplicate || cardOn(c.text) != c.card || !maps.Equal(balancesOn(c.text), c.balances) {
				t.Errorf("read code %q, duplicate %v, card %q, balances %v", code, duplicate, cardOn(c.text), balancesOn(c.text))
			}
		})
	}
}

func TestCardsHaveTheCheckDigitOfAnEAN(t *testing.T) {
	for n, want := range map[int]string{1: "2900000000018", 5: "2900000000056", 79: "2900000000797"} {
		if got := Card(n); got != want {
			t.Errorf("card %d is %s, want %s", n, got, want)
		}
	}
}
