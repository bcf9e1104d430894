package scanner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"zegel/scanner/frame"
)

const (
	// healthyAfter is how long a port must stay open before its next loss is
	// treated as the first again. A code it delivers proves the same at once.
	healthyAfter = 30 * time.Second
	// secondLook is how long after a silence ended we look again before we
	// believe it. When the whole process was held up, the silence was ours and
	// not the line's, and the bytes that came meanwhile arrive within this time.
	secondLook = 10 * time.Millisecond
)

// framer is what the reader needs of a way to cut bytes into codes.
type framer interface {
	Feed(now time.Time, b []byte) []frame.Event
	Tick(now time.Time) []frame.Event
	Lost() []frame.Event
	Deadline() (time.Time, bool)
}

// Reader keeps one device open and hands on what it reads.
type Reader struct {
	cfg Config
	out queue

	// The goroutine in Run owns these. They outlive a connection, so that a
	// code repeated right after a reconnect is still a repeat.
	line      framer
	repeats   repeats
	wait      backoff
	leftovers leftovers
	lostAt    time.Time  // zero unless a loss has not been made good
	hinted    frame.Hint // the hint last logged

	mu     sync.Mutex
	status Status // guarded by mu
}

// New returns a Reader that does nothing until Run.
func New(cfg Config) *Reader {
	cfg = cfg.withDefaults()
	return &Reader{
		cfg:     cfg,
		out:     newQueue(),
		line:    frame.NewLine(cfg.Line),
		repeats: repeats{window: cfg.Repeat},
		wait:    backoff{first: 250 * time.Millisecond, most: 5 * time.Second},
		status:  Status{State: Closed, Since: cfg.Now().UTC()},
	}
}

// Status returns a snapshot; it may be called at any time.
func (r *Reader) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.status
	s.Dropped = r.out.droppedCount()
	return s
}

// Run reads the device until ctx is done, then returns nil. It stops within
// 2 s even if the port does not; a port that will not close is left behind. It
// must not run twice at the same time.
func (r *Reader) Run(ctx context.Context) error {
	r.enter(Opening, nil)
	var callbacks sync.WaitGroup
	callbacks.Go(func() { r.deliver(ctx) })
	for ctx.Err() == nil {
		r.connect(ctx)
		r.pause(ctx)
	}
	callbacks.Wait()
	r.enter(Closed, nil)
	return nil
}

// connect is one life of the port: open, read until it fails, close.
func (r *Reader) connect(ctx context.Context) {
	if !r.leftovers.roomForMore() {
		r.enter(Failed, errStuck)
		return
	}
	o := startOwner(r.cfg.Open, r.cfg.ReadTimeout)
	isOpen := false
	defer func() { r.leftovers.note(o, o.release(r.cfg.ReadTimeout, isOpen)) }()

	select {
	case <-ctx.Done():
		return
	case err := <-o.opened:
		if err != nil {
			r.enter(stateOf(err), err)
			return
		}
	}
	isOpen = true
	r.enter(Ready, nil)
	err := r.listen(ctx, o)
	events := r.line.Lost()
	if ctx.Err() != nil {
		return // we are closing it: no loss, whatever the port says
	}
	r.handle(events, time.Now())
	r.enter(Lost, err)
}

// listen frames what the owner reads until the port fails, which it returns,
// or ctx is done.
func (r *Reader) listen(ctx context.Context, o *owner) error {
	healthy := time.NewTimer(healthyAfter)
	defer healthy.Stop()
	quiet := time.NewTimer(time.Hour)
	defer quiet.Stop()
	quiet.Stop()
	looked := false

	for {
		select {
		case <-ctx.Done():
			return nil
		case <-healthy.C:
			r.wait.reset()
		case c, ok := <-o.chunks:
			if !ok {
				return o.failure
			}
			r.feed(c)
			looked = false
			if deadline, open := r.line.Deadline(); open {
				quiet.Reset(time.Until(deadline))
			} else {
				quiet.Stop()
			}
		case <-quiet.C:
			if !looked {
				looked = true
				quiet.Reset(secondLook)
				continue
			}
			now := time.Now()
			r.handle(r.line.Tick(now), now)
		}
	}
}

// feed frames one read. A silence that ended without having been heard twice
// is not counted as one (see secondLook).
func (r *Reader) feed(c chunk) {
	at := c.at
	if deadline, open := r.line.Deadline(); open && !at.Before(deadline) {
		at = deadline.Add(-1)
	}
	r.handle(r.line.Feed(at, c.data), c.at)
}

// handle queues what the framer made of the bytes. at is when they came.
func (r *Reader) handle(events []frame.Event, at time.Time) {
	if len(events) == 0 {
		return
	}
	now := r.cfg.Now().UTC()
	for _, e := range events {
		switch {
		case !e.IsCode():
			r.reject(e, now)
		case r.repeats.drop(e.Text, at):
			r.wait.reset()
			r.count(func(s *Status) { s.Repeats++; s.LastScan = now })
		default:
			r.wait.reset()
			r.count(func(s *Status) { s.Scans++; s.LastScan = now })
			r.push(item{scan: Scan{Device: r.cfg.Name, Text: e.Text, Symbology: e.Symbology, At: now}})
		}
	}
}

func (r *Reader) reject(e frame.Event, now time.Time) {
	if e.Reason == frame.NoRead {
		r.count(func(s *Status) { s.NoReads++ })
	} else {
		r.count(func(s *Status) { s.Rejects++ })
	}
	r.cfg.Log.Debug().Str("reason", string(e.Reason)).Str("hint", string(e.Hint)).Msg("scanner sent no code")
	if e.Hint != "" && e.Hint != r.hinted {
		r.hinted = e.Hint
		r.cfg.Log.Warn().Str("hint", string(e.Hint)).Msg("scanner and line are set differently")
	}
	r.push(item{reject: Reject{Device: r.cfg.Name, Reason: e.Reason, Hint: e.Hint, At: now}})
}

func (r *Reader) push(i item) {
	if first := r.out.push(i); first {
		r.cfg.Log.Warn().Msg("scans are taken too slowly, the oldest are dropped")
	}
}

func (r *Reader) count(change func(*Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.status)
}

// enter notes a state; only a change is reported and logged.
func (r *Reader) enter(s State, cause error) {
	var changed bool
	now := r.cfg.Now().UTC()
	r.count(func(st *Status) {
		st.Trouble = ""
		if cause != nil {
			st.Trouble = cause.Error()
		}
		if changed = st.State != s; changed {
			st.State = s
			st.Since = now
			if s == Lost {
				st.Losses++
			}
		}
	})
	if !changed {
		return
	}
	r.logChange(s, cause)
	if s != Opening && s != Closed {
		r.out.push(item{state: s})
	}
}

func (r *Reader) logChange(s State, cause error) {
	switch s {
	case Opening, Closed:
	case Ready:
		if r.lostAt.IsZero() {
			r.cfg.Log.Info().Msg("scanner ready")
			return
		}
		away := time.Since(r.lostAt).Round(time.Second)
		r.lostAt = time.Time{}
		r.cfg.Log.Info().Msg(fmt.Sprintf("scanner back after %d s", int(away.Seconds())))
	case Lost:
		r.lostAt = time.Now()
		r.hinted = "" // whoever replugs it may have changed its settings
		r.cfg.Log.Warn().Err(cause).Msg("scanner lost")
	default:
		r.cfg.Log.Warn().Err(cause).Msg("scanner " + string(s))
	}
}

// pause waits before the next attempt.
func (r *Reader) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(r.wait.next(r.cfg.Jitter())):
	}
}

// deliver hands queued items to the callbacks until ctx is done.
func (r *Reader) deliver(ctx context.Context) {
	for {
		i, ok := r.out.pop()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-r.out.wake:
			}
			continue
		}
		if ctx.Err() != nil {
			return
		}
		switch {
		case i.state != "":
			r.cfg.OnState(i.state)
		case i.reject.Reason != "":
			r.cfg.OnReject(ctx, i.reject)
		default:
			r.cfg.OnScan(ctx, i.scan)
		}
	}
}

func stateOf(err error) State {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Absent
	case errors.Is(err, fs.ErrPermission):
		return Denied
	case errors.Is(err, syscall.EBUSY):
		return Busy
	default:
		return Failed
	}
}
