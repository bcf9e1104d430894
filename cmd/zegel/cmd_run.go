package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"zegel/install"
)

func newRun(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "run", Short: "Run the daemon", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.load()
			if err != nil {
				return err
			}
			said, err := newLog(cfg.Log, os.Stderr)
			if err != nil {
				return err
			}
			lines := newLogLines(os.Stderr, said)
			defer lines.begin(cmd.Context())()
			log, err := newLog(cfg.Log, lines)
			if err != nil {
				return err
			}
			// Whoever reads the log may go; the shop sells on, and the log's lines are lost.
			signal.Ignore(syscall.SIGPIPE)
			err = install.Run(cmd.Context(), "zegel", func(ctx context.Context) error { return run(ctx, cfg, log) })
			var config *configError
			var decided *exit
			if err != nil && !errors.As(err, &config) && !errors.As(err, &decided) {
				return &exit{exitInternal, err}
			}
			return err
		},
	}
}
