package programme

import "slices"

// Game is the game of that name, and whether there is one.
func (r Rules) Game(name string) (Game, bool) {
	i := slices.IndexFunc(r.Games, func(g Game) bool { return g.Name == name })
	if i < 0 {
		return Game{}, false
	}
	return r.Games[i], true
}

// MostPlays is how often a game is played in one record, so that it has room
// for them.
const MostPlays = 20

// Play is a play of g as a reward with a price: it is chosen, held and paid as
// any other. False for a game that is not played for points.
func (g Game) Play() (Reward, bool) {
	if g.Costs <= 0 {
		return Reward{}, false
	}
	return Reward{Name: g.Name, Wallet: g.Wallet, Kind: Fixed, Points: g.Costs, MaxPoints: MostPlays * g.Costs, If: g.If, Caps: g.Caps}, true
}

// Catalogue is everything that points can be had for: the rewards, and after
// them the plays of games that cost points.
func (r Rules) Catalogue() []Reward {
	all := r.Rewards
	for _, g := range r.Games {
		if play, ok := g.Play(); ok {
			all = append(all[:len(all):len(all)], play)
		}
	}
	return all
}
