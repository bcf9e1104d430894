// Package syncer carries a terminal's records up to head office and head
// office's word down.
//
// It keeps nothing itself: what to send and how far it got is the store's, so
// a start is the same as any other round. See DESIGN.md.
package syncer

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A Store is the terminal's side of the journal. What a method returned nil
// for is on the disk.
type Store interface {
	SyncState(ctx context.Context) (bulletin.SyncState, error)
	// CloseSetAsides commits the close of own awards and of grants whose time
	// is over, as far as no hold has them.
	CloseSetAsides(ctx context.Context) error
	// Batch gives the records of the branch in SyncState from first to last,
	// or, when last is 0, as many as fit both limits. maxBytes counts each
	// record's head and body and a line feed after each; at least one record
	// is given if there is one.
	Batch(ctx context.Context, first, last int64, maxRecords, maxBytes int) (ledger.Batch, error)
	// HashAt is the hash of a record of that branch, of its root for 0.
	HashAt(ctx context.Context, seq int64) (ledger.Hash, error)
	// BeginFlight stores the flight and the high-water mark before anything
	// leaves the machine. It replaces a flight there was.
	BeginFlight(ctx context.Context, f bulletin.Flight) error
	// Acknowledge stores the marks, the next nonce and the authority, and ends
	// the flight.
	Acknowledge(ctx context.Context, a bulletin.Acknowledgement) error
	// Apply stores a page together with its cursor.
	Apply(ctx context.Context, p bulletin.Page) error
	// Rewind ends the flight and sets the accepted mark to what head office
	// has, be it less or more than was confirmed. If less, head office has
	// lost something: the cursor is forgotten too, so that every statement
	// comes again.
	Rewind(ctx context.Context, accepted int64) error
	// RewindBranch is Rewind for an older branch, of which head office has lost
	// something: SyncState then gives that branch, or one older still, until
	// its records are confirmed again. found is false, and nothing changes,
	// where the store has none of them to send but such as were issued again.
	RewindBranch(ctx context.Context, branch ledger.Branch, accepted int64) (found bool, err error)
	// OpenBranch ends the flight and opens a new branch that goes on from
	// record common of the present one and issues again what came after it.
	// Every record up to common is at head office. Where a newer branch goes
	// on from exactly there already, that one is sent next instead.
	OpenBranch(ctx context.Context, common int64, reason string) error
	Authority(ctx context.Context, a bulletin.Authority) error
	// NewestBundle is the newest version of the programme that is kept, 0 for
	// none. KeepBundle keeps one; its signature is head office's.
	NewestBundle(ctx context.Context) (int64, error)
	KeepBundle(ctx context.Context, b bulletin.Bundle) error
}

// A Line sends one request and gives the answer; *http.Client is one. NewClient
// makes one that keeps to the protocol's limits.
type Line interface {
	Do(*http.Request) (*http.Response, error)
}

// NewClient is a line over rt that never follows a redirect (a captive
// portal's would be followed with our signature) and waits for no answer
// longer than 40 s.
func NewClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Transport: rt, Timeout: 40 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Config is what a syncer is made of.
type Config struct {
	Store     Store
	Line      Line
	Office    string // head office's address: "https://office.example"
	Key       ed25519.PrivateKey
	OfficeKey ed25519.PublicKey // the one head office's word is checked with
	Software  string            // as it is told to head office
	Rules     func() int64      // the programme's version now; nil is 0
	// Published is called when a new version of the programme was kept, and must
	// not block; nil is told nothing.
	Published func()
	// Interval is how often head office is asked when nothing waits; Jitter is
	// how much longer it may be, so that a chain does not ask all at once.
	Interval time.Duration
	Jitter   time.Duration
	Now      func() time.Time
	Rand     io.Reader // safe for concurrent use
	Log      zerolog.Logger
}

// Status is how the line is, for people.
type Status struct {
	Up      bool
	Since   time.Time // of being up or down; zero before the first try
	Trouble string    // why it is down; "" when up
	Waiting int64     // records head office has not confirmed
	// Alarm is something a person must see to; "" when all is well. Selling
	// goes on.
	Alarm     string
	Authority bulletin.Authority
}

// A Syncer keeps one terminal and head office in step.
type Syncer struct {
	cfg  Config
	wake chan struct{}
	// turn is held by whoever cuts a batch or acts on an answer, so that the
	// one that brings and the one that is pulled have the same flight.
	turn chan struct{}

	// Of Run alone.
	greeted  bool
	tries    int // failures in a row
	most     int // records a batch may have now
	flush    bulletin.Flush
	pause    time.Duration // asked for by head office
	disputes int           // about where the journal stands, since the line was last well

	mu     sync.Mutex // guards what follows
	status Status
	news   chan struct{} // closed and replaced at each Wake
}

// New makes a syncer.
func New(cfg Config) *Syncer {
	return &Syncer{
		cfg: cfg, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1), news: make(chan struct{}),
		most: ledger.MaxBatchRecords, flush: bulletin.Flush{Records: 1, SecondsUp: 1},
	}
}

// Wake says that a record was committed. It never blocks.
func (s *Syncer) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
	s.mu.Lock()
	close(s.news)
	s.news = make(chan struct{})
	s.mu.Unlock()
}

// Status says how the line is.
func (s *Syncer) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Run keeps in step until ctx ends. Its error means that the database is
// broken; a line that is down is no error.
func (s *Syncer) Run(ctx context.Context) error {
	for {
		err := s.round(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case isFault(err):
			return fmt.Errorf("syncer: %w", err)
		case err != nil:
			s.down(ctx, err)
			// Wake-ups are not heard here: a busy counter must not hammer a
			// line that is dead.
			if !sleep(ctx, s.backOff()) {
				return nil
			}
		default:
			s.up(ctx)
			if err := s.idle(ctx); err != nil {
				return fmt.Errorf("syncer: %w", err)
			}
		}
	}
}

// CatchUp does one round at once: everything that waits goes up, everything
// new comes down. For tools and tests; not beside Run.
func (s *Syncer) CatchUp(ctx context.Context) error {
	err := s.round(ctx)
	if err != nil {
		s.greeted = false
	}
	return err
}

// round says hello where that is due, brings what waits and fetches what is new.
func (s *Syncer) round(ctx context.Context) error {
	for sent := true; sent; {
		if err := s.greet(ctx); err != nil {
			return err
		}
		var err error
		if sent, err = s.bring(ctx); err != nil {
			return err
		}
	}
	return s.fetch(ctx)
}

// idle waits until something should go up or the interval is over.
func (s *Syncer) idle(ctx context.Context) error {
	timer := time.NewTimer(s.cfg.Interval + s.draw(s.cfg.Jitter))
	defer timer.Stop()
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return nil
		case <-due:
			return nil
		case <-s.wake:
			st, err := s.cfg.Store.SyncState(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return fault(err)
			}
			switch waiting := st.Waiting(); {
			case waiting >= int64(s.flush.Records):
				return nil
			case waiting > 0 && due == nil:
				due = time.After(time.Duration(s.flush.SecondsUp) * time.Second)
			}
		}
	}
}

// The bounds of the back-off after failures.
const (
	backOffLeast = time.Second
	backOffMost  = 300 * time.Second
)

// backOff is how long to leave the line alone: what head office asked for, or
// a random part of a time that doubles with each failure, so that terminals
// that lost the line together do not come back together.
func (s *Syncer) backOff() time.Duration {
	s.tries++
	if s.pause > 0 {
		d := s.pause + s.draw(s.cfg.Jitter)
		s.pause = 0
		return d
	}
	most := backOffMost
	if s.tries <= 9 {
		most = min(most, backOffLeast<<(s.tries-1))
	}
	return s.draw(most)
}

// draw is a random time below d.
func (s *Syncer) draw(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	var b [8]byte
	if _, err := io.ReadFull(s.cfg.Rand, b[:]); err != nil {
		return d
	}
	return time.Duration(binary.BigEndian.Uint64(b[:]) % uint64(d))
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// down notes that the line is down, and says so once.
func (s *Syncer) down(ctx context.Context, err error) {
	s.greeted = false
	s.mu.Lock()
	first := s.status.Up || s.status.Since.IsZero()
	if first {
		s.status.Since = s.cfg.Now()
	}
	s.status.Up, s.status.Trouble = false, err.Error()
	s.mu.Unlock()
	s.count(ctx)
	if first {
		s.cfg.Log.Warn().Err(err).Msg("line to head office lost")
	}
}

// up notes that the line is up, and says so once.
func (s *Syncer) up(ctx context.Context) {
	waited := s.Status().Waiting
	s.count(ctx)
	s.tries, s.disputes = 0, 0
	s.mu.Lock()
	was, since := s.status.Up, s.status.Since
	if !was {
		s.status.Since = s.cfg.Now()
	}
	s.status.Up, s.status.Trouble, s.status.Alarm = true, "", ""
	s.mu.Unlock()
	switch {
	case was:
	case since.IsZero():
		s.cfg.Log.Info().Msg("line to head office is up")
	default:
		s.cfg.Log.Info().Stringer("away", s.cfg.Now().Sub(since).Round(time.Second)).Int64("had_waiting", waited).Msg("line to head office is back")
	}
}

func (s *Syncer) count(ctx context.Context) {
	st, err := s.cfg.Store.SyncState(ctx)
	if err != nil {
		return // the next round meets the same fault and returns it
	}
	s.mu.Lock()
	s.status.Waiting = st.Waiting()
	s.mu.Unlock()
}

// alarm notes what a person must see to, and says so when it is new.
func (s *Syncer) alarm(what string) {
	s.mu.Lock()
	fresh := s.status.Alarm != what
	s.status.Alarm = what
	s.mu.Unlock()
	if fresh {
		s.cfg.Log.Error().Msg(what)
	}
}

// authority stores what head office allows, and says so when it changed.
func (s *Syncer) authority(ctx context.Context, a bulletin.Authority, store bool) error {
	s.mu.Lock()
	was := s.status.Authority
	s.status.Authority = a
	s.mu.Unlock()
	if was != a && a == bulletin.NoAuthority {
		s.cfg.Log.Warn().Msg("head office suspects a second copy of this terminal: awards go on, nothing is granted until a person there decides")
	}
	if !store {
		return nil
	}
	return fault(s.cfg.Store.Authority(ctx, a))
}

// A faultError is the store's, not the line's.
type faultError struct{ err error }

func (f *faultError) Error() string { return f.err.Error() }
func (f *faultError) Unwrap() error { return f.err }

func fault(err error) error {
	if err == nil {
		return nil
	}
	return &faultError{err}
}

func isFault(err error) bool {
	var f *faultError
	return errors.As(err, &f)
}

// take holds the turn until the function it gives is called.
func (s *Syncer) take(ctx context.Context) (release func(), err error) {
	select {
	case s.turn <- struct{}{}:
		return func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var errNoAnswer = fmt.Errorf("%w: the answer is not one to this request", wire.ErrNoLine)
