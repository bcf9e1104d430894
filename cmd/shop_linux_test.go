package cmd_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
	"zegel/store"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A chain is a head office and the means to give it shops, all of them real.
type chain struct {
	t      *testing.T
	binary string
	office *demo.Office
}

func newChain(t *testing.T) *chain {
	t.Helper()
	office, err := demo.OpenOffice(t.Context(), filepath.Join(t.TempDir(), "office"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := office.Close(); err != nil {
			t.Error(err)
		}
	})
	return &chain{t: t, binary: buildZegel(t), office: office}
}

// shop is a shop's folder and devices; nothing runs yet.
func (c *chain) shop(office, pulled string) *demo.Shop {
	c.t.Helper()
	return c.shopWith(programmes.Starter("Winkel", "29", "1.00"), office, pulled)
}

func (c *chain) shopWith(rules []byte, office, pulled string) *demo.Shop {
	c.t.Helper()
	folder := c.t.TempDir()
	s, err := demo.NewShop(demo.ShopConfig{
		Binary: c.binary, Folder: folder, Programme: rules,
		Office: office, Pulled: pulled, Paper: filepath.Join(folder, "paper"),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		s.Stop() // its error is the daemon's, which a test that minds has looked at
		s.Close()
	})
	return s
}

func (c *chain) join(s *demo.Shop) {
	c.t.Helper()
	code, err := c.office.Code(c.t.Context(), "Winkel")
	if err == nil {
		_, err = s.Tool(c.t.Context(), "join", code, "--set", "office.url="+c.office.URL())
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

func start(t *testing.T, s *demo.Shop) {
	t.Helper()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func stop(t *testing.T, s *demo.Shop) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

// sell lets a customer with card n pay, and gives the account that earned.
func sell(t *testing.T, s *demo.Shop, id string, n int, cents int64) ledger.Account {
	t.Helper()
	return paid(t, s, id, n, cents).account
}

// A sold is what a till was told.
type sold struct {
	demo.Answer
	account ledger.Account
}

// paid lets a customer with card n pay, a part of it with points.
func paid(t *testing.T, s *demo.Shop, id string, n int, cents int64, wishes ...demo.Wish) sold {
	t.Helper()
	scan(t, s, n)
	a, status, err := s.Sell(t.Context(), id, "2026-11-22", cents, wishes...)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("sale %s: %d %s, %v", id, status, a.Detail, err)
	}
	told := sold{Answer: a}
	if err := told.account.UnmarshalText([]byte(a.Account)); err != nil {
		t.Fatal(err)
	}
	return told
}

// scan brings the customer with card n to the counter. Somebody else's card is
// read first: the same code twice at once is taken for the scanner's repeat.
// Who that is leaves again.
func scan(t *testing.T, s *demo.Shop, n int) {
	t.Helper()
	for _, code := range []string{demo.Card(999), demo.Card(n)} {
		if _, err := s.Cancel(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Scanner.Write([]byte(code + "\r\n")); err != nil {
			t.Fatal(err)
		}
		if err := s.Until(t.Context(), "the card is at the counter", func() (bool, error) {
			v, err := s.View(t.Context())
			return err == nil && v.State == "card" && strings.HasSuffix(v.Card, code[9:]), err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// sent waits until head office has confirmed everything the shop has.
func sent(t *testing.T, s *demo.Shop) {
	t.Helper()
	if err := s.Until(t.Context(), "everything is at head office", func() (bool, error) {
		st, err := s.Status(t.Context())
		return err == nil && st.Store.Unsent == 0, err
	}); err != nil {
		t.Fatal(err)
	}
}

// has waits until head office's books say what they should, and are in order.
func (c *chain) has(want map[ledger.Account]ledger.Points) {
	c.t.Helper()
	if err := c.office.Kept.CatchUp(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	got, err := c.office.Balances(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for account, points := range want {
		if got[account] != points {
			c.t.Errorf("head office has %v for account %s, want %v", got[account], account.Short(), points)
		}
		delete(got, account)
	}
	for account, points := range got {
		c.t.Errorf("head office has %v for account %s, which nobody gave", points, account.Short())
	}
	problems, err := c.office.Verify(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range problems {
		c.t.Errorf("head office: %s", p)
	}
}

func verifyShop(t *testing.T, s *demo.Shop) {
	t.Helper()
	report, err := store.Verify(t.Context(), filepath.Join(s.Folder(), "data", "zegel.db"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("verify: %s: %s", f.Invariant, f.Text)
	}
}

func TestShopThatStoodAloneJoinsWithItsBalances(t *testing.T) {
	c := newChain(t)
	s := c.shop(c.office.URL(), "")
	start(t, s)
	a := sell(t, s, "1", 1, 1250)
	b := sell(t, s, "2", 2, 4000)
	stop(t, s)
	c.join(s)
	start(t, s)
	if again := sell(t, s, "3", 1, 350); again != a {
		t.Error("after joining the card leads to another account")
	}
	sent(t, s)
	stop(t, s)
	// 12.50 + 3.50: the remainder of the first purchase counts with the second.
	c.has(map[ledger.Account]ledger.Points{a: 16 * ledger.Unit, b: 40 * ledger.Unit})
	verifyShop(t, s)
}

// copyShop is a disk image of a shop brought to another PC: database, mark and
// keys, everything.
func (c *chain) copyShop(s *demo.Shop) *demo.Shop {
	c.t.Helper()
	other := c.shop(c.office.URL(), "")
	for _, part := range []string{"data", "mark", "secrets"} {
		if err := os.CopyFS(filepath.Join(other.Folder(), part), os.DirFS(filepath.Join(s.Folder(), part))); err != nil {
			c.t.Fatal(err)
		}
	}
	// As whoever copies a disk leaves it: keys that others can read are refused.
	if err := os.Chmod(filepath.Join(other.Folder(), "secrets"), 0o700); err != nil {
		c.t.Fatal(err)
	}
	return other
}

func TestClonedDatabaseLosesItsAuthorityAndNoFact(t *testing.T) {
	c := newChain(t)
	s := c.shop(c.office.URL(), "")
	c.join(s)
	start(t, s)
	a := sell(t, s, "1", 1, 1000)
	sent(t, s)
	stop(t, s)
	clone := c.copyShop(s)
	start(t, s)
	start(t, clone)
	sell(t, s, "2", 1, 200)
	sell(t, clone, "3", 1, 400)
	b := sell(t, clone, "4", 2, 900)
	sent(t, s)
	sent(t, clone)
	d := sell(t, s, "5", 3, 800)
	sent(t, s)
	sell(t, clone, "6", 1, 1600)
	sent(t, clone)
	stop(t, s)
	stop(t, clone)
	c.has(map[ledger.Account]ledger.Points{a: 32 * ledger.Unit, b: 9 * ledger.Unit, d: 8 * ledger.Unit})
	terminals, err := c.office.Kept.Store.Terminals(t.Context())
	if err != nil || len(terminals) != 1 {
		t.Fatalf("%d terminals, %v", len(terminals), err)
	}
	authority, reason, err := c.office.Kept.Store.Authority(t.Context(), terminals[0].Terminal)
	if err != nil || authority != bulletin.NoAuthority {
		t.Errorf("authority %q (%s), %v: two copies are going on under one name", authority, reason, err)
	}
	t.Logf("head office says: %s", reason)
	verifyShop(t, s)
	verifyShop(t, clone)
}

func TestRestoredBackupGoesOnAndCountsNothingTwice(t *testing.T) {
	c := newChain(t)
	s := c.shop(c.office.URL(), "")
	c.join(s)
	start(t, s)
	a := sell(t, s, "1", 1, 1000)
	sent(t, s)
	stop(t, s)
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(filepath.Join(s.Folder(), "data"))); err != nil {
		t.Fatal(err)
	}
	start(t, s)
	sell(t, s, "2", 1, 700)
	sent(t, s)
	stop(t, s)
	if err := os.RemoveAll(filepath.Join(s.Folder(), "data")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(s.Folder(), "data"), os.DirFS(backup)); err != nil {
		t.Fatal(err)
	}
	start(t, s)
	b := sell(t, s, "3", 2, 300)
	sent(t, s)
	stop(t, s)
	c.has(map[ledger.Account]ledger.Points{a: 17 * ledger.Unit, b: 3 * ledger.Unit})
	verifyShop(t, s)
}

func TestPulledShopNeedsNoLineOfItsOwn(t *testing.T) {
	c := newChain(t)
	port := freePort(t)
	s := c.shop("", port)
	c.join(s)
	start(t, s)
	a := sell(t, s, "1", 1, 1000)
	terminals, err := c.office.Kept.Store.Terminals(t.Context())
	if err != nil || len(terminals) != 1 {
		t.Fatalf("%d terminals, %v", len(terminals), err)
	}
	n, err := c.office.Kept.Pull(t.Context(), "https://"+port, terminals[0].Terminal)
	if err != nil || n == 0 {
		t.Fatalf("pulled %d batches, %v", n, err)
	}
	sent(t, s)
	stop(t, s)
	c.has(map[ledger.Account]ledger.Points{a: 10 * ledger.Unit})
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}

// wanted is points paid with, each worth a cent.
func wanted(points int64) demo.Wish {
	return demo.Wish{Reward: "Betalen met punten", Points: points * int64(ledger.Unit)}
}

// refuses checks that the customer at the counter gets no points off, and why.
func refuses(t *testing.T, s *demo.Shop, id string, w demo.Wish, code string) {
	t.Helper()
	a, status, err := s.Sell(t.Context(), id, "2026-11-22", 2000, w)
	if err != nil || status != http.StatusUnprocessableEntity || !strings.HasSuffix(a.Detail, "("+code+")") {
		t.Errorf("sale %s of %d points: %d %s, %v, want %s", id, w.Points, status, a.Detail, err, code)
	}
}

// One card at two shops: without a line a shop spends what is set aside for it
// and not a point more, whatever the member holds.
func TestPointsAreRedeemedWithAndWithoutALine(t *testing.T) {
	c := newChain(t)
	rules := programmes.WithRewards("Winkel", "29", "1.00")
	here, there := c.shopWith(rules, c.office.URL(), ""), c.shopWith(rules, c.office.URL(), "")
	for _, s := range []*demo.Shop{here, there} {
		c.join(s)
		start(t, s)
	}
	// 450 points and 90 stamps each.
	sell(t, here, "1", 1, 45000)
	sell(t, here, "2", 1, 45000)
	sent(t, here)
	scan(t, here, 1)
	if err := here.Until(t.Context(), "points can be redeemed where the member comes most", func() (bool, error) {
		most, err := here.Offer(t.Context(), wanted(0).Reward, "2026-11-22", 2000)
		return most >= wanted(200).Points, err
	}); err != nil {
		t.Fatal(err)
	}
	// With a line: 100 points off 20 euros leave 19 to earn on, and 3 stamps.
	if a := paid(t, here, "3", 1, 2000, wanted(100)); a.Discount != 100 || len(a.Redeemed) != 1 || len(a.Earned) != 2 || a.Earned[0].Points != 19_000 {
		t.Errorf("with a line: %+v", a)
	}
	sent(t, here)
	// The other shop learns of the member by selling for half a euro, which
	// earns nothing yet.
	sell(t, there, "1", 1, 50)
	sent(t, there)
	scan(t, there, 1)
	if err := there.Until(t.Context(), "the other shop knows what the card holds", func() (bool, error) {
		a, _, err := there.Sell(t.Context(), "2", "2026-11-22", 2000, wanted(100))
		return strings.HasSuffix(a.Detail, "(K-220)"), err
	}); err != nil {
		t.Fatal(err)
	}

	if err := c.office.Cut(); err != nil {
		t.Fatal(err)
	}
	off := paid(t, here, "4", 1, 2000, wanted(100))
	if off.Discount != 100 || off.Earned[0].Points != 19_000 {
		t.Errorf("without a line: %+v", off)
	}
	again, status, err := here.Sell(t.Context(), "4", "2026-11-22", 2000, wanted(100))
	if err != nil || status != http.StatusOK || !again.Repeat || again.Discount != 100 || again.Record != off.Record {
		t.Errorf("the repeat: %d %+v, %v", status, again, err)
	}
	scan(t, here, 1)
	refuses(t, here, "5", wanted(500), "K-220") // the member holds 738
	refuses(t, here, "5", wanted(1000), "K-201")
	refuses(t, there, "2", wanted(100), "K-220")
	if err := c.office.Restore(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*demo.Shop{here, there} {
		sent(t, s)
		stop(t, s)
		verifyShop(t, s)
	}
	// 900 less 200 and 38 more; 180 stamps and 6 more.
	c.hasInAll(map[ledger.Wallet]ledger.Points{"points": 738 * ledger.Unit, "stamps": 186 * ledger.Unit})
}

// hasInAll waits until head office's books say what all accounts together
// should have, and are in order.
func (c *chain) hasInAll(want map[ledger.Wallet]ledger.Points) {
	c.t.Helper()
	if err := c.office.Kept.CatchUp(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	all, err := c.office.Kept.Store.Balances(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	got := make(map[ledger.Wallet]ledger.Points)
	for purse, balance := range all {
		got[purse.Wallet] += balance.Points
		if balance.Points < balance.SetAside {
			c.t.Errorf("account %s is in debt: %+v", purse.Account.Short(), balance)
		}
	}
	if !maps.Equal(got, want) {
		c.t.Errorf("head office has %v, want %v", got, want)
	}
	problems, err := c.office.Verify(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range problems {
		c.t.Errorf("head office: %s", p)
	}
}
