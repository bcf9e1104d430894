package show

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Usage lets a command, and those below it, say how they are used when they are
// given other arguments than they take.
func Usage(cmd *cobra.Command) {
	if takes := cmd.Args; takes != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := takes(cmd, args); err != nil {
				return fmt.Errorf("%w; it is used so: %s", err, cmd.UseLine())
			}
			return nil
		}
	}
	for _, below := range cmd.Commands() {
		Usage(below)
	}
}
