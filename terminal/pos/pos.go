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

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A Desk is one lane as tills see it.
type Desk interface {
	Sale(context.Context, session.Sale) (session.Answer, error)
	Offers(context.Context, basket.Basket) ([]session.Offer, error)
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
	// NotRecorded reports that an error of a desk means for certain that
	// nothing was recorded; of any other error nobody knows.
	NotRecorded func(error) bool
	// NotSaved and Unsure tell the cashier the one and the other.
	NotSaved, Unsure func() string
	Log              zerolog.Logger
}

// Handler serves the till's interface under /v1.
func Handler(cfg Config) http.Handler {
	h := &handler{cfg}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/hello", h.hello)
	mux.HandleFunc("GET /v1/status", h.status)
	mux.HandleFunc("GET /v1/lanes/{lane}", h.lane)
	mux.HandleFunc("POST /v1/lanes/{lane}/cancel", h.cancel)
	mux.HandleFunc("POST /v1/lanes/{lane}/offers", h.offers)
	mux.HandleFunc("POST /v1/lanes/{lane}/sales", h.sale)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if no, pattern := mux.Handler(r); pattern == "" {
			h.notServed(w, r, no)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

type handler struct{ cfg Config }

// notServed says in a problem document what no says in plain text: that there
// is no such path, or that it takes other methods.
func (h *handler) notServed(w http.ResponseWriter, r *http.Request, no http.Handler) {
	said := answerless{header: make(http.Header)}
	no.ServeHTTP(&said, r)
	if said.status != http.StatusMethodNotAllowed {
		h.problem(w, problem{Status: http.StatusNotFound, Code: "path", Detail: "there is nothing under this path"})
		return
	}
	allowed := said.header.Get("Allow")
	w.Header().Set("Allow", allowed)
	h.problem(w, problem{Status: said.status, Code: "method", Detail: "this path takes " + allowed})
}

// An answerless keeps what a handler answers but for its text.
type answerless struct {
	header http.Header
	status int
}

func (a *answerless) Header() http.Header         { return a.header }
func (a *answerless) WriteHeader(status int)      { a.status = status }
func (a *answerless) Write(p []byte) (int, error) { return len(p), nil }

// hello says who is there, and nothing else.
func (h *handler) hello(w http.ResponseWriter, _ *http.Request) {
	h.answer(w, http.StatusOK, map[string]string{"name": "zegel", "api": "v1"})
}

func (h *handler) status(w http.ResponseWriter, r *http.Request) {
	s, err := h.cfg.Status(r.Context())
	if err != nil {
		h.cfg.Log.Error().Err(err).Msg("read the status")
		h.problem(w, problem{Status: http.StatusServiceUnavailable, Code: "status", Retryable: true, Detail: "the status cannot be read now"})
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
	if !h.reads(w, r, &s) {
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

// offers says what the customer at a lane could redeem on a basket; it changes
// nothing.
func (h *handler) offers(w http.ResponseWriter, r *http.Request) {
	desk, ok := h.cfg.Desk(r.PathValue("lane"))
	if !ok {
		h.noLane(w)
		return
	}
	var asked struct {
		Basket basket.Basket `json:"basket"`
	}
	if !h.reads(w, r, &asked) {
		return
	}
	offers, err := desk.Offers(r.Context(), asked.Basket)
	var no *programme.Refusal
	switch {
	case errors.As(err, &no):
		h.refuse(w, err)
		return
	case err != nil:
		// Unlike after a sale, it is certain that nothing happened.
		h.cfg.Log.Error().Err(err).Msg("find out what can be redeemed")
		h.problem(w, problem{Status: http.StatusServiceUnavailable, Code: "offers", Retryable: true, Detail: "what can be redeemed cannot be read now"})
		return
	}
	h.answer(w, http.StatusOK, map[string]any{"offers": offers})
}

// reads decodes a request's body; false says that the caller was told why not.
func (h *handler) reads(w http.ResponseWriter, r *http.Request, into any) bool {
	err := decode(r.Body, into)
	if err == nil {
		return true
	}
	status := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	h.problem(w, problem{Status: status, Code: "body", Detail: err.Error()})
	return false
}

// decode reads one JSON value that has no unknown fields.
func decode(body io.Reader, into any) error {
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		// In the caller's words: our names for types mean nothing to a till.
		return fmt.Errorf("read the request: %s: a %s does not belong there", other.Field, other.Value)
	}
	if err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	switch _, err := dec.Token(); {
	case err == nil:
		return errors.New("read the request: more than one JSON value")
	case err != io.EOF:
		return fmt.Errorf("read the request: after its JSON value: %w", err)
	}
	return nil
}

// A problem is a problem document. PointsChanged is false where it is certain
// that nothing happened, and null where nobody knows.
type problem struct {
	Type          string `json:"type"`
	Title         string `json:"title"`
	Status        int    `json:"status"`
	Detail        string `json:"detail"`
	Code          string `json:"code"`
	Retryable     bool   `json:"retryable"`
	PointsChanged *bool  `json:"points_changed"`
}

func (h *handler) refuse(w http.ResponseWriter, err error) {
	var no *programme.Refusal
	if !errors.As(err, &no) {
		h.fault(w, err)
		return
	}
	status := http.StatusUnprocessableEntity
	if no.Code == programme.OtherBasket || no.Code == programme.SameBasket || no.Code == programme.NoCard {
		status = http.StatusConflict
	}
	h.problem(w, problem{Status: status, Code: string(no.Code), Detail: h.cfg.Words(no)})
}

// fault answers for a bug or a database in trouble: the cashier is told what is
// known, the till to ask again with the same key, and the log gets the cause.
func (h *handler) fault(w http.ResponseWriter, err error) {
	h.cfg.Log.Error().Err(err).Msg("post a sale")
	p := problem{Status: http.StatusServiceUnavailable, Retryable: true, Code: "K-402", Detail: h.cfg.Unsure()}
	if h.cfg.NotRecorded(err) {
		p.Code, p.Detail, p.PointsChanged = "K-401", h.cfg.NotSaved(), new(bool)
	}
	h.write(w, p.Status, "application/problem+json", document(p))
}

func (h *handler) noLane(w http.ResponseWriter) {
	h.problem(w, problem{Status: http.StatusNotFound, Code: "lane", Detail: "there is no lane of this name"})
}

// problem answers where nothing happened.
func (h *handler) problem(w http.ResponseWriter, p problem) {
	p.PointsChanged = new(bool)
	h.write(w, p.Status, "application/problem+json", document(p))
}

func document(p problem) problem {
	p.Type, p.Title = "urn:zegel:problem:"+p.Code, http.StatusText(p.Status)
	return p
}

func (h *handler) answer(w http.ResponseWriter, status int, v any) {
	h.write(w, status, "application/json", v)
}

func (h *handler) write(w http.ResponseWriter, status int, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.cfg.Log.Debug().Err(err).Msg("the caller went away before the answer")
	}
}
