package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/game"
	"zegel/terminal/loyalty/ledger"
)

// GameSeeds are the seeds of games for a month, in the games' order. One that
// is not there yet is drawn now; it is on the disk before its first play can
// be posted.
func (db *DB) GameSeeds(ctx context.Context, month game.Month, games []string) ([]game.Seed, error) {
	kept, err := db.KeptSeeds(ctx, month)
	if err != nil {
		return nil, err
	}
	seeds := make([]game.Seed, len(games))
	missing := false
	for i, name := range games {
		at := slices.IndexFunc(kept, func(s game.Seed) bool { return s.Game == name })
		if missing = missing || at < 0; at >= 0 {
			seeds[i] = kept[at]
		}
	}
	if !missing {
		return seeds, nil
	}
	if err := db.drawSeeds(ctx, month, games, seeds); err != nil {
		return nil, fmt.Errorf("seeds of games for %s: %w", month, err)
	}
	return seeds, nil
}

// drawSeeds draws what is missing and reads all of them into seeds.
func (db *DB) drawSeeds(ctx context.Context, month game.Month, games []string, seeds []game.Seed) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		for i, name := range games {
			fresh := game.Seed{Game: name, Month: month}
			if _, err := io.ReadFull(db.cfg.Rand, fresh.Bytes[:]); err != nil {
				return err
			}
			commitment := fresh.Commitment()
			_, err := tx.Exec(`INSERT INTO game_seeds (game, month, seed, commitment, made_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (game, month) DO NOTHING`,
				name, string(month), fresh.Bytes[:], commitment[:], db.cfg.Now().UnixMilli())
			if err != nil {
				return err
			}
			row, found, err := tx.One(`SELECT seed FROM game_seeds WHERE game = ? AND month = ?`, name, string(month))
			if err != nil || !found {
				return errorOr(err, "the seed of game %q is missing", name)
			}
			if seeds[i], err = seedOf(name, month, row.Blob(0)); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeptSeeds are the seeds there are, of one month, or of all where it is "".
// Those of a month that is not over are secret.
func (db *DB) KeptSeeds(ctx context.Context, month game.Month) ([]game.Seed, error) {
	var seeds []game.Seed
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT game, month, seed FROM game_seeds WHERE ? IN ('', month) ORDER BY month, game`, string(month))
		for rows.Next() {
			s, err := seedOf(rows.Text(0), game.Month(rows.Text(1)), rows.Blob(2))
			if err != nil {
				return err
			}
			seeds = append(seeds, s)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the seeds of games: %w", err)
	}
	return seeds, nil
}

func seedOf(name string, month game.Month, secret []byte) (game.Seed, error) {
	s := game.Seed{Game: name, Month: month}
	if copy(s.Bytes[:], secret) != game.SeedSize || len(secret) != game.SeedSize {
		return game.Seed{}, fmt.Errorf("the seed of game %q for %s has %d bytes, not %d", name, month, len(secret), game.SeedSize)
	}
	return s, nil
}

// PlaysOf gives every record of a month in which games were played to each,
// oldest first, until it gives an error. A record that was issued again stands
// under the key it was played under; one that was moved names the plays of the
// sale it moved and stands here no second time. One whose body was emptied has
// forgotten its plays.
func (db *DB) PlaysOf(ctx context.Context, month game.Month, each func(game.Record) error) error {
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT head, body FROM records WHERE day LIKE ? AND kind IN ('award', 'event') AND again = 0 AND instr(body, CAST('"games":' AS BLOB)) > 0 ORDER BY id`, string(month)+"-%")
		for rows.Next() {
			head, err := ledger.ParseHead(rows.Blob(0))
			if err != nil {
				return err
			}
			var body struct {
				Games []ledger.Played `json:"games"`
			}
			if err := json.Unmarshal(rows.Blob(1), &body); err != nil {
				return fmt.Errorf("record %v: %w", head.Key(), err)
			}
			if len(body.Games) == 0 {
				continue
			}
			r := game.Record{Key: head.Key(), Rules: head.Rules, Plays: body.Games}
			if head.Origin != nil {
				r.Key = *head.Origin
			}
			if err := each(r); err != nil {
				return errors.Join(err, rows.Err())
			}
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("read the plays of %s: %w", month, err)
	}
	return nil
}
