package world_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/session"
)

type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Logf(string, ...any)
}

// house is the terminal's own account.
var house = ledger.Account{0xff}

// numberOf is the account of one of the members, from 1.
func numberOf(n int) ledger.Account { return ledger.Account{byte(n)} }

type purse struct {
	account ledger.Account
	wallet  ledger.Wallet
}

// A shop keeps what one terminal's store would.
type shop struct {
	alone   bool
	rules   programme.Rules
	zone    *time.Location
	now     time.Time
	tip     ledger.Tip
	held    map[ledger.Account]ledger.Holding
	entries map[purse][]ledger.Dated
	asides  []ledger.SetAside
	records []ledger.Record
	holds   []ledger.Hold
	answers map[string]ledger.Posted // by request
	digests map[string]ledger.Hash
	grants  byte
	signals []string
	name    string
	cashier string
	log     []string
}

func newShop(rules programme.Rules, zone *time.Location, alone bool, now time.Time) *shop {
	return &shop{
		alone: alone, rules: rules, zone: zone, now: now, tip: ledger.Tip{Terminal: 1, Branch: ledger.Branch{0xa1}},
		held: make(map[ledger.Account]ledger.Holding), entries: make(map[purse][]ledger.Dated),
		answers: make(map[string]ledger.Posted), digests: make(map[string]ledger.Hash), name: shops[0], cashier: "anna",
	}
}

// clone is a shop that goes its own way from here.
func (s *shop) clone() *shop {
	c := *s
	c.held = maps.Clone(s.held)
	c.entries = make(map[purse][]ledger.Dated)
	for p, all := range s.entries {
		c.entries[p] = slices.Clip(all)
	}
	c.asides, c.holds = slices.Clone(s.asides), slices.Clone(s.holds)
	c.records, c.answers, c.digests = slices.Clip(s.records), maps.Clone(s.answers), maps.Clone(s.digests)
	c.log = slices.Clip(s.log)
	return &c
}

func (s *shop) moment() ledger.Moment { return s.rules.Calendar(s.zone).Moment(s.now, true) }

func (s *shop) day() ledger.Day { return s.moment().Day }

// counter is the checkout as the desk makes it.
func (s *shop) counter() session.Counter {
	c := session.Counter{
		Lane: "1", Rules: s.rules, Shop: s.name, Signals: s.signals, Zone: s.zone, Operator: s.cashier, Manager: "bo",
		RulesOf: func(v int64) (programme.Rules, bool) { return s.rules, v == s.rules.Version },
	}
	for _, g := range s.rules.Games {
		c.Games = append(c.Games, game.Seed{Game: g.Name, Month: game.MonthOf(s.day()), Bytes: [game.SeedSize]byte{7}})
	}
	if s.rules.CountsAtTerminal() {
		c.House = s.holding(house, "")
	}
	return c
}

// customer is who has the card of an account.
func customer(t failer, a ledger.Account) session.Customer {
	t.Helper()
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	formats := member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}}
	digits := fmt.Sprintf("2900000000%02d", a[0])
	sum := 0
	for i, c := range digits {
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	number, err := formats.Parse(fmt.Sprint(digits, (10-sum%10)%10), "]E0")
	if err != nil {
		t.Fatal(err)
	}
	return session.Customer{Card: number, Identifiers: []member.Identifier{number.Identifier(key)}, Mode: ledger.Scanned}
}

// holding is an account as a decision sees it, besides the hold of a request.
func (s *shop) holding(a ledger.Account, request string) ledger.Holding {
	h, exists := s.held[a]
	h.Account, h.Alone, h.New = a, s.alone, !exists
	h.Known = s.alone || exists && a[0]%2 == 1 || a == house // head office has not spoken of everybody
	h.Positions = slices.Clone(h.Positions)
	for _, aside := range s.asides {
		if aside.Account == a && aside.Left > 0 {
			h.SetAsides = append(h.SetAsides, aside)
		}
	}
	h.Held, h.Promised = make(map[ledger.SetAsideID]ledger.Points), make(map[ledger.Wallet]ledger.Points)
	for _, hold := range s.holds {
		if hold.Request == request || int64(hold.Until) <= s.now.UnixMilli() {
			continue
		}
		for _, p := range hold.Parts {
			if !p.House && p.Account != a || p.House && a != house {
				continue
			}
			if p.From == "" {
				h.Promised[p.Wallet] += p.Points
			} else {
				h.Held[p.From] += p.Points
			}
		}
	}
	return h
}

func (s *shop) view(request string, accounts ...ledger.Account) ledger.View {
	v := ledger.View{Next: s.tip.Next(), Alone: s.alone, Last: s.tip.Stamp}
	for _, a := range accounts {
		v.Holdings = append(v.Holdings, s.holding(a, request))
	}
	if s.rules.CountsAtTerminal() {
		v.House = s.holding(house, request)
	}
	if by := v.Holdings; len(by) > 0 && by[0].Profile.Referrer != (ledger.Account{}) {
		referrer := s.holding(by[0].Profile.Referrer, "")
		v.Referrer = &referrer
	}
	return v
}

// about is a view with a sale and its account.
func (s *shop) about(sale ledger.Key, accounts ...ledger.Account) ledger.View {
	found := s.sale(sale)
	v := s.view("", accounts...)
	v.Sale = &found
	if a, ok := ownerOf(found); ok {
		v.SaleHolding = s.holding(a, "")
	}
	return v
}

func (s *shop) sale(key ledger.Key) (found ledger.Sale) {
	for _, r := range s.records {
		if r.Head.Key() == key {
			found.Original = r
		}
		if r.Body.Sale != nil && *r.Body.Sale == key {
			found.Later = append(found.Later, r)
		}
	}
	return found
}

// note keeps what was done, for the report of a fault.
func (s *shop) note(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf("%s ", s.now.In(s.zone).Format("2006-01-02 15:04"))+fmt.Sprintf(format, args...))
}

// decide posts a decision, or gives why it was refused. What is no refusal
// fails.
func (s *shop) decide(t failer, v ledger.View, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, *programme.Refusal) {
	t.Helper()
	p, err := decide(v)
	if again, other := decide(v); !reflect.DeepEqual(again, p) || fmt.Sprint(other) != fmt.Sprint(err) {
		s.fail(t, "decided once more from the same it is another thing:\n%+v %v\n%+v %v", p, err, again, other)
	}
	var no *programme.Refusal
	if errors.As(err, &no) {
		return ledger.Posted{}, no
	}
	if err != nil {
		s.fail(t, "a fault: %v", err)
	}
	return s.post(t, p), nil
}

func (s *shop) fail(t failer, format string, args ...any) {
	t.Helper()
	rules, err := json.Marshal(s.rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range s.log {
		t.Logf("%s", line)
	}
	t.Logf("rules %s", rules)
	t.Fatalf(format, args...)
}

// post seals what was decided and books it, as it is read back.
func (s *shop) post(t failer, p ledger.Posting) ledger.Posted {
	t.Helper()
	sealed, err := ledger.Seal(s.tip, p.Draft, time.Time{}, ledger.Salt{byte(s.tip.Seq), byte(s.tip.Seq >> 8)})
	if err != nil {
		s.fail(t, "%v", err)
	}
	s.tip = s.tip.After(sealed)
	head, err := ledger.ParseHead(sealed.Line.Head)
	if err != nil {
		s.fail(t, "%v", err)
	}
	body, err := ledger.ParseBody(sealed.Line.Body)
	if err != nil {
		s.fail(t, "%v", err)
	}
	for _, paper := range append([]json.RawMessage{body.Slip}, body.More...) {
		if len(paper) > 0 {
			if _, err := receipt.Decode(paper); err != nil {
				s.fail(t, "%v", err)
			}
		}
	}
	record := ledger.Record{Head: head, Body: &body}
	s.records = append(s.records, record)
	s.note("%s %v: %s", string(head.Kind), head.Seq, told(record))
	for i, e := range head.Entries {
		s.book(t, head, i+1, e)
	}
	if head.Kind == ledger.KindEnrol {
		h := s.held[body.Account]
		h.Profile = ledger.Profile{Enrolled: true, Since: head.Day, Birthday: body.Birthday, Referrer: body.Referrer}
		s.held[body.Account] = h
	}
	if _, exists := s.held[body.Account]; !exists {
		s.held[body.Account] = ledger.Holding{}
	}
	return ledger.Posted{Record: sealed, Body: body}
}

func told(r ledger.Record) string {
	var text bytes.Buffer
	for _, e := range r.Head.Entries {
		fmt.Fprintf(&text, " %x/%s %s %v", e.Account[:1], string(e.Wallet), string(e.Kind), e.Points)
		if e.Expires+e.Vests != "" || e.Issuer != "" {
			fmt.Fprintf(&text, "(%s..%s %s)", string(e.Vests), string(e.Expires), e.Issuer)
		}
		if !e.Rest.IsZero() {
			fmt.Fprintf(&text, "+%v", e.Rest)
		}
	}
	return text.String()
}

// book is what the store does with an entry.
func (s *shop) book(t failer, head ledger.Head, line int, e ledger.Entry) {
	t.Helper()
	h := s.held[e.Account]
	h.Positions = slices.Clone(h.Positions)
	if err := h.Apply(e, head.Day); err != nil {
		s.fail(t, "entry %+v: %v", e, err)
	}
	s.held[e.Account] = h
	at := purse{e.Account, e.Wallet}
	if e.Kind != ledger.Close {
		s.entries[at] = append(s.entries[at], ledger.Dated{Entry: e, Key: head.Key().Entry(line), Stamp: head.Stamp, Day: head.Day})
	}
	for _, d := range e.Draws {
		n := slices.IndexFunc(s.asides, func(a ledger.SetAside) bool { return a.ID == d.From })
		if n < 0 || s.asides[n].Left < d.Points || s.asides[n].Account != e.Account || s.asides[n].Wallet != e.Wallet {
			s.fail(t, "entry %+v draws on what is not there", e)
		}
		s.asides[n].Left -= d.Points
	}
	id, opens := e.Opens(head.Key().Entry(line))
	if opens && s.alone {
		s.fail(t, "entry %+v opens a set-aside in a shop that stands alone", e)
	}
	if opens {
		s.asides = append(s.asides, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
	}
}
