package redeem

import (
	"slices"
	"sort"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// refuse is why p points cannot be redeemed for a reward; nil when they can.
func (d decider) refuse(r programme.Reward, p ledger.Points, cause string) *programme.Refusal {
	wallet, _ := d.rules.Wallet(r.Wallet)
	no := func(code programme.Code, points ledger.Points) *programme.Refusal {
		return &programme.Refusal{Code: code, Points: points, Wallet: wallet}
	}
	if code := d.unmet(r); code != "" {
		return no(code, 0)
	}
	if code := d.usedUp(r); code != "" {
		return no(code, 0)
	}
	if r.Gives == programme.GivesDonation && d.cause(r, cause) == "" {
		return no(programme.UnknownCause, 0)
	}
	if d.nothingHere(r) {
		return no(programme.NotOnReceipt, 0)
	}
	h, c, day := d.s.Holding, d.cover, d.s.Moment.Day
	if c.NoSpend && r.Points > 0 {
		return no(programme.CollectsOnly, 0)
	}
	own := ledger.Points(0)
	spendable, has := Spendable(h, r.Wallet, day, c), unpromised(h, r.Wallet, day, c)
	if p > spendable || p > less(has, r.KeptFloor) {
		own = d.ownOf(r)
	}
	spendable, has = plus(spendable, own), plus(has, own)
	switch {
	case p < r.Least():
		return no(programme.BelowMinimum, r.Least())
	case p%r.Step() != 0 || r.Points == 0 && p != 0:
		return no(programme.NotAMultiple, r.Step())
	case p > spendable && !c.Alone && !h.Known:
		return no(programme.NotKnownHere, 0)
	case p > has:
		return no(programme.TooFewPoints, p-max(has, 0))
	case p > less(has, r.KeptFloor) && p > 0:
		return no(programme.KeptFloor, r.KeptFloor)
	case p > d.room(r), p == 0 && d.room(r) < 0:
		return no(programme.AboveCap, atLeast(r, d.room(r)))
	case p > spendable:
		return no(programme.LineNeeded, atLeast(r, d.most(r)))
	case !d.covers(d.promise(r, Wish{r.Name, p, cause})):
		return no(programme.AboveCap, atLeast(r, d.most(r)))
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

// unmet is the code of the refusal where the reward's condition does not hold:
// because of who is there, because of the hour or the place, or because of what
// the sale comes to.
func (d decider) unmet(r programme.Reward) programme.Code {
	if d.s.Holds(r.If) {
		return ""
	}
	c := r.If
	who := programme.Condition{
		Tiers: c.Tiers, TierExactly: c.TierExactly, Clubs: c.Clubs, Segments: c.Segments, NotSegments: c.NotSegments,
		Members: c.Members, Birthday: c.Birthday, FirstPurchase: c.FirstPurchase, Referred: c.Referred,
	}
	total := programme.Condition{MinTotal: c.MinTotal, MaxTotal: c.MaxTotal}
	switch {
	case !d.s.Holds(who):
		return programme.NotForYou
	case !d.s.Holds(total):
		return programme.AboveCap
	}
	return programme.NotNow
}

// nothingHere reports whether the reward works on goods of which none are there.
func (d decider) nothingHere(r programme.Reward) bool {
	if !takesOff(r, d.left) || r.Lines.IsZero() && r.Target == programme.TargetOrder {
		return false
	}
	p := poolOf(d.rules, d.left, r.Lines, d.cover.freed)
	return p.sum <= 0 || onUnits(r, d.left) && p.pieces() == 0
}

// cause is what a donation goes to; "" where that is none of the reward's.
func (d decider) cause(r programme.Reward, wish string) string {
	all := Causes(d.rules, r)
	switch {
	case wish == "" && len(all) == 1:
		return all[0]
	case slices.Contains(all, wish):
		return wish
	}
	return ""
}

// Causes are those a reward can be given to, by name.
func Causes(rules programme.Rules, r programme.Reward) []string {
	if r.Gives != programme.GivesDonation {
		return nil
	}
	if len(r.Causes) > 0 {
		return r.Causes
	}
	var all []string
	for _, c := range rules.Causes {
		all = append(all, c.Name)
	}
	return all
}

// most is the most points that can be redeemed now; less than the reward's
// least when none can.
func (d decider) most(r programme.Reward) ledger.Points {
	h, c, day, own := d.s.Holding, d.cover, d.s.Moment.Day, d.ownOf(r)
	p := min(plus(Spendable(h, r.Wallet, day, c), own), less(plus(unpromised(h, r.Wallet, day, c), own), r.KeptFloor), d.room(r))
	steps := max(p, 0) / r.Step()
	if own == 0 && len(c.own) == 0 {
		return steps * r.Step()
	}
	// The more is taken off, the less is earned.
	return ledger.Points(sort.Search(int(steps), func(i int) bool {
		return !d.covers(d.promise(r, Wish{Reward: r.Name, Points: ledger.Points(i+1) * r.Step()}))
	})) * r.Step()
}

// limit is the most money that a reward may take, or pay, of what is left.
// Rewards that go by a share of the total take the largest of their shares
// together: two of a half are not three quarters.
func (d decider) limit(r programme.Reward) basket.Money {
	if r.MaxPercent == 0 {
		return d.left.Total
	}
	shared := programme.Shared(d.left.Total+d.cover.Taken, max(d.cover.Share, r.MaxPercent))
	return max(min(programme.Shared(d.left.Total, r.MaxPercent), shared-d.cover.Shared), 0)
}

// room is the most points that the basket, and what the reward is limited to,
// have room for, whatever the account holds: whole steps. For what costs
// nothing it is 0, or below zero where it cannot be had.
func (d decider) room(r programme.Reward) ledger.Points {
	if r.Points == 0 {
		if d.fits(r) == 0 || d.capped(r) < 1 {
			return -1
		}
		return 0
	}
	var most ledger.Points
	switch {
	case r.VoucherDays > 0:
		most = ledger.Points(d.fits(r)) * r.Step()
	case r.Tender:
		most = r.Within(d.limit(r))
	case r.Gives == programme.GivesMoney && r.Value > 0 && takesOff(r, d.left):
		most = r.Within(min(d.limit(r), poolOf(d.rules, d.left, r.Lines, d.cover.freed).room))
	case r.Gives == programme.GivesDonation && r.Share > 0:
		spendable, _, _ := d.s.Holding.In(r.Wallet).On(d.s.Moment.Day)
		most = shareOf(max(spendable, 0), r.Share)
	default:
		most = ledger.Points(d.fits(r)) * r.Step()
	}
	if r.MaxPoints > 0 {
		most = min(most, r.MaxPoints)
	}
	most = min(most, d.capped(r))
	return most - most%r.Step()
}

// shareOf is so many per cent of p, rounded down.
func shareOf(p ledger.Points, percent int) ledger.Points {
	return p/100*ledger.Points(percent) + p%100*ledger.Points(percent)/100
}

// manyTimes is more often than anything is redeemed, and leaves room for the
// points of it.
const manyTimes = int64(1) << 31

// fits is how often a reward that takes no fixed amount off has room.
func (d decider) fits(r programme.Reward) int64 {
	limit := d.limit(r)
	switch {
	case r.VoucherDays > 0 && r.Gives == programme.GivesPercent && r.Target == programme.TargetOrder:
		return 1
	case r.VoucherDays > 0:
		return maxUnits
	case r.Tender && limit == 0:
		return 0 // there is nothing to pay
	case !takesOff(r, d.left):
		return manyTimes
	case onUnits(r, d.left):
		p := poolOf(d.rules, d.left, r.Lines, d.cover.freed)
		n := int(p.pieces())
		// What more pieces cost is more.
		above := sort.Search(n, func(i int) bool { return d.work(r, 0, int64(i+1), limit).sum == 0 })
		return int64(above)
	case d.work(r, r.Points, 1, limit).sum > 0:
		return 1
	}
	return 0
}

// A Count is what a reward adds to a counter of its own.
type Count struct {
	In      ledger.Wallet `json:"in"`
	Points  ledger.Points `json:"thousandths"`
	Expires ledger.Day    `json:"expires,omitempty"`
	House   bool          `json:"house,omitempty"` // it is the terminal's, not the member's
}

// counts are what having a reward adds to its counters.
func (d decider) counts(r programme.Reward, p ledger.Points, times int64) []Count {
	var all []Count
	for _, c := range r.Caps {
		if c.Per == programme.PerPurchase {
			continue
		}
		n := Count{In: d.counter(r, c), Points: p, Expires: d.s.CapEnds(c, r.If), House: c.Of != programme.OfMember}
		if c.Times > 0 {
			n.Points = ledger.Points(often(r, times)) * ledger.Unit
		}
		if n.Points > 0 && !slices.ContainsFunc(all, func(o Count) bool { return o.In == n.In && o.House == n.House }) {
			all = append(all, n)
		}
	}
	return all
}

// often is how often a reward counts as had: points of which the customer says
// how many are one reward.
func often(r programme.Reward, times int64) int64 {
	if r.Kind == programme.PerPoint {
		return 1
	}
	return max(times, 1)
}

func (d decider) counter(r programme.Reward, c programme.Cap) ledger.Wallet {
	return c.Counter("reward/"+r.Name, d.s.Cashier)
}

// usedUp is the code of the refusal where a reward was had as often as it may
// be, or is not there any more.
func (d decider) usedUp(r programme.Reward) programme.Code {
	if most := d.rules.Stacking.Most; most > 0 && !r.Automatic && d.cover.rewards >= most {
		return programme.HadAlready
	}
	if r.VoucherDays > 0 && len(d.cover.Fresh) == 0 {
		return programme.HadAlready // one sale prints no more of them
	}
	for _, c := range r.Caps {
		if left := d.leftOf(r, c); left > 0 && left >= r.Least() {
			continue
		}
		if c.Of == programme.OfMember {
			return programme.HadAlready
		}
		return programme.SoldOut
	}
	return ""
}

// capped is the most points that all caps leave. For what costs nothing it is
// how often it can still be had.
func (d decider) capped(r programme.Reward) ledger.Points {
	most := maxRedeemed
	for _, c := range r.Caps {
		most = min(most, d.leftOf(r, c))
	}
	return most
}

// maxRedeemed is more than anybody holds, and leaves room for sums.
const maxRedeemed = ledger.Points(1) << 61

// leftOf is the most points that one cap leaves; for what costs nothing, how
// often it can still be had.
func (d decider) leftOf(r programme.Reward, c programme.Cap) ledger.Points {
	holder := d.s.Holding
	if c.Of != programme.OfMember {
		holder = d.s.House
	}
	var used ledger.Points
	if c.Per != programme.PerPurchase {
		counter := d.counter(r, c)
		used, _, _ = holder.In(counter).On(d.s.Moment.Day)
		used = plus(max(used, 0), max(holder.Promised[counter], 0))
	}
	if c.Times == 0 {
		return max(c.Points-used, 0)
	}
	times := max(c.Times-int64(used/ledger.Unit), 0)
	switch {
	case r.Points == 0 || times == 0:
		return ledger.Points(times)
	case r.Kind == programme.PerPoint:
		return maxRedeemed
	}
	return ledger.Points(min(times, manyTimes)) * r.Step()
}
