package redeem

import (
	"errors"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// A voucher is points that were spent for a reward to be had once, in a sale to
// come. It is an account of its own, with a lot of 1 in the reward's wallet of
// vouchers that lapses with it: using it takes that lot. What was promised for
// it stands in its code, so that it is kept whatever becomes of the programme.

// A Printed is a voucher that a record prints.
type Printed struct {
	Account ledger.Account
	Reward  string
	Times   int64
	// Worth is what it takes off in all; 0 for a reward that is no amount of money.
	Worth basket.Money
	Until ledger.Day
}

// Print is the voucher for a reward that was had for p points, or for nothing,
// in an account that was drawn for it, and the entry that makes it. Nobody
// brings points back with goods that went into a voucher, so such a one is of
// another kind than a prize.
func Print(r programme.Reward, times int64, p ledger.Points, account ledger.Account, day ledger.Day, alone bool) (Printed, ledger.Entry) {
	v := Printed{Account: account, Reward: r.Name, Times: times, Worth: r.Promised(p), Until: programme.After(day, r.VoucherDays)}
	return v, v.entry(p > 0, alone)
}

func (v Printed) entry(paid, alone bool) ledger.Entry {
	e := ledger.Entry{
		Account: v.Account, Wallet: programme.VoucherOf(v.Reward), Kind: ledger.Bonus, Points: ledger.Unit, Expires: v.Until, Closed: alone,
	}
	if paid {
		e.Kind = ledger.Convert
	}
	return e
}

// A Voucher is one that is used, as its code tells it.
type Voucher struct {
	Reward string
	Times  int64
	Worth  basket.Money
	Until  ledger.Day
	// Holding is its account, as it is known here.
	Holding ledger.Holding
}

// Refuse is why the voucher cannot be used at a moment; nil when it can.
func (v Voucher) Refuse(m ledger.Moment) *programme.Refusal {
	h, wallet := v.Holding, programme.VoucherOf(v.Reward)
	// What has lapsed counts too: a clock that nobody trusts takes nothing away.
	spendable, _, lapsed := h.In(wallet).On(m.Day)
	switch {
	case h.New:
		return &programme.Refusal{Code: programme.SlipElsewhere}
	case m.Trusted && m.Day > v.Until:
		return &programme.Refusal{Code: programme.VoucherExpired}
	case less(plus(spendable, lapsed), max(h.Promised[wallet], 0)) < ledger.Unit:
		return &programme.Refusal{Code: programme.VoucherUsed}
	}
	return nil
}

// Use has a voucher for what is left of the scene's basket. It gives what was
// promised, on the lines that the programme's reward of its name has now.
//
// What cannot be had is a *programme.Refusal and changes nothing. Whose card was
// read does not matter, and neither does whether any was. A further reward of
// the same sale is decided as after Decide.
func Use(s scene.Scene, c Cover, left basket.Basket, v Voucher) (Outcome, error) {
	d := decider{s, s.Rules, c, left}
	if err := d.check(); err != nil {
		return Outcome{}, err
	}
	if no := v.Refuse(s.Moment); no != nil {
		return Outcome{}, no
	}
	p, no := d.using(v)
	if no != nil {
		return Outcome{}, no
	}
	return d.outcome(p, d.voucher(p))
}

// using is what a voucher comes to.
func (d decider) using(v Voucher) (Promise, *programme.Refusal) {
	r, known := d.rules.Reward(v.Reward)
	r = nth(r.AtOnce())
	r.Name, r.NthFree = v.Reward, false
	wallet, _ := d.rules.Wallet(r.Wallet)
	no := func(code programme.Code) (Promise, *programme.Refusal) {
		return Promise{}, &programme.Refusal{Code: code, Wallet: wallet}
	}
	if most := d.rules.Stacking.Most; most > 0 && d.cover.rewards >= most {
		return no(programme.HadAlready)
	}
	p := Promise{
		Reward: v.Reward, Wallet: r.Wallet, Times: v.Times, MaxPercent: r.MaxPercent, Gives: r.Gives, Tender: r.Tender,
		Voucher: v.Holding.Account, Worth: v.Worth, Until: v.Until, At: atOf(r, d.left),
	}
	switch {
	case v.Worth > 0:
		p.Gives = programme.GivesMoney
		pool := poolOf(d.rules, d.left, r.Lines, d.cover.freed)
		if pool.room <= 0 && d.left.Total > 0 {
			return no(programme.NotOnReceipt)
		}
		if v.Worth > min(pool.room, d.limit(r)) {
			return no(programme.AboveCap) // it is for a larger receipt: nothing of it is lost
		}
		off := pool.spread(v.Worth, len(d.left.Lines))
		if p.Off = off; r.Tender {
			p.Pays = v.Worth
		} else {
			p.Discount = v.Worth
		}
	case !known:
		return no(programme.UnknownReward)
	case d.nothingHere(r):
		return no(programme.NotOnReceipt)
	case takesOff(r, d.left):
		work := d.work(r, 0, v.Times, d.limit(r))
		if work.sum == 0 {
			return no(programme.AboveCap)
		}
		p.Discount, p.Off, p.Free = work.sum, work.off, work.free
	}
	return p, nil
}

// voucher is the spending of the voucher that a promise is for.
func (d decider) voucher(p Promise) spending {
	e := ledger.Entry{
		Account: p.Voucher, Wallet: programme.VoucherOf(p.Reward), Kind: ledger.Redeem, Points: -ledger.Unit, Expires: p.Until, At: p.At,
	}
	return spending{wallet: e.Wallet, kind: e.Kind, at: p.At, day: d.s.Moment.Day, entries: []ledger.Entry{e}, shares: make([]ledger.Share, 1)}
}

// lacks is what of the voucher that a promise is for is not there any more: its
// hold's time was over, and it was used elsewhere.
func (d decider) lacks(p Promise) ledger.Points {
	wallet := programme.VoucherOf(p.Reward)
	i := slices.IndexFunc(d.cover.Vouchers, func(h ledger.Holding) bool { return h.Account == p.Voucher })
	if i < 0 {
		return ledger.Unit
	}
	spendable, _, lapsed := d.cover.Vouchers[i].In(wallet).On(d.s.Moment.Day)
	return ledger.Unit - max(min(plus(spendable, lapsed), ledger.Unit), 0)
}

// prints adds to an outcome the voucher that it prints.
func (d decider) prints(o *Outcome, p Promise) error {
	if p.Days == 0 {
		return nil
	}
	if len(d.cover.Fresh) == 0 {
		return errors.New("print a voucher: no account was drawn for it")
	}
	v := Printed{Account: d.cover.Fresh[0], Reward: p.Reward, Times: p.Times, Worth: p.Worth, Until: programme.After(d.s.Moment.Day, p.Days)}
	o.Printed = &v
	o.Entries = append(o.Entries, v.entry(p.Points > 0, d.cover.Alone))
	return nil
}

// OfNobody reports whether a record is a sale in which nobody's card was read
// and a voucher was used: then nobody earned anything.
func OfNobody(r ledger.Record) bool {
	return r.Body != nil && slices.ContainsFunc(r.Head.Entries, func(e ledger.Entry) bool {
		return e.Wallet.Voucher() && e.Kind == ledger.Redeem && e.Account == r.Body.Account
	})
}

// Used are the vouchers that were used in a sale, as its record tells them, in
// their order. Each can be used again by itself.
func Used(r ledger.Record) []Voucher {
	var all []Voucher
	if r.Body == nil {
		return nil
	}
	var entries []ledger.Entry
	for _, e := range r.Head.Entries {
		if e.Wallet.Voucher() && e.Kind == ledger.Redeem {
			entries = append(entries, e)
		}
	}
	for _, reason := range r.Body.Reasons {
		if reason.Code != ReasonVoucher || len(entries) == 0 {
			continue
		}
		e := entries[0]
		entries = entries[1:]
		all = append(all, Voucher{
			Reward: reason.Rule, Times: int64(reason.Points / ledger.Unit), Worth: basket.Money(reason.Amount), Until: e.Expires,
			Holding: ledger.Holding{Account: e.Account, Known: true, Positions: []ledger.Position{{
				Wallet: e.Wallet, Points: ledger.Unit, Lots: ledger.Lots{Open: []ledger.Lot{{Points: ledger.Unit, Expires: e.Expires}}},
			}}},
		})
	}
	return all
}

// Drawn are the accounts of the vouchers that a record printed, in their order.
func Drawn(r ledger.Record) []ledger.Account {
	var all []ledger.Account
	for _, e := range r.Head.Entries {
		if e.Wallet.Voucher() && (e.Kind == ledger.Convert || e.Kind == ledger.Bonus) {
			all = append(all, e.Account)
		}
	}
	return all
}
