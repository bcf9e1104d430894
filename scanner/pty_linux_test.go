package scanner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/scannertest"
	"zegel/scanner/serialport"
)

// onPty runs a reader on a device of a pseudo terminal until the test ends.
func onPty(tb testing.TB, change func(*Reader)) (*scannertest.Device, *Reader, *journal) {
	tb.Helper()
	device := scannertest.New(filepath.Join(tb.TempDir(), "scanner"))
	j := &journal{}
	cfg := j.config()
	cfg.Open = func() (Port, error) { return serialport.Open(serialport.Config{Path: device.Path()}) }
	r := New(cfg)
	if change != nil {
		change(r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	returned := make(chan error, 1)
	go func() { returned <- r.Run(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-returned; err != nil {
			tb.Error(err)
		}
		if err := device.Unplug(); err != nil {
			tb.Error(err)
		}
	})
	return device, r, j
}

// eventually polls, because a real terminal keeps real time.
func eventually(tb testing.TB, limit time.Duration, what string, ok func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("not within %v: %s", limit, what)
		}
	}
}

func inState(r *Reader, s State) func() bool { return func() bool { return r.Status().State == s } }

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func send(tb testing.TB, d *scannertest.Device, data string) {
	tb.Helper()
	_, err := d.Write([]byte(data))
	must(tb, err)
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	must(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestUnplugIsNoticedAndCostsNothing(t *testing.T) { // U01
	device, r, j := onPty(t, nil)
	must(t, device.Plug())
	eventually(t, 2*time.Second, "ready", inState(r, Ready))
	must(t, device.Unplug())
	eventually(t, 100*time.Millisecond, "lost", func() bool { return r.Status().Losses == 1 })

	const span = 2 * time.Second
	before := processorTime(t)
	time.Sleep(span) // idle on purpose: what is measured is what the reader does meanwhile
	if used := processorTime(t) - before; used > span*2/100 {
		t.Errorf("used %v of processor in %v", used, span)
	}
	if got := j.take(); !strings.HasSuffix(got, "state ready; state lost; state absent") {
		t.Errorf("got %q", got)
	}
}

func TestPortThatAppearsLater(t *testing.T) { // U02
	device, r, j := onPty(t, nil)
	eventually(t, time.Second, "absent", inState(r, Absent))
	must(t, device.Plug())
	eventually(t, time.Second, "ready", inState(r, Ready))
	send(t, device, cardA)
	eventually(t, time.Second, "scan", func() bool { return r.Status().Scans == 1 })
	eventually(t, time.Second, "events", func() bool {
		return strings.HasPrefix(j.peek(), "state absent; state ready; scan")
	})
}

// A replugged device gets another terminal under the same link; every scan
// after it counts, and nothing is left over from before.
func TestUnplugAndReplug(t *testing.T) {
	const cycles = 50
	device, r, j := onPty(t, func(r *Reader) {
		r.wait = backoff{first: 2 * time.Millisecond, most: 10 * time.Millisecond}
	})
	goroutines, descriptors := 0, 0
	var want []string
	for i := range cycles {
		must(t, device.Plug())
		eventually(t, 5*time.Second, "ready", inState(r, Ready))
		code := fmt.Sprintf("29000012%05d", i)
		send(t, device, code+"\r\n")
		want = append(want, "scan "+code)
		eventually(t, 5*time.Second, "scan "+code, func() bool { return r.Status().Scans == uint64(i+1) })
		if i%2 == 0 { // every other time in the middle of a code
			send(t, device, "290099")
		}
		must(t, device.Unplug())
		eventually(t, 5*time.Second, "lost", func() bool { return r.Status().Losses == uint64(i+1) })
		if i == 1 {
			goroutines, descriptors = runtime.NumGoroutine(), openDescriptors(t)
		}
	}
	eventually(t, 2*time.Second, fmt.Sprintf("%d goroutines again", goroutines), func() bool { return runtime.NumGoroutine() <= goroutines })
	eventually(t, 2*time.Second, fmt.Sprintf("%d descriptors again", descriptors), func() bool { return openDescriptors(t) <= descriptors })

	var scans []string
	for _, line := range strings.Split(j.take(), "; ") {
		if strings.HasPrefix(line, "scan ") {
			scans = append(scans, line)
		}
	}
	if got := strings.Join(scans, "; "); got != strings.Join(want, "; ") {
		t.Errorf("scans %s", got)
	}
}

func openDescriptors(tb testing.TB) int {
	tb.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	must(tb, err)
	return len(entries)
}

// The half before the unplug is never glued to what comes after it. Whether it
// is reported depends on whether it was read before the terminal went.
func TestUnplugInTheMiddleOfACode(t *testing.T) {
	device, r, j := onPty(t, func(r *Reader) {
		r.line = frame.NewLine(frame.LineConfig{Silence: time.Minute})
	})
	must(t, device.Plug())
	eventually(t, 2*time.Second, "ready", inState(r, Ready))
	send(t, device, "290000")
	must(t, device.Unplug())
	must(t, device.Plug())
	eventually(t, 2*time.Second, "back", func() bool { s := r.Status(); return s.Losses == 1 && s.State == Ready })
	send(t, device, "1234566\r")
	eventually(t, time.Second, "scan", func() bool { return r.Status().Scans == 1 })
	eventually(t, time.Second, "handler", func() bool { return strings.HasSuffix(j.peek(), "scan 1234566") })
}

// The link may point at another terminal after a replug, as by-id links do when
// the old number is still taken.
func TestLinkThatPointsElsewhere(t *testing.T) { // U03
	link := filepath.Join(t.TempDir(), "by-id")
	old, r, j := onPty(t, func(r *Reader) {
		r.cfg.Open = func() (Port, error) { return serialport.Open(serialport.Config{Path: link}) }
	})
	other := scannertest.New(filepath.Join(t.TempDir(), "other"))
	must(t, old.Plug())
	must(t, other.Plug())
	defer func() { must(t, other.Unplug()) }()
	must(t, os.Symlink(old.Path(), link))
	eventually(t, 2*time.Second, "ready", inState(r, Ready))
	send(t, old, cardA)
	eventually(t, time.Second, "scan", func() bool { return r.Status().Scans == 1 })
	must(t, old.Unplug())
	must(t, os.Remove(link))
	must(t, os.Symlink(other.Path(), link))
	eventually(t, 2*time.Second, "back", func() bool { s := r.Status(); return s.Losses == 1 && s.State == Ready })
	send(t, other, cardB)
	eventually(t, time.Second, "handler", func() bool { return strings.HasSuffix(j.peek(), "; state ready; scan 2900007654320") })
}

func TestCancelWhileATerminalIsRead(t *testing.T) { // U04
	device := scannertest.New(filepath.Join(t.TempDir(), "scanner"))
	must(t, device.Plug())
	defer func() { must(t, device.Unplug()) }()
	j := &journal{}
	cfg := j.config()
	cfg.Open = func() (Port, error) { return serialport.Open(serialport.Config{Path: device.Path()}) }
	r := New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error, 1)
	go func() { returned <- r.Run(ctx) }()
	eventually(t, time.Second, "ready", inState(r, Ready))
	began := time.Now()
	cancel()
	must(t, <-returned)
	if took := time.Since(began); took > 300*time.Millisecond {
		t.Errorf("returned after %v", took)
	}
	if got := j.take(); got != "state ready" {
		t.Errorf("got %q", got)
	}
}

// Last byte sent to handler called.
func BenchmarkPty(b *testing.B) {
	handled := make(chan struct{}, 1)
	device, r, _ := onPty(b, func(r *Reader) {
		r.repeats.window = -1
		r.cfg.OnScan = func(context.Context, Scan) { handled <- struct{}{} }
	})
	must(b, device.Plug())
	eventually(b, 2*time.Second, "ready", inState(r, Ready))
	code := []byte(cardA)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := device.Write(code); err != nil {
			b.Fatal(err)
		}
		<-handled
	}
}
