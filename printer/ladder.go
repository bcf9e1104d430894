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
	// patience is what a printer that is known to answer in turn may take on top of its paper's time, before a slip
	// that it says nothing of counts as lost.
	patience = 3 * time.Second
	// answerTime is what an answer in turn may take where nothing is before it.
	answerTime = time.Second
	// turnMuteFor is how long a printer that answers live requests, but not this one, is not asked it again: it costs
	// seconds, and a printer learns nothing.
	turnMuteFor = time.Hour
	// misses is how often a printer that is known to answer in turn may not, before it counts as another one: for some
	// two minutes.
	misses = 10
)

// A rung is one way to have the printer say, in turn, that all before is printed.
type rung struct {
	proof   string
	request escpos.Request
	ask     func(dst []byte, id [4]byte) []byte
	answers func(r escpos.Reply, id [4]byte) bool
	// bare is an answer that noise may be: a NUL, which a serial line gives as well when its printer is switched off.
	bare bool
}

// ladder are the rungs, surest first. The lower ones, a live status and none at all, need nothing sent.
var ladder = [...]rung{
	{ProofConfirmed, escpos.ConfirmRequest, escpos.AppendConfirm,
		func(r escpos.Reply, id [4]byte) bool { return r == escpos.Confirmed{ID: id} }, false},
	{ProofAnswered, escpos.PaperRequest, func(dst []byte, _ [4]byte) []byte { return escpos.AppendPaperRequest(dst) },
		func(r escpos.Reply, _ [4]byte) bool { _, ok := r.(escpos.Paper); return ok }, true}, // also when it ended just then
}

// inTurn is what is known of a printer's answers on one rung.
type inTurn struct {
	heard  bool      // it has answered
	mute   time.Time // when it was last found to answer other requests only; zero if it was not
	missed int       // how often it has not answered since, although it was known to
}

// A question is a rung with the letters that tell its answer from others.
type question struct {
	rung
	at int // on the ladder
	id [4]byte
}

func (q question) append(dst []byte) []byte { return q.ask(dst, q.id) }

// best is the highest rung that may hold: the model knows it, the line goes both ways, and the printer is not known
// to be silent.
func (s *Spooler) best() (question, bool) {
	if _, ok := s.device.(Listener); !ok || !s.question.worthAsking() || s.cfg.Profile.Dialect != escpos.ESCPOS {
		return question{}, false
	}
	for i, r := range ladder {
		t := &s.question.turns[i]
		if !t.mute.IsZero() && s.cfg.Now().Sub(t.mute) >= turnMuteFor {
			t.mute = time.Time{}
		}
		if s.cfg.Profile.Understands(r.request) && t.mute.IsZero() {
			return question{rung: r, at: i, id: probeID}, true
		}
	}
	return question{}, false
}

// known reports whether the printer answers q: it has, or those of its model always do.
func (s *Spooler) known(q question) bool {
	t := s.question.turns[q.at]
	return t.heard || s.cfg.Profile.Answers == escpos.AnswersAlways && t.missed < misses
}

// probeID is asked for where no slip is before the question. No slip has it: idOf gives no small letters.
var probeID = [4]byte{'z', 'g', 'l', '?'}

// idOf gives each attempt at a job letters of its own, as far as anybody could mistake them: seven attempts at each
// of two hundred thousand jobs.
func idOf(job receipt.Job) [4]byte { return escpos.ConfirmID(job.ID*7 + int64(job.Attempt%7)) }

// await waits until the printer answers q, which takes at least so long. While it says that it does not print it is
// waited for, as untilReady does. A bare answer counts once the printer, asked how it is, is still there. errCannotSay
// says that it knows no such question, or says nothing at all.
func (s *Spooler) await(ctx, sure context.Context, q question, takes time.Duration) error {
	left := takes + answerTime
	if s.known(q) {
		left = takes + patience
	}
	heard := false
	for silent := 0; left > 0; {
		now, err := s.hears(sure, q, lookAgain)
		if heard = heard || now; heard && !q.bare || err != nil {
			return err
		}
		st, err := s.question.ask(sure, s.device, s.cfg.Now())
		switch {
		case heard && !errors.Is(err, device.ErrSilent):
			return nil
		case errors.Is(err, device.ErrSilent) && silent < silences:
			silent++
		case err != nil:
			return err
		case st.Ready():
			silent, left = 0, left-lookAgain
		default:
			silent, left = 0, takes+patience
			s.lost(notReady(st))
		}
		if ctx.Err() != nil && !st.Ready() {
			return stopped()
		}
	}
	return s.settle(sure, q)
}

// settle tells a printer that has lost a slip from one that does not know q: it asks again. Whoever answers now has
// not answered before because what came before is gone.
func (s *Spooler) settle(sure context.Context, q question) error {
	known := s.known(q)
	answers, err := s.answersNow(sure, q)
	switch {
	case err != nil:
		return err
	case answers || known:
		return &trouble{kind: TroubleUnconfirmed, reason: "printer did not say that the slip is out"}
	}
	s.question.turns[q.at].mute = s.cfg.Now()
	return errCannotSay
}

// executes finds out, after a slip that nobody knows the end of, whether the printer does what it is told: one that
// stands still would take copy after copy, and print all of them one day.
func (s *Spooler) executes(ctx context.Context) error {
	q, asks := s.best()
	if !asks || !s.known(q) {
		return nil
	}
	if s.torn {
		if _, err := s.device.Write(ctx, s.encoder.AppendResync(nil)); err != nil {
			return err
		}
		s.torn = false
	}
	answers, err := s.answersNow(ctx, q)
	if err != nil || answers {
		return err
	}
	t := &s.question.turns[q.at]
	if t.missed++; t.missed >= misses {
		t.heard, t.mute = false, s.cfg.Now()
	}
	return &trouble{kind: TroubleStalled, reason: "printer takes data and does nothing with it"}
}

// answersNow asks where nothing is before the question.
func (s *Spooler) answersNow(ctx context.Context, q question) (bool, error) {
	q.id = probeID
	s.drain()
	if _, err := s.device.Write(ctx, q.append(nil)); err != nil {
		return false, err
	}
	return s.hears(ctx, q, answerTime)
}

// hears listens for the answer to q for at most so long.
func (s *Spooler) hears(ctx context.Context, q question, within time.Duration) (bool, error) {
	listener := s.device.(Listener) // or q had not been asked
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		said, err := listener.Receive(ctx)
		for _, r := range s.replies.Push(said) {
			if report, ok := r.(escpos.AutoStatus); ok {
				s.set(func(now *Status) { now.PaperLow = report.PaperLow })
			}
			if q.answers(r, q.id) {
				s.question.answers, s.question.turns[q.at] = escpos.AnswersAlways, inTurn{heard: true}
				return true, nil
			}
		}
		switch {
		case errors.Is(err, device.ErrSilent):
			return false, nil
		case err != nil:
			return false, err
		}
	}
}

// drain lets go of what the printer has said so far: it belongs to no question of now.
func (s *Spooler) drain() {
	s.replies.Reset()
	if listener, ok := s.device.(Listener); ok {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_, _ = listener.Receive(ended) // what is wrong with the line shows when it is used
	}
}
