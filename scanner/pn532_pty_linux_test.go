package scanner

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/pn532"
	"zegel/scanner/scannertest"
	"zegel/scanner/serialport"
)

// A driver, the serial library and a reader that was written from the same
// manual by itself meet on a terminal.

var (
	uidA = [7]byte{0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80}
	uidB = [7]byte{0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66}
)

const (
	scanOfA = "scan uid 04A1B2C3D4E580"
	scanOfB = "scan uid 04112233445566"
	search  = 0x4A
)

// play runs what is in a device until the test ends.
func play(tb testing.TB, device *scannertest.Device, serve func(context.Context, io.ReadWriter) error) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	returned := make(chan error, 1)
	go func() { returned <- device.Run(ctx, serve) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-returned; err != nil {
			tb.Error(err)
		}
	})
}

// A tapped is a reader of tags on a terminal, and whoever reads it.
type tapped struct {
	device *scannertest.Device
	chip   *scannertest.PN532
	poll   time.Duration // between two searches; zero means as in a shop
	reader *Reader
	stop   func() error // ends the reader; twice does no harm
	*journal
}

// onPN532 returns one that is plugged in and searching.
func onPN532(tb testing.TB) *tapped {
	tb.Helper()
	p := &tapped{
		device:  scannertest.New(filepath.Join(tb.TempDir(), "reader")),
		chip:    scannertest.NewPN532(),
		poll:    20 * time.Millisecond, // tests are shorter than days
		journal: &journal{},
	}
	must(tb, p.device.Plug())
	play(tb, p.device, p.chip.Serve)
	p.start(tb)
	tb.Cleanup(func() { must(tb, p.stop()); must(tb, p.device.Unplug()) })
	p.searching(tb)
	p.take()
	return p
}

// start runs a reader that has no past.
func (p *tapped) start(tb testing.TB) {
	tb.Helper()
	cfg := p.config()
	cfg.Open = func() (Port, error) { return serialport.Open(serialport.Config{Path: p.device.Path()}) }
	cfg.Framer = pn532.New(pn532.Config{Poll: p.poll})
	cfg.OnScan = func(_ context.Context, s Scan) Verdict {
		p.note("scan " + s.Symbology + " " + s.Text)
		return Silent
	}
	p.reader = New(cfg)
	p.reader.link.wait = backoff{first: 10 * time.Millisecond, most: 50 * time.Millisecond}
	ctx, cancel := context.WithCancel(context.Background())
	returned := make(chan error, 1)
	go func() { returned <- p.reader.Run(ctx) }()
	p.stop = sync.OnceValue(func() error { cancel(); return <-returned })
}

// searching waits until the driver has looked for tags some more.
func (p *tapped) searching(tb testing.TB) {
	tb.Helper()
	seen := p.chip.Count(search)
	p.within(tb, 5*time.Second, "searches", func() bool { return p.chip.Count(search) > seen+3 })
}

// within is eventually, with what the line carried.
func (p *tapped) within(tb testing.TB, limit time.Duration, what string, ok func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("not within %v: %s; got %q, status %+v\nthe chip:\n%s", limit, what, p.peek(), p.reader.Status(), p.chip.Trace())
		}
	}
}

// says waits until exactly this was noted since the last time.
func (p *tapped) says(tb testing.TB, want string) {
	tb.Helper()
	p.within(tb, 3*time.Second, want, func() bool { return p.peek() == want })
	p.take()
}

func TestPN532TapHoldRemoveAndTapAgain(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	a, b := scannertest.NTAG215(uidA, nil), scannertest.NTAG213(uidB, nil)
	for range 2 {
		p.chip.Place(a)
		p.says(t, scanOfA)
		for placed := time.Now(); time.Since(placed) < defaultPresence*5/4; { // gone, were it a reader that only streams
			p.searching(t)
		}
		p.chip.Remove()
		p.searching(t)
	}
	p.chip.Place(b)
	p.says(t, scanOfB)
	p.chip.Place(a) // one after the other, with no pause between
	p.says(t, scanOfA)
	if s := p.reader.Status(); s.Scans != 4 || s.Repeats != 0 || s.Rejects != 0 || s.Losses != 0 {
		t.Errorf("status %+v", s)
	}
	if n := p.chip.Malformed(); n != 0 {
		t.Errorf("the chip did not understand %d commands:\n%s", n, p.chip.Trace())
	}
}

// A tag that is not found once has not left.
func TestPN532TagThatIsMissedOnce(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	p.chip.Place(scannertest.NTAG215(uidA, nil))
	p.says(t, scanOfA)
	for range 5 {
		p.chip.Fail(scannertest.Fault{Misses: 1})
		p.searching(t)
	}
	p.chip.Fail(scannertest.Fault{Alternate: true})
	p.searching(t)
	p.searching(t)
	if got := p.take(); got != "" {
		t.Errorf("got %q\nthe chip:\n%s", got, p.chip.Trace())
	}
}

func TestPN532Tags(t *testing.T) {
	t.Parallel()
	text := scannertest.EncodeNDEFText("nl", "LOY:1:8F3K2Q")
	long := scannertest.EncodeNDEFText("nl", "LOY:1:"+strings.Repeat("Z", 300))
	for _, c := range []struct {
		name string
		tag  scannertest.Tag
		want string
	}{
		{"text", scannertest.NTAG213(uidA, text), "scan ndef LOY:1:8F3K2Q"},
		{"text on another", scannertest.NTAG216(uidA, text), "scan ndef LOY:1:8F3K2Q"},
		{"text on an old one", scannertest.Ultralight(uidA, text), "scan ndef LOY:1:8F3K2Q"},
		{"long text", scannertest.NTAG215(uidA, long), "scan ndef LOY:1:" + strings.Repeat("Z", 300)},
		{"address", scannertest.NTAG213(uidA, scannertest.EncodeNDEFURI(0x04, "a.example/8018/952123456789012345")),
			"scan ndef https://a.example/8018/952123456789012345"},
		{"as delivered", scannertest.NTAG213(uidA, nil), scanOfA},
		{"card with keys", scannertest.Classic([4]byte{0x3A, 0x5C, 0x11, 0x9E}), "scan uid 3A5C119E"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := onPN532(t)
			p.chip.Place(c.tag)
			p.says(t, c.want)
			p.searching(t)
			if got := p.take(); got != "" {
				t.Errorf("then %q", got)
			}
		})
	}
}

// A telephone has another number whenever the field was off. It is still one
// tap, or the cashier would be told ten times a second that it is no card.
func TestPN532TelephoneLyingThereIsOneTap(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	for range 2 {
		p.chip.Place(scannertest.Phone([3]byte{0x24, 0xA9, 0x37}))
		p.within(t, 3*time.Second, "a random number", func() bool { return strings.HasPrefix(p.peek(), "scan uid 08") })
		for range 3 {
			p.searching(t)
		}
		if got := p.take(); strings.Contains(got, ";") {
			t.Errorf("got %q\nthe chip:\n%s", got, p.chip.Trace())
		}
		p.chip.Remove()
		p.searching(t)
	}
}

func TestPN532TwoTagsAtOnce(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	p.chip.Place(scannertest.NTAG213(uidA, nil), scannertest.NTAG213(uidB, nil))
	p.says(t, "reject multiple-targets")
	p.chip.Place(scannertest.NTAG213(uidB, nil))
	p.says(t, scanOfB)
}

func TestPN532LineTroubleCostsNoTap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fault scannertest.Fault
	}{
		{"glued", scannertest.Fault{Glued: true}},
		{"answer first", scannertest.Fault{AnswerFirst: true}},
		{"garbage", scannertest.Fault{Garbage: []byte{0x55, 0x00, 0x12, 0xFF}}},
		{"slow", scannertest.Fault{Slow: 30 * time.Millisecond}},
		{"pauses", scannertest.Fault{Pause: time.Millisecond}},
		{"extended", scannertest.Fault{Extended: true}},
		{"checksums", scannertest.Fault{BadChecksums: 2}},
		{"edge of the field", scannertest.Fault{Status: 0x01, Statuses: 1}},
		{"protocol error", scannertest.Fault{Status: 0x13, Statuses: 1}},
		{"misses", scannertest.Fault{Misses: 3}},
		{"alternate", scannertest.Fault{Alternate: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := onPN532(t)
			p.chip.Fail(c.fault)
			p.chip.Place(scannertest.NTAG215(uidA, scannertest.EncodeNDEFText("nl", "LOY:1:8F3K2Q")))
			p.says(t, "scan ndef LOY:1:8F3K2Q")
			if s := p.reader.Status(); s.Losses != 0 {
				t.Errorf("status %+v", s)
			}
		})
	}
}

// A dip in its supply puts the chip back to sleep with the port still open: it
// is woken again, and nobody need know.
func TestPN532ChipThatForgot(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	p.chip.Reset()
	p.chip.Place(scannertest.NTAG213(uidA, nil))
	p.within(t, 10*time.Second, "scan", func() bool { return p.peek() != "" })
	p.says(t, scanOfA)
	if s := p.reader.Status(); s.Losses != 0 || s.State != Ready {
		t.Errorf("status %+v", s)
	}
}

// A chip that hears nothing any more is reported, and as soon as it hears again
// the next tap counts.
func TestPN532DeafReaderRecovers(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	p.chip.Place(scannertest.NTAG213(uidA, nil))
	p.says(t, scanOfA)
	p.chip.Fail(scannertest.Fault{Deaf: true})
	p.within(t, 10*time.Second, "lost", func() bool { return p.peek() != "" })
	p.says(t, "state lost")
	p.chip.Remove()
	p.chip.Fail(scannertest.Fault{})
	p.within(t, 15*time.Second, "ready", inState(p.reader, Ready))
	p.says(t, "state ready")
	p.chip.Place(scannertest.NTAG213(uidA, nil))
	p.says(t, scanOfA)
}

func TestPN532UnplugWithATagInTheField(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	p.chip.Place(scannertest.NTAG213(uidA, nil))
	p.says(t, scanOfA)
	must(t, p.device.Unplug())
	p.within(t, 200*time.Millisecond, "lost", func() bool { return p.reader.Status().Losses == 1 })
	p.chip.Remove()
	must(t, p.device.Plug())
	p.within(t, 10*time.Second, "ready", inState(p.reader, Ready))
	p.searching(t)
	p.take()
	p.chip.Place(scannertest.NTAG213(uidB, nil))
	p.says(t, scanOfB)
}

// Replugging at any moment of the driver's talk with the chip leaves nothing
// behind: every tap after it counts once.
func TestPN532ReplugAtAnyMoment(t *testing.T) {
	const cycles = 50
	p := onPN532(t)
	goroutines, descriptors := 0, 0
	for i := range cycles {
		if i == 2 {
			goroutines, descriptors = runtime.NumGoroutine(), openDescriptors(t)
		}
		p.chip.Place(scannertest.NTAG213([7]byte{0x04, 1, 2, 3, 4, 5, byte(i)}, scannertest.EncodeNDEFText("nl", fmt.Sprintf("LOY:1:TAP%03d", i))))
		want := fmt.Sprintf("scan ndef LOY:1:TAP%03d", i)
		p.within(t, 15*time.Second, want, func() bool { return strings.Contains(p.peek(), want) })
		p.chip.Remove()
		must(t, p.device.Unplug())
		p.within(t, time.Second, "lost", func() bool { return p.reader.Status().Losses == uint64(i+1) })
		must(t, p.device.Plug())
		p.within(t, 15*time.Second, "ready", inState(p.reader, Ready))
		if got := strings.Count(p.take(), "scan "); got != 1 {
			t.Errorf("%d scans of tap %d", got, i)
		}
	}
	p.within(t, 2*time.Second, fmt.Sprintf("%d goroutines again", goroutines), func() bool { return runtime.NumGoroutine() <= goroutines })
	p.within(t, 2*time.Second, fmt.Sprintf("%d descriptors again", descriptors), func() bool { return openDescriptors(t) <= descriptors })
}

// The program starts again while the chip goes on, perhaps in the middle of a
// search of the one before.
func TestPN532ChipThatIsAwakeAlready(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	for range 3 {
		must(t, p.stop())
		p.start(t)
		p.chip.Place(scannertest.NTAG213(uidA, nil))
		p.says(t, "state ready; "+scanOfA)
		p.chip.Remove()
	}
}

// A lane with a scanner and a reader of tags: each goes its own way.
func TestBarcodeScannerBesidePN532(t *testing.T) {
	t.Parallel()
	p := onPN532(t)
	scanner, barcodes, j := onPty(t, nil)
	must(t, scanner.Plug())
	eventually(t, 2*time.Second, "ready", inState(barcodes, Ready))
	j.take()

	p.chip.Place(scannertest.NTAG213(uidA, nil))
	send(t, scanner, cardA)
	p.says(t, scanOfA)
	eventually(t, time.Second, "code", func() bool { return j.peek() == "scan 2900001234566" })

	must(t, p.device.Unplug())
	p.within(t, time.Second, "lost", func() bool { return p.reader.Status().Losses == 1 })
	send(t, scanner, cardB)
	eventually(t, time.Second, "code", func() bool { return strings.HasSuffix(j.peek(), "scan 2900007654320") })

	must(t, p.device.Plug())
	must(t, scanner.Unplug())
	p.within(t, 10*time.Second, "ready", inState(p.reader, Ready))
	p.take()
	p.chip.Place(scannertest.NTAG213(uidB, nil))
	p.within(t, 3*time.Second, scanOfB, func() bool { return strings.HasSuffix(p.peek(), scanOfB) })
}

// onSSI is a scanner that talks in packets and listens. taken says what becomes
// of a code; nil takes those that do not end in 7.
func onSSI(tb testing.TB, cfg scannertest.SSIConfig, taken func(Scan) Verdict) (*scannertest.SSI, *Reader, *journal) {
	tb.Helper()
	if taken == nil {
		taken = func(s Scan) Verdict {
			if strings.HasSuffix(s.Text, "7") {
				return Refused
			}
			return Accepted
		}
	}
	if cfg.AckWait == 0 {
		cfg.AckWait = 300 * time.Millisecond
	}
	noted := &journal{}
	device, r, _ := onPty(tb, func(r *Reader) {
		r.framer = frame.NewSSI(frame.SSIConfig{Header: cfg.Header})
		r.cfg.Feedback = Feedback{Accept: frame.SSIBeep(0x00), Reject: frame.SSIBeep(0x05)}
		r.cfg.OnScan = func(_ context.Context, s Scan) Verdict {
			noted.note("scan " + s.Symbology + " " + s.Text)
			return taken(s)
		}
		r.cfg.OnReject = func(_ context.Context, r Reject) { noted.note("reject " + string(r.Reason)) }
		r.link.wait = backoff{first: 10 * time.Millisecond, most: 50 * time.Millisecond}
	})
	ssi := scannertest.NewSSI(cfg)
	play(tb, device, ssi.Serve)
	must(tb, device.Plug())
	eventually(tb, 2*time.Second, "ready", inState(r, Ready))
	return ssi, r, noted
}

// Every code arrives once and is acknowledged and beeped for once, whatever the
// line did to it.
func TestSSIRoundTrip(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		cfg   scannertest.SSIConfig
		fault scannertest.SSIFault
		extra string // noted besides the scan
	}{
		{name: "sound"},
		{name: "a lost acknowledgement", fault: scannertest.SSIFault{LostAcks: 1}},
		{name: "two lost acknowledgements", fault: scannertest.SSIFault{LostAcks: 2}},
		{name: "a damaged packet", fault: scannertest.SSIFault{Damaged: 1}, extra: "reject checksum; "},
		{name: "many packets", cfg: scannertest.SSIConfig{Most: 5}},
		{name: "cordless", cfg: scannertest.SSIConfig{Header: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ssi, _, j := onSSI(t, c.cfg, nil)
			ssi.Fail(c.fault)
			must(t, ssi.Scan(t.Context(), 0x0B, "2900001234566"))
			want := c.extra + "scan ]E0 2900001234566"
			eventually(t, 2*time.Second, want, func() bool { return j.peek() == want })
			eventually(t, 2*time.Second, "beep", func() bool { return bytes.HasSuffix(ssi.Beeps(), []byte{0x00}) })
			time.Sleep(replyWithin) // no hand is quicker
			must(t, ssi.Scan(t.Context(), 0x0B, "2900001234577"))
			must(t, ssi.NoRead(t.Context()))
			want += "; scan ]E0 2900001234577; reject no-read"
			eventually(t, 2*time.Second, want, func() bool { return j.peek() == want })
			beeps := []byte{0x00, 0x05}
			if c.extra != "" {
				beeps = []byte{0x05, 0x00, 0x05}
			}
			eventually(t, 2*time.Second, fmt.Sprintf("beeps % X", beeps), func() bool { return string(ssi.Beeps()) == string(beeps) })
		})
	}
}

// A long code comes in packets, each of which is acknowledged.
func TestSSILongCode(t *testing.T) {
	t.Parallel()
	ssi, _, j := onSSI(t, scannertest.SSIConfig{}, nil)
	code := "https://id.example.com/8018/952123456789012345?" + strings.Repeat("x", 300)
	must(t, ssi.Scan(t.Context(), 0x1C, code))
	eventually(t, 2*time.Second, "code", func() bool { return j.peek() == "scan ]Q1 "+code })
	if n := ssi.Count(0xD0); n != 2 {
		t.Errorf("%d acknowledgements", n)
	}
}

// The device gets its acknowledgement long before whoever takes the scan is
// done with it.
func TestSSIAcknowledgementDoesNotWaitForTheScanToBeTaken(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	ssi, r, _ := onSSI(t, scannertest.SSIConfig{}, func(Scan) Verdict { <-done; return Silent })
	defer close(done)
	for i := range 10 {
		must(t, ssi.Scan(t.Context(), 0x0B, fmt.Sprintf("29000012345%02d", i)))
	}
	if n := r.Status().Scans; n != 10 {
		t.Errorf("%d scans", n)
	}
}

// A tag is laid on the reader, and its text or number comes out, with the pauses
// between searches that shops have.
func BenchmarkPN532TapToScan(b *testing.B) {
	for _, c := range []struct {
		name string
		tag  scannertest.Tag
	}{
		{"uid", scannertest.NTAG213(uidA, nil)},
		{"text", scannertest.NTAG213(uidA, scannertest.EncodeNDEFText("nl", "LOY:1:8F3K2Q"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := onPN532(b)
			must(b, p.stop())
			p.poll = 0
			p.start(b)
			p.searching(b)
			for b.Loop() {
				scans := p.reader.Status().Scans
				p.chip.Place(c.tag)
				for p.reader.Status().Scans == scans {
					time.Sleep(100 * time.Microsecond)
				}
				b.StopTimer()
				p.chip.Remove()
				p.searching(b)
				b.StartTimer()
			}
		})
	}
}

// A code is read until it is acknowledged: what a cashier's next scan waits for.
func BenchmarkSSIAcknowledgement(b *testing.B) {
	ssi, _, _ := onSSI(b, scannertest.SSIConfig{}, func(Scan) Verdict { return Silent })
	for b.Loop() {
		must(b, ssi.Scan(b.Context(), 0x0B, "2900001234566"))
	}
}
