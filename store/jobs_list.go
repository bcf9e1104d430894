package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/receipt"
)

// A PrintJob is a slip and what became of it, for people.
type PrintJob struct {
	ID     int64        `json:"id"`
	Lane   string       `json:"lane"`
	Record ledger.Key   `json:"record"`
	Kind   receipt.Kind `json:"kind,omitempty"` // empty where the slip cannot be read, or was deleted
	// State is "queued", "sending", "held" (by the printer, for Reason), "unknown"
	// (some of it may be on paper; a copy follows), "printed", "late" (too old to
	// be printed but by hand) or "failed" (it cannot be read).
	State    string    `json:"state"`
	Attempts int       `json:"attempts"` // papers that may have been begun
	Papers   int       `json:"papers"`   // that came out, as far as is known
	Reason   string    `json:"reason,omitempty"`
	Proof    string    `json:"proof,omitempty"` // how it is known that it is printed
	Due      time.Time `json:"due,omitzero"`    // when it was made, or last asked for by hand; zero where nobody noted it
}

// Jobs are the slips of lane, of all lanes if it is empty, that are not printed,
// and the last so many that are; oldest first.
func (db *DB) Jobs(ctx context.Context, lane string, printed int) (jobs []PrintJob, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		jobs, err = jobsIn(tx, lane, printed)
		return err
	})
	return jobs, err
}

// ReadJobs are the Jobs in the database at path, which may be in use.
func ReadJobs(ctx context.Context, path, lane string, printed int) (jobs []PrintJob, err error) {
	h, err := sqlite.Open(ctx, sqlite.Options{Path: path, ApplicationID: ApplicationID, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	err = h.Read(ctx, func(tx *sqlite.Tx) error {
		jobs, err = jobsIn(tx, lane, printed)
		return err
	})
	return jobs, errors.Join(err, h.Close())
}

const jobColumns = `SELECT j.id, j.lane, j.state, j.attempt, j.papers, j.reason, j.proof, j.due_at, j.part, r.head, r.body
	FROM jobs j JOIN records r ON r.id = j.record WHERE (?1 = '' OR j.lane = ?1) AND `

func jobsIn(tx *sqlite.Tx, lane string, printed int) ([]PrintJob, error) {
	waiting, err := readJobs(tx.Query(jobColumns+`j.state <> 'printed' ORDER BY j.id`, lane))
	if err != nil {
		return nil, err
	}
	done, err := readJobs(tx.Query(jobColumns+`j.state = 'printed' ORDER BY j.id DESC LIMIT ?2`, lane, printed))
	if err != nil {
		return nil, err
	}
	all := append(waiting, done...)
	slices.SortFunc(all, func(a, b PrintJob) int { return int(a.ID - b.ID) })
	return all, nil
}

func readJobs(rows *sqlite.Rows) (jobs []PrintJob, err error) {
	for rows.Next() {
		j := PrintJob{ID: rows.Int64(0), Lane: rows.Text(1), State: rows.Text(2), Attempts: int(rows.Int64(3)),
			Papers: int(rows.Int64(4)), Reason: rows.Text(5), Proof: rows.Text(6)}
		if due := rows.Int64(7); due != 0 {
			j.Due = time.UnixMilli(due).UTC()
		}
		head, err := ledger.ParseHead(rows.Blob(9))
		if err != nil {
			return nil, fmt.Errorf("slip %d: %w", j.ID, err)
		}
		j.Record = head.Key()
		if slip, err := slipIn(rows.Blob(10), int(rows.Int64(8))); err == nil {
			j.Kind = slip.Kind
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// ErrNoSuchSlip: there is no slip of that number, or nothing is left to print of
// it.
var ErrNoSuchSlip = errors.New("there is no such slip, or its text was deleted")

// Reprint makes a slip due again, which somebody wants now. If there may be a
// paper of it already, the new one is headed as a copy. A slip that is due
// anyway keeps its place. Its printer's Spooler must be woken.
func (db *DB) Reprint(ctx context.Context, id int64) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`UPDATE jobs SET due_at = ?1, state = iif(state IN ('printed', 'late', 'failed'), iif(attempt > 0, 'unknown', 'queued'), state),
			reason = iif(state IN ('printed', 'late', 'failed'), 'asked for by hand', reason), proof = ''
			WHERE id = ?2 AND EXISTS (SELECT 1 FROM records r WHERE r.id = jobs.record AND r.body IS NOT NULL)`, db.cfg.Now().UnixMilli(), id)
		if err == nil && n != 1 {
			err = fmt.Errorf("print slip %d again: %w", id, ErrNoSuchSlip)
		}
		return err
	})
}
