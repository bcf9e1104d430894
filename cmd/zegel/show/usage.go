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
	if cmd.HasSubCommands() && !cmd.Runnable() && cmd.HasParent() {
		// By itself it would show its help for a word it does not know, and exit as if all were well.
		cmd.Args = cobra.ArbitraryArgs
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return fmt.Errorf("there is no %q: %s --help lists what there is", cmd.CommandPath()+" "+args[0], cmd.CommandPath())
		}
	}
	for _, below := range cmd.Commands() {
		Usage(below)
	}
}
