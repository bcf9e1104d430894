package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
)

func newClearing(folder *string) *cobra.Command {
	var month string
	var asked bookkeeping
	cmd := &cobra.Command{
		Use: "clearing", Short: "State who owes whom for points of a coalition",
		Long: "Adds up, for one month of business days, what each partner's points were spent on\nat which partner, less what was taken back in that month, and who owes whom for it.\n" +
			"The owner of the programme is the partner without a name. Points are worth what the\nprogramme says: a partner's clears, a wallet's worth. It is read from --programme, or\nis the published one that is in force; without either there are points only.\n\n" +
			"A month is final once every shop has come past it: those that have not are named.",
		Args: cobra.NoArgs,
		RunE: judged(func(cmd *cobra.Command, _ []string) error {
			begin, err := time.Parse("2006-01", month)
			if err != nil {
				return usage("--month %q: need a month as 2026-11", month)
			}
			asked.from = ledger.Day(begin.Format(time.DateOnly))
			asked.until = ledger.Day(begin.AddDate(0, 1, -1).Format(time.DateOnly))
			return asked.run(cmd, *folder, func(v *office.View) (told, error) { return clear(cmd, v, &asked) })
		}),
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, as 2026-11")
	asked.flags(cmd)
	require(cmd, "month")
	return cmd
}

// A cleared is the answer of clearing --json.
type cleared struct {
	period
	clearing.Statement
}

func clear(cmd *cobra.Command, v *office.View, asked *bookkeeping) (told, error) {
	p, book, err := asked.book(cmd.Context(), v)
	if err != nil {
		return nil, err
	}
	rate := clearing.Rate(clearing.Unpriced)
	if asked.rules != nil {
		rate = clearing.RateOf(*asked.rules)
	}
	s, err := book.Statement(rate)
	return cleared{p, s}, err
}

func (c cleared) lines() [][]string {
	rows := [][]string{{"line", "from", "to", "wallet", "points", "amount"}}
	for _, r := range c.Redeemed {
		amount := ""
		if r.Worth != nil {
			amount = c.money(*r.Worth)
		}
		rows = append(rows, []string{"redeemed", r.Issuer, r.At, string(r.Wallet), r.Points.String(), amount})
	}
	for _, i := range c.Issued {
		for _, of := range []struct {
			line   string
			points ledger.Points
		}{{"issued", i.Issued}, {"spent", i.Redeemed}, {"lapsed", i.Lapsed}} {
			rows = append(rows, []string{of.line, i.Issuer, "", string(i.Wallet), of.points.String(), ""})
		}
	}
	for _, o := range c.Owed {
		rows = append(rows, []string{"owed", o.Debtor, o.Creditor, "", "", c.money(o.Amount)})
	}
	for _, n := range c.Nets {
		rows = append(rows, []string{"net", n.Partner, "", "", "", c.money(n.Amount)})
	}
	return rows
}

func (c cleared) words(w io.Writer) error {
	rows := [][]string{{"ISSUED BY", "WALLET", "ISSUED", "SPENT", "LAPSED"}}
	for _, i := range c.Issued {
		rows = append(rows, []string{c.named(i.Issuer), string(i.Wallet), i.Issued.String(), i.Redeemed.String(), i.Lapsed.String()})
	}
	if err := show.Table(w, append(rows, nil)); err != nil {
		return err
	}
	rows = [][]string{{"POINTS OF", "SPENT AT", "WALLET", "POINTS", "WORTH " + c.Currency}}
	for _, r := range c.Redeemed {
		worth := "?"
		if r.Worth != nil {
			worth = c.money(*r.Worth)
		}
		rows = append(rows, []string{c.named(r.Issuer), c.named(r.At), string(r.Wallet), r.Points.String(), worth})
	}
	if err := show.Table(w, rows); err != nil {
		return err
	}
	var total basket.Money
	for _, o := range c.Owed {
		total += o.Amount
		if _, err := fmt.Fprintf(w, "\n%s pays %s %s %s", c.named(o.Debtor), c.named(o.Creditor), c.Currency, c.money(o.Amount)); err != nil {
			return err
		}
	}
	if total == 0 {
		_, err := fmt.Fprintln(w, "\nNobody owes anybody anything, as far as is known what points are worth.")
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}
