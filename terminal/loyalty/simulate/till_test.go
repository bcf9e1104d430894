package simulate_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the shop's zone, on whatever machine

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/earn"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/scene"
	"zegel/terminal/loyalty/simulate/year"
)

// A till makes the records of a year under a programme, in memory.
type till struct {
	t     testing.TB
	rules programme.Rules
	zone  *time.Location
	held  map[ledger.Account]*ledger.Holding
	sales map[basket.Key]*ledger.Sale
	keep  bool // sales, so that goods can come back
	seq   int64
}

func newTill(t testing.TB, rules programme.Rules, keep bool) *till {
	return &till{t: t, rules: rules, zone: amsterdam(t), held: make(map[ledger.Account]*ledger.Holding), sales: make(map[basket.Key]*ledger.Sale), keep: keep}
}

func member(n int) (a ledger.Account) {
	binary.BigEndian.PutUint64(a[:], uint64(n)+1)
	return a
}

func (c *till) holding(a ledger.Account) *ledger.Holding {
	h := c.held[a]
	if h == nil {
		h = &ledger.Holding{Account: a, Known: true, Alone: true}
		c.held[a] = h
	}
	return h
}

func (c *till) record(kind ledger.Kind, m ledger.Moment, entries []ledger.Entry, body ledger.Body) ledger.Record {
	c.seq++
	for _, e := range entries {
		if err := c.holding(e.Account).Apply(e, m.Day); err != nil {
			c.t.Fatal(err)
		}
	}
	return ledger.Record{
		Head: ledger.Head{Version: 1, Terminal: 1, Branch: ledger.Branch{1}, Seq: c.seq, Day: m.Day, At: m.At.UnixMilli(), Kind: kind, Rules: c.rules.Version, Entries: entries},
		Body: &body,
	}
}

// visit is the record of one visit; false where none was made.
func (c *till) visit(v year.Visit) (ledger.Record, bool) {
	if v.Back != nil {
		return c.back(v)
	}
	a := member(v.Member)
	h := c.holding(a)
	s := scene.Scene{Rules: c.rules, Holding: *h, House: *c.holding(ledger.Account{9}), Basket: v.Basket}.On(v.Moment, c.zone)
	body := ledger.Body{Account: a, Basket: &v.Basket}
	if c.keep {
		body.Seen = s.Seen()
	}
	var entries []ledger.Entry
	put := func(more []ledger.Entry, shares []ledger.Share, reasons []ledger.Reason) {
		for _, share := range shares {
			if share.Entry > 0 {
				share.Entry += len(entries)
			}
			body.Shares = append(body.Shares, share)
		}
		entries, body.Reasons = append(entries, more...), append(body.Reasons, reasons...)
	}
	earning := s.Basket
	if v.Saver {
		cover, left := redeem.Cover{Alone: true}, s.Basket
		for _, o := range redeem.Offers(s, cover, left) {
			if o.Refusal != nil {
				continue
			}
			had, err := redeem.Decide(s, cover, left, redeem.Wish{Reward: o.Reward.Name, Points: o.Suggested})
			if err != nil {
				continue
			}
			put(had.Entries, had.Shares, had.Reasons)
			s.Holding, s.House, cover, left, earning = had.After, had.House, cover.After(had), had.Left, had.Earning
			s.Paid += had.Paid()
		}
	}
	earned, err := earn.Award(s, earning)
	if err != nil {
		c.t.Fatal(err)
	}
	put(earned.Entries, earned.Shares, earned.Reasons)
	r := c.record(ledger.KindAward, v.Moment, entries, body)
	if c.keep {
		c.sales[v.Basket.Key] = &ledger.Sale{Original: r}
	}
	return r, true
}

func (c *till) back(v year.Visit) (ledger.Record, bool) {
	sale := c.sales[v.Back.Of]
	if sale == nil {
		return ledger.Record{}, false
	}
	var goods []refund.Goods
	if v.Back.Line > 0 {
		goods = []refund.Goods{{Line: v.Back.Line}}
	}
	account := sale.Original.Body.Account
	terms := refund.Terms{Rules: c.rules, Zone: c.zone, Cover: redeem.Cover{Alone: true}, Day: v.Moment.Day}
	o, err := refund.Return(terms, *c.holding(account), *sale, goods)
	var no *programme.Refusal
	if errors.As(err, &no) {
		return ledger.Record{}, false
	}
	if err != nil {
		c.t.Fatal(fmt.Errorf("%v: %w", v.Back, err))
	}
	key := sale.Original.Head.Key()
	came := basket.Basket{Currency: "EUR", Total: o.Amount, Lines: o.Lines}
	r := c.record(ledger.KindReturn, v.Moment, o.Entries, ledger.Body{Account: account, Sale: &key, Basket: &came, Reasons: o.Reasons})
	sale.Later = append(sale.Later, r)
	return r, true
}
