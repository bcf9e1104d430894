package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// hostile is what no honest card, name or till says.
var hostile = []string{
	"'; DROP TABLE record;--", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", `"'><svg/onload=alert(1)>`,
	"\x1b[2J\x1b]0;owned\x07", "\u009b2J", "\x1b@\x1dV\x00\x1bp\x00\x19\xfa", "\u202e8100000000092\u202c", "a\u200bb\u2066c\ufeff\u2028",
	"=HYPERLINK(\"http://x\";\"y\")", "+1+1", "@SUM(1)", "-2+3", "x;=1+1", "＝1+1", "{{.}}${7*7}%s%n%x", "../../../etc/passwd", "C:\\con",
	"Jan\r\nINF signed in operator=Bas", "nul\x00nul", strings.Repeat("A", 4096), strings.Repeat("9", 300), "💩王العربية", "A\u0301\u0302\u0303\u0304",
	"]C1\x1d0112345", "]E0", "]Q3ZR1:", "2900001234567", "2900001\x00234566", "٢٩٠٠٠٠١٢٣٤٥٦٦", "4111111111111111",
	"ZR1:", "ZR1:AAAA", "ZR1:" + strings.Repeat("A", 200), "ZR1:💩", "ZS1:", "ZS1:!!!!", "ZS1:" + strings.Repeat("A", 40),
	"ZB1:", "ZB1:ABCDEFGH", "zb1:" + strings.Repeat("a", 26), "0000-000000000000000001", "/jansen", "9",
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always can be
	return string(b)
}

// harms reports what a text of ours has that none should: control characters
// and marks that turn the order of reading.
func harms(text string) string {
	if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\u00a0' }); i >= 0 {
		return text[max(i-20, 0):min(i+20, len(text))]
	}
	return ""
}

// T10: whatever is scanned, typed or sent for a card, the shop says no, writes
// no record, logs nothing of it and goes on with the next card.
func TestCodesThatAreNoCards(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	cookie := r.browser(t)
	for _, code := range hostile {
		if _, err := r.scanner.Write([]byte(strings.NewReplacer("\r", "", "\n", "").Replace(code) + "\r\n")); err != nil {
			t.Fatal(err)
		}
		for path, body := range map[string]string{
			"/v1/lanes/kassa1/customer": `{"code":` + quoted(code) + `,"entry":"till"}`,
			"/v1/members/lookup":        `{"code":` + quoted(code) + `,"entry":"keyed"}`,
			"/v1/sales/lookup":          `{"sale":{"code":` + quoted(code) + `}}`,
			"/v1/lanes/kassa1/returns":  `{"key":{"till":"1","day":"2026-11-22","id":"R"},"slip":` + quoted(code) + `}`,
			"/v1/lanes/kassa1/sales":    `{"basket":{"key":{"till":` + quoted(code) + `,"day":"2026-11-22","id":"1"},"currency":"EUR","total":1},"card":` + quoted(code) + `}`,
		} {
			if status, v := r.call(t, "POST", path, body); status < 400 || status >= 500 {
				t.Errorf("%s %q: %d, %v", path, code, status, v)
			}
		}
		for _, path := range []string{"scan", "do", "sign-in"} {
			_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
			resp := r.page(t, "POST", "/kassa/kassa1/"+path, fmt.Sprintf(`{"turn":%.0f,"text":%s}`, v["turn"], quoted(code)), cookie)
			if resp.StatusCode >= 500 {
				t.Errorf("%s %q: %s", path, code, resp.Status)
			}
		}
	}
	r.call(t, "POST", "/v1/lanes/kassa1/cancel", "")
	until(t, "the next card is read", func() bool {
		_, _ = r.scanner.Write([]byte(annsCard + "\r\n"))
		_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
		return v["state"] == "card" && v["card"] == "…4566"
	})
	if _, v := r.call(t, "GET", "/v1/status", ""); fmt.Sprint(v["store"].(map[string]any)["records"]) != "0" {
		t.Errorf("something was recorded: %v", v["store"])
	}
	code, log := r.stop()
	if code != 0 || strings.Contains(log, `"level":"error"`) || strings.Contains(log, "panic") {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
	for _, secret := range append(hostile[:9:9], annsCard, "4111111111111111", "ABCDEFGH", "AAAAA", "99999") {
		if strings.Contains(log, secret) {
			t.Errorf("%q stands in the log", secret)
		}
	}
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) || harms(line) != "" {
			t.Errorf("a line of the log: %q", line)
		}
	}
}

// ean is a card of the shop's with its check digit.
func ean(n int) string {
	digits := fmt.Sprintf("29%010d", n)
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// T11: one corpus of names and cashiers, through the page and the till, to every
// place where they come out again: slips, log, pages, streams, command line, CSV
// and JSON.
func TestHostileNamesAtEverySink(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	cookie := r.browser(t)
	members := 0
	for i, name := range hostile {
		code, v := r.call(t, "POST", "/v1/lanes/kassa1/customer", `{"code":"`+ean(i)+`","entry":"till"}`)
		if code != http.StatusOK {
			t.Fatalf("%d, %v", code, v)
		}
		enrol := fmt.Sprintf(`{"turn":%.0f,"kind":"enrol","enrol":{"name":%s,"consents":[{"name":"terms","version":1,"given":true}]}}`, v["turn"], quoted(name))
		if resp := r.page(t, "POST", "/kassa/kassa1/do", enrol, cookie); resp.StatusCode == http.StatusOK {
			members++
		} else if resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("enrol %q: %s", name, resp.Status)
		}
		cashier := string([]rune(name)[:min(utf8.RuneCountInString(name), 64)])
		sale := strings.TrimSuffix(saleOf(fmt.Sprint(i), 10_00), "}") + `,"operator":` + quoted(cashier) + `}`
		if code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", sale); code != http.StatusCreated && code != http.StatusBadRequest {
			t.Errorf("a sale by %q: %d, %v", cashier, code, v)
		}
		for _, path := range []string{"/v1/lanes/kassa1", "/v1/status"} {
			if _, v := r.call(t, "GET", path, ""); harms(fmt.Sprint(v)) != "" {
				t.Errorf("%s: %q", path, harms(fmt.Sprint(v)))
			}
		}
		r.call(t, "POST", "/v1/lanes/kassa1/cancel", "")
	}
	if members < len(hostile)/2 {
		t.Fatalf("%d of %d became members", members, len(hostile))
	}
	for _, path := range []string{"/kassa/kassa1/", "/beheer/dag?lane=kassa1"} {
		page := r.page(t, "GET", path, "", cookie)
		text, _ := io.ReadAll(page.Body)
		for _, tag := range []string{"<script>alert", "<img src=x", "<svg/onload"} {
			if bytes.Contains(text, []byte(tag)) {
				t.Errorf("%s: %s came through", path, tag)
			}
		}
		if page.StatusCode != 200 || harms(string(text)) != "" {
			t.Errorf("%s: %s, %q", path, page.Status, harms(string(text)))
		}
	}
	until(t, "all slips are printed", func() bool {
		var st status
		return r.till.get(t.Context(), "/v1/status", &st) == nil && st.Store.SlipsDue == 0
	})
	paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"\x1b[", "\x1b]", "\x1dV\x00", "\x1bp", "\x07", "\x00nul"} {
		if bytes.Contains(paper, []byte(command)) {
			t.Errorf("%q came through to the printer", command)
		}
	}
	for _, args := range [][]string{
		{"member", "find", "a"}, {"member", "find", "a", "--json"}, {"member", "find", "HYPERLINK"}, {"member", "show", ean(4)}, {"member", "show", ean(4), "--json"},
		{"report", "day"}, {"report", "day", "--json"}, {"report", "day", "--format", "csv"}, {"day", "show"}, {"status"},
	} {
		said := s.zegel(t, args...)
		if (said.code != 0 && said.code != exitProblems) || harms(said.out+said.err) != "" || said.out == "" {
			t.Errorf("%v: exit %d, %q\n%s", args, said.code, harms(said.out+said.err), said.err)
		}
		if args[len(args)-1] == "--json" && !json.Valid([]byte(said.out)) {
			t.Errorf("%v: no JSON", args)
		}
		if args[len(args)-1] == "csv" {
			noFormulas(t, said.out)
		}
	}
	code, log := r.stop()
	if code != 0 || strings.Contains(log, `"level":"error"`) {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) || harms(line) != "" || strings.Contains(line, "HYPERLINK") || strings.Contains(line, "<script>") {
			t.Errorf("a line of the log: %q", line)
		}
	}
	s.zegel(t, "verify").is(t, 0, "verify: ok")
}

// noFormulas reads a report as spreadsheets do, with a comma or a semicolon
// between cells.
func noFormulas(t *testing.T, text string) {
	t.Helper()
	for _, comma := range []rune{',', ';'} {
		in := csv.NewReader(strings.NewReader(text))
		in.Comma, in.LazyQuotes, in.FieldsPerRecord = comma, true, -1
		rows, err := in.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for i, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+@\t\r") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "-") && i < len(row)-1 {
					t.Errorf("cells between %q: %q of %q", comma, cell, row)
				}
			}
		}
	}
}

// A5, T22: hundreds of readers of events that take nothing, of a page and of a
// till, keep no till waiting, and leave neither descriptors nor goroutines.
func TestReadersWhoTakeNothing(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	cookie := r.browser(t)
	at := strings.TrimPrefix(r.till.base, "http://")
	r.till.http.CloseIdleConnections()
	before, working := descriptorsOf(t), runtime.NumGoroutine()
	var held []net.Conn
	opens := func(format string, args ...any) {
		t.Helper()
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
		if _, err := fmt.Fprintf(c, format, args...); err != nil {
			t.Logf("connection %d: %v", len(held), err)
		}
	}
	for range 300 {
		opens("GET /kassa/kassa1/events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", at, cookie)
		opens("GET /v1/lanes/kassa1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", at, r.till.token)
	}
	served := 0
	for n := range 20 { // a till goes on, and the screens change
		r.till.http.CloseIdleConnections()
		began := time.Now()
		var st status
		if err := r.till.get(t.Context(), "/v1/status", &st); err == nil {
			served++
		} else if !strings.Contains(err.Error(), "429") {
			t.Errorf("try %d: %v", n, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("try %d took %v", n, took)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if served == 0 {
		t.Error("no till was served")
	}
	for _, c := range held {
		c.Close()
	}
	until(t, "descriptors are back", func() bool {
		r.till.http.CloseIdleConnections()
		return descriptorsOf(t) <= before+2
	})
	until(t, "goroutines are back", func() bool {
		r.till.http.CloseIdleConnections()
		return runtime.NumGoroutine() <= working+4
	})
	until(t, "a till is answered as ever", func() bool { return r.till.get(t.Context(), "/v1/status", new(status)) == nil })
	if code, log := r.stop(); code != 0 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
}

func descriptorsOf(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
