package session

import (
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
)

// keeps are the parts of a record that are not printed now: its slip, where the
// shop's policy keeps it. The papers behind it are vouchers, which always are.
func (c Counter) keeps(o receipt.Occasion) []int {
	if c.Slips.Prints(o) {
		return nil
	}
	return []int{0}
}

// occasion is what the policy decides by about a sale's slip. It has a reward to
// tell of that was had or won, or that the member has enough for now.
func (d decided) occasion(slip receipt.Slip, told []message.Message, vouchers int) receipt.Occasion {
	return receipt.Occasion{
		Kind: slip.Kind, Bound: d.bearer != nil,
		Reward: len(d.redeemed)+vouchers > 0 || won(d.played) || slices.ContainsFunc(told, ready),
	}
}

func ready(m message.Message) bool {
	return m.Kind == programme.MessageNextReward && m.Points == 0
}

// won reports whether any of the games brought something.
func won(p game.Plays) bool {
	return slices.ContainsFunc(p.Outcomes, func(o game.Outcome) bool { return o.Played.Prize != "" })
}

// BalanceSlip is the slip of a customer who asks what they hold, and whether the
// shop's policy prints it; asked says that they want it on paper. It belongs to
// no record.
func (c Counter) BalanceSlip(customer Customer, h ledger.Holding, m ledger.Moment, asked bool) (slip receipt.Slip, prints bool) {
	slip = receipt.ForBalance(receipt.Balance{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: m, Mask: customer.Mask(), Holding: h,
		Messages: message.Lines(c.scene(h, basket.Basket{}, m), h), Offline: c.Offline,
	})
	return slip, c.Slips.Prints(receipt.Occasion{Kind: slip.Kind, Asked: asked})
}
