package redeem

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
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
	// The rest is as in an Outcome and in the reward.
	Gives     programme.Gives `json:"gives,omitempty"`
	Tender    bool            `json:"tender,omitempty"`
	Automatic bool            `json:"automatic,omitempty"`
	Pays      basket.Money    `json:"pays,omitempty"`
	Money     basket.Money    `json:"money,omitempty"`
	Cause     string          `json:"cause,omitempty"`
	At        string          `json:"at,omitempty"` // the partner where it is had
	// Off is what comes off each line, or is paid of it, and Free how many units
	// of each that gives.
	Off  []basket.Money `json:"off,omitempty"`
	Free []int64        `json:"free,omitempty"`
	// Into are the points it is changed into.
	Into       ledger.Wallet `json:"into,omitempty"`
	IntoPoints ledger.Points `json:"into_thousandths,omitempty"`
	// Own is the part of Points that the sale itself earns. Counted says that
	// the units that are free earn all the same.
	Own     ledger.Points `json:"own,omitempty"`
	Counted bool          `json:"counted,omitempty"`
	Counts  []Count       `json:"counts,omitempty"`
	// Voucher is the account of the voucher it is had for, which can be used
	// until Until; zero for none. Days is how long the voucher can be used that is
	// printed for it; 0 for none. Worth is what either promises, 0 where that is
	// no amount of money.
	Voucher ledger.Account `json:"voucher,omitzero"`
	Until   ledger.Day     `json:"until,omitempty"`
	Days    int            `json:"days,omitempty"`
	Worth   basket.Money   `json:"worth,omitempty"`
}

// used reports whether it is had for a voucher.
func (p Promise) used() bool { return p.Voucher != ledger.Account{} }

// spends reports whether points pay for it: now, or once for its voucher.
func (p Promise) spends() bool { return p.Points > 0 || p.used() }

// paid is what of the sale points pay.
func (p Promise) paid() basket.Money {
	if !p.spends() {
		return 0
	}
	return p.Discount + p.Pays
}

// kind is that of the entries that spend the points.
func (p Promise) kind() ledger.EntryKind {
	switch p.Gives {
	case programme.GivesDonation:
		return ledger.Donate
	case programme.GivesPoints:
		return ledger.Convert
	}
	return ledger.Redeem
}

// Promises are what outcomes of one sale promise, in their order, and Parts
// what they set aside for it.
func Promises(outcomes []Outcome) []Promise {
	all := make([]Promise, len(outcomes))
	for i, o := range outcomes {
		all[i] = o.promise
	}
	return all
}

// Parts are what a hold of outcomes has: of each set-aside, or of each wallet
// in a shop that stands alone, and what it will count towards limits.
func Parts(outcomes []Outcome) []ledger.HoldPart {
	var parts []ledger.HoldPart
	add := func(part ledger.HoldPart) {
		i := slices.IndexFunc(parts, func(p ledger.HoldPart) bool {
			return p.Account == part.Account && p.House == part.House && p.Wallet == part.Wallet && p.From == part.From
		})
		if i < 0 {
			parts = append(parts, part)
			return
		}
		parts[i].Points += part.Points
	}
	for _, o := range outcomes {
		for _, e := range o.Entries {
			switch {
			case e.Wallet.Voucher() && e.Points > 0:
				continue // it is printed once it is paid
			case e.Wallet.Voucher():
				add(ledger.HoldPart{Account: e.Account, Wallet: e.Wallet, Points: -e.Points})
				continue
			case e.Wallet.Counter() && e.Account == o.House.Account:
				add(ledger.HoldPart{House: true, Wallet: e.Wallet, Points: e.Points})
				continue
			case e.Wallet.Counter():
				add(ledger.HoldPart{Account: e.Account, Wallet: e.Wallet, Points: e.Points})
				continue
			case e.Points >= 0:
				continue // comes in once it is paid
			}
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

// Capture spends what a hold promised for the scene's basket. parts are the
// hold's; s and c are as for Decide, without what the hold itself has.
//
// What is still set aside is spent, the hold's parts first; what is missing is
// spent uncovered and told by ReasonLapsed. Only a basket that has no room for
// the promises is refused (AboveCap): it is not the one the hold was for.
func Capture(s scene.Scene, c Cover, parts []ledger.HoldPart, promises []Promise) ([]Outcome, error) {
	parts = slices.Clone(parts)
	var outcomes []Outcome
	left := s.Basket
	for _, p := range promises {
		d := decider{s, s.Rules, c, left}
		if err := d.fitsPromise(p); err != nil {
			return nil, err
		}
		sp, missing := d.captured(p, parts)
		o, err := d.outcome(p, sp)
		if err != nil {
			return nil, err
		}
		if missing > 0 {
			o.Reasons = append(o.Reasons, ledger.Reason{Code: ReasonLapsed, Rule: p.Reward, Wallet: p.Wallet, Points: missing})
		}
		outcomes = append(outcomes, o)
		s.Holding, s.House, c, left = o.After, o.House, c.After(o), o.Left
		s.Paid += o.Paid()
	}
	return outcomes, nil
}

// fitsPromise refuses a promise that the basket has no room for.
func (d decider) fitsPromise(p Promise) error {
	off := p.Discount + p.Pays
	if off <= d.left.Total && off <= d.limit(programme.Reward{MaxPercent: p.MaxPercent}) {
		return nil
	}
	wallet, _ := d.rules.Wallet(p.Wallet)
	return &programme.Refusal{Code: programme.AboveCap, Wallet: wallet, Cause: fmt.Errorf("%d was held for a larger basket than one of %d", off, d.left.Total)}
}

func (d decider) captured(p Promise, parts []ledger.HoldPart) (sp spending, missing ledger.Points) {
	if p.used() {
		return d.voucher(p), d.lacks(p)
	}
	return d.capture(p, parts)
}

// capture is the spending of what was promised, and what of it is not covered.
func (d decider) capture(p Promise, parts []ledger.HoldPart) (sp spending, missing ledger.Points) {
	sp = d.spending(p)
	h, c := d.s.Holding, d.cover
	if c.Alone {
		sp.take(h.Account, "", p.Points-p.Own, false)
		return sp, max(p.Points-p.Own-max(unpromised(h, p.Wallet, d.s.Moment.Day, c), 0), 0)
	}
	missing = p.Points - p.Own
	drawn := c.Drawn
	c.Drawn = -len(h.SetAsides) // whatever a hold has is there to be drawn on
	usable := sources(h, p.Wallet, c)
	for i := range parts {
		at := slices.IndexFunc(usable, func(s ledger.SetAside) bool { return s.ID == parts[i].From })
		if at < 0 || parts[i].Wallet != p.Wallet {
			continue
		}
		taken := min(missing, parts[i].Points, usable[at].Left)
		parts[i].Points -= taken
		usable[at].Left -= taken
		missing -= taken
		sp.take(usable[at].Account, usable[at].ID, taken, false)
		drawn++
	}
	for _, s := range usable {
		if drawn >= maxDraws || missing == 0 {
			break
		}
		taken := min(missing, s.Left)
		missing -= taken
		sp.take(s.Account, s.ID, taken, false)
		drawn++
	}
	sp.take(h.Account, "", missing, true)
	return sp, missing
}
