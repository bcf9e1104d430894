package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/manager"
)

func newDay(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "day", Short: "Close the business day, or show it",
		Long: "Asks the running daemon. A day that nobody closes is closed by itself at the first\nmoment of the next one. A day is never opened again: what comes after the closing is\nin the next report.",
	}
	cmd.AddCommand(newDayShow(o), newDayClose(o))
	return cmd
}

func newDayShow(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [DAY]", Short: "Show a business day, today without one", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, paper, err := o.dayClient()
			if err != nil {
				return err
			}
			path := "/v1/day"
			if len(args) > 0 {
				path += "?day=" + url.QueryEscape(args[0])
			}
			var a manager.DayAnswer
			if err := c.get(cmd.Context(), path, &a); err != nil {
				return unavailable(err)
			}
			format := "table"
			if asJSON {
				format = "json"
			}
			if len(a.Reports) == 0 && a.Reading == nil && !asJSON {
				return &exit{exitProblems, fmt.Errorf("there is no report of %s", a.Day)}
			}
			return tellDay(cmd.OutOrStdout(), paper, a, format)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

func newDayClose(o *options) *cobra.Command {
	var turnover, receipts, points, operator string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "close", Short: "Close the present business day", Args: cobra.NoArgs,
		Example: "  zegel day close --turnover 1234.50 --receipts 98 --points-paid 5 --operator Anna",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, paper, err := o.dayClient()
			if err != nil {
				return err
			}
			call := manager.CloseCall{Operator: operator}
			if err := typedTakings(&call, turnover, receipts, points, paper.Rules.Currency); err != nil {
				return err
			}
			var a manager.DayAnswer
			if err := c.get(cmd.Context(), "/v1/day", &a); err != nil {
				return unavailable(err)
			}
			call.Number = a.Next
			var k report.Kept
			if err := c.send(cmd.Context(), http.MethodPost, "/v1/day/close", call, &k); err != nil {
				return unavailable(err)
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), k)
			}
			return tellSheet(cmd.OutOrStdout(), paper.Sheet(k.Figures))
		},
	}
	cmd.Flags().StringVar(&turnover, "turnover", "", "what the tills took, tax included, before anything was paid with points")
	cmd.Flags().StringVar(&receipts, "receipts", "", "how many receipts the tills printed")
	cmd.Flags().StringVar(&points, "points-paid", "", "what of it was paid with points")
	cmd.Flags().StringVar(&operator, "operator", "", "who closes the day")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// typedTakings reads what was typed about the tills; what is left out nobody
// said.
func typedTakings(call *manager.CloseCall, turnover, receipts, points, currency string) error {
	for _, typed := range []struct {
		flag, text string
		decimals   int
		to         func(basket.Money)
	}{
		{"turnover", turnover, programme.MinorDigits(currency), func(m basket.Money) { call.Turnover = &m }},
		{"points-paid", points, programme.MinorDigits(currency), func(m basket.Money) { call.PointsPaid = &m }},
		{"receipts", receipts, 0, func(m basket.Money) { n := int64(m); call.Receipts = &n }},
	} {
		if typed.text == "" {
			continue
		}
		n, ok := manager.Amount(typed.text, typed.decimals)
		if !ok {
			return fmt.Errorf("--%s %q: need an amount as 1234.50", typed.flag, typed.text)
		}
		typed.to(n)
	}
	return nil
}

// dayClient is a client of the daemon, and what it takes to show a report.
func (o *options) dayClient() (*client, report.Paper, error) {
	cfg, err := o.load()
	if err != nil {
		return nil, report.Paper{}, err
	}
	rules, zone, _, err := loadProgramme(cfg.Shop.Programme)
	if err != nil {
		return nil, report.Paper{}, err
	}
	c, err := newClient(cfg)
	if err != nil {
		return nil, report.Paper{}, unavailable(err)
	}
	w, _ := words.For(rules.Language) // Dutch where the language is not one of ours
	return c, report.Paper{Words: w, Rules: rules, Zone: zone}, nil
}

// unavailable gives an error of asking the daemon its exit code.
func unavailable(err error) error {
	var decided *exit
	switch {
	case errors.As(err, &decided):
		return err
	case errors.Is(err, errNotRunning):
		return &exit{exitUnavailable, err}
	}
	return &exit{exitProblems, err}
}
