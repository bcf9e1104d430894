package printer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/printertest"
	"zegel/terminal/loyalty/receipt"
)

// Each line of the README's table of failures.
func TestFailures(t *testing.T) {
	cases := []struct {
		name    string
		before  func(*desk) // befalls the printer before the slip is due
		during  func(*desk) // befalls it half a second after
		told    []string    // what the store was told until then
		heal    func(*printertest.Printer)
		after   []string // what it was told from then on
		copies  int      // papers headed as one
		atFirst printer.Status
	}{
		{name: "nothing",
			told: []string{"claim 1", "printed 1: confirmed"}},
		{name: "a model that confirms nothing", before: func(d *desk) { d.profile.Requests = []escpos.Request{escpos.PaperRequest} },
			told: []string{"claim 1", "printed 1: answered"}},
		{name: "a model that answers nothing in turn", before: func(d *desk) { d.profile.Requests = nil },
			told: []string{"claim 1"}, after: []string{"printed 1: status-ok"}},
		{name: "cutter stuck before", before: func(d *desk) { d.printer.Jam(true) },
			heal: func(p *printertest.Printer) { p.Jam(false) }, after: []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "cutter stuck"}},
		{name: "cutter stuck inside", before: func(d *desk) { d.printer.LoadPaper(2) },
			during: func(d *desk) { d.printer.Jam(true); d.printer.LoadPaper(-1) }, told: []string{"claim 1"},
			heal: func(p *printertest.Printer) { p.Jam(false) }, after: []string{"printed 1: confirmed"}},
		{name: "cutter stuck after a slip in doubt", before: func(d *desk) { d.printer.DropAfter(30) },
			during: func(d *desk) { d.printer.Jam(true) }, // until it is told to go on
			told:   []string{"claim 1", "unknown 1: printer went away"}, after: []string{"claim 1", "printed 1: confirmed"},
			copies: 1, atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer went away"}},
		{name: "reboots inside", before: func(d *desk) { d.printer.RebootAfter(30) }, told: []string{"claim 1"},
			after:  []string{"unknown 1: printer did not say that the slip is out", "claim 1", "printed 1: confirmed"},
			copies: 1},
		{name: "reboots inside, and nobody knew that it answers", before: func(d *desk) {
			d.profile.Answers = escpos.AnswersUnknown
			d.printer.RebootAfter(30)
		}, told: []string{"claim 1"},
			after:  []string{"unknown 1: printer did not say that the slip is out", "claim 1", "printed 1: confirmed"},
			copies: 1},
		{name: "reboots for paper inside", before: func(d *desk) { d.printer.LoadPaper(2) },
			during: func(d *desk) { d.printer.Reboot(); d.printer.LoadPaper(-1) }, told: []string{"claim 1"},
			after:  []string{"unknown 1: printer did not say that the slip is out", "claim 1", "printed 1: confirmed"},
			copies: 1},
		{name: "not there", before: func(d *desk) { d.printer.Plug(false) },
			heal: func(p *printertest.Printer) { p.Plug(true) }, after: []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer is not there"}},
		{name: "paper out before", before: func(d *desk) { d.printer.LoadPaper(0) },
			heal: func(p *printertest.Printer) { p.LoadPaper(-1) }, after: []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "paper out"}},
		{name: "cover open before", before: func(d *desk) { d.printer.OpenCover(true) },
			heal: func(p *printertest.Printer) { p.OpenCover(false) }, after: []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "cover open"}},
		{name: "switched off before", before: func(d *desk) { d.printer.Switch(false) },
			heal: func(p *printertest.Printer) { p.Switch(true) }, after: []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer does not answer"}},
		{name: "line drops before the first byte", before: func(d *desk) { d.printer.DropAfter(0) },
			told:    []string{"claim 1", "held 1: printer went away"},
			after:   []string{"claim 1", "printed 1: confirmed"},
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer went away"}},
		{name: "line drops inside", before: func(d *desk) { d.printer.DropAfter(30) },
			told:    []string{"claim 1", "unknown 1: printer went away"},
			after:   []string{"claim 1", "printed 1: confirmed"},
			copies:  1,
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer went away"}},
		{name: "line drops after the cut", before: func(d *desk) { d.printer.DropAtCut() },
			told:    []string{"claim 1", "unknown 1: printer went away"},
			after:   []string{"claim 1", "printed 1: confirmed"},
			copies:  1,
			atFirst: printer.Status{State: printer.StateTrouble, Reason: "printer went away"}},
		{name: "paper out inside", before: func(d *desk) { d.printer.LoadPaper(2) },
			told: []string{"claim 1"},
			heal: func(p *printertest.Printer) { p.LoadPaper(-1) }, after: []string{"printed 1: confirmed"}},
		{name: "switched off after paper out inside", before: func(d *desk) { d.printer.LoadPaper(2) },
			during: func(d *desk) { d.printer.Switch(false) },
			told:   []string{"claim 1"},
			heal:   func(p *printertest.Printer) { p.LoadPaper(-1); p.Switch(true) },
			after:  []string{"unknown 1: printer does not answer", "claim 1", "printed 1: confirmed"}, copies: 1},
		{name: "cannot be asked", before: func(d *desk) { d.profile.Answers = escpos.AnswersUnknown; d.printer.Mute(true) },
			told: []string{"claim 1", "printed 1: written"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.profile.Answers = escpos.AnswersAlways
				if c.before != nil {
					c.before(d)
				}
				d.shelf.add(3)
				s, stop := d.run()
				time.Sleep(100 * time.Millisecond)
				if got := d.shelf.told(); !slices.Equal(got, c.told) {
					t.Errorf("the store was told %q, want %q", got, c.told)
				}
				if got := s.Status(); got.Reason != c.atFirst.Reason || c.atFirst.State != "" && got.State != c.atFirst.State {
					t.Errorf("status is %+v, want %+v", got, c.atFirst)
				}
				if c.during != nil {
					time.Sleep(400 * time.Millisecond)
					c.during(d)
					time.Sleep(30 * time.Second)
				}
				if c.heal != nil {
					c.heal(d.printer)
				}
				time.Sleep(30 * time.Second)
				if got := d.shelf.told()[len(c.told):]; !slices.Equal(got, c.after) {
					t.Errorf("later the store was told %q, want %q", got, c.after)
				}
				if got := s.Status(); got.State != printer.StateIdle || got.Reason != "" || got.LastJob != 1 {
					t.Errorf("at the end the status is %+v", got)
				}
				if copies := d.check(); copies != c.copies {
					t.Errorf("%d copies, want %d", copies, c.copies)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestSlipsWaitForThePrinterInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		var log bytes.Buffer
		d.log = zerolog.New(&log)
		d.printer.LoadPaper(0)
		for range 5 {
			d.shelf.add(4)
		}
		s, stop := d.run()
		for range 360 {
			time.Sleep(10 * time.Second)
			s.Wake()
		}
		d.printer.LoadPaper(-1)
		time.Sleep(time.Minute)
		if d.shelf.waiting() > 0 || d.check() != 0 {
			t.Errorf("an hour without paper: the store was told %q", d.shelf.told())
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		// One line when it is lost, one when it is back: not one for each of some 240 attempts.
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], "printer lost: paper out") || !strings.Contains(lines[1], "printer back after 1h0m") {
			t.Errorf("the log says\n%s", log.String())
		}
	})
}

func TestMutePrinterIsAskedAFewTimesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.printer.Mute(true)
		var asked atomic.Int32
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			return counting{link, &asked}, err
		}
		s, stop := d.run()
		for range 50 {
			d.shelf.add(1)
			s.Wake()
			time.Sleep(time.Second)
		}
		if d.shelf.waiting() > 0 || asked.Load() != 3 {
			t.Errorf("%d slips wait, %d questions; want none, 3", d.shelf.waiting(), asked.Load())
		}
		// One that was only off, on a line that cannot tell, is found out later.
		d.printer.Mute(false)
		time.Sleep(10 * time.Minute)
		d.shelf.add(1)
		d.shelf.add(1)
		s.Wake()
		time.Sleep(time.Minute)
		told := d.shelf.told()
		if last := told[len(told)-1]; last != "printed 52: confirmed" {
			t.Errorf("the last word is %q", last)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

type counting struct {
	*printertest.Link
	asked *atomic.Int32
}

func (c counting) Status(ctx context.Context) (escpos.Status, error) {
	c.asked.Add(1)
	return c.Link.Status(ctx)
}

// A stubborn device takes some bytes and then none for a while, as one with a small buffer and no paper does.
type stubborn struct {
	*printertest.Link
	takes int
}

func (s *stubborn) Write(ctx context.Context, p []byte) (int, error) {
	n, err := s.Link.Write(ctx, p[:min(s.takes, len(p))])
	if s.takes -= n; err == nil && n < len(p) {
		s.takes = 200
		return n, fmt.Errorf("write: %w", device.ErrTimeout)
	}
	return n, err
}

func TestSlipGoesOnWhereThePrinterStoppedTakingIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			return &stubborn{link, 45}, err
		}
		d.printer.LoadPaper(1)
		d.shelf.add(10)
		_, stop := d.run()
		time.Sleep(10 * time.Minute)
		if told := d.shelf.told(); !slices.Equal(told, []string{"claim 1"}) {
			t.Errorf("without paper the store was told %q", told)
		}
		d.printer.LoadPaper(-1)
		time.Sleep(time.Minute)
		if copies := d.check(); copies != 0 || d.shelf.waiting() > 0 {
			t.Errorf("%d copies, %q", copies, d.shelf.told())
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestJammingPrinterIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.open = func(context.Context) (printer.Device, error) {
			d.printer.DropAfter(60)
			return d.printer.Link()
		}
		d.shelf.add(3)
		_, stop := d.run()
		time.Sleep(8 * time.Hour)
		if claims := len(d.shelf.told()) / 2; claims < 10 || claims > 60 {
			t.Errorf("%d attempts in a night: want some, but not a floor full of paper", claims)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestStop(t *testing.T) {
	t.Run("brings the slip at hand to paper", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.profile.Requests = nil // so that the slip takes its time
			d.shelf.add(3)
			d.shelf.add(3)
			_, stop := d.run()
			synctest.Wait()
			if err := stop(); err != nil {
				t.Error(err)
			}
			if told := d.shelf.told(); !slices.Equal(told, []string{"claim 1", "printed 1: status-ok"}) {
				t.Errorf("the store was told %q", told)
			}
		})
	})
	t.Run("does not wait for paper", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.printer.LoadPaper(2)
			d.shelf.add(3)
			_, stop := d.run()
			time.Sleep(time.Minute)
			if err := stop(); err != nil {
				t.Error(err)
			}
			want := "unknown 1: stopped before the printer said that the slip is out"
			if told := d.shelf.told(); told[len(told)-1] != want {
				t.Errorf("the store was told %q, want %q", told, want)
			}
		})
	})
	t.Run("does not wait for a printer that is not there", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.printer.Plug(false)
			d.shelf.add(3)
			_, stop := d.run()
			time.Sleep(time.Minute)
			began := time.Now()
			if err := stop(); err != nil || time.Since(began) > 0 {
				t.Errorf("stopped after %s with %v", time.Since(began), err)
			}
		})
	})
}

// A stopping store is one whose calls meet the stop of the daemon halfway.
type stopping struct {
	*shelf
	stop  func()
	reads int   // until the stop
	fails error // what the read answers then; nil is its job
}

func (s *stopping) NextJob(ctx context.Context, lane string) (receipt.Job, bool, error) {
	if s.reads--; s.reads == 0 {
		s.stop()
		if s.fails != nil {
			return receipt.Job{}, false, s.fails
		}
	}
	return s.shelf.NextJob(ctx, lane)
}

func TestStopInsideTheStore(t *testing.T) {
	run := func(d *desk, s *stopping) error {
		ctx, cancel := context.WithCancel(d.t.Context())
		defer cancel()
		s.shelf, s.stop, d.store = d.shelf, cancel, s
		return d.spooler().Run(ctx)
	}
	// SQLite says "interrupted", which is no error of package context.
	interrupted := errors.New("read the printer's jobs: interrupted")
	cases := []struct {
		name string
		at   stopping
		told []string
	}{
		{"a read that is cut off", stopping{reads: 1, fails: interrupted}, nil},
		{"a read that is cut off after a slip", stopping{reads: 2, fails: interrupted}, []string{"claim 1", "printed 1: confirmed"}},
		{"a read that is not cut off begins no slip", stopping{reads: 1}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.shelf.add(1)
				d.shelf.add(1)
				if err := run(d, &c.at); err != nil {
					t.Errorf("Run returned %v", err)
				}
				if told := d.shelf.told(); !slices.Equal(told, c.told) {
					t.Errorf("the store was told %q, want %q", told, c.told)
				}
			})
		})
	}
	t.Run("opening the printer begins no slip", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.printer.Mute(true)
			d.shelf.add(1)
			ctx, cancel := context.WithCancel(t.Context())
			d.open = func(context.Context) (printer.Device, error) {
				cancel()
				return d.printer.Link()
			}
			if err := d.spooler().Run(ctx); err != nil || len(d.shelf.told()) > 0 {
				t.Errorf("Run returned %v, the store was told %q", err, d.shelf.told())
			}
		})
	})
	t.Run("what became of a slip must be noted", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.shelf.add(1)
			calls := 0
			d.shelf.crash = func() crashing {
				if calls++; calls == 2 {
					return endsBefore
				}
				return works
			}
			_, stop := d.run()
			synctest.Wait()
			if err := stop(); !errors.Is(err, errCrash) {
				t.Errorf("Run returned %v", err)
			}
		})
	})
}

func TestBrokenStoreEndsTheSpooler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.shelf.add(1)
		d.shelf.crash = func() crashing { return endsBefore }
		if err := d.spooler().Run(t.Context()); !errors.Is(err, errCrash) {
			t.Errorf("Run returned %v", err)
		}
		if len(d.roll()) > 1 {
			t.Errorf("printed without a claim: %q", d.roll())
		}
	})
}

func TestPrinterIsOpenOnlyWhileThereIsSomethingToPrint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.profile.Requests = nil // so that a slip takes its time
		var open atomic.Int32
		d.open = func(context.Context) (printer.Device, error) {
			link, err := d.printer.Link()
			open.Add(1)
			return closing{link, func() { open.Add(-1) }}, err
		}
		s, stop := d.run()
		synctest.Wait()
		for range 3 {
			d.shelf.add(1)
			s.Wake()
			synctest.Wait()
			if n := open.Load(); n != 1 {
				t.Errorf("printing with %d open printers", n)
			}
			time.Sleep(time.Minute)
			if n := open.Load(); n != 0 {
				t.Errorf("idle with %d open printers", n)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

type closing struct {
	*printertest.Link
	closed func()
}

func (c closing) Close() error {
	c.closed()
	return c.Link.Close()
}

func TestConfigIsChecked(t *testing.T) {
	d := newDesk(t)
	good := printer.Config{Lane: "1", Store: d.shelf, Open: d.open, Profile: escpos.Generic80(),
		Copy: func(string) string { return heading }, Now: time.Now, Jitter: func() float64 { return 0 }}
	if _, err := printer.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*printer.Config){
		"Lane":    func(c *printer.Config) { c.Lane = "" },
		"Store":   func(c *printer.Config) { c.Store = nil },
		"Open":    func(c *printer.Config) { c.Open = nil },
		"Copy":    func(c *printer.Config) { c.Copy = nil },
		"Now":     func(c *printer.Config) { c.Now = nil },
		"Jitter":  func(c *printer.Config) { c.Jitter = nil },
		"columns": func(c *printer.Config) { c.Columns = 40 },
		"table":   func(c *printer.Config) { c.Profile.Tables = nil },
	} {
		bad := good
		spoil(&bad)
		if _, err := printer.New(bad); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
