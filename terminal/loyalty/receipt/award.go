package receipt

import (
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
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
	// Plays are the games that were played with it, decided after everything else.
	Plays game.Plays
	// Messages are what there is to say to the member, once all is decided.
	Messages []message.Message
	Record   ledger.Key
	// Offline says that there is no line to head office now.
	Offline bool
	// Code is the text of the QR code with which goods can be brought back, in
	// other shops too; "" leaves it out.
	Code string
}

// ForAward is the slip of an award.
func ForAward(a Award) Slip {
	p := a.page()
	blocks := append(p.top(), p.purchase(a.Basket), Block{Rule: true})
	for _, w := range a.earned() {
		blocks = append(append(blocks, a.gain(p, w)...), p.now(a.After(), w, a.carries(w))...)
	}
	return p.slip(KindAward, append(append(blocks, a.rest(p, a.After())...), p.bottom(a.Record)...))
}

// After is what the member holds once all is decided.
func (a Award) After() ledger.Holding {
	if len(a.Plays.Outcomes) > 0 {
		return a.Plays.After
	}
	return a.Outcome.After
}

// rest is what the slip says below the wallets.
func (a Award) rest(p page, after ledger.Holding) []Block {
	if a.Mask == "" {
		return nil // nobody's card was read
	}
	return append(p.standing(after, a.Messages), p.games(a.Plays)...)
}

// earned are the wallets the sale brought something, or could have.
func (a Award) earned() []ledger.Wallet {
	var all []ledger.Wallet
	for _, t := range a.Outcome.Totals() {
		all = append(all, t.Wallet)
	}
	for _, e := range a.Plays.Entries {
		if !e.Wallet.Counter() && !slices.Contains(all, e.Wallet) {
			all = append(all, e.Wallet)
		}
	}
	return all
}

// ForBearer is the slip of an award to a customer without a card, who had those
// rewards for vouchers. Its code carries the points: it can be added to a card
// until the given day.
func ForBearer(r Redemption, until ledger.Day) Slip {
	a, p := r.Award, r.page()
	p.mask = ""
	blocks := append(p.top(), title(p.words.BearerSlip()))
	if blocks = append(blocks, r.sums(p)...); a.Basket.Total == 0 {
		blocks = append(blocks, p.purchase(a.Basket))
	}
	blocks = append(blocks, Block{Rule: true})
	for _, o := range r.Redeemed {
		blocks = append(blocks, r.had(p, o)...)
	}
	for _, g := range a.Outcome.Totals() {
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
	return page{words: a.Words, rules: a.Rules, zone: a.Zone, moment: a.Moment, mask: a.Mask, code: a.Code, holding: a.Holding, offline: a.Offline}
}

// purchase says what the sale came to.
func (p page) purchase(b basket.Basket) Block {
	return pair(p.words.Purchase(), p.words.Money(b.Total, b.Currency))
}

// gain says what one wallet got, and what of it is a bonus.
func (a Award) gain(p page, w ledger.Wallet) []Block {
	var blocks []Block
	for _, t := range a.Outcome.Totals() {
		if t.Wallet == w {
			got := p.points(p.words.Awarded(), w, t.Points)
			got.Bold = true
			blocks = append(blocks, got)
		}
	}
	var bonus ledger.Points
	for _, g := range a.Outcome.Gains {
		if g.Wallet == w && g.Kind == ledger.Bonus && g.Account == a.Holding.Account {
			bonus += g.Points
		}
	}
	if bonus > 0 {
		blocks = append(blocks, p.points(p.words.OfWhichBonus(), w, bonus))
	}
	var won ledger.Points
	for _, e := range a.Plays.Entries {
		if e.Wallet == w {
			won += e.Points
		}
	}
	if won > 0 {
		got := p.points(p.words.Won(), w, won)
		got.Bold = true
		blocks = append(blocks, got)
	}
	return blocks
}

// carries reports whether what is left over of a wallet counts next time.
func (a Award) carries(w ledger.Wallet) bool {
	return slices.ContainsFunc(a.Outcome.Totals(), func(t earn.Total) bool { return t.Wallet == w && t.Carries })
}

// now is what a wallet holds after all that was decided, where that is known:
// an account that may hold more elsewhere shows no figure, least of all 0.
func (p page) now(after ledger.Holding, w ledger.Wallet, carries bool) []Block {
	now := after.In(w)
	if !carries {
		now.Rest = ledger.Fraction{}
	}
	return append(append(p.position(now), p.pending(now)...), p.stamps(now)...)
}
