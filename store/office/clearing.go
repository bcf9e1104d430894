package office

import (
	"context"
	"encoding/json"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Booked gives each entry of the business days from until until, both included,
// with what it takes back. It reads one snapshot, and all of the feed.
func (db *DB) Booked(ctx context.Context, from, until ledger.Day, each func(clearing.Line) error) error {
	err := db.h.Read(ctx, func(tx *sqlite.Tx) error {
		for bucket := range settle.Parts {
			if err := ctx.Err(); err != nil {
				return err
			}
			rows := tx.Query(`SELECT entry, amount FROM entries WHERE bucket = ? AND day >= ? AND day <= ? AND points <> 0 ORDER BY position`,
				bucket, string(from), string(until))
			for rows.Next() {
				l, err := bookedLine(tx, bucket, rows.Text(0), basket.Money(rows.Int64(1)))
				if err == nil {
					err = each(l)
				}
				if err != nil {
					rows.Close()
					return err
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what was booked from %s to %s: %w", from, until, err)
	}
	return nil
}

func bookedLine(tx *sqlite.Tx, bucket int, text string, amount basket.Money) (clearing.Line, error) {
	l := clearing.Line{Amount: amount}
	if err := json.Unmarshal([]byte(text), &l.Entry); err != nil {
		return l, fmt.Errorf("entry: %w", err)
	}
	if l.Entry.Reverses == nil {
		return l, nil
	}
	of, amount, err := takenBack(tx, bucket, *l.Entry.Reverses)
	l.Of, l.OfAmount = of, amount
	return l, err
}

// takenBack is the entry of that key, or the one that counts for it; nil where
// neither is here.
func takenBack(tx *sqlite.Tx, bucket int, k ledger.EntryKey) (*ledger.Entry, basket.Money, error) {
	row, found, err := tx.One(`SELECT entry, amount FROM entries WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ? AND line = ?`,
		bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line)
	if err != nil {
		return nil, 0, err
	}
	if found {
		e := new(ledger.Entry)
		if err := json.Unmarshal([]byte(row.Text(0)), e); err != nil {
			return nil, 0, fmt.Errorf("entry %v: %w", k, err)
		}
		return e, basket.Money(row.Int64(1)), nil
	}
	row, found, err = tx.One(`SELECT first_branch, first_seq FROM parked WHERE bucket = ? AND terminal = ? AND branch = ? AND seq = ? AND line = ?`,
		bucket, int64(k.Record.Terminal), k.Record.Branch[:], k.Record.Seq, k.Line)
	if err != nil || !found || row.Int64(1) == 0 {
		return nil, 0, err
	}
	return takenBack(tx, bucket, ledger.Key{Terminal: k.Record.Terminal, Branch: branchOf(row.Blob(0)), Seq: row.Int64(1)}.Entry(k.Line))
}
