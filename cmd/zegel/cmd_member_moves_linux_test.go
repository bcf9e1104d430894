package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const newCard = "2900009999993"

func TestMergingAndReplacingCards(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 2)
	r := s.runs(t)
	s.command(t, newMember, "merge", annsCard, newCard).is(t, 0, "-3")
	s.explains(t, "", newCard).is(t, 0, "Saldo: 46 punten", "overgezet: 46 punten", "two cards of one member")
	s.explains(t, "", annsCard).is(t, 0, "Saldo: 0 punten", "meegeteld van vorige keer: 0,45 punten")
	s.command(t, newMember, "replace", newCard, annsCard, "--operator", "Anna").is(t, 0, "-4")
	s.explains(t, "", annsCard).is(t, 0, "Saldo: 46 punten", "card replaced")
	for _, c := range []struct{ from, to, code string }{
		{annsCard, annsCard, "(K\u2011241)"},
		{"2900007777777", annsCard, "(K\u2011110)"},
		{newCard, annsCard, "(K\u2011201)"},
		{"nonsense", annsCard, "(K\u2011110)"},
	} {
		if got := s.command(t, newMember, "merge", c.from, c.to); got.code == 0 || strings.Contains(got.err, c.from) {
			t.Errorf("%s: got %+v", c.code, got)
		}
	}
	r.stop()
	s.zegel(t, "verify").is(t, 0)
}

func TestImportingBalances(t *testing.T) {
	s := newShop(t, "")
	r := s.runs(t)
	file := filepath.Join(t.TempDir(), "balances.csv")
	text := "card,wallet,points,earned_on,expires,note\n" +
		annsCard + ",points,120,2025-03-01,2099-12-31,stempelkaart\n" +
		annsCard + ",points,12.5,2025-06-01,2098-06-30,\n" +
		newCard + ",points,7,,,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.command(t, newMember, "import", file, "--check").is(t, 0, "3 lots can be read")
	s.command(t, newMember, "import", file, "--source", "kassa 2019").is(t, 0, "3 lots, of which 0 had been posted before")
	s.command(t, newMember, "import", file, "--source", "kassa 2019").is(t, 0, "3 lots, of which 3 had been posted before")
	s.explains(t, "", annsCard).is(t, 0, "Saldo: 132,5 punten", "120 punten, te besteden tot en met 31-12-2099",
		"12,5 punten, te besteden tot en met 30-06-2098", "beginsaldo: 120 punten", "kassa 2019: stempelkaart")
	for _, bad := range []string{"", "card,wallet\n", "card,wallet,points\n" + annsCard + ",points,-3\n", "card,wallet,points\n" + annsCard + ",points,veel\n",
		"card,wallet,points,expires\n" + annsCard + ",points,3,31-12-2099\n", "card,wallet,points\n\"" + annsCard} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		got := s.command(t, newMember, "import", file)
		got.is(t, exitProblems)
		if strings.Contains(got.err+got.out, annsCard) {
			t.Errorf("a card's number is shown: %+v", got)
		}
	}
	r.stop()
	s.zegel(t, "verify").is(t, 0)
}
