package office_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"zegel/store/office"
	"zegel/store/sqlite"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// books are a head office's on a real file. Documents are a batch as JSON: what
// travels between terminal and head office is the syncer's business.
type books struct {
	t     testing.TB
	db    *office.DB
	clock time.Time
	sent  int64
}

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ctx  = context.Background()
)

func chance(seed string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte(seed))) }

func openBooks(t testing.TB, policy grant.Policy) *books {
	t.Helper()
	path := filepath.Join(t.TempDir(), "office.db")
	h, err := sqlite.Open(ctx, sqlite.Options{Path: path, ApplicationID: office.ApplicationID})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &books{t: t, clock: noon}
	b.db, err = office.New(ctx, h, office.Config{Now: func() time.Time { return b.clock }, Rand: chance(path), Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A shop is a terminal's journal.
type shop struct {
	t        testing.TB
	name     string
	rand     io.Reader
	tip      ledger.Tip
	parent   ledger.Parent
	first    ledger.Tip
	records  []ledger.Sealed
	clock    time.Time
	calendar ledger.Calendar
}

func newShop(t testing.TB, number ledger.Terminal, name string) *shop {
	s := &shop{t: t, name: name, rand: chance(name), clock: noon}
	branch := ledger.Branch{byte(number), 0xb}
	s.tip = ledger.Open(number, branch, s.parent, 0)
	s.first = s.tip
	return s
}

func (s *shop) commit(d ledger.Draft) ledger.Sealed {
	s.t.Helper()
	s.clock = s.clock.Add(time.Second)
	d.Moment = s.calendar.Moment(s.clock, true)
	var salt ledger.Salt
	if _, err := io.ReadFull(s.rand, salt[:]); err != nil {
		s.t.Fatal(err)
	}
	r, err := ledger.Seal(s.tip, d, time.Time{}, salt)
	if err != nil {
		s.t.Fatal(err)
	}
	s.records, s.tip = append(s.records, r), s.tip.After(r)
	return r
}

// post commits entries of one account, born closed so that they are free at once.
func (s *shop) post(kind ledger.Kind, a ledger.Account, entries ...ledger.Entry) ledger.Sealed {
	s.t.Helper()
	for i := range entries {
		e := &entries[i]
		e.Account = a
		if e.Wallet == "" {
			e.Wallet = "points"
		}
		e.Closed = e.Points > 0
	}
	return s.commit(ledger.Draft{Kind: kind, Rules: 1, Entries: entries, Body: ledger.Body{Account: a}})
}

func (s *shop) batch(from, to int) ledger.Batch {
	b := ledger.Batch{Terminal: s.tip.Terminal, Branch: s.tip.Branch, Parent: s.parent, First: int64(from) + 1, Before: s.first.Hash}
	if from > 0 {
		b.Before = s.records[from-1].Hash
	}
	for _, r := range s.records[from:to] {
		b.Lines = append(b.Lines, r.Line)
	}
	return b
}

func (b *books) enrol(s *shop) {
	b.t.Helper()
	code := strconv.FormatUint(uint64(s.tip.Terminal), 10)
	hash := ledger.Hash(sha256.Sum256([]byte(code)))
	at := ledger.Stamp(b.clock.UnixMilli())
	if err := b.db.Invite(ctx, settle.Invitation{Selector: code, Hash: hash, Name: s.name, Made: at, Expires: at + 1000}); err != nil {
		b.t.Fatal(err)
	}
	e, err := b.db.Enrol(ctx, settle.Application{Selector: code, Hash: hash, Terminal: s.tip.Terminal, PublicKey: make([]byte, ed25519.PublicKeySize), At: at})
	if err != nil || e.Ruling != settle.Enrolled {
		b.t.Fatal(e.Ruling, err)
	}
}

// bring takes in the shop's records from from until before to.
func (b *books) bring(s *shop, from, to int) {
	b.t.Helper()
	batch := s.batch(from, to)
	document, err := json.Marshal(batch)
	if err != nil {
		b.t.Fatal(err)
	}
	b.sent++
	a := settle.Arrival{
		Terminal: batch.Terminal, Branch: batch.Branch, Parent: batch.Parent, First: batch.First, Before: batch.Before, Document: document,
		Request: strconv.FormatInt(b.sent, 10), Turn: settle.NoTurn, At: ledger.Stamp(b.clock.UnixMilli()),
	}
	for _, r := range s.records[from:to] {
		a.Hashes, a.Day = append(a.Hashes, r.Hash), r.Head.Day
	}
	out, err := b.db.Intake(ctx, a)
	if err != nil || out.Fate != settle.Taken {
		b.t.Fatalf("records %d to %d of %s: fate %v, %v", from+1, to, s.name, out.Fate, err)
	}
}

// project adds up what was brought and audits everything.
func (b *books) project() {
	b.t.Helper()
	b.count()
	b.audit()
}

// count adds up what was brought.
func (b *books) count() {
	b.t.Helper()
	parcels, err := b.db.Pending(ctx, 1000)
	if err != nil {
		b.t.Fatal(err)
	}
	loads, through := make(map[int]settle.Load), make(map[int]int64)
	for _, p := range parcels {
		batch, err := decode(p.Document, nil)
		if err != nil {
			b.t.Fatal(err)
		}
		records, _, err := batch.Records()
		if err != nil {
			b.t.Fatal(err)
		}
		through[p.Part] = p.Position
		for _, r := range records {
			if r.Head.Seq < p.NewFirst {
				continue
			}
			for bucket, it := range settle.Route(r, p.Part, p.Position) {
				l := loads[bucket]
				if l.Through == nil {
					l.Through = make(map[int]int64)
				}
				l.Items, l.Through[p.Part] = append(l.Items, it), p.Position
				loads[bucket] = l
			}
		}
	}
	for bucket, l := range loads {
		if err := b.db.Project(ctx, bucket, l); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := b.db.Projected(ctx, through); err != nil {
		b.t.Fatal(err)
	}
}

func decode(document []byte, _ ed25519.PublicKey) (batch ledger.Batch, err error) {
	return batch, json.Unmarshal(document, &batch)
}

func (b *books) audit() {
	b.t.Helper()
	problems, err := b.db.Verify(ctx, decode)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range problems {
		b.t.Error("verify:", p)
	}
}

func (b *books) purse(a ledger.Account, w ledger.Wallet) office.Purse {
	b.t.Helper()
	acc, _, err := b.db.Account(ctx, a)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range acc.Purses {
		if p.Wallet == w {
			return p
		}
	}
	return office.Purse{Wallet: w}
}

func (b *books) quiet() {
	b.t.Helper()
	for what, list := range map[string]func(context.Context) ([]settle.Exception, error){"exception": b.db.Exceptions, "parked": b.db.Parked} {
		all, err := list(ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, x := range all {
			if x.Code != settle.BranchSuspect { // the test shows no nonces
				b.t.Errorf("%s: %+v", what, x)
			}
		}
	}
}
