package scanning

import (
	"context"
	"errors"
	"io"
	"time"

	"zegel/scanner/frame"
)

// Port is an open line. Read gives up after a short while with 0, nil.
type Port io.ReadWriteCloser

// A Listener hears one device out, for an operator: nothing is dropped or
// judged, and everything is told at once. All its funcs are called by Run, and
// may be nil but for Open.
type Listener struct {
	Open func() (Port, error)
	// Framer turns bytes into codes, and tells the device what it has to hear;
	// nil only listens.
	Framer frame.Framer

	Heard func(at time.Time, b []byte) // from the device; b is the caller's until it returns
	Told  func(at time.Time, b []byte) // to the device
	Event func(at time.Time, e frame.Event)
	// Link is told that the line was opened, and of its loss with the cause.
	Link func(at time.Time, loss error)
	// Idle is called now and then.
	Idle func(at time.Time)
}

const (
	// tryAgain is how long a device that went away is given.
	tryAgain = 500 * time.Millisecond
	// writeWithin is how long a device may take to take what it is told.
	writeWithin = 300 * time.Millisecond
	// ReadTimeout is what Open should set: how late a silence may be noticed.
	ReadTimeout = 10 * time.Millisecond
)

// Run listens until ctx is done, which is no error. A device that cannot be
// opened at first is one; one that goes away is waited for.
func (l *Listener) Run(ctx context.Context) error {
	port, err := l.Open()
	if err != nil {
		return err
	}
	for {
		if err := l.life(ctx, port); err == nil {
			return nil
		}
		for port = nil; port == nil; {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(tryAgain):
			}
			if port, err = l.Open(); err != nil {
				port = nil
			}
		}
	}
}

// life is one connection; its error is why it ended, nil for ctx.
func (l *Listener) life(ctx context.Context, port Port) (err error) {
	now := time.Now()
	l.link(now, nil)
	defer func() {
		closed := port.Close()
		if err == nil {
			return
		}
		at := time.Now()
		if l.Framer != nil {
			// Nobody is there any more to be told anything.
			for _, e := range l.Framer.Lost() {
				l.event(at, e)
			}
		}
		l.link(at, errors.Join(err, closed))
	}()
	if l.Framer != nil {
		if err := l.take(port, now, l.Framer.Start(now)); err != nil {
			return err
		}
	}
	buf := make([]byte, 4096)
	for ctx.Err() == nil {
		n, err := port.Read(buf)
		at := time.Now()
		if heard := l.hear(port, at, buf[:n]); err == nil {
			err = heard
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hear takes what one read gave, which may be nothing.
func (l *Listener) hear(port Port, at time.Time, b []byte) error {
	if len(b) > 0 && l.Heard != nil {
		l.Heard(at, b)
	}
	if l.Idle != nil {
		l.Idle(at)
	}
	if l.Framer == nil {
		return nil
	}
	if len(b) > 0 {
		return l.take(port, at, l.Framer.Feed(at, b))
	}
	if due, waits := l.Framer.Deadline(); waits && !at.Before(due) {
		return l.take(port, at, l.Framer.Tick(at))
	}
	return nil
}

// take tells what events say, the device among it.
func (l *Listener) take(port Port, at time.Time, events []frame.Event) error {
	for _, e := range events {
		if len(e.Send) > 0 {
			if l.Told != nil {
				l.Told(at, e.Send)
			}
			if err := write(port, e.Send); err != nil {
				return err
			}
		}
		l.event(at, e)
		if e.Dead {
			return errDead
		}
	}
	return nil
}

var (
	errDead = errors.New("the device does not answer")
	errSlow = errors.New("the device takes no data")
)

// write gives up on a device that takes nothing; what waits ends with the port.
func write(port Port, b []byte) error {
	done := make(chan error, 1)
	go func() {
		_, err := port.Write(b)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(writeWithin):
		return errSlow
	}
}

func (l *Listener) event(at time.Time, e frame.Event) {
	if l.Event != nil {
		l.Event(at, e)
	}
}

func (l *Listener) link(at time.Time, loss error) {
	if l.Link != nil {
		l.Link(at, loss)
	}
}
