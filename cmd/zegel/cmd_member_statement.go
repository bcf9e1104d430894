package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
)

func newMemberStatement(o *options) *cobra.Command {
	var asJSON, asCSV bool
	var year int
	var lang string
	cmd := &cobra.Command{
		Use: "statement CARD|PHONE|CODE|-", Short: "A member's year: what was earned, spent, given and lapsed", Args: cobra.ExactArgs(1),
		Long: `Counts the year's records in the database, as it is at one moment, also while the
daemon runs. Rewards that are as good as money stand apart, with what they came to,
and so does stored value, which is the member's own. The year goes by business days;
what can be spent for the last time on 31 December counts as lapsed. In a shop of a
chain it counts what was booked in this shop. Exit 1: nobody is known by it.`,
		Example: "  zegel member statement 2900000000018 --year 2026 --csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := typedNumber(cmd, args[0])
			if err != nil {
				return err
			}
			r, err := o.openReader(cmd.Context(), lang)
			if err != nil {
				return err
			}
			defer r.close()
			keys, err := o.knownKeys()
			if err != nil {
				return err
			}
			h, mask, err := r.find(cmd.Context(), text, keys)
			if err != nil {
				return err
			}
			if year == 0 {
				year, _ = strconv.Atoi(string(r.today[:4]))
			}
			y, err := r.year(cmd.Context(), h, year)
			if err != nil {
				return err
			}
			s := statement{h.Account, mask, h.Profile.Name, y}
			switch {
			case asJSON:
				return show.JSON(cmd.OutOrStdout(), s)
			case asCSV:
				return s.csv(cmd.OutOrStdout())
			}
			return s.tell(cmd.OutOrStdout(), r.paper)
		},
	}
	cmd.Flags().IntVar(&year, "year", 0, "as 2026; without, this year so far")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "answer as CSV")
	cmd.Flags().StringVar(&lang, "lang", "", languagesFlag)
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	return cmd
}

// A statement is a member's year.
type statement struct {
	Account ledger.Account `json:"account"`
	Card    string         `json:"card,omitempty"` // masked
	Name    string         `json:"name,omitempty"`
	report.Year
}

// statementPage is how many records are read at once.
const statementPage = 1000

// year counts the year of whoever h is about.
func (r *reader) year(ctx context.Context, h ledger.Holding, year int) (report.Year, error) {
	_, _, alone, err := r.db.Identity(ctx)
	if err != nil {
		return report.Year{}, &exit{exitInternal, err}
	}
	var records []ledger.Record
	for before := (ledger.Key{}); ; {
		page, err := r.db.Timeline(ctx, h.Account, before, statementPage)
		if err != nil {
			return report.Year{}, &exit{exitInternal, err}
		}
		records = append(records, page...)
		if len(page) < statementPage {
			break
		}
		before = page[len(page)-1].Head.Key()
	}
	// Other accounts of the member's lead to the same one.
	mine := map[ledger.Account]bool{h.Account: true}
	for _, record := range records {
		for _, a := range accountsOf(record) {
			if _, seen := mine[a]; seen {
				continue
			}
			other, err := r.look(ctx, ledger.Subject{Account: a, Foreign: true})
			if err != nil {
				return report.Year{}, err
			}
			mine[a] = other.Account == h.Account
		}
	}
	y, err := report.YearOf(r.paper.Rules, year, alone, records, func(a ledger.Account) bool { return mine[a] })
	if err != nil {
		return y, &exit{exitInternal, err}
	}
	return y, nil
}

func accountsOf(r ledger.Record) (all []ledger.Account) {
	for _, e := range r.Head.Entries {
		all = append(all, e.Account)
	}
	if r.Body != nil {
		all = append(all, r.Body.Account)
	}
	return all
}

// A figure is one line of a statement.
type figure struct {
	name   string
	cause  string
	points ledger.Points
}

// figures are a wallet's, in their order.
func figures(w report.YearWallet) []figure {
	all := []figure{
		{"start", "", w.Start}, {"earned", "", w.Earned}, {"bonus", "", w.Bonus}, {"adjusted", "", w.Adjusted}, {"moved", "", w.Moved},
		{"converted", "", w.Converted}, {"taken_back", "", w.TakenBack}, {"redeemed", "", w.Redeemed},
	}
	for _, c := range w.Donated {
		all = append(all, figure{"donated", c.Cause, c.Points})
	}
	return append(all, figure{"given_back", "", w.GivenBack}, figure{"lapsed", "", w.Lapsed}, figure{"end", "", w.End})
}

// A sum is one line about money.
type sum struct {
	name   string
	amount basket.Money
}

func sums(m report.YearMoney) []sum {
	return []sum{
		{"off", m.Off}, {"paid", m.Paid}, {"came_back", -m.Back}, {"paid_out", m.PaidOut}, {"gifts", m.Donated},
		{"cash_back", m.CashBack}, {"stored_in", m.StoredIn}, {"stored_out", m.StoredOut},
	}
}

// counted reports whether a figure says anything of a shop in a chain.
func (s statement) counted(name string) bool {
	return s.Whole || name != "start" && name != "lapsed" && name != "end"
}

// csv writes a line for each figure, with numbers as programs read them.
func (s statement) csv(w io.Writer) error {
	rows := [][]string{{"year", "wallet", "figure", "cause", "thousandths", "minor_units", "currency"}}
	year := strconv.Itoa(s.Year.Year)
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	for _, wallet := range s.Wallets {
		for _, f := range figures(wallet) {
			if s.counted(f.name) {
				rows = append(rows, []string{year, string(wallet.Wallet), f.name, harmless(f.cause), number(int64(f.points)), "", ""})
			}
		}
		for _, c := range wallet.Donated {
			rows = append(rows, []string{year, string(wallet.Wallet), "donated_money", harmless(c.Cause), "", number(int64(c.Money)), s.Money.Currency})
		}
	}
	for _, m := range sums(s.Money) {
		rows = append(rows, []string{year, "", m.name, "", "", number(int64(m.amount)), s.Money.Currency})
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out.WriteAll(rows)
}

// causeIn is what a cause is called.
func causeIn(p report.Paper, name string) string {
	language, _, _ := strings.Cut(p.Words.Language(), "-")
	for _, c := range p.Rules.Causes {
		if label := c.Label[language]; c.Name == name && label != "" {
			return label
		}
	}
	return name
}

// tell writes a statement for people.
func (s statement) tell(out io.Writer, p report.Paper) error {
	w := words.Report{Words: p.Words}
	rows := [][]string{{w.YearOf(s.Year.Year)}, {w.Card(), plainText(s.Card)}}
	if s.Name != "" {
		rows = append(rows, []string{w.Name(), plainText(s.Name)})
	}
	if !s.Whole {
		rows = append(rows, []string{w.Year("here")})
	}
	for _, wallet := range s.Wallets {
		of, _ := p.Rules.Wallet(wallet.Wallet)
		rows = append(rows, []string{""}, []string{plainText(w.Wallet(of))})
		for _, f := range figures(wallet) {
			if s.counted(f.name) && (f.points != 0 || f.name == "start" || f.name == "end") {
				label := w.Year(f.name)
				if f.cause != "" {
					label += " " + plainText(causeIn(p, f.cause))
				}
				rows = append(rows, []string{label, p.Words.Points(f.points, of)})
			}
		}
	}
	rows = append(rows, []string{""}, []string{w.Year("money")})
	for _, m := range sums(s.Money) {
		if m.amount != 0 {
			rows = append(rows, []string{w.Year(m.name), p.Words.Money(m.amount, s.Money.Currency)})
		}
	}
	if s.Emptied > 0 {
		rows = append(rows, []string{w.Year("emptied") + " " + strconv.Itoa(s.Emptied)})
	}
	if err := show.Table(out, rows); err != nil {
		return fmt.Errorf("write the statement: %w", err)
	}
	return nil
}
