// Package printer puts waiting slips on paper, in order, and knows whether they came out.
//
// A slip is a job of the store. Nothing is handed over in memory: the Spooler is woken, asks the store for the
// oldest job that is due, and prints until none is. Start-up is just the first wake-up, so a crash needs no
// recovery of its own. The README has the states of a job and what happens on each failure.
package printer

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"zegel/printer/escpos"
	"zegel/terminal/loyalty/receipt"
)

// A JobStore keeps the slips that are to be printed. Its methods are called by one goroutine for each lane, and
// an error of any of them ends the Spooler: without knowing what was printed nothing may be printed.
type JobStore interface {
	// NextJob gives the oldest job of the lane that is due: never claimed, held, unknown, or claimed by a
	// Spooler that is gone. It changes nothing, so it gives the same job until one of the other methods is
	// called. Without a job it returns false.
	NextJob(ctx context.Context, lane string) (job receipt.Job, ok bool, err error)
	// ClaimJob adds one to the job's attempts. It is durable when it returns: the next thing that happens is
	// that bytes leave for the printer.
	ClaimJob(ctx context.Context, id int64) error
	// LateJobs sets aside the jobs of the lane that were made, or asked for by hand, before that moment: they are
	// listed, and not due any more. It tells how many they are.
	LateJobs(ctx context.Context, lane string, before time.Time) (int, error)
	// JobPrinted ends a job. proof is one of the Proof constants.
	JobPrinted(ctx context.Context, id int64, proof string) error
	// JobHeld takes the last ClaimJob back, and only that one: it is certain that no byte of it reached the
	// printer. The attempts are what they were before. It is only called after ClaimJob of the same Spooler.
	JobHeld(ctx context.Context, id int64, reason string) error
	// JobUnknown leaves the attempt counted, since it may have left something on paper. The job is due again;
	// its next paper is a copy.
	JobUnknown(ctx context.Context, id int64, reason string) error
}

// What is known of a job that JobPrinted ends, least first.
const (
	// ProofWritten: the printer's side of the line took all bytes; it cannot be asked more.
	ProofWritten = "written"
	// ProofStatus: besides, once the slip must have been printed, the printer was online and had paper.
	ProofStatus = "status-ok"
	// ProofAnswered: the printer answered a question that it comes to only after the slip's cut (GS r).
	ProofAnswered = "answered"
	// ProofConfirmed: it gave back the letters that went with the slip, which it does once the paper is out (GS ( H).
	ProofConfirmed = "confirmed"
)

// A Device is an open printer. It is used by one goroutine.
//
// Write returns once p has left this machine, with the number of bytes that may have reached the printer. After
// device.ErrTimeout the rest may be written later, and an empty p only waits for what is under way; after any
// other error the device is of no more use.
type Device interface {
	Write(ctx context.Context, p []byte) (int, error)
	Close() error
}

// A StatusReporter is a Device that can be asked how it is. An error that wraps device.ErrSilent says only that
// no answer came in time.
type StatusReporter interface {
	Status(ctx context.Context) (escpos.Status, error)
}

// A Listener is a Device that hands out what the printer says besides answers to live status requests, as it came.
// Receive waits for the first byte until ctx ends; then its error wraps device.ErrSilent. With any other the line has
// ended.
type Listener interface {
	Receive(ctx context.Context) ([]byte, error)
}

// An Urgent is a Device that sends a command past the slip a printer is held up in.
type Urgent interface {
	WriteRealTime(ctx context.Context, command []byte) error
}

// Config is what a Spooler needs. Every field but Columns, Images, MaxAge and Log must be set.
type Config struct {
	Lane  string // the checkout whose slips it prints
	Store JobStore
	// Open opens the printer. The Spooler holds it open only while there is something to print. Its errors
	// should wrap a reason of package device.
	Open    func(ctx context.Context) (Device, error)
	Profile escpos.Profile
	// Columns is how many letters are on a line: one of the profile's; 0 is its first.
	Columns int
	// Images are the pictures that slips may name; one that is not there prints nothing.
	Images map[string]image.Image
	// MaxAge is how old a slip may be when it is printed: by then its shopper has gone. Older ones are set aside, and
	// printed by hand. 0 is any age.
	MaxAge time.Duration
	// Copy gives the heading of a paper that may not be the first of its job, such as "DUPLICAAT", in the
	// language of its slip.
	Copy func(lang string) string
	// Now is the clock that moments and durations in Status and the log are taken from.
	Now func() time.Time
	// Jitter gives a number of at least 0 and below 1, so that the lanes of a shop do not try in step.
	Jitter func() float64
	Log    zerolog.Logger
}

func (c Config) validate() error {
	var all []error
	for _, field := range []struct {
		name string
		set  bool
	}{{"Lane", c.Lane != ""}, {"Store", c.Store != nil}, {"Open", c.Open != nil}, {"Copy", c.Copy != nil},
		{"Now", c.Now != nil}, {"Jitter", c.Jitter != nil}} {
		if !field.set {
			all = append(all, fmt.Errorf("spooler: %s is not set", field.name))
		}
	}
	if c.Columns != 0 && !slices.Contains(c.Profile.Columns, c.Columns) {
		all = append(all, fmt.Errorf("spooler: printer model %q has no setting with %d columns: choose from %v",
			c.Profile.Name, c.Columns, c.Profile.Columns))
	}
	return errors.Join(all...)
}

// A State is what a Spooler is doing.
type State string

// The states of a Spooler.
const (
	StateIdle     State = "idle"     // nothing is due
	StatePrinting State = "printing" // a job is on its way
	StateTrouble  State = "trouble"  // the printer does not print; Reason says why
)

// A JobState is how far the job is that is on its way.
type JobState string

// The states of a job that is on its way.
const (
	JobSending JobState = "sending" // its bytes are handed over
	JobSent    JobState = "sent"    // the line has taken all of them, and the printer is to say that it is out
)

// A Status is what a person should know of a lane's printer.
type Status struct {
	Lane  string
	State State
	// Trouble is why nothing is printed, Reason the same in plain words such as "paper out"; both are empty outside
	// StateTrouble.
	Trouble Trouble
	Reason  string
	Since   time.Time // of the trouble
	// Job is the job that is on its way, 0 if none is, and JobState how far it is.
	Job      int64
	JobState JobState
	// PaperLow is what the printer last said about its roll.
	PaperLow bool
	// LastJob is the job that was last printed by this process, 0 if none; LastAt is when, and LastProof what
	// is known of it.
	LastJob   int64
	LastAt    time.Time
	LastProof string
}
