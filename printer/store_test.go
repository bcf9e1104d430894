package printer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zegel/printer"
	"zegel/printer/layout"
	"zegel/terminal/loyalty/receipt"
)

var errCrash = errors.New("the process has ended")

// A shelf is a JobStore as durable as one must be: it outlives the Spooler. It refuses what a Spooler must not
// do, and can end the process before or after any of its methods has had its effect.
type shelf struct {
	t *testing.T

	mu     sync.Mutex
	jobs   []*kept
	events []string         // what the Spooler told, such as "held 3: paper out"
	crash  func() crashing  // what the next call does; nil never crashes
	ended  bool             // the process has ended: nothing has an effect any more
	claims map[int64]string // what this process has claimed and not told the end of
}

type kept struct {
	receipt.Job
	made  time.Time
	late  bool
	done  bool
	proof string
}

type crashing int

const (
	works crashing = iota
	endsBefore
	endsAfter
)

func newShelf(t *testing.T) *shelf { return &shelf{t: t, claims: map[int64]string{}} }

// add puts a slip that names its job on its first and its last line on the shelf. That of every other job has a
// QR code that names it, too.
func (s *shelf) add(lines int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := int64(len(s.jobs) + 1)
	slip := receipt.Slip{Kind: receipt.KindAward, Lang: "nl"}
	slip.Blocks = append(slip.Blocks, receipt.Block{Text: fmt.Sprintf("Slip %d", id), Bold: true})
	for range lines {
		slip.Blocks = append(slip.Blocks, receipt.Block{Row: []receipt.Cell{{Text: fmt.Sprint("Crème brûlée ", id)},
			{Text: "€ 2,50", Align: receipt.Right, Whole: true}}})
	}
	if hasCode(id) {
		slip.Blocks = append(slip.Blocks, receipt.Block{QR: fmt.Sprint("ZS1:", id)})
	}
	slip.Blocks = append(slip.Blocks, receipt.Block{Text: fmt.Sprintf("End %d", id), Align: receipt.Centre, Double: true})
	s.jobs = append(s.jobs, &kept{Job: receipt.Job{ID: id, Slip: slip, Lane: "1"}, made: time.Now()})
	return id
}

func hasCode(id int64) bool { return id%2 == 0 }

// restart is a new process over the same store.
func (s *shelf) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = false
	clear(s.claims)
}

// end is the process ending here and now.
func (s *shelf) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// waiting is how many jobs are not done.
func (s *shelf) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, j := range s.jobs {
		if !j.done {
			n++
		}
	}
	return n
}

// busy reports whether a slip is on its way.
func (s *shelf) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.claims) > 0
}

func (s *shelf) told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

func (s *shelf) NextJob(_ context.Context, lane string) (receipt.Job, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return receipt.Job{}, false, errCrash
	}
	for _, j := range s.jobs {
		if !j.done && !j.late && j.Lane == lane {
			return j.Job, true, nil
		}
	}
	return receipt.Job{}, false, nil
}

// change carries out what a method does to a job, unless the process ends around it.
func (s *shelf) change(id int64, event string, claims bool, effect func(*kept)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errCrash
	}
	how := works
	if s.crash != nil {
		how = s.crash()
	}
	if how == endsBefore {
		s.ended = true
		return errCrash
	}
	if open, claimed := s.claims[id]; claimed == claims || claims && len(s.claims) > 0 {
		s.t.Errorf("%s comes out of turn (open: %q, %v)", event, open, s.claims)
	}
	delete(s.claims, id)
	if claims {
		s.claims[id] = event
	}
	s.events = append(s.events, event)
	effect(s.jobs[id-1])
	if how == endsAfter {
		s.ended = true
		return errCrash
	}
	return nil
}

func (s *shelf) LateJobs(_ context.Context, lane string, before time.Time) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if !j.done && !j.late && j.Lane == lane && j.made.Before(before) {
			j.late = true
			s.events = append(s.events, fmt.Sprint("late ", j.ID))
			n++
		}
	}
	return n, nil
}

func (s *shelf) ClaimJob(_ context.Context, id int64) error {
	return s.change(id, fmt.Sprint("claim ", id), true, func(j *kept) { j.Attempt++ })
}

func (s *shelf) JobPrinted(_ context.Context, id int64, proof string) error {
	return s.change(id, fmt.Sprintf("printed %d: %s", id, proof), false, func(j *kept) { j.done, j.proof = true, proof })
}

func (s *shelf) JobHeld(_ context.Context, id int64, reason string) error {
	return s.change(id, fmt.Sprintf("held %d: %s", id, reason), false, func(j *kept) { j.Attempt-- })
}

func (s *shelf) JobUnknown(_ context.Context, id int64, reason string) error {
	return s.change(id, fmt.Sprintf("unknown %d: %s", id, reason), false, func(*kept) {})
}

var _ printer.JobStore = (*shelf)(nil)

// onPaper is what the roll shows of one job.
type onPaper struct {
	originals int // papers begun without the heading of a copy
	copies    int
	complete  int // papers that show the whole slip
}

const heading = "DUPLICAAT"

// readRoll goes through all lines that ever came out of the printer. order are the jobs in the order of their papers.
// A line that is not the next one of its job's slip is strange: it belongs to another, or to none. That a slip breaks
// off, and that its last line does, is not.
func (s *shelf) readRoll(lines []string) (jobs map[int64]*onPaper, order []int64, strange []string) {
	jobs = map[int64]*onPaper{}
	headed := false
	var open *onPaper
	var left []string // of the slip that is open
	for _, line := range lines {
		line = strings.TrimSpace(line)
		var id int64
		switch {
		case line == heading:
			headed, open = true, nil
		case scan(line, "Slip %d", &id) && id <= int64(len(s.jobs)):
			if open = jobs[id]; open == nil {
				open = &onPaper{}
				jobs[id] = open
			}
			if headed {
				open.copies++
			} else {
				open.originals++
			}
			order = append(order, id)
			headed, left = false, linesOf(s.jobs[id-1].Slip)[1:]
		case line == "[QR ]": // one that broke off
			open = nil
		case line == "":
		case open != nil && len(left) > 0 && line == left[0]:
			if left = left[1:]; len(left) == 0 {
				open.complete++
			}
		default:
			strange = append(strange, line)
		}
	}
	return jobs, order, strange
}

// linesOf are the lines of a slip that show anything.
func linesOf(slip receipt.Slip) (lines []string) {
	for _, l := range layout.Lines(slip, simColumns) {
		if text := strings.TrimSpace(l.String()); text != "" {
			lines = append(lines, text)
		}
	}
	return lines
}

func scan(line, format string, id *int64) bool {
	n, err := fmt.Sscanf(line, format, id)
	return n == 1 && err == nil && line == fmt.Sprintf(format, *id)
}
