// Package pos answers what till software may ask over HTTP and JSON.
//
// It serves a bare handler: who may call, and from where, is decided around
// it. One table has every call there is; the handler and the OpenAPI document
// are both made from it. A body is held against the same shape that the
// document shows. Every "no" is a problem document (RFC 9457) whose code and
// words the till can show; nothing changes on GET.
package pos

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

// A Desk is one lane as tills see it. Its methods may be called from any
// goroutine. A "no" is a *programme.Refusal and changed nothing; any other
// error is a fault.
type Desk interface {
	View() session.View
	Identify(ctx context.Context, text string, mode ledger.EntryMode) (session.View, error)
	Cancel() session.View
	Quote(ctx context.Context, b basket.Basket, vouchers ...string) (session.Quote, error)
	Hold(context.Context, session.Sale) (session.Held, error)
	Sale(context.Context, session.Sale) (session.Answer, error)
	Return(context.Context, session.Return) (session.Answer, error)
	Undo(context.Context, session.Undoing) (session.Answer, error)
	Move(context.Context, session.Moving) (session.Answer, error)
	Happened(context.Context, session.Happening) (session.Answer, error)
	Enrol(context.Context, session.Enrolling) (session.Answer, error)
	// Notes are what happened at the lane after the note with that number,
	// oldest first. lost says that some of it is not known any more, or that
	// the number is none this desk gave: notes are then all it has. next is
	// closed when there is another one.
	Notes(after int64) (notes []session.Note, lost bool, next <-chan struct{})
}

// Config is what the handler works with. All of it is needed but Stopping.
type Config struct {
	// Version is the daemon's, as hello and the document say it.
	Version string
	// Started is when the daemon was: events are counted from then on.
	Started time.Time
	// Language is the shop's (BCP 47), for a till that asks for none we have.
	Language string
	// Desk finds the desk of a lane.
	Desk func(lane string) (Desk, bool)
	// Status is how the shop is, as something that can be written as JSON.
	Status func(context.Context) (any, error)
	// Release gives back what a hold set aside; one that is not there is no
	// error.
	Release func(context.Context, ledger.HoldID) error
	// Recall finds a sale, whichever lane it was made at.
	Recall func(context.Context, session.Named) (session.Recalled, error)
	// Member looks up whom a card or phone number belongs to, and touches no
	// lane.
	Member func(ctx context.Context, text string, mode ledger.EntryMode) (session.Person, error)
	// EnrolForm is what a new member is asked now.
	EnrolForm func() session.EnrolForm
	// Games are what may be told of the seeds of games, of all months.
	Games func(context.Context) ([]game.Told, error)
	// DayFigures keeps what a till says it took on a business day; the last
	// word on a till's day counts.
	DayFigures func(context.Context, TillDay) error
	// NotRecorded reports that an error of a desk means for certain that
	// nothing was recorded; of any other error nobody knows.
	NotRecorded func(error) bool
	// Stopping is closed when the daemon is to stop. Streams of events end
	// then: the server would wait for them.
	Stopping <-chan struct{}
	Log      zerolog.Logger
}

// A TillDay is what one till says it took on one of its business days.
type TillDay struct {
	Day        string       `json:"day"`
	Till       string       `json:"till"`
	Turnover   basket.Money `json:"turnover"`
	Currency   string       `json:"currency"`
	Receipts   int          `json:"receipts"`
	PointsPaid basket.Money `json:"points_paid,omitempty"`
}

// Handler serves the till's interface under /v1.
func Handler(cfg Config) http.Handler {
	h := &handler{cfg: cfg, kinds: make(map[problemCode]kind)}
	for _, k := range kinds() {
		h.kinds[k.code] = k
	}
	h.calls = h.table()
	h.document = sync.OnceValue(h.openAPI)
	mux := http.NewServeMux()
	for _, c := range h.calls {
		mux.HandleFunc(c.method+" "+c.path, c.serve)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &witness{ResponseWriter: w, began: time.Now()}
		if id := requestID(r); id != "" {
			w.Header().Set(requestIDHeader, id)
		}
		if no, pattern := mux.Handler(r); pattern == "" {
			h.notServed(seen, r, no)
		} else {
			mux.ServeHTTP(seen, r)
		}
		h.log(r).Debug().Str("call", r.Pattern).Int("status", seen.status).Dur("took", time.Since(seen.began)).Msg("answered")
	})
}

type handler struct {
	cfg      Config
	kinds    map[problemCode]kind // of problems, by code
	calls    []call
	document func() []byte // openapi.json, made when somebody first asks
	streams  atomic.Int32  // that are open now
}

const requestIDHeader = "X-Request-Id"

// requestID is the caller's own name for its request, as far as it is fit for
// a header and a log; "" for none.
func requestID(r *http.Request) string {
	id := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
			return c
		}
		return -1
	}, r.Header.Get(requestIDHeader))
	return id[:min(len(id), 64)]
}

// log is the log for one request.
func (h *handler) log(r *http.Request) *zerolog.Logger {
	id := requestID(r)
	if id == "" {
		return &h.cfg.Log
	}
	l := h.cfg.Log.With().Str("request", id).Logger()
	return &l
}

// A witness remembers what was answered.
type witness struct {
	http.ResponseWriter
	status int
	began  time.Time
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets a stream of events reach the connection.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// notServed says in a problem document what no says in plain text: that there
// is no such path, or that it takes other methods.
func (h *handler) notServed(w http.ResponseWriter, r *http.Request, no http.Handler) {
	said := answerless{header: make(http.Header)}
	no.ServeHTTP(&said, r)
	if said.status != http.StatusMethodNotAllowed {
		h.problem(w, r, problem{Code: noPath})
		return
	}
	w.Header().Set("Allow", said.header.Get("Allow"))
	h.problem(w, r, problem{Code: noMethod})
}

// An answerless keeps what a handler answers but for its text.
type answerless struct {
	header http.Header
	status int
}

func (a *answerless) Header() http.Header         { return a.header }
func (a *answerless) WriteHeader(status int)      { a.status = status }
func (a *answerless) Write(p []byte) (int, error) { return len(p), nil }
