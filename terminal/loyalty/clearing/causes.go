package clearing

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

type cause struct {
	name   string
	wallet ledger.Wallet
}

type given struct {
	points ledger.Points
	amount big.Rat
}

// A Cause is what was given to a cause of one wallet in the period.
type Cause struct {
	Cause  string        `json:"cause"`
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"points"`
	Amount basket.Money  `json:"amount"` // minor units, as the donations' records say
}

// donate books what went to a cause, or came back from it: of what it was worth
// the same share comes back as of the points.
func (b *Book) donate(name string, l Line) error {
	if b.causes == nil {
		b.causes = make(map[cause]*given)
	}
	key := cause{name, l.Entry.Wallet}
	g := b.causes[key]
	if g == nil {
		g = new(given)
		b.causes[key] = g
	}
	var err error
	g.points, err = g.points.Add(-l.Entry.Points)
	amount := big.NewRat(int64(l.Amount), 1)
	if l.Of != nil {
		amount = big.NewRat(int64(l.Entry.Points), int64(l.Of.Points))
		amount.Mul(amount, big.NewRat(int64(l.OfAmount), 1))
	}
	g.amount.Add(&g.amount, amount)
	return err
}

// Causes are what was given to each cause, by name and wallet.
func (b *Book) Causes() ([]Cause, error) {
	all := []Cause{}
	for key, g := range b.causes {
		amount, err := whole(&g.amount)
		if err != nil {
			return nil, fmt.Errorf("what was given to %q: %w", key.name, err)
		}
		all = append(all, Cause{Cause: key.name, Wallet: key.wallet, Points: g.points, Amount: amount})
	}
	slices.SortFunc(all, func(a, b Cause) int { return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Wallet, b.Wallet)) })
	return all, nil
}
