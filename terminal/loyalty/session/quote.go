package session

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// Quote is what a basket would bring the account of h, and what could be
// redeemed on it, as far as is known here; nothing is set aside by asking. With
// present false it is for a customer without a card, who redeems nothing.
func (c Counter) Quote(h ledger.Holding, present bool, b basket.Basket, m ledger.Moment) (Quote, error) {
	earned, err := earn.Award(c.Rules, h, b, m)
	if err != nil {
		return Quote{}, err
	}
	q := Quote{Earns: []Amount{}, Rewards: []Offer{}, Rules: c.Rules.Version}
	for _, g := range earned.Gains {
		q.Earns = append(q.Earns, Amount{g.Wallet, g.Points})
	}
	if present {
		q.Rewards = c.Offers(h, b, m)
	}
	return q, nil
}

// Offers are the programme's rewards: first those that can be had now, then
// the others, with what is missing.
func (c Counter) Offers(h ledger.Holding, b basket.Basket, m ledger.Moment) []Offer {
	w := c.words()
	var can, cannot []Offer
	cover := redeem.Cover{Alone: h.Alone, Now: ledger.Stamp(m.At.UnixMilli()), Held: h.Held, Promised: h.Promised}
	for _, o := range redeem.Offers(c.Rules, h, cover, b) {
		offer := Offer{
			Reward: o.Reward.Name, Wallet: o.Reward.Wallet, Step: o.Reward.Step(),
			Least: o.Least, Most: o.Most, Suggested: o.Suggested, Discount: o.Reward.Worth(o.Suggested),
		}
		if o.Refusal == nil {
			can = append(can, offer)
			continue
		}
		offer.Code, offer.Detail = string(o.Refusal.Code), w.Refusal(o.Refusal)
		if o.Refusal.Code == programme.TooFewPoints {
			offer.Detail = w.Missing(o.Refusal.Points, o.Refusal.Wallet)
		}
		cannot = append(cannot, offer)
	}
	return append(append([]Offer{}, can...), cannot...)
}

// An Offer is a reward, and how many points can be redeemed for it now.
type Offer struct {
	Reward string        `json:"reward"`
	Wallet ledger.Wallet `json:"wallet"`
	// Step is what the points must be a multiple of, in thousandths; Least and
	// Most bound them, Suggested is a good choice and Discount what that takes
	// off. All but Step are 0 when it cannot be redeemed now.
	Step      ledger.Points `json:"step"`
	Least     ledger.Points `json:"least"`
	Most      ledger.Points `json:"most"`
	Suggested ledger.Points `json:"suggested"`
	Discount  basket.Money  `json:"discount"`
	// Code and Detail say why it cannot, or how many points are missing; "" when
	// it can.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
}
