package manager_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/manager"
)

// A book is a store that keeps reports in memory and counts what it is told.
type book struct {
	mu      sync.Mutex // its own, so that a test may look while a Manager runs
	reports []report.Kept
	open    int64 // records since the last report
	name    string
	tills   []report.Till
	due     []ledger.Day
	opened  []ledger.Day
	slips   []receipt.Slip
	err     error
}

func (b *book) figures(day ledger.Day) report.Figures {
	f := report.Figures{Version: report.Version, Number: int64(len(b.reports) + 1), Day: day, Part: 1, Records: b.open, Tills: b.tills}
	f.Sales = report.Sales{Count: b.open, Amount: 10_00 * basket.Money(b.open)}
	f.Wallets = []report.Balance{{Wallet: "points", Open: 1000, Moves: []report.Movement{{Kind: ledger.Earn, Lines: 1, Points: 5000}}, Close: 6000}}
	if b.open > 0 {
		f.Hours = []report.Group{{Name: "2026-11-22T09:00:00+01:00", Records: b.open, Sales: b.open}, {Name: "2026-11-22T10:00:00+01:00", Records: 1}}
		f.Operators = []report.Group{{Name: b.name, Sales: b.open}}
	}
	if n := len(b.reports); n > 0 && b.reports[n-1].Figures.Day == day {
		f.Part = b.reports[n-1].Figures.Part + 1
	}
	return f
}

func (b *book) Reading(_ context.Context, day ledger.Day, _ *time.Location) (report.Figures, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.figures(day)
	f.Number = 0
	return f, b.err
}

func (b *book) DayReports(_ context.Context, day ledger.Day) (out []report.Kept, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range b.reports {
		if k.Figures.Day == day {
			out = append(out, k)
		}
	}
	return out, b.err
}

func (b *book) NextReport(context.Context) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int64(len(b.reports) + 1), b.err
}

func (b *book) CloseDay(_ context.Context, c report.Closing, _ *time.Location, decide func(report.Figures, *report.Figures, ledger.Key) (ledger.Posting, error)) (ledger.Posted, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var before *report.Figures
	if n := len(b.reports); n > 0 {
		before = &b.reports[n-1].Figures
		if c.Number == int64(n) {
			return ledger.Posted{}, &ledger.ConflictError{Key: "x"}
		}
	}
	p, err := decide(b.figures(c.Day), before, ledger.Key{Seq: 7})
	if err != nil {
		return ledger.Posted{}, err
	}
	f, err := report.Decode(p.Draft.Body.Report)
	if err != nil {
		return ledger.Posted{}, err
	}
	slip, err := receipt.Decode(p.Draft.Body.Slip)
	if err != nil {
		return ledger.Posted{}, err
	}
	b.reports, b.slips, b.open, b.tills = append(b.reports, report.Kept{Figures: f}), append(b.slips, slip), 0, nil
	return ledger.Posted{Record: ledger.Sealed{Head: ledger.Head{Terminal: 1, Seq: 7}}, Body: p.Draft.Body}, b.err
}

func (b *book) KeepTill(_ context.Context, t report.Till) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tills = append(b.tills, t)
	return b.err
}

func (b *book) DueDays(context.Context, ledger.Day) ([]ledger.Day, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	due := b.due
	b.due = nil
	return due, b.err
}

func (b *book) OpenDay(_ context.Context, day ledger.Day) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened = append(b.opened, day)
	return b.err
}

// desk is a manager over b at ten in the morning of 22 November.
func desk(t *testing.T, b *book, change func(*manager.Config)) *manager.Manager {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	cfg := manager.Config{
		Store: b, Zone: zone, Lane: "kassa1", Log: zerolog.Nop(),
		Now: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) },
		Rules: func() programme.Rules {
			return programme.Rules{Version: 4, Language: "nl", Currency: "EUR", Zone: "Europe/Amsterdam", Header: []string{"Jansen"}}
		},
		// Chef is signed in at kassa1, and Anna at kassa2.
		Operator: func(lane string) (session.Operator, bool) {
			who, known := map[string]session.Operator{"kassa1": {Name: "Chef", Manager: true}, "kassa2": {Name: "Anna"}}[lane]
			return who, known
		},
		SignIn: func(_ context.Context, lane, secret string) (session.Operator, error) {
			who, known := map[string]session.Operator{"10111111": {Name: "Chef", Manager: true}, "11222222": {Name: "Anna"}}[secret]
			if !known || lane == "" {
				return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
			}
			return who, nil
		},
	}
	if change != nil {
		change(&cfg)
	}
	return manager.New(cfg)
}

type answered struct {
	*http.Response
	text string
}

func ask(t *testing.T, h http.Handler, method, path, body string) answered {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	return answered{w.Result(), w.Body.String()}
}

func TestThePageShowsTheDayAndCloses(t *testing.T) {
	b := &book{open: 3, name: "Anna"}
	woken := 0
	h := desk(t, b, func(c *manager.Config) { c.Posted = func() { woken++ } }).Handler()
	page := ask(t, h, "GET", "/beheer/dag?lane=kassa1", "")
	for _, want := range []string{
		"Stand van de dag (niet afgesloten): zondag 22-11-2026", "3 verkopen met kaart voor €\u00a030,00; gespaard: 5 points.",
		"Bedrag min teruggebracht", `role="img"`, "<title id=", "<desc id=", `data-number="1"`, "<th scope=\"row\">09:00</th>", "Sluit de dag af",
	} {
		if !strings.Contains(page.text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page.StatusCode != 200 || strings.Contains(page.text, "style=") || strings.Contains(page.text, "<style") || strings.Contains(page.text, "onclick") {
		t.Errorf("status %d, or a style or script in the page itself", page.StatusCode)
	}
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	closed := ask(t, h, "POST", "/beheer/dag/afsluiten", `{"number":1,"turnover":"1.234,50","receipts":"98","points_paid":"","lane":"kassa1","secret":"10111111"}`)
	if closed.StatusCode != 201 || !strings.Contains(closed.text, `"/beheer/dag?day=2026-11-22\u0026lane=kassa1"`) || woken != 1 {
		t.Fatalf("%d %s, woken %d times", closed.StatusCode, closed.text, woken)
	}
	f := b.reports[0].Figures
	if f.Operator != "Chef" || f.Automatic || len(f.Tills) != 1 || f.Tills[0].Turnover != 1234_50 || f.Tills[0].Receipts != 98 || f.Tills[0].By != "Chef" || f.Tills[0].Till != "" {
		t.Errorf("closed as %+v", f)
	}
	if len(b.slips) != 1 || b.slips[0].Kind != receipt.KindDay {
		t.Errorf("slips %+v", b.slips)
	}
	again := ask(t, h, "POST", "/beheer/dag/afsluiten", `{"number":1,"turnover":"","receipts":"","points_paid":"","lane":"kassa1","secret":"10111111"}`)
	if again.StatusCode != 409 || !strings.Contains(again.text, "K-251") {
		t.Errorf("closed twice: %d %s", again.StatusCode, again.text)
	}
	if page := ask(t, h, "GET", "/beheer/dag?lane=kassa1&day=2026-11-22", ""); !strings.Contains(page.text, "Dagrapport 1: zondag 22-11-2026") || !strings.Contains(page.text, "Afgesloten door Chef") {
		t.Error("the page lacks the report")
	}
	b.reports = append(b.reports, b.reports[0])
	b.reports[1].Figures.Day = "2026-11-15"
	b.reports[0].Figures.Day = "2026-11-21"
	if page := ask(t, h, "GET", "/beheer/dag?lane=kassa1&day=2026-11-21", ""); strings.Contains(page.text, "Zelfde weekdag") || strings.Contains(page.text, `id="close"`) {
		t.Error("yesterday is compared with nothing, and cannot be closed")
	}
	if page := ask(t, h, "GET", "/beheer/dag?lane=kassa1&day=2026-11-22", ""); !strings.Contains(page.text, "Zelfde weekdag een week eerder: 3 verkopen") {
		t.Error("today is not compared with the same weekday")
	}
}

func TestOnlyAManagerSeesAnything(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		change func(*manager.Config)
	}{
		"nobody":         {"?lane=kassa3", nil},
		"no lane":        {"", nil},
		"a cashier":      {"?lane=kassa2", nil},
		"two lanes":      {"?lane=kassa2&lane=kassa1", nil},
		"no way to know": {"?lane=kassa1", func(c *manager.Config) { c.Operator = nil }},
		"a stranger's no": {"?lane=kassa1", func(c *manager.Config) {
			c.Operator = func(string) (session.Operator, bool) { return session.Operator{Manager: true}, false }
		}},
	} {
		h := desk(t, &book{open: 3, name: "Anna"}, c.change).Handler()
		if page := ask(t, h, "GET", "/beheer/dag"+c.query, ""); page.StatusCode != 403 || strings.Contains(page.text, "verkopen") || strings.Contains(page.text, `id="close"`) {
			t.Errorf("%s: %d, sees figures", name, page.StatusCode)
		}
	}
}

// To be signed in closes nothing, wherever: whoever closes proves it.
func TestOnlyAManagerWhoProvesItCloses(t *testing.T) {
	const say = `{"number":1,"turnover":"5,00","receipts":"1","points_paid":"","lane":"kassa1"%s}`
	for name, c := range map[string]struct {
		secret string
		change func(*manager.Config)
		code   programme.Code
		status int
	}{
		"without a PIN":    {``, nil, programme.WrongPIN, 403},
		"with a wrong one": {`,"secret":"10999999"`, nil, programme.WrongPIN, 403},
		"a cashier":        {`,"secret":"11222222"`, nil, programme.ManagerNeeded, 403},
		"no way to know":   {`,"secret":"10111111"`, func(c *manager.Config) { c.SignIn = nil }, programme.SignInFirst, 403},
		"too many tries": {`,"secret":"10111111"`, func(c *manager.Config) {
			c.SignIn = func(context.Context, string, string) (session.Operator, error) {
				return session.Operator{}, &programme.Refusal{Code: programme.TryLater}
			}
		}, programme.TryLater, 429},
	} {
		b := &book{open: 3, name: "Anna"}
		a := ask(t, desk(t, b, c.change).Handler(), "POST", "/beheer/dag/afsluiten", fmt.Sprintf(say, c.secret))
		if a.StatusCode != c.status || !strings.Contains(a.text, string(c.code)) || len(b.reports) != 0 || len(b.tills) != 0 || strings.Contains(a.text, "111111") {
			t.Errorf("%s: %d %s, closed %d", name, a.StatusCode, a.text, len(b.reports))
		}
	}
	// Asked from a lane where a cashier is signed in, a manager's PIN counts, and the record has the manager's name.
	b := &book{open: 3, name: "Anna"}
	h := desk(t, b, nil).Handler()
	a := ask(t, h, "POST", "/beheer/dag/afsluiten", strings.Replace(fmt.Sprintf(say, `,"secret":"10111111"`), "kassa1", "kassa2", 1))
	if a.StatusCode != 201 || !strings.Contains(a.text, `"/beheer/dag?day=2026-11-22\u0026lane=kassa2"`) || b.reports[0].Figures.Operator != "Chef" {
		t.Errorf("%d %s, %+v", a.StatusCode, a.text, b.reports)
	}
}

func TestWithoutOperatorsThePagesAreEverybodys(t *testing.T) {
	b := &book{open: 3}
	h := desk(t, b, func(c *manager.Config) {
		c.SignInNeeded = func() bool { return false }
		c.Operator, c.SignIn = nil, nil
	}).Handler()
	page := ask(t, h, "GET", "/beheer/dag", "")
	if page.StatusCode != 200 || !strings.Contains(page.text, `id="close"`) || strings.Contains(page.text, "secret") || strings.Contains(page.text, "&amp;lane") {
		t.Errorf("%d %s", page.StatusCode, page.text)
	}
	if a := ask(t, h, "POST", "/beheer/dag/afsluiten", `{"number":1}`); a.StatusCode != 201 || b.reports[0].Figures.Operator != "" || strings.Contains(a.text, "lane") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func TestThePageStaysAtItsLane(t *testing.T) {
	page := ask(t, desk(t, &book{open: 3}, nil).Handler(), "GET", "/beheer/dag?lane=kassa1&day=2026-11-21", "").text
	if n := strings.Count(page, "&amp;lane=kassa1\""); n == 0 || strings.Count(page, `<a href="?day=`) != n {
		t.Errorf("%d links keep the lane", n)
	}
	if !strings.Contains(page, `<input type="hidden" name="lane" value="kassa1">`) {
		t.Error("the day that is chosen loses the lane")
	}
	page = ask(t, desk(t, &book{open: 3}, nil).Handler(), "GET", "/beheer/dag?lane=kassa1", "").text
	dutch, _ := words.For("nl")
	if !strings.Contains(page, `data-lane="kassa1"`) || !strings.Contains(page, `name="secret" type="password"`) || !strings.Contains(page, "<label>"+dutch.PageFieldManager()) {
		t.Error("the form lacks the lane or the field for a PIN")
	}
}

func TestHostileNamesAreText(t *testing.T) {
	hostile := `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`
	b := &book{open: 1, name: hostile, tills: []report.Till{{Day: "2026-11-22", Till: hostile}}}
	h := desk(t, b, func(c *manager.Config) {
		c.Rules = func() programme.Rules {
			return programme.Rules{Language: "nl", Currency: "EUR", Wallets: []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{"nl": {One: hostile, Many: hostile}}}}}
		}
	}).Handler()
	page := ask(t, h, "GET", "/beheer/dag?lane=kassa1", "")
	if page.StatusCode != 200 || strings.Contains(page.text, "<script>") || strings.Contains(page.text, "<img") {
		t.Errorf("%d: a name became part of the page", page.StatusCode)
	}
	if !strings.Contains(page.text, "&lt;script&gt;alert(1)") {
		t.Error("the name is not shown as it is")
	}
	for _, path := range []string{"/beheer/dag?lane=kassa1&day=%22%3E%3Cscript%3E", "/beheer/dag?lane=kassa1&day=2026-02-30"} {
		if page := ask(t, h, "GET", path, ""); page.StatusCode != 400 || strings.Contains(page.text, "<script>") {
			t.Errorf("%s: %d", path, page.StatusCode)
		}
	}
}

// Every element that is opened is closed, so that a screen reader and the print
// style see the parts that were meant.
func TestThePageIsWellFormed(t *testing.T) {
	b := &book{open: 2, name: "Anna"}
	page := ask(t, desk(t, b, nil).Handler(), "GET", "/beheer/dag?lane=kassa1", "").text
	dec := xml.NewDecoder(strings.NewReader(strings.Replace(page, "<!doctype html>", "", 1)))
	dec.Strict, dec.AutoClose, dec.Entity = false, []string{"meta", "link", "input"}, xml.HTMLEntity
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsTypedIsAnAmountOrNone(t *testing.T) {
	for text, want := range map[string]basket.Money{
		"1234,50": 1234_50, "1.234,50": 1234_50, "1,234.50": 1234_50, "1234.5": 1234_50, "€ 12": 12_00, "1.234": 1234_00, "-3,10": -3_10,
		"": 0, "0": 0, "1.234.567,89": 1_234_567_89, "12,3": 12_30,
	} {
		if got, ok := manager.Amount(text, 2); !ok || got != want {
			t.Errorf("%q: %d, %t; want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"abc", "12,345,6.7.8", "1e9", "12345,678,9", "--1", "99999999999999999", "1 2 x", "12.34.56"} {
		if got, ok := manager.Amount(text, 2); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
	b := &book{}
	a := ask(t, desk(t, b, nil).Handler(), "POST", "/beheer/dag/afsluiten", `{"number":1,"turnover":"veel","receipts":"","points_paid":""}`)
	if a.StatusCode != 409 || len(b.reports) != 0 || !strings.Contains(a.text, "Er is niets afgesloten") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func TestTheInterfaceForPrograms(t *testing.T) {
	b := &book{open: 2, name: "Anna"}
	h := desk(t, b, nil).API()
	var day manager.DayAnswer
	if a := ask(t, h, "GET", "/v1/day", ""); a.StatusCode != 200 || json.Unmarshal([]byte(a.text), &day) != nil || day.Day != "2026-11-22" || day.Next != 1 || day.Reading == nil || day.Reports == nil {
		t.Fatalf("%d %s", a.StatusCode, a.text)
	}
	for _, bad := range []string{``, `{`, `{"turnvoer":5}`, `{"turnover":"5"}`, `{} {}`, strings.Repeat(" ", 20<<10) + `{}`} {
		if a := ask(t, h, "POST", "/v1/day/close", bad); a.StatusCode != 400 || len(b.reports) != 0 {
			t.Errorf("%.20q: %d %s", bad, a.StatusCode, a.text)
		}
	}
	if a := ask(t, h, "POST", "/v1/day/close", `{"number":1,"turnover":-99999999999999999}`); a.StatusCode != 409 || len(b.reports) != 0 {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	a := ask(t, h, "POST", "/v1/day/close", `{"number":1,"turnover":5000,"operator":"Anna"}`)
	var k report.Kept
	if err := json.Unmarshal([]byte(a.text), &k); err != nil || a.StatusCode != 201 || k.Figures.Number != 1 || k.Figures.Takings().Turnover != 50_00 {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := ask(t, h, "GET", "/v1/day?day=gisteren", ""); a.StatusCode != 400 {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := ask(t, h, "POST", "/v1/day/close", `{}`); a.StatusCode != 409 || !strings.Contains(a.text, `"K-251"`) {
		t.Errorf("nothing since: %d %s", a.StatusCode, a.text)
	}
	b.err = errors.New("the disk /dev/secret is broken")
	for _, path := range []string{"/v1/day", "/beheer/dag?lane=kassa1"} {
		var a answered
		if a = ask(t, h, "GET", path, ""); path == "/beheer/dag?lane=kassa1" {
			a = ask(t, desk(t, b, nil).Handler(), "GET", path, "")
		}
		if a.StatusCode != 503 || strings.Contains(a.text, "secret") {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.text)
		}
	}
}

func TestForgottenDaysAreClosedWhenTheDaemonRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &book{due: []ledger.Day{"1999-12-30", "1999-12-31"}}
		var trusted atomic.Bool
		var log bytes.Buffer
		m := desk(t, b, func(c *manager.Config) {
			c.Now, c.Zone = time.Now, time.UTC
			c.Trusted = func(time.Time) bool { return trusted.Load() }
			c.Log = zerolog.New(&log)
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		b.mu.Lock()
		if len(b.reports) != 0 || len(b.opened) != 0 {
			t.Errorf("a clock nobody believes closed %v", b.reports)
		}
		b.mu.Unlock()
		trusted.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		b.mu.Lock()
		if len(b.reports) != 2 || b.reports[0].Figures.Day != "1999-12-30" || !b.reports[1].Figures.Automatic || b.reports[1].Figures.Number != 2 {
			t.Errorf("closed %+v", b.reports)
		}
		if len(b.opened) != 1 || b.opened[0] != "2000-01-01" {
			t.Errorf("opened %v", b.opened)
		}
		b.due = []ledger.Day{"2000-01-01"}
		b.mu.Unlock()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		b.mu.Lock()
		if len(b.reports) != 3 || len(b.opened) != 2 {
			t.Errorf("a day later: %d reports, opened %v", len(b.reports), b.opened)
		}
		b.mu.Unlock()
		if n := strings.Count(log.String(), "closed by itself"); n != 3 {
			t.Errorf("%d lines in the log: %s", n, log.String())
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
