package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/terminal/loyalty/settle"
)

func newExpire(folder *string) *cobra.Command {
	patience := settle.DefaultPatience
	cmd := &cobra.Command{
		Use: "expire", Short: "Book points that have lapsed",
		Long: "Books what members did not spend by its last day, as serve does every day: once\nevery shop that is not shut out has come past that day, or has been silent for\n--patience days. What a shop may still spend without a line waits. Points that have\nlapsed cannot be spent anywhere, booked or not.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			if err := checkPatience("patience", patience); err != nil {
				return err
			}
			return with(cmd.Context(), office.Config{Folder: *folder}, func(o *office.Office) error {
				done, err := o.Expire(cmd.Context(), patience)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "Booked what lapsed by %s: %d lots of %d accounts.\n", done.Through, done.Entries, done.Accounts)
				return err
			})
		}),
	}
	patienceFlag(cmd, "patience", &patience)
	return cmd
}

func patienceFlag(cmd *cobra.Command, name string, patience *int) {
	cmd.Flags().IntVar(patience, name, settle.DefaultPatience, "days to wait for a silent shop before points that lapsed are booked without it")
}

func checkPatience(flag string, days int) error {
	if days < 1 || days > 3650 {
		return usage("--%s %d: need 1 to 3650", flag, days)
	}
	return nil
}
