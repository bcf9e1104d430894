package redeem

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// Kind is the kind of a record that redeems without an award. A sale that both
// redeems and earns is one record, an award.
const Kind ledger.Kind = "redeem"

// ReasonRedeemed is the code of the reason why points were spent: its rule is
// the reward, its points are below zero, its amount is what came off the total.
const ReasonRedeemed = "redeemed"

// ReasonLapsed is the code of the reason why a spending is not wholly covered:
// its hold's time was over when the sale was paid. Its points are the shortfall.
const ReasonLapsed = "hold_lapsed"

// A Wish is what a customer wants to redeem.
type Wish struct {
	Reward string `json:"reward"` // its name in the programme
	// Points to spend, in thousandths: a whole number of the reward's steps.
	Points ledger.Points `json:"thousandths"`
}

// An Outcome is what a wish came to.
type Outcome struct {
	Reward programme.Reward
	Points ledger.Points // spent, above zero
	// Discount is what comes off the total, in minor units; 0 for a thing,
	// which is handed over Times times.
	Discount basket.Money
	Times    int64
	Entries  []ledger.Entry
	Reasons  []ledger.Reason
	// After is the holding with the spending: what the same sale earns, or
	// redeems besides, is decided from it.
	After ledger.Holding
}

// Decide spends points of the account of h on a reward, for a basket before
// anything is taken off it, under rules that are valid.
//
// What cannot be redeemed is a *programme.Refusal and changes nothing. A
// second reward of the same sale is decided from After, under Cover.After, with
// a basket less the first one's discount.
func Decide(rules programme.Rules, h ledger.Holding, c Cover, b basket.Basket, w Wish) (Outcome, error) {
	reward, known := rules.Reward(w.Reward)
	if !known {
		return Outcome{}, &programme.Refusal{Code: programme.UnknownReward}
	}
	if b.Currency != rules.Currency {
		return Outcome{}, &programme.Refusal{Code: programme.OtherCurrency, Currency: b.Currency}
	}
	if err := b.Validate(); err != nil {
		return Outcome{}, &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	if no := refuse(rules, reward, w.Points, h, c, b); no != nil {
		return Outcome{}, no
	}
	o := Outcome{Reward: reward, Points: w.Points, Discount: reward.Worth(w.Points), Times: int64(w.Points / reward.Step())}
	o.Reasons = []ledger.Reason{{
		Code: ReasonRedeemed, Rule: reward.Name, Wallet: reward.Wallet, Points: -w.Points, Amount: int64(o.Discount),
	}}
	o.After = spent(h, reward.Wallet, w.Points)
	if c.Alone {
		o.Entries = []ledger.Entry{entry(h.Account, reward.Wallet, -w.Points)}
		return o, nil
	}
	if err := o.draw(h, c); err != nil {
		return Outcome{}, err
	}
	return o, nil
}

func entry(a ledger.Account, w ledger.Wallet, p ledger.Points) ledger.Entry {
	return ledger.Entry{Account: a, Wallet: w, Kind: ledger.Redeem, Points: p}
}

// draw takes the points from set-asides. One that belongs to another account
// of the same member is spent in that account's own entry, so that head office
// finds both under one account.
func (o *Outcome) draw(h ledger.Holding, c Cover) error {
	missing := o.Points
	for _, s := range sources(h, o.Reward.Wallet, c) {
		if missing == 0 {
			break
		}
		missing -= o.take(s, min(s.Left, missing))
	}
	if missing != 0 {
		return fmt.Errorf("redeem %v of wallet %s: %v is not set aside here", o.Points, string(o.Reward.Wallet), missing)
	}
	return nil
}

// lower takes points from a set-aside of the holding afterwards.
func (o *Outcome) lower(id ledger.SetAsideID, p ledger.Points) {
	for i := range o.After.SetAsides {
		if s := &o.After.SetAsides[i]; s.ID == id {
			s.Left -= p
		}
	}
}

// spent is a copy of h with p points less in a wallet.
func spent(h ledger.Holding, w ledger.Wallet, p ledger.Points) ledger.Holding {
	h.Positions, h.SetAsides = slices.Clone(h.Positions), slices.Clone(h.SetAsides)
	for i := range h.Positions {
		if h.Positions[i].Wallet == w {
			h.Positions[i].Points = less(h.Positions[i].Points, p)
			return h
		}
	}
	h.Positions = append(h.Positions, ledger.Position{Wallet: w, Points: -p})
	return h
}

// Earning is what of a basket earns when points took discount off it, with all
// rewards together: all of it, or what is left to pay, as the programme has it.
func Earning(rules programme.Rules, b basket.Basket, discount basket.Money) basket.Basket {
	if rules.EarnsOnPointsPaid {
		return b
	}
	return Net(b, discount)
}

// Net is a basket less a discount from 0 to its total. The discount is shared
// out over the lines by running totals, so that every line has its part of it
// in whole minor units and the parts add up to it.
func Net(b basket.Basket, discount basket.Money) basket.Basket {
	discount = max(min(discount, b.Total), 0)
	if discount == 0 {
		return b
	}
	lines := make([]basket.Line, len(b.Lines))
	var upTo, before basket.Money
	for i, l := range b.Lines {
		upTo += l.Amount
		// At most 300 lines of 10^8 times a discount of 10^8: it fits.
		share := floorDiv(discount*upTo, b.Total)
		l.Amount -= share - before
		lines[i], before = l, share
	}
	b.Total -= discount
	if len(lines) > 0 {
		b.Lines = lines
	}
	return b
}

func floorDiv(n, d basket.Money) basket.Money {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}
