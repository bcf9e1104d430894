package scannertest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zegel/scanner/scannertest"
)

func TestDeviceComesAndGoes(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	if _, err := d.Write([]byte("A")); err == nil {
		t.Error("an unplugged device can write")
	}
	for range 3 {
		if err := d.Plug(); err != nil {
			t.Fatal(err)
		}
		if err := d.Plug(); err == nil {
			t.Error("a plugged device can be plugged in")
		}
		if _, err := os.Stat(d.Path()); err != nil {
			t.Errorf("plugged in: %v", err)
		}
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(d.Path()); !os.IsNotExist(err) {
			t.Errorf("unplugged: %v", err)
		}
	}
	if err := d.Unplug(); err != nil {
		t.Errorf("unplugging twice: %v", err)
	}
}

// Bytes pass as they are even for a reader that sets no mode of its own.
func TestBytesPassUnchanged(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	if err := d.Plug(); err != nil {
		t.Fatal(err)
	}
	defer d.Unplug()
	reader, err := os.Open(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	want := []byte("\x00\x02\x03\x04\x11\x13\x1a\x1c\x7f\xff29\r\n")
	if _, err := d.Write(want); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	n, err := reader.Read(got)
	if err != nil || !bytes.Equal(got[:n], want) {
		t.Errorf("got % x, %v", got[:n], err)
	}
}

func TestDeviceReadsWhatTheHostWrites(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	if _, err := d.Read(make([]byte, 1)); err == nil {
		t.Error("an unplugged device can read")
	}
	plug(t, d)
	host, err := os.OpenFile(d.Path(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	want := []byte("\x00\x02\x03\x04\x11\x13\x1a\x1c\x7f\xff29\r\n")
	if _, err := host.Write(want); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(d, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got % x, %v", got, err)
	}
}

// Pulling the cable ends what waits for the other side, which still holds its
// end.
func TestUnplugEndsReadsAndWrites(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	for name, wait := range map[string]func() error{
		"read":  func() error { _, err := d.Read(make([]byte, 1)); return err },
		"write": func() error { _, err := d.Write(make([]byte, 1<<20)); return err },
	} {
		if err := d.Plug(); err != nil {
			t.Fatal(err)
		}
		host, err := os.OpenFile(d.Path(), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- wait() }()
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-ended:
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: still waiting", name)
		}
		if _, err := host.Write([]byte{1}); err == nil {
			t.Errorf("%s: the host can still write", name)
		}
		host.Close()
	}
}

// What is in a device is played on every new plug, on the line of that plug.
func TestRunServesEveryPlug(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	ctx, cancel := context.WithCancel(context.Background())
	heard := make(chan byte)
	returned := make(chan error, 1)
	go func() {
		returned <- d.Run(ctx, func(_ context.Context, line io.ReadWriter) error {
			b := make([]byte, 1)
			for {
				if _, err := line.Read(b); err != nil {
					return err
				}
				heard <- b[0]
			}
		})
	}()
	for _, want := range []byte("ABC") {
		if err := d.Plug(); err != nil {
			t.Fatal(err)
		}
		host, err := os.OpenFile(d.Path(), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := host.Write([]byte{want}); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
		host.Close()
	}
	cancel()
	if err := <-returned; err != nil {
		t.Error(err)
	}
}

// An error of the device itself is not hidden.
func TestRunReturnsWhatFailed(t *testing.T) {
	d := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	plug(t, d)
	broken := errors.New("broken")
	err := d.Run(t.Context(), func(context.Context, io.ReadWriter) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func plug(t *testing.T, d *scannertest.Device) {
	t.Helper()
	if err := d.Plug(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Unplug(); err != nil {
			t.Error(err)
		}
	})
}
