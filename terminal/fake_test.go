package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// errDisk is what a store that fails says.
var errDisk = errors.New("the disk is on fire")

// A memory is a store that keeps everything in memory, and fails when told to.
type memory struct {
	mu       sync.Mutex
	failPost string // "before", "after": the next Post fails on that side of its effect
	failLook int    // which Look from now on fails, from 1; 0 for none
	tip      ledger.Tip
	accounts map[member.Ref]ledger.Account
	points   map[ledger.Account]ledger.Points
	answers  map[string]kept
	records  []ledger.Sealed
}

type kept struct {
	digest ledger.Hash
	posted ledger.Posted
}

func newMemory() *memory {
	return &memory{
		tip:      ledger.Open(1, ledger.Branch{0xa1, 0xb2}, ledger.Parent{}, 0),
		accounts: make(map[member.Ref]ledger.Account), points: make(map[ledger.Account]ledger.Points), answers: make(map[string]kept),
	}
}

func (m *memory) Post(ctx context.Context, req ledger.Request, decide func(ledger.View) (ledger.Posting, error)) (ledger.Posted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
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
	v := ledger.View{Next: m.tip.Next(), Alone: true}
	for _, s := range req.Subjects {
		v.Holdings = append(v.Holdings, m.load(s))
	}
	p, err := decide(v)
	if err != nil {
		return ledger.Posted{}, err
	}
	sealed, err := ledger.Seal(m.tip, p.Draft, time.Time{}, ledger.Salt{byte(m.tip.Seq)})
	if err != nil {
		return ledger.Posted{}, err
	}
	if !json.Valid(p.Draft.Body.Slip) || p.Lane == "" {
		return ledger.Posted{}, errors.New("a sale without a slip or a lane")
	}
	for _, e := range sealed.Head.Entries {
		m.points[e.Account] += e.Points
	}
	posted := ledger.Posted{Record: sealed, Body: p.Draft.Body}
	m.records, m.tip, m.answers[req.Key] = append(m.records, sealed), m.tip.After(sealed), kept{req.Digest, posted}
	if side == "after" {
		return ledger.Posted{}, errDisk
	}
	return posted, nil
}

// load finds the account of s, or mints one.
func (m *memory) load(s ledger.Subject) ledger.Holding {
	h, _ := m.look(s)
	if h.New {
		h.Account = ledger.Account{byte(len(m.points) + 1)}
		m.points[h.Account] = 0
		for _, i := range s.Identifiers {
			m.accounts[i.Ref] = h.Account
		}
	}
	return h
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
	return m.look(s)
}

func (m *memory) look(s ledger.Subject) (ledger.Holding, error) {
	account, found := s.Account, s.Account != ledger.Account{}
	for _, i := range s.Identifiers {
		if a, ok := m.accounts[i.Ref]; ok && !found {
			account, found = a, true
		}
	}
	if !found {
		return ledger.Holding{New: true, Known: true, Alone: true}, nil
	}
	return ledger.Holding{Account: account, Known: true, Alone: true, Positions: []ledger.Position{{Wallet: "points", Points: m.points[account]}}}, nil
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
