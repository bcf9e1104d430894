package manager_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/manager"
)

// A shelf keeps signals in memory.
type shelf struct {
	mu   sync.Mutex
	kept []scene.Signal
	err  error
}

func (s *shelf) Signals(context.Context) ([]scene.Signal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept), s.err
}

func (s *shelf) KeepSignal(_ context.Context, one scene.Signal) error {
	if err := s.DropSignal(context.Background(), one.Name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, one)
	return nil
}

func (s *shelf) DropSignal(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.DeleteFunc(s.kept, func(one scene.Signal) bool { return one.Name == name })
	return s.err
}

// written is a log that several goroutines write to.
type written struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// rainy is a programme that goes by rain, in a shop whose day ends at two.
func rainy() programme.Rules {
	return programme.Rules{
		Version: 4, Language: "nl", Currency: "EUR", Zone: "Europe/Amsterdam", CutOver: 2 * time.Hour,
		Earn: []programme.Rule{{If: programme.Condition{Signals: []string{"rain", "market"}}}},
	}
}

func signals(t *testing.T, s *shelf, now func() time.Time, log io.Writer) (*manager.Signals, *int) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	redrawn := new(int)
	made, err := manager.NewSignals(t.Context(), manager.SignalConfig{
		Store: s, Rules: rainy, Zone: zone, Now: now, Changed: func() { *redrawn++ }, Log: zerolog.New(log),
	})
	if err != nil {
		t.Fatal(err)
	}
	return made, redrawn
}

func TestSignalsOverTheInterfaceForPrograms(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) // ten o'clock
	var log written
	s, redrawn := signals(t, &shelf{}, func() time.Time { return now }, &log)
	h := s.API()
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/v1/signals", "", 200, `{"signals":[],"known":["market","rain"]}`},
		{"GET", "/v1/signals/rain", "", 404, `"code":"signal"`},
		{"PUT", "/v1/signals/rain", `{"operator":"Anna"}`, 200, `{"name":"rain","until":1795395600000,"by":"Anna","used":true}`}, // two at night
		{"PUT", "/v1/signals/rain", `{"until":"18:00"}`, 200, `"until":1795366800000`},                                           // today
		{"PUT", "/v1/signals/snow", `{"until":"9:59"}`, 200, `"until":1795424340000,"used":false`},                               // tomorrow
		{"PUT", "/v1/signals/market", `{"until":"2026-11-23 18:00"}`, 200, `"until":1795453200000,"used":true`},                  // that day
		{"PUT", "/v1/signals/market", `{"until":"2026-11-21 18:00"}`, 400, "passed already"}, {"PUT", "/v1/signals/x", `{"until":"soon"}`, 400, "18:00"},
		{"PUT", "/v1/signals/a%20b", `{}`, 400, "without blanks"}, {"PUT", "/v1/signals/x", `{"til":"18:00"}`, 400, "unknown field"},
		{"GET", "/v1/signals/rain", "", 200, `"name":"rain"`},
		{"DELETE", "/v1/signals/snow", "", 200, `{"cleared":true}`}, {"DELETE", "/v1/signals/snow", "", 200, `{"cleared":false}`},
	} {
		if got := ask(t, h, c.method, c.path, c.body); got.StatusCode != c.status || !strings.Contains(got.text, c.says) {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.path, c.body, got.StatusCode, got.text, c.status, c.says)
		}
	}
	if got := s.Names(); !slices.Equal(got, []string{"market", "rain"}) || *redrawn != 6 {
		t.Errorf("so is %q, drawn %d times", got, *redrawn)
	}
	now = now.Add(8 * time.Hour)
	if got := s.Names(); !slices.Equal(got, []string{"market"}) {
		t.Errorf("in the evening so is %q", got)
	}
	if n := strings.Count(log.String(), "a signal was"); n != 5 {
		t.Errorf("%d edges in %s", n, log.String())
	}
}

// What was said holds over a restart, ends by itself, and is then forgotten.
func TestSignalsEndByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &shelf{kept: []scene.Signal{{Name: "rain"}, {Name: "market"}}}
		began := time.Now()
		kept.kept[0].Until, kept.kept[1].Until = 1, 1
		var log written
		s, redrawn := signals(t, kept, time.Now, &log)
		if len(s.Names()) != 0 {
			t.Errorf("so is %q", s.Names())
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		synctest.Wait()
		if len(kept.kept) != 0 {
			t.Errorf("kept is %+v", kept.kept)
		}
		if _, err := s.Set(ctx, scene.Signal{Name: "rain"}); err != nil || !slices.Equal(s.Names(), []string{"rain"}) {
			t.Errorf("so is %q, %v", s.Names(), err)
		}
		time.Sleep(26 * time.Hour)
		synctest.Wait()
		if len(s.Names()) != 0 || len(kept.kept) != 0 || strings.Count(log.String(), "a signal is over") != 3 || *redrawn < 4 {
			t.Errorf("after %v so is %q, kept %+v, drawn %d times: %s", time.Since(began), s.Names(), kept.kept, *redrawn, log.String())
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAManagerAtALaneSaysWhatIsSo(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	kept := &shelf{}
	var log written
	s, _ := signals(t, kept, func() time.Time { return now }, &log)
	with := func(c *manager.Config) { c.Signals, c.Rules = s, rainy }
	h := desk(t, &book{}, with).Handler()
	for _, c := range []struct {
		body   string
		status int
		so     []string
	}{
		{`{"lane":"kassa2","name":"rain","on":true}`, 403, nil}, // Anna is no manager
		{`{"lane":"nowhere","name":"rain","on":true}`, 403, nil},
		{`{"lane":"kassa1","name":"snow","on":true}`, 404, nil},
		{`{"lane":"kassa1","name":"rain","on":true}`, 200, []string{"rain"}},
		{`{"lane":"kassa1","name":"market","on":true}`, 200, []string{"market", "rain"}},
		{`{"lane":"kassa1","name":"market","on":false}`, 200, []string{"rain"}},
	} {
		if got := ask(t, h, "POST", "/beheer/signalen", c.body); got.StatusCode != c.status || !slices.Equal(s.Names(), c.so) {
			t.Errorf("%s: %d %s, so is %q", c.body, got.StatusCode, got.text, s.Names())
		}
	}
	if got := s.List(); got[0].By != "Chef" {
		t.Errorf("said by %+v", got)
	}
	page := ask(t, h, "GET", "/beheer/dag?lane=kassa1", "").text
	if !strings.Contains(page, `data-name="rain" aria-pressed="true">✓ rain`) || !strings.Contains(page, `data-name="market" aria-pressed="false">market`) || !strings.Contains(page, "signals.js") {
		t.Errorf("the page has %s", page)
	}
	if page := ask(t, h, "GET", "/beheer/dag?lane=kassa1&day=2026-11-21", "").text; strings.Contains(page, `id="signals"`) {
		t.Error("yesterday can be changed")
	}
	if page := ask(t, desk(t, &book{}, nil).Handler(), "GET", "/beheer/dag?lane=kassa1", "").text; strings.Contains(page, "signals") {
		t.Error("a programme that goes by no signal has buttons for them")
	}
	kept.err = errors.New("the disk is on fire")
	if got := ask(t, h, "POST", "/beheer/signalen", `{"lane":"kassa1","name":"rain","on":false}`); got.StatusCode != 503 || strings.Contains(got.text, "fire") {
		t.Errorf("a fault: %d %s", got.StatusCode, got.text)
	}
	alone := desk(t, &book{}, func(c *manager.Config) {
		with(c)
		c.SignInNeeded = func() bool { return false }
		c.Operator = func(string) (session.Operator, bool) { return session.Operator{}, false }
	}).Handler()
	kept.err = nil
	if got := ask(t, alone, "POST", "/beheer/signalen", `{"lane":"kassa1","name":"rain","on":false}`); got.StatusCode != 200 || len(s.Names()) != 0 {
		t.Errorf("where nobody signs in: %d %s", got.StatusCode, got.text)
	}
}
