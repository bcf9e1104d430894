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

	"zegel/scanner/frame"
)

const (
	cardA = "2900001234566\r"
	cardB = "2900007654320\r"
)

var errUnplugged = errors.New("unplugged")

// A fakePort reads what the test sends, with the time-out a real one has, and
// keeps what it is told.
type fakePort struct {
	reads  chan fakeRead
	closed chan struct{}
	close  func()

	mu      sync.Mutex // guards everything that follows
	written []string
	deaf    bool // a Write waits until the port is closed, and then says so
	refuses bool // a Write fails
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

func (p *fakePort) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuses {
		return 0, errUnplugged
	}
	if p.deaf {
		p.mu.Unlock()
		<-p.closed
		p.mu.Lock()
		return 0, errUnplugged
	}
	p.written = append(p.written, string(b))
	return len(b), nil
}

// heard returns what the port was told since it was last asked.
func (p *fakePort) heard() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := strings.Join(p.written, " ")
	p.written = nil
	return all
}

func (p *fakePort) stop(deaf, refuses bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf, p.refuses = deaf, refuses
}

func (p *fakePort) Close() error {
	p.close()
	return nil
}

func (p *fakePort) send(data string) { p.reads <- fakeRead{data: data} }

// A portFunc is a port made of a Read.
type portFunc func([]byte) (int, error)

func (f portFunc) Read(b []byte) (int, error)  { return f(b) }
func (f portFunc) Write(b []byte) (int, error) { return len(b), nil }
func (f portFunc) Close() error                { return nil }

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
		Framer:   frame.NewLine(frame.LineConfig{}),
		OnScan:   func(_ context.Context, s Scan) Verdict { j.note("scan " + s.Text); return Silent },
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

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
