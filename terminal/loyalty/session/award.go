package session

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/words"
)

// A Counter is the checkout at which something is decided, with what decides
// there and who. Every decision is a function for the store to run inside its
// transaction; what it refuses is a *programme.Refusal and changes nothing.
type Counter struct {
	Lane  string
	Rules programme.Rules
	Zone  *time.Location // that Rules.Zone names
	// Keys are the chain's, the one in use first. Without any, slips carry no
	// codes.
	Keys []member.ChainKey
	// Operator is who is signed in, "" for nobody; Manager is who confirmed what
	// is above a cashier's limits, "" where nobody did.
	Operator, Manager string
}

// Award is the decision to give the customer what the sale earns, and to take
// what it redeems: one record. present says whether anybody stands at the
// counter: without a card there is nobody to give anything to.
func (c Counter) Award(customer Customer, present bool, s Sale, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		if err := s.CheckCard(customer.Mask()); err != nil {
			return ledger.Posting{}, err
		}
		if !present {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoCard}
		}
		d := c.decide(customer, s, m, v)
		if err := d.redeem(v); err != nil {
			return ledger.Posting{}, err
		}
		return d.finish(v)
	}
}

// AwardToSlip is the decision to give what the sale earns to a customer without
// a card: to a new account that the slip's code leads to. code is 128 fresh
// random bits, and the one subject of the request is code's (SlipSubject).
// Nothing can be redeemed.
func (c Counter) AwardToSlip(code slipcode.Code, s Sale, m ledger.Moment) func(ledger.View) (ledger.Posting, error) {
	return func(v ledger.View) (ledger.Posting, error) {
		if err := s.CheckCard(""); err != nil {
			return ledger.Posting{}, err
		}
		if c.Rules.Bearer.Off || len(s.Redeem) > 0 || !s.Hold.IsZero() {
			return ledger.Posting{}, &programme.Refusal{Code: programme.NoCard}
		}
		if len(c.Keys) == 0 {
			return ledger.Posting{}, errors.New("award to a slip: there is no chain key to write its code under")
		}
		d := c.decide(Customer{Identifiers: code.Identifiers(c.Keys)}, s, m, v)
		d.bearer = &slipcode.Bearer{Code: code, Record: v.Next, Account: d.before.Account, Until: after(m.Day, c.Rules.Bearer.Days)}
		return d.finish(v)
	}
}

// SlipSubject is the account that a bearer slip's code leads to.
func (c Counter) SlipSubject(code slipcode.Code) ledger.Subject {
	return ledger.Subject{Identifiers: code.Identifiers(c.Keys)}
}

// after is the business day so many days after another.
func after(day ledger.Day, days int) ledger.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day // a moment's day is one
	}
	return ledger.Day(t.AddDate(0, 0, days).Format(time.DateOnly))
}

func (c Counter) words() words.Words {
	w, _ := words.For(c.Rules.Language) // Dutch where the language is not one of ours
	return w
}

// A decided is a sale on its way to a posting.
type decided struct {
	counter  Counter
	customer Customer
	sale     Sale
	moment   ledger.Moment
	before   ledger.Holding
	cover    redeem.Cover
	bearer   *slipcode.Bearer // nil for a customer with a card
	manager  string
	redeemed []redeem.Outcome
	after    ledger.Holding // what the redemptions left
	discount basket.Money
	earned   earn.Outcome
}

func (c Counter) decide(customer Customer, s Sale, m ledger.Moment, v ledger.View) decided {
	before := v.Holdings[0]
	return decided{
		counter: c, customer: customer, sale: s, moment: m, before: before, after: before, cover: coverOf(v, before, m),
		manager: cmp.Or(s.Manager, c.Manager),
	}
}

// coverOf is what a decision about an account knows besides it.
func coverOf(v ledger.View, h ledger.Holding, m ledger.Moment) redeem.Cover {
	return redeem.Cover{Alone: v.Alone, Now: v.Stamp(m), Held: h.Held, Promised: h.Promised}
}

// finish decides what the sale earns, asks what has to be asked, and makes the
// posting.
func (d decided) finish(v ledger.View) (ledger.Posting, error) {
	c, s := d.counter, d.sale
	var err error
	if d.earned, err = earn.Award(c.Rules, d.after, redeem.Earning(c.Rules, s.Basket, d.discount), d.moment); err != nil {
		return ledger.Posting{}, err
	}
	// Last, for there is no use in confirming what would be refused anyway.
	if c.Rules.Unusual(s.Basket.Total) && !s.Confirmed {
		return ledger.Posting{}, &programme.Refusal{Code: programme.UnusualAmount, Amount: s.Basket.Total, Currency: s.Basket.Currency}
	}
	if err := d.withinLimits(); err != nil {
		return ledger.Posting{}, err
	}
	return d.posting(v)
}

// withinLimits refuses what needs a manager as long as none confirmed it.
func (d decided) withinLimits() error {
	limits := d.counter.Rules.Limits
	if d.manager != "" {
		return nil
	}
	if most := limits.TypedAmount; d.sale.Typed && most > 0 && d.sale.Basket.Total > most {
		return &programme.Refusal{Code: programme.ManagerNeeded, Amount: d.sale.Basket.Total, Currency: d.sale.Basket.Currency}
	}
	// A card that was read was there; a number can be read off somebody else's.
	typed := d.customer.Mode == ledger.Keyed || d.customer.Mode == ledger.ByPhone
	if !typed || limits.KeyedRedeem == 0 {
		return nil
	}
	spent := make(map[ledger.Wallet]ledger.Points)
	for _, o := range d.redeemed {
		w := o.Reward.Wallet
		if spent[w] += o.Points; spent[w] > limits.KeyedRedeem {
			wallet, _ := d.counter.Rules.Wallet(w)
			return &programme.Refusal{Code: programme.ManagerNeeded, Points: spent[w], Wallet: wallet}
		}
	}
	return nil
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

// redeem takes what the sale's hold promised, or else the sale's wishes.
func (d *decided) redeem(v ledger.View) error {
	if !d.sale.Hold.IsZero() {
		return d.capture(v)
	}
	return d.wishes()
}

// wishes takes the sale's wishes one after another, each from what the one
// before it left.
func (d *decided) wishes() error {
	if err := checkWishes(d.sale.Redeem); err != nil {
		return err
	}
	cover, left := d.cover, d.sale.Basket
	for _, wish := range d.sale.Redeem {
		o, err := redeem.Decide(d.counter.Rules, d.after, cover, left, wish)
		if err != nil {
			return err
		}
		d.redeemed = append(d.redeemed, o)
		cover, left = cover.After(o), redeem.Net(left, o.Discount)
		d.after, d.discount = o.After, d.discount+o.Discount
	}
	return nil
}

// posting is the whole sale as one record and its slip. What was redeemed
// stands before what was earned: nothing is spent that the sale itself brings.
func (d decided) posting(v ledger.View) (ledger.Posting, error) {
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
	body := d.counter.body(d.customer, d.before.Account)
	body.Operator, body.Manager = cmp.Or(d.sale.Operator, body.Operator), d.manager
	body.TypedAmount, body.Basket, body.Reasons = d.sale.Typed, &kept, append(reasons, d.earned.Reasons...)
	draft := ledger.Draft{Kind: ledger.KindAward, Rules: d.counter.Rules.Version, Moment: d.moment, Entries: entries, Body: body}
	slip, err := d.slip(v.Next, draft)
	if err != nil {
		return ledger.Posting{}, err
	}
	if draft.Body.Slip, err = slip.Encode(); err != nil {
		return ledger.Posting{}, err
	}
	return ledger.Posting{Lane: d.counter.Lane, Draft: draft}, nil
}

// body is what the records of a customer have in common.
func (c Counter) body(customer Customer, account ledger.Account) ledger.Body {
	return ledger.Body{
		Operator: c.Operator, Manager: c.Manager, Lane: c.Lane, Mode: customer.Mode,
		Account: account, Identifiers: customer.Identifiers,
	}
}

func (d decided) slip(record ledger.Key, draft ledger.Draft) (receipt.Slip, error) {
	c := d.counter
	award := receipt.Award{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: d.moment, Mask: d.customer.Mask(),
		Basket: d.sale.Basket, Holding: d.before, Outcome: d.earned, Record: record,
	}
	if d.bearer != nil {
		var err error
		award.Code, err = d.bearer.Encode(c.Keys[0])
		return receipt.ForBearer(award, d.bearer.Until), err
	}
	award.Code = c.saleCode(record, draft)
	if len(d.redeemed) == 0 {
		return receipt.ForAward(award), nil
	}
	return receipt.ForRedemption(receipt.Redemption{Award: award, Redeemed: d.redeemed}), nil
}

// saleCode is the code with which goods of a sale come back in other shops
// too; "" where there is no key, or where a sale has more entries than a code
// has room for: then they come back in this shop only.
func (c Counter) saleCode(record ledger.Key, draft ledger.Draft) string {
	if len(c.Keys) == 0 {
		return ""
	}
	sale, err := slipcode.Of(record, draft)
	if err != nil {
		return ""
	}
	code, err := sale.Encode(c.Keys[0])
	if err != nil || len(code) > receipt.MaxQR {
		return ""
	}
	return code
}

// Tell is what the cashier does about what was posted: one amount off, each
// thing handed over, what the till wants scanned for it, the money that goes
// back where points had paid a part. A reward that the programme has no more is
// told by its name.
func (c Counter) Tell(a Answer) []string {
	w := c.words()
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
	if a.PointsPaid > 0 {
		tell = append(tell, w.PayBack(a.PayBack, c.Rules.Currency))
	}
	return tell
}
