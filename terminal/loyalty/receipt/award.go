package receipt

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// An Award is what the slip of an award is made from.
type Award struct {
	Words   words.Words
	Rules   programme.Rules
	Zone    *time.Location // that Rules.Zone names; nil is UTC
	Moment  ledger.Moment
	Mask    string // of the card
	Basket  basket.Basket
	Holding ledger.Holding // as it was before the award
	Outcome earn.Outcome
	Record  ledger.Key
}

// ForAward is the slip of an award.
func ForAward(a Award) Slip {
	w, at := a.Words, a.local()
	blocks := heading(a.Rules.Header)
	blocks = append(blocks,
		Block{Row: []Cell{{Text: w.Date(at), Whole: true}, {Text: w.Time(at), Align: Right, Whole: true}}},
		pair(w.Card(), a.Mask),
		pair(w.Purchase(), w.Money(a.Basket.Total, a.Basket.Currency)),
		Block{Rule: true},
	)
	for _, g := range a.Outcome.Gains {
		blocks = append(blocks, a.gain(g)...)
	}
	if !a.Holding.Known {
		blocks = append(blocks, Block{Text: w.BalanceFollows()})
	}
	blocks = append(blocks, Block{Rule: true}, pair(w.Reference(), a.Record.Code()))
	return Slip{Kind: KindAward, Lang: w.Language(), Blocks: append(blocks, a.ending()...)}
}

// local is the moment on the shop's clock.
func (a Award) local() time.Time {
	if a.Zone == nil {
		return a.Moment.At.UTC()
	}
	return a.Moment.At.In(a.Zone)
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

// gain says what one wallet got, and what it holds where that is known: an
// account that may hold more elsewhere shows no figure, least of all 0.
func (a Award) gain(g earn.Gain) []Block {
	w := a.Words
	wallet, _ := a.Rules.Wallet(g.Wallet)
	got := pair(w.Awarded(), w.Points(g.Points, wallet))
	got.Bold = true
	blocks := []Block{got}
	if !a.Holding.Known {
		return blocks
	}
	blocks = append(blocks, pair(a.balance(), w.Points(g.Balance, wallet)))
	if rest := thousandths(g.Remainder); g.Carries && rest != 0 {
		blocks = append(blocks, pair(w.Remainder(), w.Points(rest, wallet)))
	}
	return blocks
}

// balance is what stands before a balance. Head office's word of an earlier
// day says so, for since then another shop may have given or taken.
func (a Award) balance() string {
	if a.Holding.AsOf == 0 {
		return a.Words.Balance()
	}
	word := time.UnixMilli(int64(a.Holding.AsOf))
	if day := a.Rules.Calendar(a.Zone).Moment(word, true).Day; day < a.Moment.Day {
		return a.Words.BalanceAsOf(day)
	}
	return a.Words.Balance()
}

func (a Award) ending() []Block {
	lines := a.Rules.Footer
	if len(lines) == 0 {
		lines = []string{a.Words.Thanks()}
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
