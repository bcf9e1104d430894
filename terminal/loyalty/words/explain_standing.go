package words

import (
	"strings"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/tier"
)

// A Standing tells what a member holds on a day, and where they stand.
type Standing struct {
	Words Words
	Rules programme.Rules
}

// Lots are a wallet's balance and, where it has several parts, each of them
// with its days.
func (s Standing) Lots(p ledger.Position, day ledger.Day) []string {
	h, w := History{Words: s.Words, Rules: s.Rules}, s.Words
	spendable, _, _ := p.On(day)
	lines := []string{w.named(w.Balance(), h.points(spendable, p.Wallet))}
	lots := p.All()
	if !lots.Dated() {
		return lines
	}
	for _, l := range lots.Open {
		line := "  " + h.points(l.Points, p.Wallet)
		switch {
		case l.Lapsed(day):
			line += w.sayf(text{", vervallen na %s", ", lapsed after %s", ", verfallen nach dem %s", ", validité terminée le %s"}, w.Day(l.Expires))
		case l.Expires != "":
			line += w.sayf(text{", te besteden tot en met %s", ", to be spent until %s", ", einlösbar bis %s", ", à utiliser jusqu'au %s"}, w.Day(l.Expires))
		}
		if l.Pending(day) {
			line += w.sayf(text{", te besteden vanaf %s", ", to be spent from %s", ", einlösbar ab %s", ", à utiliser à partir du %s"}, w.Day(l.Vests))
		}
		if l.Issuer != "" {
			line += w.sayf(text{", op kosten van %s", ", paid for by %s", ", auf Kosten von %s", ", à la charge de %s"}, l.Issuer)
		}
		lines = append(lines, line)
	}
	if lots.Debt != 0 {
		lines = append(lines, "  "+w.sayf(text{"schuld: %s", "owed: %s", "Schuld: %s", "dû : %s"}, h.points(lots.Debt, p.Wallet)))
	}
	return lines
}

// Tier is where the member stands on a ladder.
func (s Standing) Tier(on tier.Standing) string {
	w := s.Words
	line := w.named(on.Ladder.Name, on.Name())
	if on.Level < 0 {
		line = w.named(on.Ladder.Name, w.say(text{"nog geen niveau", "no tier yet", "noch keine Stufe", "pas encore de niveau"}))
	} else if on.Until != "" {
		line += w.sayf(text{", tot en met %s", ", until %s", ", bis %s", ", jusqu'au %s"}, w.Day(on.Until))
	}
	if on.Next != nil {
		missing := explain.Part{Ladder: &on.Ladder}
		missing.Points = on.Missing
		amount := strings.TrimPrefix(Explained{Words: w, Rules: s.Rules}.counted(missing), "+")
		line += w.sayf(text{"; nog %s tot %s", "; %s to go to %s", "; noch %s bis %s", " ; encore %s pour atteindre %s"}, amount, on.Next.Name)
	}
	return line
}

// Member is a club a member belongs to.
func (s Standing) Member(club string, until ledger.Day) string {
	if until == "" {
		return s.Words.sayf(text{"lid van %s", "member of %s", "Mitglied von %s", "adhésion %s"}, club)
	}
	return s.Words.sayf(text{
		"lid van %s, tot en met %s",
		"member of %s, until %s",
		"Mitglied von %s, bis %s",
		"adhésion %s, jusqu'au %s",
	}, club, s.Words.Day(until))
}
