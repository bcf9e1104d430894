package printer_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"zegel/printer"
	"zegel/printer/device"
)

func TestSlipsOverADeviceFile(t *testing.T) {
	d := newDesk(t)
	d.hurry()
	cable, err := d.printer.Pty()
	if err != nil {
		t.Fatal(err)
	}
	d.open = func(ctx context.Context) (printer.Device, error) { return device.OpenLP(ctx, cable.Path()) }
	d.printer.LoadPaper(20) // runs out inside the second
	for range 3 {
		d.shelf.add(10)
	}
	s, stop := d.run()
	for end := time.Now().Add(10 * time.Second); s.Status().Reason != "paper out" && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	if got := s.Status(); got.Reason != "paper out" || got.LastJob != 1 {
		t.Fatalf("status %+v", got)
	}
	d.printer.LoadPaper(-1)
	if !d.printed(20 * time.Second) {
		t.Fatalf("the store was told %q, status %+v", d.shelf.told(), s.Status())
	}
	if copies := d.check(); copies != 0 {
		t.Errorf("%d copies, though the printer went on by itself", copies)
	}
	want := []string{"claim 1", "printed 1: confirmed", "claim 2", "printed 2: confirmed", "claim 3", "printed 3: confirmed"}
	if told := d.shelf.told(); !slices.Equal(told, want) {
		t.Errorf("the store was told %q, want %q", told, want)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := cable.Close(); err != nil {
		t.Error(err)
	}
}
