package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	Printer *printertest.Printer
	wire    *printertest.Pty // the printer's line; the file "printer" leads to it
	child   *exec.Cmd
	exited  chan error
	log     *os.File
	base    string // "http://127.0.0.1:…"
	token   string
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
[lane.scanner]
device = %q
[lane.printer]
device = %q
columns = %d
[office]
url = %q
listen = %q
seconds = 1
`, lane, s.Scanner.Path(), printer, columns, cfg.Office, cfg.Pulled)
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
	if s.wire != nil {
		if err := s.wire.Close(); err != nil {
			return fmt.Errorf("plug the printer in: %w", err)
		}
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
		s.base = "http://" + strings.TrimSpace(string(b))
		token, err := os.ReadFile(filepath.Join(s.folder, "secrets", "token"))
		if err != nil {
			return false, err
		}
		s.token = strings.TrimSpace(string(token))
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
			return fmt.Errorf("wait until %s: the daemon ended: %w; its log is %s", what, err, s.log.Name())
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
	return nil
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

// lastWords is the end of the daemon's log: a test's folder is gone when
// somebody wants to read why it failed.
func (s *Shop) lastWords() string {
	const enough = 4 << 10
	data, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-enough):])
}

// Close lets go of the devices.
func (s *Shop) Close() error { return errors.Join(s.wire.Close(), s.Scanner.Unplug(), s.log.Close()) }

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
	_, err := s.call(ctx, http.MethodGet, "/v1/status", nil, &st)
	return st, err
}

// A LaneView is what the lane's screen shows.
type LaneView struct {
	State   string `json:"state"`
	Card    string `json:"card"`
	New     bool   `json:"new"`
	Refused string `json:"refused"`
}

// View asks what the lane's screen shows.
func (s *Shop) View(ctx context.Context) (LaneView, error) {
	var v LaneView
	_, err := s.call(ctx, http.MethodGet, "/v1/lanes/"+lane, nil, &v)
	return v, err
}

// An Answer is the part of a sale's answer that the demo looks at.
type Answer struct {
	Record  string `json:"record"`
	Code    string `json:"code"`
	Account string `json:"account"`
	Earned  []struct {
		Wallet string `json:"wallet"`
		Points int64  `json:"thousandths"`
	} `json:"earned"`
	Redeemed []struct {
		Reward string `json:"reward"`
		Points int64  `json:"thousandths"`
	} `json:"redeemed"`
	Discount int64  `json:"discount"`
	Repeat   bool   `json:"repeat"`
	Detail   string `json:"detail"` // of a refusal
}

// A Wish is what a customer wants for points.
type Wish struct {
	Reward string `json:"reward"`
	Points int64  `json:"thousandths"`
}

// Sell plays the till: it says what was bought, and what the customer wants
// off it for points. status is HTTP's.
func (s *Shop) Sell(ctx context.Context, id, day string, cents int64, wishes ...Wish) (a Answer, status int, err error) {
	sale := map[string]any{"basket": map[string]any{
		"key": map[string]string{"till": lane, "day": day, "id": id}, "currency": "EUR", "total": cents,
	}}
	if len(wishes) > 0 {
		sale["redeem"] = wishes
	}
	status, err = s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/sales", sale, &a)
	return a, status, err
}

// Offer asks how many points the customer at the lane could redeem for a
// reward on a basket, in thousandths.
func (s *Shop) Offer(ctx context.Context, reward, day string, cents int64) (most int64, err error) {
	asked := map[string]any{"basket": map[string]any{
		"key": map[string]string{"till": lane, "day": day, "id": "offer"}, "currency": "EUR", "total": cents,
	}}
	var told struct {
		Offers []struct {
			Reward string `json:"reward"`
			Most   int64  `json:"most"`
		} `json:"offers"`
	}
	if _, err := s.call(ctx, http.MethodPost, "/v1/lanes/"+lane+"/offers", asked, &told); err != nil {
		return 0, err
	}
	for _, o := range told.Offers {
		if o.Reward == reward {
			most = o.Most
		}
	}
	return most, nil
}

// call makes one request of the daemon. Any answer at all is no error.
func (s *Shop) call(ctx context.Context, method, path string, body, into any) (int, error) {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, fmt.Errorf("call the daemon: %w", err)
		}
		content = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, content)
	if err != nil {
		return 0, fmt.Errorf("call the daemon: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("call the daemon: %w", err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(into); err != nil {
		return resp.StatusCode, fmt.Errorf("call the daemon: %s: %w", resp.Status, err)
	}
	return resp.StatusCode, nil
}
