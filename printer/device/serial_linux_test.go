package device_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"zegel/printer/device"
	"zegel/printer/printertest"
)

// A line is a real terminal of the system as a serial port.
type line struct{ *os.File }

// openLine gives a port as its driver would: raw, and without flow control of its own.
func openLine(path string) (device.Port, error) {
	file, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	l := line{file}
	err = l.control(func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return err
		}
		t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
		t.Cflag = unix.CS8 | unix.CREAD | unix.CLOCAL | unix.B9600
		return unix.IoctlSetTermios(fd, unix.TCSETS, t)
	})
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

func (l line) Drain() error {
	return l.control(func(fd int) error { return unix.IoctlSetInt(fd, unix.TCSBRK, 1) })
}

func (l line) control(do func(fd int) error) error {
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	var done error
	if err := raw.Control(func(fd uintptr) { done = do(int(fd)) }); err != nil {
		return err
	}
	return done
}

// Close may be called more than once.
func (l line) Close() error {
	if err := l.File.Close(); !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}

func dialSerial(t *testing.T, path string) *device.Serial {
	t.Helper()
	d, err := device.OpenSerial(t.Context(), path, 9600, func() (device.Port, error) { return openLine(path) })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSerialTerminalPrintsAndAnswers(t *testing.T) {
	p := printertest.New(42)
	cable, err := p.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer cable.Close()
	for range 2 {
		d := dialSerial(t, cable.Path())
		if n, err := d.Write(t.Context(), []byte("\x1b@\x1c.\x1bt\x13Caf\x82\n\x1dVB\x00")); n != 16 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if s, err := d.Status(t.Context()); err != nil || !s.Ready() {
			t.Errorf("status %v, %v", s, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if papers := p.Papers(); len(papers) != 2 || papers[1].Text() != "Café\n" {
		t.Errorf("papers %v", papers)
	}
}

// A terminal has no speed of its own and drains at once, as a dongle seems to. All the same no more than a few
// pieces may come after XOFF, whenever it is said.
func TestSerialTerminalGetsLittleAfterXOFF(t *testing.T) {
	printer, path := terminal(t)
	d := dialSerial(t, path)
	defer d.Close()
	all := slip(400)
	type result struct {
		took []byte
		late int
		err  error
	}
	served := make(chan result, 1)
	go func() {
		took, late, err := serve(printer, len(all))
		served <- result{took, late, err}
	}()
	if n, err := d.Write(t.Context(), all); n != len(all) || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	r := <-served
	if r.err != nil || !bytes.Equal(r.took, all) {
		t.Errorf("%d bytes of %d arrived, %v", len(r.took), len(all), r.err)
	}
	if r.late > 64 {
		t.Errorf("%d bytes came after an XOFF", r.late)
	}
}

// serve takes n bytes and says XOFF after each hundred, until nothing has come for a while. late is the most that
// came after one.
func serve(printer *os.File, n int) (took []byte, late int, err error) {
	for len(took) < n {
		if took, err = take(printer, took, min(n, len(took)+100), time.Minute); err != nil {
			return took, late, err
		}
		if _, err = printer.Write([]byte{0x13}); err != nil {
			return took, late, err
		}
		before := len(took)
		if took, err = take(printer, took, n, 200*time.Millisecond); err != nil {
			return took, late, err
		}
		late = max(late, len(took)-before)
		if _, err = printer.Write([]byte{0x11}); err != nil {
			return took, late, err
		}
	}
	return took, late, nil
}

// take adds what comes to took until it has n bytes or nothing has come for so long.
func take(printer *os.File, took []byte, n int, quiet time.Duration) ([]byte, error) {
	buffer := make([]byte, 64)
	for len(took) < n {
		if err := printer.SetReadDeadline(time.Now().Add(quiet)); err != nil {
			return took, err
		}
		m, err := printer.Read(buffer)
		took = append(took, buffer[:m]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return took, nil
		}
		if err != nil {
			return took, err
		}
	}
	return took, nil
}

func TestSerialTerminalWhoseCableIsPulledInsideASlip(t *testing.T) {
	printer, path := terminal(t)
	d := dialSerial(t, path)
	go func() {
		_, _ = io.CopyN(io.Discard, printer, 200) // what went wrong shows below
		printer.Close()
	}()
	n, err := d.Write(t.Context(), slip(1<<12))
	if !errors.Is(err, device.ErrOffline) || n < 200 || n == 1<<12 {
		t.Errorf("wrote %d, %v", n, err)
	}
	if _, err := d.Receive(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("listening: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
