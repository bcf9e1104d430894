package session

import (
	"fmt"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/words"
)

// A Counter is the checkout a sale was made at, with what decides there.
type Counter struct {
	Lane  string
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names
}

// Award is the decision to give the customer what the sale earns, and to take
// what it redeems, for the store to run inside its transaction: one record.
// present says whether anybody stands at the counter: without a card there is
// nobody to give anything to.
func (c Counter) Award(customer Customer, present bool, s Sale, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		if !present {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoCard}
		}
		d := decided{counter: c, customer: customer, sale: s, moment: m, before: v.Holdings[0]}
		if err := d.redeem(v); err != nil {
			return ledger.Posting{}, err
		}
		if err := d.earn(); err != nil {
			return ledger.Posting{}, err
		}
		// Last, for there is no use in confirming what would be refused anyway.
		if c.Rules.Unusual(s.Basket.Total) && !s.Confirmed {
			return ledger.Posting{}, &programme.Refusal{Code: programme.UnusualAmount, Amount: s.Basket.Total, Currency: s.Basket.Currency}
		}
		return d.posting(v)
	}
}

// A decided is a sale on its way to a posting.
type decided struct {
	counter  Counter
	customer Customer
	sale     Sale
	moment   ledger.Moment
	before   ledger.Holding
	redeemed []redeem.Outcome
	after    ledger.Holding // what the redemptions left
	discount basket.Money
	earned   earn.Outcome
}

// maxWishes bounds the rewards of one sale, so that their reasons and their
// lines on the slip fit into its record.
const maxWishes = 8

// checkWishes looks for what no sale may wish. A reward that is wanted twice
// would get round the most that one sale may have of it.
func checkWishes(wishes []redeem.Wish) error {
	if len(wishes) > maxWishes {
		return &programme.Refusal{Code: programme.BadBasket, Cause: fmt.Errorf("%d rewards in one sale, at most %d", len(wishes), maxWishes)}
	}
	for i, w := range wishes {
		if slices.ContainsFunc(wishes[:i], func(o redeem.Wish) bool { return o.Reward == w.Reward }) {
			return &programme.Refusal{Code: programme.BadBasket, Cause: fmt.Errorf("reward %d stands twice: redeem it once, with all its points", i+1)}
		}
	}
	return nil
}

// redeem takes the sale's wishes one after another, each from what the one
// before it left.
func (d *decided) redeem(v ledger.View) error {
	if err := checkWishes(d.sale.Redeem); err != nil {
		return err
	}
	d.after = d.before
	cover := redeem.Cover{Alone: v.Alone, Now: v.Stamp(d.moment)}
	left := d.sale.Basket
	for _, wish := range d.sale.Redeem {
		o, err := redeem.Decide(d.counter.Rules, d.after, cover, left, wish)
		if err != nil {
			return err
		}
		d.redeemed = append(d.redeemed, o)
		for _, e := range o.Entries {
			cover.Drawn += len(e.Draws)
		}
		d.after, d.discount, left = o.After, d.discount+o.Discount, redeem.Net(left, o.Discount)
	}
	return nil
}

func (d *decided) earn() (err error) {
	d.earned, err = earn.Award(d.counter.Rules, d.after, redeem.Earning(d.counter.Rules, d.sale.Basket, d.discount), d.moment)
	return err
}

// posting is the whole sale as one record and its slip. What was redeemed
// stands before what was earned: nothing is spent that the sale itself brings.
func (d *decided) posting(v ledger.View) (ledger.Posting, error) {
	slip, err := d.slip(v.Next).Encode()
	if err != nil {
		return ledger.Posting{}, err
	}
	var entries []ledger.Entry
	var reasons []ledger.Reason
	for _, o := range d.redeemed {
		entries, reasons = append(entries, o.Entries...), append(reasons, o.Reasons...)
	}
	for _, e := range d.earned.Entries(d.before.Account) {
		// A shop that stands alone has nobody to set points aside from.
		e.Closed = v.Alone
		entries = append(entries, e)
	}
	kept := d.sale.Basket.Kept()
	return ledger.Posting{Lane: d.counter.Lane, Draft: ledger.Draft{
		Kind: ledger.KindAward, Rules: d.counter.Rules.Version, Moment: d.moment, Entries: entries,
		Body: ledger.Body{
			Lane: d.counter.Lane, Mode: d.customer.Mode, TypedAmount: d.sale.Typed,
			Account: d.before.Account, Identifiers: d.customer.Identifiers,
			Basket: &kept, Reasons: append(reasons, d.earned.Reasons...), Slip: slip,
		},
	}}, nil
}

func (d *decided) slip(record ledger.Key) receipt.Slip {
	w, _ := words.For(d.counter.Rules.Language) // Dutch where the language is not one of ours
	award := receipt.Award{
		Words: w, Rules: d.counter.Rules, Zone: d.counter.Zone, Moment: d.moment, Mask: d.customer.Card.Mask(),
		Basket: d.sale.Basket, Holding: d.before, Outcome: d.earned, Record: record,
	}
	if len(d.redeemed) == 0 {
		return receipt.ForAward(award)
	}
	return receipt.ForRedemption(receipt.Redemption{Award: award, Redeemed: d.redeemed})
}

// Tell is what the cashier does about what was redeemed: one amount off, each
// thing handed over, and what the till wants scanned for it. A reward that the
// programme has no more is told by its name.
func (c Counter) Tell(a Answer) []string {
	w, _ := words.For(c.Rules.Language)
	var tell []string
	if a.Discount > 0 {
		tell = append(tell, w.TakeOff(a.Discount, c.Rules.Currency))
	}
	for _, r := range a.Redeemed {
		reward, known := c.Rules.Reward(r.Reward)
		if r.Discount == 0 {
			times := int64(1)
			if known {
				times = int64(r.Points / reward.Step())
			}
			tell = append(tell, w.HandOver(times, r.Reward))
		}
		if known && reward.Barcode != "" {
			tell = append(tell, w.ScanAtTill(reward.Barcode))
		}
	}
	return tell
}

// Offers is what the customer could redeem on a basket now, as far as is known
// here; nothing is set aside by asking.
func (c Counter) Offers(h ledger.Holding, b basket.Basket, m ledger.Moment) []Offer {
	w, _ := words.For(c.Rules.Language)
	offers := []Offer{}
	for _, o := range redeem.Offers(c.Rules, h, redeem.Cover{Alone: h.Alone, Now: ledger.Stamp(m.At.UnixMilli())}, b) {
		offer := Offer{
			Reward: o.Reward.Name, Wallet: o.Reward.Wallet, Step: o.Reward.Step(),
			Least: o.Least, Most: o.Most, Suggested: o.Suggested, Discount: o.Reward.Worth(o.Suggested),
		}
		if o.Refusal != nil {
			offer.Code, offer.Detail = string(o.Refusal.Code), w.Refusal(o.Refusal)
		}
		offers = append(offers, offer)
	}
	return offers
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
	// Code and Detail say why it cannot; "" when it can.
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
}
