package pos_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/pos"
)

// A desk answers as it is told, and remembers what it was asked.
type desk struct {
	answer session.Answer
	err    error
	asked  []session.Sale
	shown  []basket.Basket // for which offers were asked
	cancel int
}

func (d *desk) Sale(_ context.Context, s session.Sale) (session.Answer, error) {
	d.asked = append(d.asked, s)
	return d.answer, d.err
}

func (d *desk) Offers(_ context.Context, b basket.Basket) ([]session.Offer, error) {
	d.shown = append(d.shown, b)
	return []session.Offer{{Reward: "Betalen met punten", Wallet: "points", Step: 50_000, Least: 100_000, Most: 150_000}}, d.err
}

// A till is a shop with one lane, kassa1, as a till sees it.
type till struct {
	desk    desk
	status  error
	log     bytes.Buffer
	handler http.Handler
}

func newTill() *till {
	s := &till{}
	w, _ := words.For("nl")
	one := func(v any, do func()) func(string) (any, bool) {
		return func(lane string) (any, bool) {
			if lane != "kassa1" {
				return nil, false
			}
			do()
			return v, true
		}
	}
	s.handler = pos.Handler(pos.Config{
		Desk:   func(lane string) (pos.Desk, bool) { return &s.desk, lane == "kassa1" },
		View:   one(map[string]string{"state": "card"}, func() {}),
		Cancel: one(map[string]string{"state": "free"}, func() { s.desk.cancel++ }),
		Status: func(context.Context) (any, error) { return map[string]string{"shop": "Jansen"}, s.status },
		Words:  w.Refusal, NotSaved: w.NotSaved, Unsure: w.Unsure,
		NotRecorded: func(err error) bool { return errors.Is(err, errNotRecorded) },
		Log:         zerolog.New(&s.log),
	})
	return s
}

func (s *till) call(t testing.TB, method, path, body string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func read(t testing.TB, r *http.Response) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
		t.Fatalf("the answer is no JSON: %v", err)
	}
	return v
}

// isProblem checks everything a problem document must have.
func isProblem(t testing.TB, r *http.Response, status int, code string, retryable bool, pointsChanged any) map[string]any {
	t.Helper()
	if r.StatusCode != status {
		t.Errorf("status %d, want %d", r.StatusCode, status)
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("it is %q", kind)
	}
	p := read(t, r)
	detail, _ := p["detail"].(string)
	want := map[string]any{
		"type": "urn:zegel:problem:" + code, "title": http.StatusText(status), "status": float64(status), "code": code,
		"retryable": retryable, "points_changed": pointsChanged, "detail": detail,
	}
	if !reflect.DeepEqual(p, want) || detail == "" {
		t.Errorf("got %v, want %v", p, want)
	}
	return p
}

const (
	sales = "/v1/lanes/kassa1/sales"
	good  = `{"basket":{"key":{"till":"1","day":"2026-11-22","id":"000123"},"currency":"EUR","total":2345},"typed":true}`
)

func TestHelloSaysWhoIsThereAndNothingElse(t *testing.T) {
	r := newTill().call(t, "GET", "/v1/hello", "")
	if got := read(t, r); r.StatusCode != 200 || !reflect.DeepEqual(got, map[string]any{"name": "zegel", "api": "v1"}) {
		t.Errorf("%d: %v", r.StatusCode, got)
	}
}

func TestASale(t *testing.T) {
	for repeat, status := range map[bool]int{false: http.StatusCreated, true: http.StatusOK} {
		s := newTill()
		s.desk.answer = session.Answer{
			Code: "A1B2-17", Mask: "…4566", Known: true, Repeat: repeat,
			Earned: []session.Amount{{Wallet: "points", Points: 23_000}}, Balance: []session.Amount{},
		}
		r := s.call(t, "POST", sales, good)
		got := read(t, r)
		if r.StatusCode != status || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("repeat %t: status %d, %s", repeat, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if got["code"] != "A1B2-17" || got["card"] != "…4566" || got["balance_known"] != true || fmt.Sprint(got["earned"]) != "[map[thousandths:23000 wallet:points]]" || fmt.Sprint(got["balance"]) != "[]" {
			t.Errorf("got %v", got)
		}
		if _, said := got["repeat"]; said != repeat {
			t.Errorf("repeat %t: got %v", repeat, got)
		}
		want := session.Sale{Typed: true, Basket: basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: "000123"}, Currency: "EUR", Total: 23_45}}
		if len(s.desk.asked) != 1 || !reflect.DeepEqual(s.desk.asked[0], want) {
			t.Errorf("the desk was asked %+v, want %+v", s.desk.asked, want)
		}
	}
}

func TestRefusalsAreProblemsInTheShopsWords(t *testing.T) {
	conflicts := map[programme.Code]bool{programme.NoCard: true, programme.OtherBasket: true, programme.SameBasket: true}
	for _, code := range programme.Codes() {
		t.Run(string(code), func(t *testing.T) {
			s := newTill()
			s.desk.err = fmt.Errorf("post: %w", &programme.Refusal{Code: code, Amount: 501_00, Currency: "EUR", Cause: errors.New("internal cause")})
			status := http.StatusUnprocessableEntity
			if conflicts[code] {
				status = http.StatusConflict
			}
			p := isProblem(t, s.call(t, "POST", sales, good), status, string(code), false, false)
			if detail := p["detail"].(string); !strings.HasSuffix(detail, "("+string(code)+")") || strings.Contains(detail, "cause") {
				t.Errorf("detail %q", detail)
			}
		})
	}
}

func TestAFaultIsRetryableAndTellsTheLogAlone(t *testing.T) {
	s := newTill()
	s.desk.err = errors.New("SQLITE_IOERR in /var/lib/zegel/zegel.db: records")
	r := s.call(t, "POST", sales, good)
	p := isProblem(t, r, http.StatusServiceUnavailable, "K-402", true, nil)
	if text := fmt.Sprint(p, r.Header); strings.Contains(text, "SQLITE") || strings.Contains(text, "/var/lib") {
		t.Errorf("internals in %s", text)
	}
	if !strings.Contains(s.log.String(), "SQLITE_IOERR") {
		t.Errorf("the log has no cause: %s", s.log.String())
	}
}

var errNotRecorded = errors.New("the disk is full")

func TestWhatWasCertainlyNotRecordedIsSaidSo(t *testing.T) {
	s := newTill()
	s.desk.err = fmt.Errorf("post: %w", errNotRecorded)
	p := isProblem(t, s.call(t, "POST", sales, good), http.StatusServiceUnavailable, "K-401", true, false)
	if detail := p["detail"].(string); !strings.Contains(detail, "niets geteld") {
		t.Errorf("the cashier reads %q", detail)
	}
}

func TestBodiesThatAreNoSale(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"nothing", "", "EOF"},
		{"half of it", good[:40], "unexpected EOF"},
		{"not JSON", "total=2345", "invalid character"},
		{"a list", "[" + good + "]", "array does not belong there"},
		{"an unknown field", `{"basket":{},"card":"2900001234566"}`, `unknown field "card"`},
		{"an unknown field further in", `{"basket":{"totaal":2345}}`, `unknown field "totaal"`},
		{"an amount with a decimal point", `{"basket":{"total":23.45}}`, "basket.total: a number 23.45 does not belong there"},
		{"an amount as text", `{"basket":{"total":"2345"}}`, "basket.total: a string does not belong there"},
		{"an amount no integer holds", `{"basket":{"total":9223372036854775808}}`, "basket.total: a number 9223372036854775808 does not"},
		{"two values", good + good, "more than one JSON value"},
		{"two values, a line each", good + "\n" + good, "more than one JSON value"},
		{"something after it", good + "x", "after its JSON value"},
		{"a bracket after it", good + "}", "after its JSON value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newTill()
			p := isProblem(t, s.call(t, "POST", sales, c.body), http.StatusBadRequest, "body", false, false)
			if detail := p["detail"].(string); !strings.Contains(detail, c.want) || strings.Contains(detail, "basket.Money") || strings.Contains(detail, "Go ") {
				t.Errorf("detail %q, want %q", detail, c.want)
			}
			if len(s.desk.asked) > 0 {
				t.Errorf("the desk was asked %+v", s.desk.asked)
			}
		})
	}
}

func TestBlanksAroundASaleAreTaken(t *testing.T) {
	s := newTill()
	if r := s.call(t, "POST", sales, "\n "+good+"\r\n"); r.StatusCode != http.StatusCreated {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestABodyAboveTheLimit(t *testing.T) {
	for name, body := range map[string]string{"in its value": good, "after its value": good + strings.Repeat(" ", 100)} {
		s := newTill()
		r := httptest.NewRequestWithContext(t.Context(), "POST", sales, nil)
		w := httptest.NewRecorder()
		limit := int64(len(good) + 50)
		if name == "in its value" {
			limit = 50
		}
		r.Body = http.MaxBytesReader(w, io.NopCloser(strings.NewReader(body)), limit)
		s.handler.ServeHTTP(w, r)
		isProblem(t, w.Result(), http.StatusRequestEntityTooLarge, "body", false, false)
		if len(s.desk.asked) > 0 {
			t.Errorf("%s: the desk was asked", name)
		}
	}
}

func TestWhatIsNotServed(t *testing.T) {
	cases := []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/v1/lanes/kassa2", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/sales", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/cancel", 404, "lane", ""},
		{"POST", "/v1/lanes/kassa2/offers", 404, "lane", ""},
		{"GET", offers, 405, "method", "POST"},
		{"GET", "/", 404, "path", ""},
		{"GET", "/v2/hello", 404, "path", ""},
		{"POST", "/v1/lanes/kassa1/quotes", 404, "path", ""},
		{"GET", sales, 405, "method", "POST"},
		{"PUT", sales, 405, "method", "POST"},
		{"GET", "/v1/lanes/kassa1/cancel", 405, "method", "POST"},
		{"POST", "/v1/hello", 405, "method", "GET, HEAD"},
		{"DELETE", "/v1/lanes/kassa1", 405, "method", "GET, HEAD"},
		{"OPTIONS", "/v1/status", 405, "method", "GET, HEAD"},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			s := newTill()
			r := s.call(t, c.method, c.path, good)
			isProblem(t, r, c.status, c.code, false, false)
			if got := r.Header.Get("Allow"); got != c.allow {
				t.Errorf("allows %q, want %q", got, c.allow)
			}
			if len(s.desk.asked)+len(s.desk.shown)+s.desk.cancel > 0 {
				t.Error("something was done")
			}
		})
	}
}

// Nothing changes on GET, so a link, an image or a browser that reads ahead
// changes nothing.
func TestNothingChangesOnGet(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		for _, path := range []string{"/v1/hello", "/v1/status", "/v1/lanes/kassa1", "/v1/lanes/kassa1/cancel", sales, sales + "?total=1"} {
			s := newTill()
			s.call(t, method, path, good)
			if len(s.desk.asked)+s.desk.cancel > 0 {
				t.Errorf("%s %s did something", method, path)
			}
		}
	}
}

func TestALaneCanBeSeenAndCleared(t *testing.T) {
	s := newTill()
	if r := s.call(t, "GET", "/v1/lanes/kassa1", ""); r.StatusCode != 200 || read(t, r)["state"] != "card" {
		t.Errorf("status %d", r.StatusCode)
	}
	if r := s.call(t, "POST", "/v1/lanes/kassa1/cancel", ""); r.StatusCode != 200 || read(t, r)["state"] != "free" || s.desk.cancel != 1 {
		t.Errorf("status %d, cancelled %d times", r.StatusCode, s.desk.cancel)
	}
}

func TestStatus(t *testing.T) {
	s := newTill()
	if r := s.call(t, "GET", "/v1/status", ""); r.StatusCode != 200 || read(t, r)["shop"] != "Jansen" {
		t.Errorf("status %d", r.StatusCode)
	}
	s.status = errors.New("SQLITE_IOERR")
	p := isProblem(t, s.call(t, "GET", "/v1/status", ""), http.StatusServiceUnavailable, "status", true, false)
	if detail := p["detail"].(string); strings.Contains(detail, "SQLITE") || strings.Contains(detail, "recorded") {
		t.Errorf("detail %q", detail)
	}
}

// What reads a till's bytes never panics, and never sells what it cannot read.
func FuzzSale(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"basket":{"lines":[{"amount":1}],"tenders":null}}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newTill()
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", sales, bytes.NewReader(body)))
		if sold := len(s.desk.asked) == 1; sold != (w.Code == http.StatusCreated) {
			t.Fatalf("status %d, sold %t", w.Code, sold)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Fatalf("the answer is %q", w.Body)
		}
	})
}
