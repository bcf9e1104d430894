package terminal_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/terminal"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

// sharing is a lane of a shop with chip cards whose scanner the till shares.
func sharing(t testing.TB, change func(*terminal.Config)) *lane {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	return anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Rules.Cards = append(cfg.Rules.Cards, member.Format{Name: "tag", Class: member.UID}, member.Format{Name: "code", Class: member.Pattern, Pattern: `LOY:[0-9]{8}`})
		cfg.IsBadge = func(text string) bool { return strings.HasPrefix(text, "BADGE") }
		if change != nil {
			change(cfg)
		}
	})
}

func TestWhatIsOursAtASharedScanner(t *testing.T) {
	l := sharing(t, nil)
	for _, c := range []struct {
		text, symbology string
		want            bool
	}{
		{annsCard, "]E0", true},
		{annsCard[:12] + "9", "]E0", true}, // somebody has to hear that it was not read
		{"LOY:12345678", "]Q1", true},
		{"ZS1:ABCDEF", "]Q1", true},
		{" zv1:abcdef", "", true},
		{"BADGE-7", "]C0", true},
		{"04A1B2C3D4E580", "uid", true},
		{"0824A937", "uid", true},
		{"8710400000013", "]E0", false},
		{"8710400000014", "]E0", false},
		{"12345678", "]C0", false},
		{"4111111111111111", "]C0", false},
	} {
		if got := l.Ours(c.text, c.symbology); got != c.want {
			t.Errorf("Ours(%q, %q): got %t", c.text, c.symbology, got)
		}
	}
	rules := programme.Rules{Version: 2, Currency: "EUR", Zone: "UTC", Language: "nl", Cards: member.Formats{{Name: "new", Class: member.GTIN, Prefixes: []string{"87"}}}}
	l.Adopt(rules)
	l.Misread("x") // between two customers
	if l.Ours(annsCard, "]E0") || !l.Ours("8710400000013", "]E0") {
		t.Error("another version of the programme has other cards")
	}
	if bare := newLane(t); bare.Ours("BADGE-7", "]C0") {
		t.Error("a badge where nobody signs in")
	}
}

func TestPassedCodesGoToTheTillAndNowhereElse(t *testing.T) {
	l := sharing(t, nil)
	l.scan(t, annsCard)
	l.Pass("8710400000013", "]E0", []byte("]E08710400000013\r"))
	l.Pass("4222222222222", "]E0", nil) // thirteen digits in an EAN are an article
	l.Pass("4111111111111111", "]C0", []byte("4111111111111111\r"))
	l.Pass("", "", []byte("A5555-5555 5555-4444\r"))
	l.Pass("", "", []byte("X871040\x020000013\r"))
	l.press(t, session.Event{Kind: session.Cancel})
	l.press(t, session.Event{Kind: session.Practice, On: true})
	l.Pass("8710400000020", "]E0", nil)
	if _, err := l.Scan(t.Context(), "8710400000037", "]E0"); err == nil {
		t.Error("an article is a card while practising")
	}
	want := []session.Passed{
		{Text: "8710400000013", Symbology: "]E0", Raw: []byte("]E08710400000013\r")},
		{Text: "4222222222222", Symbology: "]E0"},
		{Raw: []byte("X871040\x020000013\r")},
		{Text: "8710400000020", Symbology: "]E0"},
	}
	if got := passed(l); !reflect.DeepEqual(got, want) {
		t.Errorf("the till got %+v", got)
	}
	for _, code := range []string{"8710400000013", "4111111111111111", "5555"} {
		if strings.Contains(l.log.String(), code) {
			t.Errorf("%s stands in the log", code)
		}
	}
}

func TestPassingChangesNothingOnTheScreen(t *testing.T) {
	l := sharing(t, nil)
	l.scan(t, annsCard)
	before := l.View()
	for range 10 {
		l.Pass("8710400000013", "]E0", nil)
	}
	if after := l.View(); !reflect.DeepEqual(after, before) {
		t.Errorf("got %+v, it was %+v", after, before)
	}
	if got := passed(l); len(got) != 10 {
		t.Errorf("of ten articles the till got %d", len(got))
	}
}

// What was passed, of all that happened at the lane.
func passed(l *lane) (all []session.Passed) {
	notes, _, _ := l.Notes(0)
	for _, n := range notes {
		if p, is := n.Data.(session.Passed); is {
			all = append(all, p)
		}
	}
	return all
}

// The reading goroutine hands articles over while the disk takes its time.
func TestPassingWaitsForNoDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := sharing(t, nil)
		l.scan(t, annsCard)
		slow := make(chan struct{})
		l.store.mu.Lock()
		l.store.slow = slow
		l.store.mu.Unlock()
		done := make(chan error)
		go func() {
			_, err := l.Sale(t.Context(), sale("1", 10))
			done <- err
		}()
		synctest.Wait()
		if l.Ours("8710400000013", "]E0") {
			t.Error("an article is a card")
		}
		l.Pass("8710400000013", "]E0", nil) // if it waited, all would stand still, which synctest tells
		l.Touched()
		if got := passed(l); len(got) != 1 {
			t.Errorf("the till got %v", got)
		}
		close(slow)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestScannedArticlesKeepACashierSignedIn(t *testing.T) {
	for name, scan := range map[string]func(*lane){
		"passed by the desk": func(l *lane) { l.Pass("8710400000013", "]E0", nil) },
		"passed beside it":   func(l *lane) { l.Touched() },
	} {
		l := sharing(t, func(cfg *terminal.Config) { cfg.SignInNeeded = func() bool { return true } })
		l.SignIn(session.Operator{Name: "Anna"})
		for range 3 {
			l.wait(9 * time.Minute)
			scan(l)
		}
		if v := l.View(); v.Operator != "Anna" {
			t.Errorf("%s: %q is signed in after half an hour of work", name, v.Operator)
		}
		l.wait(10 * time.Minute)
		scan(l) // too late: somebody else may be standing there
		if v := l.View(); v.Operator != "" || !v.SignIn {
			t.Errorf("%s: %q is signed in after ten minutes of nothing", name, v.Operator)
		}
	}
}

func TestTheReaderSaysWhatItCouldNotTake(t *testing.T) {
	l := sharing(t, nil)
	for _, c := range []struct{ reason, code, words string }{
		{"checksum", "K-102", "Niet goed gelezen."},
		{"random-uid", "K-112", "Een telefoon of betaalkaart heeft elke keer een ander nummer."},
		{"multiple-targets", "K-113", "Er ligt meer dan één kaart op de lezer."},
		{"unsupported", "K-101", "Deze kaart kennen we niet."},
		{"bad-uid", "K-102", "Niet goed gelezen."},
	} {
		for range 3 {
			l.Misread(c.reason)
		}
		if v := l.View(); v.Refused != c.code || !strings.HasPrefix(v.Said.Text, c.words) {
			t.Errorf("%s: the screen says %+v", c.reason, v.Said)
		}
		if n := strings.Count(l.log.String(), fmt.Sprintf(`"reason":%q`, c.reason)); n != 1 {
			t.Errorf("%s stands in the log %d times", c.reason, n)
		}
	}
	l.scan(t, annsCard)
	l.Misread("bad-uid")
	if n := strings.Count(l.log.String(), `"reason":"bad-uid"`); n != 2 {
		t.Errorf("after a card that was read it stands in the log %d times", n)
	}
}

func TestATapEarnsAndAPhoneIsSentToTheApp(t *testing.T) {
	l := sharing(t, nil)
	tap := func() {
		t.Helper()
		if _, err := l.Scan(t.Context(), "04A1B2C3D4E580", "uid"); err != nil {
			t.Fatal(err)
		}
	}
	tap()
	l.sell(t, sale("0", 100))
	tap()
	l.expect(t, session.Card, "…E580", 100*ledger.Unit)
	if q, err := l.Quote(t.Context(), sale("1", 23).Basket); err != nil || q.Rewards[0].Code != "K-224" || len(q.Earns) != 1 {
		t.Errorf("a quote: %+v, %v", q, err)
	}
	if code := l.refused(t, wishing(sale("1", 23), 60)); code != programme.CollectsOnly {
		t.Errorf("a sale with a wish: %s", code)
	}
	if _, err := l.Hold(t.Context(), wishing(sale("1", 23), 60)); codeOf(t, err, "a hold") != programme.CollectsOnly {
		t.Errorf("a hold: %v", err)
	}
	l.says(t, session.Card, "Met deze kaart kan alleen gespaard worden. Er is niets afgeschreven. Scan een andere kaart van de klant of typ het telefoonnummer. (K-224)")
	l.press(t, session.Event{Kind: session.AmountSet, Amount: 23_00})
	if _, err := l.tryPress(t, session.Event{Kind: session.RewardSet, Redeem: wishing(sale("1", 23), 60).Redeem}); codeOf(t, err, "the page") != programme.CollectsOnly {
		t.Errorf("the page: %v", err)
	}
	if a := l.sell(t, sale("1", 23)); a.Earned[0].Points != 23_000 || a.Balance[0].Points != 123_000 {
		t.Errorf("got %+v", a)
	}
	v, err := l.Scan(t.Context(), "0824A937", "uid")
	if codeOf(t, err, v) != programme.RandomTap || len(passed(l)) != 0 {
		t.Errorf("a telephone: %v, and the till got %v", err, passed(l))
	}
	if strings.Contains(l.log.String(), "04A1B2C3") || strings.Contains(l.log.String(), "0824") {
		t.Error("a chip's number stands in the log")
	}
}
