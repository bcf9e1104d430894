package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/manager"
)

func newSignal(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "signal", Short: "Say what is so in the shop now: rain, a market",
		Long: "Rules, rewards, games and messages of the programme may go by signals. Asks the\nrunning daemon. A signal ends with the business day where nobody says when.",
	}
	cmd.AddCommand(newSignalSet(o), newSignalClear(o), newSignalList(o))
	return cmd
}

func newSignalSet(o *options) *cobra.Command {
	var call manager.SignalCall
	cmd := &cobra.Command{
		Use: "set NAME", Short: "Say that something is so", Args: cobra.ExactArgs(1),
		Example: "  zegel signal set rain --until 18:00",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, paper, err := o.dayClient()
			if err != nil {
				return err
			}
			var set manager.SignalAnswer
			if err := c.send(cmd.Context(), http.MethodPut, "/v1/signals/"+url.PathEscape(args[0]), call, &set); err != nil {
				return unavailable(err)
			}
			return tellSignals(cmd.OutOrStdout(), paper, manager.SignalsAnswer{Signals: []manager.SignalAnswer{set}})
		},
	}
	cmd.Flags().StringVar(&call.Until, "until", "", "when it ends, on the shop's clock: 18:00, or \"2026-11-22 18:00\"")
	cmd.Flags().StringVar(&call.Operator, "operator", "", "who says so")
	return cmd
}

func newSignalClear(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "clear NAME", Short: "Say that something is so no longer", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := o.dayClient()
			if err != nil {
				return err
			}
			var was struct{ Cleared bool }
			if err := c.send(cmd.Context(), http.MethodDelete, "/v1/signals/"+url.PathEscape(args[0]), nil, &was); err != nil {
				return unavailable(err)
			}
			if !was.Cleared {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "nobody said so")
			}
			return err
		},
	}
}

func newSignalList(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List what is so now, and what the programme goes by", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, paper, err := o.dayClient()
			if err != nil {
				return err
			}
			var a manager.SignalsAnswer
			if err := c.get(cmd.Context(), "/v1/signals", &a); err != nil {
				return unavailable(err)
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), a)
			}
			if err := tellSignals(cmd.OutOrStdout(), paper, a); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "the programme goes by: %s\n", plainText(strings.Join(append(a.Known, nothing(a.Known)...), ", ")))
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func nothing(list []string) []string {
	if len(list) == 0 {
		return []string{"no signal"}
	}
	return nil
}

func tellSignals(w io.Writer, paper report.Paper, a manager.SignalsAnswer) error {
	var rows [][]string
	for _, s := range a.Signals {
		row := []string{plainText(s.Name), "until " + paper.Words.DateTime(time.UnixMilli(int64(s.Until)).In(paper.Zone)), plainText(s.By)}
		if !s.Used {
			row = append(row, "nothing in the programme goes by it")
		}
		rows = append(rows, row)
	}
	return show.Table(w, rows)
}
