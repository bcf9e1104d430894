package main

import (
	"io"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
)

func newCauses(folder *string) *cobra.Command {
	var from, until string
	var asked bookkeeping
	cmd := &cobra.Command{
		Use: "causes", Short: "State what members gave to each cause",
		Long: "Adds up the points that members gave to good causes and the money these are worth,\nas the donations said, less what was taken back, from one business day until another.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			asked.from, asked.until = ledger.Day(from), ledger.Day(until)
			for name, d := range map[string]ledger.Day{"from": asked.from, "until": asked.until} {
				if err := d.Validate(); err != nil {
					return usage("--%s: %w", name, err)
				}
			}
			return asked.run(cmd, *folder, func(v *office.View) (told, error) {
				p, book, err := asked.book(cmd.Context(), v)
				if err != nil {
					return nil, err
				}
				causes, err := book.Causes()
				return given{p, causes}, err
			})
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", "the first business day, as 2026-11-01")
	cmd.Flags().StringVar(&until, "until", "", "the last business day")
	asked.flags(cmd)
	require(cmd, "from", "until")
	return cmd
}

// A given is the answer of causes --json.
type given struct {
	period
	Causes []clearing.Cause `json:"causes"`
}

func (g given) lines() [][]string {
	rows := [][]string{{"cause", "wallet", "points", "amount"}}
	for _, c := range g.Causes {
		rows = append(rows, []string{c.Cause, string(c.Wallet), c.Points.String(), g.money(c.Amount)})
	}
	return rows
}

func (g given) words(w io.Writer) error {
	rows := g.lines()
	rows[0] = []string{"CAUSE", "WALLET", "POINTS", "AMOUNT " + g.Currency}
	return show.Table(w, rows)
}
