package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/explain"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/slipcode"
	"zegel/terminal/loyalty/tier"
	"zegel/terminal/loyalty/words"
)

func newExplain(o *options) *cobra.Command {
	var asJSON, all bool
	var lang string
	var limit int
	cmd := &cobra.Command{
		Use: "explain RECORD|SLIPCODE|CARD|PHONE|-", Short: "Decide something once more, and say why it came out so", Args: cobra.ExactArgs(1),
		Long: `Takes what is kept of a record - the basket, and what was seen of the account -
and the version of the programme that decided it, decides it again, and says line
by line why: which rule, what counted, how it was rounded, what lost against what.
It says whether the two agree to the thousandth. Of the rules that gave nothing it
tells the nearest to having done so, and the first reason why; with --all every one.

RECORD is a record's key, or the reference on a slip (A1B2-17); SLIPCODE what the
QR code on it says. CARD or PHONE shows what the member holds, by the day it
lapses, where they stand, and then their newest records.

Reads the database as it is at one moment, also while the daemon runs, and changes
nothing. What is typed on a command line stays in the shell's history: with - it is
read from standard input. Exit 1: there is nothing by it, or it does not agree.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text := args[0]
			if text == "-" {
				line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
				if err != nil && !errors.Is(err, io.EOF) {
					return &exit{exitInternal, fmt.Errorf("read what to explain: %w", err)}
				}
				text = strings.TrimSpace(line)
			}
			r, err := o.openReader(cmd.Context(), lang)
			if err != nil {
				return err
			}
			defer r.close()
			e, err := o.explained(cmd.Context(), r, text, limit, all)
			if err != nil {
				return err
			}
			if asJSON {
				err = show.JSON(cmd.OutOrStdout(), e)
			} else {
				err = e.tell(cmd.OutOrStdout())
			}
			if err == nil && e.differs() {
				err = &exit{exitProblems, errors.New("deciding again gives something else than is stored")}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().BoolVar(&all, "all", false, "tell of every rule that gave nothing, not of the nearest only")
	cmd.Flags().StringVar(&lang, "lang", "", languagesFlag)
	cmd.Flags().IntVar(&limit, "limit", 10, "of a member, at most so many records, the newest ones")
	return cmd
}

// reference is what the reference of a record looks like: ledger.Key.Code.
var reference = regexp.MustCompile(`^[0-9A-Fa-f]{4}-[0-9]+$`)

// An explanation is one record, or a member with the newest ones.
type explanation struct {
	Member  *explainedMember  `json:"member,omitempty"`
	Records []explainedRecord `json:"records"`
}

type explainedRecord struct {
	explain.Explanation
	Text []string `json:"text"`
}

type explainedMember struct {
	Account ledger.Account     `json:"account"`
	Card    string             `json:"card,omitempty"` // masked
	Known   bool               `json:"balance_known"`
	Balance []explainedBalance `json:"balance"`
	Tiers   []explainedTier    `json:"tiers"`
	Clubs   []explainedClub    `json:"clubs"`
	text    []string
}

type explainedBalance struct {
	Wallet    ledger.Wallet `json:"wallet"`
	Spendable ledger.Points `json:"spendable"` // less what is owed
	Pending   ledger.Points `json:"pending,omitempty"`
	Lapsed    ledger.Points `json:"lapsed,omitempty"`
	Debt      ledger.Points `json:"debt,omitempty"`
	Lots      []ledger.Lot  `json:"lots"`
}

type explainedTier struct {
	Ladder  string        `json:"ladder"`
	Tier    string        `json:"tier,omitempty"`
	Until   ledger.Day    `json:"until,omitempty"`
	Count   ledger.Points `json:"count"`
	Next    string        `json:"next,omitempty"`
	Missing ledger.Points `json:"missing,omitempty"`
}

type explainedClub struct {
	Club  string     `json:"club"`
	Until ledger.Day `json:"until,omitempty"`
}

func (e explanation) differs() bool {
	for _, r := range e.Records {
		if r.Verdict == explain.Differs {
			return true
		}
	}
	return false
}

func (e explanation) tell(w io.Writer) error {
	var lines []string
	if e.Member != nil {
		lines = append(lines, e.Member.text...)
	}
	for i, r := range e.Records {
		if i > 0 || e.Member != nil {
			lines = append(lines, "")
		}
		lines = append(lines, r.Text...)
	}
	for _, line := range lines {
		for _, row := range folded(plainText(line)) {
			if _, err := fmt.Fprintln(w, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// columns is how wide an explanation is told.
const columns = 80

// folded are the rows of a line, each but the first further in.
func folded(line string) []string {
	var rows []string
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	for utf8.RuneCountInString(line) > columns {
		at, runes := -1, 0
		for i, r := range line {
			if r == ' ' && i > len(indent) && strings.TrimSpace(line[:i]) != "" {
				at = i
			}
			if runes++; runes > columns {
				break
			}
		}
		if at < 0 {
			break
		}
		rows = append(rows, line[:at])
		if len(rows) == 1 {
			indent += "    "
		}
		line = indent + line[at+1:]
	}
	return append(rows, line)
}

func (o *options) explained(ctx context.Context, r *reader, text string, limit int, all bool) (explanation, error) {
	name := ledger.SaleName{Code: text}
	if name.Record.UnmarshalText([]byte(text)) == nil {
		name.Code = ""
	} else if slipcode.Is(text) {
		key, err := o.slip(text)
		if err != nil {
			return explanation{}, err
		}
		name = ledger.SaleName{Record: key}
	} else {
		name.Record = ledger.Key{}
	}
	record, found, err := r.db.Record(ctx, name)
	if err != nil {
		return explanation{}, &exit{exitInternal, err}
	}
	if found {
		tell := nearMissed
		if all {
			tell = allMissed
		}
		one, err := r.explain(ctx, record, tell)
		return explanation{Records: []explainedRecord{one}}, err
	}
	if !name.Record.IsZero() {
		return explanation{}, &exit{exitProblems, errors.New("there is no such record here")}
	}
	keys, err := o.knownKeys()
	if err != nil {
		return explanation{}, err
	}
	h, mask, err := r.find(ctx, text, keys)
	if err != nil {
		var no *exit
		if errors.As(err, &no) && no.code == exitProblems && reference.MatchString(text) {
			err = &exit{exitProblems, errors.New("there is no record with this reference here; a reference stands at the foot of a slip")}
		}
		return explanation{}, err
	}
	records, err := r.db.Timeline(ctx, h.Account, ledger.Key{}, limit)
	if err != nil {
		return explanation{}, &exit{exitInternal, err}
	}
	e := explanation{Member: r.explainMember(h, mask), Records: make([]explainedRecord, 0, len(records))}
	for _, record := range records {
		tell := noneMissed
		if all {
			tell = allMissed
		}
		one, err := r.explain(ctx, record, tell)
		if err != nil {
			return e, err
		}
		e.Records = append(e.Records, one)
	}
	return e, nil
}

// slip is the record that the code on a slip names.
func (o *options) slip(text string) (ledger.Key, error) {
	keys, err := o.knownKeys()
	if err != nil {
		return ledger.Key{}, err
	}
	if sale, err := slipcode.ParseSale(text, keys); err == nil {
		return sale.Record, nil
	}
	if voucher, err := slipcode.ParseVoucher(text, keys); err == nil {
		return voucher.Record, nil
	}
	bearer, err := slipcode.ParseBearer(text, keys)
	if err != nil {
		return ledger.Key{}, &exit{exitProblems, errors.New("the code is not one of this chain's slips")}
	}
	return bearer.Record, nil
}

// missing is how much is told of what gave nothing.
type missing int

const (
	noneMissed missing = iota // of a record among others
	nearMissed
	allMissed
)

// explain decides a record again under the rules of its version.
func (r *reader) explain(ctx context.Context, record ledger.Record, tell missing) (explainedRecord, error) {
	rules, zone := r.paper.Rules, r.paper.Zone
	if rules.Version != record.Head.Rules {
		doc, found, err := r.db.Rules(ctx, record.Head.Rules)
		if err != nil {
			return explainedRecord{}, &exit{exitInternal, err}
		}
		if found {
			if kept, err := file.Parse(doc); err == nil {
				rules, zone = kept, r.zoneOf(kept)
			}
		}
	}
	x, err := explain.Record(record, rules, zone)
	if err != nil {
		return explainedRecord{}, &exit{exitInternal, err}
	}
	switch tell {
	case noneMissed:
		x.Missed, x.Near = nil, 0
	case allMissed:
		x.Near = len(x.Missed)
	}
	lines := words.Explained{Words: r.paper.Words, Rules: rules, Zone: zone}.Lines(x)
	x.Missed = x.Missed[:x.Near]
	return explainedRecord{x, lines}, nil
}

func (r *reader) zoneOf(rules programme.Rules) *time.Location {
	if zone, err := time.LoadLocation(rules.Zone); err == nil {
		return zone
	}
	return r.paper.Zone
}

// explainMember is what a member holds today, and where they stand.
func (r *reader) explainMember(h ledger.Holding, mask string) *explainedMember {
	m := explainedMember{
		Account: h.Account, Card: mask, Known: h.Known, Balance: []explainedBalance{}, Tiers: []explainedTier{}, Clubs: []explainedClub{},
	}
	told := words.Standing{Words: r.paper.Words, Rules: r.paper.Rules}
	m.text = append(m.text, r.paper.Words.Card()+" "+plainText(mask))
	if !h.Known {
		m.text = append(m.text, r.paper.Words.BalanceFollows())
	}
	for _, p := range h.Positions {
		if p.Wallet.Counter() {
			continue
		}
		b := explainedBalance{Wallet: p.Wallet, Lots: p.All().Open, Debt: p.All().Debt}
		b.Spendable, b.Pending, b.Lapsed = p.On(r.today)
		m.Balance = append(m.Balance, b)
		m.text = append(m.text, told.Lots(p, r.today)...)
	}
	for _, l := range r.paper.Rules.Ladders {
		s := tier.On(l, h, r.today)
		t := explainedTier{Ladder: l.Name, Tier: s.Name(), Until: s.Until, Count: s.Count, Missing: s.Missing}
		if s.Next != nil {
			t.Next = s.Next.Name
		}
		m.Tiers = append(m.Tiers, t)
		m.text = append(m.text, told.Tier(s))
	}
	for _, c := range tier.Clubs(r.paper.Rules, h, r.today) {
		m.Clubs = append(m.Clubs, explainedClub{c.Club.Name, c.Until})
		m.text = append(m.text, told.Member(c.Club.Name, c.Until))
	}
	return &m
}
