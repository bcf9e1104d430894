package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"zegel/printer/printertest"
	"zegel/scanner/scannertest"
)

// A Shop is a real daemon in a process of its own, with the devices it hangs on
// in our hands.
type Shop struct {
	folder  string
	binary  string
	args    []string // --config and what the caller adds
	Scanner *scannertest.Device
	Reader  *Reader // of chips; nil where there is none
	Printer *printertest.Printer
	// Heard, if it is set, is told of every call that asks for something to be
	// done, from whichever goroutine made it. It is set before Start.
	Heard func(Exchange)

	wire   *printertest.Pty // the printer's line; the file "printer" leads to it; nil while it is pulled
	child  *exec.Cmd        // nil before the first start and after a kill
	exited chan error
	log    *os.File

	mu    sync.Mutex // guards what follows
	base  string     // "http://127.0.0.1:…"
	token string
}

const lane = "kassa1"

// columns of the printer's paper.
const columns = 42

// patience is how long anything in the demo may take before it is a failure.
const patience = 20 * time.Second

// A ShopConfig says what a shop is made of.
type ShopConfig struct {
	Binary    string // the program it runs
	Folder    string // for everything it keeps; made if it is not there
	Programme []byte // its rules, as a file
	Office    string // head office's address; "" for a shop that stands alone
	Pulled    string // where head office may pull; "" nowhere
	// Paper is a plain file to print into; "" is a printer with paper, a line
	// that can break, and a will of its own.
	Paper string
	// Reader puts a reader of chips beside the scanner.
	Reader bool
}

// NewShop makes a folder with a configuration and devices; nothing runs yet.
func NewShop(cfg ShopConfig) (*Shop, error) {
	folder := cfg.Folder
	s := &Shop{
		folder: folder, binary: cfg.Binary,
		Scanner: scannertest.New(filepath.Join(folder, "scanner")),
		Printer: printertest.New(columns),
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the shop's folder: %w", err)
	}
	printer := "usb:" + filepath.Join(folder, "printer")
	if cfg.Paper != "" {
		printer = "file:" + cfg.Paper
	}
	if err := s.PlugPrinter(); err != nil {
		return nil, err
	}
	if err := s.Scanner.Plug(); err != nil {
		return nil, fmt.Errorf("make the scanner: %w", err)
	}
	reader := ""
	if cfg.Reader {
		var err error
		if s.Reader, err = plugReader(filepath.Join(folder, "reader")); err != nil {
			return nil, err
		}
		reader = fmt.Sprintf("[[lane.scanner]]\nname = \"chips\"\ndevice = %q\npreset = \"pn532\"\n", s.Reader.line.Path())
	}
	config := fmt.Sprintf(`[shop]
name = "Demo"
programme = "punten.toml"
[store]
database = "data/zegel.db"
mark = "mark/mark.json"
secrets = "secrets"
[api]
listen = "127.0.0.1:0"
address = "address"
[[lane]]
name = %q
[[lane.scanner]]
device = %q
%s[lane.printer]
device = %q
columns = %d
[office]
url = %q
listen = %q
seconds = 1
`, lane, s.Scanner.Path(), reader, printer, columns, cfg.Office, cfg.Pulled)
	if err := os.WriteFile(filepath.Join(folder, "punten.toml"), cfg.Programme, 0o600); err != nil {
		return nil, fmt.Errorf("write the programme: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "zegel.toml"), []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	s.args = []string{"--config", filepath.Join(folder, "zegel.toml")}
	var err error
	s.log, err = os.OpenFile(filepath.Join(folder, "daemon.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the daemon's log: %w", err)
	}
	return s, nil
}

// Folder is where the shop keeps everything.
func (s *Shop) Folder() string { return s.folder }

// PlugPrinter gives the printer a line, or a new one after the old one broke.
func (s *Shop) PlugPrinter() error {
	if err := s.UnplugPrinter(); err != nil {
		return err
	}
	wire, err := s.Printer.Pty()
	if err != nil {
		return fmt.Errorf("plug the printer in: %w", err)
	}
	s.wire = wire
	path := filepath.Join(s.folder, "printer")
	if err := os.Symlink(wire.Path(), path+".new"); err != nil {
		return fmt.Errorf("plug the printer in: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("plug the printer in: %w", err)
	}
	return nil
}

// UnplugPrinter pulls the printer's line. Pulling a line that is pulled does
// nothing.
func (s *Shop) UnplugPrinter() error {
	if s.wire == nil {
		return nil
	}
	err := errors.Join(os.Remove(filepath.Join(s.folder, "printer")), s.wire.Close())
	s.wire = nil
	if err != nil {
		return fmt.Errorf("pull the printer's line: %w", err)
	}
	return nil
}

// Start starts the daemon and waits until it serves and has its scanner.
func (s *Shop) Start(ctx context.Context) error {
	address := filepath.Join(s.folder, "address")
	if err := os.Remove(address); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("start the daemon: %w", err)
	}
	s.child = exec.Command(s.binary, append([]string{"run"}, s.args...)...)
	s.child.Stderr = s.log
	// The daemon goes when we go, however that happens; but a Ctrl-C is ours
	// alone, so that the day can be brought to its end.
	s.child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := s.child.Start(); err != nil {
		return fmt.Errorf("start the daemon: %w", err)
	}
	s.exited = make(chan error, 1)
	go func(c *exec.Cmd, exited chan<- error) { exited <- c.Wait() }(s.child, s.exited) // Stop and Kill wait for it
	return s.Until(ctx, "the daemon serves", func() (bool, error) {
		b, err := os.ReadFile(address)
		if err != nil {
			return false, nil
		}
		token, err := os.ReadFile(filepath.Join(s.folder, "secrets", "token"))
		if err != nil {
			return false, err
		}
		s.mu.Lock()
		s.base, s.token = "http://"+strings.TrimSpace(string(b)), strings.TrimSpace(string(token))
		s.mu.Unlock()
		return s.ready(ctx)
	})
}

// ready reports whether the daemon has its scanner.
func (s *Shop) ready(ctx context.Context) (bool, error) {
	st, err := s.Status(ctx)
	if err != nil {
		return false, nil // it is only just coming up, or going down
	}
	for _, sc := range st.Scanners {
		if sc.State != "ready" {
			return false, nil
		}
	}
	return true, nil
}

// Until asks again and again until what is wanted is so, and says what was not.
func (s *Shop) Until(ctx context.Context, what string, so func() (bool, error)) error {
	deadline := time.Now().Add(patience)
	for {
		ok, err := so()
		if err != nil {
			return fmt.Errorf("wait until %s: %w", what, err)
		}
		if ok {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("wait until %s: not so after %v", what, patience)
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return fmt.Errorf("wait until %s: the daemon ended: %w; the end of its log:\n%s", what, err, s.lastWords())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// Kill ends the daemon as a power cut would, as far as the process is concerned.
func (s *Shop) Kill() error {
	if err := s.child.Process.Kill(); err != nil {
		return fmt.Errorf("kill the daemon: %w", err)
	}
	<-s.exited
	s.child = nil
	return nil
}

// Running reports whether the daemon was started and has not ended since.
func (s *Shop) Running() bool {
	select {
	case err := <-s.exited:
		s.exited <- err
		return false
	default:
		return s.child != nil
	}
}

// Stop ends the daemon in good order.
func (s *Shop) Stop() error {
	if s.child == nil {
		return nil
	}
	if err := s.child.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the daemon: %w", err)
	}
	select {
	case err := <-s.exited:
		s.exited <- err
		if err != nil {
			return fmt.Errorf("stop the daemon: %w; the end of its log:\n%s", err, s.lastWords())
		}
		return nil
	case <-time.After(patience):
		return errors.Join(fmt.Errorf("the daemon did not stop within %v", patience), s.Kill())
	}
}

// Close lets go of the devices.
func (s *Shop) Close() error {
	return errors.Join(s.UnplugPrinter(), s.Scanner.Unplug(), s.Reader.unplug(), s.log.Close())
}

// Tool runs another command of the same binary on the shop's configuration.
func (s *Shop) Tool(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, s.binary, append(args, s.args...)...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("zegel %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(complaint.String()))
	}
	return out.Bytes(), nil
}

// A Status is the part of the daemon's status that the demo looks at.
type Status struct {
	Store struct {
		Records    int64 `json:"records"`
		Unsent     int64 `json:"unsent"`
		SlipsDue   int64 `json:"slips_due"`
		Printed    int64 `json:"slips_printed"`
		Duplicates int64 `json:"slips_duplicate"`
	} `json:"store"`
	Scanners []struct {
		State    string `json:"state"`
		Scans    int64  `json:"scans"`
		Rejected int64  `json:"rejected"`
		Repeats  int64  `json:"repeats"`
		Losses   int64  `json:"losses"`
	} `json:"scanners"`
	Printers []struct {
		State  string `json:"state"`
		Reason string `json:"reason"`
	} `json:"printers"`
	Office struct {
		State string `json:"state"`
	} `json:"office"`
}

// Status asks the daemon how it is.
func (s *Shop) Status(ctx context.Context) (Status, error) {
	var st Status
	status, err := s.call(ctx, http.MethodGet, "/v1/status", nil, &st)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("ask the daemon how it is: it answered %d", status)
	}
	return st, err
}
