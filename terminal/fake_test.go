package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// errDisk is what a store that fails says.
var errDisk = errors.New("the disk is on fire")

// A memory is a store of a shop that stands alone, which keeps everything in
// memory and fails when told to.
type memory struct {
	mu       sync.Mutex
	failPost string // "before", "after": the next Post fails on that side of its effect
	failLook int    // which Look from now on fails, from 1; 0 for none
	readOnly bool   // every write fails
	slow     chan struct{}
	now      func() time.Time
	tip      ledger.Tip
	accounts map[member.Ref]ledger.Account
	survivor map[ledger.Account]ledger.Account
	profiles map[ledger.Account]ledger.Profile
	points   map[ledger.Account]ledger.Points
	counts   map[ledger.Account][]ledger.Position // in counters
	holds    map[ledger.HoldID]ledger.Hold
	answers  map[string]kept
	records  []ledger.Record
	drawn    byte
	released int
}

type kept struct {
	digest ledger.Hash
	posted ledger.Posted
}

func newMemory(now func() time.Time) *memory {
	return &memory{
		now: now, tip: ledger.Open(1, ledger.Branch{0xa1, 0xb2}, ledger.Parent{}, 0),
		accounts: make(map[member.Ref]ledger.Account), survivor: make(map[ledger.Account]ledger.Account),
		profiles: make(map[ledger.Account]ledger.Profile), points: make(map[ledger.Account]ledger.Points),
		counts: make(map[ledger.Account][]ledger.Position),
		holds:  make(map[ledger.HoldID]ledger.Hold), answers: make(map[string]kept),
	}
}

// write is why nothing can be written now; the caller holds the lock.
func (m *memory) write(ctx context.Context) error {
	if m.slow != nil {
		slow := m.slow
		m.mu.Unlock()
		<-slow
		m.mu.Lock()
	}
	if m.readOnly {
		return errDisk
	}
	return ctx.Err()
}

func (m *memory) view(req ledger.Request) ledger.View {
	v := ledger.View{Next: m.tip.Next(), Alone: true, Last: m.tip.Stamp}
	for _, s := range req.Subjects {
		h := m.look(s, req)
		switch {
		case h.New && s.Foreign:
			h.Account = s.Account
		case h.New:
			h.Account = ledger.Account{byte(len(m.points) + len(v.Holdings) + 1)}
		}
		v.Holdings = append(v.Holdings, h)
	}
	if h, ok := m.holds[req.Hold]; ok {
		v.Hold = &h
		for _, part := range h.Parts {
			m.voucher(&v, part.Account, part.Wallet, req)
		}
	}
	if sale, ok := m.recall(req.Sale); ok {
		v.Sale, v.SaleHolding = &sale, m.look(ledger.Subject{Account: sale.Original.Body.Account}, req)
		for _, e := range sale.Original.Head.Entries {
			m.voucher(&v, e.Account, e.Wallet, req)
		}
	}
	return v
}

// voucher adds the account of a voucher to a view.
func (m *memory) voucher(v *ledger.View, a ledger.Account, w ledger.Wallet, req ledger.Request) {
	if _, there := v.Voucher(a); w.Voucher() && !there {
		v.Vouchers = append(v.Vouchers, m.look(ledger.Subject{Account: a}, req))
	}
}

func (m *memory) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.write(ctx); err != nil {
		return ledger.Posted{}, err
	}
	side := m.failPost
	m.failPost = ""
	if side == "before" {
		return ledger.Posted{}, errDisk
	}
	if a, ok := m.answers[req.Key]; ok {
		if a.digest != req.Digest {
			return ledger.Posted{}, fmt.Errorf("post: %w", &ledger.ConflictError{Key: req.Key, First: a.posted.Record.Head.Key()})
		}
		a.posted.Repeat = true
		return a.posted, nil
	}
	v := m.view(req)
	p, err := decide(v)
	if err != nil {
		return ledger.Posted{}, err
	}
	sealed, err := ledger.Seal(m.tip, p.Draft, time.Time{}, ledger.Salt{byte(m.tip.Seq)})
	if err != nil {
		return ledger.Posted{}, err
	}
	if p.Draft.Kind != ledger.KindEvent && (!json.Valid(p.Draft.Body.Slip) || p.Lane == "") {
		return ledger.Posted{}, errors.New("a sale without a slip or a lane")
	}
	m.keep(v, req, sealed, p.Draft.Body)
	posted := ledger.Posted{Record: sealed, Body: p.Draft.Body}
	m.answers[req.Key] = kept{req.Digest, posted}
	if side == "after" {
		return ledger.Posted{}, errDisk
	}
	return posted, nil
}

func (m *memory) keep(v ledger.View, req ledger.Request, sealed ledger.Sealed, body ledger.Body) {
	for i, s := range req.Subjects {
		if a := v.Holdings[i].Account; v.Holdings[i].New && a == body.Account {
			m.points[a] += 0
			for _, id := range s.Identifiers {
				m.accounts[id.Ref] = a
			}
		}
	}
	for _, id := range body.Identifiers {
		if a, known := m.accounts[id.Ref]; known && a != body.Account {
			m.points[body.Account] += m.points[a]
			m.survivor[a], m.points[a] = body.Account, 0
		}
		m.accounts[id.Ref] = body.Account
	}
	for _, e := range sealed.Head.Entries {
		if account := m.one(e.Account); e.Wallet.Counter() {
			h := ledger.Holding{Positions: m.counts[account]}
			if err := h.Apply(e, sealed.Head.Day); err != nil {
				panic(err)
			}
			m.counts[account] = h.Positions
		} else {
			m.points[account] += e.Points
		}
	}
	if sealed.Head.Kind == ledger.KindEnrol {
		m.profiles[body.Account] = ledger.Profile{Enrolled: true, Since: sealed.Head.Day, Name: body.Name}
	}
	delete(m.holds, req.Hold)
	m.records, m.tip = append(m.records, ledger.Record{Head: sealed.Head, Body: &body}), m.tip.After(sealed)
}

func (m *memory) one(a ledger.Account) ledger.Account {
	if s, ok := m.survivor[a]; ok {
		return s
	}
	return a
}

func (m *memory) Look(ctx context.Context, s ledger.Subject) (ledger.Holding, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failLook--; m.failLook == 0 {
		return ledger.Holding{}, errDisk
	}
	if err := ctx.Err(); err != nil {
		return ledger.Holding{}, err
	}
	return m.look(s, ledger.Request{}), nil
}

func (m *memory) look(s ledger.Subject, req ledger.Request) ledger.Holding {
	account := s.Account
	for _, i := range s.Identifiers {
		if a, ok := m.accounts[i.Ref]; ok && account == (ledger.Account{}) {
			account = a
		}
	}
	if account = m.one(account); account == (ledger.Account{}) {
		return ledger.Holding{New: true, Known: true, Alone: true}
	}
	if _, seen := m.points[account]; s.Foreign && !seen && m.counts[account] == nil {
		return ledger.Holding{New: true, Known: true, Alone: true}
	}
	h := ledger.Holding{
		Account: account, Known: true, Alone: true, Profile: m.profiles[account],
		Positions: []ledger.Position{{Wallet: "points", Points: m.points[account]}}, Promised: make(map[ledger.Wallet]ledger.Points),
	}
	h.Positions = append(h.Positions, m.counts[account]...)
	for id, hold := range m.holds {
		if id == req.Hold || hold.Request == req.Key || hold.Until <= ledger.Stamp(m.now().UnixMilli()) {
			continue
		}
		for _, part := range hold.Parts {
			if part.Account == account {
				h.Promised[part.Wallet] += part.Points
			}
		}
	}
	return h
}

func (m *memory) Hold(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Hold, error)) (ledger.Hold, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.write(ctx); err != nil {
		return ledger.Hold{}, err
	}
	if a, ok := m.answers[req.Key]; ok {
		return ledger.Hold{}, &ledger.ConflictError{Key: req.Key, First: a.posted.Record.Head.Key()}
	}
	h, err := decide(m.view(req))
	if err != nil {
		return ledger.Hold{}, err
	}
	for id, before := range m.holds {
		if before.Request == req.Key {
			delete(m.holds, id)
		}
	}
	m.drawn++
	h.ID, h.Request = ledger.HoldID{m.drawn}, req.Key
	m.holds[h.ID] = h
	return h, nil
}

func (m *memory) Release(ctx context.Context, id ledger.HoldID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.write(ctx); err != nil {
		return err
	}
	delete(m.holds, id)
	m.released++
	return nil
}

func (m *memory) Recall(_ context.Context, name ledger.SaleName) (ledger.Sale, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sale, ok := m.recall(name)
	return sale, ok, nil
}

func (m *memory) recall(name ledger.SaleName) (s ledger.Sale, found bool) {
	if posted, ok := m.answers[name.Request]; ok && name.Request != "" {
		name = ledger.SaleName{Record: posted.posted.Record.Head.Key()}
	}
	for _, r := range m.records {
		key := r.Head.Key()
		switch {
		case key == name.Record || (name.Record.IsZero() && key.Code() == name.Code):
			s.Original, found = r, true
		case r.Body.Sale != nil && found && *r.Body.Sale == s.Original.Head.Key():
			s.Later = append(s.Later, r)
		}
	}
	return s, found
}

func (m *memory) LastSale(_ context.Context, lane string) (ledger.Sale, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range slices.Backward(m.records) {
		if r.Head.Kind == ledger.KindAward && r.Body.Lane == lane {
			s, ok := m.recall(ledger.SaleName{Record: r.Head.Key()})
			return s, ok, nil
		}
	}
	return ledger.Sale{}, false, nil
}

func (m *memory) FindMembers(_ context.Context, text string, limit int) (found []ledger.Found, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a, p := range m.profiles {
		if strings.HasPrefix(strings.ToLower(p.Name), strings.ToLower(text)) && len(found) < limit {
			found = append(found, ledger.Found{Account: a, Profile: p, Mask: "…4566"})
		}
	}
	slices.SortFunc(found, func(a, b ledger.Found) int { return strings.Compare(a.Profile.Name, b.Profile.Name) })
	return found, nil
}

// failNextPost lets the next Post fail before or after it took effect.
func (m *memory) failNextPost(side string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failPost = side
}

// failLookAt lets the nth Look from now on fail.
func (m *memory) failLookAt(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failLook = n
}

// held is how many points are set aside.
func (m *memory) held() (sum ledger.Points) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range m.holds {
		for _, p := range h.Parts {
			sum += p.Points
		}
	}
	return sum
}

// last is the newest record.
func (m *memory) last() ledger.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.records[len(m.records)-1]
}

// journal is how many records there are, and how many points they gave.
func (m *memory) journal() (records int, points ledger.Points) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.records {
		for _, e := range r.Head.Entries {
			points += e.Points
		}
	}
	return len(m.records), points
}
