// Package gate says who may call over HTTP, and from where; both binaries wrap
// the rooms' bare handlers in it.
package gate

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
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
		switch {
		case !contains(l.Hosts, r.Host):
			Problem(w, http.StatusMisdirectedRequest, "host", "this address is not served under the name "+clean(r.Host))
		case foreign(r, l.Hosts):
			Problem(w, http.StatusForbidden, "origin", "pages of another origin may not call this address")
		case !contains(l.Open, r.URL.Path) && !bearer(r, want):
			w.Header().Set("WWW-Authenticate", "Bearer")
			Problem(w, http.StatusUnauthorized, "token", "a valid token is needed in the Authorization header")
		case writes(r) && !isJSON(r):
			Problem(w, http.StatusUnsupportedMediaType, "media-type", "the body must be application/json")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, l.MaxBody)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
		}
	})
}

// Problem answers with a problem document (RFC 9457).
func Problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	// The status is out; a caller that went away has nothing to be told.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "urn:zegel:problem:" + code, "title": http.StatusText(status), "status": status, "detail": detail,
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

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
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
	return []string{"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port}, nil
}

// CheckLoopback refuses an address that other machines could reach.
func CheckLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("address %q: %w", addr, err)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("address %q: only a loopback address such as 127.0.0.1 may be listened on here", addr)
	}
	return nil
}

// Token is the token kept in the file at path, made from random the first
// time. The file is readable by its owner alone.
func Token(path string, random io.Reader) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		if token := strings.TrimSpace(string(b)); len(token) >= 32 {
			return token, nil
		}
		return "", fmt.Errorf("token file %s: too short; remove it to have a new one made", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the token: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	token := hex.EncodeToString(raw)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make the token's folder: %w", err)
	}
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the token: %w", err)
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
