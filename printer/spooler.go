package printer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"zegel/printer/escpos"
	"zegel/terminal/loyalty/receipt"
)

// A Spooler prints the jobs of one lane, one at a time. Wake and Status may be called by anyone.
type Spooler struct {
	cfg     Config
	encoder encoder
	columns int
	wake    chan struct{}

	// The rest up to mu belongs to Run.
	device   Device         // nil while the printer is closed
	replies  escpos.Replies // what it says, as far as it has come
	question questions      // whether it can be asked how it is
	failures int            // attempts that failed since the last one that did not
	unknowns int            // those of them that may have left something on paper
	torn     bool           // the last bytes it was sent may end inside a command

	mu     sync.Mutex
	status Status
}

// New gives a Spooler, or says what is wrong with cfg.
func New(cfg Config) (*Spooler, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	encoder, err := encoderFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("spooler: %w", err)
	}
	columns := cfg.Columns
	if columns == 0 {
		columns = cfg.Profile.Columns[0]
	}
	return &Spooler{
		cfg:      cfg,
		encoder:  encoder,
		columns:  columns,
		wake:     make(chan struct{}, 1),
		question: questions{answers: cfg.Profile.Answers},
		status:   Status{Lane: cfg.Lane, State: StateIdle},
	}, nil
}

// Wake says that a job may be due. It never waits; one wake-up may stand for several jobs, and a lost one only
// costs time.
func (s *Spooler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Status tells how the printer is, as far as is known without asking it.
func (s *Spooler) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Run prints until ctx ends, and then returns nil; a slip that has begun is brought to paper first, within the
// time that the printer may take for it, and none is begun any more. An error is the store's, and after the end of
// ctx one that kept it from noting what became of that slip: a read that was cut off is none.
func (s *Spooler) Run(ctx context.Context) error {
	for {
		err := s.printDue(ctx)
		s.closeDevice()
		var t *trouble
		switch {
		case ctx.Err() != nil && (err == nil || errors.As(err, &t)):
			return nil
		case errors.As(err, &t):
			s.lost(t)
			// A printer that fails is not asked more often because the counter is busy: wake-ups wait.
			if !sleep(ctx, s.backOff(t)) {
				return nil
			}
		case err != nil:
			return fmt.Errorf("print for lane %s: %w", s.cfg.Lane, err)
		default:
			s.setState(StatePrinting, StateIdle)
			select {
			case <-ctx.Done():
				return nil
			case <-s.wake:
			}
		}
	}
}

// printDue prints what is due, oldest first. A *trouble is the printer's, any other error the store's.
func (s *Spooler) printDue(ctx context.Context) error {
	for {
		job, ok, err := s.next(ctx)
		if ctx.Err() != nil {
			// Databases tell in words of their own that a stop has cut a read off. It has changed nothing.
			return nil
		}
		if err != nil || !ok {
			return err
		}
		if err := s.prepare(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		if err := s.print(ctx, job); err != nil {
			return err
		}
	}
}

// next gives the oldest job that is due, once those that are too old are set aside.
func (s *Spooler) next(ctx context.Context) (job receipt.Job, ok bool, err error) {
	if s.cfg.MaxAge > 0 {
		late, err := s.cfg.Store.LateJobs(ctx, s.cfg.Lane, s.cfg.Now().Add(-s.cfg.MaxAge))
		if err != nil {
			return receipt.Job{}, false, err
		}
		if late > 0 {
			s.torn = true // one of them may have been on its way when the process before this one ended
			s.cfg.Log.Warn().Str("lane", s.cfg.Lane).Int("slips", late).Msg("slips are too old to be printed by themselves: print them by hand, if anybody wants them")
		}
	}
	return s.cfg.Store.NextJob(ctx, s.cfg.Lane)
}

// prepare opens the printer if it is closed and finds out whether it would print. All that it finds wrong is
// found before the job is claimed, so the job's first paper is still to come.
func (s *Spooler) prepare(ctx context.Context) error {
	if s.device == nil {
		d, err := s.cfg.Open(ctx)
		if err != nil {
			return troubled(err)
		}
		s.device = d
	}
	st, err := s.question.ask(ctx, s.device, s.cfg.Now())
	switch {
	case errors.Is(err, errCannotSay):
		return nil
	case err != nil:
		return troubled(err)
	}
	s.set(func(now *Status) { now.PaperLow = st.PaperLow })
	if !st.Ready() {
		s.clearError(ctx, st)
		return notReady(st)
	}
	if s.unknowns == 0 {
		return nil
	}
	if err := s.executes(ctx); err != nil {
		return troubled(err)
	}
	return nil
}

// clearError lets a printer go on that has stopped inside a slip with an error that passes, without the rest of that
// slip: it is to be printed again.
func (s *Spooler) clearError(ctx context.Context, st escpos.Status) {
	urgent, ok := s.device.(Urgent)
	if !ok || s.unknowns == 0 || !st.CutterError && !st.RecoverableError {
		return
	}
	if err := urgent.WriteRealTime(ctx, escpos.AppendRecover(nil)); err != nil {
		s.cfg.Log.Debug().Err(err).Str("lane", s.cfg.Lane).Msg("the printer could not be told to go on")
	}
}

// print brings one job to paper.
func (s *Spooler) print(ctx context.Context, job receipt.Job) error {
	// From here on stopping the daemon would leave a slip in halves, or its record in doubt.
	sure := context.WithoutCancel(ctx)
	if err := s.cfg.Store.ClaimJob(sure, job.ID); err != nil {
		return fmt.Errorf("claim job %d: %w", job.ID, err)
	}
	s.setState(StateIdle, StatePrinting)
	s.set(func(now *Status) { now.Job, now.JobState = job.ID, JobSending })
	sent, proof, err := s.bring(ctx, sure, job)
	s.set(func(now *Status) { now.Job, now.JobState = 0, "" })
	return s.record(sure, job, sent, proof, err)
}

// sent notes that the line has taken all of the job that is on its way.
func (s *Spooler) sent() {
	s.set(func(now *Status) { now.JobState = JobSent })
}

// render gives the bytes of a job and how long the printer needs for them.
func (s *Spooler) render(job receipt.Job) (bytes []byte, takes time.Duration) {
	slip := job.Slip
	if job.Attempt > 0 {
		slip = slip.Copied(s.cfg.Copy(slip.Lang))
	}
	if job.Attempt > 0 || s.unknowns > 0 || s.torn {
		// What went before may have ended inside a command.
		bytes = s.encoder.AppendResync(bytes)
	}
	lines := s.cfg.Profile.Lines(slip, s.columns)
	return s.encoder.AppendSlip(bytes, lines), s.encoder.PrintTime(lines)
}

// record tells the store how an attempt ended, and passes the printer's trouble on.
func (s *Spooler) record(ctx context.Context, job receipt.Job, sent int, proof string, failed error) error {
	if failed == nil {
		if err := s.cfg.Store.JobPrinted(ctx, job.ID, proof); err != nil {
			return fmt.Errorf("note that job %d is printed: %w", job.ID, err)
		}
		s.printed(job.ID, proof)
		return nil
	}
	t := troubled(failed)
	if sent == 0 {
		if err := s.cfg.Store.JobHeld(ctx, job.ID, t.reason); err != nil {
			return fmt.Errorf("note that job %d is held: %w", job.ID, err)
		}
		return t
	}
	t.unknown, s.torn = true, true
	if err := s.cfg.Store.JobUnknown(ctx, job.ID, t.reason); err != nil {
		return fmt.Errorf("note that job %d may be printed: %w", job.ID, err)
	}
	return t
}

func (s *Spooler) closeDevice() {
	if s.device == nil {
		return
	}
	// What was written is on the printer's side already, so a line that ends badly changes nothing.
	if err := s.device.Close(); err != nil {
		s.cfg.Log.Debug().Err(err).Str("lane", s.cfg.Lane).Msg("printer closed badly")
	}
	s.device = nil
}

func (s *Spooler) set(change func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.status)
}

// setState goes from one state to another; trouble stays until something is printed.
func (s *Spooler) setState(from, to State) {
	s.set(func(st *Status) {
		if st.State == from {
			st.State = to
		}
	})
}

// sleep waits for d and reports whether ctx lasted as long.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
