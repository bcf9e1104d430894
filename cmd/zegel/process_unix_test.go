//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// child is set in a process that is zegel for these tests.
const child = "ZEGEL_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		os.Exit(execute(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

// A process is a daemon in a process of its own.
type process struct {
	*running
	cmd *exec.Cmd
}

// process starts the daemon with stderr as its standard error; nil is none at
// all.
func (s *shop) process(t *testing.T, stderr *os.File) *process {
	t.Helper()
	args := []string{"run", "--config", s.path, "--set", "log.level=debug"}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	if stderr == nil {
		cmd = exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", `exec "$0" "$@" 2>&-`, os.Args[0]}, args...)...)
	} else {
		cmd.Stderr = stderr
	}
	cmd.Env = append(os.Environ(), child+"=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{&running{shop: s}, cmd}
	until(t, "the daemon answers", func() bool {
		var err error
		if p.till, err = newClient(s.cfg); err != nil {
			return false
		}
		return p.till.get(t.Context(), "/v1/status", new(status)) == nil
	})
	return p
}

// ends tells the daemon to stop and says how long it took.
func (p *process) ends(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	return time.Since(began)
}

func (p *process) sells(t *testing.T, id string) {
	t.Helper()
	if code, v := p.call(t, "POST", "/v1/lanes/kassa1/customer", `{"code":"`+annsCard+`","entry":"till"}`); code != http.StatusOK {
		t.Fatalf("the customer: %d, %v", code, v)
	}
	if code, v := p.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf(id, 23_45)); code != http.StatusCreated {
		t.Fatalf("the sale: %d, %v", code, v)
	}
}

// A3: awards go on where nobody takes the log any more, and are in the database.
func TestALogThatIsGoneStopsNothing(t *testing.T) {
	said, gone, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	defer said.Close()
	logs := map[string]*os.File{"its reader is gone": gone, "there is none": nil}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err == nil {
		defer full.Close()
		logs["its disk is full"] = full
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for name, log := range logs {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, "")
			p := s.process(t, log)
			if log == gone {
				said.Close()
			}
			for n := range 3 {
				p.sells(t, fmt.Sprint(n))
			}
			p.ends(t)
			s.zegel(t, "verify").is(t, 0, "verify: ok (3 records")
		})
	}
}

// A3: a pipe whose reader hangs, or a terminal that was paused, takes no line
// any more: the shop sells on, and stops when it is told to.
func TestALogNobodyTakesHoldsUpNothing(t *testing.T) {
	said, stuck, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	defer stuck.Close()
	// What is in the pipe already leaves no room: a write of the daemon's waits.
	if err := stuck.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := stuck.Write(make([]byte, 512)); errors.Is(err, os.ErrDeadlineExceeded) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	s := newShop(t, "")
	p := s.process(t, stuck)
	for n := range 20 {
		p.sells(t, fmt.Sprint(n))
	}
	if took := p.ends(t); took > 2*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	s.zegel(t, "verify").is(t, 0, "verify: ok (20 records")
}

// T14: whatever umask the daemon was started under, nobody else reads what it
// keeps, the files SQLite puts beside the database among it.
func TestNobodyElseReadsWhatTheDaemonKeeps(t *testing.T) {
	s := newShop(t, "[pages]\nlisten = \"127.0.0.1:0\"\nnames = [\"kassa-pc\"]\n")
	before := syscall.Umask(0)
	p := s.process(t, os.Stderr)
	syscall.Umask(before)
	p.sells(t, "1")
	s.zegel(t, "token", "create", "kassa1")
	seen := 0
	for _, folder := range []string{filepath.Dir(s.cfg.Store.Database), filepath.Dir(s.cfg.Store.Mark), s.cfg.Store.Secrets} {
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			seen++
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s is %v", path, info.Mode())
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if seen < 12 {
		t.Errorf("%d files and folders", seen)
	}
	p.ends(t)
}

// P7, A5: streams of events, of pages and of tills, polls, connections that say
// nothing and half a request of nobody's delay no stop.
func TestOpenStreamsDelayNoStop(t *testing.T) {
	s := newShop(t, "")
	p := s.process(t, os.Stderr)
	at := strings.TrimPrefix(p.till.base, "http://")
	cookie := p.browser(t)
	var held []net.Conn
	opens := func(format string, args ...any) {
		t.Helper()
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
		if _, err := fmt.Fprintf(c, format, args...); err != nil {
			t.Fatal(err)
		}
	}
	for range 15 {
		opens("GET /kassa/kassa1/events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", at, cookie)
		opens("GET /v1/lanes/kassa1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", at, p.till.token)
	}
	for _, c := range held { // they are under way
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	opens("GET /v1/lanes/kassa1/events?wait=50&after=%d HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", time.Now().Add(time.Hour).UnixMilli(), at, p.till.token)
	for range 15 {
		opens("")
		opens("POST /v1/status HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n1", at)
	}
	if err := p.till.get(t.Context(), "/v1/status", new(status)); err != nil { // all of them were accepted before
		t.Error(err)
	}
	if took := p.ends(t); took > time.Second {
		t.Errorf("it took %v to stop", took)
	}
	for _, c := range held {
		c.Close()
	}
}

// browser is the cookie of one that was let in.
func (r *running) browser(t *testing.T) string {
	t.Helper()
	_, code := r.call(t, "POST", "/v1/pages/codes", "{}")
	resp := r.page(t, "POST", "/session", fmt.Sprintf(`{"code":%q}`, code["code"]), "")
	if len(resp.Cookies()) != 1 {
		t.Fatal(resp.Status)
	}
	return resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
}

// page is what the counter's page asks; the body of the answer is read.
func (r *running) page(t *testing.T, method, path, body, cookie string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.till.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Origin": {r.till.base}, "Content-Type": {"application/json"}, "Cookie": {cookie}, "Accept": {"text/html"}}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(strings.NewReader(string(text)))
	return resp
}
