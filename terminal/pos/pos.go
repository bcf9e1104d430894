// Package pos answers what till software may ask over HTTP and JSON.
//
// It serves a bare handler: who may call, and from where, is decided around
// it. Every refusal is a problem document (RFC 9457) whose code and words the
// till can show; nothing changes on GET.
package pos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A Desk is one lane as tills see it.
type Desk interface {
	Sale(context.Context, session.Sale) (session.Answer, error)
}

// Config is what the handler works with.
type Config struct {
	// Desk finds the desk of a lane.
	Desk func(lane string) (Desk, bool)
	// View is what a lane shows, as something that can be written as JSON.
	View func(lane string) (any, bool)
	// Cancel sends the customer of a lane away.
	Cancel func(lane string) (any, bool)
	// Status is how the shop is, as something that can be written as JSON.
	Status func(context.Context) (any, error)
	// Words are the sentences for a refusal, in the shop's language.
	Words func(*programme.Refusal) string
	Log   zerolog.Logger
}

// Handler serves the till's interface under /v1.
func Handler(cfg Config) http.Handler {
	h := &handler{cfg}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/hello", h.hello)
	mux.HandleFunc("GET /v1/status", h.status)
	mux.HandleFunc("GET /v1/lanes/{lane}", h.lane)
	mux.HandleFunc("POST /v1/lanes/{lane}/cancel", h.cancel)
	mux.HandleFunc("POST /v1/lanes/{lane}/sales", h.sale)
	return mux
}

type handler struct{ cfg Config }

// hello says who is there, and nothing else.
func (h *handler) hello(w http.ResponseWriter, _ *http.Request) {
	h.answer(w, http.StatusOK, map[string]string{"name": "zegel", "api": "v1"})
}

func (h *handler) status(w http.ResponseWriter, r *http.Request) {
	s, err := h.cfg.Status(r.Context())
	if err != nil {
		h.fault(w, "read the status", err)
		return
	}
	h.answer(w, http.StatusOK, s)
}

func (h *handler) lane(w http.ResponseWriter, r *http.Request) {
	h.view(w, r.PathValue("lane"), h.cfg.View)
}

func (h *handler) cancel(w http.ResponseWriter, r *http.Request) {
	h.view(w, r.PathValue("lane"), h.cfg.Cancel)
}

func (h *handler) view(w http.ResponseWriter, lane string, of func(string) (any, bool)) {
	v, ok := of(lane)
	if !ok {
		h.noLane(w)
		return
	}
	h.answer(w, http.StatusOK, v)
}

// sale posts what was paid at a lane. The basket's key makes a repeat harmless.
func (h *handler) sale(w http.ResponseWriter, r *http.Request) {
	desk, ok := h.cfg.Desk(r.PathValue("lane"))
	if !ok {
		h.noLane(w)
		return
	}
	var s session.Sale
	if err := decode(r.Body, &s); err != nil {
		h.problem(w, problem{Status: http.StatusBadRequest, Code: "body", Detail: err.Error()})
		return
	}
	answer, err := desk.Sale(r.Context(), s)
	if err != nil {
		h.refuse(w, err)
		return
	}
	status := http.StatusCreated
	if answer.Repeat {
		status = http.StatusOK
	}
	h.answer(w, status, answer)
}

// decode reads one JSON value that has no unknown fields.
func decode(body io.Reader, into any) error {
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("read the request: more than one JSON value")
	}
	return nil
}

// A problem is a problem document. PointsChanged tells a till in doubt that
// nothing happened.
type problem struct {
	Type          string `json:"type"`
	Title         string `json:"title"`
	Status        int    `json:"status"`
	Detail        string `json:"detail"`
	Code          string `json:"code"`
	Retryable     bool   `json:"retryable"`
	PointsChanged bool   `json:"points_changed"`
}

func (h *handler) refuse(w http.ResponseWriter, err error) {
	var no *programme.Refusal
	if !errors.As(err, &no) {
		h.fault(w, "post a sale", err)
		return
	}
	status := http.StatusUnprocessableEntity
	if no.Code == programme.OtherBasket || no.Code == programme.SameBasket || no.Code == programme.NoCard {
		status = http.StatusConflict
	}
	h.problem(w, problem{Status: status, Code: string(no.Code), Detail: h.cfg.Words(no)})
}

// fault answers for a bug or a database in trouble: the till is told to ask
// again with the same key, the log gets the cause.
func (h *handler) fault(w http.ResponseWriter, doing string, err error) {
	h.cfg.Log.Error().Err(err).Msg(doing)
	h.problem(w, problem{
		Status: http.StatusServiceUnavailable, Code: "unknown", Retryable: true,
		Detail: "it is not known whether this was recorded; ask again with the same key",
	})
}

func (h *handler) noLane(w http.ResponseWriter) {
	h.problem(w, problem{Status: http.StatusNotFound, Code: "lane", Detail: "there is no lane of this name"})
}

func (h *handler) problem(w http.ResponseWriter, p problem) {
	p.Type, p.Title = "urn:zegel:problem:"+p.Code, http.StatusText(p.Status)
	w.Header().Set("Content-Type", "application/problem+json")
	h.write(w, p.Status, p)
}

func (h *handler) answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	h.write(w, status, v)
}

func (h *handler) write(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.cfg.Log.Debug().Err(err).Msg("the caller went away before the answer")
	}
}
