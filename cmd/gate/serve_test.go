package gate_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/gate"
)

// A door is a listener in memory that can be closed.
type door struct {
	callers chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newDoor() *door { return &door{callers: make(chan net.Conn), closed: make(chan struct{})} }

func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.callers:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

func (d *door) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}
func (d *door) Addr() net.Addr { return &net.TCPAddr{} }

// asks sends a request, and gives what is answered until the line is closed.
func (d *door) asks(t *testing.T) (answer <-chan string) {
	t.Helper()
	ours, theirs := net.Pipe()
	d.callers <- theirs
	if _, err := io.WriteString(ours, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() { // received by the test
		b, _ := io.ReadAll(ours) // cut off is an answer too
		said <- string(b)
	}()
	return said
}

func TestServeLetsRequestsUnderWayFinishForAMoment(t *testing.T) {
	for _, c := range []struct {
		takes, ended time.Duration
		want         string
	}{
		{3 * time.Second, 4 * time.Second, "done"},
		{time.Hour, 5 * time.Second, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newDoor()
			server := gate.Server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(c.takes):
					io.WriteString(w, "done")
				case <-r.Context().Done():
				}
			}))
			ctx, cancel := context.WithCancel(t.Context())
			served := make(chan error, 1)
			go func() { served <- gate.Serve(ctx, server, l, zerolog.Nop()) }() // received below
			answer := l.asks(t)
			synctest.Wait()
			began := time.Now()
			cancel()
			if err := <-served; err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > c.ended {
				t.Errorf("a request of %v: stopped after %v, want %v", c.takes, took, c.ended)
			}
			if got := <-answer; !strings.HasSuffix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("a request of %v: answered %q", c.takes, got)
			}
		})
	}
}

func TestServeSaysThatItsListenerBroke(t *testing.T) {
	l := newDoor()
	l.Close()
	if err := gate.Serve(t.Context(), gate.Server(http.NotFoundHandler()), l, zerolog.Nop()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestWhatTheServerSaysGoesToTheLog(t *testing.T) {
	var out bytes.Buffer
	server := gate.Server(http.NotFoundHandler())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gate.Serve(ctx, server, newDoor(), zerolog.New(&out)); err != nil {
		t.Fatal(err)
	}
	server.ErrorLog.Print("http: TLS handshake error from 192.0.2.1:1: EOF")
	server.ErrorLog.Print("http: panic serving 192.0.2.1:1")
	const want = `{"level":"debug","message":"http: TLS handshake error from 192.0.2.1:1: EOF"}
{"level":"warn","message":"http: panic serving 192.0.2.1:1"}
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}
