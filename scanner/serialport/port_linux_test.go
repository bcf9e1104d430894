package serialport_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"zegel/scanner/scannertest"
	"zegel/scanner/serialport"
)

func plugged(t *testing.T) *scannertest.Device {
	t.Helper()
	d := scannertest.New(filepath.Join(t.TempDir(), "line"))
	must(t, d.Plug())
	t.Cleanup(func() { must(t, d.Unplug()) })
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open gives the test a port that is closed when it ends.
func open(t *testing.T, cfg serialport.Config) *serialport.Port {
	t.Helper()
	p, err := serialport.Open(cfg)
	must(t, err)
	t.Cleanup(func() { p.Close() }) // most tests end with a dead port
	return p
}

func TestEveryByteArrivesUnchanged(t *testing.T) {
	d := plugged(t)
	p := open(t, serialport.Config{Path: d.Path()})
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	_, err := d.Write(all)
	must(t, err)
	var got []byte
	buf := make([]byte, 64)
	for len(got) < len(all) {
		n, err := p.Read(buf)
		must(t, err)
		if n == 0 {
			break
		}
		got = append(got, buf[:n]...)
	}
	if !bytes.Equal(got, all) {
		t.Errorf("got % x", got)
	}
}

func TestReadTimeout(t *testing.T) {
	p := open(t, serialport.Config{Path: plugged(t).Path(), ReadTimeout: 50 * time.Millisecond})
	began := time.Now()
	n, err := p.Read(make([]byte, 16))
	if n != 0 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("returned after %v", took)
	}
}

func TestEmptyReadIsNoLoss(t *testing.T) {
	d := plugged(t)
	p := open(t, serialport.Config{Path: d.Path()})
	_, err := d.Write([]byte("A"))
	must(t, err)
	if n, err := p.Read(nil); n != 0 || err != nil {
		t.Errorf("empty read: %d, %v", n, err)
	}
	buf := make([]byte, 16)
	if n, err := p.Read(buf); n != 1 || err != nil {
		t.Errorf("read after it: %d, %v", n, err)
	}
}

func TestUnplugEndsReadsAndWrites(t *testing.T) {
	d := plugged(t)
	p := open(t, serialport.Config{Path: d.Path()})
	must(t, d.Unplug())
	_, err := p.Read(make([]byte, 16))
	expectCause(t, err, serialport.Gone)
	_, err = p.Write([]byte("A"))
	expectCause(t, err, serialport.Gone)
	must(t, p.Close())
	must(t, p.Close())
}

// A write larger than the terminal's buffer goes on as the device takes it.
func TestLongWriteArrivesWhole(t *testing.T) {
	master, slave, err := pty.Open()
	must(t, err)
	defer func() { must(t, errors.Join(master.Close(), slave.Close())) }()
	p := open(t, serialport.Config{Path: slave.Name()})
	want := bytes.Repeat([]byte("slip "), 10_000)
	written := make(chan error, 1)
	go func() { _, err := p.Write(want); written <- err }()
	got := make([]byte, 0, len(want))
	buf := make([]byte, 1000)
	for len(got) < len(want) {
		n, err := master.Read(buf)
		must(t, err)
		got = append(got, buf[:n]...)
	}
	must(t, <-written)
	if !bytes.Equal(got, want) {
		t.Error("bytes changed on the way")
	}
}

func TestCloseEndsARead(t *testing.T) {
	p := open(t, serialport.Config{Path: plugged(t).Path(), ReadTimeout: time.Minute})
	read := make(chan error, 1)
	go func() { _, err := p.Read(make([]byte, 16)); read <- err }()
	must(t, p.Close())
	expectCause(t, <-read, serialport.Gone)
}

func TestOneOpenAtATime(t *testing.T) {
	d := plugged(t)
	first := open(t, serialport.Config{Path: d.Path()})
	_, err := serialport.Open(serialport.Config{Path: d.Path()})
	expectCause(t, err, serialport.Busy)
	if !errors.Is(err, syscall.EBUSY) {
		t.Errorf("%v is not EBUSY", err)
	}
	must(t, first.Close())
	open(t, serialport.Config{Path: d.Path()})
}

// Root is not kept out by the terminal's exclusive mode, so for root the lock
// counts; for other users the lock of a stranger does not.
func TestStrangersLock(t *testing.T) { // U08
	d := plugged(t)
	stranger, err := os.OpenFile(d.Path(), os.O_RDONLY|syscall.O_NOCTTY, 0)
	must(t, err)
	defer stranger.Close()
	must(t, syscall.Flock(int(stranger.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	p, err := serialport.Open(serialport.Config{Path: d.Path()})
	if os.Geteuid() != 0 {
		must(t, err)
		must(t, p.Close())
		return
	}
	expectCause(t, err, serialport.Busy)
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	dangling := filepath.Join(dir, "dangling")
	must(t, os.Symlink(filepath.Join(dir, "nothing"), dangling))
	before := descriptors(t)
	for _, c := range []struct {
		path  string
		cause serialport.Cause
	}{
		{filepath.Join(dir, "nothing"), serialport.Absent},
		{dangling, serialport.Absent},
		{dir, serialport.Other},
		{"/dev/null", serialport.Other},
		{"", serialport.Other},
	} {
		_, err := serialport.Open(serialport.Config{Path: c.path})
		expectCause(t, err, c.cause)
		if errors.Is(err, fs.ErrNotExist) != (c.cause == serialport.Absent) {
			t.Errorf("%v: fs.ErrNotExist does not go with %s", err, c.cause)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors open, %d before", after, before)
	}
}

func TestCloseLeavesNoDescriptor(t *testing.T) {
	d := plugged(t)
	before := descriptors(t)
	for range 20 {
		p, err := serialport.Open(serialport.Config{Path: d.Path()})
		must(t, err)
		must(t, p.Close())
		must(t, p.Close()) // must not close a descriptor that is someone else's by now
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors open, %d before", after, before)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(entries)
}

func expectCause(t *testing.T, err error, want serialport.Cause) {
	t.Helper()
	var e *serialport.Error
	if !errors.As(err, &e) || e.Cause != want {
		t.Errorf("got %v, want cause %s", err, want)
	}
}
