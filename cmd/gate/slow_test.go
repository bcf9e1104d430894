package gate_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/cmd/gate"
)

// pipes is a listener whose callers come over pipes in memory.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A caller that says nothing, or never stops, is not waited for for ever: it
// would keep a connection from the till.
func TestSlowCallersAreLetGo(t *testing.T) {
	const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
	cases := []struct {
		name string
		says string
		gone time.Duration // at most
	}{
		{"says nothing", "", 5 * time.Second},
		{"stops in its headers", "POST / HTTP/1.1\r\nHost:", 5 * time.Second},
		{"stops in its body", head + "12345", 30 * time.Second},
		{"says nothing more", head + "1234567890", 2 * time.Minute},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := gate.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
				line := make(pipes, 1)
				served := make(chan error, 1)
				go func() { served <- server.Serve(line) }() // received below
				ours, theirs := net.Pipe()
				line <- theirs
				began := time.Now()
				if _, err := io.WriteString(ours, c.says); err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, ours); err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Error(err)
				}
				if took := time.Since(began); took > c.gone {
					t.Errorf("let go after %v, want %v", took, c.gone)
				}
				close(line)
				if err := server.Close(); err != nil {
					t.Error(err)
				}
				<-served
			})
		})
	}
}

func TestHeadersAboveTheLimit(t *testing.T) {
	g := newGuarded(t)
	c, err := net.Dial("tcp", g.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET /v1/hello HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 40<<10)+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge || len(g.reached) > 0 {
		t.Errorf("status %d, reached %v", resp.StatusCode, g.reached)
	}
}
