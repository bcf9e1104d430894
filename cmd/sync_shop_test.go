package cmd_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// chance is a source of repeatable random bytes for one actor of a test.
func chance(seed string) io.Reader {
	return &lockedReader{r: rand.NewChaCha8(sha256.Sum256([]byte(seed)))}
}

type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// A shopJournal is a terminal's journal in memory, as the syncer sees it: what
// the store promises, in the plainest way.
type shopJournal struct {
	t    testing.TB
	name string
	rand io.Reader
	key  ed25519.PrivateKey

	mu       sync.Mutex
	terminal ledger.Terminal
	branches []*shopBranch
	accounts map[string]ledger.Account // by card
	open     []ledger.SetAside
	nonce    string
	flight   *bulletin.Flight
	cursor   string
	allowed  bulletin.Authority
	told     map[ledger.Account]bulletin.Statement
	sales    int
	clock    time.Time
	flights  []bulletin.Flight // every one ever begun
	bundles  []bulletin.Bundle
}

type shopBranch struct {
	id       ledger.Branch
	parent   ledger.Parent
	records  []ledger.Sealed
	accepted int64
	archived int64
}

func newShop(t testing.TB, name string) *shopJournal {
	s := &shopJournal{
		t: t, name: name, rand: chance(name), key: keyOf(name), clock: noon,
		accounts: make(map[string]ledger.Account), told: make(map[ledger.Account]bulletin.Statement),
	}
	var b [8]byte
	s.draw(b[:])
	s.terminal = ledger.Terminal(binary.BigEndian.Uint64(b[:]) >> 1)
	s.addBranch(ledger.Parent{})
	return s
}

// copied is what a copy of the disk makes: the same shop, whose chance differs.
func (s *shopJournal) copied(name string) *shopJournal {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &shopJournal{
		t: s.t, name: name, rand: chance(name), key: s.key, terminal: s.terminal, accounts: make(map[string]ledger.Account),
		open: slices.Clone(s.open), nonce: s.nonce, cursor: s.cursor, allowed: s.allowed, told: make(map[ledger.Account]bulletin.Statement),
		sales: s.sales, clock: s.clock,
	}
	for card, a := range s.accounts {
		c.accounts[card] = a
	}
	for a, st := range s.told {
		c.told[a] = st
	}
	if s.flight != nil {
		f := *s.flight
		c.flight = &f
	}
	for _, b := range s.branches {
		copied := *b
		copied.records = slices.Clone(b.records)
		c.branches = append(c.branches, &copied)
	}
	return c
}

func (s *shopJournal) draw(b []byte) {
	if _, err := io.ReadFull(s.rand, b); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shopJournal) addBranch(p ledger.Parent) {
	b := &shopBranch{parent: p}
	s.draw(b.id[:])
	s.branches = append(s.branches, b)
}

func (s *shopJournal) now() *shopBranch { return s.branches[len(s.branches)-1] }

// going is the branch that goes up: the oldest that head office does not have
// the end of, or the one that is written.
func (s *shopJournal) going() *shopBranch {
	for _, b := range s.branches {
		if b.accepted < int64(len(b.records)) {
			return b
		}
	}
	return s.now()
}

func (s *shopJournal) tip() ledger.Tip { return s.tipOf(s.now()) }

func (s *shopJournal) tipOf(b *shopBranch) ledger.Tip {
	tip := ledger.Open(s.terminal, b.id, b.parent, 0)
	if n := len(b.records); n > 0 {
		tip = tip.After(b.records[n-1])
	}
	return tip
}

func (s *shopJournal) commit(d ledger.Draft) ledger.Sealed {
	s.clock = s.clock.Add(time.Second)
	d.Moment = ledger.Calendar{}.Moment(s.clock, true)
	var salt ledger.Salt
	s.draw(salt[:])
	r, err := ledger.Seal(s.tip(), d, time.Time{}, salt)
	if err != nil {
		s.t.Fatal(err)
	}
	s.add(r)
	return r
}

func (s *shopJournal) add(r ledger.Sealed) {
	b := s.now()
	b.records = append(b.records, r)
	for i, e := range r.Head.Entries {
		if id, opens := e.Opens(r.Head.Key().Entry(i + 1)); opens {
			s.open = append(s.open, ledger.SetAside{ID: id, Account: e.Account, Wallet: e.Wallet, Opened: e.Points, Left: e.Points})
		}
	}
}

var cardKey = func() member.ChainKey {
	key, err := member.NewChainKey(make([]byte, member.KeySize))
	if err != nil {
		panic(err)
	}
	return key
}()

func cardOf(card string) member.Identifier {
	return member.Identifier{Ref: member.NewRef(cardKey, member.KindCard, card), Kind: member.KindCard, Mask: member.Mask(card)}
}

// award gives points for the next receipt.
func (s *shopJournal) award(card string, p ledger.Points) ledger.Sealed {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sales++
	return s.awardFor(card, p, fmt.Sprint(s.name, "-", s.sales))
}

func (s *shopJournal) awardFor(card string, p ledger.Points, receipt string) ledger.Sealed {
	a, known := s.accounts[card]
	if !known {
		s.draw(a[:])
		s.accounts[card] = a
	}
	if st := s.told[a]; st.Survivor != (ledger.Account{}) {
		a = st.Survivor
	}
	return s.commit(ledger.Draft{
		Kind: ledger.KindAward, Rules: 1, Entries: []ledger.Entry{{Account: a, Wallet: "points", Kind: ledger.Earn, Points: p}},
		Body: ledger.Body{Account: a, Mode: ledger.Scanned, Identifiers: []member.Identifier{cardOf(card)}, Basket: &basket.Basket{
			Key: basket.Key{Till: "1", Day: "2026-11-22", ID: receipt}, Currency: "EUR", Total: basket.Money(p)}},
	})
}

// sum is what the shop's journal has given, in all branches.
func (s *shopJournal) sum() (total ledger.Points) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.branches {
		for _, r := range b.records {
			for _, e := range r.Head.Entries {
				total += e.Points
			}
		}
	}
	return total
}

func (s *shopJournal) SyncState(context.Context) (bulletin.SyncState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.going()
	st := bulletin.SyncState{
		Terminal: s.terminal, Branch: b.id, Parent: b.parent, Tip: s.tipOf(b), Accepted: b.accepted, Archived: b.archived, Nonce: s.nonce, Cursor: s.cursor,
	}
	if s.flight != nil {
		f := *s.flight
		st.Flight = &f
	}
	return st, nil
}

func (s *shopJournal) CloseSetAsides(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := grant.Closes(s.open, nil, s.tip().Stamp)
	if len(entries) == 0 {
		return nil
	}
	s.commit(ledger.Draft{Kind: ledger.KindClose, Rules: 1, Entries: entries})
	closed := make(map[ledger.SetAsideID]bool)
	for _, e := range entries {
		for _, d := range e.Draws {
			closed[d.From] = true
		}
	}
	s.open = slices.DeleteFunc(s.open, func(a ledger.SetAside) bool { return closed[a.ID] })
	return nil
}

func (s *shopJournal) Batch(_ context.Context, first, last int64, maxRecords, maxBytes int) (ledger.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.going()
	batch := ledger.Batch{Terminal: s.terminal, Branch: b.id, Parent: b.parent, First: first, Before: s.hashAt(first - 1)}
	if last == 0 {
		last = int64(len(b.records))
	}
	size := 0
	for _, r := range b.records[first-1 : last] {
		size += len(r.Line.Head) + max(len(r.Line.Body), len("null")) + 2
		if n := len(batch.Lines); n == maxRecords || n > 0 && size > maxBytes {
			break
		}
		batch.Lines = append(batch.Lines, r.Line)
	}
	return batch, nil
}

func (s *shopJournal) hashAt(seq int64) ledger.Hash {
	b := s.going()
	if seq == 0 {
		return ledger.Root(s.terminal, b.id, b.parent)
	}
	return b.records[seq-1].Hash
}

func (s *shopJournal) HashAt(_ context.Context, seq int64) (ledger.Hash, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq > int64(len(s.going().records)) {
		return ledger.Hash{}, errors.New("no such record")
	}
	return s.hashAt(seq), nil
}

func (s *shopJournal) BeginFlight(_ context.Context, f bulletin.Flight) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flight = &f
	s.flights = append(s.flights, f)
	return nil
}

func (s *shopJournal) Acknowledge(_ context.Context, a bulletin.Acknowledgement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.going()
	if a.Branch != b.id || a.Terminal != s.terminal {
		return errors.New("an acknowledgement for another journal reached the store")
	}
	b.accepted, b.archived, s.nonce, s.allowed, s.flight = a.Accepted, a.Archived, a.NextNonce, a.Authority, nil
	return nil
}

func (s *shopJournal) Apply(_ context.Context, p bulletin.Page) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range p.Statements {
		s.told[st.Account] = st
		for _, id := range st.Identifiers {
			for card := range s.accounts {
				if id.Ref == cardOf(card).Ref {
					s.accounts[card] = st.Account
				}
			}
		}
	}
	s.cursor = p.Cursor
	return nil
}

func (s *shopJournal) Rewind(_ context.Context, accepted int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.going()
	if accepted < b.accepted {
		s.cursor = ""
	}
	b.accepted, s.flight = accepted, nil
	return nil
}

func (s *shopJournal) RewindBranch(_ context.Context, branch ledger.Branch, accepted int64) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.branches {
		if b.id == branch && accepted < int64(len(b.records)) {
			b.accepted, s.flight, s.cursor = min(b.accepted, accepted), nil, ""
			return true, nil
		}
	}
	return false, nil
}

func (s *shopJournal) OpenBranch(_ context.Context, common int64, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.going()
	parent := ledger.Parent{Branch: old.id, Seq: common, Hash: s.hashAt(common)}
	tail := slices.Clone(old.records[common:])
	old.records = old.records[:common]
	old.accepted = common
	if old == s.now() {
		s.addBranch(parent)
	}
	s.flight, s.open = nil, nil
	now := make(map[ledger.Key]ledger.Key)
	for _, r := range tail {
		again, err := ledger.Reissue(s.tip(), r.Head.Renamed(now), r.Line.Body)
		if err != nil {
			return err
		}
		now[r.Head.Key()] = again.Head.Key()
		s.add(again)
	}
	s.t.Logf("%s opened a branch after record %d: %s; %d records issued again", s.name, common, reason, len(tail))
	return nil
}

func (s *shopJournal) Authority(_ context.Context, a bulletin.Authority) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.allowed = a
	return nil
}

// has is what the shop would show: head office's word and its own later
// entries, of the account and of those linked with it.
func (s *shopJournal) NewestBundle(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bundles) == 0 {
		return 0, nil
	}
	return s.bundles[len(s.bundles)-1].Version, nil
}

func (s *shopJournal) KeepBundle(_ context.Context, b bulletin.Bundle) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bundles = append(s.bundles, b)
	return nil
}

func (s *shopJournal) has(a ledger.Account) (total ledger.Points) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.told[a]
	for _, w := range st.Wallets {
		total += w.Points
	}
	counted := make(map[ledger.Branch]int64)
	for _, m := range st.Counted {
		counted[m.Branch] = m.Seq
	}
	for _, b := range s.branches {
		for _, r := range b.records {
			for _, e := range r.Head.Entries {
				if e.Account == a && r.Head.Seq > counted[b.id] {
					total += e.Points
				}
			}
		}
	}
	return total
}
