package programme

import (
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
)

func (r Rules) checkRewards(all *Complaints) {
	for i, reward := range r.Rewards {
		key := fmt.Sprintf("reward[%d].", i)
		if !nameable(reward.Name, maxText) {
			all.add(key+"name", "need 1 to %d printable characters", maxText)
		}
		all.twice(key+"name", reward.Name, r.rewardNames()[:i])
		wallet, known := r.Wallet(reward.Wallet)
		if !known {
			all.add(key+"wallet", "there is no wallet %q%s", string(reward.Wallet), there(r.walletNames()))
		}
		reward.check(key, wallet, all)
		r.checkGives(reward, key, all)
		r.checkCondition(reward.If, key+"if.", all)
		r.checkSelector(reward.Lines, key+"lines.", r.Sets, all)
		checkCaps(reward.Caps, key+"caps", false, all)
		if reward.Partner != "" {
			oneOf(reward.Partner, key+"partner", "partner", r.partnerNames(), all)
		}
	}
	if r.Stacking.Most < 0 || r.Stacking.Most > maxRewards {
		all.add("stacking.most", "%d: need 0 to %d", r.Stacking.Most, maxRewards)
	}
}

func (r Reward) check(key string, w Wallet, all *Complaints) {
	if !slices.Contains(RewardKinds(), r.Kind) {
		all.add(key+"kind", "%q: need one of %s", string(r.Kind), listed(RewardKinds()))
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
	if priced && r.Points > 0 {
		r.checkLimits(key, all)
	}
	if r.MaxPercent < 0 || r.MaxPercent > 100 {
		all.add(key+"max_percent", "%d: need 1 to 100", r.MaxPercent)
	} else if r.MaxPercent > 0 && r.Value == 0 && r.Gives != GivesPercent {
		all.add(key+"max_percent", "what is handed over takes nothing off the total: take max_points")
	}
	if r.Barcode != "" && (len(r.Barcode) > maxText || strings.IndexFunc(r.Barcode, func(c rune) bool { return c < 0x20 || c > 0x7e }) >= 0) {
		all.add(key+"barcode", "need at most %d letters, digits and signs as a scanner reads them", maxText)
	}
}

// checkPrice reports whether what points are worth can be reckoned with.
func (r Reward) checkPrice(key string, all *Complaints) bool {
	before := len(*all)
	if r.Points == 0 && !(r.Automatic && r.Kind == Fixed && !r.NthFree) {
		all.add(key+"points", "0: need more than 0 and at most %v", MaxRatePoints)
	}
	least := basket.Money(0)
	if r.Kind == PerPoint && r.Gives != GivesPoints {
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

// checkGives looks at what the reward is, and at keys that are for another sort.
func (r Rules) checkGives(w Reward, key string, all *Complaints) {
	if !slices.Contains([]Gives{GivesMoney, GivesPercent, GivesPerk, GivesCash, GivesDonation, GivesPoints}, w.Gives) {
		all.add(key+"gives", "%q: need one of %s", string(w.Gives), listed([]Gives{"money", GivesPercent, GivesPerk, GivesCash, GivesDonation, GivesPoints}))
		return
	}
	if !slices.Contains([]Target{TargetOrder, TargetCheapest, TargetDearest}, w.Target) {
		all.add(key+"target", "%q: need one of %s", string(w.Target), listed([]Target{"order", TargetCheapest, TargetDearest}))
	}
	gives := string(w.Gives)
	if gives == "" {
		gives = "money"
	}
	for _, only := range []struct {
		name    string
		written bool
		of      []Gives
	}{
		{"value", w.Value != 0, []Gives{GivesMoney, GivesCash, GivesDonation}},
		{"percent", w.Percent != 0, []Gives{GivesPercent}},
		{"target", w.Target != TargetOrder, []Gives{GivesPercent}},
		{"tender", w.Tender, []Gives{GivesMoney}},
		{"into", w.Into != "", []Gives{GivesPoints}},
		{"into_points", w.IntoPoints != 0, []Gives{GivesPoints}},
		{"share", w.Share != 0, []Gives{GivesDonation}},
		{"causes", len(w.Causes) > 0, []Gives{GivesDonation}},
		{"voucher_days", w.VoucherDays != 0, []Gives{GivesMoney, GivesPercent, GivesPerk}},
	} {
		if only.written && !slices.Contains(only.of, w.Gives) {
			all.add(key+only.name, "is not for a reward that gives %s", gives)
		}
	}
	switch w.Gives {
	case GivesPercent:
		w.checkPercent(key, all)
	case GivesCash, GivesDonation:
		if w.Value == 0 {
			all.add(key+"value", "need how much money %v points are", w.Points)
		}
	case GivesPoints:
		r.checkInto(w, key, all)
	}
	if w.Gives == GivesDonation {
		r.checkCauses(w, key, all)
	}
	if w.Tender && w.Value == 0 {
		all.add(key+"tender", "what is handed over pays for nothing: need a value")
	}
	if w.VoucherDays < 0 || w.VoucherDays > maxVoucherDays {
		all.add(key+"voucher_days", "%d: need 0 to %d", w.VoucherDays, maxVoucherDays)
	}
	if w.NthFree {
		r.checkNthFree(w, key, all)
	}
}

func (r Reward) checkPercent(key string, all *Complaints) {
	if r.Percent < 1 || r.Percent > 100_00 {
		all.add(key+"percent", "%v: need more than 0 and at most 100", ledger.Points(r.Percent*10))
	}
	if r.Kind == PerPoint {
		all.add(key+"kind", "a percentage has a price: need %q", string(Fixed))
	}
	if r.Rounding != Floor && r.Rounding != HalfUp {
		all.add(key+"rounding", "%q: need %q or %q", string(r.Rounding), string(Floor), string(HalfUp))
	}
}

func (r Rules) checkInto(w Reward, key string, all *Complaints) {
	oneOf(string(w.Into), key+"into", "wallet", r.walletNames(), all)
	if w.Into == w.Wallet {
		all.add(key+"into", "%q is what it is paid from", string(w.Into))
	}
	if w.IntoPoints < 1 || w.IntoPoints > MaxRatePoints {
		all.add(key+"into_points", "%v: need more than 0 and at most %v", w.IntoPoints, MaxRatePoints)
	} else if w.Points > 0 && w.Step() <= MaxRatePoints && w.Step()*w.IntoPoints%w.Points != 0 {
		all.add(key+"into_points", "%v is changed into no whole thousandths at %v for every %v", w.Step(), w.IntoPoints, w.Points)
	}
}

func (r Rules) checkCauses(w Reward, key string, all *Complaints) {
	if len(r.Causes) == 0 {
		all.add(key+"gives", "the programme has no cause to give to: need a [[cause]]")
	}
	if w.Share < 0 || w.Share > 100 {
		all.add(key+"share", "%d: need 1 to 100", w.Share)
	}
	for i, c := range w.Causes {
		oneOf(c, fmt.Sprintf("%scauses[%d]", key, i), "cause", r.causeNames(), all)
	}
}

func (r Rules) checkNthFree(w Reward, key string, all *Complaints) {
	switch {
	case w.Gives != GivesPercent || w.Percent != 100_00 || w.Target == TargetOrder || !w.Automatic || w.VoucherDays != 0:
		all.add(key+"nth_free", "one unit is free, by itself and at once: need automatic, gives = \"percent\", percent = 100 and a target \"cheapest\" or \"dearest\"")
	case w.Points < 2*ledger.Unit || w.Points%ledger.Unit != 0:
		all.add(key+"points", "%v: every how manieth is free? need a whole number from 2 on", w.Points)
	case !slices.ContainsFunc(r.Earn, func(e Rule) bool {
		return e.Wallet == w.Wallet && e.Event == "" && (e.Counts == Units || e.Counts == Order)
	}):
		all.add(key+"wallet", "no rule with counts = \"units\" or \"order\" earns %q, which is to count what was bought", string(w.Wallet))
	}
}
