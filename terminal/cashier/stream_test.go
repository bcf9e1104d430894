package cashier_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/terminal/loyalty/session"
)

// listen reads a lane's stream, block by block.
func listen(t *testing.T, url string, header http.Header) func() string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the stream is %q, kept %q", got, answer.Header.Get("Cache-Control"))
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	return func() string {
		var block []string
		for lines.Scan() {
			if lines.Text() == "" {
				return strings.Join(block, "\n")
			}
			block = append(block, lines.Text())
		}
		t.Errorf("the stream ended: %v", lines.Err())
		return ""
	}
}

func event(t *testing.T, block string) (id string, s screen) {
	t.Helper()
	for line := range strings.SplitSeq(block, "\n") {
		switch field, value, _ := strings.Cut(line, ": "); field {
		case "id":
			id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &s); err != nil {
				t.Errorf("%v: %s", err, value)
			}
		}
	}
	if !strings.HasPrefix(block, "event: view\n") {
		t.Errorf("not a view: %s", block)
	}
	return id, s
}

func TestStreamSendsEveryScreenWhole(t *testing.T) {
	d := at(session.View{State: session.Free, Heading: "Klaar"})
	server := httptest.NewServer(counter(d))
	t.Cleanup(server.Close)
	next := listen(t, server.URL+"/kassa/kassa1/events", nil)
	if got := next(); got != "retry: 1000" {
		t.Errorf("the stream begins with %q", got)
	}
	id, first := event(t, next())
	if id != "7" || first.Turn != 7 || first.Version != "1.2.3" || !strings.Contains(first.Parts["head"], "<h1>Klaar</h1>") {
		t.Errorf("first event %q: %+v", id, first)
	}
	for turn := int64(8); turn < 12; turn++ {
		d.show(func(v *session.View) { v.Heading = "Kaart\r\n" })
		_, s := event(t, next())
		if s.Turn != turn || !strings.Contains(s.Parts["head"], "Kaart") || len(s.Parts) != len(first.Parts) {
			t.Errorf("got turn %d with %d parts, want %d with %d", s.Turn, len(s.Parts), turn, len(first.Parts))
		}
	}
}

func TestStreamResumesWithTheScreenAsItIs(t *testing.T) {
	d := at(session.View{State: session.Free})
	server := httptest.NewServer(counter(d))
	t.Cleanup(server.Close)
	d.show(func(v *session.View) { v.Heading = "Nu" })
	for _, last := range []string{"7", "8", "99999", "nonsense"} {
		next := listen(t, server.URL+"/kassa/kassa1/events", http.Header{"Last-Event-Id": {last}})
		next()
		if id, s := event(t, next()); id != "8" || !strings.Contains(s.Parts["head"], "Nu") {
			t.Errorf("after %s came %s", last, id)
		}
	}
}

func TestQuietStreamIsKeptAliveAndEndsWithItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		w := httptest.NewRecorder()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			counter(at(session.View{State: session.Free})).ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/kassa/kassa1/events", nil))
		}()
		time.Sleep(46 * time.Second)
		synctest.Wait()
		leave()
		<-ended
		text := w.Body.String()
		if views, beats := strings.Count(text, "event: view"), strings.Count(text, ": here\n\n"); views != 1 || beats != 3 {
			t.Errorf("%d views and %d beats in 46 s, want 1 and 3", views, beats)
		}
	})
}
