package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
)

func newStatus(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "status", Short: "Say how the running daemon is",
		Long: "Asks the daemon on this PC. Exit 0: it runs and nothing is wrong. Exit 1: it runs\nand something is. Exit 3: it does not run.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			c, err := newClient(cfg)
			if errors.Is(err, errNotRunning) {
				return &exit{3, err}
			}
			if err != nil {
				return err
			}
			var s status
			if err := c.get(cmd.Context(), "/v1/status", &s); err != nil {
				if errors.Is(err, errNotRunning) {
					return &exit{3, err}
				}
				return &exit{exitProblems, err}
			}
			if asJSON {
				err = show.JSON(cmd.OutOrStdout(), s)
			} else {
				err = show.Table(cmd.OutOrStdout(), s.rows())
			}
			if err == nil && !s.well() {
				err = &exit{exitProblems, nil}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// rows is the status for people.
func (s status) rows() [][]string {
	rows := [][]string{
		{"shop", s.Shop},
		{"running", "since " + s.Since.Local().Format("2006-01-02 15:04:05") + ", " + s.Version},
		{"terminal", s.Store.Terminal.String()},
		{"database", s.Database},
		{"journal", fmt.Sprintf("%d records, %d accounts", s.Store.Records, s.Store.Accounts)},
		{"slips", fmt.Sprintf("%d printed (%d as copies), %d waiting", s.Store.Printed, s.Store.Duplicates, s.Store.SlipsDue)},
	}
	for _, sc := range s.Scanners {
		rows = append(rows, []string{"scanner " + sc.Name, sc.words()})
	}
	for _, p := range s.Passes {
		rows = append(rows, []string{"till's line " + p.Lane, p.words()})
	}
	for _, p := range s.Printers {
		rows = append(rows, []string{"printer " + p.Lane, p.words()})
	}
	return append(rows, []string{"head office", s.officeText()})
}

func (s status) officeText() string {
	if s.Store.Alone {
		return "none: this shop stands alone"
	}
	text := s.Office.State
	if s.Office.Reason != "" {
		text += ": " + s.Office.Reason
	}
	text += fmt.Sprintf("; %d records waiting", s.Store.Unsent)
	if s.Store.LastAck > 0 {
		text += ", last confirmed " + time.UnixMilli(s.Store.LastAck).Format("2006-01-02 15:04:05")
	}
	if s.Store.Authority == "none" {
		text += "; AUTHORITY WITHDRAWN: head office suspects a second copy of this terminal"
	}
	return text
}

// well is false when a person should look. A line that is down is not: shops
// sell without one.
func (s status) well() bool {
	ok := s.Database == "ok" && s.Store.Authority != "none"
	for _, sc := range s.Scanners {
		ok = ok && sc.State == "ready"
	}
	for _, p := range s.Passes {
		ok = ok && p.State == "ready"
	}
	for _, p := range s.Printers {
		ok = ok && p.State != "trouble"
	}
	return ok
}
