package main

import (
	"context"
	"time"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/scanner"
	"zegel/terminal"
)

// lookEvery is how soon a lane's screen shows that a cable was pulled.
const lookEvery = 250 * time.Millisecond

// watch tells the lanes how their devices and the line are, until ctx ends.
// Devices and line are asked, because rooms do not know each other; a desk told
// the same twice does nothing.
func (d *daemon) watch(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	up, first := false, true
	for {
		for lane, ready := range d.scannersReady() {
			d.desks[lane].Device(terminal.Scanner, ready)
		}
		for _, p := range d.spoolers {
			d.tellPrinter(p.Status())
		}
		waiting, err := d.waiting(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		state := d.office.status().State
		for _, desk := range d.desks {
			desk.Line(state == "up", state == "alone", waiting)
		}
		if now := state == "up"; state != "alone" && (first || now != up) {
			if err := d.db.NoteLine(ctx, now); err != nil && ctx.Err() == nil {
				return err
			}
			up, first = now, false
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// scannersReady says of each lane with scanners whether all of them are read.
func (d *daemon) scannersReady() map[string]bool {
	ready := make(map[string]bool)
	for _, s := range d.scanners {
		before, another := ready[s.lane]
		ready[s.lane] = (before || !another) && s.reader.Status().State == scanner.Ready
	}
	return ready
}

func (d *daemon) tellPrinter(s printer.Status) {
	desk := d.desks[s.Lane]
	trouble := s.State == printer.StateTrouble
	paper := trouble && s.Reason == device.ErrPaperOut.Error()
	desk.Device(terminal.Paper, !paper)
	desk.Device(terminal.Printer, !trouble || paper)
}

// waiting is how many records head office has not confirmed.
func (d *daemon) waiting(ctx context.Context) (int, error) {
	if d.office == nil {
		return 0, nil
	}
	s, err := d.db.SyncState(ctx)
	if err != nil {
		return 0, err
	}
	return int(s.Waiting()), nil
}
