package session

import (
	"cmp"
	"slices"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/words"
)

// A Game is one game that was played with a sale or an event.
type Game struct {
	Game  string `json:"game"`
	Prize string `json:"prize,omitempty"` // what was won; "" for nothing
	// Draw is what was drawn, from 0 to 999999, and Commitment the hash of the
	// seed it was drawn from, which is told when the month is over.
	Draw       int64       `json:"draw"`
	Commitment ledger.Hash `json:"commitment"`
	Text       string      `json:"text,omitempty"` // "Gewonnen: Koffie"

	missed string // the prize that was all gone
}

// play decides the games of the sale, once all else is: nobody without a card
// plays, for there would be nobody to give anything to.
func (d *decided) play(v ledger.View) error {
	if len(d.counter.Rules.Games) == 0 || d.bearer != nil || d.nobody {
		return nil
	}
	paid := make(map[string]int64)
	for _, o := range d.redeemed {
		if d.counter.plays(o.Reward.Name) {
			paid[o.Reward.Name] += o.Times
		}
	}
	var err error
	d.played, err = game.Decide(d.scene(), d.earned.After, d.counter.Games, v.Next, paid)
	return err
}

// sayGame is the outcome of a game for people.
func sayGame(w words.Words, p ledger.Played) string {
	switch {
	case p.Prize != "":
		return w.YouWon(p.Prize)
	case p.Missed != "":
		return w.PrizeGone(p.Missed)
	}
	return w.WonNothing()
}

// plays reports whether a reward is a play of a game: there is nothing to hand
// over before it is won.
func (c Counter) plays(reward string) bool {
	_, plays := c.Rules.Game(reward)
	return plays
}

// prizes tells the cashier what to hand over of what was won: a reward, or what
// is neither that nor points.
func (c Counter) prizes(w words.Words, games []Game, printed []PrintedVoucher) []string {
	var tell []string
	printed = slices.Clone(printed)
	for _, g := range games {
		of, _ := c.Rules.Game(g.Game)
		for _, o := range of.Odds {
			if g.Prize == "" || o.Prize != g.Prize || o.Points > 0 {
				continue
			}
			// It is told as the voucher that is printed for it.
			if at := slices.IndexFunc(printed, func(v PrintedVoucher) bool { return v.Reward == o.Reward }); at >= 0 {
				printed = slices.Delete(printed, at, at+1)
				break
			}
			reward, known := c.Rules.Reward(o.Reward)
			tell = append(tell, w.HandOver(1, cmp.Or(o.Reward, o.Prize)))
			if known && reward.Barcode != "" {
				tell = append(tell, w.ScanAtTill(reward.Barcode))
			}
			break
		}
	}
	return tell
}
