package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/report"
)

// CloseDay posts the day record that c asks for. The figures are counted on one
// snapshot and without holding up the counter; decide turns them, and the
// report before them, into the posting with the key next. What is recorded between the counting
// and the commit is in the next report: the report says which records it
// covers, and no two can cover the same, because a number closes one day.
//
// It answers as Post does: the same closing again gives the first answer.
func (db *DB) CloseDay(ctx context.Context, c report.Closing, zone *time.Location, decide func(f report.Figures, before *report.Figures, next ledger.Key) (ledger.Posting, error)) (ledger.Posted, error) {
	req, err := c.Request()
	if err != nil {
		return ledger.Posted{}, err
	}
	for try := 1; ; try++ {
		var d counted
		err := db.read(ctx, func(tx *sqlite.Tx) (err error) {
			d, err = db.countDay(tx, c.Day, c.Automatic, zone)
			return err
		})
		if err != nil {
			return ledger.Posted{}, fmt.Errorf("count day %s: %w", c.Day, err)
		}
		posted, err := db.Post(ctx, req, func(v ledger.View) (ledger.Posting, error) {
			if v.Next.Branch != d.tip.Branch || v.Next != d.tip.Next() && try < patientTries {
				return ledger.Posting{}, errMoved
			}
			return decide(d.figures, d.before, v.Next)
		})
		if !errors.Is(err, errMoved) || try == mostTries {
			return posted, err
		}
	}
}

// errMoved says that the journal went on while a day was counted.
var errMoved = errors.New("the journal went on while the day was counted; try again")

const (
	patientTries = 3  // as often the day is counted again rather than leave records to the next report
	mostTries    = 10 // of a database whose branch changes again and again
)

// Reading is what has happened since the last report, as of now. It closes
// nothing: its number is 0.
func (db *DB) Reading(ctx context.Context, day ledger.Day, zone *time.Location) (f report.Figures, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		d, err := db.countDay(tx, day, false, zone)
		f = d.figures
		f.Number = 0
		return err
	})
	return f, err
}

// DayReport is the report with a number; found is false where there is none,
// or its figures are not kept any more.
func (db *DB) DayReport(ctx context.Context, number int64) (k report.Kept, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		if number < 1 {
			return nil
		}
		row, has, err := tx.One(`SELECT id, hash, head, body FROM records WHERE kind = 'day' AND again = 0 ORDER BY id LIMIT 1 OFFSET ?`, number-1)
		if !has || err != nil {
			return err
		}
		d, err := scanDay(row)
		if err == nil && d.figures != nil {
			k, found = d.kept(), true
		}
		return err
	})
	return k, found, err
}

// NextReport is the number the next report will have.
func (db *DB) NextReport(ctx context.Context) (number int64, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		number, err = count(tx, nextReport)
		return err
	})
	return number, err
}

const nextReport = `SELECT count(*) + 1 FROM records WHERE kind = 'day' AND again = 0`

// DayReports are the reports of a business day, its parts in order; none where
// it was not closed.
func (db *DB) DayReports(ctx context.Context, day ledger.Day) (all []report.Kept, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		// The record of a report is of its own day or a later one.
		rows := tx.Query(`SELECT id, hash, head, body FROM records WHERE kind = 'day' AND again = 0 AND day >= ? ORDER BY id`, string(day))
		for rows.Next() {
			d, err := scanDay(rows.Row)
			if err != nil {
				return err
			}
			if d.figures == nil {
				continue
			}
			if d.figures.Day > day {
				break
			}
			if d.figures.Day == day {
				all = append(all, d.kept())
			}
		}
		rows.Close()
		return rows.Err()
	})
	return all, err
}

// DueDays are the business days before today that want a report, the oldest
// first: those since the last report on which the daemon ran or something was
// recorded, and that report's own day where something was recorded after it.
// Days on which the shop's PC was off are none of them; the next report names
// them.
func (db *DB) DueDays(ctx context.Context, today ledger.Day) (due []ledger.Day, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		last, _, err := lastDay(tx)
		if err != nil {
			return err
		}
		from, err := coveredTo(tx, last)
		if err != nil {
			return err
		}
		rows := tx.Query(`SELECT DISTINCT day FROM records WHERE id > ?1 AND again = 0 AND kind <> 'day' AND day >= ?2 AND day < ?3
			UNION SELECT day FROM days WHERE day > ?2 AND day < ?3 ORDER BY day`, from, string(last.day()), string(today))
		for rows.Next() {
			due = append(due, ledger.Day(rows.Text(0)))
		}
		return rows.Err()
	})
	return due, err
}

// OpenDay notes that the daemon runs on a business day.
func (db *DB) OpenDay(ctx context.Context, day ledger.Day) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO days (day, opened_at) VALUES (?, ?) ON CONFLICT (day) DO NOTHING`, string(day), db.cfg.Now().UnixMilli())
		return err
	})
}

// KeepTill remembers what a till, or a person, says was taken on a day. The
// last word counts; the same word twice is one.
func (db *DB) KeepTill(ctx context.Context, t report.Till) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return db.write(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT turnover, receipts, points_paid, said_by FROM till_words WHERE day = ? AND till = ? ORDER BY id DESC LIMIT 1`, string(t.Day), t.Till)
		if err != nil {
			return err
		}
		if found && row.Int64(0) == int64(t.Turnover) && row.Int64(1) == t.Receipts && row.Int64(2) == int64(t.PointsPaid) && row.Text(3) == t.By {
			return nil
		}
		_, err = tx.Exec(`INSERT INTO till_words (day, till, turnover, receipts, points_paid, said_by, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			string(t.Day), t.Till, int64(t.Turnover), t.Receipts, int64(t.PointsPaid), t.By, db.cfg.Now().UnixMilli())
		return err
	})
}

// NoteLine notes that the line to head office was lost, or is back. What it
// was before is not noted again.
func (db *DB) NoteLine(ctx context.Context, up bool) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT up FROM line_edges ORDER BY id DESC LIMIT 1`)
		if err != nil || found && (row.Int64(0) == 1) == up {
			return err
		}
		tip, err := count(tx, `SELECT ifnull(max(id), 0) FROM records`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO line_edges (record, up, at) VALUES (?, ?, ?)`, tip, up, db.cfg.Now().UnixMilli())
		return err
	})
}

// A dayRecord is a record that closed a day; the zero one stands for none.
type dayRecord struct {
	id      int64
	hash    ledger.Hash
	head    ledger.Head
	figures *report.Figures // nil where they are not kept any more
}

func (d dayRecord) kept() report.Kept {
	return report.Kept{Record: d.head.Key(), Hash: d.hash, Figures: *d.figures}
}

// day is what was reported, "" for the zero record.
func (d dayRecord) day() ledger.Day {
	if d.figures == nil {
		return d.head.Day
	}
	return d.figures.Day
}

func scanDay(row sqlite.Row) (d dayRecord, err error) {
	d.id = row.Int64(0)
	copy(d.hash[:], row.Blob(1))
	if d.head, err = ledger.ParseHead(row.Blob(2)); err != nil || row.IsNull(3) {
		return d, err
	}
	body, err := ledger.ParseBody(row.Blob(3))
	if err != nil {
		return d, err
	}
	f, err := report.Decode(body.Report)
	if err != nil {
		return d, fmt.Errorf("record %v: %w", d.head.Key(), err)
	}
	d.figures = &f
	return d, nil
}

// lastDay is the newest day record that counts.
func lastDay(tx *sqlite.Tx) (dayRecord, bool, error) {
	row, found, err := tx.One(`SELECT id, hash, head, body FROM records WHERE kind = 'day' AND again = 0 ORDER BY id DESC LIMIT 1`)
	if !found || err != nil {
		return dayRecord{}, false, err
	}
	d, err := scanDay(row)
	return d, err == nil, err
}

// coveredTo is the row of the last record that the report of d covers, or those
// before it.
func coveredTo(tx *sqlite.Tx, d dayRecord) (int64, error) {
	if d.figures == nil {
		return d.id, nil // all there was, as nearly as is still known
	}
	if d.figures.Covered.IsZero() {
		return 0, nil
	}
	row, found, err := tx.One(`SELECT number FROM branches WHERE branch = ?`, d.figures.Covered.Branch[:])
	if err != nil || !found {
		return 0, errorOr(err, "report %d ends in a branch that is not here", d.figures.Number)
	}
	return stillCovered(tx, recordID(row.Int64(0), d.figures.Covered.Seq))
}

// stillCovered is the row of the record at id, or of the one that stands for it
// now: two copies of the database may have gone on, and what came after their
// parting was issued again, in the same order. Closes are not issued again; of
// them the record before stands there.
func stillCovered(tx *sqlite.Tx, id int64) (int64, error) {
	for {
		row, _, err := tx.One(`SELECT ifnull(max(id), 0) FROM records WHERE id <= ? AND again = 0`, id)
		if err != nil {
			return 0, err
		}
		live := row.Int64(0)
		row, moved, err := tx.One(`SELECT now FROM reissues WHERE old > ? AND old <= ? ORDER BY old DESC LIMIT 1`, live, id)
		if err != nil || !moved {
			return live, err
		}
		id = row.Int64(0)
	}
}
