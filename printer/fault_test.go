package printer_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/printer"
	"zegel/printer/escpos"
	"zegel/printer/printertest"
)

const simColumns = 42

// A desk is a Spooler, its store and its printer.
type desk struct {
	t       *testing.T
	shelf   *shelf
	store   printer.JobStore // in front of the shelf; the shelf itself if nil
	printer *printertest.Printer
	profile escpos.Profile
	open    func(context.Context) (printer.Device, error)
	log     zerolog.Logger
	jitter  func() float64
	columns int
	maxAge  time.Duration
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, shelf: newShelf(t), printer: printertest.New(simColumns), profile: escpos.Generic80(),
		log: zerolog.Nop(), jitter: func() float64 { return 0.5 }, columns: simColumns}
	d.open = func(context.Context) (printer.Device, error) { return d.printer.Link() }
	return d
}

func (d *desk) spooler() *printer.Spooler {
	store := d.store
	if store == nil {
		store = d.shelf
	}
	s, err := printer.New(printer.Config{Lane: "1", Store: store, Open: d.open, Profile: d.profile, Columns: d.columns, MaxAge: d.maxAge,
		Copy: func(lang string) string { return map[string]string{"nl": heading}[lang] },
		Now:  time.Now, Jitter: d.jitter, Log: d.log})
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// run runs a Spooler until stop is called, which gives what Run returned.
func (d *desk) run() (s *printer.Spooler, stop func() error) {
	s = d.spooler()
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, func() error { cancel(); return <-done }
}

func (d *desk) roll() []string {
	var lines []string
	for _, p := range append(d.printer.Papers(), d.printer.Uncut()) {
		lines = append(lines, strings.Split(p.Text(), "\n")...)
	}
	return lines
}

// check asserts the promise of this package: each job has one complete paper at least and one unmarked paper at
// most, in the order of the jobs. It returns how many copies there are.
func (d *desk) check() int {
	d.t.Helper()
	jobs, order, strange := d.shelf.readRoll(d.roll())
	if len(strange) > 0 {
		d.t.Errorf("lines that belong to no slip: %q", strange)
	}
	if !slices.IsSorted(order) {
		d.t.Errorf("papers out of order: %v", order)
	}
	copies := 0
	for _, j := range d.shelf.jobs {
		seen := jobs[j.ID]
		switch {
		case seen == nil || seen.complete == 0:
			d.t.Errorf("job %d never came out: %+v", j.ID, seen)
		case seen.originals > 1:
			d.t.Errorf("job %d has %d unmarked papers", j.ID, seen.originals)
		case j.Attempt == 1 && *seen != onPaper{originals: 1, complete: 1}:
			d.t.Errorf("job %d was printed once, and has %+v", j.ID, *seen)
		case seen.copies > j.Attempt-1:
			d.t.Errorf("job %d has %+v of %d attempts", j.ID, *seen, j.Attempt)
		default:
			copies += seen.copies
		}
	}
	if odd := d.printer.Odd(); len(odd) > 0 {
		d.t.Errorf("the printer was sent % x, which no printer understands", odd)
	}
	return copies
}

// A crasher is a Device at which the process may end in the middle of a slip.
type crasher struct {
	*printertest.Link
	shelf *shelf
	after func() int // bytes until the end; -1 is never
}

func (c crasher) Write(ctx context.Context, p []byte) (int, error) {
	n := c.after()
	if n < 0 {
		return c.Link.Write(ctx, p)
	}
	n, _ = c.Link.Write(ctx, p[:min(n, len(p))])
	c.shelf.end()
	return n, errCrash
}

// mischief is what may befall a printer; each is undone by somebody some time later.
type mischief struct {
	name  string
	begin func(*printertest.Printer, *rand.Rand)
	end   func(*printertest.Printer)
	least time.Duration // it lasts
}

func unseen(*printertest.Printer) {}

var (
	unplugged = mischief{"unplugged", func(p *printertest.Printer, _ *rand.Rand) { p.Plug(false) },
		func(p *printertest.Printer) { p.Plug(true) }, 0}
	coverOpen = mischief{"cover open", func(p *printertest.Printer, _ *rand.Rand) { p.OpenCover(true) },
		func(p *printertest.Printer) { p.OpenCover(false) }, 0}
	noPaper = mischief{"paper out before a slip", func(p *printertest.Printer, _ *rand.Rand) { p.LoadPaper(0) },
		func(p *printertest.Printer) { p.LoadPaper(-1) }, 0}
	paperOut = mischief{"paper out inside a slip", func(p *printertest.Printer, r *rand.Rand) { p.LoadPaper(r.IntN(40)) },
		func(p *printertest.Printer) { p.LoadPaper(-1) }, 0}
	dropInside  = mischief{"line drops inside a slip", func(p *printertest.Printer, r *rand.Rand) { p.DropAfter(r.IntN(700)) }, unseen, 0}
	dropAtStart = mischief{"line drops before a slip", func(p *printertest.Printer, _ *rand.Rand) { p.DropAfter(0) }, unseen, 0}
	dropAtCut   = mischief{"line drops after a slip", func(p *printertest.Printer, _ *rand.Rand) { p.DropAtCut() }, unseen, 0}
	// A printer needs some seconds to boot, so nobody switches it off and on between two looks.
	switchedOff = mischief{"switched off", func(p *printertest.Printer, _ *rand.Rand) { p.Switch(false) },
		func(p *printertest.Printer) { p.Switch(true) }, 20 * time.Second}
	stops = mischief{"stops", func(p *printertest.Printer, _ *rand.Rand) { p.Pause(true) },
		func(p *printertest.Printer) { p.Pause(false) }, 0}
	jams = mischief{"cutter stuck", func(p *printertest.Printer, _ *rand.Rand) { p.Jam(true) },
		func(p *printertest.Printer) { p.Jam(false) }, 0}
	rebootsInside = mischief{"reboots inside a slip", func(p *printertest.Printer, r *rand.Rand) { p.RebootAfter(r.IntN(700)) }, unseen, 0}
	rebootsNow    = mischief{"reboots", func(p *printertest.Printer, _ *rand.Rand) { p.Reboot() }, unseen, 0}
	rebootsEmpty  = mischief{"reboots while it has no paper", paperOut.begin, func(p *printertest.Printer) {
		p.Reboot()
		p.LoadPaper(-1)
	}, 0}
	garbles = mischief{"garbles what it says", func(p *printertest.Printer, r *rand.Rand) {
		noise := rand.New(rand.NewPCG(r.Uint64(), 0))
		p.Garble(func() byte {
			if noise.IntN(3) > 0 {
				return 0
			}
			return byte(noise.IntN(256))
		})
	}, func(p *printertest.Printer) { p.Garble(nil) }, 0}
	offForPaper = mischief{"switched off to put paper in", paperOut.begin, func(p *printertest.Printer) {
		p.Switch(false)
		p.LoadPaper(-1)
		time.Sleep(20 * time.Second)
		p.Switch(true)
	}, 0}
)

// play adds slips and does mischief at random until all slips are printed, and starts a new Spooler whenever
// the process has ended. Between means that no mischief begins while a slip is on its way.
func (d *desk) play(seed uint64, slips int, mischiefs []mischief, between bool) {
	slipsAt, r := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
	ctx, cancel := context.WithCancel(d.t.Context())
	var wg sync.WaitGroup
	var mu sync.Mutex
	var running *printer.Spooler
	wg.Go(func() {
		for ctx.Err() == nil {
			d.shelf.restart()
			s := d.spooler()
			mu.Lock()
			running = s
			mu.Unlock()
			if err := s.Run(ctx); err != nil && !errors.Is(err, errCrash) {
				d.t.Errorf("the Spooler ended: %v", err)
			}
		}
	})
	wake := func() {
		mu.Lock()
		defer mu.Unlock()
		if running != nil {
			running.Wake()
		}
	}
	added := make(chan struct{})
	wg.Go(func() {
		defer close(added)
		for range slips {
			time.Sleep(time.Duration(slipsAt.IntN(20000)) * time.Millisecond)
			d.shelf.add(slipsAt.IntN(12))
			wake()
		}
	})
	d.mischief(r, mischiefs, between, added)
	d.shelf.mu.Lock()
	d.shelf.crash = nil
	d.shelf.mu.Unlock()
	for range 24 * 60 {
		if d.shelf.waiting() == 0 {
			break
		}
		time.Sleep(time.Minute)
	}
	cancel()
	wg.Wait()
}

// mischief happens, one at a time, until all slips are added.
func (d *desk) mischief(r *rand.Rand, mischiefs []mischief, between bool, added <-chan struct{}) {
	for {
		select {
		case <-added:
			return
		case <-time.After(time.Duration(r.IntN(60000)) * time.Millisecond):
		}
		for between && d.shelf.busy() {
			time.Sleep(10 * time.Millisecond)
		}
		m := mischiefs[r.IntN(len(mischiefs))]
		m.begin(d.printer, r)
		time.Sleep(m.least + time.Duration(r.IntN(60000))*time.Millisecond)
		m.end(d.printer)
	}
}

func TestOnePaperWhateverFails(t *testing.T) {
	cases := []struct {
		name      string
		mischiefs []mischief
		mute      bool
		crashes   bool
		copies    bool // may there be any?
	}{
		{"all that can happen", []mischief{unplugged, coverOpen, noPaper, paperOut, dropInside, dropAtStart, dropAtCut, switchedOff, offForPaper}, false, true, true},
		{"a printer that answers nothing", []mischief{unplugged, coverOpen, noPaper, paperOut, dropInside, dropAtStart, dropAtCut}, true, true, true},
		{"only what shows before a slip or heals by itself", []mischief{unplugged, coverOpen, noPaper, paperOut, dropAtStart, switchedOff}, false, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(10) {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						began := time.Now()
						d := newDesk(t)
						d.printer.Mute(c.mute)
						d.profile.Answers = escpos.AnswersAlways
						if c.mute {
							d.profile.Answers = escpos.AnswersUnknown
						}
						if seed%2 == 1 {
							d.profile.QR = escpos.QRPicture
						}
						if c.crashes {
							d.crashAtRandom(rand.New(rand.NewPCG(seed, 3)))
						}
						const slips = 120
						d.play(seed, slips, c.mischiefs, !c.copies)
						copies := d.check()
						if copies > 0 && !c.copies {
							t.Errorf("%d copies, though every failure could be seen before it did harm: %q", copies, d.shelf.told())
						}
						if copies == 0 && c.copies {
							t.Error("no copies: nothing has gone wrong in this test")
						}
						t.Logf("seed %d: %d slips, %d copies, %s of fake time", seed, slips, copies, time.Since(began).Round(time.Second))
					})
				})
			}
		})
	}
}

// The promise holds for a printer that does everything a printer can do to a slip, with a process that crashes besides
// and with one that does not.
func TestAThousandSlips(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	all := []mischief{unplugged, coverOpen, noPaper, paperOut, dropInside, dropAtStart, dropAtCut, switchedOff, offForPaper,
		stops, jams, rebootsInside, rebootsNow, rebootsEmpty, garbles}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				d := newDesk(t)
				d.profile.Answers = escpos.AnswersAlways
				if seed%2 == 1 {
					d.profile.QR = escpos.QRPicture
				}
				if seed >= 2 {
					d.crashAtRandom(rand.New(rand.NewPCG(seed, 3)))
				}
				const slips = 1000
				d.play(seed+100, slips, all, false)
				copies, proofs := d.check(), map[string]int{}
				for _, j := range d.shelf.jobs {
					proofs[j.proof]++
				}
				if copies == 0 || proofs[printer.ProofConfirmed] < slips*9/10 {
					t.Errorf("%d copies, proofs %v: not what a printer that fails now and then, and confirms, should give", copies, proofs)
				}
				t.Logf("seed %d: %d slips, %d copies, proofs %v, %s of fake time", seed, slips, copies, proofs, time.Since(began).Round(time.Second))
			})
		})
	}
}

// crashAtRandom ends the process now and then: around a call of the store, or inside a slip.
func (d *desk) crashAtRandom(r *rand.Rand) {
	d.shelf.crash = func() crashing {
		if r.IntN(25) > 0 {
			return works
		}
		return endsBefore + crashing(r.IntN(2))
	}
	d.open = func(context.Context) (printer.Device, error) {
		link, err := d.printer.Link()
		if err != nil {
			return nil, err
		}
		return crasher{link, d.shelf, func() int {
			if r.IntN(20) > 0 {
				return -1
			}
			return r.IntN(700)
		}}, nil
	}
}
