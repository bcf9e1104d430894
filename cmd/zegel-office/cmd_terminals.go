package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	store "zegel/store/office"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

func newTerminals(folder *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "terminals", Short: "List the shops that have joined",
		Long: "Lists every terminal that ever joined: when it was last heard of, how many records\nof its branch are accepted here and archived in a backup, what is unsolved about\nit, and what it may do. With --json one terminal a line (NDJSON).",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			return looking(cmd.Context(), *folder, func(v *office.View) error {
				all, err := v.Store.Overviews(cmd.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return writeTerminals(cmd.OutOrStdout(), all)
				}
				return show.Table(cmd.OutOrStdout(), terminalRows(all))
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as NDJSON")
	return cmd
}

// A terminalLine is one line of terminals --json.
type terminalLine struct {
	Terminal   ledger.Terminal    `json:"terminal"`
	Name       string             `json:"name"`
	Revoked    bool               `json:"revoked"`
	Authority  bulletin.Authority `json:"authority"`
	Reason     string             `json:"reason"`
	Seen       ledger.Stamp       `json:"seen_at"` // 0: never
	Branch     ledger.Branch      `json:"branch,omitzero"`
	Accepted   int64              `json:"accepted"`
	Archived   int64              `json:"archived"`
	Exceptions int64              `json:"exceptions"`
}

func writeTerminals(w io.Writer, all []store.Overview) error {
	out := json.NewEncoder(w)
	for _, o := range all {
		line := terminalLine{o.Terminal.Terminal, o.Name, o.Revoked, o.Authority, o.Reason, o.Seen, o.Branch, o.Accepted, o.Archived, o.Exceptions}
		if err := out.Encode(line); err != nil {
			return fmt.Errorf("print the terminals: %w", err)
		}
	}
	return nil
}

func terminalRows(all []store.Overview) [][]string {
	if len(all) == 0 {
		return [][]string{{"no shop has joined yet; make a code with: zegel-office enrol"}}
	}
	rows := [][]string{{"terminal", "name", "last seen", "accepted", "archived", "unsolved", "may"}}
	for _, o := range all {
		seen := "never"
		if o.Seen > 0 {
			seen = time.UnixMilli(int64(o.Seen)).Local().Format("2006-01-02 15:04:05")
		}
		rows = append(rows, []string{
			o.Terminal.Terminal.String(), o.Name, seen, fmt.Sprint(o.Accepted), fmt.Sprint(o.Archived), fmt.Sprint(o.Exceptions), may(o),
		})
	}
	return rows
}

// may is what a terminal may do, in words.
func may(o store.Overview) string {
	var words []string
	if o.Revoked {
		words = append(words, "SHUT OUT")
	}
	switch {
	case o.Authority != bulletin.FullAuthority:
		words = append(words, "NO GRANTS: "+o.Reason)
	case o.Reason != "":
		words = append(words, "everything: "+o.Reason)
	case !o.Revoked:
		words = append(words, "everything")
	}
	return strings.Join(words, "; ")
}
