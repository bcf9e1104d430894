package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"zegel/terminal/manager"
)

// raining is a shop whose programme goes by rain, with its daemon served where
// the commands find it.
func raining(t *testing.T) (*shop, *front) {
	t.Helper()
	s := newShop(t, "")
	path := s.cfg.Shop.Programme
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc = append(doc, "\n[[earn]]\nname = \"regen\"\npoints = 5\ncounts = \"order\"\nif = { signals = [\"rain\"] }\n"...)
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	f := s.served(t)
	write(t, s.folder, "run/address", strings.TrimPrefix(f.url, "http://")+"\n")
	return s, f
}

func TestSignalsByCommand(t *testing.T) {
	s, f := raining(t)
	s.zegel(t, "signal", "list").is(t, 0, "the programme goes by: rain")
	s.zegel(t, "signal", "set", "rain", "--operator", "Anna").is(t, 0, "rain", "until ", "Anna")
	s.zegel(t, "signal", "set", "snow", "--until", "soon").is(t, exitProblems, "18:00")
	s.zegel(t, "signal", "set", "snow").is(t, 0, "nothing in the programme goes by it")
	if v := f.desks["kassa1"].View(); !slices.Equal(v.Signals, []string{"rain", "snow"}) {
		t.Errorf("the screen shows %q", v.Signals)
	}
	var a manager.SignalsAnswer
	s.zegel(t, "signal", "list", "--json").reads(t, &a)
	if len(a.Signals) != 2 || !a.Signals[0].Used || a.Signals[1].Used || !slices.Equal(a.Known, []string{"rain"}) {
		t.Errorf("got %+v", a)
	}
	s.zegel(t, "signal", "clear", "snow").is(t, 0)
	s.zegel(t, "signal", "clear", "snow").is(t, 0, "nobody said so")
	if kept, err := f.db.Signals(t.Context()); err != nil || len(kept) != 1 {
		t.Errorf("kept is %+v, %v", kept, err)
	}
}

// Who may say what is so: the PC's own token, a program's that is for signals,
// one that manages operators. A till and a monitor may not.
func TestWhoMaySetSignals(t *testing.T) {
	s := newShop(t, "")
	tokens := make(map[string]string)
	for scope := range tokenScopes() {
		tokens[scope] = strings.TrimSpace(s.zegel(t, "token", "create", scope, "--scope", scope).out)
	}
	f := s.served(t)
	own, err := os.ReadFile(f.secrets.path("token"))
	if err != nil {
		t.Fatal(err)
	}
	tokens["own"], tokens["none"] = strings.TrimSpace(string(own)), "x"
	for scope, status := range map[string]int{
		"own": http.StatusOK, "signals": http.StatusOK, "operator": http.StatusOK,
		"pos": http.StatusForbidden, "status": http.StatusForbidden, "none": http.StatusUnauthorized,
	} {
		for _, call := range []string{"PUT /v1/signals/rain", "GET /v1/signals", "GET /v1/signals/rain", "DELETE /v1/signals/rain"} {
			method, path, _ := strings.Cut(call, " ")
			if resp, text := f.ask(t, method, path, "{}", program(tokens[scope])); resp.StatusCode != status {
				t.Errorf("%s %s: %d %s, want %d", scope, call, resp.StatusCode, text, status)
			}
		}
	}
	if resp, _ := f.ask(t, "GET", "/v1/lanes/kassa1", "", program(tokens["signals"])); resp.StatusCode != http.StatusForbidden {
		t.Errorf("who says that it rains may look at a lane: %d", resp.StatusCode)
	}
}
