// Package cashier serves the counter's page: what a lane's screen shows, and what its keys do.
//
// Everything the screen shows is computed here and sent whole with every
// change; the browser keeps what is being typed and nothing else. It is a bare
// handler: who may call, and from where, is decided around it. Nothing changes
// on GET.
package cashier

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

// A Desk is one lane as its page sees it. Its methods may be called from any
// goroutine. A "no" is a *programme.Refusal; after any other error of Scan and
// Do nobody knows whether it happened.
type Desk interface {
	View() session.View
	// Changed is closed at the next change of View.
	Changed() <-chan struct{}
	Scan(ctx context.Context, text, symbology string) (session.View, error)
	Do(ctx context.Context, e session.Event, by session.Operator) (session.View, error)
	SignIn(session.Operator)
	SignOut()
}

// Config is what the handler works with.
type Config struct {
	// Lanes are the lanes there are, in the order they are offered in.
	Lanes []string
	// Desk finds the desk of a lane.
	Desk func(lane string) (Desk, bool)
	// SignIn says whose PIN or badge a secret is, for a lane: to sign somebody
	// in and to have a manager confirm. A "no" is a *programme.Refusal.
	SignIn func(ctx context.Context, lane, secret string) (session.Operator, error)
	// Operator is who a request comes from where the gate around the page
	// knows; without, or with false, it is who is signed in at the lane.
	Operator func(*http.Request) (session.Operator, bool)
	// Rules is the programme in force.
	Rules func() programme.Rules
	// NotRecorded reports that an error of a desk means for certain that
	// nothing was recorded.
	NotRecorded func(error) bool
	// Day is the day's report; nil for none.
	Day http.Handler
	// Now is the PC's clock, in the shop's zone.
	Now func() time.Time
	// Version is the daemon's: a page that was served by another one loads
	// itself again.
	Version string
	Log     zerolog.Logger
}

// Handler serves the page of each lane under /kassa/{lane}/, with what it
// needs, and leads / to the only lane.
func Handler(cfg Config) http.Handler {
	h := &handler{cfg: cfg, files: readAssets(), pages: readPages()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.choose)
	mux.HandleFunc("GET /kassa/{$}", h.choose)
	mux.HandleFunc("GET /kassa/assets/{hash}/{name}", h.asset)
	mux.HandleFunc("GET /kassa/{lane}/{$}", h.at(h.page))
	mux.HandleFunc("GET /kassa/{lane}/events", h.at(h.events))
	mux.HandleFunc("POST /kassa/{lane}/do", h.at(h.do))
	mux.HandleFunc("POST /kassa/{lane}/scan", h.at(h.scan))
	mux.HandleFunc("POST /kassa/{lane}/sign-in", h.at(h.signIn))
	mux.HandleFunc("POST /kassa/{lane}/sign-out", h.at(h.signOut))
	mux.HandleFunc("GET /kassa/{lane}/dag", h.at(h.day))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		mux.ServeHTTP(w, r)
	})
}

type handler struct {
	cfg   Config
	files assets
	pages *template.Template
}

// protect sets what every answer carries: nothing runs on the page that does
// not come from here as a file, nobody frames it, and no proxy or disk keeps
// it. Assets, which say nothing about anybody, are kept all the same.
func protect(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()")
	header.Set("Cache-Control", "no-store")
}

// at gives next the desk of the lane the path names.
func (h *handler) at(next func(http.ResponseWriter, *http.Request, string, Desk)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		lane := r.PathValue("lane")
		desk, ok := h.cfg.Desk(lane)
		if !ok {
			http.NotFound(w, r)
			return
		}
		next(w, r, lane, desk)
	}
}

// choose leads to the only lane, or offers those there are.
func (h *handler) choose(w http.ResponseWriter, r *http.Request) {
	if len(h.cfg.Lanes) == 1 {
		http.Redirect(w, r, home(h.cfg.Lanes[0]), http.StatusSeeOther)
		return
	}
	h.write(w, "choose", struct {
		W     words.Words
		Lanes []string
		Files assets
	}{h.words(h.cfg.Rules().Language), h.cfg.Lanes, h.files})
}

func home(lane string) string { return "/kassa/" + url.PathEscape(lane) + "/" }

// page is the lane's screen as it is now; its script keeps it up to date.
func (h *handler) page(w http.ResponseWriter, _ *http.Request, lane string, desk Desk) {
	h.write(w, "page", h.scene(lane, desk.View(), nil))
}

func (h *handler) day(w http.ResponseWriter, r *http.Request, _ string, _ Desk) {
	if h.cfg.Day == nil {
		http.NotFound(w, r)
		return
	}
	h.cfg.Day.ServeHTTP(w, r)
}

// words are those of a language; one that there is none of gets the Dutch ones.
func (h *handler) words(lang string) words.Words {
	w, _ := words.For(lang)
	return w
}

// write answers with a page. It is made before the first byte is sent, so that
// nobody gets half of one.
func (h *handler) write(w http.ResponseWriter, name string, data any) {
	html, err := h.render(name, data)
	if err != nil {
		h.cfg.Log.Error().Err(err).Msg("make the counter's page")
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, html)
}
