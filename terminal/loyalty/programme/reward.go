package programme

import (
	"slices"

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
	// Gives is what it is. GivesMoney takes Value off; without a Value it is a
	// thing that is handed over.
	Gives Gives
	// Percent of what Target and Lines say is taken off, in hundredths of a per
	// cent, for GivesPercent; Rounding is to whole minor units: Floor or HalfUp.
	Percent  int64
	Rounding Rounding
	Target   Target
	Lines    Selector
	If       Condition
	// Automatic says that it is had without asking, whenever it can be; Points
	// may then be 0: a perk.
	Automatic bool
	// NthFree makes an automatic reward of the sale's own units: each time the
	// wallet would reach Points with them, one unit of Lines is free, which one
	// Target says, and the count begins again. The free one counts too: every
	// 7th is free.
	NthFree bool
	// Tender says that points are a means of payment: nothing comes off the
	// total, and tax is due on all of it.
	Tender bool
	Caps   []Cap // Times: stock, budget, how often a member can
	// Into and IntoPoints are for GivesPoints: so many points of another wallet,
	// for every Points.
	Into       ledger.Wallet
	IntoPoints ledger.Points
	// Share is the most of the balance that can be donated, in per cent; 0 is 100.
	Share int
	// Causes are those it can be given to; empty is all of the programme's.
	Causes []string
	// VoucherDays is how long a voucher that is printed for it can be used, its
	// own day besides; 0 gives it at once.
	VoucherDays int
	// Partner is whose reward it is: points are spent there. "" is where the
	// sale is made.
	Partner string
}

// Gives is what a reward gives.
type Gives string

// What rewards give.
const (
	GivesMoney    Gives = ""
	GivesPercent  Gives = "percent"
	GivesPerk     Gives = "perk"     // an upgrade, an access, a service: told, printed, nothing comes off
	GivesCash     Gives = "cash"     // money is paid out
	GivesDonation Gives = "donation" // Value goes to a cause
	GivesPoints   Gives = "points"   // of another wallet, a partner's perhaps
)

// Target is what of a basket a reward works on.
type Target string

// The targets.
const (
	TargetOrder    Target = ""         // all that Lines selects
	TargetCheapest Target = "cheapest" // one unit of it, the cheapest
	TargetDearest  Target = "dearest"  // one unit of it, the dearest
)

// Stacking says how several rewards of one sale go together.
type Stacking struct {
	// Original says that a percentage works on what the sale came to before any
	// reward; without, on what the ones before left of it. In no case do they
	// take off more than the sale comes to.
	Original bool
	// Most is the most rewards one sale can have, automatic ones besides; 0 sets none.
	Most int
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

// Reward is the reward of that name, which may be a play of a game, and whether
// there is one.
func (r Rules) Reward(name string) (Reward, bool) {
	if i := slices.IndexFunc(r.Rewards, func(w Reward) bool { return w.Name == name }); i >= 0 {
		return r.Rewards[i], true
	}
	game, _ := r.Game(name)
	return game.Play()
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
	if r.Points == 0 {
		return 0 // it is had for nothing
	}
	step := r.Step()
	return max((r.Minimum+step-1)/step, 1) * step
}

// Worth is what p points take off a total: nothing for a thing, and never more
// than the largest basket comes to. What is below a whole step is worth nothing.
func (r Reward) Worth(p ledger.Points) basket.Money {
	if r.Points == 0 && p == 0 {
		return max(r.Value, 0) // it is had for nothing
	}
	if p <= 0 || r.Value <= 0 {
		return 0
	}
	each := ledger.Points(r.Value) * r.Step() / max(r.Points, 1) // at most 10^17: see the limits of rules
	if steps := p / r.Step(); each > 0 && steps <= ledger.Points(basket.MaxAmount)/each {
		return basket.Money(steps * each)
	}
	return basket.MaxAmount
}

// Promised is what a voucher takes off that is had for p points, or for nothing
// where p is 0; 0 for one that gives anything else than an amount of money.
func (r Reward) Promised(p ledger.Points) basket.Money {
	switch {
	case r.Gives != GivesMoney:
		return 0
	case p == 0:
		return max(r.Value, 0)
	}
	return r.Worth(p)
}

// AtOnce is r as it is had with its voucher.
func (r Reward) AtOnce() Reward {
	r.VoucherDays = 0
	return r
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
