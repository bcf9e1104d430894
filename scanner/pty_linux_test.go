package scanner

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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
	used := processorTime(t) - before
	t.Logf("used %v of processor in %v", used, span)
	if used > span/100 {
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
	const cycles = 200
	device, r, j := onPty(t, func(r *Reader) {
		r.link.wait = backoff{first: 2 * time.Millisecond, most: 10 * time.Millisecond}
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
		r.framer = frame.NewLine(frame.LineConfig{Silence: time.Minute})
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
		r.link.open = func() (Port, error) { return serialport.Open(serialport.Config{Path: link}) }
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
	fastest := time.Hour // of several, because a busy machine may be slow in any of them
	for range 10 {
		j := &journal{}
		cfg := j.config()
		cfg.Open = func() (Port, error) { return serialport.Open(serialport.Config{Path: device.Path()}) }
		r := New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		returned := make(chan error, 1)
		go func() { returned <- r.Run(ctx) }()
		eventually(t, 10*time.Second, "ready", inState(r, Ready))
		began := time.Now()
		cancel()
		must(t, <-returned)
		fastest = min(fastest, time.Since(began))
		if got := j.take(); got != "state ready" {
			t.Errorf("got %q", got)
		}
		if fastest <= 300*time.Millisecond {
			return
		}
	}
	t.Errorf("returned after %v at best", fastest)
}

// Eight devices on one computer do not get into each other's way, whichever of
// them comes and goes.
func TestEightDevices(t *testing.T) {
	const devices, rounds = 8, 5
	var all sync.WaitGroup
	for d := range devices {
		device, r, j := onPty(t, func(r *Reader) { r.link.wait = backoff{first: 2 * time.Millisecond, most: 10 * time.Millisecond} })
		all.Go(func() {
			for i := range rounds {
				if err := device.Plug(); err != nil {
					t.Error(err)
					return
				}
				code := fmt.Sprintf("29%d%010d", d, i)
				if _, err := device.Write([]byte(code + "\r")); err != nil {
					t.Error(err)
				}
				for deadline := time.Now().Add(10 * time.Second); r.Status().Scans != uint64(i+1); time.Sleep(time.Millisecond) {
					if time.Now().After(deadline) {
						t.Errorf("device %d: no scan %d, status %+v", d, i, r.Status())
						return
					}
				}
				if got := j.peek(); d%2 == 0 && strings.Count(got, "scan ") > i+1 {
					t.Errorf("device %d got %s", d, got)
				}
				if err := device.Unplug(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// A real terminal whose other side reads nothing takes some kilobytes and then
// holds every write up. Scans come all the same, and replugging cures it.
func TestTerminalThatTakesNoData(t *testing.T) {
	device, r, _ := onPty(t, func(r *Reader) {
		r.repeats.window = -1
		r.cfg.Feedback.Accept = bytes.Repeat([]byte{7}, 1000)
		judge := r.cfg.OnScan
		r.cfg.OnScan = func(ctx context.Context, s Scan) Verdict { judge(ctx, s); return Accepted }
	})
	must(t, device.Plug())
	eventually(t, 2*time.Second, "ready", inState(r, Ready))
	for n := uint64(1); !r.Status().FeedbackBroken; n++ {
		if n > 1000 {
			t.Fatal("the terminal takes everything")
		}
		send(t, device, cardA)
		eventually(t, time.Second, "scan", func() bool { return r.Status().Scans == n })
		time.Sleep(time.Millisecond)
	}
	if got := r.Status(); got.State != Ready || got.Losses != 0 {
		t.Errorf("status %+v", got)
	}
	must(t, device.Unplug())
	eventually(t, 2*time.Second, "lost", func() bool { return r.Status().Losses == 1 })
	must(t, device.Plug())
	eventually(t, 3*time.Second, "back", inState(r, Ready))
	if got := r.Status(); got.FeedbackBroken {
		t.Errorf("status %+v", got)
	}
}

// One scanner for two: articles reach the till's line as the scanner sent them,
// cards do not.
func TestSharedOnTerminals(t *testing.T) {
	till := scannertest.New(filepath.Join(t.TempDir(), "till"))
	must(t, till.Plug())
	defer func() { must(t, till.Unplug()) }()
	f := NewForward(ForwardConfig{Name: "till", Open: func() (Port, error) { return serialport.Open(serialport.Config{Path: till.Path()}) }})
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error, 1)
	go func() { returned <- f.Run(ctx) }()
	defer func() {
		cancel()
		must(t, <-returned)
	}()
	eventually(t, 2*time.Second, "the till's line", func() bool { return f.Status().State == Ready })

	device, r, _ := onPty(t, func(r *Reader) {
		r.cfg.Ours = func(text, _ string) bool { return strings.HasPrefix(text, "29") }
		r.cfg.Pass = func(s Scan) bool { return f.Send(s.Raw) }
	})
	must(t, device.Plug())
	eventually(t, 2*time.Second, "ready", inState(r, Ready))
	var want strings.Builder
	for i := range 20 {
		article := fmt.Sprintf("]E040%011d\r\n", i)
		want.WriteString(article)
		send(t, device, article+article+"]E0"+cardA)
		want.WriteString(article)
		eventually(t, time.Second, "sent", func() bool { return f.Status().Sent == uint64(2*(i+1)) })
	}
	var got []byte
	buf := make([]byte, 4096)
	for len(got) < want.Len() {
		n, err := till.Read(buf)
		must(t, err)
		got = append(got, buf[:n]...)
	}
	if string(got) != want.String() {
		t.Errorf("the till read %q", got)
	}
	if got := r.Status(); got.Passed != 40 || got.Refused != 0 || got.Rejects != 0 {
		t.Errorf("status %+v", got)
	}
}

// Last byte sent to handler called.
func BenchmarkPty(b *testing.B) {
	handled := make(chan struct{}, 1)
	device, r, _ := onPty(b, func(r *Reader) {
		r.repeats.window = -1
		r.cfg.OnScan = func(context.Context, Scan) Verdict { handled <- struct{}{}; return Silent }
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
