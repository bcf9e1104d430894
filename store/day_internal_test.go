package store

import (
	"context"

	"zegel/store/sqlite"
)

// VerifyDays is what the check of the reports finds by itself.
func VerifyDays(ctx context.Context, db *DB) (Report, error) {
	var r Report
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		v := verifier{tx: tx, r: &r}
		return v.days()
	})
	return r, err
}
