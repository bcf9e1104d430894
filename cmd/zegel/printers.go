package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"zegel/cmd/zegel/printing"
	"zegel/printer"
	"zegel/store"
)

// A printerStatus is how a lane's printer is.
type printerStatus struct {
	Lane    string    `json:"lane"`
	State   string    `json:"state"`             // "idle", "printing", "trouble"
	Trouble string    `json:"trouble,omitempty"` // why it does not print, for programs
	Reason  string    `json:"reason,omitempty"`  // the same for people
	Since   time.Time `json:"since,omitzero"`    // of the trouble
	// Slip is the number of the slip that is on its way, and SlipState how far:
	// "sending", or "sent" and not confirmed yet.
	Slip      int64  `json:"slip,omitempty"`
	SlipState string `json:"slip_state,omitempty"`
	PaperLow  bool   `json:"paper_low,omitempty"`
	// Printed is the slip that was printed last since the daemon's start, and
	// Proof how it is known.
	Printed int64     `json:"printed,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Proof   string    `json:"proof,omitempty"`
}

func printerStatusOf(s printer.Status) printerStatus {
	return printerStatus{
		Lane: s.Lane, State: string(s.State), Trouble: string(s.Trouble), Reason: s.Reason, Since: s.Since, Slip: s.Job, SlipState: string(s.JobState),
		PaperLow: s.PaperLow, Printed: s.LastJob, At: s.LastAt, Proof: s.LastProof,
	}
}

// words say how the printer is, for people.
func (p printerStatus) words() string {
	text := p.State
	switch {
	case p.Reason != "":
		text += ": " + p.Reason
	case p.SlipState != "":
		text = fmt.Sprintf("%s slip %d", p.SlipState, p.Slip)
	}
	if p.PaperLow {
		text += "; the paper is nearly at its end"
	}
	return text
}

// spoolerOf is what a lane's spooler needs of its printer. A picture that cannot
// be read is missing from slips, and no reason not to print.
func (d *daemon) spoolerOf(lane Lane) (printer.Config, error) {
	p := lane.Printer
	model, err := p.Model()
	if err != nil {
		return printer.Config{}, err
	}
	log := d.part("printer")
	images, err := p.ReadImages()
	if err != nil {
		log.Warn().Err(err).Str("lane", lane.Name).Msg("slips are printed without a picture")
	}
	return printer.Config{
		Lane: lane.Name, Store: d.db, Open: d.turns.Opener(p), Profile: model, Columns: p.Width(model), Images: images, MaxAge: maxAge(p), Log: log,
	}, nil
}

func maxAge(p printing.Printer) time.Duration { return time.Duration(p.MaxAgeHours) * time.Hour }

// printAgain makes a slip due once more, which a person asked for.
func (d *daemon) printAgain(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err == nil {
		err = d.db.Reprint(r.Context(), id)
	}
	var wrong *strconv.NumError
	switch {
	case errors.As(err, &wrong), errors.Is(err, store.ErrNoSuchSlip):
		problem(w, http.StatusNotFound, "there is no such slip, or its text was deleted")
	case err != nil:
		d.log.Error().Err(err).Int64("slip", id).Msg("a slip is not printed again")
		problem(w, http.StatusInternalServerError, "it could not be written down; the log says why")
	default:
		d.posted()
		answer(w, http.StatusOK, "application/json", map[string]int64{"slip": id})
	}
}

func problem(w http.ResponseWriter, code int, detail string) {
	answer(w, code, "application/problem+json", map[string]any{"status": code, "title": http.StatusText(code), "detail": detail})
}

func answer(w http.ResponseWriter, code int, kind string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		code, text = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(code)
	_, _ = w.Write(append(text, '\n')) // whoever asked has gone, then
}
