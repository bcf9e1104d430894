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
	// Open are the paths that say nothing about members and need no token.
	Open []string
	// MaxBody is the most bytes of a request.
	MaxBody int64
}

// Wrap guards next.
func (l Local) Wrap(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(l.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case !slices.Contains(l.Hosts, r.Host):
			Problem(w, http.StatusMisdirectedRequest, "host", "this address is not served under the name "+clean(r.Host))
		case foreign(r, l.Hosts):
			Problem(w, http.StatusForbidden, "origin", "pages of another origin may not call this address")
		case !slices.Contains(l.Open, r.URL.Path) && !bearer(r, want):
			w.Header().Set("WWW-Authenticate", "Bearer")
			Problem(w, http.StatusUnauthorized, "token", "a valid token is needed in the Authorization header")
		case writes(r) && !isJSON(r):
			Problem(w, http.StatusUnsupportedMediaType, "media-type", "the body must be application/json")
		case r.ContentLength > l.MaxBody:
			Problem(w, http.StatusRequestEntityTooLarge, "body", fmt.Sprintf("at most %d bytes are taken", l.MaxBody))
		default:
			r.Body = http.MaxBytesReader(w, r.Body, l.MaxBody) // one that does not say how long it is
			next.ServeHTTP(w, r)
		}
	})
}

// Problem answers with a problem document (RFC 9457) as the rooms behind the
// gate write them: nothing happened, and asking again does not help.
func Problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// The status is out; a caller that went away has nothing to be told.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "urn:zegel:problem:" + code, "title": http.StatusText(status), "status": status, "detail": detail,
		"code": code, "retryable": false, "points_changed": false,
	})
}

func bearer(r *http.Request, want [sha256.Size]byte) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	got := sha256.Sum256([]byte(token))
	return ok && token != "" && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

func foreign(r *http.Request, hosts []string) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	for _, h := range hosts {
		if origin == "http://"+h || origin == "https://"+h {
			return false
		}
	}
	return true
}

func writes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
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
