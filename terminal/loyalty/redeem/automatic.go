package redeem

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// Automatic are the rewards that the scene's member has without asking, in the
// programme's order, each on what the ones before it left.
//
// They come before what is asked for: they are what goods cost this member, and
// points are spent on what is then to be paid. One that cannot be had is left
// out; the error is that of a basket that is none of this programme.
func Automatic(s scene.Scene, c Cover, left basket.Basket) ([]Outcome, error) {
	var all []Outcome
	for _, r := range s.Rules.Rewards {
		if !r.Automatic {
			continue
		}
		d := decider{s, s.Rules, c, left}
		if err := d.check(); err != nil {
			return nil, err
		}
		p, had := d.automatic(nth(r))
		if !had {
			continue
		}
		o, err := d.decide(p)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
		s.Holding, s.House, c, left = o.After, o.House, c.After(o), o.Left
		s.Paid += o.Paid()
	}
	return all, nil
}

func (d decider) automatic(r programme.Reward) (Promise, bool) {
	if r.NthFree {
		return d.nthFree(r)
	}
	if d.refuse(r, r.Least(), "") != nil {
		return Promise{}, false
	}
	return d.promise(r, Wish{Reward: r.Name, Points: r.Least()}), true
}

// nthFree is what is free every so often: each time the wallet reaches the
// price with what the sale brings, one unit. What the unit itself brings counts
// too, so that with a price of 7 every 7th is free.
func (d decider) nthFree(r programme.Reward) (Promise, bool) {
	if r.Points <= 0 || d.cover.NoSpend || d.unmet(r) != "" || d.usedUp(r) != "" || d.nothingHere(r) {
		return Promise{}, false
	}
	there := plus(Spendable(d.s.Holding, r.Wallet, d.s.Moment.Day, d.cover), d.ownOf(r))
	n := min(there, d.room(r)) / r.Points
	for ; n > 0; n-- {
		p := d.promise(r, Wish{Reward: r.Name, Points: n * r.Points})
		if d.covers(p) {
			return p, true
		}
	}
	return Promise{}, false
}

// nth is the reward with what it leaves unsaid said: which unit is free.
func nth(r programme.Reward) programme.Reward {
	if r.NthFree && r.Target == programme.TargetOrder {
		r.Target = programme.TargetCheapest
	}
	return r
}
