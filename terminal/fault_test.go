package terminal_test

import (
	"errors"
	"testing"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
)

// Whatever side of the commit a fault falls on, each thing counts once, and
// the same key once more brings it to its end.
func TestAFaultAtEveryKeyThatPosts(t *testing.T) {
	bearer := func(t testing.TB, l *lane) string {
		l.press(t, session.Event{Kind: session.NoCard})
		l.press(t, amount(5_00))
		l.press(t, paid)
		return l.qr(t)
	}
	bought := func(t testing.TB, l *lane, card string) string {
		l.scan(t, card)
		l.press(t, amount(5_00))
		l.press(t, paid)
		return l.qr(t)
	}
	cases := map[string]struct {
		before func(testing.TB, *lane)
		key    session.Event
		points ledger.Points
		state  session.State
	}{
		"paid":          {func(t testing.TB, l *lane) { l.scan(t, annsCard); l.press(t, amount(5_00)) }, paid, 5, session.Done},
		"paid, no card": {func(t testing.TB, l *lane) { l.press(t, session.Event{Kind: session.NoCard}); l.press(t, amount(5_00)) }, paid, 5, session.Done},
		"paid with points": {func(t testing.TB, l *lane) {
			bought(t, l, annsCard)
			bought(t, l, annsCard)
			l.scan(t, annsCard)
			l.press(t, amount(5_00))
			l.press(t, wish(10))
		}, paid, 4, session.Done},
		"undo":           {func(t testing.TB, l *lane) { bought(t, l, annsCard) }, undo, 0, session.Free},
		"undo of a slip": {func(t testing.TB, l *lane) { l.reads(t, bought(t, l, annsCard)) }, undo, 0, session.Free},
		"return":         {func(t testing.TB, l *lane) { l.reads(t, bought(t, l, annsCard)) }, session.Event{Kind: session.Returned}, 0, session.Free},
		"move":           {func(t testing.TB, l *lane) { l.reads(t, bought(t, l, bobsCard)); l.scan(t, annsCard) }, session.Event{Kind: session.Move}, 5, session.Card},
		"claim":          {func(t testing.TB, l *lane) { code := bearer(t, l); l.scan(t, annsCard); l.reads(t, code) }, session.Event{Kind: session.Claim}, 5, session.Card},
		"enrol":          {func(t testing.TB, l *lane) { l.scan(t, annsCard) }, session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Name: "Ann", Lang: "nl"}}, 0, session.Card},
		"goodwill":       {func(t testing.TB, l *lane) { l.scan(t, annsCard) }, session.Event{Kind: session.Goodwill, Give: []session.Amount{{Wallet: "points", Points: 7_000}}, Note: "sorry"}, 7, session.Card},
	}
	for name, c := range cases {
		for _, side := range []string{"before", "after"} {
			t.Run(name+", "+side, func(t *testing.T) {
				l := newLane(t)
				c.before(t, l)
				records, _ := l.store.journal()
				place := l.View().State
				l.store.failNextPost(side)
				woken := l.woken.Load()
				v, err := l.tryPress(t, c.key)
				if !errors.Is(err, errDisk) || v.State != place || v.Said.Code != "K-402" || v.Said.Tone != session.No {
					t.Fatalf("got %+v, %v", v, err)
				}
				if l.woken.Load() == woken {
					t.Error("nobody was woken, though it may have been posted and its slip be due")
				}
				if v := l.press(t, c.key); v.State != c.state || v.Said.Tone != session.Good || v.Refused != "" {
					t.Errorf("once more: %+v", v)
				}
				if n, points := l.store.journal(); n != records+1 || points != c.points*ledger.Unit || l.store.held() != 0 {
					t.Errorf("%d records more with %v, %v set aside", n-records, points, l.store.held())
				}
			})
		}
	}
}

// While nobody knows, nothing else is sold to the customer; going back twice
// sends them away.
func TestASaleInDoubtComesFirst(t *testing.T) {
	l := saver(t)
	l.press(t, amount(23_00))
	l.press(t, wish(60))
	l.store.failNextPost("after")
	l.tryPress(t, paid)
	const unsure = "Niet zeker of de verkoop is opgeslagen. Hij telt hoogstens één keer. Druk nog eens op Betaald; twee keer terug stuurt de klant weg. (K-402)"
	if v := l.says(t, session.Reward, unsure); v.Primary != "Nog eens opslaan" || v.Heading != "Nog niet zeker opgeslagen" {
		t.Errorf("got %+v", v)
	}
	for _, e := range []session.Event{amount(99_00), {Kind: session.RewardSet}, cancel} {
		l.press(t, e)
		l.says(t, session.Reward, unsure)
	}
	l.press(t, cancel)
	l.says(t, session.Free, "Niet zeker of de vorige verkoop is opgeslagen. Hij telt hoogstens één keer. Komt er een bon uit, dan telt hij. (K-402)")
	if n, points := l.store.journal(); n != 2 || points != 60_000 {
		t.Errorf("%d records with %v", n, points)
	}
}

func TestAFaultThatCertainlyRecordedNothingSaysSo(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.NotRecorded = func(err error) bool { return errors.Is(err, errDisk) }
	})
	l.scan(t, annsCard)
	l.press(t, amount(5_00))
	l.store.failNextPost("before")
	if v, err := l.tryPress(t, paid); !errors.Is(err, errDisk) || v.Said.Code != "K-401" || v.State != session.Total {
		t.Errorf("got %+v, %v", v, err)
	}
	if v := l.press(t, paid); v.State != session.Done {
		t.Errorf("got %+v", v)
	}
}
