package session

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/message"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/words"
)

// A Counter is the checkout at which something is decided, with what decides
// there and who. Every decision is a function for the store to run inside its
// transaction; what it refuses is a *programme.Refusal and changes nothing.
type Counter struct {
	Lane  string
	Rules programme.Rules
	// Shop is the shop's name, as conditions of the programme name it; Signals
	// are what is said to be so there: "rain".
	Shop    string
	Signals []string
	// RulesOf gives the rules of an earlier version, as far as they are kept; nil
	// knows none.
	RulesOf func(version int64) (programme.Rules, bool)
	Zone    *time.Location // that Rules.Zone names
	// Keys are the chain's, the one in use first. Without any, slips carry no
	// codes.
	Keys []member.ChainKey
	// Operator is who is signed in, "" for nobody; Manager is who confirmed what
	// is above a cashier's limits, "" where nobody did.
	Operator, Manager string
	// House is the terminal's own account as far as a quote knows it; a decision
	// has it from the store.
	House ledger.Holding
	// Games are the seeds of the month's games, for which commitments were made.
	Games []game.Seed
	// Slips say which slips are printed; the others are kept with their records.
	Slips receipt.Policy
	// Offline says that there is no line to head office: balances then say when
	// it last confirmed them.
	Offline bool
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
			return c.awardToNobody(s, m, v)
		}
		d := c.decide(customer, s, m, v)
		if err := d.redeem(v, v.Holdings[1:]); err != nil {
			return ledger.Posting{}, err
		}
		return d.finish(v)
	}
}

// awardToNobody is a sale with nothing but vouchers: those are anybody's. There
// is nobody to give what it earns to. The record stands to the first voucher's name.
func (c Counter) awardToNobody(s Sale, m ledger.Moment, v ledger.View) (ledger.Posting, error) {
	if len(s.Vouchers) == 0 || len(s.Redeem) > 0 || !s.Hold.IsZero() {
		return ledger.Posting{}, &programme.Refusal{Code: programme.NoCard}
	}
	d := c.decideFor(ledger.Holding{Known: true, Alone: v.Alone}, Customer{}, s, m, v)
	d.nobody, d.seen = true, &ledger.Seen{Known: true, Shop: c.Shop, Signals: c.Signals}
	if err := d.vouchers(v.Holdings); err != nil {
		return ledger.Posting{}, err
	}
	d.before.Account = v.Holdings[0].Account
	return d.finish(v)
}

// AwardToSlip is the decision to give what the sale earns to a customer without
// a card: to a new account that the slip's code leads to. code is 128 fresh
// random bits, and the one subject of the request is code's (SlipSubject).
// Nothing can be redeemed but vouchers.
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
		if err := d.vouchers(v.Holdings[1:]); err != nil {
			return ledger.Posting{}, err
		}
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
	nobody   bool             // no card was read, and there is no slip either
	manager  string
	redeemed []redeem.Outcome
	// after, house, left and earning are what the redemptions left: of the
	// account, of the terminal's own, of what is to be paid, and of what of it earns.
	after, house  ledger.Holding
	referrer      *ledger.Holding
	seen          *ledger.Seen // before anything
	left, earning basket.Basket
	counted       []int64      // units that were free and count all the same
	paid          basket.Money // what of the sale points paid
	earned        earn.Outcome
	played        game.Plays
}

func (c Counter) decide(customer Customer, s Sale, m ledger.Moment, v ledger.View) decided {
	return c.decideFor(v.Holdings[0], customer, s, m, v)
}

func (c Counter) decideFor(before ledger.Holding, customer Customer, s Sale, m ledger.Moment, v ledger.View) decided {
	d := decided{
		counter: c, customer: customer, sale: s, moment: m, before: before, after: before, cover: coverOf(v, before, m),
		house: v.House, referrer: v.Referrer, left: s.Basket, earning: s.Basket,
		manager: cmp.Or(s.Manager, c.Manager),
	}
	d.cover.NoSpend = customer.collectsOnly()
	d.seen = d.scene().Seen()
	d.seen.Reserved, d.seen.NoSpend = redeem.Reserved(d.scene(), d.cover), d.cover.NoSpend
	return d
}

// coverOf is what a decision about an account knows besides it.
func coverOf(v ledger.View, h ledger.Holding, m ledger.Moment) redeem.Cover {
	return redeem.Cover{Alone: v.Alone, Now: v.Stamp(m), Held: h.Held, Promised: h.Promised}
}

// finish decides what the sale earns, asks what has to be asked, and makes the
// posting.
func (d decided) finish(v ledger.View) (ledger.Posting, error) {
	c, s := d.counter, d.sale
	if err := d.earn(); err != nil {
		return ledger.Posting{}, err
	}
	// Last, for there is no use in confirming what would be refused anyway.
	if c.Rules.Unusual(s.Basket.Total) && !s.Confirmed {
		return ledger.Posting{}, &programme.Refusal{Code: programme.UnusualAmount, Amount: s.Basket.Total, Currency: s.Basket.Currency}
	}
	if err := d.withinLimits(); err != nil {
		return ledger.Posting{}, err
	}
	if err := d.play(v); err != nil {
		return ledger.Posting{}, err
	}
	return d.posting(v)
}

// earn decides what the sale earns.
func (d *decided) earn() (err error) {
	if d.nobody {
		return d.sale.Basket.Validate()
	}
	d.earned, err = earn.Award(d.scene(), d.earning)
	return err
}

// scene is where something is decided about an account.
func (c Counter) scene(h ledger.Holding, b basket.Basket, m ledger.Moment) scene.Scene {
	s := scene.Scene{Rules: c.Rules, Holding: h, Basket: b, Shop: c.Shop, Cashier: c.Operator, Signals: c.Signals}
	return s.On(m, c.Zone)
}

// scene is what the sale is decided in, once the redemptions took what they do.
func (d decided) scene() scene.Scene {
	s := d.counter.scene(d.after, d.sale.Basket, d.moment)
	s.House, s.Referrer, s.Cashier = d.house, d.referrer, cmp.Or(d.sale.Operator, s.Cashier)
	s.Counted, s.Paid = d.counted, d.paid
	return s
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

// redeem takes what the sale's hold promised, or else the sale's wishes and its
// vouchers, whose accounts come first in others; those behind were drawn for
// vouchers that may be printed.
func (d *decided) redeem(v ledger.View, others []ledger.Holding) error {
	used := min(len(d.sale.Vouchers), len(others))
	d.cover.Fresh = drawnFor(others[used:])
	if !d.sale.Hold.IsZero() {
		return d.capture(v)
	}
	return d.wishes(others[:used])
}

// wishes takes what is had without asking, then the sale's vouchers, and then its
// wishes, one after another, each from what the one before it left: of points
// the customer can spend fewer, a voucher is used whole.
func (d *decided) wishes(vouchers []ledger.Holding) error {
	if err := checkWishes(d.sale.Redeem); err != nil {
		return err
	}
	if err := d.automatic(); err != nil {
		return err
	}
	if err := d.vouchers(vouchers); err != nil {
		return err
	}
	for _, wish := range d.sale.Redeem {
		o, err := redeem.Decide(d.scene(), d.cover, d.left, wish)
		if err != nil {
			return err
		}
		d.had(o)
	}
	return nil
}

// automatic takes what is had without asking.
func (d *decided) automatic() error {
	all, err := redeem.Automatic(d.scene(), d.cover, d.left)
	for _, o := range all {
		d.had(o)
	}
	return err
}

// had goes on from what a reward left.
func (d *decided) had(o redeem.Outcome) {
	d.redeemed = append(d.redeemed, o)
	d.cover = d.cover.After(o)
	d.after, d.house, d.left, d.earning = o.After, o.House, o.Left, o.Earning
	d.counted, d.paid = o.Counted, d.paid+o.Paid()
}

// writing is what a record says of a decision.
type writing struct {
	entries []ledger.Entry
	shares  []ledger.Share
	reasons []ledger.Reason
}

// add adds what was decided next. Its shares count its own entries, from 1.
func (w *writing) add(entries []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
	for _, s := range shares {
		if s.Entry > 0 {
			s.Entry += len(w.entries)
		}
		w.shares = append(w.shares, s)
	}
	w.entries, w.reasons = append(w.entries, entries...), append(w.reasons, reasons...)
}

// written is what was redeemed and what was earned. Redeemed stands first, for
// nothing is spent that the sale itself brings; where something is, it stands
// behind.
func (d decided) written(v ledger.View) writing {
	var w writing
	for _, o := range d.redeemed {
		w.add(o.Entries, o.Shares, o.Reasons)
	}
	earned, at := closed(d.earned.Entries, d.before.Account, v.Alone), len(w.entries)
	w.add(earned, d.earned.Shares, d.earned.Reasons)
	w.add(redeem.Complete(d.redeemed, earned, at, v.Next))
	return w
}

// printed are the vouchers that are printed for rewards, and those that were won,
// of which said is told.
func (d decided) printed(said *writing, alone bool) (all []redeem.Printed) {
	for _, o := range d.redeemed {
		if o.Printed != nil {
			all = append(all, *o.Printed)
		}
	}
	won, entries := d.counter.won(d.played.Prizes(), d.cover.Fresh, d.moment.Day, alone)
	said.add(entries, nil, nil)
	return append(all, won...)
}

// posting is the whole sale as one record and its slip.
func (d decided) posting(v ledger.View) (ledger.Posting, error) {
	said := d.written(v)
	said.add(closed(d.played.Entries, d.before.Account, v.Alone), d.played.Shares, d.played.Reasons)
	vouchers := d.printed(&said, v.Alone)
	kept := d.sale.Basket.Kept()
	body := d.counter.body(d.customer, d.before.Account)
	body.Operator, body.Manager = cmp.Or(d.sale.Operator, body.Operator), d.manager
	body.TypedAmount, body.Basket, body.Reasons, body.Shares, body.Seen = d.sale.Typed, &kept, said.reasons, said.shares, d.seen
	body.Games = d.played.Played()
	draft := ledger.Draft{Kind: ledger.KindAward, Rules: d.counter.Rules.Version, Moment: d.moment, Entries: said.entries, Body: body}
	slip, told, err := d.slip(v.Next, draft)
	if err != nil {
		return ledger.Posting{}, err
	}
	if draft.Body.Slip, err = slip.Encode(); err != nil {
		return ledger.Posting{}, err
	}
	draft.Body.Kept = d.counter.keeps(d.occasion(slip, told, len(vouchers)))
	if draft.Body.More, err = d.counter.papers(v.Next, d.moment, vouchers); err != nil {
		return ledger.Posting{}, err
	}
	if err := fit(&draft); err != nil {
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

// slip is the sale's, and what it tells the member.
func (d decided) slip(record ledger.Key, draft ledger.Draft) (receipt.Slip, []message.Message, error) {
	c := d.counter
	award := receipt.Award{
		Words: c.words(), Rules: c.Rules, Zone: c.Zone, Moment: d.moment, Mask: d.customer.Mask(),
		Basket: d.sale.Basket, Holding: d.before, Outcome: d.earned, Plays: d.played, Record: record, Offline: c.Offline,
	}
	if d.bearer != nil {
		var err error
		award.Code, err = d.bearer.Encode(c.Keys[0])
		return receipt.ForBearer(receipt.Redemption{Award: award, Redeemed: d.redeemed}, d.bearer.Until), nil, err
	}
	award.Code = c.saleCode(record, draft)
	award.Messages = message.Lines(d.scene(), award.After())
	if len(d.redeemed) == 0 {
		return receipt.ForAward(award), award.Messages, nil
	}
	return receipt.ForRedemption(receipt.Redemption{Award: award, Redeemed: d.redeemed}), award.Messages, nil
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
		tell = append(tell, c.tellOf(r, reward, known)...)
		if known && reward.Barcode != "" && !r.Printed {
			tell = append(tell, w.ScanAtTill(reward.Barcode))
		}
	}
	for _, v := range a.Vouchers {
		tell = append(tell, w.GiveVoucher(v.Reward, v.Until))
	}
	tell = append(tell, c.prizes(w, a.Games, a.Vouchers)...)
	if a.PointsPaid > 0 {
		tell = append(tell, w.PayBack(a.PayBack, c.Rules.Currency))
	}
	return tell
}

// tellOf is what the cashier does for one reward; what comes off the total is
// told in one amount.
func (c Counter) tellOf(r Redeemed, reward programme.Reward, known bool) []string {
	w, currency := c.words(), c.Rules.Currency
	switch {
	case r.Pays > 0:
		return []string{w.TakeAsPaid(r.Pays, currency)}
	case r.PaidOut > 0:
		return []string{w.PayOut(r.PaidOut, currency)}
	case r.Printed, r.Discount > 0 || reward.Gives == programme.GivesDonation || reward.Gives == programme.GivesPoints:
		return nil
	case reward.Gives == programme.GivesPerk:
		return []string{w.GivePerk(r.Reward)}
	case c.plays(r.Reward):
		return nil
	}
	times := max(r.times, 1)
	if known && r.Points > 0 {
		times = int64(r.Points / reward.Step())
	}
	return []string{w.HandOver(times, r.Reward)}
}
