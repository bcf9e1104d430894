package session

import (
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/tier"
)

// A Standing is what there is to tell about a member besides points. What goes
// by all that an account holds is left out where that is not known.
type Standing struct {
	Tiers []Tier       `json:"tiers,omitempty"` // one for each ladder
	Clubs []Membership `json:"clubs,omitempty"`
	// Perks are what the member is entitled to by tiers and clubs.
	Perks []Perk `json:"perks,omitempty"`
	// Pending are points that cannot be spent yet, wallet by wallet.
	Pending []Shown `json:"pending,omitempty"`
	// Messages are lines for the member, in the shop's language: "Nog 2 zegels
	// voor Koffie". They are the slip's.
	Messages []string `json:"messages,omitempty"`
}

// A Tier is where a member stands on one ladder.
type Tier struct {
	Ladder string `json:"ladder"`
	Name   string `json:"name"`            // of the tier they have; "" for none
	Until  string `json:"until,omitempty"` // its last day; "" for ever
	// Next is the tier above, "" at the top, and Missing what is wanting to it,
	// in thousandths of what the ladder counts.
	Next    string        `json:"next,omitempty"`
	Missing ledger.Points `json:"missing,omitempty"`
	Text    string        `json:"text"` // "Goud, tot en met 31-12-2027"; "" for none
}

// A Membership is a club a member belongs to.
type Membership struct {
	Name  string `json:"name"`
	Until string `json:"until,omitempty"` // the last day; "" for ever
	Text  string `json:"text"`
}

// A Perk is something a member is entitled to that is no points.
type Perk struct {
	Name string `json:"name"` // for programs
	Text string `json:"text"` // for people
}

// Standing is what there is to tell about whom the account of h is, with a
// basket or before one; nil for nothing.
func (c Counter) Standing(h ledger.Holding, b basket.Basket, m ledger.Moment) *Standing {
	s := c.scene(h, b, m)
	var st Standing
	w := c.words()
	if h.Known {
		c.standing(&st, h, m.Day)
	}
	for _, line := range message.Lines(s, h) {
		st.Messages = append(st.Messages, line.Say(w, c.Rules.Currency))
	}
	if st.isZero() {
		return nil
	}
	return &st
}

func (c Counter) standing(st *Standing, h ledger.Holding, day ledger.Day) {
	w := c.words()
	for _, l := range c.Rules.Ladders {
		on := tier.On(l, h, day)
		t := Tier{Ladder: l.Name, Name: on.Name()}
		if on.Level >= 0 {
			t.Until, t.Text = string(on.Until), w.Until(on.Name(), on.Until)
		}
		if on.Next != nil {
			t.Next, t.Missing = on.Next.Name, on.Missing
		}
		st.Tiers = append(st.Tiers, t)
	}
	for _, m := range tier.Clubs(c.Rules, h, day) {
		st.Clubs = append(st.Clubs, Membership{m.Club.Name, string(m.Until), w.Until(m.Club.Name, m.Until)})
	}
	for _, p := range tier.Perks(c.Rules, h, day) {
		st.Perks = append(st.Perks, Perk{p.Name, message.Label(p.Name, p.Label, w)})
	}
	for _, wallet := range c.Rules.Wallets {
		if _, pending, _ := h.In(wallet.Name).On(day); pending > 0 {
			st.Pending = append(st.Pending, Shown{wallet.Name, pending, w.Points(pending, wallet)})
		}
	}
}

func (s Standing) isZero() bool {
	return len(s.Tiers)+len(s.Clubs)+len(s.Perks)+len(s.Pending)+len(s.Messages) == 0
}
