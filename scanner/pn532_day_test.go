package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zegel/scanner/pn532"
	"zegel/scanner/scannertest"
)

// A cable leads from a reader of tags to whoever opens it, in fake time.
type cable struct {
	chip *scannertest.PN532
	ctx  context.Context

	mu      sync.Mutex
	plugged bool
	ends    []io.Closer
	serving sync.WaitGroup
}

// open connects the chip anew, which switches its power on.
func (c *cable) open() (Port, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.plugged {
		return nil, fmt.Errorf("open: %w", fs.ErrNotExist)
	}
	ours, theirs := net.Pipe()
	c.ends = append(c.ends, ours, theirs)
	c.serving.Wait() // the port before is closed by now
	c.serving.Go(func() {
		_ = c.chip.Serve(c.ctx, theirs) // ends with its line
	})
	return pipePort{ours}, nil
}

func (c *cable) plug(in bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plugged = in
	if in {
		return
	}
	for _, e := range c.ends {
		e.Close()
	}
	c.ends = nil
}

// pipePort reads with the time-out a serial port has.
type pipePort struct{ net.Conn }

func (p pipePort) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(defaultReadTimeout)); err != nil {
		return 0, err
	}
	n, err := p.Conn.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return n, err
}

// A day in a shop with a bad cable: whatever happens between two taps or during
// one, each tap is one scan, in order.
func TestPN532DayOfTaps(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { dayOfTaps(t, rand.New(rand.NewPCG(seed, 532))) })
		})
	}
}

func dayOfTaps(t *testing.T, chance *rand.Rand) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &cable{chip: scannertest.NewPN532(), ctx: ctx, plugged: true}
	j := &journal{}
	cfg := j.config()
	cfg.Open = c.open
	cfg.Framer = pn532.New(pn532.Config{})
	cfg.OnState = nil
	cfg.OnReject = nil
	r := New(cfg)
	returned := make(chan error, 1)
	go func() { returned <- r.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-returned; err != nil {
			t.Error(err)
		}
		c.plug(false)
		c.serving.Wait()
	}()

	var taps []string
	for n := range 100 {
		happen(chance, c)
		waitFor(t, c.chip, func() bool { return r.Status().State == Ready })
		time.Sleep(time.Second) // the chip is set up

		number := [7]byte{0x04, 1, 2, 3, 4, byte(n >> 8), byte(n)}
		tag, want := scannertest.NTAG215(number, nil), fmt.Sprintf("scan %X", number)
		if chance.IntN(2) == 0 {
			text := fmt.Sprintf("LOY:1:%06d", n)
			tag, want = scannertest.NTAG213(number, scannertest.EncodeNDEFText("nl", text)), "scan "+text
		}
		fault := someFault(chance)
		c.chip.Fail(fault)
		c.chip.Place(tag)
		time.Sleep(time.Second + between(chance, 0, 3*time.Second))
		c.chip.Remove()
		c.chip.Fail(scannertest.Fault{})
		time.Sleep(between(chance, time.Second, 20*time.Second))
		taps = append(taps, want)
		if got := strings.Split(j.peek(), "; "); !slices.Equal(got, taps) {
			t.Fatalf("tap %d with %+v: got %q, want %q\nthe chip:\n%s", n, fault, got[max(0, n-2):], taps[max(0, n-2):], c.chip.Trace())
		}
	}
	if n := c.chip.Malformed(); n != 0 {
		t.Errorf("the chip did not understand %d commands", n)
	}
	if s := r.Status(); s.Rejects != 0 || s.Repeats != 0 || s.Losses == 0 {
		t.Errorf("status %+v", s)
	}
}

func between(chance *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(chance.Int64N(int64(most-least)))
}

// happen is what goes wrong between two taps, if anything does.
func happen(chance *rand.Rand, c *cable) {
	switch chance.IntN(8) {
	case 0: // somebody's foot
		c.plug(false)
		time.Sleep(between(chance, time.Millisecond, 10*time.Second))
		c.plug(true)
	case 1: // the supply
		c.chip.Reset()
		time.Sleep(between(chance, time.Second, 40*time.Second))
	case 2: // the chip
		c.chip.Fail(scannertest.Fault{Deaf: true})
		time.Sleep(between(chance, time.Millisecond, 40*time.Second))
		c.chip.Fail(scannertest.Fault{})
		time.Sleep(time.Second)
	case 3: // a quiet morning
		time.Sleep(between(chance, 0, 2*time.Minute))
	}
}

// someFault is what goes wrong during a tap.
func someFault(chance *rand.Rand) scannertest.Fault {
	garbage := make([]byte, chance.IntN(4))
	for i := range garbage {
		garbage[i] = byte(1 + chance.IntN(254)) // neither 00 nor FF, which begin frames
	}
	return [...]scannertest.Fault{
		{},
		{Glued: true},
		{AnswerFirst: true},
		{Garbage: garbage},
		{Slow: between(chance, 0, 40*time.Millisecond)},
		{Pause: between(chance, 0, time.Millisecond)},
		{Extended: true},
		{BadChecksums: 1 + chance.IntN(2)},
		{Status: 0x01, Statuses: 1},
		{Misses: 1},
		{Alternate: true},
	}[chance.IntN(11)]
}

func waitFor(t *testing.T, chip *scannertest.PN532, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("not within a minute; the chip:\n%s", chip.Trace())
		}
	}
}
