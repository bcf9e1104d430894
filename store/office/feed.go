package office

import (
	"context"
	"encoding/json"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// Feed gives entries after the cursor, at most limit, with the cursor to go on
// from and whether there are more. Places in a bucket are given under its lock
// and without gaps, so nothing can be committed behind a cursor.
func (db *DB) Feed(ctx context.Context, cursor string, limit int) (entries []settle.Posted, next string, more bool, err error) {
	at, err := decodeCursor(cursor)
	if err != nil {
		return nil, "", false, err
	}
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		if err := notAhead(tx, at); err != nil {
			return err
		}
		for bucket := range settle.Parts {
			// One more than fits tells whether there are more.
			rows := tx.Query(`SELECT position, terminal, branch, seq, line, record, stamp, day, rules, entry FROM entries
				WHERE bucket = ? AND position > ? ORDER BY position LIMIT ?`, bucket, at[bucket], limit-len(entries)+1)
			for rows.Next() {
				if len(entries) == limit {
					rows.Close()
					more = true
					return rows.Err()
				}
				p, err := postedOf(bucket, rows.Row)
				if err != nil {
					return err
				}
				entries = append(entries, p)
				at[bucket] = p.Position
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, "", false, fmt.Errorf("read the feed: %w", err)
	}
	return entries, encodeCursor(at), more, nil
}

// notAhead refuses a cursor that has seen more than there is.
func notAhead(tx *sqlite.Tx, at [settle.Parts]int64) error {
	rows := tx.Query(`SELECT bucket, position FROM buckets`)
	for rows.Next() {
		if at[rows.Int64(0)] > rows.Int64(1) {
			rows.Close()
			return settle.ErrCursor
		}
	}
	return rows.Err()
}

func postedOf(bucket int, row sqlite.Row) (settle.Posted, error) {
	key := ledger.Key{Terminal: ledger.Terminal(row.Int64(1)), Branch: branchOf(row.Blob(2)), Seq: row.Int64(3)}
	p := settle.Posted{
		Bucket: bucket, Position: row.Int64(0), Key: key.Entry(int(row.Int64(4))), Kind: ledger.Kind(row.Text(5)),
		Stamp: ledger.Stamp(row.Int64(6)), Day: ledger.Day(row.Text(7)), Rules: row.Int64(8),
	}
	if err := json.Unmarshal([]byte(row.Text(9)), &p.Entry); err != nil {
		return p, fmt.Errorf("entry %v: %w", p.Key, err)
	}
	return p, nil
}
