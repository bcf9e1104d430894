// Package terminal runs a checkout's loyalty desk: one customer at a time, one desk per lane.
//
// It is the shell around the session: it asks the clock once per request,
// reads and posts through the store, and wakes whoever has work after a
// commit. Everything it decides, it asks of terminal/loyalty.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A Store is where desks post and look.
type Store interface {
	Post(context.Context, ledger.Request, func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error)
	Look(context.Context, ledger.Subject) (ledger.Holding, error)
}

// Config is what a desk works with.
type Config struct {
	Lane  string
	Store Store
	Rules programme.Rules
	// Keys are the chain keys in force, the one in use first.
	Keys []member.ChainKey
	Zone *time.Location
	Now  func() time.Time
	// Trusted says whether the PC's clock can be believed at an instant.
	Trusted func(time.Time) bool
	// Posted is called after every commit and must not block.
	Posted func()
	Log    zerolog.Logger
}

// A Desk serves one lane, one customer at a time. Its methods may be called
// from any goroutine.
type Desk struct {
	cfg Config

	mu      sync.Mutex // guards what follows
	session session.Session
	said    string // the last refusal's code, for the lane's screen; "" after anything else
}

// New is the desk of a lane.
func New(cfg Config) (*Desk, error) {
	if len(cfg.Keys) == 0 {
		return nil, errors.New("a desk needs a chain key: without one no card leads to an account")
	}
	return &Desk{cfg: cfg}, nil
}

// moment is asked once per request and handed down.
func (d *Desk) moment() ledger.Moment {
	now := d.cfg.Now()
	return d.cfg.Rules.Calendar(d.cfg.Zone).Moment(now, d.cfg.Trusted(now))
}

func (d *Desk) counter() session.Counter {
	return session.Counter{Lane: d.cfg.Lane, Rules: d.cfg.Rules, Zone: d.cfg.Zone}
}

// Scan takes a code that was read at the lane. A code that is none of the
// programme's cards comes back as a *programme.Refusal and changes nothing.
func (d *Desk) Scan(ctx context.Context, text, symbology string) (View, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.moment()
	d.session = d.session.Tick(m.At)
	card, err := d.cfg.Rules.Cards.Parse(text, symbology)
	if err != nil {
		return d.refused(programme.RefuseCode(err))
	}
	c := session.Customer{Card: card, Mode: ledger.Scanned}
	for _, key := range d.cfg.Keys {
		c.Identifiers = append(c.Identifiers, card.Identifier(key))
	}
	if c.Holding, err = d.cfg.Store.Look(ctx, c.Subject()); err != nil {
		return View{}, fmt.Errorf("look up card %s: %w", card.Mask(), err)
	}
	d.session = d.session.Scan(c, m.At)
	d.said = ""
	d.cfg.Log.Info().Str("card", card.Mask()).Bool("new", c.Holding.New).Msg("card read")
	return d.view(), nil
}

// Misread notes a code that the scanner could not read well.
func (d *Desk) Misread(reason string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = string(programme.BadRead)
	d.cfg.Log.Info().Str("code", d.said).Str("reason", reason).Msg("scan refused")
}

// Sale posts the sale of the customer at the lane: from its return on it
// happened. A till that repeats a sale gets its first answer. A "no" is a
// *programme.Refusal; nothing was posted then. After any other error nobody
// knows, and the customer stays at the lane for the till to ask again.
func (d *Desk) Sale(ctx context.Context, s session.Sale) (session.Answer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.moment()
	d.session = d.session.Tick(m.At)
	customer, present := d.session.Customer()
	var subjects []ledger.Subject
	if present {
		subjects = append(subjects, customer.Subject())
	}
	req, err := s.Request(subjects...)
	if err != nil {
		return session.Answer{}, d.notPosted(s, m, err)
	}
	posted, err := d.cfg.Store.Post(ctx, req, d.counter().Award(customer, present, s, m))
	if err != nil {
		return session.Answer{}, d.notPosted(s, m, err)
	}
	// From here on it happened, whatever becomes of the answer. Also after a
	// repeat: whoever repeats may have missed a wake-up.
	d.cfg.Posted()
	now, err := d.holding(ctx, posted)
	if !posted.Repeat || d.session.Doubts(s.Basket.Key) {
		d.session = d.session.Paid(now, m.At)
	}
	if err != nil {
		return session.Answer{}, fmt.Errorf("read the balance after record %v: %w", posted.Record.Head.Key(), err)
	}
	d.said = ""
	answer := session.AnswerTo(posted, now)
	answer.Tell = d.counter().Tell(answer)
	d.cfg.Log.Info().Str("record", answer.Code).Str("card", answer.Mask).Bool("repeat", answer.Repeat).
		Int64("total", int64(s.Basket.Total)).Msg("sale posted")
	return answer, nil
}

// Offers is what the customer at the lane could redeem on a basket now. It
// sets nothing aside: what holds is decided when the sale is posted. Without a
// customer, or with a basket no sale could have, it is a *programme.Refusal.
func (d *Desk) Offers(ctx context.Context, b basket.Basket) ([]session.Offer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.moment()
	d.session = d.session.Tick(m.At)
	customer, present := d.session.Customer()
	if !present {
		_, err := d.refused(&programme.Refusal{Code: programme.NoCard})
		return nil, err
	}
	if b.Currency != d.cfg.Rules.Currency {
		_, err := d.refused(&programme.Refusal{Code: programme.OtherCurrency, Currency: b.Currency})
		return nil, err
	}
	if err := b.Validate(); err != nil {
		_, err := d.refused(&programme.Refusal{Code: programme.BadBasket, Cause: err})
		return nil, err
	}
	now, err := d.cfg.Store.Look(ctx, customer.Subject())
	if err != nil {
		return nil, fmt.Errorf("look up card %s: %w", customer.Card.Mask(), err)
	}
	d.said = ""
	return d.counter().Offers(now, b, m), nil
}

// holding is what the account of a posted sale holds now; nothing is known of
// it any more once the record's body was emptied.
func (d *Desk) holding(ctx context.Context, posted ledger.Posted) (ledger.Holding, error) {
	if posted.Body.Account == (ledger.Account{}) {
		return ledger.Holding{}, nil
	}
	// A till that went away must not leave the lane's screen without a balance.
	return d.cfg.Store.Look(context.WithoutCancel(ctx), ledger.Subject{Account: posted.Body.Account})
}

// notPosted turns what kept a sale from being posted into a refusal where it
// is one; of anything else nobody knows how far it came.
func (d *Desk) notPosted(s session.Sale, m ledger.Moment, err error) error {
	var conflict *ledger.ConflictError
	if errors.As(err, &conflict) {
		err = &programme.Refusal{Code: programme.OtherBasket, Cause: err}
	}
	var no *programme.Refusal
	if !errors.As(err, &no) {
		d.session = d.session.Doubt(s.Basket.Key, m.At)
		// It may have been posted all the same, and its slip be due.
		d.cfg.Posted()
	}
	_, err = d.refused(err)
	return err
}

// refused remembers a refusal for the lane's screen; faults go up unchanged.
func (d *Desk) refused(err error) (View, error) {
	var no *programme.Refusal
	if !errors.As(err, &no) {
		d.said = ""
		return View{}, err
	}
	d.said = string(no.Code)
	// The cause is for whoever connects a till: it names lines and totals, and
	// of a card no more than its mask.
	d.cfg.Log.Info().Str("code", d.said).AnErr("cause", no.Cause).Msg("refused")
	return d.view(), err
}

// Cancel sends the customer at the lane away.
func (d *Desk) Cancel() View {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session, d.said = d.session.Cancel(), ""
	return d.view()
}

// A View is what the lane's screen shows.
type View struct {
	Lane    string           `json:"lane"`
	State   session.State    `json:"state"`
	Card    string           `json:"card,omitempty"` // masked
	New     bool             `json:"new,omitempty"`
	Known   bool             `json:"balance_known"`
	Balance []session.Amount `json:"balance"`
	Refused string           `json:"refused,omitempty"` // the last refusal's code
}

// View is what the lane's screen shows now.
func (d *Desk) View() View {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session = d.session.Tick(d.cfg.Now())
	return d.view()
}

func (d *Desk) view() View {
	v := View{Lane: d.cfg.Lane, State: d.session.State(), Refused: d.said, Balance: []session.Amount{}}
	c, present := d.session.Customer()
	if !present {
		if c, present = d.session.Last(); !present {
			return v
		}
	}
	v.Card, v.New, v.Known = c.Card.Mask(), c.Holding.New, c.Holding.Known
	for _, p := range c.Holding.Positions {
		v.Balance = append(v.Balance, session.Amount{Wallet: p.Wallet, Points: p.Points})
	}
	return v
}
