package redeem

import (
	"cmp"
	"fmt"
	"slices"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// Kind is the kind of a record that redeems without an award. A sale that both
// redeems and earns is one record, an award.
const Kind ledger.Kind = "redeem"

// The codes of the reasons.
const (
	// ReasonRedeemed is why points were spent: its rule is the reward, its points
	// are below zero, or 0 for what a member has for nothing, and its amount is
	// the part of the sale that was had for it.
	ReasonRedeemed = "redeemed"
	// ReasonTender says, besides, that the amount was paid with points: it is not
	// taken off the total.
	ReasonTender = "paid_with_points"
	// ReasonPaidOut and ReasonDonated say what money was paid out, or went to the
	// cause, for the points.
	ReasonPaidOut = "paid_out"
	ReasonDonated = "donated"
	// ReasonVoucher says, besides, that it was had for a voucher: its points are
	// how often, and its amount what the voucher promised, 0 for what is no amount
	// of money. ReasonPrinted says that a voucher was printed for it, which is
	// worth the amount.
	ReasonVoucher = "voucher"
	ReasonPrinted = "voucher_printed"
	// ReasonLapsed is why a spending is not wholly covered: its hold's time was
	// over when the sale was paid, or the sale earns less than it did when it was
	// held. Its points are the shortfall.
	ReasonLapsed = "hold_lapsed"
)

// A Wish is what a customer wants to redeem.
type Wish struct {
	Reward string `json:"reward"` // its name in the programme
	// Points to spend, in thousandths: a whole number of the reward's steps.
	Points ledger.Points `json:"thousandths"`
	// Cause is what a donation goes to; "" where there is only one.
	Cause string `json:"cause,omitempty"`
}

// An Outcome is what a wish came to.
type Outcome struct {
	Reward programme.Reward
	Cause  string
	Points ledger.Points // spent, never below zero
	// Discount is what comes off the total, in minor units; 0 for a thing,
	// which is handed over Times times.
	Discount basket.Money
	Times    int64
	// Pays is what points pay of the total, off which nothing comes; Money is
	// what is paid out or goes to a cause.
	Pays  basket.Money
	Money basket.Money
	// Printed is the voucher that is printed for it; nil where it is had at once.
	Printed *Printed
	// Own is the part of Points that the sale itself earns. Complete writes its
	// entries, which stand behind those of what was earned.
	Own ledger.Points
	// Entries are all that the record says of it, and Shares what of each line
	// was had for it: an entry's number counts from 1 within Entries, and is 0
	// for what was had without points.
	Entries []ledger.Entry
	Shares  []ledger.Share
	Reasons []ledger.Reason
	// After is the holding with it, and House the terminal's own account: what
	// the same sale earns, or redeems besides, is decided from them.
	After ledger.Holding
	House ledger.Holding
	// Left is what is left to pay of the basket, and Earning what of it earns.
	// Units that are paid with points are in neither, unless they count.
	Left    basket.Basket
	Earning basket.Basket
	// Counted are the units of each line that were free and count all the same,
	// with those of the rewards before: scene.Scene.Counted.
	Counted []int64

	promise Promise
	day     ledger.Day
	off     []basket.Money // of each line of Left
}

// Automatic reports whether the reward was had without asking.
func (o Outcome) Automatic() bool { return o.promise.Automatic }

// Voucher reports whether the reward was had for a voucher.
func (o Outcome) Voucher() bool { return o.promise.used() }

// Paid is what of the sale was paid with points.
func (o Outcome) Paid() basket.Money { return o.promise.paid() }

// A decider decides rewards of one sale.
type decider struct {
	s     scene.Scene
	rules programme.Rules
	cover Cover
	left  basket.Basket
}

// Decide spends points of the scene's member on a reward, for what is left of
// the scene's basket, under rules that are valid.
//
// What cannot be redeemed is a *programme.Refusal and changes nothing. A
// second reward of the same sale is decided from After and House, with what was
// Paid added to the scene's, under Cover.After, on Left.
func Decide(s scene.Scene, c Cover, left basket.Basket, w Wish) (Outcome, error) {
	reward, known := s.Rules.Reward(w.Reward)
	if !known || reward.Automatic { // that nobody asks for
		return Outcome{}, &programme.Refusal{Code: programme.UnknownReward}
	}
	d := decider{s, s.Rules, c, left}
	if err := d.check(); err != nil {
		return Outcome{}, err
	}
	reward = nth(reward)
	if no := d.refuse(reward, w.Points, w.Cause); no != nil {
		return Outcome{}, no
	}
	return d.decide(d.promise(reward, w))
}

// decide makes an outcome of a promise that is covered.
func (d decider) decide(p Promise) (Outcome, error) {
	sp := d.spending(p)
	if d.cover.Alone {
		sp.take(d.s.Holding.Account, "", p.Points-p.Own, false)
		return d.outcome(p, sp)
	}
	missing := p.Points - p.Own
	for _, a := range sources(d.s.Holding, p.Wallet, d.cover) {
		taken := min(a.Left, missing)
		sp.take(a.Account, a.ID, taken, false)
		missing -= taken
	}
	if missing != 0 {
		return Outcome{}, fmt.Errorf("redeem %v of wallet %s: %v is not set aside here", p.Points, string(p.Wallet), missing)
	}
	return d.outcome(p, sp)
}

// check looks at what is left to pay: also without a sale points can be given
// to a cause, or changed into others.
func (d decider) check() error {
	if d.left.Currency != d.rules.Currency {
		return &programme.Refusal{Code: programme.OtherCurrency, Currency: d.left.Currency}
	}
	if d.left.Key == (basket.Key{}) && d.left.Total == 0 && len(d.left.Lines) == 0 {
		return nil
	}
	if err := d.rules.CheckBasket(d.left); err != nil {
		return &programme.Refusal{Code: programme.BadBasket, Cause: err}
	}
	return nil
}

// promise is what a reward comes to, for so many points.
func (d decider) promise(r programme.Reward, w Wish) Promise {
	times := int64(1)
	if r.Points > 0 {
		times = int64(w.Points / r.Step())
	}
	p := Promise{
		Reward: r.Name, Wallet: r.Wallet, Points: w.Points, Times: times, MaxPercent: r.MaxPercent,
		Gives: r.Gives, Tender: r.Tender, Automatic: r.Automatic, At: atOf(r, d.left), Days: r.VoucherDays,
		Own: max(w.Points-Spendable(d.s.Holding, r.Wallet, d.s.Moment.Day, d.cover), 0), Counted: r.NthFree,
		Counts: d.counts(r, w.Points, times),
	}
	switch {
	case r.VoucherDays > 0:
		p.Worth = r.Promised(w.Points)
	case r.Tender:
		p.Pays = r.Worth(w.Points)
		if r.Points == 0 {
			p.Pays = min(p.Pays, d.limit(r)) // nothing that was paid for it is lost
		}
		p.Off = all(d.left).spread(p.Pays, len(d.left.Lines))
	case takesOff(r, d.left):
		work := d.work(r, w.Points, times, d.limit(r))
		p.Discount, p.Off, p.Free = work.sum, work.off, work.free
	case r.Gives == programme.GivesCash:
		p.Money = r.Worth(w.Points)
	case r.Gives == programme.GivesDonation:
		p.Money, p.Cause = r.Worth(w.Points), d.cause(r, w.Cause)
		p.At = CauseAt(p.Cause)
	case r.Gives == programme.GivesPoints:
		p.Into = r.Into
		p.IntoPoints = w.Points / r.Step() * (r.IntoPoints * r.Step() / max(r.Points, 1))
	}
	return p
}

// atOf is the partner where a reward is had.
func atOf(r programme.Reward, b basket.Basket) string { return cmp.Or(r.Partner, b.Partner) }

// CauseAt is where points are spent that are given to a cause: ledger.Entry.At.
func CauseAt(cause string) string { return "cause:" + cause }

func (d decider) spending(p Promise) spending {
	sp := use(d.s.Holding, p.Wallet, p.Points-p.Own, d.s.Moment.Day)
	sp.at, sp.kind = p.At, p.kind()
	return sp
}

// outcome is a promise that is kept with a spending.
func (d decider) outcome(p Promise, sp spending) (Outcome, error) {
	o := Outcome{
		Reward: programme.Reward{
			Name: p.Reward, Wallet: p.Wallet, MaxPercent: p.MaxPercent, Gives: p.Gives, Tender: p.Tender, Automatic: p.Automatic, Into: p.Into,
		},
		Cause: p.Cause, Points: p.Points, Discount: p.Discount, Times: p.Times, Pays: p.Pays, Money: p.Money, Own: p.Own,
		Entries: slices.Clone(sp.entries), Left: takenOff(d.left, p), Earning: d.earningAfter(p), Counted: d.countedAfter(p), promise: p, day: d.s.Moment.Day,
	}
	if r, known := d.rules.Reward(p.Reward); known {
		o.Reward = r
	}
	if p.Discount+p.Pays > 0 && len(p.Off) == len(d.left.Lines) {
		o.off = p.Off
	}
	o.Shares = shares(p, sp, o.off)
	if p.IntoPoints > 0 {
		into, _ := d.rules.Wallet(p.Into)
		vests, expires := into.Dates(d.s.Moment.Day)
		o.Entries = append(o.Entries, ledger.Entry{
			Account: d.s.Holding.Account, Wallet: p.Into, Kind: ledger.Convert, Points: p.IntoPoints,
			Expires: expires, Vests: vests, Issuer: p.At, Closed: d.cover.Alone,
		})
	}
	if err := d.prints(&o, p); err != nil {
		return Outcome{}, err
	}
	house := []ledger.Entry(nil)
	for _, c := range p.Counts {
		e := ledger.Entry{Account: d.s.Holding.Account, Wallet: c.In, Kind: ledger.Earn, Points: c.Points, Expires: c.Expires, Closed: d.cover.Alone}
		if c.House {
			if e.Account = d.s.House.Account; e.Account == (ledger.Account{}) {
				return Outcome{}, fmt.Errorf("redeem %q: the terminal's own account, in which it is counted, was not asked for", p.Reward)
			}
			house = append(house, e)
		}
		o.Entries = append(o.Entries, e)
	}
	o.Reasons = reasons(p)
	own := slices.DeleteFunc(slices.Clone(o.Entries), func(e ledger.Entry) bool {
		return len(house) > 0 && e.Account == house[0].Account || e.Wallet.Voucher()
	})
	if p.Own > 0 {
		own = append(own, ledger.Entry{Account: d.s.Holding.Account, Wallet: p.Wallet, Kind: sp.kind, Points: -p.Own})
	}
	var err error
	if o.After, err = after(d.s.Holding, d.s.Moment.Day, own...); err != nil {
		return Outcome{}, err
	}
	o.House, err = after(d.s.House, d.s.Moment.Day, house...)
	return o, err
}

// takenOff is a basket once a promise is kept. One that is not the basket it
// was made for bears it with all its lines.
func takenOff(b basket.Basket, p Promise) basket.Basket {
	sum := p.Discount + p.Pays
	if len(p.Off) != len(b.Lines) {
		return Net(b, sum)
	}
	for i, l := range b.Lines {
		if off := p.Off[i]; off != 0 && (off < 0) != (l.Amount < 0) || max(p.Off[i], -p.Off[i]) > max(l.Amount, -l.Amount) {
			return Net(b, sum)
		}
	}
	if p.Counted {
		return lower(b, p.Off, nil, sum)
	}
	return lower(b, p.Off, p.Free, sum)
}

// shares are what of each line was had for the spending, and for which points,
// and the lots it used.
func shares(p Promise, sp spending, off []basket.Money) []ledger.Share {
	if p.Points == 0 && !p.used() && off != nil {
		return []ledger.Share{{Base: minor(off)}}
	}
	var all []ledger.Share
	for i, s := range sp.shares {
		s.Entry, s.Voucher = i+1, p.Days > 0
		all = append(all, tells(s, -sp.entries[i].Points, off, i == 0)...)
	}
	return all
}

func reasons(p Promise) []ledger.Reason {
	all := []ledger.Reason{{
		Code: ReasonRedeemed, Rule: p.Reward, Wallet: p.Wallet, Points: -p.Points, Amount: int64(p.Discount + p.Pays),
	}}
	also := func(code string, amount basket.Money) {
		if amount != 0 {
			all = append(all, ledger.Reason{Code: code, Rule: p.Reward, Wallet: p.Wallet, Amount: int64(amount)})
		}
	}
	also(ReasonTender, p.Pays)
	switch {
	case p.used():
		all = append(all, ledger.Reason{
			Code: ReasonVoucher, Rule: p.Reward, Wallet: p.Wallet, Points: ledger.Points(p.Times) * ledger.Unit, Amount: int64(p.Worth),
		})
	case p.Days > 0:
		all = append(all, ledger.Reason{Code: ReasonPrinted, Rule: p.Reward, Wallet: p.Wallet, Amount: int64(p.Worth)})
	}
	switch p.Gives {
	case programme.GivesCash:
		also(ReasonPaidOut, p.Money)
	case programme.GivesDonation:
		also(ReasonDonated, p.Money)
	}
	return all
}
