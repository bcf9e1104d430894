package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"zegel/store"
	"zegel/store/sqlite"
	"zegel/store/sqlite/crashtest"
	"zegel/terminal/loyalty/ledger"
)

// A disk that is full or fails for an hour must not cost the rest of the day.
func TestTheShopSellsAgainOnceItsDiskIsWell(t *testing.T) {
	for name, fault := range map[string]crashtest.Fault{
		"full":              {Kind: crashtest.Any, After: 1, Sticky: true, Full: true},
		"writes fail":       {Kind: crashtest.Write, After: 1, Sticky: true},
		"syncs fail":        {Kind: crashtest.Sync, After: 1, Sticky: true},
		"everything fails":  {Kind: crashtest.Any, After: 1, Sticky: true},
		"one sync is lost":  {Kind: crashtest.Sync, After: 1, Forget: true},
		"one write is lost": {Kind: crashtest.Write, After: 2},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t, 300, sqlite.Full)
			defer c.disk.Close()
			db := open(t, c.cfg)
			defer db.Close()
			post(t, db, "before", card(1), ledger.Unit)
			c.disk.Fail(fault)
			answers := make(map[string]error)
			for i := range 4 {
				key := fmt.Sprintf("2026-11-22/kassa1/%d", i)
				req, decide := award(key, card(1), ledger.Unit)
				_, answers[key] = db.Post(t.Context(), req, decide)
			}
			c.disk.Mend()
			if got := holds(t, db, card(1)); got < ledger.Unit {
				t.Errorf("the card holds %v, and 1 at least was acknowledged", got)
			}
			post(t, db, "after", card(1), ledger.Unit)
			want := 2 * ledger.Unit
			for key, answer := range answers {
				_, found, err := db.Answer(t.Context(), key)
				if err != nil {
					t.Fatal(err)
				}
				if answer == nil && !found || errors.Is(answer, store.ErrNotRecorded) && found {
					t.Errorf("%s was answered %v, and found is %v", key, answer, found)
				}
				if found {
					want += ledger.Unit
				}
			}
			if got := holds(t, db, card(1)); got != want {
				t.Errorf("the card holds %v, want %v", got, want)
			}
			verified(t, db)
		})
	}
}

// Whoever comes next opens the database again, not the next award only: a
// spooler that stopped for it would take the whole shop with it.
func TestReadersDoNotFailForAnErrorBefore(t *testing.T) {
	c := newCounter(t, 301, sqlite.Full)
	defer c.disk.Close()
	db := open(t, c.cfg)
	defer db.Close()
	post(t, db, "before", card(1), ledger.Unit)
	c.disk.Fail(crashtest.Fault{Kind: crashtest.Write, After: 1})
	if err := db.KeepRules(t.Context(), 1, []byte("rules")); err == nil {
		t.Fatal("the write that was to fail did not")
	}
	if _, found, err := db.NextJob(t.Context(), "kassa1"); err != nil || !found {
		t.Errorf("the slip of before: %v, %v", found, err)
	}
	if err := db.Healthy(); err != nil {
		t.Error(err)
	}
}

func TestCheckpointsOpenTheDatabaseAgain(t *testing.T) {
	c := newCounter(t, 302, sqlite.Full)
	defer c.disk.Close()
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), c.cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- db.RunCheckpoints(ctx, 2*time.Second) }()
		c.disk.Fail(crashtest.Fault{Kind: crashtest.Any, After: 1, Sticky: true})
		req, decide := award("a", card(1), ledger.Unit)
		if _, err := db.Post(t.Context(), req, decide); err == nil {
			t.Error("an award on a dead disk was acknowledged")
		}
		if db.Healthy() == nil {
			t.Error("a database on a dead disk says it is well")
		}
		c.disk.Mend()
		time.Sleep(3 * time.Second) // of the bubble's
		synctest.Wait()
		if err := db.Healthy(); err != nil {
			t.Error(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAClosedStoreStaysClosed(t *testing.T) {
	db := open(t, config(t.TempDir(), 303))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	req, decide := award("a", card(1), ledger.Unit)
	if _, err := db.Post(t.Context(), req, decide); err == nil {
		t.Error("a closed store took an award")
	}
	if _, err := db.Look(t.Context(), card(1)); !errors.Is(err, sqlite.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestAnAwardNobodyWaitsForIsNotBegun(t *testing.T) {
	db := open(t, config(t.TempDir(), 304))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, decide := award("a", card(1), ledger.Unit)
	if _, err := db.Post(ctx, req, decide); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// One whose caller goes while it is under way is committed.
	ctx, cancel = context.WithCancel(t.Context())
	posted, err := db.Post(ctx, req, func(v ledger.View) (ledger.Posting, error) {
		cancel()
		return decide(v)
	})
	if err != nil || posted.Repeat {
		t.Errorf("got %+v, %v", posted, err)
	}
	if got := holds(t, db, card(1)); got != ledger.Unit {
		t.Errorf("holds %v, want 1", got)
	}
}

// A disk that is gone may leave an empty folder behind, and an older copy may
// be put in place of a database that failed. Neither may answer what was
// recorded, and neither may be written to.
func TestAnotherFileInPlaceOfTheDatabaseAnswersNothing(t *testing.T) {
	remove := func(t *testing.T, path string) {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Rename(path+suffix, path+".away"+suffix); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, replace := range map[string]func(t *testing.T, path string, older []byte){
		"nothing": func(t *testing.T, path string, _ []byte) { remove(t, path) },
		"an older copy": func(t *testing.T, path string, older []byte) {
			remove(t, path)
			if err := os.WriteFile(path, older, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t.TempDir(), 305)
			db := open(t, cfg)
			post(t, db, "a", card(1), ledger.Unit)
			db.Close()
			older, err := os.ReadFile(cfg.Path)
			if err != nil {
				t.Fatal(err)
			}
			cfg.SQLite.MaxPages = int64(len(older)/4096) + 12 // a record of 60 KB does not fit
			db = open(t, cfg)
			post(t, db, "b", card(1), ledger.Unit)
			req, decide := award("c", card(1), ledger.Unit)
			_, err = db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
				replace(t, cfg.Path, older)
				p, err := decide(v)
				p.Draft.Body.Request = strings.Repeat("x", 60_000)
				return p, err
			})
			if !errors.Is(err, store.ErrUnknown) || !errors.Is(err, sqlite.ErrFull) {
				t.Fatalf("got %v, want that nobody knows", err)
			}
			req, decide = award("b", card(1), ledger.Unit)
			if _, err := db.Post(t.Context(), req, decide); err == nil || errors.Is(err, store.ErrNotRecorded) {
				t.Errorf("a repeat of what was acknowledged, asked of another file: %v", err)
			}
		})
	}
}
