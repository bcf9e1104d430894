package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/store"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/report"
	"zegel/terminal/loyalty/words"
	"zegel/terminal/manager"
)

// languagesFlag says what the flag --lang takes.
var languagesFlag = "one of " + strings.Join(words.Languages(), ", ") + "; without, the programme's language"

func newReport(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "report", Short: "Say what happened",
		Long: "Reads the database as it is at one moment, also while the daemon runs, and\nchanges nothing.",
	}
	cmd.AddCommand(newReportDay(o))
	return cmd
}

func newReportDay(o *options) *cobra.Command {
	var number int64
	var format, lang string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "day [DAY]", Short: "Show the reports of a business day, as 2026-11-22; of today without one",
		Long: "Shows the reports the day was closed with, and for today what has happened since\nthe last one. Exit 1: there is no report of that day.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case asJSON:
				format = "json"
			case format != "table" && format != "csv":
				return fmt.Errorf("format %q: need table, csv or json", format)
			}
			if number != 0 && len(args) > 0 {
				return fmt.Errorf("a day or --number, not both")
			}
			r, err := o.openReader(cmd.Context(), lang)
			if err != nil {
				return err
			}
			defer r.close()
			answer, err := r.day(cmd.Context(), args, number)
			if err != nil {
				return err
			}
			if len(answer.Reports) == 0 && answer.Reading == nil {
				return &exit{exitProblems, fmt.Errorf("there is no report of %s%s", answer.Day, numbered(number))}
			}
			return tellDay(cmd.OutOrStdout(), r.paper, answer, format)
		},
	}
	cmd.Flags().Int64Var(&number, "number", 0, "the report with this number")
	cmd.Flags().StringVar(&format, "format", "table", "table, csv or json")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as --format json")
	cmd.Flags().StringVar(&lang, "lang", "", languagesFlag)
	return cmd
}

func numbered(n int64) string {
	if n == 0 {
		return ""
	}
	return "number " + strconv.FormatInt(n, 10)
}

// A reader is the shop's database open for reading, and what it takes to tell
// people about it.
type reader struct {
	db    *store.DB
	paper report.Paper
	today ledger.Day
}

// openReader opens the database beside the daemon; lang is "" for the
// programme's language.
func (o *options) openReader(ctx context.Context, lang string) (*reader, error) {
	cfg, err := o.load()
	if err != nil {
		return nil, err
	}
	rules, zone, _, err := loadProgramme(cfg.Shop.Programme)
	if err != nil {
		return nil, err
	}
	if lang == "" {
		lang = rules.Language
	} else if _, ok := words.For(lang); !ok {
		return nil, fmt.Errorf("language %q: need one of %s", lang, strings.Join(words.Languages(), ", "))
	}
	w, _ := words.For(lang) // Dutch where the programme's language is not one of ours
	db, err := store.OpenReader(ctx, cfg.Store.Database, time.Now)
	if err != nil {
		return nil, &exit{exitUnavailable, err}
	}
	return &reader{db, report.Paper{Words: w, Rules: rules, Zone: zone}, rules.Calendar(zone).Moment(time.Now(), true).Day}, nil
}

// close ends the reading; nothing was written that an error could lose.
func (r *reader) close() { _ = r.db.Close() }

// day is what there is of a business day, or of the report with a number.
func (r *reader) day(ctx context.Context, args []string, number int64) (manager.DayAnswer, error) {
	a := manager.DayAnswer{Day: r.today, Reports: []report.Kept{}}
	if len(args) > 0 {
		a.Day = ledger.Day(args[0])
	}
	if err := a.Day.Validate(); err != nil {
		return a, err
	}
	var err error
	if a.Next, err = r.db.NextReport(ctx); err != nil {
		return a, &exit{exitInternal, err}
	}
	if number != 0 {
		k, found, err := r.db.DayReport(ctx, number)
		if err != nil {
			return a, &exit{exitInternal, err}
		}
		if a.Day = ""; found {
			a.Day, a.Reports = k.Figures.Day, append(a.Reports, k)
		}
		return a, nil
	}
	kept, err := r.db.DayReports(ctx, a.Day)
	if err != nil {
		return a, &exit{exitInternal, err}
	}
	a.Reports = append(a.Reports, kept...)
	if a.Day == r.today {
		f, err := r.db.Reading(ctx, a.Day, r.paper.Zone)
		if err != nil {
			return a, &exit{exitInternal, err}
		}
		a.Reading = &f
	}
	return a, nil
}

// tellDay writes what there is of a day.
func tellDay(w io.Writer, p report.Paper, a manager.DayAnswer, format string) error {
	if format == "json" {
		return show.JSON(w, a)
	}
	var all []report.Figures
	for _, k := range a.Reports {
		all = append(all, k.Figures)
	}
	if a.Reading != nil {
		all = append(all, *a.Reading)
	}
	if format == "csv" {
		return tellCSV(w, p, all)
	}
	for i, f := range all {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		if err := tellSheet(w, p.Sheet(f)); err != nil {
			return err
		}
	}
	return nil
}

// tellSheet writes a report for people.
func tellSheet(w io.Writer, s report.Sheet) error {
	head := []string{s.Title + ": " + s.Of, s.Made}
	if s.MadeBy != "" {
		head[1] += ". " + s.MadeBy + "."
	}
	head = append(head, s.Sentence)
	if s.Broken != "" {
		head = append(head, s.Broken)
	}
	if _, err := fmt.Fprintln(w, strings.Join(head, "\n")); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	var rows [][]string
	for _, section := range s.Sections {
		rows = append(rows, []string{""}, []string{section.Title})
		for _, l := range section.Lines {
			mark := "  "
			if l.Look {
				mark = "! "
			}
			rows = append(rows, []string{mark + plainText(l.Label), plainText(l.Value)})
		}
	}
	if err := show.Table(w, rows); err != nil {
		return err
	}
	for _, t := range []report.Table{s.Hours, s.People, s.Lanes} {
		if len(t.Rows) == 0 {
			continue
		}
		rows := [][]string{{""}, {t.Title}, t.Head}
		for _, r := range t.Rows {
			cells := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				cells[i] = plainText(c)
			}
			rows = append(rows, cells)
		}
		if err := show.Table(w, rows); err != nil {
			return err
		}
	}
	return nil
}

// plainText is text without what could draw on the screen, or have it read
// another way round: names come from tills, people and head office.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != '\u00a0' {
			return '?'
		}
		return r
	}, s)
}

// tellCSV writes every figure as a row (RFC 4180), numbers with a point and
// without grouping.
func tellCSV(w io.Writer, p report.Paper, all []report.Figures) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"report", "day", "section", "figure", "label", "value"}}
	for _, f := range all {
		number, day := strconv.FormatInt(f.Number, 10), string(f.Day)
		for _, s := range p.Sheet(f).Sections {
			for _, l := range s.Lines {
				rows = append(rows, []string{number, day, harmless(s.Name), harmless(l.Name), harmless(l.Label), l.Raw})
			}
		}
		for _, g := range []struct {
			name string
			of   []report.Group
		}{{"hours", f.Hours}, {"operators", f.Operators}, {"lanes", f.Lanes}} {
			for _, one := range g.of {
				rows = append(rows,
					[]string{number, day, g.name, "sales", harmless(one.Name), strconv.FormatInt(one.Sales, 10)},
					[]string{number, day, g.name, "amount", harmless(one.Name), report.Decimal(one.Amount, p.Rules.Currency)})
			}
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// harmless keeps a spreadsheet from taking a text for a formula, and a text
// from drawing on the screen. Where the decimal sign is a comma, spreadsheets
// begin a cell at each semicolon, whatever was quoted.
func harmless(s string) string {
	var out strings.Builder
	begins := true
	for _, r := range plainText(s) {
		if begins && strings.ContainsRune("=+-@＝＋－＠", r) {
			out.WriteByte('\'')
		}
		out.WriteRune(r)
		begins = r == ';' || begins && (r == ' ' || r == '"')
	}
	return out.String()
}
