package printer

import (
	"errors"
	"time"
)

const (
	firstRetry = time.Second
	// lastRetry is how long a new roll may wait at most for its first slip.
	lastRetry = 15 * time.Second
	// lastRetryUnknown keeps a printer that jams in every slip from covering the floor with copies overnight.
	lastRetryUnknown = 10 * time.Minute
)

// A trouble is a printer that does not print; it passes by itself or when somebody does something about it.
type trouble struct {
	reason  string
	err     error // nil if the printer itself told the reason
	unknown bool  // something of the slip may be on paper
}

func (t *trouble) Error() string { return t.reason }

func (t *trouble) Unwrap() error { return t.err }

func troubled(err error) *trouble {
	var t *trouble
	if errors.As(err, &t) {
		return t
	}
	return &trouble{reason: reasonOf(err), err: err}
}

// backOff is how long to leave a printer alone after t: twice as long as the time before, up to a limit, and up
// to a quarter more by chance.
func (s *Spooler) backOff(t *trouble) time.Duration {
	s.failures++
	wait := doubled(firstRetry, s.failures-1, lastRetry)
	if t.unknown {
		s.unknowns++
		wait = doubled(firstRetry, s.unknowns-1, lastRetryUnknown)
	}
	return wait + time.Duration(s.cfg.Jitter()*float64(wait)/4)
}

func doubled(d time.Duration, times int, limit time.Duration) time.Duration {
	for ; times > 0 && d < limit; times-- {
		d *= 2
	}
	return min(d, limit)
}

// lost notes that the printer does not print, and says so once for each reason.
func (s *Spooler) lost(reason string, cause error) {
	s.question.mute = time.Time{} // whoever sees to the printer may put another one there
	before := s.Status()
	s.set(func(st *Status) {
		if st.State != StateTrouble {
			st.Since = s.cfg.Now()
		}
		st.State, st.Reason = StateTrouble, reason
	})
	if before.State == StateTrouble && before.Reason == reason {
		return
	}
	s.cfg.Log.Warn().Str("lane", s.cfg.Lane).AnErr("cause", cause).Msg("printer lost: " + reason)
}

// printed notes a success, and the end of a trouble if there was one.
func (s *Spooler) printed(id int64, proof string) {
	s.failures, s.unknowns = 0, 0
	before, now := s.Status(), s.cfg.Now()
	s.set(func(st *Status) {
		st.State, st.Reason, st.Since = StatePrinting, "", time.Time{}
		st.LastJob, st.LastAt, st.LastProof = id, now, proof
	})
	if before.State == StateTrouble {
		away := now.Sub(before.Since)
		s.cfg.Log.Info().Str("lane", s.cfg.Lane).Stringer("away", away.Round(time.Second)).Msg("printer back after " + away.Round(time.Second).String())
	}
}
