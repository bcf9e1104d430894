package gate_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"zegel/cmd/gate"
)

// T13: cookies somebody planted, copied from another port, or made up.
func TestCookiesThatLetNobodyIn(t *testing.T) {
	s, other := newSite(t, nil), newSite(t, nil)
	cookie, theirs := s.letIn(t, false), other.letIn(t, false)
	with := func(name, value string) *http.Cookie { return &http.Cookie{Name: name, Value: value} }
	for name, cookies := range map[string][]*http.Cookie{
		"another daemon's, on its port": {theirs},
		"another daemon's value":        {with(cookie.Name, theirs.Value)},
		"ours under another name":       {with(theirs.Name, cookie.Value)},
		"ours cut short":                {with(cookie.Name, cookie.Value[:42])},
		"empty":                         {with(cookie.Name, "")},
		"its hash from the file":        {with(cookie.Name, hashInFile(t, s))},
		"ours and a planted one":        {cookie, with(cookie.Name, "planted")},
		"a planted one and ours":        {with(cookie.Name, "planted"), cookie},
	} {
		if s.isIn(t, cookies...) {
			t.Errorf("%s lets in", name)
		}
	}
	if !s.isIn(t, cookie, theirs) {
		t.Error("the cookie of another port keeps ours out")
	}
}

func hashInFile(t *testing.T, s *site) string {
	t.Helper()
	b, err := os.ReadFile(s.cfg.Sessions)
	if err != nil {
		t.Fatal(err)
	}
	hash, _, ok := strings.Cut(strings.Fields(string(b))[1], ":")
	if !ok || len(hash) != 64 {
		t.Fatalf("the test itself: no hash in %s", b)
	}
	return hash
}

// T13: a cookie fixed beforehand by an attacker is not the one a browser is
// known by after it was let in, and what it had before is ended.
func TestLettingInGivesANewCookie(t *testing.T) {
	s := newSite(t, nil)
	fixed := &http.Cookie{Name: "zegel-" + s.port, Value: strings.Repeat("A", 43)}
	resp := s.swap(t, s.code(t, false).Code, fixed)
	mine := resp.Cookies()[0]
	if mine.Value == fixed.Value || s.isIn(t, fixed) || !s.isIn(t, mine) {
		t.Errorf("got %v", mine)
	}
	second := s.swap(t, s.code(t, false).Code, mine).Cookies()[0]
	if second.Value == mine.Value || s.isIn(t, mine) || !s.isIn(t, second) {
		t.Error("the cookie before still lets in")
	}
}

func TestHowLongABrowserStaysLetIn(t *testing.T) {
	s := newSite(t, nil)
	person, kiosk := s.letIn(t, false), s.letIn(t, true)
	if kiosk.MaxAge != 400*24*60*60 {
		t.Errorf("a kiosk's cookie is kept %d s", kiosk.MaxAge)
	}
	for range 10 { // in use, over restarts
		s.wait(11 * time.Hour)
		s.restart(t)
		if !s.isIn(t, person) || !s.isIn(t, kiosk) {
			t.Fatal("a browser that is used is let out")
		}
	}
	s.wait(-48 * time.Hour) // a clock that is set back lets nobody out
	if !s.isIn(t, person) {
		t.Error("let out by the clock")
	}
	s.wait(48*time.Hour + 12*time.Hour + time.Second)
	if s.isIn(t, person) || !s.isIn(t, kiosk) {
		t.Error("after 12 hours of silence: need the person out, the kiosk in")
	}
	resp := s.visit(t, visit{"GET", "/kassa/", "", "", typed()}, kiosk)
	if len(resp.Cookies()) > 0 {
		t.Error("a cookie with every answer")
	}
	s.wait(80 * 24 * time.Hour)
	resp = s.visit(t, visit{"GET", "/kassa/", "", "", typed()}, kiosk)
	if c := resp.Cookies(); len(c) != 1 || c[0].Value != kiosk.Value || c[0].MaxAge != kiosk.MaxAge {
		t.Errorf("a kiosk's cookie is not renewed: %v", c)
	}
	s.wait(91 * 24 * time.Hour)
	if s.isIn(t, kiosk) {
		t.Error("a kiosk nobody used for a quarter is still in")
	}
	last := s.letIn(t, true)
	if err := s.pages.Forget(); err != nil {
		t.Fatal(err)
	}
	if s.isIn(t, last) {
		t.Error("a browser that was forgotten is in")
	}
	s.restart(t)
	if s.isIn(t, last) {
		t.Error("a browser that was forgotten is in after a restart")
	}
	first := s.letIn(t, false)
	for range 64 {
		s.wait(time.Second)
		s.letIn(t, false)
	}
	if s.isIn(t, first) {
		t.Error("65 browsers are in")
	}
}

// T14, T16, T23: hashes alone are on the disk, for their owner alone, and the
// log has neither codes nor cookies.
func TestNothingThatLetsInIsKeptOrLogged(t *testing.T) {
	s := newSite(t, nil)
	code := s.code(t, true)
	cookie := s.swap(t, code.Code).Cookies()[0]
	s.swap(t, code.Code)
	s.swap(t, "CANARY0CODE0CANARY0CODE000")
	s.visit(t, visit{"GET", "/kassa/", "", "", typed()}, &http.Cookie{Name: cookie.Name, Value: "CANARYCOOKIE"})
	file, err := os.ReadFile(s.cfg.Sessions)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	said := s.log.String()
	s.mu.Unlock()
	if !strings.Contains(said, "a browser was let in") || !strings.Contains(said, "not valid") {
		t.Errorf("the test itself: the log says %s", said)
	}
	for _, secret := range []string{code.Code, cookie.Value, "CANARY"} {
		if strings.Contains(said, secret) || bytes.Contains(file, []byte(secret)) {
			t.Errorf("%q is in the log or the file:\n%s\n%s", secret, said, file)
		}
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(s.cfg.Sessions); err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
}

func TestADamagedListOfBrowsersLetsNobodyInAndStopsNothing(t *testing.T) {
	for _, content := range []string{"", "browsers\nrubbish\n:::\nx:kiosk:1\n" + strings.Repeat("a", 64) + ":kiosk:x", "\x00\x01"} {
		s := newSite(t, nil)
		if err := os.MkdirAll(filepath.Dir(s.cfg.Sessions), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.cfg.Sessions, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s.restart(t)
		if s.isIn(t, &http.Cookie{Name: "zegel-" + s.port, Value: ""}) {
			t.Error("anybody is in")
		}
		if !s.isIn(t, s.letIn(t, false)) {
			t.Error("nobody can be let in")
		}
	}
}

// Without a disk the shop goes on until the next restart.
func TestABrowserIsLetInWithoutADisk(t *testing.T) {
	s := newSite(t, func(c *gate.PagesConfig) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		c.Sessions = filepath.Join(file, "browsers")
	})
	if !s.isIn(t, s.letIn(t, false)) {
		t.Error("is not in")
	}
}
