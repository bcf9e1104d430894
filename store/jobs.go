package store

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
)

// NextJob is the oldest slip that is not on paper yet for the printer of lane.
// One whose record's body was emptied has nothing left to print.
func (db *DB) NextJob(ctx context.Context, lane string) (job receipt.Job, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT j.id, j.attempt, r.body, j.part FROM jobs j JOIN records r ON r.id = j.record
			WHERE j.lane = ? AND j.state <> 'printed' AND r.body IS NOT NULL ORDER BY j.id LIMIT 1`, lane)
		if !has || err != nil {
			return err
		}
		job, found = receipt.Job{ID: row.Int64(0), Lane: lane, Attempt: int(row.Int64(1))}, true
		body, err := ledger.ParseBody(row.Blob(2))
		if err != nil {
			return fmt.Errorf("slip %d: %w", job.ID, err)
		}
		job.Slip, err = receipt.Decode(paper(body, int(row.Int64(3))))
		return err
	})
	return job, found && err == nil, err
}

// paper is the bytes of one of the body's slips; nil where it has no such part.
func paper(b ledger.Body, part int) []byte {
	switch {
	case part == 0:
		return b.Slip
	case part <= len(b.More):
		return b.More[part-1]
	}
	return nil
}

// ClaimJob says that paper is about to be written. It is on the disk before it
// returns, so whatever happens next, the slip's next paper is headed as a copy.
func (db *DB) ClaimJob(ctx context.Context, id int64) error {
	return db.setJob(ctx, id, "sending", `attempt = attempt + 1`, "", "")
}

// JobHeld says that nothing was written; a claim is taken back.
func (db *DB) JobHeld(ctx context.Context, id int64, reason string) error {
	return db.setJob(ctx, id, "held", `attempt = attempt - (state = 'sending')`, reason, "")
}

// JobUnknown says that some of the slip may be on paper.
func (db *DB) JobUnknown(ctx context.Context, id int64, reason string) error {
	return db.setJob(ctx, id, "unknown", `attempt = attempt`, reason, "")
}

// JobPrinted says that the slip is on paper, and how that is known.
func (db *DB) JobPrinted(ctx context.Context, id int64, proof string) error {
	return db.setJob(ctx, id, "printed", `papers = papers + 1`, "", proof)
}

func (db *DB) setJob(ctx context.Context, id int64, state, count, reason, proof string) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE jobs SET `+count+`, state = ?, reason = ?, proof = ? WHERE id = ? AND state <> 'printed'`, state, reason, proof, id)
		if err == nil && n != 1 {
			err = fmt.Errorf("slip %d cannot become %q: it is printed already, or does not exist", id, state)
		}
		return err
	})
}
