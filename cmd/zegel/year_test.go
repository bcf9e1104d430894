package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/store"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/refund"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/simulate/year"
	"zegel/terminal/loyalty/slipcode"
)

// A yearShop is a shop that stands alone and has a made-up year in its
// database, through the one door records have and the decisions of the counter.
type yearShop struct {
	t       testing.TB
	config  string // path of its configuration
	rules   programme.Rules
	zone    *time.Location
	keys    []member.ChainKey
	db      *store.DB
	counter session.Counter
	now     time.Time
	asked   int
	visits  int
	came    map[int]int // members, with how often
	last    ledger.Day
	counts  map[string]int
	slip    *slipcode.Bearer // not claimed yet
}

// aYear is a shop with about so many baskets. rich has it do all else that
// happens at a counter too, now and then.
func aYear(t testing.TB, folder string, baskets int, rich bool) *yearShop {
	t.Helper()
	s := &yearShop{t: t, came: make(map[int]int), counts: make(map[string]int)}
	s.write(folder)
	var err error
	if s.rules, err = file.Parse([]byte(year.Programme)); err == nil {
		s.zone, err = time.LoadLocation(s.rules.Zone)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	s.keys = []member.ChainKey{key}
	s.counter = session.Counter{Lane: "", Rules: s.rules, Shop: "Jansen", Zone: s.zone, Keys: s.keys, Operator: "Anna", Manager: "Bea"}
	opens := time.Date(2026, 1, 1, 0, 0, 0, 0, s.zone)
	s.now = opens
	s.db, err = store.Open(t.Context(), store.Config{
		Path: filepath.Join(folder, "data", "zegel.db"), Mark: filepath.Join(folder, "mark", "mark.json"),
		Now: func() time.Time { return s.now }, Rand: &counted{}, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.KeepRules(t.Context(), s.rules.Version, []byte(year.Programme)); err != nil {
		t.Fatal(err)
	}
	year.Shop{Seed: 1, Members: max(baskets/60, 20), Baskets: baskets, Opens: opens, Zone: s.zone}.Visits(func(v year.Visit) bool {
		s.visit(v, rich)
		return true
	})
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *yearShop) write(folder string) {
	s.config = filepath.Join(folder, "zegel.toml")
	for name, text := range map[string]string{"year.toml": year.Programme, "zegel.toml": `[shop]
name = "Jansen"
programme = "year.toml"
[store]
database = "data/zegel.db"
mark = "mark/mark.json"
secrets = "secrets"
[api]
listen = "127.0.0.1:0"
address = "run/address"
[[lane]]
name = "kassa1"
`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// counted is chance that is the same in every run.
type counted struct{ n uint64 }

// Read gives the next bytes.
func (c *counted) Read(p []byte) (int, error) {
	for i := range p {
		c.n = c.n*6364136223846793005 + 1442695040888963407
		p[i] = byte(c.n >> 56)
	}
	return len(p), nil
}

func (s *yearShop) customer(n int) session.Customer {
	digits := fmt.Sprintf("29%010d", n)
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	card, err := s.rules.Cards.Parse(fmt.Sprintf("%s%d", digits, (10-sum%10)%10), "]E0")
	if err != nil {
		s.t.Fatal(err)
	}
	return session.Customer{Card: card, Identifiers: []member.Identifier{card.Identifier(s.keys[0])}, Mode: ledger.Scanned}
}

// post posts what is asked; false where it is refused.
func (s *yearShop) post(what string, req ledger.Request, err error, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, bool) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	req.House = s.rules.CountsAtTerminal()
	posted, err := s.db.Post(s.t.Context(), req, decide)
	var no *programme.Refusal
	if errors.As(err, &no) {
		s.counts[what+" refused"]++
		return posted, false
	}
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
	s.counts[what]++
	return posted, true
}

// key is a fresh key of something that is asked.
func (s *yearShop) key(m ledger.Moment) basket.Key {
	s.asked++
	return basket.Key{Till: "1", Day: string(m.Day), ID: fmt.Sprintf("~%d", s.asked)}
}

func (s *yearShop) visit(v year.Visit, rich bool) {
	s.now = v.Moment.At
	if rich && v.Moment.Day[:7] != s.last[:min(7, len(s.last))] {
		s.lapse(v.Moment)
	}
	s.last = v.Moment.Day
	if v.Back != nil {
		back := session.Return{Key: s.key(v.Moment), Sale: session.Named{Basket: v.Back.Of}}
		if v.Back.Line > 0 {
			back.Goods = []refund.Goods{{Line: v.Back.Line}}
		}
		req, err := back.Request()
		s.post("return", req, err, s.counter.Return(back, nil, v.Moment))
		return
	}
	s.visits++
	customer := s.customer(v.Member)
	if rich {
		s.before(v, customer)
	}
	sale := session.Sale{Basket: v.Basket, Confirmed: true}
	if v.Saver {
		h, err := s.db.Look(s.t.Context(), customer.Subject())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, o := range s.counter.Offers(h, v.Basket, v.Moment) {
			if o.Most > 0 {
				sale.Redeem = append(sale.Redeem, redeem.Wish{Reward: o.Reward, Points: o.Suggested})
			}
		}
	}
	s.came[v.Member]++
	if rich && s.visits%97 == 0 && len(sale.Redeem) == 0 {
		s.onSlip(sale, v.Moment)
		return
	}
	req, err := sale.Request(customer.Subject())
	posted, done := s.post("sale", req, err, s.counter.Award(customer, true, sale, v.Moment))
	if !done {
		sale.Redeem = nil
		req, err = sale.Request(customer.Subject())
		posted, done = s.post("sale", req, err, s.counter.Award(customer, true, sale, v.Moment))
	}
	if rich && done {
		s.after(v, posted)
	}
}

// before is what now and then happens before somebody pays.
func (s *yearShop) before(v year.Visit, customer session.Customer) {
	m := v.Moment
	if s.came[v.Member] == 0 && v.Member%3 == 0 {
		e := session.Enrolment{Name: "Lid", Lang: "nl", Birthday: fmt.Sprintf("%02d-%02d", 1+v.Member%12, 1+v.Member%28)}
		subjects := []ledger.Subject{customer.Subject()}
		if v.Member%2 == 0 {
			e.Carried = []session.Amount{{Wallet: "zegels", Points: 3 * ledger.Unit}}
		}
		if by := v.Member + 1; s.came[by] > 0 {
			e.Referrer = "somebody"
			subjects = append(subjects, s.customer(by).Subject())
		}
		req, err := session.EnrolRequest(s.key(m), e, subjects...)
		s.post("enrol", req, err, s.counter.Enrol(customer, e, m))
	}
	if s.slip != nil && s.visits%5 == 0 {
		req, err := s.counter.ClaimRequest(*s.slip, customer.Subject())
		s.post("claim", req, err, s.counter.Claim(customer, *s.slip, m))
		s.slip = nil
	}
	if s.visits%307 == 0 {
		give := []session.Amount{{Wallet: "punten", Points: 25 * ledger.Unit}}
		req, err := session.GoodwillRequest(s.key(m), give, "koude koffie", customer.Subject())
		s.post("goodwill", req, err, s.counter.Goodwill(customer, give, "koude koffie", m))
	}
	if other := s.customer(v.Member + 1); s.visits%701 == 0 && s.came[v.Member+1] > 0 {
		g := session.Merging{Key: s.key(m), Note: "kaart kwijt"}
		req, err := g.Request(other.Subject(), customer.Subject())
		s.post("merge", req, err, s.counter.Merge(customer, g, m))
	}
}

// onSlip sells to somebody without a card.
func (s *yearShop) onSlip(sale session.Sale, m ledger.Moment) {
	var code slipcode.Code
	binary.BigEndian.PutUint64(code[:], uint64(s.visits))
	req, err := sale.Request(s.counter.SlipSubject(code))
	posted, done := s.post("slip", req, err, s.counter.AwardToSlip(code, sale, m))
	if done {
		s.slip = &slipcode.Bearer{
			Code: code, Record: posted.Record.Head.Key(), Account: posted.Body.Account, Until: ledger.Day(m.At.AddDate(0, 0, 10).Format(time.DateOnly)),
		}
	}
}

// after is what now and then happens once somebody paid.
func (s *yearShop) after(v year.Visit, posted ledger.Posted) {
	named := session.Named{Record: posted.Record.Head.Key()}
	m := v.Moment
	switch {
	case s.visits%211 == 0:
		u := session.Undoing{Key: s.key(m), Sale: named}
		req, err := u.Request()
		s.post("undo", req, err, s.counter.Undo(m))
	case s.visits%173 == 0:
		to := s.customer(v.Member + 2)
		mv := session.Moving{Key: s.key(m), Sale: named}
		req, err := mv.Request(to.Subject())
		s.post("move", req, err, s.counter.Move(to, m))
	}
}

// lapse books what has lapsed, as a shop that stands alone does at night.
func (s *yearShop) lapse(m ledger.Moment) {
	due, err := s.db.Lapsed(s.t.Context(), m.Day, 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, account := range due {
		req := ledger.Request{Key: fmt.Sprintf("%s/expire/%s", m.Day, account), Subjects: []ledger.Subject{{Account: account}}}
		s.post("expire", req, nil, func(v ledger.View) (ledger.Posting, error) {
			p, due := expiry.Posting(v.Holdings[0], req.Key, s.rules.Version, m)
			if !due {
				return p, &programme.Refusal{Code: programme.BadAmount}
			}
			return p, nil
		})
	}
}
