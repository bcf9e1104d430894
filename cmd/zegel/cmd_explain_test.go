package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"zegel/terminal/loyalty/explain"
)

func (s *shop) explains(t *testing.T, stdin string, args ...string) said {
	t.Helper()
	root := &cobra.Command{Use: "zegel", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(newExplain(&options{config: s.path}))
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(append([]string{"explain"}, args...))
	err := root.ExecuteContext(t.Context())
	if err == nil {
		return said{0, out.String(), ""}
	}
	var wanted *exit
	if errors.As(err, &wanted) {
		return said{wanted.code, out.String(), err.Error()}
	}
	return said{exitUsage, out.String(), err.Error()}
}

func TestExplainAMemberAndARecord(t *testing.T) {
	s := newShop(t, "")
	s.sells(t, 2)
	for _, typed := range []struct{ stdin, arg string }{{"", annsCard}, {annsCard + "\n", "-"}} {
		m := s.explains(t, typed.stdin, typed.arg)
		m.is(t, 0, "…4566", "Saldo: 46 punten", "€\u00a023,45 × 1 punt per €\u00a01,00 = 23,45 punten",
			"meegeteld van vorige keer: 0,45 punten", "afgerond op hele punten: 23 punten", "telt de volgende keer mee: 0,9 punten", "het klopt tot op het duizendste")
		if strings.Contains(m.out+m.err, annsCard) {
			t.Errorf("the card's number is shown: %s%s", m.out, m.err)
		}
	}
	var e explanation
	s.explains(t, "", annsCard, "--json", "--lang", "en").reads(t, &e)
	if e.Member == nil || e.Member.Balance[0].Spendable != 46_000 || len(e.Records) != 2 || e.Records[0].Verdict != explain.Same || len(e.Records[0].Text) < 4 {
		t.Fatalf("got %+v", e)
	}
	code, key := e.Records[1].Code, e.Records[1].Record.String()
	for _, name := range []string{code, strings.ToLower(code), key} {
		one := s.explains(t, "", name, "--lang", "en")
		one.is(t, 0, code+": sale", "counts next time: 0.45 points", "it agrees to the thousandth")
	}
	for _, nobody := range []string{"2900009999996", "+31612345678", "A1B2-77", "nonsense"} {
		said := s.explains(t, "", nobody)
		if want := "(K-110)"; nobody != "A1B2-77" {
			said.is(t, exitProblems, want)
		} else {
			said.is(t, exitProblems, "no record with this reference here")
		}
		if strings.Contains(said.out+said.err, nobody) {
			t.Errorf("what was typed is shown: %s%s", said.out, said.err)
		}
	}
	var wide []string
	for _, line := range strings.Split(s.explains(t, "", annsCard).out, "\n") {
		if utf8.RuneCountInString(line) > columns {
			wide = append(wide, line)
		}
	}
	if len(wide) > 0 {
		t.Errorf("wider than %d: %q", columns, wide)
	}
	s.explains(t, "", "ZR1:NONSENSE").is(t, exitProblems, "not one of this chain's slips")
	s.explains(t, "", key[:strings.LastIndexByte(key, '/')]+"/999").is(t, exitProblems, "no such record")
}

func TestALongLineIsFolded(t *testing.T) {
	long := "  betaald met cadeaukaart € 5,00, waarvan € 2,70 voor wat meetelt: daarover wordt niets gespaard, en dat is alles"
	rows := folded(long)
	if len(rows) != 2 || !strings.HasPrefix(rows[1], "      ") || strings.HasPrefix(rows[1], "       ") {
		t.Fatalf("got %q", rows)
	}
	for _, row := range rows {
		if utf8.RuneCountInString(row) > columns {
			t.Errorf("%q is wider than %d", row, columns)
		}
	}
	if got := strings.TrimSpace(rows[0]) + " " + strings.TrimSpace(rows[1]); got != strings.TrimSpace(long) {
		t.Errorf("got %q", got)
	}
	word := strings.Repeat("x", 2*columns)
	if rows := folded(word); len(rows) != 1 || rows[0] != word {
		t.Errorf("got %q", rows)
	}
}
