package receipt

import (
	"slices"
	"strings"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/tier"
)

// standing is where a member stands after the sale, and what there is to say to
// them; nothing where the programme has no such things. What goes by the whole
// of what an account holds is left out where that is not known.
func (p page) standing(after ledger.Holding, messages []message.Message) []Block {
	var blocks []Block
	if p.holding.Known {
		for _, l := range p.rules.Ladders {
			if s := tier.On(l, after, p.moment.Day); s.Level >= 0 {
				blocks = append(blocks, pair(p.words.Tier(), p.words.Until(s.Name(), s.Until)))
			}
		}
		for _, m := range tier.Clubs(p.rules, after, p.moment.Day) {
			blocks = append(blocks, pair(p.words.Club(), p.words.Until(m.Club.Name, m.Until)))
		}
	}
	for _, m := range messages {
		blocks = append(blocks, Block{Text: m.Say(p.words, p.rules.Currency)})
	}
	if len(blocks) == 0 {
		return nil
	}
	return append([]Block{{Rule: true}}, blocks...)
}

// pending says what of a wallet cannot be spent yet, and from when on.
func (p page) pending(now ledger.Position) []Block {
	if !p.holding.Known {
		return nil
	}
	_, pending, _ := now.On(p.moment.Day)
	if pending <= 0 {
		return nil
	}
	var days []ledger.Day
	for _, lot := range now.All().Open {
		if lot.Pending(p.moment.Day) && !slices.Contains(days, lot.Vests) {
			days = append(days, lot.Vests)
		}
	}
	if len(days) == 1 {
		return []Block{p.points(p.words.SpendableFrom(days[0]), now.Wallet, pending)}
	}
	return []Block{p.points(p.words.StillPending(), now.Wallet, pending)}
}

// mostStamps is the longest row of stamps that fits the narrowest paper.
const mostStamps = 10

// stamps is a stamp card as people know it: how many there are of those that
// the first reward takes.
func (p page) stamps(now ledger.Position) []Block {
	wallet, _ := p.rules.Wallet(now.Wallet)
	at := slices.IndexFunc(p.rules.Rewards, func(r programme.Reward) bool { return r.Wallet == now.Wallet && r.Points > 0 })
	if wallet.Kind != programme.Stamps || at < 0 || !p.holding.Known {
		return nil
	}
	reward := p.rules.Rewards[at]
	spendable, _, _ := now.On(p.moment.Day)
	have, need := max(min(spendable, reward.Least()), 0), reward.Least()
	blocks := []Block{pair(reward.Name, p.words.OutOf(have, need, wallet.Decimals))}
	if all := int(need / ledger.Unit); need%ledger.Unit == 0 && all <= mostStamps {
		full := int(have / ledger.Unit)
		// Signs that every printer has, in every table.
		row := strings.Repeat("[x]", full) + strings.Repeat("[ ]", all-full)
		blocks = append(blocks, Block{Row: []Cell{{Text: row, Align: Centre, Whole: true}}})
	}
	return blocks
}

// games says what was played: what it brought, and what the draw can be
// checked with.
func (p page) games(plays game.Plays) []Block {
	var blocks []Block
	for _, o := range plays.Outcomes {
		blocks = append(blocks, Block{Rule: true}, title(o.Played.Game), p.won(o.Played),
			pair(p.words.Drawn(), p.words.OutOf(ledger.Points(o.Played.Draw)*ledger.Unit, game.Chances*ledger.Unit, 0)))
	}
	for i, o := range plays.Outcomes {
		if i > 0 && o.Played.Commitment == plays.Outcomes[i-1].Played.Commitment {
			continue
		}
		told := programme.PerMonth.Ends(p.moment.Day)
		blocks = append(blocks, Block{Text: p.words.DrawIsChecked(programme.After(told, 1))}, Block{Text: inGroups(o.Played.Commitment.String()), Align: Centre})
	}
	return blocks
}

func (p page) won(g ledger.Played) Block {
	switch {
	case g.Prize != "":
		return Block{Text: p.words.YouWon(g.Prize), Align: Centre, Bold: true, Double: true}
	case g.Missed != "":
		return Block{Text: p.words.PrizeGone(g.Missed), Align: Centre, Bold: true}
	}
	return Block{Text: p.words.WonNothing(), Align: Centre, Bold: true}
}

// inGroups is a long number as it can be read off paper and broken over lines.
func inGroups(hex string) string {
	var groups []string
	for len(hex) > 8 {
		groups, hex = append(groups, hex[:8]), hex[8:]
	}
	return strings.Join(append(groups, hex), " ")
}
