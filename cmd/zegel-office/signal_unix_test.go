//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// child is set in a process that is zegel-office for these tests.
const child = "ZEGEL_OFFICE_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		os.Exit(execute(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

// A buffer is written by a process and read by a test.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestSignalsEndWhatIsLongCleanly(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		ready string // what it says once it is under way
		ends  string
	}{
		{"serve", []string{"serve", "--listen", "127.0.0.1:0"}, "head office is running", "head office has stopped"},
		{"feed", []string{"feed", "--follow"}, `"control":"up_to_date"`, ""},
	} {
		for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			t.Run(c.name+" "+s.String(), func(t *testing.T) {
				f := founded(t)
				var out buffer
				cmd := exec.CommandContext(t.Context(), os.Args[0], append(c.args, "--data", string(f))...)
				cmd.Env = append(os.Environ(), child+"=1")
				cmd.Stdout, cmd.Stderr = &out, &out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				until(t, "it is under way", func() bool { return strings.Contains(out.String(), c.ready) })
				if err := cmd.Process.Signal(s); err != nil {
					t.Error(err)
				}
				err := cmd.Wait()
				if err != nil || !strings.Contains(out.String(), c.ends) || strings.Contains(out.String(), "zegel-office: ") {
					t.Errorf("it ended with %v, and said:\n%s", err, out.String())
				}
				if left := f.contents(t, "office.db-wal"); len(left) > 0 {
					t.Error("its log was not folded into the database")
				}
			})
		}
	}
}

// Writing to a pipe whose reader is gone ends a process that does not ask
// otherwise; what head office says when it stops would be such a line.
func TestALogWhoseReaderIsGoneStopsNothing(t *testing.T) {
	f := founded(t)
	said, log, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "serve", "--listen", "127.0.0.1:0", "--data", string(f))
	cmd.Env = append(os.Environ(), child+"=1")
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log.Close()
	first := make([]byte, 4096)
	if n, err := said.Read(first); err != nil || !bytes.Contains(first[:n], []byte("head office is running")) {
		t.Errorf("it said %q, %v", first[:n], err)
	}
	said.Close()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
