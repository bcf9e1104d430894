package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"zegel/printer/escpos"
)

const (
	// answerTime is how long a live status request may stay without an answer. Printers answer within some
	// milliseconds; dongles from USB to serial add up to 16.
	answerTime = 400 * time.Millisecond
	// lateTime is how long to listen for the answer to a question that was given up.
	lateTime = 50 * time.Millisecond
)

// A wire is what live status requests travel over.
type wire interface {
	// send passes a request by whatever holds data up: the printer answers it while it is busy.
	send(ctx context.Context, request []byte, deadline time.Time) error
	// receive returns the next byte from the printer, or an error that wraps os.ErrDeadlineExceeded.
	receive(ctx context.Context, deadline time.Time) (byte, error)
}

// An interview puts the live status questions to a printer.
type interview struct {
	wire
	name string
	late bool // an answer may still come that belongs to no question of now
}

// status asks all there is to know. An error that wraps ErrSilent means only that nothing came back in time;
// any other one means that the line is broken.
func (i *interview) status(ctx context.Context) (escpos.Status, error) {
	if err := i.forget(ctx); err != nil {
		return escpos.Status{}, err
	}
	var s escpos.Status
	for _, n := range []byte{escpos.AskPrinter, escpos.AskOffline, escpos.AskPaper} {
		if err := i.ask(ctx, n, &s); err != nil {
			return escpos.Status{}, err
		}
	}
	if !s.Error {
		return s, nil
	}
	// Which error it is only makes the message better.
	if err := i.ask(ctx, escpos.AskError, &s); err != nil && !errors.Is(err, ErrSilent) {
		return escpos.Status{}, err
	}
	return s, nil
}

func (i *interview) ask(ctx context.Context, n byte, s *escpos.Status) error {
	deadline := time.Now().Add(answerTime)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	err := i.send(ctx, escpos.AppendAsk(nil, n), deadline)
	for err == nil {
		var b byte
		if b, err = i.receive(ctx, deadline); err == nil && escpos.IsAnswer(b) {
			s.Add(n, b)
			return nil
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		i.late = true
		return fmt.Errorf("ask %s for its status: %w", i.name, ErrSilent)
	}
	return because(ErrOffline, "ask for its status", i.name, err)
}

// forget lets go of late answers: an answer means something only together with its question.
func (i *interview) forget(ctx context.Context) error {
	if !i.late {
		return nil
	}
	deadline := time.Now().Add(lateTime)
	for {
		_, err := i.receive(ctx, deadline)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			i.late = false
			return nil
		}
		if err != nil {
			return because(ErrOffline, "listen to", i.name, err)
		}
	}
}

// A stream is the wire over a handle.
type stream struct {
	handle  handle
	quiet   func(error) bool // whether an error of Read only says that there is nothing to read yet
	pending []byte
	buffer  [64]byte
}

func (s *stream) send(ctx context.Context, request []byte, deadline time.Time) error {
	_, err := write(ctx, s.handle, request, deadline)
	return err
}

func (s *stream) receive(ctx context.Context, deadline time.Time) (byte, error) {
	for len(s.pending) == 0 {
		if err := s.handle.SetReadDeadline(deadline); errors.Is(err, os.ErrNoDeadline) {
			return 0, os.ErrDeadlineExceeded // a plain file says nothing
		} else if err != nil {
			return 0, err
		}
		n, err := s.handle.Read(s.buffer[:])
		s.pending = s.buffer[:n]
		switch {
		case n > 0 || err == nil:
		case s.quiet(err):
			if err := pause(ctx, 10*time.Millisecond, deadline); err != nil {
				return 0, err
			}
		case errors.Is(err, io.EOF):
			return 0, errors.New("it has closed the line")
		default:
			return 0, err
		}
	}
	b := s.pending[0]
	s.pending = s.pending[1:]
	return b, nil
}
