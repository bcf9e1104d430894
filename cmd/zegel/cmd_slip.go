package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/words"
)

func newSlip(o *options) *cobra.Command {
	cmd := &cobra.Command{Use: "slip", Short: "Check the code on a slip"}
	cmd.AddCommand(newSlipCheck(o))
	return cmd
}

// A slipCheck is what the code on a slip shows.
type slipCheck struct {
	Genuine bool       `json:"genuine"`
	Record  ledger.Key `json:"record,omitzero"`
	// Journal is "agrees", "head_agrees" (its amounts are not kept any more),
	// "differs", or "absent": another shop's, or not here yet.
	Journal string `json:"journal,omitempty"`
}

func newSlipCheck(o *options) *cobra.Command {
	var asJSON bool
	var lang string
	cmd := &cobra.Command{
		Use: "check CODE|-", Short: "Say whether the code on a slip is genuine, and whether the journal has the same", Args: cobra.ExactArgs(1),
		Long: `CODE is what a slip's QR code says, or is typed from it; - reads it from standard input. The keys of
the chain prove it: a code that was made or changed by somebody without them is refused. It does
not prove that the paper is the first one. Exit 1: it is not genuine, or the journal has something else.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text := args[0]
			if text == "-" {
				line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
				if err != nil && !errors.Is(err, io.EOF) {
					return &exit{exitInternal, fmt.Errorf("read the code: %w", err)}
				}
				text = strings.TrimSpace(line)
			}
			keys, err := o.knownKeys()
			if err != nil {
				return err
			}
			r, err := o.openReader(cmd.Context(), lang)
			if err != nil {
				return err
			}
			defer r.close()
			say := words.SlipCheck{Words: r.paper.Words}
			code, err := slipcode.Check(text, keys)
			if err != nil {
				return refuseCode(cmd.OutOrStdout(), asJSON, say, err)
			}
			found := slipCheck{Genuine: true, Record: code.Record(), Journal: "absent"}
			record, here, err := r.db.Record(cmd.Context(), ledger.SaleName{Record: found.Record})
			if err != nil {
				return &exit{exitInternal, err}
			}
			if here {
				found.Journal = string(code.Compare(record))
			}
			return found.tell(cmd.OutOrStdout(), asJSON, say)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().StringVar(&lang, "lang", "", languagesFlag)
	return cmd
}

func refuseCode(out io.Writer, asJSON bool, say words.SlipCheck, why error) error {
	if asJSON {
		if err := show.JSON(out, slipCheck{}); err != nil {
			return err
		}
		return &exit{exitProblems, nil}
	}
	if errors.Is(why, slipcode.ErrForged) {
		return &exit{exitProblems, errors.New(say.Forged())}
	}
	return &exit{exitProblems, errors.New(say.NoCode())}
}

func (c slipCheck) tell(out io.Writer, asJSON bool, say words.SlipCheck) error {
	differs := c.Journal == string(slipcode.Differs)
	var err error
	if asJSON {
		err = show.JSON(out, c)
	} else {
		lines := []string{fmt.Sprint(c.Record), say.Genuine()}
		switch {
		case differs:
			lines = append(lines, say.Differs())
		case c.Journal != "absent":
			lines = append(lines, say.Agrees())
		}
		_, err = fmt.Fprintln(out, strings.Join(append(lines, say.ProvesNot()), "\n"))
	}
	if err == nil && differs {
		err = &exit{exitProblems, nil}
	}
	return err
}
