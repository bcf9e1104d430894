package printer

import (
	"errors"
	"time"

	"zegel/printer/device"
	"zegel/printer/escpos"
)

const (
	firstRetry = time.Second
	// lastRetry is how long a new roll may wait at most for its first slip.
	lastRetry = 15 * time.Second
	// lastRetryUnknown keeps a printer that jams in every slip from covering the floor with copies overnight.
	lastRetryUnknown = 10 * time.Minute
)

// Trouble is why a printer does not print, for those who say it in the words of the people at the counter.
type Trouble string

// The troubles of a printer.
const (
	TroublePaperOut  Trouble = "paper-out"
	TroubleCoverOpen Trouble = "cover-open"
	TroubleCutter    Trouble = "cutter"  // it is stuck
	TroubleError     Trouble = "error"   // of another kind, which the printer does not name
	TroubleOffline   Trouble = "offline" // it says so without a reason, or its line broke
	TroubleAbsent    Trouble = "absent"  // nothing is plugged in there
	TroubleBusy      Trouble = "busy"    // another program has it
	TroubleDenied    Trouble = "denied"  // this program may not use it
	TroubleSilent    Trouble = "silent"  // it does not answer, and is off if it ever did
	TroubleStalled   Trouble = "stalled" // it takes no more, or does nothing with what it takes
	// TroubleUnconfirmed: it answers, but did not say that the last slip is out. A copy follows.
	TroubleUnconfirmed Trouble = "unconfirmed"
	TroubleStopped     Trouble = "stopped" // by us, in the middle of a slip
	TroubleOther       Trouble = "other"   // Reason says more
)

// A trouble is a printer that does not print; it passes by itself or when somebody does something about it.
type trouble struct {
	kind    Trouble
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
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return &trouble{kind: r.kind, reason: r.err.Error(), err: err}
		}
	}
	return &trouble{kind: TroubleOther, reason: err.Error(), err: err}
}

// reasons are those of package device, most useful first.
var reasons = [...]struct {
	err  error
	kind Trouble
}{
	{device.ErrPaperOut, TroublePaperOut}, {device.ErrDenied, TroubleDenied}, {device.ErrBusy, TroubleBusy},
	{device.ErrAbsent, TroubleAbsent}, {device.ErrTimeout, TroubleStalled}, {device.ErrSilent, TroubleSilent},
	{device.ErrOffline, TroubleOffline},
}

// notReady is a printer that says itself why it does not print.
func notReady(st escpos.Status) *trouble {
	t := &trouble{kind: TroubleOffline, reason: st.String()}
	switch {
	case st.CoverOpen:
		t.kind = TroubleCoverOpen
	case st.PaperOut:
		t.kind = TroublePaperOut
	case st.CutterError:
		t.kind = TroubleCutter
	case st.Error:
		t.kind = TroubleError
	}
	return t
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
func (s *Spooler) lost(t *trouble) {
	s.question.forget() // whoever sees to the printer may put another one there
	before := s.Status()
	s.set(func(st *Status) {
		if st.State != StateTrouble {
			st.Since = s.cfg.Now()
		}
		st.State, st.Trouble, st.Reason = StateTrouble, t.kind, t.reason
	})
	if before.State == StateTrouble && before.Reason == t.reason {
		return
	}
	s.cfg.Log.Warn().Str("lane", s.cfg.Lane).AnErr("cause", t.err).Msg("printer lost: " + t.reason)
}

// printed notes a success, and the end of a trouble if there was one.
func (s *Spooler) printed(id int64, proof string) {
	s.failures, s.unknowns, s.torn = 0, 0, false
	before, now := s.Status(), s.cfg.Now()
	s.set(func(st *Status) {
		st.State, st.Trouble, st.Reason, st.Since = StatePrinting, "", "", time.Time{}
		st.LastJob, st.LastAt, st.LastProof = id, now, proof
	})
	if before.State == StateTrouble {
		away := now.Sub(before.Since)
		s.cfg.Log.Info().Str("lane", s.cfg.Lane).Stringer("away", away.Round(time.Second)).Msg("printer back after " + away.Round(time.Second).String())
	}
}
