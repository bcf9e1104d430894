// Package serialport opens serial lines.
//
// It is the only place that knows the serial driver library. What it hands out
// is an io.ReadWriteCloser, so that whoever reads or writes a line can state
// its own small interface and be tested without one.
package serialport

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// Parity is how a line's parity bit is made. Example: "even".
type Parity string

const (
	None  Parity = "none"
	Odd   Parity = "odd"
	Even  Parity = "even"
	Mark  Parity = "mark"
	Space Parity = "space"
)

var parities = map[Parity]serial.Parity{
	None: serial.NoParity, Odd: serial.OddParity, Even: serial.EvenParity,
	Mark: serial.MarkParity, Space: serial.SpaceParity,
}

// Config says which line to open and how. A zero field takes the value that
// most scanners leave the factory with: 9600 baud, 8 data bits, no parity, one
// stop bit.
type Config struct {
	// Path names the line. Prefer a name that survives replugging, such as
	// /dev/serial/by-id/usb-… over /dev/ttyACM0. It is looked up at every Open.
	// A Line knows more ways to name one. Examples:
	// "/dev/serial/by-id/usb-Zebra_Scanner-if00", "COM3".
	Path string
	// Baud is the line speed in bits per second.
	Baud int
	// DataBits is 5 to 8.
	DataBits int
	// Parity is the parity bit; empty means None.
	Parity Parity
	// StopBits is 1 or 2.
	StopBits int
	// ReadTimeout is how long a Read waits for the first byte; zero means
	// 200 ms. Shorter makes an idle line cost processor time, longer makes
	// stopping slow.
	ReadTimeout time.Duration
}

const (
	defaultReadTimeout = 200 * time.Millisecond
	minReadTimeout     = 10 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.Baud == 0 {
		c.Baud = 9600
	}
	if c.DataBits == 0 {
		c.DataBits = 8
	}
	if c.Parity == "" {
		c.Parity = None
	}
	if c.StopBits == 0 {
		c.StopBits = 1
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	return c
}

// Validate returns every complaint about the settings at once, or nil.
func (c Config) Validate() error {
	c = c.withDefaults()
	var complaints []error
	complain := func(format string, args ...any) {
		complaints = append(complaints, fmt.Errorf(format, args...))
	}
	if err := CheckPath(c.Path); err != nil {
		complaints = append(complaints, err)
	}
	if c.Baud < 0 {
		complain("baud is %d; it must be positive, for example 9600", c.Baud)
	}
	if c.DataBits < 5 || c.DataBits > 8 {
		complain("data bits are %d; choose 5, 6, 7 or 8", c.DataBits)
	}
	if _, known := parities[c.Parity]; !known {
		complain("parity is %q; choose none, odd, even, mark or space", c.Parity)
	}
	if !slices.Contains([]int{1, 2}, c.StopBits) {
		complain("stop bits are %d; choose 1 or 2", c.StopBits)
	}
	if c.ReadTimeout < minReadTimeout {
		complain("read time-out is %s; choose at least %s", c.ReadTimeout, minReadTimeout)
	}
	return errors.Join(complaints...)
}

// Port is an open serial line. One goroutine may read while another writes;
// Close may be called at any time, but does not release a Write that waits for
// a device which takes no data.
type Port struct {
	path   string
	line   serial.Port
	claim  io.Closer
	tells  bool        // the device can be asked whether it is there
	closed atomic.Bool // no Write may begin any more
	close  func() error
}

// Open opens the line and makes it ours alone. Its error is an *Error.
//
// A Read on the port returns 0, nil when nothing came within the read
// time-out. Any error of Read means that the port is gone for good: every later
// Read fails at once, and only closing and opening again helps.
func Open(cfg Config) (*Port, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, failed("open", cfg.Path, err)
	}
	device, claim, err := claimDevice(cfg.Path)
	if err != nil {
		return nil, failed("open", cfg.Path, err)
	}
	line, err := openLine(device, cfg)
	if err != nil {
		err = failed("open", cfg.Path, err)
		if closeErr := claim.Close(); closeErr != nil {
			err = errors.Join(err, closeErr)
		}
		return nil, err
	}
	p := &Port{path: cfg.Path, line: line, claim: claim, tells: tellsSignals(line)}
	p.close = sync.OnceValue(p.closeBoth)
	return p, nil
}

func openLine(device string, cfg Config) (serial.Port, error) {
	mode := &serial.Mode{
		BaudRate: cfg.Baud,
		DataBits: cfg.DataBits,
		Parity:   parities[cfg.Parity],
		StopBits: serial.OneStopBit,
	}
	if cfg.StopBits == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	line, err := serial.Open(device, mode)
	if err != nil {
		return nil, err
	}
	// Once, before the first Read: the library does not lock this field.
	if err := line.SetReadTimeout(cfg.ReadTimeout); err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return line, nil
}

// Read waits at most the read time-out for the first byte and returns what is
// there. It returns 0, nil when nothing came.
func (p *Port) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil // the library would take an empty read for a lost port
	}
	n, err := p.line.Read(b)
	if err != nil {
		return n, failed("read", p.path, err)
	}
	return n, nil
}

// SetReadTimeout says how long a Read waits for the first byte, at least 10 ms.
// Whoever reads calls it, between two reads.
func (p *Port) SetReadTimeout(d time.Duration) error {
	if err := p.line.SetReadTimeout(max(d, minReadTimeout)); err != nil {
		return failed("set the read time-out of", p.path, err)
	}
	return nil
}

// Write sends all of b or says how much was sent and why no more. It has no
// time-out: it waits as long as the device takes no data.
func (p *Port) Write(b []byte) (int, error) {
	sent := 0
	for sent < len(b) {
		// The library writes to the descriptor's number, which after a Close may
		// be another file's.
		if p.closed.Load() {
			return sent, failed("write", p.path, syscall.EBADF)
		}
		n, err := p.line.Write(b[sent:])
		sent += n
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return sent, failed("write", p.path, err)
		case n == 0:
			return sent, failed("write", p.path, io.ErrShortWrite)
		}
	}
	return sent, nil
}

// Close gives the line back. A Read that waits returns with an error. Closing
// again returns what the first Close returned.
func (p *Port) Close() error { return p.close() }

func (p *Port) closeBoth() error {
	p.closed.Store(true)
	if err := errors.Join(p.line.Close(), p.claim.Close()); err != nil {
		return failed("close", p.path, err)
	}
	return nil
}
