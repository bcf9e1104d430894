package gate_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zegel/cmd/gate"
)

// raw sends bytes as they are and gives the status of the answer; 0 where the
// connection was closed without one.
func raw(t *testing.T, addr, says string) (int, http.Header) {
	t.Helper()
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, says); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header
}

// T13, T14: what no client library sends. %h is the right host.
func TestRawRequests(t *testing.T) {
	auth := "Authorization: Bearer " + token + "\r\n"
	json := "Content-Type: application/json\r\n"
	cases := []struct {
		name, says string
		status     int // 0: any that is no success
		through    bool
	}{
		{"an honest one", "GET /v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 200, true},
		{"one of HTTP/1.0", "GET /v1/status HTTP/1.0\r\nHost: %h\r\n" + auth + "\r\n", 200, true},
		{"HTTP/1.0 without a host", "GET /v1/status HTTP/1.0\r\n" + auth + "\r\n", 421, false},
		{"HTTP/1.1 without a host", "GET /v1/status HTTP/1.1\r\n" + auth + "\r\n", 400, false},
		{"two hosts", "GET /v1/status HTTP/1.1\r\nHost: %h\r\nHost: evil.example\r\n" + auth + "\r\n", 400, false},
		{"two hosts, the right one second", "GET /v1/status HTTP/1.1\r\nHost: evil.example\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a host in the request line", "GET http://evil.example/v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 421, false},
		{"the right host in the request line only", "GET http://%h/v1/status HTTP/1.1\r\nHost: evil.example\r\n" + auth + "\r\n", 200, true},
		{"a host a proxy would believe", "GET /v1/status HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: %h\r\n" + auth + "\r\n", 421, false},
		{"two types", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + json + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415, false},
		{"two types in one line", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + "Content-Type: text/plain, application/json\r\nContent-Length: 2\r\n\r\n{}", 415, false},
		{"two tokens", "GET /v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "Authorization: Bearer x\r\n\r\n", 401, false},
		{"two tokens, ours second", "GET /v1/status HTTP/1.1\r\nHost: %h\r\nAuthorization: Bearer x\r\n" + auth + "\r\n", 401, false},
		{"a token in lower case", "GET /v1/status HTTP/1.1\r\nHost: %h\r\nAuthorization: bearer " + token + "\r\n\r\n", 401, false},
		{"two origins, ours first", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + json + "Origin: http://%h\r\nOrigin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}", 403, false},
		{"two sites", "GET /v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403, false},
		{"two lengths", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + json + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}", 400, false},
		{"a length below nought", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + json + "Content-Length: -1\r\n\r\n{}", 400, false},
		{"an unknown coding", "POST /v1/x HTTP/1.1\r\nHost: %h\r\n" + auth + json + "Transfer-Encoding: gzip\r\n\r\n{}", 0, false},
		{"a header in a header", "GET /v1/status HTTP/1.1\r\nHost: %h\r\nX: a\rX-Y: b\r\n" + auth + "\r\n", 400, false},
		{"a nought in a header", "GET /v1/status HTTP/1.1\r\nHost: %h\r\nX: a\x00b\r\n" + auth + "\r\n", 400, false},
		{"a blank before the colon", "GET /v1/status HTTP/1.1\r\nHost : evil.example\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a header in a path", "GET /v1/status%0d%0aX:1 HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 200, true}, // decoded, a name like another
		{"TRACE", "TRACE /v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 405, false},
		{"CONNECT", "CONNECT %h HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 403, false},
		{"CONNECT elsewhere", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n" + auth + "\r\n", 0, false},
		{"OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 403, false},
		{"a method nobody knows", "BREW /v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 405, false},
		{"two slashes", "GET //v1/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 0, false},
		{"two slashes within", "GET /v1//status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a coded slash", "GET /v1%2fstatus HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 0, false},
		{"a coded slash within", "GET /v1/lanes/a%2Fb HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a step up", "GET /v1/hello/../status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a coded step up", "GET /v1/hello/%2E%2e/status HTTP/1.1\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"a backslash", `GET /v1/hello\..\status HTTP/1.1` + "\r\nHost: %h\r\n" + auth + "\r\n", 400, false},
		{"another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, false},
		{"no protocol", "\x16\x03\x01\x02\x00", 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, nil)
			addr := s.Listener.Addr().String()
			status, header := raw(t, addr, strings.ReplaceAll(c.says, "%h", addr)+"\r\n\r\n")
			if c.status != 0 && status != c.status || c.status == 0 && status >= 200 && status < 300 {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if through := len(s.got()) > 0; through != c.through {
				t.Errorf("reached %v", s.got())
			}
			for name := range header {
				if strings.HasPrefix(name, "Access-Control-") || name == "X" || name == "X-Y" {
					t.Errorf("header %s", name)
				}
			}
		})
	}
}

// T22: a body that does not say how long it is, and does not end.
func TestAnEndlessBodyIsCutOff(t *testing.T) {
	s := newSite(t, nil)
	addr := s.Listener.Addr().String()
	chunk := "200\r\n" + strings.Repeat(" ", 0x200) + "\r\n"
	status, _ := raw(t, addr, "POST /v1/x HTTP/1.1\r\nHost: "+addr+"\r\nAuthorization: Bearer "+token+
		"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, 20)+"0\r\n\r\n")
	if got := s.got(); status != 413 || len(got) != 1 || !strings.Contains(got[0], "too large") {
		t.Errorf("status %d, read %v", status, got)
	}
}

// A5, T22: a thousand connections that say nothing, or half a header, are
// bounded, keep no till out, and are gone when their callers are.
func TestSilentConnectionsAreBoundedAndKeepNobodyOut(t *testing.T) {
	const most, silent = 50, 1000
	s := newSite(t, nil)
	s.Server.Close()
	server := gate.Server(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "answered") }))
	gate.Bound(server, most)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // received below
	base := descriptors(t)
	var held []net.Conn
	for n := range silent {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
		if n%2 == 0 {
			if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost:"); err != nil && !errors.Is(err, net.ErrClosed) {
				t.Logf("connection %d: %v", n, err)
			}
		}
		if n%100 == 99 {
			if status, _ := raw(t, l.Addr().String(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); status != 200 {
				t.Errorf("with %d silent connections a till is answered %d", n, status)
			}
		}
	}
	// This test's ends are counted too; what is above them is the server's.
	until(t, "the server holds no more than it should", func() bool { return descriptors(t)-base-silent <= most+5 })
	for _, c := range held {
		c.Close()
	}
	until(t, "descriptors are back", func() bool { return descriptors(t) <= base+3 })
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// Where every connection is being answered, one more is closed at once and
// those that are answered go on.
func TestBusyConnectionsAreNotCutOff(t *testing.T) {
	const most = 5
	answer, busy := make(chan struct{}), make(chan struct{}, most)
	server := gate.Server(gate.Local{Hosts: []string{"x"}, Token: token}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		busy <- struct{}{}
		<-answer
		io.WriteString(w, "answered")
	})))
	gate.Bound(server, most)
	const asks = "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // received below
	statuses := make(chan int, most)
	var all sync.WaitGroup
	for range most {
		all.Go(func() {
			status, _ := raw(t, l.Addr().String(), fmt.Sprintf(asks, token))
			statuses <- status
		})
		<-busy
	}
	if status, _ := raw(t, l.Addr().String(), fmt.Sprintf(asks, token)); status != 0 {
		t.Errorf("one too many is answered %d", status)
	}
	close(answer)
	all.Wait()
	for range most {
		if status := <-statuses; status != 200 {
			t.Errorf("one that was being answered got %d", status)
		}
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-served
}

// descriptors are the files and connections this process has open; where the
// system has no such list, none.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil && runtime.GOOS == "linux" {
		t.Fatal(err)
	}
	return len(open)
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// T15: what CheckLoopback lets pass is reached from no other address of this
// machine.
func TestLoopbackIsReachedFromHereOnly(t *testing.T) {
	if err := gate.CheckLoopback("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if c, err := net.Dial("tcp", "127.0.0.1:"+port); err != nil {
		t.Errorf("from here: %v", err)
	} else {
		c.Close()
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		ip, _, err := net.ParseCIDR(a.String())
		if err != nil || ip.To4() == nil || ip.IsLoopback() {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		c, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(ip.String(), port))
		cancel()
		if err == nil {
			c.Close()
			t.Errorf("reached by way of %v", ip)
		}
	}
}

// A5: of several that come at once each gets a place of its own, though the
// server has not yet noticed that the ones before are gone.
func TestEachNewConnectionGetsAPlaceOfItsOwn(t *testing.T) {
	server := gate.Server(http.NotFoundHandler())
	gate.Bound(server, 3)
	var ours []net.Conn
	arrive := func() {
		a, b := net.Pipe()
		ours = append(ours, a)
		t.Cleanup(func() { a.Close() })
		server.ConnState(b, http.StateNew)
	}
	for range 5 {
		arrive()
	}
	for n, c := range ours {
		// A pipe whose other end is closed takes no deadline any more.
		err := c.SetReadDeadline(time.Now().Add(time.Hour))
		if gone := errors.Is(err, io.ErrClosedPipe); gone != (n < 2) {
			t.Errorf("connection %d: %v", n, err)
		}
	}
}
