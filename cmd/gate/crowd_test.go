package gate_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"zegel/cmd/gate"
)

// A hall is a site with few connections, whose guarded parts answer nobody
// until the hall is opened: what a stream of events is to a server.
type hall struct {
	*site
	addr string
	busy chan struct{} // one for each request that is being answered
	open chan struct{}
}

func newHall(t *testing.T, most, ofOne int) *hall {
	t.Helper()
	h := &hall{site: newSite(t, func(c *gate.PagesConfig) { c.Limits.AtOnce = ofOne }), busy: make(chan struct{}, most), open: make(chan struct{})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = l.Addr().String()
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/at-once" {
			return
		}
		h.busy <- struct{}{}
		<-h.open
	})
	api := gate.Local{Hosts: []string{h.addr}, Token: token, MaxBody: 1000, Limits: gate.Limits{AtOnce: ofOne}}
	h.cfg.Hosts = []string{h.addr}
	h.restart(t)
	server := gate.Server(gate.Split(api.Wrap(slow), h.pages.Wrap(slow)))
	gate.Bound(server, most)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // received below
	t.Cleanup(func() {
		close(h.open)
		server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return h
}

// says opens a connection, sends bytes as they are and keeps it.
func (h *hall) says(t *testing.T, format string, args ...any) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := fmt.Fprintf(c, format, args...); err != nil {
		t.Fatal(err)
	}
	return c
}

func status(t *testing.T, c net.Conn) int {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Log(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (h *hall) till(t *testing.T, path string) net.Conn {
	t.Helper()
	return h.says(t, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, h.addr, token)
}

// A5, T14, T22: what nobody waits for an answer on makes room, however far its
// request has come: the server itself waits half a minute for the rest of a
// body, also of one that it refused.
func TestHalfARequestOfNobodysKeepsNoTillOut(t *testing.T) {
	const most = 20
	for name, head := range map[string]string{
		"to the till's interface": "POST /v1/sales HTTP/1.1\r\nHost: %s\r\n",
		"without a host":          "POST /v1/sales HTTP/1.1\r\nHost: not%s\r\n",
		"to the pages":            "POST /kassa/1/do HTTP/1.1\r\nHost: %[1]s\r\nOrigin: http://%[1]s\r\n",
		"for a code":              "POST /session HTTP/1.1\r\nHost: %[1]s\r\nOrigin: http://%[1]s\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t, most, 0)
			for range 3 * most {
				h.says(t, head+"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n1", h.addr)
			}
			for range 20 { // meanwhile the server notices who is there
				if got := status(t, h.till(t, "/v1/at-once")); got != 200 {
					t.Fatalf("a till is answered %d", got)
				}
			}
		})
	}
}

// T22: neither a browser that was let in nor a till takes all connections for
// itself, with streams or with requests that never end; what it gives back it
// may take again.
func TestNobodyTakesAllConnections(t *testing.T) {
	const most, ofOne = 20, 6
	h := newHall(t, most, ofOne)
	code, err := h.pages.Code(false)
	if err != nil {
		t.Fatal(err)
	}
	let := h.says(t, "POST /session HTTP/1.1\r\nHost: %[1]s\r\nOrigin: http://%[1]s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{\"code\":%q}",
		h.addr, len(code.Code)+11, code.Code)
	resp, err := http.ReadResponse(bufio.NewReader(let), nil)
	if err != nil || len(resp.Cookies()) != 1 {
		t.Fatalf("%v, %v", resp, err)
	}
	resp.Body.Close()
	cookie := resp.Cookies()[0]
	for name, opens := range map[string]func() net.Conn{
		"a browser": func() net.Conn {
			return h.says(t, "GET /kassa/1/events HTTP/1.1\r\nHost: %s\r\nCookie: %s=%s\r\n\r\n", h.addr, cookie.Name, cookie.Value)
		},
		"a till": func() net.Conn { return h.till(t, "/v1/lanes/1/events") },
	} {
		var held []net.Conn
		for range ofOne {
			held = append(held, opens())
			<-h.busy
		}
		for range most {
			c := opens()
			if got := status(t, c); got != http.StatusTooManyRequests {
				t.Fatalf("%s that opens more than %d is answered %d", name, ofOne, got)
			}
			c.Close()
		}
		if name == "a browser" {
			if got := status(t, h.till(t, "/v1/at-once")); got != 200 {
				t.Errorf("a till is answered %d", got)
			}
		}
		for range ofOne {
			h.open <- struct{}{}
		}
		for _, c := range held {
			if got := status(t, c); got != 200 {
				t.Errorf("one that %s held got %d", name, got)
			}
		}
		again := opens()
		<-h.busy
		h.open <- struct{}{}
		if got := status(t, again); got != 200 {
			t.Errorf("%s that gave all back is answered %d", name, got)
		}
	}
}
