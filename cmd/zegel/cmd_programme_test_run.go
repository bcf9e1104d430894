package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/scenario"
	"zegel/cmd/zegel/show"
)

func newProgrammeTest() *cobra.Command {
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use: "test PATH...", Short: "Run scenario files against their programmes",
		Long: "Runs every case of the files PATH names, and of all *.scenario.toml and\n*.scenario.json below the folders it names: each in a shop of its own that begins\nempty, with the parts a real shop has. install/manual/scenarios.md has the format.\nExit 0: all came as it is written. Exit 1: something did not.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			files, err := scenario.Find(paths)
			if err != nil {
				return err
			}
			if len(files) == 0 {
				return fmt.Errorf("there is no *.scenario.toml or *.scenario.json in %s", strings.Join(paths, ", "))
			}
			scratch, err := os.MkdirTemp(scratchFolder(), "zegel-test-")
			if err != nil {
				return &exit{exitInternal, err}
			}
			defer os.RemoveAll(scratch)
			began := time.Now()
			results := scenario.Run(ctx, files, scratch, runtime.GOMAXPROCS(0))
			if ctx.Err() != nil {
				return &exit{exitProblems, errors.New("interrupted")}
			}
			return tellScenarios(cmd.OutOrStdout(), results, len(files), time.Since(began), asJSON, verbose)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "tell every step and why it came out so")
	return cmd
}

// scratchFolder is where nothing has to reach a disk, where there is such a
// place: what is written here is thrown away.
func scratchFolder() string {
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		return memory
	}
	return ""
}

func tellScenarios(out io.Writer, results []scenario.Result, files int, took time.Duration, asJSON, verbose bool) error {
	failed := 0
	for _, r := range results {
		if !r.OK {
			failed++
		}
	}
	if asJSON {
		if err := show.JSON(out, results); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			scenario.Tell(out, r, verbose)
		}
		fmt.Fprintf(out, "%s in %s, %d failed (%s)\n", howMany(len(results), "case"), howMany(files, "file"), failed, took.Round(10*time.Millisecond))
	}
	if failed > 0 {
		return &exit{exitProblems, fmt.Errorf("%d of %s did not come as written", failed, howMany(len(results), "case"))}
	}
	return nil
}

// howMany is a number of things: "1 case", "2 cases".
func howMany(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
