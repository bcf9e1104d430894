package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
)

func newRevoke(folder *string) *cobra.Command {
	var restore bool
	cmd := &cobra.Command{
		Use: "revoke TERMINAL", Short: "Shut a terminal out, or let it in again",
		Long: "Nothing more is taken from the terminal and nothing told to it; what it brought\nstays. It goes on selling and keeps its records, which come in when it is let in\nagain. For a PC that was stolen or sold.",
		Args: cobra.ExactArgs(1),
		RunE: judged(func(cmd *cobra.Command, args []string) error {
			t, err := terminal(args[0])
			if err != nil {
				return err
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				if err := o.Store.Revoke(cmd.Context(), t, !restore); err != nil {
					return fmt.Errorf("terminal %v: %w", t, err)
				}
				done := "is shut out"
				if restore {
					done = "is let in again"
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "Terminal %v %s.\n", t, done)
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&restore, "restore", false, "let it in again")
	return cmd
}
