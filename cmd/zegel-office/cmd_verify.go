package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	"zegel/store/sqlite"
)

func newVerify(folder *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "verify", Short: "Check every batch, chain, balance and set-aside",
		Long: "Reads everything and changes nothing, also while head office is served: the file,\nevery document's signature and chain, head office's own journal, entries,\nbalances, set-asides and the feed. Exit 0: all is well. Exit 1: something is not\nas it must be.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			r := report{Findings: []office.Finding{}}
			err := looking(cmd.Context(), *folder, func(v *office.View) error { return r.fill(cmd, v) })
			if errors.Is(err, sqlite.ErrCorrupt) {
				// So broken that it could not even be opened.
				r.Findings, err = append(r.Findings, office.Finding{Invariant: "file", Text: err.Error()}), nil
			}
			if err != nil {
				return err
			}
			return r.tell(cmd.OutOrStdout(), asJSON)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// A report is what verify found.
type report struct {
	Verdict   string           `json:"verify"` // ok or problems
	Terminals int              `json:"terminals"`
	Records   int64            `json:"records"`
	Findings  []office.Finding `json:"findings"`
}

func (r *report) fill(cmd *cobra.Command, v *office.View) error {
	found, err := v.Verify(cmd.Context())
	if err != nil {
		return err
	}
	r.Findings = append(r.Findings, found...)
	if err := r.count(cmd.Context(), v); err != nil && len(found) == 0 {
		return err // of a damaged file there is more to say than that it cannot be counted
	}
	return nil
}

// count says how much was looked at.
func (r *report) count(ctx context.Context, v *office.View) error {
	terminals, err := v.Store.Terminals(ctx)
	if err != nil {
		return err
	}
	r.Terminals = len(terminals)
	marks, err := v.Store.Marks(ctx)
	for _, branches := range marks {
		for _, m := range branches {
			r.Records += m.Seq
		}
	}
	return err
}

func (r *report) tell(w io.Writer, asJSON bool) error {
	r.Verdict = "ok"
	if len(r.Findings) > 0 {
		r.Verdict = "problems"
	}
	if err := r.write(w, asJSON); err != nil {
		return err
	}
	if n := len(r.Findings); n > 0 {
		return &exit{exitProblems, fmt.Errorf("%d things are not as they must be; keep a copy of the folder and call for help", n)}
	}
	return nil
}

func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return show.JSON(w, r)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "FOUT  %s: %s\n", f.Invariant, f.Text)
	}
	_, err := fmt.Fprintf(w, "verify: %s (%d terminals, %d records)\n", r.Verdict, r.Terminals, r.Records)
	return err
}
