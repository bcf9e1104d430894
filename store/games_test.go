package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"testing"
	"time"

	"zegel/store"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
)

var bothGames = []string{"Rad", "Kraslot"}

func gameSeeds(t *testing.T, db *store.DB, month game.Month) []game.Seed {
	t.Helper()
	seeds, err := db.GameSeeds(t.Context(), month, bothGames)
	if err != nil {
		t.Fatal(err)
	}
	return seeds
}

// A seed is drawn once and stays, whatever happens meanwhile: what a slip
// committed to can be told when the month is over.
func TestAGamesSeedOfAMonthIsDrawnOnce(t *testing.T) {
	cfg := config(t.TempDir(), 1)
	db := open(t, cfg)
	november := gameSeeds(t, db, "2026-11")
	december := gameSeeds(t, db, "2026-12")
	different := map[ledger.Hash]bool{}
	for i, s := range append(november[:2:2], december...) {
		if s.Game != bothGames[i%2] || s.Bytes == [game.SeedSize]byte{} {
			t.Errorf("seed %d: %+v", i, s)
		}
		different[s.Commitment()] = true
	}
	if len(different) != 4 {
		t.Errorf("%d different commitments of 4", len(different))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Rand = &seeded{seed: 99}
	db = open(t, cfg)
	if again := gameSeeds(t, db, "2026-11"); !reflect.DeepEqual(again, november) {
		t.Errorf("after a restart %+v, before %+v", again, november)
	}
	third, err := db.GameSeeds(t.Context(), "2026-11", []string{"Quiz", "Rad"})
	if err != nil || third[0].Game != "Quiz" || third[1] != november[0] {
		t.Errorf("with another game: %+v, %v", third, err)
	}
	kept, err := db.KeptSeeds(t.Context(), "")
	if err != nil || len(kept) != 5 || kept[4].Month != "2026-12" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestNoSeedIsGivenThatIsNotOnTheDisk(t *testing.T) {
	db := open(t, config(t.TempDir(), 1))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if seeds, err := db.GameSeeds(context.Background(), "2026-11", bothGames); err == nil {
		t.Errorf("a closed database gave %+v", seeds)
	}
}

// The journal and the seeds prove every play of a month, and of no other.
func TestThePlaysOfAMonthAreFoundAndProved(t *testing.T) {
	db := open(t, config(t.TempDir(), 1))
	var played int64
	post := func(n int, day ledger.Day, kind ledger.Kind, plays int) {
		t.Helper()
		req, decide := award(fmt.Sprintf("2026-11-22/%d", n), card(n), ledger.Unit)
		req.Digest = sha256.Sum256(fmt.Append(nil, n))
		_, err := db.Post(t.Context(), req, func(v ledger.View) (ledger.Posting, error) {
			p, err := decide(v)
			p.Draft.Kind, p.Draft.Moment.Day = kind, day
			p.Draft.Moment.At = start.Add(time.Duration(n) * time.Second)
			for i := range plays {
				s := gameSeedsOf(t, db, game.MonthOf(day))
				p.Draft.Body.Games = append(p.Draft.Body.Games, ledger.Played{Game: s.Game, Commitment: s.Commitment(), Draw: s.Draw(v.Next, i+1)})
			}
			return p, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []game.Month{"2026-10", "2026-11"} {
		gameSeeds(t, db, m)
	}
	post(1, "2026-10-31", ledger.KindAward, 1)
	post(2, "2026-11-01", ledger.KindAward, 2)
	post(3, "2026-11-30", ledger.KindEvent, 1)
	post(4, "2026-11-30", ledger.KindAward, 0)
	post(5, "2026-11-30", ledger.KindMove, 1) // names the plays of the sale it moved
	post(6, "2026-12-01", ledger.KindAward, 0)
	seeds, err := db.KeptSeeds(t.Context(), "2026-11")
	if err != nil {
		t.Fatal(err)
	}
	audit := game.Audit{Seeds: seeds}
	err = db.PlaysOf(t.Context(), "2026-11", func(r game.Record) error {
		played++
		audit.Add(r)
		return nil
	})
	if err != nil || played != 2 || audit.Plays != 3 || audit.Lost != 0 || len(audit.Findings) > 0 {
		t.Errorf("%v: %d records, %+v", err, played, audit)
	}
	stop := fmt.Errorf("enough")
	if err := db.PlaysOf(t.Context(), "2026-11", func(game.Record) error { return stop }); err == nil {
		t.Error("who was given no more went on")
	}
}

// gameSeedsOf is the seed of the first game; it was drawn before.
func gameSeedsOf(t *testing.T, db *store.DB, month game.Month) game.Seed {
	t.Helper()
	kept, err := db.KeptSeeds(t.Context(), month)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range kept {
		if s.Game == bothGames[0] {
			return s
		}
	}
	t.Fatalf("no seed of %q for %s", bothGames[0], month)
	return game.Seed{}
}
