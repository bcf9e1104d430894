package message

import (
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// Say is the line in words; currency is the programme's.
func (m Message) Say(w words.Words, currency string) string {
	switch m.Kind {
	case programme.MessageNextReward:
		if m.Points == 0 {
			return w.ReadyFor(m.Reward)
		}
		return w.ToGoFor(m.Points, m.Wallet, m.Reward)
	case programme.MessageLapsing:
		return w.LapsingAfter(m.Points, m.Wallet, m.Day)
	case programme.MessageTier:
		return m.sayTier(w, currency)
	case programme.MessagePerks:
		labels := make([]string, len(m.Perks))
		for i, p := range m.Perks {
			labels[i] = Label(p.Name, p.Label, w)
		}
		return w.YourPerks(strings.Join(labels, ", "))
	}
	return Label(m.Name, m.Text, w)
}

func (m Message) sayTier(w words.Words, currency string) string {
	next, missing := m.Standing.Next.Name, m.Standing.Missing
	switch m.Standing.Ladder.On {
	case programme.OnSpend:
		// Of a ladder by what was spent 1.000 is one whole unit of money: part of
		// a minor unit that is missing is one that has to be spent.
		minor := ledger.Points(1)
		for range programme.MinorDigits(currency) {
			minor *= 10
		}
		return w.SpendUntilTier(basket.Money((missing*minor+ledger.Unit-1)/ledger.Unit), currency, next)
	case programme.OnVisits:
		return w.VisitsUntilTier(int64((missing+ledger.Unit-1)/ledger.Unit), next)
	}
	return w.PointsUntilTier(missing, m.Wallet, next)
}

// Label is a text in the words' language, or else the programme's own name.
func Label(name string, texts map[string]string, w words.Words) string {
	language, _, _ := strings.Cut(w.Language(), "-")
	for _, tag := range []string{w.Language(), language} {
		if text := texts[tag]; text != "" {
			return text
		}
	}
	return name
}
