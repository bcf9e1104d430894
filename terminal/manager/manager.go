// Package manager is the manager's side of a shop: it shows and closes the business day, and says what is so.
//
// It is a bare handler: who may call, and from where, is decided around it.
// Figures are shown at a lane where a manager is signed in; a day is closed by a
// manager who proves it then and there. Nothing changes on GET.
package manager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

// A Store counts days and keeps their reports.
type Store interface {
	// Reading is what has happened since the last report.
	Reading(ctx context.Context, day ledger.Day, zone *time.Location) (report.Figures, error)
	// DayReports are the reports of a business day, its parts in order.
	DayReports(ctx context.Context, day ledger.Day) ([]report.Kept, error)
	// NextReport is the number the next report will have.
	NextReport(context.Context) (int64, error)
	// CloseDay posts the day record that decide makes of the figures. The same
	// closing again gives the first answer; another with its number is a
	// *ledger.ConflictError.
	CloseDay(ctx context.Context, c report.Closing, zone *time.Location, decide func(report.Figures, *report.Figures, ledger.Key) (ledger.Posting, error)) (ledger.Posted, error)
	KeepTill(context.Context, report.Till) error
	// DueDays are the earlier days that want a report, the oldest first.
	DueDays(ctx context.Context, today ledger.Day) ([]ledger.Day, error)
	// OpenDay notes that the daemon runs on a day.
	OpenDay(ctx context.Context, day ledger.Day) error
}

// Config is what a Manager works with.
type Config struct {
	Store Store
	// Accounts are the members'; nil serves no calls about them. Keys are the
	// chain's, the one in use first.
	Accounts Accounts
	Keys     []member.ChainKey
	// Rules is the programme in force, Zone the location it names.
	Rules func() programme.Rules
	Zone  *time.Location
	// Lane is whose printer gets the day's slip; "" prints none.
	Lane string
	Now  func() time.Time
	// Trusted reports whether the PC's clock can be believed.
	Trusted func(time.Time) bool
	// Posted is called after a day was closed, to wake whoever prints and sends.
	Posted func()
	// SignInNeeded says whether there are operators at all: where there are none,
	// the pages are everybody's. It must not wait; nil is always.
	SignInNeeded func() bool
	// Operator is who is signed in at a lane; false for nobody, or no such lane.
	// nil is always nobody.
	Operator func(lane string) (session.Operator, bool)
	// SignIn says whose PIN or badge a secret is, for a lane. A "no" is a
	// *programme.Refusal. It is needed where SignInNeeded says so.
	SignIn func(ctx context.Context, lane, secret string) (session.Operator, error)
	// Signals are what the shop says is so; nil shows none.
	Signals *Signals
	Log     zerolog.Logger
}

// A Manager closes business days. Its methods may be called from any goroutine.
type Manager struct{ cfg Config }

// New is a manager over cfg.
func New(cfg Config) *Manager { return &Manager{cfg} }

// A Wish is what somebody asks when closing the day.
type Wish struct {
	// Number is the report's that was seen; 0 is the next one.
	Number int64
	// Till is what the shop took, where somebody said so.
	Till *report.Till
	By   string
}

// Close closes the present business day by hand. A day that is closed, with
// nothing that happened since, is a *programme.Refusal.
func (m *Manager) Close(ctx context.Context, w Wish) (report.Kept, error) {
	moment := m.moment()
	if w.Number == 0 {
		var err error
		if w.Number, err = m.cfg.Store.NextReport(ctx); err != nil {
			return report.Kept{}, err
		}
	}
	if w.Till != nil {
		t := *w.Till
		t.Day, t.Till, t.By = moment.Day, "", w.By
		if err := t.Validate(); err != nil {
			return report.Kept{}, &programme.Refusal{Code: programme.BadAmount, Cause: err}
		}
		if err := m.cfg.Store.KeepTill(ctx, t); err != nil {
			return report.Kept{}, err
		}
	}
	return m.close(ctx, report.Closing{Number: w.Number, Day: moment.Day, Operator: w.By}, moment)
}

// CloseForgotten closes every earlier business day that has no report, the
// oldest first, and notes that the daemon runs today. A clock that cannot be
// believed closes nothing.
func (m *Manager) CloseForgotten(ctx context.Context) error {
	moment := m.moment()
	if !moment.Trusted {
		return nil
	}
	due, err := m.cfg.Store.DueDays(ctx, moment.Day)
	if err != nil {
		return fmt.Errorf("days to be closed: %w", err)
	}
	for _, day := range due {
		number, err := m.cfg.Store.NextReport(ctx)
		if err != nil {
			return fmt.Errorf("close %s: %w", day, err)
		}
		k, err := m.close(ctx, report.Closing{Number: number, Day: day, Automatic: true}, moment)
		var no *programme.Refusal
		if errors.As(err, &no) {
			return nil // somebody closed one by hand just now: the next round sees what is left
		}
		if err != nil {
			return fmt.Errorf("close %s: %w", day, err)
		}
		m.cfg.Log.Info().Str("day", string(day)).Int64("number", k.Figures.Number).Int64("records", k.Figures.Records).Msg("business day closed by itself")
	}
	if err := m.cfg.Store.OpenDay(ctx, moment.Day); err != nil {
		return fmt.Errorf("note that %s has begun: %w", moment.Day, err)
	}
	return nil
}

// every is how often Run looks at the clock: a new business day is noticed
// within it, also after the PC slept.
const every = 30 * time.Second

// Run closes what was forgotten, at once and at the first moment of each
// business day, until ctx ends.
func (m *Manager) Run(ctx context.Context) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var seen ledger.Day
	for {
		if day := m.moment(); day.Day != seen {
			if err := m.CloseForgotten(ctx); err != nil {
				return err
			}
			if day.Trusted {
				seen = day.Day
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// close posts a closing with its slip.
func (m *Manager) close(ctx context.Context, c report.Closing, moment ledger.Moment) (report.Kept, error) {
	rules := m.cfg.Rules()
	paper := m.paper(rules)
	posted, err := m.cfg.Store.CloseDay(ctx, c, m.cfg.Zone, func(f report.Figures, before *report.Figures, next ledger.Key) (ledger.Posting, error) {
		return c.Decide(f, before, rules.Version, moment, m.cfg.Lane, func(f report.Figures) (json.RawMessage, error) {
			return receipt.ForDay(receipt.Day{Paper: paper, Figures: f, Record: next}).Encode()
		})
	})
	var conflict *ledger.ConflictError
	if errors.As(err, &conflict) {
		err = &programme.Refusal{Code: programme.DayIsClosed, Cause: conflict}
	}
	if err != nil {
		return report.Kept{}, err
	}
	k := report.Kept{Record: posted.Record.Head.Key(), Hash: posted.Record.Hash}
	if k.Figures, err = report.Decode(posted.Body.Report); err != nil {
		return report.Kept{}, err
	}
	if m.cfg.Posted != nil {
		m.cfg.Posted()
	}
	return k, nil
}

func (m *Manager) moment() ledger.Moment {
	now := m.cfg.Now()
	return m.cfg.Rules().Calendar(m.cfg.Zone).Moment(now, m.cfg.Trusted == nil || m.cfg.Trusted(now))
}

func (m *Manager) paper(rules programme.Rules) report.Paper {
	w, _ := words.For(rules.Language) // Dutch where the language is not one of ours
	return report.Paper{Words: w, Rules: rules, Zone: m.cfg.Zone}
}
