package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scanning"
	"zegel/scanner/preset"
	"zegel/scanner/serialport"
	"zegel/scanner/setup"
)

func newScannerSetup(o *options) *cobra.Command {
	var device, line string
	var tag bool
	var wait time.Duration
	cmd := &cobra.Command{
		Use: "setup", Short: "Find out by listening how a scanner is set, and what to write into zegel.toml", Args: cobra.NoArgs,
		Long: `Asks for a few codes of a sheet to be scanned, and says from what comes how the device ends a
code, what it puts around one, and how its line is set. It tells the device nothing.

Print the sheet with zegel scanner sheet, or show it on a screen: zegel scanner sheet --png.
A reader of chips and tags is found with --tag. One that has to be asked, as a PN532, cannot be
found by listening: its preset is pn532.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := bufio.NewReader(cmd.InOrStdin())
			if device == "" {
				var err error
				if device, err = askDevice(in, cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			begin, err := preset.ParseLine(line)
			if err != nil {
				return &exit{exitUsage, err}
			}
			ctx, stop := listening(cmd.Context(), 0)
			defer stop()
			out := &linesTo{w: cmd.OutOrStdout(), stop: stop}
			s := scanning.Setup{Open: opener(device), Say: out.printf, Enter: enters(ctx, in), Wait: wait}
			codes := setup.Sheet()
			if tag {
				codes = scanning.Tags()
			}
			out.printf("Enter leaves a code out, or says that it was scanned and nothing came. Ctrl-C ends it.\n\n")
			found, err := s.Run(ctx, begin, codes)
			if ctx.Err() != nil {
				return &exit{exitProblems, errors.New("stopped before anything was found")}
			}
			if err != nil {
				return atLeast(exitProblems, err)
			}
			return tellProposal(out, device, found)
		},
	}
	f := cmd.Flags()
	f.StringVar(&device, "device", "", "the port; without, it asks")
	f.StringVar(&line, "line", "9600 8N1", "the setting to begin with")
	f.BoolVar(&tag, "tag", false, "the device reads chips and tags, and no bar codes")
	f.DurationVar(&wait, "wait", 2*time.Minute, "how long a scan is waited for")
	return cmd
}

// tellProposal says what was found, and exits with a problem unless it is
// certain.
func tellProposal(out *linesTo, device string, found setup.Proposal) error {
	for _, note := range found.Notes {
		out.printf("note: %s\n", note)
	}
	if found.Preset == "" {
		return &exit{exitProblems, errors.New("no setting was found; zegel scanner record makes a file that somebody can look at")}
	}
	if found.Certain {
		out.printf("\nEverything was read as it stands on the sheet. For the lane's part of zegel.toml,\nin place of what stands there of this device ([lane.scanner], if it is the only one):\n\n")
	} else {
		out.printf("\nThis comes nearest, but not everything was read as it stands on the sheet:\n\n")
	}
	if err := scanning.WriteTOML(out, device, found); err != nil {
		return err
	}
	if !found.Certain {
		return &exit{exitProblems, nil}
	}
	return out.err
}

// atLeast is an error that exits with a code unless it has one already.
func atLeast(code int, err error) error {
	var wanted *exit
	if errors.As(err, &wanted) {
		return err
	}
	return &exit{code, err}
}

// askDevice lets somebody choose among the ports there are.
func askDevice(in *bufio.Reader, out io.Writer) (string, error) {
	ports, err := serialport.List()
	if err != nil {
		return "", &exit{exitUnavailable, err}
	}
	if len(ports) == 0 {
		return "", &exit{exitUnavailable, errors.New("no serial port is here: plug the device in, or name the port with --device")}
	}
	for n, p := range ports {
		if _, err := fmt.Fprintf(out, "%2d  %s  %s\n", n+1, scanning.Device(p), p.Name()); err != nil {
			return "", fmt.Errorf("ask: %w", err)
		}
	}
	for {
		if _, err := fmt.Fprintf(out, "Which one is it (1 to %d)? ", len(ports)); err != nil {
			return "", fmt.Errorf("ask: %w", err)
		}
		answer, err := in.ReadString('\n')
		var n int
		if _, bad := fmt.Sscan(strings.TrimSpace(answer), &n); bad == nil && n >= 1 && n <= len(ports) {
			return scanning.Device(ports[n-1]), nil
		}
		if err != nil {
			return "", &exit{exitUsage, errors.New("no answer came; name the port with --device")}
		}
	}
}

// enters tells each line that is typed, until there are no more.
func enters(ctx context.Context, in *bufio.Reader) <-chan struct{} {
	typed := make(chan struct{})
	go func() { // it ends with what it reads, or with the process
		defer close(typed)
		for {
			if _, err := in.ReadString('\n'); err != nil {
				return
			}
			select {
			case typed <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return typed
}
