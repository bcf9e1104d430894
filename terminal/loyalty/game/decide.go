package game

import (
	"fmt"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// ReasonGame is the code of the reason why points were won: its rule is the
// game.
const ReasonGame = "game"

// Plays are what was played with one sale or event, and what came of it.
type Plays struct {
	Outcomes []Outcome
	Entries  []ledger.Entry
	// Shares are of Entries, numbered from 1.
	Shares  []ledger.Share
	Reasons []ledger.Reason
	After   ledger.Holding // the member's
}

// Played is what the record's body keeps.
func (p Plays) Played() []ledger.Played {
	var all []ledger.Played
	for _, o := range p.Outcomes {
		all = append(all, o.Played)
	}
	return all
}

// Prizes are what was won, in the order it was drawn.
func (p Plays) Prizes() []programme.Odds {
	var all []programme.Odds
	for _, o := range p.Outcomes {
		if o.Played.Prize != "" {
			all = append(all, o.Prize)
		}
	}
	return all
}

// Decide plays what a sale or an event of the scene gives the member of h, the
// account with what the record did before, and what was paid for: how often, by
// the game's name. record is the key the record will have. A game without a
// seed is not played, for nobody was shown a commitment; where it was paid for
// that is a *programme.Refusal.
//
// Nobody can play twice for one sale: the key is the next of the journal and
// what is refused leaves it where it was, so that asking again draws the same.
func Decide(s scene.Scene, h ledger.Holding, seeds []Seed, record ledger.Key, paid map[string]int64) (Plays, error) {
	p := Plays{After: h}
	p.After.Positions = slices.Clone(h.Positions)
	house := s.House
	house.Positions = slices.Clone(house.Positions)
	for _, g := range s.Rules.Games {
		at := slices.IndexFunc(seeds, func(x Seed) bool { return x.Game == g.Name && x.Month == MonthOf(s.Moment.Day) })
		if at < 0 && paid[g.Name] > 0 {
			return Plays{}, &programme.Refusal{Code: programme.NotNow, Cause: fmt.Errorf("game %q has no seed for %s", g.Name, MonthOf(s.Moment.Day))}
		}
		if at < 0 {
			continue
		}
		times, free := paid[g.Name], g.Costs <= 0 && given(s, g)
		if free {
			times = 1
		}
		for n := range min(times, programme.MostPlays) {
			t := Turn{
				Game: g, Seed: seeds[at], Record: record, Number: int(n) + 1, Day: s.Moment.Day, Cashier: s.Cashier,
				Member: p.After, House: house, Wallets: s.Rules.Wallets,
			}
			if free && !t.Open() {
				break
			}
			o := t.Play()
			if free {
				o.Entries = append(o.Entries, t.Counters()...)
			}
			if err := p.add(s, o, &house); err != nil {
				return Plays{}, err
			}
		}
	}
	return p, nil
}

// given reports whether the sale or event brings a play of g without a price.
func given(s scene.Scene, g programme.Game) bool {
	kind := ""
	if s.Event != nil {
		kind = s.Event.Kind
	}
	return g.Event == kind && s.Holds(g.If)
}

func (p *Plays) add(s scene.Scene, o Outcome, house *ledger.Holding) error {
	for _, e := range o.Entries {
		whose := &p.After
		if e.Account != p.After.Account {
			whose = house
		}
		if err := whose.Apply(e, s.Moment.Day); err != nil {
			return err
		}
		p.Entries = append(p.Entries, e)
		// No line of the basket brought it by itself: the whole sale did.
		p.Shares = append(p.Shares, ledger.Share{Entry: len(p.Entries)})
		if !e.Wallet.Counter() {
			p.Reasons = append(p.Reasons, ledger.Reason{Code: ReasonGame, Rule: o.Played.Game, Wallet: e.Wallet, Points: e.Points})
		}
	}
	p.Outcomes = append(p.Outcomes, o)
	return nil
}
