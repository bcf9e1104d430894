package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// seeded is a repeatable source of bytes: SHA-256 of a counter.
type seeded struct {
	seed, n uint64
	buf     []byte
}

func (s *seeded) Read(p []byte) (int, error) {
	for len(s.buf) < len(p) {
		var in [16]byte
		binary.BigEndian.PutUint64(in[:8], s.seed)
		binary.BigEndian.PutUint64(in[8:], s.n)
		s.n++
		sum := sha256.Sum256(in[:])
		s.buf = append(s.buf, sum[:]...)
	}
	n := copy(p, s.buf)
	s.buf = s.buf[n:]
	return n, nil
}

var start = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// clock goes on a second a look.
func clock() func() time.Time {
	now := start
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func config(dir string, seed uint64) store.Config {
	return store.Config{
		Path: filepath.Join(dir, "zegel.db"), Mark: filepath.Join(dir, "mark", "mark.json"),
		Now: clock(), Rand: &seeded{seed: seed}, Log: zerolog.Nop(),
	}
}

func open(t testing.TB, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var chainKey = func() member.ChainKey {
	k, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		panic(err)
	}
	return k
}()

func card(n int) ledger.Subject {
	number := fmt.Sprintf("29%011d", n)
	return ledger.Subject{Identifiers: []member.Identifier{{
		Ref: member.NewRef(chainKey, member.KindCard, number), Kind: member.KindCard, Mask: member.Mask(number),
	}}}
}

// award is a request for points on a card, and the decision that gives them.
func award(key string, s ledger.Subject, points ledger.Points) (ledger.Request, func(ledger.View) (ledger.Posting, error)) {
	req := ledger.Request{Key: key, Digest: ledger.Hash(sha256.Sum256(fmt.Append(nil, key, points))), Subjects: []ledger.Subject{s}}
	moment := ledger.Calendar{}.Moment(start, true)
	return req, func(v ledger.View) (ledger.Posting, error) {
		h := v.Holdings[0]
		return ledger.Posting{Lane: "kassa1", Draft: ledger.Draft{
			Kind: ledger.KindAward, Rules: 1, Moment: moment,
			Entries: []ledger.Entry{{Account: h.Account, Wallet: "points", Kind: ledger.Earn, Points: points, Closed: v.Alone}},
			Body: ledger.Body{
				Account: h.Account, Identifiers: s.Identifiers, Lane: "kassa1", Mode: ledger.Scanned, Request: key,
				Slip: []byte(`{"kind":"award","lang":"nl","blocks":[{"text":"bon"}]}`),
			},
		}}, nil
	}
}

func post(t *testing.T, db *store.DB, key string, s ledger.Subject, points ledger.Points) ledger.Posted {
	t.Helper()
	req, decide := award(key, s, points)
	posted, err := db.Post(t.Context(), req, decide)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

func holds(t *testing.T, db *store.DB, s ledger.Subject) ledger.Points {
	t.Helper()
	h, err := db.Look(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h.In("points").Points
}

func verified(t *testing.T, db *store.DB) store.Report {
	t.Helper()
	r, err := db.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("verify: %s: %s", f.Invariant, f.Text)
	}
	return r
}

// spoilPage copies a database with one of its pages overwritten.
func spoilPage(t *testing.T, from, to string, page int) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	const size = 4096
	if len(b) < page*size {
		t.Fatalf("the file has %d pages", len(b)/size)
	}
	for i := range size {
		b[(page-1)*size+i] = 0xA5
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A locked source of bytes may be read by several at once.
type locked struct {
	mu    sync.Mutex
	inner io.Reader
}

func (l *locked) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inner.Read(p)
}
