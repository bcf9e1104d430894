package redeem

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// Missed is why an automatic reward is not had on what is left of the scene's
// basket, in the order in which Automatic looks; nil where it is had.
func Missed(s scene.Scene, c Cover, left basket.Basket, r programme.Reward) *programme.Refusal {
	d := decider{s, s.Rules, c, left}
	if r = nth(r); !r.NthFree {
		return d.refuse(r, r.Least(), "")
	}
	if _, had := d.automatic(r); had {
		return nil
	}
	wallet, _ := d.rules.Wallet(r.Wallet)
	no := programme.Refusal{Code: programme.AboveCap, Wallet: wallet}
	there := plus(Spendable(d.s.Holding, r.Wallet, d.s.Moment.Day, d.cover), d.ownOf(r))
	if code := d.unmet(r); code != "" {
		no.Code = code
	} else if code := d.usedUp(r); code != "" {
		no.Code = code
	} else if d.nothingHere(r) {
		no.Code = programme.NotOnReceipt
	} else if c.NoSpend {
		no.Code = programme.CollectsOnly
	} else if there < r.Points {
		no.Code, no.Points = programme.TooFewPoints, r.Points-max(there, 0)
	}
	return &no
}

// Tendered reports whether reason i of a record is a reward with which was
// paid: a reason behind it says so.
func Tendered(reasons []ledger.Reason, i int) bool {
	if reasons[i].Code != ReasonRedeemed {
		return false
	}
	for _, r := range reasons[i+1:] {
		if r.Code == ReasonRedeemed || r.Rule != reasons[i].Rule {
			return false
		}
		if r.Code == ReasonTender {
			return true
		}
	}
	return false
}
