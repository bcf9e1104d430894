// Package clearing says who owes whom for points that one partner issued and another took.
//
// Whoever issued points pays whoever gave something for them. The programme's
// owner is the partner without a name. What is taken back is booked in the period
// in which it is, against those it was booked between.
package clearing

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// AtCause is what At begins with in an entry that gives points to a cause; its
// name follows.
const AtCause = "cause:"

// A Line is an entry with what it takes back.
type Line struct {
	Entry ledger.Entry
	// Amount is what a donation is worth, in minor units.
	Amount basket.Money
	// Of is the entry it takes back, nil for none or where that has not come yet;
	// OfAmount is that one's.
	Of       *ledger.Entry
	OfAmount basket.Money
}

// A Redeemed is what was spent at one partner of what another issued.
type Redeemed struct {
	Issuer string        `json:"issuer"` // "" is the owner
	At     string        `json:"at"`     // "" is the owner
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"points"` // thousandths; below zero where more was taken back
	Worth  *basket.Money `json:"worth,omitempty"`
}

// An Issued is what became of one partner's points of one wallet in the period.
type Issued struct {
	Issuer   string        `json:"issuer"`
	Wallet   ledger.Wallet `json:"wallet"`
	Issued   ledger.Points `json:"issued"`
	Redeemed ledger.Points `json:"redeemed"`
	Lapsed   ledger.Points `json:"lapsed"`
}

// An Owed is what one partner has to pay another, all wallets together and what
// the other owes in turn taken off: above zero.
type Owed struct {
	Debtor   string       `json:"debtor"`
	Creditor string       `json:"creditor"`
	Amount   basket.Money `json:"amount"` // minor units
}

// A Net is what a partner gets from all others; below zero it pays. The sum of
// all is zero.
type Net struct {
	Partner string       `json:"partner"`
	Amount  basket.Money `json:"amount"`
}

// A Statement is who owes whom.
type Statement struct {
	Redeemed []Redeemed `json:"redeemed"`
	Issued   []Issued   `json:"issued"`
	Owed     []Owed     `json:"owed"`
	Nets     []Net      `json:"nets"`
}

// A Rate is what 1,000 units of a partner's points of a wallet are cleared at,
// in minor units; ok is false where nobody says.
type Rate func(issuer string, w ledger.Wallet) (minor basket.Money, ok bool)

// Unpriced is the rate of those who do not say what points are worth.
func Unpriced(string, ledger.Wallet) (basket.Money, bool) { return 0, false }

// RateOf is what a programme says: a partner's own rate, and where it has none,
// and for the owner, what the wallet's units stand for in the books.
func RateOf(r programme.Rules) Rate {
	return func(issuer string, w ledger.Wallet) (basket.Money, bool) {
		for _, p := range r.Partners {
			if minor, ok := p.Clears[w]; ok && p.Name == issuer {
				return minor, true
			}
		}
		wallet, known := r.Wallet(w)
		return wallet.Worth, known && wallet.Worth > 0
	}
}

type pair struct {
	issuer, at string
	wallet     ledger.Wallet
}

// A Book adds lines up. Its zero value is empty.
type Book struct {
	spent  map[pair]ledger.Points
	issued map[pair]*Issued // at is ""
	causes map[cause]*given
}

// Add adds one line. Counters are nobody's points.
func (b *Book) Add(l Line) error {
	if l.Entry.Points == 0 || l.Entry.Wallet.Counter() {
		return nil
	}
	if err := b.add(l); err != nil {
		return fmt.Errorf("clear %v of wallet %q: %w", l.Entry.Points, string(l.Entry.Wallet), err)
	}
	return nil
}

func (b *Book) add(l Line) error {
	// What is taken back counts as what it takes back, the other way.
	as := l.Entry
	if l.Of != nil {
		as = *l.Of
	}
	of := b.of(as.Issuer, as.Wallet)
	minus := -l.Entry.Points // a balance is never the least number there is
	var err error
	switch {
	case as.Kind == ledger.Expire:
		of.Lapsed, err = of.Lapsed.Add(minus)
		return err
	case as.Kind == ledger.Redeem || as.Kind == ledger.Donate || as.Kind == ledger.Convert && as.Points < 0:
	default:
		of.Issued, err = of.Issued.Add(l.Entry.Points)
		return err
	}
	if of.Redeemed, err = of.Redeemed.Add(minus); err != nil {
		return err
	}
	at := as.At
	if name, donated := strings.CutPrefix(at, AtCause); donated {
		at = "" // the owner pays the cause
		if err := b.donate(name, l); err != nil {
			return err
		}
	}
	if b.spent == nil {
		b.spent = make(map[pair]ledger.Points)
	}
	p := pair{as.Issuer, at, as.Wallet}
	b.spent[p], err = b.spent[p].Add(minus)
	return err
}

func (b *Book) of(issuer string, w ledger.Wallet) *Issued {
	if b.issued == nil {
		b.issued = make(map[pair]*Issued)
	}
	p := pair{issuer: issuer, wallet: w}
	if b.issued[p] == nil {
		b.issued[p] = &Issued{Issuer: issuer, Wallet: w}
	}
	return b.issued[p]
}

// Statement is what the lines come to. Each line of Redeemed is rounded to whole
// minor units by itself, half a unit away from zero; everything else is made of
// those, so that it adds up.
func (b *Book) Statement(rate Rate) (Statement, error) {
	s := Statement{Redeemed: []Redeemed{}, Issued: []Issued{}, Owed: []Owed{}, Nets: []Net{}}
	owed := make(map[[2]string]basket.Money)
	for p, points := range b.spent {
		line := Redeemed{Issuer: p.issuer, At: p.at, Wallet: p.wallet, Points: points}
		if minor, ok := rate(p.issuer, p.wallet); ok {
			worth, err := cleared(points, minor)
			if err != nil {
				return Statement{}, fmt.Errorf("clear %v of %q at %q: %w", points, p.issuer, p.at, err)
			}
			line.Worth = &worth
			if p.issuer != p.at {
				owed[[2]string{p.issuer, p.at}] += worth
			}
		}
		s.Redeemed = append(s.Redeemed, line)
	}
	for _, of := range b.issued {
		s.Issued = append(s.Issued, *of)
	}
	slices.SortFunc(s.Redeemed, func(a, b Redeemed) int {
		return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.At, b.At), cmp.Compare(a.Wallet, b.Wallet))
	})
	slices.SortFunc(s.Issued, func(a, b Issued) int { return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.Wallet, b.Wallet)) })
	s.settle(owed)
	return s, nil
}

// settle sets off what two partners owe each other.
func (s *Statement) settle(owed map[[2]string]basket.Money) {
	nets := make(map[string]basket.Money)
	for who, amount := range owed {
		nets[who[0]] -= amount
		nets[who[1]] += amount
		if amount -= owed[[2]string{who[1], who[0]}]; amount > 0 {
			s.Owed = append(s.Owed, Owed{who[0], who[1], amount})
		} else if _, mutual := owed[[2]string{who[1], who[0]}]; amount < 0 && !mutual {
			s.Owed = append(s.Owed, Owed{who[1], who[0], -amount}) // more was taken back than spent
		}
	}
	for partner, amount := range nets {
		s.Nets = append(s.Nets, Net{partner, amount})
	}
	slices.SortFunc(s.Owed, func(a, b Owed) int {
		return cmp.Or(cmp.Compare(a.Debtor, b.Debtor), cmp.Compare(a.Creditor, b.Creditor))
	})
	slices.SortFunc(s.Nets, func(a, b Net) int { return cmp.Compare(a.Partner, b.Partner) })
}

// thousandUnits are a million thousandths.
const thousandUnits = 1000 * int64(ledger.Unit)

// cleared is what points are worth at minor units for 1,000 of their units.
func cleared(points ledger.Points, minor basket.Money) (basket.Money, error) {
	return whole(new(big.Rat).SetFrac(
		new(big.Int).Mul(big.NewInt(int64(points)), big.NewInt(int64(minor))), big.NewInt(thousandUnits)))
}

// mostMoney leaves room for the sum of any number of lines there can be.
const mostMoney = 1 << 52

// whole is r rounded to a whole number, half away from zero.
func whole(r *big.Rat) (basket.Money, error) {
	twice := new(big.Int).Add(new(big.Int).Lsh(new(big.Int).Abs(r.Num()), 1), r.Denom())
	n := twice.Quo(twice, new(big.Int).Lsh(r.Denom(), 1))
	if !n.IsInt64() || n.Int64() > mostMoney {
		return 0, ledger.ErrOverflow
	}
	return basket.Money(n.Int64() * int64(r.Sign())), nil
}
