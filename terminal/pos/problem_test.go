package pos_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

// A want is what a problem document must say.
type want struct {
	status    int
	code      string
	action    string
	retryable bool
	changed   any // false, or nil where nobody knows
}

// isProblem checks everything a problem document must have.
func isProblem(t testing.TB, r *http.Response, w want) map[string]any {
	t.Helper()
	if r.StatusCode != w.status {
		t.Errorf("status %d, want %d", r.StatusCode, w.status)
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("it is %q", kind)
	}
	if later := r.Header.Get("Retry-After"); (later != "") != w.retryable {
		t.Errorf("Retry-After %q, retryable %t", later, w.retryable)
	}
	p := read(t, r)
	changed, there := p["points_changed"]
	if p["type"] != "urn:zegel:problem:"+w.code || p["title"] != http.StatusText(w.status) || p["status"] != float64(w.status) ||
		p["code"] != w.code || p["retryable"] != w.retryable || !there || changed != w.changed || p["action"] != w.action || p["detail"] == "" {
		t.Errorf("got %v, want %+v", p, w)
	}
	documented(t).valid(t, "#/components/schemas/Problem", p)
	return p
}

// refusalAnswers are the status and the action of every refusal there is, as
// API.md has them.
var refusalAnswers = map[programme.Code]struct {
	status int
	action string
}{
	"K-101": {422, "scan_card"}, "K-102": {422, "scan_card"}, "K-103": {422, "scan_card"}, "K-104": {422, "scan_card"}, "K-105": {409, "scan_card"},
	"K-106": {409, "none"}, "K-107": {409, "correct"}, "K-108": {422, "correct"}, "K-109": {422, "correct"}, "K-110": {404, "correct"}, "K-111": {422, "correct"},
	"K-112": {422, "scan_card"}, "K-113": {422, "scan_card"},
	"K-201": {422, "quote_again"}, "K-202": {422, "quote_again"}, "K-203": {422, "quote_again"}, "K-204": {422, "quote_again"},
	"K-205": {422, "quote_again"}, "K-206": {422, "quote_again"}, "K-207": {409, "quote_again"},
	"K-208": {422, "quote_again"}, "K-209": {422, "quote_again"}, "K-217": {422, "quote_again"}, "K-218": {422, "quote_again"}, "K-219": {422, "quote_again"},
	"K-210": {409, "none"}, "K-211": {409, "use_other_key"}, "K-212": {422, "confirm"}, "K-213": {422, "correct"}, "K-214": {422, "correct"}, "K-215": {422, "fix_client"}, "K-216": {422, "correct"},
	"K-220": {422, "quote_again"}, "K-221": {422, "without_points"}, "K-222": {422, "correct"}, "K-223": {422, "correct"}, "K-224": {422, "without_points"},
	"K-230": {404, "correct"}, "K-231": {422, "correct"}, "K-232": {422, "correct"}, "K-233": {409, "none"}, "K-234": {422, "correct"},
	"K-235": {422, "return_all"}, "K-236": {422, "return_instead"}, "K-237": {422, "correct"}, "K-238": {409, "none"}, "K-239": {422, "none"},
	"K-240": {422, "none"}, "K-241": {409, "none"}, "K-242": {409, "undo_instead"}, "K-243": {409, "call_manager"}, "K-244": {422, "correct"}, "K-245": {409, "without_voucher"},
	"K-246": {422, "without_voucher"}, "K-251": {409, "call_manager"},
	"K-501": {403, "sign_in"}, "K-502": {429, "ask_again"}, "K-503": {403, "sign_in"}, "K-504": {403, "call_manager"}, "K-505": {409, "read_lane"},
}

// refusable are calls that a desk can say no to.
var refusable = map[string]string{
	sales: good, quotes: quoting, "/v1/lanes/kassa1/holds": `{` + plain + `,"redeem":[]}`,
	"/v1/lanes/kassa1/customer":   `{"code":"1","entry":"till"}`,
	"/v1/lanes/kassa1/returns":    `{` + key + `}`,
	"/v1/lanes/kassa1/undos":      `{` + key + `,"sale":{"code":"923D-17"}}`,
	"/v1/lanes/kassa1/moves":      `{` + key + `,"sale":{"code":"923D-17"}}`,
	"/v1/lanes/kassa1/enrolments": `{` + key + `}`,
	"/v1/sales/lookup":            `{"sale":{"code":"923D-17"}}`,
	"/v1/members/lookup":          `{"code":"1","entry":"phone"}`,
	"/v1/day":                     `{"day":"2026-11-22","till":"1","turnover":1,"currency":"EUR","receipts":1}`,
}

func TestEveryRefusalIsAProblemInTheWordsThatWereAskedFor(t *testing.T) {
	for _, code := range programme.Codes() {
		as, known := refusalAnswers[code]
		if !known {
			t.Errorf("%s has no status and action here", code)
			continue
		}
		for path, body := range refusable {
			for asked, lang := range map[string]string{"": "nl", "en-GB,en;q=0.9": "en-GB"} {
				no := &programme.Refusal{Code: code, Points: 120_000, Amount: 501_00, Currency: "EUR", At: time.Date(2026, 11, 22, 14, 3, 0, 0, time.UTC), Cause: errors.New("internal cause")}
				s := newTill()
				s.desk.err = fmt.Errorf("post: %w", no)
				r := s.call(t, "POST", path, body, "Accept-Language: "+asked)
				p := isProblem(t, r, want{as.status, string(code), as.action, as.action == "ask_again", false})
				in, _ := words.For(lang)
				if p["detail"] != in.Refusal(no) || r.Header.Get("Content-Language") != lang || strings.Contains(fmt.Sprint(p), "internal") {
					t.Errorf("%s in %q at %s: got %v", code, asked, path, p)
				}
				if p["thousandths"] != 120_000. || p["amount"] != 501_00. || p["currency"] != "EUR" || p["at"] != "2026-11-22T14:03:00Z" {
					t.Errorf("%s: what it is about is missing: %v", code, p)
				}
			}
		}
	}
}

func TestTheLanguageIsTheTillsOrTheShops(t *testing.T) {
	for asked, lang := range map[string]string{
		"": "nl", "nl": "nl", "en": "en", "EN": "en", "en-US": "en", "nl-BE": "nl-BE", "nl-be": "nl-BE", "de": "de", "fr-CH": "fr", "pl": "nl", "*": "nl", "pl, en;q=0.3": "en",
		"en;q=0.2, nl;q=0.9": "nl", "nl;q=0, en": "en", "en;q=x": "nl", "en;q=0": "nl", ";;,,": "nl", strings.Repeat("pl,", 500) + "en": "nl",
	} {
		r := newTill().call(t, "GET", "/nowhere", "", "Accept-Language: "+asked)
		if got := r.Header.Get("Content-Language"); got != lang || r.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("asked for %q, got %q, want %q", asked, got, lang)
		}
	}
}

// posting are the calls after whose fault a record may be there all the same.
var posting = []string{sales, "/v1/lanes/kassa1/returns", "/v1/lanes/kassa1/undos", "/v1/lanes/kassa1/moves", "/v1/lanes/kassa1/enrolments"}

func TestAFaultIsRetryableAndTellsTheLogAlone(t *testing.T) {
	for path, body := range refusable {
		s := newTill()
		s.desk.err = errors.New("SQLITE_IOERR in /var/lib/zegel/zegel.db: records")
		r := s.call(t, "POST", path, body)
		expected := want{503, "unavailable", "ask_again", true, false}
		for _, p := range posting {
			if p == path {
				expected = want{503, "K-402", "ask_again_same_key", true, nil}
			}
		}
		p := isProblem(t, r, expected)
		if all := fmt.Sprint(p, r.Header); strings.Contains(all, "SQLITE") || strings.Contains(all, "/var/lib") {
			t.Errorf("internals in %s", all)
		}
		if !strings.Contains(s.log.String(), "SQLITE_IOERR") || !strings.Contains(s.log.String(), `"level":"error"`) {
			t.Errorf("the log has no cause: %s", s.log.String())
		}
	}
}

func TestWhatWasCertainlyNotRecordedIsSaidSo(t *testing.T) {
	for _, path := range posting {
		s := newTill()
		s.desk.err = fmt.Errorf("post: %w", errNotRecorded)
		p := isProblem(t, s.call(t, "POST", path, refusable[path]), want{503, "K-401", "ask_again_same_key", true, false})
		if detail := p["detail"].(string); !strings.Contains(detail, "niets geteld") {
			t.Errorf("the cashier reads %q", detail)
		}
	}
}

// A till that hangs up is no trouble of the shop's.
func TestATillThatWentAwayIsNoError(t *testing.T) {
	s := newTill()
	s.desk.err = context.Canceled
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(gone, "POST", sales, strings.NewReader(good)))
	isProblem(t, w.Result(), want{503, "K-402", "ask_again_same_key", true, nil})
	if log := s.log.String(); strings.Contains(log, `"level":"error"`) || !strings.Contains(log, "went away") {
		t.Errorf("the log says %s", log)
	}
}

func TestAStatusThatCannotBeRead(t *testing.T) {
	s := newTill()
	s.status = errors.New("SQLITE_IOERR")
	p := isProblem(t, s.call(t, "GET", "/v1/status", ""), want{503, "unavailable", "ask_again", true, false})
	if strings.Contains(fmt.Sprint(p), "SQLITE") {
		t.Errorf("got %v", p)
	}
}

// Each sentence to a cashier stands in every language.
func TestMistakesOfATillHaveWordsInEveryLanguage(t *testing.T) {
	for _, c := range []struct{ method, path string }{
		{"GET", "/nowhere"}, {"PUT", sales}, {"POST", "/v1/lanes/kassa2/cancel"}, {"POST", "/v1/holds/x/release"}, {"POST", sales}, {"GET", "/v1/lanes/kassa1/events?wait=x"},
	} {
		said := map[string]string{}
		for _, lang := range []string{"nl", "en", "de", "fr"} {
			said[lang], _ = read(t, newTill().call(t, c.method, c.path, "", "Accept-Language: "+lang))["detail"].(string)
		}
		if !strings.Contains(said["nl"], "niets veranderd") || !strings.Contains(said["en"], "othing changed") ||
			!strings.Contains(said["de"], "ichts geändert") || !strings.Contains(said["fr"], "Rien n'a changé") {
			t.Errorf("%s %s: %q", c.method, c.path, said)
		}
	}
}
