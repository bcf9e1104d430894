package scanner

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

func TestLineIsOpenedAnewAfterSleep(t *testing.T) {
	for _, c := range []struct {
		name   string
		jump   time.Duration
		losses uint64
	}{
		{"a night", 8 * time.Hour, 1},
		{"eleven seconds", 11 * time.Second, 1},
		{"a clock that is put right", 5 * time.Second, 0},
		{"a clock that is put back", -time.Hour, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &socket{plugged: true}
			var ahead atomic.Int64
			var log logbook
			change := func(cfg *Config) {
				cfg.Wall = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				cfg.Log = log.logger(zerolog.WarnLevel)
			}
			inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
				after(time.Minute)
				old := s.fake
				s.plug() // asleep, the old handle has become useless
				if c.losses == 0 {
					s.hold(nil, nil)
				}
				ahead.Store(int64(c.jump))
				after(3 * time.Second)
				if got := r.Status(); got.Losses != c.losses || got.State != Ready {
					t.Fatalf("status %+v", got)
				}
				if c.losses == 0 {
					s.fake = old
				}
				s.fake.send(cardA)
				synctest.Wait()
				if got := r.Status(); got.Scans != 1 {
					t.Errorf("status %+v", got)
				}
				if n := strings.Count(log.text(), "asleep"); n != int(c.losses) {
					t.Errorf("logged %d times", n)
				}
				after(time.Hour)
				if got := r.Status(); got.Losses != c.losses {
					t.Errorf("status an hour later %+v", got)
				}
			})
		})
	}
}

// A read that never comes back must not be waited for.
func TestReadThatNeverReturns(t *testing.T) {
	s := &socket{}
	stuck := newStubbornPort
	var port *stubbornPort
	change := func(c *Config) {
		port = stuck()
		port.stuckRead = true
		s.hold(port, nil)
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		after(time.Second)
		s.plug()
		after(15 * time.Second)
		expect(t, j, "state ready; state lost; state ready")
		s.fake.send(cardA)
		synctest.Wait()
		if got := r.Status(); got.Scans != 1 || got.Losses != 1 {
			t.Errorf("status %+v", got)
		}
		<-port.closed
	})
}

// An idle line is not a stuck one.
func TestIdleLineIsKept(t *testing.T) {
	s := &socket{plugged: true}
	inBubble(t, s, nil, func(t *testing.T, r *Reader, j *journal) {
		after(24 * time.Hour)
		expect(t, j, "state ready")
		if len(s.tried()) != 1 {
			t.Errorf("opened %d times", len(s.tried()))
		}
	})
}

// An askedPort can say whether its device is there.
type askedPort struct {
	*fakePort
	asked atomic.Int64
	gone  atomic.Bool
}

func (p *askedPort) Alive() error {
	p.asked.Add(1)
	if p.gone.Load() {
		return errors.New("signals cannot be read")
	}
	return nil
}

func TestQuietPortIsAskedWhereItCanBe(t *testing.T) {
	s := &socket{}
	var port *askedPort
	change := func(*Config) {
		port = &askedPort{fakePort: newFakePort()}
		s.hold(port, nil)
	}
	inBubble(t, s, change, func(t *testing.T, r *Reader, j *journal) {
		for range 60 { // a minute with a code a second
			port.send(cardA)
			after(time.Second)
		}
		if n := port.asked.Load(); n != 0 {
			t.Errorf("asked %d times on a busy line", n)
		}
		after(time.Minute)
		if n := port.asked.Load(); n < 10 || n > 12 {
			t.Errorf("asked %d times in a quiet minute", n)
		}
		port.gone.Store(true)
		s.plug()
		after(6 * time.Second)
		if got := r.Status(); got.Losses != 1 || got.State != Ready {
			t.Errorf("status %+v", got)
		}
	})
}
