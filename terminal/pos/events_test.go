package pos_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const events = "/v1/lanes/kassa1/events"

// pipes is a listener whose connections are pipes in memory: a write waits
// until it is read, and time is the bubble's.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// A shopWire is a till's shop behind a real HTTP server whose limits are short
// of what a stream or a long poll takes.
type shopWire struct {
	*till
	pipes *pipes
	done  chan error
	srv   *http.Server
}

func serve(t *testing.T) *shopWire {
	s := &shopWire{till: newTill(), pipes: &pipes{calls: make(chan net.Conn), closed: make(chan struct{})}, done: make(chan error, 1)}
	s.srv = &http.Server{Handler: s.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() { s.done <- s.srv.Serve(s.pipes) }()
	t.Cleanup(func() {
		if err := s.srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return s
}

// A reader follows one stream.
type reader struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	body *bufio.Reader
	head *http.Response
}

func (s *shopWire) ask(t *testing.T, path string, headers ...string) *reader {
	t.Helper()
	ours, theirs := net.Pipe()
	s.pipes.calls <- theirs
	t.Cleanup(func() {
		if err := ours.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := fmt.Fprintf(ours, "GET %s HTTP/1.1\r\nHost: shop\r\n%s\r\n", path, strings.Join(append(headers, ""), "\r\n")); err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, conn: ours, in: bufio.NewReader(ours)}
	head, err := http.ReadResponse(r.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.head, r.body = head, bufio.NewReader(head.Body)
	return r
}

// event is the next block of the stream.
func (r *reader) event() string {
	r.t.Helper()
	var lines []string
	for {
		line, err := r.body.ReadString('\n')
		if err != nil {
			return "gone: " + err.Error()
		}
		if line == "\n" {
			return strings.Join(lines, " | ")
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
}

func (r *reader) expect(events ...string) {
	r.t.Helper()
	for _, want := range events {
		if got := r.event(); got != want {
			r.t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestAStreamBeginsWithResetAndTellsWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		s.desk.note(256, "scan", map[string]string{"card": "…0018"})
		r := s.ask(t, events)
		if r.head.StatusCode != 200 || r.head.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%d, %q", r.head.StatusCode, r.head.Header.Get("Content-Type"))
		}
		r.expect("retry: 1000", "id: 1795356000001 | event: reset | data: {}")
		s.desk.note(256, "pass", map[string]string{"text": "871\n2", "symbology": "EAN-13"})
		r.expect(`id: 1795356000002 | event: pass | data: {"symbology":"EAN-13","text":"871\n2"}`)
	})
}

func TestAStreamGoesOnWhereItWasCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		for i := range 5 {
			s.desk.note(256, "scan", i)
		}
		for _, from := range [][]string{{events, "Last-Event-ID: 1795356000003"}, {events + "?after=1795356000003"}, {events + "?after=1795356000001", "Last-Event-ID: 1795356000003"}} {
			s.ask(t, from[0], from[1:]...).expect("retry: 1000", "id: 1795356000004 | event: scan | data: 3", "id: 1795356000005 | event: scan | data: 4")
		}
		r := s.ask(t, events, "Last-Event-ID: 1795356000005")
		r.expect("retry: 1000")
		s.desk.note(256, "scan", 5)
		r.expect("id: 1795356000006 | event: scan | data: 5")
	})
}

// What was forgotten, and a number from before the daemon started again.
func TestAStreamThatCannotGoOnSaysReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		for i := range 10 {
			s.desk.note(4, "scan", i)
		}
		for _, from := range []string{"1795356000005", "1795356000000", "1795356000011", "1795356004711", "0", "5", "1795355999999"} {
			r := s.ask(t, events, "Last-Event-ID: "+from)
			r.expect("retry: 1000", "id: 1795356000010 | event: reset | data: {}")
		}
		s.ask(t, events, "Last-Event-ID: 1795356000006").expect("retry: 1000", "id: 1795356000007 | event: scan | data: 6")
	})
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		r := s.ask(t, events, "Last-Event-ID: 179535600004711")
		r.expect("retry: 1000", "id: 1795356000000 | event: reset | data: {}")
		s.desk.note(4, "scan", 0)
		r.expect("id: 1795356000001 | event: scan | data: 0")
	})
}

// A quiet stream outlives the server's limits and shows that it lives.
func TestAQuietStreamIsKeptOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		began := time.Now()
		r := s.ask(t, events)
		r.expect("retry: 1000", "id: 1795356000000 | event: reset | data: {}")
		for range 240 { // an hour
			r.expect(":")
		}
		if took := time.Since(began); took != time.Hour {
			t.Errorf("240 beats took %v", took)
		}
		s.desk.note(256, "scan", 1)
		r.expect("id: 1795356000001 | event: scan | data: 1")
	})
}

// A reader that stops reading is dropped after ten seconds, and its connection
// with it; nobody else waits for it.
func TestASlowReaderIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		slow := s.ask(t, events)
		slow.expect("retry: 1000", "id: 1795356000000 | event: reset | data: {}")
		quick := s.ask(t, events)
		quick.expect("retry: 1000", "id: 1795356000000 | event: reset | data: {}")
		began := time.Now()
		s.desk.note(256, "scan", strings.Repeat("x", 100))
		if got := quick.event(); !strings.HasPrefix(got, "id: 1795356000001 ") {
			t.Fatal(got)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the quick reader waited %v", waited)
		}
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if !strings.Contains(s.log.String(), "too slow") {
			t.Fatalf("the log says %s", s.log.String())
		}
		if rest, err := io.ReadAll(slow.in); err != nil || strings.Contains(string(rest), "\n\n") {
			t.Errorf("the slow reader got %q, %v", rest, err)
		}
	})
}

func TestStreamsEndWhenTheDaemonStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		r, p := s.ask(t, events), make(chan *reader)
		r.expect("retry: 1000", "id: 1795356000000 | event: reset | data: {}")
		go func() { p <- s.ask(t, events+"?after=1795356000000&wait=50") }()
		synctest.Wait()
		close(s.stopping)
		if got := r.event(); got != "gone: EOF" {
			t.Errorf("got %q", got)
		}
		if poll := <-p; poll.head.StatusCode != 200 {
			t.Errorf("status %d", poll.head.StatusCode)
		}
		stop, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.srv.Shutdown(stop); err != nil {
			t.Errorf("the server waited: %v", err)
		}
	})
}

func TestALongPoll(t *testing.T) {
	for _, c := range []struct {
		name, query string
		later       bool // another note comes after 7 s
		want        string
		after       time.Duration
	}{
		{"what happened is said at once", "?after=1795356000001&wait=25", false, `{"notes":[{"id":1795356000002,"kind":"scan","data":2}],"last":1795356000002,"reset":false}`, 0},
		{"what happens is said when it does", "?after=1795356000002&wait=25", true, `{"notes":[{"id":1795356000003,"kind":"scan","data":3}],"last":1795356000003,"reset":false}`, 7 * time.Second},
		{"nothing is said when the wait is over", "?after=1795356000002&wait=25", false, `{"notes":[],"last":1795356000002,"reset":false}`, 25 * time.Second},
		{"longer than the server gives others", "?after=1795356000002&wait=55", false, `{"notes":[],"last":1795356000002,"reset":false}`, 55 * time.Second},
		{"no wait", "?after=1795356000002&wait=0", false, `{"notes":[],"last":1795356000002,"reset":false}`, 0},
		{"the first poll resets", "?wait=25", false, `{"notes":[],"last":1795356000002,"reset":true}`, 0},
		{"what is lost resets", "?after=1795356000017&wait=25", false, `{"notes":[],"last":1795356000002,"reset":true}`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t)
				s.desk.note(256, "scan", 1)
				s.desk.note(256, "scan", 2)
				if c.later {
					time.AfterFunc(7*time.Second, func() { s.desk.note(256, "scan", 3) })
				}
				began := time.Now()
				r := s.ask(t, events+c.query)
				body, err := io.ReadAll(r.body)
				if err != nil || strings.TrimSpace(string(body)) != c.want || r.head.Header.Get("Content-Type") != "application/json" {
					t.Errorf("got %s, %v, want %s", body, err, c.want)
				}
				if took := time.Since(began); took != c.after {
					t.Errorf("after %v, want %v", took, c.after)
				}
			})
		})
	}
}

func TestAPollThatCannotBe(t *testing.T) {
	for _, query := range []string{"?wait=x", "?wait=-1", "?wait=56", "?wait=", "?after=x", "?after=-1", "?after=1e3", "?after=9223372036854775808&wait=1"} {
		isProblem(t, newTill().call(t, "GET", events+query, ""), want{400, "query", "fix_client", false, false})
	}
	isProblem(t, newTill().call(t, "GET", events, "", "Last-Event-ID: abc"), want{400, "query", "fix_client", false, false})
}

// Streams that nobody closes cannot take the daemon down, and one that is
// closed makes room.
func TestTooManyStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		var all []*reader
		for range 32 {
			all = append(all, s.ask(t, events))
		}
		isProblem(t, s.ask(t, events).head, want{429, "busy", "ask_again", true, false})
		if err := all[0].conn.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if r := s.ask(t, events); r.head.StatusCode != 200 {
			t.Errorf("status %d", r.head.StatusCode)
		}
	})
}
