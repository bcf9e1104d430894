package gate_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/gate"
)

// A site is a shop's daemon as browsers see it: pages and the till's interface
// on one address.
type site struct {
	*httptest.Server
	pages  *gate.Pages
	cfg    gate.PagesConfig
	origin string
	port   string

	mu      sync.Mutex // guards what follows
	now     time.Time
	reached []string
	log     bytes.Buffer
}

func (s *site) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// ServeHTTP is what is guarded.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reached = append(s.reached, fmt.Sprint(r.Method, " ", r.URL.Path, " ", err))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}
}

func (s *site) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.reached)
}

func newSite(t *testing.T, change func(*gate.PagesConfig)) *site {
	t.Helper()
	s := &site{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	s.Server = httptest.NewUnstartedServer(nil)
	hosts, err := gate.LocalHosts(s.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_, s.port, _ = net.SplitHostPort(s.Listener.Addr().String())
	s.cfg = gate.PagesConfig{
		Hosts: hosts, Home: "/kassa/", Sessions: filepath.Join(t.TempDir(), "secrets", "browsers"), MaxBody: 1000,
		Now: s.clock, Rand: rand.Reader, Log: zerolog.New(s), Limits: gate.Limits{Now: s.clock},
	}
	if change != nil {
		change(&s.cfg)
	}
	s.restart(t)
	api := gate.Local{Hosts: hosts, Token: token, MaxBody: 1000}
	s.Config = gate.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gate.Split(api.Wrap(s), s.pages.Wrap(s)).ServeHTTP(w, r)
	}))
	s.Start()
	s.origin = "http://" + hosts[0]
	t.Cleanup(s.Close)
	return s
}

// restart is a new process with the same folder of secrets.
func (s *site) restart(t *testing.T) {
	t.Helper()
	pages, err := gate.NewPages(s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.pages = pages
}

// A visit is a request as a browser, or somebody who plays one, makes it.
type visit struct {
	method, path, body string
	host               string
	header             http.Header
}

// page are the headers a browser sends for a script of our own page; more
// change or, empty, remove them.
func page(more ...string) http.Header {
	h := http.Header{"Origin": {"http://127.0.0.1:%s"}, "Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Dest": {"empty"}, "Content-Type": {"application/json"}}
	for i := 0; i < len(more); i += 2 {
		if h.Del(more[i]); more[i+1] != "" {
			h.Set(more[i], more[i+1])
		}
	}
	return h
}

// typed are the headers of an address a person typed.
func typed() http.Header {
	return http.Header{"Sec-Fetch-Site": {"none"}, "Sec-Fetch-Dest": {"document"}, "Accept": {"text/html,*/*"}}
}

func (s *site) visit(t *testing.T, v visit, cookies ...*http.Cookie) *http.Response {
	t.Helper()
	var body io.Reader = strings.NewReader(v.body)
	if v.body == "" {
		body = nil
	}
	r, err := http.NewRequestWithContext(t.Context(), v.method, s.URL+v.path, body)
	if err != nil {
		t.Fatal(err)
	}
	if v.host != "" {
		r.Host = strings.ReplaceAll(v.host, "%s", s.port)
	}
	for k, values := range v.header {
		for _, value := range values {
			r.Header.Add(k, strings.ReplaceAll(value, "%s", s.port))
		}
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	resp, err := s.Client().Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func (s *site) code(t *testing.T, kiosk bool) gate.Code {
	t.Helper()
	c, err := s.pages.Code(kiosk)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *site) swap(t *testing.T, code string, cookies ...*http.Cookie) *http.Response {
	t.Helper()
	body, err := json.Marshal(map[string]string{"code": code})
	if err != nil {
		t.Fatal(err)
	}
	return s.visit(t, visit{"POST", "/session", string(body), "", page("Origin", s.origin)}, cookies...)
}

// letIn lets a browser in.
func (s *site) letIn(t *testing.T, kiosk bool) *http.Cookie {
	t.Helper()
	resp := s.swap(t, s.code(t, kiosk).Code)
	if resp.StatusCode != http.StatusNoContent || len(resp.Cookies()) != 1 {
		t.Fatalf("status %d, cookies %v", resp.StatusCode, resp.Cookies())
	}
	return resp.Cookies()[0]
}

// isIn reports whether a browser with these cookies reaches the pages.
func (s *site) isIn(t *testing.T, cookies ...*http.Cookie) bool {
	t.Helper()
	before := len(s.got())
	resp := s.visit(t, visit{"GET", "/kassa/", "", "", typed()}, cookies...)
	in := len(s.got()) > before
	if in != (resp.StatusCode == 200) || !in && resp.StatusCode != 401 {
		t.Errorf("status %d, in %t", resp.StatusCode, in)
	}
	return in
}

func TestABrowserIsLetInByACodeAndKnownByItsCookie(t *testing.T) {
	s := newSite(t, nil)
	if s.isIn(t) {
		t.Fatal("anybody is in")
	}
	c := s.code(t, false)
	if len(c.Code) != 26 || c.URL != s.origin+"/#code="+c.Code || c.Seconds != 60 || c.Fingerprint != "" {
		t.Errorf("got %+v", c)
	}
	cookie := s.letIn(t, false)
	if cookie.Name != "zegel-"+s.port || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" ||
		cookie.Domain != "" || cookie.MaxAge != 0 || len(cookie.Value) != 43 {
		t.Errorf("got %v", cookie)
	}
	if !s.isIn(t, cookie) {
		t.Error("is not in")
	}
	if resp := s.visit(t, visit{"GET", "/", "", "", typed()}, cookie); resp.StatusCode != 303 || resp.Header.Get("Location") != "/kassa/" {
		t.Errorf("the front door: %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp := s.visit(t, visit{"POST", "/kassa/paid", "{}", "", page()}, cookie); resp.StatusCode != 200 {
		t.Errorf("a key of the page: %d", resp.StatusCode)
	}
}

// T13, T14: who has no cookie gets the page that swaps codes, and nothing of
// what is behind it; its script and style belong to it.
func TestTheFrontDoorOfStrangers(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/kassa/", "/kassa/lanes/1", "/nonesuch"} {
		resp := s.visit(t, visit{"GET", path, "", "", typed()})
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != 401 || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" ||
			!bytes.Contains(body, []byte(`data-home="/kassa/"`)) || !bytes.Contains(body, []byte("zegel open")) {
			t.Errorf("%s: %d\n%s", path, resp.StatusCode, body)
		}
	}
	for path, kind := range map[string]string{"/session/swap.js": "text/javascript; charset=utf-8", "/session/page.css": "text/css; charset=utf-8"} {
		if resp := s.visit(t, visit{"GET", path, "", "", nil}); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %d, %s", path, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
	for _, v := range []visit{
		{"GET", "/kassa/events", "", "", page("Origin", "")}, {"POST", "/kassa/paid", "{}", "", page()}, {"GET", "/kassa/", "", "", nil},
		{"GET", "/session/index.html", "", "", nil},
	} {
		isProblemOf(t, s.visit(t, v), 401, "session")
	}
	isProblemOf(t, s.visit(t, visit{"GET", "/session", "", "", typed()}), 405, "method")
	isProblemOf(t, s.visit(t, visit{"POST", "/session/swap.js", "{}", "", page()}), 405, "method")
	if got := s.got(); len(got) > 0 {
		t.Errorf("reached %v", got)
	}
}

func isProblemOf(t *testing.T, resp *http.Response, status int, code string) {
	t.Helper()
	var p struct {
		Code      string
		Status    int
		Retryable bool
	}
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("no problem document: %d, %v", resp.StatusCode, err)
	}
	if resp.StatusCode != status || p.Status != status || p.Code != code {
		t.Errorf("got %d, %+v, want %d %s", resp.StatusCode, p, status, code)
	}
}

// T13, T14: a code is good once, soon, and only where it was made for.
func TestCodesThatLetNobodyIn(t *testing.T) {
	s, other := newSite(t, nil), newSite(t, nil)
	refused := func(name, code string) {
		t.Helper()
		resp := s.swap(t, code)
		if len(resp.Cookies()) > 0 {
			t.Errorf("%s: a cookie", name)
		}
		isProblemOf(t, resp, 403, "code")
	}
	used := s.code(t, false)
	if resp := s.swap(t, used.Code); resp.StatusCode != 204 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	refused("replayed", used.Code)
	late := s.code(t, false)
	s.wait(60 * time.Second)
	refused("a minute old", late.Code)
	refused("a minute old, once more", late.Code)
	early := s.code(t, false)
	s.wait(-time.Hour)
	refused("with a clock that was set back", early.Code)
	refused("of another daemon", other.code(t, false).Code)
	refused("none", "")
	refused("the hash of nothing", strings.Repeat("0", 26))
	refused("long", strings.Repeat("A", 900))
	half := s.code(t, false)
	refused("half of one", half.Code[:13])
	first := s.code(t, false)
	for range 8 {
		s.code(t, false)
	}
	refused("the ninth last", first.Code)
	lost := s.code(t, false)
	if err := s.pages.Forget(); err != nil {
		t.Fatal(err)
	}
	refused("taken back", lost.Code)
	again := s.code(t, false)
	s.restart(t)
	refused("from before a restart", again.Code)
	if resp := s.visit(t, visit{"POST", "/session?code=" + s.code(t, false).Code, "{}", "", page()}); resp.StatusCode != 403 {
		t.Errorf("in the address: %d", resp.StatusCode)
	}
	isProblemOf(t, s.visit(t, visit{"POST", "/session", "code", "", page()}), 400, "body")
}

func TestACodeAsPeopleTypeIt(t *testing.T) {
	s := newSite(t, func(c *gate.PagesConfig) { c.Typed = true })
	c := s.code(t, false)
	if len(c.Code) != 12 || len(c.Grouped()) != 14 || strings.ContainsAny(c.Code, "ILOU") {
		t.Errorf("got %+v, %s", c, c.Grouped())
	}
	sloppy := " " + strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(c.Grouped())) + " "
	if resp := s.swap(t, sloppy); resp.StatusCode != 204 {
		t.Errorf("%q for %s: status %d", sloppy, c.Code, resp.StatusCode)
	}
}

// T13: every way in which a page of the web, or of another program's port, can
// make the browser that was let in ask something. The cookie goes along here,
// though SameSite keeps it back in most of them: the second fence must hold
// without the first.
func TestWhatOtherPagesCannotDo(t *testing.T) {
	cases := []struct {
		name   string
		visit  visit
		status int
		code   string
	}{
		{"our own page", visit{"POST", "/kassa/paid", "{}", "", page()}, 200, ""},
		{"our own page by another name of it", visit{"POST", "/kassa/paid", "{}", "localhost:%s", page("Origin", "http://localhost:%s")}, 200, ""},
		{"an old browser's own page", visit{"POST", "/kassa/paid", "{}", "", page("Sec-Fetch-Site", "")}, 200, ""},
		{"a link on another program's page", visit{"GET", "/kassa/", "", "", http.Header{"Sec-Fetch-Site": {"same-site"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}}}, 200, ""},
		{"a script that reads", visit{"GET", "/kassa/events", "", "", page("Origin", "")}, 200, ""},

		{"a rebound name", visit{"GET", "/kassa/", "", "evil.example:%s", typed()}, 421, "host"},
		{"a rebound name that is its own origin", visit{"POST", "/kassa/paid", "{}", "evil.example:%s", page("Origin", "http://evil.example:%s")}, 421, "host"},
		{"a rebound name swaps a code", visit{"POST", "/session", "{}", "evil.example:%s", page("Origin", "http://evil.example:%s")}, 421, "host"},
		{"a page of the web", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")}, 403, "origin"},
		{"a page of the web in an old browser", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "https://evil.example", "Sec-Fetch-Site", "")}, 403, "origin"},
		{"a page in a sandbox", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "null")}, 403, "origin"},
		{"a page on another port", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site")}, 403, "origin"},
		{"a page on another port that hides its origin", visit{"GET", "/kassa/", "", "", page("Origin", "", "Sec-Fetch-Site", "same-site")}, 403, "origin"},
		{"our page over TLS, which there is not", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "https://127.0.0.1:%s")}, 403, "origin"},
		{"our name as a page called another of ours", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "http://localhost:%s")}, 403, "origin"},
		{"an origin in capitals", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "HTTP://127.0.0.1:%s")}, 403, "origin"},
		{"two origins", visit{"POST", "/kassa/paid", "{}", "", http.Header{"Origin": {"http://127.0.0.1:%s", "http://127.0.0.1:%s"}, "Content-Type": {"application/json"}}}, 403, "origin"},
		{"an image", visit{"GET", "/kassa/", "", "", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Dest": {"image"}}}, 403, "origin"},
		{"a frame in a page on another port", visit{"GET", "/kassa/", "", "", http.Header{"Sec-Fetch-Site": {"same-site"}, "Sec-Fetch-Dest": {"iframe"}, "Sec-Fetch-Mode": {"navigate"}}}, 403, "origin"},
		{"a link", visit{"GET", "/kassa/", "", "", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}}}, 403, "origin"},
		{"a write that says not where from", visit{"POST", "/kassa/paid", "{}", "", page("Origin", "", "Sec-Fetch-Site", "")}, 403, "origin"},
		{"a preflight", visit{"OPTIONS", "/kassa/paid", "", "", page("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Access-Control-Request-Method", "POST")}, 403, "origin"},
		{"a preflight of our own", visit{"OPTIONS", "/kassa/paid", "", "", page("Access-Control-Request-Method", "POST")}, 405, "method"},
		{"a socket", visit{"GET", "/kassa/", "", "", page("Origin", "https://evil.example", "Sec-Fetch-Site", "", "Connection", "Upgrade", "Upgrade", "websocket")}, 403, "origin"},
		{"a code used from another origin", visit{"POST", "/session", "{}", "", page("Origin", "https://evil.example", "Sec-Fetch-Site", "")}, 403, "origin"},

		{"a form", visit{"POST", "/kassa/paid", "a=b", "", page("Content-Type", "application/x-www-form-urlencoded")}, 415, "media-type"},
		{"plain text that is JSON", visit{"POST", "/kassa/paid", "{}", "", page("Content-Type", "text/plain")}, 415, "media-type"},
		{"a form with files", visit{"POST", "/kassa/paid", "{}", "", page("Content-Type", "multipart/form-data; boundary=x")}, 415, "media-type"},
		{"no type", visit{"POST", "/kassa/paid", "{}", "", page("Content-Type", "")}, 415, "media-type"},
		{"two types", visit{"POST", "/kassa/paid", "{}", "", http.Header{"Origin": {"http://127.0.0.1:%s"}, "Content-Type": {"application/json", "text/plain"}}}, 415, "media-type"},
		{"a form to the front door", visit{"POST", "/session", "code=x", "", page("Content-Type", "text/plain")}, 415, "media-type"},
		{"a large body", visit{"POST", "/kassa/paid", strings.Repeat(" ", 1001), "", page()}, 413, "too-large"},

		{"two slashes", visit{"GET", "//kassa/", "", "", typed()}, 400, "url"},
		{"a coded slash", visit{"GET", "/kassa%2Fpaid", "", "", typed()}, 400, "url"},
		{"a coded step up", visit{"GET", "/session/%2e%2e/kassa/", "", "", typed()}, 400, "url"},
		{"a step up", visit{"GET", "/session/../kassa/", "", "", typed()}, 400, "url"},
		{"a backslash", visit{"GET", "/session/..%5Ckassa/", "", "", typed()}, 400, "url"},
		{"a nought", visit{"GET", "/kassa/%00", "", "", typed()}, 400, "url"},
		{"around the till's interface", visit{"GET", "//v1/status", "", "", typed()}, 400, "url"},
		{"the till's interface, by cookie", visit{"GET", "/v1/status", "", "", typed()}, 401, "token"},
		{"TRACE", visit{"TRACE", "/kassa/", "", "", page()}, 405, "method"},
		{"a method nobody knows", visit{"PROPFIND", "/kassa/", "", "", page()}, 405, "method"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, nil)
			resp := s.visit(t, c.visit, s.letIn(t, false))
			if reached := len(s.got()) > 0; reached != (c.code == "") {
				t.Errorf("reached %v", s.got())
			}
			for name := range resp.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("a page is let in by %s", name)
				}
			}
			if c.code != "" {
				isProblemOf(t, resp, c.status, c.code)
			} else if resp.StatusCode != c.status {
				t.Errorf("status %d, want %d", resp.StatusCode, c.status)
			}
		})
	}
}

func TestEveryAnswerOfThePagesIsFencedIn(t *testing.T) {
	s := newSite(t, nil)
	cookie := s.letIn(t, false)
	for _, v := range []visit{
		{"GET", "/kassa/", "", "", typed()}, {"GET", "/", "", "", typed()}, {"GET", "/session/swap.js", "", "", nil},
		{"POST", "/session", "{}", "", page()}, {"GET", "/kassa/", "", "evil.example", typed()},
	} {
		h := s.visit(t, v, cookie).Header
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy %q lacks %s", v.path, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
			t.Errorf("%s: headers %v", v.path, h)
		}
	}
}

func TestPagesHandler(t *testing.T) {
	s := newSite(t, nil)
	lan := newSite(t, func(c *gate.PagesConfig) { c.Typed = true })
	ask := func(h http.Handler, method, path, body string) (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
		return w.Code, w.Body.String()
	}
	both := gate.PagesHandler(s.pages, lan.pages)
	for body, in := range map[string]*site{`{}`: s, `{"kiosk":true}`: s, `{"lan":true}`: lan} {
		status, said := ask(both, "POST", "/v1/pages/codes", body)
		var c gate.Code
		if err := json.Unmarshal([]byte(said), &c); err != nil || status != 200 || !strings.HasPrefix(c.URL, in.origin+"/#code=") || c.Site != in.origin+"/" {
			t.Errorf("%s: %d %s", body, status, said)
		}
		if resp := in.swap(t, c.Code); resp.StatusCode != 204 || (resp.Cookies()[0].MaxAge > 0) != strings.Contains(body, "kiosk") {
			t.Errorf("%s: swapped: %d %v", body, resp.StatusCode, resp.Cookies())
		}
	}
	if status, said := ask(gate.PagesHandler(s.pages, nil), "POST", "/v1/pages/codes", `{"lan":true}`); status != 409 || !strings.Contains(said, "pages.listen") {
		t.Errorf("without a LAN: %d %s", status, said)
	}
	if status, _ := ask(both, "POST", "/v1/pages/codes", `rubbish`); status != 400 {
		t.Errorf("rubbish: %d", status)
	}
	if status, _ := ask(both, "GET", "/v1/pages/codes", ``); status != 405 {
		t.Errorf("GET makes a code: %d", status)
	}
	cookie := s.letIn(t, true)
	if status, _ := ask(both, "DELETE", "/v1/pages/sessions", ``); status != 200 || s.isIn(t, cookie) {
		t.Errorf("after all were let out: %d", status)
	}
}
