package redeem

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// What a sale earns can be spent in the same sale where the wallet says so, and
// always for what is free every so often. As rewards lower what is earned, how
// much that is can only be said of a reward that was decided: it must be there
// with the reward taken off.

// spendsOwn reports whether a reward may be had for what the sale earns.
func (d decider) spendsOwn(r programme.Reward) bool {
	w, _ := d.rules.Wallet(r.Wallet)
	return w.SpentAtOnce || r.NthFree
}

// earning is what of the basket earns so far.
func (d decider) earning() basket.Basket {
	if d.cover.earning == nil {
		return d.s.Basket
	}
	return *d.cover.earning
}

// earningAfter is what of the basket earns once a promise is kept.
func (d decider) earningAfter(p Promise) basket.Basket {
	if p.spends() && d.rules.Base.Redeeming == programme.EarnsFully {
		return d.earning()
	}
	return takenOff(d.earning(), p)
}

// countedAfter are the units that are free and count, once a promise is kept.
func (d decider) countedAfter(p Promise) []int64 {
	if !p.Counted {
		return d.cover.freed
	}
	return added(d.cover.freed, p.Free)
}

// earns is what so much of the basket, of which points paid a part, brings the
// member of each wallet, as far as it can be spent today.
func (d decider) earns(of basket.Basket, counted []int64, paid basket.Money) (map[ledger.Wallet]ledger.Points, error) {
	all := make(map[ledger.Wallet]ledger.Points)
	if of.Key == (basket.Key{}) {
		return all, nil // there is no sale
	}
	s := d.s
	s.Counted, s.Paid = counted, paid
	o, err := earn.Award(s, of)
	if err != nil {
		return nil, err
	}
	for _, e := range o.Entries {
		if usable(e, d.s.Holding.Account, e.Wallet, d.s.Moment.Day) {
			all[e.Wallet] = plus(all[e.Wallet], e.Points)
		}
	}
	return all, nil
}

// usable reports whether an entry brings an account points of a wallet that
// can be spent at once.
func usable(e ledger.Entry, a ledger.Account, w ledger.Wallet, day ledger.Day) bool {
	return e.Account == a && e.Wallet == w && e.Points > 0 && (e.Vests == "" || e.Vests <= day)
}

// ownOf is what the sale earns of a reward's wallet that is still to be spent.
func (d decider) ownOf(r programme.Reward) ledger.Points {
	if !d.spendsOwn(r) {
		return 0
	}
	all, err := d.earns(d.earning(), d.cover.freed, d.s.Paid)
	if err != nil {
		return 0 // what earns nothing is refused where it is to earn
	}
	return max(all[r.Wallet]-d.cover.own[r.Wallet], 0)
}

// keptOf is what of the sale's own must stay on the account, where the reward
// leaves less of what was there than has to be kept.
func (d decider) keptOf(p Promise) ledger.Points {
	r, _ := d.rules.Reward(p.Reward)
	if r.KeptFloor == 0 || p.Points == 0 || !d.spendsOwn(r) {
		return 0
	}
	has := unpromised(d.s.Holding, p.Wallet, d.s.Moment.Day, d.cover)
	return max(r.KeptFloor-max(has-(p.Points-p.Own), 0), 0)
}

// covers reports whether what a promise, and those before it, spend of what the
// sale earns is earned with the promise kept.
func (d decider) covers(p Promise) bool {
	own := p.Own + d.keptOf(p)
	if own == 0 && len(d.cover.own) == 0 {
		return true
	}
	all, err := d.earns(d.earningAfter(p), d.countedAfter(p), d.s.Paid+p.paid())
	if err != nil {
		return false
	}
	if all[p.Wallet] < d.cover.own[p.Wallet]+own {
		return false
	}
	for w, own := range d.cover.own {
		if all[w] < own {
			return false
		}
	}
	return true
}

// Complete writes what outcomes spend of what the same sale earns: the entries
// that stand behind those of what was earned, of which at stand before in the
// record. What it earns too little of, because the sale is not as it was when
// its hold was made, is spent uncovered and told by ReasonLapsed. The shares
// count the entries from 1.
func Complete(outcomes []Outcome, earned []ledger.Entry, at int, record ledger.Key) (entries []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
	left := make([]ledger.Points, len(earned))
	for i, e := range earned {
		left[i] = e.Points
	}
	for _, o := range outcomes {
		if o.Own == 0 {
			continue
		}
		sp, missing := o.own(earned, left, at, record)
		for i, e := range sp.entries {
			entries = append(entries, e)
			s := sp.shares[i]
			s.Entry, s.Voucher = len(entries), o.promise.Days > 0
			shares = append(shares, tells(s, -e.Points, o.off, o.Own == o.Points && i == 0)...)
		}
		if missing > 0 {
			reasons = append(reasons, ledger.Reason{Code: ReasonLapsed, Rule: o.promise.Reward, Wallet: sp.wallet, Points: missing})
		}
	}
	return entries, shares, reasons
}

// own is the spending of what the sale earns, out of what is left of that, and
// what of it is not covered. It names the lots that were earned, and not those
// that would lapse sooner: these are spoken for.
func (o Outcome) own(earned []ledger.Entry, left []ledger.Points, at int, record ledger.Key) (sp spending, missing ledger.Points) {
	sp = spending{wallet: o.promise.Wallet, kind: o.promise.kind(), at: o.promise.At}
	missing = o.Own
	for i, e := range earned {
		part := min(missing, left[i])
		if part <= 0 || !usable(e, o.After.Account, sp.wallet, o.day) {
			continue
		}
		var from ledger.SetAsideID
		if id, opens := e.Opens(record.Entry(at + i + 1)); opens {
			from = id
		}
		before := len(sp.entries)
		sp.lots = []ledger.Lot{{Points: part, Expires: e.Expires, Vests: e.Vests, Issuer: e.Issuer}}
		sp.take(e.Account, from, part, true)
		sp.entries[before].Expires, sp.entries[before].Vests = e.Expires, e.Vests
		missing, left[i] = missing-part, left[i]-part
	}
	sp.lots = []ledger.Lot{{Points: missing}}
	sp.take(o.After.Account, "", missing, true)
	return sp, missing
}
