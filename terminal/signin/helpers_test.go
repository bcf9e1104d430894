package signin_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/signin"
)

// chance is a repeatable source of bytes: SHA-256 of a counter.
type chance struct {
	n   uint64
	buf []byte
}

func (c *chance) Read(p []byte) (int, error) {
	for len(c.buf) < len(p) {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, c.n))
		c.n++
		c.buf = append(c.buf, sum[:]...)
	}
	n := copy(p, c.buf)
	c.buf = c.buf[n:]
	return n, nil
}

// A disk is a store that survives its door, and can break.
type disk struct {
	mu     sync.Mutex
	docs   map[string][]byte
	writes int
	broken error
	// lost is an error after the documents were written.
	lost error
}

func (d *disk) Operators(context.Context) (map[string][]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.docs), d.broken
}

func (d *disk) KeepOperators(_ context.Context, changed map[string][]byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken != nil {
		return d.broken
	}
	d.writes++
	for k, v := range changed {
		if v == nil {
			delete(d.docs, k)
		} else {
			d.docs[k] = bytes.Clone(v)
		}
	}
	return d.lost
}

// A shop is a door and what it stands on.
type shop struct {
	disk *disk
	now  time.Time
	log  bytes.Buffer
	cfg  signin.Config
	*signin.Door
}

// quick is a hash that costs a test little.
var quick = signin.Cost{Memory: 8, Passes: 1, Lanes: 1}

var pepper = bytes.Repeat([]byte{0xA7}, signin.PepperSize)

func newShop(t testing.TB, cost signin.Cost) *shop {
	t.Helper()
	s := &shop{disk: &disk{docs: make(map[string][]byte)}, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	s.cfg = signin.Config{
		Store: s.disk, Pepper: pepper, Now: func() time.Time { return s.now }, Rand: &chance{}, Cost: cost, Log: zerolog.New(&s.log),
	}
	s.restart(t)
	return s
}

// restart is a new process over the same disk.
func (s *shop) restart(t testing.TB) {
	t.Helper()
	door, err := signin.New(context.Background(), s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Door = door
}

func (s *shop) add(t testing.TB, name string, manager bool) signin.Issued {
	t.Helper()
	issued, err := s.Add(t.Context(), name, manager)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// code is the code of a refusal; "" for none. A fault fails the test.
func code(t testing.TB, err error) (programme.Code, time.Time) {
	t.Helper()
	var no *programme.Refusal
	if err != nil && !errors.As(err, &no) {
		t.Fatalf("a fault: %v", err)
	}
	if no == nil {
		return "", time.Time{}
	}
	return no.Code, no.At
}

// try signs in at a lane and gives the refusal's code.
func (s *shop) try(t testing.TB, lane, typed string) (programme.Code, time.Time) {
	t.Helper()
	op, err := s.SignIn(t.Context(), lane, typed)
	if err != nil && op.Name != "" {
		t.Errorf("%q comes with %v", op.Name, err)
	}
	return code(t, err)
}

// wrong is what somebody types who mistakes the PIN's last digit.
func wrong(i signin.Issued) string {
	last := i.Type[len(i.Type)-1]
	return i.Type[:len(i.Type)-1] + string('0'+(last-'0'+1)%10)
}
