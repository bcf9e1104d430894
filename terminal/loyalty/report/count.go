package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
)

// A Row is one record to be counted.
type Row struct {
	Head ledger.Head
	// Facts is nil once the body was emptied.
	Facts *Facts
	// Offline says that it was made without a line.
	Offline bool
}

// Facts are what is counted of a body.
type Facts struct {
	Operator    string           `json:"operator"`
	Lane        string           `json:"lane"`
	Mode        ledger.EntryMode `json:"mode"`
	TypedAmount bool             `json:"typed_amount"`
	Manager     string           `json:"manager"`
	Basket      *struct {
		Total basket.Money `json:"total"`
	} `json:"basket"`
	Reasons []ledger.Reason `json:"reasons"`
}

// ReadFacts reads a body that was checked when its record was sealed, or nil
// for one that was emptied. It looks at nothing that is not counted, which is
// most of a body: a day is counted while the shop sells.
func ReadFacts(body []byte) (*Facts, error) {
	if body == nil {
		return nil, nil
	}
	var f Facts
	if err := json.Unmarshal(body, &f); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return &f, nil
}

// A Counter adds records up to figures. Rows are added in the order of the
// journal.
type Counter struct {
	zone *time.Location
	f    Figures

	kinds     map[ledger.Kind]int64
	days      map[ledger.Day]int64
	modes     map[ledger.EntryMode]int64
	moves     map[ledger.Wallet]map[ledger.EntryKind]Movement
	uncovered map[ledger.Wallet]ledger.Points
	operators groups
	lanes     groups
	hours     groups
}

// NewCounter counts by the clock of zone, the shop's.
func NewCounter(zone *time.Location) *Counter {
	if zone == nil {
		zone = time.UTC
	}
	return &Counter{
		zone: zone, f: Figures{Version: Version},
		kinds: make(map[ledger.Kind]int64), days: make(map[ledger.Day]int64), modes: make(map[ledger.EntryMode]int64),
		moves: make(map[ledger.Wallet]map[ledger.EntryKind]Movement), uncovered: make(map[ledger.Wallet]ledger.Points),
		operators: make(groups), lanes: make(groups), hours: make(groups),
	}
}

// Add counts one record. A sum that does not fit is an error.
func (c *Counter) Add(r Row) error {
	h := r.Head
	c.span(h)
	if h.Kind == ledger.KindDay {
		return nil // a report is not part of what it reports
	}
	c.f.Records++
	c.kinds[h.Kind]++
	c.days[h.Day]++
	if h.Suspect {
		c.f.Suspect++
	}
	if r.Offline {
		c.f.Offline.Records++
	}
	for _, e := range h.Entries {
		if err := c.move(e); err != nil {
			return fmt.Errorf("record %v: %w", h.Key(), err)
		}
	}
	c.group(c.hours, c.hour(h.At), r)
	if r.Facts == nil {
		c.f.Emptied++
		return nil
	}
	c.people(r)
	c.reasons(r)
	if h.Kind == ledger.KindAward {
		c.sale(r)
	}
	return nil
}

// span lengthens the run of the record's branch.
func (c *Counter) span(h ledger.Head) {
	last := len(c.f.Spans) - 1
	if last < 0 || c.f.Spans[last].Branch != h.Branch {
		c.f.Spans = append(c.f.Spans, Span{Branch: h.Branch, First: h.Seq})
		last++
	}
	c.f.Spans[last].Last = h.Seq
	c.f.Spans[last].Count++
}

func (c *Counter) move(e ledger.Entry) (err error) {
	if e.Wallet.Counter() {
		return nil // nothing anybody holds
	}
	kinds := c.moves[e.Wallet]
	if kinds == nil {
		kinds = make(map[ledger.EntryKind]Movement)
		c.moves[e.Wallet] = kinds
	}
	m := kinds[e.Kind]
	m.Kind, m.Lines = e.Kind, m.Lines+1
	m.Points, err = m.Points.Add(e.Points)
	kinds[e.Kind] = m
	return err
}

// hour names the hour of the shop's clock in which the instant is.
func (c *Counter) hour(at int64) string {
	t := time.UnixMilli(at).In(c.zone)
	// By subtraction: to put the hour together again from its digits would give
	// the first of the two that have them on the night with an hour more.
	t = t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	return t.Format(time.RFC3339)
}

// people counts for whom and where it was done.
func (c *Counter) people(r Row) {
	if automatic(r.Head.Kind) == 0 { // of an automatic one there is no cashier
		c.group(c.operators, r.Facts.Operator, r)
	}
	if r.Facts.Lane != "" {
		c.group(c.lanes, r.Facts.Lane, r)
	}
	if r.Facts.Manager != "" {
		c.f.Confirmed++
	}
}

func (c *Counter) sale(r Row) {
	s := &c.f.Sales
	s.Count++
	if r.Facts.Mode != "" {
		c.modes[r.Facts.Mode]++
	}
	if r.Facts.TypedAmount {
		c.f.Typed++
	}
	total := r.total()
	s.Amount += total
	if has(r.Head, ledger.Earn, ledger.Bonus) {
		s.Earning++
		s.Earned += total
	}
	if has(r.Head, ledger.Redeem) {
		s.Redeemed++
	}
}

func has(h ledger.Head, kinds ...ledger.EntryKind) bool {
	return slices.ContainsFunc(h.Entries, func(e ledger.Entry) bool {
		return e.Points != 0 && !e.Wallet.Counter() && slices.Contains(kinds, e.Kind)
	})
}

func (r Row) total() basket.Money {
	if r.Facts == nil || r.Facts.Basket == nil {
		return 0
	}
	return r.Facts.Basket.Total
}

// reasons counts what only the reasons say.
func (c *Counter) reasons(r Row) {
	lapsed := false
	for _, reason := range r.Facts.Reasons {
		switch amount := basket.Money(reason.Amount); reason.Code {
		case redeem.ReasonRedeemed:
			if r.Head.Kind == ledger.KindAward {
				c.f.Sales.Discount += amount
			}
		case refund.ReasonReturned, refund.ReasonWhole:
			if r.Head.Kind == ledger.KindReturn {
				c.f.Sales.Returned += amount
			}
		case refund.ReasonUndone:
			c.f.Sales.Undone += amount
		case redeem.ReasonLapsed:
			lapsed = true
			c.uncovered[reason.Wallet] += max(reason.Points, -reason.Points)
		}
	}
	if lapsed {
		c.f.HoldLapsed++
	}
}

// groups are what several did, by name.
type groups map[string]*tally

type tally struct {
	records, sales int64
	amount         basket.Money
	wallets        map[ledger.Wallet]GroupWallet
}

func (c *Counter) group(of groups, name string, r Row) {
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	t := of[name]
	if t == nil {
		t = &tally{wallets: make(map[ledger.Wallet]GroupWallet)}
		of[name] = t
	}
	t.records++
	if r.Head.Kind == ledger.KindAward {
		t.sales++
		t.amount += r.total()
	}
	for _, e := range r.Head.Entries {
		if e.Points == 0 || e.Wallet.Counter() {
			continue
		}
		w := t.wallets[e.Wallet]
		w.Wallet = e.Wallet
		switch e.Kind {
		case ledger.Earn, ledger.Bonus:
			w.Given += e.Points
		case ledger.Redeem:
			w.Taken -= e.Points
		default:
			w.Other += e.Points
		}
		t.wallets[e.Wallet] = w
	}
}

func (t *tally) join(o *tally) {
	t.records, t.sales, t.amount = t.records+o.records, t.sales+o.sales, t.amount+o.amount
	for name, w := range o.wallets {
		sum := t.wallets[name]
		t.wallets[name] = GroupWallet{name, sum.Given + w.Given, sum.Taken + w.Taken, sum.Other + w.Other}
	}
}

func (t *tally) named(name string) Group {
	g := Group{Name: name, Records: t.records, Sales: t.sales, Amount: t.amount}
	for _, w := range slices.Sorted(maps.Keys(t.wallets)) {
		g.Wallets = append(g.Wallets, t.wallets[w])
	}
	return g
}

// largest are the groups with the most records, at most so many, and the rest
// as one.
func (of groups) largest(most int) []Group {
	names := slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		return cmp.Or(-cmp.Compare(of[a].records, of[b].records), strings.Compare(a, b))
	})
	var rest []string
	if len(names) > most {
		names, rest = names[:most-1], names[most-1:]
	}
	var out []Group
	for _, name := range names {
		out = append(out, of[name].named(name))
	}
	if len(rest) > 0 {
		sum := &tally{wallets: make(map[ledger.Wallet]GroupWallet)}
		for _, name := range rest {
			sum.join(of[name])
		}
		out = append(out, sum.named(Rest))
	}
	return out
}

// inOrder are the hours, or, where they are too many, those of a clock's face.
func (of groups) inOrder() []Group {
	joined := of
	if len(of) > MaxHours {
		joined = make(groups)
		for name, t := range of {
			face := name[len("2006-01-02T"):len("2006-01-02T15:04")]
			if joined[face] == nil {
				joined[face] = &tally{wallets: make(map[ledger.Wallet]GroupWallet)}
			}
			joined[face].join(t)
		}
	}
	var out []Group
	for name, t := range joined {
		out = append(out, t.named(name))
	}
	slices.SortFunc(out, func(a, b Group) int { return byInstant(a.Name, b.Name) })
	return out
}

func byInstant(a, b string) int {
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return x.Compare(y)
}
