package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/terminal/loyalty/bulletin"
)

func newAuthority(folder *string) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "authority TERMINAL full|none", Short: "Decide whether a terminal is given grants",
		Long: "Head office takes a terminal's authority away when it suspects that two copies of\nit are alive; what it sells is taken in all the same. Once the other copy is off,\ngive it back with full, which also strikes the suspicion off.",
		Args: cobra.ExactArgs(2),
		RunE: judged(func(cmd *cobra.Command, args []string) error {
			t, err := terminal(args[0])
			if err != nil {
				return err
			}
			level := bulletin.Authority(args[1])
			if level != bulletin.FullAuthority && level != bulletin.NoAuthority {
				return usage("authority %q: need %s or %s", level, bulletin.FullAuthority, bulletin.NoAuthority)
			}
			if reason = strings.TrimSpace(reason); reason == "" {
				return usage("--reason is empty: need a sentence for whoever looks at this later")
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				if err := o.Store.SetAuthority(cmd.Context(), t, level, reason); err != nil {
					return fmt.Errorf("terminal %v: %w", t, err)
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "Terminal %v: authority is %s.\n", t, level)
				return err
			})
		}),
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a sentence")
	require(cmd, "reason")
	return cmd
}
