package receipt

import (
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/words"
)

// A Credit is what the slip of points that came onto a card without a purchase
// is made from.
type Credit struct {
	Words   words.Words
	Rules   programme.Rules
	Zone    *time.Location // that Rules.Zone names; nil is UTC
	Moment  ledger.Moment
	Mask    string         // of the card
	Holding ledger.Holding // as it was before
	After   ledger.Holding
	Added   []ledger.Position // what came, wallet by wallet
	Plays   game.Plays        // what was played with it
	Record  ledger.Key
	// Offline says that there is no line to head office now.
	Offline bool
}

func (c Credit) page() page {
	return page{words: c.Words, rules: c.Rules, zone: c.Zone, moment: c.Moment, mask: c.Mask, holding: c.Holding, offline: c.Offline}
}

// added says what came into each wallet under a label, and what it holds then.
func (c Credit) added(p page, label string) []Block {
	var blocks []Block
	for _, a := range c.Added {
		came := p.points(label, a.Wallet, a.Points)
		came.Bold = true
		blocks = append(append(blocks, came), p.held(c.After.In(a.Wallet))...)
	}
	return blocks
}

// ForClaim is the slip of a bearer slip that was added to a card.
func ForClaim(c Credit) Slip {
	p := c.page()
	blocks := append(p.top(), title(c.Words.Claimed()), Block{Rule: true})
	blocks = append(blocks, c.added(p, c.Words.Credited())...)
	return p.slip(KindClaim, append(blocks, p.bottom(c.Record)...))
}

// ForAdjust is the slip of points that a person gave.
func ForAdjust(c Credit) Slip {
	p := c.page()
	blocks := append(p.top(), title(c.Words.Credit()), Block{Rule: true})
	blocks = append(blocks, c.added(p, c.Words.Credited())...)
	return p.slip(KindAdjust, append(blocks, p.bottom(c.Record)...))
}

// An Enrolment is what the slip of a new member is made from: what they said,
// and in Added what they brought along.
type Enrolment struct {
	Credit
	Name     string // "" where none was given
	Birthday string // "02-29"; "" where none was given
	Referrer string // masked: the card or number of who brought them in; "" for nobody
	Consents []Consent
}

// A Consent is a wording as the member read it, and what they said to it.
type Consent struct {
	Wording string
	Given   bool
}

// ForEnrol is the slip of a new member. It has the wordings in full: it is
// what the member keeps of them.
func ForEnrol(e Enrolment) Slip {
	p := e.page()
	blocks := append(p.top(), title(e.Words.Welcome()))
	if e.Name != "" {
		blocks = append(blocks, pair(e.Words.Name(), e.Name))
	}
	if e.Birthday != "" {
		blocks = append(blocks, pair(e.Words.Birthday(), e.Words.DayOfYear(ledger.Day("2000-"+e.Birthday))))
	}
	if e.Referrer != "" {
		blocks = append(blocks, pair(e.Words.BroughtInBy(), e.Referrer))
	}
	for _, c := range e.Consents {
		blocks = append(blocks, Block{Row: []Cell{
			{Text: c.Wording}, {Text: e.Words.Agreed(c.Given), Align: Right, Whole: true},
		}})
	}
	holds := e.added(p, e.Words.CarriedOver())
	// A new member reads what the card holds also when nothing was brought along.
	if len(e.Added) == 0 {
		for _, now := range e.After.Positions {
			if now.Wallet.Counter() {
				continue
			}
			holds = append(holds, p.held(now)...)
		}
	}
	if len(holds) > 0 || !e.Holding.Known {
		blocks = append(append(blocks, Block{Rule: true}), holds...)
	}
	blocks = append(blocks, p.games(e.Plays)...)
	return p.slip(KindEnrol, append(blocks, p.bottom(e.Record)...))
}

// A Move is what one slip of an award that went to the right member is made
// from: the right member's, or with Away that of the one who had it wrongly.
type Move struct {
	Words    words.Words
	Rules    programme.Rules
	Zone     *time.Location // that Rules.Zone names; nil is UTC
	Moment   ledger.Moment
	Mask     string // of the card
	Currency string // of the sale
	Total    basket.Money
	Holding  ledger.Holding // as it was before
	After    ledger.Holding
	Changes  []refund.Change // TakenBack is what was moved
	Original ledger.Key      // the sale's record
	Record   ledger.Key
	Code     string // the QR code for returns; "" leaves it out
	Away     bool
	// Offline says that there is no line to head office now.
	Offline bool
}

// ForMove is one of the two slips of a move.
func ForMove(m Move) Slip {
	p := page{words: m.Words, rules: m.Rules, zone: m.Zone, moment: m.Moment, mask: m.Mask, code: m.Code, holding: m.Holding, offline: m.Offline}
	blocks := append(p.top(), title(m.Words.Corrected()), pair(m.Words.Original(), m.Original.Code()))
	if m.Total != 0 {
		blocks = append(blocks, pair(m.Words.Purchase(), m.Words.Money(m.Total, m.Currency)))
	}
	blocks = append(blocks, Block{Rule: true})
	for _, c := range m.Changes {
		if m.Away {
			blocks = append(blocks, change(p, c, m.After)...)
			continue
		}
		came := p.points(m.Words.Credited(), c.Wallet, c.TakenBack)
		came.Bold = true
		blocks = append(append(blocks, came), p.held(m.After.In(c.Wallet))...)
	}
	if len(m.Changes) == 0 {
		blocks = append(blocks, Block{Text: m.Words.BalanceStays()})
	}
	return p.slip(KindMove, append(blocks, p.bottom(m.Record)...))
}
