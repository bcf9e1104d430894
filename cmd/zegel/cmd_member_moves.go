package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/manager"
)

func newMemberMerge(o *options) *cobra.Command {
	var note, operator string
	cmd := &cobra.Command{
		Use: "merge FROM TO", Short: "Give all that one card holds to another card of the same member", Args: cobra.ExactArgs(2),
		Long: `Asks the running daemon. Points keep the days they lapse on and who pays for them;
tiers, memberships and what counts towards them go along. FROM and TO are cards or
telephone numbers. Both go on leading where they led: what is earned with FROM from
now on is FROM's, so take that card in.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.transfer(cmd, manager.TransferCall{From: args[0], To: args[1], Note: note, Operator: operator})
		},
	}
	cmd.Flags().StringVar(&note, "note", "two cards of one member", "why")
	cmd.Flags().StringVar(&operator, "operator", "", "the manager who does it")
	return cmd
}

func newMemberReplace(o *options) *cobra.Command {
	var operator string
	cmd := &cobra.Command{
		Use: "replace OLDCARD NEWCARD", Short: "Give all that a lost card holds to the new one", Args: cobra.ExactArgs(2),
		Long: `Asks the running daemon. The new card gets all that the old one holds, with its days,
and both accounts say so. Nothing is left on the old card; it is not blocked, so that
whoever finds it can collect on it, from nothing.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.transfer(cmd, manager.TransferCall{From: args[0], To: args[1], Note: "card replaced", Operator: operator})
		},
	}
	cmd.Flags().StringVar(&operator, "operator", "", "the manager who does it")
	return cmd
}

func (o *options) transfer(cmd *cobra.Command, call manager.TransferCall) error {
	c, _, err := o.dayClient()
	if err != nil {
		return err
	}
	call.Key = rand.Text()
	var a manager.MembersAnswer
	if err := c.send(cmd.Context(), http.MethodPost, "/v1/members/transfer", call, &a); err != nil {
		return unavailable(err)
	}
	for _, key := range a.Records {
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), key.Code()); err != nil {
			return err
		}
	}
	return nil
}

func newMemberImport(o *options) *cobra.Command {
	var source, operator string
	var dry bool
	cmd := &cobra.Command{
		Use: "import FILE.csv", Short: "Bring balances of another system along, as lots with their days", Args: cobra.ExactArgs(1),
		Long: `Reads a file with the columns card, wallet, points, earned_on, expires and note, in any
order, named in its first line; earned_on, expires and note may be left out. A card or
telephone number may stand on several lines: each is a lot of its own. Without
expires, the points lapse as if they had been earned on earned_on. Points are written
as 1250 or 12.5, without a mark between thousands.

Asks the running daemon, line by line. Each line of the same file counts once: after
an error, mend what was wrong in a file with the lines that are missing, or run the
same one again.`,
		Example: "  zegel member import balances.csv --source \"stamp cards 2025\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			calls, err := readOpenings(doc, source, operator)
			if err != nil {
				return &exit{exitProblems, fmt.Errorf("%s: %w", args[0], err)}
			}
			if dry {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d lots can be read\n", len(calls))
				return err
			}
			return o.open(cmd, calls)
		},
	}
	cmd.Flags().StringVar(&source, "source", "import", "where the balances come from; it stands on every record")
	cmd.Flags().StringVar(&operator, "operator", "", "the manager who does it")
	cmd.Flags().BoolVar(&dry, "check", false, "only read the file")
	return cmd
}

func (o *options) open(cmd *cobra.Command, calls []manager.OpeningCall) error {
	c, paper, err := o.dayClient()
	if err != nil {
		return err
	}
	posted, before := 0, 0
	for i, call := range calls {
		wallet, known := paper.Rules.Wallet(call.Wallet)
		if !known {
			return &exit{exitProblems, fmt.Errorf("lot %d: there is no wallet %q", i+1, string(wallet.Name))}
		}
		var a manager.MembersAnswer
		if err := c.send(cmd.Context(), http.MethodPost, "/v1/members/opening", call, &a); err != nil {
			return unavailable(fmt.Errorf("lot %d of %d; %d were posted: %w", i+1, len(calls), posted, err))
		}
		if posted++; a.Repeat {
			before++
		}
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d lots, of which %d had been posted before\n", posted, before)
	return err
}

// readOpenings reads the lines of a file as calls. What was read of a line is
// in no error: it has a card's number in it.
func readOpenings(doc []byte, source, operator string) ([]manager.OpeningCall, error) {
	r := csv.NewReader(strings.NewReader(string(doc)))
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if err != nil {
		return nil, errors.New("the first line cannot be read: it names the columns")
	}
	at := make(map[string]int)
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range []string{"card", "wallet", "points"} {
		if _, has := at[name]; !has {
			return nil, fmt.Errorf("there is no column %q", name)
		}
	}
	digest := sha256.Sum256(doc)
	file := hex.EncodeToString(digest[:8])
	var calls []manager.OpeningCall
	var wrong []error
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return calls, errors.Join(wrong...)
		}
		if err != nil {
			return nil, err // it says where, and not what
		}
		line, _ := r.FieldPos(0)
		of := func(name string) string {
			if i, has := at[name]; has {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		points, ok := manager.Amount(of("points"), 3)
		call := manager.OpeningCall{
			Card: of("card"), Wallet: ledger.Wallet(of("wallet")), Points: ledger.Points(points), Earned: ledger.Day(of("earned_on")),
			Expires: ledger.Day(of("expires")), Source: source, Note: of("note"), Operator: operator,
			// One day for all time, so that the line counts once whenever it is read.
			Key: fmt.Sprintf("%s-%d", file, line), Day: "2000-01-01",
		}
		if !ok || points <= 0 {
			wrong = append(wrong, fmt.Errorf("line %d: points: need a number above zero, as 1250 or 12.5", line))
		}
		for _, day := range []ledger.Day{call.Earned, call.Expires} {
			if day != "" && day.Validate() != nil {
				wrong = append(wrong, fmt.Errorf("line %d: need a day as 2026-11-22", line))
			}
		}
		calls = append(calls, call)
	}
}
