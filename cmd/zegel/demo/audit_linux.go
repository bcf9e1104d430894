package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zegel/terminal/loyalty/ledger"
)

// A Summary is what a day came to.
type Summary struct {
	Scans             int      `json:"scans"`
	Rejected          int      `json:"rejected"`
	Awards            int      `json:"awards"`
	Redemptions       int      `json:"redemptions"`
	Holds             int      `json:"holds"`
	Released          int      `json:"released"`
	Returns           int      `json:"returns"`
	Undone            int      `json:"undone"`
	Moved             int      `json:"moved"`
	Enrolled          int      `json:"enrolled"`
	BearerSlips       int      `json:"bearer_slips"`
	Claimed           int      `json:"claimed"`
	Days              int      `json:"days"`
	SlipsPrinted      int      `json:"slips_printed"`
	SlipsDuplicate    int      `json:"slips_duplicate"`
	Records           int64    `json:"records"`
	BatchesAccepted   int64    `json:"batches_accepted"`
	BalancesCompared  int      `json:"balances_compared"`
	BalanceMismatches int      `json:"balance_mismatches"`
	Verify            string   `json:"verify"`
	Problems          []string `json:"problems"`
	Seconds           float64  `json:"seconds"`
}

// Sides are who is held against each other at the end of a day.
type sides struct {
	// till says that everything went through the till, so that it can say what
	// every account must hold.
	till bool
}

// audit holds what everybody was told against what everybody has.
func (d *Day) audit(ctx context.Context, s sides) (Summary, error) {
	sum := d.sum
	st, err := d.shop.Status(ctx)
	if err != nil {
		return sum, err
	}
	sum.Records = st.Store.Records
	if sum.BatchesAccepted, err = d.office.Batches(ctx); err != nil {
		return sum, err
	}
	printed := d.countPapers(&sum)
	if err := d.compareBalances(ctx, s, printed, &sum); err != nil {
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

// A printedBalance is what the newest paper about a card says of one wallet.
type printedBalance struct {
	seq  int64
	text string // "49 punten"; "" when it says that the balance follows
}

// countPapers checks that everything the till was told of has a paper, and no
// more than one that does not say it is a copy. It gives what papers say of
// balances, by card and wallet.
func (d *Day) countPapers(sum *Summary) map[string]map[string]printedBalance {
	unmarked, printed := make(map[string]int), make(map[string]bool)
	balances := make(map[string]map[string]printedBalance)
	for _, paper := range d.shop.Printer.Papers() {
		text := paper.Text()
		code, duplicate := ReadPaper(text)
		seq := seqOf(code)
		if seq < 1 || seq > sum.Records {
			d.fault("a paper belongs to no record: %q", text)
			continue
		}
		sum.SlipsPrinted++
		card := cmp.Or(d.aliases[cardOn(text)], cardOn(text))
		printed[code] = true
		// A sale that moved has a paper for each of the two customers.
		if duplicate {
			sum.SlipsDuplicate++
		} else if unmarked[code+card]++; unmarked[code+card] == 2 {
			d.fault("record %s has two papers that pass for the original", code)
		}
		if balances[card] == nil {
			balances[card] = make(map[string]printedBalance)
		}
		for wallet, b := range balancesOn(text) {
			if seq >= balances[card][wallet].seq {
				balances[card][wallet] = printedBalance{seq, b}
			}
		}
	}
	for code := range d.answers {
		if !printed[code] {
			d.fault("record %s has no paper", code)
		}
	}
	return balances
}

// seqOf is the sequence in the code of a record, "8D86-12"; 0 when it is none.
func seqOf(code string) int64 {
	_, seq, _ := strings.Cut(code, "-")
	n, _ := strconv.ParseInt(seq, 10, 64) // 0 for what is no number
	return n
}

// compareBalances holds what the till was told, what the newest slips say,
// what the shop keeps and what head office has against each other.
func (d *Day) compareBalances(ctx context.Context, s sides, printed map[string]map[string]printedBalance, sum *Summary) error {
	there, err := d.office.byMember(ctx)
	if err != nil {
		return err
	}
	for _, account := range slices.Sorted(maps.Keys(d.masks)) {
		var member ledger.Account
		if err := member.UnmarshalText([]byte(account)); err != nil {
			return fmt.Errorf("read an account: %w", err)
		}
		if member, err = d.office.survivor(ctx, member); err != nil {
			return err
		}
		here, err := d.kept(ctx, account)
		if err != nil {
			return err
		}
		for wallet, shown := range here {
			sum.BalancesCompared++
			var wrong []string
			if got := there[member][wallet]; got != shown.Points {
				wrong = append(wrong, fmt.Sprintf("head office has %d", got))
			}
			if told := d.told[account][wallet]; s.till && told != shown.Points {
				wrong = append(wrong, fmt.Sprintf("the till was told of %d", told))
			}
			if p, ok := printed[d.masks[account]][wallet]; ok && p.text != "" && p.text != shown.Text {
				wrong = append(wrong, fmt.Sprintf("the newest slip says %q", p.text))
			}
			if len(wrong) > 0 {
				sum.BalanceMismatches++
				d.fault("card %s, %s: the shop has %d thousandths, %s", d.masks[account], wallet, shown.Points, strings.Join(wrong, ", "))
			}
		}
		delete(there, member)
	}
	if !s.till {
		return nil
	}
	for account, wallets := range there {
		for wallet, points := range wallets {
			if points != 0 {
				sum.BalanceMismatches++
				d.fault("account %s: head office has %d thousandths of %s the till was never told of", account.Short(), points, wallet)
			}
		}
	}
	return nil
}

// kept is what the daemon says that a card's holder has, by wallet. Head
// office's word on a card that is new comes some moments after its first sale.
func (d *Day) kept(ctx context.Context, account string) (map[string]Shown, error) {
	mask := d.masks[account]
	card, read := d.cards[mask]
	if !read { // it was typed on the counter's page
		return nil, nil
	}
	var p Person
	err := d.shop.Until(ctx, "the balance of card "+mask+" is known", func() (bool, error) {
		found, status, err := d.shop.Member(ctx, card)
		p = found
		return status == http.StatusOK && p.Known, err
	})
	kept := make(map[string]Shown)
	for _, b := range p.Balance {
		kept[b.Wallet] = b
	}
	return kept, err
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
	if err := s.Dishonest(); err != nil {
		return err
	}
	if s.Scans < 20 {
		return fmt.Errorf("the day was not a whole one: %d scans", s.Scans)
	}
	for name, n := range map[string]int64{
		"rejected": int64(s.Rejected), "awards": int64(s.Awards), "redemptions": int64(s.Redemptions), "holds": int64(s.Holds),
		"released": int64(s.Released), "returns": int64(s.Returns), "undone": int64(s.Undone), "moved": int64(s.Moved),
		"enrolled": int64(s.Enrolled), "bearer_slips": int64(s.BearerSlips), "claimed": int64(s.Claimed), "days": int64(s.Days),
		"slips_printed": int64(s.SlipsPrinted), "slips_duplicate": int64(s.SlipsDuplicate), "records": s.Records,
		"batches_accepted": s.BatchesAccepted, "balances_compared": int64(s.BalancesCompared),
	} {
		if n == 0 {
			return fmt.Errorf("the day was not a whole one: no %s", name)
		}
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
  awards             %d, %d of them paid in part with points
  set aside          %d times, %d of them given back
  returns            %d, and %d sales undone, %d moved to another card
  members            %d enrolled; %d slips without a card, %d of them added to one
  papers             %d, %d of them headed DUPLICAAT
  records            %d, in %d batches at head office; %d day closed
  balances           %d held against each other by till, slip, shop and head office; %d do not agree
  verify, on both sides: %s
`, s.Seconds, s.Scans, s.Rejected, s.Awards, s.Redemptions, s.Holds, s.Released, s.Returns, s.Undone, s.Moved,
		s.Enrolled, s.BearerSlips, s.Claimed, s.SlipsPrinted, s.SlipsDuplicate, s.Records, s.BatchesAccepted, s.Days,
		s.BalancesCompared, s.BalanceMismatches, s.Verify)
	return err
}
