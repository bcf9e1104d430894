package printer

import (
	"context"
	"errors"
	"time"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/terminal/loyalty/receipt"
)

const (
	// triesToAnswer is how often a printer is asked before its silence counts.
	triesToAnswer = 3
	// lookAgain is the time between two looks at a printer that holds a part of a slip.
	lookAgain = 500 * time.Millisecond
	// silences is how often a printer that has taken a slip may be silent: some are while they print.
	silences = 4
	// stalls is how often a printer that says it is ready may take nothing.
	stalls = 3
	// muteFor is how long a printer that never answered is not asked. It may have been off, which on a serial
	// line looks the same.
	muteFor = 5 * time.Minute
)

// errCannotSay is the answer of a printer that cannot be asked how it is.
var errCannotSay = errors.New("the printer cannot be asked")

// questions is what is known of a printer's will to answer. One that has answered since the daemon started is
// expected to go on: its silence means that it is off. One that never has is asked a few times and then left
// alone for a while.
type questions struct {
	answers escpos.Answers
	mute    time.Time           // when it was last found mute; zero if it was not
	turns   [len(ladder)]inTurn // by rung
}

// ask asks d how it is. Instead of a status it gives errCannotSay, an error that wraps device.ErrSilent, or one
// that says that the line is broken.
func (q *questions) ask(ctx context.Context, d Device, now time.Time) (escpos.Status, error) {
	reporter, ok := d.(StatusReporter)
	if !ok || !q.worthAsking() {
		return escpos.Status{}, errCannotSay
	}
	var st escpos.Status
	var err error
	for range triesToAnswer {
		st, err = reporter.Status(ctx)
		if !errors.Is(err, device.ErrSilent) || ctx.Err() != nil {
			break
		}
	}
	switch {
	case err == nil:
		q.answers = escpos.AnswersAlways
	case errors.Is(err, device.ErrSilent) && ctx.Err() == nil && q.answers == escpos.AnswersUnknown:
		q.mute = now
		return escpos.Status{}, errCannotSay
	}
	return st, err
}

func (q *questions) worthAsking() bool {
	return q.answers != escpos.AnswersNever && q.mute.IsZero()
}

// forget gives a printer that was found mute another chance.
func (q *questions) forget() {
	q.mute = time.Time{}
	for i := range q.turns {
		q.turns[i].mute = time.Time{}
	}
}

// send hands bytes over. While the line lives, a printer that stops taking them, since its paper is out, is
// waited for: it keeps what it has and goes on by itself. Waiting ends with ctx, sure outlasts it.
func (s *Spooler) send(ctx, sure context.Context, bytes []byte) (sent int, err error) {
	for stalled := 0; ; {
		n, err := s.device.Write(sure, bytes[sent:])
		sent += n
		switch {
		case err == nil:
			return sent, nil
		case !errors.Is(err, device.ErrTimeout), sent == 0:
			return sent, err
		}
		if n == 0 {
			stalled++
		}
		if stalled == stalls {
			return sent, err
		}
		if ctx.Err() != nil {
			return sent, stopped() // the time that the printer may take is over
		}
		if waited := s.untilReady(ctx, sure); errors.Is(waited, errCannotSay) {
			return sent, err
		} else if waited != nil {
			return sent, waited
		}
	}
}

// bring hands a slip over and finds out whether it came out.
func (s *Spooler) bring(ctx, sure context.Context, job receipt.Job) (sent int, proof string, err error) {
	bytes, takes := s.render(job)
	q, asks := s.best()
	if asks {
		q.id = idOf(job)
		bytes = q.append(bytes)
		s.drain()
	}
	if sent, err = s.send(ctx, sure, bytes); err != nil {
		return sent, "", err
	}
	s.sent()
	proof, err = s.prove(ctx, sure, q, asks, takes)
	return sent, proof, err
}

// prove goes down the ladder until the printer says that the slip, which takes so long to print, is on paper, or
// there is nobody left to ask. The question q has been put already if asked is set.
func (s *Spooler) prove(ctx, sure context.Context, q question, asked bool, takes time.Duration) (proof string, err error) {
	if mute := s.question.mute; !mute.IsZero() && s.cfg.Now().Sub(mute) >= muteFor {
		s.question.mute = time.Time{} // asked again after a slip, so that no shopper waits for it
	}
	left := takes
	for tried := 0; asked && tried < len(ladder); tried++ {
		err := s.await(ctx, sure, q, left)
		if err == nil {
			return q.proof, nil
		}
		if !errors.Is(err, errCannotSay) {
			return "", err
		}
		left = 0
		if q, asked = s.best(); asked {
			if _, err := s.send(ctx, sure, q.append(nil)); err != nil {
				return "", err
			}
		}
	}
	// The answer to a live status request overtakes the slip, so it is asked for only after that time.
	if _, ok := s.device.(StatusReporter); ok && s.question.worthAsking() {
		sleep(ctx, left) // a daemon that stops asks at once: a little less is known then
	}
	switch err := s.untilReady(ctx, sure); {
	case errors.Is(err, errCannotSay):
		return ProofWritten, nil
	case err != nil:
		return "", err
	}
	return ProofStatus, nil
}

// untilReady waits until the printer says that it prints, for as long as it takes: it has a part of a slip, and
// nothing may be sent again while it can still print it. It gives up when the line breaks, when the printer has
// fallen silent, since one that was switched off has forgotten the slip, and when ctx ends.
func (s *Spooler) untilReady(ctx, sure context.Context) error {
	for silent := 0; ; {
		st, err := s.question.ask(sure, s.device, s.cfg.Now())
		switch {
		case errors.Is(err, device.ErrSilent) && silent < silences:
			silent++
		case err != nil:
			return err
		case st.Ready():
			return nil
		default:
			silent = 0
			s.lost(notReady(st))
		}
		if !sleep(ctx, lookAgain) {
			return stopped()
		}
	}
}

func stopped() error {
	return &trouble{kind: TroubleStopped, reason: "stopped before the printer said that the slip is out"}
}
