package device_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zegel/printer/device"
	"zegel/printer/escpos"
)

// A cable is a serial port of which the test holds the other end.
type cable struct {
	fromPrinter chan []byte
	closed      chan struct{}
	once        sync.Once

	mu     sync.Mutex
	sent   []byte
	pieces []int
	accept int                 // bytes a Write takes at most; 0 is all
	refuse error               // what the next Write returns
	block  bool                // whether Write blocks until the port is closed
	answer func(n byte) []byte // to the live status request n; nil is a mute printer
}

func newCable() *cable {
	return &cable{fromPrinter: make(chan []byte, 10), closed: make(chan struct{})}
}

func (c *cable) Read(p []byte) (int, error) {
	select {
	case b := <-c.fromPrinter:
		return copy(p, b), nil
	case <-c.closed:
		return 0, io.EOF
	}
}

func (c *cable) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.block {
		<-c.closed
		return 0, io.ErrClosedPipe
	}
	if c.refuse != nil {
		return 0, c.refuse
	}
	if c.accept > 0 {
		p = p[:min(len(p), c.accept)]
	}
	c.sent = append(c.sent, p...)
	c.pieces = append(c.pieces, len(p))
	if len(p) == 3 && p[0] == 0x10 && c.answer != nil {
		c.fromPrinter <- c.answer(p[2])
	}
	return len(p), nil
}

func (c *cable) Drain() error { return nil }

func (c *cable) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *cable) arrived() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sent)
}

func open(t *testing.T, port device.Port) *device.Serial {
	t.Helper()
	d, err := device.OpenSerial(t.Context(), "cable", 9600, func() (device.Port, error) { return port, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func slip(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(' ' + i%90)
	}
	return p
}

func TestSerialStopsAtXOFFAndOnlyXONResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		c.fromPrinter <- []byte{0x13}
		synctest.Wait()
		type result struct {
			n   int
			err error
		}
		done := make(chan result)
		go func() { n, err := d.Write(t.Context(), slip(200)); done <- result{n, err} }()
		time.Sleep(time.Second)
		c.fromPrinter <- []byte("any other byte\x12")
		time.Sleep(time.Second)
		if n := c.arrived(); n != 0 {
			t.Fatalf("%d bytes sent against XOFF", n)
		}
		c.fromPrinter <- []byte{0x11}
		if r := <-done; r.n != 200 || r.err != nil || !slices.Equal(c.sent, slip(200)) {
			t.Errorf("wrote %d, %v; %q arrived", r.n, r.err, c.sent)
		}
		if slices.Max(c.pieces) > 16 {
			t.Errorf("pieces of %d bytes: a printer that says XOFF has room for 16", c.pieces)
		}
	})
}

func TestSerialGivesUpAfterTheTimeItsBytesNeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		c.fromPrinter <- []byte{0x13}
		synctest.Wait()
		began := time.Now()
		n, err := d.Write(t.Context(), slip(1000))
		if n != 0 || !errors.Is(err, device.ErrTimeout) || !strings.Contains(err.Error(), "XOFF") {
			t.Errorf("wrote %d, %v", n, err)
		}
		if took := time.Since(began); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("gave up after %s; 1000 bytes take 2 s on paper, and 3 s are for the rest", took)
		}
		c.fromPrinter <- []byte{0x11}
		synctest.Wait()
		if n, err := d.Write(t.Context(), slip(1000)); n != 1000 || err != nil {
			t.Errorf("later: wrote %d, %v", n, err)
		}
	})
}

func TestSerialIsNoFasterThanItsLineAndHardlySlower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, baud := range []int{9600, 115200} {
			d, err := device.OpenSerial(t.Context(), "cable", baud, func() (device.Port, error) { return newCable(), nil })
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if n, err := d.Write(t.Context(), slip(1400)); n != 1400 || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
			takes := 1400 * time.Second * 10 / time.Duration(baud)
			if took := time.Since(began); took > takes || took < takes*9/10 { // the last piece is the port's
				t.Errorf("%d baud: %s for 1400 bytes, which take %s", baud, took, takes)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestSerialCopesWithPortsThatTakeAPart(t *testing.T) {
	c := newCable()
	c.accept = 7
	if n, err := open(t, c).Write(t.Context(), slip(150)); n != 150 || err != nil || !slices.Equal(c.sent, slip(150)) {
		t.Errorf("wrote %d, %v; %q arrived", n, err, c.sent)
	}
}

func TestSerialUnpluggedBeforeTheFirstByteHasSentNothing(t *testing.T) {
	c := newCable()
	c.refuse = errors.New("input/output error")
	if n, err := open(t, c).Write(t.Context(), slip(10)); n != 0 || !errors.Is(err, device.ErrOffline) {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestSerialPortThatNeverReturnsIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		c.block = true
		d := open(t, c)
		n, err := d.Write(t.Context(), slip(10))
		if n != 10 || !errors.Is(err, device.ErrOffline) {
			t.Errorf("wrote %d, %v; nobody knows how many have left, so all 10 count", n, err)
		}
		if n, err := d.Write(t.Context(), slip(10)); n != 0 || !errors.Is(err, device.ErrOffline) {
			t.Errorf("after that: wrote %d, %v", n, err)
		}
	})
}

func TestSerialStatusPassesXOFF(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		c.answer = func(byte) []byte { return []byte{0x13, 0x1a} } // XOFF once more, then an answer
		d := open(t, c)
		c.fromPrinter <- []byte{0x13}
		synctest.Wait()
		s, err := d.Status(t.Context())
		if err != nil || !s.Offline {
			t.Errorf("status %+v, %v", s, err)
		}
		if want := []byte{0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 4}; !slices.Equal(c.sent, want) {
			t.Errorf("asked % x, want % x", c.sent, want)
		}
	})
}

func TestSerialErrorIsAskedForItsKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		c.answer = func(n byte) []byte { return []byte{map[byte]byte{1: 0x1a, 2: 0x52, 3: 0x1a, 4: 0x12}[n]} }
		s, err := open(t, c).Status(t.Context())
		if err != nil || !s.CutterError || s.String() != "cutter stuck" {
			t.Errorf("status %+v, %v", s, err)
		}
	})
}

func TestSerialSilenceAndLateAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		began := time.Now()
		if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrSilent) || time.Since(began) > time.Second {
			t.Fatalf("a mute printer: %v after %s", err, time.Since(began))
		}
		// 16 was the answer to the question of before: "drawer high". To the next one it would be "cover open".
		c.fromPrinter <- []byte{0x16}
		synctest.Wait()
		c.mu.Lock()
		c.answer = func(byte) []byte { return []byte{0x12} }
		c.mu.Unlock()
		if s, err := d.Status(t.Context()); err != nil || s != (escpos.Status{}) {
			t.Errorf("status %+v, %v", s, err)
		}
	})
}

func TestSerialReceivesAllButFlowControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		for _, p := range []string{"\x14\x00\x13\x00\x0f", "7\"00", "\x1102\x00"} {
			c.fromPrinter <- []byte(p)
		}
		synctest.Wait()
		if p, err := d.Receive(t.Context()); string(p) != "\x14\x00\x00\x0f7\"0002\x00" || err != nil {
			t.Errorf("received %q, %v", p, err)
		}
		past, cancel := context.WithCancel(t.Context())
		cancel()
		if p, err := d.Receive(past); !errors.Is(err, device.ErrSilent) {
			t.Errorf("without a wait: %q, %v", p, err)
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if p, err := d.Receive(soon); !errors.Is(err, device.ErrSilent) || time.Since(began) != time.Second {
			t.Errorf("after a wait of %s: %q, %v", time.Since(began), p, err)
		}
	})
}

// The id of a confirmation has digits that pass for a live status ("2" is 32 in hex, "stopped: paper out").
func TestSerialStatusLeavesTheRestForReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		answers := map[byte]string{
			1: "7\"2222\x00\x12",      // a confirmation comes first
			2: "_EPSON\x00\x12",       // a name
			4: "\x10\x00\x00\x0f\x12", // an automatic status
		}
		c.answer = func(n byte) []byte { return []byte(answers[n]) }
		d := open(t, c)
		if s, err := d.Status(t.Context()); err != nil || s != (escpos.Status{}) {
			t.Errorf("status %+v, %v", s, err)
		}
		const want = "7\"2222\x00_EPSON\x00\x10\x00\x00\x0f"
		if p, err := d.Receive(t.Context()); string(p) != want || err != nil {
			t.Errorf("received %q, %v; want %q", p, err, want)
		}
	})
}

// What Receive gave away and what Status looks at is one stream: a frame may begin in one and end in the other.
func TestSerialFrameThatBeganBeforeTheQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		c.fromPrinter <- []byte("7\"2")
		synctest.Wait()
		if p, err := d.Receive(t.Context()); string(p) != "7\"2" || err != nil {
			t.Fatalf("received %q, %v", p, err)
		}
		c.answer = func(byte) []byte {
			c.answer = func(byte) []byte { return []byte{0x12} }
			return []byte("222\x00\x12")
		}
		if s, err := d.Status(t.Context()); err != nil || s != (escpos.Status{}) {
			t.Errorf("status %+v, %v", s, err)
		}
		if p, err := d.Receive(t.Context()); string(p) != "222\x00" || err != nil {
			t.Errorf("received %q, %v", p, err)
		}
	})
}

func TestSerialNoiseDoesNotDeafenForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		c.answer = func(byte) []byte { return []byte{0x12} }
		d := open(t, c)
		c.fromPrinter <- []byte("_") // a frame that never ends
		synctest.Wait()
		if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrSilent) {
			t.Errorf("status: %v", err)
		}
		if s, err := d.Status(t.Context()); err != nil || s != (escpos.Status{}) {
			t.Errorf("asked again: %+v, %v", s, err)
		}
	})
}

func TestSerialNobodyListensToAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		for i := range 1000 {
			c.fromPrinter <- []byte{0x14, 0, 0, byte(i >> 8), byte(i) & 0x0f, 'a', 'b', 'c'}
		}
		synctest.Wait()
		p, err := d.Receive(t.Context())
		if len(p) != 4096 || err != nil || !slices.Equal(p[len(p)-8:], []byte{0x14, 0, 0, 3, 7, 'a', 'b', 'c'}) {
			t.Errorf("received %d bytes ending in % x, %v", len(p), p[max(0, len(p)-8):], err)
		}
	})
}

func TestSerialLineThatEndsHandsOutWhatCameBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCable()
		d := open(t, c)
		c.fromPrinter <- []byte("7\"0001\x00")
		synctest.Wait()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if p, err := d.Receive(t.Context()); string(p) != "7\"0001\x00" || err != nil {
			t.Errorf("received %q, %v", p, err)
		}
		for name, use := range map[string]func() error{
			"receive": func() error { _, err := d.Receive(t.Context()); return err },
			"status":  func() error { _, err := d.Status(t.Context()); return err },
			"command": func() error { return d.WriteRealTime(t.Context(), []byte{0x10, 5, 2}) },
		} {
			if err := use(); !errors.Is(err, device.ErrOffline) || errors.Is(err, device.ErrSilent) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestSerialRealTimeCommandsPassXOFFAndWires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wiredCable{cable: newCable(), busyFor: 1 << 20}
		d := open(t, w)
		w.fromPrinter <- []byte{0x13}
		synctest.Wait()
		if err := d.WriteRealTime(t.Context(), []byte{0x10, 5, 2}); err != nil || !slices.Equal(w.sent, []byte{0x10, 5, 2}) {
			t.Errorf("sent % x, %v", w.sent, err)
		}
		w.fromPrinter <- []byte{0x11}
		synctest.Wait()
		if n, err := d.Write(t.Context(), slip(10)); n != 0 || !errors.Is(err, device.ErrTimeout) || !strings.Contains(err.Error(), "DSR or CTS") {
			t.Errorf("wrote %d, %v", n, err)
		}
	})
}

type wiredCable struct {
	*cable
	busyFor int // looks
	err     error
}

func (w *wiredCable) Ready() (bool, error) {
	w.busyFor--
	return w.busyFor < 0, w.err
}

func TestSerialObeysTheWires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wiredCable{cable: newCable(), busyFor: 100}
		began := time.Now()
		if n, err := open(t, w).Write(t.Context(), slip(40)); n != 40 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if took := time.Since(began); took < 100*time.Millisecond {
			t.Errorf("sent after %s, though the printer was busy", took)
		}
		if slices.Max(w.pieces) > 16 {
			t.Errorf("pieces of %d bytes: the printer has room for 16 when it raises the wire", w.pieces)
		}
	})
}

func TestSerialWithoutWiresToAskSends(t *testing.T) {
	w := &wiredCable{cable: newCable(), busyFor: 100, err: errors.New("inappropriate ioctl for device")}
	if n, err := open(t, w).Write(t.Context(), slip(40)); n != 40 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestSerialOpenFailures(t *testing.T) {
	for _, c := range []struct{ err, want error }{
		{fs.ErrPermission, device.ErrDenied},
		{fmt.Errorf("COM3: %w", device.ErrBusy), device.ErrBusy},
		{fs.ErrNotExist, device.ErrAbsent},
		{errors.New("something else"), device.ErrAbsent},
	} {
		_, err := device.OpenSerial(t.Context(), "COM3", 9600, func() (device.Port, error) { return nil, c.err })
		if !errors.Is(err, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%v became %v, want %v", c.err, err, c.want)
		}
	}
	if _, err := device.OpenSerial(t.Context(), "COM3", 0, nil); err == nil {
		t.Error("a line without a speed is opened")
	}
}
