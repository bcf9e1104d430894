package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/words"
)

func (d *Desk) words() words.Words {
	w, _ := words.For(d.rules().Language) // Dutch where the language is not one of ours
	return w
}

// A call is one of the till's. While the lane practises nobody stands there for
// a till, and it changes nothing about the screen: what a till is told to have
// been posted was posted.
type call struct {
	*Desk
	moment   ledger.Moment
	facts    session.Facts
	practice session.Session // put aside
	aside    bool
}

// called opens a call of the till; over ends it.
func (d *Desk) called() *call {
	d.talk.Lock()
	m := d.begin()
	c := &call{Desk: d, moment: m, facts: d.facts(m, d.signedIn())}
	if d.session.Practice() {
		c.practice, c.aside, d.session = d.session, true, session.Session{}
	}
	return c
}

func (c *call) over(ctx context.Context) {
	if c.aside {
		c.session = c.practice
	}
	c.end(ctx)
	c.talk.Unlock()
}

// show makes next the conversation, unless the lane practises.
func (c *call) show(next session.Session, captured ledger.HoldID) {
	if !c.aside {
		c.settle(c.moment, next, captured)
	}
}

// answered says what came of a call that posted nothing: a refusal stands on
// the lane's screen too.
func (c *call) answered(err error) error {
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		c.refused(no)
		c.show(c.session.Refuse(no, c.facts), ledger.HoldID{})
	default:
		c.show(c.session.Quiet(), ledger.HoldID{})
	}
	return err
}

// withManager does what a call asks for. Where nobody ever signs in there is no
// manager to ask, and no limit.
func withManager[T any](c *call, do func(session.Counter) (T, error)) (T, error) {
	out, err := do(c.counter(c.facts.By.Name, ""))
	if isCode(err, programme.ManagerNeeded) && !c.signInNeeded() {
		return do(c.counter(c.facts.By.Name, noOperators))
	}
	return out, err
}

// Sale posts the sale of the customer at the lane: from its return on it
// happened. A till that repeats a sale gets its first answer. A "no" is a
// *programme.Refusal; nothing was posted then. After any other error nobody
// knows, and the customer stays at the lane for the till to ask again.
func (d *Desk) Sale(ctx context.Context, s session.Sale) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	customer, present := d.session.Customer()
	bearer := d.session.Bearer() && d.session.State() != session.Done
	gone, late := d.isLate(s.Hold)
	if late {
		customer, present = gone, true
	}
	out, err := withManager(c, func(counter session.Counter) (deed, error) {
		return d.sell(ctx, c.moment, counter, s, customer, present, bearer)
	})
	switch {
	case late:
		return out.answer, c.soldLate(s, out, err)
	case !out.posted:
		return session.Answer{}, c.notSold(s, err)
	}
	if !out.answer.Repeat || d.session.Doubts(s.Basket.Key) {
		c.show(d.session.Paid(out.answer, out.now, bearer, c.facts), s.Hold)
	}
	if err != nil {
		return session.Answer{}, err
	}
	return out.answer, nil
}

// soldLate ends the sale of a customer who was sent away. The screen is about
// whoever stands there now.
func (c *call) soldLate(s session.Sale, out deed, err error) error {
	if out.posted {
		delete(c.late, s.Hold)
	}
	var no *programme.Refusal
	if errors.As(err, &no) {
		c.refused(no)
	}
	return err
}

// notSold says on the screen why a sale was not posted, or that nobody knows.
func (c *call) notSold(s session.Sale, err error) error {
	var no *programme.Refusal
	if errors.As(err, &no) {
		return c.answered(err)
	}
	next := c.session.Doubt(s.Basket.Key, c.facts)
	if c.cfg.NotRecorded != nil && c.cfg.NotRecorded(err) {
		next = c.session.NotSaved(c.facts)
	}
	c.show(next, ledger.HoldID{})
	return err
}

// Quote is what a basket would bring whoever stands at the lane, and what could
// be redeemed on it now; for nobody, what it would bring somebody new. It sets
// nothing aside: what holds is decided when the sale is posted. A basket no
// sale could have is a *programme.Refusal. Vouchers are codes that the till read
// itself; those that were read at the lane are quoted besides.
func (d *Desk) Quote(ctx context.Context, b basket.Basket, vouchers ...string) (session.Quote, error) {
	c := d.called()
	defer c.over(ctx)
	if b.Currency != d.rules().Currency {
		return session.Quote{}, c.answered(&programme.Refusal{Code: programme.OtherCurrency, Currency: b.Currency})
	}
	if err := d.rules().CheckBasket(b); err != nil {
		return session.Quote{}, c.answered(&programme.Refusal{Code: programme.BadBasket, Cause: err})
	}
	customer, present := d.session.Customer()
	if present {
		var err error
		if customer.Holding, err = d.cfg.Store.Look(ctx, customer.Subject()); err != nil {
			return session.Quote{}, fmt.Errorf("look up card %s: %w", customer.Mask(), err)
		}
	}
	counter := d.counter("", "")
	var err error
	if counter.House, err = d.counted(ctx); err != nil {
		return session.Quote{}, err
	}
	read, err := c.read(ctx, vouchers)
	if err != nil {
		return session.Quote{}, c.answered(err)
	}
	q, err := counter.Quote(customer, present, b, c.moment, read...)
	if err != nil {
		return session.Quote{}, c.answered(err)
	}
	q.Card = customer.Mask()
	return q, c.answered(nil)
}

// read are the vouchers that were read at the lane, and those that a till names
// besides, as they are now.
func (c *call) read(ctx context.Context, named []string) ([]session.Voucher, error) {
	all := slices.Clone(c.session.Vouchers())
	for i := range all {
		var err error
		if all[i].Holding, err = c.store().Look(ctx, session.VoucherSubject(all[i].Code)); err != nil {
			return nil, fmt.Errorf("look up a voucher: %w", err)
		}
	}
	for _, text := range named {
		v, err := c.voucher(ctx, c.moment, text)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(o session.Voucher) bool { return o.Code.Account == v.Code.Account }) {
			all = append(all, v)
		}
	}
	return all, nil
}

// Hold sets points aside for the wishes of a sale of the customer at the lane,
// until it is posted, given back or ten minutes have passed. Another hold for
// the same sale takes its place.
func (d *Desk) Hold(ctx context.Context, s session.Sale) (session.Held, error) {
	c := d.called()
	defer c.over(ctx)
	customer, present := d.session.Customer()
	if err := s.CheckCard(customer.Mask()); err != nil {
		return session.Held{}, c.answered(err)
	}
	if !present {
		return session.Held{}, c.answered(&programme.Refusal{Code: programme.NoCard})
	}
	held, err := withManager(c, func(counter session.Counter) (session.Held, error) {
		return d.setAside(ctx, c.moment, counter, customer, s)
	})
	if err != nil {
		return session.Held{}, c.answered(err)
	}
	// The store put it in the place of the one before.
	c.show(d.session.HeldForTill(s.Basket.Key, held, c.facts), d.session.HeldBefore(s.Basket.Key))
	return held, nil
}

// Release gives back what a hold has; one that is not there is no error.
func (d *Desk) Release(ctx context.Context, id ledger.HoldID) error {
	c := d.called()
	defer c.over(ctx)
	if err := d.cfg.Store.Release(context.WithoutCancel(ctx), id); err != nil {
		return fmt.Errorf("give back hold %v: %w", id, err)
	}
	next := d.session.Released(id)
	if len(d.session.Dropped(next, ledger.HoldID{})) > 0 {
		c.show(next.Quiet(), id)
		d.note(session.NoteHold, session.Freed{Hold: id, Released: true})
	}
	return nil
}

// Return takes goods of a sale back. A till that repeats it gets the first
// answer.
func (d *Desk) Return(ctx context.Context, r session.Return) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	out, err := d.takeBack(ctx, c.moment, d.counter(c.facts.By.Name, ""), r)
	return c.tookBack(ctx, out, err)
}

// Undo takes a whole sale of the same business day back.
func (d *Desk) Undo(ctx context.Context, u session.Undoing) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	operator := c.facts.By.Name
	if u.Operator != "" {
		operator = u.Operator
	}
	out, err := d.undo(ctx, c.moment, d.counter(operator, ""), u)
	return c.tookBack(ctx, out, err)
}

// tookBack shows what came of a return or an undo: a finished sale that was
// undone leaves the screen, and who stands there may hold something else now.
func (c *call) tookBack(ctx context.Context, out deed, err error) (session.Answer, error) {
	if !out.posted {
		return session.Answer{}, c.answered(err)
	}
	last, finished := c.session.LastAnswer()
	switch of := out.answer.Sale; {
	case out.answer.Repeat:
	case finished && of != nil && *of == last.Record && out.answer.Kind == ledger.KindUndo:
		c.show(c.session.Undone(out.answer, c.facts), ledger.HoldID{})
	default:
		c.show(c.session.Returned(out.answer, c.now(ctx), c.facts), ledger.HoldID{})
	}
	return out.answer, err
}

// now is what the customer at the lane holds, as far as it can be read.
func (c *call) now(ctx context.Context) ledger.Holding {
	customer, present := c.session.Member()
	if !present {
		return customer.Holding
	}
	now, err := c.cfg.Store.Look(context.WithoutCancel(ctx), customer.Subject())
	if err != nil {
		c.cfg.Log.Warn().Err(err).Str("card", customer.Mask()).Msg("the balance shown is the one from before")
		return customer.Holding
	}
	return now
}

// Move gives a sale's award to the customer at the lane.
func (d *Desk) Move(ctx context.Context, mv session.Moving) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	to, present := d.session.Customer()
	if !present {
		return session.Answer{}, c.answered(&programme.Refusal{Code: programme.NoCard})
	}
	operator := c.facts.By.Name
	if mv.Operator != "" {
		operator = mv.Operator
	}
	out, err := d.move(ctx, c.moment, d.counter(operator, ""), mv, to)
	if !out.posted {
		return session.Answer{}, c.answered(err)
	}
	if !out.answer.Repeat {
		c.show(d.session.Moved(out.answer, c.now(ctx), c.facts), ledger.HoldID{})
	}
	return out.answer, err
}

// Enrol makes the customer at the lane a member, or who just paid there.
func (d *Desk) Enrol(ctx context.Context, e session.Enrolling) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	who, present := d.session.Member()
	if err := (session.Sale{Card: e.Card}).CheckCard(who.Mask()); err != nil {
		return session.Answer{}, c.answered(err)
	}
	if !present {
		return session.Answer{}, c.answered(&programme.Refusal{Code: programme.NoCard})
	}
	if e.Operator != "" {
		c.facts.By.Name = e.Operator
	}
	out, err := withManager(c, func(counter session.Counter) (deed, error) {
		return d.enrol(ctx, c.moment, counter, e.Key, &e.Enrolment, who)
	})
	if !out.posted {
		return session.Answer{}, c.answered(err)
	}
	c.show(d.session.Updated(c.now(ctx)).Quiet(), ledger.HoldID{})
	return out.answer, err
}

// Happened rewards a member for something that was no purchase: whoever its code
// leads to, or who stands at the lane. A program that says it once more gets
// the first answer.
func (d *Desk) Happened(ctx context.Context, e session.Happening) (session.Answer, error) {
	c := d.called()
	defer c.over(ctx)
	who, present := d.session.Customer()
	if e.Code != "" {
		var err error
		if who, err = d.find(ctx, strings.TrimSpace(e.Code), e.Mode); err != nil {
			return session.Answer{}, err
		}
		present = true
	}
	if !present {
		return session.Answer{}, &programme.Refusal{Code: programme.NoCard}
	}
	operator := c.facts.By.Name
	if e.Operator != "" {
		operator = e.Operator
	}
	counter := d.counter(operator, "")
	req, err := session.EventRequest(e.Event, who.Subject())
	if err != nil {
		return session.Answer{}, err
	}
	if req.Subjects, err = d.withPrizes(counter, req.Subjects); err != nil {
		return session.Answer{}, err
	}
	req.House = counter.Rules.CountsAtTerminal()
	counter.Games = d.seeds(ctx, c.moment)
	out, err := d.post(ctx, c.moment, req, counter, counter.Happened(who, e.Event, c.moment))
	if there, ok := d.session.Customer(); out.posted && ok && there.Same(who) {
		c.show(d.session.Updated(c.now(ctx)).Quiet(), ledger.HoldID{})
	}
	return out.answer, err
}

// Recall looks a sale up. Nothing about the lane changes.
func (d *Desk) Recall(ctx context.Context, n session.Named) (session.Recalled, error) {
	c := d.called()
	defer c.over(ctx)
	if slipcode.Is(n.Code) {
		slip, err := d.slip(ctx, n.Code)
		return slip.Sale, err
	}
	slip, err := d.named(ctx, n.Name())
	return slip.Sale, err
}

// Cancel sends the customer at the lane away.
func (d *Desk) Cancel() session.View {
	ctx := context.Background() // what was set aside is given back whoever hangs up
	c := d.called()
	defer c.over(ctx)
	c.show(d.session.Away(c.facts), ledger.HoldID{})
	return d.View()
}

// slip is the sale of a slip's code: as it was scanned, or typed off the slip.
func (d *Desk) slip(ctx context.Context, text string) (session.SlipShown, error) {
	if !slipcode.Is(text) {
		return d.named(ctx, session.Named{Code: text}.Name())
	}
	counter := d.counter("", "")
	bearer, notBearer := counter.ReadBearer(text)
	if notBearer == nil {
		return d.bearerSlip(ctx, bearer, text)
	}
	foreign, err := counter.ReadSlip(text)
	if err != nil {
		return session.SlipShown{}, err
	}
	sale, found, err := d.store().Recall(ctx, ledger.SaleName{Record: foreign.Record})
	if err != nil {
		return session.SlipShown{}, fmt.Errorf("look up sale %s: %w", foreign.Record.Code(), err)
	}
	if found && !foreign.TellsOf(sale) {
		return session.SlipShown{}, &programme.Refusal{Code: programme.UnknownSale}
	}
	if found {
		return d.shown(sale)
	}
	// Another shop's: the slip has all that is needed to take goods back.
	later := sale.Later
	sale = foreign.Sale()
	sale.Later = later
	slip, err := d.shown(sale)
	slip.Code, slip.Sale.When = text, d.words().Day(foreign.Day)
	slip.Sale.CanUndo, slip.Sale.CanMove = false, false
	return slip, err
}

// bearerSlip is the sale of a bearer slip, which a card can have added to it in
// the shop that gave it out.
func (d *Desk) bearerSlip(ctx context.Context, b slipcode.Bearer, text string) (session.SlipShown, error) {
	slip, err := d.named(ctx, ledger.SaleName{Record: b.Record})
	if isCode(err, programme.UnknownSale) {
		err = &programme.Refusal{Code: programme.SlipElsewhere, Cause: err}
	}
	slip.Code, slip.Sale.CanClaim = text, err == nil
	return slip, err
}

// named is a sale of this shop's journal.
func (d *Desk) named(ctx context.Context, name ledger.SaleName) (session.SlipShown, error) {
	if name.IsZero() {
		return session.SlipShown{}, &programme.Refusal{Code: programme.UnknownSale}
	}
	sale, found, err := d.store().Recall(ctx, name)
	switch {
	case err != nil:
		return session.SlipShown{}, fmt.Errorf("look up a sale: %w", err)
	case !found:
		return session.SlipShown{}, &programme.Refusal{Code: programme.UnknownSale}
	}
	slip, err := d.shown(sale)
	slip.Sale.CanClaim = false // that takes the code on the slip itself
	return slip, err
}

func (d *Desk) shown(sale ledger.Sale) (session.SlipShown, error) {
	switch kind := sale.Original.Head.Kind; kind {
	case ledger.KindAward, ledger.KindMove, redeem.Kind:
	default:
		return session.SlipShown{}, &programme.Refusal{Code: programme.NotASale, Cause: fmt.Errorf("record %v is a %s", sale.Original.Head.Key(), string(kind))}
	}
	recalled := d.counter("", "").Recalled(sale, d.moment())
	return session.SlipShown{Named: session.Named{Record: recalled.Record}, Sale: recalled}, nil
}
