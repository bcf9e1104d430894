package terminal

import (
	"context"
	"crypto/sha256"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
)

// seeds are what the programme's games draw from at a moment. Where they cannot
// be had nothing is played: a sale does not wait for a game.
func (d *Desk) seeds(ctx context.Context, m ledger.Moment) []game.Seed {
	var names []string
	for _, g := range d.rules().Games {
		names = append(names, g.Name)
	}
	month := game.MonthOf(m.Day)
	switch {
	case len(names) == 0 || d.cfg.Games == nil:
		return nil
	case d.session.Practice():
		return d.pretended(month, names)
	}
	seeds, err := d.cfg.Games(ctx, month, names)
	if err != nil {
		d.cfg.Log.Error().Err(err).Msg("no game is played: its seed cannot be had")
		return nil
	}
	return seeds
}

// pretended are seeds for practising: with the real ones anybody could look up
// what the next sale will win.
func (d *Desk) pretended(month game.Month, names []string) []game.Seed {
	seeds := make([]game.Seed, len(names))
	for i, name := range names {
		seeds[i] = game.Seed{Game: name, Month: month, Bytes: sha256.Sum256([]byte("practice " + d.start + " " + name))}
	}
	return seeds
}
