package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A said is what a command said, and its exit code.
type said struct {
	code     int
	out, err string
}

// zegel runs a command as a shell would.
func zegel(t *testing.T, stdin string, args ...string) said {
	t.Helper()
	in := standard(t, &os.Stdin, stdin)
	out, errs := standard(t, &os.Stdout, ""), standard(t, &os.Stderr, "")
	code := execute(t.Context(), args)
	in()
	return said{code, out(), errs()}
}

// standard puts a file in the place of a standard stream until the func it
// gives is called, which reads what was written.
func standard(t *testing.T, stream **os.File, content string) func() string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "stream")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	old := *stream
	*stream = f
	return func() string {
		*stream = old
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

// is complains unless the command ended so and said all of want somewhere.
func (s said) is(t *testing.T, code int, want ...string) {
	t.Helper()
	if s.code != code {
		t.Errorf("exit %d, want %d", s.code, code)
	}
	for _, w := range want {
		if !strings.Contains(s.out+s.err, w) {
			t.Errorf("it does not say %q", w)
		}
	}
	if t.Failed() {
		t.Logf("it says:\n%s%s", s.out, s.err)
	}
}

// reads decodes an answer in JSON.
func (s said) reads(t *testing.T, into any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader([]byte(s.out)))
	if err := dec.Decode(into); err != nil || dec.More() {
		t.Errorf("no JSON, or more than that: %v\n%s", err, s.out)
	}
}

// write puts a file into folder.
func write(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{{"nonesuch"}, {"status", "--nonesuch"}, {"status", "now"}, {"config", "check", "this"}, {"verify", "x"}, {"init", "x"}} {
		if s := zegel(t, "", args...); s.code != exitUsage || !strings.HasPrefix(s.err, "zegel: ") || s.out != "" {
			t.Errorf("%v: exit %d, says %q and %q", args, s.code, s.out, s.err)
		}
	}
}

func TestVersionAndHelp(t *testing.T) {
	zegel(t, "", "version").is(t, 0, "zegel ", "go1.")
	var v struct {
		Version, Go, OS string
		Format          int `json:"record_format"`
	}
	zegel(t, "", "version", "--json").reads(t, &v)
	if v.Version == "" || v.Format != 1 {
		t.Errorf("got %+v", v)
	}
	zegel(t, "", "--help").is(t, 0, "init", "run", "status", "doctor", "verify", "config")
}
