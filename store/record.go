package store

import (
	"context"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
)

// Record is the one record that name means, whatever it decided: a move is
// itself here, and not the sale it moved.
func (db *DB) Record(ctx context.Context, name ledger.SaleName) (r ledger.Record, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		id, has, err := rowNamed(tx, name)
		if err != nil || !has {
			return err
		}
		found = true
		r, err = recordAt(tx, id)
		return err
	})
	return r, found && err == nil, err
}
