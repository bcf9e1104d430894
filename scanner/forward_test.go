package scanner

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// onTill runs a Forward on a socket in fake time.
func onTill(t *testing.T, s *socket, change func(*ForwardConfig), test func(*testing.T, *Forward, *journal)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if s.plugged {
			s.plug()
		}
		j := &journal{}
		cfg := ForwardConfig{Name: "till 1", Open: s.open, OnState: func(s State) { j.note("state " + string(s)) }}
		if change != nil {
			change(&cfg)
		}
		f := NewForward(cfg)
		if f.Send([]byte("too early")) {
			t.Error("taken before Run")
		}
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- f.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-returned; err != nil {
				t.Errorf("Run returned %v", err)
			}
			if got := f.Status().State; got != Closed {
				t.Errorf("in the end %s", got)
			}
		}()
		synctest.Wait()
		test(t, f, j)
	})
}

func expectCounts(t *testing.T, f *Forward, sent, dropped, refused int) {
	t.Helper()
	if got := f.Status(); got.Sent != uint64(sent) || got.Dropped != uint64(dropped) || got.Refused != uint64(refused) {
		t.Errorf("%d sent, %d dropped, %d refused; want %d, %d, %d", got.Sent, got.Dropped, got.Refused, sent, dropped, refused)
	}
}

func TestForwardSendsInOrder(t *testing.T) {
	s := &socket{plugged: true}
	onTill(t, s, nil, func(t *testing.T, f *Forward, j *journal) {
		raw := []byte("0\r")
		var want []string
		for i := range 40 {
			raw[0] = '0' + byte(i)
			if !f.Send(raw) {
				t.Errorf("scan %d not taken", i)
			}
			want = append(want, string(raw))
		}
		raw[0] = '!' // what was sent is a copy
		s.fake.send("what the till says is thrown away")
		synctest.Wait()
		if got := s.fake.heard(); got != strings.Join(want, " ") {
			t.Errorf("sent %q", got)
		}
		expect(t, j, "state ready")
		expectCounts(t, f, 40, 0, 1)
	})
}

func TestForwardRefusesWhileTheLineIsAway(t *testing.T) {
	s := &socket{plugged: true}
	var log logbook
	change := func(c *ForwardConfig) { c.Log = log.logger(zerolog.InfoLevel) }
	onTill(t, s, change, func(t *testing.T, f *Forward, j *journal) {
		s.unplug()
		after(41 * time.Second)
		if f.Send([]byte("4006381333931\r")) {
			t.Error("taken without a line")
		}
		s.plug()
		after(5 * time.Second)
		if !f.Send([]byte("4006381333931\r")) {
			t.Error("not taken with a line")
		}
		synctest.Wait()
		if got := s.fake.heard(); got != "4006381333931\r" {
			t.Errorf("sent %q", got)
		}
		expect(t, j, "state ready; state lost; state absent; state ready")
		expectCounts(t, f, 1, 0, 2)
		if n := strings.Count(log.text(), "\n"); n != 4 || strings.Contains(log.text(), "4006") {
			t.Errorf("logged %s", log.text())
		}
	})
}

// A till that takes nothing must not fill the memory, nor hold up who scans.
func TestForwardQueueIsBounded(t *testing.T) {
	s := &socket{plugged: true}
	onTill(t, s, nil, func(t *testing.T, f *Forward, j *journal) {
		s.fake.stop(true, false)
		taken := 0
		for range 200 {
			if f.Send([]byte("4006381333931\r")) {
				taken++
			}
			synctest.Wait()
		}
		if taken != mostForwards+1 { // and the one that is being written
			t.Errorf("%d scans taken", taken)
		}
		after(writeBudget)
		expect(t, j, "state ready; state lost")
		expectCounts(t, f, 0, 1, 1+200-taken)
		s.hold(nil, nil)
		after(time.Minute)
		s.plug()
		after(5 * time.Second)
		if got := s.fake.heard(); got != "" {
			t.Errorf("sent a minute late: %q", got)
		}
		expectCounts(t, f, 0, taken, 1+200-taken)
	})
}

// What had not begun to go out goes out after a short loss, and not after a
// long one.
func TestForwardAfterALoss(t *testing.T) {
	for _, c := range []struct {
		name          string
		away          time.Duration
		sent, dropped int
	}{
		{"short", 200 * time.Millisecond, 3, 0},
		{"long", 10 * time.Second, 0, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{plugged: true}
			onTill(t, s, nil, func(t *testing.T, f *Forward, j *journal) {
				s.fake.stop(false, true)
				s.hold(nil, nil)
				for i := range 3 {
					if !f.Send(fmt.Appendf(nil, "%d\r", i)) {
						t.Errorf("scan %d not taken", i)
					}
				}
				after(c.away)
				s.plug()
				after(10 * time.Second)
				want := "0\r 1\r 2\r"
				if c.sent == 0 {
					want = ""
				}
				if got := s.fake.heard(); got != want {
					t.Errorf("sent %q", got)
				}
				expectCounts(t, f, c.sent, c.dropped, 1)
			})
		})
	}
}

// Of a scan that went out in part nothing more may follow: its rest would be
// read as a code.
func TestForwardNeverSendsTheRestOfAScan(t *testing.T) {
	s := &socket{}
	half := &halfPort{fakePort: newFakePort()}
	change := func(c *ForwardConfig) {
		half.fakePort = newFakePort()
		s.hold(half, nil)
	}
	onTill(t, s, change, func(t *testing.T, f *Forward, j *journal) {
		if !f.Send([]byte("4006381333931\r")) || !f.Send([]byte("\n")) {
			t.Error("not taken")
		}
		synctest.Wait()
		s.plug()
		after(10 * time.Second)
		if got := s.fake.heard(); got != "" {
			t.Errorf("sent %q", got)
		}
		expectCounts(t, f, 0, 1, 1)
	})
}

// The LF that comes behind CR is no scan of its own.
func TestForwardCountsScansAndNotTheirEnds(t *testing.T) {
	s := &socket{plugged: true}
	onTill(t, s, nil, func(t *testing.T, f *Forward, j *journal) {
		send := func() {
			f.Send([]byte("1\r"))
			f.Send([]byte("\n"))
			synctest.Wait()
		}
		send()
		if got := s.fake.heard(); got != "1\r \n" {
			t.Errorf("sent %q", got)
		}
		expectCounts(t, f, 1, 0, 1)
		s.fake.stop(true, false)
		send()
		after(time.Second)
		expectCounts(t, f, 1, 1, 1)
		s.hold(nil, nil)
		after(time.Minute)
		send()
		expectCounts(t, f, 1, 1, 2)
	})
}

// A halfPort takes half of what is written and fails.
type halfPort struct{ *fakePort }

func (p *halfPort) Write(b []byte) (int, error) { return len(b) / 2, errUnplugged }

func TestForwardStopsAlthoughAWriteHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := newStubbornPort()
		port.stuckWrite = true
		f := NewForward(ForwardConfig{Open: func() (Port, error) { return port, nil }})
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- f.Run(ctx) }()
		synctest.Wait()
		if !f.Send([]byte("4006381333931\r")) {
			t.Error("not taken")
		}
		synctest.Wait()
		stopping := time.Now()
		cancel()
		if err := <-returned; err != nil {
			t.Error(err)
		}
		if took := time.Since(stopping); took > closeLimit+writeBudget {
			t.Errorf("stopped after %v", took)
		}
		if got := f.Status(); got.Dropped != 1 {
			t.Errorf("status %+v", got)
		}
		close(port.letGo)
	})
}

// Many may send at the same time; every scan is sent, dropped or refused.
func TestForwardLosesNoCount(t *testing.T) {
	s := &socket{plugged: true}
	onTill(t, s, nil, func(t *testing.T, f *Forward, j *journal) {
		var senders sync.WaitGroup
		for sender := range 8 {
			senders.Go(func() {
				for i := range 100 {
					f.Send(fmt.Appendf(nil, "%d-%d\r", sender, i))
					time.Sleep(time.Duration(sender+1) * 70 * time.Millisecond)
				}
			})
		}
		for range 5 {
			s.unplug()
			s.plug()
			after(6 * time.Second) // longer than any wait for a lost line
		}
		senders.Wait()
		after(10 * time.Second)
		got := f.Status()
		if got.Sent+got.Dropped+got.Refused != 801 || got.Sent == 0 || got.Refused < 2 || got.Losses != 5 {
			t.Errorf("status %+v", got)
		}
	})
}
