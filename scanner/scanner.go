// Package scanner turns a device's bytes into scans.
//
// A Reader keeps one device open for as long as it runs: it opens the port,
// frames what arrives, drops the repeats that presentation scanners send, and
// when the device goes away it waits for it to come back. A device that cannot
// be used is never an error of Run; it is a State.
package scanner

import (
	"context"
	"io"
	"time"

	"github.com/rs/zerolog"

	"zegel/scanner/frame"
)

// Scan is one code a device read.
type Scan struct {
	// Device is the configured name of the device. Example: "lane 1".
	Device string
	// Text is the code as frame.Event has it; it may be a full card number and
	// belongs in no log.
	Text string
	// Symbology is the AIM identifier, empty if the device sends none.
	// Example: "]E0".
	Symbology string
	// At is when it was received, by Config.Now, in UTC.
	At time.Time
}

// Reject is something a device sent that is no code.
type Reject struct {
	Device string
	// Reason may be frame.NoRead, which is the device's own report and no
	// fault.
	Reason frame.Reason
	// Hint names a likely cause in the line settings; mostly empty.
	Hint frame.Hint
	// At is in UTC.
	At time.Time
}

// State is what can be said of the port. Example: "ready".
type State string

const (
	// Opening: Run has not finished its first attempt.
	Opening State = "opening"
	// Ready: the port is open and being read.
	Ready State = "ready"
	// Lost: the port was open and failed.
	Lost State = "lost"
	// Absent: there is no such device.
	Absent State = "absent"
	// Busy: another program has the port.
	Busy State = "busy"
	// Denied: this user may not open the port.
	Denied State = "denied"
	// Failed: the port cannot be opened for another reason.
	Failed State = "failed"
	// Closed: Run has returned or was never called.
	Closed State = "closed"
)

// Port is an open line. Read must return at least once in Config.ReadTimeout,
// with 0, nil when nothing came, or else return when Close is called.
type Port interface {
	io.Reader
	io.Closer
}

// Config is what a Reader needs. Name and Open are required; callbacks may be
// nil.
type Config struct {
	// Name names the device in scans and logs.
	Name string
	// Open opens the port; it is called again after every loss, so it must
	// look the path up each time. Its errors are told apart by errors.Is:
	// fs.ErrNotExist is Absent, fs.ErrPermission is Denied, syscall.EBUSY is
	// Busy, everything else Failed.
	Open func() (Port, error)
	// Line says how the device ends a code.
	Line frame.LineConfig
	// ReadTimeout must be the read time-out that Open gives the port; zero
	// means 200 ms. Reads that keep coming back empty in less than half of it
	// are taken for a dead driver.
	ReadTimeout time.Duration
	// Repeat is how long after a scan the same code is taken for a repeat and
	// dropped. Zero means 1.5 s, negative means never.
	Repeat time.Duration
	// Now tells the time put into scans; nil means time.Now. Intervals do not
	// depend on it.
	Now func() time.Time
	// Jitter returns chance in [0, 1), which shortens waits for a lost device
	// by up to a quarter so that many do not return at once. Nil means none.
	Jitter func() float64
	// Log gets one line per change of state, never a code. The reader adds the
	// field "device".
	Log zerolog.Logger

	// The callbacks are called one after another from a single goroutine, in
	// the order things happened. They may take their time: the device is read
	// on meanwhile, and of what waits the newest 16 are kept. They must return
	// when ctx is done, because Run waits for them.

	// OnScan takes a code.
	OnScan func(context.Context, Scan)
	// OnReject takes what became no code, so that the cashier can be asked to
	// scan again.
	OnReject func(context.Context, Reject)
	// OnState takes a change of state. Changes that come faster than they are
	// taken are folded into the last; Opening and Closed are not reported.
	OnState func(State)
}

const (
	defaultReadTimeout = 200 * time.Millisecond
	defaultRepeat      = 1500 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	if c.Repeat == 0 {
		c.Repeat = defaultRepeat
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Jitter == nil {
		c.Jitter = func() float64 { return 0 }
	}
	if c.OnScan == nil {
		c.OnScan = func(context.Context, Scan) {}
	}
	if c.OnReject == nil {
		c.OnReject = func(context.Context, Reject) {}
	}
	if c.OnState == nil {
		c.OnState = func(State) {}
	}
	c.Log = c.Log.With().Str("device", c.Name).Logger()
	return c
}

// Status is a Reader at one moment. Counters count from New.
type Status struct {
	State State
	// Since is when State began, by Config.Now, in UTC.
	Since time.Time
	// Trouble is why the device cannot be used, in words for an operator;
	// empty while it can.
	Trouble string
	// LastScan is when the last code came, repeats included; zero if none has.
	LastScan time.Time

	Scans   uint64 // codes queued for OnScan
	Repeats uint64 // codes dropped as repeats
	NoReads uint64 // the device's own reports of having read nothing
	Rejects uint64 // everything else that became no code
	Dropped uint64 // scans, rejects and no-reads dropped because their taker was slow
	Losses  uint64 // times an open port failed
}
