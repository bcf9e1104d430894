package manager

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
)

// A DayAnswer is what a program is told about a business day.
type DayAnswer struct {
	Day ledger.Day `json:"day"`
	// Next is the number the next report will have.
	Next int64 `json:"next"`
	// Reports are the closed parts, and Reading what happened since, where Day
	// is today.
	Reports []report.Kept   `json:"reports"`
	Reading *report.Figures `json:"reading,omitempty"`
}

// A CloseCall is what a program sends to close the day. Amounts are minor
// units; without any of the three nobody said what was taken.
type CloseCall struct {
	Number     int64         `json:"number,omitempty"`
	Turnover   *basket.Money `json:"turnover,omitempty"`
	Receipts   *int64        `json:"receipts,omitempty"`
	PointsPaid *basket.Money `json:"points_paid,omitempty"`
	Operator   string        `json:"operator,omitempty"`
}

func (c CloseCall) wish() Wish {
	w := Wish{Number: c.Number, By: c.Operator}
	if c.Turnover != nil || c.Receipts != nil || c.PointsPaid != nil {
		w.Till = &report.Till{Turnover: or(c.Turnover), Receipts: or(c.Receipts), PointsPaid: or(c.PointsPaid)}
	}
	return w
}

func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// API serves programs on this PC: GET /v1/day?day=2026-11-22 answers with a
// DayAnswer, of today without a day, and POST /v1/day/close with the
// report.Kept of the day it closed. A "no" is a problem document with the
// refusal's code.
func (m *Manager) API() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/day", m.getDay)
	mux.HandleFunc("POST /v1/day/close", m.postClose)
	if m.cfg.Accounts != nil {
		mux.HandleFunc("POST /v1/members/transfer", m.postTransfer)
		mux.HandleFunc("POST /v1/members/opening", m.postOpening)
	}
	return mux
}

func (m *Manager) getDay(w http.ResponseWriter, r *http.Request) {
	today := m.moment().Day
	a := DayAnswer{Day: ledger.Day(r.URL.Query().Get("day")), Reports: []report.Kept{}}
	if a.Day == "" {
		a.Day = today
	}
	if err := a.Day.Validate(); err != nil {
		problem(w, http.StatusBadRequest, "day", err.Error())
		return
	}
	var err error
	if a.Next, err = m.cfg.Store.NextReport(r.Context()); err == nil {
		var kept []report.Kept
		kept, err = m.cfg.Store.DayReports(r.Context(), a.Day)
		a.Reports = append(a.Reports, kept...)
	}
	if err == nil && a.Day == today {
		var f report.Figures
		f, err = m.cfg.Store.Reading(r.Context(), today, m.cfg.Zone)
		a.Reading = &f
	}
	if err != nil {
		m.fault(w, err)
		return
	}
	answer(w, http.StatusOK, a)
}

func (m *Manager) postClose(w http.ResponseWriter, r *http.Request) {
	var call CloseCall
	if !reads(w, r, &call) {
		return
	}
	k, err := m.Close(r.Context(), call.wish())
	if err != nil {
		m.refuse(w, err)
		return
	}
	answer(w, http.StatusCreated, k)
}

// maxCall is the most bytes of a call.
const maxCall = 16 << 10

// reads reads the call's body, strictly: a figure under a misspelt name would
// be taken for one that nobody gave.
func reads(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		if _, end := dec.Token(); end != io.EOF {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		problem(w, http.StatusBadRequest, "body", "the body cannot be read: "+err.Error())
		return false
	}
	return true
}

// refuse answers with what an error means to whoever asked.
func (m *Manager) refuse(w http.ResponseWriter, err error) {
	var no *programme.Refusal
	if !errors.As(err, &no) {
		m.fault(w, err)
		return
	}
	status := http.StatusConflict
	switch no.Code {
	case programme.WrongPIN, programme.SignInFirst, programme.ManagerNeeded:
		status = http.StatusForbidden
	case programme.TryLater:
		status = http.StatusTooManyRequests
	}
	said, _ := words.For(m.cfg.Rules().Language)
	problem(w, status, string(no.Code), said.Refusal(no))
}

func (m *Manager) fault(w http.ResponseWriter, err error) {
	m.cfg.Log.Error().Err(err).Msg("the day's figures")
	said, _ := words.For(m.cfg.Rules().Language)
	problem(w, http.StatusServiceUnavailable, "fault", words.Report{Words: said}.Form("fault"))
}

// problem is a problem document (RFC 9457).
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{ // whoever went away has nothing to be told
		"title": http.StatusText(status), "status": status, "code": code, "detail": detail,
	})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
