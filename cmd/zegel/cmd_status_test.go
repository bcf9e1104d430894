package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zegel/store"
)

func TestWell(t *testing.T) {
	cases := []struct {
		name   string
		change func(*status)
		want   bool
	}{
		{"all is well", func(*status) {}, true},
		{"no devices", func(s *status) { s.Scanners, s.Printers = nil, nil }, true},
		{"the line is down, shops sell without one", func(s *status) { s.Office = officeStatus{"down", "no answer"} }, true},
		{"slips wait", func(s *status) { s.Store.SlipsDue = 3 }, true},
		{"a printer at work", func(s *status) { s.Printers[0].State = "printing" }, true},
		{"a printer in trouble", func(s *status) { s.Printers[0].State = "trouble" }, false},
		{"a scanner that is lost", func(s *status) { s.Scanners[0].State = "lost" }, false},
		{"one of two scanners that is lost", func(s *status) { s.Scanners = append(s.Scanners, scannerStatus{State: "absent"}) }, false},
		{"a till's line that is lost", func(s *status) { s.Passes = []passStatus{{State: "lost"}} }, false},
		{"a till's line", func(s *status) { s.Passes = []passStatus{{State: "ready"}} }, true},
		{"a broken database", func(s *status) { s.Database = "suspect" }, false},
		{"two copies suspected", func(s *status) { s.Store.Authority = "none" }, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := status{
				Database: "ok", Store: store.Status{Authority: "full"},
				Scanners: []scannerStatus{{Lane: "kassa1", State: "ready"}}, Printers: []printerStatus{{Lane: "kassa1", State: "idle"}},
			}
			c.change(&s)
			if s.well() != c.want {
				t.Errorf("got %t", s.well())
			}
		})
	}
}

func TestOfficeText(t *testing.T) {
	at := time.Date(2026, 11, 22, 16, 4, 5, 0, time.Local)
	cases := []struct {
		s    status
		want string
	}{
		{status{Store: store.Status{Alone: true}, Office: officeStatus{State: "alone"}}, "none: this shop stands alone"},
		{status{Store: store.Status{Unsent: 2, LastAck: at.UnixMilli()}, Office: officeStatus{State: "up"}}, "up; 2 records waiting, last confirmed 2026-11-22 16:04:05"},
		{status{Store: store.Status{Unsent: 7}, Office: officeStatus{"down", "no answer"}}, "down: no answer; 7 records waiting"},
		{status{Store: store.Status{Authority: "none"}, Office: officeStatus{State: "up"}}, "up; 0 records waiting; AUTHORITY WITHDRAWN: head office suspects a second copy of this terminal"},
	}
	for _, c := range cases {
		if got := c.s.officeText(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestStatusOfAShopThatDoesNotRun(t *testing.T) {
	s := newShop(t, "")
	s.zegel(t, "status").is(t, 3, "the daemon does not answer; start it with: zegel run")
	write(t, s.folder, "run/address", "127.0.0.1:1\n") // of one that was killed
	s.zegel(t, "status").is(t, 3, "it has made no token yet")
	write(t, s.folder, "secrets/token", strings.Repeat("t", 64)+"\n")
	s.zegel(t, "status").is(t, 3, "the daemon does not answer")
	if j := s.zegel(t, "status", "--json"); j.code != 3 || j.out != "" {
		t.Errorf("exit %d, %s", j.code, j.out)
	}
}

// Something else may have the daemon's port.
func TestStatusOfAnotherProgram(t *testing.T) {
	cases := []struct {
		name, kind, body string
		code             int
		want, not        string
	}{
		{"another token", "application/problem+json", `{"detail":"a valid token is needed"}`, 401, "the daemon says no: a valid token is needed (401)", "{"},
		{"a web server", "text/html", "<html>\x1b[2J</html>", 404, "another program has the daemon's address", "\x1b"},
		{"one that draws on the screen", "application/json", `{"detail":"\u001b[2J"}`, 500, "?[2J", "\x1b"},
		{"one that says everything is fine", "text/plain", "OK", 200, "another program has the daemon's address", "\x1b"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.code)
				fmt.Fprint(w, c.body)
			}))
			defer other.Close()
			s := newShop(t, "")
			write(t, s.folder, "run/address", other.Listener.Addr().String()+"\n")
			write(t, s.folder, "secrets/token", strings.Repeat("t", 64)+"\n")
			said := s.zegel(t, "status")
			said.is(t, exitProblems, c.want)
			if strings.Contains(said.err+said.out, c.not) {
				t.Errorf("it says %q", said.err+said.out)
			}
		})
	}
}

func TestStatusAsksWithTheTokenAndSaysWhatItWasTold(t *testing.T) {
	token := strings.Repeat("t", 64)
	told := status{
		Version: "v1", Shop: "Jansen", Since: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), Database: "ok",
		Store:    store.Status{Alone: true, Records: 17, Accounts: 4, Printed: 16, Duplicates: 1, SlipsDue: 1, Authority: "own"},
		Scanners: []scannerStatus{{Lane: "kassa1", Name: "kassa1 gun", State: "lost", Trouble: "unplugged", Device: "Zebra (05E0:1701)", Scans: 18, Losses: 2, Passed: 3, NotTaken: 1, FeedbackBroken: true}},
		Passes:   []passStatus{{Lane: "kassa1", State: "busy", Trouble: "another has it", Sent: 3, Refused: 1}},
		Printers: []printerStatus{{Lane: "kassa1", State: "trouble", Reason: "paper out"}}, Office: officeStatus{State: "alone"},
	}
	daemon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/status" || r.Method != "GET" || r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
		}
		if err := json.NewEncoder(w).Encode(told); err != nil {
			t.Error(err)
		}
	}))
	defer daemon.Close()
	s := newShop(t, "")
	write(t, s.folder, "run/address", daemon.Listener.Addr().String()+"\n")
	write(t, s.folder, "secrets/token", token+"\n")
	s.zegel(t, "status").is(t, exitProblems, "Jansen", "17 records, 4 accounts", "16 printed (1 as copies), 1 waiting",
		"scanner kassa1 gun", "lost since", "18 scans", "2 times lost", "3 for the till, 1 that the till's line did not take", "it does not beep for us", "Zebra (05E0:1701): unplugged",
		"till's line kassa1", "busy since", "3 scans handed on, 1 refused", "another has it", "trouble: paper out", "none: this shop stands alone")
	var got status
	s.zegel(t, "status", "--json").reads(t, &got)
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", told) {
		t.Errorf("got %+v, want %+v", got, told)
	}
}
