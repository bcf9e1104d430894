package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	store "zegel/store/office"
	"zegel/store/sqlite"
)

// A said is what a command said, and its exit code.
type said struct {
	code     int
	out, err string
}

// run runs a command as a shell would.
func run(t *testing.T, args ...string) said {
	t.Helper()
	out, errs := standard(t, &os.Stdout), standard(t, &os.Stderr)
	code := execute(t.Context(), args)
	return said{code, out(), errs()}
}

// standard puts a file in the place of a standard stream until the func it
// gives is called, which reads what was written.
func standard(t *testing.T, stream **os.File) func() string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "stream")
	if err != nil {
		t.Fatal(err)
	}
	old := *stream
	*stream = f
	return func() string {
		*stream = old
		b, err := os.ReadFile(f.Name())
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

// is complains unless the command ended so and said all of want somewhere.
func (s said) is(t *testing.T, code int, want ...string) said {
	t.Helper()
	failed := s.code != code
	if failed {
		t.Errorf("exit %d, want %d", s.code, code)
	}
	for _, w := range want {
		if !strings.Contains(s.out+s.err, w) {
			failed = true
			t.Errorf("it does not say %q", w)
		}
	}
	if failed {
		t.Logf("it says:\n%s%s", s.out, s.err)
	}
	return s
}

// lines decodes each line of an answer in NDJSON.
func (s said) lines(t *testing.T) (all []map[string]any) {
	t.Helper()
	for dec := json.NewDecoder(strings.NewReader(s.out)); ; {
		var v map[string]any
		err := dec.Decode(&v)
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("no NDJSON: %v\n%s", err, s.out)
		}
		all = append(all, v)
	}
}

// until waits for something to become so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// A site is a folder for a head office, and commands on it.
type site string

func (f site) path(name string) string { return filepath.Join(string(f), name) }

func (f site) run(t *testing.T, args ...string) said {
	t.Helper()
	return run(t, append(args, "--data", string(f))...)
}

// founded is a head office that was served once.
func founded(t *testing.T) site {
	t.Helper()
	f := site(filepath.Join(t.TempDir(), "office"))
	f.serve(t).stop(t)
	return f
}

// A served is a head office under way.
type served struct {
	site
	address string
	log     *os.File
	cancel  context.CancelFunc
	ended   chan int
}

// serve serves the head office as a shell would, until stop.
func (f site) serve(t *testing.T, args ...string) *served {
	t.Helper()
	log, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := &served{site: f, log: log, cancel: cancel, ended: make(chan int, 1)}
	ours := os.Stderr
	os.Stderr = log
	go func() { // received in stop
		s.ended <- execute(ctx, append([]string{"serve", "--data", string(f), "--listen", "127.0.0.1:0"}, args...))
	}()
	until(t, "head office is running", func() bool {
		s.address = addressIn(s.said(t))
		return s.address != "" || len(s.ended) > 0
	})
	os.Stderr = ours
	if s.address == "" {
		t.Fatalf("it did not start: exit %d\n%s", <-s.ended, s.said(t))
	}
	t.Cleanup(func() { s.stop(t) })
	return s
}

// addressIn is the address a log says head office is running on.
func addressIn(log string) string {
	for line := range strings.Lines(log) {
		var v struct{ Message, Address string }
		if json.Unmarshal([]byte(line), &v) == nil && v.Message == "head office is running" {
			return v.Address
		}
	}
	return ""
}

func (s *served) said(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(s.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stop ends it, the first time, and complains unless it ends well.
func (s *served) stop(t *testing.T) {
	t.Helper()
	if s.ended == nil {
		return
	}
	s.cancel()
	code := <-s.ended
	s.ended = nil
	if log := s.said(t); code != 0 || strings.Count(log, `"head office has stopped"`) != 1 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
	if err := s.log.Close(); err != nil {
		t.Error(err)
	}
}

// contents are the bytes of a file, nil if there is none.
func (f site) contents(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(f.path(name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return b
}

// copied is a copy of the folder, of a head office that is not served.
func (f site) copied(t *testing.T) site {
	t.Helper()
	to := site(filepath.Join(t.TempDir(), "copy"))
	if err := os.CopyFS(string(to), os.DirFS(string(f))); err != nil {
		t.Fatal(err)
	}
	return to
}

func (f site) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(f.path(name)); err != nil {
		t.Fatal(err)
	}
}

func (f site) write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(f.path(name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// damage changes the database behind head office's back.
func (f site) damage(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Options{Path: f.path("office.db"), ApplicationID: store.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		err = errors.Join(err, db.Write(t.Context(), func(tx *sqlite.Tx) error {
			n, err := tx.Exec(s)
			if n == 0 {
				err = errors.Join(err, errors.New("the test itself: nothing was changed by "+s))
			}
			return err
		}))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// same complains where the database differs from what it was.
func (f site) same(t *testing.T, was []byte) {
	t.Helper()
	if !bytes.Equal(f.contents(t, "office.db"), was) {
		t.Error("the database was changed")
	}
}
