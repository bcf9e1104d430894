package scanner

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/scanner/frame"
)

func TestRepeats(t *testing.T) {
	type sent struct {
		at   time.Duration
		data string
	}
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		sent []sent
		want string
	}{
		{"D01 same card within the window", []sent{{0, cardA}, {400 * ms, cardA}}, "scan 2900001234566"},
		{"D02 same card after the window", []sent{{0, cardA}, {1600 * ms, cardA}}, "scan 2900001234566; scan 2900001234566"},
		{"D03 another card", []sent{{0, cardA}, {300 * ms, cardB}}, "scan 2900001234566; scan 2900007654320"},
		{"D05 no-read between", []sent{{0, cardA}, {300 * ms, "NR\r"}, {600 * ms, cardA}}, "scan 2900001234566; reject no-read"},
		{"the window's last instant", []sent{{0, cardA}, {1499 * ms, cardA}, {1500 * ms, cardA}}, "scan 2900001234566; scan 2900001234566"},
		{"repeats do not extend the window", []sent{{0, cardA}, {1000 * ms, cardA}, {1600 * ms, cardA}}, "scan 2900001234566; scan 2900001234566"},
		{"errors do not clear it", []sent{{0, cardA}, {300 * ms, "\x00\r"}, {600 * ms, cardA}}, "scan 2900001234566; reject line-error"},
		{"only the last card counts", []sent{{0, cardA}, {300 * ms, cardB}, {600 * ms, cardA}}, "scan 2900001234566; scan 2900007654320; scan 2900001234566"},
		{"both in one read", []sent{{0, cardA + cardA}}, "scan 2900001234566"},
	} {
		t.Run(c.name, func(t *testing.T) {
			socket := &socket{plugged: true}
			inBubble(t, socket, nil, func(t *testing.T, r *Reader, j *journal) {
				expect(t, j, "state ready")
				began := time.Now()
				for _, s := range c.sent {
					time.Sleep(time.Until(began.Add(s.at)))
					socket.fake.send(s.data)
				}
				synctest.Wait()
				expect(t, j, c.want)
			})
		})
	}
}

func TestRepeatsCanBeSwitchedOff(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, func(c *Config) { c.Repeat = -1 }, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send(cardA + cardA)
		synctest.Wait()
		expect(t, j, "state ready; scan 2900001234566; scan 2900001234566")
	})
}

func TestWindowSurvivesReconnect(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send(cardA)
		s.unplug()
		s.plug()
		after(300 * time.Millisecond)
		s.fake.send(cardA)
		synctest.Wait()
		expect(t, j, "state ready; scan 2900001234566; state lost; state ready")
		if got := r.Status(); got.Scans != 1 || got.Repeats != 1 || got.Losses != 1 {
			t.Errorf("status %+v", got)
		}
	})
}

func TestDeviceThatAppearsLater(t *testing.T) { // U02
	for _, chance := range []float64{0, 0.5, 0.999} {
		s := &socket{}
		inBubble(t, s, func(c *Config) { c.Jitter = func() float64 { return chance } }, func(t *testing.T, r *Reader, j *journal) {
			after(time.Second)
			expect(t, j, "state absent")
			s.plug()
			after(time.Second)
			expect(t, j, "state ready")
		})
	}
}

func TestCancelWhileReading(t *testing.T) { // U04
	var log logbook
	j := &journal{}
	synctest.Test(t, func(t *testing.T) {
		port := newFakePort()
		cfg := j.config()
		cfg.Open = func() (Port, error) { return port, nil }
		cfg.Log = log.logger(zerolog.WarnLevel)
		r := New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- r.Run(ctx) }()
		after(50 * time.Millisecond)
		port.send("290")
		began := time.Now()
		cancel()
		if err := <-returned; err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 300*time.Millisecond {
			t.Errorf("returned after %v", took)
		}
		if _, open := <-port.closed; open {
			t.Error("port left open")
		}
		if got := r.Status().State; got != Closed {
			t.Errorf("state %s", got)
		}
	})
	expect(t, j, "state ready")
	if log.text() != "" {
		t.Errorf("logged %s", log.text())
	}
}

func TestDriverThatReturnsNothingAtOnce(t *testing.T) { // U05
	for name, pause := range map[string]time.Duration{"at once": 0, "after a while": 80 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			var reads atomic.Int64
			s := &socket{port: portFunc(func([]byte) (int, error) {
				reads.Add(1)
				time.Sleep(pause)
				return 0, nil
			})}
			inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
				after(time.Second + pause)
				if got := r.Status(); got.Losses == 0 || reads.Load() > 200 {
					t.Errorf("%d reads, status %+v", reads.Load(), got)
				}
				after(time.Hour)
				if got := len(s.tried()); got > 3600/5+10 {
					t.Errorf("%d attempts to open in an hour", got)
				}
			})
		})
	}
}

func TestSlowLineIsNotTakenForADeadDriver(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		for range 200 {
			s.fake.send("A")
			time.Sleep(20 * time.Millisecond)
		}
		s.fake.send("\r")
		after(time.Hour)
		expect(t, j, "state ready; scan "+strings.Repeat("A", 200))
	})
}

func TestBytesThatComeWithAnError(t *testing.T) { // U06
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		s.hold(nil, nil)
		s.fake.reads <- fakeRead{data: cardA, err: errUnplugged}
		after(100 * time.Millisecond)
		expect(t, j, "state ready; scan 2900001234566; state lost")
		after(time.Second)
		expect(t, j, "state absent")
	})
}

func TestBusyThenFree(t *testing.T) { // U07
	s := &socket{err: fmt.Errorf("open: %w", syscall.EBUSY)}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		for len(s.tried()) < 3 {
			after(50 * time.Millisecond)
		}
		if got := r.Status(); got.State != Busy || got.Trouble == "" {
			t.Errorf("status %+v", got)
		}
		s.plug()
		after(2 * time.Second)
		expect(t, j, "state busy; state ready")
		if got := r.Status(); got.Trouble != "" {
			t.Errorf("status %+v", got)
		}
	})
}

func TestStatesTellTroublesApart(t *testing.T) {
	s := &socket{}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		for _, err := range []error{syscall.EBUSY, syscall.EACCES, syscall.EINVAL, syscall.ENOENT} {
			s.hold(nil, fmt.Errorf("open: %w", err))
			after(10 * time.Second)
		}
		expect(t, j, "state absent; state busy; state denied; state failed; state absent")
	})
}

func TestPartialCodeIsForgottenOnLoss(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send("290000")
		s.unplug()
		s.plug()
		after(300 * time.Millisecond)
		s.fake.send("1234566\r")
		synctest.Wait()
		expect(t, j, "state ready; reject link-lost; state lost; state ready; scan 1234566")
	})
}

func TestPanicInTheDriverIsALoss(t *testing.T) {
	s := &socket{port: portFunc(func([]byte) (int, error) { panic("index out of range") })}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		s.plug()
		after(time.Second)
		s.fake.send(cardA)
		synctest.Wait()
		if got := r.Status(); got.State != Ready || got.Losses != 1 || got.Scans != 1 {
			t.Errorf("status %+v", got)
		}
	})
}

func TestPanicInOpenIsAFailure(t *testing.T) {
	s := &socket{}
	var broken atomic.Bool
	broken.Store(true)
	change := func(c *Config) {
		open := c.Open
		c.Open = func() (Port, error) {
			if broken.Load() {
				panic("no such thing")
			}
			return open()
		}
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		broken.Store(false)
		s.plug()
		after(time.Second)
		expect(t, j, "state failed; state ready")
	})
}

func TestSilence(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		expect(t, j, "state ready")
		s.fake.send("290000")
		after(99 * time.Millisecond)
		s.fake.send("1234566")
		after(99 * time.Millisecond)
		expect(t, j, "")
		after(20 * time.Millisecond)
		expect(t, j, "reject unterminated")
		s.fake.send("290000")
		after(105 * time.Millisecond) // past the deadline, before the second look
		s.fake.send("7654320\r")
		synctest.Wait()
		expect(t, j, "scan 2900007654320")
		after(time.Second)
		expect(t, j, "")
		s.fake.send(cardA)
		synctest.Wait()
		expect(t, j, "scan 2900001234566")
		s.fake.send(cardB)
		synctest.Wait()
		expect(t, j, "scan 2900007654320")
	})
}

func TestSilenceEndsACodeInIdleMode(t *testing.T) {
	s := &socket{plugged: true}
	change := func(c *Config) { c.Framer = frame.NewLine(frame.LineConfig{Idle: true}) }
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send("2900001234566")
		after(150 * time.Millisecond)
		s.fake.send("2900007654320")
		after(150 * time.Millisecond)
		expect(t, j, "state ready; scan 2900001234566; scan 2900007654320")
	})
}

// When the process was held up in the middle of a code, its second half must
// not become a code of its own, although the deadline is long past.
func TestSilenceOfOurOwnIsNotTheLines(t *testing.T) {
	r := New((&journal{}).config())
	began := time.Now()
	c := &connection{Reader: r, port: &owner{began: began}}
	c.feed(chunk{data: []byte("290000"), at: began})
	c.feed(chunk{data: []byte("1234566\r"), at: began.Add(time.Second)})
	if got, _ := r.out.pop(); got.scan.Text != "2900001234566" {
		t.Errorf("got %+v", got)
	}
}

// A pacedPort is a fake port whose time-out can be set, as a serial line's can.
type pacedPort struct {
	*fakePort
	timeout time.Duration
}

func (p *pacedPort) SetReadTimeout(d time.Duration) error {
	p.timeout = d
	return nil
}

func (p *pacedPort) Read(b []byte) (int, error) {
	select {
	case r := <-p.reads:
		return copy(b, r.data), r.err
	case <-p.closed:
		return 0, errUnplugged
	case <-time.After(p.timeout):
		return 0, nil
	}
}

// A process may be held up between a byte's arrival and the return of the read
// that brings it, while the rest of it runs on: that is no silence, however long
// it lasts.
func TestReadThatIsHeldUpIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := &pacedPort{fakePort: newFakePort(), timeout: defaultReadTimeout}
		var held bool
		j := &journal{}
		cfg := j.config()
		cfg.Open = func() (Port, error) { return heldUp{port, &held}, nil }
		r := New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- r.Run(ctx) }()
		synctest.Wait()
		expect(t, j, "state ready")

		port.send("290000")
		after(99 * time.Millisecond)
		expect(t, j, "")
		after(20 * time.Millisecond)
		expect(t, j, "reject unterminated") // nothing holds it up: the silence is real

		held = true
		port.send("290000")
		after(400 * time.Millisecond)
		held = false
		port.send("1234")
		after(60 * time.Millisecond)
		port.send("566\r") // nor does a pause after it become one by what was before
		synctest.Wait()
		expect(t, j, "scan 2900001234566")

		port.send("290000")
		after(119 * time.Millisecond)
		expect(t, j, "reject unterminated") // and the next is as long as any
		cancel()
		must(t, <-returned)
	})
}

// heldUp is a port whose reads do not come back empty while held is set.
type heldUp struct {
	*pacedPort
	held *bool
}

func (p heldUp) Read(b []byte) (int, error) {
	if n, err := p.pacedPort.Read(b); n > 0 || err != nil || !*p.held {
		return n, err
	}
	r := <-p.reads
	return copy(b, r.data), r.err
}

func TestBackoffOverHours(t *testing.T) {
	s := &socket{}
	var log logbook
	chance := 0.0
	change := func(c *Config) {
		c.Log = log.logger(zerolog.InfoLevel)
		c.Jitter = func() float64 { chance = math.Mod(chance+0.37, 1); return chance }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		after(6 * time.Hour)
		expect(t, j, "state absent")
		if n := strings.Count(log.text(), "\n"); n != 1 {
			t.Errorf("%d log lines: %s", n, log.text())
		}
		nominal := 250 * time.Millisecond
		tried := s.tried()
		for i := 1; i < len(tried); i++ {
			gap := tried[i].Sub(tried[i-1])
			if gap > nominal || gap < nominal*3/4 {
				t.Fatalf("attempt %d after %v, want %v less up to a quarter", i, gap, nominal)
			}
			nominal = min(2*nominal, 5*time.Second)
		}
		if n := len(tried); n < 6*3600/5 {
			t.Errorf("only %d attempts", n)
		}
	})
}

func TestBackoffForgetsAfterHealth(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*fakePort)
		want time.Duration
	}{
		{"open for 29 s", func(*fakePort) { time.Sleep(29 * time.Second) }, 4 * time.Second},
		{"open for 30 s", func(*fakePort) { time.Sleep(30*time.Second + time.Millisecond) }, 250 * time.Millisecond},
		{"a code came", func(p *fakePort) { p.send(cardA) }, 250 * time.Millisecond},
		{"only garbage came", func(p *fakePort) { p.send("\x00\r") }, 4 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{}
			inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
				after(3 * time.Second) // waits of 250 ms, 500 ms, 1 s, 2 s
				s.plug()
				after(time.Second)
				c.do(s.fake)
				s.unplug()
				lost := time.Now()
				before := len(s.tried())
				after(10 * time.Second)
				if got := s.tried()[before].Sub(lost); got != c.want {
					t.Errorf("tried again after %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestLogHasEdgesAndNoCodes(t *testing.T) {
	s := &socket{plugged: true}
	var log logbook
	inBubble(t, s, func(c *Config) { c.Log = log.logger(zerolog.TraceLevel) }, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send(cardA + cardA + "\x01" + cardB)
		s.unplug()
		after(41 * time.Second)
		s.plug()
		after(5 * time.Second)
	})
	var got []string
	for line := range strings.Lines(log.text()) {
		_, message, _ := strings.Cut(line, `"message":"`)
		got = append(got, strings.TrimSuffix(message, "\"}\n"))
		if !strings.Contains(line, `"device":"lane 1"`) {
			t.Errorf("no device in %s", line)
		}
	}
	want := "scanner ready; scanner sent no code; scanner lost; scanner absent; scanner back after 43 s"
	if strings.Join(got, "; ") != want {
		t.Errorf("logged %q, want %q", strings.Join(got, "; "), want)
	}
	if strings.Contains(log.text(), "2900") {
		t.Errorf("a code in the log: %s", log.text())
	}
}

func TestWrongParityIsLoggedOnce(t *testing.T) {
	s := &socket{plugged: true}
	var log logbook
	inBubble(t, s, func(c *Config) { c.Log = log.logger(zerolog.WarnLevel) }, func(t *testing.T, r *Reader, j *journal) {
		for range 10 {
			s.fake.send("\xB29000\xB1\xB23\xB4566\x8D")
			after(time.Second)
		}
		if n := strings.Count(log.text(), "looks like 7E1"); n != 1 {
			t.Errorf("logged %d times: %s", n, log.text())
		}
		if got := r.Status().Rejects; got != 10 {
			t.Errorf("%d rejects", got)
		}
	})
}

func TestSlowTakerLosesTheOldest(t *testing.T) {
	s := &socket{plugged: true}
	var free chan struct{}
	var log logbook
	var taken []string
	change := func(c *Config) {
		free = make(chan struct{})
		c.Log = log.logger(zerolog.WarnLevel)
		c.OnScan = func(_ context.Context, s Scan) Verdict { <-free; taken = append(taken, s.Text); return Silent }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		for i := range 40 {
			s.fake.send(fmt.Sprintf("%02d\r", i))
		}
		synctest.Wait()
		if got := r.Status(); got.Scans != 40 || got.Dropped != 23 {
			t.Errorf("status %+v", got)
		}
		close(free)
		synctest.Wait()
		want := "00 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39"
		if got := strings.Join(taken, " "); got != want {
			t.Errorf("taken %s, want %s", got, want)
		}
		if n := strings.Count(log.text(), "too slowly"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

func TestNoiseDoesNotPushOutScans(t *testing.T) {
	s := &socket{plugged: true}
	var free chan struct{}
	change := func(c *Config) {
		free = make(chan struct{})
		note := c.OnScan
		c.OnScan = func(ctx context.Context, s Scan) Verdict { <-free; return note(ctx, s) }
		c.OnReject = nil
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		s.fake.send("1\r" + strings.Repeat("\x01\r", 30) + "2\r" + strings.Repeat("\x01\r", 30))
		for i := range 15 {
			s.fake.send(fmt.Sprintf("%d\r", i+3))
		}
		s.fake.send("\x01\r")
		synctest.Wait()
		close(free)
		synctest.Wait()
		var want []string
		for i := range 17 { // one of them was on its way
			want = append(want, fmt.Sprintf("scan %d", i+1))
		}
		expect(t, j, "state ready; "+strings.Join(want, "; "))
		if got := r.Status().Dropped; got != 61 {
			t.Errorf("%d dropped", got)
		}
	})
}

func TestTroubleDoesNotPushOutScans(t *testing.T) {
	s := &socket{plugged: true}
	var free chan struct{}
	j := &journal{}
	change := func(c *Config) {
		free = make(chan struct{})
		c.OnScan = func(_ context.Context, s Scan) Verdict { <-free; j.note("scan " + s.Text); return Silent }
		c.OnState = func(s State) { j.note("state " + string(s)) }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		for i := range 3 {
			s.fake.send(fmt.Sprintf("%d\r", i))
			s.unplug()
			after(time.Minute)
			s.plug()
			after(time.Minute)
		}
		close(free)
		synctest.Wait()
		expect(t, j, "state ready; scan 0; state ready; scan 1; state ready; scan 2; state ready")
	})
}
