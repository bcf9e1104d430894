package session

import (
	"errors"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
)

// Quote is what a basket would bring a customer, and what could be redeemed on
// it, as far as is known of the account here; nothing is set aside by asking.
// With present false it is for a customer without a card, who redeems nothing
// but vouchers.
func (c Counter) Quote(who Customer, present bool, b basket.Basket, m ledger.Moment, vouchers ...Voucher) (Quote, error) {
	d := c.quoting(who, b, m)
	q := Quote{Earns: []Amount{}, Rewards: []Offer{}, Rules: c.Rules.Version}
	if present {
		if err := d.automatic(); err != nil {
			return Quote{}, err
		}
		q.Automatic = redeemedOf(d.redeemed)
		for _, r := range q.Automatic {
			q.Discount += r.Discount
		}
	}
	for _, v := range vouchers {
		shown, err := d.show(v)
		if err != nil {
			return Quote{}, err
		}
		q.Vouchers, q.Discount = append(q.Vouchers, shown), q.Discount+shown.Discount
	}
	earned, err := earn.Award(d.scene(), d.earning)
	if err != nil {
		return Quote{}, err
	}
	for _, g := range earned.Totals() {
		q.Earns = append(q.Earns, Amount{g.Wallet, g.Points})
	}
	if present {
		q.Rewards = d.offers()
		q.Standing = c.Standing(who.Holding, b, m)
	}
	return q, nil
}

// show is what a voucher comes to; one that cannot be used leaves all as it is.
func (d *decided) show(v Voucher) (ShownVoucher, error) {
	s := ShownVoucher{Voucher: v.Text, Reward: v.Code.Reward, Until: v.Code.Until}
	err := d.use(v)
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		s.Code, s.Detail = string(no.Code), d.counter.words().Refusal(no)
		return s, nil
	case err != nil:
		return s, err
	}
	had := d.redeemed[len(d.redeemed)-1]
	s.Discount, s.Pays = had.Discount, had.Pays
	return s, nil
}

// earns is what a basket on which something is held brings a customer.
func (c Counter) earns(who Customer, b basket.Basket, held Held, m ledger.Moment) []Amount {
	d := c.quoting(who, b, m)
	d.paid = held.paid()
	earned, err := earn.Award(d.scene(), redeem.Earning(c.Rules, b, held.off()))
	if err != nil {
		return nil // paying it says why
	}
	var all []Amount
	for _, g := range earned.Totals() {
		all = append(all, Amount{g.Wallet, g.Points})
	}
	return all
}

// quoting is a sale of which nothing is written.
func (c Counter) quoting(who Customer, b basket.Basket, m ledger.Moment) decided {
	h, house := who.Holding, c.House
	if house.Account == (ledger.Account{}) { // nothing was counted yet
		house.Account = h.Account
		house.Account[0]++ // anybody else
	}
	d := c.decide(who, Sale{Basket: b}, m, ledger.View{Alone: h.Alone, Holdings: []ledger.Holding{h}, House: house})
	d.cover.Now, d.cover.Fresh = ledger.Stamp(m.At.UnixMilli()), pretended()
	return d
}

// Offers are the programme's rewards that can be asked for: first those that
// can be had now, then the others, with what is missing.
func (c Counter) Offers(h ledger.Holding, b basket.Basket, m ledger.Moment) []Offer {
	d := c.quoting(Customer{Holding: h}, b, m)
	_ = d.automatic() // of a basket that is none the offers say so
	return d.offers()
}

func (d decided) offers() []Offer {
	w := d.counter.words()
	var can, cannot []Offer
	for _, o := range redeem.Offers(d.scene(), d.cover, d.left) {
		offer := Offer{
			Reward: o.Reward.Name, Wallet: o.Reward.Wallet, Gives: o.Reward.Gives, Step: o.Reward.Step(),
			Least: o.Least, Most: o.Most, Suggested: o.Suggested, Discount: o.Discount, Pays: o.Pays, Money: o.Money, Causes: o.Causes,
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

// redeemedOf is what the till is told of outcomes.
func redeemedOf(outcomes []redeem.Outcome) []Redeemed {
	var all []Redeemed
	for _, p := range redeem.Promises(outcomes) {
		all = append(all, redeemedBy(p))
	}
	return all
}

func redeemedBy(p redeem.Promise) Redeemed {
	r := Redeemed{
		Reward: p.Reward, Wallet: p.Wallet, Points: p.Points, Discount: p.Discount, Pays: p.Pays, Cause: p.Cause, Automatic: p.Automatic,
		Voucher: p.Voucher != ledger.Account{}, Printed: p.Days > 0,
	}
	if r.Voucher {
		r.times = p.Times
	}
	switch p.Gives {
	case programme.GivesCash:
		r.PaidOut = p.Money
	case programme.GivesDonation:
		r.Donated = p.Money
	}
	return r
}

// An Offer is a reward, and how many points can be redeemed for it now.
type Offer struct {
	Reward string        `json:"reward"`
	Wallet ledger.Wallet `json:"wallet"`
	// Gives is what it is: "" money or a thing, percent, perk, cash, donation, points.
	Gives programme.Gives `json:"gives,omitempty"`
	// Step is what the points must be a multiple of, in thousandths; Least and
	// Most bound them, Suggested is a good choice and Discount what that takes
	// off. All but Step are 0 when it cannot be redeemed now.
	Step      ledger.Points `json:"step"`
	Least     ledger.Points `json:"least"`
	Most      ledger.Points `json:"most"`
	Suggested ledger.Points `json:"suggested"`
	Discount  basket.Money  `json:"discount"`
	// Pays is what they pay of a total off which nothing comes, Money what is paid
	// out or given for them.
	Pays  basket.Money `json:"pays,omitempty"`
	Money basket.Money `json:"money,omitempty"`
	// Causes are those one of which a donation is for.
	Causes []string `json:"causes,omitempty"`
	// Code and Detail say why it cannot, or how many points are missing; "" when
	// it can.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
}
