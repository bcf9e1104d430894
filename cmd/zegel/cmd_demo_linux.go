package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
)

func newDemo() *cobra.Command {
	var once, asJSON, keep, customers bool
	var listen string
	cmd := &cobra.Command{
		Use: "demo", Short: "Play a shop: a daemon, its devices and head office",
		Long: `Runs the daemon a shop runs in a process of its own, with pretended devices, and a
head office, in a temporary folder. Until Ctrl-C you play everything around it on
a page in your browser: hold cards to the scanner, pull cables and paper, cut the
line, kill the daemon. With --once it plays one scripted day instead. Either way
it checks in the end that everything adds up.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			binary, err := os.Executable()
			if err != nil {
				return &exit{exitInternal, fmt.Errorf("find this program: %w", err)}
			}
			if asJSON && !once {
				return &exit{exitUsage, errors.New("--json is for --once: a demo that goes on has no summary")}
			}
			// Also when the terminal or the reader of a pipe goes away, so that
			// nothing stays behind.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
			defer stop()
			cfg := demo.Config{
				Binary: binary, Programme: demo.Programme(programmes.WithRewards("Bakkerij Demo", "29", "1.00")), Keep: keep, Say: cmd.OutOrStdout(),
				Listen: listen, Rand: rand.Reader, Customers: customers,
			}
			if !once {
				return demo.Live(ctx, cfg)
			}
			if asJSON {
				cfg.Say = io.Discard
			}
			sum, err := demo.Once(ctx, cfg)
			if err != nil {
				return &exit{exitInternal, err}
			}
			if asJSON {
				err = sum.WriteJSON(cmd.OutOrStdout())
			} else {
				err = sum.WriteText(cmd.OutOrStdout())
			}
			if failed := sum.Failed(); failed != nil {
				return &exit{exitProblems, errors.Join(failed, err)}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "play one scripted day and end")
	cmd.Flags().BoolVar(&asJSON, "json", false, "with --once: only the summary on standard output, as JSON")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "loopback address of the workbench")
	cmd.Flags().BoolVar(&customers, "customers", false, "let customers come by themselves")
	cmd.Flags().BoolVar(&keep, "keep", false, "leave the temporary folder behind")
	return cmd
}
