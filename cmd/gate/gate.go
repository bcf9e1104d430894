// Package gate says who may call over HTTP, and from where; both binaries wrap
// the rooms' bare handlers in it.
package gate

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/keyfile"
)

// Local guards an interface that only programs on this PC may call. Loopback
// is not a boundary by itself: any program on the PC can connect, and a web
// page in the shop's browser can be made to, so it takes a name on the list
// (rebinding DNS makes a page "same origin"), no foreign origin, and a token.
type Local struct {
	// Hosts are the values of the Host header that are served, "127.0.0.1:7411".
	Hosts []string
	// Token is the bearer token every call must carry, except to Open paths.
	Token string
	// Tokens are tokens that may do less; nil is none.
	Tokens *Tokens
	// Scopes are what tokens with less may call, by the name of their scope: a
	// path, or with a slash at its end all paths below; with a method and a space
	// before it, by that method alone.
	Scopes map[string][]string
	// Open are the paths that say nothing about members and need no token.
	Open []string
	// MaxBody is the most bytes of a request.
	MaxBody int64
	// Limits bound how often it is called.
	Limits Limits
}

// Wrap guards next.
func (l Local) Wrap(next http.Handler) http.Handler {
	limits := newLimiters(l.Limits)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		caller, known := l.caller(r)
		open := slices.Contains(l.Open, r.URL.Path)
		switch {
		case !slices.Contains(l.Hosts, r.Host):
			Problem(w, http.StatusMisdirectedRequest, "host", "this address is not served under the name "+clean(r.Host))
		case foreign(r, l.Hosts):
			Problem(w, http.StatusForbidden, "origin", "pages of another origin may not call this address")
		case !known && !limits.admitStranger(w):
		case !known && !open:
			w.Header().Set("WWW-Authenticate", "Bearer")
			Problem(w, http.StatusUnauthorized, "token", "a valid token is needed in the Authorization header")
		case known && !limits.admit(w, r, caller.name):
		default:
			if known {
				defer limits.leave(caller.name)
			}
			l.serve(w, r, caller, known && !open, next)
		}
	})
}

// serve passes on what is well-formed and, where it is to be asked, in the
// caller's scope.
func (l Local) serve(w http.ResponseWriter, r *http.Request, caller caller, scoped bool, next http.Handler) {
	switch {
	case scoped && !caller.may(r, l.Scopes):
		Problem(w, http.StatusForbidden, "scope", "this token may not call this")
	case !wellFormed(w, r, l.MaxBody):
	default:
		r.Body = http.MaxBytesReader(w, r.Body, l.MaxBody) // one that does not say how long it is
		next.ServeHTTP(w, r)
	}
}

// A caller is whose token a request carries.
type caller struct {
	name  string
	scope string // "" may everything
}

// caller is who calls. Two tokens are none: whatever stands before this might
// have looked at the other one.
func (l Local) caller(r *http.Request) (caller, bool) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return caller{}, false
	}
	token, ok := strings.CutPrefix(given[0], "Bearer ")
	if !ok || token == "" {
		return caller{}, false
	}
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(l.Token))
	if subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
		return caller{}, true
	}
	return l.Tokens.whose(got)
}

// may reports whether the caller's scope has the path.
func (c caller) may(r *http.Request, scopes map[string][]string) bool {
	if c.scope == "" {
		return true
	}
	for _, p := range scopes[c.scope] {
		if method, path, one := strings.Cut(p, " "); one {
			if r.Method != method {
				continue
			}
			p = path
		}
		if r.URL.Path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(r.URL.Path, p) {
			return true
		}
	}
	return false
}

// methods are those that mean anything here.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// wellFormed answers what no honest caller sends: paths that could mean two
// things, methods of other uses, bodies a page may send without asking first.
func wellFormed(w http.ResponseWriter, r *http.Request, maxBody int64) bool {
	switch {
	case !slices.Contains(methods, r.Method):
		w.Header().Set("Allow", strings.Join(methods, ", "))
		Problem(w, http.StatusMethodNotAllowed, "method", "this method means nothing here")
	case !plain(r.URL):
		Problem(w, http.StatusBadRequest, "url", "this path could mean two things: write it without //, /../ and coded slashes")
	case writes(r) && !isJSON(r):
		Problem(w, http.StatusUnsupportedMediaType, "media-type", "the body must be application/json")
	case r.ContentLength > maxBody:
		Problem(w, http.StatusRequestEntityTooLarge, "too-large", fmt.Sprintf("at most %d bytes are taken", maxBody))
	default:
		return true
	}
	return false
}

// plain reports whether everybody who looks at a path sees the same one.
func plain(u *url.URL) bool {
	escaped := strings.ToLower(u.EscapedPath())
	for _, s := range []string{"//", "%2f", "%5c", "%2e", "%00", `\`} {
		if strings.Contains(escaped, s) {
			return false
		}
	}
	return strings.HasPrefix(u.Path, "/") && (u.Path == "/" || path.Clean(u.Path) == strings.TrimSuffix(u.Path, "/"))
}

// Problem answers with a problem document (RFC 9457) as the rooms behind the
// gate write them: nothing happened, and asking again does not help.
func Problem(w http.ResponseWriter, status int, code, detail string) {
	problem(w, status, code, detail, false)
}

func problem(w http.ResponseWriter, status int, code, detail string, retryable bool) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// The status is out; a caller that went away has nothing to be told.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "urn:zegel:problem:" + code, "title": http.StatusText(status), "status": status, "detail": detail,
		"code": code, "retryable": retryable, "points_changed": false, "action": actionFor(code, retryable),
	})
}

// actionFor is what a program does about a problem, in the words of the till's
// interface: with most of them somebody has to mend it.
func actionFor(code string, retryable bool) string {
	switch {
	case retryable:
		return "ask_again"
	case code == "session" || code == "code" || code == "lan": // for a person: the sentence says it
		return "none"
	}
	return "fix_client"
}

// foreign reports whether a browser says that a page of another origin asks.
func foreign(r *http.Request, hosts []string) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		scheme, host, _ := strings.Cut(origin, "://")
		if scheme != "http" && scheme != "https" || !slices.Contains(hosts, host) {
			return true
		}
	}
	return false
}

func writes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

func isJSON(r *http.Request) bool {
	kinds := r.Header.Values("Content-Type")
	if len(kinds) != 1 {
		return false
	}
	kind, _, err := mime.ParseMediaType(kinds[0])
	return err == nil && kind == "application/json"
}

// clean leaves of a text that came from outside what can stand in a message.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e {
			return -1
		}
		return r
	}, s)
	return s[:min(len(s), 64)]
}

// LocalHosts are the names under which the listener at addr may be called.
func LocalHosts(addr net.Addr) ([]string, error) {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return nil, fmt.Errorf("address %v: %w", addr, err)
	}
	hosts := []string{"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port}
	if own := addr.String(); !slices.Contains(hosts, own) {
		hosts = append(hosts, own)
	}
	return hosts, nil
}

// CheckLoopback refuses an address that other machines could reach.
func CheckLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q: %w", addr, err)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("address %q: need a port from 0 to 65535", addr)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("address %q: only a loopback address such as 127.0.0.1 may be listened on here", addr)
	}
	return nil
}

// shortest is the least a token may have: 128 bits in hex.
const shortest = 32

// Token is the token kept in the file at path, made from random the first
// time. The file is readable by its owner alone.
func Token(path string, random io.Reader) (string, error) {
	kept, err := keyfile.Lines(path)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	if len(kept) > 0 {
		if len(kept) > 1 || len(kept[0]) < shortest {
			return "", fmt.Errorf("token file %s: need one word of %d letters or more; remove it to have a new one made", path, shortest)
		}
		return kept[0], nil
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := hex.EncodeToString(raw)
	if err := keyfile.Write(path, []string{token}); err != nil {
		return "", err
	}
	return token, nil
}

// Server is an HTTP server with limits on slow and idle callers.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		// Otherwise OPTIONS * is answered before anybody is asked who calls.
		DisableGeneralOptionsHandler: true,
	}
}

// stopWithin is how long requests under way may take once a server is to stop.
const stopWithin = 5 * time.Second

// Serve answers on l until ctx ends, lets requests under way finish for a
// moment, and cuts off those that do not: who asked asks again. An error means
// that l broke. What the server itself has to say goes to log.
func Serve(ctx context.Context, server *http.Server, l net.Listener, log zerolog.Logger) error {
	server.ErrorLog = stdlog.New(serverLog{log}, "", 0)
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err := server.Shutdown(limit)
		if errors.Is(err, context.DeadlineExceeded) {
			log.Debug().Msg("requests that did not end were cut off")
			err = server.Close()
		}
		stopped <- err
	})
	err := server.Serve(l)
	if !stop() {
		return <-stopped
	}
	return fmt.Errorf("serve %v: %w", l.Addr(), err)
}

// A serverLog takes the lines an HTTP server writes about its callers.
type serverLog struct{ log zerolog.Logger }

func (s serverLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	level := zerolog.WarnLevel
	if strings.Contains(text, "TLS handshake error") {
		level = zerolog.DebugLevel // anybody can knock
	}
	s.log.WithLevel(level).Msg(text)
	return len(line), nil
}
