// Package earn decides what a basket earns: a pure function of the programme, the account and the basket.
package earn

import (
	"fmt"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// An Outcome is what a basket earns and why.
type Outcome struct {
	Gains   []Gain // one for each of the programme's rates, in its order
	Reasons []ledger.Reason
}

// A Gain is what a basket brings one wallet of the account.
type Gain struct {
	Wallet ledger.Wallet
	Points ledger.Points // never below zero
	// Rest is what the gain adds to the remainder the account carries, in
	// thousandths: what the basket was worth is Points plus Rest, exactly. It
	// is below zero where an earlier basket's remainder became points now.
	Rest ledger.Fraction
	// Carries says that the remainder counts with the next basket.
	Carries bool
	// Lines are the parts of Points that the basket's lines brought, in their
	// order; they add up to Points. Empty for a basket without lines.
	Lines []ledger.Points
	// Balance and Remainder are the wallet's position with the gain, as far as
	// the holding knew it.
	Balance   ledger.Points
	Remainder ledger.Fraction
}

// Entries are the lines of the record that gives the gains to account. What
// changes nothing is left out.
func (o Outcome) Entries(account ledger.Account) []ledger.Entry {
	var entries []ledger.Entry
	for _, g := range o.Gains {
		if g.Points != 0 || !g.Rest.IsZero() {
			entries = append(entries, ledger.Entry{
				Account: account, Wallet: g.Wallet, Kind: ledger.Earn, Points: g.Points, Rest: g.Rest,
			})
		}
	}
	return entries
}

// The codes of the reasons. The points of a wallet's reasons add up to its gain.
const (
	ReasonRate    = "rate"    // what the total is worth by the rate, thousandths rounded down
	ReasonCarried = "carried" // what was carried from earlier baskets
	ReasonRounded = "rounded" // what rounding to the rate's step took off or put on
)

// Award decides what b earns for the account of h at the moment m, under rules
// that are valid.
//
// A basket that is not one of this programme is a *programme.Refusal. A sum
// that does not fit is a ledger.ErrOverflow.
func Award(rules programme.Rules, h ledger.Holding, b basket.Basket, m ledger.Moment) (Outcome, error) {
	if err := refuse(rules, b); err != nil {
		return Outcome{}, err
	}
	var o Outcome
	for _, rate := range rules.Earn {
		gain, reasons, err := award(rate, h.In(rate.Wallet), b)
		if err != nil {
			return Outcome{}, fmt.Errorf("award for basket %v by rate %q on %s: %w", b.Key, rate.Name, m.Day, err)
		}
		o.Gains = append(o.Gains, gain)
		o.Reasons = append(o.Reasons, reasons...)
	}
	return o, nil
}

func refuse(rules programme.Rules, b basket.Basket) error {
	if b.Total < 0 || b.Total > basket.MaxAmount {
		return &programme.Refusal{Code: programme.BadAmount, Amount: b.Total, Currency: b.Currency, Cause: b.Validate()}
	}
	if err := b.Validate(); err != nil {
		return &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	if b.Currency != rules.Currency {
		return &programme.Refusal{Code: programme.OtherCurrency, Currency: b.Currency}
	}
	return nil
}

func award(rate programme.Rate, before ledger.Position, b basket.Basket) (Gain, []ledger.Reason, error) {
	g := Gain{Wallet: rate.Wallet, Carries: rate.Rounding == programme.Carry, Remainder: before.Rest}
	start := whole(0)
	if g.Carries {
		start = fromFraction(before.Rest)
	}
	exact, err := value(rate, b.Total)
	if err != nil {
		return Gain{}, nil, err
	}
	sum, err := start.plus(exact)
	if err != nil {
		return Gain{}, nil, err
	}
	g.Points = given(rate, sum)
	if g.Balance, err = before.Points.Add(g.Points); err != nil {
		return Gain{}, nil, err
	}
	if g.Carries {
		if g.Rest, err = exact.less(g.Points); err != nil {
			return Gain{}, nil, err
		}
		if g.Remainder, err = before.Rest.Add(g.Rest); err != nil {
			return Gain{}, nil, err
		}
	}
	if g.Lines, err = lines(rate, start, g.Points, b.Lines); err != nil {
		return Gain{}, nil, err
	}
	return g, reasons(rate, exact, sum, g.Points, b.Total), nil
}

// lines shares the points out by running totals: a line brings what the basket
// up to it is worth above the basket before it. So the parts are points as they
// are given out, a discount takes back what it should, and nothing is lost.
func lines(rate programme.Rate, start exactly, total ledger.Points, of []basket.Line) ([]ledger.Points, error) {
	if len(of) == 0 {
		return nil, nil
	}
	parts := make([]ledger.Points, len(of))
	var paid basket.Money
	var before ledger.Points
	for i, line := range of[:len(of)-1] {
		paid += line.Amount
		exact, err := value(rate, paid)
		if err != nil {
			return nil, err
		}
		sum, err := start.plus(exact)
		if err != nil {
			return nil, err
		}
		upTo := given(rate, sum)
		parts[i], before = upTo-before, upTo
	}
	parts[len(of)-1] = total - before
	return parts, nil
}

// given is what is given out of a sum: whole steps, and never less than none.
func given(rate programme.Rate, sum exactly) ledger.Points {
	return max(sum.round(rate.Step, rate.Rounding), 0)
}

func reasons(rate programme.Rate, exact, sum exactly, given ledger.Points, total basket.Money) []ledger.Reason {
	all := []ledger.Reason{{Code: ReasonRate, Rule: rate.Name, Wallet: rate.Wallet, Points: exact.whole, Amount: int64(total)}}
	if p := sum.whole - exact.whole; p != 0 {
		all = append(all, ledger.Reason{Code: ReasonCarried, Rule: rate.Name, Wallet: rate.Wallet, Points: p})
	}
	if p := given - sum.whole; p != 0 {
		all = append(all, ledger.Reason{Code: ReasonRounded, Rule: rate.Name, Wallet: rate.Wallet, Points: p})
	}
	return all
}
