package gate

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

//go:embed page/index.html page/page.css page/swap.js
var pageFiles embed.FS

// PagesConfig is what guards the pages people open in a browser.
type PagesConfig struct {
	// Hosts are the values of the Host header that are served.
	Hosts []string
	// Certificate is what the pages are served with; nil for plain HTTP on
	// loopback.
	Certificate *PageCertificate
	// Typed makes codes short enough to type, for a browser on another PC.
	Typed bool
	// Home is the path a browser goes to once it is let in: "/kassa/".
	Home string
	// Sessions is the file in which the hashes of cookies outlive a restart.
	Sessions string
	// MaxBody is the most bytes of a request.
	MaxBody int64
	Limits  Limits
	Now     func() time.Time
	Rand    io.Reader // cryptographic; safe for concurrent use
	Log     zerolog.Logger
}

// Pages guards pages for people. A browser is let in by a one-time code from
// somebody who may use the command line, and known again by a cookie; who the
// person in front of it is, is for the pages to ask. Its methods may be called
// from any goroutine.
type Pages struct {
	cfg      PagesConfig
	scheme   string // of our origins
	cookie   string
	limits   limiters
	codes    codes
	sessions sessions
	fence    *http.CrossOriginProtection
	index    []byte
}

// NewPages reads the sessions that are kept.
func NewPages(cfg PagesConfig) (*Pages, error) {
	if len(cfg.Hosts) == 0 {
		return nil, fmt.Errorf("pages: no name to be served under")
	}
	p := &Pages{cfg: cfg, scheme: "http://", limits: newLimiters(cfg.Limits), fence: http.NewCrossOriginProtection()}
	if cfg.Certificate != nil {
		p.scheme = "https://"
	}
	p.cookie = cookieName(cfg.Certificate != nil, cfg.Hosts[0])
	p.codes.size = codeSize
	if cfg.Typed {
		p.codes.size = typedSize
	}
	p.sessions.open(cfg.Sessions, cfg.Log)
	page, err := template.ParseFS(pageFiles, "page/index.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	var text strings.Builder
	if err := page.Execute(&text, cfg.Home); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	p.index = []byte(text.String())
	return p, nil
}

// cookieName is a name no other program's cookie has: browsers share cookies
// between the ports of a PC, and the prefix that would pin one to its host is
// for TLS.
func cookieName(secure bool, host string) string {
	if secure {
		return "__Host-zegel"
	}
	return "zegel-" + host[strings.LastIndex(host, ":")+1:]
}

// headers are what every answer carries; a page may replace the policy by a
// stricter one.
func headers(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()")
	h.Set("Cache-Control", "no-store")
}

// Wrap guards next: only browsers that were let in reach it, and of what they
// send only what a page of this very origin can have sent.
func (p *Pages) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header())
		switch {
		case !slices.Contains(p.cfg.Hosts, r.Host):
			Problem(w, http.StatusMisdirectedRequest, "host", "this address is not served under the name "+clean(r.Host))
		case p.foreign(r):
			Problem(w, http.StatusForbidden, "origin", "pages of another origin may not call this address")
		case !wellFormed(w, r, p.cfg.MaxBody):
		default:
			r.Body = http.MaxBytesReader(w, r.Body, p.cfg.MaxBody)
			p.serve(w, r, next)
		}
	})
}

// foreign reports whether anything but a page of our own may be asking. The
// name it was called by is one of ours already. Every browser sends the origin
// of what writes, so a write without one is no page's.
func (p *Pages) foreign(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	for _, o := range origins {
		if o != p.scheme+r.Host {
			return true
		}
	}
	if followed(r) {
		return false
	}
	return foreign(r, p.cfg.Hosts) || writes(r) && len(origins) != 1 || p.fence.Check(r) != nil
}

// followed reports whether somebody followed a link from another program's
// page on this PC to one of ours: into a window of its own, for our pages stand
// in no frame, and nothing changes by looking.
func followed(r *http.Request) bool {
	says := func(header, value string) bool { return slices.Equal(r.Header.Values(header), []string{value}) }
	return r.Method == http.MethodGet && len(r.Header.Values("Origin")) == 0 &&
		says("Sec-Fetch-Site", "same-site") && says("Sec-Fetch-Mode", "navigate") && says("Sec-Fetch-Dest", "document")
}

func (p *Pages) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch r.URL.Path {
	case "/session":
		p.swap(w, r)
		return
	case "/session/swap.js", "/session/page.css":
		p.asset(w, r)
		return
	}
	value := p.given(r)
	id, again, ok := p.sessions.known(value, p.cfg.Now())
	if !ok {
		p.stranger(w, r)
		return
	}
	if !p.limits.admit(w, r, id) {
		return
	}
	defer p.limits.leave(id)
	if again { // a browser keeps a cookie 400 days at most
		p.setCookie(w, value, true)
	}
	if r.URL.Path == "/" {
		http.Redirect(w, r, p.cfg.Home, http.StatusSeeOther)
		return
	}
	next.ServeHTTP(w, r)
}

// given is the value of our cookie. Two of one name are none: one of them was
// planted.
func (p *Pages) given(r *http.Request) string {
	cookies := r.CookiesNamed(p.cookie)
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

// stranger answers a browser that was not let in: whoever opens a page gets
// the one that swaps a code, a script gets a problem.
func (p *Pages) stranger(w http.ResponseWriter, r *http.Request) {
	if !p.limits.admitStranger(w) {
		return
	}
	w.Header().Set("WWW-Authenticate", `Zegel-Code realm="zegel open"`)
	dest := r.Header.Get("Sec-Fetch-Dest")
	if writes(r) || dest != "" && dest != "document" || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		Problem(w, http.StatusUnauthorized, "session", "this browser is not connected: open the page again")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write(p.index) // a browser that went away has nothing to be told
}

func (p *Pages) asset(w http.ResponseWriter, r *http.Request) {
	if writes(r) {
		w.Header().Set("Allow", "GET, HEAD")
		Problem(w, http.StatusMethodNotAllowed, "method", "this path takes GET, HEAD")
		return
	}
	http.ServeFileFS(w, r, pageFiles, "page"+strings.TrimPrefix(r.URL.Path, "/session"))
}

// swap takes a one-time code and gives a cookie. The cookie is always a new
// one: what a browser brought along is ended, never taken over.
func (p *Pages) swap(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		Problem(w, http.StatusMethodNotAllowed, "method", "this path takes POST")
		return
	}
	if !p.limits.admitCode(w) {
		return
	}
	var asked struct {
		Code string `json:"code"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		Problem(w, http.StatusBadRequest, "body", "the body must be one JSON object with a code")
		return
	}
	now := p.cfg.Now()
	kiosk, ok := p.codes.use(asked.Code, now)
	if !ok {
		p.cfg.Log.Warn().Str("from", clean(r.RemoteAddr)).Msg("a one-time code that is not valid")
		Problem(w, http.StatusForbidden, "code", "this code is not valid, or not any more: ask for a new one")
		return
	}
	p.sessions.end(p.given(r))
	value, err := p.sessions.begin(kiosk, now, p.cfg.Rand)
	if err != nil {
		p.cfg.Log.Error().Err(err).Msg("let a browser in")
		problem(w, http.StatusServiceUnavailable, "session", "the browser cannot be connected now; the log says why", true)
		return
	}
	p.cfg.Log.Info().Bool("kiosk", kiosk).Str("from", clean(r.RemoteAddr)).Msg("a browser was let in")
	p.setCookie(w, value, kiosk)
	w.WriteHeader(http.StatusNoContent)
}

func (p *Pages) setCookie(w http.ResponseWriter, value string, kiosk bool) {
	c := &http.Cookie{Name: p.cookie, Value: value, Path: "/", HttpOnly: true, Secure: p.cfg.Certificate != nil, SameSite: http.SameSiteStrictMode}
	if kiosk {
		c.MaxAge = int(kioskCookie / time.Second)
	}
	http.SetCookie(w, c)
}

// Code makes a one-time code. A kiosk's browser stays let in over restarts of
// the browser and the PC.
func (p *Pages) Code(kiosk bool) (Code, error) {
	text, err := p.codes.issue(kiosk, p.cfg.Now(), p.cfg.Rand)
	if err != nil {
		return Code{}, err
	}
	// In the fragment, which no browser sends to a server and no log has.
	site := p.scheme + p.cfg.Hosts[0] + "/"
	c := Code{Code: text, Site: site, URL: site + "#code=" + text, Seconds: int(codeLife / time.Second)}
	if p.cfg.Certificate != nil {
		c.Fingerprint, c.Pin = p.cfg.Certificate.Fingerprint, p.cfg.Certificate.Pin
	}
	return c, nil
}

// Forget ends all sessions and takes back all codes.
func (p *Pages) Forget() error {
	p.codes.forget()
	return p.sessions.forget()
}

// PagesHandler gives one-time codes to the command line. It is bare: nobody but
// that may reach it. lan is nil where no other PC may open pages.
//
//	POST   /v1/pages/codes     {"kiosk": false, "lan": false} → Code
//	DELETE /v1/pages/sessions  → {}; every browser is let out
func PagesHandler(local, lan *Pages) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/pages/codes", func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Kiosk, LAN bool }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			Problem(w, http.StatusBadRequest, "body", "the body must be one JSON object with kiosk and lan")
			return
		}
		pages := local
		if asked.LAN {
			pages = lan
		}
		if pages == nil {
			Problem(w, http.StatusConflict, "lan", "no other PC may open the pages here: set pages.listen in the configuration")
			return
		}
		code, err := pages.Code(asked.Kiosk)
		if err != nil {
			problem(w, http.StatusServiceUnavailable, "code", err.Error(), true)
			return
		}
		answer(w, code)
	})
	mux.HandleFunc("DELETE /v1/pages/sessions", func(w http.ResponseWriter, r *http.Request) {
		for _, pages := range []*Pages{local, lan} {
			if pages == nil {
				continue
			}
			if err := pages.Forget(); err != nil {
				problem(w, http.StatusServiceUnavailable, "session", err.Error(), true)
				return
			}
		}
		answer(w, struct{}{})
	})
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a caller that went away has nothing to be told
}

// Split serves what begins with /v1/ by api and everything else by pages, each
// behind its own guard.
func Split(api, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			api.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}
