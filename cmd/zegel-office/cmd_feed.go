package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/terminal/loyalty/bulletin"
)

func newFeed(folder *string) *cobra.Command {
	var after, token string
	var follow bool
	cmd := &cobra.Command{
		Use: "feed", Short: "Print every entry since a cursor, as NDJSON",
		Long: "Prints one entry a line and, whenever there is no more, a line with the cursor to\ngo on from, as GET /v1/feed/entries does. --new-token NAME makes a token for that\ncall instead.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("new-token") {
				return looking(cmd.Context(), *folder, func(v *office.View) error { return feed(cmd, v, after, follow) })
			}
			if token = strings.TrimSpace(token); token == "" {
				return usage("--new-token is empty: need a name for who reads")
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				text, err := o.NewToken(cmd.Context(), token)
				if err == nil {
					_, err = fmt.Fprintln(cmd.OutOrStdout(), text)
				}
				return err
			})
		}),
	}
	f := cmd.Flags()
	f.StringVar(&after, "after", "", "the cursor to go on from")
	f.BoolVar(&follow, "follow", false, "go on as entries come in, until interrupted")
	f.StringVar(&token, "new-token", "", "make a token with this name for a reader of the feed, and print it")
	cmd.MarkFlagsMutuallyExclusive("new-token", "after")
	cmd.MarkFlagsMutuallyExclusive("new-token", "follow")
	return cmd
}

// lookEvery is how often a feed that is followed looks for more.
const lookEvery = time.Second

// feed prints pages until there is nothing more, or until it is interrupted.
// The cursor's line comes after the entries it stands behind: who was cut off
// goes on from the last such line and misses nothing.
func feed(cmd *cobra.Command, v *office.View, cursor string, follow bool) error {
	ctx := cmd.Context()
	out := json.NewEncoder(cmd.OutOrStdout())
	told := false // the reader has the cursor as it is now
	for {
		entries, next, more, err := v.Store.Feed(ctx, cursor, 1000)
		if err != nil && follow && ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := out.Encode(e); err != nil {
				return fmt.Errorf("print the feed: %w", err)
			}
		}
		told, cursor = told && len(entries) == 0, next
		if more {
			continue
		}
		if !told {
			if err := out.Encode(map[string]any{"cursor": cursor, "control": bulletin.UpToDate}); err != nil {
				return fmt.Errorf("print the feed: %w", err)
			}
			told = true
		}
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookEvery):
		}
	}
}
