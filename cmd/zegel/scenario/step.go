package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/session"
)

// An act is one step under way.
type act struct {
	*world
	*site
	step scenario.Step
	card string // short name; "" for none
	shop string
	got  scenario.Got
}

// take does what a step says and tells what came of it. An error is a fault: of
// the programme's parts, or of a step that cannot be done here.
func (w *world) take(step scenario.Step) (got scenario.Got, posted *ledger.Posted, err error) {
	a := &act{world: w, step: step, card: scenario.Member, shop: cmp.Or(step.Shop, w.script.Shop, scenario.DefaultShop)}
	if step.Card != nil {
		a.card = *step.Card
	}
	w.now = w.now.Add(time.Second)
	if step.At != "" {
		at, err := scenario.Time(step.At, w.zone)
		if err != nil {
			return got, nil, err
		}
		if at.Before(w.now.Add(-time.Minute)) {
			return got, nil, fmt.Errorf("time does not go back: it is %s already", w.now.In(w.zone).Format("2006-01-02 15:04"))
		}
		w.now = later(w.now, at)
	}
	if step.Signal != nil {
		w.signals = *step.Signal
	}
	if a.site, err = w.site(a.shop); err != nil {
		return got, nil, err
	}
	a.site.last = nil
	err = a.do()
	var no *programme.Refusal
	if errors.As(err, &no) {
		a.got.Refusal, a.got.Said, err = no.Code, w.words().Refusal(no), nil
	}
	if err != nil {
		return a.got, nil, err
	}
	return a.finish()
}

// finish lets the line carry what there is to carry, and adds what came of it all.
func (a *act) finish() (scenario.Got, *ledger.Posted, error) {
	if a.office != nil {
		if err := a.office.carry(); err != nil {
			return a.got, nil, err
		}
	}
	err := a.outcome()
	return a.got, a.site.last, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (a *act) do() error {
	s := a.step
	switch {
	case s.Sale != nil:
		return a.sale(*s.Sale)
	case s.Redeem != nil:
		return a.sale(wanted(*s.Redeem))
	case s.Quote != nil:
		return a.quote(*s.Quote)
	case s.Hold != nil:
		return a.hold(*s.Hold)
	case s.Commit != nil:
		return a.commit(s.Commit.Sale)
	case s.Cancel != nil:
		return a.cancel(s.Cancel.Sale, false)
	case s.Park != nil:
		return a.cancel(s.Park.Sale, true)
	case s.Resume != nil:
		return a.resume(s.Resume.Sale)
	case s.Return != nil:
		return a.takeBack(*s.Return)
	case s.Undo != nil:
		return a.undo(s.Undo.Sale)
	case s.Void != nil:
		if sold, err := a.of(s.Void.Sale); err == nil && sold.day != a.moment().Day {
			return a.takeBack(scenario.Return{Sale: s.Void.Sale})
		}
		return a.undo(s.Void.Sale)
	case s.Move != nil:
		return a.move(s.Move.Sale)
	case s.Claim != nil:
		return a.claim(s.Claim.Sale)
	case s.Enrol != nil:
		return a.enrol(*s.Enrol)
	case s.Adjust != nil:
		return a.adjust(*s.Adjust)
	case s.Event != nil:
		return a.event(*s.Event)
	case s.Donate != nil:
		return a.sale(wanted(scenario.Redeem{Reward: s.Donate.Reward, Points: s.Donate.Points, Cause: s.Donate.Cause}))
	case s.Convert != nil:
		return a.sale(wanted(scenario.Redeem{Reward: s.Convert.Reward, Points: s.Convert.Points}))
	case s.Offline, s.Online, s.Sync:
		return a.office.switched(a.site.line, s)
	case s.Do() == "":
		return nil
	}
	return fmt.Errorf("%s: this program cannot do that yet", s.Do())
}

// wanted is a sale for the sake of a reward.
func wanted(r scenario.Redeem) scenario.Sale {
	if r.Total == nil && len(r.Lines) == 0 {
		none := file.Decimal("0")
		r.Total = &none
	}
	return scenario.Sale{ID: r.ID, Total: r.Total, Lines: r.Lines, Redeem: scenario.Wishes{{Reward: r.Reward, Points: r.Points, Cause: r.Cause}}}
}

// at is the lane of the step, with its cashier signed in and nobody there.
func (a *act) at(lane string) (*terminal.Desk, error) {
	d, err := a.desk(a.shop, lane)
	if err != nil {
		return nil, err
	}
	d.SignOut()
	if a.step.Cashier != "" {
		d.SignIn(session.Operator{Name: a.step.Cashier})
	}
	return d, nil
}

// comes puts the step's customer at a lane.
func (a *act) comes(lane string) (*terminal.Desk, error) {
	d, err := a.at(lane)
	if err != nil {
		return nil, err
	}
	d.Cancel()
	if a.card == "" {
		if a.rules.Bearer.Off {
			return d, nil
		}
		_, err := d.Do(a.ctx, session.Event{Kind: session.NoCard, Turn: d.View().Turn}, a.cashier())
		return d, err
	}
	mode := ledger.Scanned
	if a.step.Typed {
		mode = ledger.Keyed
	}
	_, err = d.Identify(a.ctx, a.cards[a.card], mode)
	return d, err
}

func (a *act) cashier() session.Operator {
	return session.Operator{Name: cmp.Or(a.step.Cashier, "kassa")}
}

const till = "till"

// basketOf is a basket as it is written.
func (a *act) basketOf(s scenario.Sale, key basket.Key) basket.Basket {
	b := basket.Basket{
		Key: key, Currency: a.rules.Currency, Channel: s.Channel, Partner: s.Partner, Codes: s.Codes,
		NotEarning: scenario.Money(s.NotEarning, a.rules),
	}
	for i, l := range s.Lines {
		b.Lines = append(b.Lines, basket.Line{
			ID: cmp.Or(l.ID, fmt.Sprint(i+1)), Product: l.Product, Name: l.Name, Quantity: scenario.Thousandths(l.Quantity),
			Amount: scenario.Money(l.Amount, a.rules), Category: l.Category, Tags: l.Tags, Kind: l.Kind,
			Tax: scenario.Money(l.Tax, a.rules), Of: l.Of,
		})
		b.Total += b.Lines[i].Amount
	}
	if s.Total != nil {
		b.Total = scenario.Money(*s.Total, a.rules)
	}
	for _, t := range s.Tenders {
		b.Tenders = append(b.Tenders, basket.Tender{Kind: t.Kind, Amount: scenario.Money(t.Amount, a.rules)})
	}
	return b
}

func (a *act) wishes(written scenario.Wishes) []redeem.Wish {
	var wishes []redeem.Wish
	for _, w := range written {
		wishes = append(wishes, a.wish(w))
	}
	return wishes
}

func (a *act) wish(w scenario.Wish) redeem.Wish {
	points := scenario.Points(w.Points)
	if w.Points == "" {
		reward, _ := a.rules.Reward(w.Reward)
		points = reward.Least()
	}
	return redeem.Wish{Reward: w.Reward, Points: points, Cause: w.Cause}
}

// codes are the vouchers that a sale uses.
func (a *act) codes(names scenario.Names) (codes []string, err error) {
	for _, name := range names {
		code, err := a.voucher(name)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// sold is the sale of that id, or a new one.
func (a *act) sold(s scenario.Sale) (*sold, error) {
	vouchers, err := a.codes(s.Vouchers)
	if err != nil {
		return nil, err
	}
	of, again := a.sales[s.ID]
	if !again || s.ID == "" {
		of = &sold{key: a.key(s.ID), day: a.moment().Day}
	}
	of.card, of.shop = a.card, a.shop
	of.sale = session.Sale{
		Basket: a.basketOf(s, of.key), Typed: s.Typed, Redeem: a.wishes(s.Redeem), Vouchers: vouchers, Confirmed: s.Confirmed,
		Operator: a.step.Cashier, Manager: a.step.Manager,
	}
	return of, nil
}

// keep remembers a sale for the steps to come.
func (a *act) keep(of *sold) {
	a.latest = of
	a.sales[of.key.ID] = of
}

func (a *act) sale(s scenario.Sale) error {
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	of, err := a.sold(s)
	if err != nil {
		return err
	}
	if _, err := d.Sale(a.ctx, of.sale); err != nil {
		return err
	}
	a.keep(of)
	return nil
}

func (a *act) quote(s scenario.Sale) error {
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	b := a.basketOf(s, a.key(s.ID))
	vouchers, err := a.codes(s.Vouchers)
	if err != nil {
		return err
	}
	q, err := d.Quote(a.ctx, b, vouchers...)
	if err != nil {
		return err
	}
	a.got.Earned = amounts(q.Earns)
	a.got.Total, a.got.Discount, a.got.ToPay = b.Total, q.Discount, b.Total-q.Discount
	for _, o := range q.Rewards {
		if o.Code == "" {
			a.got.Offers = append(a.got.Offers, o.Reward)
		}
	}
	return nil
}

func (a *act) hold(s scenario.Sale) error {
	of, err := a.sold(s)
	if err != nil {
		return err
	}
	of.lane = "hold " + of.key.ID
	return a.setAside(of)
}

func (a *act) setAside(of *sold) error {
	d, err := a.comes(of.lane)
	if err != nil {
		return err
	}
	of.sale.Hold = ledger.HoldID{}
	held, err := d.Hold(a.ctx, of.sale)
	if err != nil {
		return err
	}
	of.sale.Hold, of.held = held.Hold, true
	a.keep(of)
	total := of.sale.Basket.Total
	a.got.Total, a.got.Discount, a.got.ToPay = total, held.Discount, total-held.Discount-pays(held.Redeemed)
	a.got.Spent = spent(held.Redeemed)
	return nil
}

// of is the sale of an id, or the latest.
func (a *act) of(id string) (*sold, error) {
	if id == "" && a.latest != nil {
		return a.latest, nil
	}
	if of, ok := a.sales[id]; ok {
		return of, nil
	}
	return nil, errors.New("the sale this is about did not come about")
}

// heldOf is what is set aside or parked under an id, or the latest.
func (a *act) heldOf(id string) (*sold, error) {
	of, err := a.of(id)
	if err == nil && !of.held && !of.parked {
		err = errors.New("nothing is set aside for that sale")
	}
	if err == nil && a.step.Card == nil {
		a.card = of.card
	}
	return of, err
}

func (a *act) commit(id string) error {
	of, err := a.heldOf(id)
	if err != nil {
		return err
	}
	a.shop = of.shop
	d, err := a.at(of.lane)
	if err != nil {
		return err
	}
	if _, err := d.Sale(a.ctx, of.sale); err != nil {
		return err
	}
	of.held, of.day = false, a.moment().Day
	return nil
}

// cancel gives back what is set aside for a sale; a parked one can be resumed.
func (a *act) cancel(id string, park bool) error {
	of, err := a.heldOf(id)
	if err != nil {
		return err
	}
	a.shop = of.shop
	d, err := a.at(of.lane)
	if err != nil {
		return err
	}
	of.held, of.parked = false, park
	err = d.Release(a.ctx, of.sale.Hold)
	d.Cancel()
	return err
}

func (a *act) resume(id string) error {
	of, err := a.heldOf(id)
	if err != nil {
		return err
	}
	if !of.parked {
		return errors.New("that sale is not parked")
	}
	of.parked, a.shop = false, of.shop
	return a.setAside(of)
}

func (a *act) takeBack(r scenario.Return) error {
	of, err := a.of(r.Sale)
	if err != nil {
		return err
	}
	a.about(of)
	d, err := a.at(till)
	if err != nil {
		return err
	}
	ask := session.Return{Key: a.key(""), Sale: session.Named{Basket: of.key}, Operator: a.step.Cashier}
	for _, g := range r.Lines {
		ask.Goods = append(ask.Goods, refund.Goods{
			ID: g.ID, Line: int(g.Line), Quantity: scenario.Thousandths(g.Quantity), Amount: scenario.Money(g.Amount, a.rules),
		})
	}
	if r.Amount != nil {
		ask.Goods = []refund.Goods{{Amount: scenario.Money(*r.Amount, a.rules)}}
	}
	_, err = d.Return(a.ctx, ask)
	return err
}

// about makes the member of a sale the step's, where it names none.
func (a *act) about(of *sold) {
	if a.step.Card == nil {
		a.card = of.card
	}
}

func (a *act) undo(id string) error {
	of, err := a.of(id)
	if err != nil {
		return err
	}
	a.about(of)
	d, err := a.at(till)
	if err != nil {
		return err
	}
	_, err = d.Undo(a.ctx, session.Undoing{Key: a.key(""), Sale: session.Named{Basket: of.key}, Operator: a.step.Cashier})
	return err
}

func (a *act) move(id string) error {
	of, err := a.of(id)
	if err != nil {
		return err
	}
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	if _, err = d.Move(a.ctx, session.Moving{Key: a.key(""), Sale: session.Named{Basket: of.key}, Operator: a.step.Cashier}); err == nil {
		of.card = a.card
	}
	return err
}

func (a *act) claim(id string) error {
	of, err := a.of(id)
	if err != nil {
		return err
	}
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	if of.qr == "" {
		return errors.New("that sale has no slip that can be added to a card")
	}
	if _, err := d.Scan(a.ctx, of.qr, "]Q1"); err != nil {
		return err
	}
	return a.press(d, session.Event{Kind: session.Claim})
}

func (a *act) enrol(e scenario.Enrol) error {
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	ask := &session.Enrolment{Name: cmp.Or(e.Name, a.card), Phone: e.Phone, Lang: a.words().Language()}
	for _, c := range a.rules.Consents {
		ask.Consents = append(ask.Consents, ledger.Consent{Name: c.Name, Version: c.Version, Lang: ask.Lang, Given: !slices.Contains(e.Refuses, c.Name)})
	}
	ask.Carried = a.given(e.Carried)
	ask.Birthday = e.Birthday
	if e.Referrer != "" {
		ask.Referrer = a.cards[e.Referrer]
	}
	return a.press(d, session.Event{Kind: session.Enrol, Enrol: ask})
}

func (a *act) adjust(g scenario.Give) error {
	d, err := a.comes(till)
	if err != nil {
		return err
	}
	return a.press(d, session.Event{Kind: session.Goodwill, Give: a.given(g.Points), Note: cmp.Or(g.Note, "scenario")})
}

func (a *act) given(written scenario.Amounts) []session.Amount {
	var all []session.Amount
	for _, name := range slices.Sorted(maps.Keys(written)) {
		all = append(all, session.Amount{Wallet: scenario.WalletOf(name, a.rules), Points: scenario.Points(written[name])})
	}
	return all
}

// press presses a key of the lane's page, and says yes as a manager where one
// is asked for and the step names one.
func (a *act) press(d *terminal.Desk, e session.Event) error {
	e.Turn = d.View().Turn
	_, err := d.Do(a.ctx, e, a.cashier())
	var no *programme.Refusal
	if errors.As(err, &no) && no.Code == programme.ManagerNeeded && a.step.Manager != "" {
		_, err = d.Do(a.ctx, session.Event{Kind: session.Confirm, Turn: d.View().Turn}, session.Operator{Name: a.step.Manager, Manager: true})
	}
	return err
}
