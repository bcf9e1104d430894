package main

import (
	"context"
	"time"

	"zegel/cmd/release"
	"zegel/store"
)

// A status is how the shop is, for `zegel status`, the screen and programs.
type status struct {
	Version  string          `json:"version"`
	Shop     string          `json:"shop"`
	Since    time.Time       `json:"since"`
	Store    store.Status    `json:"store"`
	Database string          `json:"database"` // "ok", or what is wrong
	Scanners []scannerStatus `json:"scanners"`
	Printers []printerStatus `json:"printers"`
	Office   officeStatus    `json:"office"`
}

type scannerStatus struct {
	Lane     string    `json:"lane"`
	State    string    `json:"state"`
	Since    time.Time `json:"since"`
	Scans    uint64    `json:"scans"`
	Rejected uint64    `json:"rejected"`
	Repeats  uint64    `json:"repeats"`
	Losses   uint64    `json:"losses"`
}

type printerStatus struct {
	Lane   string `json:"lane"`
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

type officeStatus struct {
	State  string `json:"state"` // "alone", "up", "down"
	Reason string `json:"reason,omitempty"`
}

func (d *daemon) status(ctx context.Context) (status, error) {
	kept, err := d.db.Status(ctx)
	if err != nil {
		return status{}, err
	}
	s := status{
		Version: release.Version(), Shop: d.cfg.Shop.Name, Since: d.started.UTC(), Store: kept, Database: "ok",
		Scanners: []scannerStatus{}, Printers: []printerStatus{}, Office: d.office.status(),
	}
	if err := d.db.Healthy(); err != nil {
		s.Database = err.Error()
	}
	for i, r := range d.readers {
		st := r.Status()
		s.Scanners = append(s.Scanners, scannerStatus{
			Lane: d.scannerLanes()[i], State: string(st.State), Since: st.Since.UTC(),
			Scans: uint64(st.Scans), Rejected: uint64(st.Rejects), Repeats: uint64(st.Repeats), Losses: uint64(st.Losses),
		})
	}
	for _, p := range d.spoolers {
		st := p.Status()
		s.Printers = append(s.Printers, printerStatus{Lane: st.Lane, State: string(st.State), Reason: st.Reason})
	}
	return s, nil
}

// scannerLanes are the lanes that have a scanner, in the order of the readers.
func (d *daemon) scannerLanes() []string {
	var lanes []string
	for _, l := range d.cfg.Lanes {
		if l.Scanner.Device != "" {
			lanes = append(lanes, l.Name)
		}
	}
	return lanes
}
