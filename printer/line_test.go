package printer_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/printertest"
)

// printed waits until the shelf is empty. It runs on real time: the lines are real.
func (d *desk) printed(within time.Duration) bool {
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if d.shelf.waiting() == 0 {
			return true
		}
	}
	return false
}

// hurry makes the printer's paper run fast, so that the tests do.
func (d *desk) hurry() { d.profile.LineTime = time.Millisecond }

func TestSlipsOverTCP(t *testing.T) {
	d := newDesk(t)
	d.hurry()
	server, err := d.printer.ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.open = func(ctx context.Context) (printer.Device, error) { return device.OpenTCP(ctx, server.Address()) }
	for range 5 {
		d.shelf.add(20)
	}
	d.printer.DropAfter(1500) // inside one of them
	s, stop := d.run()
	if !d.printed(20 * time.Second) {
		t.Fatalf("the store was told %q, status %+v", d.shelf.told(), s.Status())
	}
	if copies := d.check(); copies != 1 {
		t.Errorf("%d copies of the one slip that was torn: %q", copies, d.shelf.told())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// What receiptio finds out about the same printer over the same line (package printertest), the Spooler does as well.
func TestFailuresOverTCP(t *testing.T) {
	cases := []struct {
		name    string
		befalls func(*printertest.Printer)
		trouble printer.Trouble // until it is undone
		undoes  func(*printertest.Printer)
		copies  int
	}{
		{"success", func(*printertest.Printer) {}, "", nil, 0},
		{"paper out inside", func(p *printertest.Printer) { p.LoadPaper(2) }, printer.TroublePaperOut,
			func(p *printertest.Printer) { p.LoadPaper(-1) }, 0},
		{"cover open", func(p *printertest.Printer) { p.OpenCover(true) }, printer.TroubleCoverOpen,
			func(p *printertest.Printer) { p.OpenCover(false) }, 0},
		{"cutter stuck", func(p *printertest.Printer) { p.Jam(true) }, printer.TroubleCutter,
			func(p *printertest.Printer) { p.Jam(false) }, 0},
		{"silent", func(p *printertest.Printer) { p.Switch(false) }, printer.TroubleSilent,
			func(p *printertest.Printer) { p.Switch(true) }, 0},
		{"no answer in turn", func(p *printertest.Printer) { p.PauseAtCut() }, printer.TroubleUnconfirmed,
			func(p *printertest.Printer) { p.Pause(false) }, 1},
		{"line breaks inside", func(p *printertest.Printer) { p.DropAfter(60) }, printer.TroubleOffline, nil, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.hurry()
			d.profile.Answers = escpos.AnswersAlways
			c.befalls(d.printer)
			server, err := d.printer.ListenTCP("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			d.open = func(ctx context.Context) (printer.Device, error) { return device.OpenTCP(ctx, server.Address()) }
			d.shelf.add(5)
			s, stop := d.run()
			for end := time.Now().Add(30 * time.Second); c.trouble != "" && s.Status().Trouble != c.trouble; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("status %+v, want %q", s.Status(), c.trouble)
				}
			}
			if c.undoes != nil {
				c.undoes(d.printer)
			}
			if !d.printed(30 * time.Second) {
				t.Fatalf("the store was told %q, status %+v", d.shelf.told(), s.Status())
			}
			if copies := d.check(); copies != c.copies {
				t.Errorf("%d copies, want %d: %q", copies, c.copies, d.shelf.told())
			}
			if told := d.shelf.told(); told[len(told)-1] != "printed 1: confirmed" {
				t.Errorf("the store was told %q", told)
			}
			if err := errors.Join(stop(), server.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSlipsToAFile(t *testing.T) {
	d := newDesk(t)
	path := t.TempDir() + "/slips.bin"
	d.open = func(ctx context.Context) (printer.Device, error) { return device.OpenFile(ctx, path) }
	for range 3 {
		d.shelf.add(2)
	}
	_, stop := d.run()
	if !d.printed(10 * time.Second) {
		t.Fatalf("the store was told %q", d.shelf.told())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	want := []string{"claim 1", "printed 1: written", "claim 2", "printed 2: written", "claim 3", "printed 3: written"}
	if told := d.shelf.told(); !slices.Equal(told, want) {
		t.Errorf("the store was told %q, want %q", told, want)
	}
}

func TestPrinterKnownToBeMuteIsNotAsked(t *testing.T) {
	d := newDesk(t)
	d.hurry()
	d.profile.Answers = escpos.AnswersNever
	d.shelf.add(2)
	_, stop := d.run()
	if !d.printed(10 * time.Second) {
		t.Fatalf("the store was told %q", d.shelf.told())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if told := d.shelf.told(); told[len(told)-1] != "printed 1: written" {
		t.Errorf("the store was told %q", told)
	}
}
