package receipt

import (
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// KindBalance is what a member asked for and nothing else: what they hold.
const KindBalance Kind = "balance"

// A Balance is what the slip of a member who asks what they hold is made from.
// No record belongs to it: nothing happened.
type Balance struct {
	Words    words.Words
	Rules    programme.Rules
	Zone     *time.Location // that Rules.Zone names; nil is UTC
	Moment   ledger.Moment
	Mask     string // of the card
	Holding  ledger.Holding
	Messages []message.Message
	// Offline says that there is no line to head office now.
	Offline bool
}

// mostLots is how many days are told on which something lapses: the nearest.
const mostLots = 3

// ForBalance is the slip of a member's balance: wallet by wallet what can be
// spent, what of it lapses first, and what cannot be spent yet.
func ForBalance(b Balance) Slip {
	p := page{words: b.Words, rules: b.Rules, zone: b.Zone, moment: b.Moment, mask: b.Mask, holding: b.Holding, offline: b.Offline}
	blocks := append(p.top(), title(b.Words.BalanceSlip()), Block{Rule: true})
	for _, w := range b.Rules.Wallets {
		now := b.Holding.In(w.Name)
		if !carries(b.Rules, w.Name) {
			now.Rest = ledger.Fraction{}
		}
		blocks = append(append(blocks, p.position(now)...), p.lapsing(now)...)
		blocks = append(append(blocks, p.pending(now)...), p.stamps(now)...)
	}
	if !b.Holding.Known {
		blocks = append(blocks, Block{Text: b.Words.BalanceFollows()})
	}
	blocks = append(blocks, p.standing(b.Holding, b.Messages)...)
	return p.slip(KindBalance, append(blocks, p.ending()...))
}

// lapsing says what of a wallet lapses on the nearest days.
func (p page) lapsing(now ledger.Position) []Block {
	if !p.holding.Known {
		return nil
	}
	var days []ledger.Day
	on := make(map[ledger.Day]ledger.Points)
	for _, lot := range now.All().Open { // the soonest to lapse first
		if lot.Expires == "" || lot.Lapsed(p.moment.Day) || lot.Pending(p.moment.Day) {
			continue
		}
		if _, told := on[lot.Expires]; !told {
			if len(days) == mostLots {
				continue
			}
			days = append(days, lot.Expires)
		}
		on[lot.Expires] += lot.Points
	}
	var blocks []Block
	for _, day := range days {
		blocks = append(blocks, p.points(p.words.SpendableUntil(day), now.Wallet, on[day]))
	}
	return blocks
}
