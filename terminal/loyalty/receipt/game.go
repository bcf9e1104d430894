package receipt

// KindGame is what was played with something that was no purchase.
const KindGame Kind = "game"

// ForGame is the slip of games that were played with an event: what was played
// and won, what came of it and is held then, and what the draw can be checked with.
func ForGame(c Credit) Slip {
	p := c.page()
	blocks := append(p.top(), p.games(c.Plays)...)
	if came := c.added(p, c.Words.Credited()); len(came) > 0 {
		blocks = append(append(blocks, Block{Rule: true}), came...)
	}
	return p.slip(KindGame, append(blocks, p.bottom(c.Record)...))
}
