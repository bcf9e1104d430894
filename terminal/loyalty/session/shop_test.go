package session_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/receipt"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/settle"
	"zegel/terminal/loyalty/slipcode"
)

type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func chainKey(t failer) member.ChainKey {
	t.Helper()
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// keyed is a counter whose slips carry codes.
func keyed(t failer, c session.Counter) session.Counter {
	c.Keys = []member.ChainKey{chainKey(t)}
	return c
}

// A shop keeps what one terminal's store would: records, positions and
// set-asides, as far as decisions are made from them.
type shop struct {
	alone    bool
	next     int64
	held     map[ledger.Account]map[ledger.Wallet]ledger.Position
	asides   []ledger.SetAside
	enrolled map[ledger.Account]bool
	records  []ledger.Record
	office   *settle.Book // what head office makes of the same records
}

func newShop(alone bool) *shop {
	return &shop{alone: alone, held: make(map[ledger.Account]map[ledger.Wallet]ledger.Position), enrolled: make(map[ledger.Account]bool), office: settle.NewBook()}
}

func (s *shop) holding(a ledger.Account) ledger.Holding {
	h := ledger.Holding{Account: a, Known: true, Alone: s.alone, New: s.held[a] == nil, Profile: ledger.Profile{Enrolled: s.enrolled[a]}}
	for _, w := range slices.Sorted(maps.Keys(s.held[a])) {
		h.Positions = append(h.Positions, s.held[a][w])
	}
	for _, aside := range s.asides {
		if aside.Account == a {
			h.SetAsides = append(h.SetAsides, aside)
		}
	}
	return h
}

func (s *shop) view(accounts ...ledger.Account) ledger.View {
	v := ledger.View{Next: ledger.Key{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: s.next + 1}, Alone: s.alone}
	for _, a := range accounts {
		v.Holdings = append(v.Holdings, s.holding(a))
	}
	return v
}

// about is a view with the sale of a record, and its account as it is now.
func (s *shop) about(sale ledger.Key, owner ledger.Account, accounts ...ledger.Account) ledger.View {
	v := s.view(accounts...)
	v.Sale = s.sale(sale)
	v.SaleHolding = s.holding(owner)
	return v
}

func (s *shop) sale(key ledger.Key) *ledger.Sale {
	var found ledger.Sale
	for _, r := range s.records {
		if r.Head.Key() == key {
			found.Original = r
		}
		if r.Body.Sale != nil && *r.Body.Sale == key {
			found.Later = append(found.Later, r)
		}
	}
	if found.Original.Head.Kind == "" {
		return nil
	}
	return &found
}

// post keeps what was decided, as it is read back.
func (s *shop) post(t failer, p ledger.Posting) ledger.Posted {
	t.Helper()
	sealed, err := ledger.Seal(ledger.Tip{Terminal: 1, Branch: ledger.Branch{0xa1, 0xb2}, Seq: s.next}, p.Draft, time.Time{}, ledger.Salt{byte(s.next)})
	if err != nil {
		t.Fatal(err)
	}
	s.next++
	body, err := ledger.ParseBody(sealed.Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, paper := range append([]json.RawMessage{body.Slip}, body.More...) {
		if _, err := receipt.Decode(paper); err != nil {
			t.Fatal(err)
		}
	}
	s.records = append(s.records, ledger.Record{Head: sealed.Head, Body: &body})
	for i, e := range sealed.Head.Entries {
		wallets := s.held[e.Account]
		if wallets == nil {
			wallets = make(map[ledger.Wallet]ledger.Position)
			s.held[e.Account] = wallets
		}
		at := wallets[e.Wallet]
		at.Wallet = e.Wallet
		at.Points += e.Points
		if at.Rest, err = at.Rest.Add(e.Rest); err != nil {
			t.Fatal(err)
		}
		wallets[e.Wallet] = at
		for _, d := range e.Draws {
			n := slices.IndexFunc(s.asides, func(a ledger.SetAside) bool { return a.ID == d.From })
			if n < 0 || s.asides[n].Left < d.Points || s.asides[n].Account != e.Account {
				t.Fatalf("entry %+v draws on what is not there", e)
			}
			s.asides[n].Left -= d.Points
		}
		if id, opens := e.Opens(sealed.Head.Key().Entry(i + 1)); opens && !s.alone {
			s.asides = append(s.asides, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
		}
	}
	if !s.alone {
		item := &settle.Item{Key: sealed.Head.Key(), Kind: sealed.Head.Kind}
		for i, e := range sealed.Head.Entries {
			item.Lines = append(item.Lines, settle.Line{Number: i + 1, Entry: e})
		}
		if fx := s.office.Post(item); fx.Parked != "" || len(fx.Exceptions) > 0 || len(fx.Reversal) > 0 {
			t.Fatalf("head office makes of %s %v: %+v", string(item.Kind), item.Key, fx)
		}
	}
	if p.Draft.Kind == ledger.KindEnrol {
		s.enrolled[p.Draft.Body.Account] = true
	}
	return ledger.Posted{Record: sealed, Body: body}
}

// decideAt posts a decision about a view, or gives why it was refused.
func (s *shop) decideAt(t failer, v ledger.View, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	t.Helper()
	p, err := decide(v)
	if err != nil {
		return ledger.Posted{}, err
	}
	return s.post(t, p), nil
}

// must is decideAt for what is not refused.
func (s *shop) must(t failer, v ledger.View, decide func(ledger.View) (ledger.Posting, error)) ledger.Posted {
	t.Helper()
	p, err := s.decideAt(t, v, decide)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// qr is the code on a paper; "" for none.
func qr(t failer, paper []byte) string {
	t.Helper()
	slip, err := receipt.Decode(paper)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range slip.Blocks {
		if b.QR != "" {
			return b.QR
		}
	}
	return ""
}

func back(id string) basket.Key { return basket.Key{Till: "1", Day: "2026-11-22", ID: id} }

func readSale(t testing.TB, c session.Counter, paper []byte) *slipcode.Sale {
	t.Helper()
	sale, err := c.ReadSlip(qr(t, paper))
	if err != nil {
		t.Fatal(err)
	}
	return &sale
}
