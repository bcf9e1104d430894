package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

const (
	cardA = "2900001234566\r"
	cardB = "2900007654320\r"
)

var errUnplugged = errors.New("unplugged")

// A fakePort reads what the test sends, with the time-out a real one has.
type fakePort struct {
	reads  chan fakeRead
	closed chan struct{}
	close  func()
}

type fakeRead struct {
	data string
	err  error
}

func newFakePort() *fakePort {
	p := &fakePort{reads: make(chan fakeRead), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *fakePort) Read(b []byte) (int, error) {
	select {
	case r := <-p.reads:
		return copy(b, r.data), r.err
	case <-p.closed:
		return 0, errUnplugged
	case <-time.After(defaultReadTimeout):
		return 0, nil
	}
}

func (p *fakePort) Close() error {
	p.close()
	return nil
}

func (p *fakePort) send(data string) { p.reads <- fakeRead{data: data} }

// A portFunc is a port made of a Read.
type portFunc func([]byte) (int, error)

func (f portFunc) Read(b []byte) (int, error) { return f(b) }
func (f portFunc) Close() error               { return nil }

// A socket is where fake ports are plugged in.
type socket struct {
	plugged bool // a fake port is plugged in before the reader starts

	fake *fakePort // the one plugged in last, for the test

	mu       sync.Mutex // guards everything that follows
	port     Port
	err      error
	attempts []time.Time
}

// plug makes a new port answer the next Open; it must be called in the bubble.
func (s *socket) plug() {
	s.fake = newFakePort()
	s.hold(s.fake, nil)
}

// unplug makes the port fail, and the next Open too.
func (s *socket) unplug() {
	s.hold(nil, nil)
	s.fake.reads <- fakeRead{err: errUnplugged}
}

// hold says what Open answers; neither port nor error means that there is no
// device.
func (s *socket) hold(port Port, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.port, s.err = port, err
}

func (s *socket) open() (Port, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts = append(s.attempts, time.Now())
	if s.port == nil && s.err == nil {
		return nil, fmt.Errorf("open: %w", fs.ErrNotExist)
	}
	return s.port, s.err
}

// tried returns when Open was called.
func (s *socket) tried() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts)
}

// A journal notes what a reader says, as text.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

// take returns what was noted since it was last called.
func (j *journal) take() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := strings.Join(j.lines, "; ")
	j.lines = nil
	return all
}

// peek returns what take would.
func (j *journal) peek() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "; ")
}

func (j *journal) config() Config {
	return Config{
		Name:     "lane 1",
		OnScan:   func(_ context.Context, s Scan) { j.note("scan " + s.Text) },
		OnReject: func(_ context.Context, r Reject) { j.note("reject " + string(r.Reason)) },
		OnState:  func(s State) { j.note("state " + string(s)) },
	}
}

// inBubble runs a reader on a socket in fake time. The test function runs once
// the reader has done all it can; afterwards the reader is stopped and must
// return.
func inBubble(t *testing.T, s *socket, change func(*Config), test func(*testing.T, *Reader, *journal)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if s.plugged {
			s.plug()
		}
		j := &journal{}
		cfg := j.config()
		cfg.Open = s.open
		if change != nil {
			change(&cfg)
		}
		r := New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- r.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-returned; err != nil {
				t.Errorf("Run returned %v", err)
			}
		}()
		synctest.Wait()
		test(t, r, j)
	})
}

// after lets fake time pass and everything settle.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func expect(t *testing.T, j *journal, want string) {
	t.Helper()
	if got := j.take(); got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// A logbook is a log that can be read while it is written.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logbook) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logbook) logger(level zerolog.Level) zerolog.Logger {
	return zerolog.New(l).Level(level)
}
