package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	store "zegel/store/office"
	"zegel/terminal/loyalty/ledger"
)

// longestName is how long what people call a shop may be, in bytes.
const longestName = 100

func newEnrol(folder *string) *cobra.Command {
	var name, replaces string
	var life time.Duration
	cmd := &cobra.Command{
		Use: "enrol", Short: "Make a code with which one shop can join",
		Long: "Prints a code that works once, within its life. Type it in the shop:\n  zegel join CODE\nThe code also carries the fingerprint of head office's key, so the shop knows whom\nit talks to.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			if name = strings.TrimSpace(name); name == "" || len(name) > longestName || strings.ContainsFunc(name, unicode.IsControl) {
				return usage("--name %q: need what people call the shop, at most %d letters", name, longestName)
			}
			if life <= 0 {
				return usage("--life %v: need some time, such as 15m or 24h", life)
			}
			var old ledger.Terminal
			if cmd.Flags().Changed("replaces") {
				var err error
				if old, err = terminal(replaces); err != nil {
					return err
				}
			}
			return with(cmd.Context(), office.Config{Folder: *folder, CodeLife: life}, func(o *office.Office) error {
				return invite(cmd, o, name, old)
			})
		}),
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "what people call the shop")
	f.StringVar(&replaces, "replaces", "", "the terminal whose key the code may replace")
	f.DurationVar(&life, "life", 15*time.Minute, "how long the code may be used")
	require(cmd, "name")
	return cmd
}

// invite prints a code for a shop; old is the terminal it replaces the key of.
func invite(cmd *cobra.Command, o *office.Office, name string, old ledger.Terminal) error {
	if old != ledger.HeadOffice {
		_, known, err := o.Store.Terminal(cmd.Context(), old)
		if err == nil && !known {
			err = store.ErrNotEnrolled
		}
		if err != nil {
			return fmt.Errorf("terminal %v: %w", old, err)
		}
	}
	code, err := o.Server.Invite(cmd.Context(), name, old)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), code.String())
	return err
}
