package redeem

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Promise is what a hold says of one reward. It is kept whatever becomes of
// the programme meanwhile: the till has taken it off.
type Promise struct {
	Reward string        `json:"reward"`
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"`
	// Discount is what it takes off; 0 for a thing, handed over Times times.
	Discount basket.Money `json:"discount"`
	Times    int64        `json:"times"`
	// MaxPercent is the share of the total it goes by; 0 for none.
	MaxPercent int `json:"max_percent,omitempty"`
}

// Promises are what outcomes of one sale promise, in their order, and Parts
// what they set aside for it.
func Promises(outcomes []Outcome) []Promise {
	all := make([]Promise, len(outcomes))
	for i, o := range outcomes {
		all[i] = Promise{o.Reward.Name, o.Reward.Wallet, o.Points, o.Discount, o.Times, o.Reward.MaxPercent}
	}
	return all
}

// Parts are what a hold of outcomes has: of each set-aside, or of each wallet
// in a shop that stands alone.
func Parts(outcomes []Outcome) []ledger.HoldPart {
	var parts []ledger.HoldPart
	add := func(part ledger.HoldPart) {
		i := slices.IndexFunc(parts, func(p ledger.HoldPart) bool {
			return p.Account == part.Account && p.Wallet == part.Wallet && p.From == part.From
		})
		if i < 0 {
			parts = append(parts, part)
			return
		}
		parts[i].Points += part.Points
	}
	for _, o := range outcomes {
		for _, e := range o.Entries {
			if len(e.Draws) == 0 {
				add(ledger.HoldPart{Account: e.Account, Wallet: e.Wallet, Points: -e.Points})
			}
			for _, d := range e.Draws {
				add(ledger.HoldPart{Account: e.Account, Wallet: e.Wallet, From: d.From, Points: d.Points})
			}
		}
	}
	return parts
}

// Capture spends what a hold promised for a basket before anything is taken
// off it. parts are the hold's; h and c are as for Decide, without what the
// hold itself has.
//
// What is still set aside is spent, the hold's parts first; what is missing is
// spent uncovered and told by ReasonLapsed. Only a basket that has no room for
// the promises is refused (AboveCap): it is not the one the hold was for.
func Capture(rules programme.Rules, h ledger.Holding, c Cover, b basket.Basket, parts []ledger.HoldPart, promises []Promise) ([]Outcome, error) {
	parts = slices.Clone(parts)
	var outcomes []Outcome
	for _, p := range promises {
		if err := fits(rules, c, b, p); err != nil {
			return nil, err
		}
		o := Outcome{
			Reward: programme.Reward{Name: p.Reward, Wallet: p.Wallet, MaxPercent: p.MaxPercent},
			Points: p.Points, Discount: p.Discount, Times: p.Times, After: spent(h, p.Wallet, p.Points),
			Reasons: []ledger.Reason{{Code: ReasonRedeemed, Rule: p.Reward, Wallet: p.Wallet, Points: -p.Points, Amount: int64(p.Discount)}},
		}
		missing := o.capture(h, c, parts)
		if missing > 0 {
			o.Reasons = append(o.Reasons, ledger.Reason{Code: ReasonLapsed, Rule: p.Reward, Wallet: p.Wallet, Points: missing})
		}
		outcomes = append(outcomes, o)
		h, c, b = o.After, c.After(o), Net(b, o.Discount)
	}
	return outcomes, nil
}

// fits refuses a promise that the basket has no room for.
func fits(rules programme.Rules, c Cover, b basket.Basket, p Promise) error {
	reward, known := rules.Reward(p.Reward)
	if p.Discount <= b.Total && (!known || p.Points <= room(reward, c, b)) {
		return nil
	}
	wallet, _ := rules.Wallet(p.Wallet)
	return &programme.Refusal{Code: programme.AboveCap, Wallet: wallet, Cause: fmt.Errorf("%d was held for a larger basket than one of %d", p.Discount, b.Total)}
}

// capture writes the entries that spend o.Points, and gives what of them is
// not covered.
func (o *Outcome) capture(h ledger.Holding, c Cover, parts []ledger.HoldPart) (missing ledger.Points) {
	if c.Alone {
		o.Entries = []ledger.Entry{entry(h.Account, o.Reward.Wallet, -o.Points)}
		left := less(h.In(o.Reward.Wallet).Points, max(c.Promised[o.Reward.Wallet], 0))
		return max(o.Points-max(left, 0), 0)
	}
	missing = o.Points
	drawn := c.Drawn
	c.Drawn = -len(h.SetAsides) // whatever a hold has is there to be drawn on
	usable := sources(h, o.Reward.Wallet, c)
	for i := range parts {
		at := slices.IndexFunc(usable, func(s ledger.SetAside) bool { return s.ID == parts[i].From })
		if at < 0 || parts[i].Wallet != o.Reward.Wallet {
			continue
		}
		taken := min(missing, parts[i].Points, usable[at].Left)
		parts[i].Points -= taken
		usable[at].Left -= taken
		missing -= o.take(usable[at], taken)
		drawn++
	}
	for _, s := range usable {
		if drawn >= maxDraws || missing == 0 {
			break
		}
		missing -= o.take(s, min(missing, s.Left))
		drawn++
	}
	if missing > 0 {
		o.Entries = append(o.Entries, entry(h.Account, o.Reward.Wallet, -missing))
	}
	return missing
}

// take draws p points from a set-aside, in the entry of its account.
func (o *Outcome) take(s ledger.SetAside, p ledger.Points) ledger.Points {
	if p <= 0 {
		return 0
	}
	i := slices.IndexFunc(o.Entries, func(e ledger.Entry) bool { return e.Account == s.Account })
	if i < 0 {
		i = len(o.Entries)
		o.Entries = append(o.Entries, entry(s.Account, o.Reward.Wallet, 0))
	}
	e := &o.Entries[i]
	e.Points -= p
	at := slices.IndexFunc(e.Draws, func(d ledger.Draw) bool { return d.From == s.ID })
	if at < 0 {
		at = len(e.Draws)
		e.Draws = append(e.Draws, ledger.Draw{From: s.ID})
	}
	e.Draws[at].Points += p
	o.lower(s.ID, p)
	return p
}
