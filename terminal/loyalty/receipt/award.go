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
	// Code is the text of the QR code with which goods can be brought back, in
	// other shops too; "" leaves it out.
	Code string
}

// ForAward is the slip of an award.
func ForAward(a Award) Slip {
	p := a.page()
	blocks := append(p.top(), p.purchase(a.Basket), Block{Rule: true})
	for _, g := range a.Outcome.Gains {
		blocks = append(blocks, p.gain(g)...)
	}
	return p.slip(KindAward, append(blocks, p.bottom(a.Record)...))
}

// ForBearer is the slip of an award to a customer without a card. Its code
// carries the points: it can be added to a card until the given day.
func ForBearer(a Award, until ledger.Day) Slip {
	p := a.page()
	p.mask = ""
	blocks := append(p.top(), title(p.words.BearerSlip()), p.purchase(a.Basket), Block{Rule: true})
	for _, g := range a.Outcome.Gains {
		got := p.points(p.words.Awarded(), g.Wallet, g.Points)
		got.Bold = true
		blocks = append(blocks, got)
	}
	valid := Block{Text: p.words.ValidUntil(until), Align: Centre, Bold: true}
	blocks = append(blocks, Block{QR: a.Code, Align: Centre, Double: true}, valid, Block{Text: p.words.AddToCard(), Align: Centre},
		Block{Rule: true}, pair(p.words.Reference(), a.Record.Code()))
	return p.slip(KindAward, append(blocks, p.ending()...))
}

func (a Award) page() page {
	return page{words: a.Words, rules: a.Rules, zone: a.Zone, moment: a.Moment, mask: a.Mask, code: a.Code, holding: a.Holding}
}

// purchase says what the sale came to.
func (p page) purchase(b basket.Basket) Block {
	return pair(p.words.Purchase(), p.words.Money(b.Total, b.Currency))
}

// gain says what one wallet got, and what it holds where that is known: an
// account that may hold more elsewhere shows no figure, least of all 0.
func (p page) gain(g earn.Gain) []Block {
	got := p.points(p.words.Awarded(), g.Wallet, g.Points)
	got.Bold = true
	remainder := g.Remainder
	if !g.Carries {
		remainder = ledger.Fraction{}
	}
	return append([]Block{got}, p.position(ledger.Position{Wallet: g.Wallet, Points: g.Balance, Rest: remainder})...)
}
