package terminal_test

import (
	"slices"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// Practice has what the real thing has: lots with their days, tiers, what is
// limited for the terminal, and who brought a member in.
func TestPracticeCountsAsInEarnest(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		r := &cfg.Rules
		r.Wallets = append(slices.Clone(r.Wallets), programme.Wallet{Name: "stamps", VestsAfter: 2, Lapses: true, Expires: programme.Validity{Days: 30}})
		each := programme.Rule{Counts: programme.Order, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor}
		stamp, first, thanks := each, each, each
		stamp.Name, stamp.Wallet, stamp.Points = "zegel", "stamps", ledger.Unit
		first.Name, first.Wallet, first.Points = "eerste van de dag", "points", 100*ledger.Unit
		first.Caps = []programme.Cap{{Times: 1, Per: programme.PerDay, Of: programme.OfTerminal}}
		thanks.Name, thanks.Wallet, thanks.Points, thanks.Referrer = "dank", "points", 7*ledger.Unit, true
		thanks.If = programme.Condition{Referred: true, FirstPurchase: true}
		r.Earn = append(slices.Clone(r.Earn), stamp, first, thanks)
		r.Ladders = []programme.Ladder{{
			Name: "status", On: programme.OnSpend, Levels: []programme.Level{{Name: "Zilver", From: 20 * ledger.Unit}},
		}}
	})
	give(l, bobsCard, 5)
	records, _ := l.store.journal()
	l.store.readOnly = true
	l.press(t, session.Event{Kind: session.Practice, On: true})
	points := func(v session.View) ledger.Points {
		i := slices.IndexFunc(v.Balance, func(a session.Amount) bool { return a.Wallet == "points" })
		return v.Balance[i].Points
	}

	l.scan(t, annsCard)
	l.press(t, session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Name: "Ann", Lang: "nl", Birthday: "02-29", Referrer: bobsCard}})
	l.press(t, amount(25_00))
	if v := l.press(t, paid); points(v) != 125_000 {
		t.Errorf("the first sale: %+v", v.Balance)
	}
	v := l.scan(t, annsCard)
	if st := v.Standing; st == nil || len(st.Tiers) != 1 || st.Tiers[0].Name != "Zilver" || len(st.Pending) != 1 || st.Pending[0].Points != 1_000 {
		t.Errorf("she stands at %+v", v.Standing)
	}
	l.press(t, amount(25_00))
	if v := l.press(t, paid); points(v) != 150_000 {
		t.Errorf("the second of the day: %+v", v.Balance)
	}
	if v := l.scan(t, bobsCard); points(v) != 12_000 {
		t.Errorf("who brought her in has %+v", v.Balance)
	}
	l.press(t, amount(5_00))
	if v := l.press(t, paid); points(v) != 17_000 {
		t.Errorf("what is had once a day at this terminal was had twice: %+v", v.Balance)
	}
	if v := l.press(t, undo); points(l.scan(t, bobsCard)) != 12_000 {
		t.Errorf("undone: %+v", v.Said)
	}

	l.press(t, cancel)
	l.press(t, cancel)
	l.press(t, session.Event{Kind: session.Practice})
	l.store.readOnly = false
	if n, all := l.store.journal(); n != records || all != 0 {
		t.Errorf("%d records were written, with %v", n-records, all)
	}
	if v := l.scan(t, annsCard); v.Standing != nil && len(v.Standing.Tiers) > 0 && v.Standing.Tiers[0].Name != "" || v.Customer.Enrolled {
		t.Errorf("in earnest she has %+v", v.Standing)
	}
}
