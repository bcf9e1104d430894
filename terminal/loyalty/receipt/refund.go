package receipt

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/words"
)

// A Refund is what the slip of a return or an undo is made from.
type Refund struct {
	Words    words.Words
	Rules    programme.Rules
	Zone     *time.Location // that Rules.Zone names; nil is UTC
	Moment   ledger.Moment
	Mask     string         // of the card
	Currency string         // of the sale
	Holding  ledger.Holding // as it was before
	Outcome  refund.Outcome
	Original ledger.Key // the sale's record
	Record   ledger.Key
	// Offline says that there is no line to head office now.
	Offline bool
}

// ForReturn is the slip of goods that came back.
func ForReturn(r Refund) Slip { return r.slip(KindReturn, r.Words.Return(), r.Words.CameBack()) }

// ForUndo is the slip of a sale that was undone.
func ForUndo(r Refund) Slip { return r.slip(KindUndo, r.Words.Undone(), r.Words.Purchase()) }

func (r Refund) slip(kind Kind, heading, amount string) Slip {
	p := page{words: r.Words, rules: r.Rules, zone: r.Zone, moment: r.Moment, mask: r.Mask, holding: r.Holding, offline: r.Offline}
	w := r.Words
	blocks := append(p.top(),
		title(heading),
		pair(w.Original(), r.Original.Code()),
	)
	if r.Outcome.Amount != 0 { // 0 also where it is not kept any more
		blocks = append(blocks, pair(amount, w.Money(r.Outcome.Amount, r.Currency)))
	}
	blocks = append(blocks, Block{Rule: true})
	for _, c := range r.Outcome.Changes {
		blocks = append(blocks, r.change(p, c)...)
	}
	for _, reason := range r.Outcome.Reasons {
		if reason.Code == refund.ReasonVoucherBack {
			blocks = append(blocks, pair(w.VoucherAgain(), reason.Rule))
		}
	}
	if len(r.Outcome.Changes) == 0 {
		blocks = append(blocks, Block{Text: w.BalanceStays()})
	}
	return p.slip(kind, append(blocks, p.bottom(r.Record)...))
}

func (r Refund) change(p page, c refund.Change) []Block { return change(p, c, r.Outcome.After) }

// change says what a wallet lost and got, and what it holds after it.
func change(p page, c refund.Change, after ledger.Holding) []Block {
	var blocks []Block
	for _, one := range []struct {
		label  string
		points ledger.Points
	}{{p.words.TakenBack(), -c.TakenBack}, {p.words.GivenBack(), c.GivenBack}} {
		if one.points != 0 {
			b := p.points(one.label, c.Wallet, one.points)
			b.Bold = true
			blocks = append(blocks, b)
		}
	}
	return append(blocks, p.held(after.In(c.Wallet))...)
}

// held is position, with a remainder only where it counts with the next basket.
func (p page) held(now ledger.Position) []Block {
	if !carries(p.rules, now.Wallet) {
		now.Rest = ledger.Fraction{}
	}
	return append(p.position(now), p.pending(now)...)
}

func carries(rules programme.Rules, w ledger.Wallet) bool {
	return slices.ContainsFunc(rules.Earn, func(rate programme.Rule) bool {
		return rate.Wallet == w && rate.Rounding == programme.Carry
	})
}
