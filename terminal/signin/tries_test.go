package signin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/signin"
)

func TestWaitsGrowAndTheTenthWrongTryLocks(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	// Each wrong try at a lane of its own, so that only the number waits.
	var waits []time.Duration
	for n := range 10 {
		lane := fmt.Sprint("kassa", n)
		if c, _ := s.try(t, lane, wrong(anna)); c != programme.WrongPIN {
			t.Fatalf("try %d: %q", n+1, c)
		}
		c, at := s.try(t, "another lane", anna.Type)
		if n == 9 {
			if c != programme.TryLater || !at.IsZero() {
				t.Errorf("after ten: %q at %v", c, at)
			}
			break
		}
		if c == "" { // no wait; it was forgiven, so begin again
			if n > 1 {
				t.Errorf("no wait after %d wrong tries", n+1)
			}
			for range n + 1 {
				s.try(t, lane, wrong(anna))
			}
			waits = append(waits, 0)
			continue
		}
		waits = append(waits, at.Sub(s.now))
		s.now = at.Add(-time.Millisecond)
		if c, again := s.try(t, "another lane", anna.Type); c != programme.TryLater || !again.Equal(at) {
			t.Errorf("asking during the wait changes it: %q, %v", c, again)
		}
		s.now = at
	}
	want := []time.Duration{0, 0, 5, 10, 20, 40, 80, 160, 320}
	for i := range want {
		want[i] *= time.Second
	}
	if !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}

	// Neither time, nor a restart, nor a clock that is set opens it.
	for _, at := range []time.Time{s.now.AddDate(1, 0, 0), s.now.AddDate(-1, 0, 0)} {
		s.now = at
		s.restart(t)
		if c, _ := s.try(t, "another lane", anna.Type); c != programme.TryLater {
			t.Errorf("at %v: %q", at, c)
		}
	}
	list, err := s.List(t.Context())
	if err != nil || !list[0].Locked || list[0].Wrong != 10 {
		t.Errorf("listed as %+v, %v", list, err)
	}
	// The badge still opens, and leaves the lock as it is.
	if op, _, err := s.Badge(t.Context(), "kassa1", anna.Badge); err != nil || op.Name != "Anna" {
		t.Errorf("the badge: %+v, %v", op, err)
	}
	if c, _ := s.try(t, "another lane", anna.Type); c != programme.TryLater {
		t.Errorf("after the badge: %q", c)
	}
	if err := s.Unlock(t.Context(), anna.Number); err != nil {
		t.Fatal(err)
	}
	s.restart(t)
	if c, _ := s.try(t, "another lane", anna.Type); c != "" {
		t.Errorf("after unlocking: %q", c)
	}
}

// A1, T5: 10,000 wrong PINs, with restarts between, by somebody who always
// waits exactly as long as he is told to and has the PIN on his list.
func TestTenThousandWrongPINsWithRestarts(t *testing.T) {
	s := newShop(t, quick)
	s.cfg.Rand = &chance{n: 7}
	s.restart(t)
	anna := s.add(t, "Anna", false)
	began := time.Now()
	compared, refused, restarts := 0, 0, 0
	for n := range 10_000 {
		if n%37 == 0 {
			s.restart(t)
			restarts++
		}
		pin := fmt.Sprintf("%d%06d", anna.Number, n)
		if n == 9_999 || pin == anna.Type {
			pin = anna.Type // what he guessed at last
		}
		switch c, at := s.try(t, fmt.Sprint("kassa", n%6), pin); {
		case c == programme.WrongPIN:
			compared++
		case c == programme.TryLater:
			if refused++; !at.IsZero() {
				if n%2 == 0 {
					s.restart(t) // a restart ends no wait
					if c, again := s.try(t, fmt.Sprint("kassa", n%6), pin); c != programme.TryLater || !again.Equal(at) {
						t.Fatalf("try %d: a restart changes the wait to %q, %v", n, c, again)
					}
				}
				s.now = at
			}
		default:
			t.Fatalf("try %d came in", n)
		}
	}
	if compared != 10 {
		t.Errorf("%d PINs were compared, want 10", compared)
	}
	t.Logf("10,000 wrong PINs in %v: %d compared, %d refused, %d restarts", time.Since(began), compared, refused, restarts)
}

// T5: somebody who tries every number at one lane locks out that lane for a
// while, and neither the shop nor, for days, many of its people.
func TestOneLaneDoesNotLockOutTheShop(t *testing.T) {
	s := newShop(t, quick)
	var people []signin.Issued
	for i := range 40 {
		people = append(people, s.add(t, fmt.Sprint("operator ", i), i == 0))
	}
	end := s.now.Add(8 * time.Hour)
	longest, tries := time.Duration(0), 0
	for n := 0; s.now.Before(end) && n < 10_000; n++ {
		if n%5 == 0 {
			s.restart(t)
		}
		switch c, at := s.try(t, "kassa1", wrong(people[n%40])); {
		case c == programme.WrongPIN:
			tries++
		case c == programme.TryLater:
			longest = max(longest, at.Sub(s.now))
			s.now = at
		default:
			t.Fatal("came in")
		}
	}
	if tries > 60 || longest > 15*time.Minute {
		t.Errorf("%d tries in eight hours, longest wait %v", tries, longest)
	}
	// At any other lane all of them come in now.
	for _, p := range people {
		if c, _ := s.try(t, "kassa2", p.Type); c != "" {
			t.Errorf("%s is kept out of another lane: %q", p.Name, c)
		}
	}
	if c, _ := s.try(t, "kassa1", wrong(people[3])); c != programme.WrongPIN && c != programme.TryLater {
		t.Errorf("got %q", c)
	}
	if _, _, err := s.Badge(t.Context(), "kassa1", people[3].Badge); err != nil {
		t.Errorf("the lane refuses a badge: %v", err)
	}
	t.Logf("eight hours of trying at one lane: %d tries among 40 people, longest wait %v", tries, longest)
}

// Somebody with a PIN of his own cannot take back with it what he tried with
// another's.
func TestSigningInTakesBackOnesOwnMistakesOnly(t *testing.T) {
	s := newShop(t, quick)
	anna, bo := s.add(t, "Anna", false), s.add(t, "Bo", false)
	for n := range 4 {
		if c, _ := s.try(t, "kassa1", wrong(anna)); c != programme.WrongPIN {
			t.Fatalf("try %d: %q", n, c)
		}
		if c, _ := s.try(t, "kassa1", bo.Type); c != "" {
			t.Fatalf("Bo: %q", c)
		}
		if err := s.Unlock(t.Context(), anna.Number); err != nil { // only the lane is looked at here
			t.Fatal(err)
		}
	}
	if c, _ := s.try(t, "kassa1", wrong(anna)); c != programme.WrongPIN {
		t.Fatalf("the fifth: %q", c)
	}
	if c, _ := s.try(t, "kassa1", bo.Type); c != programme.TryLater {
		t.Errorf("after five wrong tries at the lane: %q", c)
	}
	// Whoever only mistypes before signing in is never kept waiting.
	for range 50 {
		for range 2 {
			if c, _ := s.try(t, "kassa2", wrong(bo)); c != programme.WrongPIN {
				t.Fatalf("got %q", c)
			}
		}
		if c, _ := s.try(t, "kassa2", bo.Type); c != "" {
			t.Fatalf("got %q", c)
		}
	}
}

func TestALaneForgetsWithTime(t *testing.T) {
	s := newShop(t, quick)
	var people []signin.Issued
	for i := range 30 {
		people = append(people, s.add(t, fmt.Sprint("operator ", i), false))
	}
	// One mistake every ten minutes, by people who then give up.
	for i := range 200 {
		if c, _ := s.try(t, "kassa1", wrong(people[i%30])); c == programme.TryLater && i < 60 {
			t.Fatalf("mistake %d: kept waiting", i)
		}
		s.now = s.now.Add(10 * time.Minute)
	}
	if len(s.disk.docs) > 30+30+1 {
		t.Errorf("%d documents are kept", len(s.disk.docs))
	}
}

// A clock that is set back makes no wait longer than it was, and one that is
// set on opens no more than the waits: the lock counts.
func TestAClockThatIsSet(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	for n := range 4 {
		s.try(t, fmt.Sprint("kassa", n), wrong(anna))
		s.now = s.now.Add(6 * time.Second)
	}
	s.now = s.now.AddDate(-3, 0, 0)
	s.restart(t)
	c, at := s.try(t, "kassa1", anna.Type)
	if c != programme.TryLater || at.Sub(s.now) > 10*time.Second {
		t.Errorf("set back: %q for %v", c, at.Sub(s.now))
	}
	s.now = at
	if c, _ := s.try(t, "kassa1", anna.Type); c != "" {
		t.Errorf("after the wait: %q", c)
	}
	compared := 0
	for n := range 50 {
		s.now = s.now.AddDate(1, 0, 0)
		if c, _ := s.try(t, fmt.Sprint("kassa", n), wrong(anna)); c == programme.WrongPIN {
			compared++
		}
	}
	if compared != 10 {
		t.Errorf("%d tries with a clock that is set on each time", compared)
	}
}

// T5, T8: what is answered, and how long it takes, says neither whether a
// number is somebody's nor whether a PIN was right while it waits.
func TestNumbersThatAreNobodysAnswerAsAllOthers(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	nobody := signin.Issued{Type: "77" + anna.Type[2:]}
	script := func(typed func() string) (said []string) {
		s.now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		for n := range 40 {
			c, at := s.try(t, fmt.Sprint(typed()[:2], "-", n), typed())
			said = append(said, fmt.Sprint(c, at.Sub(s.now)))
			s.now = s.now.Add(3 * time.Second)
		}
		return said
	}
	known, unknown := script(func() string { return wrong(anna) }), script(func() string { return nobody.Type })
	if !slices.Equal(known, unknown) {
		t.Errorf("somebody's number: %v\nnobody's number:  %v", known, unknown)
	}
	if !slices.ContainsFunc(known, func(s string) bool { return strings.HasPrefix(s, "K-502") }) {
		t.Error("the test itself: nothing was blocked")
	}
	// Blocked, the right PIN is answered as a wrong one.
	if a, b := fmt.Sprint(s.try(t, "x", anna.Type)), fmt.Sprint(s.try(t, "x", wrong(anna))); a != b {
		t.Errorf("right %s, wrong %s", a, b)
	}
	// Somebody who gets the number begins without the tries of others.
	for i := range 67 {
		s.add(t, fmt.Sprint("operator ", i), false)
	}
	list, err := s.List(t.Context())
	if err != nil || list[len(list)-1].Number != 77 || list[len(list)-1].Wrong != 0 {
		t.Errorf("got %+v, %v", list[len(list)-1], err)
	}
}

// The same, by the clock: a hash is computed for nobody too. The fastest of
// some are compared, since a busy machine only adds to a time; without the hash
// the answer takes a hundredth.
func TestNumbersThatAreNobodysTakeAsLong(t *testing.T) {
	s := newShop(t, signin.Least)
	anna := s.add(t, "Anna", false)
	fastest := func(typed string) time.Duration {
		took := time.Hour
		for n := range 7 {
			began := time.Now()
			if c, _ := s.try(t, fmt.Sprint(typed[:2], n), typed); c != programme.WrongPIN {
				t.Fatalf("got %q", c)
			}
			took = min(took, time.Since(began))
			s.now = s.now.Add(time.Hour)
		}
		return took
	}
	known, unknown := fastest(wrong(anna)), fastest("77123456")
	if ratio := float64(unknown) / float64(known); ratio < 0.33 || ratio > 3 {
		t.Errorf("nobody's number takes %v, somebody's %v", unknown, known)
	}
}
