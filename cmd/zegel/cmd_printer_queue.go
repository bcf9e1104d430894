package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/store"
)

func newPrinterStatus(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "Say how the printers are, and what they printed last", Args: cobra.NoArgs,
		Long: "Asks the running daemon. Exit 0: every printer prints, or has nothing to. Exit 1: one is in trouble.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			c, err := newClient(cfg)
			if err != nil {
				return unavailable(err)
			}
			var s status
			if err := c.get(cmd.Context(), "/v1/status", &s); err != nil {
				return unavailable(err)
			}
			if asJSON {
				err = show.JSON(cmd.OutOrStdout(), s.Printers)
			} else {
				err = show.Table(cmd.OutOrStdout(), printerRows(s.Printers))
			}
			for _, p := range s.Printers {
				if err == nil && p.State == "trouble" {
					err = &exit{exitProblems, nil}
				}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func printerRows(all []printerStatus) [][]string {
	rows := [][]string{{"LANE", "PRINTER", "SINCE", "PRINTED LAST", "KNOWN BY"}}
	for _, p := range all {
		last := ""
		if p.Printed > 0 {
			last = fmt.Sprintf("slip %d, %s", p.Printed, clock(p.At))
		}
		rows = append(rows, []string{p.Lane, p.words(), clock(p.Since), last, p.Proof})
	}
	return rows
}

func clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Local().Format("2006-01-02 15:04:05")
}

func newPrinterQueue(o *options) *cobra.Command {
	var asJSON bool
	var lane string
	var printed int
	cmd := &cobra.Command{
		Use: "queue", Short: "List the slips that are not printed, and the last that are", Args: cobra.NoArgs,
		Long: `Reads the database, also while the daemon runs. A slip is queued (its turn has not come), sending,
sent (and not confirmed), held (by the printer), unknown (some of it may be on paper: a copy follows),
late (older than max_age_hours: printed by hand only), failed (it cannot be read), or printed.
KNOWN BY is how it is known that it is printed: confirmed (the printer gave its number back),
answered (the printer spoke after the cut), status-ok (it was well afterwards), written (no more
than that all bytes left).`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			jobs, err := store.ReadJobs(cmd.Context(), cfg.Store.Database, lane, printed)
			if errors.Is(err, fs.ErrNotExist) {
				return &exit{exitUnavailable, fmt.Errorf("there is no database yet: %w", err)}
			}
			if err != nil {
				return &exit{exitProblems, err}
			}
			var s status
			if c, err := newClient(cfg); err == nil {
				_ = c.get(cmd.Context(), "/v1/status", &s) // without a daemon nothing is on its way
			}
			onTheirWay(jobs, s.Printers)
			if asJSON {
				if jobs == nil {
					jobs = []store.PrintJob{}
				}
				return show.JSON(cmd.OutOrStdout(), jobs)
			}
			return show.Table(cmd.OutOrStdout(), queueRows(jobs))
		},
	}
	f := cmd.Flags()
	f.StringVar(&lane, "lane", "", "of this lane only")
	f.IntVar(&printed, "printed", 5, "how many of those that are printed")
	f.BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// onTheirWay puts in how far slips are that the printers have now.
func onTheirWay(jobs []store.PrintJob, printers []printerStatus) {
	for i, j := range jobs {
		for _, p := range printers {
			if p.SlipState != "" && p.Slip == j.ID && p.Lane == j.Lane {
				jobs[i].State = p.SlipState
			}
		}
	}
}

func queueRows(jobs []store.PrintJob) [][]string {
	rows := [][]string{{"SLIP", "LANE", "OF", "KIND", "STATE", "PAPERS", "DUE", "KNOWN BY"}}
	for _, j := range jobs {
		state := j.State
		if j.Reason != "" && j.State != "printed" {
			state += ": " + j.Reason
		}
		rows = append(rows, []string{
			strconv.FormatInt(j.ID, 10), j.Lane, fmt.Sprint(j.Record), string(j.Kind), state, strconv.Itoa(j.Papers), clock(j.Due), j.Proof,
		})
	}
	return rows
}

func newPrinterReprint(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "reprint SLIP", Short: "Print a slip again, or one that was set aside", Args: cobra.ExactArgs(1),
		Long: "Asks the running daemon to print a slip by its number in zegel printer queue. If there may be\na paper of it already, the new one is headed as a copy.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if id, err := strconv.ParseInt(args[0], 10, 64); err != nil || id < 1 {
				return &exit{exitUsage, fmt.Errorf("%q is no number of a slip: zegel printer queue lists them", args[0])}
			}
			cfg, err := o.load()
			if err != nil {
				return err
			}
			c, err := newClient(cfg)
			if err != nil {
				return unavailable(err)
			}
			var again struct{ Slip int64 }
			if err := c.send(cmd.Context(), http.MethodPost, "/v1/printer/slips/"+args[0]+"/print", struct{}{}, &again); err != nil {
				return unavailable(err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "slip %d is in the queue\n", again.Slip)
			return err
		},
	}
}
