package terminal_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// badges are those of Kees, a cashier, and Mia, a manager.
func badges(_ context.Context, text string) (session.Operator, bool, error) {
	switch text {
	case "BADGE-KEES":
		return session.Operator{Name: "Kees"}, true, nil
	case "BADGE-MIA":
		return session.Operator{Name: "Mia", Manager: true}, true, nil
	case "BADGE-NOBODY":
		return session.Operator{}, true, &programme.Refusal{Code: programme.WrongPIN}
	}
	return session.Operator{}, false, nil
}

func guardedLane(t testing.TB) *lane {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	return anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.SignInNeeded, cfg.Badge = func() bool { return true }, badges
	})
}

func TestThePageNeedsSomebodySignedIn(t *testing.T) {
	l := guardedLane(t)
	if v := l.View(); !v.SignIn || v.Primary != "Aanmelden" || v.Operator != "" {
		t.Errorf("got %+v", v)
	}
	for _, e := range []session.Event{amount(5_00), cancel, {Kind: session.NoCard}, {Kind: session.Typed, Text: annsCard}, {Kind: session.Practice, On: true}} {
		if v, err := l.tryPress(t, e); codeOf(t, err, v) != programme.SignInFirst || v.State != session.Free {
			t.Errorf("%s: got %+v", e.Kind, v)
		}
	}
	// A till is not held up, and a card is shown to it.
	l.scan(t, annsCard)
	l.sell(t, sale("1", 5))
	if v, err := l.Scan(t.Context(), "BADGE-NOBODY", "]Q1"); codeOf(t, err, v) != programme.WrongPIN || !v.SignIn {
		t.Errorf("got %+v", v)
	}
	if v, err := l.Scan(t.Context(), "BADGE-KEES", "]Q1"); err != nil || v.Operator != "Kees" || v.Manager || v.SignIn || v.State != session.Done {
		t.Errorf("got %+v, %v", v, err)
	}
	l.SignOut()
	if v := l.press(t, session.Event{Kind: session.Typed, Text: "BADGE-KEES"}); v.Operator != "Kees" {
		t.Errorf("got %+v", v)
	}
	l.scan(t, annsCard)
	l.press(t, amount(5_00))
	l.press(t, paid)
	if got := l.store.last().Body.Operator; got != "Kees" {
		t.Errorf("the record names %q", got)
	}
}

func TestWhoDoesNothingIsSignedOut(t *testing.T) {
	l := guardedLane(t)
	l.SignIn(session.Operator{Name: "Kees"})
	l.wait(9 * time.Minute)
	l.scan(t, annsCard)
	l.wait(9 * time.Minute)
	if v := l.View(); v.Operator != "Kees" {
		t.Errorf("got %+v", v)
	}
	l.wait(time.Minute)
	if v := l.View(); v.Operator != "" || !v.SignIn {
		t.Errorf("got %+v", v)
	}
	if v, err := l.tryPress(t, cancel); codeOf(t, err, v) != programme.SignInFirst {
		t.Errorf("got %+v", v)
	}
}

func TestAManagersBadgeAnswersTheQuestion(t *testing.T) {
	l := guardedLane(t)
	l.SignIn(session.Operator{Name: "Kees"})
	l.scan(t, annsCard)
	l.tryPress(t, session.Event{Kind: session.Goodwill, Give: []session.Amount{{Wallet: "points", Points: 500_000}}, Note: "sorry"})
	if v, err := l.Scan(t.Context(), "BADGE-KEES", "]Q1"); codeOf(t, err, v) != programme.ManagerNeeded || v.Question != session.AskManager {
		t.Errorf("a cashier's badge: %+v", v)
	}
	v, err := l.Scan(t.Context(), "BADGE-MIA", "]Q1")
	if err != nil || v.Balance[0].Points != 500_000 || v.Operator != "Kees" {
		t.Errorf("got %+v, %v", v, err)
	}
	if body := l.store.last().Body; body.Manager != "Mia" || body.Operator != "Kees" {
		t.Errorf("the record names %q and %q", body.Operator, body.Manager)
	}
}

// In a shop without operators there is nobody to ask, and no limit.
func TestAShopWithoutOperatorsHasNoLimits(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	if v := l.press(t, session.Event{Kind: session.Goodwill, Give: []session.Amount{{Wallet: "points", Points: 500_000}}, Note: "sorry"}); v.Balance[0].Points != 500_000 {
		t.Errorf("got %+v", v)
	}
	if body := l.store.last().Body; body.Manager != "-" {
		t.Errorf("the record names %q", body.Manager)
	}
}

// A device or the line only changes what is shown; no key is stale for it.
func TestDevicesAndTheLine(t *testing.T) {
	l := newLane(t)
	l.scan(t, annsCard)
	before := l.View()
	l.Device(terminal.Paper, false)
	l.Device(terminal.Scanner, false)
	l.Device("lade", false)
	l.Line(false, false, 12)
	v := l.View()
	want := []string{
		"Printer: papier op. De bon komt later; sparen gaat gewoon door. (K-303)",
		"Scanner niet bereikbaar. Typ het kaartnummer; sparen gaat gewoon door. (K-301)",
		"Apparaat niet bereikbaar: lade. Sparen gaat gewoon door. (K-309)",
	}
	var got []string
	for _, m := range v.Devices {
		got = append(got, m.Text)
	}
	if !slices.Equal(got, want) || v.Devices[0].Code != "K-303" || v.Offline != "offline, 12 boekingen wachten" || v.Turn != before.Turn || v.Card != before.Card {
		t.Errorf("got %q, %q, %+v", got, v.Offline, v)
	}
	l.Device(terminal.Paper, true)
	l.Device("lade", true)
	l.Line(true, false, 0)
	if v := l.View(); len(v.Devices) != 1 || v.Offline != "" {
		t.Errorf("got %+v", v)
	}
	if l.Line(false, true, 3); l.View().Offline != "" {
		t.Error("a shop that stands alone is called offline")
	}
}

// A disk that takes seconds holds up no screen, and no device's bad news.
func TestTheScreenWaitsForNoDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLane(t)
		l.scan(t, annsCard)
		l.press(t, amount(5_00))
		slow := make(chan struct{})
		l.store.mu.Lock()
		l.store.slow = slow
		l.store.mu.Unlock()
		turn := l.View().Turn
		done := make(chan session.View)
		go func() {
			v, err := l.Do(t.Context(), session.Event{Kind: session.Paid, Turn: turn}, session.Operator{})
			if err != nil {
				t.Error(err)
			}
			done <- v
		}()
		synctest.Wait()
		changed := l.Changed()
		l.Device(terminal.Printer, false)
		<-changed
		if v := l.View(); v.State != session.Total || len(v.Devices) != 1 {
			t.Errorf("got %+v", v)
		}
		l.wait(time.Hour) // even where it is over by now
		l.View()
		changed = l.Changed()
		close(slow)
		<-changed
		if v := <-done; v.State != session.Done {
			t.Errorf("got %+v", v)
		}
	})
}

// Nobody has to look for a forgotten customer to go, with what was set aside.
func TestRunSendsAForgottenCustomerAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{}
		store := newMemory(time.Now)
		l := anotherLane(t, "kassa1", store, c, func(cfg *terminal.Config) { cfg.Now = time.Now })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- l.Run(ctx) }()
		give(l, annsCard, 100)
		l.scan(t, annsCard)
		l.press(t, amount(23_00))
		l.press(t, wish(60))
		time.Sleep(10*time.Minute - time.Millisecond)
		synctest.Wait()
		if store.held() != 60_000 {
			t.Errorf("%v are set aside", store.held())
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if store.held() != 0 || store.released != 1 {
			t.Errorf("%v are set aside, %d given back", store.held(), store.released)
		}
		l.says(t, session.Free, "Er gebeurde te lang niets. Er is niets geteld. Scan de kaart opnieuw.")
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// After a restart the last sale is on the screen as long as it would be there.
func TestARestart(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		state session.State
		undo  bool
	}{
		"at once":           {time.Second, session.Done, true},
		"after the undo":    {30 * time.Second, session.Done, false},
		"a minute later":    {time.Minute, session.Free, false},
		"a clock set back":  {-time.Hour, session.Done, false},
		"the next business": {24 * time.Hour, session.Free, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := saver(t)
			l.press(t, amount(23_00))
			l.press(t, wish(60))
			l.press(t, paid)
			was := l.View()
			l.wait(c.after)
			again := anotherLane(t, "kassa1", l.store, l.clock, nil)
			if err := again.Restore(t.Context()); err != nil {
				t.Fatal(err)
			}
			v := again.View()
			if v.State != c.state || (v.Undo != nil) != c.undo {
				t.Fatalf("got %+v", v)
			}
			if v.State == session.Done && (v.Card != "…4566" || v.Balance[0].Points != 60_000 || v.Discount.Amount != 3_00 || !slices.Equal(v.Tell, was.Tell)) {
				t.Errorf("got %+v, was %+v", v, was)
			}
			// A page from before the restart presses nothing.
			e := undo
			e.Turn = was.Turn
			if v, err := again.Do(t.Context(), e, session.Operator{}); c.after > 0 && (err != nil || v.Said.Code != "K-505") {
				t.Errorf("got %+v, %v", v, err)
			}
			if c.undo {
				again.press(t, undo)
				if _, points := l.store.journal(); points != 100_000 {
					t.Errorf("there are %v points", points)
				}
			}
		})
	}
}

func TestARestartAtOtherTimes(t *testing.T) {
	bearer := newLane(t)
	bearer.press(t, session.Event{Kind: session.NoCard})
	bearer.press(t, amount(5_00))
	bearer.press(t, paid)
	again := anotherLane(t, "kassa1", bearer.store, bearer.clock, nil)
	if err := again.Restore(t.Context()); err != nil || again.View().State != session.Done || !again.View().Bearer || again.View().Card != "" {
		t.Errorf("got %+v, %v", again.View(), err)
	}
	other := anotherLane(t, "kassa2", bearer.store, bearer.clock, nil)
	if err := other.Restore(t.Context()); err != nil || other.View().State != session.Free {
		t.Errorf("another lane's sale: %+v, %v", other.View(), err)
	}
	again.press(t, undo)
	third := anotherLane(t, "kassa1", bearer.store, bearer.clock, nil)
	if err := third.Restore(t.Context()); err != nil || third.View().State != session.Free {
		t.Errorf("a sale that was undone: %+v, %v", third.View(), err)
	}
}

// Practising is like the real thing, and nothing of it is kept.
func TestPracticeWritesNothing(t *testing.T) {
	l := saver(t)
	l.press(t, amount(23_00))
	l.press(t, paid)
	code := l.qr(t)
	l.press(t, session.Event{Kind: session.NoCard})
	l.press(t, amount(7_00))
	l.press(t, paid)
	spare := l.qr(t)
	l.scan(t, bobsCard)
	l.press(t, session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Name: "Abe", Lang: "nl"}})
	l.Cancel()
	records, _ := l.store.journal()
	l.store.readOnly = true
	woken := l.woken.Load()
	notes, _, _ := l.Notes(0)
	practice := session.Event{Kind: session.Practice, On: true}
	if v := l.press(t, practice); !v.Practice || v.State != session.Free {
		t.Fatalf("got %+v", v)
	}
	l.says(t, session.Free, "OEFENEN: niets wordt geteld of geprint. Scan een kaart en probeer alles uit.")
	l.scan(t, annsCard)
	l.press(t, amount(23_00))
	l.press(t, wish(60))
	if v := l.press(t, paid); v.Balance[0].Points != (123-60+20)*ledger.Unit || !v.Practice || v.Undo == nil {
		t.Errorf("got %+v", v)
	}
	if v := l.press(t, undo); v.State != session.Free || v.Said.Tone != session.Good {
		t.Errorf("got %+v", v)
	}
	if v := l.scan(t, annsCard); v.Balance[0].Points != 123_000 {
		t.Errorf("got %+v", v)
	}
	l.press(t, session.Event{Kind: session.Enrol, Enrol: &session.Enrolment{Name: "Ann", Phone: "0612345678", Lang: "nl"}})
	l.press(t, session.Event{Kind: session.Goodwill, Give: []session.Amount{{Wallet: "points", Points: 5_000}}, Note: "sorry"})
	if v := l.View(); !v.Customer.Enrolled || v.Balance[0].Points != 128_000 {
		t.Errorf("got %+v", v)
	}
	l.press(t, cancel)
	if v := l.press(t, session.Event{Kind: session.Typed, Text: "0612345678"}); v.Customer == nil || v.Customer.Name != "Ann" {
		t.Errorf("got %+v", v)
	}
	l.press(t, cancel)
	l.press(t, session.Event{Kind: session.NoCard})
	l.press(t, amount(9_00))
	l.press(t, paid)
	l.scan(t, annsCard)
	l.press(t, amount(9_00))
	l.press(t, wish(100))
	l.press(t, cancel) // what is set aside in practice is given back in practice
	l.reads(t, spare)
	if v := l.press(t, session.Event{Kind: session.Claim}); v.Balance[0].Points != 135_000 {
		t.Errorf("with the slip: %+v", v)
	}
	l.press(t, wish(135))
	l.press(t, cancel)
	l.press(t, cancel)
	if v := l.press(t, session.Event{Kind: session.Typed, Text: "/a"}); len(v.Found) != 1 {
		t.Errorf("got %+v", v)
	}
	l.reads(t, code) // a real slip
	l.press(t, session.Event{Kind: session.Returned})
	l.reads(t, code)
	if v, err := l.tryPress(t, session.Event{Kind: session.Returned}); codeOf(t, err, v) != programme.Returned {
		t.Errorf("it came back twice: %+v", v)
	}
	l.press(t, cancel)
	const unseen = "2900000000032"
	l.scan(t, unseen)
	l.press(t, amount(9_00))
	l.press(t, paid)
	if v := l.scan(t, unseen); v.Balance[0].Points != 9_000 || v.New {
		t.Errorf("got %+v", v)
	}
	if v := l.scan(t, annsCard); v.Question != session.OtherCard {
		t.Errorf("got %+v", v)
	}
	l.Scan(t.Context(), "4006381333931", "]E0")
	// A till's sale is never practised: nobody is there for it.
	l.store.readOnly = false
	if code := l.refused(t, sale("77", 5)); code != programme.NoCard {
		t.Errorf("got %s", code)
	}
	l.press(t, session.Event{Kind: session.Practice})
	if v := l.says(t, session.Free, "Oefenen voorbij. Er is niets geteld. Vanaf nu telt alles weer."); v.Practice {
		t.Errorf("got %+v", v)
	}
	if after, _, _ := l.Notes(0); len(after) != len(notes) {
		t.Errorf("the till was told %+v", after[len(notes):])
	}
	if v := l.scan(t, annsCard); v.Balance[0].Points != 123_000 || v.Customer.Enrolled {
		t.Errorf("the real customer has %+v", v)
	}
	if n, points := l.store.journal(); n != records || points != 130_000 || l.woken.Load() != woken || l.store.held() != 0 {
		t.Errorf("%d records with %v, woken %d times", n-records, points, l.woken.Load()-woken)
	}
	if !strings.Contains(l.log.String(), `"practice":true`) {
		t.Error("the log takes practice for the real thing")
	}
}

func TestPracticeBeginsWithNobodyThereAndEndsByItself(t *testing.T) {
	l := newLane(t)
	practice := session.Event{Kind: session.Practice, On: true}
	l.scan(t, annsCard)
	l.press(t, practice)
	l.says(t, session.Card, "Er staat nog een klant. Er is niets veranderd. Rond die af, of ga terug.")
	l.Cancel()
	l.press(t, practice)
	l.scan(t, annsCard)
	l.wait(10 * time.Minute)
	l.says(t, session.Free, "Er gebeurde te lang niets. Er is niets geteld. Scan de kaart opnieuw.")
	l.wait(10 * time.Minute)
	if v := l.says(t, session.Free, "Oefenen voorbij. Er is niets geteld. Vanaf nu telt alles weer."); v.Practice {
		t.Errorf("got %+v", v)
	}
}

// Whoever asks devices does so many times a second: a page that is sent as
// often would flicker, and keep its PC busy.
func TestWhatIsSaidTwiceIsShownOnce(t *testing.T) {
	l := newLane(t)
	for name, say := range map[string]func(){
		"a scanner that is well": func() { l.Device(terminal.Scanner, true) },
		"paper that is out":      func() { l.Device(terminal.Paper, false) },
		"a line that is down":    func() { l.Line(false, false, 3) },
	} {
		say()
		shown, before := l.Changed(), l.View()
		say()
		select {
		case <-shown:
			t.Errorf("%s: shown again", name)
		default:
		}
		if !reflect.DeepEqual(l.View(), before) {
			t.Errorf("%s: the view is another one", name)
		}
	}
	l.Line(false, false, 0)
	if v := l.View(); v.Offline != "offline, niets wacht" {
		t.Errorf("without anything waiting a line that is down shows %q", v.Offline)
	}
}
