package gate_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"zegel/cmd/gate"
)

var token = strings.Repeat("0123456789abcdef", 4)

// A guarded interface, and what reached it.
type guarded struct {
	*httptest.Server
	reached []string
	read    error // reading the last body
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{}
	g.Server = httptest.NewUnstartedServer(nil)
	hosts, err := gate.LocalHosts(g.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	guard := gate.Local{Hosts: hosts, Token: token, Open: []string{"/v1/hello"}, MaxBody: 1000}
	g.Config = gate.Server(guard.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.reached = append(g.reached, r.Method+" "+r.URL.Path)
		_, g.read = io.ReadAll(r.Body)
	})))
	g.Start()
	t.Cleanup(g.Close)
	return g
}

// A call is a request as its attacker, or an honest till, makes it.
type call struct {
	method, path, body string
	host               string // "" is the right one; %s is the port
	header             http.Header
}

func (g *guarded) call(t *testing.T, c call) *http.Response {
	t.Helper()
	var body io.Reader = strings.NewReader(c.body)
	if c.body == "" {
		body = nil
	}
	r, err := http.NewRequestWithContext(t.Context(), c.method, g.URL+c.path, body)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(g.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if c.host != "" {
		r.Host = strings.ReplaceAll(c.host, "%s", port)
	}
	for k, values := range c.header {
		for _, v := range values {
			r.Header.Add(k, strings.ReplaceAll(v, "%s", port))
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// with is an honest till's headers and more.
func with(more ...string) http.Header {
	h := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	for i := 0; i < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

func without(name string) http.Header {
	h := with()
	h.Del(name)
	return h
}

const sales = "/v1/lanes/kassa1/sales"

func TestWhoMayCall(t *testing.T) {
	cases := []struct {
		name   string
		call   call
		status int
		code   string // of the problem; "" where the call goes through
	}{
		// Those who may.
		{"a till", call{"POST", sales, "{}", "", with()}, 200, ""},
		{"a till that says its letters", call{"POST", sales, "{}", "", with("Content-Type", "application/json; charset=utf-8")}, 200, ""},
		{"a till that cancels, without a body", call{"POST", "/v1/lanes/kassa1/cancel", "", "", with()}, 200, ""},
		{"a status", call{"GET", "/v1/status", "", "", without("Content-Type")}, 200, ""},
		{"by the name localhost", call{"GET", "/v1/status", "", "localhost:%s", with()}, 200, ""},
		{"by the address of IPv6", call{"GET", "/v1/status", "", "[::1]:%s", with()}, 200, ""},
		{"a page of our own", call{"POST", sales, "{}", "", with("Origin", "http://127.0.0.1:%s", "Sec-Fetch-Site", "same-origin")}, 200, ""},
		{"an address a person typed", call{"GET", "/v1/status", "", "", with("Sec-Fetch-Site", "none")}, 200, ""},
		{"hello needs no token", call{"GET", "/v1/hello", "", "", nil}, 200, ""},

		// Pages in the shop's browser. After DNS was rebound, theirs is the same origin.
		{"a rebound name", call{"GET", "/v1/status", "", "evil.example:%s", with()}, 421, "host"},
		{"a rebound name that looks local", call{"GET", "/v1/status", "", "localhost.evil.example:%s", with()}, 421, "host"},
		{"a name that is its address", call{"GET", "/v1/status", "", "127.0.0.1.nip.io:%s", with()}, 421, "host"},
		{"a rebound name asks hello", call{"GET", "/v1/hello", "", "evil.example:%s", nil}, 421, "host"},
		{"the unspecified address", call{"GET", "/v1/status", "", "0.0.0.0:%s", with()}, 421, "host"},
		{"another loopback address", call{"GET", "/v1/status", "", "127.0.0.2:%s", with()}, 421, "host"},
		{"a number for an address", call{"GET", "/v1/status", "", "2130706433:%s", with()}, 421, "host"},
		{"another port", call{"GET", "/v1/status", "", "127.0.0.1:1", with()}, 421, "host"},
		{"no port", call{"GET", "/v1/status", "", "127.0.0.1", with()}, 421, "host"},
		{"a name with a dot at its end", call{"GET", "/v1/status", "", "localhost.:%s", with()}, 421, "host"},
		{"a user in the name", call{"GET", "/v1/status", "", "a@127.0.0.1:%s", with()}, 421, "host"},
		{"a page of the web", call{"POST", sales, "{}", "", with("Origin", "https://evil.example")}, 403, "origin"},
		{"a page in a sandbox", call{"POST", sales, "{}", "", with("Origin", "null")}, 403, "origin"},
		{"a page of another program on this PC", call{"POST", sales, "{}", "", with("Origin", "http://127.0.0.1:1")}, 403, "origin"},
		{"a page whose origin begins like ours", call{"POST", sales, "{}", "", with("Origin", "http://127.0.0.1:%s.evil.example")}, 403, "origin"},
		{"a page of the web asks hello", call{"GET", "/v1/hello", "", "", http.Header{"Origin": {"https://evil.example"}}}, 403, "origin"},
		{"an image in a page", call{"GET", "/v1/hello", "", "", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}}}, 403, "origin"},
		{"a page on another port", call{"GET", "/v1/status", "", "", with("Sec-Fetch-Site", "same-site")}, 403, "origin"},
		{"a page of the web, token or not", call{"POST", sales, "{}", "", with("Sec-Fetch-Site", "cross-site")}, 403, "origin"},
		{"a word no browser sends", call{"GET", "/v1/status", "", "", with("Sec-Fetch-Site", "nonesuch")}, 403, "origin"},
		{"a preflight", call{"OPTIONS", sales, "", "", http.Header{"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"POST"}, "Sec-Fetch-Site": {"cross-site"}}}, 403, "origin"},
		{"a preflight of an old browser", call{"OPTIONS", sales, "", "", http.Header{"Access-Control-Request-Method": {"POST"}}}, 401, "token"},

		// Programs on the PC.
		{"no token", call{"POST", sales, "{}", "", without("Authorization")}, 401, "token"},
		{"no token for a status", call{"GET", "/v1/status", "", "", nil}, 401, "token"},
		{"an empty token", call{"GET", "/v1/status", "", "", with("Authorization", "Bearer ")}, 401, "token"},
		{"a short token", call{"GET", "/v1/status", "", "", with("Authorization", "Bearer "+token[1:])}, 401, "token"},
		{"a longer token", call{"GET", "/v1/status", "", "", with("Authorization", "Bearer "+token+"0")}, 401, "token"},
		{"another token", call{"GET", "/v1/status", "", "", with("Authorization", "Bearer "+strings.Repeat("x", len(token)))}, 401, "token"},
		{"the token alone", call{"GET", "/v1/status", "", "", with("Authorization", token)}, 401, "token"},
		{"the token as a password", call{"GET", "/v1/status", "", "", with("Authorization", "Basic "+token)}, 401, "token"},
		{"the token in the address", call{"GET", "/v1/status?token=" + token + "&access_token=" + token, "", "", nil}, 401, "token"},
		{"the token in a cookie", call{"GET", "/v1/status", "", "", http.Header{"Cookie": {"token=" + token}}}, 401, "token"},
		{"hello's neighbour", call{"GET", "/v1/hello/", "", "", nil}, 401, "token"},
		{"around a corner from hello", call{"GET", "/v1/hello/../status", "", "", nil}, 401, "token"},
		{"a hello with two slashes", call{"GET", "//v1/hello", "", "", nil}, 401, "token"},
		{"a hello in capitals", call{"GET", "/V1/HELLO", "", "", nil}, 401, "token"},

		// Forms, which a page may send without asking first.
		{"a form", call{"POST", sales, "a=b", "", with("Content-Type", "application/x-www-form-urlencoded")}, 415, "media-type"},
		{"a form with files", call{"POST", sales, "a=b", "", with("Content-Type", "multipart/form-data; boundary=x")}, 415, "media-type"},
		{"plain text that is JSON", call{"POST", sales, "{}", "", with("Content-Type", "text/plain")}, 415, "media-type"},
		{"text that mentions JSON", call{"POST", sales, "{}", "", with("Content-Type", "text/plain; application/json")}, 415, "media-type"},
		{"a type that begins like JSON's", call{"POST", sales, "{}", "", with("Content-Type", "application/json-patch+json")}, 415, "media-type"},
		{"a type that is none", call{"POST", sales, "{}", "", with("Content-Type", ";;")}, 415, "media-type"},
		{"no type", call{"POST", sales, "{}", "", without("Content-Type")}, 415, "media-type"},
		{"a cancel without a type", call{"POST", "/v1/lanes/kassa1/cancel", "", "", without("Content-Type")}, 415, "media-type"},
		{"a form to hello", call{"POST", "/v1/hello", "a=b", "", http.Header{"Content-Type": {"text/plain"}}}, 415, "media-type"},

		{"the longest body", call{"POST", sales, strings.Repeat(" ", 1000), "", with()}, 200, ""},
		{"a longer body", call{"POST", sales, strings.Repeat(" ", 1001), "", with()}, 413, "too-large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := newGuarded(t)
			resp := g.call(t, c.call)
			if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d", resp.StatusCode, c.status)
			}
			if through := len(g.reached) > 0; through != (c.code == "") {
				t.Errorf("reached %v", g.reached)
			}
			if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", resp.Header)
			}
			for name := range resp.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("a page is let in by %s", name)
				}
			}
			if c.code != "" {
				isProblem(t, resp, c.status, c.code)
			}
		})
	}
}

func isProblem(t *testing.T, resp *http.Response, status int, code string) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p map[string]any
	if err := json.Unmarshal(body, &p); err != nil || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s: %s, %v", resp.Header.Get("Content-Type"), body, err)
	}
	if p["type"] != "urn:zegel:problem:"+code || p["code"] != code || p["status"] != float64(status) || p["title"] != http.StatusText(status) ||
		p["detail"] == "" || p["retryable"] != false || p["points_changed"] != false || p["action"] != "fix_client" {
		t.Errorf("got %v", p)
	}
	if bytes.Contains(body, []byte(token)) {
		t.Errorf("the token stands in %s", body)
	}
	if status == http.StatusUnauthorized && resp.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("headers %v", resp.Header)
	}
}

// A name out of a header ends in no message that could hide anything.
func TestTheNameInTheAnswerIsHarmless(t *testing.T) {
	guard := gate.Local{Hosts: []string{"127.0.0.1:7411"}, Token: token}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/status", nil)
	r.Host = "evil\x1b[2J\u202e" + strings.Repeat("x", 500)
	w := httptest.NewRecorder()
	guard.Wrap(http.NotFoundHandler()).ServeHTTP(w, r)
	var p map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if detail := p["detail"].(string); !strings.HasSuffix(detail, "evil[2J"+strings.Repeat("x", 57)) {
		t.Errorf("detail %q", detail)
	}
}

// A body that does not say how long it is is cut off where it is read.
func TestABodyOfUnknownLength(t *testing.T) {
	g := newGuarded(t)
	r, err := http.NewRequestWithContext(t.Context(), "POST", g.URL+sales, io.MultiReader(strings.NewReader(strings.Repeat(" ", 5000))))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = with()
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var tooLarge *http.MaxBytesError
	if !errors.As(g.read, &tooLarge) {
		t.Errorf("read: %v", g.read)
	}
}

func TestWithoutATokenNobodyComesIn(t *testing.T) {
	guard := gate.Local{Hosts: []string{"127.0.0.1:7411"}}
	for _, authorization := range []string{"", "Bearer", "Bearer ", "Bearer  "} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/status", nil)
		r.Host = "127.0.0.1:7411"
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		guard.Wrap(http.NotFoundHandler()).ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%q: status %d", authorization, w.Code)
		}
	}
}

func TestCheckLoopback(t *testing.T) {
	for addr, ok := range map[string]bool{
		"127.0.0.1:7411": true, "localhost:7411": true, "[::1]:7411": true, "127.0.0.1:0": true, "127.8.9.1:65535": true,
		"0.0.0.0:7411": false, "[::]:7411": false, ":7411": false, "192.168.1.5:7411": false, "kassa:7411": false, "8.8.8.8:7411": false,
		"127.0.0.1": false, "": false, "7411": false, "::1:7411": false, "127.1:7411": false, "localhost.evil.example:7411": false,
		"127.0.0.1:": false, "127.0.0.1:http": false, "127.0.0.1:65536": false, "127.0.0.1:-1": false,
	} {
		if err := gate.CheckLoopback(addr); (err == nil) != ok || (err != nil && !strings.Contains(err.Error(), fmt.Sprintf("%q", addr))) {
			t.Errorf("%q: got %v", addr, err)
		}
	}
}

func TestLocalHostsNamesTheListenersOwnAddress(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:7411": "[127.0.0.1:7411 localhost:7411 [::1]:7411]",
		"[::1]:7411":     "[127.0.0.1:7411 localhost:7411 [::1]:7411]",
		"127.0.0.9:7411": "[127.0.0.1:7411 localhost:7411 [::1]:7411 127.0.0.9:7411]",
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		hosts, err := gate.LocalHosts(a)
		if err != nil || fmt.Sprint(hosts) != want {
			t.Errorf("%s: got %v, %v", addr, hosts, err)
		}
	}
	if _, err := gate.LocalHosts(&net.UnixAddr{Name: "/run/zegel"}); err == nil {
		t.Error("an address without a port")
	}
}

func TestTokenIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets", "token")
	first, err := gate.Token(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := gate.Token(path, failing{})
	if err != nil || again != first || len(first) != 64 {
		t.Errorf("got %q, then %q, %v", first, again, err)
	}
	other, err := gate.Token(filepath.Join(t.TempDir(), "token"), rand.Reader)
	if err != nil || other == first {
		t.Errorf("two shops have the token %q, %v", other, err)
	}
	if runtime.GOOS != "windows" {
		for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
			info, err := os.Stat(p)
			if err != nil || info.Mode() != want {
				t.Errorf("%s has mode %v, want %v", p, info.Mode(), want)
			}
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left beside the token: %v, %v", left, err)
	}
}

// failing is a source of chance that has none.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no chance") }

func TestTokensThatAreNone(t *testing.T) {
	for name, content := range map[string]string{
		"short": "0123456789", "empty": "", "only blanks": " \n\n", "two words": token + " " + token, "short by one": token[:31],
	} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := gate.Token(path, rand.Reader)
		if err == nil || got != "" || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "0123") {
			t.Errorf("%s: the token stands in %v", name, err)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
			t.Errorf("%s: the file was changed to %q, %v", name, kept, err)
		}
	}
	for _, text := range []string{token, token + "\n", "\r\n" + token + " \r\n"} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := gate.Token(path, failing{}); err != nil || got != token {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestATokenThatCannotBeMadeOrRead(t *testing.T) {
	folder := t.TempDir()
	if got, err := gate.Token(filepath.Join(folder, "token"), failing{}); err == nil || got != "" {
		t.Errorf("without chance: %q, %v", got, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if got, err := gate.Token(folder, rand.Reader); err == nil || got != "" {
		t.Errorf("a folder for a token: %q, %v", got, err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := gate.Token(filepath.Join(file, "token"), rand.Reader); err == nil || got != "" {
		t.Errorf("a file for a folder: %q, %v", got, err)
	}
}
