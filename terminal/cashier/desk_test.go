package cashier_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// A desk shows what it is told to and remembers what it was asked.
type desk struct {
	mu      sync.Mutex
	view    session.View
	changed chan struct{}
	fails   error // of Scan and Do
	done    []session.Event
	by      []session.Operator
	scans   []string
}

func at(v session.View) *desk {
	if v.Lang == "" {
		v.Lang = "nl"
	}
	if v.Turn == 0 {
		v.Turn = 7
	}
	return &desk{view: v, changed: make(chan struct{})}
}

func (d *desk) View() session.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

func (d *desk) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

func (d *desk) show(change func(*session.View)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.view.Turn++
	change(&d.view)
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *desk) Scan(_ context.Context, text, _ string) (session.View, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scans = append(d.scans, text)
	return d.view, d.fails
}

func (d *desk) Do(_ context.Context, e session.Event, by session.Operator) (session.View, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done, d.by = append(d.done, e), append(d.by, by)
	return d.view, d.fails
}

func (d *desk) SignIn(who session.Operator) {
	d.show(func(v *session.View) { v.SignIn, v.Operator, v.Manager = false, who.Name, who.Manager })
}

func (d *desk) SignOut() {
	d.show(func(v *session.View) { v.SignIn, v.Operator, v.Manager = true, "", false })
}

func (d *desk) asked() []session.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done
}

var rules = programme.Rules{
	Language: "nl", Currency: "EUR",
	Wallets: []programme.Wallet{
		{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}, "en": {One: "point", Many: "points"}}},
		{Name: "stamps", Units: map[string]programme.Unit{"nl": {One: "zegel", Many: "zegels"}, "en": {One: "stamp", Many: "stamps"}}},
	},
	Rewards: []programme.Reward{
		{Name: "Kop koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit},
		{Name: "Betalen met punten", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1},
	},
	Consents: []programme.Consent{
		{Name: "terms", Version: 3, Required: true, Wording: map[string]string{"nl": "Gaat u akkoord met de voorwaarden?", "en": "Do you agree to the terms?"}},
		{Name: "mail", Version: 1, Wording: map[string]string{"nl": "Mogen wij u post sturen?"}},
	},
}

var errDisk = errors.New("disk full")

// counter is the page of one lane, "kassa1".
func counter(d *desk, change ...func(*cashier.Config)) http.Handler {
	cfg := cashier.Config{
		Lanes: []string{"kassa1"},
		Desk:  func(lane string) (cashier.Desk, bool) { return d, lane == "kassa1" },
		SignIn: func(_ context.Context, _, secret string) (session.Operator, error) {
			switch secret {
			case "1234":
				return session.Operator{Name: "Anna"}, nil
			case "9999":
				return session.Operator{Name: "Bea", Manager: true}, nil
			}
			return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
		},
		Rules:       func() programme.Rules { return rules },
		NotRecorded: func(err error) bool { return errors.Is(err, errDisk) },
		Now:         func() time.Time { return time.Date(2026, 11, 22, 16, 4, 0, 0, time.UTC) },
		Version:     "1.2.3",
		Log:         zerolog.Nop(),
	}
	for _, c := range change {
		c(&cfg)
	}
	return cashier.Handler(cfg)
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func post(t *testing.T, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	return w
}
