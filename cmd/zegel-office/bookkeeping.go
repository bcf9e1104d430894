package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel-office/office"
	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// A bookkeeping is what a statement over a period was asked for.
type bookkeeping struct {
	asJSON, asCSV bool
	path          string
	from, until   ledger.Day
	rules         *programme.Rules // nil where there is no programme
}

// A told is a statement that is ready to be shown.
type told interface {
	lines() [][]string // as a table for other programs, a head first
	words(w io.Writer) error
	behind(w io.Writer) error
}

func (b *bookkeeping) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&b.path, "programme", "", "the file with the programme; left out: the published one in force")
	f.BoolVar(&b.asJSON, "json", false, "answer as JSON; amounts are in minor units, points in thousandths")
	f.BoolVar(&b.asCSV, "csv", false, "answer as CSV")
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
}

func (b *bookkeeping) run(cmd *cobra.Command, folder string, state func(*office.View) (told, error)) error {
	return looking(cmd.Context(), folder, func(v *office.View) error {
		if err := b.load(cmd.Context(), v); err != nil {
			return err
		}
		t, err := state(v)
		if err != nil {
			return err
		}
		w := cmd.OutOrStdout()
		switch {
		case b.asJSON:
			return show.JSON(w, t)
		case b.asCSV:
			if err := csv.NewWriter(w).WriteAll(t.lines()); err != nil {
				return fmt.Errorf("write the answer: %w", err)
			}
			return t.behind(cmd.ErrOrStderr())
		}
		if err := t.words(w); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		return t.behind(w)
	})
}

// load reads the programme that says what points are worth.
func (b *bookkeeping) load(ctx context.Context, v *office.View) error {
	if b.path != "" {
		text, err := os.ReadFile(b.path)
		if err != nil {
			return usage("--programme: %v", err)
		}
		rules, err := file.Parse(text)
		if err != nil {
			return usage("--programme %s:\n%v", b.path, err)
		}
		b.rules = &rules
		return nil
	}
	all, err := v.Store.BundlesAfter(ctx, 0, 10_000)
	if err != nil {
		return err
	}
	now, ok := bulletin.InForce(all, ledger.Stamp(time.Now().UnixMilli()))
	if !ok {
		return nil
	}
	rules, err := file.Parse(now.Doc)
	if err != nil {
		return usage("this program cannot read the published programme, version %d: name one with --programme", now.Version)
	}
	b.rules = &rules
	return nil
}

// A period is what every statement begins with.
type period struct {
	From     ledger.Day `json:"from"`
	Until    ledger.Day `json:"until"`
	Currency string     `json:"currency,omitempty"`
	// Behind are the shops that may still bring records of the period.
	Behind []behind `json:"behind"`
	owner  string
	digits int
}

type behind struct {
	Terminal ledger.Terminal `json:"terminal"`
	Name     string          `json:"name"`
	Reported ledger.Day      `json:"reported"` // "": nothing yet
}

// book adds up the period.
func (b *bookkeeping) book(ctx context.Context, v *office.View) (period, *clearing.Book, error) {
	p := period{From: b.from, Until: b.until, Behind: []behind{}, owner: "(owner)", digits: 2}
	if b.rules != nil {
		p.Currency, p.digits = b.rules.Currency, programme.MinorDigits(b.rules.Currency)
		if b.rules.Name != "" {
			p.owner = b.rules.Name
		}
	}
	terminals, err := v.Store.Reported(ctx)
	if err != nil {
		return p, nil, err
	}
	for _, t := range terminals {
		if t.Day <= b.until {
			p.Behind = append(p.Behind, behind{t.Terminal, t.Name, t.Day})
		}
	}
	book := new(clearing.Book)
	return p, book, v.Store.Booked(ctx, b.from, b.until, book.Add)
}

// named is what a partner is called; the owner has the programme's name.
func (p period) named(partner string) string {
	if partner == "" {
		return p.owner
	}
	return partner
}

// money writes minor units with the decimals of the currency, and as those of
// most where none is known.
func (p period) money(m basket.Money) string {
	text, sign := fmt.Sprint(int64(m)), ""
	if m < 0 {
		text, sign = text[1:], "-"
	}
	if p.digits == 0 {
		return sign + text
	}
	if short := p.digits + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	return sign + text[:len(text)-p.digits] + "." + text[len(text)-p.digits:]
}

// behind says who may still bring something.
func (p period) behind(w io.Writer) error {
	if len(p.Behind) == 0 {
		return nil
	}
	var names []string
	for _, t := range p.Behind {
		names = append(names, t.Name)
	}
	_, err := fmt.Fprintf(w, "\nNot final: %s may still bring records of these days.\n", strings.Join(names, ", "))
	return err
}
