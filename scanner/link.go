package scanner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"github.com/rs/zerolog"
)

// healthyAfter is how long a port must stay open before its next loss is
// treated as the first again. A code it delivers proves the same at once.
const healthyAfter = 30 * time.Second

// errDead is the loss of a device whose port is still there.
var errDead = errors.New("the device does not answer; check its power, its own settings and the line speed")

// link keeps one port open: it opens it, lets talk use it until it fails,
// closes it, waits and opens it again.
type link struct {
	what        string // what stands at the other end, for the log
	open        func() (Port, error)
	readTimeout time.Duration
	now         func() time.Time
	jitter      func() float64
	log         zerolog.Logger
	changed     func(State) // told every change but Opening and Closed

	// The goroutine in keep owns these. They outlive a connection.
	wait      backoff
	leftovers leftovers
	lostAt    time.Time // zero unless a loss has not been made good
	doubtful  bool      // the device fell silent on an open port

	mu       sync.Mutex
	standing standing // guarded by mu
}

// standing is how a link is.
type standing struct {
	state   State
	since   time.Time
	trouble string
	losses  uint64
}

// keep runs until ctx is done. talk gets an open port and returns why it is
// lost, or nil when ctx is done.
func (l *link) keep(ctx context.Context, talk func(context.Context, *owner) error) {
	l.enter(Opening, nil)
	for ctx.Err() == nil {
		l.connect(ctx, talk)
		l.pause(ctx)
	}
}

// connect is one life of the port: open, talk until it fails, close.
func (l *link) connect(ctx context.Context, talk func(context.Context, *owner) error) {
	if !l.leftovers.roomForMore() {
		l.enter(Failed, errStuck)
		return
	}
	o := startOwner(l.open, l.readTimeout)
	isOpen := false
	defer func() { l.leftovers.note(o, o.release(l.readTimeout, isOpen)) }()

	select {
	case <-ctx.Done():
		return
	case err := <-o.opened:
		if err != nil {
			l.doubtful = false
			l.enter(stateOf(err), err)
			return
		}
	}
	isOpen = true
	if !l.doubtful {
		l.enter(Ready, nil)
	}
	err := talk(ctx, o)
	if ctx.Err() != nil {
		return // we are closing it: no loss, whatever the port says
	}
	l.doubtful = errors.Is(err, errDead)
	l.enter(Lost, err)
}

// heard notes that the device said something that makes sense. That a port can be
// opened proves nothing for a device that was silent on it before, nor do bytes: a
// line that echoes or hums has them too. Taking it for ready each time would fill
// the log.
func (l *link) heard() {
	if l.doubtful {
		l.doubtful = false
		l.enter(Ready, nil)
	}
}

// pause waits before the next attempt.
func (l *link) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(l.wait.next(l.jitter())):
	}
}

// enter notes a state; only a change is reported and logged.
func (l *link) enter(s State, cause error) {
	if !l.note(s, cause) {
		return
	}
	l.logChange(s, cause)
	if s != Opening && s != Closed {
		l.changed(s)
	}
}

// note writes the state down and reports whether it is another than before.
func (l *link) note(s State, cause error) bool {
	now := l.now().UTC()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.standing.trouble = ""
	if cause != nil {
		l.standing.trouble = cause.Error()
	}
	if l.standing.state == s {
		return false
	}
	l.standing.state, l.standing.since = s, now
	if s == Lost {
		l.standing.losses++
	}
	return true
}

func (l *link) status() standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.standing
}

func (l *link) logChange(s State, cause error) {
	switch s {
	case Opening, Closed:
	case Ready:
		if l.lostAt.IsZero() {
			l.log.Info().Msg(l.what + " ready")
			return
		}
		away := time.Since(l.lostAt).Round(time.Second)
		l.lostAt = time.Time{}
		l.log.Info().Msg(fmt.Sprintf("%s back after %d s", l.what, int(away.Seconds())))
	case Lost:
		l.lostAt = time.Now()
		l.log.Warn().Err(cause).Msg(l.what + " lost")
	default:
		l.log.Warn().Err(cause).Msg(l.what + " " + string(s))
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
