package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/ledger"
)

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Say which release this is", Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			v := map[string]any{
				"version": version(), "go": runtime.Version(), "os": runtime.GOOS + "/" + runtime.GOARCH,
				"record_format": ledger.Version,
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), v)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "zegel-office %s (%s, %s)\n", v["version"], v["go"], v["os"])
			return err
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}
