package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/simulate"
)

func newProgrammeSimulate(o *options) *cobra.Command {
	var since, until string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "simulate DRAFT", Short: "Replay the shop's past baskets under another programme", Args: cobra.ExactArgs(1),
		Long: `Decides every basket the shop recorded once more under the programme in the file
DRAFT, with the functions that decide at the counter, and tells what would have come
out beside what did: points, money, members, rule by rule. Returns, moves, rewards and
games happen again as they did, as far as the draft has them. Each account begins with
what it held before --since.

It knows nothing of what members would have done otherwise. What it leaves out it
counts and names: records whose bodies were emptied, rewards the draft does not have.

Reads the database as it is at one moment, also while the daemon runs, and changes
nothing. How far it is goes to standard error.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s := simulation{path: args[0], Since: ledger.Day(since), Until: ledger.Day(until)}
			for _, day := range []ledger.Day{s.Since, s.Until} {
				if day == "" {
					continue
				}
				if err := day.Validate(); err != nil {
					return err
				}
			}
			r, err := o.openReader(cmd.Context(), "")
			if err != nil {
				return err
			}
			defer r.close()
			cfg, err := o.load()
			if err != nil {
				return err
			}
			s.shop = cfg.Shop.Name
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if err := s.run(ctx, r, cmd.ErrOrStderr()); err != nil {
				return err
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), s)
			}
			return tellSimulation(cmd.OutOrStdout(), r.paper.Words, s)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "the first business day, as 2026-11-22; without, the first there is")
	cmd.Flags().StringVar(&until, "until", "", "the last business day; without, the last there is")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// A simulation is what one run came to.
type simulation struct {
	path, shop string
	currency   string
	Draft      string     `json:"draft"` // name of the programme
	Version    int64      `json:"version"`
	Since      ledger.Day `json:"since,omitempty"`
	Until      ledger.Day `json:"until,omitempty"`
	simulate.Result
	Seconds float64 `json:"seconds"`
	// Speed is how many baskets were decided in a second, reading them included.
	Speed int64 `json:"baskets_per_second"`
}

// together is how many records are handed on at once.
const together = 512

func (s *simulation) run(ctx context.Context, r *reader, progress io.Writer) error {
	text, err := os.ReadFile(s.path)
	if err != nil {
		return &exit{exitProblems, err}
	}
	rules, err := file.Parse(text)
	if err != nil {
		return &exit{exitProblems, fmt.Errorf("%s: %w", s.path, err)}
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return &exit{exitProblems, err}
	}
	s.Draft, s.Version, s.currency = rules.Name, rules.Version, rules.Currency
	var kept versions
	if err := kept.read(ctx, r.db); err != nil {
		return &exit{exitInternal, err}
	}
	kept.put(r.paper.Rules)
	_, _, alone, err := r.db.Identity(ctx)
	if err != nil {
		return &exit{exitInternal, err}
	}
	replay := simulate.New(simulate.Config{
		Draft: rules, Zone: zone, Was: kept.rules, Since: s.Since, Until: s.Until, Shop: s.shop, Linked: !alone,
	})
	// Nearly all that is made is gone with the next record.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	began := time.Now()
	if err := s.replay(ctx, r.db, replay, progress); err != nil {
		if ctx.Err() != nil {
			return &exit{exitProblems, errors.New("interrupted")}
		}
		return &exit{exitInternal, err}
	}
	took := time.Since(began)
	s.Result = replay.Result()
	s.Seconds, s.Speed = took.Round(time.Millisecond).Seconds(), show.Speed(int64(s.Baskets), took)
	return nil
}

// replay reads the journal and replays it side by side. Reading records takes
// longer than deciding them, so several are read at once; they come in order.
func (s *simulation) replay(ctx context.Context, db *store.DB, replay *simulate.Replay, progress io.Writer) error {
	group, ctx := errgroup.WithContext(ctx)
	j := journalReader{ctx: ctx, group: group, began: make(chan store.Extent, 1), next: make(chan chan []ledger.Record, 2*runtime.GOMAXPROCS(0))}
	group.Go(func() error {
		defer close(j.next)
		err := db.Journal(ctx, func(x store.Extent) error { j.began <- x; return nil }, j.line)
		if err == nil {
			err = j.hand()
		}
		return err
	})
	group.Go(func() error {
		var x store.Extent
		select {
		case x = <-j.began:
		case <-ctx.Done():
			return ctx.Err()
		}
		for _, sale := range x.Named {
			replay.Expect(sale)
		}
		bar := show.NewProgress(progress, "baskets", x.Sales)
		defer bar.End()
		return j.each(func(baskets int64, record ledger.Record) error {
			bar.Done(baskets)
			return replay.Add(record)
		})
	})
	return group.Wait()
}

// A journalReader makes records of lines, several at once.
type journalReader struct {
	ctx   context.Context
	group *errgroup.Group
	began chan store.Extent
	next  chan chan []ledger.Record // in their order; each gives one batch
	batch []ledger.Line
}

// line takes the next line of the journal.
func (j *journalReader) line(l ledger.Line) error {
	if j.batch = append(j.batch, l); len(j.batch) < together {
		return nil
	}
	return j.hand()
}

// hand lets the lines that came together be read.
func (j *journalReader) hand() error {
	lines, read := j.batch, make(chan []ledger.Record, 1)
	j.batch = make([]ledger.Line, 0, together)
	select {
	case j.next <- read:
	case <-j.ctx.Done():
		return j.ctx.Err()
	}
	j.group.Go(func() error {
		records := make([]ledger.Record, len(lines))
		for i, l := range lines {
			var err error
			if records[i], err = readRecord(l); err != nil {
				return err
			}
		}
		read <- records
		return nil
	})
	return nil
}

// each gives the records in their order, with how many sales there were before.
func (j *journalReader) each(do func(baskets int64, record ledger.Record) error) error {
	var baskets int64
	for read := range j.next {
		var batch []ledger.Record
		select {
		case batch = <-read:
		case <-j.ctx.Done():
			return j.ctx.Err()
		}
		for _, record := range batch {
			if err := do(baskets, record); err != nil {
				return fmt.Errorf("record %v: %w", record.Head.Key(), err)
			}
			if record.Head.Kind == ledger.KindAward {
				baskets++
			}
		}
	}
	return nil
}

// readRecord reads a record of the shop's own journal. Its bytes were looked at
// when they were sealed, and "zegel verify" looks again: here nobody does, for it
// takes as long as the reading.
func readRecord(l ledger.Line) (r ledger.Record, err error) {
	if err := json.Unmarshal(l.Head, &r.Head); err != nil {
		return r, fmt.Errorf("head: %w", err)
	}
	if l.Body == nil {
		return r, nil
	}
	var body ledger.Body
	if err := json.Unmarshal(l.Body, &body); err != nil {
		return r, fmt.Errorf("record %v: body: %w", r.Head.Key(), err)
	}
	body.Slip, body.More = nil, nil // what was printed decides nothing
	r.Body = &body
	return r, nil
}
