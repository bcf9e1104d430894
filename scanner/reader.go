package scanner

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"zegel/scanner/frame"
)

// Reader keeps one device open and hands on what it reads.
type Reader struct {
	cfg  Config
	link link
	out  queue
	// beeps goes from the callbacks to the connection. It is not waited for: a
	// beep that comes late means the wrong scan.
	beeps chan beep

	// The goroutine in Run owns these. They outlive a connection, so that a
	// code repeated right after a reconnect is still a repeat.
	framer  frame.Framer
	repeats repeats
	present presence
	passing bool       // Pass took the last frame, so a late terminator goes there too
	told    time.Time  // the latest time the framer was told
	hinted  frame.Hint // the hint last logged

	mu     sync.Mutex
	status Status // guarded by mu, without what link and out know
}

// source is where an event came from.
type source struct {
	port *owner
	// reply says that the device sent it so soon after a beep that it may be its
	// answer.
	reply bool
}

// beep is feedback for the device that the scan came from, on the connection it
// came by.
type beep struct {
	to   *owner
	data []byte
}

// New returns a Reader that does nothing until Run.
func New(cfg Config) *Reader {
	cfg = cfg.withDefaults()
	r := &Reader{
		cfg:     cfg,
		out:     newQueue(),
		beeps:   make(chan beep, mostBeeps),
		framer:  cfg.Framer,
		repeats: repeats{window: cfg.Repeat, hold: cfg.Hold},
		present: presence{away: cfg.Presence},
	}
	r.link = link{
		what: "scanner", open: cfg.Open, readTimeout: cfg.ReadTimeout,
		now: cfg.Now, jitter: cfg.Jitter, log: cfg.Log,
		changed:  r.changed,
		wait:     newBackoff(),
		standing: standing{state: Closed, since: cfg.Now().UTC()},
	}
	return r
}

// Status returns a snapshot; it may be called at any time.
func (r *Reader) Status() Status {
	r.mu.Lock()
	s := r.status
	s.Reasons = maps.Clone(s.Reasons)
	r.mu.Unlock()
	at := r.link.status()
	s.State, s.Since, s.Trouble, s.Losses = at.state, at.since, at.trouble, at.losses
	s.Dropped = r.out.droppedCount()
	return s
}

// Run reads the device until ctx is done, then returns nil. It stops within
// 2 s even if the port does not; a port that will not close is left behind. It
// must not run twice at the same time.
func (r *Reader) Run(ctx context.Context) error {
	var callbacks sync.WaitGroup
	callbacks.Go(func() { r.deliver(ctx) })
	r.link.keep(ctx, r.talk)
	callbacks.Wait()
	r.link.enter(Closed, nil)
	return nil
}

// changed hands on a change of the link's state.
func (r *Reader) changed(s State) {
	if s == Lost {
		r.hinted = "" // whoever replugs it may have changed its settings
	}
	r.out.push(item{state: s})
}

// tell returns the time to tell the framer, which must never go back.
func (r *Reader) tell(now time.Time) time.Time {
	if now.Before(r.told) {
		return r.told
	}
	r.told = now
	return now
}

// take does with one event what is to be done. at is when it came, now the time
// it gets.
func (r *Reader) take(from source, e frame.Event, at, now time.Time) {
	switch {
	case e.IsCode() && r.isOurs(e):
		r.passing = false
		r.code(from, e, at, now)
	case e.IsCode() || r.mayBeTheTills(e):
		r.passing = r.pass(from, e, now)
	case e.Reason != "":
		r.passing = false
		r.reject(from, e, now)
	case e.Note == frame.Tail && r.passing:
		r.cfg.Pass(Scan{Device: r.cfg.Name, Raw: e.Raw, At: now})
	case e.Note == frame.Removed:
		r.present.clear()
	}
}

func (r *Reader) isOurs(e frame.Event) bool {
	return r.cfg.Pass == nil || e.Tag || r.cfg.Ours(e.Text, e.Symbology)
}

// legible are the reasons for which a till may still read what we cannot: it
// may know the identifiers or the control characters that we do not.
var legible = []frame.Reason{
	frame.ControlChar, frame.Charset, frame.CodeID, frame.MissingPrefix, frame.MissingSuffix, frame.BadLength, frame.AddonOnly,
}

func (r *Reader) mayBeTheTills(e frame.Event) bool {
	return r.cfg.Pass != nil && e.Raw != nil && slices.Contains(legible, e.Reason)
}

// pass hands an event to the till's side and reports whether that took it.
func (r *Reader) pass(from source, e frame.Event, now time.Time) bool {
	s := Scan{Device: r.cfg.Name, Raw: e.Raw, At: now}
	if e.IsCode() {
		r.link.wait.reset()
		s.Text, s.Symbology = e.Text, e.Symbology
	} else {
		r.noteHint(e)
	}
	taken := r.cfg.Pass(s)
	r.count(func(st *Status) {
		if e.IsCode() {
			st.LastScan = now
		}
		if taken {
			st.Passed++
		} else {
			st.Refused++
		}
	})
	if !taken {
		r.answer(from, Refused)
	}
	return taken
}

// code queues a code that is ours, unless it is a repeat.
func (r *Reader) code(from source, e frame.Event, at, now time.Time) {
	r.link.wait.reset()
	repeat := false
	if e.Tag {
		repeat = r.present.drop(e.Text, at)
	} else {
		repeat = r.repeats.drop(e.Text, at)
	}
	r.count(func(s *Status) {
		s.LastScan = now
		if repeat {
			s.Repeats++
		} else {
			s.Scans++
		}
	})
	if !repeat {
		r.push(item{from: from, scan: Scan{
			Device: r.cfg.Name, Text: e.Text, Symbology: e.Symbology, Tag: e.Tag, Raw: e.Raw, At: now,
		}})
	}
}

func (r *Reader) reject(from source, e frame.Event, now time.Time) {
	r.count(func(s *Status) {
		if e.Reason == frame.NoRead {
			s.NoReads++
		} else {
			s.Rejects++
		}
		if s.Reasons == nil {
			s.Reasons = map[frame.Reason]uint64{}
		}
		s.Reasons[e.Reason]++
	})
	r.cfg.Log.Debug().Str("reason", string(e.Reason)).Str("hint", string(e.Hint)).Msg("scanner sent no code")
	r.noteHint(e)
	r.push(item{from: from, reject: Reject{Device: r.cfg.Name, Reason: e.Reason, Hint: e.Hint, At: now}})
}

func (r *Reader) noteHint(e frame.Event) {
	if e.Hint != "" && e.Hint != r.hinted {
		r.hinted = e.Hint
		r.cfg.Log.Warn().Str("hint", string(e.Hint)).Msg("scanner and line are set differently")
	}
}

func (r *Reader) push(i item) {
	if first := r.out.push(i); first {
		r.cfg.Log.Warn().Msg("scans are taken too slowly, the oldest are dropped")
	}
}

func (r *Reader) count(change func(*Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.status)
}

// deliver hands queued items to the callbacks until ctx is done.
func (r *Reader) deliver(ctx context.Context) {
	for {
		i, ok := r.out.pop()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-r.out.wake:
			}
			continue
		}
		if ctx.Err() != nil {
			return
		}
		switch {
		case i.state != "":
			r.cfg.OnState(i.state)
		case i.reject.Reason != "":
			r.cfg.OnReject(ctx, i.reject)
			if i.reject.Reason != frame.NoRead {
				r.answer(i.from, Refused)
			}
		default:
			r.answer(i.from, r.cfg.OnScan(ctx, i.scan))
		}
	}
}

// answer makes the device say what became of what it sent. That its answer to a
// beep was refused it is not told: it would answer again, and so on for ever.
func (r *Reader) answer(to source, v Verdict) {
	var data []byte
	switch v {
	case Accepted:
		data = r.cfg.Feedback.Accept
	case Refused:
		if !to.reply {
			data = r.cfg.Feedback.Reject
		}
	}
	if len(data) == 0 {
		return
	}
	select {
	case r.beeps <- beep{to.port, data}:
	default:
	}
}
