package scanner

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// mostForwards is how many scans may wait for the till's line.
	mostForwards = 64
	// freshFor is how old a scan may be that is sent after the line was away. A
	// late article in the next customer's basket is worse than a missing one,
	// which the cashier sees.
	freshFor = 2 * time.Second
)

// ForwardConfig is what a Forward needs. Name and Open are required.
type ForwardConfig struct {
	// Name names the line in logs.
	Name string
	// Open opens the till's line; it is called again after every loss, with the
	// meaning of Config.Open.
	Open func() (Port, error)
	// ReadTimeout is as in Config.
	ReadTimeout time.Duration
	// Now, Wall and Jitter are as in Config.
	Now    func() time.Time
	Wall   func() time.Time
	Jitter func() float64
	// Log gets one line per change of state, never a code. The field "line" is
	// added.
	Log zerolog.Logger
	// OnState takes a change of state; it is called by the goroutine in Run and
	// must not wait. Opening and Closed are not reported.
	OnState func(State)
}

func (c ForwardConfig) withDefaults() ForwardConfig {
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Jitter == nil {
		c.Jitter = func() float64 { return 0 }
	}
	if c.OnState == nil {
		c.OnState = func(State) {}
	}
	c.Log = c.Log.With().Str("line", c.Name).Logger()
	return c
}

// ForwardStatus is a Forward at one moment. Counters count from NewForward.
type ForwardStatus struct {
	State   State
	Since   time.Time // when State began, by ForwardConfig.Now, in UTC
	Trouble string    // why the line cannot be used; empty while it can

	Sent    uint64 // scans the line has taken
	Dropped uint64 // scans that were taken by Send and never reached the line whole
	Refused uint64 // scans that Send did not take
	Losses  uint64 // times an open line failed
}

// Forward plays the scanner on a till's line: what a shared scanner read for
// the till goes out as the scanner sent it. What the till says is thrown away.
type Forward struct {
	cfg  ForwardConfig
	link link
	wake chan struct{} // level-triggered: there may be scans

	mu      sync.Mutex  // guards everything that follows
	waiting []forwarded // at most mostForwards
	status  ForwardStatus
}

type forwarded struct {
	raw []byte
	at  time.Time // when Send took it
}

// isTail reports whether it is the rest of the scan before, as the LF that
// follows CR. It counts with that, and means nothing without it.
func (f forwarded) isTail() bool { return len(f.raw) == 1 }

// NewForward returns a Forward that does nothing until Run.
func NewForward(cfg ForwardConfig) *Forward {
	cfg = cfg.withDefaults()
	f := &Forward{cfg: cfg, wake: make(chan struct{}, 1)}
	f.link = link{
		what: "till's line", open: cfg.Open, readTimeout: cfg.ReadTimeout,
		now: cfg.Now, jitter: cfg.Jitter, log: cfg.Log,
		changed:  cfg.OnState,
		wait:     newBackoff(),
		standing: standing{state: Closed, since: cfg.Now().UTC()},
	}
	return f
}

// Run keeps the line open until ctx is done, then returns nil. It stops within
// 2 s even if the port does not. It must not run twice at the same time.
func (f *Forward) Run(ctx context.Context) error {
	f.link.keep(ctx, f.talk)
	f.forget(0)
	f.link.enter(Closed, nil)
	return nil
}

// Send takes the bytes of a scan for the till and reports whether it did. It
// never waits; false means that the line is away or does not keep up, and that
// the scan is to be made again. A single byte is taken for the rest of the scan
// before: it is not counted, and not sent if that was dropped. raw is not kept. It
// is safe for concurrent use.
func (f *Forward) Send(raw []byte) bool {
	ready := f.link.status().state == Ready
	f.mu.Lock()
	defer f.mu.Unlock()
	if !ready || len(f.waiting) == mostForwards {
		if len(raw) > 1 {
			f.status.Refused++
		}
		return false
	}
	f.waiting = append(f.waiting, forwarded{bytes.Clone(raw), time.Now()})
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return true
}

// Status returns a snapshot; it may be called at any time.
func (f *Forward) Status() ForwardStatus {
	at := f.link.status()
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.State, s.Since, s.Trouble, s.Losses = at.state, at.since, at.trouble, at.losses
	return s
}

// talk sends what waits until the port fails, and returns why, or until ctx is
// done.
func (f *Forward) talk(ctx context.Context, o *owner) error {
	f.forget(freshFor)
	c := &courier{Forward: f, port: o, budget: stoppedTimer()}
	defer c.budget.Stop()
	err := c.run(ctx)
	c.settle()
	return err
}

// courier sends the scans of one connection, one at a time.
type courier struct {
	*Forward
	port    *owner
	carried *forwarded  // what is being written, or nil
	budget  *time.Timer // runs while something is
}

func (c *courier) run(ctx context.Context) error {
	healthy := time.NewTimer(healthyAfter)
	defer healthy.Stop()
	vigil := newVigil(c.cfg.Wall, c.cfg.ReadTimeout)
	looks := time.NewTicker(vigil.every)
	defer looks.Stop()
	for {
		say, next := c.next()
		select {
		case <-ctx.Done():
			return nil
		case <-healthy.C:
			c.link.wait.reset()
		case <-looks.C:
			if err := vigil.look(c.port.reads.Load()); err != nil {
				return err
			}
		case _, ok := <-c.port.chunks:
			if !ok {
				return c.port.failure
			}
		case <-c.wake:
		case say <- next.raw:
			c.take(next)
		case s := <-c.port.said:
			c.delivered(s)
			if s.err != nil {
				return s.err
			}
		case <-c.budget.C:
			c.lose()
			return errDeaf
		}
	}
}

// next returns the oldest scan and the channel to send it on, which is nil
// while there is none or one is on its way.
func (c *courier) next() (chan<- []byte, forwarded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.carried != nil || len(c.waiting) == 0 {
		return nil, forwarded{}
	}
	return c.port.say, c.waiting[0]
}

// take moves the oldest scan out of the queue.
func (c *courier) take(oldest forwarded) {
	c.mu.Lock()
	c.waiting = c.waiting[1:]
	c.mu.Unlock()
	c.carried = &oldest
	c.budget.Reset(writeBudget)
}

// delivered notes what became of the scan that was carried. One of which no
// byte went out is kept for the next connection; of one that went out in part
// nothing more may follow.
func (c *courier) delivered(s said) {
	c.budget.Stop()
	if s.err != nil && s.n > 0 {
		c.lose()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s.err != nil:
		c.waiting = append([]forwarded{*c.carried}, c.waiting...)
	case !c.carried.isTail():
		c.status.Sent++
	}
	c.carried = nil
}

// lose gives up what is carried.
func (c *courier) lose() {
	scans := 1
	if c.carried.isTail() {
		scans = 0
	}
	c.carried = nil
	c.drop(scans)
}

// settle waits for what is still being written when the connection ends, as
// long as its budget lasts.
func (c *courier) settle() {
	if c.carried == nil {
		return
	}
	select {
	case s := <-c.port.said:
		c.delivered(s)
	case <-c.budget.C:
		c.lose()
	}
}

// forget drops the scans that have waited for so long.
func (f *Forward) forget(age time.Duration) {
	f.mu.Lock()
	stale := 0
	for len(f.waiting) > 0 && time.Since(f.waiting[0].at) >= age {
		if !f.waiting[0].isTail() {
			stale++
		}
		f.waiting = f.waiting[1:]
	}
	f.mu.Unlock()
	if stale > 0 {
		f.drop(stale)
	}
}

// drop counts scans that will not reach the till, and what is left of the last of
// them is dropped, too.
func (f *Forward) drop(scans int) {
	f.mu.Lock()
	f.status.Dropped += uint64(scans)
	for len(f.waiting) > 0 && f.waiting[0].isTail() {
		f.waiting = f.waiting[1:]
	}
	f.mu.Unlock()
	if scans == 0 {
		return
	}
	f.cfg.Log.Warn().Int("scans", scans).Msg("scans did not reach the till; scan them again")
}
