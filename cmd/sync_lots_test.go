package cmd_test

import (
	"context"
	"reflect"
	"testing"

	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// A shop that knows a customer is told what they hold with its lots, also those
// of another shop, and of points that lapsed once they are booked.
func TestSyncLotsReachTheShops(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	one, first := o.joined("winkel 1", nil)
	two, second := o.joined("winkel 2", nil)
	account := ledger.Account{7}
	give := func(s *shopJournal, p ledger.Points, until ledger.Day) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.commit(ledger.Draft{Kind: ledger.KindAward, Rules: 1, Entries: []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Earn, Points: p, Expires: until}},
			Body: ledger.Body{Account: account, Identifiers: []member.Identifier{cardOf("card 1")}}})
	}
	give(one, 8000, "2026-11-30")
	give(two, 5000, "2026-12-31")
	catchUp(t, first)
	catchUp(t, second)
	o.settle()
	catchUp(t, first)
	want := ledger.Lots{Open: []ledger.Lot{{Points: 8000, Expires: "2026-11-30"}, {Points: 5000, Expires: "2026-12-31"}}}
	if got := one.told[account].Wallets; len(got) != 1 || got[0].Points != 13_000 || !reflect.DeepEqual(got[0].Lots, want) {
		t.Fatalf("told %+v", got)
	}
	o.clock = noon.AddDate(0, 0, 14)
	if done, err := o.db.Expire(context.Background(), "2026-11-30"); err != nil || done.Entries != 1 {
		t.Fatal(done, err)
	}
	o.audit()
	catchUp(t, first)
	if got := one.told[account].Wallets; got[0].Points != 5000 || len(got[0].Lots.Open) != 1 {
		t.Errorf("once it was booked it is told %+v", got)
	}
	if n := o.exceptions(); len(n) != 0 {
		t.Errorf("exceptions %v", n)
	}
}
