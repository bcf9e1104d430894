package game

import (
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// A Turn is one play of a game, and what it is decided from.
type Turn struct {
	Game   programme.Game
	Seed   Seed
	Record ledger.Key // the play will stand in
	Number int        // of the play of this game in its record, from 1
	Day    ledger.Day
	// Cashier is who is signed in, for limits of a cashier.
	Cashier string
	// Member and House are the accounts with what the record did before.
	Member, House ledger.Holding
	// Wallets are the programme's: they say how long points that are won last.
	Wallets []programme.Wallet
}

// An Outcome is what a play came to.
type Outcome struct {
	Played ledger.Played
	// Prize is what was won; the zero Odds for nothing.
	Prize   programme.Odds
	Entries []ledger.Entry // what was won, then counters
}

// Prize is what a draw stands for: the odds share the numbers out in their
// order, from 0 on. False for a number that wins nothing.
func Prize(g programme.Game, draw int64) (programme.Odds, bool) {
	for _, o := range g.Odds {
		if draw < o.PerMillion {
			return o, true
		}
		draw -= o.PerMillion
	}
	return programme.Odds{}, false
}

// Open reports whether the game's own limits leave room for a play.
func (t Turn) Open() bool {
	return t.room(t.Game.Caps, playsOf(t.Game), 0)
}

// Play draws. Who asks has seen to it that the play is Open, or paid for.
func (t Turn) Play() Outcome {
	draw := t.Seed.Draw(t.Record, t.Number)
	o := Outcome{Played: ledger.Played{Game: t.Game.Name, Commitment: t.Seed.Commitment(), Draw: draw}}
	prize, won := Prize(t.Game, draw)
	switch {
	case won && !t.room(prize.Budget, prizesOf(t.Game, prize), prize.Points):
		o.Played.Missed = prize.Prize
	case won:
		o.Prize, o.Played.Prize = prize, prize.Prize
		o.Entries = append(o.won(t), t.counters(prize.Budget, prizesOf(t.Game, prize), prize.Points)...)
	}
	return o
}

// Counters are the entries that count a play that was not paid for towards the
// game's own limits. One that was is counted as the reward it was had as.
func (t Turn) Counters() []ledger.Entry { return t.counters(t.Game.Caps, playsOf(t.Game), 0) }

func (o Outcome) won(t Turn) []ledger.Entry {
	if o.Prize.Points <= 0 {
		return nil
	}
	e := ledger.Entry{Account: t.Member.Account, Wallet: o.Prize.Wallet, Kind: ledger.Bonus, Points: o.Prize.Points}
	for _, w := range t.Wallets {
		if w.Name == e.Wallet {
			e.Vests, e.Expires = w.Dates(t.Day)
			e.Renews = w.Inactive && e.Expires != ""
		}
	}
	return []ledger.Entry{e}
}

// The names under which limits of games count.
func playsOf(g programme.Game) string { return "game/" + g.Name }

func prizesOf(g programme.Game, o programme.Odds) string { return playsOf(g) + "/" + o.Prize }

// room reports whether all limits leave room for once more, with points.
func (t Turn) room(caps []programme.Cap, of string, points ledger.Points) bool {
	for _, c := range caps {
		if c.Per == programme.PerPurchase {
			if c.Times > 0 && int64(t.Number) > c.Times || c.Points > 0 && points > c.Points {
				return false
			}
			continue
		}
		used, _, _ := t.account(c).In(c.Counter(of, t.Cashier)).On(t.Day)
		if c.Times > 0 && used+ledger.Unit > ledger.Points(c.Times)*ledger.Unit || c.Points > 0 && used+points > c.Points {
			return false
		}
	}
	return true
}

func (t Turn) counters(caps []programme.Cap, of string, points ledger.Points) []ledger.Entry {
	var entries []ledger.Entry
	for _, c := range caps {
		if c.Per == programme.PerPurchase {
			continue
		}
		counted := ledger.Unit
		if c.Times == 0 {
			counted = points
		}
		e := ledger.Entry{
			Account: t.account(c).Account, Wallet: c.Counter(of, t.Cashier), Kind: ledger.Earn, Points: counted, Expires: c.Per.Ends(t.Day),
		}
		// Two limits of one period count in one place, once.
		if counted > 0 && !slices.ContainsFunc(entries, func(o ledger.Entry) bool { return o.Account == e.Account && o.Wallet == e.Wallet }) {
			entries = append(entries, e)
		}
	}
	return entries
}

func (t Turn) account(c programme.Cap) ledger.Holding {
	if c.Of == programme.OfMember {
		return t.Member
	}
	return t.House
}
