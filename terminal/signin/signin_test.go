package signin_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/signin"
)

func TestNobodySignsInUntilThereIsAnOperator(t *testing.T) {
	s := newShop(t, quick)
	if s.Needed(t.Context()) {
		t.Error("needed in a shop without operators")
	}
	if c, _ := s.try(t, "kassa1", "10123456"); c != programme.WrongPIN {
		t.Errorf("got %q", c)
	}
	anna := s.add(t, "Anna", false)
	if !s.Needed(t.Context()) {
		t.Error("not needed with one")
	}
	s.restart(t)
	if !s.Needed(t.Context()) {
		t.Error("not needed after a restart")
	}
	if err := s.Remove(t.Context(), anna.Number); err != nil || s.Needed(t.Context()) {
		t.Errorf("needed after the last one went: %v", err)
	}
}

func TestSignInByNumberAndPIN(t *testing.T) {
	s := newShop(t, quick)
	anna, bo := s.add(t, "Anna", false), s.add(t, "Bo de Vries", true)
	for _, c := range []struct {
		name, typed string
		want        session.Operator
		code        programme.Code
	}{
		{"a cashier", anna.Type, session.Operator{Name: "Anna"}, ""},
		{"a manager", bo.Type, session.Operator{Name: "Bo de Vries", Manager: true}, ""},
		{"with a blank about", " " + anna.Type + "\n", session.Operator{Name: "Anna"}, ""},
		{"another's PIN", fmt.Sprint(bo.Number) + anna.Type[2:], session.Operator{}, programme.WrongPIN},
		{"the PIN alone", anna.Type[2:], session.Operator{}, programme.WrongPIN},
		{"a number that is nobody's", "99" + anna.Type[2:], session.Operator{}, programme.WrongPIN},
		{"a number below the first", "9" + anna.Type[2:], session.Operator{}, programme.WrongPIN},
		{"a number with a nought before it", "0" + anna.Type, session.Operator{}, programme.WrongPIN},
		{"a digit too many", anna.Type + "0", session.Operator{}, programme.WrongPIN},
		{"nothing", "", session.Operator{}, programme.WrongPIN},
		{"letters", "12abcdef", session.Operator{}, programme.WrongPIN},
		{"digits that are not ours", "١٢٣٤٥٦٧٨", session.Operator{}, programme.WrongPIN},
		{"a sign", "-1" + anna.Type[2:], session.Operator{}, programme.WrongPIN},
		{"very long", strings.Repeat("1", 5000), session.Operator{}, programme.WrongPIN},
	} {
		t.Run(c.name, func(t *testing.T) {
			op, err := s.SignIn(t.Context(), "kassa1", c.typed)
			if got, _ := code(t, err); op != c.want || got != c.code {
				t.Errorf("got %+v, %q", op, got)
			}
		})
	}
}

func TestBadge(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", true)
	if !regexp.MustCompile(`^ZB1:[A-Z2-7]{26}$`).MatchString(anna.Badge) {
		t.Errorf("badge %q: need what a QR code writes shortest", anna.Badge)
	}
	for _, c := range []struct {
		name, text string
		isBadge    bool
		want       session.Operator
	}{
		{"hers", anna.Badge, true, session.Operator{Name: "Anna", Manager: true}},
		{"hers by a scanner that turns case", strings.ToLower(anna.Badge), true, session.Operator{Name: "Anna", Manager: true}},
		{"nobody's", "ZB1:" + strings.Repeat("A", 26), true, session.Operator{}},
		{"cut short", anna.Badge[:20], true, session.Operator{}},
		{"longer", anna.Badge + "A", true, session.Operator{}},
		{"empty", "ZB1:", true, session.Operator{}},
		{"a card", "2900001234566", false, session.Operator{}},
		{"a slip", "ZS1:ABC", false, session.Operator{}},
		{"nothing", "", false, session.Operator{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			op, isBadge, err := s.Badge(t.Context(), "kassa1", c.text)
			if signin.IsBadge(c.text) != c.isBadge {
				t.Errorf("it looks like a badge: %t", !c.isBadge)
			}
			if op != c.want || isBadge != c.isBadge {
				t.Errorf("got %+v, %t", op, isBadge)
			}
			if got, _ := code(t, err); (got == programme.WrongPIN) != (isBadge && c.want.Name == "") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// T5: a badge lies in a drawer, a colleague leaves.
func TestWhatWasReplacedOrTakenAwayIsWorthNothing(t *testing.T) {
	s := newShop(t, quick)
	var gone []session.Operator
	s.cfg.Gone = func(o session.Operator) { gone = append(gone, o) }
	s.restart(t)
	first := s.add(t, "Anna", true)
	second, err := s.Reissue(t.Context(), first.Number)
	if err != nil || second.Number != first.Number || second.Name != "Anna" || !second.Manager || second.Type == first.Type || second.Badge == first.Badge {
		t.Fatalf("got %+v after %+v, %v", second, first, err)
	}
	dead := func(i signin.Issued) {
		t.Helper()
		if c, _ := s.try(t, "kassa1", i.Type); c != programme.WrongPIN {
			t.Errorf("the old PIN: %q", c)
		}
		if _, _, err := s.Badge(t.Context(), "kassa1", i.Badge); err == nil {
			t.Error("the old badge is taken")
		}
	}
	dead(first)
	s.restart(t)
	dead(first)
	if c, _ := s.try(t, "kassa1", second.Type); c != "" {
		t.Errorf("the new PIN: %q", c)
	}
	if err := s.Remove(t.Context(), first.Number); err != nil {
		t.Fatal(err)
	}
	dead(second)
	s.restart(t)
	dead(second)
	if want := (session.Operator{Name: "Anna", Manager: true}); len(gone) != 2 || gone[0] != want || gone[1] != want {
		t.Errorf("lanes were told of %v", gone)
	}
	for name, err := range map[string]error{
		"remove": s.Remove(t.Context(), 55), "unlock": s.Unlock(t.Context(), 55),
		"reissue": func() error { _, err := s.Reissue(t.Context(), 55); return err }(),
	} {
		if !errors.Is(err, signin.ErrNobody) {
			t.Errorf("%s nobody: %v", name, err)
		}
	}
}

func TestNamesOfOperators(t *testing.T) {
	s := newShop(t, quick)
	s.add(t, "Anna", false)
	for name, ok := range map[string]bool{
		"Bo": true, "  Ben   van Dijk ": true, "Zoë": true,
		"": false, "   ": false, "anna": false, "ANNA ": false, strings.Repeat("x", 41): false,
		"till/Anna": false, // as a till's unproved cashier is recorded
		"A\nB":      true,  // blanks are one blank
		"A\x1bB":    false, "A\u202eB": false, "A\x00B": false,
	} {
		_, err := s.Add(t.Context(), name, false)
		if (err == nil) != ok || (err != nil && !errors.Is(err, signin.ErrName)) {
			t.Errorf("%q: %v", name, err)
		}
	}
	list, err := s.List(t.Context())
	if err != nil || len(list) != 5 || list[0] != (signin.Person{Number: 10, Name: "Anna"}) || list[4].Number != 14 {
		t.Errorf("got %+v, %v", list, err)
	}
	if err := s.Remove(t.Context(), 11); err != nil {
		t.Fatal(err)
	}
	if again := s.add(t, "Cas", false); again.Number != 11 {
		t.Errorf("a number that became free: got %d", again.Number)
	}
}

func TestEveryNumberThereIs(t *testing.T) {
	s := newShop(t, quick)
	for i := 10; i <= 999; i++ {
		if issued := s.add(t, fmt.Sprint("n", i), false); issued.Number != i || len(issued.Type) != len(fmt.Sprint(i))+6 {
			t.Fatalf("operator %d: %+v", i, issued)
		}
	}
	if _, err := s.Add(t.Context(), "one more", false); !errors.Is(err, signin.ErrFull) {
		t.Errorf("got %v", err)
	}
	last, err := s.Reissue(t.Context(), 999)
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := s.try(t, "kassa1", last.Type); c != "" {
		t.Errorf("number 999: %q", c)
	}
}

// T23, invariant 12: what was drawn stands nowhere, neither in the log nor on
// the disk; nor does the key.
func TestNothingSecretIsLoggedOrKept(t *testing.T) {
	s := newShop(t, quick)
	anna, bo := s.add(t, "Anna", false), s.add(t, "Bo", true)
	secret := map[string]string{
		"a PIN": anna.Type[2:], "a PIN with its number": anna.Type, "a badge": anna.Badge[4:], "a wrong PIN": wrong(bo)[2:],
		"what nobody has": "55424242", "a badge nobody has": "QQQQCANARYQQQQ", "the key": hex.EncodeToString(pepper),
		"the key's bytes": string(pepper),
	}
	s.try(t, "kassa1", anna.Type)
	for range 12 {
		s.try(t, "kassa1", wrong(bo))
		s.try(t, "kassa2", "55424242")
		s.now = s.now.Add(time.Hour)
	}
	s.Badge(t.Context(), "kassa1", anna.Badge)
	s.Badge(t.Context(), "kassa1", "ZB1:QQQQCANARYQQQQ")
	s.try(t, "kassa1", "letters55424242")
	other, err := s.Reissue(t.Context(), bo.Number)
	if err != nil {
		t.Fatal(err)
	}
	secret["a new PIN"], secret["a new badge"] = other.Type[2:], other.Badge[4:]
	s.cfg.Pepper = append([]byte("another"), pepper...)
	s.restart(t)
	s.disk.broken = errors.New("the disk is full")
	if _, err := s.SignIn(t.Context(), "kassa1", anna.Type); err == nil || strings.Contains(err.Error(), anna.Type[2:]) {
		t.Errorf("got %v", err)
	}
	said := s.log.String()
	for _, want := range []string{"signed in", "wrong PIN", "locked", "a badge nobody has", "PIN and badge replaced", "another than the one they were made with"} {
		if !strings.Contains(said, want) {
			t.Errorf("the test itself: the log does not say %q", want)
		}
	}
	var kept strings.Builder
	for k, v := range s.disk.docs {
		fmt.Fprintf(&kept, "%s %s\n", k, v)
	}
	for what, text := range secret {
		if strings.Contains(said, text) {
			t.Errorf("%s stands in the log:\n%s", what, said)
		}
		if strings.Contains(kept.String(), text) {
			t.Errorf("%s is on the disk:\n%s", what, kept.String())
		}
	}
}

// Where a try cannot be counted it does not happen: 16.5.3 of OWASP's ASVS,
// no failing open.
func TestABrokenDiskSignsNobodyIn(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	s.disk.broken = errors.New("the disk is full")
	for range 20 {
		op, err := s.SignIn(t.Context(), "kassa1", anna.Type)
		var no *programme.Refusal
		if op.Name != "" || err == nil {
			t.Fatalf("got %+v, %v", op, err)
		}
		if errors.As(err, &no) {
			break // the tries were counted all the same
		}
	}
	if _, err := s.Add(t.Context(), "Bo", false); err == nil {
		t.Error("Bo was added")
	}
	if err := s.Remove(t.Context(), anna.Number); err == nil {
		t.Error("Anna was removed")
	}
	if _, err := signin.New(t.Context(), s.cfg); err == nil {
		t.Error("a door opens without knowing its operators")
	}
	s.disk.broken = nil
	s.now = s.now.Add(time.Hour)
	if err := s.Unlock(t.Context(), anna.Number); err != nil {
		t.Error(err)
	}
	if c, _ := s.try(t, "kassa1", anna.Type); c != "" {
		t.Errorf("once the disk is well: %q", c)
	}
}

// A commit of which nobody knows whether it came through counts as a try.
func TestATryWhoseCommitIsUnknownIsCounted(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	s.disk.lost = errors.New("it is not known whether this was recorded")
	for range 3 {
		if _, err := s.SignIn(t.Context(), "kassa1", anna.Type); err == nil {
			t.Fatal("signed in")
		}
	}
	s.disk.lost = nil
	if c, _ := s.try(t, "kassa1", anna.Type); c != programme.TryLater {
		t.Errorf("got %q", c)
	}
}

// Pulling the plug while the hash is computed gives no try for nothing.
func TestATryIsOnTheDiskBeforeItIsCompared(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	for n := range 5 {
		ctx := &dies{Context: t.Context(), disk: s.disk}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the test itself: it lived")
				}
			}()
			s.cfg.Store = ctx
			s.restart(t)
			s.SignIn(t.Context(), fmt.Sprint("lane", n), wrong(anna)) // it dies
		}()
		s.cfg.Store = s.disk
		s.restart(t)
		list, err := s.List(t.Context())
		if err != nil || list[0].Wrong != n+1 {
			t.Fatalf("after %d deaths: %+v, %v", n+1, list, err)
		}
		s.now = s.now.Add(time.Hour)
	}
}

// dies is a disk that is written to, and then the process ends.
type dies struct {
	context.Context
	*disk
}

func (d *dies) KeepOperators(ctx context.Context, docs map[string][]byte) error {
	if err := d.disk.KeepOperators(ctx, docs); err != nil {
		return err
	}
	panic("the plug was pulled")
}

// A thief's or a vandal's hash in the database takes neither memory nor time.
func TestAHashThatCostsTooMuchIsNotComputed(t *testing.T) {
	for _, hash := range []string{
		"$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=1000000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=200$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=-1,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$", "$argon2i$v=19$m=8,t=1,p=1$AA$AA", "plain", "$$$$$",
	} {
		s := newShop(t, quick)
		anna := s.add(t, "Anna", false)
		s.disk.docs["operator/10"] = []byte(fmt.Sprintf(`{"name":"Anna","manager":true,"pin":%q,"badge":"x"}`, hash))
		s.restart(t)
		began := time.Now()
		op, err := s.SignIn(t.Context(), "kassa1", anna.Type)
		var no *programme.Refusal
		if op.Name != "" || err == nil || errors.As(err, &no) || !strings.Contains(err.Error(), "zegel user reissue 10") {
			t.Errorf("%s: got %+v, %v", hash, op, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: took %v", hash, took)
		}
	}
}

// T22: hashing takes the memory of one hash, and nobody waits in a long row.
func TestManyAtOnceWaitInAShortRow(t *testing.T) {
	s := newShop(t, signin.Least)
	anna := s.add(t, "Anna", false)
	results := make(chan error, 60)
	var all sync.WaitGroup
	for range cap(results) {
		all.Go(func() {
			_, err := s.SignIn(t.Context(), "kassa1", anna.Type)
			results <- err
		})
	}
	all.Wait()
	close(results)
	in, later := 0, 0
	for err := range results {
		switch c, at := code(t, err); {
		case c == "":
			in++
		case c == programme.TryLater && at.Equal(s.now.Add(time.Second)):
			later++
		default:
			t.Errorf("got %q", c)
		}
	}
	if in < 1 || later < 1 || in+later != 60 {
		t.Errorf("%d in, %d later", in, later)
	}
	if c, _ := s.try(t, "kassa1", anna.Type); c != "" {
		t.Errorf("once the row is gone: %q", c)
	}
}

func TestADoorNeedsAKey(t *testing.T) {
	s := newShop(t, quick)
	s.cfg.Pepper = pepper[1:]
	if _, err := signin.New(t.Context(), s.cfg); err == nil {
		t.Error("a short key is taken")
	}
}

// Under another key no hash fits: nobody comes in, and the log says why.
func TestUnderAnotherKeyNobodyComesIn(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	s.cfg.Pepper = append([]byte("another"), pepper...)
	s.restart(t)
	if c, _ := s.try(t, "kassa1", anna.Type); c != programme.WrongPIN {
		t.Errorf("got %q", c)
	}
	if _, _, err := s.Badge(t.Context(), "kassa1", anna.Badge); err == nil {
		t.Error("the badge is taken")
	}
	if !strings.Contains(s.log.String(), "put the folder of secrets back") {
		t.Errorf("the log says %s", s.log.String())
	}
}

func TestWhatTheStoreKeptIsReadOrRefused(t *testing.T) {
	for key, doc := range map[string]string{"operator/x": "{}", "operator/10": "[]", "nonesuch/10": "{}", "lane/kassa1": "7", "tries/10": `{"wrong":"x"}`} {
		s := newShop(t, quick)
		s.disk.docs[key] = []byte(doc)
		if _, err := signin.New(t.Context(), s.cfg); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s %s: %v", key, doc, err)
		}
	}
}

// PINs are drawn, never chosen: over many, each digit comes at each place
// about as often.
func TestPINsAreDrawnEvenly(t *testing.T) {
	s := newShop(t, quick)
	anna := s.add(t, "Anna", false)
	var seen [6][10]int
	const draws = 3000
	for range draws {
		issued, err := s.Reissue(t.Context(), anna.Number)
		if err != nil {
			t.Fatal(err)
		}
		for place, digit := range issued.Type[2:] {
			seen[place][digit-'0']++
		}
	}
	for place, digits := range seen {
		for digit, n := range digits {
			if n < draws/10*7/10 || n > draws/10*13/10 { // above five standard deviations
				t.Errorf("digit %d at place %d: %d times of %d", digit, place, n, draws)
			}
		}
	}
}

// BenchmarkSignIn is the whole of a sign-in but the disk, in a shop with forty
// operators: the promise is 2 s.
func BenchmarkSignIn(b *testing.B) {
	s := newShop(b, signin.Least)
	var last signin.Issued
	for i := range 40 {
		last = s.add(b, fmt.Sprint("operator ", i), false)
	}
	b.Run("right", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.SignIn(b.Context(), "kassa1", last.Type); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("badge", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.Badge(b.Context(), "kassa1", last.Badge); err != nil {
				b.Fatal(err)
			}
		}
	})
}
