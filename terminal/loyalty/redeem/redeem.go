// Package redeem decides what points are spent on.
//
// A shop that stands alone spends from the whole position. One that belongs to
// a head office spends without a line only what is set aside for it: grants
// and its own awards. So whatever other shops do meanwhile, no spending raises
// debt.
package redeem

import (
	"cmp"
	"math"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Cover is what a decision about an account knows besides the account.
type Cover struct {
	// Alone says that this shop is the authority for its own accounts.
	Alone bool
	// Now is the stamp the record will have. A grant is judged by it, so that
	// no clock that is set back makes a grant last longer.
	Now ledger.Stamp
	// Held is what live holds have of each set-aside, less the hold this
	// decision captures. In a shop that stands alone there are no set-asides:
	// Promised is what they have of the account, by wallet.
	Held     map[ledger.SetAsideID]ledger.Points
	Promised map[ledger.Wallet]ledger.Points
	// Drawn is how many set-asides the same record names for other rewards, and
	// Taken what those take off its basket.
	Drawn int
	Taken basket.Money
	// Shared is the part of Taken that goes by a share of the total, and Share
	// the largest of those shares, in per cent: together they take no more.
	Shared basket.Money
	Share  int
}

// After is the cover of the next reward of the same sale, once o was decided.
func (c Cover) After(o Outcome) Cover {
	for _, e := range o.Entries {
		c.Drawn += len(e.Draws)
	}
	c.Taken += o.Discount
	if o.Reward.MaxPercent > 0 {
		c.Shared, c.Share = c.Shared+o.Discount, max(c.Share, o.Reward.MaxPercent)
	}
	return c
}

// maxDraws bounds the set-asides one record names for what it spends, so that
// one with the longest basket has room for them. An account has a handful; what
// is left of the others is spent with the next sale.
const maxDraws = 32

// Spendable is what the account of h can spend of a wallet, never below zero.
// Alone it is the position. Otherwise it is what is left of the set-asides that
// are open here, without grants whose time is over, less debt: never more than
// the position as it is known here. Either way less what live holds have.
func Spendable(h ledger.Holding, w ledger.Wallet, c Cover) ledger.Points {
	position := h.In(w).Points
	if c.Alone {
		return max(less(position, c.Promised[w]), 0)
	}
	var open, usable ledger.Points
	for _, s := range h.SetAsides {
		if s.Wallet == w {
			open = plus(open, max(s.Left, 0))
		}
	}
	for _, s := range sources(h, w, c) {
		usable = plus(usable, s.Left)
	}
	debt := max(less(open, position), 0)
	return max(less(usable, debt), 0)
}

// sources are the set-asides a spending draws on, in their order: grants, the
// one that ends first before the others, then own awards. Left is what is left
// besides live holds.
func sources(h ledger.Holding, w ledger.Wallet, c Cover) []ledger.SetAside {
	var usable []ledger.SetAside
	for _, s := range h.SetAsides {
		s.Left = less(s.Left, max(c.Held[s.ID], 0))
		over := s.NotAfter != 0 && c.Now >= s.NotAfter
		if s.Wallet == w && s.Left > 0 && !over {
			usable = append(usable, s)
		}
	}
	slices.SortFunc(usable, func(a, b ledger.SetAside) int {
		if a.NotAfter == 0 || b.NotAfter == 0 { // an own award has no end
			return cmp.Or(-cmp.Compare(a.NotAfter, b.NotAfter), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(a.NotAfter, b.NotAfter), cmp.Compare(a.ID, b.ID))
	})
	return usable[:max(min(len(usable), maxDraws-c.Drawn), 0)]
}

// unpromised is the position less what live holds have of it.
func unpromised(h ledger.Holding, w ledger.Wallet, c Cover) ledger.Points {
	p := h.In(w).Points
	if c.Alone {
		return less(p, max(c.Promised[w], 0))
	}
	for _, s := range h.SetAsides {
		if s.Wallet == w {
			p = less(p, max(c.Held[s.ID], 0))
		}
	}
	return p
}

// plus and less stay within what can be written, which is far above what
// anybody holds.
func plus(p, q ledger.Points) ledger.Points {
	sum, err := p.Add(q)
	switch {
	case err == nil:
		return sum
	case q < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

func less(p, q ledger.Points) ledger.Points {
	if q == math.MinInt64 {
		q++
	}
	return plus(p, -q)
}

// An Offer is one of the programme's rewards as it stands for a customer now.
type Offer struct {
	Reward programme.Reward
	// Least and Most bound the points that can be redeemed now; any number of
	// whole steps between them can. Suggested is the one to begin with: a fixed
	// reward once, else as much as there is room for. All are 0 with a Refusal.
	Least, Most, Suggested ledger.Points
	// Refusal is why it cannot be redeemed now; nil when it can.
	Refusal *programme.Refusal
}

// Offers are the programme's rewards, in its order, with what the account of h
// can redeem of each on a basket.
func Offers(rules programme.Rules, h ledger.Holding, c Cover, b basket.Basket) []Offer {
	offers := make([]Offer, 0, len(rules.Rewards))
	for _, r := range rules.Rewards {
		o := Offer{Reward: r}
		if o.Refusal = refuse(rules, r, r.Least(), h, c, b); o.Refusal == nil {
			o.Least, o.Most = r.Least(), most(r, h, c, b)
			o.Suggested = o.Most
			if r.Kind == programme.Fixed {
				o.Suggested = o.Least
			}
		}
		offers = append(offers, o)
	}
	return offers
}

// most is the most points that can be redeemed now; less than the reward's
// least when none can.
func most(r programme.Reward, h ledger.Holding, c Cover, b basket.Basket) ledger.Points {
	p := min(Spendable(h, r.Wallet, c), less(unpromised(h, r.Wallet, c), r.KeptFloor), room(r, c, b))
	p = max(p, 0)
	return p - p%r.Step()
}

// room is the most points that a basket has room for. Rewards that go by a
// share of the total take the largest of their shares together: two of a half
// are not three quarters.
func room(r programme.Reward, c Cover, b basket.Basket) ledger.Points {
	most := r.Most(b.Total)
	if r.MaxPercent == 0 {
		return most
	}
	shared := programme.Shared(b.Total+c.Taken, max(c.Share, r.MaxPercent))
	return min(most, r.Within(shared-c.Shared))
}

// refuse is why p points cannot be redeemed for a reward; nil when they can.
func refuse(rules programme.Rules, r programme.Reward, p ledger.Points, h ledger.Holding, c Cover, b basket.Basket) *programme.Refusal {
	wallet, _ := rules.Wallet(r.Wallet)
	no := func(code programme.Code, points ledger.Points) *programme.Refusal {
		return &programme.Refusal{Code: code, Points: points, Wallet: wallet}
	}
	has, spendable := unpromised(h, r.Wallet, c), Spendable(h, r.Wallet, c)
	switch {
	case p < r.Least():
		return no(programme.BelowMinimum, r.Least())
	case p%r.Step() != 0:
		return no(programme.NotAMultiple, r.Step())
	case p > spendable && !c.Alone && !h.Known:
		return no(programme.NotKnownHere, 0)
	case p > has:
		return no(programme.TooFewPoints, p-max(has, 0))
	case p > less(has, r.KeptFloor):
		return no(programme.KeptFloor, r.KeptFloor)
	case p > room(r, c, b):
		return no(programme.AboveCap, atLeast(r, room(r, c, b)))
	case p > spendable:
		return no(programme.LineNeeded, atLeast(r, most(r, h, c, b)))
	}
	return nil
}

// atLeast is p, or 0 where it is less than can be redeemed at all.
func atLeast(r programme.Reward, p ledger.Points) ledger.Points {
	if p < r.Least() {
		return 0
	}
	return p
}
