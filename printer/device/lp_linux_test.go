package device_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"zegel/printer/device"
	"zegel/printer/printertest"
)

func TestLPOnATerminal(t *testing.T) {
	p := printertest.New(42)
	cable, err := p.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer cable.Close()
	for range 2 { // a printer outlives its clients
		d, err := device.OpenLP(t.Context(), cable.Path())
		if err != nil {
			t.Fatal(err)
		}
		slip := []byte("\x1b@\x1c.\x1bt\x13Caf\x82\n\x11\x13\x1dVB\x00") // XON and XOFF are data to a device file
		if n, err := d.Write(t.Context(), slip); n != len(slip) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if s, err := d.Status(t.Context()); err != nil || !s.Ready() {
			t.Errorf("status %v, %v", s, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	papers := p.Papers()
	if len(papers) != 2 || papers[1].Text() != "Café\n" {
		t.Errorf("papers %v", papers)
	}
	if odd := p.Odd(); !bytes.Equal(odd, []byte{0x11, 0x13, 0x11, 0x13}) {
		t.Errorf("% x arrived besides", odd)
	}
}

func TestLPWhoseCableIsPulled(t *testing.T) {
	p := printertest.New(42)
	cable, err := p.Pty()
	if err != nil {
		t.Fatal(err)
	}
	d, err := device.OpenLP(t.Context(), cable.Path())
	if err != nil {
		t.Fatal(err)
	}
	if err := cable.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Write(t.Context(), slip(10)); n != 0 || !errors.Is(err, device.ErrOffline) {
		t.Errorf("wrote %d, %v", n, err)
	}
	if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("status: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := device.OpenLP(t.Context(), cable.Path()); !errors.Is(err, device.ErrAbsent) {
		t.Errorf("opened again: %v", err)
	}
}

func TestLPSilence(t *testing.T) {
	p := printertest.New(42)
	p.Mute(true)
	cable, err := p.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer cable.Close()
	d, err := device.OpenLP(t.Context(), cable.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Status(t.Context()); !errors.Is(err, device.ErrSilent) {
		t.Errorf("a mute printer: %v", err)
	}
	p.Mute(false)
	p.OpenCover(true)
	if s, err := d.Status(t.Context()); err != nil || s.String() != "cover open" {
		t.Errorf("status %v, %v", s, err)
	}
}

// A terminal that nobody reads is a printer that takes no more once the system's buffer is full.
func TestLPThatTakesNoMoreTimesOutAndGoesOn(t *testing.T) {
	printer, path := terminal(t)
	d, err := device.OpenLP(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := slip(64 << 10)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	n, err := d.Write(ctx, all)
	if !errors.Is(err, device.ErrTimeout) || errors.Is(err, device.ErrPaperOut) || n == 0 || n == len(all) {
		t.Fatalf("wrote %d, %v", n, err)
	}
	arrived := make(chan []byte)
	go func() {
		p := make([]byte, len(all))
		m, _ := io.ReadFull(printer, p) // what is missing tells
		arrived <- p[:m]
	}()
	if m, err := d.Write(t.Context(), all[n:]); m != len(all)-n || err != nil {
		t.Errorf("later wrote %d of %d, %v", m, len(all)-n, err)
	}
	if !bytes.Equal(<-arrived, all) {
		t.Error("the printer did not get each byte once")
	}
}

func TestLPWhosePortSaysPaperOutIsLeftAloneSoon(t *testing.T) {
	_, path := terminal(t)
	d, err := device.OpenLP(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.SetPort(says(0x30))
	began := time.Now()
	n, err := d.Write(t.Context(), slip(64<<10)) // which may take two minutes
	if !errors.Is(err, device.ErrTimeout) || !errors.Is(err, device.ErrPaperOut) || n == 0 {
		t.Errorf("wrote %d, %v", n, err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("noticed after %s", took)
	}
	if _, err := d.Write(t.Context(), slip(64<<10)); !errors.Is(err, device.ErrTimeout) || !errors.Is(err, device.ErrPaperOut) {
		t.Errorf("still without paper: %v", err)
	}
}

// A transfer that usblp ends because its cable was pulled looks like one that went well.
func TestLPWhosePortIsGoneHasNotPrinted(t *testing.T) {
	p := printertest.New(42)
	cable, err := p.Pty()
	if err != nil {
		t.Fatal(err)
	}
	defer cable.Close()
	for name, failure := range map[string]error{"gone": syscall.ENODEV, "failing": syscall.EIO} {
		d, err := device.OpenLP(t.Context(), cable.Path())
		if err != nil {
			t.Fatal(err)
		}
		d.SetPort(func() (byte, error) { return 0, failure })
		if n, err := d.Write(t.Context(), slip(10)); n != 10 || !errors.Is(err, device.ErrOffline) {
			t.Errorf("%s: wrote %d, %v", name, n, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestLPPortSpeaksForAPrinterThatFellSilent(t *testing.T) {
	for _, c := range []struct {
		name     string
		answered bool
		port     byte
		want     string // "" is ErrSilent
	}{
		{"paper out", true, 0x30, "paper out"},
		{"paper out and not selected", true, 0x28, "paper out"},
		{"not selected", true, 0x08, "offline"},
		{"error", true, 0x10, "error"},
		{"well", true, 0x18, ""}, // no proof: many say so all the time
		{"nonsense", true, 0xff, ""},
		{"never answered", false, 0x30, ""}, // it may never answer, and then silence means nothing
	} {
		t.Run(c.name, func(t *testing.T) {
			p := printertest.New(42)
			cable, err := p.Pty()
			if err != nil {
				t.Fatal(err)
			}
			defer cable.Close()
			d, err := device.OpenLP(t.Context(), cable.Path())
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			d.SetPort(says(c.port))
			if c.answered {
				if s, err := d.Status(t.Context()); err != nil || !s.Ready() {
					t.Fatalf("status %v, %v", s, err)
				}
			}
			p.Mute(true)
			s, err := d.Status(t.Context())
			if c.want == "" && !errors.Is(err, device.ErrSilent) {
				t.Errorf("status %v, %v; want silence", s, err)
			}
			if c.want != "" && (err != nil || s.String() != c.want || s.Ready()) {
				t.Errorf("status %v, %v; want %s", s, err, c.want)
			}
		})
	}
}

func TestLPReceivesWhatItWasNotAsked(t *testing.T) {
	printer, path := terminal(t)
	d, err := device.OpenLP(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := printer.Write([]byte("7\"0002\x00")); err != nil {
		t.Fatal(err)
	}
	if got := received(t, d, 7); string(got) != "7\"0002\x00" {
		t.Errorf("received %q", got)
	}
	if err := printer.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err := d.Receive(t.Context()); !errors.Is(err, device.ErrOffline) {
		t.Errorf("received %q, %v from a line that has ended", p, err)
	}
}

// A receiver is a device that hands out what the printer says.
type receiver interface {
	Receive(ctx context.Context) ([]byte, error)
}

// received waits for n bytes from the printer.
func received(t *testing.T, d receiver, n int) (all []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for len(all) < n {
		p, err := d.Receive(ctx)
		if err != nil {
			t.Errorf("received %q, then %v", all, err)
			break
		}
		all = append(all, p...)
	}
	return all
}

// says is a port that always says the same.
func says(status byte) func() (byte, error) { return func() (byte, error) { return status, nil } }

// terminal gives both ends of one that nobody serves.
func terminal(t *testing.T) (printer *os.File, path string) {
	t.Helper()
	printer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { printer.Close() }) // a test may have pulled the cable itself
	raw, err := printer.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	if err := raw.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return printer, "/dev/pts/" + strconv.Itoa(number)
}

func TestFileCollectsSlips(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slips.bin")
	for range 2 {
		d, err := device.OpenFile(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := d.Write(t.Context(), []byte("slip\n")); n != 5 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "slip\nslip\n" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if _, err := device.OpenFile(t.Context(), filepath.Join(path, "below")); !errors.Is(err, device.ErrAbsent) {
		t.Errorf("a path that cannot be: %v", err)
	}
}
