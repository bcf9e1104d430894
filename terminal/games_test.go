package terminal_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"zegel/terminal"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// wheeled is a lane where every sale turns a wheel.
func wheeled(t *testing.T, seeds func(game.Month, []string) ([]game.Seed, error)) *lane {
	t.Helper()
	c := &clock{now: newLane(t).clock.Now()}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Rules.Games = []programme.Game{{Name: "Rad", Odds: []programme.Odds{{Prize: "Taart", PerMillion: game.Chances}}}}
		cfg.Games = func(_ context.Context, m game.Month, games []string) ([]game.Seed, error) { return seeds(m, games) }
	})
	l.scan(t, annsCard)
	return l
}

func TestASaleIsPlayedFromTheSeedOfItsMonth(t *testing.T) {
	real := game.Seed{Game: "Rad", Month: "2026-11", Bytes: [game.SeedSize]byte{5}}
	l := wheeled(t, func(m game.Month, games []string) ([]game.Seed, error) {
		if m != "2026-11" || len(games) != 1 || games[0] != "Rad" {
			t.Errorf("asked for %v of %s", games, m)
		}
		return []game.Seed{real}, nil
	})
	a := l.sell(t, sale("1", 10))
	if len(a.Games) != 1 || a.Games[0].Commitment != real.Commitment() || a.Games[0].Draw != real.Draw(a.Record, 1) || a.Games[0].Text != "Gewonnen: Taart" {
		t.Errorf("played %+v", a.Games)
	}
	if again := l.sell(t, sale("1", 10)); !again.Repeat || len(again.Games) != 1 || again.Games[0].Draw != a.Games[0].Draw {
		t.Errorf("asked again: %+v", again.Games)
	}
	if v := l.View(); len(v.Games) != 1 || !strings.Contains(strings.Join(v.Tell, ";"), "Geef mee: 1 × Taart") {
		t.Errorf("the screen shows %+v, %q", v.Games, v.Tell)
	}
}

// Practising draws from a seed of its own: with the real one anybody could see
// what the next sale will win.
func TestPractisingDrawsFromAnotherSeed(t *testing.T) {
	l := wheeled(t, func(game.Month, []string) ([]game.Seed, error) {
		t.Error("the real seed was asked for")
		return nil, nil
	})
	l.Cancel()
	l.press(t, session.Event{Kind: session.Practice, On: true})
	l.scan(t, annsCard)
	l.press(t, amount(10_00))
	if v := l.press(t, paid); len(v.Games) != 1 || v.Games[0].Prize != "Taart" {
		t.Errorf("practised %+v, %+v", v.Games, v.Said)
	}
}

func TestASaleDoesNotWaitForAGame(t *testing.T) {
	l := wheeled(t, func(game.Month, []string) ([]game.Seed, error) { return nil, errors.New("the disk is gone") })
	if a := l.sell(t, sale("1", 10)); len(a.Games) > 0 || len(a.Earned) == 0 {
		t.Errorf("got %+v", a)
	}
	if !strings.Contains(l.log.String(), "the disk is gone") {
		t.Errorf("nobody is told: %s", l.log)
	}
}
