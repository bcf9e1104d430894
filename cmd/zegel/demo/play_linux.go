package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zegel/printer/printertest"
	"zegel/terminal/loyalty/ledger"
)

// Config says how to play.
type Config struct {
	// Binary is the program a shop runs: this one.
	Binary string
	// Programme is the shop's rules, as a file.
	Programme []byte
	// Keep leaves the folder with everything in it behind.
	Keep bool
	// Say is where people read what happens; slips go there too.
	Say io.Writer
}

// Once plays the scripted day and sums it up. An error says that it could not
// be played to its end; what went wrong in a day that was played is in the
// summary's problems.
func Once(ctx context.Context, cfg Config) (sum Summary, err error) {
	folder, err := os.MkdirTemp("", "zegel-demo-")
	if err != nil {
		return sum, fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() {
		if cfg.Keep || err != nil {
			fmt.Fprintf(cfg.Say, "Everything of this demo is in %s\n", folder)
			return
		}
		err = os.RemoveAll(folder)
	}()
	d, err := open(ctx, cfg, folder)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.Play(ctx); err != nil {
		return sum, err
	}
	sum, err = d.sumUp(ctx)
	sum.Seconds = time.Since(d.began).Seconds()
	return sum, err
}

// open builds the world: head office, the shop's devices, and the daemon,
// which joins.
func open(ctx context.Context, cfg Config, folder string) (d *Day, err error) {
	office, err := OpenOffice(ctx, filepath.Join(folder, "office"))
	if err != nil {
		return nil, err
	}
	shop, err := NewShop(ShopConfig{Binary: cfg.Binary, Folder: filepath.Join(folder, "shop"), Programme: cfg.Programme, Office: office.URL()})
	if err != nil {
		return nil, errors.Join(err, office.Close())
	}
	d = &Day{
		shop: shop, office: office, say: cfg.Say, began: time.Now(), day: time.Now().Format(time.DateOnly),
		awards: make(map[string]Answer), earned: make(map[string]int64),
	}
	if err := d.join(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// join starts the daemon for the first time, as a shop that is part of a chain.
func (d *Day) join(ctx context.Context) error {
	code, err := d.office.Code(ctx, "Demo")
	if err != nil {
		return err
	}
	if _, err := d.shop.Tool(ctx, "join", code); err != nil {
		return err
	}
	return d.shop.Start(ctx)
}

func (d *Day) close() error { return errors.Join(d.shop.Stop(), d.shop.Close(), d.office.Close()) }

// sumUp holds what everybody was told against what everybody has.
func (d *Day) sumUp(ctx context.Context) (Summary, error) {
	sum := Summary{Scans: d.scans, Rejected: d.rejects, Awards: len(d.awards), Redemptions: d.redemptions}
	st, err := d.shop.Status(ctx)
	if err != nil {
		return sum, err
	}
	sum.Records = st.Store.Records
	if sum.BatchesAccepted, err = d.office.Batches(ctx); err != nil {
		return sum, err
	}
	d.countPapers(&sum)
	if err := d.compareBalances(ctx, &sum); err != nil {
		return sum, err
	}
	sum.Verify = "ok"
	if out, err := d.shop.Tool(ctx, "verify", "--json"); err != nil {
		sum.Verify = "problems"
		d.fault("zegel verify: %v: %s", err, out)
	}
	problems, err := d.office.Verify(ctx)
	if err != nil {
		return sum, err
	}
	for _, p := range problems {
		sum.Verify = "problems"
		d.fault("head office: %s", p)
	}
	sum.Problems = append([]string{}, d.faults...)
	return sum, nil
}

// countPapers checks that every award has a paper, and no more than one that
// does not say it is a copy.
func (d *Day) countPapers(sum *Summary) {
	unmarked, marked := make(map[string]int), make(map[string]int)
	for _, paper := range d.shop.Printer.Papers() {
		text := paper.Text()
		code, duplicate := ReadPaper(text)
		if _, known := d.awards[code]; !known {
			d.fault("a paper belongs to no award: %q", text)
			continue
		}
		if duplicate {
			marked[code]++
			sum.SlipsDuplicate++
		} else {
			unmarked[code]++
		}
		sum.SlipsPrinted++
	}
	for code := range d.awards {
		if unmarked[code] > 1 {
			d.fault("award %s has %d papers that pass for the original", code, unmarked[code])
		}
		if unmarked[code]+marked[code] == 0 {
			d.fault("award %s has no paper", code)
		}
	}
}

// compareBalances holds what the till was told, what the shop keeps and what
// head office has against each other.
func (d *Day) compareBalances(ctx context.Context, sum *Summary) error {
	there, err := d.office.Balances(ctx)
	if err != nil {
		return err
	}
	for text, told := range d.earned {
		var account ledger.Account
		if err := account.UnmarshalText([]byte(text)); err != nil {
			return err
		}
		if got := int64(there[account]); got != told {
			sum.BalanceMismatches++
			d.fault("account %s: the till was told of %d thousandths, head office has %d", account.Short(), told, got)
		}
		delete(there, account)
	}
	for account, points := range there {
		if points != 0 {
			sum.BalanceMismatches++
			d.fault("account %s: head office has %d thousandths the till was never told of", account.Short(), points)
		}
	}
	return nil
}

// Dishonest says which invariants did not hold; nil when all did.
func (s Summary) Dishonest() error {
	switch {
	case len(s.Problems) > 0:
		return fmt.Errorf("%d invariants did not hold: %s", len(s.Problems), strings.Join(s.Problems, "; "))
	case s.Verify != "ok" || s.BalanceMismatches > 0:
		return errors.New("the sums do not agree")
	}
	return nil
}

// Failed says why a summary is not that of a whole day on which every
// invariant held.
func (s Summary) Failed() error {
	err := s.Dishonest()
	switch {
	case err != nil:
		return err
	case s.Scans < 20 || s.Rejected == 0 || s.Awards == 0 || s.Redemptions == 0 || s.SlipsPrinted == 0 || s.SlipsDuplicate == 0 || s.BatchesAccepted == 0:
		return fmt.Errorf("the day was not a whole one: %+v", s)
	}
	return nil
}

// WriteJSON writes the summary for programs.
func (s Summary) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(s)
}

// WriteText writes the summary for people.
func (s Summary) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, `
The day is over, after %.1f seconds.
  scans              %d, %d of them refused
  awards             %d, %d of them paid in part with points; %d records
  papers             %d, %d of them headed DUPLICAAT
  batches accepted   %d
  balances that do not agree between till, shop and head office: %d
  verify, on both sides: %s
`, s.Seconds, s.Scans, s.Rejected, s.Awards, s.Redemptions, s.Records, s.SlipsPrinted, s.SlipsDuplicate, s.BatchesAccepted, s.BalanceMismatches, s.Verify)
	return err
}

// lastSlip is the text of the newest paper, in a frame, for people.
func lastSlip(p *printertest.Printer) string {
	papers := p.Papers()
	if len(papers) == 0 {
		return ""
	}
	edge := "    +" + strings.Repeat("-", columns+2) + "+\n"
	var b strings.Builder
	b.WriteString(edge)
	for _, line := range strings.Split(strings.TrimRight(papers[len(papers)-1].Text(), "\n"), "\n") {
		fmt.Fprintf(&b, "    | %-*s |\n", columns, line)
	}
	b.WriteString(edge)
	return b.String()
}
