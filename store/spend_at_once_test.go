package store_test

import (
	"testing"

	"zegel/terminal/loyalty/ledger"
)

// Points of a sale can be spent in that sale: a line draws on what a line before
// it opened, and goes on doing so once it is issued again.
func TestWhatARecordGaveCanBeSpentInIt(t *testing.T) {
	db := joined(t, config(t.TempDir(), 502))
	post(t, db, "kept", card(1), ledger.Unit)
	req, decide := award("at once", card(1), 10*ledger.Unit)
	posted, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		p, err := decide(v)
		gave := &p.Draft.Entries[0]
		gave.Closed = false
		took := ledger.Entry{Account: gave.Account, Wallet: gave.Wallet, Kind: ledger.Redeem, Points: -7 * ledger.Unit,
			Draws: []ledger.Draw{{From: v.Next.Entry(1).SetAside(), Points: 7 * ledger.Unit}}}
		p.Draft.Entries = append(p.Draft.Entries, took)
		return p, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, issued := range []string{"once", "again"} {
		if issued == "again" {
			cut(t, db, 1)
			again := records(t, db)[0].Head
			if got, want := again.Entries[1].Draws[0].From, again.Key().Entry(1).SetAside(); got != want || again.Key() == posted.Record.Head.Key() {
				t.Errorf("record %v draws on %s, want %s", again.Key(), got, want)
			}
		}
		if got := holds(t, db, card(1)); got != 4*ledger.Unit {
			t.Errorf("issued %s: holds %v, want 4", issued, got)
		}
		if got, want := setAside(t, db, card(1)), map[string]ledger.Points{"once": 4 * ledger.Unit, "again": 3 * ledger.Unit}[issued]; got != want {
			t.Errorf("issued %s: %v are set aside, want %v", issued, got, want)
		}
		verified(t, db)
	}
}
