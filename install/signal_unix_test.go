//go:build unix

package install

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// child is set in a process that plays the daemon for these tests.
const child = "ZEGEL_INSTALL_TEST_CHILD"

func TestMain(m *testing.M) {
	if how := os.Getenv(child); how != "" {
		os.Exit(play(how))
	}
	os.Exit(m.Run())
}

// play is a daemon that stops when it is told to, or never, or gives up.
func play(how string) int {
	daemon := func(ctx context.Context) error {
		fmt.Println("running")
		if how == "gives up" {
			return errGaveUp
		}
		<-ctx.Done()
		fmt.Println("stopping")
		if how == "stubborn" {
			select {}
		}
		fmt.Println("stopped")
		return nil
	}
	if how == "gives up" {
		p := &program{ctx: context.Background(), done: make(chan struct{}), run: daemon}
		if err := p.Start(nil); err != nil {
			return 1
		}
		select {}
	}
	if how == "stubborn" {
		time.AfterFunc(time.Minute, func() { os.Exit(99) }) // should its test be gone
	}
	if err := Run(context.Background(), "zegel", daemon); err != nil {
		return 1
	}
	return 0
}

// A process is a child, and what it says.
type process struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func start(t *testing.T, how string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+how)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	p := &process{cmd, bufio.NewScanner(io.LimitReader(out, 1<<10))}
	p.says(t, "running")
	return p
}

func (p *process) says(t *testing.T, want string) {
	t.Helper()
	if !p.lines.Scan() || p.lines.Text() != want {
		t.Fatalf("the daemon says %q, want %q", p.lines.Text(), want)
	}
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

func TestASignalStopsTheDaemon(t *testing.T) {
	for _, s := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(s.String(), func(t *testing.T) {
			p := start(t, "obedient")
			p.signal(t, s)
			p.says(t, "stopping")
			p.says(t, "stopped")
			if err := p.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestASecondSignalEndsADaemonThatDoesNotStop(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			p := start(t, "stubborn")
			p.signal(t, syscall.SIGTERM)
			p.says(t, "stopping")
			ended := make(chan error, 1)
			go func() { ended <- p.Wait() }() // received below
			for deadline := time.Now().Add(20 * time.Second); ; {
				p.signal(t, s)
				select {
				case err := <-ended:
					var how *exec.ExitError
					if !errors.As(err, &how) || how.Sys().(syscall.WaitStatus).Signal() != s {
						t.Errorf("it ended with %v", err)
					}
					return
				case <-time.After(10 * time.Millisecond):
					if time.Now().After(deadline) {
						t.Fatal("it goes on")
					}
				}
			}
		})
	}
}

// A service manager that gave no order to stop restarts only a process that ended.
func TestAServiceThatGivesUpEndsItsProcess(t *testing.T) {
	p := start(t, "gives up")
	var how *exec.ExitError
	if err := p.Wait(); !errors.As(err, &how) || how.ExitCode() != 70 {
		t.Errorf("it ended with %v", err)
	}
}
