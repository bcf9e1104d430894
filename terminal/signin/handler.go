package signin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
)

// Handler serves the shop's operators under /v1/operators to the tool that
// manages them. It is bare: who may call is decided around it, and it must be
// nobody but that tool.
//
//	GET    /v1/operators                   {"operators": [Person…]}
//	POST   /v1/operators                   {"name": "Anna", "manager": false} → Issued
//	POST   /v1/operators/{number}/reissue  → Issued
//	POST   /v1/operators/{number}/unlock   → {}
//	DELETE /v1/operators/{number}          → {}
func Handler(d *Door, log zerolog.Logger) http.Handler {
	h := &handler{d, log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/operators", h.list)
	mux.HandleFunc("POST /v1/operators", h.add)
	mux.HandleFunc("POST /v1/operators/{number}/reissue", h.numbered(func(r *http.Request, n int) (any, error) { return d.Reissue(r.Context(), n) }))
	mux.HandleFunc("POST /v1/operators/{number}/unlock", h.numbered(func(r *http.Request, n int) (any, error) { return nothing{}, d.Unlock(r.Context(), n) }))
	mux.HandleFunc("DELETE /v1/operators/{number}", h.numbered(func(r *http.Request, n int) (any, error) { return nothing{}, d.Remove(r.Context(), n) }))
	return mux
}

type handler struct {
	door *Door
	log  zerolog.Logger
}

type nothing struct{}

func (h *handler) list(w http.ResponseWriter, r *http.Request) {
	list, err := h.door.List(r.Context())
	h.answer(w, map[string]any{"operators": list}, err)
}

func (h *handler) add(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Name    string `json:"name"`
		Manager bool   `json:"manager"`
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&asked); err != nil {
		h.problem(w, http.StatusBadRequest, "body", "the body must be one JSON object with name and manager")
		return
	}
	if _, err := dec.Token(); err != io.EOF {
		h.problem(w, http.StatusBadRequest, "body", "more than one JSON value")
		return
	}
	issued, err := h.door.Add(r.Context(), asked.Name, asked.Manager)
	h.answer(w, issued, err)
}

func (h *handler) numbered(do func(*http.Request, int) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("number"))
		if err != nil {
			h.answer(w, nil, ErrNobody)
			return
		}
		v, err := do(r, number)
		h.answer(w, v, err)
	}
}

func (h *handler) answer(w http.ResponseWriter, v any, err error) {
	var no *programme.Refusal
	switch {
	case errors.Is(err, ErrNobody):
		h.problem(w, http.StatusNotFound, "operator", err.Error())
	case errors.Is(err, ErrName), errors.Is(err, ErrFull):
		h.problem(w, http.StatusUnprocessableEntity, "operator", err.Error())
	case errors.As(err, &no):
		h.problem(w, http.StatusServiceUnavailable, "busy", "too many want to sign in at this moment")
	case err != nil:
		h.log.Error().Err(err).Msg("manage operators")
		h.problem(w, http.StatusServiceUnavailable, "operators", "the operators cannot be read or changed now; the log says why")
	default:
		h.write(w, http.StatusOK, "application/json", v)
	}
}

// problem is a problem document (RFC 9457).
func (h *handler) problem(w http.ResponseWriter, status int, code, detail string) {
	h.write(w, status, "application/problem+json", map[string]any{
		"type": "urn:zegel:problem:" + code, "title": http.StatusText(status), "status": status, "code": code, "detail": detail,
		"retryable": status == http.StatusServiceUnavailable, "points_changed": false,
	})
}

func (h *handler) write(w http.ResponseWriter, status int, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.log.Debug().Err(err).Msg("the caller went away before the answer")
	}
}
