package gate_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/cmd/gate"
)

// T22: a caller that floods is slowed down, and neither another caller nor
// anybody with a token pays for it.
func TestFloodsAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "tokens")
	other, err := gate.MakeToken(path, "kassa2", "pos", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := gate.OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	reached := 0
	h := gate.Local{
		Hosts: []string{"x"}, Token: token, Tokens: tokens, Scopes: map[string][]string{"pos": {"/v1/"}}, Open: []string{"/v1/hello"},
		Limits: gate.Limits{Each: gate.Limit{Rate: 2, Burst: 10}, All: gate.Limit{Rate: 100, Burst: 15}, Strangers: gate.Limit{Rate: 0.5, Burst: 3}, Now: func() time.Time { return now }},
	}.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	ask := func(token, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.Host = "x"
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	count := func(times int, token, path string) map[int]int {
		statuses := make(map[int]int)
		for range times {
			statuses[ask(token, path).Code]++
		}
		return statuses
	}
	if got := fmt.Sprint(count(1000, "wrong", "/v1/x"), count(10, "", "/v1/hello")); got != "map[401:3 429:997] map[429:10]" {
		t.Errorf("strangers: %s", got)
	}
	if got := fmt.Sprint(count(1000, token, "/v1/x")); got != "map[200:10 429:990]" {
		t.Errorf("one caller: %s", got)
	}
	w := ask(token, "/v1/x")
	if w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), `"retryable":true`) || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %v, %s", w.Header(), w.Body)
	}
	if got := fmt.Sprint(count(100, other, "/v1/x")); got != "map[200:5 429:95]" { // what is left of all
		t.Errorf("another caller: %s", got)
	}
	now = now.Add(time.Second)
	if got := fmt.Sprint(count(100, other, "/v1/x"), count(100, token, "/v1/x")); got != "map[200:2 429:98] map[200:2 429:98]" {
		t.Errorf("a second later: %s", got)
	}
	now = now.Add(-time.Hour) // a clock that is set back fills and empties nothing
	if got := fmt.Sprint(count(3, token, "/v1/x")); got != "map[429:3]" {
		t.Errorf("set back: %s", got)
	}
	if reached != 19 {
		t.Errorf("%d got through", reached)
	}
}

// T13, T14: guessing codes is slow, is not helped by many connections, and
// keeps no browser out that is in.
func TestGuessingCodesIsBounded(t *testing.T) {
	s := newSite(t, func(c *gate.PagesConfig) { c.Limits.Codes = gate.Limit{Rate: 1, Burst: 5} })
	cookie := s.letIn(t, false)
	tried := 0
	for n := range 300 {
		switch resp := s.swap(t, fmt.Sprintf("%026d", n)); resp.StatusCode {
		case 403:
			tried++
		case 429:
			if resp.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		default:
			t.Fatalf("status %d", resp.StatusCode)
		}
		if n%30 == 29 {
			s.wait(time.Second)
			if !s.isIn(t, cookie) {
				t.Error("a browser that is in is kept out")
			}
		}
	}
	if tried != 4+10-1 { // the last second was after the last try
		t.Errorf("%d codes were looked at", tried)
	}
}

// T14: tokens that may less, and end at once.
func TestNamedTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets", "tokens")
	tokens, err := gate.OpenTokens(path)
	if err != nil {
		t.Fatal(err)
	}
	h := gate.Local{
		Hosts: []string{"x"}, Token: token, Tokens: tokens, Open: []string{"/v1/hello"},
		Scopes: map[string][]string{"pos": {"/v1/lanes/", "/v1/status", "POST /v1/day"}, "status": {"/v1/status"}},
	}.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ask := func(token, asked string) int {
		method, path, ok := strings.Cut(asked, " ")
		if !ok {
			method, path = "GET", asked
		}
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		r.Header.Set("Content-Type", "application/json")
		r.Host = "x"
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	make := func(name, scope string) string {
		t.Helper()
		made, err := gate.MakeToken(path, name, scope, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	pos, status, odd := make("kassa1", "pos"), make("monitor", "status"), make("odd", "nonesuch")
	for _, c := range []struct {
		name, token, path string
		want              int
	}{
		{"the command line", token, "/v1/operators", 200},
		{"a till sells", pos, "/v1/lanes/kassa1/sales", 200},
		{"a till asks how it is", pos, "/v1/status", 200},
		{"a till says what it took", pos, "POST /v1/day", 200},
		{"a till reads the day's report", pos, "GET /v1/day", 403},
		{"a till reads its headers", pos, "HEAD /v1/day", 403},
		{"a till closes the day", pos, "POST /v1/day/close", 403},
		{"a till makes operators", pos, "/v1/operators", 403},
		{"a till opens pages", pos, "/v1/pages/codes", 403},
		{"a till around a corner", pos, "/v1/lanes/../operators", 400},
		{"a till around a coded corner", pos, "/v1/lanes/%2e%2e/operators", 400},
		{"a till beside its path", pos, "/v1/lanes", 403},
		{"a till beside another", pos, "/v1/statuses", 403},
		{"a monitor asks how it is", status, "/v1/status", 200},
		{"a monitor sells", status, "/v1/lanes/kassa1/sales", 403},
		{"a monitor says hello", status, "/v1/hello", 200},
		{"a token of a scope nobody knows", odd, "/v1/status", 403},
		{"the hash in the file", strings.Split(read(t, path), ":")[2][:64], "/v1/status", 401},
	} {
		if got := ask(c.token, c.path); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if kept := read(t, path); strings.Contains(kept, pos) || strings.Contains(kept, status) {
		t.Errorf("a token is in the file: %s", kept)
	}
	if found, err := gate.RevokeToken(path, "kassa1"); !found || err != nil {
		t.Fatal(found, err)
	}
	if got := ask(pos, "/v1/status"); got != 401 {
		t.Errorf("after it was revoked: %d", got)
	}
	if got := ask(status, "/v1/status"); got != 200 {
		t.Errorf("the others: %d", got)
	}
	again := make("kassa1", "pos")
	if got := ask(again, "/v1/status"); got != 200 || again == pos {
		t.Errorf("made again: %d", got)
	}
	if found, err := gate.RevokeToken(path, "nonesuch"); found || err != nil {
		t.Error(found, err)
	}
	if _, err := gate.MakeToken(path, "kassa1", "pos", rand.Reader); err == nil {
		t.Error("two of one name")
	}
	for _, name := range []string{"", "a:b", "a b", "A", "ë", strings.Repeat("a", 33)} {
		if _, err := gate.MakeToken(path, name, "pos", rand.Reader); err == nil {
			t.Errorf("a token called %q", name)
		}
	}
	names, err := gate.TokenNames(path)
	if err != nil || fmt.Sprint(names) != "[monitor:status odd:nonesuch kassa1:pos]" {
		t.Errorf("got %v, %v", names, err)
	}
	for _, name := range []string{"monitor", "odd", "kassa1"} {
		if found, err := gate.RevokeToken(path, name); !found || err != nil {
			t.Error(found, err)
		}
	}
	if got := ask(again, "/v1/status"); got != 401 {
		t.Errorf("the last one: %d", got)
	}
	// A file that cannot be read lets nobody in but the command line.
	if err := os.WriteFile(path, []byte("rubbish\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a, b := ask(again, "/v1/status"), ask(token, "/v1/status"); a != 401 || b != 200 {
		t.Errorf("with a damaged file: %d, the command line %d", a, b)
	}
	if _, err := gate.OpenTokens(path); err == nil || strings.Contains(err.Error(), "rubbish") {
		t.Errorf("got %v", err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
