// Package release says which release a program of ours is.
package release

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/ledger"
)

// Version is the release this binary was built from.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return info.Main.Version
}

// Command is the command by which the program of that name says so.
func Command(program string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "Say which release this is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := map[string]any{
				"version": Version(), "go": runtime.Version(), "os": runtime.GOOS + "/" + runtime.GOARCH,
				"record_format": ledger.Version,
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), v)
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s %s (%s, %s)\n", program, v["version"], v["go"], v["os"])
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}
