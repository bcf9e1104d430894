package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// An Extent says what a journal has in it before it is read.
type Extent struct {
	Records int64
	Sales   int64 // awards
	// Named are the sales that later records take back, move or add to a card.
	Named []ledger.Key
}

// Journal gives every record that counts here to each, oldest first and all as
// of one moment, until it gives an error; before that it tells begin what there
// is. Closes of set-asides and of days are left out: they move nothing.
func (db *DB) Journal(ctx context.Context, begin func(Extent) error, each func(ledger.Line) error) error {
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		x, err := extent(tx)
		if err == nil {
			err = begin(x)
		}
		if err != nil {
			return err
		}
		rows := tx.Query(`SELECT head, body FROM records WHERE ` + moving + ` ORDER BY id`)
		for rows.Next() {
			line := ledger.Line{Head: bytes.Clone(rows.Blob(0))}
			if !rows.IsNull(1) {
				line.Body = bytes.Clone(rows.Blob(1))
			}
			err := each(line)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return errors.Join(err, rows.Err())
			}
		}
		return rows.Err()
	})
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	return nil
}

const moving = `again = 0 AND kind NOT IN ('close', 'day', 'grant')`

func extent(tx *sqlite.Tx) (x Extent, err error) {
	row, _, err := tx.One(`SELECT count(*), ifnull(sum(kind = 'award'), 0) FROM records WHERE ` + moving)
	if err != nil {
		return x, err
	}
	x.Records, x.Sales = row.Int64(0), row.Int64(1)
	rows := tx.Query(`SELECT DISTINCT sale FROM takebacks`)
	for rows.Next() {
		var key ledger.Key
		if err := key.UnmarshalText([]byte(rows.Text(0))); err != nil {
			return x, err
		}
		x.Named = append(x.Named, key)
	}
	return x, rows.Err()
}
