// Package terminal runs a checkout's loyalty desk: one customer at a time, one desk per lane.
//
// It is the shell around the session: it asks the clock once per request,
// reads and posts through the store, and wakes whoever has work after a
// commit. Everything it decides, it asks of terminal/loyalty.
package terminal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/session"
)

// A Store is where desks post and look.
type Store interface {
	Post(context.Context, ledger.Request, func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error)
	Look(context.Context, ledger.Subject) (ledger.Holding, error)
	// Hold sets points aside for the sale the request names; the hold it had
	// before is replaced. Release ends one; one that is not there is no error.
	Hold(context.Context, ledger.Request, func(ledger.View) (ledger.Hold, error)) (ledger.Hold, error)
	Release(context.Context, ledger.HoldID) error
	// Recall finds a sale and everything later that names it.
	Recall(context.Context, ledger.SaleName) (ledger.Sale, bool, error)
	// LastSale is the newest sale of a lane.
	LastSale(ctx context.Context, lane string) (ledger.Sale, bool, error)
	FindMembers(ctx context.Context, text string, limit int) ([]ledger.Found, error)
}

// Config is what a desk works with.
type Config struct {
	Lane  string
	Store Store
	Rules programme.Rules
	// RulesOf gives the rules of an earlier version, and must not wait; nil knows
	// none.
	RulesOf func(version int64) (programme.Rules, bool)
	// House is what this terminal counts for itself, for a quote and for the
	// screen; nil knows nothing.
	House func(context.Context) (ledger.Holding, error)
	// Keys are the chain keys in force, the one in use first.
	Keys []member.ChainKey
	Zone *time.Location
	Now  func() time.Time
	// Trusted says whether the PC's clock can be believed at an instant.
	Trusted func(time.Time) bool
	// Rand is a cryptographic source: the codes of bearer slips come from it.
	Rand io.Reader
	// Posted is called after every commit and must not block.
	Posted func()
	// Badge says whose badge a code is; false for a code that is none of ours. A
	// "no" is a *programme.Refusal. nil knows no badges.
	Badge func(ctx context.Context, text string) (session.Operator, bool, error)
	// IsBadge says whether a code looks like a badge, whoever has it. It is asked
	// for every article at a scanner that the till shares, and must not wait; nil
	// is never.
	IsBadge func(text string) bool
	// SignInNeeded says whether the page takes keys only from who is signed in.
	// It is asked often and must not wait; nil is never.
	SignInNeeded func() bool
	// IdleLock is how long who is signed in stays so without a key or scan; 0 is
	// ten minutes.
	IdleLock time.Duration
	// NotRecorded reports that an error of the store means for certain that
	// nothing was recorded; of any other error nobody knows. nil is never.
	NotRecorded func(error) bool
	// Shop is the shop's name, as conditions of the programme name it.
	Shop string
	// Signals are what the shop says is so now: "rain". It is asked for every
	// customer and must not wait; nil is nothing.
	Signals func() []string
	// Slips say which slips are printed; those it keeps stay with their records.
	Slips receipt.Policy
	// Games gives the seeds of games for a month; see store. nil plays none.
	Games func(ctx context.Context, month game.Month, games []string) ([]game.Seed, error)
	Log   zerolog.Logger
}

// A Desk serves one lane, one customer at a time. Its methods may be called
// from any goroutine; View, Changed, Notes, Ours, Pass and Touched wait for no
// other.
type Desk struct {
	cfg   Config
	start string // parts the keys of this run from those of the one before
	wake  chan struct{}

	talk    sync.Mutex // guards what follows; held over calls of the store
	session session.Session
	turn    int64
	drops   []ledger.HoldID         // nobody wants these any more
	due     atomic.Pointer[inForce] // the programme of the next customer; nil is the present one
	current atomic.Pointer[inForce]
	late    map[ledger.HoldID]latecomer
	house   ledger.Holding // what this terminal counts for itself, as it was read last
	mock    *rehearsal     // while practising
	unread  string         // why the last code was not read; "" after one that was

	board board // what the screen shows
	notes notes // what the till can follow
}

// New is the desk of a lane.
func New(cfg Config) (*Desk, error) {
	if len(cfg.Keys) == 0 {
		return nil, errors.New("a desk needs a chain key: without one no card leads to an account")
	}
	if cfg.Rand == nil {
		return nil, errors.New("a desk needs a source of chance for the codes of bearer slips")
	}
	if cfg.IdleLock == 0 {
		cfg.IdleLock = 10 * time.Minute
	}
	var start [4]byte
	if _, err := io.ReadFull(cfg.Rand, start[:]); err != nil {
		return nil, fmt.Errorf("draw the number of this run: %w", err)
	}
	d := &Desk{cfg: cfg, start: hex.EncodeToString(start[:]), wake: make(chan struct{}, 1), late: make(map[ledger.HoldID]latecomer)}
	d.current.Store(ready(cfg.Rules))
	d.board.changed, d.notes.next = make(chan struct{}), make(chan struct{})
	m := d.moment()
	// A page from before a restart has an older turn, so that its keys are stale.
	d.turn = m.At.UnixMilli()
	d.show(m)
	return d, nil
}

// inForce is a programme, and its cards ready to be told from other codes.
type inForce struct {
	rules programme.Rules
	cards member.Matcher
}

func ready(rules programme.Rules) *inForce { return &inForce{rules, rules.Cards.Matcher()} }

// rules is the programme that decides for this lane's customer.
func (d *Desk) rules() programme.Rules { return d.current.Load().rules }

// card is the card that a code is, or a *member.NotCard.
func (d *Desk) card(text, symbology string) (member.CardNumber, error) {
	return d.current.Load().cards.Parse(text, symbology)
}

// Adopt puts another version of the programme in force once nobody stands at
// the counter: what a customer was told holds until they leave.
func (d *Desk) Adopt(rules programme.Rules) {
	d.due.Store(ready(rules))
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// turnPage puts the programme in force that is due, between two customers.
func (d *Desk) turnPage() {
	if s := d.session; s.State() != session.Free && s.State() != session.Done || s.Practice() {
		return
	}
	if next := d.due.Swap(nil); next != nil {
		d.current.Store(next)
	}
}

// moment is asked once per request and handed down.
func (d *Desk) moment() ledger.Moment {
	now := d.cfg.Now()
	return d.rules().Calendar(d.cfg.Zone).Moment(now, d.cfg.Trusted(now))
}

func (d *Desk) counter(operator, manager string) session.Counter {
	c := session.Counter{
		Lane: d.cfg.Lane, Rules: d.rules(), RulesOf: d.cfg.RulesOf, Zone: d.cfg.Zone, Keys: d.cfg.Keys, Operator: operator, Manager: manager, Shop: d.cfg.Shop,
		Slips: d.cfg.Slips, Offline: d.board.offline(),
	}
	if d.cfg.Signals != nil {
		c.Signals = d.cfg.Signals()
	}
	return c
}

// facts are what every event needs; by is who made it.
func (d *Desk) facts(m ledger.Moment, by session.Operator) session.Facts {
	return session.Facts{At: m.At, Rules: d.rules(), Key: d.key(m), By: by}
}

// key names the next posting of this lane's own keys. It was never given
// before: the turn grows, and each run has its own start.
func (d *Desk) key(m ledger.Moment) basket.Key {
	id := strconv.FormatInt(m.At.UnixMilli(), 36) + "-" + strconv.FormatInt(d.turn+1, 36) + "-" + d.start
	return basket.Key{Till: d.cfg.Lane, Day: string(m.Day), ID: id}
}

// begin is the moment of a request, and the conversation as it is then. The
// caller holds talk.
func (d *Desk) begin() ledger.Moment {
	d.turnPage()
	m := d.moment()
	before, next := d.session, d.session.Tick(d.facts(m, session.Operator{}))
	switch {
	case next.Place() != before.Place() || next.Practice() != before.Practice():
		d.settle(m, next, ledger.HoldID{})
		// A till has told its customer what comes off, and may be slow: what it
		// holds lapses by itself, and its sale is posted all the same.
		d.drops = slices.DeleteFunc(d.drops, func(id ledger.HoldID) bool { return slices.Contains(before.TillHolds(), id) })
		d.linger(m.At, before)
	default:
		d.session = next
		if d.board.due(m.At) {
			d.show(m)
		}
	}
	return m
}

// settle makes next the conversation. captured is the hold that a commit ended.
func (d *Desk) settle(m ledger.Moment, next session.Session, captured ledger.HoldID) {
	before := d.session
	dropped := before.Dropped(next, captured)
	d.session = next
	d.turn++
	switch {
	case before.Practice():
		d.mock.drop(dropped)
	default:
		d.drops = append(d.drops, dropped...)
		d.noteCustomer(m, before, next)
	}
	switch {
	case !next.Practice():
		d.mock = nil
	case d.mock == nil:
		d.mock = rehearse(d.cfg.Store, m)
	}
	d.show(m)
}

// store is what the conversation reads and posts through: while practising, a
// copy that is thrown away.
func (d *Desk) store() Store {
	if d.session.Practice() {
		return d.mock
	}
	return d.cfg.Store
}

// posted wakes who has work after a commit.
func (d *Desk) posted() {
	if !d.session.Practice() {
		d.cfg.Posted()
	}
}

// end closes a request: it gives back what was set aside for nobody. A hold
// that cannot be given back now lapses by itself.
func (d *Desk) end(ctx context.Context) {
	ctx = context.WithoutCancel(ctx) // the caller's hanging up keeps nobody's points
	for _, id := range d.drops {
		if err := d.cfg.Store.Release(ctx, id); err != nil {
			d.cfg.Log.Warn().Err(err).Stringer("hold", id).Msg("points stay set aside until their time is over")
		}
		d.note(session.NoteHold, session.Freed{Hold: id, Released: true})
	}
	d.drops = nil
}

// Run sends forgotten customers away on time, until ctx is done.
func (d *Desk) Run(ctx context.Context) error {
	for {
		d.talk.Lock()
		m := d.begin()
		d.end(ctx)
		d.talk.Unlock()
		var ring <-chan time.Time
		stop := func() bool { return true }
		if until := d.board.until(); !until.IsZero() {
			timer := time.NewTimer(max(until.Sub(m.At), time.Millisecond))
			ring, stop = timer.C, timer.Stop
		}
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-ring:
		case <-d.wake:
			stop()
		}
	}
}
