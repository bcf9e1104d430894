package programme

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

// A Reward is what members can have for their points.
type Reward struct {
	Name   string // as people read it: "€ 5,00 korting"
	Wallet ledger.Wallet
	Kind   RewardKind
	// Points are the price of a fixed reward; of any other, the points that
	// Value stands for.
	Points ledger.Points
	// Value is what comes off the total for Points, in minor units. 0 for a
	// fixed reward that is a thing, which is handed over.
	Value basket.Money
	// Block is what the points of a per-point reward are a multiple of; 0 is
	// Points. A fixed reward goes by its price.
	Block ledger.Points
	// Minimum is the least that is redeemed at once; 0 sets none.
	Minimum ledger.Points
	// MaxPoints is the most that is redeemed in one sale; 0 sets none.
	MaxPoints ledger.Points
	// MaxPercent of a basket's total may be paid with it; 0 is all of it.
	MaxPercent int
	// KeptFloor is what must stay on the account.
	KeptFloor ledger.Points
	// Barcode is what the cashier scans at the till to give it; "" for none.
	Barcode string
}

// RewardKind says who chooses the number of points.
type RewardKind string

// The kinds of rewards.
const (
	Fixed    RewardKind = "fixed"     // it has a price: 500 points for € 5,00, 10 stamps for a coffee
	PerPoint RewardKind = "per-point" // the cashier chooses how many points, each worth the same
)

// RewardKinds are the kinds of rewards there are.
func RewardKinds() []RewardKind { return []RewardKind{Fixed, PerPoint} }

// Reward is the reward of that name, and whether there is one.
func (r Rules) Reward(name string) (Reward, bool) {
	i := slices.IndexFunc(r.Rewards, func(w Reward) bool { return w.Name == name })
	if i < 0 {
		return Reward{}, false
	}
	return r.Rewards[i], true
}

// Step is what a number of points redeemed is a multiple of.
func (r Reward) Step() ledger.Points {
	if r.Kind == PerPoint && r.Block > 0 {
		return r.Block
	}
	return max(r.Points, 1)
}

// Least is the fewest points that can be redeemed: whole steps, and at least
// the minimum.
func (r Reward) Least() ledger.Points {
	step := r.Step()
	return max((r.Minimum+step-1)/step, 1) * step
}

// Worth is what p points take off a total: nothing for a thing, and never more
// than the largest basket comes to. What is below a whole step is worth nothing.
func (r Reward) Worth(p ledger.Points) basket.Money {
	if p <= 0 || r.Value <= 0 {
		return 0
	}
	each := ledger.Points(r.Value) * r.Step() / max(r.Points, 1) // at most 10^17: see the limits of rules
	if steps := p / r.Step(); each > 0 && steps <= ledger.Points(basket.MaxAmount)/each {
		return basket.Money(steps * each)
	}
	return basket.MaxAmount
}

// Most is the most points that a total has room for: the limits of the sale,
// whatever the account holds. Whole steps; 0 when there is no room for one.
func (r Reward) Most(total basket.Money) ledger.Points {
	room := min(max(total, 0), basket.MaxAmount)
	if r.MaxPercent > 0 {
		room = share(room, r.MaxPercent)
	}
	most := r.Within(room)
	if r.MaxPoints > 0 {
		most = min(most, r.MaxPoints)
	}
	return most - most%r.Step()
}

// Within is the most points that take at most room off: whole steps. A thing
// takes nothing off.
func (r Reward) Within(room basket.Money) ledger.Points {
	most := maxRedeemed
	if r.Value > 0 {
		most = ledger.Points(min(max(room, 0), basket.MaxAmount)) * r.Points / ledger.Points(r.Value)
	}
	return most - most%r.Step()
}

// Shared is what rewards with a share of their own take off a total together,
// at most: the largest of their shares, in per cent.
func Shared(total basket.Money, largest int) basket.Money {
	return share(min(max(total, 0), basket.MaxAmount), largest)
}

func share(of basket.Money, percent int) basket.Money { return of * basket.Money(percent) / 100 }

// maxRedeemed is more than anybody holds, and leaves room for sums.
const maxRedeemed = ledger.Points(1) << 61

func (r Rules) checkRewards(all *Complaints) {
	for i, reward := range r.Rewards {
		key := fmt.Sprintf("reward[%d].", i)
		if !nameable(reward.Name, maxText) {
			all.add(key+"name", "need 1 to %d printable characters", maxText)
		}
		if slices.ContainsFunc(r.Rewards[:i], func(o Reward) bool { return o.Name == reward.Name }) {
			all.add(key+"name", "%q stands twice", reward.Name)
		}
		wallet, known := r.Wallet(reward.Wallet)
		if !known {
			all.add(key+"wallet", "there is no wallet %q", string(reward.Wallet))
		}
		reward.check(key, wallet, all)
	}
}

func (r Reward) check(key string, w Wallet, all *Complaints) {
	if !slices.Contains(RewardKinds(), r.Kind) {
		all.add(key+"kind", "%q: need one of %v", string(r.Kind), RewardKinds())
		return // what the other keys mean depends on it
	}
	priced := r.checkPrice(key, all)
	shown := smallestShown(w.Decimals)
	for _, p := range []struct {
		name   string
		points ledger.Points
	}{{"points", r.Points}, {"block", r.Block}, {"minimum", r.Minimum}, {"max_points", r.MaxPoints}, {"kept_floor", r.KeptFloor}} {
		switch {
		case p.points < 0 || p.points > MaxRatePoints:
			all.add(key+p.name, "%v: need 0 to %v", p.points, MaxRatePoints)
			priced = false
		case p.points%shown != 0:
			all.add(key+p.name, "%v: with %d decimals need a multiple of %v, or a slip could not show it", p.points, w.Decimals, shown)
		}
	}
	if priced {
		r.checkLimits(key, all)
	}
	if r.MaxPercent < 0 || r.MaxPercent > 100 {
		all.add(key+"max_percent", "%d: need 1 to 100", r.MaxPercent)
	} else if r.MaxPercent > 0 && r.Value == 0 {
		all.add(key+"max_percent", "what is handed over takes nothing off the total: take max_points")
	}
	if r.Barcode != "" && (len(r.Barcode) > maxText || strings.IndexFunc(r.Barcode, func(c rune) bool { return c < 0x20 || c > 0x7e }) >= 0) {
		all.add(key+"barcode", "need at most %d letters, digits and signs as a scanner reads them", maxText)
	}
}

// checkPrice reports whether what points are worth can be reckoned with.
func (r Reward) checkPrice(key string, all *Complaints) bool {
	before := len(*all)
	if r.Points == 0 {
		all.add(key+"points", "0: need more than 0 and at most %v", MaxRatePoints)
	}
	least := basket.Money(0)
	if r.Kind == PerPoint {
		least = 1
	}
	if r.Value < least || r.Value > basket.MaxAmount {
		all.add(key+"value", "%d minor units: need %d to %d", r.Value, least, basket.MaxAmount)
	}
	if r.Kind == Fixed && r.Block != 0 {
		all.add(key+"block", "%v: a fixed reward goes by its price", r.Block)
	}
	return len(*all) == before
}

// checkLimits looks for limits under which nothing could ever be redeemed, and
// for points whose worth is no whole number of minor units.
func (r Reward) checkLimits(key string, all *Complaints) {
	if r.Step()*ledger.Points(r.Value)%r.Points != 0 {
		all.add(key+"block", "%v is worth no whole number of minor units at %d for every %v", r.Step(), r.Value, r.Points)
	}
	if r.MaxPoints > 0 && r.MaxPoints < r.Least() {
		all.add(key+"max_points", "%v: the least that is redeemed at once is %v", r.MaxPoints, r.Least())
	}
}
