package manager

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
)

// A SignalStore keeps what the shop says is so, over restarts.
type SignalStore interface {
	Signals(context.Context) ([]scene.Signal, error)
	KeepSignal(context.Context, scene.Signal) error
	DropSignal(ctx context.Context, name string) error
}

// SignalConfig is what Signals work with.
type SignalConfig struct {
	Store SignalStore
	// Rules is the programme in force, Zone the location it names.
	Rules func() programme.Rules
	Zone  *time.Location
	Now   func() time.Time
	// Changed is called after what is so changed, and must not wait; nil tells
	// nobody.
	Changed func()
	Log     zerolog.Logger
}

// Signals are what the shop says is so: "rain". Each has an end, the business
// day's where nobody names one, so that nobody has to remember to take it back.
// Its methods may be called from any goroutine; Names waits for no other.
type Signals struct {
	cfg  SignalConfig
	one  sync.Mutex // held by whoever changes them
	kept atomic.Pointer[[]scene.Signal]
	wake chan struct{}
}

// NewSignals reads what was said before.
func NewSignals(ctx context.Context, cfg SignalConfig) (*Signals, error) {
	s := &Signals{cfg: cfg, wake: make(chan struct{}, 1)}
	return s, s.read(ctx)
}

func (s *Signals) read(ctx context.Context) error {
	kept, err := s.cfg.Store.Signals(ctx)
	if err == nil {
		s.kept.Store(&kept)
	}
	return err
}

// Names are what is so now.
func (s *Signals) Names() []string { return scene.Given(*s.kept.Load(), s.cfg.Now()) }

// List is what is so now, by name.
func (s *Signals) List() []scene.Signal {
	now := s.cfg.Now()
	return slices.DeleteFunc(slices.Clone(*s.kept.Load()), func(one scene.Signal) bool { return one.Over(now) })
}

// Set says that something is so; without an end, until the business day is over.
func (s *Signals) Set(ctx context.Context, one scene.Signal) (scene.Signal, error) {
	if err := one.Validate(); err != nil {
		return one, &signalError{err}
	}
	now := s.cfg.Now()
	if one.Until == 0 {
		calendar := s.cfg.Rules().Calendar(s.cfg.Zone)
		one.Until = ledger.Stamp(calendar.End(calendar.Moment(now, true).Day).UnixMilli())
	}
	if one.Over(now) {
		return one, &signalError{errors.New("its end has passed already")}
	}
	err := s.change(ctx, func() error { return s.cfg.Store.KeepSignal(ctx, one) })
	if err == nil {
		s.cfg.Log.Info().Str("signal", one.Name).Time("until", time.UnixMilli(int64(one.Until)).UTC()).Str("by", one.By).Msg("a signal was set")
	}
	return one, err
}

// Clear says that something is so no longer, and reports whether it was.
func (s *Signals) Clear(ctx context.Context, name string) (bool, error) {
	was := slices.ContainsFunc(s.List(), func(one scene.Signal) bool { return one.Name == name })
	err := s.change(ctx, func() error { return s.cfg.Store.DropSignal(ctx, name) })
	if was && err == nil {
		s.cfg.Log.Info().Str("signal", name).Msg("a signal was cleared")
	}
	return was, err
}

// change carries out one change after the other, and reads what is kept since.
func (s *Signals) change(ctx context.Context, do func() error) error {
	s.one.Lock()
	defer s.one.Unlock()
	if err := do(); err != nil {
		return err
	}
	if err := s.read(ctx); err != nil {
		return err
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	if s.cfg.Changed != nil {
		s.cfg.Changed()
	}
	return nil
}

// Run forgets what is over, when it is, until ctx ends.
func (s *Signals) Run(ctx context.Context) error {
	for {
		if err := s.forget(ctx); err != nil {
			return err
		}
		wait := every // also where a clock is set
		now := s.cfg.Now()
		for _, one := range *s.kept.Load() {
			wait = min(wait, time.UnixMilli(int64(one.Until)).Sub(now))
		}
		timer := time.NewTimer(max(wait, time.Millisecond))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-s.wake:
			timer.Stop()
		}
	}
}

func (s *Signals) forget(ctx context.Context) error {
	for _, one := range *s.kept.Load() {
		if !one.Over(s.cfg.Now()) {
			continue
		}
		err := s.change(ctx, func() error {
			if again := *s.kept.Load(); !slices.Contains(again, one) {
				return nil // somebody set it anew meanwhile
			}
			return s.cfg.Store.DropSignal(ctx, one.Name)
		})
		if err != nil {
			return fmt.Errorf("end signal %q: %w", one.Name, err)
		}
		s.cfg.Log.Info().Str("signal", one.Name).Msg("a signal is over")
	}
	return nil
}

// A signalError is a mistake of whoever set one.
type signalError struct{ error }

// A SignalCall is what a program sends with PUT /v1/signals/{name}.
type SignalCall struct {
	// Until is when it ends, on the shop's clock: "18:00", the next time it is,
	// or "2026-11-22 18:00"; "" is the end of the business day.
	Until    string `json:"until,omitempty"`
	Operator string `json:"operator,omitempty"`
}

// A SignalAnswer is one signal. Used says whether the programme goes by it.
type SignalAnswer struct {
	scene.Signal
	Used bool `json:"used"`
}

// A SignalsAnswer is what GET /v1/signals answers.
type SignalsAnswer struct {
	Signals []SignalAnswer `json:"signals"`
	// Known are the signals that the programme goes by.
	Known []string `json:"known"`
}

// API serves programs on this PC: GET /v1/signals, and GET, PUT and DELETE
// /v1/signals/{name}.
func (s *Signals) API() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/signals", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, s.told())
	})
	mux.HandleFunc("GET /v1/signals/{name}", func(w http.ResponseWriter, r *http.Request) {
		for _, one := range s.told().Signals {
			if one.Name == r.PathValue("name") {
				answer(w, http.StatusOK, one)
				return
			}
		}
		problem(w, http.StatusNotFound, "signal", "nobody says so now")
	})
	mux.HandleFunc("PUT /v1/signals/{name}", func(w http.ResponseWriter, r *http.Request) {
		var call SignalCall
		if !reads(w, r, &call) {
			return
		}
		until, err := s.until(call.Until)
		if err != nil {
			problem(w, http.StatusBadRequest, "until", err.Error())
			return
		}
		set, err := s.Set(r.Context(), scene.Signal{Name: r.PathValue("name"), Until: until, By: call.Operator})
		s.said(w, err, SignalAnswer{set, slices.Contains(s.cfg.Rules().Signals(), set.Name)})
	})
	mux.HandleFunc("DELETE /v1/signals/{name}", func(w http.ResponseWriter, r *http.Request) {
		was, err := s.Clear(r.Context(), r.PathValue("name"))
		s.said(w, err, map[string]bool{"cleared": was})
	})
	return mux
}

// A pressed is a button of the page.
type pressed struct {
	Lane string `json:"lane"`
	Name string `json:"name"`
	On   bool   `json:"on"`
}

// signal says what a manager's button says. To be signed in is enough: it is
// taken back as easily. Only what the programme goes by has a button.
func (p *pages) signal(w http.ResponseWriter, r *http.Request) {
	var in pressed
	if !reads(w, r, &in) {
		return
	}
	s := p.cfg.Signals
	switch {
	case !p.maySee(in.Lane):
		p.refuse(w, &programme.Refusal{Code: programme.ManagerNeeded})
		return
	case s == nil || !slices.Contains(p.cfg.Rules().Signals(), in.Name):
		problem(w, http.StatusNotFound, "signal", "the programme goes by no such signal")
		return
	}
	var err error
	if in.On {
		by := ""
		if p.cfg.Operator != nil {
			who, _ := p.cfg.Operator(in.Lane)
			by = who.Name
		}
		_, err = s.Set(r.Context(), scene.Signal{Name: in.Name, By: by})
	} else {
		_, err = s.Clear(r.Context(), in.Name)
	}
	s.said(w, err, map[string]bool{"on": in.On})
}

func (s *Signals) told() SignalsAnswer {
	a := SignalsAnswer{Signals: []SignalAnswer{}, Known: s.cfg.Rules().Signals()}
	if a.Known == nil {
		a.Known = []string{}
	}
	for _, one := range s.List() {
		a.Signals = append(a.Signals, SignalAnswer{one, slices.Contains(a.Known, one.Name)})
	}
	return a
}

func (s *Signals) said(w http.ResponseWriter, err error, v any) {
	var wrong *signalError
	switch {
	case errors.As(err, &wrong):
		problem(w, http.StatusBadRequest, "signal", wrong.Error())
	case err != nil:
		s.cfg.Log.Error().Err(err).Msg("the signals")
		problem(w, http.StatusServiceUnavailable, "fault", "it cannot be kept now; try again in a moment")
	default:
		answer(w, http.StatusOK, v)
	}
}

// until reads a time on the shop's clock; "" is none.
func (s *Signals) until(text string) (ledger.Stamp, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	zone := cmp.Or(s.cfg.Zone, time.UTC)
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, zone); err == nil {
		return ledger.Stamp(t.UnixMilli()), nil
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return 0, errors.New(`until: need a time on the shop's clock, "18:00" or "2026-11-22 18:00"`)
	}
	now := s.cfg.Now().In(zone)
	t := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
	if !t.After(now) {
		t = t.AddDate(0, 0, 1)
	}
	return ledger.Stamp(t.UnixMilli()), nil
}
