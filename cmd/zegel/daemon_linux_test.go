package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner/scannertest"
)

// A running shop has a scanner, a file for paper, and a till.
type running struct {
	*shop
	scanner *scannertest.Device
	till    *client
	stop    func() (code int, log string) // the log is of all its daemons
}

func (s *shop) runs(t *testing.T) *running {
	t.Helper()
	r := &running{shop: s, scanner: scannertest.New(filepath.Join(s.folder, "scanner"))}
	if err := r.scanner.Plug(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.scanner.Unplug() })
	r.start(t)
	return r
}

// start runs the daemon as a shell would, until stop.
func (r *running) start(t *testing.T) {
	t.Helper()
	if err := os.Remove(r.cfg.API.Address); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err) // it is of the daemon before
	}
	log, err := os.OpenFile(filepath.Join(r.folder, "daemon.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	ours := os.Stderr
	os.Stderr = log
	go func() { ended <- execute(ctx, []string{"run", "--config", r.path}) }() // received in stop
	until(t, "the daemon answers", func() bool {
		var err error
		if r.till, err = newClient(r.cfg); err != nil {
			return false
		}
		var s status
		return r.till.get(t.Context(), "/v1/status", &s) == nil
	})
	os.Stderr = ours
	r.stop = func() (code int, said string) {
		cancel()
		code = <-ended
		text, err := os.ReadFile(log.Name())
		if err := errors.Join(err, log.Close()); err != nil {
			t.Error(err)
		}
		return code, string(text)
	}
	t.Cleanup(cancel)
}

// call is what a till says and is told.
func (r *running) call(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.till.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.till.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.till.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s %s: %s: %s", method, path, resp.Status, b)
	}
	return resp.StatusCode, v
}

func (r *running) scans(t *testing.T, card string) {
	t.Helper()
	if _, err := r.scanner.Write([]byte(card + "\r\n")); err != nil {
		t.Fatal(err)
	}
	until(t, "the card is at the counter", func() bool {
		_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
		return v["state"] == "card" && strings.HasSuffix(v["card"].(string), card[9:])
	})
}

func saleOf(id string, cents int) string {
	return fmt.Sprintf(`{"basket":{"key":{"till":"1","day":"2026-11-22","id":%q},"currency":"EUR","total":%d}}`, id, cents)
}

const devices = "[lane.scanner]\ndevice = \"scanner\"\n[lane.printer]\ndevice = \"file:paper\"\n"

// newRunningShop is a shop whose scanner's path is its own.
func newRunningShop(t *testing.T) *shop {
	t.Helper()
	s := newShop(t, devices)
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.folder, "zegel.toml", strings.Replace(string(text), `"scanner"`, scanning.Quote(filepath.Join(s.folder, "scanner")), 1))
	if s.cfg, err = loadConfig(s.path, nil, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestADayInAShop(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	if code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45)); code != http.StatusConflict || v["code"] != "K-105" {
		t.Errorf("a sale without a card: %d, %v", code, v)
	}
	r.scans(t, annsCard)
	code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45))
	if code != http.StatusCreated || v["card"] != "…4566" || fmt.Sprint(v["earned"]) != "[map[thousandths:23000 wallet:points]]" {
		t.Errorf("got %d, %v", code, v)
	}
	if code, again := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45)); code != http.StatusOK || again["record"] != v["record"] || again["repeat"] != true {
		t.Errorf("asked again: %d, %v", code, again)
	}
	if code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 99)); code != http.StatusConflict || v["code"] != "K-211" {
		t.Errorf("asked again for another basket: %d, %v", code, v)
	}
	until(t, "the slip is printed", func() bool {
		paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
		return err == nil && strings.Contains(string(paper), v["code"].(string)) && strings.Contains(string(paper), "Jansen")
	})
	until(t, "nothing waits", func() bool {
		var st status
		return r.till.get(t.Context(), "/v1/status", &st) == nil && st.Store.SlipsDue == 0 && st.Store.Records == 1 && st.Shop == "Jansen"
	})
	s.zegel(t, "status").is(t, 0, "Jansen", "1 records, 1 accounts", "1 printed (0 as copies), 0 waiting", "ready since", "this shop stands alone")
	s.zegel(t, "verify").is(t, 0, "verify: ok (1 records")
	s.zegel(t, "doctor").is(t, 0, "running since", "head office")

	s.zegel(t, "run").is(t, exitInternal, "another zegel is running on this database")

	if err := r.scanner.Unplug(); err != nil {
		t.Fatal(err)
	}
	until(t, "the scanner is missed", func() bool { return s.zegel(t, "status").code == exitProblems })
	if said := s.zegel(t, "doctor"); said.code != 2 || !strings.Contains(said.out, "the daemon says: ") {
		t.Errorf("exit %d, says\n%s", said.code, said.out)
	}
	if err := r.scanner.Plug(); err != nil {
		t.Fatal(err)
	}
	until(t, "the scanner is back", func() bool { return s.zegel(t, "status").code == 0 })
	if code, log := r.stop(); code != 0 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
	s.zegel(t, "status").is(t, 3, "does not answer")

	// The next morning everything is there.
	r.start(t)
	if code, again := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45)); code != http.StatusOK || again["record"] != v["record"] {
		t.Errorf("the next morning: %d, %v", code, again)
	}
	r.scans(t, annsCard)
	if _, v := r.call(t, "POST", "/v1/lanes/kassa1/cancel", ""); v["state"] != "free" {
		t.Errorf("cancelled: %v", v)
	}
	code, log := r.stop()
	if code != 0 || strings.Contains(log, annsCard[:9]) || strings.Count(log, `"zegel is running"`) != 2 || strings.Count(log, `"zegel has stopped"`) != 2 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
}

func TestTheDoctorLooksForThePages(t *testing.T) {
	s := newRunningShop(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.folder, "zegel.toml", "[pages]\nlisten = \""+at+"\"\nnames = [\"kassa-pc\"]\n"+string(text))
	r := s.runs(t)
	until(t, "the scanner is ready", func() bool { return s.zegel(t, "status").code == 0 })
	s.zegel(t, "doctor").is(t, 0, "counter page", r.till.base+"/kassa/", "pages for other PCs", at, "for kassa-pc")
	write(t, s.folder, "zegel.toml", "[pages]\nlisten = \"127.0.0.1:1\"\nnames = [\"other\"]\n"+string(text))
	if said := s.zegel(t, "doctor"); said.code != 2 ||
		!strings.Contains(said.out, "after a change of pages.listen") || !strings.Contains(said.out, "for other names") {
		t.Errorf("exit %d, says\n%s%s", said.code, said.out, said.err)
	}
	if code, log := r.stop(); code != 0 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
}

func TestOnlyProgramsWithTheTokenAreServed(t *testing.T) {
	r := newRunningShop(t).runs(t)
	defer r.stop()
	for path, want := range map[string]int{"/v1/hello": 200, "/v1/status": 401, "/v1/lanes/kassa1": 401} {
		resp, err := http.Get(r.till.base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s without a token: %s", path, resp.Status)
		}
	}
	long := saleOf(strings.Repeat("x", 300<<10), 1)
	if code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", long); code != http.StatusRequestEntityTooLarge || v["code"] != "too-large" {
		t.Errorf("got %d, %v", code, v)
	}
	info, err := os.Stat(r.secretsPath("token"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the token's file: %v, %v", info.Mode(), err)
	}
}

func (s *shop) secretsPath(name string) string { return filepath.Join(s.cfg.Store.Secrets, name) }

func TestADaemonThatCannotStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cases := []struct {
		name   string
		happen func(t *testing.T, s *shop) []string // arguments
		code   int
		want   string
	}{
		{"its port is taken", func(*testing.T, *shop) []string { return []string{"--set", "api.listen=" + taken.Addr().String()} }, exitInternal, "listen for tills"},
		{"its programme is gone", func(t *testing.T, s *shop) []string { remove(t, s.cfg.Shop.Programme); return nil }, exitConfig, "shop.programme says where it is"},
		{"its programme is bad", func(t *testing.T, s *shop) []string { write(t, s.folder, "punten.toml", "version = 1"); return nil }, exitConfig, "punten.toml:1:1: name: is missing"},
		{"its programme changed under its number", func(t *testing.T, s *shop) []string {
			s.sells(t, 1)
			text, err := os.ReadFile(s.cfg.Shop.Programme)
			if err != nil {
				t.Fatal(err)
			}
			write(t, s.folder, "punten.toml", string(text)+"\n# changed\n")
			return nil
		}, exitConfig, "still says version 1: raise its version"},
		{"its chain key is damaged", func(t *testing.T, s *shop) []string { write(t, s.folder, "secrets/chain.keys", "half"); return nil }, exitInternal, "chain key 1 in "},
		{"its token is too short", func(t *testing.T, s *shop) []string { write(t, s.folder, "secrets/token", "half"); return nil }, exitInternal, "remove it to have a new one made"},
		{"its log level is none", func(*testing.T, *shop) []string { return []string{"--set", "log.level=loud"} }, exitConfig, "need debug, info, warn or error"},
		{"its folder is a file", func(t *testing.T, s *shop) []string { write(t, s.folder, "data", ""); return nil }, exitInternal, "data"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t, "")
			s.zegel(t, append([]string{"run"}, c.happen(t, s)...)...).is(t, c.code, c.want)
			if _, err := os.Stat(s.cfg.API.Address); err == nil {
				t.Error("it announced an address")
			}
		})
	}
}

func TestNoCardNumberInTheDaemonsLog(t *testing.T) {
	s := newShop(t, "")
	log := s.sells(t, 2)
	if strings.Contains(log, annsCard) || strings.Contains(log, annsCard[:9]) || !strings.Contains(log, "…4566") {
		t.Errorf("the log:\n%s", log)
	}
}

func TestTheLogIsForServicesOrForPeople(t *testing.T) {
	for format, want := range map[string]string{
		"json": `{"level":"info","lane":"kassa1","time":"`,
		"text": " INF card read lane=kassa1\n",
	} {
		var out bytes.Buffer
		log, err := newLog(Log{Level: "info", Format: format}, &out)
		if err != nil {
			t.Fatal(err)
		}
		log.Debug().Msg("a poll")
		log.Info().Str("lane", "kassa1").Msg("card read")
		if got := out.String(); !strings.Contains(got, want) || strings.Contains(got, "poll") || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: got %q", format, got)
		}
	}
}
