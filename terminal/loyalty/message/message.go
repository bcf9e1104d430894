// Package message says which lines a slip and a screen have for a member besides
// the figures: what is within reach, what lapses, what is on offer.
package message

import (
	"math/bits"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/tier"
)

// Most is the most lines there are: a slip that says everything is not read.
const Most = 4

// A Message is one line, as a value; Say has its words. Which fields are set
// depends on Kind.
type Message struct {
	Name string // as the programme calls it
	Kind programme.MessageKind
	// Reward is the next one, which Points of Wallet are missing for; 0 says
	// that it can be had.
	Reward string
	// Wallet and Points are also what lapses after Day.
	Wallet programme.Wallet
	Points ledger.Points
	Day    ledger.Day
	// Standing is the ladder whose next tier is within reach.
	Standing tier.Standing
	Perks    []programme.Perk
	Text     map[string]string // of an offer, by language
}

// Lines are what the programme has to say to the member of the scene, whose
// account is after once the decision is made: in the programme's order, at most
// Most. Of an account that may hold more elsewhere nothing is said that goes by
// what it holds.
func Lines(s scene.Scene, after ledger.Holding) []Message {
	var all []Message
	held := scene.HeldOut(s.Rules, after.Account)
	for _, m := range s.Rules.Messages {
		if m.Campaign && held || !s.Holds(m.If) {
			continue
		}
		if m.Kind != programme.MessageOffer && !after.Known {
			continue
		}
		all = append(all, lines(s, after, m)...)
	}
	return all[:min(len(all), Most)]
}

func lines(s scene.Scene, after ledger.Holding, m programme.Message) []Message {
	of := Message{Name: m.Name, Kind: m.Kind}
	day := s.Moment.Day
	switch m.Kind {
	case programme.MessageNextReward:
		return nextReward(s, after, of)
	case programme.MessageLapsing:
		return lapsing(s.Rules, after, day, m.Days, of)
	case programme.MessageTier:
		return tiers(s.Rules, after, day, of)
	case programme.MessagePerks:
		if of.Perks = tier.Perks(s.Rules, after, day); len(of.Perks) > 0 {
			return []Message{of}
		}
	case programme.MessageOffer:
		of.Text = m.Text
		return []Message{of}
	}
	return nil
}

// nextReward is the dearest reward that can be had, or else the one that is
// nearest: of whose price the largest share is there. Of equals it is the first
// of the programme.
func nextReward(s scene.Scene, after ledger.Holding, of Message) []Message {
	var next *within
	for _, r := range s.Rules.Catalogue() {
		price := r.Least() + r.KeptFloor
		if r.Points <= 0 || r.Automatic && !r.NthFree || !reachable(s, after, r.If) {
			continue
		}
		have, _, _ := after.In(r.Wallet).On(s.Moment.Day)
		one := within{r, max(have, 0), price}
		if next == nil || one.nearer(*next) {
			next = &one
		}
	}
	if next == nil {
		return nil
	}
	of.Reward, of.Points = next.reward.Name, max(next.price-next.have, 0)
	of.Wallet, _ = s.Rules.Wallet(next.reward.Wallet)
	return []Message{of}
}

// within is a reward, and how much of its price there is.
type within struct {
	reward      programme.Reward
	have, price ledger.Points
}

func (w within) ready() bool { return w.have >= w.price }

func (w within) nearer(than within) bool {
	if w.ready() || than.ready() {
		return w.ready() && (!than.ready() || w.price > than.price)
	}
	// w.have/w.price > than.have/than.price, without leaving the integers.
	aHi, aLo := bits.Mul64(uint64(w.have), uint64(than.price))
	bHi, bLo := bits.Mul64(uint64(than.have), uint64(w.price))
	return aHi > bHi || aHi == bHi && aLo > bLo
}

// reachable reports whether a reward is for this member at all. What else it
// asks for, of the sale or of the day, another visit may have.
func reachable(s scene.Scene, after ledger.Holding, c programme.Condition) bool {
	s.Holding, s.Basket = after, basket.Basket{}
	return s.Holds(programme.Condition{
		Tiers: c.Tiers, TierExactly: c.TierExactly, Clubs: c.Clubs, Segments: c.Segments, NotSegments: c.NotSegments, Members: c.Members,
	}) && (c.Until == "" || s.Moment.Day <= c.Until)
}

// lapsing is for each wallet what lapses first, where that is soon.
func lapsing(r programme.Rules, after ledger.Holding, day ledger.Day, days int, of Message) []Message {
	var all []Message
	for _, w := range r.Wallets {
		m := of
		m.Wallet = w
		for _, lot := range after.In(w.Name).All().Open {
			if lot.Expires == "" || lot.Lapsed(day) || lot.Expires > programme.After(day, days) {
				continue
			}
			if m.Day == "" || lot.Expires < m.Day {
				m.Day, m.Points = lot.Expires, 0
			}
			if lot.Expires == m.Day {
				m.Points += lot.Points
			}
		}
		if m.Points > 0 {
			all = append(all, m)
		}
	}
	return all
}

// tiers is for each ladder what is missing for the next tier.
func tiers(r programme.Rules, after ledger.Holding, day ledger.Day, of Message) []Message {
	var all []Message
	for _, l := range r.Ladders {
		m := of
		if m.Standing = tier.On(l, after, day); m.Standing.Next != nil && m.Standing.Missing > 0 {
			m.Wallet, _ = r.Wallet(l.Wallet)
			all = append(all, m)
		}
	}
	return all
}
