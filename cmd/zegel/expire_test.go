package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"zegel/store"
	"zegel/terminal/loyalty/expiry"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A lapsing is a shop that stands alone, and the part that books what lapsed.
type lapsing struct {
	lapser
	t       *testing.T
	day     ledger.Day
	trusted bool
	said    bytes.Buffer
	asked   int
}

func newLapsing(t *testing.T) *lapsing {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), store.Config{
		Path: filepath.Join(dir, "zegel.db"), Mark: filepath.Join(dir, "mark", "mark.json"), Now: time.Now, Rand: rand.Reader, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l := &lapsing{t: t, day: "2026-11-01", trusted: true}
	l.lapser = lapser{
		db: db, rules: func() int64 { return 7 }, log: zerolog.New(&l.said),
		now: func() ledger.Moment {
			return ledger.Moment{At: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Day: l.day, Trusted: l.trusted}
		},
	}
	return l
}

func lapsingCard(n int) ledger.Subject {
	return ledger.Subject{Identifiers: []member.Identifier{{Ref: member.Ref{Sum: [32]byte{byte(n), byte(n >> 8)}}, Kind: member.KindCard, Mask: "…0000"}}}
}

// gives gives a card lots.
func (l *lapsing) gives(card int, entries ...ledger.Entry) {
	l.t.Helper()
	l.asked++
	s, key := lapsingCard(card), fmt.Sprintf("%s/gives/%d", l.day, l.asked)
	_, err := l.db.Post(l.t.Context(), ledger.Request{Key: key, Subjects: []ledger.Subject{s}}, func(v ledger.View) (ledger.Posting, error) {
		d := ledger.Draft{Kind: ledger.KindAward, Rules: 7, Moment: l.now(), Body: ledger.Body{Account: v.Holdings[0].Account, Identifiers: s.Identifiers}}
		for _, e := range entries {
			e.Account, e.Kind, e.Closed = v.Holdings[0].Account, ledger.Earn, true
			d.Entries = append(d.Entries, e)
		}
		return ledger.Posting{Draft: d}, nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lapsing) books(day ledger.Day, accounts, entries int) {
	l.t.Helper()
	l.day = day
	a, e, err := l.book(l.t.Context(), day)
	if err != nil || a != accounts || e != entries {
		l.t.Errorf("on %s: booked %d entries of %d accounts, %v; want %d of %d", day, e, a, err, entries, accounts)
	}
}

func TestWhatLapsedIsBookedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLapsing(t)
		cards := 2*lapsePage + 7
		for c := range cards {
			l.gives(c, ledger.Entry{Wallet: "points", Points: 5, Expires: "2026-11-05"}, ledger.Entry{Wallet: "points", Points: 3, Expires: "2026-12-05"})
		}
		l.books("2026-11-05", 0, 0)
		l.books("2026-11-06", cards, cards)
		l.books("2026-11-06", 0, 0)
		h, err := l.db.Look(t.Context(), lapsingCard(0))
		if err != nil || h.In("points").Points != 3 {
			t.Errorf("left: %+v, %v", h.Positions, err)
		}
		r, err := l.db.Verify(t.Context())
		if err != nil || len(r.Findings) > 0 {
			t.Errorf("verify: %v, %v", r.Findings, err)
		}
	})
}

func TestManyLotsOfOneAccountTakeSeveralRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLapsing(t)
		lots := 2*expiry.Most + 1
		for range 3 {
			var entries []ledger.Entry
			for i := range lots / 3 {
				entries = append(entries, ledger.Entry{Wallet: ledger.Wallet(fmt.Sprintf("wallet%d-%d", l.asked, i)), Points: 5, Expires: "2026-11-05"})
			}
			l.gives(1, entries...)
		}
		l.books("2026-11-06", 1, lots/3*3)
	})
}

func TestNothingIsBookedByAClockNobodyBelievesOrInAChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLapsing(t)
		l.gives(1, ledger.Entry{Wallet: "points", Points: 5, Expires: "2026-11-05"})
		l.trusted = false
		l.books("2026-11-06", 0, 0)
		l.trusted = true
		if err := l.db.Join(t.Context(), []byte("key"), "nonce"); err != nil {
			t.Fatal(err)
		}
		l.books("2026-11-06", 0, 0)
	})
}

func TestEachNewDayIsBookedOnceAndSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLapsing(t)
		l.gives(1, ledger.Entry{Wallet: "points", Points: 5, Expires: "2026-10-31"}, ledger.Entry{Wallet: "points", Points: 5, Expires: "2026-11-02"})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- l.Run(ctx) }()
		has := func(when string, want ledger.Points) {
			t.Helper()
			time.Sleep(2 * lapseLook) // of the bubble's clock
			synctest.Wait()
			if h, err := l.db.Look(t.Context(), lapsingCard(1)); err != nil || h.In("points").Points != want {
				t.Errorf("%s: %+v, %v, want %v", when, h.Positions, err, want)
			}
		}
		has("at the start", 5)
		l.day = "2026-11-02"
		has("on its last day", 5)
		l.day, l.trusted = "2026-11-03", false
		has("after it, by a clock nobody believes", 5)
		l.trusted = true
		has("after it", 0)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if n := strings.Count(l.said.String(), "booked what has lapsed"); n != 2 {
			t.Errorf("said %d times: %s", n, l.said.String())
		}
	})
}
