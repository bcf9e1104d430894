package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/simulate"
	"zegel/terminal/loyalty/words"
)

// tellSimulation writes what a simulation came to for people.
func tellSimulation(out io.Writer, w words.Words, s simulation) error {
	t := simulationTable{out: out, words: w, s: s}
	t.head()
	for _, wallet := range s.Wallets {
		t.wallet(wallet)
	}
	t.rules()
	t.rewards()
	t.members()
	t.leftOut()
	return t.err
}

type simulationTable struct {
	out   io.Writer
	words words.Words
	s     simulation
	err   error
}

func (t *simulationTable) say(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintln(t.out, plainText(fmt.Sprintf(format, args...)))
	}
}

func (t *simulationTable) table(rows [][]string) {
	if t.err == nil {
		t.err = show.Table(t.out, rows)
	}
}

func (t *simulationTable) head() {
	s := t.s
	t.say("%s, version %d, on what happened from %s to %s", s.Draft, s.Version, s.First, s.Last)
	t.say("%s baskets of %s members, turnover %s; %s s, %s baskets/s", show.Thousands(int64(s.Baskets)), show.Thousands(int64(s.Members)),
		t.money(s.Turnover), fmt.Sprintf("%.1f", s.Seconds), show.Thousands(s.Speed))
	t.say("something else for %s baskets (%s) and %s members (%s)", show.Thousands(int64(s.BasketsAffected)), percent(s.BasketsAffected, s.Baskets),
		show.Thousands(int64(s.MembersAffected)), percent(s.MembersAffected, s.Members))
	if s.Emptied > 0 {
		t.say("%s baskets could not be decided again, because their bodies were emptied; what they gave stands on both sides", show.Thousands(int64(s.Emptied)))
	}
}

func percent(n, of int) string {
	if of == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

func (t *simulationTable) money(m basket.Money) string { return t.words.Money(m, t.s.currency) }

func signed(text string, minus bool) string {
	if minus {
		return text
	}
	return "+" + text
}

func pointsText(p ledger.Points) string {
	sign, text := "", p.String()
	if p < 0 {
		sign, text = "-", text[1:]
	}
	whole, rest, cut := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil {
		whole = show.Thousands(n)
	}
	if cut {
		whole += "." + rest
	}
	return sign + whole
}

func pointsRow(name string, p simulate.Points) []string {
	return []string{"  " + name, pointsText(p.Was), pointsText(p.Draft), signed(pointsText(p.Draft-p.Was), p.Draft < p.Was), share(int64(p.Draft-p.Was), int64(p.Was))}
}

func (t *simulationTable) moneyRow(name string, m simulate.Money) []string {
	return []string{"  " + name, t.money(m.Was), t.money(m.Draft), signed(t.money(m.Draft-m.Was), m.Draft < m.Was), share(int64(m.Draft-m.Was), int64(m.Was))}
}

// share is a change in per cent of what was.
func share(change, of int64) string {
	if of == 0 || change == 0 {
		return ""
	}
	return fmt.Sprintf("%+.1f %%", 100*float64(change)/float64(of))
}

func (t *simulationTable) wallet(w simulate.Wallet) {
	t.say("")
	rows := [][]string{{strings.ToUpper(string(w.Name)), "was", "draft", "difference", ""}}
	for _, row := range []struct {
		name   string
		points simulate.Points
	}{
		{"earned", w.Base}, {"bonus", w.Bonus}, {"other", w.Other}, {"redeemed", w.Redeemed}, {"taken back", w.TakenBack}, {"given back", w.GivenBack}, {"lapsed", w.Lapsed},
		{"balance", w.Balance}, {"pending", w.Pending},
	} {
		if row.points != (simulate.Points{}) || row.name == "balance" {
			rows = append(rows, pointsRow(row.name, row.points))
		}
	}
	if w.Value != (simulate.Money{}) {
		rows = append(rows, t.moneyRow("what members hold stands for", w.Value))
	}
	t.table(rows)
}

func (t *simulationTable) rules() {
	if len(t.s.Rules) == 0 {
		return
	}
	t.say("")
	rows := [][]string{{"RULES", "was", "draft", "difference", "", "baskets"}}
	for _, r := range t.s.Rules {
		rows = append(rows, append(pointsRow(r.Name+" ("+string(r.Wallet)+")", r.Points), show.Thousands(int64(r.Times.Was))+" -> "+show.Thousands(int64(r.Times.Draft))))
	}
	t.table(rows)
}

func (t *simulationTable) rewards() {
	if len(t.s.Rewards) == 0 {
		return
	}
	t.say("")
	rows := [][]string{{"REWARDS", "was", "draft", "difference", "", "times"}}
	for _, r := range t.s.Rewards {
		times := show.Thousands(int64(r.Times.Was)) + " -> " + show.Thousands(int64(r.Times.Draft))
		rows = append(rows, append(pointsRow(r.Name+" ("+string(r.Wallet)+")", r.Points), times))
		if r.Money != (simulate.Money{}) {
			rows = append(rows, t.moneyRow("  which came to", r.Money))
		}
	}
	rows = append(rows, t.moneyRow("all of them came to", t.s.Money))
	t.table(rows)
}

func (t *simulationTable) members() {
	if len(t.s.Top) == 0 {
		return
	}
	t.say("")
	rows := [][]string{{"MEMBERS FOR WHOM MOST DIFFERS", "earned", "draft", "difference", "", "balance"}}
	for _, m := range t.s.Top {
		name := m.Card
		if name == "" {
			name = m.Account.Short()
		}
		for i, w := range m.Wallets {
			if i > 0 {
				name = ""
			}
			rows = append(rows, append(pointsRow(name+" "+string(w.Name), w.Earned), pointsText(w.Balance.Was)+" -> "+pointsText(w.Balance.Draft)))
		}
	}
	t.table(rows)
}

func (t *simulationTable) leftOut() {
	if len(t.s.LeftOut) == 0 {
		return
	}
	t.say("")
	rows := [][]string{{"LEFT OUT", "times", "points", ""}}
	for _, l := range t.s.LeftOut {
		why := "the draft has no such thing"
		if l.Code != "" {
			why = "the draft refuses it (" + string(l.Code) + ")"
		}
		rows = append(rows, []string{"  " + strings.TrimSpace(l.What+" "+l.Name), show.Thousands(int64(l.Times)), pointsText(l.Points), why})
	}
	t.table(rows)
}
