package store

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/scene"
)

// Signals are what the shop says is so, also where its time is over, by name.
func (db *DB) Signals(ctx context.Context) (signals []scene.Signal, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT name, until_at, set_by FROM signals ORDER BY name`)
		defer rows.Close()
		for rows.Next() {
			signals = append(signals, scene.Signal{Name: rows.Text(0), Until: ledger.Stamp(rows.Int64(1)), By: rows.Text(2)})
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the signals: %w", err)
	}
	return signals, nil
}

// KeepSignal keeps a signal in the place of the one of its name.
func (db *DB) KeepSignal(ctx context.Context, s scene.Signal) error {
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO signals (name, until_at, set_by, set_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET until_at = excluded.until_at, set_by = excluded.set_by, set_at = excluded.set_at`,
			s.Name, int64(s.Until), s.By, db.cfg.Now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep signal %q: %w", s.Name, err)
	}
	return nil
}

// DropSignal forgets the signal of a name; one that is not there is no error.
func (db *DB) DropSignal(ctx context.Context, name string) error {
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM signals WHERE name = ?`, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget signal %q: %w", name, err)
	}
	return nil
}
