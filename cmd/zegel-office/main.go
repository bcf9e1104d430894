// Command zegel-office is a chain's head office: its server and its tool in one binary.
//
// Every command is a thin file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"zegel/cmd/release"
	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	store "zegel/store/office"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

func main() { os.Exit(execute(context.Background(), os.Args[1:])) }

// Exit codes beyond 0, those above 2 from sysexits(3) and, the last, as a shell
// says it.
const (
	exitProblems    = 1
	exitUsage       = 2
	exitNone        = 66 // no head office there, or not a whole one
	exitUnavailable = 69
	exitInternal    = 70
	exitInterrupted = 130
)

// An exit is an error that decides the exit code.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

// usage is what a command says to arguments it cannot take.
func usage(format string, args ...any) error { return &exit{exitUsage, fmt.Errorf(format, args...)} }

func execute(ctx context.Context, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	// After the first signal the system's own handling is back: a second one
	// ends the process at once.
	release := context.AfterFunc(ctx, stop)
	defer release()
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "zegel-office:", err)
	if wanted := (*exit)(nil); errors.As(err, &wanted) {
		return wanted.code
	}
	return exitUsage // all that comes from a command itself is an exit
}

func newRoot() *cobra.Command {
	folder := ""
	root := &cobra.Command{
		Use: "zegel-office", Short: "A chain's head office", Version: release.Version(),
		Long:         "Takes in what the shops' terminals bring, adds it up, tells them what they should\nknow, and feeds CRM and BI.",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&folder, "data", "/var/lib/zegel-office", "head office's folder")
	root.AddCommand(newServe(&folder), newEnrol(&folder), newTerminals(&folder), newAuthority(&folder), newRevoke(&folder),
		newPull(&folder), newPublish(&folder), newPublished(&folder), newFeed(&folder), newClearing(&folder), newCauses(&folder),
		newExpire(&folder), newVerify(&folder), release.Command("zegel-office"))
	show.Usage(root)
	return root
}

// A command is what a cobra command runs.
type command = func(cmd *cobra.Command, args []string) error

// judged gives the errors of a command their exit code.
func judged(run command) command {
	return func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		wanted := (*exit)(nil)
		switch {
		case err == nil || errors.As(err, &wanted):
			return err
		case errors.Is(err, office.ErrNone) || errors.Is(err, office.ErrIncomplete):
			return &exit{exitNone, err}
		case errors.Is(err, store.ErrNotEnrolled) || errors.Is(err, settle.ErrCursor):
			return &exit{exitProblems, err}
		case cmd.Context().Err() != nil:
			return &exit{exitInterrupted, errors.New("interrupted")}
		}
		return &exit{exitInternal, err}
	}
}

// with runs f on the head office in a folder, which may be served meanwhile.
func with(ctx context.Context, cfg office.Config, f func(*office.Office) error) (err error) {
	cfg.Log = zerolog.Nop()
	o, err := office.OpenExisting(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	return f(o)
}

// looking runs f on the head office in a folder without changing anything.
func looking(ctx context.Context, folder string, f func(*office.View) error) (err error) {
	v, err := office.Look(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	return f(v)
}

// terminal reads a terminal's number.
func terminal(text string) (t ledger.Terminal, err error) {
	if err := t.UnmarshalText([]byte(text)); err != nil {
		return 0, usage("%w, as zegel-office terminals shows it", err)
	}
	return t, nil
}

// require marks flags without which a command does nothing.
func require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the command has no such flag
		}
	}
}
