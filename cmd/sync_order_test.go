package cmd_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Any order in which batches of several terminals arrive gives the same
// entries and balances.
func TestSyncAnyOrderOfArrivalGivesTheSameBooks(t *testing.T) {
	const shops, batches, each, orders = 4, 6, 5, 6
	began := time.Now()
	var all []*shopJournal
	for i := range shops {
		s := newShop(t, "winkel "+strconv.Itoa(i))
		for n := range batches * each {
			// Cards that several shops meet, and receipts said twice.
			s.award("card "+strconv.Itoa((n+i)%7), ledger.Points(100*n+1))
			if n == 7 {
				s.mu.Lock()
				s.awardFor("card 1", 5000, "twice")
				s.awardFor("card 1", 5000, "twice")
				s.mu.Unlock()
			}
			if n%4 == 3 {
				if err := s.CloseSetAsides(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		}
		all = append(all, s)
	}
	all = append(all, putBackTwice(t)...)
	type counted struct {
		account ledger.Account
		kind    ledger.EntryKind
		points  ledger.Points
	}
	type books struct {
		balances map[settle.Purse]settle.Balance
		entries  map[counted]int
		survivor map[ledger.Account]ledger.Account
	}
	var want books
	for seed := range uint64(orders) {
		o := newOffice(t, grant.Policy{})
		nonces := make(map[*shopJournal]string)
		next := make(map[*shopJournal]int64)
		for _, s := range all {
			o.enrol(s)
			nonces[s], next[s] = s.nonce, 1
		}
		dice := rand.New(rand.NewPCG(seed, 1))
		for len(next) > 0 {
			s := all[dice.IntN(len(all))]
			from, left := next[s]
			if !left {
				continue
			}
			to := min(from+dice.Int64N(9), int64(len(s.now().records)))
			p, a := o.raw(s, from, to, nonces[s], nil)
			if p != nil {
				t.Fatal(p)
			}
			nonces[s], next[s] = a.NextNonce, to+1
			if to == int64(len(s.now().records)) {
				delete(next, s)
			}
			if dice.IntN(4) == 0 {
				o.settle()
			}
		}
		o.settle()
		if n := o.parked(); n[settle.IssuedAgain] == 0 || len(n) != 1 {
			t.Errorf("order %d: parked %v", seed, n)
		}
		got := books{entries: make(map[counted]int), survivor: make(map[ledger.Account]ledger.Account)}
		var err error
		if got.balances, err = o.db.Balances(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, e := range feedAll(t, o) {
			if e.Key.Record.Terminal != ledger.HeadOffice {
				// Which of two records a decision counts by is a matter of order.
				got.entries[counted{e.Entry.Account, e.Entry.Kind, e.Entry.Points}]++
			}
			acc, _, err := o.db.Account(context.Background(), e.Entry.Account)
			if err != nil {
				t.Fatal(err)
			}
			got.survivor[e.Entry.Account] = acc.Survivor
		}
		if seed == 0 {
			want = got
			continue
		}
		if !equalMaps(got.balances, want.balances) || !equalMaps(got.entries, want.entries) || !equalMaps(got.survivor, want.survivor) {
			t.Errorf("order %d gives other books: %d and %d balances, %d and %d entries", seed, len(got.balances), len(want.balances), len(got.entries), len(want.entries))
		}
	}
	t.Logf("seeds 0 to %d, %d shops, %d entries, %s", orders-1, shops, len(want.entries), time.Since(began).Round(time.Millisecond))
}

// putBackTwice is one journal, and two copies of it that issued its tail again
// in branches of their own.
func putBackTwice(t *testing.T) []*shopJournal {
	s := newShop(t, "winkel with copies")
	s.award("card 1", 1000)
	common := int64(len(s.now().records))
	for i := range 4 {
		s.tail("card " + strconv.Itoa(i%2+1))
	}
	all := []*shopJournal{s}
	for _, name := range []string{"first copy", "second copy"} {
		c := s.copied(name)
		if err := c.OpenBranch(context.Background(), common, "put back"); err != nil {
			t.Fatal(err)
		}
		c.branches[0].accepted = common
		all = append(all, c)
	}
	for i, c := range all {
		if i != 1 { // the first copy dies without closing what it opened
			if err := c.CloseSetAsides(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		c.award("card 3", ledger.Points(i+1))
	}
	return all
}

func equalMaps[K, V comparable](a, b map[K]V) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, has := b[k]; !has || v != w {
			return false
		}
	}
	return true
}

func feedAll(t testing.TB, o *testOffice) (all []settle.Posted) {
	t.Helper()
	cursor := ""
	for {
		entries, next, more, err := o.db.Feed(context.Background(), cursor, 100)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
		if cursor = next; !more {
			return all
		}
	}
}
