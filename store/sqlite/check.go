package sqlite

import (
	"context"
	"fmt"
	"strings"
)

// Check reads the whole database and returns an error that wraps ErrCorrupt if
// its content contradicts itself: a damaged page, an index that lacks a row, a
// value that breaks its constraint, a reference to a row that is not there.
// With quick it skips comparing the indexes. It takes seconds per gigabyte,
// and holds one reading connection.
func (db *DB) Check(ctx context.Context, quick bool) error {
	return db.Read(ctx, func(tx *Tx) error {
		rows := tx.Query(choose(quick, "PRAGMA quick_check(20)", "PRAGMA integrity_check(20)"))
		var faults []string
		for rows.Next() {
			if s := rows.Text(0); s != "ok" {
				faults = append(faults, s)
			}
		}
		for rows := tx.Query("PRAGMA foreign_key_check"); rows.Next() && len(faults) < 20; {
			faults = append(faults, "a row of "+rows.Text(0)+" refers to a row missing from "+rows.Text(2))
		}
		if len(faults) > 0 {
			return fmt.Errorf("%w: %s", ErrCorrupt, strings.Join(faults, "; "))
		}
		return tx.err
	})
}
