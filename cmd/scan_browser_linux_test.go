package cmd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/rs/zerolog"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/store"
	"zegel/terminal"
	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
	"zegel/terminal/loyalty/session"
)

// noteCards notes when each card stands in pixels: two frames after the page
// was changed, in milliseconds since 1970.
const noteCards = `(() => {
	window.painted = {};
	const now = () => performance.timeOrigin + performance.now();
	new MutationObserver(() => {
		const card = document.querySelector('.person .card')?.innerText;
		if (!card || card in painted) return;
		painted[card] = 0;
		requestAnimationFrame(() => requestAnimationFrame(() => { painted[card] = now(); }));
	}).observe(document.getElementById('head'), { childList: true, subtree: true });
	return now();
})()`

// How long it takes from the first byte that a scanner sends until the
// customer stands on the screen in pixels: scanner, line, daemon, event stream
// and browser, all of them real. The shop speaks English.
func TestBrowserShowsAScanInTime(t *testing.T) {
	rules := bytes.Replace(programmes.WithRewards("Shop", "29", "1.00"), []byte(`language = "nl"`), []byte(`language = "en"`), 1)
	s := browserShop(t, demo.ShopConfig{Binary: buildZegel(t), Programme: rules})
	p := openTill(t, s)
	p.reads("Ready for the next customer", "Scan a card, or type a card or phone number.")
	before := time.Now()
	clock := browserTime(eval[float64](p.tab, noteCards))
	t.Logf("the browser's clock is %v to %v ahead", time.Until(clock).Round(100*time.Microsecond), clock.Sub(before).Round(100*time.Microsecond))
	const times = 64
	took := make([]time.Duration, 0, times)
	for i := range times {
		card := demo.Card(100 + i)
		began := time.Now()
		p.scan(card)
		shown := fmt.Sprintf("painted['…%s']", card[9:])
		p.until("the card stands in pixels", shown+" > 0")
		took = append(took, browserTime(eval[float64](p.tab, shown)).Sub(began))
		p.types(kb.Escape)
		p.reads("Ready for the next customer")
	}
	slices.Sort(took)
	t.Logf("from a scan to pixels: p50 %v, p95 %v, most %v of %d", took[times/2].Round(100*time.Microsecond),
		took[times*95/100].Round(100*time.Microsecond), took[times-1].Round(100*time.Microsecond), times)
	p.scan(demo.Card(1))
	p.reads("Customer at the till", "New card")
	p.types("4500" + kb.Enter)
	p.reads("Amount €45.00.", "Paid")
	p.types(kb.Enter)
	p.reads("Done", "Earned: 45 points, 9 stamps. The points are added. Hand over the slip.")
	p.paper("45 points", "9 stamps")
}

func browserTime(ms float64) time.Time { return time.UnixMicro(int64(ms * 1000)) }

// A counter where nobody did anything for a while asks who is there.
func TestBrowserLocksAnIdleCounter(t *testing.T) {
	p := serveDesk(t, time.Second)
	p.reads("Meld je eerst aan")
	p.types("1234" + kb.Enter)
	p.reads("Klaar voor de volgende klant", "Anna")
	p.types(demo.Card(1) + kb.Enter)
	p.reads("Klant aan de kassa", "…"+demo.Card(1)[9:])
	p.reads("Meld je eerst aan")
	p.misses("Anna")
	p.look("locked")
	p.types("1234" + kb.Enter)
	p.reads("Klant aan de kassa", "Anna", "…"+demo.Card(1)[9:])
}

// serveDesk serves the page of a desk over a database, both of them real, at
// which Anna signs in and stays so for a while.
func serveDesk(t *testing.T, lock time.Duration) *till {
	t.Helper()
	rules, err := file.Parse(programmes.Starter("Winkel", "29", "1.00"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	db, err := store.Open(t.Context(), store.Config{
		Path: filepath.Join(folder, "zegel.db"), Mark: filepath.Join(folder, "mark", "mark.json"), Now: time.Now, Rand: rand.Reader, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	desk, err := terminal.New(terminal.Config{
		Lane: "kassa1", Store: db, Rules: rules, Keys: []member.ChainKey{key}, Zone: time.UTC, Now: time.Now, Trusted: db.TrustsClock,
		Rand: rand.Reader, Posted: func() {}, SignInNeeded: func() bool { return true }, IdleLock: lock, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- desk.Run(ctx) }() // the end of the test waits for it
	host := httptest.NewServer(cashier.Handler(cashier.Config{
		Lanes: []string{"kassa1"},
		Desk:  func(lane string) (cashier.Desk, bool) { return desk, lane == "kassa1" },
		SignIn: func(_ context.Context, _, secret string) (session.Operator, error) {
			if secret == "1234" {
				return session.Operator{Name: "Anna"}, nil
			}
			return session.Operator{}, &programme.Refusal{Code: programme.WrongPIN}
		},
		Rules: func() programme.Rules { return rules }, NotRecorded: func(error) bool { return false }, Now: time.Now, Version: "1.0.0", Log: zerolog.Nop(),
	}))
	t.Cleanup(func() {
		host.CloseClientConnections()
		stop()
		if err := errors.Join(<-ran, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return &till{tab: browse(t, host.URL+"/kassa/kassa1/")}
}
