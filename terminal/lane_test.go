package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/terminal"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/session"
)

const (
	annsCard = "2900001234566"
	bobsCard = "2900000000025"
)

// A lane is a desk with all that hangs on it in our hands.
type lane struct {
	*terminal.Desk
	store *memory
	log   *safeBuffer
	woken atomic.Int64
	clock *clock
}

// A clock goes when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A safeBuffer is a log that several may write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newLane(t testing.TB) *lane {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	return anotherLane(t, "kassa1", newMemory(c.Now), c, nil)
}

// anotherLane is a lane of the shop that has this store.
func anotherLane(t testing.TB, name string, store *memory, c *clock, change func(*terminal.Config)) *lane {
	t.Helper()
	l := &lane{store: store, log: &safeBuffer{}, clock: c}
	var keys []member.ChainKey
	for _, secret := range []byte{7, 3} {
		key, err := member.NewChainKey(bytes.Repeat([]byte{secret}, member.KeySize))
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	cfg := terminal.Config{
		Lane: name, Store: l.store, Keys: keys, Zone: time.UTC, Now: c.Now, Trusted: func(time.Time) bool { return true },
		Rand: rand.NewChaCha8([32]byte{1}), Posted: func() { l.woken.Add(1) }, Log: zerolog.New(l.log),
		Rules: programme.Rules{
			Version: 1, Name: "Punten", Currency: "EUR", Zone: "UTC", Language: "nl", UsualMax: 500_00, KeepDays: 400,
			Wallets: []programme.Wallet{{Name: "points", Units: map[string]programme.Unit{"nl": {One: "punt", Many: "punten"}}}},
			Earn:    []programme.Rule{{Name: "base", Wallet: "points", Points: ledger.Unit, Per: 100, Step: ledger.Unit, Rounding: programme.Floor}},
			Rewards: []programme.Reward{{Name: "Korting", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 5, Minimum: 10 * ledger.Unit}},
			Cards:   member.Formats{{Name: "card", Class: member.GTIN, Prefixes: []string{"29"}}},
			Limits:  programme.Limits{Goodwill: 100 * ledger.Unit}, PhoneCountry: "31", Bearer: programme.Bearer{Days: 14},
		},
	}
	if change != nil {
		change(&cfg)
	}
	desk, err := terminal.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l.Desk = desk
	return l
}

func (l *lane) wait(d time.Duration) { l.clock.wait(d) }

func (l *lane) scan(t testing.TB, card string) session.View {
	t.Helper()
	v, err := l.Scan(t.Context(), card, "]E0")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sale(id string, euros basket.Money) session.Sale {
	return session.Sale{Basket: basket.Basket{Key: basket.Key{Till: "1", Day: "2026-11-22", ID: id}, Currency: "EUR", Total: euros * 100}}
}

func (l *lane) sell(t testing.TB, s session.Sale) session.Answer {
	t.Helper()
	a, err := l.Sale(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// refused is the code of a sale that must be refused.
func (l *lane) refused(t testing.TB, s session.Sale) programme.Code {
	t.Helper()
	a, err := l.Sale(t.Context(), s)
	return codeOf(t, err, a)
}

func codeOf(t testing.TB, err error, instead any) programme.Code {
	t.Helper()
	var no *programme.Refusal
	if !errors.As(err, &no) {
		t.Fatalf("got %+v, %v, want a refusal", instead, err)
	}
	return no.Code
}

func (l *lane) expect(t testing.TB, state session.State, mask string, balance ...ledger.Points) {
	t.Helper()
	v := l.View()
	var got []ledger.Points
	for _, a := range v.Balance {
		got = append(got, a.Points)
	}
	if v.State != state || v.Card != mask || !reflect.DeepEqual(got, balance) || v.Lane != "kassa1" {
		t.Errorf("the screen shows %+v, want %s with %q and %v", v, state, mask, balance)
	}
}

// press is the view after a key of the page that must not be refused.
func (l *lane) press(t testing.TB, e session.Event) session.View {
	t.Helper()
	v, err := l.tryPress(t, e)
	if err != nil {
		t.Fatalf("%s: %v", e.Kind, err)
	}
	return v
}

func (l *lane) tryPress(t testing.TB, e session.Event) (session.View, error) {
	t.Helper()
	e.Turn = l.View().Turn
	return l.Do(t.Context(), e, session.Operator{})
}

// says fails unless the screen is in a state and says a sentence, all of it.
func (l *lane) says(t testing.TB, state session.State, sentence string) session.View {
	t.Helper()
	v := l.View()
	got := ""
	if v.Said != nil {
		got = strings.ReplaceAll(v.Said.Text, "\u00a0", " ")
	}
	if v.State != state || got != sentence {
		t.Fatalf("the screen is at %s and says %q,\nwant %s and %q", v.State, got, state, sentence)
	}
	return v
}

// give lets a card have points without anything having been sold.
func give(l *lane, card string, points ledger.Points) {
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		panic(err)
	}
	account := ledger.Account{0xee, byte(len(l.store.points))}
	l.store.accounts[member.NewRef(key, member.KindCard, card)] = account
	l.store.points[account] = points * ledger.Unit
}

// The last piece was had at another lane: nobody here has to pick it to hear so.
func TestARewardThatIsSoldOutIsShownAsSuch(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	house := ledger.Holding{Account: ledger.Account{0xff}, Known: true}
	l := anotherLane(t, "kassa1", newMemory(c.Now), c, func(cfg *terminal.Config) {
		cfg.Rules.Rewards[0].Caps = []programme.Cap{{Times: 1, Per: programme.PerDay, Of: programme.OfTerminal}}
		cfg.House = func(context.Context) (ledger.Holding, error) { return house, nil }
	})
	give(l, annsCard, 100)
	l.scan(t, annsCard)
	if v := l.press(t, amount(15_00)); v.Rewards[0].Code != "" {
		t.Fatalf("at first: %+v", v.Rewards)
	}
	house.Positions = []ledger.Position{{Wallet: "cap/reward/Korting/times/day", Points: ledger.Unit}}
	if v := l.press(t, amount(20_00)); v.Rewards[0].Code != "K-218" {
		t.Errorf("with the amount: %+v", v.Rewards)
	}
	if q, err := l.Quote(t.Context(), sale("1", 20).Basket); err != nil || q.Rewards[0].Code != "K-218" {
		t.Errorf("quoted: %+v, %v", q.Rewards, err)
	}
	// What is practised is counted apart.
	l.press(t, cancel)
	l.press(t, cancel)
	l.press(t, session.Event{Kind: session.Practice, On: true})
	l.scan(t, annsCard)
	if v := l.press(t, amount(20_00)); v.Rewards[0].Code != "" {
		t.Errorf("while practising: %+v", v.Rewards)
	}
}
