// Package device opens receipt printers: on a serial line, as a Linux device file, over TCP port 9100, as a file.
//
// All devices behave alike. Write returns once the bytes have left this machine, as far as it can know: written
// is not printed, but what is still in a buffer of ours is certainly not. It returns how many bytes may have
// reached the printer; none is certain. After ErrTimeout the rest may be written later; after any other error
// the device is of no more use. A device is used by one goroutine at a time.
package device

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// A handle is what the system gives for an open printer, be it a file or a connection.
type handle interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// write hands p over before the deadline, or until ctx ends.
func write(ctx context.Context, h handle, p []byte, deadline time.Time) (int, error) {
	// A device that knows no deadlines is a plain file, which never waits.
	if err := h.SetWriteDeadline(deadline); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		return 0, err
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = h.SetWriteDeadline(time.Unix(1, 0)) // has succeeded above, or there is nothing to wake
	})
	defer func() {
		if !stop() {
			<-woken // or it would cut the next write short
		}
	}()
	return h.Write(p)
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
