package scanner

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A stubbornPort keeps Read, Write or Close from returning until it is let go.
type stubbornPort struct {
	*fakePort
	stuckRead, stuckWrite, stuckClose bool
	letGo                             chan struct{}
}

func newStubbornPort() *stubbornPort {
	return &stubbornPort{fakePort: newFakePort(), letGo: make(chan struct{})}
}

func (p *stubbornPort) Read(b []byte) (int, error) {
	if p.stuckRead {
		select {
		case <-p.closed:
		case <-p.letGo:
		}
		return 0, errUnplugged
	}
	return p.fakePort.Read(b)
}

func (p *stubbornPort) Write(b []byte) (int, error) {
	if p.stuckWrite {
		<-p.letGo
		return 0, errUnplugged
	}
	return p.fakePort.Write(b)
}

func (p *stubbornPort) Close() error {
	if p.stuckClose {
		<-p.letGo
	}
	return p.fakePort.Close()
}

// runFor runs a reader on a port for a second of fake time and returns how
// long it took to stop.
func runFor(t *testing.T, open func() (Port, error)) time.Duration {
	t.Helper()
	cfg := (&journal{}).config()
	talking(&cfg) // so that something is written
	cfg.Open = open
	r := New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error, 1)
	go func() { returned <- r.Run(ctx) }()
	after(time.Second)
	stopping := time.Now()
	cancel()
	if err := <-returned; err != nil {
		t.Error(err)
	}
	return time.Since(stopping)
}

func TestStopping(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit time.Duration
		port  stubbornPort
	}{
		{"a port that keeps its time-out", defaultReadTimeout, stubbornPort{}},
		{"a read that only ends when closed", 300 * time.Millisecond, stubbornPort{stuckRead: true}},
		{"a write that hangs", closeLimit, stubbornPort{stuckWrite: true}},
		{"a close that hangs", closeLimit, stubbornPort{stuckClose: true}},
		{"nothing that comes back", closeLimit, stubbornPort{stuckRead: true, stuckWrite: true, stuckClose: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				port := newStubbornPort()
				port.stuckRead, port.stuckWrite, port.stuckClose = c.port.stuckRead, c.port.stuckWrite, c.port.stuckClose
				if took := runFor(t, func() (Port, error) { return port, nil }); took > c.limit {
					t.Errorf("stopped after %v, want at most %v", took, c.limit)
				}
				close(port.letGo)
				<-port.closed
			})
		})
	}
}

// A write that begins after the close may reach another file, so what is being
// written when the port is lost is waited for.
func TestCloseWaitsForAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := &slowPort{fakePort: newFakePort()}
		o := startOwner(func() (Port, error) { return port, nil }, defaultReadTimeout)
		if err := <-o.opened; err != nil {
			t.Fatal(err)
		}
		o.say <- []byte("beep")
		port.reads <- fakeRead{err: errUnplugged}
		<-o.chunks // closed
		if !o.release(defaultReadTimeout, true) {
			t.Error("left behind")
		}
		if s := <-o.said; s.n != 4 || s.err != nil {
			t.Errorf("said %+v", s)
		}
	})
}

// A slowPort takes its time to write and does not do it when closed.
type slowPort struct{ *fakePort }

func (p *slowPort) Write(b []byte) (int, error) {
	time.Sleep(writeBudget / 2)
	select {
	case <-p.closed:
		return 0, errUnplugged
	default:
		return len(b), nil
	}
}

func TestStoppingWhileOpenHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		letGo := make(chan struct{})
		port := newFakePort()
		took := runFor(t, func() (Port, error) { <-letGo; return port, nil })
		if took > closeLimit {
			t.Errorf("stopped after %v", took)
		}
		close(letGo)
		<-port.closed // a port that opens too late is closed all the same
	})
}

// A driver that never lets go must cost neither the device that comes back nor
// a thread for every attempt.
func TestPortsThatDoNotClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		letGo := make(chan struct{})
		var ports []*stubbornPort
		j := &journal{}
		cfg := j.config()
		cfg.Open = func() (Port, error) {
			p := &stubbornPort{fakePort: newFakePort(), stuckClose: true, letGo: letGo}
			ports = append(ports, p)
			return p, nil
		}
		r := New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- r.Run(ctx) }()

		for i := range mostLeftovers {
			after(10 * time.Second)
			if len(ports) != i+1 {
				t.Fatalf("%d ports opened after %d losses", len(ports), i)
			}
			ports[i].reads <- fakeRead{err: errUnplugged}
		}
		after(time.Hour)
		if len(ports) != mostLeftovers {
			t.Errorf("%d ports opened", len(ports))
		}
		if got := r.Status(); got.State != Failed || got.Trouble != errStuck.Error() {
			t.Errorf("status %+v", got)
		}

		close(letGo)
		after(10 * time.Second)
		ports[len(ports)-1].send(cardA)
		synctest.Wait()
		if got := r.Status(); got.State != Ready || got.Scans != 1 {
			t.Errorf("status after the driver let go %+v", got)
		}
		cancel()
		if err := <-returned; err != nil {
			t.Error(err)
		}
	})
}

func TestEarlyReturns(t *testing.T) {
	const timeout = 200 * time.Millisecond
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		each  time.Duration
		n     int
		reads int // 0: never suspicious
	}{
		{"at once", 0, 0, 20},
		{"after 20 ms", 20 * time.Millisecond, 0, 20},
		{"just under half the time-out", 99 * time.Millisecond, 0, 11},
		{"half the time-out", 100 * time.Millisecond, 0, 0},
		{"with data", 0, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := earlyReturns{timeout: timeout}
			now, reads := start, 0
			for i := 1; i <= 1000 && reads == 0; i++ {
				began := now
				now = now.Add(c.each)
				if e.add(c.n, began, now) {
					reads = i
				}
			}
			if reads != c.reads {
				t.Errorf("suspicious after %d reads, want %d", reads, c.reads)
			}
		})
	}
}

func TestGuardedKeepsErrors(t *testing.T) {
	want := errors.New("no")
	if got := guarded("open", func() error { return want }); got != want {
		t.Errorf("got %v", got)
	}
}
