package main

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	store "zegel/store/office"
	"zegel/terminal/loyalty/ledger"
)

func newPull(folder *string) *cobra.Command {
	var from, at string
	var follow bool
	cmd := &cobra.Command{
		Use: "pull", Short: "Fetch a terminal's batches from where it listens",
		Long: "For shops that head office can reach: the terminal needs office.listen. Both sides\nshow their own keys and know each other's. The batches go through the same intake\nas those that are brought.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			t, err := terminal(from)
			if err != nil {
				return err
			}
			if u, err := url.Parse(at); err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" {
				return usage("--url %q: need https://, an address and a port, and nothing more", at)
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				return pull(cmd, o, at, t, follow)
			})
		}),
	}
	f := cmd.Flags()
	f.StringVar(&from, "terminal", "", "the terminal, as zegel-office terminals lists it")
	f.StringVar(&at, "url", "", "where it listens, https://address:port")
	f.BoolVar(&follow, "follow", false, "go on waiting for more, until interrupted or the line is lost")
	require(cmd, "terminal", "url")
	return cmd
}

// pull fetches what there is, once or until it is interrupted.
func pull(cmd *cobra.Command, o *office.Office, at string, t ledger.Terminal, follow bool) error {
	for {
		n, err := o.Pull(cmd.Context(), at, t)
		switch {
		case err != nil && cmd.Context().Err() != nil && follow:
			return nil
		case errors.Is(err, store.ErrNotEnrolled) || cmd.Context().Err() != nil:
			return err
		case err != nil:
			return &exit{exitUnavailable, err}
		}
		if n > 0 || !follow {
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%d batches\n", n); err != nil {
				return err
			}
		}
		if !follow {
			return nil
		}
	}
}
