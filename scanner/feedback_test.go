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

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
)

const (
	accept = "<yes>"
	refuse = "<no>"
)

// judging makes a configuration that beeps, and takes card A only.
func judging(c *Config) {
	c.Feedback = Feedback{Accept: []byte(accept), Reject: []byte(refuse)}
	note := c.OnScan
	c.OnScan = func(ctx context.Context, s Scan) Verdict {
		note(ctx, s)
		switch s.Text + "\r" {
		case cardA:
			return Accepted
		case cardB:
			return Refused
		default:
			return Silent
		}
	}
}

func TestFeedbackFollowsTheVerdict(t *testing.T) {
	for _, c := range []struct{ name, sent, want string }{
		{"accepted", cardA, accept},
		{"refused", cardB, refuse},
		{"silent", "2912345678901\r", ""},
		{"a repeat says nothing", cardA + cardA, accept},
		{"a reject", "29\x01\r", refuse},
		{"a damaged code", "29\x00\r", refuse},
		{"nothing read", "NR\r", ""},
		{"one after the other", cardA + "\x01\r" + cardB + "NR\r" + cardA, strings.Join([]string{accept, refuse, refuse, accept}, " ")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{plugged: true}
			inBubble(t, s, judging, func(t *testing.T, r *Reader, _ *journal) {
				s.fake.send(c.sent)
				synctest.Wait()
				if got := s.fake.heard(); got != c.want {
					t.Errorf("the device was told %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestNoFeedbackUnlessSet(t *testing.T) {
	s := &socket{plugged: true}
	change := func(c *Config) { judging(c); c.Feedback = Feedback{} }
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(cardA + cardB + "\x01\r")
		synctest.Wait()
		if got := s.fake.heard(); got != "" {
			t.Errorf("the device was told %q", got)
		}
	})
}

func TestFeedbackComesAfterTheHandler(t *testing.T) {
	s := &socket{plugged: true}
	var free chan struct{}
	change := func(c *Config) {
		free = make(chan struct{})
		judging(c)
		judge := c.OnScan
		c.OnScan = func(ctx context.Context, s Scan) Verdict { <-free; return judge(ctx, s) }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(cardA)
		after(5 * time.Second)
		if got := s.fake.heard(); got != "" {
			t.Errorf("the device was told %q before the scan was taken", got)
		}
		s.fake.send(cardB) // and it is read on meanwhile
		synctest.Wait()
		if got := r.Status().Scans; got != 2 {
			t.Errorf("%d scans", got)
		}
		close(free)
		synctest.Wait()
		if got := s.fake.heard(); got != accept+" "+refuse {
			t.Errorf("the device was told %q", got)
		}
	})
}

// A device that takes no data costs its feedback and nothing else.
func TestFeedbackNeverDelaysAScan(t *testing.T) {
	s := &socket{plugged: true}
	var log logbook
	var delays []time.Duration
	var sent time.Time
	change := func(c *Config) {
		judging(c)
		c.Log = log.logger(zerolog.WarnLevel)
		judge := c.OnScan
		c.OnScan = func(ctx context.Context, s Scan) Verdict {
			delays = append(delays, time.Since(sent))
			return judge(ctx, s)
		}
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.stop(true, false)
		for i := range 50 {
			sent = time.Now()
			s.fake.send([]string{cardA, cardB}[i%2])
			synctest.Wait()
			if i == 0 && r.Status().FeedbackBroken {
				t.Error("given up at once")
			}
			after(time.Second)
		}
		for i, d := range delays {
			if d > 0 {
				t.Errorf("scan %d came after %v", i, d)
			}
		}
		if got := r.Status(); len(delays) != 50 || !got.FeedbackBroken || got.State != Ready || got.Losses != 0 {
			t.Errorf("%d scans, status %+v", len(delays), got)
		}
		if n := strings.Count(log.text(), "takes no data"); n != 1 {
			t.Errorf("logged %d times: %s", n, log.text())
		}

		s.unplug() // another connection, another try
		s.plug()
		after(time.Second)
		s.fake.send(cardA)
		synctest.Wait()
		if got := s.fake.heard(); got != accept || r.Status().FeedbackBroken {
			t.Errorf("after replugging the device was told %q, status %+v", got, r.Status())
		}
	})
}

func TestFeedbackThatFailsIsGivenUp(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, judging, func(t *testing.T, r *Reader, j *journal) {
		s.fake.stop(false, true)
		s.fake.send(cardA)
		after(time.Second)
		s.fake.stop(false, false)
		s.fake.send(cardB)
		after(time.Second)
		expect(t, j, "state ready; scan 2900001234566; scan 2900007654320")
		if got := r.Status(); !got.FeedbackBroken || got.State != Ready || s.fake.heard() != "" {
			t.Errorf("status %+v", got)
		}
	})
}

// A write that fails long after it was given up is not given up again.
func TestFeedbackIsGivenUpOnce(t *testing.T) {
	s := &socket{}
	var port *stubbornPort
	var log logbook
	change := func(c *Config) {
		judging(c)
		c.Log = log.logger(zerolog.WarnLevel)
		port = newStubbornPort()
		port.stuckWrite = true
		s.hold(port, nil)
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		port.send(cardA)
		after(time.Second)
		close(port.letGo)
		after(time.Second)
		port.send(cardB)
		after(time.Second)
		expect(t, j, "state ready; scan 2900001234566; scan 2900007654320")
		if n := strings.Count(log.text(), "takes no data"); n != 1 {
			t.Errorf("logged %d times: %s", n, log.text())
		}
	})
}

// What the handler says of a scan from before a loss means nothing to whoever
// holds the device after it.
func TestFeedbackIsForItsOwnConnection(t *testing.T) {
	s := &socket{plugged: true}
	var free chan struct{}
	change := func(c *Config) {
		free = make(chan struct{})
		judging(c)
		judge := c.OnScan
		c.OnScan = func(ctx context.Context, s Scan) Verdict { <-free; return judge(ctx, s) }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		s.fake.send(cardA)
		s.unplug()
		s.plug()
		after(time.Second)
		close(free)
		synctest.Wait()
		if got := s.fake.heard(); got != "" {
			t.Errorf("the device was told %q", got)
		}
		s.fake.send(cardB)
		synctest.Wait()
		if got := s.fake.heard(); got != refuse {
			t.Errorf("the device was told %q", got)
		}
	})
}

// A dialogue is a framer whose device is to be told things: what it says is
// answered, and when it says nothing it is asked.
type dialogue struct {
	frame.Framer
	asked time.Time // zero unless an answer is awaited
	asks  int
	gone  bool // it gave the device up
}

func (d *dialogue) Start(now time.Time) []frame.Event {
	d.gone = false
	return append(d.ask(now), frame.Event{Send: []byte("hello")})
}

func (d *dialogue) ask(now time.Time) []frame.Event {
	d.asked = now
	d.asks++
	return []frame.Event{{Send: fmt.Appendf(nil, "ask%d", d.asks)}}
}

func (d *dialogue) Feed(now time.Time, b []byte) []frame.Event {
	d.asked, d.asks = time.Time{}, 0
	var events []frame.Event
	for _, e := range d.Framer.Feed(now, b) {
		e.Send = []byte("ack " + e.Text)
		events = append(events, e)
	}
	return append(events, frame.Event{Note: frame.Reply})
}

func (d *dialogue) Tick(now time.Time) []frame.Event {
	switch deadline, waiting := d.Deadline(); {
	case !waiting || now.Before(deadline):
		return nil
	case d.asks == 3:
		d.gone = true
		d.asked = time.Time{}
		return []frame.Event{{Reason: frame.NoAnswer, Dead: true}}
	default:
		return d.ask(now)
	}
}

func (d *dialogue) Deadline() (time.Time, bool) {
	return d.asked.Add(time.Second), !d.asked.IsZero()
}

func (d *dialogue) Lost() []frame.Event {
	d.asked, d.asks = time.Time{}, 0
	return d.Framer.Lost()
}

func talking(c *Config) { c.Framer = &dialogue{Framer: frame.NewLine(frame.LineConfig{})} }

func TestFramerSpeaksFirstAndBeforeFeedback(t *testing.T) {
	s := &socket{plugged: true}
	change := func(c *Config) { judging(c); talking(c) }
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		if got := s.fake.heard(); got != "ask1 hello" {
			t.Errorf("at first the device was told %q", got)
		}
		s.fake.send(cardA + cardB)
		synctest.Wait()
		if got := s.fake.heard(); got != "ack 2900001234566 ack 2900007654320 "+accept+" "+refuse {
			t.Errorf("the device was told %q", got)
		}
	})
}

// A device may be gone although its port is there. That is one loss and not one
// for every attempt.
func TestDeviceThatDoesNotAnswer(t *testing.T) {
	var log logbook
	var mu sync.Mutex
	var ports []*fakePort
	latest := func() (*fakePort, int) {
		mu.Lock()
		defer mu.Unlock()
		return ports[len(ports)-1], len(ports)
	}
	change := func(c *Config) {
		talking(c)
		c.Log = log.logger(zerolog.InfoLevel)
		c.Open = func() (Port, error) {
			mu.Lock()
			defer mu.Unlock()
			ports = append(ports, newFakePort())
			return ports[len(ports)-1], nil
		}
	}
	inBubble(t, &socket{}, change, func(t *testing.T, r *Reader, j *journal) {
		expect(t, j, "state ready")
		after(3*time.Second + 3*lookAgain)
		expect(t, j, "state lost")
		if got := r.Status(); got.Trouble != errDead.Error() || got.Rejects != 0 {
			t.Errorf("status %+v", got)
		}
		after(2 * time.Hour)
		expect(t, j, "")
		if got := r.Status(); got.Losses != 1 || got.State != Lost {
			t.Errorf("status %+v", got)
		}
		port, opened := latest()
		if most := 2 * 3600 / (3 + 5) * 4 / 3; opened < 100 || opened > most {
			t.Errorf("opened %d times in two hours", opened)
		}
		if got := port.heard(); got != "" && !strings.HasPrefix(got, "ask1 hello") {
			t.Errorf("the device was told %q", got)
		}
		for r.Status().State != Ready { // it is switched on again
			port, _ = latest()
			select {
			case port.reads <- fakeRead{data: cardA}:
			case <-time.After(time.Second):
			}
			synctest.Wait()
		}
		expect(t, j, "state ready; scan 2900001234566")
		if n := strings.Count(log.text(), "\n"); n != 3 {
			t.Errorf("%d log lines: %s", n, log.text())
		}
	})
}

// Whoever is plugged in anew is believed to be there until it proves dead.
func TestDeviceThatDoesNotAnswerIsReplugged(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, talking, func(t *testing.T, r *Reader, j *journal) {
		s.hold(nil, nil)
		after(10 * time.Second)
		expect(t, j, "state ready; state lost; state absent")
		s.plug()
		after(10 * time.Second)
		expect(t, j, "state ready; state lost")
	})
}

// A line that echoes has bytes, and nobody at the other end.
func TestEchoIsNoAnswer(t *testing.T) {
	s := &socket{}
	change := func(c *Config) {
		c.Framer = pn532.New(pn532.Config{})
		c.Open = func() (Port, error) { return chattyPort{newFakePort(), func(told string) string { return told }}, nil }
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		after(time.Hour)
		expect(t, j, "state ready; state lost")
	})
}

// A chattyPort answers all that it is told.
type chattyPort struct {
	*fakePort
	answer func(told string) string
}

func (p chattyPort) Write(b []byte) (int, error) {
	n, err := p.fakePort.Write(b)
	answer := p.answer(string(b))
	time.AfterFunc(20*time.Millisecond, func() {
		select {
		case p.reads <- fakeRead{data: answer}:
		case <-p.closed:
		}
	})
	return n, err
}

// Some devices answer a command in text. To refuse that would make them answer
// for ever.
func TestAnswerToABeepIsNotBeepedFor(t *testing.T) {
	for _, c := range []struct{ name, answer string }{
		{"that is a code to us", "ERR\r"},
		{"that is none", "BEPEXE1\x06.\r"},
		{"without an end", "BEPEXE1\x06."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{}
			var port *fakePort
			change := func(cfg *Config) {
				judging(cfg)
				cfg.Repeat = -1
				cfg.OnScan = func(_ context.Context, s Scan) Verdict {
					if s.Text+"\r" == cardA {
						return Accepted
					}
					return Refused
				}
				port = newFakePort()
				s.hold(chattyPort{port, func(string) string { return c.answer }}, nil)
			}
			inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
				for _, round := range []struct{ sent, want string }{{cardA, accept}, {cardB, refuse}, {"29\x01\r", refuse}} {
					port.send(round.sent)
					after(time.Minute)
					if got := port.heard(); got != round.want {
						t.Errorf("for %q the device was told %q, want %q", round.sent, got, round.want)
					}
				}
			})
		})
	}
}

// Bytes that never stop must not hold up what is due at a fixed time.
func TestDeadlinesPassWhileBytesCome(t *testing.T) {
	s := &socket{plugged: true}
	var ticks []time.Duration
	change := func(c *Config) { c.Framer = &clockwork{ticks: &ticks} }
	inBubble(t, s, change, func(t *testing.T, r *Reader, _ *journal) {
		for range 2000 {
			s.fake.send("x")
			time.Sleep(time.Millisecond)
		}
		if len(ticks) < 15 || len(ticks) > 20 {
			t.Errorf("%d ticks in 2 s, due every 100 ms", len(ticks))
		}
		for _, late := range ticks {
			if late < 0 || late > 2*lookAgain {
				t.Errorf("a tick came %v late", late)
			}
		}
	})
}

// A clockwork is due every 100 ms whatever comes.
type clockwork struct {
	frame.Framer
	due   time.Time
	ticks *[]time.Duration
}

func (c *clockwork) Start(now time.Time) []frame.Event {
	c.due = now.Add(100 * time.Millisecond)
	return nil
}
func (c *clockwork) Polls()                               {}
func (c *clockwork) Feed(time.Time, []byte) []frame.Event { return nil }
func (c *clockwork) Deadline() (time.Time, bool)          { return c.due, true }
func (c *clockwork) Lost() []frame.Event                  { return nil }
func (c *clockwork) Tick(now time.Time) []frame.Event {
	if !now.Before(c.due) {
		*c.ticks = append(*c.ticks, now.Sub(c.due))
		c.due = now.Add(100 * time.Millisecond)
	}
	return nil
}
