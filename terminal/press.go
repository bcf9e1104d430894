package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/slipcode"
)

// Do takes a key of the counter's page. by is who pressed it: whoever is signed
// in, or for Confirm perhaps a manager who just proved it. A "no" is a
// *programme.Refusal and stands on the screen too. An event about a turn that
// has passed changes nothing; the answer is the view as it is.
func (d *Desk) Do(ctx context.Context, e session.Event, by session.Operator) (session.View, error) {
	d.talk.Lock()
	defer d.talk.Unlock()
	defer d.end(ctx)
	m := d.begin()
	if e.Turn != d.turn {
		return d.stale(), nil
	}
	who, ok := d.operator()
	if by.Name == "" {
		by = who
	}
	f := d.facts(m, by)
	if !ok && by.Name == "" {
		return d.lockedOut(ctx, m, f, e)
	}
	d.touched(m.At)
	switch {
	case e.Kind == session.Typed:
		return d.typed(ctx, m, f, e.Text)
	case !isKey(e.Kind):
		return session.View{}, fmt.Errorf("take a key: %q is none", string(e.Kind))
	}
	return d.event(ctx, m, f, e)
}

// isKey reports whether a page may say that an event happened: what devices and
// time report is not for it.
func isKey(e session.EventKind) bool {
	switch e {
	case session.Scanned, session.SameCard, session.SlipRead, session.DeviceLost, session.LineLost, session.TimeOut:
		return false
	}
	return slices.Contains(session.Events(), e)
}

// stale is the view as it is, with a word for the one whose key came too late.
func (d *Desk) stale() session.View {
	v := d.View()
	no := &programme.Refusal{Code: programme.Stale}
	v.Said = &session.Message{Tone: session.Info, Text: d.words().Refusal(no), Code: string(no.Code)}
	return v
}

// lockedOut takes a badge that was typed, and nothing else.
func (d *Desk) lockedOut(ctx context.Context, m ledger.Moment, f session.Facts, e session.Event) (session.View, error) {
	if e.Kind == session.Typed && d.cfg.Badge != nil {
		if who, ok, err := d.cfg.Badge(ctx, e.Text); ok || err != nil {
			return d.showBadge(ctx, m, who, err)
		}
	}
	return d.refuse(m, f, &programme.Refusal{Code: programme.SignInFirst})
}

// event lets the session take an event, carries out what it asks for, and says
// what came of it.
func (d *Desk) event(ctx context.Context, m ledger.Moment, f session.Facts, e session.Event) (session.View, error) {
	d.refresh(ctx, e)
	next, effect, no := d.session.On(e, f)
	if no != nil {
		d.refused(no)
		d.settle(m, next, ledger.HoldID{})
		d.notice(d.View())
		return d.View(), no
	}
	if effect.Act == session.Nothing {
		d.settle(m, next, ledger.HoldID{})
		return d.View(), nil
	}
	done, err := d.carryOut(ctx, m, next, effect, f)
	switch {
	case errors.As(err, &no):
		d.refused(no)
		next = next.Denied(no, effect, f)
	case err != nil && !done.posted:
		next = d.failed(next, effect, f, err)
	default:
		next = next.Came(effect, done.Outcome, f)
	}
	d.settle(m, next, done.captured)
	return d.View(), err
}

// refresh reads anew what the customer holds, before an amount or a reward is
// decided on: other lanes go on meanwhile. Where it cannot be read, what was
// known still stands; the posting decides from what is known then.
func (d *Desk) refresh(ctx context.Context, e session.Event) {
	if !d.session.Hold().IsZero() {
		return // what is known leaves out what is set aside for this very sale
	}
	d.recount(ctx, e)
	c, present := d.session.Customer()
	if !present || e.Kind != session.AmountSet {
		return
	}
	now, err := d.store().Look(ctx, c.Subject())
	if err != nil {
		d.cfg.Log.Warn().Err(err).Str("card", c.Mask()).Msg("the balance shown is the one from before")
		return
	}
	d.session = d.session.Updated(now)
}

// recount reads anew what the terminal counts for itself, where rewards will be
// shown: one of which the last was had is not offered.
func (d *Desk) recount(ctx context.Context, e session.Event) {
	switch e.Kind {
	case session.Scanned, session.SameCard, session.AmountSet, session.RewardSet:
	default:
		return
	}
	house, err := d.counted(ctx)
	if err != nil {
		d.cfg.Log.Warn().Err(err).Msg("rewards are offered by the stock from before")
		return
	}
	d.house = house
}

// counted is what the terminal counts for itself; nothing where the programme
// has no use for it.
func (d *Desk) counted(ctx context.Context) (ledger.Holding, error) {
	switch {
	case !d.rules().CountsAtTerminal():
		return ledger.Holding{}, nil
	case d.session.Practice():
		return d.mock.House(ctx)
	case d.cfg.House == nil:
		return ledger.Holding{}, nil
	}
	house, err := d.cfg.House(ctx)
	if err != nil {
		return house, fmt.Errorf("look up what is counted at the terminal: %w", err)
	}
	return house, nil
}

// failed is the session after a fault: where it is certain that nothing was
// recorded it says so, and else that nobody knows.
func (d *Desk) failed(next session.Session, effect session.Effect, f session.Facts, err error) session.Session {
	if d.cfg.NotRecorded != nil && d.cfg.NotRecorded(err) {
		return next.NotSaved(f)
	}
	return next.Failed(effect, f)
}

// done is what came of an effect.
type done struct {
	session.Outcome
	posted   bool // it happened, whatever the error says
	captured ledger.HoldID
}

// noOperators stands in a record for the manager where nobody ever signs in:
// there is nobody to ask then, and no limit.
const noOperators = "-"

// carryOut does what an event asks for. What takes a manager is done at once
// when one pressed the key, or when the shop has no operators at all.
func (d *Desk) carryOut(ctx context.Context, m ledger.Moment, s session.Session, e session.Effect, f session.Facts) (done, error) {
	operator := f.By.Name
	if who := d.signedIn(); e.Manager != "" && who.Name != "" {
		operator = who.Name // who asked the manager
	}
	out, err := d.perform(ctx, m, s, e, d.counter(operator, e.Manager))
	if e.Manager != "" || !isCode(err, programme.ManagerNeeded) {
		return out, err
	}
	switch {
	case f.By.Manager:
		return d.perform(ctx, m, s, e, d.counter(f.By.Name, f.By.Name))
	case !d.signInNeeded():
		return d.perform(ctx, m, s, e, d.counter(f.By.Name, noOperators))
	}
	return out, err
}

func (d *Desk) perform(ctx context.Context, m ledger.Moment, s session.Session, e session.Effect, c session.Counter) (done, error) {
	customer, present := s.Customer()
	if s.State() == session.Done {
		customer, present = s.Last()
	}
	var out deed
	var err error
	switch e.Act {
	case session.SetAside:
		held, err := d.setAside(ctx, m, c, customer, s.Wanted(d.rules().Currency, e))
		// The store put it in the place of the one before.
		return done{Outcome: session.Outcome{Held: held}, captured: s.Hold()}, err
	case session.PostSale:
		return d.pay(ctx, m, s, c)
	case session.PostUndo:
		out, err = d.undo(ctx, m, c, session.Undoing{Key: s.Act(), Sale: s.Meant()})
	case session.PostReturn:
		slip, _ := s.Slip()
		out, err = d.takeBack(ctx, m, c, session.Return{Key: s.Act(), Sale: s.Meant(), Slip: slip.Code, Goods: e.Event.Goods})
	case session.PostMove:
		out, err = d.move(ctx, m, c, session.Moving{Key: s.Act(), Sale: s.Meant()}, customer)
	case session.PostClaim:
		slip, _ := s.Slip()
		out, err = d.claim(ctx, m, c, slip.Code, customer)
	case session.PostEnrol:
		out, err = d.enrol(ctx, m, c, s.Act(), e.Event.Enrol, customer)
	case session.PostGoodwill:
		out, err = d.give(ctx, m, c, s, e.Event, customer)
	default:
		return done{}, fmt.Errorf("carry out %q: there is no such act", string(e.Act))
	}
	if err == nil && present {
		// The sale that was taken back may be somebody else's.
		out.now, err = d.store().Look(context.WithoutCancel(ctx), customer.Subject())
	}
	return done{Outcome: session.Outcome{Answer: out.answer, Holding: out.now}, posted: out.posted}, err
}

// pay posts the sale of the lane's own keys.
func (d *Desk) pay(ctx context.Context, m ledger.Moment, s session.Session, c session.Counter) (done, error) {
	sale := s.Sale(d.rules().Currency, s.Wishes())
	customer, present := s.Customer()
	out, err := d.sell(ctx, m, c, sale, customer, present, s.Bearer())
	return done{
		Outcome: session.Outcome{Answer: out.answer, Holding: out.now, Bearer: s.Bearer()}, posted: out.posted, captured: sale.Hold,
	}, err
}

// patience is how long points stay set aside for a sale.
const patience = 10 * time.Minute

func (d *Desk) setAside(ctx context.Context, m ledger.Moment, c session.Counter, customer session.Customer, s session.Sale) (session.Held, error) {
	vouchers, err := d.vouchers(c, s, 0)
	if err != nil {
		return session.Held{}, err
	}
	req, err := s.Request(append([]ledger.Subject{customer.Subject()}, vouchers...)...)
	if err != nil {
		return session.Held{}, err
	}
	req.House = c.Rules.CountsAtTerminal()
	hold, err := d.store().Hold(ctx, req, c.Hold(customer, s, m.At.Add(patience), m))
	if err != nil {
		return session.Held{}, conflict(err)
	}
	held, err := c.HeldAnswer(hold)
	if err == nil && !d.session.Practice() {
		d.note(session.NoteHold, held)
	}
	return held, err
}

// A deed is a decision that was posted, and what its account holds since.
type deed struct {
	answer session.Answer
	now    ledger.Holding
	posted bool // it happened, whatever the error says
}

// post posts a decision. A "no" is a *programme.Refusal; after any other error
// with posted false nobody knows.
func (d *Desk) post(ctx context.Context, m ledger.Moment, req ledger.Request, c session.Counter, decide func(ledger.View) (ledger.Posting, error)) (deed, error) {
	posted, err := d.store().Post(ctx, req, decide)
	if err != nil {
		err = conflict(err)
		var no *programme.Refusal
		if !errors.As(err, &no) {
			// It may have been posted all the same, and its slip be due.
			d.posted()
		}
		return deed{}, err
	}
	// From here on it happened, whatever becomes of the answer. Also after a
	// repeat: whoever repeats may have missed a wake-up.
	d.posted()
	now, err := d.holding(ctx, posted)
	answer := c.Told(session.AnswerTo(posted, now), now, m)
	d.cfg.Log.Info().Str("kind", string(answer.Kind)).Str("record", answer.Code).Str("card", answer.Mask).Bool("repeat", answer.Repeat).
		Bool("practice", d.session.Practice()).Int64("total", int64(answer.Total)).Msg(posting(answer.Kind))
	if !answer.Repeat && !d.session.Practice() {
		d.note(session.NoteSale, answer)
	}
	if err != nil {
		err = fmt.Errorf("read the balance after record %v: %w", posted.Record.Head.Key(), err)
	}
	return deed{answer, now, true}, err
}

// posting is what the log calls a posted record.
func posting(kind ledger.Kind) string {
	if kind == ledger.KindAward {
		return "sale posted"
	}
	return string(kind) + " posted"
}

// holding is what the account of a posted record holds now; nothing is known of
// it any more once the record's body was emptied.
func (d *Desk) holding(ctx context.Context, posted ledger.Posted) (ledger.Holding, error) {
	if posted.Body.Account == (ledger.Account{}) {
		return ledger.Holding{}, nil
	}
	// A till that went away must not leave the lane's screen without a balance.
	return d.store().Look(context.WithoutCancel(ctx), ledger.Subject{Account: posted.Body.Account})
}

// conflict is the refusal for a key that was used for something else.
func conflict(err error) error {
	var c *ledger.ConflictError
	if errors.As(err, &c) {
		return &programme.Refusal{Code: programme.OtherBasket, Cause: err}
	}
	return err
}

// sell posts a sale: to the customer's account, or to a slip of its own.
func (d *Desk) sell(ctx context.Context, m ledger.Moment, c session.Counter, s session.Sale, customer session.Customer, present, bearer bool) (deed, error) {
	var subjects []ledger.Subject
	c.Games = d.seeds(ctx, m)
	decide := c.Award(customer, present, s, m)
	switch {
	case present:
		subjects = append(subjects, customer.Subject())
	case bearer:
		var code slipcode.Code
		if _, err := io.ReadFull(d.cfg.Rand, code[:]); err != nil {
			return deed{}, fmt.Errorf("draw the code of a bearer slip: %w", err)
		}
		subjects = append(subjects, c.SlipSubject(code))
		decide = c.AwardToSlip(code, s, m)
	}
	print := 0
	if present {
		print = c.MayPrint(s)
	}
	vouchers, err := d.vouchers(c, s, print)
	if err != nil {
		return deed{}, err
	}
	req, err := s.Request(append(subjects, vouchers...)...)
	if err != nil {
		return deed{}, err
	}
	req.Hold, req.House = s.Hold, c.Rules.CountsAtTerminal()
	return d.post(ctx, m, req, c, decide)
}

func (d *Desk) undo(ctx context.Context, m ledger.Moment, c session.Counter, u session.Undoing) (deed, error) {
	req, err := u.Request()
	if err != nil {
		return deed{}, err
	}
	return d.post(ctx, m, req, c, c.Undo(m))
}

// takeBack posts a return: of a sale of this shop, or of the one that the code
// of another shop's slip tells of.
func (d *Desk) takeBack(ctx context.Context, m ledger.Moment, c session.Counter, r session.Return) (deed, error) {
	var foreign *slipcode.Sale
	var subjects []ledger.Subject
	if r.Slip != "" {
		sale, err := c.ReadSlip(r.Slip)
		if err != nil {
			return deed{}, err
		}
		foreign, r.Sale = &sale, session.Named{Record: sale.Record}
		subjects = foreigners(sale)
	}
	req, err := r.Request(subjects...)
	if err != nil {
		return deed{}, err
	}
	return d.post(ctx, m, req, c, c.Return(r, foreign, m))
}

// foreigners are the accounts a sale of another shop names, its member's first.
// That they are one member's is not known here yet.
func foreigners(sale slipcode.Sale) []ledger.Subject {
	subjects := []ledger.Subject{{Account: sale.Account, Foreign: true}}
	for _, e := range sale.Entries {
		if !slices.ContainsFunc(subjects, func(s ledger.Subject) bool { return s.Account == e.Account }) {
			subjects = append(subjects, ledger.Subject{Account: e.Account, Foreign: true})
		}
	}
	return subjects
}

func (d *Desk) move(ctx context.Context, m ledger.Moment, c session.Counter, mv session.Moving, to session.Customer) (deed, error) {
	req, err := mv.Request(to.Subject())
	if err != nil {
		return deed{}, err
	}
	return d.post(ctx, m, req, c, c.Move(to, m))
}

func (d *Desk) claim(ctx context.Context, m ledger.Moment, c session.Counter, code string, customer session.Customer) (deed, error) {
	bearer, err := c.ReadBearer(code)
	if err != nil {
		return deed{}, err
	}
	req, err := c.ClaimRequest(bearer, customer.Subject())
	if err != nil {
		return deed{}, err
	}
	out, err := d.post(ctx, m, req, c, c.Claim(customer, bearer, m))
	if isCode(err, programme.OtherBasket) { // each slip is claimed once
		err = &programme.Refusal{Code: programme.SlipClaimed, Cause: err}
	}
	return out, err
}

func (d *Desk) enrol(ctx context.Context, m ledger.Moment, c session.Counter, key basket.Key, e *session.Enrolment, customer session.Customer) (deed, error) {
	if e == nil {
		e = &session.Enrolment{Lang: d.words().Language()}
	}
	subjects := []ledger.Subject{customer.Subject()}
	if e.Phone != "" {
		phone, err := c.Phone(e.Phone)
		if err != nil {
			return deed{}, err
		}
		subjects = append(subjects, phone)
	}
	if e.Referrer != "" {
		if err := c.OwnReferral(customer, *e); err != nil {
			return deed{}, err
		}
		by, err := d.find(ctx, strings.TrimSpace(e.Referrer), ledger.Keyed)
		if err != nil {
			return deed{}, err
		}
		subjects = append(subjects, by.Subject())
	}
	req, err := session.EnrolRequest(key, *e, subjects...)
	if err != nil {
		return deed{}, err
	}
	if req.Subjects, err = d.withPrizes(c, req.Subjects); err != nil {
		return deed{}, err
	}
	req.House, c.Games = c.Rules.CountsAtTerminal(), d.seeds(ctx, m)
	return d.post(ctx, m, req, c, c.Enrol(customer, *e, m))
}

// withPrizes adds accounts for vouchers that may be won without a sale.
func (d *Desk) withPrizes(c session.Counter, subjects []ledger.Subject) ([]ledger.Subject, error) {
	drawn, err := d.vouchers(c, session.Sale{}, c.MayWin())
	return append(subjects, drawn...), err
}

func (d *Desk) give(ctx context.Context, m ledger.Moment, c session.Counter, s session.Session, e session.Event, customer session.Customer) (deed, error) {
	req, err := session.GoodwillRequest(s.Act(), e.Give, e.Note, customer.Subject())
	if err != nil {
		return deed{}, err
	}
	return d.post(ctx, m, req, c, c.Goodwill(customer, e.Give, e.Note, m))
}
