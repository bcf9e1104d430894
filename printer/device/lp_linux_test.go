package device_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

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

// A named pipe that nobody reads is a device that takes no more once its buffer is full.
func TestLPThatTakesNoMoreTimesOut(t *testing.T) {
	path := pipe(t)
	d, err := device.OpenLP(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	n, err := d.Write(ctx, slip(1<<20))
	if !errors.Is(err, device.ErrTimeout) || n == 0 || n == 1<<20 {
		t.Errorf("wrote %d, %v", n, err)
	}
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

func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lp0")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
