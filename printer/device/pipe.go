package device

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"
)

// A handle is what the system gives for an open printer, be it a file or a connection.
type handle interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// urgentTime is what a pipe may take for the few bytes of a real-time command.
const urgentTime = time.Second

// A pipe writes to a handle.
type pipe struct {
	handle handle
	owed   []byte // the rest of a real-time command that was cut off; data would complete it to something else
}

// put hands p over before the deadline, or until ctx ends, and gives how much of it has gone.
func (o *pipe) put(ctx context.Context, p []byte, deadline time.Time) (int, error) {
	if len(o.owed) > 0 {
		n, err := write(ctx, o.handle, o.owed, deadline)
		if o.owed = o.owed[n:]; err != nil {
			return 0, err
		}
	}
	return write(ctx, o.handle, p, deadline)
}

// say hands a real-time command over.
func (o *pipe) say(ctx context.Context, command []byte) error {
	n, err := o.put(ctx, command, time.Now().Add(urgentTime))
	if n > 0 && n < len(command) {
		o.owed = slices.Clone(command[n:])
	}
	return err
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
