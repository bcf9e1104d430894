package demo

import (
	"bytes"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// bench is a workbench over a shop whose daemon never runs.
func bench(t *testing.T) *Workbench {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	shop, err := NewShop(ShopConfig{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shop.Close(); err != nil {
			t.Error(err)
		}
	})
	d := newDay(shop, nil, time.UTC, io.Discard)
	w, err := workbench(d, l, bytes.NewReader(bytes.Repeat([]byte{0xa5}, 16)))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *Workbench) answer(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.guard(w.routes()).ServeHTTP(rec, r)
	return rec
}

func TestOnlyTheWorkbenchItselfIsServed(t *testing.T) {
	w := bench(t)
	host := w.listener.Addr().String()
	page, act := "/"+w.token+"/", "/"+w.token+"/act"
	cases := []struct {
		name, method, path string
		change             func(*http.Request)
		status             int
	}{
		{"the page", "GET", page, func(*http.Request) {}, 200},
		{"its script", "GET", page + "workbench.js", func(*http.Request) {}, 200},
		{"an act of the page", "POST", act, func(*http.Request) {}, 200},
		{"without the token", "GET", "/", func(*http.Request) {}, 404},
		{"with another token", "GET", "/" + strings.Repeat("0", 32) + "/", func(*http.Request) {}, 404},
		{"under another name", "GET", page, func(r *http.Request) { r.Host = "zegel.example" }, 421},
		{"an act of another origin", "POST", act, func(r *http.Request) { r.Header.Set("Origin", "http://zegel.example") }, 403},
		{"an act of another site, by what the browser says", "POST", act, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"an act of no page", "POST", act, func(r *http.Request) { r.Header.Del("Origin") }, 403},
		{"an act as a form sends it", "POST", act, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 403},
		{"an act by GET", "GET", act, func(*http.Request) {}, 405},
		{"a file beside the page", "GET", page + "page.html", func(*http.Request) {}, 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "http://"+host+c.path, strings.NewReader(`{"act":"customers","on":true}`))
			if c.method == http.MethodPost {
				r.Header.Set("Origin", "http://"+host)
				r.Header.Set("Content-Type", "application/json")
			}
			c.change(r)
			rec := w.answer(r)
			if rec.Code != c.status {
				t.Errorf("answered %d: %s", rec.Code, rec.Body)
			}
			if policy := rec.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("the policy is %q", policy)
			}
		})
	}
}

func TestPageHasNothingInline(t *testing.T) {
	html, err := render("page", bench(t).shown("en"))
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)\son\w+=|\sstyle=|<style|<script[^>]*>[^<]`).FindString(html); found != "" {
		t.Errorf("the page has %q", found)
	}
	if !strings.Contains(html, `lang="en"`) || !strings.Contains(html, "Workbench") {
		t.Error("the page is not in English")
	}
}

// Every sentence there is in one language there is in the other.
func TestBothLanguagesSayEverything(t *testing.T) {
	nl, en := reflect.ValueOf(dutch()), reflect.ValueOf(english())
	for i := range nl.NumField() {
		name := nl.Type().Field(i).Name
		switch a, b := nl.Field(i), en.Field(i); a.Kind() {
		case reflect.String:
			if a.Len() == 0 || b.Len() == 0 {
				t.Errorf("%s: %q, %q", name, a, b)
			}
		case reflect.Map:
			if a.Len() == 0 || a.Len() != b.Len() {
				t.Errorf("%s: %d and %d sentences", name, a.Len(), b.Len())
			}
			for _, key := range a.MapKeys() {
				if !b.MapIndex(key).IsValid() {
					t.Errorf("%s of %q is missing", name, key)
				}
			}
		}
	}
}

// Whatever the page has a button for, the workbench knows, and says what it did.
func TestEveryButtonMeansSomething(t *testing.T) {
	source, err := workbenchFiles.ReadFile("workbench/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range regexp.MustCompile(`<(?:button|form)[^>]*data-act="[^>]*>`).FindAllString(string(source), -1) {
		a := act{Act: regexp.MustCompile(`data-act="([^"]*)"`).FindStringSubmatch(tag)[1], On: strings.Contains(tag, "data-on")}
		if text := regexp.MustCompile(`data-text="(\w+)"`).FindStringSubmatch(tag); text != nil {
			a.Text = text[1]
		}
		if dutch().done(a) == "" {
			t.Errorf("nothing is said when somebody presses %s", tag)
		}
	}
}

func TestPapersAreDrawn(t *testing.T) {
	w := bench(t)
	line, err := w.day.shop.Printer.Link()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := line.Write(t.Context(), []byte("DUPLICAAT\nKenmerk 8D86-4\n\x1dVB\x00half")); err != nil {
		t.Fatal(err)
	}
	shown := w.papersShown(w.day.shop.Printer.Papers())
	if len(shown) != 1 || !shown[0].Duplicate || shown[0].Code != "8D86-4" || shown[0].N != 1 {
		t.Fatalf("shown as %+v", shown)
	}
	for name, status := range map[string]int{"1.png": 200, "uncut.png": 200, "2.png": 404, "0.png": 404, "x": 404} {
		rec := w.answer(httptest.NewRequest("GET", w.URL()+"paper/"+name, nil))
		if rec.Code != status {
			t.Errorf("paper %s is answered with %d", name, rec.Code)
		}
		if status != 200 {
			continue
		}
		if _, err := png.Decode(rec.Body); err != nil {
			t.Errorf("paper %s: %v", name, err)
		}
	}
}

func TestTillRingsUp(t *testing.T) {
	var till till
	till.add(articles[0])
	till.add(article{Name: "Diversen", Cents: 1234})
	till.Hold = &Held{Discount: 200}
	b := till.basket("2026-11-22")
	if b.Total != 1529 || len(b.Lines) != 2 || b.Lines[1].ID != "2" || till.ToPay() != 1329 {
		t.Errorf("rung up %+v, to pay %d", b, till.ToPay())
	}
	first := b.Key
	till.clear()
	if till.basket("2026-11-22").Key == first || till.ToPay() != 0 {
		t.Errorf("the next sale is %+v", till.basket("2026-11-22"))
	}
}
