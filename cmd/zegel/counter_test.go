package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"

	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/pos"
	"zegel/terminal/signin"
)

// A front is a daemon's interface, served.
type front struct {
	*daemon
	url string
}

// served serves what a daemon that is built and not running would.
func (s *shop) served(t *testing.T) *front {
	t.Helper()
	var log bytes.Buffer
	d := s.opened(t, &log)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := d.server(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	at := &httptest.Server{Listener: l, Config: server}
	at.Start()
	t.Cleanup(at.Close)
	return &front{d, at.URL}
}

// ask makes a request as whoever has the header says.
func (f *front) ask(t *testing.T, method, path, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header.Clone()
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// program is who has a token.
func program(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// browser lets one in.
func (f *front) browser(t *testing.T) http.Header {
	t.Helper()
	code, err := f.counter.pages.Code(false)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Origin": {f.url}, "Accept": {"text/html"}}
	resp, said := f.ask(t, "POST", "/session", `{"code":"`+code.Code+`"}`, header)
	if len(resp.Cookies()) != 1 {
		t.Fatalf("%d %s", resp.StatusCode, said)
	}
	header.Set("Cookie", resp.Cookies()[0].Name+"="+resp.Cookies()[0].Value)
	return header
}

// What a till may ask by its interface's document it may with a token for a
// till, and nothing else that is served.
func TestATillsTokenIsForWhatATillMayAsk(t *testing.T) {
	s := newShop(t, "")
	token := strings.TrimSpace(s.zegel(t, "token", "create", "till").out)
	f := s.served(t)
	_, text := f.ask(t, "GET", "/v1/openapi.json", "", program(token))
	var document struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil || len(document.Paths) == 0 {
		t.Fatalf("%v: %.200s", err, text)
	}
	allowed := func(method, path string) bool {
		resp, text := f.ask(t, method, path, "{}", program(token))
		refused := resp.StatusCode == http.StatusForbidden && strings.Contains(text, `"code":"scope"`)
		if resp.StatusCode == http.StatusUnauthorized {
			t.Errorf("%s %s: %s", method, path, text)
		}
		return !refused
	}
	used := make(map[string]bool)
	for path, item := range document.Paths {
		for method := range item {
			if method == "parameters" {
				continue
			}
			method, real := strings.ToUpper(method), strings.NewReplacer("{lane}", "kassa1", "{hold}", strings.Repeat("0", 32)).Replace(path)
			if strings.HasSuffix(path, "/events") {
				real += "?wait=0"
			}
			if !allowed(method, real) {
				t.Errorf("a till may not %s %s", method, real)
			}
			for _, in := range tokenScopes()["pos"] {
				if place := in[strings.LastIndex(in, " ")+1:]; path == place || strings.HasSuffix(place, "/") && strings.HasPrefix(path, place) {
					used[in] = true
				}
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(slices.Values(tokenScopes()["pos"])); !slices.Equal(got, want) {
		t.Errorf("the document needs %v, a till may %v", got, want)
	}
	for _, other := range []string{
		"GET /v1/day", "POST /v1/day/close", "GET /v1/operators", "POST /v1/operators", "POST /v1/operators/10/unlock", "DELETE /v1/operators/10",
		"POST /v1/pages/codes", "DELETE /v1/pages/sessions", "GET /v1/signals", "PUT /v1/signals/rain", "DELETE /v1/signals/rain",
	} {
		method, path, _ := strings.Cut(other, " ")
		if allowed(method, path) {
			t.Errorf("a till may %s", other)
		}
	}
}

// What the store would not take is the till's mistake, and no trouble of ours.
func TestATillsDayThatCannotBeIsRefused(t *testing.T) {
	d := newShop(t, "").opened(t, new(bytes.Buffer))
	good := pos.TillDay{Day: "2026-11-22", Till: "1", Turnover: 10_00, Currency: "EUR", Receipts: 1}
	for name, change := range map[string]func(*pos.TillDay){
		"a day there is not": func(d *pos.TillDay) { d.Day = "2026-02-30" },
		"too much":           func(d *pos.TillDay) { d.Turnover = 1001 * basket.MaxAmount },
		"a control sequence": func(d *pos.TillDay) { d.Till = "\x1b[2J" },
	} {
		bad := good
		change(&bad)
		var no *programme.Refusal
		if err := d.tillDay(t.Context(), bad); !errors.As(err, &no) || no.Code != programme.BadAmount {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.tillDay(t.Context(), good); err != nil {
		t.Error(err)
	}
}

const twoLanes = "[[lane]]\nname = \"kassa2\"\n"

func hired(t *testing.T, f *front, name string, manager bool) signin.Issued {
	t.Helper()
	issued, err := f.counter.door.Add(t.Context(), name, manager)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// The lane stands in the page's address, where anybody can write another one.
func TestTheDayIsClosedByAManagerWhoIsThere(t *testing.T) {
	f := newShop(t, twoLanes).served(t)
	b := f.browser(t)
	resp, _ := f.ask(t, "GET", "/kassa/kassa2/dag", "", b)
	if at := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || at != "/beheer/dag?lane=kassa2" {
		t.Errorf("%d to %q", resp.StatusCode, at)
	}
	if resp, page := f.ask(t, "GET", "/beheer/dag", "", b); resp.StatusCode != 200 || strings.Contains(page, `name="secret"`) {
		t.Errorf("without operators: %d", resp.StatusCode)
	}
	chef, anna := hired(t, f, "Chef", true), hired(t, f, "Anna", false)
	sign := func(lane, secret string) int {
		resp, _ := f.ask(t, "POST", "/kassa/"+lane+"/sign-in", fmt.Sprintf(`{"turn":%d,"text":%q}`, f.desks[lane].View().Turn, secret), b)
		return resp.StatusCode
	}
	if a, c := sign("kassa1", chef.Badge), sign("kassa2", anna.Type); a != 200 || c != 200 || f.desks["kassa1"].View().Operator != "Chef" || f.desks["kassa2"].View().Operator != "Anna" {
		t.Fatalf("%d, %d", a, c)
	}
	for query, want := range map[string]int{"": 403, "?lane=kassa2": 403, "?lane=kassa9": 403, "?lane=kassa1": 200} {
		if resp, page := f.ask(t, "GET", "/beheer/dag"+query, "", b); resp.StatusCode != want || strings.Contains(page, `id="close"`) != (want == 200) {
			t.Errorf("%q: %d", query, resp.StatusCode)
		}
	}
	closing := func(lane, secret string) (int, string) {
		resp, text := f.ask(t, "POST", "/beheer/dag/afsluiten", fmt.Sprintf(`{"number":1,"turnover":"","receipts":"","points_paid":"","lane":%q,"secret":%q}`, lane, secret), b)
		return resp.StatusCode, text
	}
	for _, c := range []struct {
		name, lane, secret string
		status             int
		code               programme.Code
	}{
		{"Anna, who names the manager's lane", "kassa1", "", 403, programme.WrongPIN},
		{"Anna, with her PIN", "kassa1", anna.Type, 403, programme.ManagerNeeded},
		{"Anna, with her badge", "kassa1", anna.Badge, 403, programme.ManagerNeeded},
		{"a badge nobody has", "kassa1", "ZB1:ABCDEFGH", 403, programme.WrongPIN},
		{"at a lane there is not, where nobody counts the tries", "kassa9", chef.Type, 403, programme.SignInFirst},
		{"the manager", "kassa2", chef.Type, 201, ""},
	} {
		if status, text := closing(c.lane, c.secret); status != c.status || !strings.Contains(text, string(c.code)) {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
	all, err := f.db.DayReports(t.Context(), f.rules().Calendar(f.zone).Moment(time.Now(), true).Day)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	if all[0].Figures.Operator != "Chef" || all[0].Figures.Automatic {
		t.Errorf("closed by %q", all[0].Figures.Operator)
	}
}
