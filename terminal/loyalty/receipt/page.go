package receipt

import (
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A page is what the slips about a customer have in common.
type page struct {
	words   words.Words
	rules   programme.Rules
	zone    *time.Location // that rules.Zone names; nil is UTC
	moment  ledger.Moment
	mask    string         // "" for a customer without a card
	code    string         // QR for returns; "" for none
	holding ledger.Holding // as it was before
	offline bool           // there is no line to head office
}

// top is everything above what the slip is about.
func (p page) top() []Block {
	w, at := p.words, p.local(p.moment.At)
	blocks := append(heading(p.rules.Header),
		Block{Row: []Cell{{Text: w.Date(at), Whole: true}, {Text: w.Time(at), Align: Right, Whole: true}}},
	)
	if p.mask != "" {
		blocks = append(blocks, pair(w.Card(), p.mask))
	}
	return blocks
}

// title says in large what the slip is about.
func title(text string) Block { return Block{Text: text, Align: Centre, Bold: true} }

// bottom is everything below it.
func (p page) bottom(record ledger.Key) []Block {
	var blocks []Block
	if !p.holding.Known {
		blocks = append(blocks, Block{Text: p.words.BalanceFollows()})
	}
	blocks = append(blocks, Block{Rule: true}, pair(p.words.Reference(), record.Code()))
	if p.code != "" {
		blocks = append(blocks, Block{QR: p.code, Align: Centre}, Block{Text: p.words.ForReturns(), Align: Centre})
	}
	return append(blocks, p.ending()...)
}

func (p page) slip(kind Kind, blocks []Block) Slip {
	return Slip{Kind: kind, Lang: p.words.Language(), Blocks: blocks}
}

// local is an instant on the shop's clock.
func (p page) local(at time.Time) time.Time {
	if p.zone == nil {
		return at.UTC()
	}
	return at.In(p.zone)
}

func heading(lines []string) []Block {
	if len(lines) == 0 {
		return nil
	}
	blocks := []Block{{Text: lines[0], Align: Centre, Bold: true}}
	for _, line := range lines[1:] {
		blocks = append(blocks, Block{Text: line, Align: Centre})
	}
	return append(blocks, Block{Feed: 1})
}

// points is a label with a number of a wallet's units.
func (p page) points(label string, w ledger.Wallet, points ledger.Points) Block {
	wallet, _ := p.rules.Wallet(w)
	return pair(label, p.words.Points(points, wallet))
}

// position says what can be spent of a wallet now, and nothing where that is not
// known.
func (p page) position(now ledger.Position) []Block {
	if !p.holding.Known {
		return nil
	}
	spendable, _, _ := now.On(p.moment.Day)
	blocks := []Block{p.points(p.balance(), now.Wallet, spendable)}
	if rest := thousandths(now.Rest); rest != 0 {
		blocks = append(blocks, p.points(p.words.Remainder(), now.Wallet, rest))
	}
	return blocks
}

// balance is what stands before a balance. Head office's word of an earlier
// day says so, for since then another shop may have given or taken; and without
// a line also one of the same day does, for nobody can ask again.
func (p page) balance() string {
	if p.holding.AsOf == 0 {
		return p.words.Balance()
	}
	word := time.UnixMilli(int64(p.holding.AsOf))
	if day := p.rules.Calendar(p.zone).Moment(word, true).Day; day < p.moment.Day {
		return p.words.BalanceAsOf(day)
	}
	if p.offline {
		return p.words.BalanceAt(p.local(word))
	}
	return p.words.Balance()
}

func (p page) ending() []Block {
	lines := p.rules.Footer
	if len(lines) == 0 {
		lines = []string{p.words.Thanks()}
	}
	blocks := []Block{{Feed: 1}}
	for _, line := range lines {
		blocks = append(blocks, Block{Text: line, Align: Centre})
	}
	return blocks
}

// thousandths drops the part of a remainder that no slip could show.
func thousandths(f ledger.Fraction) ledger.Points { return ledger.Points(f.Num / max(f.Den, 1)) }

// pair is a label with its value at the right edge.
func pair(label, value string) Block {
	return Block{Row: []Cell{{Text: label}, {Text: value, Align: Right, Whole: true}}}
}
