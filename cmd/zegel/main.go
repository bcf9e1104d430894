// Command zegel is a shop's loyalty terminal: the daemon and its operator's tool in one binary.
//
// Every command is a thin file of its own; daemon.go wires what runs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/release"
	"zegel/cmd/zegel/show"
)

func main() { os.Exit(execute(context.Background(), os.Args[1:])) }

// Exit codes beyond 0 and 1, from sysexits(3): a service manager restarts on
// 70 and must not on 78.
const (
	exitProblems    = 1
	exitUsage       = 2
	exitUnavailable = 69
	exitInternal    = 70
	exitNotAllowed  = 77
	exitConfig      = 78
)

// An exit is an error that decides the exit code.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func execute(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var wanted *exit
	var config *configError
	if errors.Is(err, fs.ErrPermission) && !strings.Contains(err.Error(), "user of the service") {
		defer fmt.Fprintln(os.Stderr, "zegel: this user may not; be the user of the service, or keep a shop of your own with --config")
	}
	switch {
	case errors.As(err, &config):
		fmt.Fprintln(os.Stderr, config.Error())
		return exitConfig
	case errors.As(err, &wanted):
		if wanted.err != nil {
			fmt.Fprintln(os.Stderr, "zegel:", err)
		}
		return wanted.code
	}
	fmt.Fprintln(os.Stderr, "zegel:", err)
	return exitUsage
}

// options are the flags every command has.
type options struct {
	config string
	sets   []string
}

// load reads the configuration the flags name.
func (o *options) load() (Config, error) { return loadConfig(o.config, os.Environ(), o.sets) }

func newRoot() *cobra.Command {
	o := &options{}
	root := &cobra.Command{
		Use:           "zegel",
		Short:         "A shop's loyalty terminal",
		Long:          "Zegel reads loyalty cards at the counter, gives points with or without a line,\nprints what was given, and keeps head office informed.",
		Version:       release.Version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVarP(&o.config, "config", "c", defaultPath(), "the configuration file")
	root.PersistentFlags().StringArrayVar(&o.sets, "set", nil, "a configuration value over the file's, as key=value; may be repeated")
	root.AddCommand(
		newInit(o), newRun(o), newStatus(o), newDoctor(o), newVerify(o), newConfig(o), newJoin(o), newDemo(),
		newReport(o), newDay(o), newMember(o), newExplain(o), newGame(o), newSignal(o), newUser(o), newOpen(o), newToken(o), newProgramme(o), newScanner(o), newPrinter(o), newSlip(o), release.Command("zegel"),
	)
	show.Usage(root)
	return root
}
