package demo

import (
	"bytes"
	"context"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/gate"
	"zegel/printer/preview"
)

//go:embed workbench/page.html workbench/workbench.css workbench/workbench.js
var workbenchFiles embed.FS

// A Workbench is the page on which a person plays everything around the shop's
// daemon: the customer with a card, the cables, the paper, the line, and a
// simple till. Everything it shows is made here and sent whole; the browser
// keeps what is being typed and nothing else.
type Workbench struct {
	day      *Day
	listener net.Listener
	token    string // the first part of every path
	hosts    []string

	doing sync.Mutex // held by whoever plays; guards day, switches and till
	now   switches
	till  till
	fresh int // the next card that nobody has seen

	mu      sync.Mutex // guards what follows; never held while anything is asked
	scene   scene
	talk    []remark      // between till and daemon, newest first
	cards   cards         // whose accounts are
	changed chan struct{} // closed at the next change of what is shown
}

// workbench prepares the page for a shop that is open.
func workbench(d *Day, l net.Listener, random io.Reader) (*Workbench, error) {
	raw := make([]byte, 16)
	if _, err := io.ReadFull(random, raw); err != nil {
		return nil, fmt.Errorf("make the workbench's address: %w", err)
	}
	hosts, err := gate.LocalHosts(l.Addr())
	if err != nil {
		return nil, fmt.Errorf("make the workbench's address: %w", err)
	}
	w := &Workbench{
		day: d, listener: l, token: hex.EncodeToString(raw), hosts: hosts,
		now: wholeShop(), fresh: 101, cards: make(cards), changed: make(chan struct{}),
	}
	d.shop.Heard = w.hear
	return w, nil
}

// URL is where the page is. Whoever knows it may play.
func (w *Workbench) URL() string { return "http://" + w.listener.Addr().String() + "/" + w.token + "/" }

// Run serves the page until ctx ends.
func (w *Workbench) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	server := gate.Server(w.guard(w.routes()))
	// Streams of events end with ctx: the server would wait for them.
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	g.Go(func() error { return gate.Serve(ctx, server, w.listener, zerolog.Nop()) })
	g.Go(func() error { return w.watch(ctx) })
	g.Go(func() error { return w.follow(ctx) })
	g.Go(func() error { return w.customers(ctx) })
	return g.Wait()
}

// guard lets nobody in who does not know the token, no page of another origin,
// and nothing that was sent to another name: the page can do as it likes with
// the shop, and a browser can be made to call any address of this PC.
func (w *Workbench) guard(next http.Handler) http.Handler {
	fence := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		origin := r.Header.Get("Origin")
		switch {
		case !slices.Contains(w.hosts, r.Host):
			gate.Problem(rw, http.StatusMisdirectedRequest, "host", "this address is not served under that name")
		case fence.Check(r) != nil, origin != "" && !slices.Contains(w.hosts, strings.TrimPrefix(origin, "http://")):
			gate.Problem(rw, http.StatusForbidden, "origin", "pages of another origin may not call this address")
		case subtle.ConstantTimeCompare([]byte(token), []byte(w.token)) != 1:
			gate.Problem(rw, http.StatusNotFound, "path", "there is no such page: take the address the demo printed")
		case r.Method == http.MethodPost && (origin == "" || r.Header.Get("Content-Type") != "application/json"):
			gate.Problem(rw, http.StatusForbidden, "origin", "only the page itself may do anything")
		default:
			http.StripPrefix("/"+w.token, next).ServeHTTP(rw, r)
		}
	})
}

func (w *Workbench) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", w.page)
	mux.HandleFunc("GET /events", w.events)
	mux.HandleFunc("GET /paper/{n}", w.paper)
	mux.HandleFunc("POST /act", w.act)
	for _, name := range []string{"workbench.css", "workbench.js"} {
		mux.HandleFunc("GET /"+name, func(rw http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(rw, r, workbenchFiles, "workbench/"+name)
		})
	}
	return mux
}

func (w *Workbench) page(rw http.ResponseWriter, r *http.Request) {
	html, err := render("page", w.shown(langOf(r)))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(rw, html) // a browser that went away has nothing to be told
}

// events sends the parts of the page that changed, as server-sent events (WHATWG HTML section 9.2).
func (w *Workbench) events(rw http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(rw)
	if err := c.SetWriteDeadline(time.Time{}); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	sent := make(map[string]string)
	for {
		next := w.next()
		changed, err := parts(w.shown(langOf(r)), sent)
		if err != nil {
			return
		}
		if len(changed) > 0 {
			data, err := json.Marshal(changed)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(rw, "data: %s\n\n", data); err != nil {
				return // the browser went away
			}
			if err := c.Flush(); err != nil {
				return
			}
		}
		select {
		case <-r.Context().Done():
			return
		case <-next:
		}
	}
}

// parts are the pieces of the page that differ from what was sent before.
func parts(s scene, sent map[string]string) (map[string]string, error) {
	changed := make(map[string]string)
	for _, name := range []string{"said", "counter", "switches", "till", "talk", "roll", "shop", "office", "log"} {
		html, err := render(name, s)
		if err != nil {
			return nil, err
		}
		if sent[name] != html {
			sent[name], changed[name] = html, html
		}
	}
	return changed, nil
}

// paper draws one paper as its dots. One that was cut off never changes.
func (w *Workbench) paper(rw http.ResponseWriter, r *http.Request) {
	papers := w.day.shop.Printer.Papers()
	lines := w.day.shop.Printer.Uncut().Lines
	if name := r.PathValue("n"); name != "uncut.png" {
		n, err := strconv.Atoi(strings.TrimSuffix(name, ".png"))
		if err != nil || n < 1 || n > len(papers) {
			http.NotFound(rw, r)
			return
		}
		lines = papers[n-1].Lines
		rw.Header().Set("Cache-Control", "private, max-age=3600, immutable")
	}
	var png bytes.Buffer
	if err := preview.PNG(&png, lines, columns); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "image/png")
	rw.Write(png.Bytes()) // a browser that went away has nothing to be told
}

// next is closed at the next change of what is shown.
func (w *Workbench) next() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// change changes what is shown.
func (w *Workbench) change(how func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	how()
	close(w.changed)
	w.changed = make(chan struct{})
}

// shown is what is shown, in a language.
func (w *Workbench) shown(lang string) scene {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.scene
	s.W, s.Talk, s.Accounts = wordsFor(lang), slices.Clone(w.talk), w.scene.accounts(w.cards)
	return s
}

// langOf is the language a page was asked for in: Dutch, or English where that
// is asked for.
func langOf(r *http.Request) string { return r.URL.Query().Get("lang") }
