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

// reviewers is a lane whose programme gives 20 points for a review.
func reviewers(t testing.TB) *lane {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	return anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Rules.Earn = append(slices.Clone(cfg.Rules.Earn), programme.Rule{
			Name: "review", Wallet: cfg.Rules.Earn[0].Wallet, Event: "review", Counts: programme.Order, Points: 20 * ledger.Unit, Per: 1000,
			Step: ledger.Unit, Rounding: programme.Floor,
		})
	})
}

func TestAnEventIsRewardedOnceWhoeverStandsThere(t *testing.T) {
	l := reviewers(t)
	review := session.Happening{Event: ledger.Event{Kind: "review", ID: "r-1"}, Code: annsCard, Mode: ledger.ByTill}
	a, err := l.Happened(t.Context(), review)
	if err != nil || a.Kind != ledger.KindEvent || a.Earned[0].Points != 20_000 || a.Mask != "…4566" || a.Repeat {
		t.Fatalf("got %+v, %v", a, err)
	}
	if v := l.View(); v.State != session.Free {
		t.Errorf("the lane is %s", v.State)
	}
	l.scan(t, bobsCard)
	l.wait(48 * time.Hour)
	if a, err := l.Happened(t.Context(), review); err != nil || !a.Repeat || a.Balance[0].Points != 20_000 {
		t.Errorf("once more: %+v, %v", a, err)
	}
	other := session.Happening{Event: ledger.Event{Kind: "review", ID: "r-2"}}
	a, err = l.Happened(t.Context(), other)
	if code := codeOf(t, err, a); code != programme.NoCard {
		t.Errorf("who went is rewarded: %s", code)
	}
	l.scan(t, bobsCard)
	if a, err := l.Happened(t.Context(), other); err != nil || a.Balance[0].Points != 20_000 || l.View().Balance[0].Points != 20_000 {
		t.Errorf("who stands there: %+v, %v", a, err)
	}
	a, err = l.Happened(t.Context(), session.Happening{Event: ledger.Event{Kind: "dance", ID: "1"}})
	if code := codeOf(t, err, a); code != programme.UnknownEvent {
		t.Errorf("got %s", code)
	}
	review.Quantity = 2000
	a, err = l.Happened(t.Context(), review)
	if code := codeOf(t, err, a); code != programme.OtherBasket {
		t.Errorf("the same event with another quantity: %s", code)
	}
}
