package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"zegel/cmd/gate"
	"zegel/store"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/signin"
)

// command runs one command on the shop.
func (s *shop) command(t *testing.T, make func(*options) *cobra.Command, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := make(&options{config: s.path})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	err := cmd.ExecuteContext(t.Context())
	if err != nil {
		fmt.Fprintln(&errs, "zegel:", err)
	}
	var decided *exit
	switch {
	case err == nil:
		return said{0, out.String(), errs.String()}
	case errors.As(err, &decided):
		return said{decided.code, out.String(), errs.String()}
	}
	return said{exitUsage, out.String(), errs.String()}
}

// door opens the shop's database and its sign-in, as the daemon does.
func (s *shop) door(t *testing.T, cost signin.Cost, now func() time.Time, log *bytes.Buffer) (*signin.Door, *store.DB) {
	t.Helper()
	sec := secrets{folder: s.cfg.Store.Secrets, random: rand.Reader}
	if err := sec.open(); err != nil {
		t.Fatal(err)
	}
	pepper, err := sec.signinKey()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), storeConfig(s.cfg, zerolog.Nop()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	door, err := signin.New(t.Context(), signin.Config{Store: db, Pepper: pepper, Now: now, Rand: rand.Reader, Cost: cost, Log: zerolog.New(log)})
	if err != nil {
		t.Fatal(err)
	}
	return door, db
}

// answers is a daemon as far as these commands ask it, until the func it gives is
// called.
func (s *shop) answers(t *testing.T) (stop func()) {
	t.Helper()
	door, db := s.door(t, signin.Cost{}, time.Now, new(bytes.Buffer))
	token := strings.Repeat("t", 64)
	write(t, s.folder, "secrets/token", token+"\n")
	server := httptest.NewUnstartedServer(nil)
	hosts, err := gate.LocalHosts(server.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	pages, err := gate.NewPages(gate.PagesConfig{
		Hosts: hosts, Home: "/kassa/", Sessions: secrets{folder: s.cfg.Store.Secrets}.path("browsers"), MaxBody: 1000,
		Now: time.Now, Rand: rand.Reader, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := gate.OpenTokens(tokensPath(s.cfg))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/operators", signin.Handler(door, zerolog.Nop()))
	mux.Handle("/v1/operators/", signin.Handler(door, zerolog.Nop()))
	mux.Handle("/v1/pages/", gate.PagesHandler(pages, nil))
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
	api := gate.Local{Hosts: hosts, Token: token, Tokens: tokens, Scopes: tokenScopes(), MaxBody: 1000}
	server.Config = gate.Server(gate.Split(api.Wrap(mux), pages.Wrap(http.NotFoundHandler())))
	server.Start()
	write(t, s.folder, "run/address", server.Listener.Addr().String()+"\n")
	return func() {
		server.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The same commands give the same, whether the daemon runs or not.
func TestUsersWithAndWithoutADaemon(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(fmt.Sprint("running ", running), func(t *testing.T) {
			s := newShop(t, "")
			stop := func() {}
			if running {
				stop = s.answers(t)
			}
			var anna, second signin.Issued
			s.command(t, newUser, "list", "--json").is(t, 0, `"operators": []`)
			s.command(t, newUser, "add", "Anna", "--manager", "--json").reads(t, &anna)
			if anna.Number != 10 || !anna.Manager || len(anna.Type) != 8 || !strings.HasPrefix(anna.Badge, "ZB1:") {
				t.Fatalf("got %+v", anna)
			}
			s.command(t, newUser, "add", "Bo").is(t, 0, "Bo is operator 11 (cashier)", "ZB1:", "shown once")
			s.command(t, newUser, "add", "anna").is(t, exitProblems, "that nobody else has")
			s.command(t, newUser, "list").is(t, 0, "Anna", "manager", "Bo", "cashier", "ok")
			s.command(t, newUser, "reissue", "anna", "--json").reads(t, &second)
			if second.Number != 10 || second.Type == anna.Type {
				t.Errorf("got %+v", second)
			}
			s.command(t, newUser, "remove", "11").is(t, 0, "Bo (11) may not sign in any more")
			s.command(t, newUser, "remove", "Bo").is(t, exitProblems, "there is no operator")
			s.command(t, newUser, "unlock", "Anna").is(t, 0, "may try again")
			s.command(t, newUser, "unlock", "99").is(t, exitProblems, "there is no operator")
			stop()

			door, db := s.door(t, signin.Cost{}, time.Now, new(bytes.Buffer))
			defer db.Close()
			if op, err := door.SignIn(t.Context(), "kassa1", second.Type); err != nil || op.Name != "Anna" || !op.Manager {
				t.Errorf("Anna signs in: %+v, %v", op, err)
			}
			if _, err := door.SignIn(t.Context(), "kassa1", anna.Type); err == nil {
				t.Error("the first PIN still opens")
			}
		})
	}
}

func TestUsersOfADatabaseThatIsInUseByWhoDoesNotAnswer(t *testing.T) {
	s := newShop(t, "")
	_, db := s.door(t, signin.Cost{}, time.Now, new(bytes.Buffer))
	defer db.Close()
	s.command(t, newUser, "list").is(t, exitUnavailable, "the daemon does not answer")
	write(t, s.folder, "run/address", "127.0.0.1:1\n")
	write(t, s.folder, "secrets/token", strings.Repeat("t", 64)+"\n")
	s.command(t, newUser, "list").is(t, exitUnavailable, "the daemon does not answer")
}

func TestTheKeyForSignIn(t *testing.T) {
	s := newShop(t, "")
	sec := secrets{folder: s.cfg.Store.Secrets, random: rand.Reader}
	first, err := sec.signinKey()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := sec.signinKey(); err != nil || !bytes.Equal(again, first) || len(first) != signin.PepperSize {
		t.Errorf("got %x, then %x, %v", first, again, err)
	}
	for _, damaged := range []string{"", "x", "c0ffee", strings.Repeat("ab", 33)} {
		write(t, s.folder, "secrets/signin.key", damaged)
		if key, err := sec.signinKey(); err == nil || key != nil || strings.Contains(err.Error(), "c0ffee") {
			t.Errorf("%q: %v", damaged, err)
		}
		s.command(t, newUser, "list").is(t, exitUnavailable, "signin.key")
	}
}

// A1, T5: 10,000 wrong PINs on the real database, with restarts of it between:
// the wait is kept, the tenth locks, and what the log and the disk hold is no
// PIN.
func TestTenThousandWrongPINsOnTheRealDatabase(t *testing.T) {
	s := newShop(t, "")
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	open := func() (*signin.Door, *store.DB) {
		return s.door(t, signin.Cost{Memory: 8, Passes: 1, Lanes: 1}, func() time.Time { return now }, &log)
	}
	door, db := open()
	anna, err := door.Add(t.Context(), "Anna", false)
	if err != nil {
		t.Fatal(err)
	}
	compared, restarts := 0, 0
	began := time.Now()
	for n := range 10_000 {
		pin := fmt.Sprintf("%d%06d", anna.Number, n)
		if pin == anna.Type || n > 9_990 {
			pin = anna.Type
			if compared < 10 {
				continue
			}
		}
		_, err := door.SignIn(context.Background(), "kassa1", pin)
		var no *programme.Refusal
		if !errors.As(err, &no) {
			t.Fatalf("try %d: %v", n, err)
		}
		if no.Code == programme.WrongPIN {
			compared++
		} else if !no.At.IsZero() {
			now = no.At
		}
		if n%500 == 3 || compared < 10 && n%3 == 0 {
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			restarts++
			door, db = open()
		}
	}
	if compared != 10 {
		t.Errorf("%d PINs were compared", compared)
	}
	t.Logf("10,000 tries, %d restarts in %v", restarts, time.Since(began))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s.command(t, newUser, "list").is(t, 0, "LOCKED: zegel user unlock 10")
	s.command(t, newUser, "unlock", "Anna").is(t, 0, "may try again")
	door, db = open()
	defer db.Close()
	if op, err := door.SignIn(t.Context(), "kassa2", anna.Type); err != nil || op.Name != "Anna" {
		t.Errorf("after unlocking: %+v, %v", op, err)
	}
	file, err := os.ReadFile(s.cfg.Store.Database)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{anna.Type, anna.Badge[4:]} {
		if strings.Contains(log.String(), secret) || bytes.Contains(file, []byte(secret)) {
			t.Errorf("%q is in the log or in the database", secret)
		}
	}
}

func TestTokensForPrograms(t *testing.T) {
	s := newShop(t, "")
	defer s.answers(t)()
	made := s.command(t, newToken, "create", "kassa1")
	token := strings.TrimSpace(made.out)
	if made.code != 0 || len(token) != 64 {
		t.Fatalf("got %+v", made)
	}
	asks := func(path string) int {
		c, err := newClient(s.cfg)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), "GET", c.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := c.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if status, users := asks("/v1/status"), asks("/v1/operators"); status != 200 || users != 403 {
		t.Errorf("status %d, operators %d", status, users)
	}
	s.command(t, newToken, "list").is(t, 0, "kassa1\tpos")
	s.command(t, newToken, "create", "kassa1").is(t, exitProblems, "already")
	s.command(t, newToken, "create", "x", "--scope", "everything").is(t, exitUsage, "need pos, status, operator or signals")
	s.command(t, newToken, "revoke", "kassa1").is(t, 0)
	s.command(t, newToken, "revoke", "kassa1").is(t, exitProblems, "no token of this name")
	if status := asks("/v1/status"); status != 401 {
		t.Errorf("after it was revoked: %d", status)
	}
}

func TestOpenPrintsALinkThatLetsABrowserIn(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	s := newShop(t, "")
	s.command(t, newOpen).is(t, exitUnavailable, "the daemon does not answer")
	defer s.answers(t)()
	swap := func(link string) int {
		t.Helper()
		base, code, ok := strings.Cut(strings.TrimSpace(link), "/#code=")
		if !ok {
			t.Fatalf("no link: %q", link)
		}
		body, err := json.Marshal(map[string]string{"code": code})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), "POST", base+"/session", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", base)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, args := range [][]string{{"--print"}, {"--kiosk"}} {
		said := s.command(t, newOpen, args...)
		if said.code != 0 || said.err != "" || strings.Count(said.out, "\n") != 1 || swap(said.out) != 204 {
			t.Errorf("%v: got %+v", args, said)
		}
		if status := swap(said.out); status != 403 {
			t.Errorf("%v: once more: %d", args, status)
		}
	}
	var code gate.Code
	s.command(t, newOpen, "--json").reads(t, &code)
	if swap(code.URL) != 204 {
		t.Errorf("got %+v", code)
	}
	s.command(t, newOpen, "--lan").is(t, exitProblems, "pages.listen")
	s.command(t, newOpen, "--forget").is(t, 0, "Every browser was let out")
}

func TestWhatThePersonAtTheOtherPCIsTold(t *testing.T) {
	var out bytes.Buffer
	c := gate.Code{Code: "ABCDEFGH1234", Site: "https://kassa-pc:7412/", Seconds: 60, Fingerprint: "AA:BB", Pin: "cGlu"}
	if err := tellLAN(&out, c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"https://kassa-pc:7412/\n", "ABCD-EFGH-1234", "60 seconds", "AA:BB", "spki-list=cGlu"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}
