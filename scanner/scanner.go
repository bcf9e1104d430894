// Package scanner turns a device's bytes into scans.
//
// A Reader keeps one device open for as long as it runs: it opens the port,
// frames what arrives, drops the repeats that presentation scanners and tags in
// a field send, tells the device whether a scan was taken, and when the device
// goes away it waits for it to come back. A device that cannot be used is never
// an error of Run; it is a State.
//
// Where one scanner serves a till as well, the Reader sorts: codes that are not
// ours go on at once, and a Forward keeps the till's line.
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
	// belongs in no log. It is empty in what Config.Pass gets for bytes that are
	// no code for us.
	Text string
	// Symbology is the AIM identifier, or frame.UID, frame.EM4100 or frame.NDEF;
	// empty if the device sends none. Example: "]E0".
	Symbology string
	// Tag says that it was read by radio.
	Tag bool
	// Raw is what a till on the same cable would have read, as frame.Event has
	// it; nil if there is no such thing. It belongs in no log either.
	Raw []byte
	// At is when it was received, by Config.Now, in UTC.
	At time.Time
}

// Verdict is what became of a scan, as far as its device can say it.
type Verdict int

const (
	// Silent: the device says nothing.
	Silent Verdict = iota
	// Accepted: the device says that all is well.
	Accepted
	// Refused: the device says that something is not.
	Refused
)

// Feedback is what a device must be sent so that it beeps or blinks. Nil is
// none: a scan counts without it.
type Feedback struct {
	Accept, Reject []byte
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
	// Ready: the port is open and being read. After the device fell silent on
	// an open port, only an answer from it makes it ready again.
	Ready State = "ready"
	// Lost: the port was open and failed, or the device does not answer on it.
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
// with 0, nil when nothing came, or else return when Close is called. Write may
// wait for a device that takes no data; it is called from another goroutine
// than Read.
//
// If a port has a method Alive() error, it is asked on a quiet line every 5 s,
// between two reads; an error is a loss. It is for systems on which a read does
// not notice that the device went.
type Port interface {
	io.Reader
	io.Writer
	io.Closer
}

// Config is what a Reader needs. Name, Open and Framer are required; callbacks
// may be nil.
type Config struct {
	// Name names the device in scans and logs.
	Name string
	// Open opens the port; it is called again after every loss, so it must
	// look the path up each time. Its errors are told apart by errors.Is:
	// fs.ErrNotExist is Absent, fs.ErrPermission is Denied, syscall.EBUSY is
	// Busy, everything else Failed.
	Open func() (Port, error)
	// Framer cuts the device's bytes into codes. It belongs to the Reader.
	Framer frame.Framer
	// ReadTimeout must be the read time-out that Open gives the port; zero
	// means 200 ms. Reads that keep coming back empty in less than half of it
	// are taken for a dead driver.
	ReadTimeout time.Duration
	// Repeat is how long after a scan the same code is taken for a repeat and
	// dropped. Zero means 1.5 s, negative means never.
	Repeat time.Duration
	// Hold makes a repeat start the window again, for a scanner that reads a
	// card over and over while it lies in front of it.
	Hold bool
	// Presence is how long a tag must not have been read before reading it
	// counts as a new scan. Zero means 700 ms, negative means that every
	// reading counts.
	Presence time.Duration
	// Feedback is sent after OnScan returned Accepted or Refused. Its Reject is
	// also sent after OnReject, unless the device only read nothing, and when
	// Pass took nothing; but never for what came within 250 ms of a beep, which
	// may be the device's answer to it.
	Feedback Feedback
	// Now tells the time put into scans; nil means time.Now. Intervals do not
	// depend on it.
	Now func() time.Time
	// Wall is the wall clock, by which is noticed that the computer slept: a
	// line that slept along is opened again. Nil means time.Now.
	Wall func() time.Time
	// Jitter returns chance in [0, 1), which shortens waits for a lost device
	// by up to a quarter so that many do not return at once. Nil means none.
	Jitter func() float64
	// Log gets one line per change of state, never a code. The reader adds the
	// field "device".
	Log zerolog.Logger

	// The callbacks are called one after another from a single goroutine, in
	// the order things happened. They may take their time: the device is read
	// on meanwhile, and of what waits the newest 16 are kept, scans before rejects. They must return
	// when ctx is done, because Run waits for them.

	// OnScan takes a code and says what became of it. Nil takes all silently.
	OnScan func(context.Context, Scan) Verdict
	// OnReject takes what became no code, so that the cashier can be asked to
	// scan again.
	OnReject func(context.Context, Reject)
	// OnState takes a change of state. Changes that come faster than they are
	// taken are folded into the last; Opening and Closed are not reported.
	OnState func(State)

	// Pass makes the Reader share its scanner with a till. The two functions
	// are called by the goroutine that reads the device and must not wait.

	// Ours says whether a code is for us. Nil means that all are. It is asked
	// only if Pass is set, and never for tags, which no till can read.
	Ours func(text, symbology string) bool
	// Pass takes what is not ours, at once and in order, repeats included
	// because three of the same are three. That is codes, codes that we cannot
	// read but the till perhaps can, and the late half of their terminators; of
	// the latter two only Raw is set. It reports whether the till's side took it;
	// where not, the device says that the scan is to be made again.
	Pass func(Scan) bool
}

const (
	defaultReadTimeout = 200 * time.Millisecond
	defaultRepeat      = 1500 * time.Millisecond
	defaultPresence    = 700 * time.Millisecond
)

func (c Config) withDefaults() Config {
	if c.ReadTimeout <= 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	if c.Repeat == 0 {
		c.Repeat = defaultRepeat
	}
	if c.Presence == 0 {
		c.Presence = defaultPresence
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Jitter == nil {
		c.Jitter = func() float64 { return 0 }
	}
	if c.OnScan == nil {
		c.OnScan = func(context.Context, Scan) Verdict { return Silent }
	}
	if c.OnReject == nil {
		c.OnReject = func(context.Context, Reject) {}
	}
	if c.OnState == nil {
		c.OnState = func(State) {}
	}
	if c.Ours == nil {
		c.Ours = func(string, string) bool { return true }
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
	// LastScan is when the last code came, repeats and codes passed on
	// included; zero if none has.
	LastScan time.Time
	// FeedbackBroken says that the device took no data any more. It is read as
	// before; the next connection tries again.
	FeedbackBroken bool

	Scans   uint64 // codes queued for OnScan
	Repeats uint64 // codes dropped as repeats
	Passed  uint64 // what Pass took, late terminators not counted
	Refused uint64 // what Pass did not take
	NoReads uint64 // the device's own reports of having read nothing
	Rejects uint64 // everything else that became no code and was not passed
	Dropped uint64 // scans, rejects and no-reads dropped because their taker was slow
	Losses  uint64 // times an open port failed
	// Reasons counts the rejects and no-reads by reason, which tells a wrong
	// setting from a bad cable. It is a copy; nil while there are none.
	Reasons map[frame.Reason]uint64
}
