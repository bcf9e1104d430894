package store_test

import (
	"crypto/sha256"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/ledger"
)

// handClock stands still until it is moved.
type handClock struct{ now time.Time }

func (c *handClock) config(dir string, seed uint64) store.Config {
	cfg := config(dir, seed)
	if c.now.IsZero() {
		c.now = start
	}
	cfg.Now = func() time.Time { return c.now }
	return cfg
}

func (c *handClock) passes(d time.Duration) { c.now = c.now.Add(d) }

var errTooFew = errors.New("too few points")

// free is what may be spent of a holding besides what live holds have, from
// which set-aside each.
func free(v ledger.View, h ledger.Holding, points ledger.Points) ([]ledger.HoldPart, error) {
	var parts []ledger.HoldPart
	if v.Alone {
		if h.In("points").Points-h.Promised["points"] < points {
			return nil, errTooFew
		}
		return []ledger.HoldPart{{Account: h.Account, Wallet: "points", Points: points}}, nil
	}
	for _, s := range h.SetAsides {
		if take := min(points, s.Left-h.Held[s.ID]); take > 0 {
			parts = append(parts, ledger.HoldPart{Account: s.Account, Wallet: s.Wallet, From: s.ID, Points: take})
			points -= take
		}
	}
	if points > 0 {
		return nil, errTooFew
	}
	return parts, nil
}

func request(key string, s ...ledger.Subject) ledger.Request {
	return ledger.Request{Key: key, Digest: sha256.Sum256([]byte(key)), Subjects: s}
}

func hold(t testing.TB, db *store.DB, c *handClock, key string, s ledger.Subject, points ledger.Points) (ledger.Hold, error) {
	t.Helper()
	return db.Hold(t.Context(), request(key, s), func(v ledger.View) (ledger.Hold, error) {
		parts, err := free(v, v.Holdings[0], points)
		return ledger.Hold{
			Account: v.Holdings[0].Account, Lane: "kassa1", Until: ledger.Stamp(c.now.Add(10 * time.Minute).UnixMilli()), Rules: 1,
			Parts: parts, Wish: []byte(`[{"reward":"Korting"}]`),
		}, err
	})
}

func held(t testing.TB, db *store.DB, c *handClock, key string, s ledger.Subject, points ledger.Points) ledger.Hold {
	t.Helper()
	h, err := hold(t, db, c, key, s, points)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// redeemed are the entries that spend parts: one an account, what is missing
// without a draw.
func redeemed(parts []ledger.HoldPart, missing ledger.Points) (entries []ledger.Entry) {
	for _, p := range parts {
		e := ledger.Entry{Account: p.Account, Wallet: p.Wallet, Kind: ledger.Redeem, Points: -p.Points}
		if p.From != "" {
			e.Draws = []ledger.Draw{{From: p.From, Points: p.Points}}
		}
		entries = append(entries, e)
	}
	if missing > 0 {
		entries = append(entries, ledger.Entry{Account: parts[0].Account, Wallet: "points", Kind: ledger.Redeem, Points: -missing})
	}
	return entries
}

// payFrom posts a sale that captures a hold, or spends points without one.
func payFrom(t testing.TB, db *store.DB, c *handClock, key string, s ledger.Subject, id ledger.HoldID, points ledger.Points) (p ledger.Posted, seen *ledger.Hold, err error) {
	t.Helper()
	req := request(key, s)
	req.Hold = id
	p, err = db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
		seen = v.Hold
		h := v.Holdings[0]
		d := ledger.Draft{Kind: ledger.KindAward, Rules: 1, Moment: ledger.Calendar{}.Moment(c.now, true), Body: ledger.Body{
			Account: h.Account, Identifiers: s.Identifiers, Request: key, Lane: "kassa1",
		}}
		parts, err := free(v, h, points)
		switch {
		case v.Hold != nil && v.Hold.Until > ledger.Stamp(c.now.UnixMilli()):
			parts, err = v.Hold.Parts, nil
		case v.Hold != nil && err != nil: // too late: what is still there, the rest uncovered
			d.Entries = late(h, v.Hold.Parts)
			return ledger.Posting{Draft: d}, nil
		}
		d.Entries = redeemed(parts, 0)
		return ledger.Posting{Draft: d}, err
	})
	return p, seen, err
}

func late(h ledger.Holding, parts []ledger.HoldPart) []ledger.Entry {
	var have []ledger.HoldPart
	var missing ledger.Points
	for _, p := range parts {
		left := ledger.Points(0)
		for _, s := range h.SetAsides {
			if s.ID == p.From {
				left = min(p.Points, s.Left-h.Held[s.ID])
			}
		}
		if missing += p.Points - left; left > 0 {
			p.Points = left
			have = append(have, p)
		}
	}
	if len(have) == 0 {
		return []ledger.Entry{{Account: parts[0].Account, Wallet: "points", Kind: ledger.Redeem, Points: -missing}}
	}
	return redeemed(have, missing)
}

func look(t testing.TB, db *store.DB, s ledger.Subject) ledger.Holding {
	t.Helper()
	h, err := db.Look(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func promised(h ledger.Holding) (sum ledger.Points) {
	for _, p := range h.Held {
		sum += p
	}
	return sum + h.Promised["points"]
}

// Both kinds of shop: one that stands alone promises points of a wallet, one of
// a chain holds points of set-asides.
func TestHeldPointsAreNobodyElses(t *testing.T) {
	for _, alone := range []bool{true, false} {
		name := map[bool]string{true: "alone", false: "in a chain"}[alone]
		t.Run(name, func(t *testing.T) {
			var c handClock
			cfg := c.config(t.TempDir(), 800)
			db := open(t, cfg)
			if !alone {
				if err := db.Join(t.Context(), []byte("office key"), "nonce"); err != nil {
					t.Fatal(err)
				}
			}
			post(t, db, "gave", card(1), 10*ledger.Unit)
			h := held(t, db, &c, "sale", card(1), 7*ledger.Unit)
			if h.ID.IsZero() || h.Request != "sale" {
				t.Errorf("held as %+v", h)
			}
			if got := promised(look(t, db, card(1))); got != 7*ledger.Unit {
				t.Errorf("shows %v held", got)
			}
			if _, err := hold(t, db, &c, "other", card(1), 4*ledger.Unit); !errors.Is(err, errTooFew) {
				t.Errorf("another lane held the same points: %v", err)
			}
			if _, _, err := payFrom(t, db, &c, "other", card(1), ledger.HoldID{}, 4*ledger.Unit); !errors.Is(err, errTooFew) {
				t.Errorf("another lane spent the same points: %v", err)
			}
			held(t, db, &c, "third", card(1), 3*ledger.Unit)
			// The sale changes its mind: its own hold does not stand in its way.
			again := held(t, db, &c, "sale", card(1), 6*ledger.Unit)
			if _, err := hold(t, db, &c, "sale", card(1), 8*ledger.Unit); !errors.Is(err, errTooFew) {
				t.Errorf("%v", err)
			}
			if got := promised(look(t, db, card(1))); got != 9*ledger.Unit {
				t.Errorf("shows %v held after a refused change, want 6 and 3", got)
			}
			p, seen, err := payFrom(t, db, &c, "sale", card(1), again.ID, 0)
			if err != nil || seen == nil || seen.ID != again.ID || string(seen.Wish) != `[{"reward":"Korting"}]` || seen.Lane != "kassa1" || seen.Rules != 1 {
				t.Fatalf("the sale saw %+v, %v", seen, err)
			}
			if got := promised(look(t, db, card(1))); got != 3*ledger.Unit {
				t.Errorf("shows %v held once the sale is paid", got)
			}
			repeat, _, err := payFrom(t, db, &c, "sale", card(1), again.ID, 0)
			if err != nil || !repeat.Repeat || repeat.Record.Hash != p.Record.Hash {
				t.Errorf("asked again: %+v, %v", repeat, err)
			}
			var conflict *ledger.ConflictError
			if _, err := hold(t, db, &c, "sale", card(1), ledger.Unit); !errors.As(err, &conflict) || conflict.First != p.Record.Head.Key() {
				t.Errorf("held for a sale that is paid: %v", err)
			}
			if got := holds(t, db, card(1)); got != 4*ledger.Unit {
				t.Errorf("holds %v", got)
			}
			verified(t, db)
		})
	}
}

func TestAHoldEndsByReleaseOrByItsTime(t *testing.T) {
	var c handClock
	db := joined(t, c.config(t.TempDir(), 801))
	post(t, db, "gave", card(1), 10*ledger.Unit)
	h := held(t, db, &c, "a", card(1), 10*ledger.Unit)
	for range 2 { // the second time it is gone already
		if err := db.Release(t.Context(), h.ID); err != nil {
			t.Fatal(err)
		}
	}
	h = held(t, db, &c, "b", card(1), 10*ledger.Unit)
	c.passes(10*time.Minute - time.Millisecond)
	if got := promised(look(t, db, card(1))); got != 10*ledger.Unit {
		t.Errorf("%v held until the last moment", got)
	}
	c.passes(time.Millisecond)
	if got := promised(look(t, db, card(1))); got != 0 {
		t.Errorf("%v held after its time", got)
	}
	// Somebody else takes some of it; the late sale finds what was promised and
	// what is left.
	if _, _, err := payFrom(t, db, &c, "other", card(1), ledger.HoldID{}, 4*ledger.Unit); err != nil {
		t.Fatal(err)
	}
	p, seen, err := payFrom(t, db, &c, "b", card(1), h.ID, 10*ledger.Unit)
	if err != nil || seen == nil || seen.Parts[0].Points != 10*ledger.Unit {
		t.Fatalf("the late sale saw %+v, %v", seen, err)
	}
	if e := p.Record.Head.Entries; len(e) != 2 || e[0].Draws[0].Points != 6*ledger.Unit || e[1].Points != -4*ledger.Unit || len(e[1].Draws) > 0 {
		t.Errorf("the late sale wrote %+v", e)
	}
	// A day later nobody remembers, once somebody holds again.
	post(t, db, "more", card(1), 10*ledger.Unit)
	h = held(t, db, &c, "c", card(1), ledger.Unit)
	c.passes(24*time.Hour + 11*time.Minute)
	held(t, db, &c, "d", card(1), ledger.Unit)
	if _, seen, err := payFrom(t, db, &c, "c", card(1), h.ID, ledger.Unit); err != nil || seen != nil {
		t.Errorf("a day later the sale saw %+v, %v", seen, err)
	}
	verified(t, db)
}

func TestAHoldBelongsToOneSale(t *testing.T) {
	var c handClock
	db := joined(t, c.config(t.TempDir(), 802))
	post(t, db, "gave", card(1), 10*ledger.Unit)
	h := held(t, db, &c, "mine", card(1), 8*ledger.Unit)
	if _, seen, err := payFrom(t, db, &c, "yours", card(1), h.ID, 3*ledger.Unit); !errors.Is(err, errTooFew) || seen != nil {
		t.Errorf("another sale captured it: %+v, %v", seen, err)
	}
	// The sale is paid without naming it: what it had is the sale's all the same.
	if _, seen, err := payFrom(t, db, &c, "mine", card(1), ledger.HoldID{}, 9*ledger.Unit); err != nil || seen != nil {
		t.Errorf("%+v, %v", seen, err)
	}
	if got := promised(look(t, db, card(1))); got != 0 {
		t.Errorf("%v is held for a sale that is paid", got)
	}
}

func TestACloseLeavesOutWhatIsHeld(t *testing.T) {
	var c handClock
	db := joined(t, c.config(t.TempDir(), 803))
	post(t, db, "gave", card(1), 10*ledger.Unit)
	h := held(t, db, &c, "sale", card(1), 7*ledger.Unit)
	closeAll := func() {
		t.Helper()
		if err := db.CloseSetAsides(t.Context(), ledger.Calendar{}.Moment(start, true)); err != nil {
			t.Fatal(err)
		}
	}
	closeAll()
	if got := setAside(t, db, card(1)); got != 7*ledger.Unit {
		t.Errorf("%v stays set aside", got)
	}
	n := verified(t, db).Records
	closeAll()
	if got := verified(t, db).Records; got != n {
		t.Errorf("nothing was left to close, and %d records were written", got-n)
	}
	if _, _, err := payFrom(t, db, &c, "sale", card(1), h.ID, 0); err != nil {
		t.Fatal(err)
	}
	held(t, db, &c, "x", card(2), 0)
	verified(t, db)
}

// What a decision that forgot to look draws from under a live hold is not
// written.
func TestTheStoreItselfGuardsWhatIsHeld(t *testing.T) {
	var c handClock
	db := joined(t, c.config(t.TempDir(), 804))
	p := post(t, db, "gave", card(1), 10*ledger.Unit)
	id := p.Record.Head.Key().Entry(1).SetAside()
	held(t, db, &c, "sale", card(1), 7*ledger.Unit)
	req, decide := spend("greedy", card(1), 4*ledger.Unit)
	if _, err := db.Post(t.Context(), req, decide); err == nil || !strings.Contains(err.Error(), "besides what is held") {
		t.Errorf("4 of 3: %v", err)
	}
	account := p.Body.Account
	for name, part := range map[string]ledger.HoldPart{
		"more than is free":           {Account: account, Wallet: "points", From: id, Points: 4 * ledger.Unit},
		"nothing":                     {Account: account, Wallet: "points", From: id},
		"another wallet":              {Account: account, Wallet: "stamps", From: id, Points: 1},
		"a set-aside that is not":     {Account: account, Wallet: "points", From: "g/1", Points: 1},
		"a wallet, as in a lone shop": {Account: account, Wallet: "points", Points: 1},
		"somebody else's":             {Account: ledger.Account{9}, Wallet: "points", From: id, Points: 1},
	} {
		_, err := db.Hold(t.Context(), request("other", card(1)), func(ledger.View) (ledger.Hold, error) {
			return ledger.Hold{Until: 1 << 50, Parts: []ledger.HoldPart{part}}, nil
		})
		if err == nil {
			t.Errorf("%s was held", name)
		}
	}
	if got := promised(look(t, db, card(1))); got != 7*ledger.Unit {
		t.Errorf("%v held", got)
	}
}

// What an old branch set aside is void, and what a lone shop promised is head
// office's to give once it has joined: a sale under way then comes too late.
func TestHoldsLapseWithTheBranchAndWhenTheShopJoins(t *testing.T) {
	var c handClock
	t.Run("a branch", func(t *testing.T) {
		db := joined(t, c.config(t.TempDir(), 805))
		post(t, db, "gave", card(1), 10*ledger.Unit)
		h := held(t, db, &c, "sale", card(1), 7*ledger.Unit)
		cut(t, db, 1)
		if got := promised(look(t, db, card(1))); got != 0 {
			t.Errorf("%v held of what is void", got)
		}
		p, seen, err := payFrom(t, db, &c, "sale", card(1), h.ID, 7*ledger.Unit)
		if err != nil || seen == nil || seen.Until > ledger.Stamp(c.now.UnixMilli()) || len(p.Record.Head.Entries[0].Draws) > 0 {
			t.Errorf("saw %+v, wrote %+v, %v", seen, p.Record.Head.Entries, err)
		}
		verified(t, db)
	})
	t.Run("joining", func(t *testing.T) {
		db := open(t, c.config(t.TempDir(), 806))
		post(t, db, "gave", card(1), 10*ledger.Unit)
		held(t, db, &c, "sale", card(1), 7*ledger.Unit)
		if err := db.Join(t.Context(), []byte("office key"), "nonce"); err != nil {
			t.Fatal(err)
		}
		if got := promised(look(t, db, card(1))); got != 0 {
			t.Errorf("%v held", got)
		}
	})
	t.Run("a lone shop's copy", func(t *testing.T) {
		cfg := c.config(t.TempDir(), 807)
		db := open(t, cfg)
		post(t, db, "gave", card(1), 10*ledger.Unit)
		held(t, db, &c, "sale", card(1), 7*ledger.Unit)
		db.Close()
		cfg.Mark = filepath.Join(t.TempDir(), "elsewhere", "mark.json")
		db = open(t, cfg)
		if got := promised(look(t, db, card(1))); got != 7*ledger.Unit {
			t.Errorf("%v held after a restart in a new branch", got)
		}
	})
}

// Nobody is made a member's account by looking, holding or being refused.
func TestOnlyWhatAPostingNamesIsMade(t *testing.T) {
	var c handClock
	db := joined(t, c.config(t.TempDir(), 808))
	held(t, db, &c, "x", card(1), 0)
	req, decide := award("y", card(2), ledger.Unit)
	req.Subjects = append(req.Subjects, card(3))
	if _, err := db.Post(t.Context(), req, decide); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]bool{1: true, 2: false, 3: true} {
		if got := look(t, db, card(n)).New; got != want {
			t.Errorf("card %d is new: %v, want %v", n, got, want)
		}
	}
	if s, err := db.Status(t.Context()); err != nil || s.Accounts != 1 {
		t.Errorf("%d accounts, %v", s.Accounts, err)
	}
	verified(t, db)
}
