// Package redeem decides what points are spent on.
//
// A shop that stands alone spends from the whole position. One that belongs to
// a head office spends without a line only what is set aside for it: grants
// and its own awards. So whatever other shops do meanwhile, no spending raises
// debt.
package redeem

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
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
	// Taken what those take off its basket, or pay of it.
	Drawn int
	Taken basket.Money
	// Shared is the part of Taken that goes by a share of the total, and Share
	// the largest of those shares, in per cent: together they take no more.
	Shared basket.Money
	Share  int
	// Fresh are accounts that were drawn for vouchers that may be printed: without
	// any, no reward can be had as a voucher. Vouchers are those that a hold
	// promised to use, as they are now.
	Fresh    []ledger.Account
	Vouchers []ledger.Holding
	// NoSpend says that the card which was shown is for collecting only: no points
	// are spent, neither for what is asked for nor for what is had without asking.
	NoSpend bool
	// rewards is how many of them were asked for; given the units of each line
	// that they paid, and freed those of them that earn all the same.
	rewards      int
	given, freed []int64
	// earning is what of the basket earns with them, nil for all of it; own is
	// what they spend of what the sale itself earns.
	earning *basket.Basket
	own     map[ledger.Wallet]ledger.Points
}

// After is the cover of the next reward of the same sale, once o was decided.
func (c Cover) After(o Outcome) Cover {
	for _, e := range o.Entries {
		c.Drawn += len(e.Draws)
	}
	off := o.Discount + o.Pays
	c.Taken += off
	if o.Reward.MaxPercent > 0 {
		c.Shared, c.Share = c.Shared+off, max(c.Share, o.Reward.MaxPercent)
	}
	if !o.Automatic() {
		c.rewards++
	}
	if o.Printed != nil {
		c.Fresh = c.Fresh[1:]
	}
	c.given = added(c.given, o.promise.Free)
	c.freed = o.Counted
	c.earning = &o.Earning
	if o.promise.Own > 0 {
		c.own = maps.Clone(c.own)
		if c.own == nil {
			c.own = make(map[ledger.Wallet]ledger.Points)
		}
		c.own[o.promise.Wallet] += o.promise.Own
	}
	return c
}

// added is a with the numbers of b; a is not changed.
func added(a, b []int64) []int64 {
	if len(b) == 0 {
		return a
	}
	a = append(slices.Clone(a), make([]int64, max(len(b)-len(a), 0))...)
	for i, n := range b {
		a[i] += n
	}
	return a
}

// maxDraws bounds the set-asides one record names for what it spends, so that
// one with the longest basket has room for them. An account has a handful; what
// is left of the others is spent with the next sale.
const maxDraws = 32

// Spendable is what the account of h can spend of a wallet on a day, never
// below zero: without what has lapsed or is still to vest. Alone it is the
// position. Otherwise it is what is left of the set-asides that are open here,
// without grants whose time is over, less debt: never more than the position as
// it is known here. Either way less what live holds have.
func Spendable(h ledger.Holding, w ledger.Wallet, day ledger.Day, c Cover) ledger.Points {
	open := unpromised(h, w, day, c)
	if c.Alone {
		return max(open, 0)
	}
	var aside, usable ledger.Points
	for _, s := range h.SetAsides {
		if s.Wallet == w {
			aside = plus(aside, max(s.Left, 0))
		}
	}
	for _, s := range sources(h, w, c) {
		usable = plus(usable, s.Left)
	}
	debt := max(less(aside, h.In(w).Points), 0)
	return max(min(less(usable, debt), open), 0)
}

// Reserved is what the scene's member has and cannot spend, of the wallets where
// that decides more than whether a wish is refused: those that rewards are paid
// from without asking, and those of which the sale's own can be spent at once.
// nil where that is nothing.
func Reserved(s scene.Scene, c Cover) map[ledger.Wallet]ledger.Points {
	var all map[ledger.Wallet]ledger.Points
	for _, r := range s.Rules.Rewards {
		wallet, _ := s.Rules.Wallet(r.Wallet)
		if _, done := all[r.Wallet]; done || r.Points == 0 || !r.Automatic && !wallet.SpentAtOnce {
			continue
		}
		has, _, _ := s.Holding.In(r.Wallet).On(s.Moment.Day)
		if p := less(max(has, 0), Spendable(s.Holding, r.Wallet, s.Moment.Day, c)); p > 0 {
			if all == nil {
				all = make(map[ledger.Wallet]ledger.Points)
			}
			all[r.Wallet] = p
		}
	}
	return all
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

// unpromised is what can be spent of a wallet on a day, wherever it is set
// aside, less what live holds have of it.
func unpromised(h ledger.Holding, w ledger.Wallet, day ledger.Day, c Cover) ledger.Points {
	p, _, _ := h.In(w).On(day)
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
	// Discount, Pays and Money are what the suggested points come to, as in an
	// Outcome.
	Discount, Pays, Money basket.Money
	// Causes are those that a donation can go to, by name.
	Causes []string
	// Refusal is why it cannot be redeemed now; nil when it can.
	Refusal *programme.Refusal
}

// Offers are the programme's rewards, in its order, with what the scene's
// member can redeem of each on what is left of the basket. What is had without
// asking is not among them.
func Offers(s scene.Scene, c Cover, left basket.Basket) []Offer {
	d := decider{s, s.Rules, c, left}
	offers := make([]Offer, 0, len(s.Rules.Catalogue()))
	for _, r := range s.Rules.Catalogue() {
		if r.Automatic {
			continue
		}
		o := Offer{Reward: r, Causes: Causes(s.Rules, r)}
		var cause string
		if len(o.Causes) > 0 {
			cause = o.Causes[0]
		}
		if o.Refusal = d.refuse(r, r.Least(), cause); o.Refusal == nil {
			o.Least, o.Most = r.Least(), d.most(r)
			o.Suggested = o.Most
			if r.Kind == programme.Fixed {
				o.Suggested = o.Least
			}
			p := d.promise(r, Wish{r.Name, o.Suggested, cause})
			o.Discount, o.Pays, o.Money = p.Discount, p.Pays, p.Money
		}
		offers = append(offers, o)
	}
	return offers
}
