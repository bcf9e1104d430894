package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// A crowd is everybody who uses the store at once.
type crowd struct {
	t  *testing.T
	wg sync.WaitGroup
}

func (c *crowd) send(f func() error) {
	c.wg.Go(func() {
		if err := f(); err != nil {
			c.t.Error(err)
		}
	})
}

// Tills, spooler, syncer, checkpoints and a report use the store at once.
func TestEverybodyAtOnce(t *testing.T) {
	cfg := config(t.TempDir(), 700)
	cfg.Now = time.Now
	cfg.Rand = &locked{inner: cfg.Rand}
	db := joined(t, cfg)
	const tills, sales = 4, 60
	ctx, stop := context.WithCancel(t.Context())
	others := crowd{t: t}
	every := func(f func() error) {
		others.send(func() error {
			for ctx.Err() == nil {
				if err := f(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	others.send(func() error { return db.RunCheckpoints(ctx, time.Millisecond) })
	printed := 0
	every(func() error { return printOne(t.Context(), db, &printed) })
	every(func() error { return roundTrip(t.Context(), db) })
	every(func() error {
		_, err := db.Status(t.Context())
		return err
	})
	every(func() error {
		r, err := store.Verify(t.Context(), cfg.Path, t.TempDir())
		if err == nil && len(r.Findings) > 0 {
			err = fmt.Errorf("found %v", r.Findings)
		}
		return err
	})
	counters := crowd{t: t}
	for till := range tills {
		counters.send(func() error {
			for i := range sales {
				// Every sale is asked for twice, the second time by the next till too.
				for _, from := range []int{till, (till + 1) % tills} {
					req, decide := award(fmt.Sprintf("2026-11-22/kassa%d/%d", from, i), card(i%7), ledger.Unit)
					if _, err := db.Post(t.Context(), req, decide); err != nil {
						return err
					}
				}
				if _, err := db.Look(t.Context(), card(i%7)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	counters.wg.Wait()
	stop()
	others.wg.Wait()
	for printed < tills*sales {
		was := printed
		if err := printOne(t.Context(), db, &printed); err != nil || printed == was {
			t.Fatalf("%d slips printed, %v; want %d", printed, err, tills*sales)
		}
	}
	var sum ledger.Points
	for c := range 7 {
		sum += holds(t, db, card(c))
	}
	if sum != tills*sales*ledger.Unit {
		t.Errorf("all hold %v, want %d", sum, tills*sales)
	}
	verified(t, db)
}

func printOne(ctx context.Context, db *store.DB, printed *int) error {
	job, found, err := db.NextJob(ctx, "kassa1")
	if err != nil || !found {
		return err
	}
	if job.Attempt != 0 {
		return fmt.Errorf("slip %d is a copy before its first paper", job.ID)
	}
	*printed++
	return errors.Join(db.ClaimJob(ctx, job.ID), db.JobPrinted(ctx, job.ID, "written"))
}

// roundTrip is what the syncer does with a head office that takes everything.
func roundTrip(ctx context.Context, db *store.DB) error {
	if err := db.CloseSetAsides(ctx, ledger.Calendar{}.Moment(start, true)); err != nil {
		return err
	}
	s, err := db.SyncState(ctx)
	if err != nil || s.Waiting() == 0 {
		return err
	}
	b, err := db.Batch(ctx, s.Accepted+1, 0, 50, 1<<20)
	if err != nil {
		return err
	}
	if err := db.BeginFlight(ctx, bulletin.Flight{Request: "r", First: b.First, Last: b.Last()}); err != nil {
		return err
	}
	_, tip, err := b.Records()
	if err != nil {
		return err
	}
	return db.Acknowledge(ctx, bulletin.Acknowledgement{
		Terminal: s.Terminal, Branch: s.Branch, Accepted: tip.Seq, Head: tip.Hash, NextNonce: "n",
		OfficeTime: ledger.Stamp(start.UnixMilli()), Authority: bulletin.FullAuthority,
	})
}

// A full disk while everybody is at work: the database is closed and opened
// again under their hands, and whatever was acknowledged is there.
func TestEverybodyAtOnceOnADiskThatIsFullNowAndThen(t *testing.T) {
	cfg := config(filepath.Join(t.TempDir(), "small"), 701)
	cfg.Rand = &locked{inner: cfg.Rand}
	cfg.Now = time.Now
	cfg.SQLite.MaxPages = 80
	db := joined(t, cfg)
	all := crowd{t: t}
	told := make([]map[string]bool, 4)
	for till := range told {
		told[till] = make(map[string]bool)
		all.send(func() error {
			for i := range 60 {
				key := fmt.Sprintf("2026-11-22/kassa%d/%d", till, i)
				req, decide := award(key, card(i), ledger.Unit)
				_, err := db.Post(t.Context(), req, decide)
				switch {
				case err == nil:
					told[till][key] = true
				case !errors.Is(err, store.ErrNotRecorded):
					return err
				}
				if _, err := db.Look(t.Context(), card(i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	all.wg.Wait()
	acknowledged := 0
	for _, keys := range told {
		for key := range keys {
			acknowledged++
			if _, found, err := db.Answer(t.Context(), key); err != nil || !found {
				t.Errorf("%s was acknowledged: %v, %v", key, found, err)
			}
		}
	}
	t.Logf("%d of 240 awards found room", acknowledged)
	if acknowledged == 0 || acknowledged == 240 {
		t.Error("the disk was never full, or always")
	}
	if r := verified(t, db); r.Records != int64(acknowledged) {
		t.Errorf("%d records, %d acknowledged", r.Records, acknowledged)
	}
}
