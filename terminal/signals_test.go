package terminal_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

// What the shop says is so stands on the screen, counts for what is shown and
// sold, and is kept with the record.
func TestRainIsShownCountsAndIsKept(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	var raining atomic.Bool
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Shop = "Dorpsstraat"
		cfg.Signals = func() []string {
			if raining.Load() {
				return []string{"rain"}
			}
			return nil
		}
		cfg.Rules.Earn = append(slices.Clone(cfg.Rules.Earn), programme.Rule{
			Name: "regen", Wallet: "points", Counts: programme.Order, Points: 7 * ledger.Unit, Per: 1000, Step: ledger.Unit, Rounding: programme.Floor,
			If: programme.Condition{Signals: []string{"rain"}, Shops: []string{"Dorpsstraat"}},
		})
	})
	l.scan(t, annsCard)
	if v := l.press(t, amount(500)); v.Earns[0].Points != 5_000 || len(v.Signals) > 0 {
		t.Errorf("while it is dry: %+v, %q", v.Earns, v.Signals)
	}
	raining.Store(true)
	changed := l.Changed()
	l.Redraw()
	select {
	case <-changed:
	default:
		t.Error("the screen was not told")
	}
	if v := l.View(); v.Earns[0].Points != 12_000 || !slices.Equal(v.Signals, []string{"rain"}) {
		t.Errorf("when it rains: %+v, %q", v.Earns, v.Signals)
	}
	if a := l.sell(t, sale("1", 5)); a.Earned[0].Points != 12_000 {
		t.Errorf("it brought %+v", a.Earned)
	}
	if seen := l.store.last().Body.Seen; !slices.Equal(seen.Signals, []string{"rain"}) || seen.Shop != "Dorpsstraat" {
		t.Errorf("the record says %+v", seen)
	}
}
