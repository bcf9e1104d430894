package store

import (
	"context"
	"fmt"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
)

// NextJob is the oldest slip that is to come on paper at the printer of lane.
// One whose record's body was emptied has nothing left to print; one that
// cannot be read fails, so that it stands in nobody's way.
func (db *DB) NextJob(ctx context.Context, lane string) (job receipt.Job, found bool, err error) {
	for {
		var unreadable error
		err = db.read(ctx, func(tx *sqlite.Tx) error {
			job, found, unreadable, err = nextJob(tx, lane)
			return err
		})
		if err != nil || unreadable == nil {
			return job, found && err == nil, err
		}
		if err := db.setJob(ctx, job.ID, "failed", `attempt = attempt`, unreadable.Error(), ""); err != nil {
			return receipt.Job{}, false, err
		}
	}
}

// nextJob is the oldest slip that is due; unreadable says why its blocks are not
// to be had.
func nextJob(tx *sqlite.Tx, lane string) (job receipt.Job, found bool, unreadable, err error) {
	row, found, err := tx.One(`SELECT j.id, j.attempt, r.body, j.part FROM jobs j JOIN records r ON r.id = j.record
		WHERE j.lane = ? AND j.state <> 'printed' AND j.state NOT IN ('late', 'failed') AND r.body IS NOT NULL ORDER BY j.id LIMIT 1`, lane)
	if !found || err != nil {
		return receipt.Job{}, false, nil, err
	}
	job = receipt.Job{ID: row.Int64(0), Lane: lane, Attempt: int(row.Int64(1))}
	job.Slip, unreadable = slipIn(row.Blob(2), int(row.Int64(3)))
	return job, true, unreadable, nil
}

// slipIn is one of the slips of a body.
func slipIn(body []byte, part int) (receipt.Slip, error) {
	b, err := ledger.ParseBody(body)
	if err != nil {
		return receipt.Slip{}, err
	}
	return receipt.Decode(paper(b, part))
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

// LateJobs sets aside what was to be printed at lane and was made, or asked for
// by hand, before that moment: nobody waits for it any more. It is listed, and
// comes on paper when Reprint asks for it. What an older program queued has no
// such moment, and is not late.
func (db *DB) LateJobs(ctx context.Context, lane string, before time.Time) (n int, err error) {
	late := `lane = ? AND state <> 'printed' AND state IN ('queued', 'held', 'unknown') AND due_at > 0 AND due_at < ?`
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		_, found, err := tx.One(`SELECT 1 FROM jobs WHERE `+late+` LIMIT 1`, lane, before.UnixMilli())
		if n = 0; found {
			n = 1
		}
		return err
	})
	if err != nil || n == 0 {
		return 0, err
	}
	err = db.write(ctx, func(tx *sqlite.Tx) error {
		changed, err := tx.Exec(`UPDATE jobs SET state = 'late' WHERE `+late, lane, before.UnixMilli())
		n = int(changed)
		return err
	})
	return n, err
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
