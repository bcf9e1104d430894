package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/store/sqlite"
)

func newVerify(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "verify", Short: "Check that the shop's journal and balances are whole",
		Long: "Copies the database in one step, also while the daemon runs, and checks the\ncopy: the file, the journal's chain, the balances, the set-asides, the requests.\nExit 0: all is well. Exit 1: something is not as it must be.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			// An interrupt ends the copying, and the copy does not stay behind.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			scratch, err := os.MkdirTemp("", "zegel-verify-")
			if err != nil {
				return &exit{exitInternal, err}
			}
			defer os.RemoveAll(scratch)
			report, err := store.Verify(ctx, cfg.Store.Database, scratch)
			if errors.Is(err, sqlite.ErrCorrupt) || (err != nil && len(report.Findings) > 0) {
				// So broken that it could not be walked to its end.
				report.Findings, err = append(report.Findings, store.Finding{Invariant: "file", Text: err.Error()}), nil
			}
			if err != nil {
				return &exit{exitUnavailable, err}
			}
			return tellReport(cmd, report, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func tellReport(cmd *cobra.Command, r store.Report, asJSON bool) error {
	out := cmd.OutOrStdout()
	verdict := "ok"
	if len(r.Findings) > 0 {
		verdict = "problems"
	}
	if asJSON {
		findings := make([]map[string]string, 0, len(r.Findings))
		for _, f := range r.Findings {
			findings = append(findings, map[string]string{"invariant": f.Invariant, "text": f.Text})
		}
		err := show.JSON(out, map[string]any{
			"verify": verdict, "records": r.Records, "entries": r.Entries, "accounts": r.Accounts, "branches": r.Branches, "findings": findings,
		})
		if err != nil {
			return err
		}
	} else {
		for _, f := range r.Findings {
			fmt.Fprintf(out, "FOUT  %s: %s\n", f.Invariant, f.Text)
		}
		fmt.Fprintf(out, "verify: %s (%d records, %d entries, %d accounts, %d branches)\n", verdict, r.Records, r.Entries, r.Accounts, r.Branches)
	}
	if len(r.Findings) > 0 {
		return &exit{exitProblems, fmt.Errorf("%d things are not as they must be; keep a copy of the database and call for help", len(r.Findings))}
	}
	return nil
}
