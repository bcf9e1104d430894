package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
)

func newGame(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "game", Short: "Show that the programme's games were drawn honestly",
		Long: "What a game draws in a month comes from one secret number, its seed. A hash of the\nseed stands on every slip of the game; the seed itself is told once the month is over.",
	}
	cmd.AddCommand(newGameReveal(o))
	return cmd
}

func newGameReveal(o *options) *cobra.Command {
	var month string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "reveal", Short: "Tell the seeds of a month that is over, and check every play of it",
		Long: `Tells each game's seed and commitment of a month, the last one without --month, and
draws every play of the month in the journal again. Of a month that is not over the
commitments alone are told. The database is read as it is, also while the daemon runs.

Anybody can check a play: the commitment is SHA-256 of "zegel game 1", a zero byte and
the seed; a draw is HMAC-SHA256, keyed with the seed, of the game's name, the record's
key and the play's number (1), each on a line of its own: its first eight bytes as a
number, modulo 1,000,000. Exit 1: a play is not as its seed has it.`,
		Example: "  zegel game reveal --month 2026-10",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := o.openReader(cmd.Context(), "")
			if err != nil {
				return err
			}
			defer r.close()
			wanted, err := monthOf(month, r.today)
			if err != nil {
				return err
			}
			seeds, err := r.db.KeptSeeds(cmd.Context(), wanted)
			if err != nil {
				return &exit{exitInternal, err}
			}
			audit := game.Audit{Seeds: seeds, Rules: r.paper.Rules}
			if wanted.Over(r.today) {
				err = r.db.PlaysOf(cmd.Context(), wanted, func(played game.Record) error {
					audit.Add(played)
					return nil
				})
				if err != nil {
					return &exit{exitInternal, err}
				}
			}
			if err := tellGames(cmd.OutOrStdout(), wanted, r.today, audit, asJSON); err != nil {
				return err
			}
			if n := len(audit.Findings); n > 0 {
				return &exit{exitProblems, fmt.Errorf("%d of %d plays are not as their seed has it; keep a copy of the database and call for help", n, audit.Plays)}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "as 2026-10; without, the last one that is over")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return cmd
}

// monthOf is the month that was named, or else the one before today's.
func monthOf(named string, today ledger.Day) (game.Month, error) {
	if named == "" {
		t, err := time.Parse("2006-01", string(game.MonthOf(today)))
		return game.Month(t.AddDate(0, -1, 0).Format("2006-01")), err
	}
	if _, err := time.Parse("2006-01", named); err != nil {
		return "", fmt.Errorf("month %q: need one as 2026-10", named)
	}
	return game.Month(named), nil
}

func tellGames(out io.Writer, month game.Month, today ledger.Day, a game.Audit, asJSON bool) error {
	told := game.Tell(a.Seeds, today)
	if asJSON {
		return show.JSON(out, map[string]any{
			"month": month, "over": month.Over(today), "games": told, "plays": a.Plays, "won": a.Won, "missed": a.Missed, "lost": a.Lost, "findings": append([]string{}, a.Findings...),
		})
	}
	for _, t := range told {
		fmt.Fprintf(out, "%s, %s\n  commitment  %s\n", t.Game, t.Month, t.Commitment)
		if t.Seed != "" {
			fmt.Fprintf(out, "  seed        %s\n", t.Seed)
		}
	}
	if len(told) == 0 {
		fmt.Fprintf(out, "No game has a seed for %s.\n", month)
	}
	if !month.Over(today) {
		_, err := fmt.Fprintf(out, "%s is not over: its seeds are told when it is.\n", month)
		return err
	}
	for _, f := range a.Findings {
		fmt.Fprintf(out, "FOUT  %s\n", f)
	}
	verdict := "all as the seeds have it"
	if n := len(a.Findings); n > 0 {
		verdict = fmt.Sprintf("%d not as the seeds have it", n)
	}
	if a.Lost > 0 {
		verdict += fmt.Sprintf("; %d name a seed that was lost with a database and cannot be checked", a.Lost)
	}
	_, err := fmt.Fprintf(out, "%d plays, %d won, %d drew a prize that was used up: %s\n", a.Plays, a.Won, a.Missed, verdict)
	return err
}
