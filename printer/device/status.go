package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"zegel/printer/escpos"
)

const (
	// answerTime is how long a live status request may stay without an answer once it has left. Printers answer
	// within some milliseconds; dongles from USB to serial add up to 16.
	answerTime = 400 * time.Millisecond
	// lateTime is how long to listen for the answer to a question that was given up.
	lateTime = 50 * time.Millisecond
)

// A conversation is all that passes between us and a printer besides slips: real-time commands there, and
// back what the printer has to say.
type conversation struct {
	name string
	// say sends a real-time command past whatever holds slips up. Its error wraps os.ErrDeadlineExceeded if
	// there is no way past it for the moment.
	say   func(ctx context.Context, command []byte) error
	heard *listener

	open     frame  // how far the bytes that were looked at have come in a frame
	kept     []byte // looked at by status, but meant for receive
	late     bool   // an answer may still come that belongs to no question of now
	answered bool   // it has answered a question before
}

// command sends a real-time command.
func (c *conversation) command(ctx context.Context, command []byte) error {
	if err := c.say(ctx, command); err != nil {
		return because(lost(err), "send a real-time command to", c.name, err)
	}
	return nil
}

// receive gives all that the printer has sent and nobody was given yet.
func (c *conversation) receive(ctx context.Context) ([]byte, error) {
	if len(c.kept) > 0 {
		more := c.heard.take()
		for _, b := range more {
			c.open.holds(b)
		}
		p := append(c.kept, more...)
		c.kept = nil
		return p, nil
	}
	p, err := c.heard.wait(ctx)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("listen to %s: %w", c.name, ErrSilent)
	case err != nil:
		return nil, because(ErrOffline, "listen to", c.name, err)
	}
	for _, b := range p {
		c.open.holds(b)
	}
	return p, nil
}

// status asks all there is to know. An error that wraps ErrSilent means only that nothing came back in time;
// any other one means that the line is broken.
func (c *conversation) status(ctx context.Context) (escpos.Status, error) {
	if err := c.forget(ctx); err != nil {
		return escpos.Status{}, err
	}
	var s escpos.Status
	for _, n := range []byte{escpos.AskPrinter, escpos.AskOffline, escpos.AskPaper} {
		if err := c.ask(ctx, n, &s); err != nil {
			return escpos.Status{}, err
		}
	}
	if !s.Error {
		return s, nil
	}
	// Which error it is only makes the message better.
	if err := c.ask(ctx, escpos.AskError, &s); err != nil && !errors.Is(err, ErrSilent) {
		return escpos.Status{}, err
	}
	return s, nil
}

func (c *conversation) ask(ctx context.Context, n byte, s *escpos.Status) error {
	answer, err := c.answer(ctx, n)
	switch {
	case err == nil:
		c.answered = true
		s.Add(n, answer)
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.late = true
		c.open = frame{} // frames come in one go: what is open after so long a silence was noise
		return fmt.Errorf("ask %s for its status: %w", c.name, ErrSilent)
	}
	return because(ErrOffline, "ask for its status", c.name, err)
}

// answer puts the question n and waits for its answer. An error that wraps os.ErrDeadlineExceeded says that
// none has come in time.
func (c *conversation) answer(ctx context.Context, n byte) (byte, error) {
	if err := c.say(ctx, escpos.AppendAsk(nil, n)); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for {
		p, err := c.heard.wait(ctx)
		if err != nil {
			return 0, err
		}
		if answers := c.sort(p); len(answers) > 0 {
			return answers[0], nil
		}
	}
}

// forget lets go of late answers: an answer means something only together with its question.
func (c *conversation) forget(ctx context.Context) error {
	if !c.late {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lateTime)
	defer cancel()
	for {
		p, err := c.heard.wait(ctx)
		c.sort(p)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			c.late = false
			return nil
		case err != nil:
			return because(ErrOffline, "listen to", c.name, err)
		}
	}
}

// sort gives the answers to live status requests that are in p, and keeps the rest for receive.
func (c *conversation) sort(p []byte) (answers []byte) {
	for _, b := range p {
		if !c.open.holds(b) && escpos.IsAnswer(b) {
			answers = append(answers, b)
		} else {
			c.kept = append(c.kept, b)
		}
	}
	c.kept = newest(c.kept)
	return answers
}

// A frame tells replies of one byte from those of several, whose letters would pass for live statuses: the
// digit 2 of a confirmation does.
type frame struct{ length int } // of the open one, 0 outside

// longestFrame is far more than any printer's name.
const longestFrame = 128

// holds notes b, the next byte from the printer, and reports whether it belongs to a frame: all from its first
// byte (Epson: Hex "37", "5F" and others that leave the bits of a status unset) to a NUL.
func (f *frame) holds(b byte) bool {
	switch {
	case f.length == 0 && b != 0x35 && b != 0x37 && b != 0x3b && b != 0x3d && b != 0x5f:
		return false
	case b == 0 || f.length == longestFrame:
		f.length = 0
	default:
		f.length++
	}
	return true
}
