// Package device opens receipt printers: on a serial line, as a Linux device file, over TCP port 9100, in a queue of Windows, as a file.
//
// All devices behave alike. Write returns once the bytes have left this machine, as far as it can know: written
// is not printed, but what is still in a buffer of ours is certainly not. It returns how many bytes may have
// reached the printer; only that none did is certain. After ErrTimeout, which may come with the reason, the rest may be written
// later, and an empty p waits for what is under way; after any other error the device is of no more use. The time
// that Write takes at most follows from the bytes; a context with an earlier deadline is heeded.
//
// Where the line goes both ways (Serial, LP, TCP) a goroutine of the device reads all the time. Status asks the
// printer how it is. Receive hands out everything else that has come, in order and as it came: automatic status,
// answers in turn, confirmations. It waits for the first byte until its context ends, then its error wraps
// ErrSilent; one that wraps ErrOffline says that the line has ended and nothing that came before it is left. When
// nobody receives, the oldest bytes go. WriteRealTime sends a command past the flow control that holds slips up;
// such a command must not stand inside another one.
//
// A device is used by one goroutine at a time.
package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// The reasons why a printer does not print. Errors of this package wrap one of them.
var (
	ErrAbsent   = errors.New("printer is not there")
	ErrBusy     = errors.New("printer is in use by another program, or does not listen there")
	ErrDenied   = errors.New("not allowed to use the printer")
	ErrPaperOut = errors.New("paper out")
	ErrOffline  = errors.New("printer went away")
	ErrTimeout  = errors.New("printer takes no more data")
	ErrSilent   = errors.New("printer does not answer")
)

const (
	// patience is what a device may take on top of the time its bytes need.
	patience = 3 * time.Second
	// paperRate is how many bytes of text a second every printer takes once its buffer is full: 12 lines of 42.
	paperRate = 500
)

// deadlineFor is until when n bytes may take on a link of so many bytes a second, the slower of line and paper.
func deadlineFor(ctx context.Context, n, rate int) time.Time {
	deadline := time.Now().Add(time.Duration(n)*time.Second/time.Duration(min(rate, paperRate)) + patience)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		return d
	}
	return deadline
}

// pause waits a moment between two looks at a device, and reports whether there is time for another look.
func pause(ctx context.Context, d time.Duration, deadline time.Time) error {
	if !time.Now().Add(d).Before(deadline) {
		return os.ErrDeadlineExceeded
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", os.ErrDeadlineExceeded, ctx.Err())
	}
}

// because says what failed with which printer, for one of this package's reasons.
func because(reason error, doing, name string, cause error) error {
	return fmt.Errorf("%s %s: %w: %w", doing, name, reason, cause)
}

// lost is the reason of an error while data travelled.
func lost(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrTimeout
	}
	return ErrOffline
}
