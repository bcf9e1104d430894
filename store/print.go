package store

import (
	"context"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
)

// PrintRecord queues, at the printer of lane, the papers of the record that name
// means which were never queued: those that the shop's policy kept. It gives how
// many that were. A record that is not known, or whose body was emptied, has
// none; what was queued before is printed again under its job.
func (db *DB) PrintRecord(ctx context.Context, name ledger.SaleName, lane string) (papers int, err error) {
	err = db.write(ctx, func(tx *sqlite.Tx) error {
		papers = 0
		id, found, err := rowNamed(tx, name)
		if err != nil || !found {
			return err
		}
		record, err := recordAt(tx, id)
		if err != nil || record.Body == nil {
			return err
		}
		attempt, err := elsewhere(tx, record.Head)
		if err != nil {
			return err
		}
		for _, part := range record.Body.Kept {
			if _, err := receipt.Decode(paper(*record.Body, part)); err != nil {
				return err
			}
			n, err := tx.Exec(`INSERT INTO jobs (record, part, lane, state, attempt, due_at) SELECT ?1, ?2, ?3, 'queued', ?4, ?5
				WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE record = ?1 AND part = ?2)`, id, part, lane, attempt, db.cfg.Now().UnixMilli())
			if err != nil {
				return err
			}
			papers += int(n)
		}
		return nil
	})
	return papers, err
}

// elsewhere is 1 where another copy of the database had the record too, and may
// have printed it by hand: then the paper from here is headed as a copy.
func elsewhere(tx *sqlite.Tx, h ledger.Head) (attempts int, err error) {
	now, err := writing(tx)
	if err == nil && (h.Branch != now.id || h.Origin != nil) {
		attempts = 1
	}
	return attempts, err
}
