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
	Passes   []passStatus    `json:"passes,omitempty"`
	Printers []printerStatus `json:"printers"`
	Office   officeStatus    `json:"office"`
}

type scannerStatus struct {
	Lane           string            `json:"lane"`
	Name           string            `json:"name"` // the lane's, and the scanner's own where there are several
	Preset         string            `json:"preset"`
	State          string            `json:"state"`
	Trouble        string            `json:"trouble,omitempty"`
	Since          time.Time         `json:"since"`
	Port           string            `json:"port,omitempty"`   // where it was opened first
	Device         string            `json:"device,omitempty"` // what stands there, for people
	Scans          uint64            `json:"scans"`
	Rejected       uint64            `json:"rejected"`
	NoReads        uint64            `json:"no_reads"`
	Repeats        uint64            `json:"repeats"`
	Passed         uint64            `json:"passed"`    // on to the till
	NotTaken       uint64            `json:"not_taken"` // for the till, and its line did not take it
	Dropped        uint64            `json:"dropped"`
	Losses         uint64            `json:"losses"`
	FeedbackBroken bool              `json:"feedback_broken,omitempty"`
	Reasons        map[string]uint64 `json:"reasons,omitempty"` // for which something was rejected
}

// A passStatus is how the line is by which a till gets what is not ours.
type passStatus struct {
	Lane    string    `json:"lane"`
	State   string    `json:"state"`
	Trouble string    `json:"trouble,omitempty"`
	Since   time.Time `json:"since"`
	Sent    uint64    `json:"sent"`
	Refused uint64    `json:"refused"` // not taken: the line was away, or too much waited
	Dropped uint64    `json:"dropped"` // taken, and too old once the line was back
	Losses  uint64    `json:"losses"`
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
	for _, sc := range d.scanners {
		s.Scanners = append(s.Scanners, sc.status())
	}
	for _, p := range d.passes {
		s.Passes = append(s.Passes, p.status())
	}
	for _, p := range d.spoolers {
		s.Printers = append(s.Printers, printerStatusOf(p.Status()))
	}
	return s, nil
}
